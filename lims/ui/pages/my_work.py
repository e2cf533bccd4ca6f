"""My work: what waits for the person, late first, and the way to the page where it is done."""

import streamlit as st

from lims.domain.case import Case
from lims.domain.examination import Examination
from lims.domain.report import Report
from lims.domain.work_queue import QueueItem, Standing
from lims.services.queueing import READERS, Queue
from lims.ui.own_standing import own_standing
from lims.ui.queue_words import JOB_WORDS, SHAPES, STANDING_WORDS, page_of
from lims.ui.selection import EXAMINATION_PAGE, choose_case, go_to, remember_examination, remember_exhibit
from lims.ui.session import Visit

_PAGE = 100


_WIDTHS = (140, 90, 240, 120, 140, 85, 125, 180)
"""Of the columns, in pixels: days, numbers and moments are read whole at 1280."""


def render(visit: Visit) -> None:
    """Show the queue; the chosen line leads to its page."""
    t = visit.t
    st.title(t("My work"))
    everything, only_late = _choices(visit)
    found = _turned_to(visit, everything=everything, only_late=only_late)
    _summary(visit, found, everything=everything)
    if found.items:
        _table(visit, found.items)
    own_standing(visit)


def _choices(visit: Visit) -> tuple[bool, bool]:
    """Let those who oversee the laboratory see what waits for others, and everybody what is late alone."""
    t = visit.t
    left, right = st.columns(2)
    only_late = right.toggle(t("Only what is late"), key="queue-late")
    if set(READERS).isdisjoint(visit.person.roles):
        return False, only_late
    return left.toggle(t("What waits in the whole laboratory"), key="queue-all"), only_late


def _turned_to(visit: Visit, *, everything: bool, only_late: bool) -> Queue:
    """Read the page of the queue that was turned to, once; the whole of it is counted each time."""
    key = f"queue-page-{everything}-{only_late}"
    place = int(st.session_state.get(key, 1))
    found = _read(visit, everything=everything, only_late=only_late, offset=(place - 1) * _PAGE)
    pages = max(1, -(-found.total // _PAGE))
    if place > pages:  # it was worked off meanwhile
        st.session_state[key] = pages
        found = _read(visit, everything=everything, only_late=only_late, offset=(pages - 1) * _PAGE)
    if pages > 1:
        st.number_input(visit.t("Page of {pages}", pages=pages), min_value=1, max_value=pages, step=1, key=key)
    return found


def _read(visit: Visit, *, everything: bool, only_late: bool, offset: int) -> Queue:
    queueing, person = visit.laboratory.queueing, visit.person
    if not everything:
        only = Standing.LATE if only_late else None
        return queueing.mine(person, limit=_PAGE, offset=offset, only=only)
    if only_late:
        return queueing.late(reader=person, limit=_PAGE, offset=offset)
    return queueing.all(reader=person, limit=_PAGE, offset=offset)


def _summary(visit: Visit, found: Queue, *, everything: bool) -> None:
    t = visit.t
    if not found.total:
        st.info(t("Nothing waits here.") if everything else t("Nothing waits for you."))
    counts = (f"{SHAPES[one]} {t(STANDING_WORDS[one])}: {found.counts[one]}" for one in Standing if found.counts[one])
    st.text("   ".join(counts))
    if found.not_shown:
        st.warning(t("{count} more wait and are not shown. What is late is found in full.", count=found.not_shown))


def _table(visit: Visit, items: tuple[QueueItem, ...]) -> None:
    t = visit.t
    columns = {
        t("Deadline"): [f"{SHAPES[one.standing]} {t(STANDING_WORDS[one.standing])}" for one in items],
        t("Due"): [t.date(one.due) if one.due else "" for one in items],
        t("What is to be done"): [t(JOB_WORDS[one.job]) for one in items],
        t("Number"): [one.number for one in items],
        t("Description"): [one.title for one in items],
        t("Case"): [", ".join(one.case_numbers) for one in items],
        t("For whom"): [one.person or t("whoever may do it") for one in items],
        t("Waits since"): [t.moment(one.since) for one in items],
    }
    event = st.dataframe(
        columns,
        key="queue-table",
        on_select="rerun",
        selection_mode="single-row",
        hide_index=True,
        column_config={
            name: st.column_config.Column(width=width) for name, width in zip(columns, _WIDTHS, strict=True)
        },
    )
    rows = event.selection.rows
    if not rows:
        st.caption(t("Choose a line to go to its page."))
    elif rows[0] < len(items):
        _way(visit, items[rows[0]])


def _way(visit: Visit, item: QueueItem) -> None:
    """Offer the page where the chosen work is done."""
    t = visit.t
    st.text(f"{t(JOB_WORDS[item.job])}: {item.number}   {item.title}")
    page = page_of(item.job, visit.person.roles, has_exhibit=bool(item.exhibit_number))
    case = item.number if item.kind == Case.KIND else next(iter(item.case_numbers), "")
    if page is None and not case:
        st.text(t("This is recorded with the command aigaq."))
    elif st.button(t("Go to the page"), type="primary", key=f"go-{item.kind}-{item.number}"):
        if page is None or item.kind == Case.KIND:
            choose_case(case)
        else:
            _remember(item, page)
            go_to(page)


def _remember(item: QueueItem, page: str) -> None:
    """Choose what the page shows first."""
    if item.exhibit_number:
        remember_exhibit(item.exhibit_number)
    if page == EXAMINATION_PAGE and item.kind == Examination.KIND:
        remember_examination(item.number)
    if page == "review" and item.kind == Report.KIND:
        st.session_state["review-report"] = item.number
