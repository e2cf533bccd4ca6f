"""A determination looked at again: the expert's own word beside the answer, and the same question asked once more."""

import streamlit as st

from lims.domain.legal_determination import LegalDetermination
from lims.domain.permissions import Act, may_do
from lims.services.determining import ChangedDay, Recomputed
from lims.translation import Translator
from lims.ui import background
from lims.ui.law_words import STATUS_TEXTS
from lims.ui.plain import REFUSALS, plain, show_refusal
from lims.ui.sections import attempt
from lims.ui.seen import act_done, fresh
from lims.ui.session import Visit


def own_word(visit: Visit, one: LegalDetermination, *, seen: int) -> None:
    """Let the expert who made a determination state another status with the reason.

    Parameters
    ----------
    seen : int
        The version that was on the screen.
    """
    t, mark = visit.t, fresh(one.number)
    if one.expert != visit.person.number or not may_do(Act.DETERMINATION_OVERRIDDEN, visit.person.roles):
        return
    with st.expander(t("State another status with a reason")), st.form(f"override-{mark}"):
        result = st.selectbox(
            t("Status in the expert's own word"),
            list(STATUS_TEXTS),
            index=None,
            placeholder=t("choose a status"),
            format_func=lambda status: t(STATUS_TEXTS[status]),
            key=f"override-result-{mark}-{t.language}",
        )
        reason = st.text_input(t("Reason"), key=f"override-reason-{mark}")
        st.caption(
            t(
                "The answer of the program stays; your word with its reason stands beside it, in the report too. "
                "A reviewed determination waits for review again."
            )
        )
        pressed = st.form_submit_button(t("Record my word"), width="stretch")
    if pressed and result is None:
        st.error(t("Choose a status first."))
    elif pressed and result is not None:
        attempt(
            lambda: visit.laboratory.determining.override(
                one.number, result=result, reason=reason, actor=visit.person, version=seen
            ),
            then=act_done,
        )


def asked_again(visit: Visit, one: LegalDetermination) -> None:
    """Let anybody ask the same once more: with the texts as they were then, and with those of now."""
    t, determining = visit.t, visit.laboratory.determining
    with st.expander(t("Ask the same again")):
        st.caption(t("Nothing is recorded. Whether a new determination is needed, the expert decides."))
        then, now = st.columns(2)
        if then.button(t("With the texts as they were known then"), key=f"recompute-{one.number}", width="stretch"):
            background.start(visit, _job(one, "then"), lambda _: determining.recompute(one.number))
            st.rerun()
        if now.button(t("With the texts as they are known now"), key=f"reread-{one.number}", width="stretch"):
            background.start(visit, _job(one, "now"), lambda _: determining.reread(one.number))
            st.rerun()
        _told(visit, one, "then", t("● With the texts of then it comes out the same, to the last row."))
        _told(visit, one, "now", t("● With the texts of now it reads the same."))


def _job(one: LegalDetermination, texts: str) -> str:
    return f"law-again-{texts}-{one.number}"


def _told(visit: Visit, one: LegalDetermination, texts: str, same: str) -> None:
    t = visit.t
    try:
        found = background.result(visit, _job(one, texts))
    except REFUSALS as error:
        show_refusal(error)
        return
    if not isinstance(found, Recomputed):
        return
    if found.same:
        st.success(plain(same))
        return
    if found.other_program:
        st.warning(plain(t("▲ The book of the law that comes with the program is another one than then.")))
    for day in found.days:
        st.warning(plain(_day_words(t, day)))


def _day_words(t: Translator, day: ChangedDay) -> str:
    when = t("day of the seizure") if day.on_seizure else t("day of the determination")
    then, again = t(STATUS_TEXTS[day.then]), t(STATUS_TEXTS[day.again])
    if then == again:
        return t("▲ {when}, {day}: {then}, but by other rows or sizes.", when=when, day=t.date(day.day), then=then)
    return t("▲ {when}, {day}: {then} then, {again} now.", when=when, day=t.date(day.day), then=then, again=again)
