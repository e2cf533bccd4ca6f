"""Unit-mass search beside its peers: ``uv run python -m benchmarks.ei_search --json [--spectra N ...]``.

One thread, processor time of that thread; start it with OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1. All queries are
asked in several rounds and each query counts with its fastest round: 199 others lie between two rounds, so that no
query finds its own data in the cache, while other load on the machine, which lengthens processor time by memory
traffic, is left out as far as it can be. Peers that are not installed are named as such.
"""

import argparse
import gc
import json
import os
import sys
import time
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.sparse import csc_array, csr_array

from benchmarks.libraries import ei_library, real_ei_spectra
from spectra import SIMPLE_EI, MassSpectrum
from spectra.scores import prepare_spectrum
from spectra.search.packed import PackedSpectra
from spectra.search.top_k import largest_positions
from spectra.search.unit_mass_index import UnitMassIndex

SIZES = (3_000, 12_500, 350_000)
QUERIES = 200
TOP = 25
BATCH = 64
_LOWEST_MZ = 40.0
_MATCHMS_AT_MOST = 3_000
"""matchms takes 0.6 s a query at 12 500."""
_MS_ENTROPY_AT_MOST = 12_500
"""ms_entropy takes three minutes and 3 GB to index 350 000; ``--large-peers`` asks for it."""

Row = dict[str, Any]


def timed(work: Callable[[MassSpectrum], object], queries: Sequence[MassSpectrum], *, rounds: int) -> Row:
    """Ask every query in several rounds; give median, 99th percentile and slowest, in milliseconds."""
    times = np.empty((rounds, len(queries)))
    for number in range(rounds):
        for place, query in enumerate(queries):
            begin = time.thread_time()
            work(query)
            times[number, place] = (time.thread_time() - begin) * 1000
    return {"all_rounds_median_ms": _ms(np.median(times)), **_summary(times.min(axis=0))}


def index_row(library: PackedSpectra, queries: Sequence[MassSpectrum], *, rounds: int) -> tuple[UnitMassIndex, Row]:
    """Build the index and measure everything about it."""
    begin = time.thread_time()
    index = UnitMassIndex.build(
        library,
        weighting=SIMPLE_EI.weighting,
        unit_mass=SIMPLE_EI.unit_mass,
        weakest_peak_fraction=SIMPLE_EI.weakest_peak_fraction,
        lowest_mz=_LOWEST_MZ,
    )
    row: Row = {"build_s": round(time.thread_time() - begin, 2)}
    row["index_mb"] = round(index.nbytes / 1e6)
    row["bytes_a_peak"] = round(index.nbytes / len(index.segments[0].rows.masses), 1)
    row |= timed(lambda query: index.query(query, top=TOP, allowed=None), queries, rounds=rounds)
    batches = [queries[first : first + BATCH] for first in range(0, len(queries) - BATCH + 1, BATCH)]
    whole = [min(_milliseconds(_batch(index, batch)) for _ in range(rounds)) / BATCH for batch in batches]
    row["batch_of_64_ms_a_query"] = _ms(np.median(whole))
    one = PackedSpectra.of(queries[:1])
    row["add_one_ms"] = _ms(np.median([_milliseconds(lambda: index.added(one)) for _ in range(11)]))
    grown = index.added(one)
    row["add_another_ms"] = _ms(np.median([_milliseconds(lambda: grown.added(one)) for _ in range(11)]))
    return index, row


class SparseProduct:
    """The columns of the query's masses times its weights, by SciPy, and the best by block maxima."""

    def __init__(self, index: UnitMassIndex) -> None:
        """Take the index's own rows, as float32."""
        rows = index.segments[0].rows
        shape = (len(rows), index.width)
        by_row = csr_array((rows.weights.astype(np.float32), rows.masses.astype(np.int32), rows.starts), shape=shape)
        self._columns = csc_array(by_row)

    def query(self, spectrum: MassSpectrum) -> npt.NDArray[np.float32]:
        """Give the best cosines, falling."""
        prepared = prepare_spectrum(spectrum, SIMPLE_EI, lowest_mz=_LOWEST_MZ)
        weights = SIMPLE_EI.weighting.weigh(prepared)
        inside = prepared.mz < self._columns.shape[1]
        masses = prepared.mz[inside].astype(np.int64)
        scores = self._columns[:, masses] @ (weights[inside] / np.linalg.norm(weights)).astype(np.float32)
        found: npt.NDArray[np.float32] = np.sort(scores[largest_positions(scores, TOP)])[::-1]
        return found


def ms_entropy_row(library: PackedSpectra, queries: Sequence[MassSpectrum], *, rounds: int, large: bool) -> Row | str:
    """Measure Flash entropy search, open, 0.02 Da; its score is another one, its work is alike."""
    try:
        from ms_entropy import FlashEntropySearch  # noqa: PLC0415 - a peer, needed nowhere else
    except ImportError:
        return "not installed"
    if len(library) > _MS_ENTROPY_AT_MOST and not large:
        return f"not run above {_MS_ENTROPY_AT_MOST}; ask with --large-peers"
    begin = time.thread_time()
    search = FlashEntropySearch()
    search.build_index(
        [{"precursor_mz": 1000.0, "peaks": _peaks(library.spectrum(place))} for place in range(len(library))],
        max_indexed_mz=2000,
        clean_spectra=True,
    )
    build = round(time.thread_time() - begin, 2)

    def ask(spectrum: MassSpectrum) -> object:
        peaks = search.clean_spectrum_for_search(precursor_mz=1000.0, peaks=_peaks(spectrum))
        scores = search.open_search(peaks=peaks, ms2_tolerance_in_da=0.02)
        return np.argpartition(scores, -TOP)[-TOP:]

    return {"build_s": build, **timed(ask, queries, rounds=rounds)}


def matchms_row(library: PackedSpectra, queries: Sequence[MassSpectrum]) -> Row | str:
    """Measure greedy cosine, one query against all; 20 queries, one round."""
    try:
        from matchms import Spectrum  # noqa: PLC0415 - a peer, needed nowhere else
        from matchms.similarity import CosineGreedy  # noqa: PLC0415
    except ImportError:
        return "not installed"
    if len(library) > _MATCHMS_AT_MOST:
        return f"not run above {_MATCHMS_AT_MOST}"
    score = CosineGreedy(tolerance=0.1, mz_power=0.0, intensity_power=0.5)

    def foreign(spectrum: MassSpectrum) -> Any:  # noqa: ANN401 - the peer's type
        return Spectrum(mz=spectrum.mz, intensities=spectrum.intensity / spectrum.intensity.max(), metadata={})

    references = [foreign(library.spectrum(place)) for place in range(len(library))]
    return timed(lambda query: score.matrix(references, [foreign(query)]), queries[:20], rounds=1)


def measure(real: list[MassSpectrum], size: int, arguments: argparse.Namespace) -> Row:
    """Measure one size."""
    begin = time.thread_time()
    library = ei_library(real, size=size, weakest=arguments.weakest)
    made = round(time.thread_time() - begin, 1)
    chosen = np.random.default_rng(3).choice(len(real), QUERIES, replace=False)
    queries = [real[place] for place in chosen]
    index, row = index_row(library, queries, rounds=arguments.rounds)
    product = SparseProduct(index)
    errors = [
        np.abs(product.query(query) - index.query(query, top=TOP, allowed=None).cosines).max() for query in queries
    ]
    result: Row = {
        "spectra": size,
        "peaks": len(library.mz),
        "indexed_peaks": len(index.segments[0].rows.masses),
        "peaks_a_query": _ms(np.median([len(query) for query in queries])),
        "library_made_s": made,
        "index": row,
        "scipy_csc": timed(product.query, queries, rounds=min(arguments.rounds, 3)),
        "largest_difference_to_scipy": float(max(errors)),
    }
    result["times_faster_than_scipy"] = round(result["scipy_csc"]["median_ms"] / row["median_ms"], 1)
    del index, product
    gc.collect()
    result["ms_entropy_flash"] = ms_entropy_row(
        library, queries, rounds=min(arguments.rounds, 3), large=arguments.large_peers
    )
    result["matchms_cosine_greedy"] = matchms_row(library, queries)
    return result


def main() -> int:
    """Measure every size and print a table or one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of a table")
    parser.add_argument("--spectra", type=int, nargs="+", default=list(SIZES))
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--weakest", type=float, default=1.0, help="drop library peaks below it, of 999")
    parser.add_argument("--large-peers", action="store_true", help="run ms_entropy at every size")
    arguments = parser.parse_args()
    real = real_ei_spectra()
    sizes = [measure(real, size, arguments) for size in arguments.spectra]
    threads = {name: os.environ.get(name, "not set") for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS")}
    result = {"queries": QUERIES, "top": TOP, "threads": threads, "load": os.getloadavg()[0], "sizes": sizes}
    if arguments.json:
        json.dump(result, sys.stdout, indent=2)
        sys.stdout.write("\n")
        return 0
    for size in sizes:
        row = size["index"]
        print(
            f"{size['spectra']:>8} spectra, {size['indexed_peaks']:>9} peaks: median {row['median_ms']} ms, "
            f"p99 {row['p99_ms']} ms, batch {row['batch_of_64_ms_a_query']} ms, build {row['build_s']} s, "
            f"{row['index_mb']} MB, add {row['add_one_ms']} ms; SciPy {size['scipy_csc']['median_ms']} ms"
        )
    return 0


def _peaks(spectrum: MassSpectrum) -> npt.NDArray[np.float32]:
    return np.column_stack([spectrum.mz, spectrum.intensity]).astype(np.float32)


def _batch(index: UnitMassIndex, batch: Sequence[MassSpectrum]) -> Callable[[], object]:
    return lambda: index.query_many(batch, top=TOP, allowed=None)


def _milliseconds(work: Callable[[], object]) -> float:
    begin = time.thread_time()
    work()
    return (time.thread_time() - begin) * 1000


def _summary(times: npt.NDArray[np.float64]) -> Row:
    return {"median_ms": _ms(np.median(times)), "p99_ms": _ms(np.quantile(times, 0.99)), "slowest_ms": _ms(times.max())}


def _ms(value: float | np.floating) -> float:
    return round(float(value), 3)


if __name__ == "__main__":
    sys.exit(main())
