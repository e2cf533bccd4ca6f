"""The reading process: one file, once, within limits. Its answer is one frame on what was its standard output."""

import gc
import json
import os
import signal
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from io import FileIO
from pathlib import Path
from types import TracebackType

from spectra.errors import FormatError, FormatErrors
from spectra.formats.read_limits import ReadLimits
from spectra.formats.reading import READINGS, Reading
from spectra.formats.transport import frame_of

VALUE, REFUSAL, FAILURE = b"V", b"R", b"F"
"""What a frame holds: what was read; why the file is refused; which error of its own ended the process."""
_STDOUT, _STDERR = 1, 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What the process is asked for."""

    reading: str
    """A key of ``READINGS``."""
    path: Path
    scratch: Path | None
    """An empty folder for what is unpacked; None for a process that may write nothing."""
    limits: ReadLimits

    def to_json(self) -> str:
        """Write the request as one argument of the command line."""
        names = {name: getattr(self.limits, name) for name in ReadLimits.__slots__}
        scratch = os.fspath(self.scratch) if self.scratch else None
        return json.dumps({"reading": self.reading, "path": os.fspath(self.path), "scratch": scratch, "limits": names})

    @classmethod
    def from_json(cls, text: str) -> "Request":
        """Read it there; it is our own, so a fault is an error of the program."""
        said = json.loads(text)
        return cls(
            reading=said["reading"],
            path=Path(said["path"]),
            scratch=Path(said["scratch"]) if said["scratch"] else None,
            limits=ReadLimits(**said["limits"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """The facts of one ``FormatError``."""

    path: Path
    place: str
    found: str
    expected: str

    @classmethod
    def of(cls, error: FormatError, request: Request) -> "Fault":
        """Take the facts; what lies in an unpacked archive is named by its place in there."""
        path, place = error.path, error.place
        if request.scratch is not None and path.is_relative_to(request.scratch):
            path, place = request.path, f"{path.relative_to(request.scratch)}, {place}"
        return cls(path=path, place=place, found=error.found, expected=error.expected)


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """Why a file is refused."""

    faults: tuple[Fault, ...]
    group: str | None
    """The message of the group; None for a single error."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """An error of the reader that says nothing about the file."""

    error: str
    """The name of its class."""


Frame = list[bytes | memoryview]


def serve(argument: str, *, readings: Mapping[str, Reading] = READINGS) -> None:
    """Do one reading and answer; the one thing that this process does.

    Parameters
    ----------
    argument : str
        The request as JSON.
    readings : mapping, optional
        What can be asked for; only tests hand in others, from a start file of their own.
    """
    request = Request.from_json(argument)
    channel = take_standard_output(_STDOUT, _STDERR)
    send = partial(write_frame, channel)
    sys.excepthook = partial(answer_failure, send)
    set_limits(request.limits.system_limits(unpacks=request.scratch is not None))
    signal.alarm(request.limits.wall_s + 1)  # for the case that the parent is gone
    gc.disable()  # the process ends before cycles matter, and a library is a million tuples to walk
    send(answer(request, readings))


def take_standard_output(stdout: int, stderr: int) -> FileIO:
    """Keep standard output for the answer; what a library prints goes to standard error instead."""
    channel = FileIO(os.dup(stdout), "wb")
    os.dup2(stderr, stdout)
    return channel


def set_limits(limits: Iterable[tuple[str, int, int]]) -> None:
    """Set limits of the operating system, never above those that already hold."""
    import resource  # noqa: PLC0415 - the module exists on POSIX systems alone

    for name, soft, hard in limits:
        which = getattr(resource, name)
        before = resource.getrlimit(which)[1]
        highest = hard if before == resource.RLIM_INFINITY else min(hard, before)
        resource.setrlimit(which, (min(soft, highest), highest))


def answer(request: Request, readings: Mapping[str, Reading]) -> Frame:
    """Read and give the frame: the value, or why the file is refused."""
    try:
        return frame_of(readings[request.reading](request.path, request.scratch), VALUE)
    except FormatErrors as errors:
        faults = tuple(Fault.of(error, request) for error in errors.exceptions if isinstance(error, FormatError))
        return frame_of(Refusal(faults=faults, group=errors.message), REFUSAL)
    except FormatError as error:
        return frame_of(Refusal(faults=(Fault.of(error, request),), group=None), REFUSAL)


def answer_failure(
    send: Callable[[Frame], None],
    kind: type[BaseException],
    error: BaseException,
    trace: TracebackType | None,
) -> None:
    """Answer with the class of an error that nobody caught; its text may hold anything and stays here."""
    sys.__excepthook__(kind, error, trace)
    send(frame_of(Failure(error="MemoryError" if issubclass(kind, MemoryError) else kind.__name__), FAILURE))


def write_frame(channel: FileIO, frame: Frame) -> None:
    """Write every byte of a frame; a pipe may take fewer at a time."""
    for piece in frame:
        rest = memoryview(piece)
        while rest:
            rest = rest[channel.write(rest) :]
    channel.close()
