"""A real server over the laboratory of a folder, and sessions of its people: for benchmarks of many people."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from lims.domain.account import Factor, SignInWay
from lims.services.account_ports import Stage
from lims.services.laboratory import Laboratory
from lims.ui.session import cookie_name

_UP_WITHIN_S = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """A process that serves browsers."""

    url: str
    process: int
    started_s: float
    """From the command to the first answer."""

    def processor_s(self) -> float:
        """Give the processor time that the process has had: user and system, all its threads."""
        fields = Path(f"/proc/{self.process}/stat").read_text("ascii").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def memory_mb(self) -> int:
        """Give the memory that the process holds now."""
        pages = int(Path(f"/proc/{self.process}/statm").read_text("ascii").split()[1])
        return round(pages * os.sysconf("SC_PAGE_SIZE") / 1e6)


@contextmanager
def serving(home: Path, *, log: Path) -> Iterator[Served]:
    """Serve a folder with ``aigaq serve`` on a free port as long as the context lasts.

    Raises
    ------
    RuntimeError
        If it does not answer within two minutes.
    """
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    program = [sys.executable, "-c", "from lims.cli import main; main()"]
    command = [*program, "serve", "--home", str(home), "--port", str(port)]
    began = time.perf_counter()
    with log.open("wb") as written:
        process = subprocess.Popen(command, stdout=written, stderr=subprocess.STDOUT)  # noqa: S603 - our own command
        try:
            _wait(f"http://127.0.0.1:{port}/health", process)
            started = time.perf_counter() - began
            yield Served(url=f"http://127.0.0.1:{port}", process=process.pid, started_s=round(started, 1))
        finally:
            process.terminate()
            process.wait(timeout=30)


def session_of(laboratory: Laboratory, number: str) -> dict[str, str]:
    """Open a session past the form for signing in; give it as a cookie of the browser."""
    person = laboratory.staffing.get(number)
    opened = laboratory.sessions.open(
        person, stage=Stage.WHOLE, way=SignInWay.LOCAL, factors=(Factor.PASSWORD, Factor.CODE)
    )
    name = cookie_name("session", secure=laboratory.settings.web.secure)
    return {"name": name, "value": opened.token}


def _wait(url: str, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + _UP_WITHIN_S
    while time.monotonic() < until and process.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=5) as answer:  # noqa: S310 - our own address
                if answer.status == 200:  # noqa: PLR2004 - OK
                    return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError(f"{url} does not answer; its log says why")
