"""``aigaq sampling``: how many units to test, and the statement that the tests can support.

Its JSON is a contract with others' scripts.
"""

from fractions import Fraction

from lims.cli.output import print_json, say
from lims.domain.sample_size import Prior, SampleSize, bayesian_size, hypergeometric_size, least_positive
from lims.errors import SamplingPlanError

_DIGITS = 6


def run_sampling(
    *, population: int, proportion: str, confidence: str, negatives: int, prior: str | None, as_json: bool
) -> None:
    """Compute the plan and print it."""
    share, certainty = _fraction("proportion", proportion), _fraction("confidence", confidence)
    belief = _prior(prior) if prior is not None else None
    if belief is None:
        size = hypergeometric_size(population, proportion=share, confidence=certainty, negatives=negatives)
    else:
        size = bayesian_size(population, proportion=share, confidence=certainty, prior=belief, negatives=negatives)
    statement = _statement(size, population, least_positive(population, share), certainty, negatives, belief)
    if as_json:
        probability = None if size.probability is None else round(float(size.probability), _DIGITS)
        print_json(
            {
                "units": size.units,
                "achievable": size.achievable,
                "probability": probability,
                "statement": statement,
            }
        )
    else:
        say(statement)


def _statement(
    size: SampleSize, population: int, positive: int, confidence: Fraction, negatives: int, prior: Prior | None
) -> str:
    if size.units is None:
        return (
            f"Not achievable: with {negatives} negative units at most {population - negatives} of {population} can be "
            f"positive, fewer than the {positive} that are asked for."
        )
    found = f"all of {size.units}" if negatives == 0 else f"all but at most {negatives} of {size.units}"
    claim = (
        f"If {found} randomly drawn units are positive: at least {positive} of {population} units are positive, with"
    )
    percent = f"{float(confidence * 100):g} %"
    if prior is None:
        return f"{claim} {percent} confidence (hypergeometric)."
    belief = f"prior beta {float(prior.positive):g}, {float(prior.negative):g}"
    return f"{claim} a probability of at least {percent} (Bayesian, {belief})."


def _prior(text: str) -> Prior:
    positive, comma, negative = text.partition(",")
    if not comma:
        raise SamplingPlanError(f"the prior {text!r}; expected A,B such as 1,1")
    return Prior(positive=_fraction("prior", positive), negative=_fraction("prior", negative))


def _fraction(what: str, text: str) -> Fraction:
    """Read a decimal exactly: as text, never through a float."""
    try:
        return Fraction(text.strip())
    except (ValueError, ZeroDivisionError) as error:
        raise SamplingPlanError(f"{what} {text!r} is no number; expected a decimal such as 0.9") from error
