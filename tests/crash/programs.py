"""The campaigns are programs of their own, in processes without threads; tests start them and read what they print."""

import json
import os
import subprocess
import sys
from pathlib import Path

_PROJECT = Path(__file__).parents[2]
_ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}


def run(module: str, *options: object, before: tuple[str, ...] = ()) -> list[dict]:
    """Run a campaign and give its lines of JSON, which are shown too when a test fails.

    Raises
    ------
    subprocess.CalledProcessError
        If it does not come to its end.
    """
    command = [*before, sys.executable, "-m", f"tests.crash.{module}", *map(str, options)]
    ended = subprocess.run(command, cwd=_PROJECT, env=os.environ | _ONE_THREAD, capture_output=True, check=False)
    sys.stdout.write(ended.stdout.decode())
    sys.stderr.write(ended.stderr.decode(errors="replace")[-5000:])
    ended.check_returncode()
    return [json.loads(line) for line in ended.stdout.splitlines()]
