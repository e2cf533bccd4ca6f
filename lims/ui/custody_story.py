"""What custody tells: the timeline of one exhibit with its gaps, all that happened to it, and what is overdue."""

import streamlit as st

from lims.domain.custody_timeline import CustodyCheck, Timeline
from lims.services.scanning import ScanVerdict
from lims.ui import scan_list
from lims.ui.custody_words import Names, event_words, gap_words, holder_words, scan_words, span_words
from lims.ui.plain import plain
from lims.ui.selection import chosen_exhibit
from lims.ui.session import Visit

_SHOWN = "timeline-exhibit"


def timeline_of_one(visit: Visit, names: Names) -> None:
    """Let the person name an exhibit by number or label, and tell its custody."""
    t = visit.t
    st.subheader(t("Timeline of an exhibit"))
    with st.form("timeline", border=False):
        field, button = st.columns([5, 1], vertical_alignment="bottom")
        first = next((one.number for one in scan_list.scanned()), chosen_exhibit() or "")
        asked = field.text_input(t("Number or label"), value=first, key="timeline-number", autocomplete="off")
        if button.form_submit_button(t("Show"), width="stretch"):
            st.session_state[_SHOWN] = asked
    wanted = st.session_state.get(_SHOWN)
    if not wanted:
        return
    scan = visit.laboratory.scanning.read(str(wanted))
    if scan.verdict is not ScanVerdict.EXHIBIT or scan.exhibit is None:
        st.error(plain(scan_words(t, scan)))
        return
    _tell(visit, scan.exhibit.number, names)


def overdue(visit: Visit, names: Names) -> None:
    """List what should have been given back."""
    t = visit.t
    late = visit.laboratory.custody.overdue()
    if not late:
        return
    st.subheader(t("Overdue: {count} exhibits", count=len(late)))
    st.dataframe(
        {
            t("Exhibit"): [one.number for one in late],
            t("Back by"): [t.date(one.expected_return) if one.expected_return else "" for one in late],
            t("Where it is"): [holder_words(t, one.holder, names) for one in late],
        },
        hide_index=True,
        key="overdue-table",
    )


def _tell(visit: Visit, number: str, names: Names) -> None:
    custody = visit.laboratory.custody
    _spans(visit, custody.timeline(number), custody.check(number), names)
    _events(visit, number, names)


def _spans(visit: Visit, line: Timeline, check: CustodyCheck, names: Names) -> None:
    """Write each span, and each gap where it begins; a gap has a shape and a frame of its own."""
    t = visit.t
    st.text(line.exhibit_number)
    gaps = sorted((one for one in check.breaks if one.at), key=lambda one: one.at or line.spans[0].since)
    for span in line.spans:
        while gaps and (gaps[0].at or span.since) < span.since:
            st.error(plain(f"▨ {gap_words(t, gaps.pop(0))}"))
        st.text(f"■ {span_words(t, span, names)}")
    for gap in (*gaps, *(one for one in check.breaks if not one.at)):
        st.error(plain(f"▨ {gap_words(t, gap)}"))
    if check.intact:
        st.success(t("No gap from the receipt to now."))


def _events(visit: Visit, number: str, names: Names) -> None:
    t = visit.t
    events = [one.event for one in visit.laboratory.custody.chain(number)]
    st.dataframe(
        {
            t("What happened"): [event_words(t, one.kind) for one in events],
            t("When"): [t.moment(one.occurred_at) for one in events],
            t("From"): [holder_words(t, one.giver, names) for one in events],
            t("To"): [holder_words(t, one.taker, names) for one in events],
            t("Purpose"): [one.purpose for one in events],
            t("Recorded by"): [names.get(one.by, one.by) for one in events],
            t("Late"): [t("recorded late") if one.late else "" for one in events],
        },
        hide_index=True,
        key="custody-events",
    )
