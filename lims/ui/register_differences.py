"""Differences of mass beyond their uncertainty: what was found, and how the quality manager closed it (rule WU-7)."""

from collections.abc import Iterator
from decimal import Decimal

import streamlit as st

from lims.domain.mass_discrepancy import MassDiscrepancy
from lims.domain.permissions import Act, may_do
from lims.domain.weight_uncertainty import round_up
from lims.translation import Translator, marked
from lims.ui.mass_words import exact
from lims.ui.plain import plain
from lims.ui.register_lots import say
from lims.ui.sections import attempt
from lims.ui.seen import fresh, seen_version
from lims.ui.session import Visit

_CHOSEN = "difference-chosen"
_LISTED = 25
_STATES = {"open": marked("▲ open"), "closed": marked("■ closed")}


def differences(visit: Visit) -> None:
    """Show one page of the list, and the chosen difference with its closing."""
    t = visit.t
    find, state, place = st.columns([4, 3, 1])
    words = find.text_input(t("Find"), placeholder=t("number of exhibit or lot"), key="difference-filter").strip()
    states = state.multiselect(
        t("State"),
        list(_STATES),
        format_func=lambda one: t(_STATES[one]),
        key=f"difference-states-{t.language}",
        placeholder=t("any"),
    )
    page = int(place.number_input(t("Page"), min_value=1, step=1, key=f"difference-page-{words}"))
    lines = visit.laboratory.weighing.discrepancies(
        limit=_LISTED + 1, offset=(page - 1) * _LISTED, states=states, words=words
    )
    if len(lines) > _LISTED:
        place.caption(t("More on the next page."))
    shown = lines[:_LISTED]
    if not shown:
        st.info(t("No difference of mass is like that."))
        return
    event = st.dataframe(
        {
            t("Number"): [one.number for one in shown],
            t("State"): [t(_STATES[one.state]) for one in shown],
            t("Exhibit or lot"): [one.subject_number for one in shown],
            t("Difference"): [_amount(t, one, one.difference) for one in shown],
            t("Raised"): [t.moment(one.raised_at) for one in shown],
        },
        key="difference-table",
        on_select="rerun",
        selection_mode="single-row",
        hide_index=True,
    )
    rows = event.selection.rows
    if rows and rows[0] < len(shown):
        st.session_state[_CHOSEN] = shown[rows[0]].number
    difference(visit, visit.laboratory.weighing.discrepancy(str(st.session_state.get(_CHOSEN, shown[0].number))))


def difference(visit: Visit, found: MassDiscrepancy) -> None:
    """Show one difference, and let the quality manager close it."""
    t = visit.t
    with st.container(border=True, gap="xsmall"):
        st.subheader(plain(f"{found.number}  {t(_STATES[found.state])}"))
        for words in difference_words(t, found):
            st.text(words)
    if found.closing is None and may_do(Act.MASS_DISCREPANCY_CLOSED, visit.person.roles):
        if found.raised_by == visit.person.number:
            st.info(t("You weighed this; another person closes it."))
        else:
            _close(visit, found)


def difference_words(t: Translator, found: MassDiscrepancy) -> Iterator[str]:
    """Tell everything that is on record of a difference."""
    subject = found.subject_number
    yield t("Of: {subject}", subject=subject)
    yield t(
        "Found less expected: {difference}; without a cause at most {u}.",
        difference=_amount(t, found, found.difference),
        u=_amount(t, found, round_up(found.u)),
    )
    yield t("Raised by {name}, {moment}.", name=found.raised_by, moment=t.moment(found.raised_at))
    if found.closing is not None:
        said = found.closing
        yield t("What was found: {words}", words=said.finding)
        yield t("What was done: {words}", words=said.action)
        yield t("Closed by {name}, {moment}.", name=said.closed_by, moment=t.moment(said.closed_at))


def _amount(t: Translator, found: MassDiscrepancy, value: Decimal) -> str:
    return f"{exact(value, t)} {t('g') if found.unit == 'g' else t('mg')}"


def _close(visit: Visit, found: MassDiscrepancy) -> None:
    t, mark, seen = visit.t, fresh(found.number), seen_version(found)
    with st.form(f"close-{mark}"):
        finding = st.text_area(t("What was found"), key=f"close-finding-{mark}")
        action = st.text_area(t("What was done about it"), key=f"close-action-{mark}")
        st.caption(t("Recorded under your name; a closed difference is not opened again."))
        pressed = st.form_submit_button(t("Close the difference"), type="primary", width="stretch")
    if pressed:
        attempt(
            lambda: visit.laboratory.weighing.close_discrepancy(
                found.number, finding=finding, action=action, actor=visit.person, version=seen
            ),
            then=lambda: say(t("{number} is closed.", number=found.number)),
        )
