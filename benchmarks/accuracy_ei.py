"""EI scores of queries against a library, all pairs at once, and short lists for the combined score."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from benchmarks.accuracy_data import WIDTH, EiSet, Floats, IntArray, best_of_keys, groups_of
from benchmarks.fit_combined import ShortList
from spectra.scores.combined import Explanations
from spectra.scores.combined_ei import ei_explanations
from spectra.scores.combined_isotopologue import MASS_SHIFTS
from spectra.scores.ei_evidence import WEAKEST_PEAK_FRACTION

MASSES = np.arange(float(WIDTH))
COSINES = {
    "cosine I^1": (0.0, 1.0),
    "cosine I^0.5": (0.0, 0.5),
    "cosine (m I)^0.5": (0.5, 0.5),
    "cosine m^1.3 I^0.53": (1.3, 0.53),
    "cosine m^2 I^0.5": (2.0, 0.5),
    "cosine m^3 I^0.6": (3.0, 0.6),
}
LISTED = 40
"""Compounds that each of the four scores below, and the hybrid with estimated mass shifts, brings into a short list."""
LISTING = ("cosine I^1", "NIST identity", "composite m^1.3 I^0.53", "entropy, weighted")
_RESCORED = 400
_SIMPLE_NOISE = WEAKEST_PEAK_FRACTION * 999.0
_BELOW_ALL = -2.0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class EiScores:
    """Scores of every query with every library spectrum, by scorer, each of shape (n_queries, n_library)."""

    by_name: dict[str, Floats]
    moved: Floats
    """Hybrid cosine with the best of ``MASS_SHIFTS``, which only brings compounds into short lists."""

    def of(self, queries: IntArray) -> "EiScores":
        """Give those of some of the queries."""
        return EiScores(
            by_name={name: table[queries] for name, table in self.by_name.items()}, moved=self.moved[queries]
        )

    def ranked(self, name: str, allowed: np.ndarray, place: IntArray) -> Floats:
        """Give the best score of each compound, spectra that are not allowed left out."""
        return best_allowed(self.by_name[name], allowed, place)


def best_allowed(scores: Floats, allowed: np.ndarray, place: IntArray) -> Floats:
    """Give the best score of each compound, spectra that are not allowed left out."""
    return best_of_keys(np.where(allowed, scores, -np.inf), place, int(place.max()) + 1)


def score_all(queries: Floats, library: Floats) -> EiScores:
    """Compute every published scorer of the table."""
    scores = {
        name: _cosines(MASSES**mz * queries**power, MASSES**mz * library**power)
        for name, (mz, power) in COSINES.items()
    }
    strong = [np.where(rows >= _SIMPLE_NOISE, rows, 0.0) for rows in (queries, library)]
    scores["ei-simple/1"] = _cosines(np.sqrt(strong[0]), np.sqrt(strong[1]))
    scores["entropy, weighted"] = _entropies(*(_shares(rows, weighted=True) for rows in (queries, library)))
    scores["entropy, unweighted"] = _entropies(*(_shares(rows, weighted=False) for rows in (queries, library)))
    scores |= _identities(queries, library, first=scores["cosine (m I)^0.5"])
    for name, cosine in (("m^1.3 I^0.53", "cosine m^1.3 I^0.53"), ("m^3 I^0.6", "cosine m^3 I^0.6")):
        scores[f"composite {name}"] = _composites(queries, library, COSINES[cosine], scores[cosine])
    return EiScores(by_name=scores, moved=_moved_hybrids(*strong))


def short_lists(
    data_set: str,
    library: EiSet,
    *,
    queries: tuple[Floats, Sequence[str]],
    scores: EiScores,
    allowed: np.ndarray,
    keys: np.ndarray,
    own: Sequence[str],
) -> list[ShortList]:
    """Collect for each query the compounds that five scores put first, with the evidence for each."""
    unique, place = np.unique(keys, return_inverse=True)
    rows_of = groups_of(keys)
    best = [*(scores.ranked(name, allowed, place) for name in LISTING), best_allowed(scores.moved, allowed, place)]
    lists = []
    for number, spectrum in enumerate(queries[0]):
        listed = np.unique(np.concatenate([np.argpartition(-table[number], LISTED)[:LISTED] for table in best]))
        listed = listed[np.isfinite(best[0][number, listed])]
        rows = [rows_of[unique[group]][allowed[number, rows_of[unique[group]]]] for group in listed]
        explained = _explanations(spectrum, library.spectra[np.concatenate(rows)], [len(r) for r in rows])
        right = np.flatnonzero(unique[listed] == own[number])
        lists.append(
            ShortList(
                compound=queries[1][number],
                data_set=data_set,
                evidence=explained.evidence,
                candidate=explained.candidate,
                right=int(right[0]) if len(right) else -1,
            )
        )
    return lists


def hybrids(queries: EiSet, library: EiSet, exponents: tuple[float, float], *, largest_shift: int = 300) -> Floats:
    """Give the simple hybrid of every query with every library spectrum; shape (n_queries, n_library)."""
    mz, power = exponents
    weights, plain = MASSES**mz, library.spectra
    norms = np.linalg.norm(weights * plain**power, axis=1)
    columns = np.arange(WIDTH)
    table = np.zeros((len(queries), len(library)))
    for number, spectrum in enumerate(queries.spectra):
        shift = queries.nominal_mass[number] - library.nominal_mass
        source = columns[None, :] - np.where(np.abs(shift) <= largest_shift, shift, WIDTH)[:, None]
        inside = (source > 0) & (source < WIDTH)
        moved = np.where(inside, np.take_along_axis(plain, np.clip(source, 0, WIDTH - 1), axis=1), 0.0)
        both = weights * np.maximum(plain, moved) ** power
        left = weights * spectrum**power
        norm = np.linalg.norm(left) * np.maximum(np.linalg.norm(both, axis=1), norms)
        table[number] = both @ left / norm
    return table


def _explanations(query: Floats, references: Floats, sizes: Sequence[int]) -> Explanations:
    used = int(np.flatnonzero((query > 0) | (references > 0).any(axis=0)).max()) + max(MASS_SHIFTS) + 1
    return ei_explanations(query[:used], references[:, :used], sizes, moved=True)


def _moved_hybrids(queries: Floats, library: Floats) -> Floats:
    """Give the hybrid cosine of ``estimate_mass_shifts`` for all pairs at once."""
    left, alone = np.sqrt(MASSES * queries), np.linalg.norm(np.sqrt(MASSES * library), axis=1)
    norms = np.maximum(np.linalg.norm(left, axis=1), np.finfo(float).tiny)[:, None]
    best = np.full((len(queries), len(library)), _BELOW_ALL)
    for shift in MASS_SHIFTS:
        moved = np.roll(library, shift, axis=1)  # nothing lies near either end
        both = np.sqrt(MASSES * np.maximum(library, moved))
        np.maximum(best, left @ both.T / (norms * np.maximum(np.linalg.norm(both, axis=1), alone)[None, :]), out=best)
    return best


def _cosines(queries: Floats, library: Floats) -> Floats:
    norms = np.linalg.norm(queries, axis=1)[:, None] * np.linalg.norm(library, axis=1)[None, :]
    table: Floats = np.divide(queries @ library.T, norms, out=np.zeros(norms.shape), where=norms > 0)
    return table


def _shares(rows: Floats, *, weighted: bool) -> Floats:
    shares = rows / np.maximum(rows.sum(axis=1, keepdims=True), np.finfo(float).tiny)
    if not weighted:
        return shares
    entropy = -(shares * np.log(np.where(shares > 0, shares, 1.0))).sum(axis=1, keepdims=True)
    flat = shares ** np.where(entropy < 3.0, 0.25 + 0.25 * entropy, 1.0)  # noqa: PLR2004 - Li et al. 2021
    flat[shares == 0] = 0.0
    return flat / np.maximum(flat.sum(axis=1, keepdims=True), np.finfo(float).tiny)


def _entropies(queries: Floats, library: Floats) -> Floats:
    table = np.zeros((len(queries), len(library)))
    alone = _p_log2_p(library / 2.0)
    for number, query in enumerate(queries / 2.0):
        seen = np.flatnonzero(query)
        right = library[:, seen] / 2.0
        mixed = _p_log2_p(right + query[seen]) - _p_log2_p(query[seen]) - alone[:, seen]
        table[number] = np.where(right > 0, mixed, 0.0).sum(axis=1)
    return table


def _p_log2_p(shares: Floats) -> Floats:
    return shares * np.log2(np.where(shares > 0, shares, 1.0))


def _composites(queries: Floats, library: Floats, exponents: tuple[float, float], cosine: Floats) -> Floats:
    weights = MASSES ** exponents[0] * library ** exponents[1]
    table = np.zeros(cosine.shape)
    for number, query in enumerate(queries):
        seen = np.flatnonzero(query)
        left, right = MASSES[seen] ** exponents[0] * query[seen] ** exponents[1], weights[:, seen]
        ratio, steps = _steps(left, right, right > 0, np.ones(len(seen)))
        common = (right > 0).sum(axis=1)
        mixed = (len(seen) * cosine[number] + common * ratio) / np.maximum(len(seen) + common, 1)
        table[number] = np.where(steps > 0, mixed, cosine[number])
    return table


def _steps(left: Floats, right: Floats, counted: np.ndarray, mass_weights: Floats) -> tuple[Floats, IntArray]:
    """Give the mean ratio of the steps between common ions and their number; a counted lone ion breaks a step."""
    common = (right > 0) & (left > 0) & counted
    quotient = np.divide(right, left, out=np.zeros(right.shape), where=common)
    last = np.maximum.accumulate(np.where(counted, np.arange(right.shape[1]), -1), axis=1)
    before = np.concatenate([np.full((len(right), 1), -1), last[:, :-1]], axis=1)
    previous = np.maximum(before, 0)
    usable = common & (before >= 0) & np.take_along_axis(common, previous, axis=1)
    step = np.divide(quotient, np.take_along_axis(quotient, previous, axis=1), out=np.ones(right.shape), where=usable)
    weights = np.where(usable, mass_weights, 0.0)
    summed = (weights * np.minimum(step, 1.0 / step)).sum(axis=1)
    total = weights.sum(axis=1)
    mean: Floats = np.divide(summed, total, out=np.zeros(len(right)), where=total > 0)
    return mean, usable.sum(axis=1)


def _identities(queries: Floats, library: Floats, *, first: Floats) -> dict[str, Floats]:
    """Rescore the 400 best of a first cosine by the two identity match factors."""
    whole_queries, whole = np.floor(queries + 0.5), np.floor(library + 0.5)
    start = np.argmax(whole > 0, axis=1)
    forward, reverse = first + _BELOW_ALL, first + _BELOW_ALL
    for number, query in enumerate(whole_queries):
        rows = np.argpartition(-first[number], min(_RESCORED, len(library) - 1))[:_RESCORED]
        used = np.flatnonzero((query > 0) | (whole[rows] > 0).any(axis=0))
        values = _identity(query[used], whole[rows][:, used], MASSES[used], start[rows])
        forward[number, rows], reverse[number, rows] = values
    return {"NIST identity": forward, "NIST identity, reverse": reverse}


def _identity(query: Floats, rows: Floats, masses: Floats, start: IntArray) -> tuple[Floats, Floats]:
    from_mass = np.maximum(masses[np.argmax(query > 0)], start)[:, None]
    counted = (np.maximum(query, rows) > 1.0) & (masses >= from_mass)
    dot = np.where(counted, masses * np.sqrt(query * rows), 0.0).sum(axis=1)
    right = np.where(counted, masses * rows, 0.0).sum(axis=1)
    left = np.where(counted, masses * query, 0.0)
    ratio, steps = _steps(np.broadcast_to(np.sqrt(query), rows.shape), np.sqrt(rows), counted, masses)
    common = (counted & (query > 0) & (rows > 0)).sum(axis=1)
    factors = []
    for norm in (left.sum(axis=1), np.where(rows > 0, left, 0.0).sum(axis=1)):
        term = np.divide(dot * dot, norm * right, out=np.zeros(len(rows)), where=norm * right > 0)
        total = np.maximum(common + steps, 1)
        factors.append(np.where(common > 0, np.maximum((common * term + steps * ratio) / total - 0.0005, 0.0), 0.0))
    return factors[0], factors[1]
