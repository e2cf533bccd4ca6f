"""One question to a service over HTTP and its answer, within a limit of time and size."""

import ssl
import time
from dataclasses import dataclass
from functools import lru_cache

import httpx

from lims.errors import SigningError

ANSWER_LIMIT_BYTES = 20_000_000
"""More than the revocation list of a large authority has; a service that sends more is not read to its end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is asked, and how it is named when it fails."""

    service: str
    """In the words of the error: "time-stamp service", for example."""
    url: str
    body: bytes | None = None
    """None: GET."""
    content_type: str = ""


def ask(question: Question, *, timeout_s: int) -> bytes:
    """Ask and give the whole answer; redirections are not followed, proxies of the environment are not used.

    Raises
    ------
    SigningError
        If the service is away, does not answer in time, answers with another status than 200, or without end.
    """
    where = f"{question.service} {question.url}"
    end = time.monotonic() + timeout_s
    headers = {"Content-Type": question.content_type} if question.content_type else {}
    method = "GET" if question.body is None else "POST"
    try:
        with (
            httpx.Client(verify=_believed(), timeout=timeout_s, trust_env=False, follow_redirects=False) as client,
            client.stream(method, question.url, content=question.body, headers=headers) as response,
        ):
            if response.status_code != httpx.codes.OK:
                raise SigningError(f"{where}: it answered with HTTP status {response.status_code}; nothing was signed")
            return _whole(response, where=where, end=end)
    except httpx.TimeoutException as error:
        raise SigningError(f"{where}: no answer within {timeout_s} s; nothing was signed") from error
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        words = str(error) or type(error).__name__
        raise SigningError(f"{where}: it cannot be reached ({words}); nothing was signed") from error


@lru_cache(maxsize=1)
def _believed() -> ssl.SSLContext:
    """Read the certificates of the web's authorities once: that takes longer than a question."""
    return httpx.create_ssl_context(trust_env=False)


def _whole(response: httpx.Response, *, where: str, end: float) -> bytes:
    """Read to the end; a service that sends a byte now and then does not hold the signer up."""
    parts: list[bytes] = []
    size = 0
    for part in response.iter_bytes():
        parts.append(part)
        size += len(part)
        if size > ANSWER_LIMIT_BYTES:
            raise SigningError(f"{where}: an answer of more than {ANSWER_LIMIT_BYTES} bytes; nothing was signed")
        if time.monotonic() > end:
            raise SigningError(f"{where}: its answer did not end in time; nothing was signed")
    return b"".join(parts)
