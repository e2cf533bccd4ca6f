"""Methods and batches: defined, planned, exported, judged, released; and what a report may rely on."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import tzinfo
from typing import Protocol

from lims.domain.acceptance import Measured, judge_batch
from lims.domain.batch import Batch, Nonconformity, Verdict
from lims.domain.exhibit import Exhibit
from lims.domain.method import Method
from lims.domain.permissions import Act, require_role
from lims.domain.run import RecordedRun
from lims.domain.sequence import Injection, sequence_faults
from lims.domain.staff import StaffMember
from lims.domain.wording import clean_text
from lims.errors import (
    BatchNotUsableError,
    InvalidRecordError,
    NotFoundError,
    ReviewerIsExaminerError,
    StaleVersionError,
)
from lims.said import said
from lims.services.method_force import require_in_force
from lims.services.ports import Clock, ListedRecord, Store, UnitOfWork
from lims.services.registering import require_instrument
from lims.services.sequence_table import sequence_csv
from lims.translation import TIME_ZONE

_MAX_LISTED = 10_000


class Measurement(Protocol):
    """What turns the runs of a batch into numbers."""

    def check(self, method: Method) -> None:
        """Refuse a method that nothing could be measured with.

        Raises
        ------
        LimsError
            Saying which choice means nothing here.
        """
        ...

    def measure(self, batch: Batch, method: Method) -> tuple[Measured, ...]:
        """Measure analyte and internal standard in every run of a batch.

        Raises
        ------
        LimsError, spectra.SpectraError
            If that cannot be done; what was only not found is part of the answer.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchPlan:
    """What a person states about a batch before it is measured."""

    method_number: str
    instrument: str
    """As the instrument names itself in its files; empty accepts any."""
    time_zone: str
    """IANA name, of the instrument's clock."""
    injections: tuple[Injection, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchingService:
    """Keeps methods and batches."""

    store: Store = field(repr=False)
    measurement: Measurement = field(repr=False)
    clock: Clock = field(repr=False)
    time_zone: tzinfo = TIME_ZONE
    """Whose days count for calibrations."""

    def define_method(self, method: Method, *, actor: StaffMember, replaces: int | None = None) -> Method:
        """Record a method, or a new version of one.

        Parameters
        ----------
        method : Method
            As a version 1; the number says which method it is.
        replaces : int, optional
            The version that the person saw and means to replace; None for a method that is new.

        Raises
        ------
        NotPermittedError
            If the actor is neither expert nor quality manager.
        StaleVersionError
            If the method exists and another version, or none, was named.
        NotFoundError
            If a version was named of a method that does not exist, or the method names a release that does not.
        LimsError
            If nothing could be measured with its choices.
        """
        require_role(actor, Act.METHOD_DEFINED)
        self.measurement.check(method)
        with self.store.unit_of_work() as work:
            now = self.clock.now()
            known = _newest(work, method.number)
            if known is None and replaces is not None:
                raise NotFoundError(Method.KIND, method.number)
            if known is not None and known.version != replaces:
                raise StaleVersionError(Method.KIND, method.number, known.version)
            version = 1 if known is None else known.version + 1
            defined = replace(method, version=version, defined_at=now, defined_by=actor.number)
            work.record(defined, act=Act.METHOD_DEFINED, actor=actor, at=now)
            work.commit()
        return defined

    def withdraw_method(self, number: str, *, actor: StaffMember, version: int | None = None) -> Method:
        """Take a method out of use.

        Raises
        ------
        TransitionError, NotFoundError, StaleVersionError
            If it is not in use, does not exist, or moved on since it was read.
        """
        require_role(actor, Act.METHOD_WITHDRAWN)
        with self.store.unit_of_work() as work:
            method = work.load(Method, number)
            _require_version(method, version)
            withdrawn = method.withdraw()
            work.record(withdrawn, act=Act.METHOD_WITHDRAWN, actor=actor, at=self.clock.now())
            work.commit()
        return withdrawn

    def plan(self, plan: BatchPlan, *, actor: StaffMember) -> Batch:
        """Fix the sequence of a batch under the next number of the year.

        Raises
        ------
        NotFoundError
            If there is no such method or exhibit.
        TransitionError
            If the method is withdrawn.
        NotInForceError
            If a procedure is recorded under the method's number and not in force today.
        NotUsableError
            If the instrument is registered and out of service, or its calibration not in date.
        InvalidRecordError
            If the sequence must not be run; every fault is named.
        """
        require_role(actor, Act.BATCH_PLANNED)
        with self.store.unit_of_work() as work:
            now = self.clock.now()
            method = work.load(Method, plan.method_number)
            method.require_in_use()
            require_in_force(work, method.number, now, time_zone=self.time_zone)
            require_instrument(work, plan.instrument, on=now.astimezone(self.time_zone).date())
            faults = sequence_faults(plan.injections, fewest_calibrators=method.fewest_calibrators)
            if faults:
                raise InvalidRecordError("; ".join(f"place {fault.place}: {fault.words}" for fault in faults))
            for injection in plan.injections:
                if injection.exhibit_number:
                    work.load(Exhibit, injection.exhibit_number)
            prefix = f"B-{now.year}-"
            batch = Batch(
                number=f"{prefix}{work.count(Batch, prefix=prefix) + 1:04d}",
                method_number=method.number,
                method_version=method.version,
                instrument=clean_text("instrument", plan.instrument),
                time_zone=plan.time_zone,
                injections=plan.injections,
                planned_at=now,
                planned_by=actor.number,
            )
            work.record(batch, act=Act.BATCH_PLANNED, actor=actor, at=now)
            work.commit()
        return batch

    def export_csv(self, number: str) -> bytes:
        """Give the sequence as acquisition software reads it.

        Raises
        ------
        NotFoundError
            If there is no such batch.
        """
        batch = self.get(number)
        return sequence_csv(batch, self.method_of(batch))

    def discard(self, number: str, place: int, *, reason: str, actor: StaffMember, version: int | None = None) -> Batch:
        """Take a run from its injection, so that another can be brought; it stays listed.

        Raises
        ------
        TransitionError, InvalidRecordError, NotFoundError, StaleVersionError
            If the injection has no run, no reason is given, or the batch moved on since it was read.
        """
        require_role(actor, Act.BATCH_RUN_DISCARDED)
        now = self.clock.now()
        words = clean_text("reason", reason)
        return self._change(
            number,
            Act.BATCH_RUN_DISCARDED,
            actor,
            version,
            lambda b: b.discard(place, reason=words, by=actor.number, at=now),
        )

    def judge(self, number: str, *, actor: StaffMember, version: int | None = None) -> Batch:
        """Measure every run and apply the rules of the method version that the batch was planned under.

        Raises
        ------
        TransitionError
            If runs are missing.
        StaleVersionError
            If the batch changed while it was measured, or since it was read.
        LimsError, spectra.SpectraError
            If the runs cannot be measured at all.
        """
        require_role(actor, Act.BATCH_JUDGED)
        batch = self.get(number)
        _require_version(batch, version)
        batch.require_complete()
        with self.store.reading() as work:
            work.permit(batch, act=Act.BATCH_JUDGED, actor=actor, at=self.clock.now())  # before it is measured
        method = self.method_of(batch)
        measured = self.measurement.measure(batch, method)
        verdict = Verdict(
            judged_at=self.clock.now(),
            judged_by=actor.number,
            method_version=method.version,
            outcomes=judge_batch(batch.injections, measured, limits=method.limits),
            measured=measured,
        )
        return self._change(number, Act.BATCH_JUDGED, actor, batch.version, lambda b: b.judge(verdict))

    def release(
        self,
        number: str,
        *,
        cause: str,
        action: str,
        impact: str,
        actor: StaffMember,
        version: int | None = None,
    ) -> Batch:
        """Let reports use a failed batch, with what was done about it.

        Raises
        ------
        NotPermittedError
            If the actor is neither technical reviewer nor quality manager.
        ReviewerIsExaminerError
            If the actor planned, measured or judged the batch: four eyes.
        TransitionError, InvalidRecordError, NotFoundError, StaleVersionError
            If the batch has not failed, an answer is missing, or it moved on since it was read.
        """
        require_role(actor, Act.BATCH_RELEASED)
        batch = self.get(number)
        if actor.number in self.workers(batch):
            raise ReviewerIsExaminerError(number, actor.number)
        decided = Nonconformity(
            cause=clean_text("cause", cause),
            action=clean_text("action", action),
            impact=clean_text("impact on results", impact),
            decided_by=actor.number,
            decided_at=self.clock.now(),
        )
        seen = batch.version if version is None else version
        return self._change(number, Act.BATCH_RELEASED, actor, seen, lambda b: b.release(decided))

    def workers(self, batch: Batch) -> frozenset[str]:
        """Give the numbers of all who planned, measured, judged or discarded: none of them releases the batch."""
        runs = [*batch.runs, *(one.run for one in batch.discarded)]
        with self.store.reading() as work:
            importers = {work.load(RecordedRun, run.run_number).imported_by for run in runs}
        judges = {verdict.judged_by for verdict in batch.verdicts}
        return frozenset(importers | judges | {batch.planned_by} | {one.discarded_by for one in batch.discarded})

    def get(self, number: str) -> Batch:
        """Give one batch.

        Raises
        ------
        NotFoundError
            If there is none of that number.
        """
        with self.store.reading() as work:
            return work.load(Batch, number)

    def method_of(self, batch: Batch) -> Method:
        """Give the method as it was when the batch was planned."""
        with self.store.reading() as work:
            return work.load(Method, batch.method_number, version=batch.method_version)

    def method(self, number: str) -> Method:
        """Give the newest version of a method.

        Raises
        ------
        NotFoundError
            If there is none of that number.
        """
        with self.store.reading() as work:
            return work.load(Method, number)

    def versions(self, number: str) -> tuple[Method, ...]:
        """Give all versions of a method, newest first.

        Raises
        ------
        NotFoundError
            If there is none of that number.
        """
        with self.store.reading() as work:
            newest = work.load(Method, number)
            older = (work.load(Method, number, version=version) for version in range(newest.version - 1, 0, -1))
            return (newest, *older)

    def batches(self, *, limit: int = _MAX_LISTED, words: str = "") -> tuple[ListedRecord, ...]:
        """Give the batches whose number or title has these words, newest first."""
        with self.store.reading() as work:
            return work.listed(Batch, limit=limit, words=words)

    def methods(self) -> tuple[ListedRecord, ...]:
        """Give the methods, newest first."""
        with self.store.reading() as work:
            return work.listed(Method, limit=_MAX_LISTED)

    def _change(
        self, number: str, act: Act, actor: StaffMember, version: int | None, step: Callable[[Batch], Batch]
    ) -> Batch:
        with self.store.unit_of_work() as work:
            batch = work.load(Batch, number)
            _require_version(batch, version)
            changed = step(batch)
            work.record(changed, act=act, actor=actor, at=self.clock.now())
            work.commit()
        return changed


def batch_for_report(work: UnitOfWork, run: RecordedRun) -> Batch | None:
    """Give the batch that a report of a run relies on; None for a run that was measured alone.

    Raises
    ------
    BatchNotUsableError
        If the batch is incomplete, not judged or failed, or the run was discarded from it.
    """
    if not run.batch_number:
        return None
    batch = work.load(Batch, run.batch_number)
    if all(one.run_number != run.number for one in batch.runs):
        raise BatchNotUsableError(run.number, batch.number, said("the run was discarded from it"))
    if not batch.usable:
        raise BatchNotUsableError(run.number, batch.number, f"it is {batch.state}{_failures(batch)}")
    return batch


def _failures(batch: Batch) -> str:
    failed: Sequence[str] = (
        sorted({outcome.rule.value for outcome in batch.verdicts[-1].failed}) if batch.verdicts else ()
    )
    return f" ({', '.join(failed)})" if failed else ""


def _newest(work: UnitOfWork, number: str) -> Method | None:
    try:
        return work.load(Method, number)
    except NotFoundError:
        return None


def _require_version(record: Batch | Method, seen: int | None) -> None:
    if seen is not None and record.version != seen:
        raise StaleVersionError(record.KIND, record.number, record.version)
