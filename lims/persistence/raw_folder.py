"""A shelf that is a folder of this computer: synced before anything is acknowledged, named only when whole."""

import fcntl
import mmap
import os
import secrets
import stat
import weakref
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

from lims.persistence.raw_errors import translated
from lims.persistence.raw_shelf import (
    BLOCK_BYTES,
    OBJECT_MODE,
    QUARANTINE,
    UNFINISHED,
    ShelvedFile,
    digest_of,
    require_digest,
)

_FOLDER_MODE = 0o700
_LOST_AND_FOUND = "lost+found"
"""What a file system keeps for itself in its topmost folder."""


class FolderShelf:
    """A folder of read-only files."""

    def __init__(self, root: Path) -> None:
        """Make the folder on first use, for its owner alone."""
        self._root = root
        self._adding: int | None = None
        with translated(root):
            if not root.is_dir():
                root.mkdir(mode=_FOLDER_MODE, parents=True, exist_ok=True)
                _sync_folder(root.parent)

    def add(self, name: str, blocks: Iterable[bytes], *, sha256: str) -> bool:
        """Write beside the target, sync, read back, link, sync the folders: the name never shows half a file."""
        target = self._root / name
        scratch = target.parent / f"{UNFINISHED}{secrets.token_hex(16)}"
        with translated(target):
            self._tell_adding()
            target.parent.mkdir(mode=_FOLDER_MODE, exist_ok=True)
            try:
                _write(scratch, blocks)
                require_digest(digest_of(_read(scratch)), sha256, place=target)
                added = _link(scratch, target)
            finally:
                with suppress(OSError):  # a sweep takes what cannot be removed now
                    scratch.unlink(missing_ok=True)
            self._sync_folders(target.parent)
        return added

    def renew(self, name: str) -> bool:
        """Set the time of a file to now, then sync it and its folders: who wrote it may have failed in between."""
        target = self._root / name
        with translated(target):
            self._tell_adding()
            try:
                os.utime(target, follow_symlinks=False)
                _sync(target, os.O_RDONLY | os.O_NOFOLLOW)
            except FileNotFoundError:
                return False
            self._sync_folders(target.parent)
        return True

    def read(self, name: str) -> Iterator[bytes]:
        """Give a file's bytes, block by block; a link is none of ours and is refused."""
        path = self._root / name
        with translated(path):
            yield from _read(path)

    def view(self, name: str) -> memoryview:
        """Map a file into memory; the map lives as long as somebody holds the view."""
        path = self._root / name
        with translated(path):
            descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW)
            try:
                if not os.fstat(descriptor).st_size:
                    return memoryview(b"")  # nothing cannot be mapped
                return memoryview(mmap.mmap(descriptor, 0, access=mmap.ACCESS_READ))
            finally:
                os.close(descriptor)

    def files(self) -> Iterator[ShelvedFile]:
        """Give everything in the folder and in the folders of its objects, in the order of the names."""
        with translated(self._root):
            for entry in _entries(self._root):
                if entry.name in {QUARANTINE, _LOST_AND_FOUND}:
                    continue
                if entry.is_dir(follow_symlinks=False):
                    yield from _shelved(Path(entry.path), prefix=f"{entry.name}/")
                else:
                    yield _file_of(entry, prefix="")

    def quarantined(self) -> Iterator[ShelvedFile]:
        """Give what was set aside."""
        folder = self._root / QUARANTINE
        with translated(folder):
            if folder.exists():
                yield from _shelved(folder, prefix=f"{QUARANTINE}/")

    def set_aside(self, name: str, *, unchanged_since: datetime | None) -> str | None:
        """Rename into the quarantine; what was renewed before the rename took effect is put back."""
        path, folder = self._root / name, self._root / QUARANTINE
        quarantined = folder / f"{path.name}.{secrets.token_hex(4)}"
        with translated(path):
            folder.mkdir(mode=_FOLDER_MODE, exist_ok=True)
            try:
                if not _is_older(path, unchanged_since):
                    return None
                path.rename(quarantined)
            except FileNotFoundError:
                return None
            if not _is_older(quarantined, unchanged_since):
                _link(quarantined, path)
                quarantined.unlink()
                return None
            self._sync_folders(path.parent)
            _sync_folder(folder)
        return quarantined.relative_to(self._root).as_posix()

    def free_bytes(self) -> int | None:
        """Give what the file system leaves to this account."""
        with translated(self._root):
            found = os.statvfs(self._root)
        return found.f_bavail * found.f_frsize

    @contextmanager
    def alone(self) -> Iterator[bool]:
        """Take the folder's lock for this process alone; every process that adds shares it until it ends."""
        with translated(self._root):
            descriptor = os.open(self._root, os.O_RDONLY | os.O_DIRECTORY)
        try:
            with translated(self._root):
                alone = _lock_alone(descriptor)
            yield alone
        finally:
            os.close(descriptor)

    def _tell_adding(self) -> None:
        if self._adding is None:
            descriptor = os.open(self._root, os.O_RDONLY | os.O_DIRECTORY)
            weakref.finalize(self, os.close, descriptor)
            fcntl.flock(descriptor, fcntl.LOCK_SH)
            self._adding = descriptor

    def _sync_folders(self, folder: Path) -> None:
        """Sync both always: another process may have made the folder and not synced it yet."""
        _sync_folder(folder)
        _sync_folder(self._root)


def _write(path: Path, blocks: Iterable[bytes]) -> None:
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW
    descriptor = os.open(path, flags, 0o600)
    try:
        for block in blocks:
            _write_block(descriptor, block)
        os.fchmod(descriptor, OBJECT_MODE)
        os.fsync(descriptor)
        # else the bytes are read back from memory and not from the disk
        os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
    finally:
        os.close(descriptor)


def _write_block(descriptor: int, block: bytes) -> None:
    """Write a block to its end: near a full disk the operating system takes part of it without an error."""
    rest = memoryview(block)
    while rest:
        rest = rest[os.write(descriptor, rest) :]


def _read(path: Path) -> Iterator[bytes]:
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW)
    try:
        while block := os.read(descriptor, BLOCK_BYTES):
            yield block
    finally:
        os.close(descriptor)


def _link(source: Path, target: Path) -> bool:
    """Show a file under another name; False if the name is taken, for example by another process."""
    try:
        os.link(source, target, follow_symlinks=False)
    except FileExistsError:
        return False
    return True


def _sync_folder(folder: Path) -> None:
    _sync(folder, os.O_RDONLY | os.O_DIRECTORY)


def _sync(path: Path, flags: int) -> None:
    descriptor = os.open(path, flags)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _lock_alone(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _is_older(path: Path, moment: datetime | None) -> bool:
    return moment is None or path.lstat().st_mtime < moment.timestamp()


def _entries(folder: Path) -> list["os.DirEntry[str]"]:
    with os.scandir(folder) as found:
        return sorted(found, key=lambda entry: entry.name)


def _shelved(folder: Path, *, prefix: str) -> Iterator[ShelvedFile]:
    for entry in _entries(folder):
        with suppress(FileNotFoundError):  # finished or set aside meanwhile
            yield _file_of(entry, prefix=prefix)


def _file_of(entry: "os.DirEntry[str]", *, prefix: str) -> ShelvedFile:
    found = entry.stat(follow_symlinks=False)
    return ShelvedFile(
        name=prefix + entry.name,
        size=found.st_size,
        changed_at=datetime.fromtimestamp(found.st_mtime, UTC),
        mode=stat.S_IMODE(found.st_mode) if stat.S_ISREG(found.st_mode) else -1,
    )
