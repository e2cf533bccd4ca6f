"""Weighings that a failed check of their balance puts in question (rule WU-1): looked for beside the page."""

from collections.abc import Sequence

import streamlit as st

from lims.domain.instrument import EquipmentKind
from lims.domain.weighing import Weighing
from lims.ui import background
from lims.ui.mass_words import stated_words
from lims.ui.plain import REFUSALS, show_refusal
from lims.ui.session import Visit

_JOB = "weighings-in-doubt"
_SHOWN = 500
_BALANCES = 100
"""Offered, the last changed first."""


def doubts_of_balances(visit: Visit) -> None:
    """Let the person name a balance, also one out of service, and list what is in question on it."""
    t = visit.t
    st.caption(t("A check that fails puts every weighing since the last passed check of that balance in question."))
    registering = visit.laboratory.registering
    lines = registering.instruments(words=EquipmentKind.BALANCE.value, limit=_BALANCES)
    registered = registering.several([one.number for one in lines])
    offered = [one for one in registered if one.kind is EquipmentKind.BALANCE]
    if not offered:
        st.info(t("No balance is registered."))
        return
    titles = {one.number: f"{one.number}  {one.model}, {one.place}" for one in offered}
    number = str(st.selectbox(t("Balance"), list(titles), format_func=titles.__getitem__, key="doubt-balance"))
    if st.button(t("Look for weighings in question"), type="primary", key="doubt-look"):
        background.start(visit, f"{_JOB}-{number}", lambda _: visit.laboratory.weighing.doubtful(number))
        st.rerun()
    try:
        found = background.result(visit, f"{_JOB}-{number}")
    except REFUSALS as error:
        show_refusal(error)
        return
    if isinstance(found, Sequence):
        _show(visit, [one for one in found if isinstance(one, Weighing)])


def _show(visit: Visit, found: Sequence[Weighing]) -> None:
    t = visit.t
    if not found:
        st.success(t("● No weighing on this balance is in question."))
        return
    st.warning(t("▲ In question: {count} weighings. Weigh again on a balance that passed its check.", count=len(found)))
    shown = found[:_SHOWN]
    st.dataframe(
        {
            t("Exhibit"): [one.exhibit_number for one in shown],
            t("Number"): [one.number for one in shown],
            t("Mass ± U"): [stated_words(one.stated, t) for one in shown],
            t("Weighed"): [t.moment(one.weighed_at) for one in shown],
            t("By"): [one.weighed_by for one in shown],
        },
        hide_index=True,
        key="doubt-table",
    )
    if len(found) > _SHOWN:
        st.caption(t("The first {shown} of {count} rows.", shown=_SHOWN, count=len(found)))
