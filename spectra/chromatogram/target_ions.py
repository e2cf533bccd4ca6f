"""Which ions of a target are measured: one to quantify by, others that have to agree with it."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from spectra.chromatogram.run import UnitMassGrid
from spectra.errors import InvalidSettingError
from spectra.spectrum import MassSpectrum
from spectra.tolerance import UnitMass


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetIons:
    """The ions of one target.

    Raises
    ------
    InvalidSettingError
        If a mass is not above 0 or stands twice.
    """

    quantifier_mz: int
    qualifier_mz: tuple[int, ...]
    """May be empty: then the spectrum alone says what the peak is."""

    def __post_init__(self) -> None:
        """Refuse an ion that would have to agree with itself."""
        masses = (self.quantifier_mz, *self.qualifier_mz)
        if len(set(masses)) != len(masses) or min(masses) <= 0:
            raise InvalidSettingError(f"target ions {masses}; expected different masses above 0")


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetIonRule:
    """How the ions are chosen from a reference spectrum, where no method names them.

    Raises
    ------
    InvalidSettingError
        If a share is outside [0, 1] or a count is negative.
    """

    unit_mass: UnitMass
    lowest_mz: int
    """Below it stand fragments that most substances have."""
    minimum_fraction_of_base_peak: float
    """Weaker ions are not measured."""
    largest_foreign_fraction: float
    """Ions above this fraction of the base peak of another target are not selective."""
    isotope_span: int
    """Qualifiers keep more than this many mass units from each chosen ion: an isotopologue is no second opinion."""
    qualifiers: int
    """At most so many."""

    def __post_init__(self) -> None:
        """Refuse what cannot be meant."""
        for name in ("minimum_fraction_of_base_peak", "largest_foreign_fraction"):
            if not 0.0 <= getattr(self, name) <= 1.0:
                raise InvalidSettingError(f"{name} is {getattr(self, name)}; expected in [0, 1]")
        if min(self.qualifiers, self.isotope_span, self.lowest_mz) < 0:
            raise InvalidSettingError("a count of the target ion rule is negative")


def standing_ions(grid: UnitMassGrid) -> frozenset[int]:
    """Name the nominal masses that at least half of all scans hold: air, water, column bleed."""
    held: npt.NDArray[np.int64] = np.count_nonzero(grid.intensity, axis=0)
    return frozenset(int(mz) for mz in grid.nominal_mz[2 * held >= len(grid.intensity)])


def choose_target_ions(
    reference: MassSpectrum,
    *,
    others: Sequence[MassSpectrum],
    background: frozenset[int],
    rule: TargetIonRule,
) -> TargetIons:
    """Choose the quantifier and the qualifiers of a target.

    Parameters
    ----------
    reference : MassSpectrum
        The target's library spectrum.
    others : sequence of MassSpectrum
        Library spectra of the other targets of the same run, such as the internal standard.
    background : frozenset of int
        Nominal masses that the runs show anyway; see ``standing_ions``.
    rule : TargetIonRule
        The choices.

    Returns
    -------
    TargetIons
        The strongest ion that remains is the quantifier, the next strongest ones are qualifiers; of equal ones the
        heavier comes first.

    Raises
    ------
    InvalidSettingError
        If no ion remains.

    Examples
    --------
    >>> rule = TargetIonRule(unit_mass=UnitMass(), lowest_mz=60, minimum_fraction_of_base_peak=0.05,
    ...                      largest_foreign_fraction=0.05, isotope_span=3, qualifiers=2)
    >>> reference = MassSpectrum(mz=np.array([58.0, 91.0, 134.0, 135.0]), intensity=np.array([99.0, 40.0, 90.0, 60.0]))
    >>> choose_target_ions(reference, others=[], background=frozenset(), rule=rule)
    TargetIons(quantifier_mz=134, qualifier_mz=(91,))
    """
    binned = rule.unit_mass.bin(reference)
    foreign = background.union(*(_strong_ions(other, rule) for other in others))
    floor = rule.minimum_fraction_of_base_peak * float(binned.intensity.max(initial=0.0))
    ranked = sorted(zip(-binned.intensity, -binned.mz, strict=True))
    chosen: list[int] = []
    for negative_intensity, negative_mz in ranked:
        mz = int(-negative_mz)
        apart = all(abs(mz - other) > rule.isotope_span for other in chosen)
        if -negative_intensity >= floor and mz >= rule.lowest_mz and mz not in foreign and apart:
            chosen.append(mz)
    if not chosen:
        raise InvalidSettingError(
            f"no ion from m/z {rule.lowest_mz} on with at least {rule.minimum_fraction_of_base_peak:g} of the base "
            "peak that neither the background nor another target has; name the ions in the method"
        )
    return TargetIons(quantifier_mz=chosen[0], qualifier_mz=tuple(chosen[1 : 1 + rule.qualifiers]))


def _strong_ions(spectrum: MassSpectrum, rule: TargetIonRule) -> frozenset[int]:
    binned = rule.unit_mass.bin(spectrum)
    limit = rule.largest_foreign_fraction * float(binned.intensity.max(initial=0.0))
    return frozenset(int(mz) for mz in binned.mz[binned.intensity > limit])
