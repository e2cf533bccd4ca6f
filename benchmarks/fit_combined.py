"""Fit the coefficients of the combined presets anew: ``uv run python -m benchmarks.fit_combined``.

A conditional logit over short lists: the chance that candidate c of a list is the right one is
``exp(x_c b) / sum exp(x b)``. A candidate may stand there with several explanations of the query, each a row: its
chance is then the sum over them, and its place in the ranking that of the best. Queries of one compound share a
weight, data sets have equal weight, and a ridge on standardised evidence holds the coefficients down; its strength is
chosen by cross-validation over compounds, or 1 where candidates have several explanations.
"""

import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize

Floats = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

RIDGES = (1.0, 5.0, 25.0)
FOLDS = 10
_SEED = 20261122
_NOT_LISTED = 999.0
_SET_WEIGHT = 300.0
"""What a data set weighs in all, so that the larger does not decide alone."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ShortList:
    """One query: its candidates' evidence and which of them is right."""

    compound: str
    """What folds are made of: nothing is fitted on the compound under test."""
    data_set: str
    evidence: Floats = field(repr=False)
    """Shape (n_rows, n_pieces)."""
    candidate: IntArray = field(repr=False)
    """Which candidate each row explains the query by, shape (n_rows,)."""
    right: int
    """The right candidate; -1 where it is not in the list."""

    def weighed(self, columns: Sequence[int], *, unmoved_only: bool = False) -> "ShortList":
        """Give some of the pieces, and of all rows or only the first explanation of each candidate."""
        rows = np.sort(np.unique(self.candidate, return_index=True)[1]) if unmoved_only else slice(None)
        return replace(self, evidence=self.evidence[rows][:, list(columns)], candidate=self.candidate[rows])


def query_weights(lists: Sequence[ShortList]) -> Floats:
    """Give each query's weight: one over the root of its compound's queries, the sets scaled alike."""
    sets = np.array([item.data_set for item in lists])
    weights = np.zeros(len(lists))
    for name in np.unique(sets):
        rows = np.flatnonzero(sets == name)
        _, place, counts = np.unique([lists[row].compound for row in rows], return_inverse=True, return_counts=True)
        inside = 1.0 / np.sqrt(counts[place])
        weights[rows] = _SET_WEIGHT * inside / inside.sum()
    return weights


def fit(lists: Sequence[ShortList], weights: Floats, *, ridge: float) -> Floats:
    """Give the coefficients, shape (n_pieces,), in units of the evidence.

    With several explanations of one candidate the loss has more than one minimum: from nothing, the second explanation
    may never take part. The search then starts from there and from all pieces at one, and the lower end counts.
    """
    used = [row for row, item in enumerate(lists) if item.right >= 0]
    evidence = np.concatenate([lists[row].evidence for row in used])
    sizes = [len(lists[row].evidence) for row in used]
    starts = np.concatenate([[0], np.cumsum(sizes)[:-1]])
    spread = evidence.std(axis=0) + 1e-9
    scaled = (evidence - evidence.mean(axis=0)) / spread
    right = np.concatenate([lists[row].candidate == lists[row].right for row in used])
    weight, of = weights[used], np.repeat(np.arange(len(used)), sizes)
    right_scaled, right_of = scaled[right], of[right]
    right_starts = np.searchsorted(right_of, np.arange(len(used)))

    def loss(coefficients: Floats) -> tuple[float, Floats]:
        linear = scaled @ coefficients
        top = np.maximum.reduceat(linear, starts)
        odds = np.exp(linear - top[of])
        total = np.add.reduceat(odds, starts)
        ours = np.maximum(np.add.reduceat(odds[right], right_starts), np.finfo(float).tiny)
        value = weight @ (np.log(total) - np.log(ours)) + ridge * coefficients @ coefficients
        share = odds / total[of] * weight[of]
        right_share = odds[right] / ours[right_of] * weight[right_of]
        slope = scaled.T @ share - right_scaled.T @ right_share + 2.0 * ridge * coefficients
        return float(value), slope

    several = len(right_of) > len(used)
    beginnings = [np.zeros(scaled.shape[1]), np.ones(scaled.shape[1])][: 1 + several]
    found = [minimize(loss, beginning, jac=True, method="L-BFGS-B") for beginning in beginnings]
    coefficients: Floats = min(found, key=lambda end: end.fun).x / spread
    return coefficients


def folds_of(compounds: Sequence[str], *, folds: int, seed: int) -> dict[str, int]:
    """Put each compound into one fold."""
    unique = sorted(set(compounds))
    shuffled = np.random.default_rng(seed).permutation(len(unique)) % folds
    return dict(zip(unique, shuffled.tolist(), strict=True))


def rank_in_list(item: ShortList, coefficients: Floats) -> float:
    """Give the rank of the right compound, ties shared; 999 where it is not in the list."""
    if item.right < 0:
        return _NOT_LISTED
    scores = np.full(int(item.candidate.max()) + 1, -np.inf)
    np.maximum.at(scores, item.candidate, item.evidence @ coefficients)
    true = scores[item.right]
    tied = (np.abs(scores - true) <= 1e-12).sum() - 1  # noqa: PLR2004 - rounding
    return float(1 + (scores > true + 1e-12).sum() + tied / 2)


def best_ridge(lists: Sequence[ShortList], *, seed: int) -> float:
    """Choose the ridge with the most right first places in an inner cross-validation over compounds."""
    if any(len(item.candidate) > item.candidate.max() + 1 for item in lists):
        return RIDGES[0]
    fold_of = folds_of([item.compound for item in lists], folds=5, seed=seed)
    place = np.array([fold_of[item.compound] for item in lists])
    weights = query_weights(lists)
    right = dict.fromkeys(RIDGES, 0.0)
    for fold in range(5):
        learn, test = np.flatnonzero(place != fold), np.flatnonzero(place == fold)
        for ridge in RIDGES:
            coefficients = fit([lists[row] for row in learn], weights[learn], ridge=ridge)
            ranks = np.array([rank_in_list(lists[row], coefficients) for row in test])
            right[ridge] += float(weights[test] @ (ranks < 1.5))  # noqa: PLR2004 - first, or half of a tie
    return max(RIDGES, key=lambda ridge: (round(right[ridge], 9), ridge))


@dataclass(frozen=True, slots=True, kw_only=True)
class NestedFit:
    """Coefficients for each outer fold, none of them fitted on that fold's compounds."""

    fold_of: dict[str, int]
    coefficients: tuple[Floats, ...]
    ridges: tuple[float, ...]

    def ranks(self, lists: Sequence[ShortList]) -> Floats:
        """Rank every query with the coefficients that have not seen its compound."""
        return np.array([rank_in_list(item, self.coefficients[self.fold_of[item.compound]]) for item in lists])


def fit_nested(training: Sequence[ShortList], compounds: Sequence[str]) -> NestedFit:
    """Fit once for each fold over all compounds that will be tested; the ridge is chosen inside the fold."""
    fold_of = folds_of([*compounds, *(item.compound for item in training)], folds=FOLDS, seed=_SEED)
    coefficients, ridges = [], []
    for fold in range(FOLDS):
        learn = [item for item in training if fold_of[item.compound] != fold]
        ridges.append(best_ridge(learn, seed=_SEED + fold))
        coefficients.append(fit(learn, query_weights(learn), ridge=ridges[-1]))
    return NestedFit(fold_of=fold_of, coefficients=tuple(coefficients), ridges=tuple(ridges))


def fit_all(training: Sequence[ShortList]) -> tuple[Floats, float]:
    """Fit on everything: the coefficients that a preset holds, and the ridge that was chosen."""
    ridge = best_ridge(training, seed=_SEED)
    return fit(training, query_weights(training), ridge=ridge), ridge


def main() -> int:
    """Print the coefficients of each combined preset as JSON."""
    from benchmarks.accuracy import training_lists  # noqa: PLC0415 - the benchmark imports this module

    result = {}
    for preset, lists in training_lists().items():
        coefficients, ridge = fit_all(lists)
        names = [name for name, _ in preset.coefficients]
        values = dict(zip(names, np.round(coefficients, 4).tolist(), strict=True))
        result[f"{preset.name}/{preset.version}"] = {"ridge": ridge, "queries": len(lists), "coefficients": values}
    json.dump(result, sys.stdout, indent=2)
    sys.stdout.write("\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
