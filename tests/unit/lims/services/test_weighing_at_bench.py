"""What a bench is shown before it weighs: readings of a line, the weighing that they make, balances in service."""

import dataclasses
from decimal import Decimal

import pytest

from lims.domain.weighing import Shown, WeighingPurpose, typed_at_bench
from lims.errors import BalanceError, NotFoundError, NotPermittedError, NotUsableError, WeighingError
from lims.instruments.connected import ConnectedBalances
from lims.persistence.store import SqlStore
from lims.services.permitting import Rights
from lims.services.weighing import AliquotFacts
from tests.builders.balance_simulator import SERIAL, SimulatedBalance, over_tcp
from tests.builders.kept_benches import kept
from tests.builders.laboratories import EXPERT, HEAD, TECHNICIAN
from tests.builders.measuring_bench import BALANCE, K, balance, check, shown

BEFORE = WeighingPurpose.BEFORE


def make(bench):
    bench.hire()
    bench.exhibit()
    now = bench.clock.now()
    out = balance(now).take_out(reason="fell", by="quality", at=now)
    records = (
        balance(now),
        check(now),
        balance(now, number="BAL-2", serial="B2"),
        dataclasses.replace(out, number="BAL-3", version=1),
    )
    with SqlStore(bench.engine, rights=Rights(enforced=False)).unit_of_work() as work:
        for record in records:
            work.record(record, act="tested", actor=EXPERT, at=now)
        work.commit()


@pytest.fixture
def item(bench):
    kept(bench, "weighing at a bench", make)
    return "2026-0001/1"


def would(bench, item, readings, *, name=BALANCE):
    return bench.weighing.would_weigh(item, readings, balance=name, purpose=BEFORE, k=K, actor=TECHNICIAN)


def test_wu_4_the_net_mass_is_computed_before_it_is_recorded_and_is_the_same(bench, item):
    entries = bench.entries
    seen = would(bench, item, shown("15.34 g", "3.00 g"))
    assert (seen.net_g, bench.entries) == (Decimal("12.34"), entries)
    done = bench.weighing.weigh(
        item, shown("15.34 g", "3.00 g"), balance=BALANCE, purpose=BEFORE, k=K, actor=TECHNICIAN
    )
    assert done.weighing.stated == seen.stated


@pytest.mark.parametrize(
    ("readings", "name", "error", "words"),
    [
        (shown("0.19 g"), BALANCE, WeighingError, "its minimum weight is 0.20 g"),
        (shown("5.00 g", reason=""), BALANCE, WeighingError, "needs a reason"),
        (shown("5.00 g"), "BAL-2", NotUsableError, "not checked"),
        (shown("5.00 g"), "BAL-9", NotFoundError, "BAL-9"),
    ],
)
def test_wu_2_what_would_be_refused_is_said_before(bench, item, readings, name, error, words):
    with pytest.raises(error, match=words):
        would(bench, item, readings, name=name)


@pytest.mark.usefixtures("item")
def test_wu_1_balances_in_service_say_why_they_may_not_weigh(bench):
    found = {one.balance.number: one.hindrance for one in bench.registering.balances()}
    assert set(found) == {BALANCE, "BAL-2"}
    assert found[BALANCE] == ""
    assert "BAL-2" in found["BAL-2"]
    assert "not checked" in found["BAL-2"]


def test_all_that_was_measured_of_an_item_is_given_at_once(bench, item):
    assert bench.weighing.measured(item).mass_balance is None
    bench.weighing.weigh(item, shown("12.34 g"), balance=BALANCE, purpose=BEFORE, k=K, actor=TECHNICIAN)
    facts = AliquotFacts(purpose="GC-MS")
    taken = bench.weighing.take_aliquot(item, shown("1.00 g"), facts, balance=BALANCE, k=K, actor=TECHNICIAN)
    found = bench.weighing.measured(item)
    assert (found.item, found.exhibit) == (item, item)
    assert [one.number for one in found.weighings] == [f"{item}-W1"]
    assert [one.number for one in found.aliquots] == [taken.number]
    assert found.mass_balance.expected_g == Decimal("11.34")
    assert [one.item_number for one in found.of_aliquots] == [taken.number]
    of_aliquot = bench.weighing.measured(taken.number)
    assert (of_aliquot.exhibit, of_aliquot.mass_balance.before_g) == (item, Decimal("1.00"))
    with pytest.raises(NotFoundError):
        bench.weighing.measured("2099-0001/1")


def test_wu_3_a_balance_with_a_line_is_read_with_its_stability(bench, item):
    with over_tcp(SimulatedBalance()) as url:
        lines = ConnectedBalances(urls={BALANCE: url})
        weighing = dataclasses.replace(bench.weighing, balances=lines)
        assert list(weighing.balances.numbers) == [BALANCE]
        reading = weighing.read_balance(BALANCE, actor=TECHNICIAN)
        assert (reading.mass_g, reading.stable, reading.serial) == (Decimal("99.87"), False, SERIAL)
        with pytest.raises(WeighingError, match="not stable"):
            would(bench, item, Shown(gross=reading))
        with pytest.raises(BalanceError, match="BAL-2 has no line"):
            weighing.read_balance("BAL-2", actor=TECHNICIAN)
        with pytest.raises(NotPermittedError):
            weighing.read_balance(BALANCE, actor=HEAD)


@pytest.mark.usefixtures("item")
def test_without_lines_people_are_told_to_type(bench):
    assert list(bench.weighing.balances.numbers) == []
    with pytest.raises(BalanceError, match="type what it shows"):
        bench.weighing.read_balance(BALANCE, actor=TECHNICIAN)


@pytest.mark.parametrize(
    ("text", "raw", "mass"),
    [("12,34", "12.34 g", "12.34"), (" 12.340 ", "12.340 g", "12.340"), ("250 mg", "250 mg", "0.250")],
)
def test_wu_3_a_number_that_is_typed_at_the_bench_is_grams(text, raw, mass):
    reading = typed_at_bench(text)
    assert (reading.raw, reading.mass_g, reading.source) == (raw, Decimal(mass), "typed")


@pytest.mark.parametrize("text", ["", "-1", "1 2", "1,2,3", "1e3", "abc g"])
def test_what_is_no_mass_is_refused(text):
    with pytest.raises(WeighingError, match="expected a mass"):
        typed_at_bench(text)
