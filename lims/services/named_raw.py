"""Which raw objects the ledger names: by its entries, and behind the manifests of folders."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Protocol

from lims.errors import LimsError
from lims.ledger import LedgerEntry, StoredEntry


class ManifestReader(Protocol):
    """What tells which files a folder's manifest names."""

    def files_of_run(self, sha256: str) -> tuple[str, ...]:
        """Give the digests of the files behind a manifest.

        Raises
        ------
        RawStoreError
            If the manifest is missing, altered, or none.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedRaw:
    """The raw objects that the entries passed so far name, in the order in which they were first named."""

    _is_folder: dict[str, bool] = field(default_factory=dict)

    def noting(self, entries: Iterable[StoredEntry]) -> Iterator[StoredEntry]:
        """Pass entries on, and note what they name; one that cannot be read names nothing."""
        for stored in entries:
            try:
                entry = LedgerEntry.from_bytes(stored.data)
            except LimsError:
                yield stored  # the chain check says what is wrong with it
                continue
            self.note(entry)
            yield stored

    def note(self, entry: LedgerEntry) -> None:
        """Note what one entry names: single objects, and a run that is a folder."""
        for sha256 in entry.raw:
            self._is_folder.setdefault(sha256, False)
        raw = entry.body.get("raw")
        if isinstance(raw, dict) and raw.get("is_folder") is True:
            self._is_folder[str(raw.get("sha256"))] = True

    def digests(self, manifests: ManifestReader, *, faults: list[str]) -> Iterator[str]:
        """Give the digest of every object that has to be there; of a folder its manifest, then its files.

        Parameters
        ----------
        manifests : ManifestReader
            Where the manifests lie.
        faults : list of str
            Takes a line for each manifest that cannot be read: what it names is unknown.
        """
        for sha256, is_folder in self._is_folder.items():
            yield sha256
            if is_folder:
                yield from _members(sha256, manifests, faults)


def _members(sha256: str, manifests: ManifestReader, faults: list[str]) -> tuple[str, ...]:
    try:
        return manifests.files_of_run(sha256)
    except LimsError as error:
        faults.append(str(error))
        return ()
