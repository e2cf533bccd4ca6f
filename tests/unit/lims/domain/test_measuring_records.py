"""What no record of measuring may hold, and the corners of the arithmetic."""

import dataclasses
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest

from lims.domain.aliquot import Aliquot
from lims.domain.instrument import BalanceRange, EquipmentKind
from lims.domain.mass_balance import Consumed, MassBalance
from lims.domain.mass_discrepancy import MassDiscrepancy
from lims.domain.reference_standard import AmountKind, AmountLine, ReferenceStandard, reweigh_difference
from lims.domain.sample_size import unlimited_posterior
from lims.domain.sampling_plan import (
    PlanDesign,
    Population,
    SamplingMethod,
    SamplingPlan,
    UnitDraw,
    UnitOutcome,
    UnitResult,
)
from lims.domain.sampling_statement import state
from lims.domain.unit_draw import BLACK_BOX, _below
from lims.domain.weighing import CheckedBalance, WeighedItem, WeighingPurpose, weigh
from lims.errors import InvalidRecordError, WeighingError
from tests.builders.clocks import MORNING
from tests.builders.measuring_bench import K, balance, check, shown


def test_masses_and_amounts_that_cannot_be_are_refused():
    aliquot = {"number": "a", "item_number": "i", "exhibit_number": "e", "weighing_number": "w", "u_g": Decimal(0)}
    with pytest.raises(InvalidRecordError, match="more than nothing"):
        Aliquot(**aliquot, mass_g=Decimal(0), purpose="p", container="", taken_by="t", taken_at=MORNING)
    with pytest.raises(InvalidRecordError, match="the weight above 0"):
        check(MORNING, nominal_g=Decimal(0))
    with pytest.raises(InvalidRecordError, match="0 <= minimum < capacity"):
        BalanceRange(capacity_g=Decimal(1), minimum_g=Decimal(1))
    with pytest.raises(InvalidRecordError, match="a mass above 0"):
        MassBalance(
            number="m",
            item_number="i",
            exhibit_number="e",
            weighing_number="w",
            before_g=Decimal(0),
            before_u_g=Decimal(0),
        )
    with pytest.raises(InvalidRecordError, match="uncertainty not negative"):
        Consumed(mass_g=Decimal(1), u_g=Decimal(-1), purpose="p", permission="l", consumed_by="t", consumed_at=MORNING)
    with pytest.raises(InvalidRecordError, match=r"difference NaN, U 1; expected"):
        MassDiscrepancy(
            number="d",
            subject_number="s",
            exhibit_number="",
            what="w",
            difference=Decimal("NaN"),
            u=Decimal(1),
            unit="g",
            raised_by="t",
            raised_at=MORNING,
        )
    with pytest.raises(InvalidRecordError, match="finite amounts, not negative"):
        AmountLine(
            kind=AmountKind.USE,
            amount_mg=Decimal(-1),
            balance_mg=Decimal(1),
            purpose="p",
            recorded_by="t",
            recorded_at=MORNING,
        )


def test_a_standard_that_nobody_reweighed_has_no_difference():
    lot = ReferenceStandard(
        number="s",
        substance="heroin",
        inchikey="",
        producer="p",
        lot="l",
        certificate="c",
        purity=None,
        purity_u=None,
        purity_k=None,
        expires_on=None,
        received_on=date(2026, 1, 1),
        received_mg=Decimal(10),
        reweigh_tolerance_mg=Decimal(0),
        registered_by="t",
        registered_at=MORNING,
    )
    assert reweigh_difference(lot) is None
    used = lot.use(Decimal(1), purpose="p", by="t", at=MORNING)
    assert reweigh_difference(used) is None


def test_nothing_but_a_balance_weighs():
    ready = balance(MORNING)
    other = dataclasses.replace(ready, kind=EquipmentKind.OTHER, balance_range=None)
    item = WeighedItem(number="e", exhibit_number="e", purpose=WeighingPurpose.UNIT)
    with pytest.raises(WeighingError, match="BAL-1 is other, no balance"):
        weigh(
            item,
            shown("1.00 g"),
            number="e-W1",
            on_balance=CheckedBalance(instrument=other, check=check(MORNING)),
            k=K,
            by="t",
            at=MORNING,
            on=MORNING.date(),
        )


def test_sa_2_words_that_would_favour_some_units_are_thrown_away():
    class Words:
        """Gives the words that it was told to."""

        def __init__(self, *words):
            self.words = list(words)

        def random_raw(self):
            return self.words.pop(0)

    assert 2**64 % 3 == 1  # so that the last word would give 0 once more than 1 and 2
    assert _below(Words(2**64 - 1, 2**64 - 2), 3) == (2**64 - 2) % 3


def test_sa_5_a_bayesian_statement_on_a_large_population_is_that_of_its_posterior():
    design = PlanDesign(
        method=SamplingMethod.BAYESIAN,
        testing="GC-MS",
        proportion=Decimal("0.9"),
        confidence=Decimal("0.95"),
        prior_positive=Decimal(1),
        prior_negative=Decimal(1),
    )
    units = tuple(range(1, 29))
    draw = UnitDraw(units=units, generator=BLACK_BOX, seed=None, words="bag", drawn_by="t", drawn_at=MORNING)
    results = tuple(
        UnitResult(
            unit=unit, outcome=UnitOutcome.POSITIVE, substance="MDMA", basis="b", recorded_by="t", recorded_at=MORNING
        )
        for unit in units
    )
    plan = SamplingPlan(
        number="e-S1",
        exhibit_number="e",
        population=Population(units=5000, alike_in="logo", photograph="f"),
        design=design,
        planned_by="x",
        planned_at=MORNING,
        draws=(draw,),
        results=results,
    )
    found = state(plan).at_least

    def posterior(positive):
        return unlimited_posterior(28, 0, proportion=Fraction(positive, 5000), prior=design.prior)

    assert found >= 4500
    assert posterior(found) >= Fraction("0.95") > posterior(found + 1)
