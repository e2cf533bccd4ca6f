import csv
import dataclasses
import io
from datetime import timedelta
from decimal import Decimal

import pytest

from lims.domain.control_chart import FEWEST_POINTS, ControlQuantity, WestgardRule
from lims.services.batching import BatchPlan
from lims.services.charting import CHART_COLUMNS, chart_csv
from tests.builders.batches import METHOD, acquired, injections, passing, planned
from tests.builders.laboratories import EXPERT, TECHNICIAN


@pytest.fixture
def desk(bench):
    return planned(bench)


def judged_batch(desk, *, day, control, area="1000", instrument="GCMS"):
    """Plan, measure and judge one more batch, some days later; its control gives what is said."""
    bench = desk.bench
    plan = BatchPlan(method_number=METHOD, instrument=instrument, time_zone="UTC", injections=injections(desk.exhibit))
    batch = bench.batching.plan(plan, actor=TECHNICIAN)
    for place in range(1, 8):
        at = acquired(place) + timedelta(days=day)
        path = desk.file(place, at=at, name=f"{day}-{place}.D")
        bench.measuring.import_run(path, batch_number=batch.number, actor=TECHNICIAN)
    usual = passing(batch.injection(4))
    desk.measurement.found[4] = dataclasses.replace(
        usual,
        concentration_ug_per_ml=None if control is None else Decimal(control),
        internal_standard_area=None if area is None else Decimal(area),
    )
    return bench.batching.judge(batch.number, actor=EXPERT).number


def chart(desk, quantity=ControlQuantity.RECOVERY, instrument="GCMS"):
    return desk.bench.charting.control_points(METHOD, instrument=instrument, quantity=quantity)


def test_17025_7_7_1_a_chart_holds_every_judged_batch_also_a_failed_one_in_the_order_of_time(desk):
    late = judged_batch(desk, day=2, control="42")
    early = judged_batch(desk, day=1, control="90")
    judged_batch(desk, day=3, control=None)
    judged_batch(desk, day=4, control="40", instrument="")
    found = chart(desk)
    assert [(point.batch_number, point.value) for point in found.points] == [
        (early, Decimal("2.2500")),
        (late, Decimal("1.0500")),
    ]
    assert (found.limits, found.not_measured) == (None, 1)
    assert all(point.verdict is None and not point.in_limits_from for point in found.points)
    assert desk.bench.charting.instruments(METHOD) == ("", "GCMS")
    rows = list(csv.reader(io.StringIO(chart_csv(found).decode("utf-8"), newline="")))
    assert rows[0] == list(CHART_COLUMNS)
    assert rows[1] == [early, "4", "QC 40", (acquired(4) + timedelta(days=1)).isoformat(), "2.2500", "", ""]


def test_areas_and_times_are_charted_too(desk):
    judged_batch(desk, day=1, control="40", area="950.5")
    judged_batch(desk, day=2, control="40", area=None)
    areas = chart(desk, ControlQuantity.INTERNAL_STANDARD_AREA)
    assert ([point.value for point in areas.points], areas.not_measured) == ([Decimal("950.5")], 1)
    times = chart(desk, ControlQuantity.INTERNAL_STANDARD_RETENTION)
    assert [point.value for point in times.points] == [Decimal(390), Decimal(390)]
    batch = desk.bench.batching.batches()[0].number
    desk.bench.batching.discard(batch, 4, reason="spilt", actor=EXPERT)
    assert [point.value for point in chart(desk, ControlQuantity.INTERNAL_STANDARD_RETENTION).points] == [Decimal(390)]


def test_a_verdict_of_old_without_its_numbers_charts_recoveries_alone(desk):
    batch = judged_batch(desk, day=1, control="40")
    with desk.bench.store.unit_of_work() as work:
        old = work.load(type(desk.batch), batch)
        bare = dataclasses.replace(old.verdicts[-1], measured=())
        work.record(
            dataclasses.replace(old, verdicts=(bare,), version=old.version + 1),
            act="batch.judged",
            actor=EXPERT,
            at=desk.bench.clock.now(),
        )
        work.commit()
    assert len(chart(desk).points) == 1
    assert chart(desk, ControlQuantity.INTERNAL_STANDARD_AREA).points == ()


@pytest.mark.nightly
def test_limits_are_set_from_the_first_usable_points_and_kept(bench):
    if bench.engine.dialect.name != "sqlite":
        pytest.skip("the arithmetic is the same on every database")
    desk = planned(bench)
    judged_batch(desk, day=1, control="80")  # failed: on the chart, not in the limits
    for day in range(FEWEST_POINTS):
        judged_batch(desk, day=2 + day, control="40.4" if day % 2 else "39.6")
    judged_batch(desk, day=40, control="42")
    found = chart(desk)
    assert found.limits.points == FEWEST_POINTS
    assert found.limits.mean == Decimal("1.0000")
    assert [point.in_limits_from for point in found.points] == [False, *[True] * FEWEST_POINTS, False]
    assert WestgardRule.REJECT_1_3S in found.points[-1].verdict.broken
    assert b",1-2s 1-3s\r\n" in chart_csv(found)
