"""Statistics as the store answers them, on every database (rule NR-3)."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from lims.domain.identification import Conclusion, Identification, IndependentCheck, Verdict, rule_outcome
from lims.domain.identification_basis import Basis
from lims.domain.permissions import Act
from lims.domain.seizure import Channel
from lims.domain.statistics import Dimension
from lims.domain.turnaround import Span, Step
from lims.domain.weighing import Weighing, WeighingPurpose, typed
from lims.errors import NotPermittedError
from lims.persistence.statistics_counts import SqlStatistics
from lims.persistence.store import SqlStore
from lims.services.accessioning import CaseFacts, ExhibitFacts, SeizureFacts
from lims.services.permitting import Rights
from lims.services.seeing import PersonalStore, over
from tests.builders.laboratories import EXPERT, TECHNICIAN
from tests.builders.measuring_bench import BUDGET
from tests.builders.watch_cells import ALERT

KEY = "YQEZLKZALYSWHR-UHFFFAOYSA-N"
EAST = SeizureFacts(
    seized_on=date(2026, 10, 31),
    place="a place",
    region="KZ-63",
    channel=Channel.STASH,
    seizing_body='Customs "East" Өскемен',
)


def write(bench, *records, act="tested"):
    """Write records past the door: how they come about is no matter here."""
    with SqlStore(bench.engine, rights=Rights(enforced=False)).unit_of_work() as work:
        for record in records:
            work.record(record, act=act, actor=EXPERT, at=bench.clock.now())
        work.commit()


def an_identification(bench, exhibit, ordinal=1, *, conclusion=Conclusion.IDENTIFIED, checked=True, days=0, **facts):
    now = bench.clock.now() + timedelta(days=days)
    return Identification(
        number=f"{exhibit}-N{ordinal}",
        exhibit_number=exhibit,
        procedure_number="P",
        expert="somebody",
        substance=facts.pop("substance", "Ketamine"),
        inchikey=facts.pop("inchikey", KEY),
        basis=Basis(supports=()),
        outcome=rule_outcome("Ketamine", Basis(supports=())),
        verdict=Verdict(conclusion=conclusion, class_name="class", reason="reason", scope="scope"),
        concluded_at=now,
        checks=(IndependentCheck(by="another", at=now, conclusion=conclusion),) if checked else (),
    )


def identified(bench, exhibit, ordinal=1, **facts):
    write(bench, an_identification(bench, exhibit, ordinal, **facts))


def a_weighing(bench, exhibit, ordinal, shows, *, purpose=WeighingPurpose.BEFORE, tare=None, item=""):
    return Weighing(
        number=f"{item or exhibit}-W{ordinal}",
        item_number=item or exhibit,
        exhibit_number=exhibit,
        purpose=purpose,
        balance_number="B",
        balance_version=1,
        certificate="c",
        check_number="k",
        gross=typed(shows),
        tare=typed(tare) if tare else None,
        budget=BUDGET,
        k=Decimal(2),
        weighed_by="technician",
        weighed_at=bench.clock.now(),
        manual_reason="no line",
    )


def weighed(bench, exhibit, ordinal, shows, **facts):
    write(bench, a_weighing(bench, exhibit, ordinal, shows, **facts))


def exhibit_of(bench, case, seizure=""):
    facts = ExhibitFacts(description="powder", seizure_number=seizure)
    return bench.accessioning.register_exhibit(case, facts, actor=TECHNICIAN).number


@pytest.fixture
def counted(bench):
    """Give what is counted of two real cases and a made-up one."""
    bench.hire()
    case = bench.case().number
    seizure = bench.accessioning.register_seizure(case, EAST, actor=TECHNICIAN).number
    unknown = bench.accessioning.register_seizure(case, SeizureFacts(), actor=TECHNICIAN).number
    one, two, three = (exhibit_of(bench, case, number) for number in (seizure, seizure, unknown))
    alone = exhibit_of(bench, bench.case().number)
    made_up = bench.accessioning.register_case(CaseFacts(appointing_body="c", demonstration=True), actor=TECHNICIAN)
    invented = exhibit_of(bench, made_up.number)
    part = replace(bench.accessioning.exhibit(one), number=f"{one}.1", part_of=one, version=1)
    write(bench, part, replace(ALERT, exhibit_number=one))
    for number in (one, two, three, invented):
        identified(bench, number)
    identified(bench, alone, substance="cannabis", inchikey=None)
    identified(bench, one, 2, checked=False, substance="concluded alone")
    identified(bench, one, 3, conclusion=Conclusion.LIMITED, substance="one of a set")
    weighed(bench, one, 1, "9.9 g")
    weighed(bench, one, 2, "1.250 g", tare="250 mg")
    weighed(bench, one, 3, "7 g", purpose=WeighingPurpose.REMAINDER)
    weighed(bench, two, 1, "0.1 g")
    weighed(bench, part.number, 1, "0.5 g")
    weighed(bench, two, 1, "0.01 g", item=f"{two}-A1")
    weighed(bench, invented, 1, "1 kg")
    return bench.statistics.ask()


def test_nr_3_seizures_exhibits_substances_and_mass_of_real_cases_by_region(counted):
    """Parts, aliquots, remainders, earlier weighings and what no second person checked are in no count."""
    by_region = {one.name: one for one in counted.groups[Dimension.REGION]}
    east, unknown = by_region["KZ-63"], by_region[""]
    assert (east.seizures, east.exhibits, east.substances, east.weighed) == (1, 2, 1, 2)
    assert east.mass_g == Decimal("1.100")
    assert (unknown.seizures, unknown.exhibits, unknown.substances, unknown.mass_g) == (1, 2, 2, Decimal(0))
    assert [(one.substance, one.seizures) for one in counted.substances] == [("Ketamine", 2), ("cannabis", 1)]
    assert (counted.cases, counted.left_out, counted.made_up, counted.without_seizure) == (2, 1, False, 1)


def test_channel_body_and_month_are_those_that_are_recorded(counted):
    names = {dimension: {one.name for one in counted.groups[dimension]} for dimension in Dimension}
    assert names[Dimension.CHANNEL] == {"", "stash"}
    assert names[Dimension.BODY] == {"", 'Customs "East" Өскемен'}
    assert names[Dimension.MONTH] == {"", "2026-10"}
    assert [(one.state, one.alerts) for one in counted.alerts] == [("raised", 1)]


def test_where_every_case_is_made_up_those_are_counted_and_that_is_said(bench):
    bench.hire()
    facts = CaseFacts(appointing_body="c", demonstration=True)
    exhibit_of(bench, bench.accessioning.register_case(facts, actor=TECHNICIAN).number)
    counted = bench.statistics.ask()
    assert (counted.made_up, counted.left_out, counted.cases, counted.total.exhibits) == (True, 0, 1, 1)
    assert counted.entries == bench.entries


def test_kz_3_first_seen_and_times_follow_from_the_issue_of_a_report(bench, training_file):
    bench.issued(training_file)
    exhibit, case = "2026-0001/1", "2026-0001"
    today = bench.clock.now().date()
    bench.terms.start(case, on=today, actor=EXPERT)
    bench.terms.suspend(case, on=today, reason="more objects", actor=EXPERT)
    identified(bench, exhibit, days=-1)
    identified(bench, exhibit, 2, days=1, substance="concluded after the report", inchikey=None)
    identified(bench, exhibit_of(bench, case), substance="in no report", inchikey=None)
    counted = bench.statistics.ask()
    assert [(one.substance, one.inchikey) for one in counted.first_seen] == [("Ketamine", KEY)]
    assert counted.times.by_step == bench.turnaround.ask().whole, "the database finds what reading the ledger finds"
    assert counted.times.by_step[Span(first=Step.RECEIVED, last=Step.ISSUED)].known == 1
    assert counted.laboratories == {bench.accessioning.laboratory: 1}


def test_kz_3_every_step_is_found_as_reading_the_whole_ledger_finds_it(bench, counted):
    """Acts of each kind of record, one of them twice; of a part, of an aliquot, and of a made-up case."""
    now, exhibits = bench.clock.now(), [line.number for line in bench.accessioning.exhibits(limit=100)]
    case = bench.accessioning.case("2026-0002")
    write(bench, replace(case, version=case.version + 1), act=Act.CASE_WARNING_SIGNED)
    for number in sorted(exhibits):
        bench.clock.advance(hours=1)
        weighing = a_weighing(bench, number, 7, "1 g", item=f"{number}-A7" if number.endswith("/2") else "")
        write(bench, weighing, act=Act.WEIGHING_RECORDED)
        identification = replace(an_identification(bench, number, 7), checks=())
        write(bench, identification, act=Act.IDENTIFICATION_CONCLUDED)
        write(bench, replace(identification, version=2), act=Act.IDENTIFICATION_CONCLUDED)
    courses = {one.case_number: one for one in bench.turnaround.courses()}
    lines = {one.number: one for one in SqlStatistics(bench.engine).lines(tell=lambda *_: None).cases}
    assert counted.cases == len(lines) == 2
    assert {number: one.reached for number, one in lines.items()} == {one: courses[one].reached for one in lines}
    assert set(lines["2026-0002"].reached) == {Step.RECEIVED, Step.ASSIGNED, Step.MEASURED, Step.CONCLUDED}
    assert lines["2026-0001"].reached[Step.MEASURED] == now + timedelta(hours=1)


def test_an_empty_laboratory_counts_nothing_and_tells_how_far_it_is(bench):
    told = []
    counted = bench.statistics.ask(tell=lambda done, whole: told.append((done, whole)))
    assert (counted.cases, counted.total.exhibits, counted.substances, counted.first_seen) == (0, 0, (), ())
    assert told == [(done, told[-1][0]) for done in range(1, len(told) + 1)]


def test_who_may_not_read_every_entry_is_given_no_count(bench):
    bench.hire()
    asked = []

    class Counts(SqlStatistics):
        def lines(self, *, tell):
            asked.append(tell)
            return super().lines(tell=tell)

    service = replace(bench.statistics, counts=Counts(bench.engine))
    for person, permitted in (("technician", False), ("expert-b", False), ("nobody", False), ("head", True)):
        store = PersonalStore(store=bench.store, person=person, clock=bench.clock, rights=Rights())
        seen = over(service, store, keep=())
        if permitted:
            assert seen.ask().cases == 0
            continue
        with pytest.raises(NotPermittedError):
            seen.ask()
    assert len(asked) == 1, "for the others the database was not asked"
