"""Acts at the bench that give numbers: registers, weighing, aliquots, mass balances, sampling plans."""

import dataclasses
from datetime import timedelta
from decimal import Decimal

from lims.domain.aliquot import Aliquot
from lims.domain.custody import Custody
from lims.domain.exhibit import Exhibit
from lims.domain.instrument import EquipmentKind, Instrument, UpkeepKind
from lims.domain.mass_balance import MassBalance
from lims.domain.mass_discrepancy import MassDiscrepancy
from lims.domain.permissions import Act
from lims.domain.photograph import Photograph
from lims.domain.reagent import LotStatus, Reagent
from lims.domain.reference_standard import ReferenceStandard
from lims.domain.sampling_plan import PlanDesign, Population, SamplingMethod, SamplingPlan, UnitOutcome
from lims.domain.staff import StaffMember
from lims.domain.weighing import Shown, WeighingPurpose
from lims.services.registering import InstrumentFacts, UpkeepFacts
from lims.services.sampling import PlanFacts, ResultFacts
from lims.services.stocking import ReagentFacts, StandardFacts
from lims.services.weighing import AliquotFacts
from tests.builders.laboratories import EXPERT
from tests.builders.measuring_bench import BALANCE, K, reading, shown
from tests.builders.people import QUALITY
from tests.lifecycle.laboratory import BY_NUMBER, EXPERT_C, WEIGHT, Life, NothingToDoError, calibration
from tests.lifecycle.receiving_acts import BENCH
from tests.lifecycle.registry import act

KEEPERS = (EXPERT, EXPERT_C, QUALITY)
HYPERGEOMETRIC = PlanDesign(
    method=SamplingMethod.HYPERGEOMETRIC, testing="all screened", proportion=Decimal("0.5"), confidence=Decimal("0.95")
)
ALL_UNITS = PlanDesign(method=SamplingMethod.ALL, testing="all screened and confirmed")
INFEASIBLE = dataclasses.replace(HYPERGEOMETRIC, proportion=Decimal("0.9"), expected_negatives=2)


@act("registering.add", Act.INSTRUMENT_REGISTERED)
def add_instrument(life: Life) -> None:
    number = f"I-{life.chance.randint(1, 9)}"
    facts = InstrumentFacts(number=number, kind=EquipmentKind.FTIR, model="m", serial="s", place="room 4")
    life.bench.registering.add(facts, actor=life.by(*KEEPERS))


@act("registering.calibrate", Act.INSTRUMENT_CALIBRATED)
def calibrate(life: Life) -> None:
    number = BALANCE if life.chance.random() < 0.7 else life.some(Instrument)
    facts = calibration(life.today, days=life.chance.choice((20, 60, 2, -1)))
    life.bench.registering.calibrate(number, facts, actor=life.by(*KEEPERS))


@act("registering.keep_up", Act.INSTRUMENT_KEPT_UP)
def keep_up(life: Life) -> None:
    kind = life.chance.choice((UpkeepKind.SERVICE, UpkeepKind.DAMAGE))
    facts = UpkeepFacts(kind=kind, words="pan", happened_on=life.today, done_by="firm")
    life.bench.registering.keep_up(life.some(Instrument), facts, actor=life.by(*BENCH, QUALITY))


@act("registering.take_out", Act.INSTRUMENT_TAKEN_OUT)
def take_out_of_service(life: Life) -> None:
    life.bench.registering.take_out(life.some(Instrument, "in service"), reason="drifts", actor=life.by(*BENCH))


@act("registering.put_back", Act.INSTRUMENT_PUT_BACK)
def put_back(life: Life) -> None:
    number = life.some(Instrument, "out of service")
    life.bench.registering.put_back(number, check="check weight", actor=life.by(*KEEPERS))


@act("registering.check_balance", Act.BALANCE_CHECKED)
def check_balance(life: Life) -> None:
    text = life.chance.choice(("100.00 g", "100.01 g", "100.00 g", "99.90 g"))
    life.bench.registering.check_balance(BALANCE, WEIGHT, reading=reading(text), actor=life.by(*BENCH))


@act("stocking.add_reagent", Act.REAGENT_REGISTERED)
def add_reagent(life: Life) -> None:
    number = f"R-{life.chance.randint(2, 9)}"
    expires = life.today + timedelta(days=life.chance.choice((30, 1, -1)))
    facts = ReagentFacts(
        number=number, name="Mandelin", producer="p", lot="L", received_on=life.today, expires_on=expires
    )
    life.bench.stocking.add_reagent(facts, actor=life.by(*BENCH, QUALITY))


@act("stocking.release_reagent", Act.REAGENT_RELEASED)
def release_reagent(life: Life) -> None:
    life.bench.stocking.release_reagent(life.some(Reagent, "quarantine"), reason="works", actor=life.by(*KEEPERS))


@act("stocking.open_reagent", Act.REAGENT_OPENED)
def open_reagent(life: Life) -> None:
    life.bench.stocking.open_reagent(life.some(Reagent, "released"), actor=life.by(*BENCH))


@act("stocking.block_reagent", Act.REAGENT_BLOCKED)
def block_reagent(life: Life) -> None:
    status = life.chance.choice((LotStatus.QUARANTINE, LotStatus.DISCARDED, LotStatus.RELEASED))
    life.bench.stocking.block_reagent(life.some(Reagent), status=status, reason="old", actor=life.by(*BENCH))


@act("stocking.add_standard", Act.STANDARD_REGISTERED)
def add_standard(life: Life) -> None:
    facts = StandardFacts(
        number=f"RS-{life.chance.randint(2, 9)}",
        substance="Ketamine",
        producer="p",
        lot="L",
        certificate="c",
        received_on=life.today,
        received_mg=Decimal(10),
        reweigh_tolerance_mg=Decimal("0.1"),
        expires_on=life.today + timedelta(days=life.chance.choice((30, 1, -1))),
    )
    life.bench.stocking.add_standard(facts, actor=life.by(*KEEPERS))


@act("stocking.release_standard", Act.STANDARD_RELEASED)
def release_standard(life: Life) -> None:
    number = life.some(ReferenceStandard, "quarantine")
    life.bench.stocking.release_standard(number, reason="certificate", actor=life.by(*KEEPERS))


@act("stocking.use_standard", Act.STANDARD_USED)
def use_standard(life: Life) -> None:
    amount = life.chance.choice((Decimal(1), Decimal(2), Decimal(50)))
    number = life.some(ReferenceStandard, "released")
    life.bench.stocking.use_standard(number, amount, purpose="calibrators", actor=life.by(*BENCH))


@act("stocking.reweigh_standard", Act.STANDARD_REWEIGHED, Act.MASS_DISCREPANCY_RAISED)
def reweigh_standard(life: Life) -> None:
    lot = life.load(ReferenceStandard, life.some(ReferenceStandard, "released"))
    found = life.chance.choice((lot.balance_mg, max(lot.balance_mg - 3, Decimal(0))))
    life.bench.stocking.reweigh_standard(
        lot.number, found, u_mg=Decimal("0.1"), purpose="audit", actor=life.by(*KEEPERS)
    )


@act("stocking.correct_standard", Act.STANDARD_CORRECTED)
def correct_standard(life: Life) -> None:
    number = life.some(MassDiscrepancy, "closed")
    subject = life.load(MassDiscrepancy, number).subject_number
    life.bench.stocking.correct_standard(subject, Decimal(5), discrepancy=number, actor=life.by(QUALITY))


@act("stocking.block_standard", Act.STANDARD_BLOCKED)
def block_standard(life: Life) -> None:
    status = life.chance.choice((LotStatus.QUARANTINE, LotStatus.DISCARDED))
    life.bench.stocking.block_standard(life.some(ReferenceStandard), status=status, reason="old", actor=life.by(*BENCH))


# masses


def grams(life: Life, mass: Decimal) -> Shown:
    """Type what the balance shows; at times below what it may weigh, or without a reason."""
    if life.slips():
        return life.chance.choice((shown("0.05 g"), shown(f"{mass} g", reason=""), shown("250.00 g")))
    if life.chance.random() < 0.5:
        return shown(f"{mass + Decimal('1.00')} g", "1.00 g")
    return shown(f"{mass} g")


@act("weighing.weigh", Act.WEIGHING_RECORDED, Act.MASS_OPENED)
def weigh_before(life: Life) -> None:
    weigh_item(life, life.some(Exhibit), life.by(*BENCH))


def weigh_item(life: Life, item: str, actor: object) -> None:
    """Weigh before the examination."""
    mass = Decimal(life.chance.randint(2000, 6000)) / 100
    life.bench.weighing.weigh(
        item,
        grams(life, mass),
        balance=BALANCE,
        purpose=WeighingPurpose.BEFORE,
        k=K,
        actor=actor,
    )


@act("weighing.weigh", Act.WEIGHING_RECORDED, Act.MASS_WEIGHED_BACK, Act.MASS_DISCREPANCY_RAISED)
def weigh_remainder(life: Life) -> None:
    kept = life.load(MassBalance, life.some(MassBalance))
    missing = Decimal(life.chance.choice((0, 0, 0, 2)))
    weigh_back(life, kept, life.by(*BENCH), missing=missing)


def weigh_back(life: Life, kept: MassBalance, actor: object, *, missing: Decimal = Decimal(0)) -> None:
    """Weigh what is left: what should be there, or less."""
    mass = max(kept.expected_g - missing, Decimal("0.30"))
    life.bench.weighing.weigh(
        kept.item_number,
        grams(life, mass),
        balance=BALANCE,
        purpose=WeighingPurpose.REMAINDER,
        k=K,
        actor=actor,
    )


def hand_of(life: Life, item: str) -> StaffMember:
    """Give the person who has an item in hand; at times another."""
    return life.by(BY_NUMBER.get(life.load(Custody, item).holder.name, BENCH[0]))


@act(
    "weighing.take_aliquot",
    *(Act.WEIGHING_RECORDED, Act.ALIQUOT_TAKEN, Act.MASS_TAKEN, Act.MASS_OPENED, Act.CUSTODY_ALIQUOT_TAKEN),
)
def take_aliquot(life: Life) -> None:
    kept = life.load(MassBalance, life.some(MassBalance))
    mass = life.chance.choice((Decimal("1.00"), Decimal("2.00"), kept.before_g + 1))
    take_aliquot_of(life, kept.item_number, mass, hand_of(life, kept.item_number))


def take_aliquot_of(life: Life, item: str, mass: Decimal, actor: object) -> Aliquot:
    """Take so much of an item."""
    facts = AliquotFacts(purpose="GC-MS")
    return life.bench.weighing.take_aliquot(item, grams(life, mass), facts, balance=BALANCE, k=K, actor=actor)


@act("weighing.consume", Act.MASS_CONSUMED, Act.CUSTODY_CONSUMED)
def consume(life: Life) -> None:
    kept = life.load(MassBalance, life.some(MassBalance))
    mass = life.chance.choice((Decimal("0.50"), kept.expected_g, kept.before_g + 5))
    used, actor = max(mass, Decimal("0.01")), hand_of(life, kept.item_number)
    life.bench.weighing.consume(kept.item_number, used, u_g=Decimal("0.05"), purpose="extraction", actor=actor)


@act("weighing.lose", Act.MASS_LOST)
def lose(life: Life) -> None:
    kept = life.load(MassBalance, life.some(MassBalance))
    mass = life.chance.choice((Decimal("0.20"), kept.before_g + 5))
    life.bench.weighing.lose(kept.item_number, mass, reason="spilled", actor=hand_of(life, kept.item_number))


@act("weighing.close_discrepancy", Act.MASS_DISCREPANCY_CLOSED)
def close_mass_discrepancy(life: Life) -> None:
    number = life.some(MassDiscrepancy, "open")
    life.bench.weighing.close_discrepancy(number, finding="a spill", action="told", actor=life.by(QUALITY))


# sampling


def countable(life: Life) -> Exhibit:
    """Give an exhibit whose units were counted and photographed."""
    found = [line.number for line in life.listed(Photograph)]
    exhibits = {life.load(Photograph, number).exhibit_number for number in found}
    counted = [one for one in (life.load(Exhibit, number) for number in sorted(exhibits)) if one.unit_count]
    return life.choose(counted)


def plan_facts(
    life: Life, exhibit: Exhibit, *, units: int | None = None, design: PlanDesign | None = None
) -> PlanFacts:
    """Fix how the units of an exhibit are sampled."""
    pictures = life.children(Photograph, exhibit.number)
    if not pictures:
        raise NothingToDoError
    population = Population(
        units=units or exhibit.unit_count or 10, alike_in="size, colour, logo", photograph=pictures[0].number
    )
    chosen = design or life.chance.choice((HYPERGEOMETRIC, HYPERGEOMETRIC, ALL_UNITS, INFEASIBLE))
    return PlanFacts(population=population, design=chosen)


@act("sampling.plan", Act.SAMPLING_PLANNED)
def plan_sampling(life: Life) -> None:
    exhibit = countable(life)
    life.bench.sampling.plan(exhibit.number, plan_facts(life, exhibit), actor=life.by(EXPERT, EXPERT_C))


@act("sampling.draw", Act.SAMPLING_DRAWN)
def draw_units(life: Life) -> None:
    life.bench.sampling.draw(life.some(SamplingPlan, "planned"), numbering="by row", actor=life.by(*BENCH))


@act("sampling.draw_by_hand", Act.SAMPLING_DRAWN)
def draw_by_hand(life: Life) -> None:
    plan = life.load(SamplingPlan, life.some(SamplingPlan, "planned"))
    count = plan.to_draw + (1 if life.slips() else 0)
    units = tuple(life.chance.sample(range(1, plan.population.units + 1), k=min(count, plan.population.units)))
    life.bench.sampling.draw_by_hand(plan.number, units, words="from a bag", actor=life.by(*BENCH))


@act("sampling.record_result", Act.SAMPLING_RESULT_RECORDED)
def record_unit(life: Life) -> None:
    plan = life.load(SamplingPlan, life.some(SamplingPlan, "drawn"))
    outcome = life.chance.choice((UnitOutcome.POSITIVE, UnitOutcome.POSITIVE, UnitOutcome.NEGATIVE))
    record_unit_of(life, plan, outcome, life.by(*BENCH))


def record_unit_of(life: Life, plan: SamplingPlan, outcome: UnitOutcome, actor: object) -> None:
    """Record what the next drawn unit gave; at times of a unit that was not drawn."""
    tested = {one.unit for one in plan.results}
    open_units = [unit for unit in plan.drawn if unit not in tested] or [1]
    unit = life.chance.randint(1, 11) if life.slips() else open_units[0]
    substance = "Ketamine" if outcome is UnitOutcome.POSITIVE else ""
    facts = ResultFacts(unit=unit, outcome=outcome, substance=substance, basis="colour test, unit by unit")
    life.bench.sampling.record_result(plan.number, facts, actor=actor)


@act("sampling.change", Act.SAMPLING_CHANGED)
def change_plan(life: Life) -> None:
    design = life.chance.choice((ALL_UNITS, HYPERGEOMETRIC, INFEASIBLE))
    reason = "" if life.slips() else "one unit was negative"
    life.bench.sampling.change(life.some(SamplingPlan), design, reason=reason, actor=life.by(EXPERT, EXPERT_C))


@act("sampling.split", Act.SAMPLING_SPLIT, Act.SAMPLING_PLANNED)
def split_plan(life: Life) -> None:
    plan = life.load(SamplingPlan, life.some(SamplingPlan))
    exhibit = life.load(Exhibit, plan.exhibit_number)
    units = plan.population.units
    first = max(1, units // 3)
    parts = tuple(
        plan_facts(life, exhibit, units=number, design=ALL_UNITS) for number in (first, units - first + life.slips())
    )
    life.bench.sampling.split(plan.number, parts, reason="two logos", actor=life.by(EXPERT, EXPERT_C))
