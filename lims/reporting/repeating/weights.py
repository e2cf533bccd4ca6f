"""Masses with their uncertainty, from the readings and the balance's budget (rules WU-4 and WU-5)."""

from decimal import Decimal

from lims.domain.report_circumstances import WeightSection
from lims.domain.report_content import ReportContent
from lims.domain.weighing import COVERAGE_PERCENT, StatedMass, state_mass
from lims.domain.weight_uncertainty import BalanceBudget
from lims.errors import LimsError
from lims.reporting.repeating.checks import CheckName, RepeatedCheck, Tally, shown
from lims.translation import Translator


def repeat_weights(content: ReportContent, *, t: Translator) -> RepeatedCheck:
    """Compute every mass of a report and its uncertainty again."""
    tally = Tally(name=CheckName.WEIGHTS, t=t)
    for weight in content.circumstances.weights:
        _repeat_one(tally, weight)
    said = t("Masses that follow from the readings and the balance: {count}.", count=tally.equal)
    return tally.result(said_of_equal=said, nothing=t("The report states no mass."))


def _repeat_one(tally: Tally, weight: WeightSection) -> None:
    t = tally.t
    if COVERAGE_PERCENT.get(weight.k) != weight.coverage_percent:
        wrong = t(
            "Weighing {number}: k = {k} does not cover {percent} %.",
            number=weight.number,
            k=shown(weight.k, t),
            percent=shown(weight.coverage_percent, t),
        )
        tally.differing.append(wrong)
        return
    if weight.gross_g is None or weight.budget is None:
        tally.lacking.append(t("Weighing {number}: its readings are not in the data.", number=weight.number))
        return
    try:
        found = _stated(weight, gross_g=weight.gross_g, budget=weight.budget)
    except (LimsError, ArithmeticError, ValueError):
        tally.differing.append(t("Weighing {number}: its numbers cannot be computed with.", number=weight.number))
        return
    if (found.mass_g, found.u_g) == (weight.mass_g, weight.u_g):
        tally.equal += 1
        return
    tally.differing.append(
        t(
            "Weighing {number}: the report says {mass} g, U {u} g; readings and balance give {found} g, U {found_u} g.",
            number=weight.number,
            mass=shown(weight.mass_g, t),
            u=shown(weight.u_g, t),
            found=shown(found.mass_g, t),
            found_u=shown(found.u_g, t),
        )
    )


def _stated(weight: WeightSection, *, gross_g: Decimal, budget: BalanceBudget) -> StatedMass:
    readings = 1 if weight.tare_g is None else 2
    net_g = gross_g - (weight.tare_g or Decimal(0))
    return state_mass(net_g, u_g=weight.k * budget.combined(readings=readings), k=weight.k)
