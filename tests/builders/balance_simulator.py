"""A balance that speaks MT-SICS over a real TCP socket or a real pseudo-terminal, and misbehaves when it is told to."""

import os
import pty
import select
import socket
import threading
import time
import tty
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial

SERIAL = "B021002593"
ANSWERS = {
    "S": "S S     100.00 g",
    "SI": "S D      99.87 g",
    "T": "T S      10.00 g",
    "Z": "Z A",
    "I4": f'I4 A "{SERIAL}"',
}
Answer = str | bytes | tuple[bytes, ...] | None
"""A line; bytes as they are; pieces with a pause between; nothing at all."""


class SimulatedBalance:
    """Answers commands from a table; what is not in it is answered as balances do."""

    def __init__(self, **answers: Answer) -> None:
        self.answers: dict[str, Answer] = {**ANSWERS, **answers}
        self.asked: list[str] = []

    def pieces(self, command: str) -> tuple[bytes, ...]:
        self.asked.append(command)
        answer = self.answers.get(command, "ES")
        if answer is None:
            return ()
        if isinstance(answer, tuple):
            return answer
        return (answer,) if isinstance(answer, bytes) else (f"{answer}\r\n".encode("ascii"),)

    def serve(self, read: Callable[[], bytes], write: Callable[[bytes], object]) -> None:
        """Answer line by line until the other side closes."""
        waiting = b""
        while data := read():
            waiting += data
            while b"\n" in waiting:
                line, _, waiting = waiting.partition(b"\n")
                for place, piece in enumerate(self.pieces(line.decode("ascii").strip())):
                    if place:
                        time.sleep(0.02)
                    write(piece)


@contextmanager
def over_tcp(balance: SimulatedBalance) -> Iterator[str]:
    """Serve one connection after the other on a free port; give the URL."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        threading.Thread(target=_accept, args=(server, balance), daemon=True).start()
        yield f"tcp://127.0.0.1:{server.getsockname()[1]}"
        server.shutdown(socket.SHUT_RDWR)


def _accept(server: socket.socket, balance: SimulatedBalance) -> None:
    while True:
        try:
            connection, _ = server.accept()
        except OSError:
            return
        with connection, suppress(OSError):
            balance.serve(partial(connection.recv, 100), connection.sendall)


@contextmanager
def over_terminal(balance: SimulatedBalance) -> Iterator[str]:
    """Serve the master side of a pseudo-terminal; give the URL of the other side."""
    master, slave = pty.openpty()
    tty.setraw(slave)
    stop = threading.Event()

    def read() -> bytes:
        while not stop.is_set():
            if select.select([master], [], [], 0.05)[0]:
                return os.read(master, 100)
        return b""

    server = threading.Thread(target=balance.serve, args=(read, lambda data: os.write(master, data)), daemon=True)
    server.start()
    try:
        yield f"serial://{os.ttyname(slave)}"
    finally:
        stop.set()
        server.join()
        os.close(slave)
        os.close(master)
