"""Which raw objects the ledger names: by its entries, and behind the manifests of folders."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Protocol, Self

from lims.errors import LimsError
from lims.ledger import JsonValue, LedgerEntry, StoredEntry


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

    @classmethod
    def of(cls, named: Iterable[tuple[str, bool]]) -> Self:
        """Make it of digests, each with whether it is the manifest of a folder."""
        return cls(_is_folder=dict(named))

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
        for sha256, is_folder in named_by(entry.raw, entry.body):
            self._is_folder[sha256] = is_folder or self._is_folder.get(sha256, False)

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


def named_by(raw: Iterable[str], body: Mapping[str, JsonValue]) -> Iterator[tuple[str, bool]]:
    """Give what one entry names, each with whether it is named as the manifest of a folder."""
    for sha256 in raw:
        yield sha256, False
    run = body.get("raw")
    if isinstance(run, dict) and run.get("is_folder") is True:
        yield str(run.get("sha256")), True


def _members(sha256: str, manifests: ManifestReader, faults: list[str]) -> tuple[str, ...]:
    try:
        return manifests.files_of_run(sha256)
    except LimsError as error:
        faults.append(str(error))
        return ()
