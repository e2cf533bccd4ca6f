"""Lots of a register: found by scanning, by words and by state; how each stands today, in a word with a shape."""

from collections.abc import Sequence
from functools import partial

import streamlit as st

from lims.domain.lot_standing import LotOnDay, LotStanding
from lims.domain.reagent import LotChange, LotStatus, Reagent
from lims.domain.reference_standard import ReferenceStandard
from lims.translation import Translator, marked
from lims.ui.plain import REFUSALS, plain, show_refusal
from lims.ui.scanner import scan_field
from lims.ui.seen import act_done, fresh
from lims.ui.session import Visit
from lims.ui.signing import require_session

SECTION = "registers-section"
REAGENTS, STANDARDS = "reagents", "standards"
TYPED = "registers-typed"
_SECTION_OF: dict[type[Reagent] | type[ReferenceStandard], str] = {Reagent: REAGENTS, ReferenceStandard: STANDARDS}
_SAID, _MISSED, _REFUSED, _PICKS = "registers-said", "registers-missed", "registers-refused", "registers-picks"
_LISTED = 25
_STANDINGS = {
    LotStanding.USABLE: marked("● may be used"),
    LotStanding.QUARANTINE: marked("◌ in quarantine"),
    LotStanding.OVERDUE: marked("▲ past its last day"),
    LotStanding.USED_UP: marked("○ used up by the book"),
    LotStanding.DISCARDED: marked("✕ discarded"),
}
_STATES = {
    LotStatus.QUARANTINE: marked("in quarantine"),
    LotStatus.RELEASED: marked("released"),
    LotStatus.DISCARDED: marked("discarded"),
}


def scan_lots(visit: Visit) -> None:
    """Draw the field of the scanner, one for what a person types, and what the last act or scan did."""
    t = visit.t
    scanner, typed = st.columns([5, 3])
    with scanner:
        scan_field(t("Scan the label of a lot"), partial(_take, visit))
    with typed, st.form("registers-scan", clear_on_submit=True, border=False):
        field, button = st.columns([3, 1.4], vertical_alignment="bottom")
        field.text_input(t("Or type its number or lot"), key=TYPED, autocomplete="off")
        button.form_submit_button(t("Open"), on_click=_take_typed, args=(visit,), width="stretch")
    _tell(visit)


def say(words: str) -> None:
    """Keep what an act did for the next drawing of the page, whose forms are empty then."""
    st.session_state[_SAID] = words
    act_done()


def chosen_lot(visit: Visit, kind: type[Reagent] | type[ReferenceStandard]) -> str | None:
    """Let the person find and choose a lot of a register; a scan chooses too."""
    section, t = _SECTION_OF[kind], visit.t
    find, state, place = st.columns([4, 3, 1])
    words = find.text_input(t("Find"), placeholder=t("number, name or lot"), key=f"{section}-filter").strip()
    states = state.multiselect(
        t("State"),
        list(_STATES),
        format_func=lambda one: t(_STATES[one]),
        key=f"{section}-states-{t.language}",
        placeholder=t("any"),
    )
    page = int(place.number_input(t("Page"), min_value=1, step=1, key=f"{section}-page-{words}"))
    lots = visit.laboratory.stocking.lots(
        kind, limit=_LISTED + 1, offset=(page - 1) * _LISTED, states=[one.value for one in states], words=words
    )
    if len(lots) > _LISTED:
        place.caption(t("More on the next page."))
    _table(visit, section, lots[:_LISTED])
    number = st.session_state.get(f"{section}-chosen")
    return None if number is None else str(number)


def choose_lot(visit: Visit, found: LotOnDay) -> None:
    """Open a lot in its register; what was chosen in the table before counts no more."""
    section = _SECTION_OF[type(found.lot)]
    st.session_state[f"{section}-chosen"] = found.lot.number
    st.session_state[SECTION] = st.session_state[f"{SECTION}-{visit.t.language}"] = section
    st.session_state[_PICKS] = st.session_state.get(_PICKS, 0) + 1


def standing_words(t: Translator, found: LotOnDay) -> str:
    """Say how a lot stands today."""
    return t(_STANDINGS[found.standing])


def expiry_words(t: Translator, found: LotOnDay) -> str:
    """Say until when a lot may be used, and how long that is; of a discarded one nothing."""
    if found.standing is LotStanding.DISCARDED:
        return "–"
    if found.last_day is None or found.days_left is None:
        return t("no last day is known")
    day = t.date(found.last_day)
    if found.days_left < 0:
        return t("▲ until {day}, which is past", day=day)
    if found.days_left == 0:
        return t("▲ today is the last day")
    return t("until {day}, days left: {days}", day=day, days=found.days_left)


def change_table(visit: Visit, changes: Sequence[LotChange], *, key: str) -> None:
    """List why a lot was released, blocked or discarded, newest first."""
    t = visit.t
    if not changes:
        st.caption(t("In quarantine since it was received: nobody has released it yet."))
        return
    newest = tuple(reversed(changes))
    st.dataframe(
        {
            t("When"): [t.moment(one.changed_at) for one in newest],
            t("What"): [t(_STATES[one.status]) for one in newest],
            t("Reason"): [one.reason for one in newest],
            t("By"): [one.changed_by for one in newest],
        },
        hide_index=True,
        key=key,
    )


def blocking_form(visit: Visit, found: LotOnDay) -> tuple[LotStatus, str] | None:
    """Ask where a lot is to go and why; None as long as nothing was sent."""
    t, lot = visit.t, found.lot
    offered = [one for one in (LotStatus.QUARANTINE, LotStatus.DISCARDED) if one is not lot.status]
    mark = fresh(lot.number)
    with st.form(f"block-{mark}"):
        status = st.segmented_control(
            t("Where it goes"),
            offered,
            default=offered[0],
            required=True,
            format_func=lambda one: t(_STATES[one]),
            key=f"block-status-{mark}-{t.language}",
        )
        reason = st.text_input(t("Reason"), key=f"block-reason-{mark}")
        st.caption(t("Nobody uses a lot in quarantine until it is released. A discarded lot is never used again."))
        pressed = st.form_submit_button(t("Take it out of use"), width="stretch")
    return (LotStatus(str(status)), reason) if pressed else None


def releasing_form(visit: Visit, found: LotOnDay) -> str | None:
    """Ask why a lot may be used; None as long as nothing was sent."""
    t, lot = visit.t, found.lot
    mark = fresh(lot.number)
    with st.form(f"release-{mark}"):
        reason = st.text_input(
            t("Why it may be used"), placeholder=t("certificate and lot compared"), key=f"release-reason-{mark}"
        )
        return reason if st.form_submit_button(t("Release it for use"), type="primary", width="stretch") else None


def _table(visit: Visit, section: str, lots: Sequence[LotOnDay]) -> None:
    t = visit.t
    if not lots:
        st.info(t("No lot is like that."))
        return
    event = st.dataframe(
        {
            t("Number"): [one.lot.number for one in lots],
            t("Name"): [_name(one) for one in lots],
            t("Lot"): [one.lot.lot for one in lots],
            t("Today"): [standing_words(t, one) for one in lots],
            t("May be used"): [expiry_words(t, one) for one in lots],
        },
        key=f"{section}-table-{st.session_state.get(_PICKS, 0)}",
        on_select="rerun",
        selection_mode="single-row",
        hide_index=True,
    )
    rows = event.selection.rows
    if rows and rows[0] < len(lots):
        st.session_state[f"{section}-chosen"] = lots[rows[0]].lot.number
    elif f"{section}-chosen" not in st.session_state:
        st.caption(t("Choose a lot in the table, or scan its label."))


def _name(found: LotOnDay) -> str:
    return found.lot.name if isinstance(found.lot, Reagent) else found.lot.substance


def _tell(visit: Visit) -> None:
    """Say what the last act or scan did, in a place that is always there: what is below keeps its own."""
    with st.container():
        _tell_last(visit)


def _tell_last(visit: Visit) -> None:
    t = visit.t
    refused = st.session_state.pop(_REFUSED, None)
    said, missed = st.session_state.pop(_SAID, None), st.session_state.pop(_MISSED, None)
    if isinstance(refused, Exception):
        show_refusal(refused)
    elif missed is not None:
        words = t("No lot, or more than one, has {code}. Look for it below, or register it.", code=str(missed))
        st.warning(plain(words))
    elif said:
        st.success(plain(str(said)))


def _take(visit: Visit, text: str) -> None:
    """Open the lot that a code names; a refusal is said on the page and stops nothing."""
    try:
        require_session(visit)
        found = visit.laboratory.stocking.scanned(text)
    except REFUSALS as error:
        st.session_state[_REFUSED] = error
        return
    if found is None:
        st.session_state[_MISSED] = text.strip()[:100]
        return
    choose_lot(visit, found)
    st.session_state[_SAID] = visit.t("{number} is open.", number=found.lot.number)


def _take_typed(visit: Visit) -> None:
    _take(visit, str(st.session_state.get(TYPED, "")))
