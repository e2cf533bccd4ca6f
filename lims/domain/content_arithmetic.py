"""From concentrations to the content of an exhibit and the mass of the substance in it, with their uncertainty.

Law of propagation of relative uncertainties (JCGM 100:2008, 5.1.6 and G.4.1). All replicates are read from one curve,
made of one standard: what they share does not become smaller by repeating, so it counts once, as the mean over them.
Decimals throughout, from recorded numbers alone: everybody who has the record gets the same digits.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal

from lims.domain.quantitation import (
    Concentration,
    ContentResult,
    Preparation,
    RelativePart,
    StandardUsed,
    SubstanceMass,
)
from lims.domain.weight_uncertainty import round_like, round_up

CALIBRATION, PORTION_MASS, PORTION_VOLUME = "calibration", "mass of the portion", "volume of the portion"
REPLICATES, PURITY = "replicates", "purity"
STATED = ("weighing", "volume", PURITY)
"""What a method states for the making of the calibrators."""
_HUNDRED = Decimal(100)
_FEWEST = 2
"""Replicates of which a scatter is known."""
_FACTOR = Decimal("0.01")
_RELATIVE = Decimal("0.00000001")


@dataclass(frozen=True, slots=True, kw_only=True)
class Portion:
    """One replicate: what was dissolved, and what was found in the solution."""

    preparation: Preparation
    concentration: Concentration


@dataclass(frozen=True, slots=True, kw_only=True)
class _Content:
    """A content before it is rounded."""

    percent: Decimal
    parts: tuple[RelativePart, ...]

    @property
    def relative_u(self) -> Decimal:
        return sum((one.relative_u**2 for one in self.parts), Decimal(0)).sqrt()


def content_result(
    portions: Sequence[Portion],
    *,
    stated: Iterable[RelativePart],
    standard: StandardUsed | None,
    calibration_degrees: int,
    confidence: Decimal,
) -> ContentResult:
    """Give the content of the exhibit, per cent by mass, as the mean of its replicates.

    Parameters
    ----------
    portions : sequence of Portion
        At least one; concentrations above 0.
    stated : iterable of RelativePart
        Of weighing, volume and purity, as the method states them.
    standard : StandardUsed or None
        Its certificate's purity takes the place of the method's; a purity that is not in the amounts yet is applied.
    calibration_degrees : int
        Degrees of freedom of the curve.
    confidence : Decimal
        Inside (0, 1).

    Notes
    -----
    ``w_i = c_i V_i D_i p / m_i``; ``u = w sqrt(sum u_rel^2)``; ``U = k u``, with k of Student's t for the effective
    degrees of freedom (Welch-Satterthwaite), rounded up to two decimals.
    """
    content = _content(portions, stated, standard, calibration_degrees)
    k = coverage_factor(content.parts, confidence)
    u = round_up(k * content.relative_u * content.percent)
    return ContentResult(
        percent=round_like(content.percent, u),
        u_percent=u,
        k=k,
        coverage_percent=(confidence * _HUNDRED).normalize() + 0,
        parts=content.parts,
        not_stated=_not_stated(content.parts, portions),
    )


def substance_mass(
    portions: Sequence[Portion],
    result: ContentResult,
    *,
    standard: StandardUsed | None,
    weighing_number: str,
    exhibit_g: Decimal,
    exhibit_u_g: Decimal,
    exhibit_k: Decimal,
) -> SubstanceMass:
    """Give the mass of the substance in the whole exhibit: its content times the net mass."""
    own = RelativePart(name="mass of the exhibit", relative_u=(exhibit_u_g / exhibit_k / exhibit_g).quantize(_RELATIVE))
    whole = _Content(percent=mean_percent(portions, standard), parts=(*result.parts, own))
    mass = whole.percent / _HUNDRED * exhibit_g
    k = coverage_factor(whole.parts, result.coverage_percent / _HUNDRED)
    u = round_up(k * whole.relative_u * mass)
    return SubstanceMass(
        weighing_number=weighing_number,
        exhibit_g=exhibit_g,
        exhibit_u_g=exhibit_u_g,
        exhibit_k=exhibit_k,
        mass_g=round_like(mass, u),
        u_g=u,
        k=k,
        coverage_percent=result.coverage_percent,
    )


def mean_percent(portions: Sequence[Portion], standard: StandardUsed | None) -> Decimal:
    """Give the mean content of replicates, per cent, not rounded."""
    found = _percents(portions, standard)
    return sum(found, Decimal(0)) / len(found)


def purity_factor(standard: StandardUsed | None) -> Decimal:
    """Give what the amounts of the calibrators are multiplied by: the purity, where it is known and not in them yet."""
    return Decimal(1) if standard is None or standard.applied or standard.purity is None else standard.purity


def coverage_factor(parts: Sequence[RelativePart], confidence: Decimal) -> Decimal:
    """Give Student's t for the effective degrees of freedom of a budget, rounded up to two decimals."""
    from scipy.special import ndtri, stdtrit  # noqa: PLC0415 - takes time that most commands do not need

    whole = sum((one.relative_u**2 for one in parts), Decimal(0))
    rest = sum((one.relative_u**4 / one.degrees_of_freedom for one in parts if one.degrees_of_freedom), Decimal(0))
    upper = 0.5 * (1.0 + float(confidence))
    found = float(stdtrit(float(whole**2 / rest), upper)) if rest else float(ndtri(upper))
    return Decimal(repr(found)).quantize(_FACTOR, rounding=ROUND_CEILING)


def _content(
    portions: Sequence[Portion], stated: Iterable[RelativePart], standard: StandardUsed | None, degrees: int
) -> _Content:
    parts = (
        _part(CALIBRATION, (one.concentration.calibration_u / one.concentration.value for one in portions), degrees),
        *_of_calibrators(stated, standard),
        _part(
            PORTION_MASS,
            (one.preparation.sample_u_g / one.preparation.sample_k / one.preparation.sample_g for one in portions),
        ),
        *_volumes([one.preparation for one in portions]),
        *_scatter(_percents(portions, standard)),
    )
    return _Content(percent=mean_percent(portions, standard), parts=parts)


def _percents(portions: Sequence[Portion], standard: StandardUsed | None) -> list[Decimal]:
    factor = purity_factor(standard)
    return [one.preparation.content_percent(one.concentration.value) * factor for one in portions]


def _part(name: str, relative: Iterable[Decimal], degrees: int | None = None) -> RelativePart:
    """Take what all replicates share once, as its mean over them."""
    values = list(relative)
    mean = sum(values, Decimal(0)) / len(values)
    return RelativePart(name=name, relative_u=mean.quantize(_RELATIVE), degrees_of_freedom=degrees)


def _of_calibrators(stated: Iterable[RelativePart], standard: StandardUsed | None) -> Iterator[RelativePart]:
    """Give what is stated of the calibrators; a certificate knows the purity better than a method."""
    certified = None
    if standard is not None and standard.purity and standard.purity_u is not None and standard.purity_k:
        certified = (standard.purity_u / standard.purity_k / standard.purity).quantize(_RELATIVE)
    yield from (one for one in stated if one.name != PURITY or certified is None)
    if certified is not None:
        yield RelativePart(name=PURITY, relative_u=certified)


def _volumes(preparations: Sequence[Preparation]) -> Iterator[RelativePart]:
    known = [
        one.volume_u_ml / one.volume_k / one.volume_ml
        for one in preparations
        if one.volume_u_ml is not None and one.volume_k
    ]
    if len(known) == len(preparations):
        yield _part(PORTION_VOLUME, known)


def _scatter(found: Sequence[Decimal]) -> Iterator[RelativePart]:
    """Give the standard deviation of the mean of the replicates, relative."""
    n = len(found)
    if n < _FEWEST:
        return
    mean = sum(found, Decimal(0)) / n
    spread = (sum(((one - mean) ** 2 for one in found), Decimal(0)) / (n - 1) / n).sqrt()
    yield RelativePart(name=REPLICATES, relative_u=(spread / mean).quantize(_RELATIVE), degrees_of_freedom=n - 1)


def _not_stated(parts: Sequence[RelativePart], portions: Sequence[Portion]) -> tuple[str, ...]:
    names = {one.name for one in parts}
    wanted = (*STATED, PORTION_VOLUME, REPLICATES)
    diluted = ("dilution",) if any(one.preparation.dilution != 1 for one in portions) else ()
    return (*(name for name in wanted if name not in names), *diluted)
