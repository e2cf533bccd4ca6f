"""Contents and masses of substances, from calibrators, responses and portions."""

from lims.domain.quantitation import Quantitation
from lims.domain.report_content import ReportContent
from lims.errors import LimsError
from lims.reporting.repeating.checks import CheckName, RepeatedCheck, Tally
from lims.services.quantitation_repeating import quantitation_differences
from lims.translation import Translator


def repeat_quantitation(content: ReportContent, *, t: Translator) -> RepeatedCheck:
    """Fit every curve again and follow it to the content that the report states."""
    tally = Tally(name=CheckName.QUANTITATION, t=t)
    for one in content.quantitations:
        _repeat_one(tally, one)
    said = t("Quantitations that follow from calibrators, responses and portions: {count}.", count=tally.equal)
    return tally.result(said_of_equal=said, nothing=t("The data hold no quantitation."))


def _repeat_one(tally: Tally, one: Quantitation) -> None:
    t = tally.t
    try:
        differences = quantitation_differences(one)
    except (LimsError, ArithmeticError, ValueError):
        tally.differing.append(t("Quantitation {number}: its numbers cannot be computed with.", number=one.number))
        return
    tally.equal += not differences
    for what in differences:
        tally.differing.append(t("Quantitation {number} does not repeat: {what}.", number=one.number, what=what))
