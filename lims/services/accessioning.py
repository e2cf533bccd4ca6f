"""Registering what comes in: cases and exhibits."""

from dataclasses import dataclass, field
from datetime import date, datetime

from lims.domain.case import Case
from lims.domain.exhibit import Exhibit
from lims.domain.permissions import Act, require_role
from lims.domain.staff import StaffMember
from lims.domain.wording import clean_text
from lims.services.ports import Clock, ListedRecord, Store


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


@dataclass(frozen=True, slots=True, kw_only=True)
class ExhibitFacts:
    """What is seen when an object is received."""

    description: str
    seal_number: str = ""
    seal_intact: bool | None = None
    received_at: datetime | None = None
    """None for now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessioningService:
    """Registers cases and exhibits; gives numbers that never repeat."""

    store: Store = field(repr=False)
    clock: Clock = field(repr=False)
    laboratory: str

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
            now = self.clock.now()
            case = Case(
                number=f"{now.year}-{work.count(Case, prefix=f'{now.year}-') + 1:04d}",
                laboratory=self.laboratory,
                appointing_body=clean_text("appointing body", facts.appointing_body),
                order_number=clean_text("order number", facts.order_number),
                order_date=facts.order_date,
                seizure_date=facts.seizure_date,
                seizure_place=clean_text("place of seizure", facts.seizure_place),
                questions=tuple(clean_text("question", question) for question in facts.questions),
                demonstration=facts.demonstration,
            )
            work.record(case, act=Act.CASE_REGISTERED, actor=actor, at=now)
            work.commit()
        return case

    def register_exhibit(self, case_number: str, facts: ExhibitFacts, *, actor: StaffMember) -> Exhibit:
        """Register the next exhibit of a case.

        Raises
        ------
        NotPermittedError
            If the actor may not receive.
        NotFoundError
            If there is no such case.
        InvalidRecordError
            If a text is missing or cannot be kept.
        """
        require_role(actor, Act.EXHIBIT_REGISTERED)
        with self.store.unit_of_work() as work:
            now = self.clock.now()
            case = work.load(Case, case_number)
            exhibit = Exhibit(
                number=f"{case.number}/{work.count(Exhibit, prefix=f'{case.number}/') + 1}",
                case_number=case.number,
                description=clean_text("description", facts.description),
                seal_number=clean_text("seal number", facts.seal_number),
                seal_intact=facts.seal_intact,
                received_at=facts.received_at or now,
                received_by=actor.number,
            )
            work.record(exhibit, act=Act.EXHIBIT_REGISTERED, actor=actor, at=now)
            work.commit()
        return exhibit

    def exhibits(self, *, limit: int, offset: int = 0) -> tuple[ListedRecord, ...]:
        """Give one page of all exhibits, newest first."""
        with self.store.reading() as work:
            return work.listed(Exhibit, limit=limit, offset=offset)

    def cases(self, *, limit: int, offset: int = 0) -> tuple[ListedRecord, ...]:
        """Give one page of all cases, newest first."""
        with self.store.reading() as work:
            return work.listed(Case, limit=limit, offset=offset)

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
