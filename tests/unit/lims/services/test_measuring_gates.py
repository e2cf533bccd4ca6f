"""What registers and aliquots refuse elsewhere: a run before its aliquot, a batch on an instrument out of service."""

import dataclasses
from datetime import timedelta
from decimal import Decimal

import pytest

from lims.domain.aliquot import Aliquot
from lims.domain.instrument import EquipmentKind
from lims.errors import InvalidRecordError, NotFoundError, NotUsableError, RunMismatchError
from lims.persistence.store import SqlStore
from lims.services.batching import BatchPlan
from lims.services.permitting import Rights
from lims.services.registering import CalibrationFacts, InstrumentFacts
from tests.builders.batches import METHOD, SetMeasurement, acquired, injections, method, run_folder
from tests.builders.laboratories import EXPERT, TECHNICIAN
from tests.builders.people import QUALITY

SECOND = timedelta(seconds=1)
GC_MS = InstrumentFacts(
    number="GC-1", kind=EquipmentKind.GC_MS, model="7890", serial="7", place="room 1", name_in_files="GCMS"
)


def write_aliquot(bench, exhibit, taken_at):
    made = Aliquot(
        number=f"{exhibit}-A1",
        item_number=exhibit,
        exhibit_number=exhibit,
        weighing_number=f"{exhibit}-A1-W1",
        mass_g=Decimal(1),
        u_g=Decimal("0.03"),
        purpose="GC-MS",
        container="",
        taken_by="technician",
        taken_at=taken_at,
    )
    with SqlStore(bench.engine, rights=Rights(enforced=False)).unit_of_work() as work:
        work.record(made, act="tested", actor=EXPERT, at=bench.clock.now())
        work.commit()
    return made.number


@pytest.fixture
def exhibit(bench):
    bench.hire()
    return bench.exhibit().number


@pytest.fixture
def run(bench):
    """Write a run that states when it was acquired, with its zone."""
    return run_folder(bench.folder / "1.D", sample="s", vial=1, at=acquired(1))


class TestRunsOfAliquots:
    def test_cc_6_a_run_is_not_older_than_its_aliquot(self, bench, exhibit, run):
        number = write_aliquot(bench, exhibit, acquired(1) + SECOND)
        entries, objects = bench.entries, bench.raw_objects
        with pytest.raises(RunMismatchError, match=r"acquired 20.* UTC; aliquot .*-A1 was taken 20"):
            bench.importing.import_run(run, exhibit_number=exhibit, aliquot_number=number, actor=TECHNICIAN)
        assert (bench.entries, bench.raw_objects) == (entries, objects)

    def test_a_run_names_its_aliquot(self, bench, exhibit, run):
        number = write_aliquot(bench, exhibit, acquired(1))
        done = bench.importing.import_run(run, exhibit_number=exhibit, aliquot_number=number, actor=TECHNICIAN)
        assert (done.aliquot_number, done.exhibit_number) == (number, exhibit)

    def test_an_aliquot_of_another_exhibit_is_refused(self, bench, exhibit, run):
        other = bench.exhibit().number
        number = write_aliquot(bench, other, acquired(1))
        for aliquot, error in ((number, RunMismatchError), ("none", NotFoundError)):
            with pytest.raises(error):
                bench.importing.import_run(run, exhibit_number=exhibit, aliquot_number=aliquot, actor=TECHNICIAN)

    def test_a_run_that_states_no_time_is_of_no_aliquot(self, bench, exhibit, training_file):
        number = write_aliquot(bench, exhibit, acquired(1))
        with pytest.raises(InvalidRecordError, match="acquisition time ''"):
            bench.importing.import_run(training_file, exhibit_number=exhibit, aliquot_number=number, actor=TECHNICIAN)


class TestBatchesOnInstruments:
    @pytest.fixture
    def plan(self, bench, exhibit):
        bench.batching = dataclasses.replace(bench.batching, measurement=SetMeasurement())
        bench.batching.define_method(method(), actor=EXPERT)
        return BatchPlan(method_number=METHOD, instrument="GCMS", time_zone="UTC", injections=injections(exhibit))

    def test_17025_6_4_9_no_run_is_planned_on_an_instrument_that_is_overdue_or_out_of_service(self, bench, plan):
        bench.registering.add(GC_MS, actor=QUALITY)
        for named in (plan, dataclasses.replace(plan, instrument="GC-1")):
            with pytest.raises(NotUsableError, match="instrument GC-1: no calibration is recorded"):
                bench.batching.plan(named, actor=EXPERT)
        today = bench.clock.now().date()
        tuned = CalibrationFacts(certificate="tune 7", body="own", calibrated_on=today, due_on=today)
        bench.registering.calibrate("GC-1", tuned, actor=QUALITY)
        first = bench.batching.plan(plan, actor=EXPERT)
        bench.clock.advance(days=1)
        with pytest.raises(NotUsableError, match=f"its calibration ended on {today}"):
            bench.batching.plan(plan, actor=EXPERT)
        assert bench.batching.get(first.number) == first

    def test_an_instrument_that_nobody_registered_says_nothing(self, bench, plan):
        bench.registering.add(dataclasses.replace(GC_MS, name_in_files=""), actor=QUALITY)
        assert bench.batching.plan(plan, actor=EXPERT).number
        assert bench.batching.plan(dataclasses.replace(plan, instrument=""), actor=EXPERT).number
