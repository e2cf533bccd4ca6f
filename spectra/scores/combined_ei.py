"""Combined identity score for EI spectra at unit mass: several pieces of evidence for each compound of a short list."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from spectra.cleaning import keep_from, scale_to_base_peak
from spectra.errors import InvalidSpectrumError
from spectra.scores.combined import (
    CandidateCompound,
    CombinedPreset,
    Explanations,
    RankedCompound,
    best_of_groups,
    rank_by_explanations,
)
from spectra.scores.combined_isotopologue import (
    ISOTOPOLOGUE_EVIDENCE,
    MASS_SHIFTS,
    estimate_mass_shifts,
    isotopologue_evidence,
)
from spectra.scores.ei_evidence import EI_EVIDENCE, WEAKEST_PEAK_FRACTION, WHOLE_EVIDENCE, ei_evidence, whole_evidence
from spectra.scores.match_factor import FULL_MATCH
from spectra.spectrum import FloatArray, MassSpectrum
from spectra.tolerance import UnitMass

IntArray = npt.NDArray[np.int64]

ALL_EI_EVIDENCE = (*EI_EVIDENCE, *WHOLE_EVIDENCE, *ISOTOPOLOGUE_EVIDENCE)
"""Names of the columns of ``ei_explanations``."""

COMBINED_EI = CombinedPreset(
    name="ei-combined",
    version=1,
    coefficients=(
        ("weighted entropy similarity", 1.2831),
        ("neighbour ratios by mass", 12.2181),
        ("identity", 17.6869),
        ("identity, reverse", 0.6864),
    ),
    provenance="conditional logit, ridge 1, by benchmarks/fit_combined.py on 2026-11-22: leave-one-out over SWGDRUG "
    "3.4 (228 spectra of 112 compounds, isotopologues apart) and the permissive EI records of MassBank 2025.05.1 "
    "(1 175 spectra), equal weight of both; these four of eleven pieces chosen by looking at the same data; in nested "
    "cross-validation not better than the best single score, see benchmarks/accuracy.py",
    source="conditional logit over published scores; see ei_evidence for each",
)

COMBINED_EI_ISOTOPOLOGUES = CombinedPreset(
    name="ei-combined-isotopologues",
    version=1,
    coefficients=(
        ("identity, nothing cut", 16.1118),
        ("identity, reverse, nothing cut", 3.5941),
        ("neighbour ratios by mass, nothing cut", 10.2823),
        ("moved: entropy similarity, ions moved or not", 12.2599),
        ("moved: cosine m^1.3 I^0.53", 7.1262),
        ("moved: cosine m^3 I^0.6", 8.0316),
        ("moved: distance of the highest masses", -0.1979),
        ("moved", 1.2327),
    ),
    provenance="conditional logit, ridge 1, by benchmarks/fit_combined.py on 2026-11-22: leave-one-out over SWGDRUG "
    "3.4 (439 spectra of 208 compounds, a labelled standard the same compound as its parent; 228 spectra, "
    "isotopologues apart) and the permissive EI records of MassBank 2025.05.1 (1 175 spectra), equal weight of the "
    "three; the pieces were chosen by looking at the same data; figures in docs/accuracy.md",
    source="conditional logit over published scores, with two explanations of each candidate; see ei_evidence, "
    "whole_evidence and isotopologue_evidence for each",
)


def rank_compounds_ei(
    query: MassSpectrum, candidates: Sequence[CandidateCompound], *, preset: CombinedPreset, lowest_mz: float
) -> tuple[RankedCompound, ...]:
    """Sort the compounds of a short list by all that their spectra say together.

    Parameters
    ----------
    query : MassSpectrum
        The unknown, as measured.
    candidates : sequence of CandidateCompound
        The compounds that a first search found, with all their spectra: some 50 are enough.
    preset : CombinedPreset
        The coefficients, for example ``COMBINED_EI``.
    lowest_mz : float, unit 1
        Lowest m/z that the query's instrument scanned; the candidates are cut there too.

    Returns
    -------
    tuple of RankedCompound
        By falling score. Of several spectra of a compound each piece of evidence takes the best; those for moved ions
        are all of one spectrum.

    Raises
    ------
    InvalidSpectrumError
        If nothing of the query is left after cleaning.
    InvalidSettingError
        If the preset weighs what is not in ``ALL_EI_EVIDENCE``.

    Notes
    -----
    See ``ei_evidence``, ``whole_evidence`` and ``isotopologue_evidence`` for the terms and ``rank_by_explanations`` for
    the sum. A preset that weighs moved ions lets each candidate explain the query in two ways, as it is or as its
    isotopologue; ``mass_shift`` of the answer says which.

    Examples
    --------
    >>> query = MassSpectrum(mz=np.array([58.0, 91.0, 119.0]), intensity=np.array([999.0, 80.0, 20.0]))
    >>> other = MassSpectrum(mz=np.array([58.0, 77.0, 105.0]), intensity=np.array([999.0, 80.0, 20.0]))
    >>> first = CandidateCompound(group="other", spectra=(other,))
    >>> second = CandidateCompound(group="same", spectra=(query, other))
    >>> found = rank_compounds_ei(query, [first, second], preset=COMBINED_EI, lowest_mz=40.0)
    >>> [compound.group for compound in found]
    ['same', 'other']
    """
    if not candidates:
        return ()
    whole = [_scaled_from(spectrum, lowest_mz) for compound in candidates for spectrum in compound.spectra]
    unknown = _scaled_from(query, lowest_mz)
    if not len(unknown):
        raise InvalidSpectrumError(f"the query has no peak from m/z {lowest_mz:g} on")
    table = _dense([unknown, *whole])
    explained = ei_explanations(
        table[0], table[1:], [len(compound.spectra) for compound in candidates], moved=_weighs_moved(preset)
    )
    return rank_by_explanations([compound.group for compound in candidates], explained, ALL_EI_EVIDENCE, preset=preset)


def ei_explanations(query: FloatArray, references: FloatArray, sizes: Sequence[int], *, moved: bool) -> Explanations:
    """Say how well each compound explains a query as it is and, if asked, as its isotopologue.

    Parameters
    ----------
    query : ndarray, shape (n_masses,), float64
        Intensities, base peak 999, nothing cut; position ``i`` is nominal mass ``i``.
    references : ndarray, shape (n_spectra, n_masses), float64
        As the query; spectra of one compound stand together.
    sizes : sequence of int
        How many spectra each compound has, each at least 1.
    moved : bool
        Whether each compound has a second explanation, with its ions moved.

    Returns
    -------
    Explanations
        With the columns of ``ALL_EI_EVIDENCE``. As it is, each piece takes the best of the compound's spectra and
        the pieces for moved ions are 0; moved, all pieces are of the one spectrum with the largest cosine of
        ``estimate_mass_shifts``, and the others are 0.

    Examples
    --------
    >>> one = np.zeros(120)
    >>> one[[44, 91, 100]] = 500.0, 999.0, 300.0
    >>> ei_explanations(one, one[None, :], [1], moved=True).evidence.shape
    (2, 19)
    """
    direct = best_of_groups(_direct_evidence(query, references), sizes)
    count = np.arange(len(sizes))
    unmoved = np.zeros(len(sizes), dtype=np.int64)
    padded = np.pad(direct, ((0, 0), (0, len(ISOTOPOLOGUE_EVIDENCE))))
    if not moved:
        return Explanations(candidate=count, evidence=padded, mass_shift=unmoved)
    strong_query, strong = _strong(query[None, :])[0], _strong(references)
    shifts = estimate_mass_shifts(strong_query, strong)
    best = _best_rows(shifts.cosine, sizes)
    pieces = isotopologue_evidence(strong_query, strong[best], shifts.shift[best])
    return Explanations(
        candidate=np.concatenate([count, count]),
        evidence=np.concatenate([padded, np.pad(pieces, ((0, 0), (direct.shape[1], 0)))]),
        mass_shift=np.concatenate([unmoved, shifts.shift[best]]),
    )


def _direct_evidence(query: FloatArray, references: FloatArray) -> FloatArray:
    masses = np.arange(float(len(query)))
    seen = (query > 0) | (references > 0).any(axis=0)
    whole = whole_evidence(masses[seen], query[seen], references[:, seen])
    strong_query, strong = _strong(query[None, :])[0], _strong(references)
    seen = (strong_query > 0) | (strong > 0).any(axis=0)
    return np.concatenate([ei_evidence(masses[seen], strong_query[seen], strong[:, seen]), whole], axis=1)


def _weighs_moved(preset: CombinedPreset) -> bool:
    return any(name in ISOTOPOLOGUE_EVIDENCE for name, _ in preset.coefficients)


def _best_rows(values: FloatArray, sizes: Sequence[int]) -> IntArray:
    """Give the row with the largest value of each run of rows."""
    stops = np.cumsum(sizes)
    starts = stops - np.asarray(sizes)
    return np.array(
        [start + int(np.argmax(values[start:stop])) for start, stop in zip(starts, stops, strict=True)], dtype=np.int64
    )


def _strong(rows: FloatArray) -> FloatArray:
    strong: FloatArray = np.where(rows >= WEAKEST_PEAK_FRACTION * FULL_MATCH, rows, 0.0)
    return strong


def _scaled_from(spectrum: MassSpectrum, lowest_mz: float) -> MassSpectrum:
    return scale_to_base_peak(keep_from(UnitMass().bin(spectrum), lowest_mz=lowest_mz), base=FULL_MATCH)


def _dense(spectra: Sequence[MassSpectrum]) -> FloatArray:
    """Lay spectra out by nominal mass, with room above for moved ions."""
    highest = max(spectrum.mz[-1] for spectrum in spectra if len(spectrum))
    table = np.zeros((len(spectra), int(highest) + max(MASS_SHIFTS) + 1))
    for row, spectrum in zip(table, spectra, strict=True):
        row[spectrum.mz.astype(np.int64)] = spectrum.intensity
    return table
