"""Where collections of reference spectra are published, and which digests of their files are known."""

import json
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

from substance_library.errors import PackageDataError

SOURCE_TABLE = "library_sources.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownDigest:
    """A digest that somebody stated, or that was computed from a known copy."""

    sha256: str
    """Of the file, or of the text in it where the file is gzipped."""
    of: str
    stated_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LibrarySource:
    """One collection and its official place."""

    name: str
    title: str
    page: str
    """Where people look."""
    url: str
    """Of the file; empty where it changes with every version."""
    file_name: str
    note: str
    digests: tuple[KnownDigest, ...]

    def known(self, *sha256: str) -> KnownDigest | None:
        """Give the known digest that is one of these; None for none."""
        return next((one for one in self.digests if one.sha256 in sha256), None)


@lru_cache(maxsize=1)
def library_sources() -> tuple[LibrarySource, ...]:
    """Give the sources that the package knows.

    Raises
    ------
    PackageDataError
        If the shipped list is damaged.

    Examples
    --------
    >>> [one.name for one in library_sources()]
    ['swgdrug', 'massbank']
    """
    try:
        facts = json.loads(resources.files("substance_library").joinpath("data", SOURCE_TABLE).read_bytes())
        return tuple(_source(one) for one in facts["sources"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise PackageDataError(SOURCE_TABLE, found=str(error), expected="a list of sources") from error


def _source(facts: dict[str, object]) -> LibrarySource:
    digests = facts.pop("digests")
    if not isinstance(digests, list):
        raise TypeError("digests are no list")
    return LibrarySource(**facts, digests=tuple(KnownDigest(**one) for one in digests))  # type: ignore[arg-type]
