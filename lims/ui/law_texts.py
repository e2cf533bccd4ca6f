"""The laboratory's own texts of the law: the list, one of them in full, and the second person's word on it."""

from collections.abc import Callable, Iterator

import streamlit as st

from lims.domain.law_text import LawAct, LawEdition, LawTable, LawText, LawTextStatus
from lims.domain.permissions import Act, may_do
from lims.services.ports import ListedRecord
from lims.ui.law_words import KIND_TEXTS, STATE_TEXTS
from lims.ui.sections import attempt
from lims.ui.session import Visit
from lims.ui.watch_start import start_watch

_KINDS = {LawAct.KIND: LawAct, LawEdition.KIND: LawEdition, LawTable.KIND: LawTable}
_CONFIRMING = {
    LawAct: Act.LAW_ACT_CONFIRMED,
    LawEdition: Act.LAW_EDITION_PUBLISHED,
    LawTable: Act.LAW_TABLE_CONFIRMED,
}
_ROWS_SHOWN = 500


def texts(visit: Visit) -> None:
    """Show all texts, and the chosen one with what comes next."""
    t = visit.t
    lines = visit.laboratory.legislating.texts()
    if not lines:
        st.info(t("No text of the law was entered here; only what the program ships is in the book."))
        return
    st.dataframe(
        {
            t("Kind"): [t(KIND_TEXTS[_KINDS[one.kind]]) for one in lines],
            t("Number"): [one.number for one in lines],
            t("State"): [t(STATE_TEXTS[LawTextStatus(one.state)]) for one in lines],
            t("Text"): [one.title for one in lines],
            t("Changed"): [t.moment(one.recorded_at) for one in lines],
        },
        hide_index=True,
        key="law-table",
    )
    place = st.selectbox(
        t("Text of the law"), range(len(lines)), format_func=lambda one: _named(visit, lines[one]), key="law-chosen"
    )
    _one(visit, _load(visit, lines[place]))


def _named(visit: Visit, line: ListedRecord) -> str:
    return f"{visit.t(KIND_TEXTS[_KINDS[line.kind]])} {line.number}"


def _load(visit: Visit, line: ListedRecord) -> LawText:
    keeping = visit.laboratory.legislating
    loading: dict[str, Callable[[str], LawText]] = {
        LawAct.KIND: keeping.act,
        LawEdition.KIND: keeping.edition,
        LawTable.KIND: keeping.table,
    }
    return loading[line.kind](line.number)


def _one(visit: Visit, text: LawText) -> None:
    with st.container(border=True, gap="xsmall"):
        for line in _lines(visit, text):
            st.text(line)
    if isinstance(text, LawTable):
        _rows(visit, text)
    drafted = text.status is LawTextStatus.DRAFTED
    if drafted and visit.person.number in text.clerks:
        st.info(visit.t("You drafted this; another person compares it with the official text."))
    elif drafted and may_do(_CONFIRMING[type(text)], visit.person.roles):
        _confirm(visit, text)
        _send_back(visit, text)


def _lines(visit: Visit, text: LawText) -> Iterator[str]:
    """Tell what is on record of a text; what is unknown is said to be unknown."""
    t = visit.t
    yield f"{text.number}  {t(STATE_TEXTS[text.status])}"
    yield t("Drafted by {name}, {moment}", name=text.drafted_by, moment=t.moment(text.drafted_at))
    if isinstance(text, LawAct):
        act = text.act
        yield t("Citation: {words}", words=act.citation)
        yield t("Jurisdiction: {words}", words=act.jurisdiction)
        for language, title in (("kk", act.title_kk), ("ru", act.title_ru), ("en", act.title_en)):
            yield f"{language}: {title or t('unknown')}"
        yield t("Parts with rows: {words}", words=", ".join(act.parts) or t("none"))
        yield t("Source: {words}", words=act.source or t("unknown"))
    if isinstance(text, LawEdition):
        edition, force = text.edition, text.edition.force
        for label, day in (
            (t("Signed"), edition.signed),
            (t("Published"), edition.published),
            (t("In force from"), force.first),
        ):
            yield f"{label}: {t.date(day) if day else t('unknown')}"
        yield t("In force until: {day}", day=t.date(force.last) if force.last else t("open"))
        yield t("Amended by: {words}", words=edition.amended_by or t("first text"))
        yield t("Source: {words}", words=edition.source or t("unknown"))
    if isinstance(text, LawTable):
        yield t("Edition {number}, {part}", number=text.table.edition, part=text.table.part)
        if text.source_name:
            yield t("From file {name}, SHA-256 {digest}", name=text.source_name, digest=text.source_sha256)
    if text.confirmation is not None:
        yield t(
            "Compared with {words} by {name}, {moment}",
            words=text.confirmation.compared_with,
            name=text.confirmation.by,
            moment=t.moment(text.confirmation.at),
        )
    if text.returned is not None:
        yield t(
            "Returned by {name}, {moment}: {words}",
            name=text.returned.by,
            moment=t.moment(text.returned.at),
            words=text.returned.words,
        )


def _rows(visit: Visit, text: LawTable) -> None:
    """Show the rows as they would be in the book."""
    t, table = visit.t, text.table
    entries = table.entries[:_ROWS_SHOWN]
    if entries:
        st.dataframe(
            {
                t("Number"): [one.number for one in entries],
                t("Kind"): [one.kind.value for one in entries],
                t("Schedule"): [one.schedule for one in entries],
                t("Row"): [one.row for one in entries],
                t("Names"): ["; ".join(f"{name.language}: {name.text}" for name in one.names) for one in entries],
                t("Structure"): [str(one.smiles or one.fragment or one.rule) for one in entries],
            },
            hide_index=True,
            key=f"law-entries-{text.number}",
        )
    if table.exclusions:
        st.dataframe(
            {
                t("Number"): [one.number for one in table.exclusions],
                t("Kind"): [one.kind.value for one in table.exclusions],
                t("Name"): [one.name for one in table.exclusions],
            },
            hide_index=True,
            key=f"law-exclusions-{text.number}",
        )
    if table.thresholds:
        st.dataframe(
            {
                t("Number"): [one.number for one in table.thresholds],
                t("Row"): [one.entry for one in table.thresholds],
                t("Size"): [one.size.value for one in table.thresholds],
                t("Amount"): [f"{t.number(one.amount)} {one.unit}" for one in table.thresholds],
            },
            hide_index=True,
            key=f"law-thresholds-{text.number}",
        )
    if len(table.entries) > _ROWS_SHOWN:
        st.caption(t("The first {shown} of {count} rows.", shown=_ROWS_SHOWN, count=len(table.entries)))


def _confirm(visit: Visit, text: LawText) -> None:
    t, keeping = visit.t, visit.laboratory.legislating
    with st.form(f"law-confirm-{text.number}-{text.version}"):
        words = st.text_input(
            t("Official text that you compared it with"), key=f"law-compared-{text.number}-{text.version}"
        )
        label = t("Publish the edition") if isinstance(text, LawEdition) else t("Confirm")
        pressed = st.form_submit_button(label, type="primary")
    if pressed:
        act = {LawAct: keeping.confirm_act, LawEdition: keeping.publish_edition, LawTable: keeping.confirm_table}
        attempt(
            lambda: act[type(text)](text.number, compared_with=words, actor=visit.person),
            then=lambda: start_watch(visit),
        )


def _send_back(visit: Visit, text: LawText) -> None:
    t, keeping = visit.t, visit.laboratory.legislating
    with st.form(f"law-return-{text.number}-{text.version}"):
        words = st.text_area(t("What is wrong"), key=f"law-reason-{text.number}-{text.version}")
        pressed = st.form_submit_button(t("Return to the clerk"))
    if pressed:
        act = {LawAct: keeping.return_act, LawEdition: keeping.return_edition, LawTable: keeping.return_table}
        attempt(lambda: act[type(text)](text.number, reason=words, actor=visit.person))
