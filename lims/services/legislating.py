"""Entering the law: acts, editions and tables of rows, drafted by a clerk and confirmed by another person."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, tzinfo
from typing import TypeVar

from lims.domain.law_text import Confirmation, LawAct, LawEdition, LawTable, LawTextStatus, Return
from lims.domain.permissions import Act, require_role
from lims.domain.staff import StaffMember
from lims.domain.wording import clean_text, cleaned
from lims.errors import InvalidRecordError, NotFoundError, StaleVersionError
from lims.services.law_book import BookChange, book_changes, read_law_book
from lims.services.law_table_file import read_rows
from lims.services.ports import Clock, ListedRecord, Store, UnitOfWork
from lims.translation import TIME_ZONE
from lims.work_errors import EditionOpenError
from substance_library.editions import Act as LawOfAct
from substance_library.editions import Edition, EditionFaultKind, edition_faults
from substance_library.errors import InvalidValueError
from substance_library.law_book import LawBook
from substance_library.law_data import shipped_law_book
from substance_library.schedule import ListTable

R = TypeVar("R", LawAct, LawEdition, LawTable)
C = TypeVar("C", LawOfAct, Edition)
T = TypeVar("T")
_MAX_LISTED = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class TableFacts:
    """What a clerk says of a table beside its rows; see ``ListTable``."""

    number: str
    edition: str
    part: str
    consolidated: bool
    complete: bool
    removes: tuple[str, ...] = ()
    missing: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LegislatingService:
    """Keeps the laboratory's part of the book of the law."""

    store: Store = field(repr=False)
    clock: Clock = field(repr=False)
    time_zone: tzinfo = TIME_ZONE

    # drafting

    def draft_act(self, act: LawOfAct, *, actor: StaffMember, replaces: int | None = None) -> LawAct:
        """Draft an act, or a correction of one.

        Parameters
        ----------
        replaces : int, optional
            The version of the record that the clerk saw; None for an act that is new here.

        Raises
        ------
        NotPermittedError
            If the actor is neither curator nor quality manager.
        StaleVersionError, NotFoundError
            If the record exists and another version was named, or none exists and one was named.
        InvalidRecordError
            If it names nothing that could be missing.
        """
        clean = _clean(act)
        _require_parts(clean)

        def make(now: datetime, version: int) -> LawAct:
            return LawAct(number=clean.number, act=clean, drafted_by=actor.number, drafted_at=now, version=version)

        return self._draft(LawAct, clean.number, Act.LAW_ACT_DRAFTED, actor, replaces, make)

    def draft_edition(self, edition: Edition, *, actor: StaffMember, replaces: int | None = None) -> LawEdition:
        """Draft an edition of an act, or a correction of one.

        Raises
        ------
        NotPermittedError, StaleVersionError, NotFoundError
            As ``draft_act``; or nobody entered its act.
        """
        clean = _clean(edition)

        def make(now: datetime, version: int) -> LawEdition:
            return LawEdition(
                number=clean.number, edition=clean, drafted_by=actor.number, drafted_at=now, version=version
            )

        return self._draft(
            LawEdition,
            clean.number,
            Act.LAW_EDITION_DRAFTED,
            actor,
            replaces,
            make,
            lambda work: _require_act(work, clean.act),
        )

    def import_table(
        self, facts: TableFacts, data: bytes, *, name: str, actor: StaffMember, replaces: int | None = None
    ) -> LawTable:
        """Draft a table from a CSV file: all rows, or none.

        Parameters
        ----------
        data : bytes
            UTF-8; the columns say whether the rows are entries, exclusions or thresholds, see ``docs/law.md``.
        name : str
            Of the file.

        Raises
        ------
        LawTableErrors
            With every fault of every row.
        NotPermittedError, StaleVersionError, NotFoundError
            As ``draft_act``; or there is no such edition.
        """
        require_role(actor, Act.LAW_TABLE_DRAFTED)
        clean = cleaned(facts)
        rows = read_rows(data, name=name)
        table = _built(
            lambda: ListTable(
                number=clean.number,
                edition=clean.edition,
                part=clean.part,
                consolidated=clean.consolidated,
                complete=clean.complete,
                entries=rows.entries,
                exclusions=rows.exclusions,
                thresholds=rows.thresholds,
                removes=clean.removes,
                missing=clean.missing,
            )
        )
        digest = hashlib.sha256(data).hexdigest()

        def make(now: datetime, version: int) -> LawTable:
            return LawTable(
                number=table.number,
                table=table,
                source_sha256=digest,
                source_name=clean_text("file name", name),
                drafted_by=actor.number,
                drafted_at=now,
                version=version,
            )

        return self._draft(
            LawTable,
            table.number,
            Act.LAW_TABLE_DRAFTED,
            actor,
            replaces,
            make,
            lambda work: _require_edition(work, table.edition),
        )

    # the second person

    def confirm_act(self, number: str, *, compared_with: str, actor: StaffMember) -> LawAct:
        """Put an act in the book.

        Raises
        ------
        NotPermittedError
            If the actor is none of curator, quality manager and head.
        SelfConfirmedError, TransitionError, NotFoundError
            If the actor drafted it, it is not drafted, or there is none.
        """
        return self._settle(LawAct, number, Act.LAW_ACT_CONFIRMED, actor, self._confirming(actor, compared_with))

    def confirm_table(self, number: str, *, compared_with: str, actor: StaffMember) -> LawTable:
        """Confirm a table; its rows are in the book as soon as its edition is.

        Raises
        ------
        NotPermittedError, SelfConfirmedError, TransitionError, NotFoundError
            As ``confirm_act``.
        """
        return self._settle(LawTable, number, Act.LAW_TABLE_CONFIRMED, actor, self._confirming(actor, compared_with))

    def publish_edition(self, number: str, *, compared_with: str, actor: StaffMember) -> LawEdition:
        """Put an edition in the book, with all its tables: from now on determinations and the watch know it.

        Raises
        ------
        EditionOpenError
            If a table of it is not confirmed, its act is not in the book, or days between it and another edition of the
            act have no edition, without a reason, or two.
        NotPermittedError, SelfConfirmedError, TransitionError, NotFoundError
            As ``confirm_act``.
        """
        require_role(actor, Act.LAW_EDITION_PUBLISHED)
        with self.store.unit_of_work() as work:
            now = self.clock.now()
            draft = work.load(LawEdition, number)
            published = draft.publish(self._confirmation(actor, compared_with, now), on=self._day(now))
            _require_publishable(work, published)
            work.record(published, act=Act.LAW_EDITION_PUBLISHED, actor=actor, at=now)
            work.commit()
        return published

    def return_act(self, number: str, *, reason: str, actor: StaffMember) -> LawAct:
        """Send a drafted act back to its clerk.

        Raises
        ------
        NotPermittedError, TransitionError, NotFoundError, InvalidRecordError
            If the actor may not, it is not drafted, there is none, or no reason is given.
        """
        return self._settle(LawAct, number, Act.LAW_ACT_RETURNED, actor, self._returning(actor, reason))

    def return_edition(self, number: str, *, reason: str, actor: StaffMember) -> LawEdition:
        """Send a drafted edition back to its clerk; errors as ``return_act``."""
        return self._settle(LawEdition, number, Act.LAW_EDITION_RETURNED, actor, self._returning(actor, reason))

    def return_table(self, number: str, *, reason: str, actor: StaffMember) -> LawTable:
        """Send a drafted table back to its clerk; errors as ``return_act``."""
        return self._settle(LawTable, number, Act.LAW_TABLE_RETURNED, actor, self._returning(actor, reason))

    # reading

    def book(self) -> LawBook:
        """Give the book with all its versions, what is shipped included."""
        with self.store.reading() as work:
            return read_law_book(work)

    def texts(self) -> tuple[ListedRecord, ...]:
        """Give the laboratory's own acts, editions and tables in any state, newest first."""
        with self.store.reading() as work:
            found = [line for kind in (LawAct, LawEdition, LawTable) for line in work.listed(kind, limit=_MAX_LISTED)]
        return tuple(sorted(found, key=lambda line: line.recorded_at, reverse=True))

    def act(self, number: str) -> LawAct:
        """Give the newest version of an act that was entered here."""
        with self.store.reading() as work:
            return work.load(LawAct, number)

    def edition(self, number: str) -> LawEdition:
        """Give the newest version of an edition that was entered here."""
        with self.store.reading() as work:
            return work.load(LawEdition, number)

    def table(self, number: str) -> LawTable:
        """Give the newest version of a table that was entered here."""
        with self.store.reading() as work:
            return work.load(LawTable, number)

    def changes(self, *, after: int = 0) -> tuple[BookChange, ...]:
        """Give what came into the book after a ledger sequence, in order.

        Returns
        -------
        tuple of BookChange
            Editions when they were published, tables that were confirmed when their edition was published already, and
            corrections of acts: these change what determinations say.
        """
        with self.store.reading() as work:
            return book_changes(work, after=after)

    # steps

    def _draft(
        self,
        kind: type[R],
        number: str,
        act: Act,
        actor: StaffMember,
        replaces: int | None,
        make: Callable[[datetime, int], R],
        check: Callable[[UnitOfWork], None] | None = None,
    ) -> R:
        require_role(actor, act)
        with self.store.unit_of_work() as work:
            now = self.clock.now()
            if check is not None:
                check(work)
            before = _known(work, kind, number, replaces)
            draft = _built(lambda: make(now, before.version + 1 if before else 1))
            if before is not None and before.status is not LawTextStatus.IN_BOOK:
                draft = replace(draft, earlier_clerks=before.clerks)
            work.record(draft, act=act, actor=actor, at=now)
            work.commit()
        return draft

    def _settle(self, kind: type[R], number: str, act: Act, actor: StaffMember, step: Callable[[R, datetime], R]) -> R:
        require_role(actor, act)
        with self.store.unit_of_work() as work:
            now = self.clock.now()
            settled = step(work.load(kind, number), now)
            work.record(settled, act=act, actor=actor, at=now)
            work.commit()
        return settled

    def _confirming(self, actor: StaffMember, compared_with: str) -> Callable[[R, datetime], R]:
        return lambda text, now: text.confirm(self._confirmation(actor, compared_with, now))

    def _returning(self, actor: StaffMember, reason: str) -> Callable[[R, datetime], R]:
        words = clean_text("reason", reason)
        return lambda text, now: text.send_back(Return(by=actor.number, at=now, words=words))

    def _confirmation(self, actor: StaffMember, compared_with: str, now: datetime) -> Confirmation:
        return Confirmation(by=actor.number, at=now, compared_with=clean_text("text compared with", compared_with))

    def _day(self, now: datetime) -> date:
        return now.astimezone(self.time_zone).date()


def _clean(text: C) -> C:
    """Normalise every text of an act or edition.

    Raises
    ------
    InvalidRecordError
        If a text cannot be kept, or the result contradicts itself.
    """
    return _built(lambda: cleaned(text))


def _require_parts(act: LawOfAct) -> None:
    """Refuse an act of which nothing could be missing: without a row it would cover nothing, for certain."""
    if not (act.parts or act.threshold_parts or act.not_loaded):
        raise InvalidRecordError(
            f"act {act.number} names no part; expected the parts with rows or thresholds, as the act itself names them"
        )


def _built(make: Callable[[], T]) -> T:
    try:
        return make()
    except InvalidValueError as error:
        raise InvalidRecordError(str(error)) from error


def _known(work: UnitOfWork, kind: type[R], number: str, replaces: int | None) -> R | None:
    """Give what a draft replaces, in the version that its clerk saw; None for a text that is new here."""
    try:
        known = work.load(kind, number)
    except NotFoundError:
        if replaces is not None:
            raise
        return None
    if known.version != replaces:
        raise StaleVersionError(kind.KIND, number, known.version)
    return known


def _require_act(work: UnitOfWork, number: str) -> None:
    """Refuse an edition of an act that is neither shipped nor entered, confirmed or not."""
    if number not in {one.number for one in shipped_law_book().acts}:
        work.load(LawAct, number)


def _require_edition(work: UnitOfWork, number: str) -> None:
    if number not in {one.number for one in shipped_law_book().editions}:
        work.load(LawEdition, number)


def _require_publishable(work: UnitOfWork, edition: LawEdition) -> None:
    book = read_law_book(work).as_known(None)
    act = edition.edition.act
    if act not in {one.number for one in book.acts}:
        raise EditionOpenError(f"edition {edition.number}: act {act} is not confirmed")
    for table in work.children(LawTable, edition.number):
        if table.status is not LawTextStatus.IN_BOOK:
            raise EditionOpenError(f"edition {edition.number}: table {table.number} is {table.state}")
    others = [one for one in book.editions_of(act) if one.number != edition.number]
    for fault in edition_faults([*others, edition.edition]):
        if edition.number in {fault.before, fault.after} and not fault.explained:
            hint = "; say why in its gap_words" if fault.kind is EditionFaultKind.GAP else ""
            raise EditionOpenError(f"edition {edition.number}: {fault}{hint}")
