"""A folder into which an instrument writes: which of its runs are finished, so that reading them is safe."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path

from lims.errors import UnreadableFileError

_HIDDEN = (".", "~")
"""What begins so is somebody's temporary file."""


class Progress(StrEnum):
    """How far one entry of the folder is."""

    GROWING = "growing"
    """It changed within the quiet time: the instrument may still write."""
    READY = "ready"
    """Unchanged for the quiet time, and not taken yet."""
    TAKEN = "taken"
    CHANGED = "changed after it was taken"
    """The instrument, or somebody, wrote again: what was imported is no longer what lies there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """One entry of the folder: a run, or something else that a reader will refuse."""

    path: Path
    progress: Progress


@dataclass(frozen=True, slots=True, kw_only=True)
class _Seen:
    fingerprint: str
    since: datetime
    taken: str = ""
    """The fingerprint it had when it was taken; empty before."""


@dataclass(slots=True, kw_only=True)
class Inbox:
    """What is known of a folder from looking at it again and again.

    Parameters
    ----------
    folder : Path
        Its entries, files or folders, are the arrivals; nothing in it is ever changed.
    quiet : timedelta
        How long an entry must stay as it is.

    Notes
    -----
    Looking is better than being told: file systems shared over a network tell nothing. Quiet means that names, sizes
    and times of all files stay the same; whether a quiet run is complete, its reader decides.
    """

    folder: Path
    quiet: timedelta
    _seen: dict[Path, _Seen] = field(default_factory=dict)

    def look(self, now: datetime) -> tuple[Arrival, ...]:
        """Look once; entries in the order of their names.

        Raises
        ------
        UnreadableFileError
            If the folder cannot be read.
        """
        found = {}
        try:
            for path in sorted(self.folder.iterdir()):
                if not path.name.startswith(_HIDDEN) and not path.is_symlink():
                    found[path] = self._seen_again(path, now)
        except OSError as error:
            raise UnreadableFileError(self.folder, error.strerror or str(error)) from error
        self._seen = found
        return tuple(Arrival(path=path, progress=self._progress(seen, now)) for path, seen in found.items())

    def take(self, path: Path) -> None:
        """Remember that an entry was dealt with, imported or refused."""
        seen = self._seen[path]
        self._seen[path] = _Seen(fingerprint=seen.fingerprint, since=seen.since, taken=seen.fingerprint)

    def _seen_again(self, path: Path, now: datetime) -> _Seen:
        fingerprint = _fingerprint(path)
        before = self._seen.get(path)
        if before is None:
            return _Seen(fingerprint=fingerprint, since=now)
        since = before.since if before.fingerprint == fingerprint else now
        return _Seen(fingerprint=fingerprint, since=since, taken=before.taken)

    def _progress(self, seen: _Seen, now: datetime) -> Progress:
        if now - seen.since < self.quiet:
            return Progress.GROWING
        if not seen.taken:
            return Progress.READY
        return Progress.TAKEN if seen.taken == seen.fingerprint else Progress.CHANGED


def _fingerprint(path: Path) -> str:
    """Sum up names, sizes and times of all files; a file that vanishes meanwhile counts as a change."""
    digest = hashlib.sha256()
    for name, size, time in _facts(path):
        digest.update(f"{name}\0{size}\0{time}\0".encode())
    return digest.hexdigest()


def _facts(path: Path) -> Iterator[tuple[str, int, int]]:
    for file in sorted(path.rglob("*")) if path.is_dir() else (path,):
        try:
            facts = file.lstat()
        except FileNotFoundError:
            yield str(file), -1, -1
        else:
            yield str(file), facts.st_size, facts.st_mtime_ns
