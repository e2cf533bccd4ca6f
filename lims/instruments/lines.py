"""Lines of text to and from an instrument, over TCP or a serial port; each answer within a time and a length."""

import contextlib
import os
import select
import socket
import termios
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Protocol, Self
from urllib.parse import parse_qs, urlsplit

from lims.errors import BalanceError

LONGEST_LINE = 256
"""Bytes; answers of balances have a few dozen."""
_CHUNK = 1024
_SPEEDS = {rate: getattr(termios, f"B{rate}") for rate in (600, 1200, 2400, 4800, 9600, 19200, 38400, 57600, 115200)}


class Port(Protocol):
    """Bytes to and from an instrument."""

    def send(self, data: bytes, *, until: float) -> None:
        """Send all bytes before a time of the monotonic clock."""
        ...

    def receive(self, *, until: float) -> bytes:
        """Give what came, waiting for the first byte; empty if the other side closed."""
        ...

    def drop_input(self) -> None:
        """Throw away what came before anything was asked."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class FilePort:
    """A file descriptor that does not block: a socket or a terminal."""

    descriptor: int
    name: str

    def send(self, data: bytes, *, until: float) -> None:
        """Send all bytes before a time of the monotonic clock.

        Raises
        ------
        BalanceError
            If they cannot be sent in time.
        """
        left = data
        while left:
            self._wait(until, write=True)
            with self._translated():
                left = left[os.write(self.descriptor, left) :]

    def receive(self, *, until: float) -> bytes:
        """Give what came, waiting for the first byte; empty if the other side closed.

        Raises
        ------
        BalanceError
            If nothing comes in time.
        """
        self._wait(until, write=False)
        with self._translated():
            return os.read(self.descriptor, _CHUNK)

    def drop_input(self) -> None:
        """Throw away what came before anything was asked."""
        dropped = 0
        while dropped < LONGEST_LINE * _CHUNK and select.select([self.descriptor], [], [], 0)[0]:
            with self._translated():
                piece = os.read(self.descriptor, _CHUNK)
            if not piece:
                return
            dropped += len(piece)

    def _wait(self, until: float, *, write: bool) -> None:
        left = until - time.monotonic()
        waiting = [self.descriptor]
        ready = select.select([] if write else waiting, waiting if write else [], [], max(left, 0))
        if not any(ready):
            raise BalanceError(f"{self.name} did not answer in time")

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise BalanceError(f"{self.name}: {error.strerror or error}") from error


class LineReader:
    """Asks one line and gives the line that comes back."""

    def __init__(self, port: Port, *, name: str, timeout_s: float) -> None:
        """Remember the port."""
        self._port = port
        self._name = name
        self._timeout_s = timeout_s
        self._left = b""

    def ask(self, command: str) -> str:
        """Send a command and give the next line, without its end.

        Raises
        ------
        BalanceError
            If it does not come in time, is too long, or holds what no text of a balance does.
        """
        self._port.drop_input()
        self._left = b""
        until = time.monotonic() + self._timeout_s
        self._port.send(f"{command}\r\n".encode("ascii"), until=until)
        return self._line(until)

    def _line(self, until: float) -> str:
        while b"\n" not in self._left:
            piece = self._port.receive(until=until)
            if not piece:
                raise BalanceError(f"{self._name} closed the line after {self._left!r}")
            self._left += piece
            if len(self._left) > LONGEST_LINE:
                raise BalanceError(f"{self._name} sent more than {LONGEST_LINE} bytes without the end of a line")
        line, _, rest = self._left.partition(b"\n")
        if rest.strip():
            raise BalanceError(f"{self._name} sent more than one line: {line!r}, {rest!r}")
        text = line.removesuffix(b"\r")
        if not text.isascii() or not text.decode("ascii").isprintable():
            raise BalanceError(f"{self._name} sent {line!r}, which is no text of a balance")
        return text.decode("ascii")


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """Where an instrument is reached."""

    url: str
    host: str = ""
    port: int = 0
    device: str = ""
    baud: int = 9600

    @classmethod
    def parse(cls, url: str) -> Self:
        """Read ``tcp://host:port`` or ``serial:///dev/ttyS0?baud=9600``.

        Raises
        ------
        BalanceError
            If it is neither.
        """
        fault = BalanceError(f"{url!r}; expected tcp://host:port or serial:///dev/ttyS0, with ?baud=9600 if needed")
        try:
            parts = urlsplit(url)
            port, asked = parts.port, parse_qs(parts.query, strict_parsing=True) if parts.query else {}
            baud = int(asked.pop("baud", ["9600"])[-1])
        except ValueError as error:
            raise fault from error
        if asked or baud not in _SPEEDS or parts.fragment or parts.username:
            raise fault
        if parts.scheme == "tcp" and parts.hostname and port and not parts.path and not parts.query:
            return cls(url=url, host=parts.hostname, port=port)
        if parts.scheme == "serial" and not parts.netloc and parts.path.startswith("/"):
            return cls(url=url, device=parts.path, baud=baud)
        raise fault


@contextmanager
def open_line(address: Address, *, timeout_s: float) -> Iterator[LineReader]:
    """Open the line to an instrument for as long as the context lasts.

    Raises
    ------
    BalanceError
        If it cannot be opened.
    """
    opened = _tcp(address, timeout_s) if address.host else _serial(address)
    with opened as port:
        yield LineReader(port, name=address.url, timeout_s=timeout_s)


@contextmanager
def _tcp(address: Address, timeout_s: float) -> Iterator[FilePort]:
    try:
        connection = socket.create_connection((address.host, address.port), timeout=timeout_s)
    except OSError as error:
        raise BalanceError(f"{address.url}: {error.strerror or error}") from error
    with connection:
        connection.setblocking(False)  # noqa: FBT003 - its own way
        yield FilePort(descriptor=connection.fileno(), name=address.url)


@contextmanager
def _serial(address: Address) -> Iterator[FilePort]:
    try:
        descriptor = os.open(address.device, os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK)
    except OSError as error:
        raise BalanceError(f"{address.url}: {error.strerror or error}") from error
    with contextlib.closing(os.fdopen(descriptor, "r+b", buffering=0)):
        try:
            _set_raw(descriptor, address.baud)
        except termios.error as error:
            raise BalanceError(f"{address.url} is no serial port: {error.args[-1]}") from error
        yield FilePort(descriptor=descriptor, name=address.url)


def _set_raw(descriptor: int, baud: int) -> None:
    """Set 8 data bits, no parity, 1 stop bit, no echo and no translation of characters."""
    speed = _SPEEDS[baud]
    characters = termios.tcgetattr(descriptor)[-1]
    control = termios.CS8 | termios.CREAD | termios.CLOCAL
    termios.tcsetattr(descriptor, termios.TCSANOW, [0, 0, control, 0, speed, speed, characters])
