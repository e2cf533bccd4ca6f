"""What does not agree when an object comes in: recorded before a witness, told to the sender, settled by the sender."""

from dataclasses import dataclass, field
from datetime import datetime, tzinfo

from lims.domain.discrepancy import Decision, Discrepancy, DiscrepancySubject, SenderAnswer
from lims.domain.exhibit import Exhibit
from lims.domain.permissions import Act, require_role
from lims.domain.staff import StaffMember
from lims.domain.wording import cleaned
from lims.errors import InvalidRecordError
from lims.services.ports import Clock, Store
from lims.translation import TIME_ZONE


@dataclass(frozen=True, slots=True, kw_only=True)
class DiscrepancyFacts:
    """What was stated, what was found, and who of the sender was told."""

    subject: DiscrepancySubject
    stated: str
    found: str
    witness: str
    """Staff number."""
    told_to: str
    told_how: str
    told_at: datetime | None = None
    """None for now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerFacts:
    """What the sender said."""

    decision: Decision
    words: str
    given_by: str
    given_at: datetime | None = None
    """None for now."""
    disclaimer: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClarifyingService:
    """Keeps discrepancies of exhibits (rule E-2; ISO/IEC 17025:2017, 7.4.3)."""

    store: Store = field(repr=False)
    clock: Clock = field(repr=False)
    time_zone: tzinfo = TIME_ZONE

    def find(self, exhibit_number: str, facts: DiscrepancyFacts, *, actor: StaffMember) -> Exhibit:
        """Record a discrepancy; nobody works on the exhibit until the sender has settled it.

        Raises
        ------
        NotFoundError
            If there is no such exhibit, or the witness is not on the staff.
        NotPermittedError
            If the witness is not there on that day.
        InvalidRecordError
            If the witness is the person who found it, or the sender was not told.
        """
        require_role(actor, Act.DISCREPANCY_FOUND)
        clean = cleaned(facts)
        with self.store.unit_of_work() as work:
            now = self.clock.now()
            exhibit = work.load(Exhibit, exhibit_number)
            work.load(StaffMember, clean.witness).require_present(now.astimezone(self.time_zone).date())
            found = exhibit.find_discrepancy(
                Discrepancy(
                    subject=clean.subject,
                    stated=clean.stated,
                    found=clean.found,
                    found_by=actor.number,
                    found_at=now,
                    witness=clean.witness,
                    told_to=clean.told_to,
                    told_at=clean.told_at or now,
                    told_how=clean.told_how,
                )
            )
            work.record(found, act=Act.DISCREPANCY_FOUND, actor=actor, at=now)
            work.commit()
        return found

    def answer(self, exhibit_number: str, place: int, facts: AnswerFacts, *, actor: StaffMember) -> Exhibit:
        """Record the sender's answer to a discrepancy.

        Parameters
        ----------
        place : int
            Of the discrepancy, from 1.

        Raises
        ------
        NotFoundError
            If there is no such exhibit.
        InvalidRecordError
            If there is no such discrepancy, the answer is not yet or older than the question, or a disclaimer is
            missing.
        TransitionError
            If it was answered before.
        """
        require_role(actor, Act.DISCREPANCY_ANSWERED)
        clean = cleaned(facts)
        with self.store.unit_of_work() as work:
            now = self.clock.now()
            answer = SenderAnswer(
                decision=clean.decision,
                words=clean.words,
                given_by=clean.given_by,
                given_at=clean.given_at or now,
                recorded_by=actor.number,
                recorded_at=now,
                disclaimer=clean.disclaimer,
            )
            if answer.given_at > now:
                raise InvalidRecordError(f"answered at {answer.given_at}, which is not yet")
            answered = work.load(Exhibit, exhibit_number).answer_discrepancy(place, answer)
            work.record(answered, act=Act.DISCREPANCY_ANSWERED, actor=actor, at=now)
            work.commit()
        return answered
