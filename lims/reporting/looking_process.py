"""Where the process starts that looks into one file within limits; run as a file.

It is asked on standard input - a line of JSON with the limits, a line of JSON with the request, then the bytes of the
file - and answers with one JSON object on what was its standard output: ``{"look": ...}`` or ``{"refused": ...}``
where what was asked cannot be done, whatever the file.
"""

import json
import os
import sys
from pathlib import Path


def serve() -> None:
    """Answer the one question."""
    channel = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # what a library prints is no answer
    limits = json.loads(sys.stdin.buffer.readline())
    asked = sys.stdin.buffer.readline().decode()
    _set_limits(limits)
    answer = _answer(asked, sys.stdin.buffer.read())
    channel.write(json.dumps(answer))
    channel.close()


def _set_limits(limits: dict[str, int]) -> None:
    """Set limits of the operating system, never above those that already hold."""
    import resource  # noqa: PLC0415 - not on every system

    for name, wanted in limits.items():
        which = getattr(resource, name)
        before = resource.getrlimit(which)[1]
        highest = wanted if before == resource.RLIM_INFINITY else min(wanted, before)
        resource.setrlimit(which, (highest, highest))


def _answer(asked: str, pdf: bytes) -> dict[str, str]:
    from lims.errors import SigningError  # noqa: PLC0415 - within the limits
    from lims.reporting.looking import LookRequest, look  # noqa: PLC0415 - as above

    try:
        return {"look": look(pdf, LookRequest.from_json(asked)).to_json()}
    except SigningError as error:
        return {"refused": str(error)}


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
    serve()
