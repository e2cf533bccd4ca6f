"""Processor time of one thread, resident memory, and the facts of the machine: how everything here is measured."""

import gc
import os
import platform
import resource
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import numpy.typing as npt

FEWEST_QUERIES = 3
"""Asked however long they take."""
ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "NUMBA_NUM_THREADS": "1", "TQDM_DISABLE": "1"}
"""The environment of a measurement; the last one keeps matchms's progress bars out of it."""
_PACKAGES = ("numpy", "scipy", "ms_entropy", "matchms", "numba")
_ADDITIONS = 11
_BYTES_PER_MB = 1e6
_KIB_PER_MB = 1000 / 1.024

Step = Callable[[Any], Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How long one line of the table may take."""

    rounds: int
    """All queries are asked that often, and each counts with its fastest round."""
    allowance_s: float
    """No further round is begun that would end after it, and the first round is cut there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """Processor time of the queries; each counts with its fastest round, so that other load is left out."""

    median_ms: float
    p99_ms: float
    slowest_ms: float
    all_rounds_median_ms: float
    queries: int
    rounds: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildFigures:
    """What it costs to make something searchable."""

    build_s: float
    index_mb: float
    """All arrays that it holds, 10^6 bytes."""
    resident_mb: float
    """How much the process grew from before the build to after it and a first query; freed memory may hide in it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Clocked:
    """What a call gave, and the processor time that it took."""

    result: Any
    seconds: float


def clocked(work: Callable[[], Any]) -> Clocked:
    """Make one call on the clock of this thread."""
    begin = time.thread_time()
    result = work()
    return Clocked(result=result, seconds=figures(time.thread_time() - begin))


def timed(
    steps: Sequence[Step],
    queries: Sequence[Any],
    *,
    limits: Limits,
    share: int = 1,
    seen: Callable[[int, Any], None] | None = None,
) -> tuple[Timing, ...]:
    """Ask every query in several rounds.

    Parameters
    ----------
    steps : sequence of callables
        Each takes what the one before gave; the first takes the query.
    queries : sequence
        At least one. All others lie between two rounds, so that no query finds its own data in the cache.
    limits : Limits
        How often and how long.
    share : int
        How many spectra one query is: times are divided by it.
    seen : callable, optional
        Gets the place of each query and what the first step gave, in the first round, off the clock.

    Returns
    -------
    tuple of Timing
        One for each step, of the time up to its end.
    """
    _chain(steps, queries[0])  # compiles, reads files, warms up
    times = np.full((limits.rounds, len(queries), len(steps)), np.nan)
    begin = time.perf_counter()
    for number in range(limits.rounds):
        if number and (time.perf_counter() - begin) * (number + 1) / number > limits.allowance_s:
            break
        for place, query in enumerate(queries):
            if not number and place >= FEWEST_QUERIES and time.perf_counter() - begin > limits.allowance_s:
                break
            times[number, place], first = _chain(steps, query)
            if not number and seen is not None:
                seen(place, first)
    return tuple(_summary(times[:, :, step] / share) for step in range(len(steps)))


def _chain(steps: Sequence[Step], query: object) -> tuple[list[float], Any]:
    value, first, times = query, None, []
    begin = time.thread_time()
    for place, step in enumerate(steps):
        value = step(value)
        times.append((time.thread_time() - begin) * 1000)
        first = first if place else value
    return times, first


def _summary(times: npt.NDArray[np.float64]) -> Timing:
    measured = times[: max(1, int((~np.isnan(times[:, 0])).sum())), ~np.isnan(times[0])]
    fastest = measured.min(axis=0)
    return Timing(
        median_ms=figures(np.median(fastest)),
        p99_ms=figures(np.quantile(fastest, 0.99)),
        slowest_ms=figures(fastest.max()),
        all_rounds_median_ms=figures(np.median(measured)),
        queries=measured.shape[1],
        rounds=measured.shape[0],
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Built:
    """Something searchable, and what it cost."""

    index: Any
    figures: BuildFigures


def built(make: Callable[[], Any], first_query: Step) -> Built:
    """Make something searchable and ask it once."""
    gc.collect()
    before = resident_mb()
    made = clocked(make)
    first_query(made.result)
    gc.collect()
    grown = round(resident_mb() - before, 1)
    held = round(array_mb(made.result), 1)
    return Built(index=made.result, figures=BuildFigures(build_s=made.seconds, index_mb=held, resident_mb=grown))


def adding_ms(index: Any, compound: Any) -> float:  # noqa: ANN401 - an index and spectra of either kind
    """Give the median time of several additions of one compound, each to what the one before gave."""
    seconds = []
    for _ in range(_ADDITIONS):
        grown = clocked(lambda: index.added(compound))  # noqa: B023 - called at once
        index = grown.result
        seconds.append(grown.seconds)
    return figures(float(np.median(seconds)) * 1000)


def array_mb(holder: object) -> float:
    """Add up the arrays that an object holds in its attributes, lists and dictionaries; each memory once."""
    owned: dict[int, int] = {}
    waiting, known = [holder], set()
    while waiting:
        value = waiting.pop()
        if id(value) in known or callable(value) or isinstance(value, (str, bytes, int, float, ModuleType)):
            continue
        known.add(id(value))
        if isinstance(value, np.ndarray):
            owned[value.__array_interface__["data"][0]] = value.nbytes
        elif isinstance(value, (list, tuple)):
            waiting.extend(value)
        elif isinstance(value, dict):
            waiting.extend(value.values())
        else:
            waiting.extend(_attributes(value))
    return sum(owned.values()) / _BYTES_PER_MB


def _attributes(value: object) -> list[object]:
    names = [name for kind in type(value).__mro__ for name in getattr(kind, "__slots__", ())]
    return [getattr(value, name) for name in names if hasattr(value, name)] + list(
        getattr(value, "__dict__", {}).values()
    )


def resident_mb() -> float:
    """Give the memory of this process that is in use now, 10^6 bytes."""
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    return pages * resource.getpagesize() / _BYTES_PER_MB


def peak_memory_mb() -> float:
    """Give the most memory that this process has used, 10^6 bytes."""
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / _KIB_PER_MB)


def machine() -> dict[str, Any]:
    """Give what a figure depends on: processor, cores, load, threads, versions."""
    return {
        "processor": _processor(),
        "cores": os.cpu_count(),
        "load_at_start": [round(load, 2) for load in os.getloadavg()],
        "threads": {name: os.environ.get(name, "not set") for name in ONE_THREAD if name.endswith("THREADS")},
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.machine()}",
        "versions": {name: _version(name) for name in _PACKAGES},
    }


def run_in_one_thread() -> None:
    """Start this program again with one thread for everything, unless it runs so already."""
    if any(os.environ.get(name) != wanted for name, wanted in ONE_THREAD.items()):
        arguments = [sys.executable, *sys.orig_argv[1:]]
        os.execve(sys.executable, arguments, {**os.environ, **ONE_THREAD})  # noqa: S606 - this very program


def _processor() -> str:
    lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
    facts = dict(line.split(":", 1) for line in lines if ":" in line)
    named = {name.strip(): value.strip() for name, value in facts.items()}
    cache = named.get("cache size")
    return named.get("model name", platform.machine()) + (f", {cache} cache a core" if cache else "")


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "not installed"


def figures(value: float | np.floating) -> float:
    """Round to four significant figures."""
    return float(f"{float(value):.4g}")
