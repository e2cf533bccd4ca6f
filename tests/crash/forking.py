"""Children forked from a warmed process: what they say goes through a pipe, and they can be killed at any time."""

import gc
import json
import os
import select
import signal
import sys
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field

Say = Callable[[bytes], object]
"""Sends one line to the parent; a line shorter than ``PIPE_BUF`` arrives whole or not at all."""
_CHUNK = 1 << 20


class ChildFailedError(Exception):
    """A child did not end as it should."""


@dataclass(slots=True, kw_only=True)
class Child:
    """A forked process and what it has said so far."""

    pid: int
    descriptor: int
    heard: bytearray = field(default_factory=bytearray)
    ended: bool = False

    def listen(self, seconds: float) -> bool:
        """Take what comes within a time; False when nothing more can come."""
        if self.ended:
            return False
        ready, _, _ = select.select([self.descriptor], [], [], max(seconds, 0))
        if ready:
            chunk = os.read(self.descriptor, _CHUNK)
            self.heard += chunk
            self.ended = not chunk
        return not self.ended

    def wait_for(self, line: bytes) -> bool:
        """Listen until a line was said; False if the child ended without it."""
        while line + b"\n" not in self.heard:
            if not self.listen(60):
                return line + b"\n" in self.heard
        return True

    def kill(self) -> int:
        """Kill it if it lives still, hear its last words, and give the signal or code that it ended with."""
        os.kill(self.pid, signal.SIGKILL)  # its number is not given away before we wait for it
        return self.wait()

    def wait(self) -> int:
        """Hear it out, and give its exit code, or minus the signal that ended it."""
        while self.listen(60):
            pass
        os.close(self.descriptor)
        _, status = os.waitpid(self.pid, 0)
        return os.waitstatus_to_exitcode(status)

    @property
    def lines(self) -> list[dict[str, object]]:
        """What it said in JSON."""
        return [json.loads(line) for line in bytes(self.heard).splitlines() if line.startswith(b"{")]


def fork(work: Callable[[Say], object]) -> Child:
    """Begin a child that does some work; an exception ends it with code 70 and a line ``{"failed": ...}``."""
    reading, writing = os.pipe()
    sys.stdout.flush()
    sys.stderr.flush()
    gc.freeze()  # a collection in the child would copy every page of the parent
    pid = os.fork()
    if pid:
        os.close(writing)
        return Child(pid=pid, descriptor=reading)
    code = 70
    try:
        os.close(reading)
        work(lambda line: os.write(writing, line))
        code = 0
    except BaseException as error:  # noqa: BLE001 - nothing of the parent may go on in the child
        traceback.print_exc()
        os.write(writing, json.dumps({"failed": f"{type(error).__name__}: {error}"[:2000]}).encode() + b"\n")
    finally:
        os._exit(code)


def in_child(work: Callable[[], dict[str, object]]) -> dict[str, object]:
    """Do some work in a child, so that no open database is ever inherited, and give its answer.

    Raises
    ------
    ChildFailedError
        If it raised anything, or died.
    """
    child = fork(lambda say: _say_all(say, json.dumps(work()).encode() + b"\n"))
    code = child.wait()
    if code != 0 or not child.lines or "failed" in child.lines[-1]:
        raise ChildFailedError(f"a child ended with {code}: {bytes(child.heard[-2000:])!r}")
    return child.lines[-1]


def _say_all(say: Say, line: bytes) -> None:
    for start in range(0, len(line), _CHUNK):
        say(line[start : start + _CHUNK])


def hear_until(children: list[Child], moment: float) -> None:
    """Keep the pipes of several children empty until a time of the monotonic clock."""
    while (left := moment - time.monotonic()) > 0:
        live = [child for child in children if not child.ended]
        if not live:
            return
        ready, _, _ = select.select([child.descriptor for child in live], [], [], left)
        for child in live:
            if child.descriptor in ready:
                child.listen(0)
