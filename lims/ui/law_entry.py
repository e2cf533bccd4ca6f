"""Drafting acts, editions and tables: by hand, rows in a sheet that takes pasted cells, or from CSV."""

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import date
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from lims.domain.law_text import LawAct, LawEdition, LawTable
from lims.errors import NotFoundError
from lims.services.law_table_file import ENTRY_COLUMNS, EXCLUSION_COLUMNS, THRESHOLD_COLUMNS
from lims.services.legislating import TableFacts
from lims.translation import marked
from lims.ui.plain import REFUSALS, plain, show_refusal
from lims.ui.session import Visit
from substance_library.editions import Act, Edition, InForce, NotLoaded

TYPED = "typed on the page"
"""Name of the source of rows that came from no file."""
_DRAFTED = "law-drafted"
_SHEETS: Mapping[str, tuple[str, ...]] = {
    marked("Entries"): ENTRY_COLUMNS,
    marked("Exclusions"): EXCLUSION_COLUMNS,
    marked("Thresholds"): THRESHOLD_COLUMNS,
}
_FIRST_DAY = date(1900, 1, 1)
_LAST_DAY = date(2200, 12, 31)


def entry(visit: Visit) -> None:
    """Show what was drafted last, and the three forms."""
    t = visit.t
    drafted = st.session_state.pop(_DRAFTED, "")
    if drafted:
        st.success(plain(t("{number} is drafted. Another person compares it with the official text.", number=drafted)))
    st.caption(t("Everything as the official text has it. What it does not say stays empty; empty is unknown."))
    with st.expander(t("Act")):
        _act(visit)
    with st.expander(t("Edition of an act")):
        _edition(visit)
    with st.expander(t("Rows of an edition"), expanded=True):
        _table(visit)


def _act(visit: Visit) -> None:
    t = visit.t
    with st.form("law-act"):
        number, replaces = _number(visit, LawAct.KIND)
        left, right = st.columns([1, 3])
        jurisdiction = left.text_input(t("Jurisdiction, such as KZ"), key="law-act-jurisdiction")
        citation = right.text_input(t("How the act is cited"), key="law-act-citation")
        titles = {
            language: st.text_input(
                t("Title as quoted, {language}", language=language), key=f"law-act-title-{language}"
            )
            for language in ("kk", "ru", "en")
        }
        parts = st.text_area(t("Parts with rows that decide a status, one a line"), key="law-act-parts")
        amounts = st.text_area(t("Parts with thresholds of quantity, one a line"), key="law-act-amounts")
        loaded_to = _day(right, t("Last day up to which its amendments are known"), "law-act-loaded")
        url = st.text_input(t("Address of the official text"), key="law-act-url")
        source = st.text_input(t("Who says so, and how far it is confirmed"), key="law-act-source")
        pressed = st.form_submit_button(t("Draft the act"), type="primary")
    if pressed:
        not_loaded, exemption = _not_asked(visit, number)
        _do(
            number,
            lambda: visit.laboratory.legislating.draft_act(
                Act(
                    number=number,
                    jurisdiction=jurisdiction.strip(),
                    citation=citation,
                    title_kk=titles["kk"],
                    title_ru=titles["ru"],
                    title_en=titles["en"],
                    parts=_lines(parts),
                    threshold_parts=_lines(amounts),
                    not_loaded=not_loaded,
                    loaded_to=loaded_to,
                    exemption=exemption,
                    url=url,
                    source=source,
                ),
                actor=visit.person,
                replaces=replaces,
            ),
        )


def _not_asked(visit: Visit, number: str) -> tuple[tuple[NotLoaded, ...], str]:
    """Give what is not loaded and what is exempt of an act that is corrected: the form does not ask, so it stays."""
    keeping = visit.laboratory.legislating
    known = {one.number: one for one in keeping.book().as_known(None).acts}
    with suppress(NotFoundError):
        known[number] = keeping.act(number).act
    return (known[number].not_loaded, known[number].exemption) if number in known else ((), "")


def _edition(visit: Visit) -> None:
    t = visit.t
    acts = [act.number for act in visit.laboratory.legislating.book().acts]
    own = [line.number for line in visit.laboratory.legislating.texts() if line.kind == LawAct.KIND]
    with st.form("law-edition"):
        number, replaces = _number(visit, LawEdition.KIND)
        act = st.selectbox(t("Act"), sorted({*acts, *own}), key="law-edition-act")
        amended_by = st.text_input(t("Amended by; empty for the first text"), key="law-edition-amended")
        places = st.columns(4)
        labels = (t("Signed"), t("Published"), t("In force from"), t("In force until"))
        days = [
            _day(place, label, f"law-edition-day-{one}")
            for one, (place, label) in enumerate(zip(places, labels, strict=True))
        ]
        changes = st.text_area(
            t("Parts whose rows it changes, one a line; empty: not known, which counts as every part"),
            key="law-edition-changes",
        )
        gap = st.text_input(t("Why nothing stood between the edition before and this one"), key="law-edition-gap")
        source = st.text_input(t("Where it was read"), key="law-edition-source")
        pressed = st.form_submit_button(t("Draft the edition"), type="primary")
    if pressed:
        signed, published, first, last = days
        _do(
            number,
            lambda: visit.laboratory.legislating.draft_edition(
                Edition(
                    number=number,
                    act=str(act),
                    amended_by=amended_by,
                    signed=signed,
                    published=published,
                    force=InForce(first=first, last=last),
                    changes=_lines(changes) or None,
                    gap_words=gap,
                    source=source,
                ),
                actor=visit.person,
                replaces=replaces,
            ),
        )


def _table(visit: Visit) -> None:
    t = visit.t
    book = visit.laboratory.legislating.book()
    own = [line.number for line in visit.laboratory.legislating.texts() if line.kind == LawEdition.KIND]
    editions = sorted({*(one.number for one in book.editions), *own})
    if not editions:
        st.info(t("There is no edition yet; draft it first."))
        return
    sheet = st.segmented_control(
        t("What the rows are"),
        list(_SHEETS),
        default=next(iter(_SHEETS)),
        format_func=t,
        key=f"law-sheet-{t.language}",
        required=True,
    )
    with st.form("law-rows"):
        number, replaces = _number(visit, LawTable.KIND)
        left, right = st.columns(2)
        edition = left.selectbox(t("Edition"), editions, key="law-rows-edition")
        part = right.text_input(t("Part of the act, as the act itself names it"), key="law-rows-part")
        consolidated = st.checkbox(
            t("These are all the rows of the part and replace those of earlier editions"), key="law-rows-all"
        )
        complete = st.checkbox(t("No row of the text is missing here"), key="law-rows-complete")
        missing = st.text_input(t("What is missing, if any is"), key="law-rows-missing")
        removes = st.text_area(t("Numbers of earlier rows that this edition takes out, one a line"), key="law-rows-out")
        upload = st.file_uploader(t("Rows, CSV"), type=["csv"], key="law-rows-file")
        st.caption(t("Or type or paste them; the same columns as in the file:"))
        columns = _SHEETS[str(sheet)]
        typed = st.data_editor(
            {column: [""] for column in columns},
            num_rows="dynamic",
            hide_index=True,
            key=f"law-rows-sheet-{sheet}",
            column_config={column: st.column_config.TextColumn(column) for column in columns},
        )
        pressed = st.form_submit_button(t("Draft the rows"), type="primary")
    if not pressed:
        return
    rows = sheet_rows(typed, columns)
    if (upload is None) == (not rows):
        st.error(t("Give either a file or rows in the sheet."))
        return
    data, name = (upload.getvalue(), upload.name) if upload is not None else (as_csv(columns, rows), TYPED)
    facts = TableFacts(
        number=number,
        edition=str(edition),
        part=part,
        consolidated=consolidated,
        complete=complete,
        removes=_lines(removes),
        missing=missing,
    )
    _do(
        number,
        lambda: visit.laboratory.legislating.import_table(
            facts, data, name=name, actor=visit.person, replaces=replaces
        ),
    )


def sheet_rows(typed: Mapping[str, Sequence[Any]], columns: Sequence[str]) -> list[list[str]]:
    """Give the rows of the sheet that say anything, cells without spaces around them."""
    rows = zip(*(typed[column] for column in columns), strict=True)
    words = [["" if cell is None else str(cell).strip() for cell in row] for row in rows]
    return [row for row in words if any(row)]


def as_csv(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> bytes:
    """Write rows as the file that the service reads, so that there is one way in."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(rows)
    return out.getvalue().encode("utf-8")


def _number(visit: Visit, kind: str) -> tuple[str, int | None]:
    """Ask for a new number, or for the text that is corrected in the version that the person sees."""
    t = visit.t
    lines = [line for line in visit.laboratory.legislating.texts() if line.kind == kind]
    known = {f"{line.number}, {t('version {version}', version=line.version)}": line for line in lines}
    left, right = st.columns(2)
    number = left.text_input(t("Number of a new one"), key=f"law-number-{kind}")
    corrected = right.selectbox(
        t("or correction of"),
        ["", *known],
        key=f"law-corrected-{kind}-{t.language}",
        format_func=lambda one: one or "–",
    )
    if corrected:
        return known[str(corrected)].number, known[str(corrected)].version
    return number.strip(), None


def _day(place: DeltaGenerator, label: str, key: str) -> date | None:
    found: date | None = place.date_input(
        label, value=None, format="DD.MM.YYYY", key=key, min_value=_FIRST_DAY, max_value=_LAST_DAY
    )
    return found


def _lines(text: str) -> tuple[str, ...]:
    return tuple(line.strip() for line in text.splitlines() if line.strip())


def _do(number: str, act: Callable[[], object]) -> None:
    """Draft, and begin the page anew; a refusal leaves every field as it was typed."""
    try:
        act()
    except REFUSALS as error:
        show_refusal(error)
        return
    st.session_state[_DRAFTED] = number
    st.rerun()
