"""What lies on the bench: scanned or typed, its number in big letters, who has it and when its case is due."""

from functools import partial

import streamlit as st

from lims.services.scanning import Scan, ScanVerdict
from lims.services.weighing import Measured
from lims.ui.custody_words import holder_words, scan_words
from lims.ui.plain import REFUSALS, plain, show_refusal
from lims.ui.scanner import scan_field
from lims.ui.selection import chosen_exhibit, remember_exhibit
from lims.ui.session import Visit
from lims.ui.signing import require_session

TYPED = "bench-typed"
_ITEM, _SCAN, _REFUSED, _SAID = "bench-item", "bench-last-scan", "bench-refused", "bench-said"


def item_on_the_bench() -> str | None:
    """Give the exhibit or aliquot that was scanned last; an exhibit that was chosen on another page since then wins."""
    chosen = chosen_exhibit()
    item, of = st.session_state.get(_ITEM, (None, None))
    return str(item) if item and of == chosen else chosen


def say(words: str) -> None:
    """Keep what an act did for the next drawing of the page."""
    st.session_state[_SAID] = words


def scan(visit: Visit) -> None:
    """Draw the field of the scanner, one for a number that a person types, and what the last act or scan did."""
    t = visit.t
    scanner, typed = st.columns([5, 3])
    with scanner:
        scan_field(t("Scan the label of an exhibit or an aliquot"), partial(_take, visit))
    with typed, st.form("bench-scan", clear_on_submit=True, border=False):
        field, button = st.columns([3, 1.4], vertical_alignment="bottom")
        field.text_input(t("Or type a number"), key=TYPED, autocomplete="off")
        button.form_submit_button(t("Open"), on_click=_take_typed, args=(visit,), width="stretch")
    _tell(visit)


def header(visit: Visit, measured: Measured) -> None:
    """Say which thing this is, who has it, and when its case is due."""
    t, laboratory = visit.t, visit.laboratory
    (there,) = laboratory.scanning.there([measured.item])
    exhibit = laboratory.accessioning.exhibit(measured.exhibit)
    case = laboratory.accessioning.case(exhibit.case_number)
    names = {one.number: one.name for one in laboratory.staffing.everybody()}
    due = laboratory.terms.state(case).due
    with st.container(border=True, gap="xsmall"):
        st.header(plain(measured.item))
        st.text(there.description)
        left, right = st.columns(2)
        left.text(holder_words(t, there.holder, names))
        left.text(t("Seal: {seal}", seal=there.custody.seal or t("none")))
        right.text(t("Case: {number}", number=case.number))
        right.text(t("Due: {date}", date=t.date(due) if due else t("unknown")))
    if case.demonstration:
        st.warning(t("This is a demonstration case, not evidence."))


def _tell(visit: Visit) -> None:
    """Say what the last act or scan did, in a place that is always there: what is below keeps its own."""
    with st.container():
        _tell_last(visit)


def _tell_last(visit: Visit) -> None:
    refused = st.session_state.pop(_REFUSED, None)
    if isinstance(refused, Exception):
        show_refusal(refused)
    said = st.session_state.pop(_SAID, None)
    last = st.session_state.pop(_SCAN, None)
    if said:
        st.success(plain(str(said)))
    elif isinstance(last, Scan):
        _tell_scan(visit, last)


def _tell_scan(visit: Visit, last: Scan) -> None:
    t = visit.t
    if last.verdict is ScanVerdict.EXHIBIT and last.exhibit is not None:
        st.success(plain(t("{number} is on the bench.", number=last.exhibit.number)))
    elif last.verdict is ScanVerdict.PLACE and last.place is not None:
        st.error(plain(t("{number} is a place; scan an exhibit or an aliquot.", number=last.place.number)))
    else:
        st.error(plain(scan_words(t, last)))


def _take(visit: Visit, text: str) -> None:
    """Put on the bench what a code names; a refusal is said on the page and stops nothing."""
    try:
        require_session(visit)
        found = visit.laboratory.scanning.read(text)
        if found.exhibit is not None:
            exhibit = visit.laboratory.weighing.measured(found.exhibit.number).exhibit
            remember_exhibit(exhibit)
            st.session_state[_ITEM] = (found.exhibit.number, exhibit)
        st.session_state[_SCAN] = found
    except REFUSALS as error:
        st.session_state[_REFUSED] = error


def _take_typed(visit: Visit) -> None:
    _take(visit, str(st.session_state.get(TYPED, "")))
