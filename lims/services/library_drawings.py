"""The different structures of an import, for the person who looks at all their drawings."""

import threading
from collections import OrderedDict
from dataclasses import dataclass, field

from substance_library.frozen_release import MappedRelease
from substance_library.stated_structure import stated_structure

_KEPT = 4
"""Imports whose structures a process keeps: those that people look at now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedStructure:
    """One structure, with the first record or substance that states it."""

    smiles: str
    words: str
    """Accession and name of that record, or the name of that substance."""


@dataclass(slots=True, kw_only=True)
class StructuresByDigest:
    """Reads the structures of frozen records once: the same digest always stands for the same records."""

    _found: OrderedDict[str, tuple[NamedStructure, ...]] = field(default_factory=OrderedDict, repr=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def known(self, digest: str) -> tuple[NamedStructure, ...] | None:
        """Give what was read of these records; None before that."""
        with self._lock:
            if digest in self._found:
                self._found.move_to_end(digest)
            return self._found.get(digest)

    def read(self, digest: str, records: MappedRelease) -> tuple[NamedStructure, ...]:
        """Read the structures of records and keep them."""
        found = structures_of(records)
        with self._lock:
            self._found[digest] = found
            while len(self._found) > _KEPT:
                self._found.popitem(last=False)
        return found


def structures_of(records: MappedRelease) -> tuple[NamedStructure, ...]:
    """Give each structure once, those of the spectra before those that only the tables name."""
    found: dict[str, str] = {}
    for place in range(len(records)):
        one = records.reference(place)
        structure = stated_structure(one)
        if structure is not None and structure.smiles is not None:
            found.setdefault(str(structure.smiles), f"{one.accession} {one.name}")
    for known in records.substances:
        if known.smiles:
            found.setdefault(known.smiles, known.names[0].text if known.names else str(known.inchikey))
    return tuple(NamedStructure(smiles=smiles, words=words) for smiles, words in found.items())
