"""Batches: a planned sequence, its runs, the verdict on them, and what was done about a failed one."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from typing import ClassVar, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from lims.domain.acceptance import Measured, RuleOutcome
from lims.domain.instrument_time import read_instrument_time
from lims.domain.sequence import Injection, InjectionKind, sequence_faults
from lims.domain.wording import require_text
from lims.errors import InvalidRecordError, RunMismatchError, TransitionError


class BatchStatus(StrEnum):
    """planned -> measured -> accepted, or failed -> released with a nonconformity; judging again is allowed."""

    PLANNED = "planned"
    """Runs may be missing."""
    MEASURED = "measured"
    """Every injection has its run; nobody judged them yet."""
    ACCEPTED = "accepted"
    FAILED = "failed"
    """A rule failed: no report may use the batch."""
    RELEASED = "released with nonconformity"


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchRun:
    """Which run belongs to which injection."""

    place: int
    run_number: str
    raw_sha256: str
    acquired_at: datetime
    """Aware, UTC: the instrument's time read in the batch's time zone where it states none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DiscardedRun:
    """A run that was taken from its injection; it is kept, listed and reported."""

    run: BatchRun
    reason: str
    discarded_by: str
    discarded_at: datetime

    def __post_init__(self) -> None:
        """Refuse to discard without a reason."""
        require_text("reason", self.reason)


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """The outcome of every rule at one time."""

    judged_at: datetime
    judged_by: str
    method_version: int
    """Whose limits were applied."""
    outcomes: tuple[RuleOutcome, ...]
    measured: tuple[Measured, ...] = ()
    """What the rules were applied to; control charts are made of it."""

    @property
    def failed(self) -> tuple[RuleOutcome, ...]:
        """The rules that were broken."""
        return tuple(outcome for outcome in self.outcomes if not outcome.passed)


@dataclass(frozen=True, slots=True, kw_only=True)
class Nonconformity:
    """What went wrong in a batch and what was done about it, before its results may be used."""

    cause: str
    action: str
    impact: str
    """What it means for the results: which may be used, and why."""
    decided_by: str
    decided_at: datetime

    def __post_init__(self) -> None:
        """Refuse a release without reasons."""
        require_text("cause", self.cause)
        require_text("action", self.action)
        require_text("impact on results", self.impact)


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Immutable: every step returns a new batch, the old one stays as evidence."""

    KIND: ClassVar[str] = "batch"

    number: str
    method_number: str
    method_version: int
    """The version that was in use when the batch was planned: its limits are applied, whatever comes later."""
    instrument: str
    """As the instrument names itself in its files; empty accepts any."""
    time_zone: str
    """IANA name of the zone of the instrument's clock, for files that state none."""
    injections: tuple[Injection, ...]
    planned_at: datetime
    planned_by: str
    runs: tuple[BatchRun, ...] = ()
    discarded: tuple[DiscardedRun, ...] = ()
    verdicts: tuple[Verdict, ...] = ()
    """All of them, the newest last: a verdict is never replaced."""
    nonconformities: tuple[Nonconformity, ...] = ()
    version: int = 1

    def __post_init__(self) -> None:
        """Refuse a sequence that must not be run, and a time zone that does not exist."""
        require_text("batch number", self.number)
        require_text("method number", self.method_number)
        try:
            ZoneInfo(self.time_zone)
        except (ZoneInfoNotFoundError, ValueError, OSError) as error:
            raise InvalidRecordError(f"time zone {self.time_zone!r}; expected an IANA name, as Asia/Almaty") from error
        faults = sequence_faults(self.injections, fewest_calibrators=0)
        if faults:
            words = "; ".join(f"place {fault.place}: {fault.words}" for fault in faults)
            raise InvalidRecordError(f"the sequence of {self.number}: {words}")

    @property
    def parent(self) -> str:
        """Belong to the method."""
        return self.method_number

    @property
    def state(self) -> str:
        """Give the status."""
        return self.status.value

    @property
    def title(self) -> str:
        """Show how far it is."""
        return f"{len(self.runs)}/{len(self.injections)}"

    @property
    def status(self) -> BatchStatus:
        """Where it stands; a run that was discarded after the last verdict takes that verdict away."""
        if len(self.runs) < len(self.injections):
            return BatchStatus.PLANNED
        discarded = max((one.discarded_at for one in self.discarded), default=None)
        if not self.verdicts or (discarded is not None and self.verdicts[-1].judged_at <= discarded):
            return BatchStatus.MEASURED
        if not self.verdicts[-1].failed:
            return BatchStatus.ACCEPTED
        last = self.verdicts[-1].judged_at
        decided = any(nonconformity.decided_at >= last for nonconformity in self.nonconformities)
        return BatchStatus.RELEASED if decided else BatchStatus.FAILED

    @property
    def usable(self) -> bool:
        """Whether reports may use its runs."""
        return self.status in {BatchStatus.ACCEPTED, BatchStatus.RELEASED}

    @property
    def standards(self) -> tuple[BatchRun, ...]:
        """The runs of reference standards and calibrators: what a retention may be compared with."""
        kinds = {InjectionKind.STANDARD, InjectionKind.CALIBRATOR}
        return tuple(one for one in self.runs if self.injection(one.place).kind in kinds)

    def injection(self, place: int) -> Injection:
        """Give one line of the sequence.

        Raises
        ------
        InvalidRecordError
            If there is none at that place.
        """
        if not 1 <= place <= len(self.injections):
            raise InvalidRecordError(f"place {place}; {self.number} has {len(self.injections)} injections")
        return self.injections[place - 1]

    def moment(self, acquired_at: str) -> datetime:
        """Read an instrument's time: as it stands if it states a zone, else in the batch's.

        Raises
        ------
        InvalidRecordError
            If it is no time.
        """
        moment = read_instrument_time(acquired_at)
        return (moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(self.time_zone))).astimezone(UTC)

    def place_of(self, *, sample_name: str, vial: str, acquired_at: datetime) -> int:
        """Find the injection that a run belongs to: its name, its vial, and its turn in time.

        Parameters
        ----------
        sample_name, vial : str
            As the run's file states them.
        acquired_at : datetime
            Aware.

        Raises
        ------
        RunMismatchError
            If no open injection has that name, the vial is another, or the time does not fit between the runs that
            are there: then something was mixed up, and a person has to find out what.

        Notes
        -----
        Of several open injections of one name and vial, blanks, the first that fits is taken: bring runs in the
        order of their acquisition. If one went to the wrong place, the run that belongs there no longer fits.
        """
        named = [line for line in self.injections if line.sample_name.casefold() == sample_name.strip().casefold()]
        if not named:
            raise RunMismatchError(f"sample name {sample_name!r}: {self.number} has no such injection")
        held = [line for line in named if line.vial == vial.strip()]
        if not held:
            expected = ", ".join(sorted({line.vial for line in named}))
            raise RunMismatchError(f"{sample_name!r} was injected from vial {vial!r}; the sequence says {expected}")
        taken = {run.place for run in self.runs}
        free = [line.place for line in held if line.place not in taken]
        if not free:
            raise RunMismatchError(f"{sample_name!r} of vial {vial}: its {len(held)} injection(s) have their runs")
        fitting = [place for place in free if self._fits(place, acquired_at)]
        if not fitting:
            raise RunMismatchError(
                f"{sample_name!r} of vial {vial} was acquired {acquired_at:%Y-%m-%d %H:%M:%S} UTC, out of the turn of "
                f"place {', '.join(map(str, free))}"
            )
        return fitting[0]

    def _fits(self, place: int, acquired_at: datetime) -> bool:
        return all(
            run.acquired_at < acquired_at if run.place < place else acquired_at < run.acquired_at for run in self.runs
        )

    def measure(self, run: BatchRun) -> Self:
        """Give an injection its run.

        Raises
        ------
        RunMismatchError
            If the injection has one, or the same raw data stand at another.
        """
        self.injection(run.place)
        for other in self.runs:
            if other.place == run.place:
                raise RunMismatchError(f"place {run.place} of {self.number} has run {other.run_number} already")
        for other in (*self.runs, *(one.run for one in self.discarded)):
            if other.raw_sha256 == run.raw_sha256:
                raise RunMismatchError(f"the same raw data are run {other.run_number} at place {other.place}")
        runs = tuple(sorted((*self.runs, run), key=lambda one: one.place))
        return replace(self, runs=runs, version=self.version + 1)

    def discard(self, place: int, *, reason: str, by: str, at: datetime) -> Self:
        """Take a run from its injection, so that another can be brought.

        Raises
        ------
        TransitionError
            If the injection has no run.
        InvalidRecordError
            If no reason is given.
        """
        run = self.run_at(place)
        if run is None:
            raise TransitionError(f"place {place} of {self.number} has no run")
        taken = DiscardedRun(run=run, reason=reason, discarded_by=by, discarded_at=at)
        return replace(
            self,
            runs=tuple(other for other in self.runs if other.place != place),
            discarded=(*self.discarded, taken),
            version=self.version + 1,
        )

    def require_complete(self) -> None:
        """Refuse to judge a batch without all its runs.

        Raises
        ------
        TransitionError
            If runs are missing.
        """
        if self.status is BatchStatus.PLANNED:
            raise TransitionError(f"{self.number} has {len(self.runs)} of {len(self.injections)} runs")

    def judge(self, verdict: Verdict) -> Self:
        """Add a verdict.

        Raises
        ------
        TransitionError
            If runs are missing.
        """
        self.require_complete()
        return replace(self, verdicts=(*self.verdicts, verdict), version=self.version + 1)

    def release(self, nonconformity: Nonconformity) -> Self:
        """Let reports use a failed batch, with what was done about it.

        Raises
        ------
        TransitionError
            If it has not failed.
        """
        if self.status is not BatchStatus.FAILED:
            raise TransitionError(f"{self.number} is {self.state}; only a failed batch is released")
        return replace(self, nonconformities=(*self.nonconformities, nonconformity), version=self.version + 1)

    def run_at(self, place: int) -> BatchRun | None:
        """Give the run of an injection; None as long as there is none."""
        return next((run for run in self.runs if run.place == place), None)

    def blank_before(self, place: int) -> Injection:
        """Give the blank that was injected right before an exhibit."""
        return self.injection(place - 1)

    def exhibits(self) -> Iterator[Injection]:
        """Give the exhibits in their order."""
        return (injection for injection in self.injections if injection.kind is InjectionKind.EXHIBIT)
