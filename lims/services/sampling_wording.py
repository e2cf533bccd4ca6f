"""What a sampling plan lets a report say, in words of the catalogues (rules SA-3 to SA-6)."""

from decimal import Decimal

from lims.domain.sampling_plan import STATISTICAL, PlanDesign, SamplingMethod, units_to_test
from lims.domain.sampling_statement import SamplingStatement, StatementKind, at_least_positive
from lims.translation import Translator, marked

_PERCENT = Decimal(100)


def statement_sentences(statement: SamplingStatement, t: Translator) -> tuple[str, ...]:
    """Give the sentences of a statement in the language of a report: what was done, what follows, what does not."""
    return (
        design_sentence(statement.design, t, units=statement.to_test, population=statement.population),
        *_changes(statement, t),
        _finding(statement, t),
        *_limits(statement, t),
    )


def design_sentence(design: PlanDesign, t: Translator, *, units: int, population: int) -> str:
    """Say how many units a plan asks for, and by which method."""
    return t(
        _DESIGNS[design.method],
        units=units,
        population=population,
        proportion=t.number(design.proportion or Decimal(0)),
        confidence=_percent(design, t),
        negatives=design.expected_negatives,
        a=t.number(design.prior_positive or Decimal(0)),
        b=t.number(design.prior_negative or Decimal(0)),
        basis=design.basis,
    )


def foreseen_sentences(design: PlanDesign, t: Translator, *, population: int) -> tuple[str, ...]:
    """Say how many units a design asks for, and what may be said afterwards if the tests go as it expects.

    Raises
    ------
    SamplingPlanError
        If no number of units can support the statement.
    """
    units = units_to_test(population, design)
    planned = design_sentence(design, t, units=units, population=population)
    if design.method not in STATISTICAL:
        return planned, t("Whatever the tests show, the statement will cover the tested units only.")
    at_least = at_least_positive(design, population=population, tested=units, negatives=design.expected_negatives)
    return planned, t(
        _FORESEEN[design.method],
        units=units,
        negatives=design.expected_negatives,
        confidence=_percent(design, t),
        at_least=at_least,
        population=population,
    )


def _percent(design: PlanDesign, t: Translator) -> str:
    return t.number((design.confidence or Decimal(0)) * _PERCENT)


def _changes(statement: SamplingStatement, t: Translator) -> tuple[str, ...]:
    if not statement.earlier_designs:
        return ()
    methods = ", ".join(_earlier(design, t) for design in statement.earlier_designs)
    if statement.changed_after_results:
        return (t("The plan was changed after results were known. Before: {methods}.", methods=methods),)
    return (t("The plan was changed before the first result. Before: {methods}.", methods=methods),)


def _earlier(design: PlanDesign, t: Translator) -> str:
    word = t(_METHODS[design.method])
    if design.proportion is None:
        return word
    return f"{word} ({t.number(design.proportion)}; {_percent(design, t)} %)"


def _finding(statement: SamplingStatement, t: Translator) -> str:
    return t(
        _FINDINGS[statement.kind],
        population=statement.population,
        to_test=statement.to_test,
        tested=statement.tested,
        positive=statement.positive,
        substance=", ".join(statement.substances),
        at_least=statement.at_least,
        confidence=_percent(statement.design, t),
    )


def _limits(statement: SamplingStatement, t: Translator) -> tuple[str, ...]:
    if statement.at_least is None:
        return ()
    sentence = t(
        "A total mass that rests on this statement is that of {units} units, not of all {population}.",
        units=statement.weight_units,
        population=statement.population,
    )
    return (sentence,) if statement.at_least < statement.population else ()


_METHODS = {
    SamplingMethod.HYPERGEOMETRIC: marked("hypergeometric"),
    SamplingMethod.BAYESIAN: marked("Bayesian"),
    SamplingMethod.ALL: marked("all units"),
    SamplingMethod.SQUARE_ROOT: marked("square root"),
    SamplingMethod.FRANK: marked("20 and a tenth of those above 20"),
    SamplingMethod.CUSTOM: marked("chosen by the laboratory"),
}
_DESIGNS = {
    SamplingMethod.HYPERGEOMETRIC: marked(
        "Sampling plan: {units} of {population} units, hypergeometric distribution, proportion {proportion}, "
        "confidence {confidence} %, expected negatives: {negatives}."
    ),
    SamplingMethod.BAYESIAN: marked(
        "Sampling plan: {units} of {population} units, Bayesian with the prior beta {a}; {b}, proportion "
        "{proportion}, probability {confidence} %, expected negatives: {negatives}."
    ),
    SamplingMethod.ALL: marked("Sampling plan: all {population} units."),
    SamplingMethod.SQUARE_ROOT: marked(
        "Sampling plan: {units} of {population} units, the square root of their number."
    ),
    SamplingMethod.FRANK: marked("Sampling plan: {units} of {population} units, 20 and a tenth of those above 20."),
    SamplingMethod.CUSTOM: marked("Sampling plan: {units} of {population} units, chosen by the laboratory: {basis}."),
}
_FORESEEN = {
    SamplingMethod.HYPERGEOMETRIC: marked(
        "If at most {negatives} of the {units} tested units are not positive: with {confidence} % confidence at least "
        "{at_least} of {population} units are positive."
    ),
    SamplingMethod.BAYESIAN: marked(
        "If at most {negatives} of the {units} tested units are not positive: with a probability of at least "
        "{confidence} % at least {at_least} of {population} units are positive."
    ),
}
_FINDINGS = {
    StatementKind.NOT_FINISHED: marked(
        "{tested} of {to_test} units have been tested; nothing is said of the population yet."
    ),
    StatementKind.SPLIT: marked("The population was divided; each part has a plan of its own."),
    StatementKind.NONE_POSITIVE: marked("None of the {tested} tested units is positive."),
    StatementKind.MIXED: marked(
        "{positive} of {tested} tested units are positive, for different substances: {substance}. Nothing is said of "
        "the population as a whole."
    ),
    StatementKind.AT_LEAST: marked(
        "{positive} of {tested} tested units contain {substance}. With {confidence} % confidence at least {at_least} "
        "of {population} units contain {substance}."
    ),
    StatementKind.BAYESIAN_AT_LEAST: marked(
        "{positive} of {tested} tested units contain {substance}. With a probability of at least {confidence} % at "
        "least {at_least} of {population} units contain {substance}."
    ),
    StatementKind.TESTED_ONLY: marked(
        "{positive} of {tested} tested units contain {substance}. This statement covers the tested units only."
    ),
}
