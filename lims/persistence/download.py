"""Fetching a file over the network: bounded in size, time and redirects, resumed where it can be, never half a file.

What is fetched lies under the name of the target with ``.part`` behind it until it is whole; beside it stands from
where it comes and which version of it. Another version, or a server that cannot continue, begins anew.
"""

import hashlib
import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import httpx

from lims.errors import LimsError

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_OK, _PARTIAL, _RANGE_REFUSED = 200, 206, 416
_LOCAL = frozenset({"localhost", "127.0.0.1", "::1"})


class DownloadError(LimsError):
    """A file that could not be fetched."""

    def __init__(self, url: str, problem: str, *, remedy: str = "Try again") -> None:
        """Keep the address, what went wrong and what helps."""
        super().__init__(f"{url}: {problem}")
        self.url = url
        self.problem = problem
        self._remedy = remedy

    def advice(self) -> str:
        """Say what helps."""
        return self._remedy


@dataclass(frozen=True, slots=True, kw_only=True)
class DownloadLimits:
    """How far a download may go."""

    total_bytes: int = 2 * 1024**3
    total_s: float = 3600.0
    silence_s: float = 30.0
    """Without a byte."""
    redirects: int = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """A whole file that was fetched."""

    path: Path
    sha256: str
    size: int
    url: str
    """Where it came from in the end, redirects followed."""
    resumed_at: int
    """Bytes that were there from an earlier try; 0 for a clean start."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Downloader:
    """Fetches files."""

    limits: DownloadLimits = field(default_factory=DownloadLimits)
    progress: Callable[[int], None] = lambda _: None
    """Told how many bytes are there."""

    def fetch(self, url: str, target: Path) -> Fetched:
        """Fetch a file to ``target``, which must not be there.

        Raises
        ------
        DownloadError
            If the address is not ``https`` (``http`` is taken from this computer alone), or a redirect leads to such
            one, or from elsewhere to this computer; if there are too many redirects, the server refuses, the file is
            larger than the limit or than the server says, nothing comes, or the time is over. What came is kept for
            the next try where it can be continued.
        """
        if target.exists():
            raise DownloadError(url, f"{target} exists", remedy="Nothing was fetched. Move the file away")
        part = target.with_name(target.name + ".part")
        deadline = time.monotonic() + self.limits.total_s
        with self._response(url, _kept(part, url)) as response:
            begun = _begun(response, part)
            if begun == 0:
                part.unlink(missing_ok=True)
                _note(part, url, response)
            self._receive(response, part, begun, deadline)
            last = str(response.url)
        part.rename(target)
        _note_path(part).unlink(missing_ok=True)
        sha256 = _digest(target)
        return Fetched(path=target, sha256=sha256, size=target.stat().st_size, url=last, resumed_at=begun)

    @contextmanager
    def _response(self, url: str, headers: dict[str, str]) -> Iterator[httpx.Response]:
        """Open the answer, following redirects one by one."""
        timeout = httpx.Timeout(self.limits.silence_s)
        here = url
        for _ in range(self.limits.redirects + 1):
            _require_safe(here, asked=url)
            local = urlsplit(here).hostname in _LOCAL
            try:
                with (
                    httpx.Client(timeout=timeout, follow_redirects=False, trust_env=not local) as client,
                    client.stream("GET", here, headers={"Accept-Encoding": "identity", **headers}) as response,
                ):
                    if response.status_code in _REDIRECTS and "location" in response.headers:
                        here = urljoin(here, response.headers["location"])
                        continue
                    yield response
                    return
            except httpx.InvalidURL as error:
                raise DownloadError(here, f"no address ({error})") from error
            except httpx.HTTPError as error:
                problem = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
                raise DownloadError(here, problem, remedy=_AGAIN) from error
        raise DownloadError(url, f"more than {self.limits.redirects} redirects")

    def _receive(self, response: httpx.Response, part: Path, begun: int, deadline: float) -> None:
        expected = _expected_size(response, begun)
        if expected is not None and expected > self.limits.total_bytes:
            raise self._too_large(response, expected)
        size = begun
        with part.open("ab") as file:
            for chunk in response.iter_raw():  # as it comes: a server that drips is met by the deadline
                size += len(chunk)
                if size > self.limits.total_bytes:
                    part.unlink()
                    raise self._too_large(response, size)
                file.write(chunk)
                self.progress(size)
                if time.monotonic() > deadline:
                    raise DownloadError(
                        str(response.url), f"{size} bytes came in {self.limits.total_s:g} s", remedy=_AGAIN
                    )
        if expected is not None and size != expected:
            raise DownloadError(str(response.url), f"{size} of {expected} bytes came", remedy=_AGAIN)

    def _too_large(self, response: httpx.Response, size: int) -> DownloadError:
        return DownloadError(
            str(response.url),
            f"{size} bytes and more; at most {self.limits.total_bytes} are taken",
            remedy="Look whether the address is right; raise the limit if it is",
        )


_AGAIN = "Try again: what came is kept, and the rest is asked for where the server can do that"


def _require_safe(url: str, *, asked: str) -> None:
    """Refuse what is not ``https``, and a server elsewhere that leads to a service of this computer."""
    parts = urlsplit(url)
    if parts.hostname in _LOCAL and urlsplit(asked).hostname not in _LOCAL:
        raise DownloadError(url, f"{asked} leads to this computer", remedy="Look whether the address is right")
    if parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOCAL):
        return
    raise DownloadError(url, "not https", remedy="Give an address that begins with https://")


def _kept(part: Path, url: str) -> dict[str, str]:
    """Give the headers that ask for the rest; none where nothing can be continued."""
    try:
        note = json.loads(_note_path(part).read_text(encoding="utf-8"))
        size = part.stat().st_size
    except (OSError, ValueError):
        return {}
    if not size or note.get("url") != url or not note.get("version"):
        return {}
    return {"Range": f"bytes={size}-", "If-Range": str(note["version"])}


def _begun(response: httpx.Response, part: Path) -> int:
    """Say how much of the file is there already; refuse what is no answer to the question."""
    if response.status_code == _OK:
        return 0
    if response.status_code == _PARTIAL:
        size = part.stat().st_size if part.exists() else 0
        if size and response.headers.get("content-range", "").startswith(f"bytes {size}-"):
            return size
        raise DownloadError(str(response.url), f"the server continues elsewhere than at {size}", remedy=_anew(part))
    if response.status_code == _RANGE_REFUSED:
        raise DownloadError(str(response.url), "the server cannot continue there", remedy=_anew(part))
    raise DownloadError(str(response.url), f"the server answers {response.status_code} {response.reason_phrase}")


def _anew(part: Path) -> str:
    with suppress(OSError):
        part.unlink()
    return "Try again: the next try begins anew"


def _note(part: Path, url: str, response: httpx.Response) -> None:
    """Write down from where it comes, and by what the server can tell that it is the same file."""
    etag = response.headers.get("etag", "")
    version = etag if etag and not etag.startswith("W/") else response.headers.get("last-modified", "")
    _note_path(part).write_text(json.dumps({"url": url, "version": version}), encoding="utf-8")


def _note_path(part: Path) -> Path:
    return part.with_name(part.name + ".json")


def _expected_size(response: httpx.Response, begun: int) -> int | None:
    length = response.headers.get("content-length", "")
    return begun + int(length) if length.isdigit() else None


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
