"""The words of a case: its state, its due day, the steps of its term; each with a shape, none by colour alone."""

from collections.abc import Mapping
from types import MappingProxyType

from lims.domain.case import Case
from lims.domain.custody_timeline import CustodyCheck
from lims.domain.deadline import DeadlineState, TermStep
from lims.domain.identification_rule import Outcome
from lims.translation import Translator, marked
from lims.ui.finding_form import outcome_words
from lims.ui.intake_words import CONSUMPTION_TEXTS

STEP_TEXTS: Mapping[TermStep, str] = MappingProxyType(
    {
        TermStep.STARTED: marked("▶ begun"),
        TermStep.SUSPENDED: marked("‖ suspended"),
        TermStep.RESUMED: marked("▷ resumed"),
        TermStep.EXTENDED: marked("» extended"),
    }
)


def case_state(t: Translator, case: Case) -> str:
    """Say how a case stands."""
    if case.adjudication is not None and case.adjudication.stops_work:
        return t("■ decided by the court: work stands still")
    return t("◆ demonstration, not evidence") if case.demonstration else t("○ open")


def due_words(t: Translator, case: Case, state: DeadlineState) -> str:
    """Say when a case is due, and why nobody knows it where nobody does."""
    if state.suspended:
        return t("‖ the term is suspended")
    if not case.term_events:
        return t("the term has not begun")
    if state.due is None:
        return t("unknown: no number of days is set for this category")
    day = t.date(state.due)
    if state.late_by:
        return t("▲ {date}, late by {days} days", date=day, days=state.late_by)
    return day


def gap_count(t: Translator, check: CustodyCheck) -> str:
    """Say whether the custody is whole."""
    return t("● no gap") if check.intact else t("▨ {count} gaps", count=len(check.breaks))


def permission_words(t: Translator, case: Case) -> str:
    """Say what the order lets the examination use up, and where it says so."""
    known = case.request.permission if case.request else None
    if known is None:
        return t("The order says nothing of it: nothing may be used up.")
    where = f" ({known.reference})" if known.reference else ""
    return f"{t(CONSUMPTION_TEXTS[known.extent])}{where}"


def finding_state(t: Translator, state: str) -> str:
    """Say what a finding found, from its line in a list: what each technique said, or that it is discarded."""
    known = {one.value: one for one in Outcome}
    return ", ".join(outcome_words(t, known[one]) if one in known else t(one) for one in state.split(", "))
