"""After the issue: amendments in place of changes, who received a report, and who has still to be told (rule RP-3)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from types import MappingProxyType
from typing import TypeVar

from lims.domain.amendment import AmendmentOrder
from lims.domain.delivery import Notice, ReportDelivery
from lims.domain.examination import Examination, Review, TakenBack
from lims.domain.identification import Identification
from lims.domain.permissions import Act, require_role
from lims.domain.record import Record
from lims.domain.report import Report, ReportStatus
from lims.domain.staff import StaffMember
from lims.domain.waiting import Job
from lims.domain.wording import clean_text, cleaned
from lims.errors import InvalidRecordError, StaleVersionError
from lims.services.describing import DESCRIBED_KINDS, edits_of
from lims.services.identifying import moved_grounds
from lims.services.ports import Clock, Store, UnitOfWork

R = TypeVar("R", bound=Record)
_MAX_LISTED = 100_000
_KINDS: Mapping[str, type[Record]] = MappingProxyType({kind.KIND: kind for kind in DESCRIBED_KINDS})


def _untold(done: int, whole: int) -> None:
    """Tell nobody how far it is."""
    del done, whole


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryFacts:
    """What is known of a delivery."""

    recipient: str
    delivered_on: date
    manner: str
    """By hand, registered post, e-mail."""
    reference: str = ""
    document_sha256: str = ""
    """Of the file that was given; empty: the report's own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeFacts:
    """How a recipient was told that a report no longer stands."""

    told_on: date
    manner: str
    reference: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OwedNotice:
    """A recipient who has still to be told."""

    report_number: str
    place: int
    """Of the delivery, from 1."""
    recipient: str
    state: str
    """Of the report: superseded or withdrawn."""
    superseded_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OutdatedReport:
    """An issued report that describes records as they no longer are."""

    number: str
    changes: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AmendingService:
    """Orders amendments, and keeps who received a report."""

    store: Store = field(repr=False)
    clock: Clock = field(repr=False)

    def order(
        self,
        report_number: str,
        *,
        what: str,
        why: str,
        actor: StaffMember,
        identifications: tuple[str, ...] = (),
        version: int | None = None,
    ) -> Report:
        """Order an amendment: the examination is open again, the issued report stays as it is.

        The amendment is drafted, reviewed and issued like any other report; with its issue the old one is superseded.

        Parameters
        ----------
        what, why : str
            What is to be changed, and the reason; both are printed in the amendment.
        identifications : tuple of str, optional
            Numbers of checked identifications that have to be concluded anew.
        version : int, optional
            Of the report, that the person saw.

        Raises
        ------
        NotPermittedError
            If the actor is no head, or is on another side of the case.
        StaleVersionError
            If the report moved on since it was read.
        TransitionError
            If the report was not issued, or an amendment is ordered already.
        InvalidRecordError
            If one of the texts is empty, or an identification is of another exhibit.
        """
        require_role(actor, Act.REPORT_AMENDMENT_ORDERED)
        said, reason = clean_text("what is changed", what), clean_text("reason", why)
        with self.store.unit_of_work() as work:
            now = self.clock.now()
            report = _as_seen(work.load(Report, report_number), version)
            ordered = report.order_amendment(
                AmendmentOrder(what=said, why=reason, ordered_by=actor.number, ordered_at=now)
            )
            work.record(ordered, act=Act.REPORT_AMENDMENT_ORDERED, actor=actor, at=now)
            examination = work.load(Examination, report.examination_number)
            review = Review(reviewer=actor.number, reviewed_at=now, approved=False, comment=f"{said}. {reason}")
            work.record(examination.reopen(review), act=Act.EXAMINATION_REOPENED, actor=actor, at=now)
            for number in identifications:
                _reopen(work, number, examination, actor, now, words=reason)
            work.commit()
        return ordered

    def deliver(self, report_number: str, facts: DeliveryFacts, *, actor: StaffMember) -> Report:
        """Record that a recipient received a report.

        Raises
        ------
        NotPermittedError
            If the actor may not.
        TransitionError
            If the report did not leave the laboratory.
        InvalidRecordError
            If there is no recipient, no manner, a day to come, or it was another document.
        """
        require_role(actor, Act.REPORT_DELIVERED)
        stated = cleaned(facts)

        def delivered(report: Report, at: datetime) -> Report:
            _require_past("delivered", stated.delivered_on, at)
            return report.deliver(
                ReportDelivery(
                    recipient=stated.recipient,
                    document_sha256=stated.document_sha256 or str(report.pdf_sha256),
                    delivered_on=stated.delivered_on,
                    manner=stated.manner,
                    recorded_by=actor.number,
                    recorded_at=at,
                    reference=stated.reference,
                )
            )

        return self._step(report_number, Act.REPORT_DELIVERED, actor, delivered)

    def notify(self, report_number: str, place: int, facts: NoticeFacts, *, actor: StaffMember) -> Report:
        """Record that a recipient was told that a report no longer stands.

        Parameters
        ----------
        place : int
            Of the delivery, from 1.

        Raises
        ------
        NotPermittedError
            If the actor may not.
        NotFoundError
            If there is no such delivery.
        TransitionError
            If the report stands, or that recipient was told.
        InvalidRecordError
            If the manner is empty, or the day is to come.
        """
        require_role(actor, Act.REPORT_NOTIFIED)
        stated = cleaned(facts)

        def told(report: Report, at: datetime) -> Report:
            _require_past("told", stated.told_on, at)
            notice = Notice(
                told_on=stated.told_on,
                manner=stated.manner,
                reference=stated.reference,
                recorded_by=actor.number,
                recorded_at=at,
            )
            return report.notify(place, notice)

        return self._step(report_number, Act.REPORT_NOTIFIED, actor, told)

    def owed(self, *, reports: int | None = None) -> tuple[OwedNotice, ...]:
        """Name every recipient who has still to be told that a report no longer stands, oldest report first.

        Parameters
        ----------
        reports : int, optional
            How many reports are looked at; None: all that wait for that.
        """
        with self.store.reading() as work:
            lines = work.waiting((Job.NOTIFY,), until=self.clock.now().date(), limit=reports)
            waiting = work.several(Report, [line.what.number for line in lines])
        return tuple(notice for report in waiting for notice in _owed_of(report))

    def unknown_recipients(self, *, newest: int | None = None) -> tuple[str, ...]:
        """Name the reports that no longer stand and of which nobody recorded a recipient.

        Parameters
        ----------
        newest : int, optional
            How many reports are looked at, the newest first; None: all.
        """
        with self.store.reading() as work:
            gone = _in_state(work, ReportStatus.WITHDRAWN, ReportStatus.SUPERSEDED, newest=newest)
        return tuple(one.number for one in gone if not one.deliveries)

    def outdated(self, *, told: Callable[[int, int], None] = _untold) -> tuple[OutdatedReport, ...]:
        """Name the issued reports that describe records which were edited since: candidates for an amendment.

        Parameters
        ----------
        told : callable, optional
            Told how many reports were looked at, and of how many: the work grows with the reports.
        """
        found = []
        with self.store.reading() as work:
            issued = _in_state(work, ReportStatus.ISSUED)
            for place, one in enumerate(issued, start=1):
                changes = edits_of(work, one)
                found += [OutdatedReport(number=one.number, changes=changes)] if changes else []
                told(place, len(issued))
        return tuple(found)

    def edits(self, report_number: str) -> tuple[str, ...]:
        """Say what was edited since one report was signed; nothing: it describes the records as they are.

        Raises
        ------
        NotFoundError
            If there is no report of that number.
        """
        with self.store.reading() as work:
            return edits_of(work, work.load(Report, report_number))

    def take_back(self, examination_number: str, *, reason: str, actor: StaffMember, version: int) -> Examination:
        """Let an examiner take the own conclusion back before its review; a report that waits for it is given up.

        Parameters
        ----------
        reason : str
            What was found to be wrong.
        version : int
            Of the examination, that the person saw.

        Raises
        ------
        NotPermittedError
            If the actor is no expert.
        StaleVersionError, TransitionError
            If it moved on since it was read, is not concluded, or is another examiner's.
        InvalidRecordError
            If there is no reason.
        """
        require_role(actor, Act.EXAMINATION_TAKEN_BACK)
        words = clean_text("reason", reason)
        with self.store.unit_of_work() as work:
            now = self.clock.now()
            examination = _as_seen(work.load(Examination, examination_number), version)
            opened = examination.take_back(TakenBack(by=actor.number, at=now, reason=words))
            work.record(opened, act=Act.EXAMINATION_TAKEN_BACK, actor=actor, at=now)
            for report in work.children(Report, examination_number):
                if report.status is ReportStatus.DRAFTED:
                    given_up = report.void(reason=f"{actor.number} took the conclusion back: {words}")
                    work.record(given_up, act=Act.REPORT_VOIDED, actor=actor, at=now)
            work.commit()
        return opened

    def moved(self, report_number: str) -> tuple[str, ...]:
        """Name the identifications of a report's exhibit whose results say something else by now.

        They are to be concluded anew, if the report is amended.

        Raises
        ------
        NotFoundError
            If there is no report of that number.
        """
        with self.store.reading() as work:
            report = work.load(Report, report_number)
            exhibit = work.load(Examination, report.examination_number).exhibit_number
            return tuple(one.number for one in work.children(Identification, exhibit) if moved_grounds(work, one))

    def basis(self, report_number: str) -> tuple[Record, ...]:
        """Give every record that a report describes, as it was when its author signed, whatever became of it since.

        Raises
        ------
        NotFoundError
            If there is no report of that number.
        """
        with self.store.reading() as work:
            report = work.load(Report, report_number)
            return tuple(
                work.load(_KINDS[one.kind], one.number, version=one.version)
                for one in report.basis
                if one.kind in _KINDS
            )

    def _step(self, number: str, act: Act, actor: StaffMember, step: Callable[[Report, datetime], Report]) -> Report:
        with self.store.unit_of_work() as work:
            at = self.clock.now()
            after = step(work.load(Report, number), at)
            work.record(after, act=act, actor=actor, at=at)
            work.commit()
        return after


def _as_seen(record: R, version: int | None) -> R:
    """Refuse a record that moved on since a person saw it."""
    if version is not None and record.version != version:
        raise StaleVersionError(record.KIND, record.number, record.version)
    return record


def _in_state(work: UnitOfWork, *statuses: ReportStatus, newest: int | None = None) -> tuple[Report, ...]:
    """Give the reports in these states, or the newest of them, the oldest first."""
    limit = _MAX_LISTED if newest is None else newest
    lines = work.listed(Report, limit=limit, states=[status.value for status in statuses])
    reports = {one.number: one for one in work.several(Report, [line.number for line in lines])}
    return tuple(reports[line.number] for line in reversed(lines))


def _owed_of(report: Report) -> tuple[OwedNotice, ...]:
    owed = report.owed_notices
    return tuple(
        OwedNotice(
            report_number=report.number,
            place=place,
            recipient=delivery.recipient,
            state=report.state,
            superseded_by=report.superseded_by,
        )
        for place, delivery in enumerate(report.deliveries, start=1)
        if delivery in owed
    )


def _reopen(
    work: UnitOfWork, number: str, examination: Examination, actor: StaffMember, at: datetime, *, words: str
) -> None:
    identification = work.load(Identification, number)
    if identification.exhibit_number != examination.exhibit_number:
        found, expected = identification.exhibit_number, examination.exhibit_number
        raise InvalidRecordError(f"identification {number} is of exhibit {found}, not of {expected}")
    reopened = identification.reopen(by=actor.number, at=at, words=words)
    work.record(reopened, act=Act.IDENTIFICATION_REOPENED, actor=actor, at=at)


def _require_past(done: str, day: date, at: datetime) -> None:
    """Refuse a day to come; the day may have begun already in the laboratory's time zone."""
    ahead = (day - at.date()).days
    if ahead > 1:
        raise InvalidRecordError(f"{done} on {day}; today is {at.date()}")
