"""Commands as people type them, run in this process: the program's own ``main``, its exit code and what it prints.

A process of its own costs seconds of start for each command; with ``COMMANDS_OF_TESTS=processes`` (the nightly run)
each command gets one all the same, and a file that tests a command keeps one real process in every run
(``process=True``).
"""

import getpass
import io
import os
import subprocess
import sys
from pathlib import Path

import pytest

from lims.cli import main

AIGAQ = Path(sys.executable).with_name("aigaq")
IN_PROCESSES = os.environ.get("COMMANDS_OF_TESTS") == "processes"
Done = subprocess.CompletedProcess[str]


def aigaq(*arguments: object, home: Path | None = None, typed: str = "", process: bool = False) -> Done:
    """Run one command; no setting of the surroundings reaches it."""
    words = [str(AIGAQ), *map(str, arguments)]
    environment = {key: value for key, value in os.environ.items() if not key.startswith("AIGAQ_")}
    if home is not None:
        environment["AIGAQ_HOME"] = str(home)
    if process or IN_PROCESSES:
        return subprocess.run(
            words, env=environment, input=typed, capture_output=True, text=True, timeout=300, check=False
        )
    return _run_here(words, environment, typed)


def _run_here(words: list[str], environment: dict[str, str], typed: str) -> Done:
    """Run it with streams of bytes below, as a process has them, and without a terminal."""
    out, err = _stream(), _stream()
    code: str | int | None = 0
    with pytest.MonkeyPatch.context() as patch:
        for name in set(os.environ) - set(environment):
            patch.delenv(name)
        for name, value in environment.items():
            patch.setenv(name, value)
        patch.setattr(sys, "argv", words)
        patch.setattr(sys, "stdin", _stream(typed))
        patch.setattr(sys, "stdout", out)
        patch.setattr(sys, "stderr", err)
        patch.setattr(getpass, "getpass", _ask)
        try:
            main()
        except SystemExit as end:
            code = end.code
    assert code is None or isinstance(code, int), code
    return subprocess.CompletedProcess(words, code or 0, _text(out), _text(err))


def _ask(prompt: str = "Password: ") -> str:
    """Ask as ``getpass`` does where there is no terminal."""
    sys.stderr.write(prompt)
    line = sys.stdin.readline()
    if not line:
        raise EOFError
    return line.rstrip("\n")


def _stream(text: str = "") -> io.TextIOWrapper:
    return io.TextIOWrapper(io.BytesIO(text.encode()), "utf-8", write_through=True)


def _text(stream: io.TextIOWrapper) -> str:
    buffer = stream.buffer
    assert isinstance(buffer, io.BytesIO)
    return buffer.getvalue().decode().replace(os.linesep, "\n")
