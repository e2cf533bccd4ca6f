"""Aliquots at the bench: the tray of what was taken, a new one, and what was used up or lost."""

from decimal import Decimal

import streamlit as st

from lims.domain.permissions import Act, may_do
from lims.domain.weighing import WeighingPurpose
from lims.services.weighing import AliquotFacts, Measured
from lims.ui.bench_item import say
from lims.ui.bench_numbers import decimal_of
from lims.ui.bench_readings import Filled, record_button, weighing_fields
from lims.ui.mass_words import grams
from lims.ui.sections import attempt
from lims.ui.session import Visit


def aliquots(visit: Visit, measured: Measured) -> None:
    """Show the tray and the forms of what can be done with it."""
    t, roles = visit.t, visit.person.roles
    if measured.mass_balance is None:
        st.info(t("It was not weighed yet. Weigh it before anything is taken."))
        return
    st.metric(t("Should be left"), grams(measured.mass_balance.expected_g, t))
    _tray(visit, measured)
    if may_do(Act.ALIQUOT_TAKEN, roles):
        with st.expander(t("Take an aliquot"), expanded=True):
            _take(visit, measured)
    if may_do(Act.MASS_CONSUMED, roles):
        with st.expander(t("Record what was used up")):
            _consume(visit, measured)
    if may_do(Act.MASS_LOST, roles):
        with st.expander(t("Record a loss")):
            _lose(visit, measured)


def _tray(visit: Visit, measured: Measured) -> None:
    t = visit.t
    if not measured.aliquots:
        st.info(t("No aliquot was taken yet."))
        return
    left = {one.item_number: one.expected_g for one in measured.of_aliquots}
    newest_first = tuple(reversed(measured.aliquots))
    st.dataframe(
        {
            t("Aliquot"): [one.number for one in newest_first],
            t("Taken, g"): [grams(one.mass_g, t) for one in newest_first],
            t("Should be left, g"): [grams(left.get(one.number, one.mass_g), t) for one in newest_first],
            t("Purpose"): [one.purpose for one in newest_first],
            t("Container"): [one.container or t("unknown") for one in newest_first],
            t("Taken at"): [t.moment(one.taken_at) for one in newest_first],
        },
        hide_index=True,
        key="bench-tray",
    )


def _take(visit: Visit, measured: Measured) -> None:
    t = visit.t
    mark = f"{measured.item}-A{len(measured.aliquots)}"
    left, right = st.columns(2)
    purpose = left.text_input(t("Purpose"), key=f"bench-purpose-{mark}")
    container = right.text_input(t("Container"), key=f"bench-container-{mark}")
    filled = weighing_fields(visit, measured.item, WeighingPurpose.ALIQUOT, mark=mark)
    confirmed = record_button(visit, t("Record the aliquot"), filled)
    if confirmed is not None:
        facts = AliquotFacts(purpose=purpose, container=container)
        attempt(lambda: _taken(visit, measured.item, facts, confirmed))


def _taken(visit: Visit, item: str, facts: AliquotFacts, filled: Filled) -> None:
    t = visit.t
    taken = visit.laboratory.weighing.take_aliquot(
        item, filled.shown, facts, balance=filled.balance, k=filled.k, actor=visit.person
    )
    say(t("Aliquot {number} is recorded: {mass}.", number=taken.number, mass=grams(taken.mass_g, t)))


def _consume(visit: Visit, measured: Measured) -> None:
    t, mark = visit.t, _mark(measured)
    with st.form(f"consume-{mark}"):
        of = _of(visit, measured, f"consume-of-{mark}")
        left, right = st.columns(2)
        mass = left.text_input(t("Mass, g"), key=f"consume-mass-{mark}")
        u = right.text_input(t("Its expanded uncertainty U, g"), key=f"consume-u-{mark}")
        purpose = st.text_input(t("Purpose"), key=f"consume-purpose-{mark}")
        pressed = st.form_submit_button(t("Record as used up"), type="primary")
    if pressed:
        attempt(lambda: _consumed(visit, of, mass, u, purpose))


def _consumed(visit: Visit, of: str, mass: str, u: str, purpose: str) -> None:
    mass_g, u_g = decimal_of(mass, visit.t("Mass, g")), decimal_of(u, visit.t("Its expanded uncertainty U, g"))
    kept = visit.laboratory.weighing.consume(of, mass_g, u_g=u_g, purpose=purpose, actor=visit.person)
    _say_left(visit, of, kept.expected_g)


def _lose(visit: Visit, measured: Measured) -> None:
    t, mark = visit.t, _mark(measured)
    with st.form(f"lose-{mark}"):
        of = _of(visit, measured, f"lose-of-{mark}")
        mass = st.text_input(t("Mass, g"), key=f"lose-mass-{mark}")
        reason = st.text_input(t("What happened"), key=f"lose-reason-{mark}")
        pressed = st.form_submit_button(t("Record the loss"), type="primary")
    if pressed:
        attempt(lambda: _lost(visit, of, mass, reason))


def _lost(visit: Visit, of: str, mass: str, reason: str) -> None:
    mass_g = decimal_of(mass, visit.t("Mass, g"))
    kept = visit.laboratory.weighing.lose(of, mass_g, reason=reason, actor=visit.person)
    _say_left(visit, of, kept.expected_g)


def _of(visit: Visit, measured: Measured, key: str) -> str:
    of = [measured.item, *(one.number for one in measured.aliquots)]
    return str(st.selectbox(visit.t("Of what"), of, key=key))


def _say_left(visit: Visit, of: str, left_g: Decimal) -> None:
    say(visit.t("{number}: {mass} should be left.", number=of, mass=grams(left_g, visit.t)))


def _mark(measured: Measured) -> str:
    """Begin each form empty after something was recorded."""
    kept = (measured.mass_balance, *measured.of_aliquots)
    return f"{measured.item}-{sum(one.version for one in kept if one is not None)}"
