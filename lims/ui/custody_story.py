"""What custody tells: the line of time of one exhibit with its gaps, all that happened to it, and what is overdue."""

from functools import partial

import streamlit as st

from lims.services.custody_story import CustodyStory, ToldEvent
from lims.services.scanning import ScanVerdict
from lims.translation import Translator
from lims.ui import scan_list
from lims.ui.breadcrumb import breadcrumb
from lims.ui.custody_corrections import begin_late, correction
from lims.ui.custody_figure import timeline_figure
from lims.ui.custody_words import Names, condition_words, event_words, gap_words, holder_words, scan_words, span_words
from lims.ui.plain import plain
from lims.ui.scanner import scan_field
from lims.ui.sections import changed_meanwhile, seen
from lims.ui.selection import chosen_exhibit
from lims.ui.session import Visit

_SHOWN = "timeline-exhibit"


def timeline_of_one(visit: Visit, names: Names) -> None:
    """Let the person name an exhibit by number or label, and tell its custody."""
    t = visit.t
    st.subheader(t("Timeline of an exhibit"), anchor=False)
    scanner, typed = st.columns([5, 4])
    with scanner:
        scan_field(t("Scan the label of an exhibit or an aliquot"), partial(_show, visit))
    with typed, st.form("timeline", border=False):
        field, button = st.columns([4, 1.3], vertical_alignment="bottom")
        first = next((one.number for one in scan_list.scanned()), chosen_exhibit() or "")
        asked = field.text_input(t("Number or label"), value=first, key="timeline-number", autocomplete="off")
        if button.form_submit_button(t("Show"), width="stretch"):
            _show(visit, asked)
    wanted = st.session_state.get(_SHOWN)
    if not wanted:
        st.info(t("Scan a label, or type a number: everybody who had it since its receipt is shown."))
        return
    scan = visit.laboratory.scanning.read(str(wanted))
    if scan.verdict is not ScanVerdict.EXHIBIT or scan.exhibit is None:
        st.error(plain(scan_words(t, scan)))
        return
    _tell(visit, scan.exhibit.number, names)


def _show(_: Visit, number: str) -> None:
    st.session_state[_SHOWN] = number


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
    story = visit.laboratory.custody.story(number)
    version = seen(story.custody)
    breadcrumb(visit, case=story.custody.case_number, exhibit=story.custody.exhibit_number)
    changed_meanwhile(visit, story.custody, version)
    _head(visit, story, names)
    _line(visit, story, names)
    _gaps(visit, story)
    _spans(visit, story, names)
    _events(visit, story, names)
    if story.unrecorded:
        begin_late(visit, story)
    else:
        correction(visit, story, names)


def _head(visit: Visit, story: CustodyStory, names: Names) -> None:
    """Draw number, where it is, and its seal."""
    t = visit.t
    with st.container(border=True, gap="xsmall"):
        st.header(plain(story.custody.number), anchor=False)
        where, seal = st.columns(2)
        where.text(holder_words(t, story.custody.holder, names))
        seal.text(t("Seal now: {seal}", seal=story.custody.seal or t("none")))


def _line(visit: Visit, story: CustodyStory, names: Names) -> None:
    t = visit.t
    holders = {span: holder_words(t, span.holder, names) for span in story.line.spans}
    st.plotly_chart(
        timeline_figure(story, holders=holders, gap=t("Gap")), key="custody-line", config={"displayModeBar": False}
    )


def _gaps(visit: Visit, story: CustodyStory) -> None:
    """Write each gap with a shape and a frame of its own."""
    t = visit.t
    for gap in story.check.breaks:
        st.error(plain(f"▨ {gap_words(t, gap)}"))
    if story.check.intact:
        st.success(t("No gap from the receipt to now."))


def _spans(visit: Visit, story: CustodyStory, names: Names) -> None:
    for span in story.line.spans:
        st.text(f"■ {span_words(visit.t, span, names)}")


def _events(visit: Visit, story: CustodyStory, names: Names) -> None:
    """List everything that was recorded, each with what corrects it beside it."""
    t, events = visit.t, story.events
    st.dataframe(
        {
            t("No."): [one.version for one in events],
            t("What happened"): [event_words(t, one.recorded.kind) for one in events],
            t("When"): [t.moment(one.recorded.occurred_at) for one in events],
            t("Late"): [t("◔ recorded late") if one.recorded.late else "" for one in events],
            t("Corrected"): [_corrected(t, one, names) for one in events],
            t("From"): [holder_words(t, one.recorded.giver, names) for one in events],
            t("To"): [holder_words(t, one.recorded.taker, names) for one in events],
            t("Purpose"): [one.recorded.purpose for one in events],
            t("Seal"): [_seal(t, one) for one in events],
            t("Recorded by"): [names.get(one.recorded.by, one.recorded.by) for one in events],
            t("Recorded"): [t.moment(one.recorded.recorded_at) for one in events],
        },
        hide_index=True,
        key="custody-events",
    )


def _seal(t: Translator, one: ToldEvent) -> str:
    """Say which seal was found or put on, how it was, and which photograph shows it."""
    seal = one.recorded.seal
    if seal is None:
        return ""
    words = f"{seal.number or t('none')} ({condition_words(t, seal.condition)})"
    return f"{words}, {seal.photograph}" if seal.photograph else words


def _corrected(t: Translator, one: ToldEvent, names: Names) -> str:
    """Say what is right in place of what was recorded; of a correction, which event it corrects."""
    own = one.recorded.correction
    if own is not None:
        who = names.get(own.approved_by, own.approved_by)
        return t("corrects No. {place}: {reason} (approved by {name})", place=own.corrects, reason=own.reason, name=who)
    if not one.corrections:
        return ""
    right = [
        *([t.moment(one.right.occurred_at)] if one.right.occurred_at != one.recorded.occurred_at else []),
        *([one.right.purpose] if one.right.purpose != one.recorded.purpose else []),
        *([holder_words(t, one.right.taker, names)] if one.right.taker != one.recorded.taker else []),
    ]
    return t("◆ right is: {words}", words=", ".join(right))
