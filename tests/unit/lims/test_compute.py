"""One function over many shards: the same results in the same order, whatever the number of workers."""

import os
import subprocess
import sys
import time
from functools import partial
from pathlib import Path
from types import ModuleType

import pytest

from lims.compute import cores, map_shards
from lims.work_errors import WorkerLostError


class Squares:
    """Squares numbers; knows in which process it was made."""

    def __init__(self, offset):
        self.offset = offset

    def __call__(self, number):
        if number == "end":
            os._exit(3)
        if number == "raise":
            raise ValueError("no square")
        time.sleep(0.02 * (number % 3))
        return number * number + self.offset, os.getpid(), os.environ.get("OMP_NUM_THREADS")


class Ending:
    """Ends the process that reads it, while there is still something to read."""

    def __reduce__(self):
        return os._exit, (3,)


def refuse():
    raise OSError("cannot be prepared")


@pytest.mark.parametrize("workers", [1, 3])
def test_results_come_in_the_order_of_the_shards(workers):
    found = list(map_shards(partial(Squares, 7), iter(range(20)), workers=workers))
    assert [one for one, _, _ in found] == [number * number + 7 for number in range(20)]
    assert len({process for _, process, _ in found}) <= workers
    assert (os.getpid() in {process for _, process, _ in found}) == (workers == 1)


def test_workers_have_one_thread_for_linear_algebra_and_leave_the_surroundings_as_they_were(monkeypatch):
    monkeypatch.delenv("OMP_NUM_THREADS", raising=False)
    assert {threads for _, _, threads in map_shards(partial(Squares, 0), [1, 2, 3], workers=2)} == {"1"}
    assert "OMP_NUM_THREADS" not in os.environ


def test_shards_are_taken_as_they_are_needed():
    taken = []

    def shards():
        for number in range(100):
            taken.append(number)
            yield number

    found = map_shards(partial(Squares, 0), shards(), workers=2)
    next(found)
    assert len(taken) < 10
    found.close()
    assert len(taken) < 10


@pytest.mark.parametrize("workers", [1, 2])
def test_what_the_function_raises_comes_through(workers):
    with pytest.raises(ValueError, match="no square"):
        list(map_shards(partial(Squares, 0), [1, "raise"], workers=workers))


def test_a_worker_that_dies_is_named_and_nothing_hangs():
    with pytest.raises(WorkerLostError, match="a worker process ended"):
        list(map_shards(partial(Squares, 0), [1, "end", 2], workers=2))
    with pytest.raises(WorkerLostError, match="a worker process ended"):
        list(map_shards(refuse, [1, 2, 3], workers=2))


def test_workers_end_with_the_process_that_began_them():
    """The parent is killed while its workers have nothing to do."""
    program = (
        "import os, signal, time\n"
        "from functools import partial\n"
        "from lims.compute import map_shards\n"
        "from tests.unit.lims.test_compute import Squares\n"
        "if __name__ == '__main__':\n"
        "    found = map_shards(partial(Squares, 0), iter(range(100)), workers=2)\n"
        "    print(*{next(found)[1] for _ in range(6)}, flush=True)\n"
        "    time.sleep(60)\n"
    )
    parent = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    workers = [int(one) for one in parent.stdout.readline().split()]
    assert workers
    parent.kill()
    parent.wait()
    parent.stdout.close()
    until = time.monotonic() + 30
    while any(_runs(one) for one in workers) and time.monotonic() < until:
        time.sleep(0.05)
    assert not any(_runs(one) for one in workers)


def test_a_worker_that_cannot_even_begin_does_not_block_the_process_that_wants_it(tmp_path):
    program = tmp_path / "broken.py"
    program.write_text(
        "from functools import partial\n"
        "from lims.compute import map_shards\n"
        "from tests.unit.lims.test_compute import Ending, Squares\n"
        "list(map_shards(partial(Squares, (Ending(), b'x' * 10**6)), [1, 2, 3], workers=2))\n",
        "utf-8",
    )
    surroundings = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run(
        [sys.executable, str(program)], capture_output=True, text=True, timeout=60, check=False, env=surroundings
    )
    assert done.returncode == 1
    assert "WorkerLostError" in done.stderr


def _runs(process):
    try:
        return Path(f"/proc/{process}/stat").read_text("ascii").split()[2] != "Z"
    except FileNotFoundError:
        return False


def test_there_is_at_least_one_core():
    assert cores() >= 1


def test_the_script_that_runs_is_not_run_again_in_the_workers(tmp_path, monkeypatch):
    script = tmp_path / "page.py"
    script.write_text("raise RuntimeError('run a second time')", encoding="utf-8")
    main = ModuleType("__main__")
    main.__file__ = str(script)
    monkeypatch.setitem(sys.modules, "__main__", main)
    assert [one for one, _, _ in map_shards(partial(Squares, 0), [1, 2], workers=2)] == [1, 4]
    assert sys.modules["__main__"] is main
