"""Weighings, aliquots, remainders and sampling plans of the week; every reading is drawn from the seed."""

from collections.abc import Sequence
from decimal import Decimal

from lims.demo.crew import Site
from lims.demo.receiving import OpenCase
from lims.demo.registers import balance_of, shown
from lims.demo.stage import Stage
from lims.domain.exhibit import Exhibit, ExhibitKind
from lims.domain.sampling_plan import PlanDesign, Population, SamplingMethod, SamplingPlan, UnitOutcome
from lims.domain.staff import StaffMember
from lims.domain.weighing import Shown, WeighingPurpose
from lims.services.sampling import PlanFacts, ResultFacts
from lims.services.weighing import AliquotFacts

K = Decimal(2)
SOLID = frozenset({ExhibitKind.POWDER, ExhibitKind.TABLET, ExhibitKind.PLANT, ExhibitKind.PAPER, ExhibitKind.RESIDUE})
_GRAM = Decimal("0.001")
_USED_G, _ALIQUOT_G = Decimal("0.100"), Decimal("0.250")
MISSING_G = Decimal("0.009")
"""What one remainder of the week misses beyond its uncertainty; the quality manager is told."""
_DESIGNS = {
    "HQ": PlanDesign(
        method=SamplingMethod.HYPERGEOMETRIC,
        testing="colour test of each unit (demo)",
        proportion=Decimal("0.5"),
        confidence=Decimal("0.95"),
    ),
    "R1": PlanDesign(
        method=SamplingMethod.BAYESIAN,
        testing="colour test of each unit (demo)",
        proportion=Decimal("0.5"),
        confidence=Decimal("0.95"),
        prior_positive=Decimal(1),
        prior_negative=Decimal(1),
    ),
    "R2": PlanDesign(
        method=SamplingMethod.CUSTOM,
        testing="colour test of each unit (demo)",
        custom_units=4,
        basis="chosen for the demonstration",
    ),
}


def weigh_all(stage: Stage, exhibits: Sequence[Exhibit], site: Site) -> None:
    """Weigh what is solid, and use up a little of each for the tests that follow."""
    for exhibit in exhibits:
        if exhibit.kind in SOLID:
            mass = _mass(stage, exhibit)
            _weigh(stage, exhibit.number, site, mass, WeighingPurpose.BEFORE)
            stage.laboratory.weighing.consume(
                exhibit.number, _USED_G, u_g=Decimal("0.004"), purpose="colour test (demo)", actor=_by(stage, site)
            )


def take_aliquot(stage: Stage, exhibit: Exhibit, site: Site) -> str:
    """Take an aliquot of an exhibit for the instruments; give its number."""
    stage.clock.later(3)
    return stage.laboratory.weighing.take_aliquot(
        exhibit.number,
        Shown(gross=shown(site, Decimal(5) + _ALIQUOT_G), tare=shown(site, Decimal(5))),
        AliquotFacts(purpose="gas chromatography (demo)", container="vial"),
        balance=balance_of(site),
        k=K,
        actor=_by(stage, site),
    ).number


def weigh_back(stage: Stage, exhibit: Exhibit, site: Site, *, missing_g: Decimal = Decimal(0)) -> None:
    """Weigh what is left of an exhibit."""
    left = stage.laboratory.weighing.mass_balance(exhibit.number).expected_g - missing_g
    drawn = stage.chance(f"remainder {exhibit.number}").integers(-1, 2)
    _weigh(stage, exhibit.number, site, left + int(drawn) * _GRAM, WeighingPurpose.REMAINDER)


def sample_tablets(stage: Stage, one: OpenCase) -> SamplingPlan:
    """Plan and draw units of the tablets of a case; a plan comes before the first result."""
    return _sample(stage, one, one.exhibits[0], _DESIGNS[one.site.code])


def sample_cards(stage: Stage, one: OpenCase, exhibit: Exhibit) -> SamplingPlan:
    """Plan and draw units of cards by the square root of their number, which says nothing of the others."""
    design = PlanDesign(method=SamplingMethod.SQUARE_ROOT, testing="colour test of each unit (demo)")
    return _sample(stage, one, exhibit, design)


def record_units(stage: Stage, one: OpenCase, plan: SamplingPlan, *, substance: str, basis: str) -> None:
    """Record what each drawn unit gave; in one laboratory a unit is negative."""
    technician = stage.crew[one.site.technicians[0]]
    for place, unit in enumerate(plan.drawn):
        stage.clock.later()
        negative = one.site.code == "R2" and place == 0
        facts = ResultFacts(
            unit=unit,
            outcome=UnitOutcome.NEGATIVE if negative else UnitOutcome.POSITIVE,
            substance="" if negative else substance,
            basis=basis,
        )
        stage.laboratory.sampling.record_result(plan.number, facts, actor=technician)


def _sample(stage: Stage, one: OpenCase, exhibit: Exhibit, design: PlanDesign) -> SamplingPlan:
    sampling = stage.laboratory.sampling
    expert, technician = stage.crew[one.site.experts[0]], stage.crew[one.site.technicians[0]]
    picture = stage.photograph(exhibit, "all units, laid out", actor=technician)
    population = Population(
        units=exhibit.unit_count or 1, alike_in="size, colour, logo (demo)", photograph=picture.number
    )
    plan = sampling.plan(exhibit.number, PlanFacts(population=population, design=design), actor=expert)
    stage.clock.later(5)
    return sampling.draw(plan.number, numbering="rows of ten, from the left (demo)", actor=technician)


def _mass(stage: Stage, exhibit: Exhibit) -> Decimal:
    drawn = stage.chance(f"mass {exhibit.number}").integers(2_000, 30_000)
    return int(drawn) * _GRAM


def _weigh(stage: Stage, item: str, site: Site, mass_g: Decimal, purpose: WeighingPurpose) -> None:
    stage.clock.later(3)
    readings = Shown(gross=shown(site, mass_g + Decimal("1.2")), tare=shown(site, Decimal("1.2")))
    stage.laboratory.weighing.weigh(
        item, readings, balance=balance_of(site), purpose=purpose, k=K, actor=_by(stage, site)
    )


def _by(stage: Stage, site: Site) -> StaffMember:
    return stage.crew[site.technicians[0]]
