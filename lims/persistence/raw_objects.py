"""A shelf in an object store, or on any other file system that fsspec knows: what is written whole is there or not."""

import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import PurePosixPath

import fsspec

from lims.errors import RawStoreError, SettingsError
from lims.persistence.raw_errors import translated
from lims.persistence.raw_shelf import BLOCK_BYTES, QUARANTINE, UNFINISHED, ShelvedFile, digest_of, require_digest


class ObjectShelf:
    """Objects under a URL. Durability is the store's own: it answers when the bytes are safe."""

    def __init__(self, url: str) -> None:
        """Reach the store.

        Raises
        ------
        SettingsError
            If fsspec does not know the kind of URL, or what it needs for it is not installed.
        """
        try:
            self._files, root = fsspec.core.url_to_fs(url, use_listings_cache=False)
        except (ImportError, ValueError) as error:
            raise SettingsError(f"raw_store_url or copy_url is {url!r}: {error}") from error
        self._url = url
        self._root = str(root).rstrip("/")

    def add(self, name: str, blocks: Iterable[bytes], *, sha256: str) -> bool:
        """Write under another key, read back, copy within the store: a copy is whole or not there."""
        scratch = self._key(f"{PurePosixPath(name).parent}/{UNFINISHED}{secrets.token_hex(16)}")
        with translated(self._place(name)):
            try:
                self._make_folder(scratch)
                with self._files.open(scratch, "wb") as file:
                    for block in blocks:
                        file.write(block)
                require_digest(digest_of(self._read(scratch)), sha256, place=self._place(name))
                if self._files.exists(self._key(name)):
                    return False
                self._files.cp_file(scratch, self._key(name))
            finally:
                self._discard(scratch)
        return True

    def renew(self, name: str) -> bool:
        """Copy an object to another key and back: the time of an object cannot be set."""
        scratch = self._key(f"{PurePosixPath(name).parent}/{UNFINISHED}{secrets.token_hex(16)}")
        with translated(self._place(name)):
            try:
                self._files.cp_file(self._key(name), scratch)
                self._files.cp_file(scratch, self._key(name))
            except FileNotFoundError:
                return False
            finally:
                self._discard(scratch)
        return True

    def read(self, name: str) -> Iterator[bytes]:
        """Give an object's bytes, block by block."""
        with translated(self._place(name)):
            yield from self._read(self._key(name))

    def view(self, name: str) -> memoryview:
        """Fetch an object whole: what lies elsewhere cannot be mapped."""
        return memoryview(b"".join(self.read(name)))

    def files(self) -> Iterator[ShelvedFile]:
        """Give every object but the quarantine."""
        return (file for file in self._found("") if not file.name.startswith(f"{QUARANTINE}/"))

    def quarantined(self) -> Iterator[ShelvedFile]:
        """Give what was set aside."""
        return self._found(QUARANTINE)

    def set_aside(self, name: str, *, unchanged_since: datetime | None) -> str | None:
        """Copy into the quarantine, then remove the object if it did not change meanwhile."""
        kept_as = f"{QUARANTINE}/{PurePosixPath(name).name}.{secrets.token_hex(4)}"
        key, quarantined = self._key(name), self._key(kept_as)
        with translated(self._place(name)):
            try:
                if not self._is_older(key, unchanged_since):
                    return None
                self._make_folder(quarantined)
                self._files.cp_file(key, quarantined)
                if not self._is_older(key, unchanged_since):
                    self._discard(quarantined)
                    return None
                self._files.rm_file(key)
            except FileNotFoundError:
                return None
        return kept_as

    def free_bytes(self) -> int | None:
        """Say that nobody knows."""
        return None

    @contextmanager
    def alone(self) -> Iterator[bool]:
        """Say that other computers may be adding: an object store has no locks."""
        yield False

    def _read(self, key: str) -> Iterator[bytes]:
        with self._files.open(key, "rb", cache_type="readahead") as file:
            while block := file.read(BLOCK_BYTES):
                yield block

    def _found(self, folder: str) -> Iterator[ShelvedFile]:
        with translated(self._place(folder)):
            found = self._files.find(self._key(folder).rstrip("/"), detail=True)
            for key in sorted(found):
                yield ShelvedFile(
                    name=key.removeprefix(f"{self._root}/"),
                    size=int(found[key]["size"]),
                    changed_at=_aware(found[key].get("LastModified") or self._files.modified(key)),
                    mode=None,
                )

    def _is_older(self, key: str, moment: datetime | None) -> bool:
        return moment is None or _aware(self._files.modified(key)) < moment

    def _make_folder(self, key: str) -> None:
        """Make the folder of a key, where the store has folders."""
        with suppress(FileExistsError):
            self._files.makedirs(key.rpartition("/")[0], exist_ok=True)

    def _discard(self, key: str) -> None:
        with suppress(RawStoreError), translated(key):  # a sweep takes what cannot be removed now
            self._files.rm_file(key)

    def _key(self, name: str) -> str:
        return f"{self._root}/{name}"

    def _place(self, name: str) -> str:
        return f"{self._url.rstrip('/')}/{name}"


def _aware(moment: datetime) -> datetime:
    """Give a time with its zone: some file systems tell UTC without saying so."""
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
