"""How long one run takes, from file to ranked candidates: ``uv run python -m benchmarks.identify RUN.D LIBRARY``."""

import argparse
import json
import platform
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

from lims.services.searching import RunSearch
from spectra import GC_EI_DETECTION, find_components, read_run
from spectra.formats.bounded import BoundedReader
from substance_library import release_from_msp

_REPEATS = 21
_KIB_PER_MB = 1024


def timed(work: Callable[[], Any], *, repeats: int) -> dict[str, float]:
    """Repeat a piece of work; give median and slowest in milliseconds of processor time of this process."""
    times = []
    for _ in range(repeats):
        begin = time.process_time()
        work()
        times.append((time.process_time() - begin) * 1000)
    return {"median_ms": round(median(times), 3), "slowest_ms": round(max(times), 3)}


def timed_by_the_wall(work: Callable[[], Any], *, repeats: int) -> dict[str, float]:
    """Repeat a piece of work that waits for another process; give median and slowest in milliseconds of real time."""
    times = []
    for _ in range(repeats):
        begin = time.perf_counter()
        work()
        times.append((time.perf_counter() - begin) * 1000)
    return {"median_ms": round(median(times), 3), "slowest_ms": round(max(times), 3)}


def main() -> int:
    """Measure and print one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("run", type=Path)
    parser.add_argument("library", type=Path)
    arguments = parser.parse_args()
    release = release_from_msp(arguments.library)
    run = read_run(arguments.run)
    search = RunSearch(release)
    search.search(run, top=5)
    result = {
        "python": platform.python_version(),
        "scans": len(run),
        "spectra": len(release.spectra),
        "load_library": timed(lambda: release_from_msp(arguments.library), repeats=5),
        "read_run": timed(lambda: read_run(arguments.run), repeats=_REPEATS),
        "read_run_in_a_process": timed_by_the_wall(lambda: BoundedReader().run(arguments.run), repeats=_REPEATS),
        "find_components": timed(lambda: find_components(run, detection=search.detection), repeats=_REPEATS),
        "find_peaks_of_current": timed(lambda: find_components(run, detection=GC_EI_DETECTION), repeats=_REPEATS),
        "prepare_index": timed(lambda: RunSearch(release).search(run, top=5), repeats=5),
        "search_with_prepared_index": timed(lambda: search.search(run, top=5), repeats=_REPEATS),
        "peak_memory_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / _KIB_PER_MB),
    }
    json.dump(result, sys.stdout, indent=2)
    sys.stdout.write("\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
