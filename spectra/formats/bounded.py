"""Reading files that others made in a process of their own, with limits; whatever happens there is one error here.

The process is started anew for each file, without our environment, without standard input, in a session of its own,
and the whole session is killed as soon as the answer is there or a limit is met. Source of the limits: the threats of
reading untrusted files, SECURITY.md.
"""

import logging
import os
import selectors
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from spectra.chromatogram.run import Run
from spectra.errors import FormatError, FormatErrors
from spectra.formats.child import FAILURE, REFUSAL, VALUE, Failure, Refusal, Request
from spectra.formats.inspection import FileInspection
from spectra.formats.msp import MspFile
from spectra.formats.read_limits import LIBRARY_LIMITS, RUN_LIMITS, ReadLimits
from spectra.formats.reading import RunReading
from spectra.formats.spectrum_file import NamedSpectrum
from spectra.formats.text_record import RecordsReading
from spectra.formats.transport import TransportError, frame_length, frame_status, value_of
from spectra.formats.zip_directory import LOCAL_MAGIC

T = TypeVar("T")

_START = Path(__file__).with_name("child_start.py")
_ENVIRONMENT = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
"""All that the process knows of ours: nothing. A thread more would cost address space and be refused."""
_POLL_S = 0.05
_CHUNK_BYTES = 1024**2
_MAX_SAID_BYTES = 4096
_PLACE = "the reading process"
_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class BoundedReader:
    """Reads files in bounded processes; what services and commands are handed."""

    runs: ReadLimits = RUN_LIMITS
    libraries: ReadLimits = LIBRARY_LIMITS

    @property
    def not_enforced(self) -> tuple[str, ...]:
        """What this computer does not enforce of the limits, in words."""
        return self.runs.not_enforced

    def run(self, path: Path) -> RunReading:
        """Read a run, also a zipped ``.D`` folder; see ``read_run_bounded``."""
        return _read("run", RunReading, path, self.runs)

    def spectra(self, path: Path) -> tuple[NamedSpectrum, ...]:
        """Read a file of single spectra; see ``read_spectra_bounded``."""
        return read_spectra_bounded(path, self.runs)

    def inspect(self, path: Path) -> FileInspection:
        """Count what a file holds; see ``inspect_file``."""
        return _read("inspect", FileInspection, path, self.runs)

    def msp(self, path: Path) -> MspFile:
        """Read a library file; see ``read_msp_bounded``."""
        return read_msp_bounded(path, self.libraries)

    def records(self, path: Path) -> RecordsReading:
        """Read a library file, archive or folder record by record; see ``read_library_records``."""
        return _read("records", RecordsReading, path, self.libraries)


def read_run_bounded(path: Path, limits: ReadLimits) -> Run:
    """Read a run of any supported format, or a zipped ``.D`` folder, in a bounded process.

    Parameters
    ----------
    path : Path
        A file or folder.
    limits : ReadLimits
        What the process may use; ``RUN_LIMITS`` unless there is a reason.

    Returns
    -------
    Run
        Bit for bit what ``read_run`` gives.

    Raises
    ------
    FormatError
        If the reader refuses the run: the same error with the same facts; or if the process meets a limit, dies or
        answers with anything but a run: the message says which limit, and what to do.
    """
    return _read("run", RunReading, path, limits).run


def read_spectra_bounded(path: Path, limits: ReadLimits) -> tuple[NamedSpectrum, ...]:
    """Read a file of single spectra, as ``read_spectra`` does, in a bounded process.

    Raises
    ------
    FormatError, FormatErrors
        As ``read_spectra``, and as ``read_run_bounded`` if the process meets a limit.
    """
    return _read("spectra", tuple[NamedSpectrum, ...], path, limits)


def read_msp_bounded(path: Path, limits: ReadLimits) -> MspFile:
    """Read an MSP file, as ``read_msp`` does, in a bounded process.

    Raises
    ------
    FormatError, FormatErrors
        As ``read_msp``, and as ``read_run_bounded`` if the process meets a limit.
    """
    return _read("msp", MspFile, path, limits)


def _read(reading: str, kind: type[T], path: Path, limits: ReadLimits, *, start: Path = _START) -> T:
    """Read in a process; ``start`` is another file in tests of hostile readers alone."""
    with _scratch(path) as scratch:
        request = Request(reading=reading, path=path, scratch=scratch, limits=limits)
        ended = _run_process(start, request)
    if ended.said:
        _LOG.info("%s of %r said %r", _PLACE, str(path), bytes(ended.said))
    return _value(ended, kind, path, limits)


@contextmanager
def _scratch(path: Path) -> Iterator[Path | None]:
    """Make a folder for what is unpacked, only where the file begins as an archive does; it is gone afterwards."""
    if not _begins_as_zip(path):
        yield None
        return
    with tempfile.TemporaryDirectory(prefix="aigaq-") as folder:
        yield Path(folder)


def _begins_as_zip(path: Path) -> bool:
    try:
        if not path.is_file():
            return False
        with path.open("rb") as file:
            return file.read(len(LOCAL_MAGIC)) == LOCAL_MAGIC
    except OSError:
        return False  # the reader meets it again and says what it is


@dataclass(slots=True, kw_only=True)
class _Ended:
    """How a process ended, and what came out of it until then."""

    answer: bytearray = field(default_factory=bytearray)
    said: bytearray = field(default_factory=bytearray)
    """The end of what it printed; for the log, never for people."""
    limit: str = ""
    """The limit of ours that it met."""
    code: int = 0
    """Of its exit, or minus the signal that ended it."""
    failed_start: str = ""


def _run_process(start: Path, request: Request) -> _Ended:
    command = [sys.executable, "-I", "-B", "-X", "utf8", str(start), request.to_json()]
    ended = _Ended()
    try:
        process = subprocess.Popen(  # noqa: S603 - our own interpreter and file; the path is data in JSON
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=_ENVIRONMENT,
            start_new_session=True,
        )
    except OSError as error:
        ended.failed_start = error.strerror or str(error)
        return ended
    with process:
        try:
            _listen(process, request.limits, ended)
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
    return ended


def _listen(process: subprocess.Popen[bytes], limits: ReadLimits, ended: _Ended) -> None:
    """Take what comes until the answer is whole, the process is gone or a limit is met."""
    deadline = time.monotonic() + limits.wall_s
    with selectors.DefaultSelector() as selector:
        for pipe, into in zip(filter(None, (process.stdout, process.stderr)), (ended.answer, ended.said), strict=True):
            selector.register(pipe, selectors.EVENT_READ, into)
        while selector.get_map() and not ended.limit and not _is_whole(ended.answer):
            ready = selector.select(min(_POLL_S, max(0.0, deadline - time.monotonic())))
            for key, _ in ready:
                _take(selector, key, ended)
            if len(ended.answer) > limits.answer_bytes or _announced(ended.answer) > limits.answer_bytes:
                ended.limit = "answer"
            elif time.monotonic() > deadline:
                ended.limit = "time"
            elif not ready and process.poll() is not None and not selector.select(0):
                break  # gone, nothing unread is left, and something that it started holds its pipes
    if not ended.limit and not _is_whole(ended.answer):
        try:
            ended.code = process.wait(timeout=max(0.0, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            ended.limit = "time"


def _take(selector: selectors.BaseSelector, key: selectors.SelectorKey, ended: _Ended) -> None:
    data = os.read(key.fd, _CHUNK_BYTES)
    if not data:
        selector.unregister(key.fileobj)
    key.data.extend(data)
    del ended.said[:-_MAX_SAID_BYTES]


def _announced(answer: bytearray) -> int:
    """How long the answer says that it is; 0 as long as it does not say, and for what is no answer."""
    try:
        return frame_length(answer)
    except TransportError:
        return 0


def _is_whole(answer: bytearray) -> bool:
    return 0 < _announced(answer) <= len(answer)


def _value(ended: _Ended, kind: type[T], path: Path, limits: ReadLimits) -> T:
    """Give what the process answered, or raise what that means."""
    if ended.failed_start:
        raise FormatError(path, _PLACE, f"no start ({ended.failed_start})", "a process that reads; check the program")
    whole = _is_whole(ended.answer)
    if ended.limit or not ended.answer or (ended.code and not whole):
        raise _without_answer(ended, path, limits)
    try:
        return _taken(ended.answer if whole else bytearray(), kind, path, limits)
    except TransportError as error:
        found = f"an answer that cannot be taken ({error})"
        raise FormatError(path, _PLACE, found, "an answer of the reader; do not trust this file") from error


def _taken(answer: bytearray, kind: type[T], path: Path, limits: ReadLimits) -> T:
    if not answer:
        raise TransportError("bytes that are no whole answer")
    status = frame_status(answer)
    if status == REFUSAL:
        raise _refusal(value_of(answer, Refusal))
    if status == FAILURE:
        raise _failure(value_of(answer, Failure), path, limits)
    if status != VALUE:
        raise TransportError("an answer of an unknown status")
    return value_of(answer, kind)


def _refusal(refusal: Refusal) -> FormatError | FormatErrors:
    errors = [FormatError(f.path, f.place, f.found, f.expected) for f in refusal.faults]
    if not errors:
        raise TransportError("a refusal without a fault")
    return errors[0] if refusal.group is None else FormatErrors(refusal.group, errors)


def _failure(failure: Failure, path: Path, limits: ReadLimits) -> FormatError:
    if failure.error == "MemoryError":
        found, name = f"more than {limits.memory_mb} MB of memory needed", "memory_mb"
        return FormatError(path, _PLACE, found, _within(name))
    found = f"an error of the reader itself ({failure.error[:80]!a})"
    return FormatError(path, _PLACE, found, "a file that it understands; send the file to the maintainers if it may be")


def _without_answer(ended: _Ended, path: Path, limits: ReadLimits) -> FormatError:
    """Say which limit ended a process that gave no answer."""
    number = -ended.code if ended.code < 0 else 0
    if ended.limit == "answer":
        found, expected = f"more than {limits.answer_mb} MB of answer", _within("answer_mb")
    elif ended.limit == "time" or number == signal.SIGALRM:
        found, expected = f"no answer within {limits.wall_s} s", _within("wall_s")
    elif number == signal.SIGXCPU:
        found, expected = f"more than {limits.cpu_s} s of processor time needed", _within("cpu_s")
    elif number:
        name = signal.Signals(number).name if number in signal.valid_signals() else str(number)
        found, expected = f"its end by signal {name}", "a sound file, and memory for it; do not trust this file"
    else:
        found, expected = f"no answer and exit code {ended.code}", "an answer of the reader; do not trust this file"
    return FormatError(path, _PLACE, found, expected)


def _within(limit: str) -> str:
    return f"a file that needs less; raise the limit {limit} if it is known to be sound"
