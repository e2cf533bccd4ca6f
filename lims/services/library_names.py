"""Compounds of a release by the names that people use."""

import difflib
from dataclasses import dataclass, field

from lims.errors import LimsError
from substance_library import LibraryRelease, ReferenceSpectrum

_SYNONYM = "Synon"
_MOST_NAMED = 5


class UnknownCompoundError(LimsError, LookupError):
    """A name that the library does not have."""

    def __init__(self, name: str, release: str, nearest: tuple[str, ...]) -> None:
        """Keep what was looked for and what is near."""
        near = f"; nearest names: {', '.join(nearest)}" if nearest else ""
        super().__init__(f"library {release} has no compound named {name!r}{near}")
        self.name = name
        self.nearest = nearest

    def advice(self) -> str:
        """Names are compared whole."""
        return "Give the name or a synonym as the library writes it; upper and lower case are the same"


class AmbiguousCompoundError(LimsError, LookupError):
    """A name that several compounds of the library have."""

    def __init__(self, name: str, release: str, found: tuple[str, ...]) -> None:
        """Keep what was looked for and what was found."""
        super().__init__(f"library {release} has {len(found)} compounds named {name!r}: {'; '.join(found)}")
        self.name = name
        self.found = found

    def advice(self) -> str:
        """Point to the name that only one compound has."""
        return "Give the main name of the one that is meant"


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedCompound:
    """A compound of a release with all its spectra."""

    name: str
    """As the library writes it."""
    references: tuple[ReferenceSpectrum, ...] = field(repr=False)


def find_compound(release: LibraryRelease, name: str) -> NamedCompound:
    """Find a compound by its name or, where no name fits, by a synonym; upper and lower case are the same.

    Raises
    ------
    UnknownCompoundError
        If there is none, with the nearest names.
    AmbiguousCompoundError
        If different compounds share the name.
    """
    wanted = _folded(name)
    found = [r for r in release.spectra if _folded(r.name) == wanted]
    found = found or [r for r in release.spectra if wanted in map(_folded, _synonyms(r))]
    if not found:
        raise UnknownCompoundError(name, release.name, _nearest(release, wanted))
    keys = {reference.compound_key for reference in found}
    if len(keys) > 1:
        raise AmbiguousCompoundError(
            name, release.name, tuple(f"{r.name} ({r.accession}, {r.compound_key})" for r in found)
        )
    return NamedCompound(name=found[0].name, references=tuple(found))


def _folded(name: str) -> str:
    return " ".join(name.casefold().split())


def _synonyms(reference: ReferenceSpectrum) -> list[str]:
    return [value for field_name, value in reference.fields if field_name == _SYNONYM]


def _nearest(release: LibraryRelease, wanted: str) -> tuple[str, ...]:
    names = {_folded(name): name for r in release.spectra for name in (*_synonyms(r), r.name)}
    return tuple(names[near] for near in difflib.get_close_matches(wanted, names, n=_MOST_NAMED))
