"""Weighings, aliquots and mass balances: rules WU-1 to WU-5, WU-7 and KZ-2."""

import dataclasses
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lims.domain.case import Case
from lims.domain.instrument import Instrument
from lims.domain.mass_balance import Lost, MassBalance, Taken
from lims.domain.mt_sics import read_weight
from lims.domain.request import Consumption, ConsumptionPermission
from lims.domain.weighing import (
    Reading,
    ReadingSource,
    Shown,
    WeighingPurpose,
    from_balance,
    sum_weighings,
    typed,
)
from lims.domain.weight_uncertainty import Component
from lims.errors import (
    BalanceError,
    InvalidRecordError,
    NotFoundError,
    NotPermittedError,
    ShortageError,
    StaleVersionError,
    TransitionError,
    WeighingError,
)
from lims.persistence.store import SqlStore
from lims.services.permitting import Rights
from lims.services.weighing import AliquotFacts
from lims.work_errors import ConsumptionRefusedError
from tests.builders.clocks import MORNING
from tests.builders.kept_benches import kept
from tests.builders.laboratories import EXPERT, TECHNICIAN
from tests.builders.measuring_bench import BALANCE, REASON, SERIAL, K, balance, check, shown
from tests.builders.people import QUALITY

BEFORE, REMAINDER = WeighingPurpose.BEFORE, WeighingPurpose.REMAINDER


def read(text, *, serial=SERIAL):
    return from_balance(read_weight(text), serial=serial)


def make(bench):
    bench.hire()
    bench.exhibit()
    with SqlStore(bench.engine, rights=Rights(enforced=False)).unit_of_work() as work:
        for record in (balance(bench.clock.now()), check(bench.clock.now())):
            work.record(record, act="tested", actor=EXPERT, at=bench.clock.now())
        work.commit()


@pytest.fixture
def item(bench):
    """Give an exhibit beside a balance that may weigh."""
    kept(bench, "weighing", make)
    return "2026-0001/1"


def weigh(bench, item, readings, purpose=BEFORE, *, k=K, actor=TECHNICIAN):
    return bench.weighing.weigh(item, readings, balance=BALANCE, purpose=purpose, k=k, actor=actor)


def take(bench, item, readings, *, purpose="GC-MS"):
    facts = AliquotFacts(purpose=purpose, container="vial 3")
    return bench.weighing.take_aliquot(item, readings, facts, balance=BALANCE, k=K, actor=TECHNICIAN)


def permit(bench, item, extent):
    """Write what the appointing body permits."""
    with SqlStore(bench.engine, rights=Rights(enforced=False)).unit_of_work() as work:
        case = work.load(Case, item.partition("/")[0])
        permission = ConsumptionPermission(extent=extent, reference="letter 7")
        work.record(case.permit(permission), act="tested", actor=EXPERT, at=bench.clock.now())
        work.commit()


class TestWeighing:
    def test_wu_1_a_weight_names_balance_calibration_check_raw_reading_and_stability(self, bench, item):
        found = weigh(bench, item, Shown(gross=read("S S      12.34 g"))).weighing
        assert (found.balance_number, found.balance_version, found.certificate) == (BALANCE, 1, "KZ-77")
        assert found.check_number == "BAL-1/2026-11-22/1"
        assert (found.gross.raw, found.gross.stable, found.gross.serial) == ("S S      12.34 g", True, SERIAL)
        assert (found.number, found.weighed_by, found.state) == (f"{item}-W1", "technician", "recorded")

    def test_wu_1_a_dynamic_reading_is_no_weight(self, bench, item):
        entries = bench.entries
        with pytest.raises(WeighingError, match="a reading was not stable"):
            weigh(bench, item, Shown(gross=read("S D      12.34 g")))
        assert bench.entries == entries

    def test_wu_1_a_reading_of_another_balance_is_refused(self, bench, item):
        with pytest.raises(WeighingError, match="came from the balance B999; BAL-1 is B021002593"):
            weigh(bench, item, Shown(gross=read("S S      12.34 g", serial="B999")))

    @pytest.mark.parametrize(
        ("readings", "words"),
        [
            (shown("0.19 g"), "0.19 g on BAL-1; its minimum weight is 0.20 g"),
            (shown("5.00 g", "4.81 g"), "0.19 g on BAL-1; its minimum weight is 0.20 g"),
            (shown("200.01 g"), "200.01 g on BAL-1; its capacity is 200 g"),
            (shown("0.21 kg", "0.205 kg"), "210.00 g on BAL-1; its capacity is 200 g"),
        ],
    )
    def test_wu_2_below_the_minimum_weight_or_above_capacity_is_refused(self, bench, item, readings, words):
        entries = bench.entries
        with pytest.raises(WeighingError, match=words):
            weigh(bench, item, readings)
        assert bench.entries == entries

    @pytest.mark.parametrize("readings", [shown("0.20 g"), shown("200.00 g"), shown("199.00 g", "198.80 g")])
    def test_wu_2_at_the_limits_it_weighs(self, bench, item, readings):
        assert weigh(bench, item, readings).weighing.net_g >= Decimal("0.20")

    def test_wu_3_a_typed_reading_needs_a_reason_and_is_flagged(self, bench, item):
        with pytest.raises(WeighingError, match="a reading that is typed needs a reason"):
            weigh(bench, item, shown("12.34 g", reason=" "))
        with pytest.raises(WeighingError, match="needs a reason, and only that"):
            weigh(bench, item, Shown(gross=read("S S 12.34 g"), manual_reason=REASON))
        found = weigh(bench, item, Shown(gross=typed("12.34 g"), tare=read("S S 2.00 g"), manual_reason=REASON))
        assert (found.weighing.manual, found.weighing.state, found.weighing.manual_reason) == (True, "manual", REASON)

    @pytest.mark.parametrize("text", ["12.34", "12,34 g", "-1.00 g", "12.34 ct", "g", "1e3 g", "١٢ g", ""])
    def test_wu_3_a_typed_reading_has_its_unit(self, text):
        with pytest.raises(WeighingError, match="expected a mass with its unit"):
            typed(text)

    def test_wu_4_gross_tare_and_net_stay_apart_and_net_is_computed(self, bench, item):
        found = weigh(bench, item, shown("15.37 g", "3.03 g")).weighing
        assert (found.gross.mass_g, found.tare.mass_g, found.net_g) == (
            Decimal("15.37"),
            Decimal("3.03"),
            Decimal("12.34"),
        )
        assert "net_g" not in {one.name for one in dataclasses.fields(found)}  # nobody can type it
        with pytest.raises(WeighingError, match=r"gross 3\.00 g less tare is -0.03 g"):
            weigh(bench, item, shown("3.00 g", "3.03 g"), WeighingPurpose.RECEIVED)

    def test_wu_4_a_mass_that_the_text_does_not_state_cannot_be_recorded(self):
        with pytest.raises(InvalidRecordError, match=r"says 100\.00 g; 1\.00 g is recorded"):
            Reading(
                raw="S S 100.00 g", mass_g=Decimal("1.00"), stable=True, source=ReadingSource.BALANCE, serial=SERIAL
            )
        with pytest.raises(BalanceError):
            Reading(raw="100.00 g", mass_g=Decimal(100), stable=True, source=ReadingSource.BALANCE, serial=SERIAL)

    @pytest.mark.parametrize(
        ("readings", "k", "u", "mass", "percent"),
        [
            (shown("12.34 g"), "2", "0.032", "12.340", "95.45"),
            (shown("12.34 g"), "3", "0.048", "12.340", "99.73"),
            (shown("15.37 g", "3.03 g"), "2", "0.045", "12.340", "95.45"),
            (shown("15.37 g", "3.03 g"), "3", "0.067", "12.340", "99.73"),
        ],
    )
    def test_wu_5_u_k_and_coverage_with_the_same_decimals(self, bench, item, readings, k, u, mass, percent):
        stated = weigh(bench, item, readings, k=Decimal(k)).weighing.stated
        assert [str(value) for value in (stated.u_g, stated.mass_g, stated.coverage_percent)] == [u, mass, percent]
        assert stated.k == Decimal(k)

    def test_wu_5_any_other_factor_is_refused(self, bench, item):
        with pytest.raises(WeighingError, match=r"coverage factor 1\.5; expected 2 or 3"):
            weigh(bench, item, shown("12.34 g"), k=Decimal("1.5"))

    def test_17025_7_6_at_5_the_sum_of_ten_weighings_is_that_of_the_rule_book(self, bench, item):
        purpose = WeighingPurpose.UNIT
        numbers = tuple(weigh(bench, item, shown("1.00 g"), purpose).weighing.number for _ in range(10))
        found = bench.weighing.total(numbers)
        assert (found.mass_g, f"{found.u_g:.4f}") == (Decimal("10.00"), "0.2475")
        assert found.correlated == (Component.LINEARITY, Component.CALIBRATION)
        assert (str(found.stated.u_g), str(found.stated.mass_g)) == ("0.25", "10.00")
        weighings = bench.weighing.weighings(item)
        assert f"{sum_weighings(weighings, correlated=frozenset()).u_g:.4f}" == "0.1001"
        assert f"{sum_weighings(weighings, correlated=frozenset(Component)).u_g:.4f}" == "0.3166"

    def test_a_sum_counts_each_weighing_once(self, bench, item):
        one = weigh(bench, item, shown("1.00 g"), WeighingPurpose.UNIT).weighing.number
        other = weigh(bench, item, shown("1.00 g"), WeighingPurpose.UNIT, k=Decimal(3)).weighing.number
        for numbers in ((), (one, one), (one, other)):
            with pytest.raises(WeighingError, match="each stands once"):
                bench.weighing.total(numbers)

    def test_what_does_not_exist_is_not_weighed(self, bench, item):
        with pytest.raises(NotFoundError):
            weigh(bench, f"{item}9", shown("1.00 g"))
        with pytest.raises(TransitionError, match="by the act that takes it"):
            weigh(bench, item, shown("1.00 g"), WeighingPurpose.ALIQUOT)


class TestMassBalance:
    def test_wu_7_net_before_is_remainder_consumed_aliquots_and_loss(self, bench, item):
        weigh(bench, item, shown("12.00 g"))
        take(bench, item, shown("1.00 g"))
        permit(bench, item, Consumption.PARTIAL)
        bench.weighing.consume(item, Decimal("0.50"), u_g=Decimal("0.03"), purpose="colour test", actor=TECHNICIAN)
        bench.weighing.lose(item, Decimal("0.25"), reason="stuck to the bag", actor=TECHNICIAN)
        back = weigh(bench, item, shown("10.25 g"), REMAINDER)
        assert (back.mass_balance.expected_g, back.mass_balance.state) == (Decimal("10.25"), "fits")
        assert back.mass_balance.weighed_back[-1].difference_g == 0
        assert back.discrepancy is None
        assert bench.weighing.discrepancies() == ()

    @pytest.mark.parametrize(
        ("remainder", "difference"), [("9.95", None), ("9.94", "-0.06"), ("10.05", None), ("10.06", "0.06")]
    )
    def test_wu_7_a_difference_beyond_u_goes_to_the_quality_manager(self, bench, item, remainder, difference):
        """U of each of the three weighings is .0317, of the difference .0317 times the root of 3."""
        weigh(bench, item, shown("12.00 g"))
        take(bench, item, shown("2.00 g"))
        back = weigh(bench, item, shown(f"{remainder} g"), REMAINDER)
        if difference is None:
            assert back.discrepancy is None
        else:
            assert back.discrepancy.difference == Decimal(difference)
            assert f"{back.discrepancy.u:.4f}" == "0.0548"
            assert [line.state for line in bench.weighing.discrepancies()] == ["open"]

    def test_wu_7_only_the_quality_manager_closes_it_and_not_who_raised_it(self, bench, item):
        weigh(bench, item, shown("12.00 g"))
        number = weigh(bench, item, shown("11.00 g"), REMAINDER).discrepancy.number
        words = {"finding": "spilled, photograph 3", "action": "loss recorded"}
        for actor in (TECHNICIAN, EXPERT):
            with pytest.raises(NotPermittedError, match="needs quality manager"):
                bench.weighing.close_discrepancy(number, **words, actor=actor)
        with pytest.raises(InvalidRecordError, match="action: empty"):
            bench.weighing.close_discrepancy(number, finding="f", action=" ", actor=QUALITY)
        closed = bench.weighing.close_discrepancy(number, **words, actor=QUALITY)
        assert (closed.state, closed.closing.closed_by) == ("closed", "quality")
        with pytest.raises(TransitionError, match="was closed by quality"):
            bench.weighing.close_discrepancy(number, **words, actor=QUALITY)
        with pytest.raises(NotPermittedError, match="technician raised"):
            dataclasses.replace(closed, closing=None).close(dataclasses.replace(closed.closing, closed_by="technician"))

    def test_wu_7_differences_are_listed_by_page_state_and_subject(self, bench, item):
        weigh(bench, item, shown("12.00 g"))
        first = weigh(bench, item, shown("11.00 g"), REMAINDER).discrepancy
        second = weigh(bench, item, shown("10.00 g"), REMAINDER).discrepancy
        weighing = bench.weighing
        assert [one.number for one in weighing.discrepancies(limit=1)] == [second.number]
        assert [one.number for one in weighing.discrepancies(limit=1, offset=1)] == [first.number]
        with pytest.raises(StaleVersionError):
            weighing.close_discrepancy(first.number, finding="f", action="a", actor=QUALITY, version=2)
        closed = weighing.close_discrepancy(first.number, finding="f", action="a", actor=QUALITY, version=1)
        assert [one.number for one in weighing.discrepancies(states=("open",))] == [second.number]
        assert [one.number for one in weighing.discrepancies(words=first.number)] == [first.number]
        assert weighing.discrepancy(first.number) == closed
        assert weighing.discrepancies_of(item) == (closed, second)

    def test_it_begins_once_and_with_a_weighing(self, bench, item):
        with pytest.raises(TransitionError, match="was not weighed before the examination; weigh it first"):
            weigh(bench, item, shown("1.00 g"), REMAINDER)
        with pytest.raises(TransitionError, match="weigh it first"):
            take(bench, item, shown("1.00 g"))
        weigh(bench, item, shown("12.00 g"))
        with pytest.raises(TransitionError, match="was weighed before; weigh the remainder"):
            weigh(bench, item, shown("12.00 g"))

    @given(parts=st.lists(st.decimals("0.01", 3, places=2), max_size=6), lost=st.decimals("0.01", 1, places=2))
    def test_wu_7_what_is_taken_and_what_is_left_is_what_was_there(self, parts, lost):
        kept = MassBalance(
            number="m",
            item_number="i",
            exhibit_number="e",
            weighing_number="w",
            before_g=Decimal(30),
            before_u_g=Decimal("0.03"),
        )
        for part in parts:
            kept = kept.take(Taken(aliquot_number="a", mass_g=part, u_g=Decimal("0.03")))
        kept = kept.lose(Lost(mass_g=lost, reason="r", recorded_by="t", recorded_at=MORNING))
        assert kept.expected_g + sum(parts) + lost == kept.before_g
        back = kept.weigh_back("w", remainder_g=kept.expected_g, u_g=Decimal("0.03"), at=MORNING)
        assert back.weighed_back[-1].fits
        assert back.weighed_back[-1].difference_u_g >= Decimal("0.0424")


class TestAliquots:
    def test_an_aliquot_is_weighed_and_has_a_balance_of_its_own(self, bench, item):
        weigh(bench, item, shown("12.00 g"))
        aliquot = take(bench, item, shown("3.50 g", "2.50 g"))
        assert (aliquot.number, aliquot.mass_g, aliquot.container) == (f"{item}-A1", Decimal("1.00"), "vial 3")
        part = take(bench, aliquot.number, shown("0.40 g"), purpose="FTIR")
        assert (part.number, part.item_number, part.exhibit_number) == (f"{item}-A1-A1", aliquot.number, item)
        assert bench.weighing.mass_balance(aliquot.number).expected_g == Decimal("0.60")
        assert bench.weighing.mass_balance(item).expected_g == Decimal("11.00")
        assert bench.weighing.aliquots(item) == (aliquot,)
        assert take(bench, item, shown("1.00 g")).number not in {aliquot.number, part.number}

    def test_aliquots_never_exceed_what_is_there(self, bench, item):
        weigh(bench, item, shown("2.00 g"))
        take(bench, item, shown("1.50 g"))
        entries = bench.entries
        with pytest.raises(ShortageError, match=r"0.60 g of .*: 0.50 g should be left"):
            take(bench, item, shown("0.60 g"))
        assert bench.entries == entries
        take(bench, item, shown("0.53 g"))  # within the uncertainty of three weighings

    @pytest.mark.both_databases
    def test_aliquots_of_two_people_at_once_never_exceed_what_is_there(self, bench, item):
        weigh(bench, item, shown("2.00 g"))

        def one(_):
            try:
                return take(bench, item, shown("1.50 g"))
            except ShortageError as refusal:
                return refusal

        with ThreadPoolExecutor(4) as pool:
            found = list(pool.map(one, range(4)))
        assert sum(isinstance(one, ShortageError) for one in found) == 3
        assert bench.weighing.mass_balance(item).expected_g == Decimal("0.50")

    def test_kz_2_what_is_used_up_needs_the_permission_of_the_appointing_body(self, bench, item):
        weigh(bench, item, shown("2.00 g"))

        def consume(mass):
            return bench.weighing.consume(item, Decimal(mass), u_g=Decimal("0.01"), purpose="p", actor=TECHNICIAN)

        with pytest.raises(ConsumptionRefusedError, match="nothing may be used up"):
            consume("0.10")
        permit(bench, item, Consumption.PARTIAL)
        assert consume("0.10").consumed[-1].permission == "letter 7"
        with pytest.raises(ConsumptionRefusedError, match="may not be used up entirely"):
            consume("1.88")
        permit(bench, item, Consumption.FULL)
        assert consume("1.88").expected_g == Decimal("0.02")
        with pytest.raises(ShortageError):
            consume("0.20")

    def test_at_16_what_was_weighed_stays_when_the_balance_changes(self, bench, item):
        done = weigh(bench, item, shown("12.00 g")).weighing
        bench.registering.take_out(BALANCE, reason="drift", actor=EXPERT)
        assert bench.weighing.weighings(item) == (done,)
        with bench.store.reading() as work:
            assert work.load(Instrument, BALANCE, version=done.balance_version).calibration.certificate == "KZ-77"
