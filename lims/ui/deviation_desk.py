"""Deviations: asked for at the bench, authorised in the laboratory, accepted by the customer; then work may depart."""

import streamlit as st

from lims.domain.deviation import Deviation, DeviationStatus
from lims.domain.permissions import Act, may_do
from lims.services.validating import AcceptanceFacts
from lims.translation import marked
from lims.ui.procedure_desk import FIRST_DAY
from lims.ui.sections import attempt, changed_meanwhile, seen
from lims.ui.selection import chosen_exhibit
from lims.ui.session import Visit

_CHOSEN = "deviation-chosen"
_LISTED = 50
_SHAPES = {DeviationStatus.ASKED: "○", DeviationStatus.AUTHORISED: "◐", DeviationStatus.ACCEPTED: "■"}
STATE_WORDS = {
    DeviationStatus.ASKED: marked("asked for"),
    DeviationStatus.AUTHORISED: marked("authorised, not accepted by the customer"),
    DeviationStatus.ACCEPTED: marked("accepted by the customer"),
}


def deviations(visit: Visit) -> None:
    """List deviations, show the chosen one with the next step, and let the bench ask for another."""
    found = _choice(visit)
    if found is not None:
        drawn = seen(found)
        changed_meanwhile(visit, found, drawn)
        _standing(visit, found)
        if found.status is DeviationStatus.ASKED:
            _authorise(visit, found, drawn=drawn)
        if found.status is DeviationStatus.AUTHORISED:
            _accept(visit, found, drawn=drawn)
    if may_do(Act.DEVIATION_ASKED, visit.person.roles):
        _ask(visit)


def deviation_words(visit: Visit, one: Deviation) -> str:
    """Say where a deviation stands, with a shape."""
    return f"{_SHAPES[one.status]} {visit.t(STATE_WORDS[one.status])}"


def _choice(visit: Visit) -> Deviation | None:
    t, validating = visit.t, visit.laboratory.validating
    found, state, place = st.columns([4, 3, 1])
    words = found.text_input(t("Find"), placeholder=t("exhibit or procedure"), key="deviation-filter").strip()
    states = state.multiselect(
        t("State"),
        list(DeviationStatus),
        format_func=lambda one: t(STATE_WORDS[one]),
        key=f"deviation-states-{t.language}",
        placeholder=t("any"),
    )
    page = place.number_input(t("Page"), min_value=1, step=1, key=f"deviation-page-{words}-{len(states)}")
    lines = validating.listed_deviations(
        limit=_LISTED + 1, offset=(int(page) - 1) * _LISTED, states=[one.value for one in states], words=words
    )
    if len(lines) > _LISTED:
        place.caption(t("More on the next page."))
    if not lines:
        st.info(t("No deviation is like that."))
        return None
    return _table(visit, lines[:_LISTED])


def _table(visit: Visit, lines: tuple[Deviation, ...]) -> Deviation:
    t = visit.t
    event = st.dataframe(
        {
            t("Number"): [one.number for one in lines],
            t("State"): [deviation_words(visit, one) for one in lines],
            t("Procedure"): [one.procedure_number for one in lines],
            t("What is done otherwise"): [one.departure for one in lines],
            t("Asked by"): [one.asked_by for one in lines],
            t("Asked"): [t.moment(one.asked_at) for one in lines],
        },
        key="deviation-table",
        on_select="rerun",
        selection_mode="single-row",
        hide_index=True,
    )
    rows = event.selection.rows
    if rows and rows[0] < len(lines):
        st.session_state[_CHOSEN] = lines[rows[0]].number
    kept = st.session_state.get(_CHOSEN, lines[0].number)
    return next((one for one in lines if one.number == kept), None) or visit.laboratory.validating.deviation(str(kept))


def _standing(visit: Visit, found: Deviation) -> None:
    t = visit.t
    st.subheader(f"{found.number}  {deviation_words(visit, found)}")
    with st.container(border=True, gap="xsmall"):
        st.text(f"{t('Exhibit')}: {found.exhibit_number}   {t('Procedure')}: {found.procedure_number}")
        st.text(f"{t('What is done otherwise')}: {found.departure}")
        st.text(f"{t('Why')}: {found.justification}")
        st.text(t("Asked for by {person}, {moment}", person=found.asked_by, moment=t.moment(found.asked_at)))
        if found.authorisation is not None:
            allowed = found.authorisation
            st.text(t("Authorised by {person}, {moment}", person=allowed.by, moment=t.moment(allowed.at)))
        if found.acceptance is not None:
            said = found.acceptance
            words = t(
                "Accepted by {customer} on {day}, by {reference}; recorded by {person}",
                customer=said.customer,
                day=t.date(said.accepted_on),
                reference=said.reference,
                person=said.recorded_by,
            )
            st.text(words)


def _authorise(visit: Visit, found: Deviation, *, drawn: int) -> None:
    t = visit.t
    if not may_do(Act.DEVIATION_AUTHORISED, visit.person.roles):
        st.text(t("Head or quality manager authorise it, and not who asked."))
        return
    if found.asked_by == visit.person.number:
        st.info(t("You asked for it; another person authorises it."))
        return
    mark = found.number
    with st.form(f"deviation-authorise-{mark}"):
        st.text(t("You allow this departure in your name; the customer has to accept it before work begins."))
        pressed = st.form_submit_button(t("Authorise the deviation"), type="primary")
    if pressed:
        attempt(
            lambda: visit.laboratory.validating.authorise_deviation(found.number, actor=visit.person, version=drawn)
        )


def _accept(visit: Visit, found: Deviation, *, drawn: int) -> None:
    t = visit.t
    if not may_do(Act.DEVIATION_ACCEPTED, visit.person.roles):
        st.text(t("An expert or the head records that the customer accepts it."))
        return
    mark = found.number
    with st.form(f"deviation-accept-{mark}"):
        st.text(t("You record in your name what the customer said; from that day on the departure is allowed."))
        customer = st.text_input(t("Customer: body and person"), key=f"deviation-customer-{mark}")
        left, right = st.columns([3, 1])
        reference = left.text_input(t("Letter that says so"), key=f"deviation-letter-{mark}")
        day = right.date_input(
            t("Accepted on"), value=None, min_value=FIRST_DAY, format="DD.MM.YYYY", key=f"deviation-day-{mark}"
        )
        pressed = st.form_submit_button(t("Record the acceptance"), type="primary")
    if not pressed:
        return
    if day is None:
        st.error(t("Choose the day first."))
        return
    facts = AcceptanceFacts(customer=customer, reference=reference, accepted_on=day)
    attempt(
        lambda: visit.laboratory.validating.accept_deviation(found.number, facts, actor=visit.person, version=drawn)
    )


def _ask(visit: Visit) -> None:
    t, validating = visit.t, visit.laboratory.validating
    lines = validating.procedures()
    if not lines:
        return
    titles = {line.number: f"{line.number}   {line.title}" for line in lines}
    with st.expander(t("Ask for a deviation")):
        exhibit = st.text_input(t("Exhibit"), value=chosen_exhibit() or "", key="deviation-exhibit").strip()
        known = validating.deviations(exhibit) if exhibit else ()
        for one in known:
            st.text(f"{one.number}   {one.procedure_number}   {deviation_words(visit, one)}")
        with st.form(f"deviation-ask-{exhibit}-{len(known)}"):
            procedure = st.selectbox(
                t("Procedure"), list(titles), format_func=titles.__getitem__, key=f"deviation-procedure-{t.language}"
            )
            departure = st.text_area(t("What is done otherwise"), key=f"deviation-departure-{exhibit}-{len(known)}")
            why = st.text_area(t("Why"), key=f"deviation-why-{exhibit}-{len(known)}")
            pressed = st.form_submit_button(t("Ask for it"), type="primary")
        if pressed:
            attempt(
                lambda: validating.ask_deviation(
                    exhibit, str(procedure), departure=departure, justification=why, actor=visit.person
                )
            )
