"""The clock of a case: started, suspended, resumed, extended; and when the case is due (rule KZ-3)."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, tzinfo

from lims.domain.case import Case
from lims.domain.deadline import NO_TERMS, Calendar, DeadlineState, TermEvent, Terms, TermStep, deadline
from lims.domain.permissions import Act, require_role
from lims.domain.staff import StaffMember
from lims.domain.wording import clean_text
from lims.errors import InvalidRecordError
from lims.services.ports import Clock, Store
from lims.services.versions import require_seen
from lims.translation import TIME_ZONE

_ACTS = {
    TermStep.STARTED: Act.TERM_STARTED,
    TermStep.SUSPENDED: Act.TERM_SUSPENDED,
    TermStep.RESUMED: Act.TERM_RESUMED,
    TermStep.EXTENDED: Act.TERM_EXTENDED,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class TermService:
    """Keeps the clocks of cases.

    ``version`` is that of the case which the person saw: a step of a case that was changed since is refused with
    ``StaleVersionError``.
    """

    store: Store = field(repr=False)
    clock: Clock = field(repr=False)
    terms: Terms = NO_TERMS
    time_zone: tzinfo = TIME_ZONE
    """Whose days count."""

    def start(self, case_number: str, *, on: date, actor: StaffMember, version: int | None = None) -> Case:
        """Start the clock: all objects and materials are there.

        Raises
        ------
        NotFoundError
            If there is no such case.
        TransitionError
            If it was started before.
        InvalidRecordError
            If the day is not yet.
        """
        return self.step(case_number, TermStep.STARTED, on=on, actor=actor, version=version)

    def suspend(
        self,
        case_number: str,
        *,
        on: date,
        reason: str,
        decided_by: str = "",
        actor: StaffMember,
        version: int | None = None,
    ) -> Case:
        """Stop the clock, from that day on.

        Raises
        ------
        NotFoundError
            If there is no such case.
        TransitionError
            If it is not running.
        InvalidRecordError
            If the day is not yet, or there is no reason.
        """
        return self.step(
            case_number,
            TermStep.SUSPENDED,
            on=on,
            reason=reason,
            decided_by=decided_by,
            actor=actor,
            version=version,
        )

    def resume(
        self, case_number: str, *, on: date, reason: str = "", actor: StaffMember, version: int | None = None
    ) -> Case:
        """Let the clock run again, from that day on.

        Raises
        ------
        NotFoundError
            If there is no such case.
        TransitionError
            If it is running.
        InvalidRecordError
            If the day is not yet.
        """
        return self.step(case_number, TermStep.RESUMED, on=on, reason=reason, actor=actor, version=version)

    def extend(
        self,
        case_number: str,
        *,
        on: date,
        until: date,
        reason: str,
        decided_by: str,
        actor: StaffMember,
        version: int | None = None,
    ) -> Case:
        """Put another due day in the place of the one that was computed.

        Raises
        ------
        NotFoundError
            If there is no such case.
        TransitionError
            If the clock was not started.
        InvalidRecordError
            If the day is not yet, or reason or who decided is missing.
        """
        return self.step(
            case_number,
            TermStep.EXTENDED,
            on=on,
            until=until,
            reason=reason,
            decided_by=decided_by,
            actor=actor,
            version=version,
        )

    def state(self, case: Case) -> DeadlineState:
        """Say when a case is due as of today."""
        return self.state_after(case.term_events, category=case.category)

    def state_after(self, events: Sequence[TermEvent], *, category: str) -> DeadlineState:
        """Say when a case of a category is due as of today, after these steps of its clock."""
        calendar = Calendar(today=self.today(), counting=self.terms.counting, days_off=self.terms.days_off)
        return deadline(events, self.terms, calendar, category=category)

    def today(self) -> date:
        """Give the laboratory's day."""
        return self.clock.now().astimezone(self.time_zone).date()

    def step(
        self,
        case_number: str,
        kind: TermStep,
        *,
        on: date,
        actor: StaffMember,
        until: date | None = None,
        reason: str = "",
        decided_by: str = "",
        version: int | None = None,
    ) -> Case:
        """Record a step of the clock; the methods above say what each needs.

        Raises
        ------
        NotFoundError
            If there is no such case.
        TransitionError
            If the step does not follow from those before.
        InvalidRecordError
            If the day is not yet, or something is missing.
        """
        require_role(actor, _ACTS[kind])
        with self.store.unit_of_work() as work:
            now = self.clock.now()
            if on > now.astimezone(self.time_zone).date():
                raise InvalidRecordError(f"{kind} on {on}, which is not yet")
            event = TermEvent(
                step=kind,
                on=on,
                reason=clean_text("reason", reason),
                until=until,
                decided_by=clean_text("decided by", decided_by),
                recorded_by=actor.number,
                recorded_at=now,
            )
            case = work.load(Case, case_number)
            require_seen(case, version)
            after = case.step_term(event)
            act = _ACTS[kind]
            work.record(after, act=act, actor=actor, at=now)
            work.commit()
        return after
