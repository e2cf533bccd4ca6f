"""Alerts as people see them: read, answered by experts, assessed by the quality manager."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

from lims.domain.alert import Alert, AlertAnswer, AlertOutcome
from lims.domain.permissions import Act, require_role
from lims.domain.staff import StaffMember
from lims.domain.waiting import Job
from lims.domain.wording import clean_text
from lims.services.ports import Clock, Store

_PAGE = 100
_JOBS = (Job.LOOK_AGAIN, Job.ASSESS_REPORT)


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertPage:
    """One page of alerts."""

    alerts: tuple[Alert, ...]
    total: int
    """Of all alerts, or of all that wait."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertService:
    """Reads alerts and records what people found."""

    store: Store = field(repr=False)
    clock: Clock = field(repr=False)

    def listed(self, *, limit: int = _PAGE, offset: int = 0) -> AlertPage:
        """Give a page of alerts, newest first."""
        with self.store.reading() as work:
            lines = work.listed(Alert, limit=limit, offset=offset)
            found = {one.number: one for one in work.several(Alert, [line.number for line in lines])}
            return AlertPage(alerts=tuple(found[line.number] for line in lines), total=work.count(Alert))

    def waiting(self, *, limit: int = _PAGE) -> AlertPage:
        """Give the alerts that somebody has still to look at, the oldest first, and how many there are.

        However many were answered since: a list of the newest alone would hide them.
        """
        with self.store.reading() as work:
            lines = sorted(work.waiting(_JOBS, until=date.max), key=lambda line: (line.since, line.what.number))
            numbers = list(dict.fromkeys(line.what.number for line in lines))
            found = {one.number: one for one in work.several(Alert, numbers[:limit])}
            return AlertPage(alerts=tuple(found[one] for one in numbers[:limit] if one in found), total=len(numbers))

    def of_exhibit(self, exhibit_number: str) -> tuple[Alert, ...]:
        """Give the alerts about an exhibit, oldest first."""
        with self.store.reading() as work:
            return work.children(Alert, exhibit_number)

    def get(self, number: str) -> Alert:
        """Give one alert.

        Raises
        ------
        NotFoundError
            If there is none of that number.
        """
        with self.store.reading() as work:
            return work.load(Alert, number)

    def answer(self, number: str, *, outcome: AlertOutcome, reason: str, actor: StaffMember) -> Alert:
        """Record what an expert found who looked at the component again.

        Raises
        ------
        TransitionError
            If somebody answered before.
        InvalidRecordError
            If there is no reason.
        """
        require_role(actor, Act.ALERT_ANSWERED)
        answer = self._answer(outcome, reason, actor)
        return self._change(number, Act.ALERT_ANSWERED, actor, lambda alert: alert.answered(answer))

    def assess(self, number: str, *, outcome: AlertOutcome, reason: str, actor: StaffMember) -> Alert:
        """Record what the quality manager decided about the issued reports that would read differently.

        Raises
        ------
        TransitionError
            If no report was issued, or somebody assessed it before.
        InvalidRecordError
            If there is no reason.
        """
        require_role(actor, Act.ALERT_ASSESSED)
        answer = self._answer(outcome, reason, actor)
        return self._change(number, Act.ALERT_ASSESSED, actor, lambda alert: alert.assessed(answer))

    def _answer(self, outcome: AlertOutcome, reason: str, actor: StaffMember) -> AlertAnswer:
        return AlertAnswer(outcome=outcome, reason=clean_text("reason", reason), by=actor.number, at=self.clock.now())

    def _change(self, number: str, act: Act, actor: StaffMember, step: Callable[[Alert], Alert]) -> Alert:
        with self.store.unit_of_work() as work:
            changed = step(work.load(Alert, number))
            work.record(changed, act=act, actor=actor, at=self.clock.now())
            work.commit()
        return changed
