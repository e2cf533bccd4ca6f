"""After a crash: numbers without a document are given up, and documents that no entry names are named."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Protocol

from lims.domain.permissions import Act, require_role
from lims.domain.report import Report, ReportStatus
from lims.domain.staff import SYSTEM, StaffMember
from lims.errors import NotFoundError, RawStoreError, TransitionError
from lims.services.desk_ports import ReportDesk
from lims.services.named_raw import NamedRaw
from lims.services.ports import Clock, Store
from lims.services.raw_ports import KeptFile, KeptState, RawKeeper

UNFINISHED = "the program ended before a signed document was recorded under this number"
_LARGEST = 100_000_000
"""Bytes of a file that may be a report; a larger one is left unread."""
_MAX_LISTED = 10_000


class RecoveredStore(Store, Protocol):
    """A store that tells which raw objects its ledger names."""

    def named_raw(self) -> NamedRaw:
        """Give the raw objects that the ledger names, from the list of them."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class LostDocument:
    """A document in the raw store that no entry names: its program ended between keeping it and recording it."""

    report: str
    """The number that it states."""
    sha256: str
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Recovery:
    """What was found, and what became of it."""

    voided: tuple[Report, ...] = ()
    """Reports whose numbers were given up."""
    documents: tuple[LostDocument, ...] = ()
    """They are no reports; the next sweep moves them into the quarantine."""
    at_work: tuple[str, ...] = ()
    """Numbers of reports that somebody is making now; nothing was done about them."""


@contextmanager
def alone_at_report(store: Store, examination_number: str) -> Iterator[None]:
    """Hold the report of an examination while its document is made or signed, until that is recorded.

    Raises
    ------
    TransitionError
        If somebody is at it already.
    """
    with store.at_work(_work_on(examination_number)) as held:
        if not held:
            raise TransitionError(f"the report of {examination_number} is being made or signed at this moment")
        yield


@dataclass(frozen=True, slots=True, kw_only=True)
class RecoveringService:
    """Puts right what a program left that ended while a report was made."""

    store: RecoveredStore = field(repr=False)
    raw_store: RawKeeper = field(repr=False)
    desk: ReportDesk = field(repr=False)
    clock: Clock = field(repr=False)

    def unfinished(self, *, reader: StaffMember | None = None) -> tuple[str, ...]:
        """Name the reports whose number is taken, that have no document, and that nobody is making now.

        Parameters
        ----------
        reader : StaffMember, optional
            Who asks at a page; None for the console and the program itself.

        Raises
        ------
        NotPermittedError
            If the reader may not give reports up.
        """
        if reader is not None:
            require_role(reader, Act.REPORT_VOIDED)
        return tuple(report.number for report in self._intended() if not self._is_at_work(report))

    def recover(self, *, actor: StaffMember = SYSTEM) -> Recovery:
        """Give up every number under which nobody will record a document any more; name the documents left behind.

        A report that another process or thread is making now is left alone: who makes one holds it, and whoever dies
        lets go of it. A document of both signatures that was not recorded is named, too; its report is as before, and
        its reviewer signs again.

        Raises
        ------
        NotPermittedError
            If the actor may not give reports up.
        RawStoreError
            If a manifest cannot be read, so that it is unknown what the ledger names.
        """
        if actor != SYSTEM:
            require_role(actor, Act.REPORT_VOIDED)
        documents = tuple(self._lost_documents())
        intended = self._intended()
        voided = [self._void(report, documents, actor) for report in intended]
        return Recovery(
            voided=tuple(report for report in voided if report is not None),
            documents=documents,
            at_work=tuple(one.number for one, done in zip(intended, voided, strict=True) if done is None),
        )

    def _intended(self) -> tuple[Report, ...]:
        with self.store.reading() as work:
            lines = work.listed(Report, limit=_MAX_LISTED, states=(ReportStatus.INTENDED.value,))
            return tuple(work.load(Report, line.number) for line in reversed(lines))

    def _is_at_work(self, report: Report) -> bool:
        with self.store.at_work(_work_on(report.examination_number)) as held:
            return not held

    def _void(self, report: Report, documents: tuple[LostDocument, ...], actor: StaffMember) -> Report | None:
        """Give one number up; None if somebody is making it, or has just recorded its document."""
        with self.store.at_work(_work_on(report.examination_number)) as held:
            if not held:
                return None
            with self.store.unit_of_work() as work:
                found = work.load(Report, report.number)
                if found.status is not ReportStatus.INTENDED:
                    return None
                voided = found.void(reason=_reason(report.number, documents))
                work.record(voided, act=Act.REPORT_VOIDED, actor=actor, at=self.clock.now())
                work.commit()
        return voided

    def _lost_documents(self) -> Iterator[LostDocument]:
        """Read what no entry names; what states a report's number, and is not just being recorded, is one."""
        for file in self._unnamed():
            try:
                number = self.desk.number_in(self.raw_store.get(file.sha256))
            except RawStoreError:
                continue  # the scrub of the store says what is wrong with it
            if number and self._is_lost(number, file):
                yield LostDocument(report=number, sha256=file.sha256, size=file.size)

    def _is_lost(self, number: str, file: KeptFile) -> bool:
        """Tell whether nobody is about to record it: no one is at work on its report, and no entry names it since."""
        try:
            with self.store.reading() as work:
                report = work.load(Report, number)
        except NotFoundError:
            return False
        return not self._is_at_work(report) and file.sha256 not in self._named()

    def _unnamed(self) -> tuple[KeptFile, ...]:
        named = self._named()
        files = (one for one in self.raw_store.files() if one.state is KeptState.OBJECT and one.size <= _LARGEST)
        return tuple(one for one in files if one.sha256 not in named)

    def _named(self) -> frozenset[str]:
        faults: list[str] = []
        named = frozenset(self.store.named_raw().digests(self.raw_store, faults=faults))
        if faults:
            raise RawStoreError(
                f"{faults[0]}: what it names is unknown", remedy="Bring the manifest back with 'aigaq raw repair'"
            )
        return named


def _work_on(examination_number: str) -> str:
    return f"report of {examination_number}"


def _reason(number: str, documents: tuple[LostDocument, ...]) -> str:
    left = [one.sha256 for one in documents if one.report == number]
    return UNFINISHED if not left else f"{UNFINISHED}; a document that was not recorded: SHA-256 {', '.join(left)}"
