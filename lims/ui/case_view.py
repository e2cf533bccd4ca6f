"""The file of one case on the screen: facts, exhibits, work, term, order and donors, each where one looks for it."""

import streamlit as st

from lims.services.case_filing import CaseFile, FiledExhibit
from lims.translation import Translator
from lims.ui.breadcrumb import breadcrumb
from lims.ui.case_donors import donors
from lims.ui.case_order import order
from lims.ui.case_term import term
from lims.ui.case_words import case_state, due_words, finding_state, gap_count, permission_words
from lims.ui.custody_words import Names, holder_words
from lims.ui.intake_words import seal_words
from lims.ui.plain import plain
from lims.ui.sections import changed_meanwhile, seen
from lims.ui.selection import choose_examination, choose_exhibit
from lims.ui.session import Visit
from lims.ui.warning_form import warning_of_liability

_DEEPER = "\u2003"
"""A wide space: what it moves in lies in what stands above."""
_SHOWN = 25
"""Exhibits of one page: of each the whole custody is looked at."""


def case_view(visit: Visit, number: str) -> None:
    """Show everything of a case, and what can be recorded of it."""
    t = visit.t
    breadcrumb(visit, here=t("Case {number}", number=number))
    offset = _offset(visit, number)
    file = visit.laboratory.case_filing.file(number, limit=_SHOWN, offset=offset)
    version = seen(file.case)
    changed_meanwhile(visit, file.case, version)
    names = {one.number: one.name for one in visit.laboratory.staffing.everybody()}
    _head(visit, file)
    _facts(visit, file)
    _exhibits(visit, file, names)
    _work(visit, file)
    with st.expander(t("Term"), expanded=visit.laboratory.terms.state(file.case).suspended):
        term(visit, file.case, version, names)
    with st.expander(t("Order, linked cases, court")):
        order(visit, file.case, version, names)
    if file.donors:
        with st.expander(t("Donors")):
            donors(visit, file.donors, names)


def _offset(visit: Visit, number: str) -> int:
    """Give where the page of exhibits begins that was turned to last; the field itself stands at the table."""
    return (int(st.session_state.get(_page_key(visit, number), 1)) - 1) * _SHOWN


def _page_key(visit: Visit, number: str) -> str:
    return f"case-exhibits-{number}-{visit.t.language}"


def _head(visit: Visit, file: CaseFile) -> None:
    """Draw number, state, due day, and how many exhibits there are."""
    t, case = visit.t, file.case
    with st.container(border=True, gap="xsmall"):
        st.header(plain(case.number), anchor=False)
        state, due, count = st.columns(3)
        state.text(case_state(t, case))
        due.text(t("Due: {date}", date=due_words(t, case, visit.laboratory.terms.state(case))))
        count.text(t("Exhibits: {count}", count=file.exhibits_in_all))
    if case.demonstration:
        st.warning(t("This is a demonstration case, not evidence."))
    warning_of_liability(visit, case)


def _facts(visit: Visit, file: CaseFile) -> None:
    t, case = visit.t, file.case
    left, right = st.columns(2)
    left.text(t("Appointing body: {body}", body=case.appointing_body))
    left.text(t("Order: {number}", number=_order(t, file)))
    left.text(t("Category: {name}", name=case.category or t("unknown")))
    left.text(t("What may be used up: {words}", words=permission_words(t, case)))
    right.text(t("Seizing body: {body}", body=case.seizing_body or t("unknown")))
    for line in _seizures(t, file):
        right.text(line)
    for place, question in enumerate(case.questions, start=1):
        st.text(t("Question {place}: {words}", place=place, words=question))


def _order(t: Translator, file: CaseFile) -> str:
    case = file.case
    words = case.order_number or t("unknown")
    return f"{words}, {t.date(case.order_date)}" if case.order_date else words


def _seizures(t: Translator, file: CaseFile) -> list[str]:
    """Say when and where it was seized: by seizures of their own, else what the case says."""
    if not file.seizures:
        day = t.date(file.case.seizure_date) if file.case.seizure_date else t("unknown")
        return [t("Seized on: {date}", date=", ".join(one for one in (day, file.case.seizure_place) if one))]
    return [
        t(
            "Seizure {number}: {words}",
            number=one.number,
            words=", ".join(
                word
                for word in (t.date(one.seized_on) if one.seized_on else t("unknown"), one.region, one.place)
                if word
            ),
        )
        for one in file.seizures
    ]


def _exhibits(visit: Visit, file: CaseFile, names: Names) -> None:
    t = visit.t
    title, place = st.columns([4, 1], vertical_alignment="bottom")
    title.subheader(t("Exhibits"), anchor=False)
    if not file.exhibits_in_all:
        st.info(t("No exhibit is registered in this case yet. Exhibits are registered at Reception."))
        return
    if file.exhibits_in_all > _SHOWN:
        pages = -(-file.exhibits_in_all // _SHOWN)
        place.number_input(t("Page"), min_value=1, max_value=pages, key=_page_key(visit, file.case.number))
    event = st.dataframe(
        {
            t("Exhibit"): [_in_tree(one) for one in file.exhibits],
            t("Description"): [one.exhibit.description for one in file.exhibits],
            t("State"): [
                t("● received") if one.exhibit.workable else t("■ closed: does not agree") for one in file.exhibits
            ],
            t("Seal on receipt"): [seal_words(t, one.exhibit) for one in file.exhibits],
            t("Seal now"): [one.custody.seal or t("none") for one in file.exhibits],
            t("Where it is"): [holder_words(t, one.holder, names) for one in file.exhibits],
            t("Custody"): [gap_count(t, one.check) for one in file.exhibits],
            t("Aliquots"): [len(one.aliquots) for one in file.exhibits],
            t("Runs"): [len(one.runs) for one in file.exhibits],
        },
        key="case-exhibits",
        on_select="rerun",
        selection_mode="single-row",
        hide_index=True,
    )
    st.caption(t("Choose a line to open the exhibit."))
    rows = event.selection.rows
    if rows and rows[0] < len(file.exhibits):
        choose_exhibit(file.exhibits[rows[0]].exhibit.number)


def _in_tree(one: FiledExhibit) -> str:
    """Give the number, moved in by how deep it is a part."""
    return _DEEPER * one.exhibit.number.count(".") + one.exhibit.number


def _work(visit: Visit, file: CaseFile) -> None:
    """List examinations, findings and reports of the exhibits that are shown; an examination opens."""
    t = visit.t
    st.subheader(t("Examinations and reports"), anchor=False)
    lines = [
        *((t("Examination"), line, t(line.state)) for one in file.exhibits for line in one.examinations),
        *((t("Finding"), line, finding_state(t, line.state)) for one in file.exhibits for line in one.findings),
        *((t("Report"), line, t(line.state)) for line in file.reports),
    ]
    if not lines:
        st.info(t("Nothing was examined yet."))
        return
    event = st.dataframe(
        {
            t("Number"): [line.number for _, line, _ in lines],
            t("What it is"): [kind for kind, _, _ in lines],
            t("State"): [state for _, _, state in lines],
            t("Changed"): [t.moment(line.recorded_at) for _, line, _ in lines],
        },
        key="case-work",
        on_select="rerun",
        selection_mode="single-row",
        hide_index=True,
    )
    rows = event.selection.rows
    examinations = {line.number for one in file.exhibits for line in one.examinations}
    if rows and rows[0] < len(lines) and lines[rows[0]][1].number in examinations:
        choose_examination(lines[rows[0]][1].number)
