"""Evidence that an unknown is a candidate with other isotopes: its ions moved by a whole mass that the spectra tell."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from spectra.errors import InvalidSettingError
from spectra.scores.spectral_entropy import weigh_low_entropy
from spectra.spectrum import FloatArray

IntArray = npt.NDArray[np.int64]

ISOTOPOLOGUE_EVIDENCE = (
    "moved: entropy similarity, ions moved or not",
    "moved: cosine m^1.3 I^0.53",
    "moved: cosine m^3 I^0.6",
    "moved: distance of the highest masses",
    "moved",
)
"""Names of the columns of ``isotopologue_evidence``."""

MASS_SHIFTS = (*range(-12, -2), *range(3, 13))
"""Labelled standards carry three deuterium atoms or more, so that they stand clear of natural isotopes; few carry
more than twelve. A negative shift finds the labelled standard from the spectrum of its parent."""

_MOLECULAR_ION = 10.0
"""Of 999: the highest mass at least as strong stands for the molecular ion, or the largest fragment."""
_FARTHEST = 5.0
"""A larger distance of the highest masses says no more than this one."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class MassShifts:
    """The mass shift with which each reference explains the query best."""

    shift: IntArray
    """Query minus reference, one of ``MASS_SHIFTS``, shape (n_spectra,), unit 1."""
    cosine: FloatArray
    """Cosine of ``(m I)^0.5`` with the reference's ions where they are or moved, shape (n_spectra,)."""


def estimate_mass_shifts(query: FloatArray, references: FloatArray) -> MassShifts:
    """Estimate from the spectra alone by how many masses the query's ions lie above each reference's.

    Parameters
    ----------
    query : ndarray, shape (n_masses,), float64
        Intensities; position ``i`` is nominal mass ``i``, 0 where there is no ion.
    references : ndarray, shape (n_spectra, n_masses), float64
        As the query, one spectrum a row.

    Returns
    -------
    MassShifts
        Of equal cosines the one with the lowest shift.

    Raises
    ------
    InvalidSettingError
        If the shapes do not fit.

    Notes
    -----
    For each shift ``s``: ``H[m] = max(L[m], L[m - s])``, ``W(X) = (m X)^0.5`` and
    ``W(H) . W(q) / (|W(q)| max(|W(H)|, |W(L)|))``: the simple hybrid of ``hybrid_ei``, after Moorthy et al. 2017,
    doi:10.1021/acs.analchem.7b03320, with the shift tried out instead of known. Neither formula nor molecular mass
    is used.

    Examples
    --------
    >>> parent, labelled = np.zeros(120), np.zeros(120)
    >>> parent[[44, 91, 100]] = 500.0, 999.0, 300.0
    >>> labelled[[44, 96, 105]] = 500.0, 999.0, 300.0
    >>> estimate_mass_shifts(labelled, parent[None, :]).shift.tolist()
    [5]
    """
    if references.ndim != 2 or query.shape != references.shape[1:]:  # noqa: PLR2004 - rows of spectra
        raise InvalidSettingError(f"references of shape {references.shape}; expected (any, {len(query)}) as the query")
    masses = np.arange(float(len(query)))
    left, alone = np.sqrt(masses * query), np.linalg.norm(np.sqrt(masses * references), axis=1)
    shift, cosine = np.full(len(references), MASS_SHIFTS[0]), np.full(len(references), -1.0)
    for tried in MASS_SHIFTS:
        both = np.sqrt(masses * np.maximum(references, _moved(references, tried)))
        norms = np.linalg.norm(left) * np.maximum(np.linalg.norm(both, axis=1), alone)
        found = np.divide(both @ left, norms, out=np.zeros(len(references)), where=norms > 0)
        better = found > cosine
        shift[better], cosine[better] = tried, found[better]
    return MassShifts(shift=shift, cosine=np.minimum(cosine, 1.0))


def isotopologue_evidence(query: FloatArray, references: FloatArray, shift: IntArray) -> FloatArray:
    """Compare one spectrum with many whose ions are moved, in the ways of ``ISOTOPOLOGUE_EVIDENCE``.

    Parameters
    ----------
    query : ndarray, shape (n_masses,), float64
        Intensities, base peak 999; position ``i`` is nominal mass ``i``, 0 where there is no ion.
    references : ndarray, shape (n_spectra, n_masses), float64
        As the query, one spectrum a row.
    shift : ndarray, shape (n_spectra,), int64, unit 1
        By how many masses each is moved, for example from ``estimate_mass_shifts``.

    Returns
    -------
    ndarray, shape (n_spectra, 5)
        Three similarities 0.0 to 1.0; a distance 0.0 to 5.0; 1.0, which carries what a shift costs at the outset.

    Raises
    ------
    InvalidSettingError
        If the shapes do not fit.

    Notes
    -----
    With ``L`` the reference and ``L'`` the reference moved:

    1. weighted spectral entropy similarity with ``max(L, L')``: fragments without the label stay where they are.
       Li et al. 2021, doi:10.1038/s41592-021-01331-z;
    2. cosine of ``m^1.3 I^0.53`` with ``L'`` alone: Kim et al. 2012, doi:10.1093/bioinformatics/bts083;
    3. cosine of ``m^3 I^0.6`` with ``L'`` alone, which looks at the ions next to the molecule: Stein and Scott 1994,
       doi:10.1016/1044-0305(94)87009-8;
    4. the distance of the highest masses of at least 10 after the move, not above 5.

    Examples
    --------
    >>> parent, labelled = np.zeros(120), np.zeros(120)
    >>> parent[[91, 100]], labelled[[96, 105]] = (999.0, 300.0), (999.0, 300.0)
    >>> isotopologue_evidence(labelled, parent[None, :], np.array([5]))[0, 1:].round(6).tolist()
    [1.0, 1.0, 0.0, 1.0]
    """
    if references.ndim != 2 or shift.shape != references.shape[:1] or query.shape != references.shape[1:]:  # noqa: PLR2004 - rows
        raise InvalidSettingError(
            f"references of shape {references.shape} with {shift.shape} shifts; expected a shift for each row of "
            f"{len(query)} masses"
        )
    moved = np.zeros_like(references)
    for tried in np.unique(shift):
        moved[shift == tried] = _moved(references[shift == tried], int(tried))
    distance = np.abs(_highest(query[None, :])[0] - _highest(references) - shift)
    return np.stack(
        [
            _entropy(query, np.maximum(references, moved)),
            _cosine(query, moved, 1.3, 0.53),
            _cosine(query, moved, 3.0, 0.6),
            np.minimum(distance, _FARTHEST),
            np.ones(len(references)),
        ],
        axis=1,
    )


def _moved(references: FloatArray, shift: int) -> FloatArray:
    moved = np.zeros_like(references)
    if shift > 0:
        moved[:, shift:] = references[:, :-shift]
    else:
        moved[:, :shift] = references[:, -shift:]
    return moved


def _highest(rows: FloatArray) -> FloatArray:
    highest: FloatArray = np.where(rows >= _MOLECULAR_ION, np.arange(float(rows.shape[1])), 0.0).max(axis=1)
    return highest


def _cosine(query: FloatArray, references: FloatArray, mz_exponent: float, intensity_exponent: float) -> FloatArray:
    weights = np.arange(float(len(query))) ** mz_exponent
    left, right = weights * query**intensity_exponent, weights * references**intensity_exponent
    norms = np.linalg.norm(left) * np.linalg.norm(right, axis=1)
    cosine = np.divide(right @ left, norms, out=np.zeros(len(references)), where=norms > 0)
    capped: FloatArray = np.minimum(cosine, 1.0)
    return capped


def _entropy(query: FloatArray, references: FloatArray) -> FloatArray:
    left = weigh_low_entropy(query) / 2.0
    right = np.stack([weigh_low_entropy(row) for row in references]) / 2.0
    terms = _p_log2_p(left + right) - _p_log2_p(left) - _p_log2_p(right)
    similarity: FloatArray = np.clip(terms.sum(axis=1), 0.0, 1.0)
    return similarity


def _p_log2_p(shares: FloatArray) -> FloatArray:
    terms: FloatArray = shares * np.log2(shares, out=np.zeros_like(shares), where=shares > 0)
    return terms
