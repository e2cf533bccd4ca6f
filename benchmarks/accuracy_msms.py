"""MS/MS scores of queries against the whole library by m/z-sorted postings, and short lists for the combined score."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from benchmarks.accuracy_data import Floats, IntArray, MsmsSet, groups_of
from benchmarks.fit_combined import ShortList
from spectra.scores.combined_msms import MatchedSpectra, msms_evidence

TOLERANCE = 0.02
WINDOW = 0.01
COSINES = {
    "cosine I^1": (0.0, 1.0),
    "cosine I^0.5": (0.0, 0.5),
    "cosine (m I)^0.5": (0.5, 0.5),
    "cosine m^1.3 I^0.53": (1.3, 0.53),
    "cosine m^2 I^0.5": (2.0, 0.5),
    "cosine m^3 I^0.6": (3.0, 0.6),
}
MODES = ("identity", "open")
_LISTED = {"entropy, weighted": 40, "cosine m^2 I^0.5": 25}
_SEED = 5
"""As in section 4.2 of the methods."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class MsmsResult:
    """One query in one mode."""

    mode: str
    compound: str
    ranks: dict[str, float]
    short_list: ShortList


class Postings:
    """All peaks in the order of their m/z, with their weight in each score."""

    def __init__(self, library: MsmsSet) -> None:
        """Weigh and sort every peak once."""
        counts = np.diff(library.starts)
        self.library = library
        spectrum = np.repeat(np.arange(len(library)), counts)
        self.shares = {"entropy, unweighted": library.intensity, "entropy, weighted": _flattened(library, counts)}
        self.weights = {name: library.mz**mz * library.intensity**power for name, (mz, power) in COSINES.items()}
        self.norms = {
            name: np.sqrt(np.add.reduceat(weights**2, library.starts[:-1])) for name, weights in self.weights.items()
        }
        self._order = np.argsort(library.mz, kind="stable")
        self._sorted = library.mz[self._order]
        self._spectrum = spectrum

    def scores(self, query: int) -> tuple[dict[str, Floats], "_Matches"]:
        """Score one spectrum of the library with all of them."""
        peaks = np.arange(self.library.starts[query], self.library.starts[query + 1])
        low = np.searchsorted(self._sorted, self.library.mz[peaks] - TOLERANCE, side="left")
        high = np.searchsorted(self._sorted, self.library.mz[peaks] + TOLERANCE, side="right")
        theirs = np.concatenate([self._order[start:stop] for start, stop in zip(low, high, strict=True)])
        ours = np.repeat(peaks, high - low)
        spectrum = self._spectrum[theirs]
        count = len(self.library)
        scores = {
            name: np.bincount(spectrum, weights[ours] * weights[theirs], count) / (norm * norm[query])
            for (name, weights), norm in zip(self.weights.items(), self.norms.values(), strict=True)
        }
        for name, shares in self.shares.items():
            left, right = shares[ours] / 2.0, shares[theirs] / 2.0
            terms = _p_log2_p(left + right) - _p_log2_p(left) - _p_log2_p(right)
            scores[name] = np.bincount(spectrum, terms, count)
        return scores, _Matches(ours=ours - peaks[0], theirs=theirs, spectrum=spectrum, peaks=len(peaks))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Matches:
    ours: IntArray
    theirs: IntArray
    spectrum: IntArray
    peaks: int


def queries_of(library: MsmsSet, *, most: int) -> IntArray:
    """Choose one spectrum of each compound that another source has with the same precursor."""
    eligible = []
    for rows in groups_of(library.key).values():
        near = np.abs(library.precursor[rows][:, None] - library.precursor[rows][None, :]) <= WINDOW
        other = library.source[rows][:, None] != library.source[rows][None, :]
        eligible.append(rows[(near & other).any(axis=1)])
    shuffled = np.random.default_rng(_SEED).permutation(np.sort(np.concatenate(eligible)))
    _, first = np.unique(library.key[shuffled], return_index=True)
    return shuffled[np.sort(first)][:most]


def search(library: MsmsSet, queries: IntArray) -> Iterator[MsmsResult]:
    """Search every query, records of its compound from the same source left out, in both modes."""
    postings = Postings(library)
    names, place = np.unique(library.key, return_inverse=True)
    order = np.argsort(place, kind="stable")
    starts = np.searchsorted(place[order], np.arange(len(names)))
    rows_of = np.split(order, starts[1:])
    for query in queries:
        scores, matches = postings.scores(int(query))
        allowed = ~((place == place[query]) & (library.source == library.source[query]))
        near = allowed & (np.abs(library.precursor - library.precursor[query]) <= WINDOW)
        for mode, mask in zip(MODES, (near, allowed), strict=True):
            best = {
                name: np.maximum.reduceat(np.where(mask, values, -1.0)[order], starts)
                for name, values in scores.items()
            }
            listed = np.unique(
                np.concatenate([np.argpartition(-best[name], most)[:most] for name, most in _LISTED.items()])
            )
            listed = listed[best["entropy, weighted"][listed] >= 0]
            rows = [rows_of[compound][mask[rows_of[compound]]] for compound in listed]
            right = np.flatnonzero(listed == place[query])
            yield MsmsResult(
                mode=mode,
                compound=str(names[place[query]]),
                ranks={name: _rank(values, place[query]) for name, values in best.items()},
                short_list=ShortList(
                    compound=str(names[place[query]]),
                    data_set=f"MS/MS {mode}",
                    evidence=_evidence(postings, matches, scores, int(query), rows),
                    candidate=np.arange(len(rows)),
                    right=int(right[0]) if len(right) else -1,
                ),
            )


def _evidence(
    postings: Postings, matches: _Matches, scores: dict[str, Floats], query: int, rows: list[IntArray]
) -> Floats:
    library = postings.library
    listed = np.concatenate(rows)
    at = np.full(len(library), -1)
    at[listed] = np.arange(len(listed))
    used = at[matches.spectrum] >= 0
    shares = np.zeros((len(listed), matches.peaks))
    weighted = postings.shares["entropy, weighted"]
    shares[at[matches.spectrum[used]], matches.ours[used]] = weighted[matches.theirs[used]]
    matched = MatchedSpectra(
        query_shares=weighted[library.starts[query] : library.starts[query + 1]],
        reference_shares=shares,
        high_mass_cosine=scores["cosine m^2 I^0.5"][listed],
        plain_cosine=scores["cosine I^0.5"][listed],
        precursor_distance=np.abs(library.precursor[listed] - library.precursor[query]),
    )
    return msms_evidence(matched, [len(compound) for compound in rows])


def _rank(scores: Floats, own: int) -> float:
    true = scores[own]
    tied = (np.abs(scores - true) <= 1e-12).sum() - 1  # noqa: PLR2004 - rounding
    return float(1 + (scores > true + 1e-12).sum() + tied / 2)


def _flattened(library: MsmsSet, counts: IntArray) -> Floats:
    starts = library.starts[:-1]
    entropy = -np.add.reduceat(library.intensity * np.log(library.intensity), starts)
    power = np.where(entropy < 3.0, 0.25 + 0.25 * entropy, 1.0)  # noqa: PLR2004 - Li et al. 2021
    flat = library.intensity ** np.repeat(power, counts)
    shares: Floats = flat / np.repeat(np.add.reduceat(flat, starts), counts)
    return shares


def _p_log2_p(shares: Floats) -> Floats:
    return shares * np.log2(shares)
