"""Raw data in a folder, each object under its SHA-256, durable before anything names it, never rewritten."""

import hashlib
import json
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from urllib.parse import unquote, urlparse

from lims.errors import RawStoreError, SettingsError
from spectra.formats import run_manifest

_PREFIX = 2
"""Objects lie in folders named by the first two characters of their digest."""


def open_raw_store(url: str) -> "FolderRawStore":
    """Open the raw store that a URL names; only ``file://`` is known so far.

    Raises
    ------
    SettingsError
        If the URL is of another kind.
    """
    parts = urlparse(url)
    if parts.scheme != "file" or parts.netloc not in {"", "localhost"}:
        raise SettingsError(f"raw_store_url is {url!r}; expected file:///folder")
    return FolderRawStore(Path(unquote(parts.path)))


class FolderRawStore:
    """A folder of read-only files."""

    def __init__(self, root: Path) -> None:
        """Make the folder on first use, for its owner alone."""
        self._root = root
        with _translated(root):
            root.mkdir(mode=0o700, parents=True, exist_ok=True)

    def put(self, data: bytes) -> str:
        """Keep bytes durably; give their SHA-256. Bytes that are here already are checked, not written again."""
        sha256 = hashlib.sha256(data).hexdigest()
        target = self._path(sha256)
        with _translated(target):
            if target.exists():
                self.get(sha256)
                return sha256
            new_folder = not target.parent.exists()
            target.parent.mkdir(mode=0o700, exist_ok=True)
            _write_durably(target, data)
            _sync_folder(target.parent)
            if new_folder:
                _sync_folder(self._root)
        return sha256

    def get(self, sha256: str) -> bytes:
        """Give bytes back, checked against their digest.

        Raises
        ------
        RawStoreError
            If they are missing or no longer what they were.
        """
        path = self._path(sha256)
        with _translated(path):
            data = path.read_bytes()
        found = hashlib.sha256(data).hexdigest()
        if found != sha256:
            raise RawStoreError(f"raw object {sha256} has changed: its bytes now have SHA-256 {found}")
        return data

    def put_run(self, path: Path) -> str:
        """Keep every file of a run, then the manifest that names them; give the run's digest."""
        manifest = run_manifest(path)
        for entry in manifest.entries:
            with _translated(entry.source):
                data = entry.source.read_bytes()
            if self.put(data) != entry.sha256:
                raise RawStoreError(f"{entry.source} changed while it was read; wait until the instrument has finished")
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
                data = self.get(sha256)
                with _translated(target):
                    target.write_bytes(data)
            yield target

    def files_of_run(self, sha256: str) -> tuple[str, ...]:
        """Give the digests of the files that a folder's manifest names."""
        return tuple(row["sha256"] for row in self._manifest_rows(sha256))

    def _lay_out(self, sha256: str, target: Path) -> None:
        for row in self._manifest_rows(sha256):
            relative = PurePosixPath(row["path"])
            if relative.is_absolute() or ".." in relative.parts:
                raise RawStoreError(f"manifest {sha256} names the path {row['path']!r} outside its folder")
            path = target / relative
            data = self.get(row["sha256"])
            with _translated(path):
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(data)

    def _manifest_rows(self, sha256: str) -> list[dict[str, str]]:
        try:
            rows = json.loads(self.get(sha256))
        except (ValueError, RecursionError):
            rows = None
        if not isinstance(rows, list) or not all(map(_names_a_file, rows)):
            raise RawStoreError(f"raw object {sha256} is no manifest of a folder")
        return rows

    def _path(self, sha256: str) -> Path:
        if len(sha256) != hashlib.sha256().digest_size * 2 or not set(sha256) <= set("0123456789abcdef"):
            raise RawStoreError(f"{sha256!r} is no SHA-256")
        return self._root / sha256[:_PREFIX] / sha256


def _names_a_file(row: object) -> bool:
    return isinstance(row, dict) and isinstance(row.get("path"), str) and isinstance(row.get("sha256"), str)


def _write_durably(target: Path, data: bytes) -> None:
    """Write beside the target, sync, then link under the final name: the name never shows half a file."""
    descriptor, scratch = tempfile.mkstemp(prefix=".new-", dir=target.parent)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(scratch).chmod(0o400)
        os.link(scratch, target)
    except FileExistsError:  # another process kept the same bytes meanwhile
        pass
    finally:
        Path(scratch).unlink(missing_ok=True)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def _translated(path: Path) -> Iterator[None]:
    """Turn what the operating system says into our error, with the path."""
    try:
        yield
    except OSError as error:
        raise RawStoreError(f"{path}: {error.strerror or error}") from error
