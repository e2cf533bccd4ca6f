"""Statistics of a laboratory: what was seized, what was found in it, how long that took; counts, and nobody's name.

What is not recorded is counted as not recorded. A substance counts once for a seizure, however many exhibits of it hold
the substance (rule NR-3).
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from decimal import Decimal
from enum import StrEnum

from lims.domain.deadline import TermEvent
from lims.domain.turnaround import SPANS, Course, Span, Spread, Step, Taken, spread, taken

_NO_MASS = Decimal(0)
SEVERAL = "several"
"""Instead of a region, for a case with seizures in more than one."""
WHOLE_WAY = Span(first=Step.RECEIVED, last=Step.ISSUED)


class Dimension(StrEnum):
    """By what seizures are counted apart."""

    REGION = "region"
    CHANNEL = "channel"
    BODY = "body"
    MONTH = "month"


class Grouping(StrEnum):
    """By what the whole way of cases is counted apart."""

    REGION = "region"
    MONTH = "month"
    """In which the case was received."""
    CATEGORY = "category"
    """Of complexity."""
    LABORATORY = "laboratory"


@dataclass(frozen=True, slots=True, kw_only=True)
class SeizureLine:
    """One seizure, as far as it is recorded; empty text means unknown."""

    number: str
    region: str
    channel: str
    body: str
    seized_on: str
    """As ``2026-11-22``."""
    case_number: str = ""

    def of(self, dimension: Dimension) -> str:
        """Give what it is counted under."""
        if dimension is Dimension.MONTH:
            return self.seized_on[:7]
        return {Dimension.REGION: self.region, Dimension.CHANNEL: self.channel, Dimension.BODY: self.body}[dimension]


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentifiedLine:
    """One identification that a second person checked."""

    exhibit_number: str
    seizure_number: str
    """Empty where the exhibit names none."""
    case_number: str
    inchikey: str
    """Empty where none is recorded."""
    substance: str
    concluded_at: datetime

    @property
    def seized_with(self) -> str:
        """Name the seizure; of an exhibit that names none, the case."""
        return self.seizure_number or self.case_number

    @property
    def key(self) -> str:
        """Tell substances apart: by InChIKey, without one by the name."""
        return self.inchikey or self.substance


@dataclass(frozen=True, slots=True, kw_only=True)
class WeighedLine:
    """The net mass of an exhibit before examination."""

    exhibit_number: str
    seizure_number: str
    mass_g: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueLine:
    """One report as it was issued."""

    exhibit_number: str
    issued_at: datetime
    stands: bool
    """Whether it is issued or superseded, and was not withdrawn."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseLine:
    """When a case reached its steps first."""

    reached: Mapping[Step, datetime]
    """What it did not reach is not in it."""
    number: str = ""
    laboratory: str = ""
    category: str = ""
    """Of complexity; empty for unknown."""
    term_events: tuple[TermEvent, ...] = ()

    def course(self, region: str) -> Course:
        """Give its way."""
        return Course(
            case_number=self.number,
            laboratory=self.laboratory,
            region=region,
            category=self.category,
            reached=self.reached,
            term_events=self.term_events,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertLine:
    """One alert of the watch."""

    state: str
    raised_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class StatisticsLines:
    """What the store says; all of one moment."""

    made_up: bool
    """Whether these are the demonstration cases: where a case is real, only real ones are counted."""
    left_out: int
    """Cases of the other sort."""
    entries: int
    """Of the ledger at that moment."""
    cases: tuple[CaseLine, ...]
    seizures: tuple[SeizureLine, ...]
    exhibits: Mapping[str, int]
    """By seizure number; empty for exhibits that name none."""
    identified: tuple[IdentifiedLine, ...]
    weighed: tuple[WeighedLine, ...]
    issued: tuple[IssueLine, ...]
    alerts: tuple[AlertLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SeizureCount:
    """What was seized under one name: a region, a channel, a body, a month; empty for not recorded."""

    name: str
    seizures: int
    exhibits: int
    substances: int
    """Findings: each substance once for a seizure."""
    weighed: int
    """Exhibits whose net mass is known."""
    mass_g: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class SubstanceCount:
    """In how many seizures a substance was identified."""

    substance: str
    inchikey: str
    seizures: int
    regions: tuple[str, ...]
    """Codes, as far as recorded."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstSeen:
    """The first report that was issued on an identification of a substance."""

    substance: str
    inchikey: str
    issued_at: datetime
    region: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StepTimes:
    """How long cases took from step to step while their clock ran (rule KZ-3)."""

    by_step: Mapping[Span, Spread]
    whole_by: Mapping[Grouping, Mapping[str, Spread]]
    """The whole way; empty text for not recorded, ``several`` for more than one region."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertCount:
    """Alerts of one month in one state."""

    month: str
    state: str
    alerts: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Statistics:
    """Everything that the page shows; all of one moment."""

    counted_at: datetime
    entries: int
    made_up: bool
    left_out: int
    cases: int
    laboratories: Mapping[str, int]
    """Cases by laboratory: a store may hold those of several."""
    total: SeizureCount
    """Without a name; exhibits and findings of no recorded seizure are in it."""
    without_seizure: int
    """Exhibits that name no seizure."""
    groups: Mapping[Dimension, tuple[SeizureCount, ...]]
    substances: tuple[SubstanceCount, ...]
    first_seen: tuple[FirstSeen, ...]
    times: StepTimes
    alerts: tuple[AlertCount, ...]


def statistics(lines: StatisticsLines, *, counted_at: datetime, time_zone: tzinfo) -> Statistics:
    """Count everything.

    Parameters
    ----------
    time_zone : tzinfo
        Whose months count.
    """
    return Statistics(
        counted_at=counted_at,
        entries=lines.entries,
        made_up=lines.made_up,
        left_out=lines.left_out,
        cases=len(lines.cases),
        laboratories=dict(sorted(Counter(one.laboratory for one in lines.cases).items())),
        total=_total(lines),
        without_seizure=lines.exhibits.get("", 0),
        groups={dimension: counted_by(dimension, lines) for dimension in Dimension},
        substances=counted_substances(lines),
        first_seen=first_seen(lines),
        times=step_times(lines, time_zone=time_zone),
        alerts=_alerts(lines.alerts, time_zone),
    )


def counted_by(dimension: Dimension, lines: StatisticsLines) -> tuple[SeizureCount, ...]:
    """Count seizures and what was in them; what belongs to no recorded seizure stands under no name."""
    name_of = {one.number: one.of(dimension) for one in lines.seizures}
    seizures = Counter(name_of.values())
    exhibits: Counter[str] = Counter()
    for number, count in lines.exhibits.items():
        exhibits[name_of.get(number, "")] += count
    found = Counter(name_of.get(seized, "") for seized, _ in _findings(lines.identified))
    masses: dict[str, list[Decimal]] = defaultdict(list)
    for one in lines.weighed:
        masses[name_of.get(one.seizure_number, "")].append(one.mass_g)
    return tuple(
        SeizureCount(
            name=name,
            seizures=seizures[name],
            exhibits=exhibits[name],
            substances=found[name],
            weighed=len(masses.get(name, ())),
            mass_g=sum(masses.get(name, ()), _NO_MASS),
        )
        for name in sorted({*seizures, *exhibits, *found, *masses})
    )


def _findings(identified: Iterable[IdentifiedLine]) -> set[tuple[str, str]]:
    """Give seizure and substance, each pair once (rule NR-3)."""
    return {(one.seized_with, one.key) for one in identified}


def _total(lines: StatisticsLines) -> SeizureCount:
    return SeizureCount(
        name="",
        seizures=len(lines.seizures),
        exhibits=sum(lines.exhibits.values()),
        substances=len(_findings(lines.identified)),
        weighed=len(lines.weighed),
        mass_g=sum((one.mass_g for one in lines.weighed), _NO_MASS),
    )


def counted_substances(lines: StatisticsLines) -> tuple[SubstanceCount, ...]:
    """Count the seizures of each substance; the most frequent first."""
    regions = {one.number: one.region for one in lines.seizures}
    by_key: dict[str, list[IdentifiedLine]] = defaultdict(list)
    for one in lines.identified:
        by_key[one.key].append(one)
    counts = (
        SubstanceCount(
            substance=same[0].substance,
            inchikey=same[0].inchikey,
            seizures=len({one.seized_with for one in same}),
            regions=tuple(sorted({regions.get(one.seizure_number, "") for one in same} - {""})),
        )
        for same in by_key.values()
    )
    return tuple(sorted(counts, key=lambda one: (-one.seizures, one.substance, one.inchikey)))


def first_seen(lines: StatisticsLines) -> tuple[FirstSeen, ...]:
    """Give the first issue of each substance, in order; one that is in no report that stands is left out."""
    regions = {one.number: one.region for one in lines.seizures}
    issues: dict[str, list[datetime]] = defaultdict(list)
    for one in lines.issued:
        if one.stands:
            issues[one.exhibit_number].append(one.issued_at)
    first: dict[str, FirstSeen] = {}
    for line in lines.identified:
        at = min((one for one in issues[line.exhibit_number] if one >= line.concluded_at), default=None)
        if at is not None and (line.key not in first or at < first[line.key].issued_at):
            first[line.key] = FirstSeen(
                substance=line.substance,
                inchikey=line.inchikey,
                issued_at=at,
                region=regions.get(line.seizure_number, ""),
            )
    return tuple(sorted(first.values(), key=lambda one: (one.issued_at, one.substance)))


def step_times(lines: StatisticsLines, *, time_zone: tzinfo) -> StepTimes:
    """Summarise the times of cases from step to step, and the whole way by what cases are told apart."""
    regions = _regions(lines.seizures)
    courses = [one.course(regions.get(one.number, "")) for one in lines.cases]
    whole = [taken(one, WHOLE_WAY, time_zone=time_zone) for one in courses]
    return StepTimes(
        by_step={
            span: spread(whole if span == WHOLE_WAY else (taken(one, span, time_zone=time_zone) for one in courses))
            for span in SPANS
        },
        whole_by={grouping: _grouped(courses, whole, grouping, time_zone) for grouping in Grouping},
    )


def _regions(seizures: Iterable[SeizureLine]) -> Mapping[str, str]:
    """Give the region of each case."""
    found: dict[str, set[str]] = defaultdict(set)
    for one in seizures:
        found[one.case_number] |= {one.region} - {""}
    return {case: next(iter(known), "") if len(known) < 2 else SEVERAL for case, known in found.items()}  # noqa: PLR2004


def _grouped(
    courses: Sequence[Course], whole: Sequence[Taken | None], grouping: Grouping, time_zone: tzinfo
) -> Mapping[str, Spread]:
    groups: dict[str, list[Taken | None]] = defaultdict(list)
    for course, one in zip(courses, whole, strict=True):
        groups[_name(course, grouping, time_zone)].append(one)
    return {name: spread(groups[name]) for name in sorted(groups)}


def _name(course: Course, grouping: Grouping, time_zone: tzinfo) -> str:
    if grouping is Grouping.MONTH:
        received = course.reached.get(Step.RECEIVED)
        return f"{received.astimezone(time_zone):%Y-%m}" if received else ""
    known = {Grouping.REGION: course.region, Grouping.CATEGORY: course.category}
    return known.get(grouping, course.laboratory)


def _alerts(alerts: Iterable[AlertLine], time_zone: tzinfo) -> tuple[AlertCount, ...]:
    counts = Counter((f"{one.raised_at.astimezone(time_zone):%Y-%m}", one.state) for one in alerts)
    return tuple(AlertCount(month=month, state=state, alerts=count) for (month, state), count in sorted(counts.items()))
