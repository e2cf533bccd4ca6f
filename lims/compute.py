"""One function over many shards: in this process, or in a pool of processes that prepare themselves once."""

import multiprocessing
import os
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from itertools import islice
from multiprocessing.connection import wait
from types import ModuleType
from typing import Any, TypeVar

from lims.work_errors import WorkerLostError

S = TypeVar("S")
R = TypeVar("R")

_AHEAD = 2
"""Shards for each worker that are handed out before their turn: no worker waits, and memory stays bounded."""
_ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
"""For the workers: their number is the parallelism, and linear algebra adds none of its own."""
_prepared: list[Callable[[Any], Any]] = []
"""In a worker: the one function, made when the worker began."""


def map_shards(prepare: Callable[[], Callable[[S], R]], shards: Iterable[S], *, workers: int) -> Iterator[R]:
    """Give the results of all shards in the order of the shards, whatever the number of workers.

    Parameters
    ----------
    prepare : callable
        Makes the function; called once in each process, so that what is dear is made once. Of a module, and picklable:
        workers do not know the script that runs.
    shards : iterable
        Taken as they are needed.
    workers : int
        Processes; 1 for this one alone.

    Raises
    ------
    WorkerLostError
        If a worker ended, or could not prepare itself.

    Notes
    -----
    Workers end with this process, however it ends.
    """
    if workers <= 1:
        yield from map(prepare(), shards)
        return
    rest = iter(shards)
    context = multiprocessing.get_context("forkserver")  # one that is spawned blocks its parent if it dies too early
    with (
        _surroundings(_ONE_THREAD),
        ProcessPoolExecutor(workers, mp_context=context, initializer=_begin, initargs=(prepare,)) as pool,
    ):
        waiting: deque[Future[R]] = deque()
        try:
            with _main_hidden():
                waiting.extend(pool.submit(_one, shard) for shard in islice(rest, _AHEAD * workers))
            while waiting:
                result = waiting.popleft().result()
                with _main_hidden():
                    waiting.extend(pool.submit(_one, shard) for shard in islice(rest, 1))
                yield result
        except (BrokenProcessPool, BrokenPipeError, EOFError) as error:
            raise WorkerLostError(str(error)) from error
        finally:
            for future in waiting:
                future.cancel()


def cores() -> int:
    """Count the processors that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _begin(prepare: Callable[[], Callable[[Any], Any]]) -> None:
    """Make the function in a new worker, and end when the process that began it is gone."""
    threading.Thread(target=_end_with_parent, daemon=True).start()
    _prepared[:] = [prepare()]


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)


def _one(shard: Any) -> Any:  # noqa: ANN401 - whatever the function takes and gives
    return _prepared[0](shard)


@contextmanager
def _main_hidden() -> Iterator[None]:
    """Keep the program's own script from new workers: they would run it again, a page of Streamlit for example.

    What is handed to workers is imported from modules, so nothing of the script is needed.
    """
    main = sys.modules["__main__"]
    sys.modules["__main__"] = ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = main


@contextmanager
def _surroundings(wanted: dict[str, str]) -> Iterator[None]:
    """Set environment variables that new processes inherit, where nobody set them."""
    added = [name for name in wanted if name not in os.environ]
    os.environ.update({name: wanted[name] for name in added})
    try:
        yield
    finally:
        for name in added:
            os.environ.pop(name, None)
