"""How fast MS/MS search is, beside its peers: ``uv run python -m benchmarks.msms_search --json [--spectra N ...]``.

One thread (set OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1), processor time of that thread, 200 real queries drawn with
``default_rng(3)``, the exact 25 best included. Peers are measured if they can be imported, the scores alone and
with the 25 best; they are no dependency of the project: ``uv run --with ms_entropy python -m benchmarks.msms_search``.
"""

import argparse
import json
import platform
import resource
import sys
import time
from collections.abc import Callable, Sequence
from importlib.metadata import version
from importlib.util import find_spec
from typing import Any

import numpy as np
import numpy.typing as npt
import scipy
from scipy.sparse import csc_array

from benchmarks.libraries import msms_library, real_msms_spectra
from spectra import Dalton, MassSpectrum
from spectra.search.fragment_index import FragmentIndex, FragmentMode
from spectra.search.packed import PackedSpectra

TOP = 25
TOLERANCE = Dalton(0.02)
WINDOW = Dalton(0.01)
QUERIES = 200
_PARITY_QUERIES = 40
_PARITY = 1e-5
_BIN_DA = 0.01
_KIB_PER_MB = 1024


def thread_ms(work: Callable[[], Any]) -> float:
    """Give the processor time of one call in milliseconds."""
    begin = time.thread_time()
    work()
    return (time.thread_time() - begin) * 1000


def summary(times: Sequence[float]) -> dict[str, float]:
    """Give median, 99th percentile and mean in milliseconds."""
    return {
        "median_ms": round(float(np.median(times)), 4),
        "p99_ms": round(float(np.percentile(times, 99)), 3),
        "mean_ms": round(float(np.mean(times)), 4),
    }


def each(work: Callable[[MassSpectrum], Any], queries: Sequence[MassSpectrum]) -> dict[str, float]:
    """Measure one call for each query, after a first round that warms the caches up."""
    for query in queries:
        work(query)
    return summary([thread_ms(lambda query=query: work(query)) for query in queries])


def window_of(mode: FragmentMode) -> Dalton | None:
    """Give the precursor window where the mode takes one."""
    return WINDOW if mode is FragmentMode.IDENTITY else None


def project(library: PackedSpectra, queries: Sequence[MassSpectrum]) -> dict[str, Any]:
    """Measure this project's index."""
    begin = time.thread_time()
    index = FragmentIndex.build(library, tolerance=TOLERANCE)
    build_s = time.thread_time() - begin
    compound = PackedSpectra.of([queries[0]])
    grown = index
    adding = []
    for _ in range(21):
        begin = time.thread_time()
        grown = grown.added(compound)
        adding.append((time.thread_time() - begin) * 1000)
    result: dict[str, Any] = {
        "build_s": round(build_s, 2),
        "resident_mb": round(index.nbytes / 1e6, 1),
        "add_one_compound": summary(adding),
    }
    for mode in FragmentMode:

        def search(query: MassSpectrum, mode: FragmentMode = mode, index: FragmentIndex = index) -> Any:  # noqa: ANN401
            return index.query(query, mode=mode, top=TOP, precursor_tolerance=window_of(mode))

        result[mode.value] = each(search, queries)
        result[f"{mode.value} after 21 additions"] = each(lambda query: search(query, index=grown), queries)
    return result


def sparse_product(library: PackedSpectra, queries: Sequence[MassSpectrum]) -> dict[str, Any]:
    """Measure a cosine over bins of 0.01 Da: simpler scores, tolerances only about right."""
    begin = time.thread_time()
    rows = np.repeat(np.arange(len(library)), np.diff(library.starts))
    columns = np.rint(library.mz / _BIN_DA).astype(np.int32)
    matrix = csc_array(
        (np.sqrt(library.intensity).astype(np.float32), (rows, columns)), shape=(len(library), int(columns.max()) + 4)
    )
    result: dict[str, Any] = {"build_s": round(time.thread_time() - begin, 2)}

    def scores(query: MassSpectrum) -> npt.NDArray[np.float32]:
        reach = np.arange(-2, 3)
        bins = (np.rint(query.mz / _BIN_DA).astype(np.int64)[:, None] + reach).ravel()
        weights = np.repeat(np.sqrt(query.intensity).astype(np.float32), len(reach))
        inside = bins < matrix.shape[1]
        found: npt.NDArray[np.float32] = matrix[:, bins[inside]] @ weights[inside]
        return found

    result["open, scores alone"] = each(scores, queries)
    result["open, with argpartition"] = each(lambda query: np.argpartition(-scores(query), TOP)[:TOP], queries[:20])
    return result


def flash(library: PackedSpectra, queries: Sequence[MassSpectrum]) -> dict[str, Any]:
    """Measure ms_entropy's Flash search."""
    from ms_entropy import FlashEntropySearch  # noqa: PLC0415  # only where it is installed

    order = np.argsort(library.precursor_mz, kind="stable")
    entries = [
        {"precursor_mz": float(library.precursor_mz[row]), "peaks": peaks_of(library.spectrum(int(row)))}
        for row in order
    ]
    begin = time.thread_time()
    search = FlashEntropySearch(max_ms2_tolerance_in_da=TOLERANCE.width)
    search.build_index(entries, clean_spectra=False)
    result: dict[str, Any] = {"version": version("ms_entropy"), "build_s": round(time.thread_time() - begin, 2)}
    del entries
    calls: dict[FragmentMode, Callable[[MassSpectrum], Any]] = {
        FragmentMode.OPEN: lambda query: search.open_search(peaks_of(query), TOLERANCE.width),
        FragmentMode.IDENTITY: lambda query: search.identity_search(
            precursor(query), peaks_of(query), WINDOW.width, TOLERANCE.width
        ),
        FragmentMode.NEUTRAL_LOSS: lambda query: search.neutral_loss_search(
            precursor(query), peaks_of(query), TOLERANCE.width
        ),
        FragmentMode.HYBRID: lambda query: search.hybrid_search(precursor(query), peaks_of(query), TOLERANCE.width),
    }
    for mode, call in calls.items():
        result[f"{mode.value}, scores alone"] = each(call, queries)
        result[f"{mode.value}, with its own best {TOP}"] = each(
            lambda query, call=call: search.get_topn_matches(call(query), topn=TOP, min_similarity=0.0),
            queries[:20],
        )
    index = FragmentIndex.build(library, tolerance=TOLERANCE)
    result["queries whose best scores differ by more than 1e-5"] = {
        mode.value: sum(_differ(index, call, query, mode) for query in queries[:_PARITY_QUERIES])
        for mode, call in calls.items()
    } | {"of": min(_PARITY_QUERIES, len(queries))}
    return result


def _differ(index: FragmentIndex, call: Callable[[MassSpectrum], Any], query: MassSpectrum, mode: FragmentMode) -> bool:
    """Compare the sorted best scores; float32 m/z at the edge of the tolerance make Flash differ from itself too."""
    hits = index.query(query, mode=mode, top=TOP, precursor_tolerance=window_of(mode))
    theirs = np.sort(call(query))[::-1][: len(hits)]
    return bool((np.abs(theirs - hits.scores) > _PARITY).any())


def peaks_of(spectrum: MassSpectrum) -> npt.NDArray[np.float32]:
    """Give peaks as Flash takes them."""
    return np.column_stack([spectrum.mz, spectrum.intensity]).astype(np.float32)


def precursor(spectrum: MassSpectrum) -> float:
    """Give the precursor of a query; all real queries have one."""
    return spectrum.precursor.mz if spectrum.precursor else 0.0


def main() -> int:
    """Measure libraries of every size and print one JSON object or a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--spectra", type=int, nargs="*", default=[1_000_000], help="sizes of synthetic libraries")
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    real = real_msms_spectra()
    chosen = np.random.default_rng(3).choice(len(real), QUERIES, replace=False)
    queries = [real.spectrum(int(position)) for position in chosen]
    result: dict[str, Any] = {
        "python": platform.python_version(),
        "numpy": np.__version__,
        "scipy": scipy.__version__,
        "machine": platform.processor() or platform.machine(),
        "queries": QUERIES,
        "top": TOP,
        "libraries": [],
    }
    for size in (None, *arguments.spectra):
        library = real if size is None else msms_library(real, size=size)
        result["libraries"].append(
            {
                "library": "real MassBank" if size is None else "synthetic",
                "spectra": len(library),
                "peaks": len(library.mz),
                "this project": project(library, queries),
                "SciPy sparse product (binned cosine)": sparse_product(library, queries),
                "ms_entropy Flash": flash(library, queries) if find_spec("ms_entropy") else "not installed",
            }
        )
    result["peak_memory_mb"] = round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / _KIB_PER_MB)
    print(json.dumps(result, indent=2) if arguments.json else table(result))
    return 0


def table(result: dict[str, Any]) -> str:
    """Lay the figures out as lines of text."""
    lines = []
    for library in result["libraries"]:
        lines.append(f"{library['library']}: {library['spectra']} spectra, {library['peaks']} peaks")
        for name, figures in library.items():
            if isinstance(figures, dict):
                lines.extend(f"  {name:38} {what:48} {value}" for what, value in figures.items())
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
