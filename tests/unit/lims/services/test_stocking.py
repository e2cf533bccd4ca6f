"""Lots: refused at the bench when expired or in quarantine; a running balance of reference standards."""

import dataclasses
from datetime import date, timedelta
from decimal import Decimal

import pytest

from lims.domain.exhibit_code import label_payload
from lims.domain.lot_standing import LotStanding
from lims.domain.reagent import LotStatus, Reagent
from lims.domain.reference_standard import AmountKind, ReferenceStandard
from lims.domain.usability import require_usable
from lims.errors import (
    InvalidRecordError,
    NotPermittedError,
    NotUsableError,
    ShortageError,
    StaleVersionError,
    TransitionError,
)
from lims.services.stocking import ReagentFacts, StandardFacts
from tests.builders.laboratories import EXPERT, TECHNICIAN
from tests.builders.people import QUALITY

TODAY = date(2026, 11, 22)
DAY = timedelta(days=1)
METHANOL = ReagentFacts(
    number="R-1",
    name="methanol",
    producer="P",
    lot="L7",
    received_on=TODAY,
    expires_on=TODAY + 5 * DAY,
    opened_life_days=2,
)
HEROIN = StandardFacts(
    number="S-1",
    substance="heroin",
    producer="P",
    lot="H9",
    certificate="C 12",
    received_on=TODAY,
    received_mg=Decimal(250),
    reweigh_tolerance_mg=Decimal("0.5"),
    purity=Decimal("0.985"),
    purity_u=Decimal("0.004"),
    purity_k=Decimal(2),
    expires_on=TODAY + 5 * DAY,
)


@pytest.fixture
def stocking(bench):
    bench.hire()
    return bench.stocking


@pytest.fixture
def stocked(stocking):
    stocking.add_reagent(METHANOL, actor=TECHNICIAN)
    stocking.release_reagent("R-1", reason="certificate fits", actor=EXPERT)
    stocking.add_standard(HEROIN, actor=EXPERT)
    stocking.release_standard("S-1", reason="certificate fits", actor=EXPERT)
    return stocking


class TestReagents:
    def test_17025_6_6_a_lot_in_quarantine_is_refused_at_the_bench(self, stocking):
        lot = stocking.add_reagent(METHANOL, actor=TECHNICIAN)
        with pytest.raises(
            NotUsableError, match=r"reagent R-1 \(methanol, lot L7\): in quarantine, not released"
        ) as no:
            stocking.open_reagent("R-1", actor=TECHNICIAN)
        assert "compares certificate and lot" in no.value.advice()
        require_usable(stocking.release_reagent("R-1", reason="fits", actor=EXPERT), on=TODAY)
        blocked = stocking.block_reagent("R-1", status=LotStatus.QUARANTINE, reason="turbid", actor=TECHNICIAN)
        with pytest.raises(NotUsableError, match=r"in quarantine since 2026-11-22 \(turbid\)"):
            require_usable(blocked, on=TODAY)
        assert lot.state == "quarantine"

    def test_17025_6_6_at_16_an_expired_lot_is_refused_and_what_was_done_stays(self, stocked, bench):
        opened = stocked.open_reagent("R-1", actor=TECHNICIAN)
        require_usable(opened, on=TODAY + 2 * DAY)
        with pytest.raises(NotUsableError, match="could be used until 2026-11-24"):
            require_usable(opened, on=TODAY + 3 * DAY)
        bench.clock.advance(days=6)
        assert stocked.reagent("R-1") == opened
        with pytest.raises(TransitionError, match="was opened on 2026-11-22 by technician"):
            dataclasses.replace(opened).open(on=TODAY, by="technician")

    def test_a_lot_that_nobody_opened_ends_with_its_producers_day(self, stocked):
        lot = stocked.reagent("R-1")
        require_usable(lot, on=TODAY + 5 * DAY)
        with pytest.raises(NotUsableError, match="could be used until 2026-11-27"):
            require_usable(lot, on=TODAY + 6 * DAY)
        endless = dataclasses.replace(lot, expires_on=None)
        assert endless.last_day is None
        require_usable(endless, on=TODAY + 9999 * DAY)

    def test_what_is_discarded_stays_discarded(self, stocked):
        gone = stocked.block_reagent("R-1", status=LotStatus.DISCARDED, reason="used up", actor=TECHNICIAN)
        with pytest.raises(NotUsableError, match="discarded since 2026-11-22"):
            require_usable(gone, on=TODAY)
        with pytest.raises(TransitionError, match="is discarded; it cannot become released"):
            stocked.release_reagent("R-1", reason="r", actor=EXPERT)
        with pytest.raises(TransitionError, match="an act of its own"):
            stocked.block_reagent("R-1", status=LotStatus.RELEASED, reason="r", actor=EXPERT)
        assert [line.state for line in stocked.reagents()] == ["discarded"]

    def test_what_is_no_lot_is_refused(self, stocking):
        with pytest.raises(InvalidRecordError, match="days after opening"):
            stocking.add_reagent(dataclasses.replace(METHANOL, opened_life_days=-1), actor=TECHNICIAN)
        stocking.add_reagent(METHANOL, actor=TECHNICIAN)
        with pytest.raises(StaleVersionError):
            stocking.add_reagent(METHANOL, actor=TECHNICIAN)


class TestRegisters:
    def test_17025_6_6_a_lot_says_in_one_word_how_it_stands_and_how_long(self, stocked, bench):
        def standing(kind=Reagent, number="R-1"):
            found = stocked.lot(kind, number)
            assert (found.standing is LotStanding.USABLE) == (not found.lot.hindrances(bench.clock.now().date()))
            return found.standing, found.days_left

        assert standing() == (LotStanding.USABLE, 5)
        stocked.open_reagent("R-1", actor=TECHNICIAN)
        assert standing() == (LotStanding.USABLE, 2)
        bench.clock.advance(days=2)
        assert standing() == (LotStanding.USABLE, 0)
        bench.clock.advance(days=1)
        assert standing() == (LotStanding.OVERDUE, -1)
        stocked.block_reagent("R-1", status=LotStatus.QUARANTINE, reason="turbid", actor=TECHNICIAN)
        assert standing() == (LotStanding.QUARANTINE, -1)
        stocked.block_reagent("R-1", status=LotStatus.DISCARDED, reason="old", actor=TECHNICIAN)
        assert standing() == (LotStanding.DISCARDED, -1)
        stocked.use_standard("S-1", Decimal(250), purpose="all of it", actor=TECHNICIAN)
        assert standing(ReferenceStandard, "S-1")[0] is LotStanding.USED_UP
        endless = dataclasses.replace(METHANOL, number="R-9", expires_on=None, opened_life_days=None)
        stocked.add_reagent(endless, actor=TECHNICIAN)
        assert stocked.lot(Reagent, "R-9").days_left is None

    def test_a_register_is_read_page_by_page_and_searched(self, stocked):
        for place in range(2, 6):
            facts = dataclasses.replace(METHANOL, number=f"R-{place}", lot=f"M{place}")
            stocked.add_reagent(facts, actor=TECHNICIAN)

        def numbers(**asked):
            return [one.lot.number for one in stocked.lots(Reagent, limit=2, **asked)]

        assert (numbers(), numbers(offset=2), numbers(offset=4)) == (["R-5", "R-4"], ["R-3", "R-2"], ["R-1"])
        assert numbers(words="m3") == ["R-3"]
        assert numbers(states=("released",)) == ["R-1"]
        assert [one.lot.number for one in stocked.lots(ReferenceStandard, limit=9)] == ["S-1"]

    @pytest.mark.parametrize(
        ("text", "number"),
        [
            ("R-1\r", "R-1"),
            (label_payload("S-1"), "S-1"),
            ("H9", "S-1"),
            ("methanol", "R-1"),
            ("S-1*00", None),
            ("4006381333931", None),
            ("lot", None),
            ("  ", None),
        ],
    )
    def test_a_scanned_lot_is_found_by_number_label_or_the_only_match(self, stocked, text, number):
        found = stocked.scanned(text)
        assert (None if found is None else found.lot.number) == number

    def test_two_people_at_one_lot_are_told_and_nothing_is_overwritten(self, stocked):
        seen = stocked.standard("S-1").version
        stocked.use_standard("S-1", Decimal(1), purpose="control", actor=TECHNICIAN)
        late = {"actor": EXPERT, "version": seen}
        for act in (
            lambda: stocked.reweigh_standard("S-1", Decimal(250), u_mg=Decimal(1), purpose="p", **late),
            lambda: stocked.block_standard("S-1", status=LotStatus.DISCARDED, reason="r", **late),
            lambda: stocked.block_reagent("R-1", status=LotStatus.DISCARDED, reason="r", actor=EXPERT, version=1),
            lambda: stocked.release_reagent("R-1", reason="r", actor=EXPERT, version=1),
        ):
            with pytest.raises(StaleVersionError):
                act()
        assert stocked.standard("S-1").version == seen + 1
        assert stocked.reagent("R-1").status is LotStatus.RELEASED


class TestStandards:
    def test_17025_6_5_each_use_lowers_the_running_balance(self, stocked):
        stocked.use_standard("S-1", Decimal("10.5"), purpose="calibrators of B-1", actor=TECHNICIAN)
        lot = stocked.use_standard("S-1", Decimal("0.5"), purpose="control", actor=EXPERT)
        assert lot.balance_mg == Decimal("239.0")
        assert [(one.kind, one.amount_mg, one.recorded_by) for one in lot.lines] == [
            (AmountKind.USE, Decimal("10.5"), "technician"),
            (AmountKind.USE, Decimal("0.5"), "expert-a"),
        ]
        assert "239.0 mg" in stocked.standards()[0].title

    def test_more_than_the_book_holds_cannot_be_taken(self, stocked, bench):
        entries = bench.entries
        with pytest.raises(ShortageError, match="251 mg of S-1: 250 mg are there by the book") as refusal:
            stocked.use_standard("S-1", Decimal(251), purpose="p", actor=TECHNICIAN)
        assert "quality manager" in refusal.value.advice()
        for amount in ("0", "-1", "NaN"):
            with pytest.raises(InvalidRecordError, match="more than nothing"):
                stocked.use_standard("S-1", Decimal(amount), purpose="p", actor=TECHNICIAN)
        with pytest.raises(InvalidRecordError, match="purpose: empty"):
            stocked.use_standard("S-1", Decimal(1), purpose=" ", actor=TECHNICIAN)
        assert bench.entries == entries
        used_up = stocked.use_standard("S-1", Decimal(250), purpose="p", actor=TECHNICIAN)
        with pytest.raises(NotUsableError, match="used up by the book"):
            require_usable(used_up, on=TODAY)

    def test_17025_6_5_at_16_an_expired_standard_is_refused_and_past_uses_stay(self, stocked, bench):
        used = stocked.use_standard("S-1", Decimal(1), purpose="p", actor=TECHNICIAN)
        bench.clock.advance(days=6)
        with pytest.raises(NotUsableError, match=r"reference standard S-1 .*could be used until 2026-11-27"):
            stocked.use_standard("S-1", Decimal(1), purpose="p", actor=TECHNICIAN)
        assert stocked.standard("S-1") == used

    def test_standards_that_vanish_come_to_the_quality_manager(self, stocked, bench):
        """12 mg on the books, 244 mg on the balance, and the other way round: both are differences."""
        stocked.use_standard("S-1", Decimal(238), purpose="p", actor=TECHNICIAN)
        found = stocked.reweigh_standard("S-1", Decimal(244), u_mg=Decimal("0.2"), purpose="audit", actor=EXPERT)
        assert (found.standard.balance_mg, found.discrepancy.difference) == (Decimal(12), Decimal(232))
        assert (found.discrepancy.u, found.discrepancy.unit, found.discrepancy.state) == (Decimal("0.7"), "mg", "open")
        with pytest.raises(TransitionError, match="is open"):
            stocked.correct_standard("S-1", Decimal(244), discrepancy=found.discrepancy.number, actor=QUALITY)
        closed = bench.weighing.close_discrepancy(
            found.discrepancy.number, finding="a use was recorded twice", action="told the bench", actor=QUALITY
        )
        corrected = stocked.correct_standard("S-1", Decimal(244), discrepancy=closed.number, actor=QUALITY)
        assert corrected.balance_mg == Decimal(244)
        assert corrected.lines[-1].purpose == "S-1-D1: a use was recorded twice"
        again = stocked.reweigh_standard("S-1", Decimal("243.4"), u_mg=Decimal("0.2"), purpose="audit", actor=EXPERT)
        assert again.discrepancy is None
        missing = stocked.reweigh_standard("S-1", Decimal("243.2"), u_mg=Decimal("0.2"), purpose="audit", actor=EXPERT)
        assert missing.discrepancy.difference == Decimal("-0.8")
        assert missing.discrepancy.number == "S-1-D2"

    def test_l_12_who_took_from_it_last_does_not_reweigh_it(self, stocked):
        stocked.use_standard("S-1", Decimal(1), purpose="p", actor=EXPERT)
        with pytest.raises(NotPermittedError, match="another person reweighs it"):
            stocked.reweigh_standard("S-1", Decimal(249), u_mg=Decimal("0.2"), purpose="audit", actor=EXPERT)

    def test_a_correction_names_the_closed_difference_of_the_same_lot(self, stocked, bench):
        stocked.add_standard(dataclasses.replace(HEROIN, number="S-2"), actor=EXPERT)
        other = stocked.reweigh_standard("S-2", Decimal(1), u_mg=Decimal(0), purpose="audit", actor=EXPERT)
        bench.weighing.close_discrepancy(other.discrepancy.number, finding="f", action="a", actor=QUALITY)
        with pytest.raises(TransitionError, match="of S-2, not S-1"):
            stocked.correct_standard("S-1", Decimal(1), discrepancy=other.discrepancy.number, actor=QUALITY)

    @pytest.mark.parametrize(
        "change",
        [
            {"received_mg": Decimal(0)},
            {"reweigh_tolerance_mg": Decimal(-1)},
            {"purity": Decimal("1.01")},
            {"purity": Decimal(0)},
            {"purity_k": None},
            {"purity": None},
            {"purity_k": Decimal(0)},
            {"certificate": " "},
        ],
    )
    def test_what_cannot_be_a_standard_is_refused(self, stocking, change):
        with pytest.raises(InvalidRecordError):
            stocking.add_standard(dataclasses.replace(HEROIN, **change), actor=EXPERT)

    def test_a_blocked_standard_gives_nothing(self, stocked):
        stocked.block_standard("S-1", status=LotStatus.QUARANTINE, reason="label lost", actor=EXPERT)
        with pytest.raises(NotUsableError, match="label lost"):
            stocked.use_standard("S-1", Decimal(1), purpose="p", actor=TECHNICIAN)
