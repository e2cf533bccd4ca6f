"""Competence: granted with the record that shows it, withdrawn with a reason, listed for any day."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, tzinfo

from lims.domain.competence import EVERYTHING, Competence, CompetenceScope
from lims.domain.permissions import Act, require_role
from lims.domain.staff import StaffMember
from lims.domain.wording import clean_text
from lims.services.ports import Clock, Store
from lims.services.versions import require_seen
from lims.translation import TIME_ZONE


@dataclass(frozen=True, slots=True, kw_only=True)
class QualifyingService:
    """Keeps who may do which method, and when."""

    store: Store = field(repr=False)
    clock: Clock = field(repr=False)
    time_zone: tzinfo = TIME_ZONE
    """Whose days count."""

    def grant(
        self,
        person: str,
        method: str,
        *,
        basis: str,
        valid_from: date,
        valid_until: date | None = None,
        scope: CompetenceScope = EVERYTHING,
        actor: StaffMember,
    ) -> Competence:
        """Grant a competence.

        Parameters
        ----------
        person, method : str
            Staff number, and number of the method or ``IDENTIFICATION_METHOD``.
        basis : str
            The record that shows it: training file, proficiency test.
        valid_from, valid_until : date
            In the laboratory's time zone; without a last day it does not end by itself.
        scope : CompetenceScope
            Tasks and kinds of objects, and the last proficiency test; every task and every kind if not given.

        Raises
        ------
        NotPermittedError
            If the actor is neither head nor quality manager, or it is the own competence.
        NotFoundError
            If there is no such person.
        InvalidRecordError
            If a text is missing, or the days are in the wrong order.
        """
        require_role(actor, Act.COMPETENCE_GRANTED)
        with self.store.unit_of_work() as work:
            now = self.clock.now()
            number = work.load(StaffMember, person).number
            granted = Competence(
                number=f"{number}-K{work.count(Competence, prefix=f'{number}-K') + 1}",
                person=number,
                method=clean_text("method", method),
                valid_from=valid_from,
                valid_until=valid_until,
                basis=clean_text("basis", basis),
                tasks=scope.tasks,
                matrices=scope.matrices,
                proficiency_on=scope.proficiency_on,
                granted_by=actor.number,
                granted_at=now,
            )
            work.record(granted, act=Act.COMPETENCE_GRANTED, actor=actor, at=now)
            work.commit()
        return granted

    def withdraw(self, number: str, *, reason: str, actor: StaffMember, version: int | None = None) -> Competence:
        """Withdraw a competence from now on; what was done under it stays valid.

        Parameters
        ----------
        version : int or None
            Of the competence as the actor saw it; None: whatever it is now.

        Raises
        ------
        NotPermittedError
            If the actor is neither head nor quality manager, or it is the own competence.
        NotFoundError, TransitionError, InvalidRecordError
            If there is no such competence, it is withdrawn already, or no reason is given.
        StaleVersionError
            If it moved on since it was seen.
        """
        require_role(actor, Act.COMPETENCE_WITHDRAWN)
        words = clean_text("reason", reason)
        with self.store.unit_of_work() as work:
            now = self.clock.now()
            found = work.load(Competence, number)
            require_seen(found, version)
            withdrawn = found.withdraw(by=actor.number, at=now, reason=words)
            work.record(withdrawn, act=Act.COMPETENCE_WITHDRAWN, actor=actor, at=now)
            work.commit()
        return withdrawn

    def of_person(self, person: str) -> tuple[Competence, ...]:
        """Give all competences that a person ever had, in the order in which they were granted."""
        with self.store.reading() as work:
            return work.children(Competence, person)

    def on(self, day: date, *, person: str) -> tuple[Competence, ...]:
        """Give the competences that a person had on a day, also on one that has passed."""
        return tuple(one for one in self.of_person(person) if one.held_on(day, time_zone=self.time_zone))

    def of_people(self, people: Sequence[str]) -> dict[str, tuple[Competence, ...]]:
        """Give all competences that several people ever had, by person, in the order in which they were granted."""
        with self.store.reading() as work:
            return {person: work.children(Competence, person) for person in people}

    def today(self) -> date:
        """Give the laboratory's day."""
        return self.clock.now().astimezone(self.time_zone).date()
