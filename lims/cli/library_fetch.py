"""``aigaq library fetch``: a collection from its official place, taken only as the very file that was meant."""

import hashlib
import re
from pathlib import Path
from urllib.parse import unquote, urlsplit

import typer

from lims.cli.output import counting, note, print_json, say
from lims.errors import LimsError
from lims.persistence.download import Downloader, DownloadLimits, Fetched
from spectra.formats.content import GZIP_MAGIC, read_content
from substance_library.library_sources import KnownDigest, LibrarySource, library_sources

_UNCONFIRMED = 3
"""Exit code: the file is here, and nobody confirmed its digest yet."""
_SHA256 = re.compile(r"[0-9a-f]{64}")


class FetchRefusedError(LimsError):
    """A file that is not fetched, or not taken."""

    def __init__(self, problem: str, *, remedy: str) -> None:
        """Keep what helps."""
        super().__init__(problem)
        self._remedy = remedy

    def advice(self) -> str:
        """Say what helps."""
        return self._remedy


def run_fetch(
    name: str, *, to: Path, url: str | None, digest: str | None, limits: DownloadLimits, as_json: bool
) -> None:
    """Fetch a collection; what nobody vouches for stays aside under another name."""
    source = _source(name)
    address = url or source.url
    if not address:
        raise FetchRefusedError(f"{source.title}: no fixed address; {source.note}", remedy=f"Look at {source.page}")
    if digest is not None and _SHA256.fullmatch(digest) is None:
        raise FetchRefusedError(f"{digest!r} is no SHA-256", remedy="Give 64 lower-case hex digits")
    target = to / _file_name(source, address)
    aside = target.with_name(target.name + ".unconfirmed")
    fetched = None if aside.exists() else _fetch(address, aside, limits)
    digests = _digests(aside)
    known = source.known(*digests)
    if digest is not None and digest not in digests:
        aside.unlink()
        raise FetchRefusedError(
            f"{address}: the file has SHA-256 {digests[0]}, not {digest}",
            remedy="It was thrown away. Look whether address and digest belong together",
        )
    if digest is None and known is None:
        _tell_unconfirmed(aside, digests[0], source, as_json=as_json)
        raise typer.Exit(_UNCONFIRMED)
    if target.exists():
        raise FetchRefusedError(f"{target} exists", remedy=f"Move it away; what was fetched is {aside}")
    aside.rename(target)
    _tell(target, digests[0], known, fetched, as_json=as_json)


def _source(name: str) -> LibrarySource:
    found = {one.name: one for one in library_sources()}
    if name not in found:
        raise FetchRefusedError(f"no source {name!r}", remedy=f"Known are {', '.join(found)}")
    return found[name]


def _file_name(source: LibrarySource, address: str) -> str:
    """Name the file by its address; only a plain name, whatever the address says."""
    if address == source.url:
        return source.file_name
    last = unquote(urlsplit(address).path).rsplit("/", 1)[-1]
    plain = re.sub(r"[^A-Za-z0-9._-]+", "-", last).strip("-.")
    return plain or source.name


def _fetch(address: str, aside: Path, limits: DownloadLimits) -> Fetched:
    aside.parent.mkdir(parents=True, exist_ok=True)
    with counting("fetching") as counter:
        return Downloader(limits=limits, progress=counter).fetch(address, aside)


def _digests(path: Path) -> tuple[str, ...]:
    """Give the digest of the file, and that of the text in it where it is gzipped."""
    with path.open("rb") as file:
        own = hashlib.file_digest(file, "sha256").hexdigest()
        file.seek(0)
        gzipped = file.read(len(GZIP_MAGIC)) == GZIP_MAGIC
    return (own, hashlib.sha256(read_content(path).data).hexdigest()) if gzipped else (own,)


def _tell_unconfirmed(aside: Path, sha256: str, source: LibrarySource, *, as_json: bool) -> None:
    if as_json:
        print_json({"file": str(aside), "sha256": sha256, "confirmed": False})
    else:
        say(f"{aside}: {aside.stat().st_size} bytes, SHA-256 {sha256}")
    note(f"No digest is known that this is. Compare it with what {source.page} or the sender states;")
    note(f"if it is right, confirm it: the same command with --digest {sha256}")


def _tell(target: Path, sha256: str, known: KnownDigest | None, fetched: Fetched | None, *, as_json: bool) -> None:
    resumed = fetched.resumed_at if fetched else 0
    if as_json:
        print_json(
            {
                "file": str(target),
                "sha256": sha256,
                "confirmed": True,
                "known_as": known.of if known else None,
                "resumed_at": resumed,
            }
        )
        return
    say(f"{target}: {target.stat().st_size} bytes, SHA-256 {sha256}")
    say(f"it is {known.of} ({known.stated_by})" if known else "it has the digest that was given")
    if resumed:
        say(f"{resumed} bytes were there from an earlier try")
