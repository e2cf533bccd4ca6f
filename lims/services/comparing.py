"""Two spectra side by side: which ions both have, which a shift explains, which tell two substances apart. Pure."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from spectra import SIMPLE_EI, SIMPLE_HYBRID_EI, Component, MassSpectrum, Run, hybrid_ei, match_factors
from spectra.cleaning import scale_to_base_peak
from spectra.scores import prepare_spectrum
from substance_library import InvalidFormulaError, LibraryRelease, ReferenceSpectrum, nominal_mass

FULL_SCALE = 999.0
MOST_IONS = 5
"""That one chromatogram shows; more could not be told apart."""
_ION = re.compile(r"(?<!\d)\d{1,4}(?!\d)", re.ASCII)
_LARGEST_SHIFT = SIMPLE_HYBRID_EI.largest_shift
_TOLD_BY = 3
"""Ions that are named for each isomer."""
_SKELETON = 14


@dataclass(frozen=True, slots=True, kw_only=True)
class SpectrumPair:
    """A measured and a reference spectrum as they were compared, base peaks at 999."""

    measured: MassSpectrum = field(repr=False)
    reference: MassSpectrum = field(repr=False)
    common: frozenset[float]
    """Masses that both have."""
    shift: int = 0
    """Nominal mass of the measured molecule less that of the reference's, Da; 0 for an identity."""
    shifted: frozenset[float] = frozenset()
    """Masses of reference ions that the measured spectrum has only where the shift moves them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TellingIon:
    """An ion that two library spectra have in different heights."""

    mz: int
    here: int
    """Of the candidate, 0 to 999."""
    there: int
    """Of the isomer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IsomerIons:
    """What would tell a candidate from one of its isomers, by the spectra of the library."""

    name: str
    accession: str
    """Of the isomer's spectrum that is most like the candidate's."""
    match_factor: float
    """Between the two, 0 to 999."""
    ions: tuple[TellingIon, ...]
    """The largest differences first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StandardMatch:
    """The component of a reference standard's run that is most like a component of an exhibit."""

    component: Component = field(repr=False)
    match_factor: float
    reverse_match_factor: float
    difference_s: float
    """Retention time of the exhibit's component less that of the standard's."""


def pair_spectra(measured: MassSpectrum, reference: MassSpectrum, *, shift: int = 0) -> SpectrumPair:
    """Put two EI spectra side by side as the search compares them.

    Parameters
    ----------
    measured, reference : MassSpectrum
        As they are; both are cut where the measured one begins.
    shift : int, unit Da, optional
        Nominal mass of the measured molecule less that of the reference's; 0 compares as an identity.
    """
    lowest = float(measured.mz[0])
    above, below = (
        scale_to_base_peak(prepare_spectrum(one, SIMPLE_EI, lowest_mz=lowest), base=FULL_SCALE)
        for one in (measured, reference)
    )
    masses = frozenset(above.mz.tolist())
    common = masses & frozenset(below.mz.tolist())
    moved = frozenset(mz for mz in below.mz.tolist() if shift and mz not in masses and mz + shift in masses - common)
    return SpectrumPair(measured=above, reference=below, common=common, shift=shift, shifted=moved)


def read_ions(text: str) -> tuple[int, ...]:
    """Read nominal masses such as ``58, 91`` in the order in which they stand, each once; what is no number is left."""
    found = (int(one) for one in _ION.findall(text))
    return tuple(dict.fromkeys(one for one in found if one))[:MOST_IONS]


def ion_current(run: Run, mz: int) -> npt.NDArray[np.float64]:
    """Give the current of one nominal mass in each scan, shape (n_scans,), counts."""
    chosen = SIMPLE_EI.unit_mass.nominal(run.mz) == mz
    scan = np.repeat(np.arange(len(run)), np.diff(run.scan_starts))[chosen]
    return np.bincount(scan, weights=run.intensity[chosen], minlength=len(run)).astype(np.float64)


def hybrid_match_factor(measured: MassSpectrum, reference: MassSpectrum, *, shift: int) -> float:
    """Give 999 times the hybrid score of two spectra at a difference of their molecules; see ``hybrid_ei``."""
    score = hybrid_ei(measured, reference, preset=SIMPLE_HYBRID_EI, nominal_mass_difference=shift)
    return FULL_SCALE * score


def explaining_shift(measured: MassSpectrum, reference: MassSpectrum) -> int:
    """Give the mass difference under which a reference explains most of a measured spectrum; 0 if none adds anything.

    Notes
    -----
    Every whole difference that the hybrid preset allows is tried; of equal ones the smallest is taken. It is a
    proposal from the spectra alone, no measured mass of a molecule.
    """
    best, most = 0, hybrid_match_factor(measured, reference, shift=0)
    for size in range(1, min(_LARGEST_SHIFT, int(measured.mz[-1])) + 1):
        for shift in (size, -size):
            found = hybrid_match_factor(measured, reference, shift=shift)
            if found > most + 1e-9:
                best, most = shift, found
    return best


def molecular_mass(reference: ReferenceSpectrum) -> int | None:
    """Give the nominal mass of a reference's molecule by its formula; None where that is not known."""
    try:
        return None if reference.formula is None else nominal_mass(reference.formula)
    except InvalidFormulaError:
        return None


def standard_match(
    spectrum: MassSpectrum, retention_time_s: float, standard: Sequence[Component], *, lowest_mz: float
) -> StandardMatch | None:
    """Find the component of a reference standard's run whose spectrum is most like one of an exhibit.

    Parameters
    ----------
    spectrum : MassSpectrum
        Of the exhibit's component.
    retention_time_s : float, seconds
        Of the exhibit's component.
    standard : sequence of Component
        Of the standard's run, found in the same way.
    lowest_mz : float, unit 1
        Where the scans begin.

    Returns
    -------
    StandardMatch or None
        None if the run has no component. No limit is applied: the expert judges the difference.
    """
    found = [(match_factors(spectrum, one.spectrum, preset=SIMPLE_EI, lowest_mz=lowest_mz), one) for one in standard]
    if not found:
        return None
    factors, component = max(found, key=lambda pair: pair[0].match_factor)
    return StandardMatch(
        component=component,
        match_factor=factors.match_factor,
        reverse_match_factor=factors.reverse_match_factor,
        difference_s=retention_time_s - component.retention_time_s,
    )


def isomer_ions(
    candidate: ReferenceSpectrum, inchikeys: Iterable[str], release: LibraryRelease
) -> tuple[IsomerIons, ...]:
    """Compare a candidate with the spectra of its isomers in a release, the most alike first.

    Parameters
    ----------
    inchikeys : iterable of str
        Of the isomers; those of which the release has no EI spectrum give nothing.
    """
    wanted = dict.fromkeys(key[:_SKELETON] for key in inchikeys)
    found: dict[str, IsomerIons] = {}
    for rival in release.spectra:
        key = "" if rival.inchikey is None else str(rival.inchikey)[:_SKELETON]
        if key not in wanted or rival.spectrum.precursor is not None or rival.accession == candidate.accession:
            continue
        told = _told(candidate, rival)
        if key not in found or told.match_factor > found[key].match_factor:
            found[key] = told
    return tuple(sorted(found.values(), key=lambda one: (-one.match_factor, one.name)))


def _told(candidate: ReferenceSpectrum, rival: ReferenceSpectrum) -> IsomerIons:
    lowest = max(float(candidate.spectrum.mz[0]), float(rival.spectrum.mz[0]))
    ours, theirs = (_heights(one.spectrum, lowest) for one in (candidate, rival))
    masses = np.union1d(list(ours), list(theirs)).tolist()
    ions = [TellingIon(mz=round(mz), here=ours.get(mz, 0), there=theirs.get(mz, 0)) for mz in masses]
    ions.sort(key=lambda ion: (-abs(ion.here - ion.there), ion.mz))
    factors = match_factors(candidate.spectrum, rival.spectrum, preset=SIMPLE_EI, lowest_mz=lowest)
    return IsomerIons(
        name=rival.name,
        accession=rival.accession,
        match_factor=factors.match_factor,
        ions=tuple(ion for ion in ions[:_TOLD_BY] if ion.here != ion.there),
    )


def _heights(spectrum: MassSpectrum, lowest: float) -> dict[float, int]:
    shown = scale_to_base_peak(prepare_spectrum(spectrum, SIMPLE_EI, lowest_mz=lowest), base=FULL_SCALE)
    return {mz: round(height) for mz, height in zip(shown.mz.tolist(), shown.intensity.tolist(), strict=True)}
