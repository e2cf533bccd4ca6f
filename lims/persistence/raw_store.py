"""Raw data, each object under its SHA-256: durable before anything names it, checked when given, never rewritten."""

import hashlib
import json
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime
from pathlib import Path, PurePosixPath
from urllib.parse import unquote, urlparse

from lims.errors import AlteredRawError, MissingRawError, RawStoreError, SettingsError
from lims.persistence.raw_errors import translated
from lims.persistence.raw_folder import FolderShelf
from lims.persistence.raw_objects import ObjectShelf
from lims.persistence.raw_shelf import BLOCK_BYTES, OBJECT_MODE, UNFINISHED, Shelf, ShelvedFile, digest_of
from lims.services.raw_ports import KeptFile, KeptState
from spectra.formats import run_manifest

_PREFIX = 2
"""Objects lie in folders named by the first two characters of their digest."""
_MEGABYTE = 1_000_000
_NOT_WRITABLE = {"", "http", "https"}
"""Kinds of URL that fsspec reads and cannot write, or none."""
_ATTEMPTS = 5
"""An object that was there and is not any more is written; each time it comes and goes counts as one."""


def open_raw_store(url: str, *, free_mb: int = 0) -> "AddressedRawStore":
    """Open the raw store that a URL names: a folder for ``file://``, else whatever fsspec knows.

    Parameters
    ----------
    url : str
        ``file:///folder``, ``s3://bucket/folder`` and so on.
    free_mb : int, optional
        Below how many free megabytes (10^6 bytes) no run is taken any more.

    Raises
    ------
    SettingsError
        If nothing is known that reads such a URL.
    """
    parts = urlparse(url)
    if parts.scheme in _NOT_WRITABLE or (parts.scheme == "file" and parts.netloc not in {"", "localhost"}):
        raise SettingsError(f"raw_store_url is {url!r}; expected file:///folder, s3://bucket/folder or the like")
    shelf: Shelf = FolderShelf(Path(unquote(parts.path))) if parts.scheme == "file" else ObjectShelf(url)
    return AddressedRawStore(shelf, free_mb=free_mb)


class AddressedRawStore:
    """Objects by what they are, on any shelf."""

    def __init__(self, shelf: Shelf, *, free_mb: int = 0) -> None:
        """Keep objects on a shelf, and no new runs where less than ``free_mb`` megabytes are free."""
        self._shelf = shelf
        self._free_mb = free_mb

    def put(self, data: bytes) -> str:
        """Keep bytes durably; give their SHA-256. Bytes that are here already are checked, not written again."""
        sha256 = hashlib.sha256(data).hexdigest()
        self._keep(sha256, lambda: iter((data,)))
        return sha256

    def put_file(self, path: Path, *, sha256: str) -> None:
        """Keep a file durably, never more than a block of it in memory.

        Raises
        ------
        RawStoreError
            If its bytes are not those of the digest any more, or cannot be kept.
        """
        self._keep(sha256, lambda: _unchanged(path, sha256))

    def get(self, sha256: str) -> bytes:
        """Give bytes back, checked against their digest.

        Raises
        ------
        RawStoreError
            If they are missing or no longer what they were.
        """
        return b"".join(self._checked(sha256))

    def view(self, sha256: str) -> memoryview:
        """Give the bytes of an object, checked against their digest; mapped where they lie on this computer.

        Raises
        ------
        RawStoreError
            If they are missing or no longer what they were.
        """
        view = self._shelf.view(_name_of(sha256))
        _require_unaltered(hashlib.sha256(view).hexdigest(), sha256)
        return view

    def check(self, sha256: str) -> None:
        """Read an object to its end without keeping it in memory.

        Raises
        ------
        MissingRawError, AlteredRawError
            If it is not there, or no longer what it was.
        """
        for _ in self._checked(sha256):
            pass

    def put_run(self, path: Path) -> str:
        """Keep every file of a run, then the manifest that names them; give the run's digest.

        Raises
        ------
        RawStoreError
            If the disk is nearly full, the run changes while it is read, or cannot be kept.
        """
        manifest = run_manifest(path)
        self._require_room(sum(entry.size for entry in manifest.entries))
        for entry in manifest.entries:
            self.put_file(entry.source, sha256=entry.sha256)
        return self.put(manifest.canonical_bytes) if manifest.is_folder else manifest.sha256

    @contextmanager
    def open_run(self, sha256: str, *, name: str, is_folder: bool) -> Iterator[Path]:
        """Lay a run out in a temporary folder, every byte checked on the way."""
        file_name = PurePosixPath(name).name
        if file_name in {"", ".."} or "\0" in file_name:
            raise RawStoreError(f"{name!r} is no name under which a run can be laid out")
        with tempfile.TemporaryDirectory() as scratch:
            target = Path(scratch) / file_name
            if is_folder:
                self._lay_out(sha256, target)
            else:
                self._write_out(sha256, target)
            yield target

    def files_of_run(self, sha256: str) -> tuple[str, ...]:
        """Give the digests of the files that a folder's manifest names."""
        return tuple(row["sha256"] for row in self._manifest_rows(sha256))

    def files(self) -> Iterator[KeptFile]:
        """Give everything that lies in the store, also what is no object."""
        return map(_kept, self._shelf.files())

    def quarantined(self) -> Iterator[KeptFile]:
        """Give what was set aside."""
        return map(_kept, self._shelf.quarantined())

    def digest_of(self, name: str) -> str:
        """Hash a file by its name in the store.

        Raises
        ------
        MissingRawError
            If it is gone.
        """
        return digest_of(self._shelf.read(name))

    def set_aside(self, name: str, *, unchanged_since: datetime | None) -> str | None:
        """Move a file into the quarantine; give its name then, or None if it changed since or is gone."""
        return self._shelf.set_aside(name, unchanged_since=unchanged_since)

    def alone(self) -> AbstractContextManager[bool]:
        """Keep every other process from adding as long as the context lasts; False if one may be adding already."""
        return self._shelf.alone()

    def free_bytes(self) -> int | None:
        """Give how much more can be kept; None where nobody knows."""
        return self._shelf.free_bytes()

    def copy_from(self, other: "AddressedRawStore", sha256: str) -> None:
        """Take an object from another store, checked on the way.

        Raises
        ------
        RawStoreError
            If it is missing or altered there, or cannot be kept here.
        """
        self._keep(sha256, lambda: other._checked(sha256))  # noqa: SLF001 - of the same class

    def _keep(self, sha256: str, blocks: Callable[[], Iterator[bytes]]) -> None:
        name = _name_of(sha256)
        for _ in range(_ATTEMPTS):
            if self._is_kept(sha256) or self._shelf.add(name, blocks(), sha256=sha256):
                return
        raise RawStoreError(
            f"raw object {sha256} was set aside {_ATTEMPTS} times while it was kept",
            remedy="Find out which program removes files from the raw store",
        )

    def _is_kept(self, sha256: str) -> bool:
        """Tell whether an object is here, whole and durable; it is young again, so that no sweep takes it."""
        if not self._shelf.renew(_name_of(sha256)):
            return False
        try:
            self.check(sha256)
        except MissingRawError:  # set aside after it was renewed
            return False
        return True

    def _checked(self, sha256: str) -> Iterator[bytes]:
        digest = hashlib.sha256()
        for block in self._shelf.read(_name_of(sha256)):
            digest.update(block)
            yield block
        _require_unaltered(digest.hexdigest(), sha256)

    def _require_room(self, size: int) -> None:
        free = self._shelf.free_bytes()
        if self._free_mb and free is not None and free - size < self._free_mb * _MEGABYTE:
            raise RawStoreError(
                f"the raw store has {free // _MEGABYTE} MB free, the run needs {size // _MEGABYTE} MB, and "
                f"{self._free_mb} MB are kept free",
                remedy="Free space on the disk of the raw store, or lower free_mb under [raw] in aigaq.toml",
            )

    def _lay_out(self, sha256: str, target: Path) -> None:
        for row in self._manifest_rows(sha256):
            relative = PurePosixPath(row["path"])
            if relative.is_absolute() or ".." in relative.parts:
                raise RawStoreError(f"manifest {sha256} names the path {row['path']!r} outside its folder")
            path = target / relative
            with translated(path):
                path.parent.mkdir(parents=True, exist_ok=True)
            self._write_out(row["sha256"], path)

    def _write_out(self, sha256: str, path: Path) -> None:
        with translated(path), path.open("wb") as file:
            file.writelines(self._checked(sha256))

    def _manifest_rows(self, sha256: str) -> list[dict[str, str]]:
        try:
            rows = json.loads(self.get(sha256))
        except (ValueError, RecursionError):
            rows = None
        if not isinstance(rows, list) or not all(map(_names_a_file, rows)):
            raise RawStoreError(f"raw object {sha256} is no manifest of a folder")
        return rows


def _name_of(sha256: str) -> str:
    if not _is_digest(sha256):
        raise RawStoreError(f"{sha256!r} is no SHA-256")
    return f"{sha256[:_PREFIX]}/{sha256}"


def _require_unaltered(found: str, sha256: str) -> None:
    if found != sha256:
        raise AlteredRawError(
            f"raw object {sha256} has changed: its bytes now have SHA-256 {found}",
            remedy="Keep the raw store as it is and run 'aigaq raw scrub', then 'aigaq raw repair'",
        )


def _is_digest(text: str) -> bool:
    return len(text) == hashlib.sha256().digest_size * 2 and set(text) <= set("0123456789abcdef")


def _kept(file: ShelvedFile) -> KeptFile:
    """Say what a file is by its name and kind."""
    last = PurePosixPath(file.name).name
    state, sha256 = KeptState.STRANGE, ""
    if file.mode != -1 and last.startswith(UNFINISHED):
        state = KeptState.UNFINISHED
    elif file.mode != -1 and _is_digest(last) and file.name == _name_of(last):
        state, sha256 = KeptState.OBJECT, last
    return KeptFile(
        name=file.name,
        state=state,
        sha256=sha256,
        size=file.size,
        changed_at=file.changed_at,
        read_only=file.mode in {None, OBJECT_MODE},
    )


def _names_a_file(row: object) -> bool:
    return isinstance(row, dict) and isinstance(row.get("path"), str) and isinstance(row.get("sha256"), str)


def _unchanged(path: Path, sha256: str) -> Iterator[bytes]:
    """Read a file, and refuse it at its end if its bytes are not those that were read before."""
    digest = hashlib.sha256()
    with translated(path), path.open("rb") as file:
        while block := file.read(BLOCK_BYTES):
            digest.update(block)
            yield block
    if digest.hexdigest() != sha256:
        raise RawStoreError(
            f"{path} changed while it was read; wait until the instrument has finished",
            remedy="Bring it again when it is complete",
        )
