"""The demonstration's one case, played once in a run of the tests: whichever of its processes asks first plays it."""

import fcntl
import json
import os
import shutil
from pathlib import Path

import pytest

from tests.builders.commands import IN_PROCESSES, aigaq


def played_demo(factory: pytest.TempPathFactory, home: Path) -> dict[str, object]:
    """Put a laboratory that has played the case into a new folder; the night plays it anew.

    Returns
    -------
    dict of str to object
        What ``aigaq demo --json`` printed, with the paths of the copy.
    """
    if IN_PROCESSES:
        return json.loads(_play(home))
    kept = _common(factory) / "demonstration"
    printed = kept.with_suffix(".json")
    with kept.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not printed.exists():
            printed.write_text(_play(kept), "utf-8")
    shutil.copytree(kept, home)
    return json.loads(printed.read_text("utf-8").replace(str(kept), str(home)))


def _common(factory: pytest.TempPathFactory) -> Path:
    """Give the folder of the whole run; each process of it has one of its own within."""
    own = factory.getbasetemp()
    return own.parent if "PYTEST_XDIST_WORKER" in os.environ else own


def _play(home: Path) -> str:
    done = aigaq("demo", "--workspace", home, "--no-week", "--json")
    assert done.returncode == 0, done.stderr
    return done.stdout
