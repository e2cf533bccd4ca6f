"""Instruments: what the bench may use on a day, and what it may not; balances and their daily check."""

import dataclasses
from datetime import date, timedelta
from decimal import Decimal

import pytest

from lims.domain.instrument import EquipmentKind, InstrumentStatus, UpkeepKind
from lims.domain.mt_sics import read_weight
from lims.domain.usability import require_usable
from lims.domain.weighing import WeighingPurpose, from_balance
from lims.errors import (
    InvalidRecordError,
    NotFoundError,
    NotUsableError,
    StaleVersionError,
    TransitionError,
    WeighingError,
)
from lims.services.registering import CalibrationFacts, CheckWeight, InstrumentFacts, UpkeepFacts
from tests.builders.laboratories import EXPERT, TECHNICIAN
from tests.builders.measuring_bench import BALANCE, BUDGET, RANGE, SERIAL, K, reading, shown
from tests.builders.people import QUALITY

TODAY = date(2026, 11, 22)
DAY = timedelta(days=1)
BALANCE_FACTS = InstrumentFacts(
    number=BALANCE, kind=EquipmentKind.BALANCE, model="XPR204", serial=SERIAL, place="room 4", balance_range=RANGE
)
MICROSCOPE = InstrumentFacts(
    number="MIC-1", kind=EquipmentKind.MICROSCOPE, model="M", serial="7", place="room 2", needs_calibration=False
)
CERTIFICATE = CalibrationFacts(
    certificate="KZ-77", body="Institute", calibrated_on=TODAY - DAY, due_on=TODAY + DAY, budget=BUDGET
)
WEIGHT = CheckWeight(number="W-100", nominal_g=Decimal(100), tolerance_g=Decimal("0.02"))


@pytest.fixture
def registering(bench):
    bench.hire()
    return bench.registering


@pytest.fixture
def ready(registering):
    """Register a balance that is calibrated and checked today."""
    registering.add(BALANCE_FACTS, actor=QUALITY)
    registering.calibrate(BALANCE, CERTIFICATE, actor=QUALITY)
    registering.check_balance(BALANCE, WEIGHT, reading=reading("100.00 g"), actor=TECHNICIAN)
    return registering


def weigh(bench, item, text="5.00 g"):
    purpose = WeighingPurpose.RECEIVED
    return bench.weighing.weigh(item, shown(text), balance=BALANCE, purpose=purpose, k=K, actor=TECHNICIAN).weighing


class TestRegister:
    def test_17025_6_4_13_the_record_has_place_firmware_calibration_and_history(self, ready):
        moved = UpkeepFacts(
            kind=UpkeepKind.MOVE, words=" to room 5 ", happened_on=TODAY, done_by="technician", place="room 5"
        )
        ready.keep_up(BALANCE, moved, actor=TECHNICIAN)
        new = UpkeepFacts(
            kind=UpkeepKind.FIRMWARE, words="update", happened_on=TODAY, done_by="producer", firmware="2.31"
        )
        found = ready.keep_up(BALANCE, new, actor=TECHNICIAN)
        assert (found.place, found.firmware, found.serial) == ("room 5", "2.31", SERIAL)
        assert [one.words for one in found.upkeep] == ["to room 5", "update"]
        assert found.calibration.certificate == "KZ-77"
        assert [line.title for line in ready.instruments()] == ["balance, XPR204"]

    def test_a_number_is_given_once(self, ready):
        with pytest.raises(StaleVersionError, match="instrument BAL-1 version 1"):
            ready.add(BALANCE_FACTS, actor=QUALITY)

    @pytest.mark.parametrize(
        "change",
        [
            {"balance_range": None},
            {"needs_calibration": False},
            {"kind": EquipmentKind.FTIR},
            {"serial": " "},
        ],
    )
    def test_what_is_no_instrument_is_refused(self, registering, bench, change):
        entries = bench.entries
        with pytest.raises(InvalidRecordError):
            registering.add(dataclasses.replace(BALANCE_FACTS, **change), actor=QUALITY)
        assert bench.entries == entries

    def test_a_budget_belongs_to_a_balance_and_a_calibration_is_not_older_than_the_last(self, ready):
        ready.add(dataclasses.replace(MICROSCOPE, needs_calibration=True), actor=QUALITY)
        with pytest.raises(InvalidRecordError, match="the budget belongs to a balance"):
            ready.calibrate("MIC-1", CERTIFICATE, actor=QUALITY)
        with pytest.raises(InvalidRecordError, match="the budget belongs to a balance"):
            ready.calibrate(BALANCE, dataclasses.replace(CERTIFICATE, budget=None), actor=QUALITY)
        with pytest.raises(InvalidRecordError, match="this one is older"):
            ready.calibrate(BALANCE, dataclasses.replace(CERTIFICATE, calibrated_on=TODAY - 9 * DAY), actor=QUALITY)
        with pytest.raises(InvalidRecordError, match="the due day is first"):
            ready.calibrate(BALANCE, dataclasses.replace(CERTIFICATE, due_on=TODAY - 9 * DAY), actor=QUALITY)


class TestAtTheBench:
    def test_17025_6_4_4_the_way_back_into_service_needs_a_check(self, ready, bench):
        item = bench.exhibit().number
        out = ready.take_out(BALANCE, reason="shows drift", actor=TECHNICIAN)
        assert out.status is InstrumentStatus.OUT_OF_SERVICE
        with pytest.raises(NotUsableError, match=r"out of service since 2026-11-22 \(shows drift\)") as refusal:
            weigh(bench, item)
        assert "competent person checks it" in refusal.value.advice()
        with pytest.raises(InvalidRecordError, match="reason: empty"):
            ready.put_back(BALANCE, check=" ", actor=EXPERT)
        back = ready.put_back(BALANCE, check="linearity with 5 weights: within 0.02 g", actor=EXPERT)
        assert back.changes[-1].reason.startswith("linearity")
        assert weigh(bench, item).balance_version == back.version

    def test_a_step_that_leads_nowhere_is_refused(self, ready):
        with pytest.raises(TransitionError, match="is in service"):
            ready.put_back(BALANCE, check="c", actor=EXPERT)
        ready.take_out(BALANCE, reason="r", actor=EXPERT)
        with pytest.raises(TransitionError, match="out of service already"):
            ready.take_out(BALANCE, reason="r", actor=EXPERT)

    def test_damage_takes_it_out_of_service_at_once(self, ready):
        fallen = UpkeepFacts(kind=UpkeepKind.DAMAGE, words="fell", happened_on=TODAY, done_by="technician")
        assert ready.keep_up(BALANCE, fallen, actor=TECHNICIAN).state == "out of service"
        assert ready.keep_up(BALANCE, fallen, actor=TECHNICIAN).state == "out of service"

    def test_17025_6_4_9_at_16_an_overdue_balance_stops_the_next_weighing_and_leaves_the_past(self, ready, bench):
        item = bench.exhibit().number
        done = weigh(bench, item)
        bench.clock.advance(days=2)
        with pytest.raises(NotUsableError, match="instrument BAL-1: its calibration ended on 2026-11-23") as refusal:
            weigh(bench, item)
        assert "Have it calibrated" in refusal.value.advice()
        assert bench.weighing.weighings(item) == (done,)
        with pytest.raises(NotUsableError, match="ended on 2026-11-23"):
            ready.check_balance(BALANCE, WEIGHT, reading=reading("100.00 g"), actor=TECHNICIAN)

    def test_17025_6_4_8_what_was_never_calibrated_measures_nothing(self, registering, bench):
        registering.add(BALANCE_FACTS, actor=QUALITY)
        with pytest.raises(NotUsableError, match="no calibration is recorded"):
            weigh(bench, bench.exhibit().number)
        with pytest.raises(NotUsableError, match="no uncertainty budget"):
            _ = registering.get(BALANCE).budget
        later = dataclasses.replace(CERTIFICATE, calibrated_on=TODAY + DAY, due_on=None)
        registering.calibrate(BALANCE, later, actor=QUALITY)
        with pytest.raises(NotUsableError, match="its calibration is of 2026-11-23, after 2026-11-22"):
            weigh(bench, bench.exhibit().number)

    def test_what_needs_no_calibration_and_what_has_no_due_day_may_be_used(self, registering):
        require_usable(registering.add(MICROSCOPE, actor=QUALITY), on=TODAY)
        registering.add(BALANCE_FACTS, actor=QUALITY)
        without_end = registering.calibrate(BALANCE, dataclasses.replace(CERTIFICATE, due_on=None), actor=QUALITY)
        require_usable(without_end, on=TODAY + 4000 * DAY)

    def test_every_reason_is_named_at_once(self, ready):
        both = ready.take_out(BALANCE, reason="drift", actor=EXPERT)
        with pytest.raises(NotUsableError, match=r"out of service .*; its calibration ended on 2026-11-23"):
            require_usable(both, on=TODAY + 9 * DAY)


class TestDailyCheck:
    def test_wu_1_no_weight_without_the_check_of_the_day(self, ready, bench):
        item = bench.exhibit().number
        assert weigh(bench, item).check_number == "BAL-1/2026-11-22/1"
        ready.calibrate(BALANCE, dataclasses.replace(CERTIFICATE, due_on=TODAY + 9 * DAY), actor=QUALITY)
        bench.clock.advance(days=1)
        with pytest.raises(NotUsableError, match="instrument BAL-1: was not checked on 2026-11-23"):
            weigh(bench, item)

    @pytest.mark.usefixtures("ready")
    def test_wu_1_the_day_is_that_of_the_laboratory(self, bench):
        """Noon in Almaty is 07:00 UTC; its day ends at 19:00 UTC."""
        item = bench.exhibit().number
        bench.clock.advance(hours=14, minutes=59)
        weigh(bench, item)
        bench.clock.advance(minutes=1)
        with pytest.raises(NotUsableError, match="was not checked on 2026-11-23"):
            weigh(bench, item)

    def test_wu_1_a_failed_check_stops_the_balance_until_one_passes(self, ready, bench):
        item = bench.exhibit().number
        failed = ready.check_balance(BALANCE, WEIGHT, reading=reading("100.03 g"), actor=TECHNICIAN)
        assert (failed.state, failed.number) == ("failed", "BAL-1/2026-11-22/2")
        with pytest.raises(NotUsableError, match=r"failed its check .*100.03 g for 100 g, tolerance 0.02 g"):
            weigh(bench, item)
        ready.check_balance(BALANCE, WEIGHT, reading=reading("100.02 g"), actor=TECHNICIAN)
        assert weigh(bench, item).check_number == "BAL-1/2026-11-22/3"

    def test_wu_1_a_failed_check_puts_the_weighings_since_the_last_passed_one_in_doubt(self, ready, bench):
        item = bench.exhibit().number
        sure = weigh(bench, item, "1.00 g")
        bench.clock.advance(hours=1)
        ready.check_balance(BALANCE, WEIGHT, reading=reading("100.00 g"), actor=TECHNICIAN)
        assert bench.weighing.doubtful(BALANCE) == ()
        bench.clock.advance(minutes=5)
        doubtful = [weigh(bench, item, "2.00 g"), weigh(bench, item, "3.00 g")]
        ready.check_balance(BALANCE, WEIGHT, reading=reading("99.90 g"), actor=TECHNICIAN)
        bench.clock.advance(minutes=5)
        ready.check_balance(BALANCE, WEIGHT, reading=reading("100.00 g"), actor=TECHNICIAN)
        later = weigh(bench, item, "4.00 g")
        found = bench.weighing.doubtful(BALANCE)
        assert [one.number for one in found] == [one.number for one in reversed(doubtful)]
        assert not {sure.number, later.number} & {one.number for one in found}
        every = bench.weighing.weighings(item)
        assert bench.weighing.in_doubt(every) == dict.fromkeys((one.number for one in doubtful), "BAL-1/2026-11-22/3")
        assert bench.weighing.doubtful("BAL-2") == ()

    def test_a_reading_of_another_balance_or_in_motion_is_no_check(self, ready):
        other = from_balance(read_weight("S S     100.00 g"), serial="B999")
        with pytest.raises(WeighingError, match="came from the balance B999; BAL-1 is B021002593"):
            ready.check_balance(BALANCE, WEIGHT, reading=other, actor=TECHNICIAN)
        moving = from_balance(read_weight("S D     100.00 g"), serial=SERIAL)
        with pytest.raises(WeighingError, match="was not stable"):
            ready.check_balance(BALANCE, WEIGHT, reading=moving, actor=TECHNICIAN)
        ready.add(MICROSCOPE, actor=QUALITY)
        with pytest.raises(WeighingError, match="MIC-1 is microscope, no balance"):
            ready.check_balance("MIC-1", WEIGHT, reading=reading("100.00 g"), actor=TECHNICIAN)
        with pytest.raises(NotFoundError):
            ready.check_balance("BAL-9", WEIGHT, reading=reading("100.00 g"), actor=TECHNICIAN)


def test_17025_6_4_13_who_saw_an_older_instrument_changes_nothing(bench):
    bench.hire()
    registering = bench.registering
    registering.add(MICROSCOPE, actor=QUALITY)
    registering.take_out("MIC-1", reason="lamp", actor=QUALITY, version=1)
    entries = bench.entries
    upkeep = UpkeepFacts(kind=UpkeepKind.SERVICE, words="w", happened_on=TODAY, done_by="d")
    certificate = dataclasses.replace(CERTIFICATE, budget=None)
    for step in (
        lambda: registering.calibrate("MIC-1", certificate, actor=QUALITY, version=1),
        lambda: registering.keep_up("MIC-1", upkeep, actor=QUALITY, version=1),
        lambda: registering.take_out("MIC-1", reason="r", actor=QUALITY, version=1),
        lambda: registering.put_back("MIC-1", check="c", actor=QUALITY, version=1),
    ):
        with pytest.raises(StaleVersionError):
            step()
    assert bench.entries == entries
    assert registering.put_back("MIC-1", check="new lamp, scale read", actor=QUALITY, version=2).version == 3


def test_the_register_of_instruments_is_paged_searched_and_told_by_state(bench):
    bench.hire()
    registering = bench.registering
    for place in range(1, 6):
        registering.add(dataclasses.replace(MICROSCOPE, number=f"MIC-{place}"), actor=QUALITY)
    registering.take_out("MIC-2", reason="lamp", actor=QUALITY)
    assert [one.number for one in registering.instruments(limit=2)] == ["MIC-2", "MIC-5"]
    assert [one.number for one in registering.instruments(limit=2, offset=2)] == ["MIC-4", "MIC-3"]
    out = (InstrumentStatus.OUT_OF_SERVICE.value,)
    assert [one.number for one in registering.instruments(states=out)] == ["MIC-2"]
    assert [one.number for one in registering.instruments(words="mic-4")] == ["MIC-4"]
    found = registering.several(("MIC-4", "nothing", "MIC-1"))
    assert [one.number for one in found] == ["MIC-4", "MIC-1"]
    assert registering.today() == TODAY
