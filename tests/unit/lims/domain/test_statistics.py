"""Counts of seizures, substances and times, from lines as the store gives them."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from lims.domain.deadline import TermEvent, TermStep
from lims.domain.statistics import (
    SEVERAL,
    AlertCount,
    AlertLine,
    CaseLine,
    Dimension,
    Grouping,
    IdentifiedLine,
    IssueLine,
    SeizureLine,
    StatisticsLines,
    WeighedLine,
    statistics,
)
from lims.domain.turnaround import Span, Step

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
KEY = "YQEZLKZALYSWHR-UHFFFAOYSA-N"
NOTHING = StatisticsLines(
    made_up=False,
    left_out=0,
    entries=0,
    cases=(),
    seizures=(),
    exhibits={},
    identified=(),
    weighed=(),
    issued=(),
    alerts=(),
)
EAST = SeizureLine(number="C-S1", region="KZ-63", channel="post", body="Customs", seized_on="2026-11-01")
UNKNOWN = SeizureLine(number="C-S2", region="", channel="", body="", seized_on="")


def found(exhibit, seizure, *, inchikey=KEY, substance="Ketamine", at=NOON):
    return IdentifiedLine(
        exhibit_number=exhibit,
        seizure_number=seizure,
        case_number="C",
        inchikey=inchikey,
        substance=substance,
        concluded_at=at,
    )


def issue(exhibit, *, days, stands=True):
    return IssueLine(exhibit_number=exhibit, issued_at=NOON + timedelta(days=days), stands=stands)


def count(**lines):
    return statistics(replace(NOTHING, **lines), counted_at=NOON, time_zone=ZoneInfo("Asia/Almaty"))


def by(found, dimension):
    return {one.name: one for one in found.groups[dimension]}


def test_nr_3_a_substance_counts_once_for_a_seizure_however_many_exhibits_hold_it():
    """The same key in three exhibits of one seizure; another name for it does not make it another substance."""
    lines = (found("C/1", "C-S1"), found("C/2", "C-S1", substance="ketamine base"), found("C/3", "C-S1"))
    counted = count(seizures=(EAST, UNKNOWN), identified=(*lines, found("C/4", "C-S2")))
    assert counted.total.substances == 2
    assert by(counted, Dimension.REGION)["KZ-63"].substances == 1
    (substance,) = counted.substances
    assert (substance.seizures, substance.regions) == (2, ("KZ-63",))


def test_nr_3_without_a_seizure_the_case_is_one_and_without_a_key_the_name_tells():
    lines = [found(f"C/{n}", "", inchikey="", substance="cannabis") for n in (1, 2)]
    counted = count(identified=(*lines, found("C/3", "", inchikey="", substance="opium")))
    assert [(one.substance, one.seizures) for one in counted.substances] == [("cannabis", 1), ("opium", 1)]
    assert by(counted, Dimension.REGION)[""].substances == 2


def test_what_is_not_recorded_is_counted_under_no_name_in_every_dimension():
    weighed = (
        WeighedLine(exhibit_number="C/1", seizure_number="C-S1", mass_g=Decimal("0.1")),
        WeighedLine(exhibit_number="C/2", seizure_number="C-S1", mass_g=Decimal("0.2")),
    )
    counted = count(seizures=(EAST, UNKNOWN), exhibits={"C-S1": 3, "C-S2": 1, "": 4}, weighed=weighed)
    names = {Dimension.REGION: "KZ-63", Dimension.CHANNEL: "post", Dimension.BODY: "Customs"}
    for dimension, name in (*names.items(), (Dimension.MONTH, "2026-11")):
        groups = by(counted, dimension)
        assert set(groups) == {"", name}
        known, unknown = groups[name], groups[""]
        assert (known.seizures, known.exhibits, known.weighed, known.mass_g) == (1, 3, 2, Decimal("0.3"))
        assert (unknown.seizures, unknown.exhibits, unknown.weighed, unknown.mass_g) == (1, 5, 0, Decimal(0))
    assert (counted.total.exhibits, counted.total.mass_g, counted.without_seizure) == (8, Decimal("0.3"), 4)


def test_first_seen_is_the_first_standing_report_after_the_conclusion():
    lines = (found("C/1", "C-S1"), found("C/2", "C-S2"), found("C/3", "", inchikey="", substance="opium"))
    issued = (
        issue("C/1", days=-1),
        issue("C/1", days=1, stands=False),
        issue("C/1", days=5),
        issue("C/2", days=3),
    )
    counted = count(seizures=(EAST, UNKNOWN), identified=lines, issued=issued)
    (first,) = counted.first_seen
    assert (first.inchikey, first.issued_at, first.region) == (KEY, NOON + timedelta(days=3), "")


def case(number, *days, **facts):
    """Give a case that was concluded and issued so many days after its registration."""
    later = {
        step: NOON + timedelta(days=day) for step, day in zip((Step.CONCLUDED, Step.ISSUED), days, strict=True) if day
    }
    return CaseLine(number=number, reached={Step.RECEIVED: NOON} | later, **facts)


def span(first, last):
    return Span(first=first, last=last)


def test_times_of_steps_leave_out_what_is_missing_or_in_another_order():
    cases = (case("1", 2, 3), case("2", 4, 8), case("3", 1, None), case("4", None, None), case("5", 5, 4))
    times = count(cases=cases).times.by_step
    whole = times[span(Step.RECEIVED, Step.ISSUED)]
    assert (whole.known, whole.unknown, whole.median_s) == (3, 2, Decimal(4 * 86400))
    assert whole.percentile_90_s == Decimal(8 * 86400)
    assert times[span(Step.MEASURED, Step.CONCLUDED)].median_s is None
    assert len(times) == 6


def test_kz_3_the_whole_way_is_counted_by_region_month_category_and_laboratory():
    cases = (
        case("A", 1, 2, laboratory="Astana", category="simple"),
        case("B", 1, 4, laboratory="Almaty"),
        case("C", 1, None, laboratory="Almaty"),
    )
    seizures = [
        replace(EAST, number=f"{of}-S{n}", case_number=of, region=region)
        for of, n, region in (("A", 1, "KZ-63"), ("A", 2, ""), ("B", 1, "KZ-63"), ("B", 2, "KZ-10"))
    ]
    counted = count(cases=cases, seizures=tuple(seizures))
    known = {
        grouping: {name: (one.known, one.unknown) for name, one in groups.items()}
        for grouping, groups in counted.times.whole_by.items()
    }
    assert known == {
        Grouping.REGION: {"": (0, 1), "KZ-63": (1, 0), SEVERAL: (1, 0)},
        Grouping.MONTH: {"2026-11": (2, 1)},
        Grouping.CATEGORY: {"": (1, 1), "simple": (1, 0)},
        Grouping.LABORATORY: {"Almaty": (1, 1), "Astana": (1, 0)},
    }
    assert counted.laboratories == {"Almaty": 2, "Astana": 1}


def test_kz_3_days_of_a_suspension_are_in_no_time():
    def step(what, day):
        return TermEvent(
            step=what,
            on=date(2026, 11, day),
            reason="" if what is TermStep.STARTED else "more objects",
            until=None,
            decided_by="",
            recorded_by="expert",
            recorded_at=NOON,
        )

    events = (step(TermStep.STARTED, 20), step(TermStep.SUSPENDED, 22), step(TermStep.RESUMED, 25))
    whole = count(cases=(case("1", None, 9, term_events=events),)).times.by_step[span(Step.RECEIVED, Step.ISSUED)]
    assert (whole.median_s, whole.suspended) == (Decimal(6 * 86400), 1)


def test_alerts_are_counted_by_the_month_of_the_laboratory():
    late = datetime(2026, 10, 31, 20, tzinfo=UTC)
    counted = count(alerts=(AlertLine(state="raised", raised_at=late), AlertLine(state="settled", raised_at=NOON)))
    assert counted.alerts == (
        AlertCount(month="2026-11", state="raised", alerts=1),
        AlertCount(month="2026-11", state="settled", alerts=1),
    )
