"""Weighing at the bench: what should be left, the readings, and every weighing so far."""

import streamlit as st

from lims.domain.permissions import Act, may_do
from lims.domain.weighing import Weighing, WeighingPurpose
from lims.services.weighing import Measured
from lims.ui.bench_item import say
from lims.ui.bench_readings import Filled, record_button, weighing_fields
from lims.ui.mass_words import grams, purpose_words, stated_words
from lims.ui.plain import plain
from lims.ui.register_differences import difference
from lims.ui.sections import attempt
from lims.ui.session import Visit

_FIRST = (WeighingPurpose.BEFORE, WeighingPurpose.RECEIVED, WeighingPurpose.UNIT)
_LATER = (WeighingPurpose.REMAINDER, WeighingPurpose.UNIT, WeighingPurpose.RECEIVED)


def weighing(visit: Visit, measured: Measured) -> None:
    """Show what should be left, let the person weigh, and list what was weighed."""
    t = visit.t
    _what_is_left(visit, measured)
    _differences(visit, measured)
    if may_do(Act.WEIGHING_RECORDED, visit.person.roles):
        offered = _FIRST if measured.mass_balance is None else _LATER
        mark = f"{measured.item}-{len(measured.weighings)}"
        purpose = st.selectbox(
            t("What is weighed"),
            offered,
            format_func=lambda one: purpose_words(one, t),
            key=f"bench-purpose-{t.language}-{mark}",
        )
        chosen = WeighingPurpose(str(purpose))
        filled = weighing_fields(visit, measured.item, chosen, mark=mark)
        confirmed = record_button(visit, t("Record the weighing"), filled)
        if confirmed is not None:
            attempt(lambda: _weigh(visit, measured.item, chosen, confirmed))
    _weighings(visit, measured.weighings)


def _weigh(visit: Visit, item: str, purpose: WeighingPurpose, filled: Filled) -> None:
    t = visit.t
    done = visit.laboratory.weighing.weigh(
        item, filled.shown, balance=filled.balance, purpose=purpose, k=filled.k, actor=visit.person
    )
    words = t("{number} is recorded: {mass}.", number=done.weighing.number, mass=stated_words(done.weighing.stated, t))
    if done.discrepancy is not None:
        difference = t(
            "▲ The difference of {difference} is beyond its uncertainty; it went to the quality manager as {number}.",
            difference=grams(done.discrepancy.difference, t),
            number=done.discrepancy.number,
        )
        words = f"{words} {difference}"
    say(words)


def _what_is_left(visit: Visit, measured: Measured) -> None:
    t, kept = visit.t, measured.mass_balance
    if kept is None:
        st.info(t("It was not weighed yet. Weigh it before anything is taken."))
        return
    before, left, state = st.columns(3)
    before.metric(t("Before"), grams(kept.before_g, t))
    left.metric(t("Should be left"), grams(kept.expected_g, t))
    last = kept.weighed_back[-1] if kept.weighed_back else None
    if last is None:
        state.metric(t("Remainder"), t("not weighed"))
    else:
        state.metric(t("Remainder"), grams(last.remainder_g, t))
        state.text(t("● fits") if last.fits else t("▲ does not fit"))


def _differences(visit: Visit, measured: Measured) -> None:
    """Show what does not weigh what it should; the quality manager closes it, here or in the registers."""
    t = visit.t
    for one in visit.laboratory.weighing.discrepancies_of(measured.item):
        difference(visit, one)
        if one.closing is None:
            st.caption(t("The quality manager looks into it on the page Registers."))


def _weighings(visit: Visit, weighings: tuple[Weighing, ...]) -> None:
    t = visit.t
    if not weighings:
        return
    newest_first = tuple(reversed(weighings))
    in_doubt = visit.laboratory.weighing.in_doubt(weighings)
    for number, check in in_doubt.items():
        st.warning(
            plain(t("▲ {number} is in question: its balance failed the check {check}.", number=number, check=check))
        )
    st.dataframe(
        {
            t("Number"): [one.number for one in newest_first],
            t("What was weighed"): [purpose_words(one.purpose, t) for one in newest_first],
            t("Net, g"): [grams(one.net_g, t) for one in newest_first],
            t("Mass ± U"): [stated_words(one.stated, t) for one in newest_first],
            t("Balance"): [one.balance_number for one in newest_first],
            t("Reading"): [one.manual_reason or t("from the balance") for one in newest_first],
            t("Weighed"): [t.moment(one.weighed_at) for one in newest_first],
            t("Sure"): [t("▲ in question") if one.number in in_doubt else t("● yes") for one in newest_first],
        },
        hide_index=True,
        key="bench-weighings",
    )
