"""Turnaround by step as the services and the ledger give it (rule KZ-3)."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from lims.domain.turnaround import SPANS, Span, Step
from lims.errors import NotPermittedError
from lims.services.accessioning import SeizureFacts
from lims.services.permitting import Rights
from lims.services.seeing import PersonalStore, over
from tests.builders.laboratories import ADMIN, EXPERT, HEAD, REVIEWER, TECHNICIAN
from tests.builders.people import QUALITY

CASE = "2026-0001"
TODAY = date(2026, 11, 22)
WHOLE = Span(first=Step.RECEIVED, last=Step.ISSUED)


@pytest.fixture
def issued(bench, training_file):
    """Give a case that went its way on several days, with a suspension of two of them."""
    bench.hire()
    bench.states = None
    steps = (
        lambda: bench.opened(training_file),
        lambda: bench.requesting.sign_warning(CASE, signed_on=TODAY, actor=EXPERT),
        lambda: bench.terms.start(CASE, on=TODAY, actor=EXPERT),
        lambda: bench.terms.suspend(CASE, on=TODAY + timedelta(days=1), reason="more objects", actor=EXPERT),
        lambda: bench.terms.resume(CASE, on=TODAY + timedelta(days=3), actor=EXPERT),
        lambda: conclude(bench),
    )
    for days, step in zip((0, 0, 0, 1, 2, 1), steps, strict=True):
        bench.clock.advance(days=days, minutes=1)
        step()
    report = bench.draft(f"{CASE}/1-R1-E1")
    bench.clock.advance(hours=6)
    bench.approve(report.number)
    bench.clock.advance(hours=1)
    bench.release(report.number)
    return bench


def conclude(bench):
    number = f"{CASE}/1-R1-E1"
    for component in bench.examining.get(number).components:
        bench.examining.identify(number, component.number, rank=1, actor=EXPERT)
    bench.examining.conclude(number, actor=EXPERT)


def test_kz_3_the_steps_of_a_case_are_those_of_its_ledger(issued):
    (course,) = issued.turnaround.courses()
    assert set(course.reached) == set(Step)
    assert (course.case_number, course.laboratory) == (CASE, "Laboratory of the tests")
    found = issued.turnaround.ask()
    assert found.cases == 1
    assert found.whole[Span(first=Step.CONCLUDED, last=Step.REVIEWED)].median_s == Decimal(6 * 3600)
    assert found.whole[Span(first=Step.REVIEWED, last=Step.ISSUED)].longest_s == Decimal(3600)
    whole = found.whole[WHOLE]
    elapsed = course.reached[Step.ISSUED] - course.reached[Step.RECEIVED]
    assert (whole.known, whole.unknown, whole.suspended) == (1, 0, 1)
    assert whole.suspended_s == Decimal(2 * 86400)
    assert whole.median_s == Decimal(elapsed // timedelta(seconds=1)) - whole.suspended_s


def test_a_step_before_the_one_before_it_leaves_the_span_unknown(issued):
    """The run was imported before anybody signed for the case."""
    found = issued.turnaround.ask().whole[Span(first=Step.ASSIGNED, last=Step.MEASURED)]
    assert (found.known, found.unknown, found.median_s) == (0, 1, None)


def test_kz_3_a_case_that_is_not_there_yet_is_unknown_and_not_nothing(bench):
    bench.hire()
    bench.exhibit()
    found = bench.turnaround.ask()
    assert found.cases == 1
    assert {(found.whole[span].known, found.whole[span].unknown) for span in SPANS} == {(0, 1)}


def test_cases_are_counted_by_region_category_and_month_of_receipt(bench):
    bench.hire()
    for region, category in (("KZ-75", "simple"), ("KZ-75", "simple"), ("KZ-10", ""), ("", "")):
        number = bench.case().number
        if region:
            bench.accessioning.register_seizure(number, SeizureFacts(region=region), actor=TECHNICIAN)
        if category:
            bench.requesting.categorise(number, category, actor=EXPERT)
    bench.accessioning.register_seizure("2026-0001", SeizureFacts(region="KZ-10"), actor=TECHNICIAN)
    groups = {
        (one.region, one.category, one.month): spreads[WHOLE].unknown
        for one, spreads in bench.turnaround.ask().groups.items()
    }
    assert groups == {
        ("several", "simple", "2026-11"): 1,
        ("KZ-75", "simple", "2026-11"): 1,
        ("KZ-10", "", "2026-11"): 1,
        ("", "", "2026-11"): 1,
    }


def test_days_of_receipt_are_those_of_the_laboratory(bench):
    bench.hire()
    bench.case()
    bench.clock.advance(hours=20)  # past midnight in the laboratory, before it in Greenwich
    bench.case()
    after = TODAY + timedelta(days=1)
    assert [bench.turnaround.ask(first=day, last=day).cases for day in (TODAY, after)] == [1, 1]
    assert bench.turnaround.ask(first=after + timedelta(days=1)).cases == 0


@pytest.mark.parametrize("person", [ADMIN, TECHNICIAN, EXPERT, REVIEWER, HEAD, QUALITY])
def test_the_ledger_is_read_for_those_who_oversee(bench, person):
    bench.hire()
    bench.exhibit()
    store = PersonalStore(store=bench.store, person=person.number, clock=bench.clock, rights=Rights())
    service = over(bench.turnaround, store, keep=())
    if person in {HEAD, QUALITY}:
        assert service.ask().cases == 1
    else:
        with pytest.raises(NotPermittedError, match="may not read the whole ledger"):
            service.ask()
