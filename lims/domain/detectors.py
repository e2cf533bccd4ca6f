"""Detectors: questions to the whole history of a laboratory that no single record answers (rule book, section 16).

Each gives what it found with the ledger entries that show it. Unknown is not suspicion: what cannot be judged is
counted, and named nowhere. A finding here is a question to people, never a verdict on one.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta, tzinfo
from decimal import Decimal
from enum import StrEnum
from itertools import pairwise
from statistics import median
from types import MappingProxyType
from typing import TypeVar

from lims.domain.batch import Batch
from lims.domain.custody import Custody, EventKind, HolderKind
from lims.domain.exhibit import Exhibit
from lims.domain.instrument_time import read_instrument_time
from lims.domain.mass_balance import MassBalance
from lims.domain.near_duplicate import Likeness
from lims.domain.permissions import Act
from lims.domain.record import Record
from lims.domain.reference_standard import ReferenceStandard, reweigh_difference
from lims.domain.run import RecordedRun
from lims.domain.staff import SYSTEM
from lims.errors import InvalidRecordError
from lims.translation import marked

R = TypeVar("R", bound=Record)

PRODUCTIVITY_FACTOR = 3
"""Times the median of the peers (published cases: more than three times the norm in the first year)."""
PRODUCTIVITY_WINDOW = timedelta(days=28)
"""Twenty working days."""
FEWEST_PEERS = 2
FEWEST_RESULTS_OF_PEERS = 10
"""Median of the peers in a window below which chance alone reaches three times it; then nothing is judged."""
TREND_STANDARD_UNCERTAINTIES = 4
"""By how many a sum of differences has to fall short: chance does that once in 30 000 sums."""
_COVERAGE = Decimal(2)
"""With which mass balances state their expanded uncertainty at least."""
_WIDEST_ZONE = timedelta(hours=14)
"""No clock of the world is further from UTC."""
RESULT_ACTS = frozenset({Act.EXAMINATION_CONCLUDED, Act.FINDING_RECORDED})


class Detector(StrEnum):
    """The named questions."""

    BEFORE_RECEIPT = "acquired before receipt"
    BEFORE_CUSTODY = "acquired before custody"
    FASTER_THAN_RUN = "recorded before the run could end"
    OVERLAPPING_RUNS = "overlapping runs"
    NEAR_IDENTICAL = "near-identical runs"
    PRODUCTIVITY = "productivity"
    UNUSUAL_HOURS = "unusual hours"
    SHRINKING_WEIGHTS = "shrinking weights"
    VANISHING_STANDARDS = "vanishing standards"


FOUND: Mapping[Detector, str] = MappingProxyType(
    {
        Detector.BEFORE_RECEIPT: marked("{run} was acquired {acquired}, its exhibit came in {received}"),
        Detector.BEFORE_CUSTODY: marked("{run} was acquired {acquired}, {person} had {item} from {had} on"),
        Detector.FASTER_THAN_RUN: marked("{run} was acquired {acquired}, lasts {lasts}, and was recorded {recorded}"),
        Detector.OVERLAPPING_RUNS: marked("{run} began on {instrument} {began}, before {before} ended"),
        Detector.NEAR_IDENTICAL: marked("{run} and {other}: {share} of the low peaks are equal"),
        Detector.PRODUCTIVITY: marked(
            "{person}: {results} results in the four weeks to {end}, the median of the others is {usual}"
        ),
        Detector.UNUSUAL_HOURS: marked("{person}: {act} at {time}"),
        Detector.SHRINKING_WEIGHTS: marked(
            "{person}: {missing} g are missing in {count} reweighings, uncertainty explains {explained} g"
        ),
        Detector.VANISHING_STANDARDS: marked("{standard}: the last reweigh found {missing} mg less than the book says"),
    }
)
"""What each says of one case, with places for the facts."""
INFORMATION = frozenset({Detector.UNUSUAL_HOURS})
"""What is told and suspects nobody."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """One ledger entry with its record."""

    sequence: int
    act: str
    actor: str
    recorded_at: datetime
    record: Record


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """What the detectors look at."""

    entries: tuple[Recorded, ...]
    """In the order of the ledger."""
    durations: Mapping[str, timedelta] = field(default_factory=dict)
    """How long each run took by its own scans; runs that could not be read are not in it."""
    likenesses: tuple[Likeness, ...] = ()
    """Pairs of near-identical runs."""
    time_zone: tzinfo = UTC
    """Of the laboratory."""
    hours: tuple[int, int] | None = None
    """First and last hour of its working day; None where the laboratory says none."""

    def of_kind(self, kind: type[R]) -> Iterator[tuple[Recorded, R]]:
        """Give the entries of one kind of record."""
        for entry in self.entries:
            if isinstance(entry.record, kind):
                yield entry, entry.record


@dataclass(frozen=True, slots=True, kw_only=True)
class Suspicion:
    """Something that people have to look at."""

    detector: Detector
    facts: tuple[tuple[str, str], ...]
    """What was found, by the names in the sentence of the detector."""
    evidence: tuple[int, ...]
    """Numbers of ledger entries."""

    @property
    def words(self) -> str:
        """Say what was found."""
        return self.template.format(**dict(self.facts))

    @property
    def template(self) -> str:
        """Give the sentence with places for the facts, as it is translated."""
        return FOUND[self.detector]


@dataclass(frozen=True, slots=True, kw_only=True)
class Detection:
    """What one detector found."""

    detector: Detector
    suspicions: tuple[Suspicion, ...]
    judged: int
    not_judged: int

    @property
    def information(self) -> bool:
        """Whether it suspects nobody."""
        return self.detector in INFORMATION


Outcome = Suspicion | bool
"""A suspicion, True for judged and sound, False for not judged."""


def detect(history: History) -> tuple[Detection, ...]:
    """Ask every question."""
    return tuple(_detection(detector, question(history)) for detector, question in QUESTIONS.items())


def _detection(detector: Detector, outcomes: Iterable[Outcome]) -> Detection:
    found = list(outcomes)
    suspicions = tuple(one for one in found if isinstance(one, Suspicion))
    unknown = sum(1 for one in found if one is False)
    return Detection(detector=detector, suspicions=suspicions, judged=len(found) - unknown, not_judged=unknown)


def _suspect(detector: Detector, evidence: tuple[int, ...], **facts: str) -> Suspicion:
    return Suspicion(detector=detector, facts=tuple(facts.items()), evidence=evidence)


# runs and exhibits


def _before_receipt(history: History) -> Iterator[Outcome]:
    received = {one.number: (entry, one) for entry, one in history.of_kind(Exhibit) if one.version == 1}
    zones = _zones(history)
    for entry, run in history.of_kind(RecordedRun):
        if not run.exhibit_number:
            continue
        known = received.get(run.exhibit_number)
        span = _acquired(run, zones)
        if known is None or span is None:
            yield False
            continue
        exhibit = known[1]
        if span[1] < exhibit.received_at:
            yield _suspect(
                Detector.BEFORE_RECEIPT,
                (known[0].sequence, entry.sequence),
                run=run.number,
                acquired=_said(span),
                received=_minute(exhibit.received_at),
            )
        else:
            yield span[0] >= exhibit.received_at


def _before_custody(history: History) -> Iterator[Outcome]:
    """Compare with the first time that the person who brought the run had the exhibit, or its aliquot, in hand."""
    had: dict[tuple[str, str], tuple[int, datetime]] = {}
    for entry, custody in history.of_kind(Custody):
        taker = custody.event.taker
        if taker.kind is HolderKind.PERSON and custody.event.kind is not EventKind.OFFERED:
            had.setdefault((custody.number, taker.name), (entry.sequence, custody.event.occurred_at))
    chained = {number for number, _ in had}
    zones = _zones(history)
    for entry, run in history.of_kind(RecordedRun):
        if not run.exhibit_number:
            continue
        item = run.aliquot_number if run.aliquot_number in chained else run.exhibit_number
        first = had.get((item, run.imported_by))
        span = _acquired(run, zones)
        if first is None or span is None:
            yield False
        elif span[1] < first[1]:
            yield _suspect(
                Detector.BEFORE_CUSTODY,
                (first[0], entry.sequence),
                run=run.number,
                acquired=_said(span),
                person=run.imported_by,
                item=item,
                had=_minute(first[1]),
            )
        else:
            yield span[0] >= first[1]


def _faster_than_run(history: History) -> Iterator[Outcome]:
    zones = _zones(history)
    for entry, run in history.of_kind(RecordedRun):
        span, lasts = _acquired(run, zones), history.durations.get(run.number)
        if span is None or lasts is None:
            yield False
        elif entry.recorded_at < span[0] + lasts:
            yield _suspect(
                Detector.FASTER_THAN_RUN,
                (entry.sequence,),
                run=run.number,
                acquired=_said(span),
                lasts=str(lasts),
                recorded=_minute(entry.recorded_at),
            )
        else:
            yield entry.recorded_at >= span[1] + lasts


def _overlapping_runs(history: History) -> Iterator[Outcome]:
    zones = _zones(history)
    on: dict[str, list[tuple[datetime, Recorded, RecordedRun]]] = defaultdict(list)
    for entry, run in history.of_kind(RecordedRun):
        span = _acquired(run, zones)
        if not run.instrument or run.number not in history.durations or span is None or span[0] != span[1]:
            yield False
        else:
            on[run.instrument].append((span[0], entry, run))
    for instrument, runs in on.items():
        runs.sort(key=lambda one: (one[0], one[1].sequence))
        yield True  # the first has none before it
        for (start, entry, run), (next_start, next_entry, next_run) in pairwise(runs):
            if next_start < start + history.durations[run.number]:
                yield _suspect(
                    Detector.OVERLAPPING_RUNS,
                    (entry.sequence, next_entry.sequence),
                    run=next_run.number,
                    instrument=instrument,
                    began=_minute(next_start),
                    before=run.number,
                )
            else:
                yield True


def _near_identical(history: History) -> Iterator[Outcome]:
    entries = {run.number: entry.sequence for entry, run in history.of_kind(RecordedRun)}
    alike = set()
    for like in history.likenesses:
        alike |= {like.one, like.other}
        yield _suspect(
            Detector.NEAR_IDENTICAL,
            tuple(sorted((entries[like.one], entries[like.other]))),
            run=like.one,
            other=like.other,
            share=f"{like.share:.1%}",
        )
    yield from (number in history.durations for number in entries if number not in alike)


# people


def _productivity(history: History) -> Iterator[Outcome]:
    results: dict[str, list[tuple[date, int]]] = defaultdict(list)
    for entry in history.entries:
        if entry.act in RESULT_ACTS:
            day = entry.recorded_at.astimezone(history.time_zone).date()
            results[entry.actor].append((day, entry.sequence))
    days = [day for of_person in results.values() for day, _ in of_person]
    for end in _window_ends(days):
        of_window = {
            person: [place for day, place in of_person if end - PRODUCTIVITY_WINDOW < day <= end]
            for person, of_person in results.items()
        }
        yield from _most_productive({person: places for person, places in of_window.items() if places}, end)


def _window_ends(days: Sequence[date]) -> Iterator[date]:
    """Give the last day of each week in which somebody worked: windows overlap, so that none is cut in two."""
    weeks = {day - timedelta(days=day.weekday()) for day in days}
    yield from (monday + timedelta(days=6) for monday in sorted(weeks))


def _most_productive(results: Mapping[str, Sequence[int]], end: date) -> Iterator[Outcome]:
    for person, own in sorted(results.items()):
        peers = [len(places) for other, places in results.items() if other != person]
        usual = median(peers) if len(peers) >= FEWEST_PEERS else 0
        if usual < FEWEST_RESULTS_OF_PEERS:
            yield False
        elif len(own) > PRODUCTIVITY_FACTOR * usual:
            yield _suspect(
                Detector.PRODUCTIVITY,
                tuple(own),
                person=person,
                results=str(len(own)),
                end=str(end),
                usual=f"{usual:g}",
            )
        else:
            yield True


def _unusual_hours(history: History) -> Iterator[Outcome]:
    for entry in history.entries:
        if entry.actor == SYSTEM.number:
            continue
        if history.hours is None:
            yield False
            continue
        local = entry.recorded_at.astimezone(history.time_zone)
        first, last = history.hours
        if first <= local.hour <= last:
            yield True
        else:
            yield _suspect(
                Detector.UNUSUAL_HOURS, (entry.sequence,), person=entry.actor, act=entry.act, time=f"{local:%H:%M}"
            )


# masses


def _shrinking_weights(history: History) -> Iterator[Outcome]:
    """Add what each person's reweighings miss: differences that each are within their uncertainty add up."""
    found: dict[str, list[tuple[int, Decimal, Decimal]]] = defaultdict(list)
    for entry, balance in history.of_kind(MassBalance):
        if entry.act == Act.MASS_WEIGHED_BACK and balance.weighed_back:
            last = balance.weighed_back[-1]
            found[entry.actor].append((entry.sequence, last.difference_g, last.difference_u_g))
    for person, lines in sorted(found.items()):
        missing = sum((difference for _, difference, _ in lines), Decimal(0))
        u = sum(((expanded / _COVERAGE) ** 2 for *_, expanded in lines), Decimal(0)).sqrt()
        if missing < -TREND_STANDARD_UNCERTAINTIES * u:
            yield _suspect(
                Detector.SHRINKING_WEIGHTS,
                tuple(place for place, *_ in lines),
                person=person,
                missing=str(-missing),
                count=str(len(lines)),
                explained=f"{2 * u:.2g}",
            )
        else:
            yield True


def _vanishing_standards(history: History) -> Iterator[Outcome]:
    newest: dict[str, tuple[list[int], ReferenceStandard]] = {}
    for entry, standard in history.of_kind(ReferenceStandard):
        before = newest[standard.number][0] if standard.number in newest else []
        newest[standard.number] = ([*before, entry.sequence], standard)
    for entries, standard in newest.values():
        difference = reweigh_difference(standard)
        if difference is not None and difference < 0:
            yield _suspect(
                Detector.VANISHING_STANDARDS, tuple(entries), standard=standard.number, missing=str(-difference)
            )
        else:
            yield any(line.u_mg is not None for line in standard.lines)


QUESTIONS: Mapping[Detector, Callable[[History], Iterator[Outcome]]] = {
    Detector.BEFORE_RECEIPT: _before_receipt,
    Detector.BEFORE_CUSTODY: _before_custody,
    Detector.FASTER_THAN_RUN: _faster_than_run,
    Detector.OVERLAPPING_RUNS: _overlapping_runs,
    Detector.NEAR_IDENTICAL: _near_identical,
    Detector.PRODUCTIVITY: _productivity,
    Detector.UNUSUAL_HOURS: _unusual_hours,
    Detector.SHRINKING_WEIGHTS: _shrinking_weights,
    Detector.VANISHING_STANDARDS: _vanishing_standards,
}


# times


def _zones(history: History) -> Mapping[str, datetime]:
    """Give when each run of a batch was acquired, as the batch read it in its zone."""
    return {
        run.run_number: run.acquired_at
        for _, batch in history.of_kind(Batch)
        for run in (*batch.runs, *(one.run for one in batch.discarded))
    }


def _acquired(run: RecordedRun, zones: Mapping[str, datetime]) -> tuple[datetime, datetime] | None:
    """Give the earliest and the latest moment that a run's time can mean; None where its file says none.

    They are one where the file or the batch states the zone; else the clock may be anywhere in the world.
    """
    if run.simulation_statement:
        return None
    if run.number in zones:
        return zones[run.number], zones[run.number]
    try:
        stated = read_instrument_time(run.acquired_at)
    except InvalidRecordError:
        return None
    if stated.tzinfo is not None:
        return stated, stated
    as_utc = stated.replace(tzinfo=UTC)
    return as_utc - _WIDEST_ZONE, as_utc + _WIDEST_ZONE


def _said(span: tuple[datetime, datetime]) -> str:
    return _minute(span[0]) if span[0] == span[1] else f"{_minute(span[1])} at the latest"


def _minute(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
