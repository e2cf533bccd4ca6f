"""The identity of a run as it lies on disk: one digest over every file of it."""

import hashlib
import json
import unicodedata
from dataclasses import dataclass, field
from pathlib import Path

from spectra.errors import FormatError

_CHUNK_BYTES = 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class ManifestEntry:
    """One file of a run."""

    path: str
    """Relative to the run's folder, with ``/``, Unicode NFC; the file's own name for a run that is one file."""
    size: int
    sha256: str
    source: Path = field(compare=False, repr=False)
    """Where it was read, spelt as the file system spells it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """All files of a run in the order of their paths."""

    entries: tuple[ManifestEntry, ...]
    is_folder: bool

    @property
    def canonical_bytes(self) -> bytes:
        """The bytes whose digest is the folder's identity: sorted JSON without spaces, ASCII only."""
        rows = [{"path": e.path, "sha256": e.sha256, "size": e.size} for e in self.entries]
        return json.dumps(rows, sort_keys=True, separators=(",", ":")).encode("ascii")

    @property
    def sha256(self) -> str:
        """The digest of the run: of the one file, or of the folder's ``canonical_bytes``."""
        return hashlib.sha256(self.canonical_bytes).hexdigest() if self.is_folder else self.entries[0].sha256


def run_manifest(path: Path) -> Manifest:
    """Digest every file of a run.

    Parameters
    ----------
    path : Path
        A file, or a folder such as Agilent's ``.D``.

    Raises
    ------
    FormatError
        If something is missing or unreadable, is neither file nor folder, or two paths of the folder are
        equal after Unicode normalisation and case folding.
    """
    try:
        if path.is_file():
            return Manifest(entries=(_entry(path, path.name),), is_folder=False)
        if not path.is_dir():
            raise FormatError(path, "the path", "nothing" if not path.exists() else "a device", "a file or a folder")
        return Manifest(entries=_folder_entries(path), is_folder=True)
    except OSError as error:
        raise FormatError(path, "the path", error.strerror or str(error), "readable files") from error


def _folder_entries(folder: Path) -> tuple[ManifestEntry, ...]:
    entries = []
    seen: dict[str, str] = {}
    for path in sorted(folder.rglob("*")):
        if path.is_dir() and not path.is_symlink():
            continue
        name = unicodedata.normalize("NFC", path.relative_to(folder).as_posix())
        if path.is_symlink() or not path.is_file():
            raise FormatError(path, "the folder", "a link or device", "plain files")
        if name.casefold() in seen:
            found = f"{name!a} beside {seen[name.casefold()]!a}"
            raise FormatError(path, "the folder", found, "names that differ by more than case and Unicode form")
        seen[name.casefold()] = name
        entries.append(_entry(path, name))
    if not entries:
        raise FormatError(folder, "the folder", "no file", "the files of a run")
    return tuple(sorted(entries, key=lambda entry: entry.path))


def _entry(path: Path, name: str) -> ManifestEntry:
    digest = hashlib.sha256()
    size = 0
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK_BYTES):
            digest.update(chunk)
            size += len(chunk)
    return ManifestEntry(path=name, size=size, sha256=digest.hexdigest(), source=path)
