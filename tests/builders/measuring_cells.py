"""The cells of the rights matrix for registers, weighing and sampling, and the records that they begin from."""

import dataclasses
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from lims.domain.case import Case
from lims.domain.instrument import EquipmentKind, UpkeepKind
from lims.domain.mass_balance import MassBalance
from lims.domain.mass_discrepancy import DiscrepancyClosing, MassDiscrepancy
from lims.domain.reagent import LotChange, LotStatus, Reagent
from lims.domain.record import Record
from lims.domain.reference_standard import ReferenceStandard
from lims.domain.request import Consumption, ConsumptionPermission
from lims.domain.sampling_plan import (
    PlanDesign,
    Population,
    SamplingMethod,
    SamplingPlan,
    UnitDraw,
    UnitOutcome,
)
from lims.domain.unit_draw import BLACK_BOX
from lims.domain.weighing import WeighingPurpose
from lims.services.registering import CalibrationFacts, CheckWeight, InstrumentFacts, UpkeepFacts
from lims.services.sampling import PlanFacts, ResultFacts
from lims.services.stocking import ReagentFacts, StandardFacts
from lims.services.weighing import AliquotFacts
from tests.builders.measuring_bench import BALANCE, BUDGET, K, balance, check, photograph, reading, shown

CASE = "2026-0001"
EXHIBIT = "2026-0001/1"
DAY = date(2026, 11, 1)
DESIGN = PlanDesign(
    method=SamplingMethod.HYPERGEOMETRIC, testing="all screened", proportion=Decimal("0.9"), confidence=Decimal("0.95")
)
POPULATION = Population(units=10, alike_in="size, colour", photograph=f"{EXHIBIT}-F1")
PLAN = PlanFacts(population=POPULATION, design=DESIGN)
PARTS = tuple(PlanFacts(population=dataclasses.replace(POPULATION, units=units), design=DESIGN) for units in (4, 6))


def write_states(lab: Any, work: Any, write: Callable[[Record], None]) -> None:
    """Write what the acts begin from, past the door."""
    now = lab.bench.clock.now()
    ready = balance(now)
    write(ready)
    write(check(now))
    out = dataclasses.replace(ready, number="OUT-1")
    write(dataclasses.replace(out.take_out(reason="r", by="somebody", at=now), version=1))
    released = LotChange(status=LotStatus.RELEASED, reason="r", changed_by="somebody", changed_at=now)
    reagent = Reagent(
        number="RQ",
        name="n",
        producer="p",
        lot="l",
        certificate="",
        expires_on=None,
        received_on=DAY,
        registered_by="somebody",
        registered_at=now,
    )
    standard = ReferenceStandard(
        number="SQ",
        substance="s",
        inchikey="",
        producer="p",
        lot="l",
        certificate="c",
        purity=None,
        purity_u=None,
        purity_k=None,
        expires_on=None,
        received_on=DAY,
        received_mg=Decimal(10),
        reweigh_tolerance_mg=Decimal(1),
        registered_by="somebody",
        registered_at=now,
    )
    for quarantined in (reagent, standard):
        write(quarantined)
        number = {"RQ": "R1", "SQ": "S1"}[quarantined.number]
        write(dataclasses.replace(quarantined, number=number, changes=(released,)))
    open_one = MassDiscrepancy(
        number="S1-D9",
        subject_number="S1",
        exhibit_number="",
        what="w",
        difference=Decimal(-5),
        u=Decimal(1),
        unit="mg",
        raised_by="somebody",
        raised_at=now,
    )
    closing = DiscrepancyClosing(finding="f", action="a", closed_by="quality", closed_at=now)
    write(open_one)
    write(dataclasses.replace(open_one, number="S1-D8", closing=closing))
    _write_casework(lab, work, write)


def _write_casework(lab: Any, work: Any, write: Callable[[Record], None]) -> None:
    now = lab.bench.clock.now()
    permission = ConsumptionPermission(extent=Consumption.FULL, reference="letter 7")
    write(work.load(Case, CASE).permit(permission))
    write(
        MassBalance(
            number=f"{EXHIBIT}-M",
            item_number=EXHIBIT,
            exhibit_number=EXHIBIT,
            weighing_number="w",
            before_g=Decimal(50),
            before_u_g=Decimal("0.1"),
        )
    )
    write(photograph(EXHIBIT, now))
    plan = SamplingPlan(
        number="planned",
        exhibit_number=EXHIBIT,
        population=POPULATION,
        design=DESIGN,
        planned_by="somebody",
        planned_at=now,
    )
    write(plan)
    drawn = UnitDraw(
        units=tuple(range(1, 9)), generator=BLACK_BOX, seed=None, words="bag", drawn_by="somebody", drawn_at=now
    )
    write(dataclasses.replace(plan, number="drawn", draws=(drawn,)))


def _call(service: str, name: str, *arguments: Any, **options: Any) -> Callable[[Any, Any], object]:
    def cell(lab: Any, actor: Any) -> object:
        return getattr(lab.call(service), name)(*arguments, **options, actor=actor)

    return cell


_WEIGHED = {"balance": BALANCE, "k": K}
MEASURING_CELLS: Mapping[str, tuple[str, Callable[[Any, Any], object]]] = {
    "registering.add": (
        "instrument.registered",
        _call(
            "registering",
            "add",
            InstrumentFacts(number="N", kind=EquipmentKind.FTIR, model="m", serial="s", place="p"),
        ),
    ),
    "registering.calibrate": (
        "instrument.calibrated",
        _call(
            "registering",
            "calibrate",
            BALANCE,
            CalibrationFacts(certificate="c", body="b", calibrated_on=DAY, budget=BUDGET),
        ),
    ),
    "registering.keep_up": (
        "instrument.kept-up",
        _call(
            "registering",
            "keep_up",
            BALANCE,
            UpkeepFacts(kind=UpkeepKind.SERVICE, words="w", happened_on=DAY, done_by="f"),
        ),
    ),
    "registering.take_out": ("instrument.taken-out", _call("registering", "take_out", BALANCE, reason="r")),
    "registering.put_back": ("instrument.put-back", _call("registering", "put_back", "OUT-1", check="c")),
    "registering.check_balance": (
        "balance check.recorded",
        _call(
            "registering",
            "check_balance",
            BALANCE,
            CheckWeight(number="W", nominal_g=Decimal(100), tolerance_g=Decimal("0.02")),
            reading=reading("100.00 g"),
        ),
    ),
    "stocking.add_reagent": (
        "reagent.registered",
        _call("stocking", "add_reagent", ReagentFacts(number="N", name="n", producer="p", lot="l", received_on=DAY)),
    ),
    "stocking.release_reagent": ("reagent.released", _call("stocking", "release_reagent", "RQ", reason="r")),
    "stocking.open_reagent": ("reagent.opened", _call("stocking", "open_reagent", "R1")),
    "stocking.block_reagent": (
        "reagent.blocked",
        _call("stocking", "block_reagent", "R1", status=LotStatus.DISCARDED, reason="r"),
    ),
    "stocking.add_standard": (
        "reference standard.registered",
        _call(
            "stocking",
            "add_standard",
            StandardFacts(
                number="N",
                substance="s",
                producer="p",
                lot="l",
                certificate="c",
                received_on=DAY,
                received_mg=Decimal(5),
                reweigh_tolerance_mg=Decimal(0),
            ),
        ),
    ),
    "stocking.release_standard": (
        "reference standard.released",
        _call("stocking", "release_standard", "SQ", reason="r"),
    ),
    "stocking.use_standard": (
        "reference standard.used",
        _call("stocking", "use_standard", "S1", Decimal(1), purpose="p"),
    ),
    "stocking.reweigh_standard": (
        "reference standard.reweighed",
        _call("stocking", "reweigh_standard", "S1", Decimal(1), u_mg=Decimal("0.1"), purpose="audit"),
    ),
    "stocking.correct_standard": (
        "reference standard.corrected",
        _call("stocking", "correct_standard", "S1", Decimal(5), discrepancy="S1-D8"),
    ),
    "stocking.block_standard": (
        "reference standard.blocked",
        _call("stocking", "block_standard", "S1", status=LotStatus.QUARANTINE, reason="r"),
    ),
    "weighing.weigh": (
        "weighing.recorded",
        _call("weighing", "weigh", EXHIBIT, shown("60.00 g"), purpose=WeighingPurpose.REMAINDER, **_WEIGHED),
    ),
    "weighing.take_aliquot": (
        "aliquot.taken",
        _call("weighing", "take_aliquot", EXHIBIT, shown("1.00 g"), AliquotFacts(purpose="p"), **_WEIGHED),
    ),
    "weighing.consume": (
        "mass balance.consumed",
        _call("weighing", "consume", EXHIBIT, Decimal(1), u_g=Decimal("0.1"), purpose="p"),
    ),
    "weighing.lose": ("mass balance.lost", _call("weighing", "lose", EXHIBIT, Decimal(1), reason="r")),
    "weighing.close_discrepancy": (
        "discrepancy.closed",
        _call("weighing", "close_discrepancy", "S1-D9", finding="f", action="a"),
    ),
    "sampling.plan": ("sampling plan.made", _call("sampling", "plan", EXHIBIT, PLAN)),
    "sampling.draw": ("sampling plan.drawn", _call("sampling", "draw", "planned", numbering="by row")),
    "sampling.draw_by_hand": (
        "sampling plan.drawn",
        _call("sampling", "draw_by_hand", "planned", tuple(range(1, 9)), words="bag"),
    ),
    "sampling.record_result": (
        "sampling plan.result-recorded",
        _call("sampling", "record_result", "drawn", ResultFacts(unit=1, outcome=UnitOutcome.NEGATIVE, basis="b")),
    ),
    "sampling.change": ("sampling plan.changed", _call("sampling", "change", "planned", DESIGN, reason="r")),
    "sampling.split": ("sampling plan.split", _call("sampling", "split", "planned", PARTS, reason="r")),
}
"""As ``CELLS`` of ``rights_lab``."""
