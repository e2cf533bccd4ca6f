"""Generated records of the bench's measuring: instruments, lots, weighings, mass balances, sampling plans."""

from datetime import date
from decimal import Decimal

from hypothesis import strategies as st

from lims.domain.aliquot import Aliquot
from lims.domain.balance_check import BalanceCheck
from lims.domain.instrument import BalanceRange, Calibration, EquipmentKind, Instrument
from lims.domain.mass_balance import Consumed, Lost, MassBalance
from lims.domain.mass_discrepancy import MassDiscrepancy
from lims.domain.mt_sics import read_weight
from lims.domain.reagent import Reagent
from lims.domain.reference_standard import AmountLine, ReferenceStandard
from lims.domain.sampling_plan import PlanDesign, Population, SamplingMethod, SamplingPlan, UnitDraw
from lims.domain.unit_draw import GENERATOR, LARGEST_SEED
from lims.domain.weighing import Weighing, from_balance, typed
from lims.domain.weight_uncertainty import BalanceBudget

ENTITIES = (
    *(Aliquot, BalanceCheck, Instrument, MassBalance, MassDiscrepancy, Reagent, ReferenceStandard),
    *(SamplingPlan, Weighing),
)
MASS = st.decimals("0.001", "50", places=3)
BUDGETS = st.builds(
    BalanceBudget,
    readability_g=MASS,
    repeatability_g=MASS,
    linearity_g=MASS,
    calibration_u_g=MASS,
    calibration_k=st.sampled_from((Decimal(2), Decimal("2.13"))),
)
SHARE = st.sampled_from((Decimal("0.5"), Decimal("0.55"), Decimal("0.9")))


def _typed(least):
    return MASS.map(lambda mass: typed(f"{mass + least} g"))


def _read(least):
    def reading(mass):
        return from_balance(read_weight(f"S S {mass + least} g"), serial="B1")

    return MASS.map(reading)


SOUND = {
    BalanceBudget: lambda: dict.fromkeys(
        ("readability_g", "repeatability_g", "linearity_g", "calibration_u_g", "calibration_k"), MASS
    ),
    BalanceRange: lambda: {"capacity_g": st.decimals(60, 100, places=2), "minimum_g": MASS},
    Calibration: lambda: {
        "calibrated_on": st.dates(max_value=date(2020, 1, 1)),
        "due_on": st.none() | st.dates(min_value=date(2020, 1, 1)),
    },
    Instrument: lambda: {
        "kind": st.just(EquipmentKind.BALANCE),
        "needs_calibration": st.just(True),  # noqa: FBT003 - a value
        "balance_range": st.builds(BalanceRange, **SOUND[BalanceRange]()),
    },
    BalanceCheck: lambda: dict.fromkeys(("nominal_g", "tolerance_g", "reading_g"), MASS),
    Reagent: lambda: {
        "opened_life_days": st.none() | st.integers(0, 400),
        "opened_on": st.dates(max_value=date(2100, 1, 1)),
    },
    AmountLine: lambda: {"amount_mg": MASS, "balance_mg": MASS, "u_mg": st.none() | MASS},
    ReferenceStandard: lambda: {
        "received_mg": MASS,
        "reweigh_tolerance_mg": MASS,
        "purity": st.decimals("0.01", 1, places=2),
        "purity_u": MASS,
        "purity_k": MASS,
    },
    Aliquot: lambda: {"mass_g": MASS, "u_g": MASS},
    Consumed: lambda: {"mass_g": MASS, "u_g": MASS},
    Lost: lambda: {"mass_g": MASS},
    MassBalance: lambda: {"before_g": MASS, "before_u_g": MASS},
    MassDiscrepancy: lambda: {"difference": MASS.map(lambda mass: -mass), "u": MASS},
    Weighing: lambda: {
        "gross": _typed(50) | _typed(60),
        "tare": st.none() | _read(0) | _typed(0),
        "manual_reason": st.just("the line to the balance is broken"),
        "k": st.sampled_from((Decimal(2), Decimal(3))),
        "budget": BUDGETS,
    },
    Population: lambda: {"units": st.integers(1, 60)},
    PlanDesign: lambda: {
        "method": st.just(SamplingMethod.HYPERGEOMETRIC),
        "proportion": SHARE,
        "confidence": st.sampled_from((Decimal("0.95"), Decimal("0.99"))),
        "expected_negatives": st.just(0),
        "prior_positive": st.none(),
        "prior_negative": st.none(),
        "custom_units": st.none(),
        "basis": st.just(""),
    },
    UnitDraw: lambda: {"generator": st.just(GENERATOR), "seed": st.integers(0, LARGEST_SEED)},
}
"""The fields that a strategy by type alone would fill with what these records refuse."""
