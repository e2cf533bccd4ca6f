"""Nonconforming work: raised by anybody, assessed, corrected, verified, and closed by the quality manager."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from lims.domain.batch import Batch
from lims.domain.case import Case
from lims.domain.examination import Examination
from lims.domain.exhibit import Exhibit
from lims.domain.grounds import Name
from lims.domain.library import RecordedRelease
from lims.domain.method import Method
from lims.domain.nonconformity import (
    CorrectiveAction,
    Decision,
    ImpactAssessment,
    NonconformingWork,
    Subject,
    Verification,
)
from lims.domain.permissions import Act, require_role
from lims.domain.procedure import Procedure
from lims.domain.reagent import Reagent
from lims.domain.record import Record
from lims.domain.reference_standard import ReferenceStandard
from lims.domain.report import Report
from lims.domain.run import RecordedRun
from lims.domain.staff import StaffMember
from lims.domain.wording import clean_text, cleaned
from lims.errors import NotFoundError
from lims.services.ports import Clock, Store, UnitOfWork
from lims.services.tracing import held_by, open_nonconformities, touched
from lims.services.versions import require_seen

_MAX_LISTED = 10_000
_RECORDED: Mapping[str, type[Record]] = {
    kind.KIND: kind
    for kind in (
        *(Case, Exhibit, RecordedRun, Batch, Examination, Report),
        *(Method, Procedure, RecordedRelease, Reagent, ReferenceStandard, StaffMember),
    )
}
"""Kinds of subjects that must be on record; instruments, lots and raw data are known by names that files give, too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NonconformityFacts:
    """What a person says of nonconforming work; see ``NonconformingWork`` for the fields."""

    what: str
    subjects: tuple[Subject, ...]
    found_by: str
    found_at: datetime
    caused_by: str = ""
    hold: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class NonconformingService:
    """Keeps nonconformities from what was found to what was learnt."""

    store: Store = field(repr=False)
    clock: Clock = field(repr=False)

    def raise_one(self, facts: NonconformityFacts, *, actor: StaffMember) -> NonconformingWork:
        """Record that work was not as it should be.

        Raises
        ------
        NotPermittedError
            If the actor takes no part in the work of the laboratory.
        NotFoundError
            If a subject, or a person who is named, is not on record.
        InvalidRecordError
            If it is about nothing, does not say what happened, or was found in the future.
        """
        require_role(actor, Act.NONCONFORMITY_RAISED)
        clean = cleaned(facts)
        with self.store.unit_of_work() as work:
            now = self.clock.now()
            for subject in clean.subjects:
                _require_recorded(work, subject)
            for person in filter(None, (clean.found_by, clean.caused_by)):
                work.load(StaffMember, person)
            prefix = f"NC-{now:%Y}-"
            raised = NonconformingWork(
                number=f"{prefix}{work.count(NonconformingWork, prefix=prefix) + 1:04d}",
                what=clean.what,
                subjects=clean.subjects,
                found_by=clean.found_by,
                found_at=clean.found_at,
                recorded_by=actor.number,
                recorded_at=now,
                caused_by=clean.caused_by,
                hold=clean.hold,
            )
            work.record(raised, act=Act.NONCONFORMITY_RAISED, actor=actor, at=now)
            work.commit()
        return raised

    def assess(
        self, number: str, *, words: str, recalled: Sequence[str] = (), actor: StaffMember, version: int | None = None
    ) -> NonconformingWork:
        """Say what it means for results; the reports that it touches are found and kept with that.

        Parameters
        ----------
        recalled : sequence of str
            Numbers of reports that are not to be relied on.

        Raises
        ------
        NotPermittedError
            If the actor is neither head nor quality manager.
        NotFoundError, TransitionError, InvalidRecordError
            If there is no such nonconformity, an action stands, nothing is said, or a recalled report is not touched.
        """

        def step(found: NonconformingWork, work: UnitOfWork, now: datetime) -> NonconformingWork:
            reports = {one.number for subject in found.subjects for one in touched(work, subject.name).reports}
            impact = ImpactAssessment(
                words=clean_text("impact on results", words),
                touched=tuple(sorted(reports)),
                recalled=tuple(dict.fromkeys(recalled)),
                assessed_by=actor.number,
                assessed_at=now,
            )
            return found.assess(impact)

        return self._change(number, Act.NONCONFORMITY_ASSESSED, actor, step, version)

    def plan(
        self, number: str, *, words: str, person: str, due_on: date, actor: StaffMember, version: int | None = None
    ) -> NonconformingWork:
        """Plan what is done about it, by whom, until when.

        Raises
        ------
        NotPermittedError
            If the actor is neither head nor quality manager.
        NotFoundError, TransitionError, InvalidRecordError
            If there is no such nonconformity or person, its impact is not assessed, or nothing is said.
        """

        def step(found: NonconformingWork, work: UnitOfWork, now: datetime) -> NonconformingWork:
            action = CorrectiveAction(
                words=clean_text("action", words),
                person=work.load(StaffMember, person).number,
                due_on=due_on,
                planned_by=actor.number,
                planned_at=now,
            )
            return found.plan(action)

        return self._change(number, Act.NONCONFORMITY_ACTION_PLANNED, actor, step, version)

    def correct(self, number: str, *, done: str, actor: StaffMember, version: int | None = None) -> NonconformingWork:
        """Record what was done about it.

        Raises
        ------
        NotPermittedError
            If the actor takes no part in the work of the laboratory.
        NotFoundError, TransitionError, InvalidRecordError
            If there is no such nonconformity, no action is planned, or nothing is said.
        """
        words = clean_text("what was done", done)
        return self._change(
            number,
            Act.NONCONFORMITY_CORRECTED,
            actor,
            lambda found, _, now: found.correct(done=words, by=actor.number, at=now),
            version,
        )

    def verify(
        self, number: str, *, helped: bool, words: str, actor: StaffMember, version: int | None = None
    ) -> NonconformingWork:
        """Record whether the action helped.

        Raises
        ------
        NotPermittedError
            If the actor is neither head nor quality manager, or caused or corrected it.
        NotFoundError, TransitionError, InvalidRecordError
            If there is no such nonconformity, nothing was done, or nothing is said.
        """

        def step(found: NonconformingWork, _: UnitOfWork, now: datetime) -> NonconformingWork:
            said = clean_text("verification", words)
            return found.verify(Verification(helped=helped, words=said, verified_by=actor.number, verified_at=now))

        return self._change(number, Act.NONCONFORMITY_VERIFIED, actor, step, version)

    def resume(self, number: str, *, words: str, actor: StaffMember, version: int | None = None) -> NonconformingWork:
        """Let held work go on.

        Raises
        ------
        NotPermittedError
            If the actor is neither head nor quality manager, or caused or corrected it.
        NotFoundError, TransitionError, InvalidRecordError
            If there is no such nonconformity, it holds nothing, is not corrected, or nothing is said.
        """
        said = clean_text("decision", words)
        return self._change(
            number,
            Act.NONCONFORMITY_RESUMED,
            actor,
            lambda found, _, now: found.resume(Decision(words=said, by=actor.number, at=now)),
            version,
        )

    def close(self, number: str, *, words: str, actor: StaffMember, version: int | None = None) -> NonconformingWork:
        """Close it; nobody closes what he caused or corrected.

        Raises
        ------
        NotPermittedError
            If the actor is not the quality manager, or caused or corrected it.
        NotFoundError, TransitionError, InvalidRecordError
            If there is no such nonconformity, its effect is not verified, it holds work, or nothing is said.
        """
        said = clean_text("decision", words)
        return self._change(
            number,
            Act.NONCONFORMITY_CLOSED,
            actor,
            lambda found, _, now: found.close(Decision(words=said, by=actor.number, at=now)),
            version,
        )

    def get(self, number: str) -> NonconformingWork:
        """Give a nonconformity.

        Raises
        ------
        NotFoundError
            If there is none of that number.
        """
        with self.store.reading() as work:
            return work.load(NonconformingWork, number)

    def listed(
        self, *, limit: int = _MAX_LISTED, offset: int = 0, states: Sequence[str] = (), words: str = ""
    ) -> tuple[NonconformingWork, ...]:
        """Give one page of the nonconformities, the last changed first.

        Parameters
        ----------
        states : sequence of str, optional
            Values of ``NonconformityStatus``; none: any.
        words : str, optional
            That stand in number or title.
        """
        with self.store.reading() as work:
            lines = work.listed(NonconformingWork, limit=limit, offset=offset, states=states, words=words)
            found = {one.number: one for one in work.several(NonconformingWork, [line.number for line in lines])}
        return tuple(found[line.number] for line in lines)

    def held(self, subject: Name) -> tuple[str, ...]:
        """Name the nonconformities that hold work on a subject."""
        with self.store.reading() as work:
            return held_by(work, subject)

    def open_on(self, case_number: str) -> tuple[str, ...]:
        """Name the nonconformities that stand on a case."""
        with self.store.reading() as work:
            return open_nonconformities(work, case_number)

    def _change(
        self,
        number: str,
        act: Act,
        actor: StaffMember,
        step: Callable[[NonconformingWork, UnitOfWork, datetime], NonconformingWork],
        version: int | None,
    ) -> NonconformingWork:
        require_role(actor, act)
        with self.store.unit_of_work() as work:
            now = self.clock.now()
            found = work.load(NonconformingWork, number)
            require_seen(found, version)
            changed = step(found, work, now)
            work.record(changed, act=act, actor=actor, at=now)
            work.commit()
        return changed


def _require_recorded(work: UnitOfWork, subject: Subject) -> None:
    kind = _RECORDED.get(subject.kind)
    if kind is not None and work.load(kind, subject.number).version < subject.version:
        raise NotFoundError(subject.kind, f"{subject.number} version {subject.version}")
