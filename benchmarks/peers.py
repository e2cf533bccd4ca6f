"""What a peer is to the search benchmark, and the plain one: the sparse product of SciPy."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt
from scipy.sparse import csc_array, csr_array

from benchmarks.timing import Step
from spectra import MassSpectrum
from spectra.search.packed import PackedSpectra
from spectra.search.top_k import largest_positions

TOP = 25
BY_FOLDING = "the project's own search for the best 25"
BY_PARTITION = "numpy.argpartition"
_BIN_DA = 0.01
_INSTALL = "uv run --group bench python -m benchmarks.search"

Floats = npt.NDArray[np.floating]


@dataclass(frozen=True, slots=True, kw_only=True)
class PeerMode:
    """One kind of search as a peer does it."""

    scores: Step
    """From the cleaned query to the scores of all spectra."""
    best: Step
    """From the scores to the best 25."""
    best_by: str
    score: str
    same_score: bool
    """Whether it should give the project's figures."""


class Peer(Protocol):
    """A library made searchable by somebody else's code."""

    def modes(self) -> dict[str, PeerMode]:
        """Give what it can do, under the names of the benchmark's works."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PeerPlan:
    """A peer that has not been built yet."""

    name: str
    package: str | None = None
    """What must be installed."""
    at_most: int | None = None
    """Spectra up to which it is measured unasked."""
    beyond: str = ""
    """Why not beyond."""
    prepare: Callable[[PackedSpectra], Any]
    """Off the clock: the cleaned library in the peer's own form."""
    build: Callable[[Any], Peer]
    """On the clock."""

    def refusal(self, spectra: int, *, slow_peers: bool) -> str | None:
        """Say why it is not measured, or None."""
        if self.package is not None and find_spec(self.package) is None:
            return f"not installed ({_INSTALL})"
        if self.at_most is not None and spectra > self.at_most and not slow_peers:
            return f"not measured at this size: {self.beyond}; --slow-peers asks for it"
        return None


def as_it_is(library: PackedSpectra) -> PackedSpectra:
    """Leave a library as it is."""
    return library


def best_by_folding(scores: Floats) -> npt.NDArray[np.int64]:
    """Find the best as the project does; the fastest way known here, given to the peer for nothing."""
    return largest_positions(scores, TOP)


def best_by_partition(scores: Floats) -> npt.NDArray[np.intp]:
    """Find the best as NumPy does."""
    return np.argpartition(scores, -min(TOP, len(scores)))[-TOP:]


class EiProduct:
    """Cosines of square roots at unit mass by SciPy, float32."""

    def __init__(self, library: PackedSpectra, *, by_columns: bool) -> None:
        """Make the matrix, in the layout that is asked for."""
        matrix = csr_array(_unit_rows(library))
        self._by_columns = by_columns
        self._matrix = csc_array(matrix) if by_columns else matrix

    def modes(self) -> dict[str, PeerMode]:
        """Give identity search, and batches where the rows are contiguous."""
        score = "the same cosine, float32"
        whole = self.by_columns if self._by_columns else self.by_rows
        one = PeerMode(scores=whole, best=best_by_folding, best_by=BY_FOLDING, score=score, same_score=True)
        if self._by_columns:
            return {"EI identity": one}
        batch = PeerMode(
            scores=self.batch,
            best=lambda scores: [best_by_folding(column) for column in scores],
            best_by=BY_FOLDING,
            score=score,
            same_score=True,
        )
        return {"EI identity": one, "EI identity, batch of 64": batch}

    def by_columns(self, query: MassSpectrum) -> Floats:
        """Multiply the columns of the query's masses."""
        masses, weights = self._prepared(query)
        found: Floats = self._matrix[:, masses] @ weights
        return found

    def by_rows(self, query: MassSpectrum) -> Floats:
        """Multiply the whole matrix."""
        found: Floats = self._matrix @ self._dense(query)
        return found

    def batch(self, queries: Sequence[MassSpectrum]) -> Floats:
        """Multiply the whole matrix by many queries at once; one row of scores for each."""
        found: Floats = np.ascontiguousarray((self._matrix @ np.stack([self._dense(query) for query in queries], 1)).T)
        return found

    def _dense(self, query: MassSpectrum) -> npt.NDArray[np.float32]:
        masses, weights = self._prepared(query)
        dense = np.zeros(self._matrix.shape[1], dtype=np.float32)
        dense[masses] = weights
        return dense

    def _prepared(self, query: MassSpectrum) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float32]]:
        inside = query.mz < self._matrix.shape[1]
        weights = np.sqrt(query.intensity / query.intensity.sum())
        return query.mz[inside].astype(np.int64), weights[inside].astype(np.float32)


def _unit_rows(library: PackedSpectra) -> csr_array:
    weights = np.sqrt(library.intensity).astype(np.float32)  # of intensities that sum to 1: rows of length 1
    shape = (len(library), int(library.mz.max()) + 1)
    return csr_array((weights, library.mz.astype(np.int32), library.starts.astype(np.int32)), shape=shape)


class BinnedProduct:
    """A cosine over bins of 0.01 Da, the two to each side included: simpler scores, tolerances only about right."""

    def __init__(self, library: PackedSpectra) -> None:
        """Make the matrix."""
        rows = np.repeat(np.arange(len(library), dtype=np.int32), np.diff(library.starts))
        columns = np.rint(library.mz / _BIN_DA).astype(np.int32)
        weights = np.sqrt(library.intensity).astype(np.float32)
        self._matrix = csc_array((weights, (rows, columns)), shape=(len(library), int(columns.max()) + 3))

    def modes(self) -> dict[str, PeerMode]:
        """Give open search, the only one."""
        mode = PeerMode(
            scores=self.open,
            best=best_by_folding,
            best_by=BY_FOLDING,
            score="a cosine over bins of 0.01 Da",
            same_score=False,
        )
        return {"MS/MS open": mode}

    def open(self, query: MassSpectrum) -> Floats:
        """Multiply the columns around the query's peaks."""
        reach = np.arange(-2, 3)
        bins = (np.rint(query.mz / _BIN_DA).astype(np.int64)[:, None] + reach).ravel()
        weights = np.repeat(np.sqrt(query.intensity).astype(np.float32), len(reach))
        inside = bins < self._matrix.shape[1]
        found: Floats = self._matrix[:, bins[inside]] @ weights[inside]
        return found


SCIPY_EI = (
    PeerPlan(name="SciPy CSC columns", prepare=as_it_is, build=lambda library: EiProduct(library, by_columns=True)),
    PeerPlan(name="SciPy CSR product", prepare=as_it_is, build=lambda library: EiProduct(library, by_columns=False)),
)
SCIPY_MSMS = (PeerPlan(name="SciPy CSC columns, binned", prepare=as_it_is, build=BinnedProduct),)
