"""Clusters of alike spectra that never move: each spectrum joins the most alike founder before it, or founds a cluster.

What comes later changes nothing of what came before, so that a cluster keeps its number, and a hundred thousand spectra
are clustered by adding those that are new. The order of the spectra counts; the size of the portions does not.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from spectra.errors import InvalidSettingError
from spectra.scores.match_factor import FULL_MATCH, MatchFactorPreset
from spectra.search.packed import PackedSpectra
from spectra.search.unit_mass_rows import UnitMassChoices, UnitMassRows, peak_places, unit_mass_rows
from spectra.search.unit_mass_sketch import ROUNDING, SketchArray, SketchBasis
from spectra.spectrum import FloatArray

IntArray = npt.NDArray[np.int64]
_AT_A_TIME = 1024
_SKETCH_LENGTH = 64
_PAIRS_AT_A_TIME = 65_536


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Portion:
    """Spectra that were cut at one m/z, with bounds of their cosines."""

    places: IntArray
    lowest_mz: FloatArray
    """Where the scans of each began: at the cut or below."""
    rows: UnitMassRows
    sketches: SketchArray = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Pairs:
    """Alike pairs: a spectrum that is being added, one that it may join, and the cosine."""

    added: IntArray
    other: IntArray
    cosine: FloatArray


class Founders:
    """The founders of all clusters so far.

    Parameters
    ----------
    preset : MatchFactorPreset
        Of the match factor.
    least : float
        Match factor from which on a spectrum joins a founder; above 0, up to 999.

    Raises
    ------
    InvalidSettingError
        If the limit is outside its domain.

    Notes
    -----
    Two spectra are compared from the higher one of their lowest m/z on, as each was scanned. Of several founders the
    most alike counts, of equally alike ones the earliest. A spectrum without peaks founds a cluster of its own.

    Examples
    --------
    >>> from spectra.scores.match_factor import SIMPLE_EI
    >>> from spectra.spectrum import MassSpectrum
    >>> a = MassSpectrum(mz=np.array([58.0, 91.0]), intensity=np.array([100.0, 25.0]))
    >>> b = MassSpectrum(mz=np.array([58.0, 77.0]), intensity=np.array([100.0, 25.0]))
    >>> founders = Founders(preset=SIMPLE_EI, least=900.0)
    >>> founders.add(PackedSpectra.of([a, b, a]), lowest_mz=np.array([40.0, 40.0, 45.0])).tolist()
    [0, 1, 0]
    >>> founders.add(PackedSpectra.of([b]), lowest_mz=np.array([40.0])).tolist()
    [1]
    """

    def __init__(self, *, preset: MatchFactorPreset, least: float) -> None:
        """Begin without a founder."""
        if not 0.0 < least <= FULL_MATCH:
            raise InvalidSettingError(f"least match factor is {least}; expected above 0 and at most {FULL_MATCH:g}")
        self._preset = preset
        self._cosine = float(np.sqrt(least / FULL_MATCH)) - 1e-12
        self._basis: SketchBasis | None = None
        self._kept: list[tuple[IntArray, PackedSpectra, FloatArray]] = []
        self._cut: dict[float, list[_Portion]] = {}
        self._seen = 0

    def restore(self, places: IntArray, spectra: PackedSpectra, *, lowest_mz: FloatArray, seen: int) -> None:
        """Take founders that were found before, in their order.

        Parameters
        ----------
        places : ndarray, shape (n_founders,), int64
            What ``add`` named them by.
        seen : int
            How many spectra were added until then.
        """
        self._keep(places, spectra, lowest_mz)
        self._seen = seen

    def add(self, spectra: PackedSpectra, *, lowest_mz: FloatArray) -> IntArray:
        """Add spectra in their order.

        Parameters
        ----------
        spectra : PackedSpectra
        lowest_mz : ndarray, shape (n_spectra,), float64, unit 1
            Where the scans of each began.

        Returns
        -------
        ndarray, shape (n_spectra,), int64
            The founder of each, by its place among all spectra that were ever added; of a founder its own place.
        """
        parts = [
            self._add(_some(spectra, first, first + _AT_A_TIME), lowest_mz[first : first + _AT_A_TIME])
            for first in range(0, len(spectra), _AT_A_TIME)
        ]
        return np.concatenate([np.empty(0, np.int64), *parts])

    def _add(self, spectra: PackedSpectra, lowest_mz: FloatArray) -> IntArray:
        places = np.arange(self._seen, self._seen + len(spectra))
        pairs = list(self._alike(places, spectra, lowest_mz))
        founder = _chosen(places, pairs)
        new = founder == places
        self._keep(places[new], _chosen_of(spectra, np.flatnonzero(new)), lowest_mz[new])
        self._seen += len(spectra)
        return founder

    def _alike(self, places: IntArray, spectra: PackedSpectra, lowest_mz: FloatArray) -> Iterator[_Pairs]:
        """Give every pair of an added spectrum and a founder, or another added one, that is alike enough."""
        for cut in np.unique([*lowest_mz, *(low for _, _, known in self._kept for low in np.unique(known))]).tolist():
            inside = np.flatnonzero(lowest_mz <= cut)
            if not len(inside):
                continue
            added = self._portion(places[inside], _chosen_of(spectra, inside), lowest_mz[inside], cut)
            for known in (*self._founders(cut), added):
                yield self._reaching(added, known, cut)

    def _reaching(self, added: _Portion, known: _Portion, cut: float) -> _Pairs:
        """Compare at one m/z what is to be compared there: pairs of which at least one was scanned from it on."""
        bounds = added.sketches @ known.sketches.T
        row, column = np.nonzero(bounds >= np.float32(self._cosine - 2 * ROUNDING))
        here = (added.lowest_mz[row] == cut) | (known.lowest_mz[column] == cut)
        wanted = here & (known.places[column] < added.places[row])
        row, column = row[wanted], column[wanted]
        cosine = _cosines(added.rows, row, known.rows, column)
        kept = cosine >= self._cosine
        return _Pairs(added=added.places[row[kept]], other=known.places[column[kept]], cosine=cosine[kept])

    def _founders(self, cut: float) -> list[_Portion]:
        """Give the founders whose scans began at an m/z or below, cut there."""
        if cut not in self._cut:
            self._cut[cut] = [self._inside(*kept, cut) for kept in self._kept]
        return self._cut[cut]

    def _keep(self, places: IntArray, spectra: PackedSpectra, lowest_mz: FloatArray) -> None:
        if not len(places):
            return
        self._kept.append((places, spectra, lowest_mz))
        for cut, portions in self._cut.items():
            portions.append(self._inside(places, spectra, lowest_mz, cut))

    def _inside(self, places: IntArray, spectra: PackedSpectra, lowest_mz: FloatArray, cut: float) -> _Portion:
        inside = np.flatnonzero(lowest_mz <= cut)
        return self._portion(places[inside], _chosen_of(spectra, inside), lowest_mz[inside], cut)

    def _portion(self, places: IntArray, spectra: PackedSpectra, lowest_mz: FloatArray, cut: float) -> _Portion:
        choices = UnitMassChoices(
            weighting=self._preset.weighting,
            unit_mass=self._preset.unit_mass,
            weakest_peak_fraction=self._preset.weakest_peak_fraction,
            lowest_mz=cut,
        )
        rows = unit_mass_rows(spectra, choices)
        if self._basis is None:
            self._basis = SketchBasis.of(rows, length=_SKETCH_LENGTH)
        return _Portion(places=places, lowest_mz=lowest_mz, rows=rows, sketches=self._basis.sketches(rows))


def _chosen(places: IntArray, pairs: list[_Pairs]) -> IntArray:
    """Go through the spectra in their order: each joins the most alike founder, if there is one."""
    added = np.concatenate([one.added for one in pairs]) if pairs else np.empty(0, np.int64)
    other = np.concatenate([one.other for one in pairs]) if pairs else np.empty(0, np.int64)
    cosine = np.concatenate([one.cosine for one in pairs]) if pairs else np.empty(0)
    order = np.lexsort((other, -cosine, added))
    added, other = added[order], other[order]
    begins = np.searchsorted(added, places)
    ends = np.searchsorted(added, places, side="right")
    founder = places.copy()
    first = int(places[0]) if len(places) else 0
    for place, begin, end in zip(places.tolist(), begins.tolist(), ends.tolist(), strict=True):
        for candidate in other[begin:end].tolist():
            if candidate < first or founder[candidate - first] == candidate:
                founder[place - first] = candidate
                break
    return founder


def _cosines(left: UnitMassRows, rows: IntArray, right: UnitMassRows, columns: IntArray) -> FloatArray:
    """Compute the cosines of pairs in float64."""
    width = max(left.width, right.width)
    parts = [
        _products(left, rows[first : first + _PAIRS_AT_A_TIME], right, columns[first : first + _PAIRS_AT_A_TIME], width)
        for first in range(0, len(rows), _PAIRS_AT_A_TIME)
    ]
    return np.concatenate([np.empty(0), *parts])


def _products(left: UnitMassRows, rows: IntArray, right: UnitMassRows, columns: IntArray, width: int) -> FloatArray:
    one, other = peak_places(left.starts, rows), peak_places(right.starts, columns)
    pair = np.arange(len(rows)) * width
    mine = np.repeat(pair, one.counts) + left.masses[one.peaks]
    theirs = np.repeat(pair, other.counts) + right.masses[other.peaks]
    at = np.searchsorted(theirs, mine)
    inside = np.minimum(at, max(len(theirs) - 1, 0))
    common = theirs[inside] == mine if len(theirs) else np.zeros(len(mine), dtype=bool)
    products = np.where(common, left.weights[one.peaks] * right.weights[other.peaks[inside]], 0.0)
    return np.bincount(np.repeat(np.arange(len(rows)), one.counts), weights=products, minlength=len(rows)).astype(
        np.float64
    )


def _some(spectra: PackedSpectra, first: int, after: int) -> PackedSpectra:
    return _chosen_of(spectra, np.arange(first, min(after, len(spectra))))


def _chosen_of(spectra: PackedSpectra, places: IntArray) -> PackedSpectra:
    """Give some of the spectra, in the order of the places."""
    peaks = peak_places(spectra.starts, places)
    return PackedSpectra(
        starts=np.concatenate([[0], np.cumsum(peaks.counts)]),
        mz=spectra.mz[peaks.peaks],
        intensity=spectra.intensity[peaks.peaks],
        precursor_mz=spectra.precursor_mz[places],
    )
