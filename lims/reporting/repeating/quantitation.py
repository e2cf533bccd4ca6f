"""Concentrations, from the calibration that the data of a report hold."""

from lims.domain.report_content import ReportContent
from lims.reporting.repeating.checks import CheckName, RepeatedCheck, Tally
from lims.translation import Translator


def repeat_quantitation(content: ReportContent, *, t: Translator) -> RepeatedCheck:  # noqa: ARG001 - nothing to read
    """Say that no concentration can be computed again: the data of a report hold no calibration."""
    tally = Tally(name=CheckName.QUANTITATION, t=t)
    return tally.result(said_of_equal="", nothing=t("The data hold no calibration."))
