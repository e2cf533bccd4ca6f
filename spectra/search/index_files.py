"""A search index on disk: folders of arrays, and a manifest that says what they are and what their digests are."""

import hashlib
import json
from collections.abc import Collection, Hashable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from spectra.errors import FormatError, InvalidSettingError
from spectra.search.entries import Catalogue, Labels
from spectra.search.modes import SearchMode
from spectra.search.presets import AccurateMassSearch, UnitMassSearch
from spectra.search.unit_mass_files import MANIFEST as PART_MANIFEST

MANIFEST = "index.json"
_FORMAT = "aigaq-search-index/1"
_LABELS = ("releases", "techniques", "substance_classes")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class StoredLibrary:
    """What stands in the manifest: all of an index but its arrays."""

    modes: frozenset[SearchMode]
    catalogue: Catalogue = field(repr=False)


def write_manifest(
    folder: Path,
    *,
    settings: UnitMassSearch | AccurateMassSearch,
    modes: Collection[SearchMode],
    catalogue: Catalogue,
) -> str:
    """Write the manifest last: a folder without one was not finished. Give its SHA-256.

    Raises
    ------
    InvalidSettingError
        If a group is neither a text nor a tuple of texts.
    """
    facts = {
        "format": _FORMAT,
        "settings": repr(settings),
        "modes": sorted(modes),
        "parts": _parts(folder),
        "catalogue": _stored(catalogue),
    }
    text = json.dumps(facts, ensure_ascii=False, separators=(",", ":"), sort_keys=True) + "\n"
    (folder / MANIFEST).write_text(text, encoding="utf-8")
    return _digest(folder / MANIFEST)


def read_manifest(folder: Path, *, settings: UnitMassSearch | AccurateMassSearch, sha256: str | None) -> StoredLibrary:
    """Read the manifest and compare it with the folder.

    Raises
    ------
    FormatError
        If it is missing, damaged, of other settings, or names other parts than there are.
    """
    path = folder / MANIFEST
    try:
        found = _digest(path)
        facts = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise FormatError(path, "the manifest", str(error), "a JSON file") from error
    if sha256 is not None and found != sha256:
        raise FormatError(path, "the manifest", f"SHA-256 {found}", f"SHA-256 {sha256}")
    try:
        stated = {"format": facts["format"], "settings": facts["settings"], "parts": facts["parts"]}
        library = StoredLibrary(
            modes=frozenset(SearchMode(mode) for mode in facts["modes"]), catalogue=_restored(facts["catalogue"])
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise FormatError(path, "the manifest", repr(error), "every field of the format") from error
    for name, expected in (("format", _FORMAT), ("settings", repr(settings)), ("parts", _parts(folder))):
        if stated[name] != expected:
            raise FormatError(path, name, str(stated[name]), str(expected))
    return library


def _parts(folder: Path) -> dict[str, str]:
    return {path.relative_to(folder).as_posix(): _digest(path) for path in sorted(folder.glob(f"*/{PART_MANIFEST}"))}


def _stored(catalogue: Catalogue) -> dict[str, Any]:
    return {
        "identifiers": catalogue.identifiers,
        "groups": [_stored_group(group) for group in catalogue.groups],
        "nominal_mass": catalogue.nominal_mass.tolist(),
        **{
            name: {"words": getattr(catalogue, name).words, "codes": getattr(catalogue, name).codes.tolist()}
            for name in _LABELS
        },
    }


def _stored_group(group: Hashable) -> str | list[str]:
    if isinstance(group, str):
        return group
    if isinstance(group, tuple) and all(isinstance(part, str) for part in group):
        return list(group)
    raise InvalidSettingError(f"the group {group!r} cannot be written to a file; expected a text or a tuple of texts")


def _restored(facts: dict[str, Any]) -> Catalogue:
    identifiers = tuple(facts["identifiers"])
    return Catalogue(
        identifiers=identifiers,
        groups=tuple(group if isinstance(group, str) else tuple(group) for group in facts["groups"]),
        nominal_mass=np.array(facts["nominal_mass"], dtype=np.int32),
        known=(frozenset(identifiers),),
        **{
            name: Labels(words=tuple(facts[name]["words"]), codes=np.array(facts[name]["codes"], dtype=np.int32))
            for name in _LABELS
        },
    )


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
