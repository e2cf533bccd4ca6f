"""Registering what comes in: cases, seizures, exhibits and the parts of exhibits."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from lims.domain.case import Case
from lims.domain.custody import received
from lims.domain.donor import Donor
from lims.domain.exhibit import Container, Exhibit, ExhibitKind, next_number, place_in_tree
from lims.domain.permissions import Act, require_role
from lims.domain.request import Delivery, ExaminationRequest
from lims.domain.seizure import AuthorisedScreen, Channel, FieldScreen, Seizure
from lims.domain.staff import StaffMember
from lims.domain.wording import cleaned
from lims.errors import InvalidRecordError
from lims.services.ports import Clock, ListedRecord, Store, UnitOfWork


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFacts:
    """What the order says; None and empty text mean that it does not say."""

    appointing_body: str
    order_number: str = ""
    order_date: date | None = None
    seizure_date: date | None = None
    seizure_place: str = ""
    questions: tuple[str, ...] = ()
    demonstration: bool = False
    request: ExaminationRequest | None = None
    seizing_body: str = ""
    seizing_reference: str = ""
    category: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SeizureFacts:
    """What the seizing body says of one seizure; None and empty text mean that it does not say."""

    seized_on: date | None = None
    place: str = ""
    region: str = ""
    channel: Channel | None = None
    seizing_body: str = ""
    reference: str = ""
    screens: tuple[FieldScreen, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ExhibitFacts:
    """What is seen when an object is received; None and empty text mean unknown."""

    description: str
    seal_number: str = ""
    seal_intact: bool | None = None
    received_at: datetime | None = None
    """None for now."""
    kind: ExhibitKind | None = None
    container: Container | None = None
    unit_count: int | None = None
    marks: str = ""
    condition: str = ""
    storage_wish: str = ""
    delivery: Delivery | None = None
    delivered_by: str = ""
    seizure_number: str = ""
    donor_number: str = ""
    collected_at: datetime | None = None
    """When biological material was taken from the person."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IncomingExhibit:
    """An exhibit of an intake, with its parts."""

    facts: ExhibitFacts
    seizure: int = 0
    """Which of the intake's seizures it comes from, from 1; 0 for unknown."""
    parts: tuple["IncomingExhibit", ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Intake:
    """Everything that comes in with one order."""

    case: CaseFacts
    seizures: tuple[SeizureFacts, ...] = ()
    exhibits: tuple[IncomingExhibit, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """What an intake became."""

    case: Case
    seizures: tuple[Seizure, ...]
    exhibits: tuple[Exhibit, ...]
    """Each before its parts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessioningService:
    """Registers cases, seizures and exhibits; gives numbers that never repeat."""

    store: Store = field(repr=False)
    clock: Clock = field(repr=False)
    laboratory: str
    authorised_screens: tuple[AuthorisedScreen, ...] = ()
    """Devices and operators whose field screens are more than presumptive (rule ID-9)."""

    def register_case(self, facts: CaseFacts, *, actor: StaffMember) -> Case:
        """Register a case under the next number of the year.

        Raises
        ------
        NotPermittedError
            If the actor may not receive.
        InvalidRecordError
            If a text is missing or cannot be kept.
        """
        require_role(actor, Act.CASE_REGISTERED)
        with self.store.unit_of_work() as work:
            case = self._case(work, facts, actor)
            work.commit()
        return case

    def register_seizure(self, case_number: str, facts: SeizureFacts, *, actor: StaffMember) -> Seizure:
        """Register the next seizure of a case.

        Raises
        ------
        NotPermittedError
            If the actor may not receive.
        NotFoundError
            If there is no such case.
        InvalidRecordError
            If a text cannot be kept, or there is no such region.
        """
        require_role(actor, Act.SEIZURE_REGISTERED)
        with self.store.unit_of_work() as work:
            seizure = self._seizure(work, work.load(Case, case_number), facts, actor)
            work.commit()
        return seizure

    def register_exhibit(self, case_number: str, facts: ExhibitFacts, *, actor: StaffMember) -> Exhibit:
        """Register the next exhibit of a case.

        Raises
        ------
        NotPermittedError
            If the actor may not receive.
        NotFoundError
            If there is no such case, seizure or donor.
        InvalidRecordError
            If a text is missing or cannot be kept, or the seizure or the donor is of another case.
        """
        require_role(actor, Act.EXHIBIT_REGISTERED)
        with self.store.unit_of_work() as work:
            exhibit = self._exhibit(work, work.load(Case, case_number).number, facts, actor)
            work.commit()
        return exhibit

    def register_part(self, exhibit_number: str, facts: ExhibitFacts, *, actor: StaffMember) -> Exhibit:
        """Register the next part of an exhibit as an exhibit of its own.

        A part comes from the seizure and the donor of the whole, and is of its kind, where nothing else is said.

        Raises
        ------
        NotPermittedError
            If the actor may not receive.
        NotFoundError
            If there is no such exhibit, seizure or donor.
        InvalidRecordError
            If a text is missing or cannot be kept, or the seizure or the donor is of another case.
        """
        require_role(actor, Act.EXHIBIT_REGISTERED)
        with self.store.unit_of_work() as work:
            whole = work.load(Exhibit, exhibit_number)
            exhibit = self._exhibit(work, whole.case_number, facts, actor, whole=whole)
            work.commit()
        return exhibit

    def register_exhibits(
        self, case_number: str, incoming: Sequence[IncomingExhibit], *, actor: StaffMember, part_of: str = ""
    ) -> tuple[Exhibit, ...]:
        """Register further exhibits of a case, with their parts: all of them, or none.

        Parameters
        ----------
        incoming : sequence of IncomingExhibit
            ``seizure`` counts the seizures of the case as they were registered.
        part_of : str, optional
            The exhibit of the case that all of them are parts of.

        Raises
        ------
        NotPermittedError
            If the actor may not receive.
        NotFoundError
            If there is no such case, exhibit, seizure or donor.
        InvalidRecordError
            If there is none, a text is missing or cannot be kept, or something named is of another case.
        """
        require_role(actor, Act.EXHIBIT_REGISTERED)
        if not incoming:
            raise InvalidRecordError(f"{case_number}: no exhibit to register; expected one or more")
        with self.store.unit_of_work() as work:
            case = work.load(Case, case_number)
            whole = _whole(work, part_of, case) if part_of else None
            seizures = work.children(Seizure, case.number)
            exhibits = list(work.children(Exhibit, case.number))
            before = len(exhibits)
            for one in incoming:
                self._incoming(work, one, seizures, exhibits, case=case, actor=actor, whole=whole)
            work.commit()
        return tuple(exhibits[before:])

    def receive(self, intake: Intake, *, actor: StaffMember) -> Received:
        """Register everything that comes in with one order: all of it, or nothing.

        Raises
        ------
        NotPermittedError
            If the actor may not receive.
        InvalidRecordError
            If a text is missing or cannot be kept, or a seizure is named that is not part of the intake.
        """
        require_role(actor, Act.CASE_REGISTERED)
        with self.store.unit_of_work() as work:
            case = self._case(work, intake.case, actor)
            seizures = tuple(self._seizure(work, case, facts, actor) for facts in intake.seizures)
            exhibits: list[Exhibit] = []
            for incoming in intake.exhibits:
                self._incoming(work, incoming, seizures, exhibits, case=case, actor=actor)
            work.commit()
        return Received(case=case, seizures=seizures, exhibits=tuple(exhibits))

    # reading

    def exhibits(self, *, limit: int, offset: int = 0, words: str = "") -> tuple[ListedRecord, ...]:
        """Give one page of all exhibits whose number or description has these words, newest first."""
        with self.store.reading() as work:
            return work.listed(Exhibit, limit=limit, offset=offset, words=words)

    def cases(self, *, limit: int, offset: int = 0, words: str = "") -> tuple[ListedRecord, ...]:
        """Give one page of all cases whose number or appointing body has these words, newest first."""
        with self.store.reading() as work:
            return work.listed(Case, limit=limit, offset=offset, words=words)

    def exhibit(self, number: str) -> Exhibit:
        """Give one exhibit.

        Raises
        ------
        NotFoundError
            If there is none of that number.
        """
        with self.store.reading() as work:
            return work.load(Exhibit, number)

    def case(self, number: str) -> Case:
        """Give one case.

        Raises
        ------
        NotFoundError
            If there is none of that number.
        """
        with self.store.reading() as work:
            return work.load(Case, number)

    def exhibits_of(self, case_number: str) -> tuple[Exhibit, ...]:
        """Give all exhibits of a case, each before its parts."""
        with self.store.reading() as work:
            return tuple(sorted(work.children(Exhibit, case_number), key=lambda one: place_in_tree(one.number)))

    def seizures_of(self, case_number: str) -> tuple[Seizure, ...]:
        """Give all seizures of a case in the order in which they were registered."""
        with self.store.reading() as work:
            return work.children(Seizure, case_number)

    def seizure_of(self, exhibit: Exhibit) -> Seizure | None:
        """Give the seizure that an exhibit comes from; None where it is not recorded by itself."""
        if not exhibit.seizure_number:
            return None
        with self.store.reading() as work:
            return work.load(Seizure, exhibit.seizure_number)

    # one record each, in a transaction of the caller

    def _case(self, work: UnitOfWork, facts: CaseFacts, actor: StaffMember) -> Case:
        now, clean = self.clock.now(), cleaned(facts)
        case = Case(
            number=f"{now.year}-{work.count(Case, prefix=f'{now.year}-') + 1:04d}",
            laboratory=self.laboratory,
            appointing_body=clean.appointing_body,
            order_number=clean.order_number,
            order_date=clean.order_date,
            seizure_date=clean.seizure_date,
            seizure_place=clean.seizure_place,
            questions=clean.questions,
            demonstration=clean.demonstration,
            request=clean.request,
            seizing_body=clean.seizing_body,
            seizing_reference=clean.seizing_reference,
            category=clean.category,
        )
        work.record(case, act=Act.CASE_REGISTERED, actor=actor, at=now)
        return case

    def _seizure(self, work: UnitOfWork, case: Case, facts: SeizureFacts, actor: StaffMember) -> Seizure:
        clean, prefix = cleaned(facts), f"{case.number}-S"
        seizure = Seizure(
            number=f"{prefix}{work.count(Seizure, prefix=prefix) + 1}",
            case_number=case.number,
            seized_on=clean.seized_on,
            place=clean.place,
            region=clean.region,
            channel=clean.channel,
            seizing_body=clean.seizing_body,
            reference=clean.reference,
            screens=tuple(screen.judged(self.authorised_screens) for screen in clean.screens),
            registered_by=actor.number,
        )
        work.record(seizure, act=Act.SEIZURE_REGISTERED, actor=actor, at=self.clock.now())
        return seizure

    def _exhibit(
        self,
        work: UnitOfWork,
        case: str,
        facts: ExhibitFacts,
        actor: StaffMember,
        *,
        whole: Exhibit | None = None,
        before: Sequence[Exhibit] | None = None,
    ) -> Exhibit:
        """Record one exhibit; ``before`` are all of the case so far where the caller knows them."""
        taken = work.children(Exhibit, case) if before is None else before
        now, clean = self.clock.now(), cleaned(facts)
        prefix = f"{whole.number}." if whole else f"{case}/"
        exhibit = Exhibit(
            number=next_number(prefix, (one.number for one in taken)),
            case_number=case,
            description=clean.description,
            seal_number=clean.seal_number,
            seal_intact=clean.seal_intact,
            received_at=clean.received_at or now,
            received_by=actor.number,
            part_of=whole.number if whole else "",
            kind=clean.kind or (whole.kind if whole else None),
            container=clean.container,
            unit_count=clean.unit_count,
            marks=clean.marks,
            condition=clean.condition,
            storage_wish=clean.storage_wish,
            delivery=clean.delivery,
            delivered_by=clean.delivered_by,
            seizure_number=clean.seizure_number or (whole.seizure_number if whole else ""),
            donor_number=clean.donor_number or (whole.donor_number if whole else ""),
            collected_at=clean.collected_at or (whole.collected_at if whole else None),
        )
        _require_of_case(work, exhibit)
        work.record(exhibit, act=Act.EXHIBIT_REGISTERED, actor=actor, at=now)
        if exhibit.received_at > now:  # has a zone, else it could not be recorded
            raise InvalidRecordError(f"{exhibit.number} received at {exhibit.received_at}, which is not yet")
        work.record(received(exhibit, recorded_at=now, by=actor.number), act=Act.CUSTODY_RECEIVED, actor=actor, at=now)
        return exhibit

    def _incoming(
        self,
        work: UnitOfWork,
        incoming: IncomingExhibit,
        seizures: tuple[Seizure, ...],
        exhibits: list[Exhibit],
        *,
        case: Case,
        actor: StaffMember,
        whole: Exhibit | None = None,
    ) -> None:
        facts = _from_seizure(incoming, seizures)
        exhibit = self._exhibit(work, case.number, facts, actor, whole=whole, before=exhibits)
        exhibits.append(exhibit)
        for part in incoming.parts:
            self._incoming(work, part, seizures, exhibits, case=case, actor=actor, whole=exhibit)


def _whole(work: UnitOfWork, number: str, case: Case) -> Exhibit:
    whole = work.load(Exhibit, number)
    if whole.case_number != case.number:
        raise InvalidRecordError(f"exhibit {number} is of case {whole.case_number}; expected one of {case.number}")
    return whole


def _from_seizure(incoming: IncomingExhibit, seizures: tuple[Seizure, ...]) -> ExhibitFacts:
    if not 0 <= incoming.seizure <= len(seizures):
        raise InvalidRecordError(f"seizure {incoming.seizure} of an exhibit; the order has {len(seizures)}")
    number = seizures[incoming.seizure - 1].number if incoming.seizure else incoming.facts.seizure_number
    return replace(incoming.facts, seizure_number=number)


def _require_of_case(work: UnitOfWork, exhibit: Exhibit) -> None:
    """Refuse a seizure or a donor of another case."""
    for kind, number in ((Seizure, exhibit.seizure_number), (Donor, exhibit.donor_number)):
        if number and work.load(kind, number).parent != exhibit.case_number:
            raise InvalidRecordError(f"{exhibit.number}: {kind.KIND} {number} is of another case")
