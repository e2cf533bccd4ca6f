"""A clock that was set, on both databases: noticed before the act, refused backwards, set right by one person."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from lims.domain.clock import ClockChange
from lims.domain.staff import SYSTEM
from lims.errors import ClockError, InvalidRecordError, NotPermittedError
from lims.ledger import LedgerEntry, check_chain
from lims.persistence.store import SqlStore
from lims.persistence.tables import CLOCK_READING
from lims.services.permitting import Rights
from lims.services.timekeeping import TimekeepingService
from lims.system_clock import SystemClock
from tests.builders.clocks import MORNING
from tests.builders.laboratories import TECHNICIAN, Bench
from tests.builders.people import QUALITY


@pytest.fixture
def bench(engine, tmp_path):
    return Bench(engine, tmp_path, rights=Rights(enforced=False))


def acts(bench):
    return [LedgerEntry.from_bytes(stored.data) for stored in bench.store.entries()]


def named(bench):
    return [entry.act for entry in acts(bench)]


def kept(bench):
    with bench.engine.connect() as connection:
        return [tuple(row) for row in connection.execute(select(CLOCK_READING))]


def test_time_that_passes_is_no_jump(bench):
    for span in ({"seconds": 1}, {"hours": 5}, {"days": 30}, {"days": 400}):
        bench.case()
        bench.clock.advance(**span)
    bench.case()
    assert named(bench) == ["case.registered"] * 5


@pytest.mark.parametrize("hours", [1, 24 * 365])
def test_17025_7_11_3_a_clock_set_forwards_is_recorded_right_before_the_act(bench, hours):
    bench.case()
    bench.clock.advance(minutes=10)
    bench.clock.jump(hours=hours)
    bench.case()
    bench.clock.advance(minutes=10)
    bench.case()
    first, jump, second, third = acts(bench)
    assert [first.act, jump.act, second.act, third.act] == [
        "case.registered",
        "clock.jumped",
        "case.registered",
        "case.registered",
    ]
    assert (jump.actor, jump.kind, jump.number, jump.version) == (SYSTEM.number, "clock", "start-1", 1)
    assert jump.recorded_at == second.recorded_at == MORNING + timedelta(minutes=10, hours=hours)
    with bench.store.reading() as work:
        recorded = work.load(ClockChange, "start-1")
    assert recorded.difference_us == hours * 3600 * 1_000_000
    assert recorded.before is not None
    assert (recorded.before.wall_time, recorded.before.boot_time_us) == (MORNING, 0)
    assert (recorded.found.wall_time, recorded.found.boot_time_us) == (second.recorded_at, 600_000_000)
    assert check_chain(bench.store.entries()).intact
    assert bench.auditing.verify().intact


def test_every_jump_of_one_start_is_a_version_of_its_record(bench):
    bench.case()
    for _ in range(3):
        bench.clock.jump(seconds=10)
        bench.case()
    assert [entry.version for entry in acts(bench) if entry.act == "clock.jumped"] == [1, 2, 3]


def test_small_steps_are_noticed_when_they_add_up(bench):
    """Each step is within what drift allows; the reading that they are held against stays for an hour."""
    bench.case()
    for _ in range(4):
        bench.clock.advance(minutes=1)
        bench.clock.jump(seconds=0.9)
        bench.case()
    assert named(bench).count("clock.jumped") == 1


def test_a_reading_is_kept_for_an_hour_and_one_for_each_start(bench):
    bench.case()
    first = kept(bench)
    bench.clock.advance(minutes=60)
    bench.case()
    assert kept(bench) == first
    bench.clock.advance(seconds=1)
    bench.case()
    assert kept(bench) == [("start-1", 3_601_000_000, "2026-11-22T05:00:01.000000Z")]


def test_a_jump_is_recorded_once_also_where_several_acts_are_recorded_together(bench):
    case = bench.case()
    bench.clock.jump(hours=1)
    with bench.store.unit_of_work() as work:
        for version in (2, 3):
            changed = type(case)(**{name: getattr(case, name) for name in case.__slots__} | {"version": version})
            work.record(changed, act="tested", actor=TECHNICIAN, at=bench.clock.now())
        work.commit()
    assert named(bench) == ["case.registered", "clock.jumped", "tested", "tested"]


def test_a_jump_before_an_act_that_fails_is_noticed_by_the_next(bench):
    case = bench.case()
    bench.clock.jump(hours=1)
    with bench.store.unit_of_work() as work:
        work.record(
            type(case)(**{name: getattr(case, name) for name in case.__slots__} | {"version": 2}),
            act="tested",
            actor=TECHNICIAN,
            at=bench.clock.now(),
        )
    assert named(bench) == ["case.registered"]
    bench.case()
    assert named(bench) == ["case.registered", "clock.jumped", "case.registered"]


def test_a_clock_set_back_before_the_newest_entry_is_refused_with_advice(bench):
    bench.clock.advance(hours=2)
    bench.case()
    bench.clock.jump(hours=-1)
    with pytest.raises(
        ClockError, match=r"the clock says 2026-11-22T05:00.*, the newest entry 2026-11-22T06:00"
    ) as told:
        bench.case()
    assert "set-clock-right" in told.value.advice()
    assert bench.entries == 1


def test_a_clock_set_back_that_is_still_after_the_newest_entry_is_recorded(bench):
    bench.case()
    bench.clock.advance(hours=2)
    bench.clock.jump(hours=-1)
    bench.case()
    with bench.store.reading() as work:
        assert work.load(ClockChange, "start-1").difference_us == -3_600_000_000


# setting the time right


@pytest.fixture
def wrong(engine, tmp_path):
    """Give a laboratory with people whose clock was a year ahead for one case, and is right again."""
    bench = Bench(engine, tmp_path)
    bench.hire()
    bench.clock.jump(days=365)
    bench.case()
    bench.clock.jump(days=-365)
    return bench


def timekeeping(bench):
    return TimekeepingService(store=bench.store, clock=bench.clock)


def test_the_quality_manager_sets_the_ledgers_time_right(wrong):
    with pytest.raises(ClockError):
        wrong.case()
    before = wrong.entries
    change = timekeeping(wrong).set_right(reason="the clock stood a year ahead", actor=QUALITY)
    assert (change.state, change.reason) == ("corrected", "the clock stood a year ahead")
    wrong.clock.advance(minutes=1)
    assert wrong.case().number == "2026-0001"
    *_, corrected, case = acts(wrong)
    assert (corrected.act, corrected.actor) == ("clock.corrected", QUALITY.number)
    assert corrected.recorded_at == wrong.clock.now() - timedelta(minutes=1)
    assert (case.act, wrong.entries) == ("case.registered", before + 2)
    found = wrong.auditing.verify()
    assert found.chain.intact, found.chain.faults
    assert found.intact


def test_nobody_else_sets_it_right(wrong):
    before = wrong.entries
    with pytest.raises(NotPermittedError):
        timekeeping(wrong).set_right(reason="because", actor=TECHNICIAN)
    with pytest.raises(InvalidRecordError, match="reason: empty"):
        timekeeping(wrong).set_right(reason="", actor=QUALITY)
    assert wrong.entries == before


def test_only_that_act_goes_back_and_only_once(wrong):
    timekeeping(wrong).set_right(reason="it was wrong", actor=QUALITY)
    wrong.clock.jump(hours=-1)
    with pytest.raises(ClockError):
        wrong.case()


# the computer's own


def test_the_computer_counts_the_time_since_its_start():
    clock = SystemClock()
    first, second = clock.reading(), clock.reading()
    assert first is not None
    assert second is not None
    assert second.elapsed_since(first) >= timedelta()
    assert second.agrees_with(first)
    assert abs(second.wall_time - datetime.now(UTC)) < timedelta(seconds=10)


def test_a_computer_that_does_not_count_notices_nothing_and_cannot_be_set_right(engine, tmp_path, monkeypatch):
    monkeypatch.setattr("lims.system_clock._BOOT_ID", tmp_path / "none")
    clock = SystemClock()
    assert clock.reading() is None
    store = SqlStore(engine, rights=Rights(enforced=False), read_clock=clock.reading)
    with pytest.raises(InvalidRecordError, match="does not count the time since its start"):
        TimekeepingService(store=store, clock=clock).set_right(reason="x", actor=QUALITY)
    bench = Bench(engine, tmp_path, rights=Rights(enforced=False))
    bench.store = store
    assert kept(bench) == []


def test_a_start_without_a_jump_gets_its_first_record(engine, tmp_path):
    bench = Bench(engine, tmp_path)
    bench.hire()
    change = timekeeping(bench).set_right(reason="entries of the old computer were dated ahead", actor=QUALITY)
    assert (change.version, acts(bench)[-1].act) == (1, "clock.corrected")
