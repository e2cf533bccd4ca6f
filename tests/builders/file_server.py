"""A file server on this computer that misbehaves as it is told: slow, cut, redirecting, without ranges, too large."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Served:
    """What the server gives, and how."""

    data: bytes
    etag: str = '"1"'
    cut_at: int | None = None
    """After so many bytes of the next answer the connection ends; once."""
    ranges: bool = True
    seconds_a_byte: float = 0.0
    status: int = 200
    location: str = ""
    length: bool = True
    continues_at: int | None = None
    """Where a faulty server continues, whatever is asked."""
    asked: list[dict[str, str]] = field(default_factory=list)
    """The headers of each question."""
    url: str = ""


class _Handler(BaseHTTPRequestHandler):
    """Answers as its ``served`` says; made into a class of its own for each server."""

    served: Served

    def do_GET(self) -> None:
        served = self.served
        served.asked.append(dict(self.headers))
        if served.location:
            self._head(302, {"Location": served.location, "Content-Length": "0"})
        elif served.status != HTTPStatus.OK:
            self._head(served.status, {"Content-Length": "0"})
        else:
            self._give(served, self._start())

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def _give(self, served: Served, start: int) -> None:
        body = served.data[start:]
        headers = {"Content-Length": str(len(body))} if served.length else {}
        if served.etag:
            headers["ETag"] = served.etag
        if start or served.continues_at is not None:
            begins = start if served.continues_at is None else served.continues_at
            headers["Content-Range"] = f"bytes {begins}-{len(served.data) - 1}/{len(served.data)}"
        self._head(206 if "Content-Range" in headers else 200, headers)
        if served.cut_at is not None:
            body, served.cut_at = body[: served.cut_at], None
        with suppress(BrokenPipeError, ConnectionResetError):  # the other side has enough
            self._send(body, served.seconds_a_byte)
        self.close_connection = True

    def _send(self, body: bytes, seconds_a_byte: float) -> None:
        for piece in [body] if not seconds_a_byte else [bytes([one]) for one in body]:
            self.wfile.write(piece)
            self.wfile.flush()
            time.sleep(seconds_a_byte)

    def _start(self) -> int:
        wanted = self.headers.get("Range", "")
        if not wanted or not self.served.ranges or self.headers.get("If-Range") != self.served.etag:
            return 0
        return int(wanted.removeprefix("bytes=").removesuffix("-"))

    def _head(self, status: int, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()


@contextmanager
def serving(data: bytes) -> Iterator[Served]:
    """Serve on a free port until the context ends."""
    served = Served(data=data)
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"served": served}))
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    served.url = f"http://127.0.0.1:{server.server_port}/files/SWGDRUG%203.99.msp"
    try:
        yield served
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
