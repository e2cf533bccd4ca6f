"""The term of a case: begun, suspended, resumed, extended, each step with its basis; and the day that follows."""

from collections.abc import Callable
from datetime import date

import streamlit as st

from lims.domain.case import Case
from lims.domain.deadline import is_suspended
from lims.domain.permissions import Act, may_do
from lims.ui.case_words import STEP_TEXTS, due_words
from lims.ui.custody_words import Names
from lims.ui.sections import attempt, begun_anew, fields
from lims.ui.session import Visit


def term(visit: Visit, case: Case, version: int, names: Names) -> None:
    """Show every step, and the forms of those that can follow.

    Parameters
    ----------
    version : int
        Of the case that was on the screen.
    """
    t = visit.t
    st.text(t("Due: {date}", date=due_words(t, case, visit.laboratory.terms.state(case))))
    if case.term_events:
        _steps(visit, case, names)
    else:
        st.caption(t("The term begins on the day on which all objects and materials are there."))
    for act, draw in _following(case):
        if may_do(act, visit.person.roles):
            draw(visit, case, version)


def _steps(visit: Visit, case: Case, names: Names) -> None:
    t, events = visit.t, case.term_events
    st.dataframe(
        {
            t("Step"): [t(STEP_TEXTS[one.step]) for one in events],
            t("From the day"): [t.date(one.on) for one in events],
            t("Until"): [t.date(one.until) if one.until else "" for one in events],
            t("Reason"): [one.reason for one in events],
            t("Decided by"): [one.decided_by for one in events],
            t("Recorded by"): [names.get(one.recorded_by, one.recorded_by) for one in events],
            t("Recorded"): [t.moment(one.recorded_at) for one in events],
        },
        hide_index=True,
        placeholder="",
        key="case-term-steps",
    )


Draw = Callable[[Visit, Case, int], None]


def _following(case: Case) -> tuple[tuple[Act, Draw], ...]:
    """Give the steps that can follow."""
    if not case.term_events:
        return ((Act.TERM_STARTED, _start),)
    if is_suspended(case.term_events):
        return ((Act.TERM_RESUMED, _resume), (Act.TERM_EXTENDED, _extend))
    return ((Act.TERM_SUSPENDED, _suspend), (Act.TERM_EXTENDED, _extend))


def _start(visit: Visit, case: Case, version: int) -> None:
    t = visit.t
    name = f"term-start-{case.number}"
    prefix = fields(name)
    with st.form(prefix):
        on = _day(t("All objects and materials are there since"), key=f"{prefix}-on")
        if st.form_submit_button(t("Begin the term")):
            _do(
                visit,
                name,
                on,
                lambda day: visit.laboratory.terms.start(case.number, on=day, actor=visit.person, version=version),
            )


def _suspend(visit: Visit, case: Case, version: int) -> None:
    t = visit.t
    name = f"term-suspend-{case.number}"
    prefix = fields(name)
    with st.form(prefix):
        on = _day(t("Suspended from"), key=f"{prefix}-on")
        reason = st.text_input(t("Reason: what is waited for, and the paper that asks for it"), key=f"{prefix}-why")
        decided = st.text_input(t("Who decided it, as the paper says"), key=f"{prefix}-who")
        if st.form_submit_button(t("Suspend the term")):
            _do(
                visit,
                name,
                on,
                lambda day: visit.laboratory.terms.suspend(
                    case.number, on=day, reason=reason, decided_by=decided, actor=visit.person, version=version
                ),
            )


def _resume(visit: Visit, case: Case, version: int) -> None:
    t = visit.t
    name = f"term-resume-{case.number}"
    prefix = fields(name)
    with st.form(prefix):
        on = _day(t("Resumed from"), key=f"{prefix}-on")
        reason = st.text_input(t("What came"), key=f"{prefix}-why")
        if st.form_submit_button(t("Resume the term")):
            _do(
                visit,
                name,
                on,
                lambda day: visit.laboratory.terms.resume(
                    case.number, on=day, reason=reason, actor=visit.person, version=version
                ),
            )


def _extend(visit: Visit, case: Case, version: int) -> None:
    t = visit.t
    name = f"term-extend-{case.number}"
    prefix = fields(name)
    with st.form(prefix):
        left, right = st.columns(2)
        with left:
            on = _day(t("Extended on"), key=f"{prefix}-on")
        with right:
            until = _day(t("New due day"), key=f"{prefix}-until")
        reason = st.text_input(t("Reason, and the paper that allows it"), key=f"{prefix}-why")
        decided = st.text_input(t("Who allowed it"), key=f"{prefix}-who")
        if not st.form_submit_button(t("Extend the term")):
            return
    if until is None:
        st.error(t("Enter the day."))
        return
    _do(
        visit,
        name,
        on,
        lambda day: visit.laboratory.terms.extend(
            case.number, on=day, until=until, reason=reason, decided_by=decided, actor=visit.person, version=version
        ),
    )


def _day(label: str, *, key: str) -> date | None:
    day: date | None = st.date_input(label, None, format="DD.MM.YYYY", key=key)
    return day


def _do(visit: Visit, name: str, on: date | None, act: Callable[[date], object]) -> None:
    """Do a step of a day; without the day say that it is needed."""
    if on is None:
        st.error(visit.t("Enter the day."))
        return
    attempt(lambda: act(on), then=begun_anew(name))
