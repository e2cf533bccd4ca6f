"""What the services need of the world: a store, a place for raw data, a clock, a desk where reports are made."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol, Self, TypeVar

from lims.domain.record import Record
from lims.domain.report_content import Person, ReportContent
from lims.domain.staff import StaffMember
from lims.ledger.canonical import JsonValue
from lims.ledger.chain import StoredEntry
from spectra.formats.msp import MspFile
from spectra.formats.reading import RunReading

R = TypeVar("R", bound=Record)


class Clock(Protocol):
    """The one source of time."""

    def now(self) -> datetime:
        """Give the time, aware, UTC."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerHead:
    """Where the ledger ends."""

    entries: int
    leaf: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedRecord:
    """One line of a list: the newest version of a record, without its body."""

    kind: str
    number: str
    version: int
    parent: str
    state: str
    title: str
    recorded_at: datetime


class UnitOfWork(Protocol):
    """One transaction. Left without ``commit``, it leaves nothing behind."""

    def __enter__(self) -> Self:
        """Begin."""
        ...

    def __exit__(self, *failure: object) -> None:
        """Roll back what was not committed."""
        ...

    def load(self, kind: type[R], number: str, *, version: int | None = None) -> R:
        """Give the newest version of a record, or a stated one.

        Raises
        ------
        NotFoundError
            If there is none.
        """
        ...

    def children(self, kind: type[R], parent: str) -> tuple[R, ...]:
        """Give the newest versions of all records that belong to another, in the order of their numbers."""
        ...

    def listed(self, kind: type[Record], *, limit: int, offset: int = 0) -> tuple[ListedRecord, ...]:
        """Give one page of a list, newest first."""
        ...

    def count(self, kind: type[Record], *, prefix: str = "") -> int:
        """Count the records of a kind whose number begins with a prefix."""
        ...

    def run_with_raw(self, sha256: str) -> str | None:
        """Give the number of the run that has these raw data, if any."""
        ...

    def head(self) -> LedgerHead:
        """Give the end of the ledger as this transaction sees it."""
        ...

    def record(
        self,
        record: Record,
        *,
        act: str,
        actor: StaffMember,
        at: datetime,
        raw: Sequence[str] = (),
        signature: Mapping[str, JsonValue] | None = None,
    ) -> None:
        """Append one act to the ledger, the only way to change anything.

        Raises
        ------
        StaleVersionError
            If the version was already recorded.
        """
        ...

    def commit(self) -> None:
        """Make everything recorded in this transaction durable."""
        ...


class Store(Protocol):
    """The laboratory's records."""

    def unit_of_work(self) -> UnitOfWork:
        """Begin a transaction that may write."""
        ...

    def reading(self) -> UnitOfWork:
        """Begin a transaction that only reads."""
        ...

    def entries(self) -> Iterator[StoredEntry]:
        """Give every ledger entry in order."""
        ...

    def faults(self) -> tuple[str, ...]:
        """Compare every list with the ledger; name each difference."""
        ...


class FileReader(Protocol):
    """Readers of files that others made; the laboratory's own reads each in a bounded process."""

    def run(self, path: Path) -> RunReading:
        """Read a run, also a zipped ``.D`` folder.

        Raises
        ------
        spectra.FormatError
            If it is refused, or cannot be read within the limits.
        """
        ...

    def msp(self, path: Path) -> MspFile:
        """Read a library file.

        Raises
        ------
        spectra.FormatError, spectra.FormatErrors
            If it is refused, or cannot be read within the limits.
        """
        ...


class RawStore(Protocol):
    """Raw data, addressed by what they are."""

    def put(self, data: bytes) -> str:
        """Keep bytes durably; give their SHA-256."""
        ...

    def get(self, sha256: str) -> bytes:
        """Give bytes back, checked against their digest.

        Raises
        ------
        RawStoreError
            If they are missing or no longer what they were.
        """
        ...

    def put_run(self, path: Path) -> str:
        """Keep every file of a run durably; give the run's digest."""
        ...

    def open_run(self, sha256: str, *, name: str, is_folder: bool) -> AbstractContextManager[Path]:
        """Lay a run out under its own name for a reader, for as long as the context lasts."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedDocument:
    """A document after one more signature."""

    pdf: bytes
    proof: Mapping[str, JsonValue]
    """What the ledger keeps of the signature: signer, certificate, level, digest before and after."""


class ReportDesk(Protocol):
    """Where documents are composed and signed."""

    @property
    def evidence(self) -> bool:
        """False as long as development keys sign."""
        ...

    @property
    def signature_level(self) -> str:
        """Name the level of the signatures."""
        ...

    @property
    def trust_roots(self) -> tuple[bytes, ...]:
        """The certificates, as PEM, that signatures of this laboratory must lead to."""
        ...

    def content_bytes(self, content: ReportContent) -> bytes:
        """Give the canonical bytes of a content."""
        ...

    def compose(self, content: ReportContent) -> bytes:
        """Make the unsigned document.

        Raises
        ------
        DocumentError
            If a text cannot be set.
        """
        ...

    def sign_as_expert(self, pdf: bytes, *, person: Person, number: str, at: datetime) -> SignedDocument:
        """Certify a document as its author.

        Raises
        ------
        SigningError
            If there is no valid key for that person.
        """
        ...

    def sign_as_reviewer(self, pdf: bytes, *, person: Person, number: str, at: datetime) -> SignedDocument:
        """Sign a certified document as its reviewer and lock it.

        Raises
        ------
        SigningError
            If there is no valid key for that person.
        """
        ...
