"""The three steps of an intake: the order, the seizures, the exhibits. Nothing is recorded before the last button."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

import streamlit as st

from lims.domain.region import Region, regions
from lims.domain.request import Consumption, ConsumptionPermission, ExaminationRequest
from lims.domain.seizure import Channel, FieldScreen, ScreenResult
from lims.errors import InvalidRecordError
from lims.services.accessioning import CaseFacts, ExhibitFacts, Received, SeizureFacts
from lims.translation import TIME_ZONE, Translator, marked
from lims.ui import intake_draft, intake_table
from lims.ui.intake_draft import STEPS, draft, key
from lims.ui.intake_words import CONSUMPTION_TEXTS, DELIVERY_TEXTS, one_of
from lims.ui.plain import plain
from lims.ui.sections import attempt
from lims.ui.session import Visit

_STEPS = (marked("1. Order and request"), marked("2. Seizures"), marked("3. Exhibits"))
_CHANNELS = {one: one.value for one in Channel}
"""The catalogues have the words of a report."""
_RESULTS = {one: one.value for one in ScreenResult}
_SCREEN_TITLES: Mapping[str, str] = {
    "result": marked("Result"),
    "substance": marked("Substance"),
    "kit": marked("Kit"),
    "kit_lot": marked("Lot of the kit"),
    "device": marked("Device, if it was no kit"),
    "operator": marked("Who tested"),
    "performed_on": marked("Tested on"),
}


def wizard(visit: Visit) -> None:
    """Draw the step at which the intake is."""
    t, step = visit.t, draft().step
    marks = ["●" if place == step else "✓" if place < step else "○" for place in range(1, STEPS + 1)]
    st.text("     ".join(f"{mark} {t(words)}" for mark, words in zip(marks, _STEPS, strict=True)))
    (_order, _seizures, _exhibits)[step - 1](visit)


def _order(visit: Visit) -> None:
    t, case = visit.t, draft().case or CaseFacts(appointing_body="")
    asked = case.request or ExaminationRequest()
    with st.form(key("order"), border=False):
        left, right = st.columns(2)
        body = left.text_input(t("Appointing body"), case.appointing_body, key=key("body"))
        signed = right.text_input(t("Who signed the order"), asked.appointed_by, key=key("signed"))
        order = left.text_input(t("Number of the order"), case.order_number, key=key("number"))
        ordered: date | None = right.date_input(
            t("Date of the order"), case.order_date, format="DD.MM.YYYY", key=key("ordered")
        )
        questions = st.text_area(t("Questions of the order, one a line"), "\n".join(case.questions), key=key("asked"))
        left, right = st.columns(2)
        with left:
            delivery = one_of(visit, t("How it came"), DELIVERY_TEXTS, key=key("came"), chosen=asked.delivery)
        by = right.text_input(t("Who brought it, or number of the parcel"), asked.delivered_by, key=key("by"))
        received = left.datetime_input(
            t("Received at"), _local(asked.received_at), format="DD.MM.YYYY", key=key("received"), step=60
        )
        category = right.selectbox(
            t("Category of complexity"),
            list(visit.laboratory.terms.terms.days),
            index=None,
            accept_new_options=True,
            placeholder=case.category or t("unknown"),
            key=key("category"),
        )
        seizing = left.text_input(t("Seizing body"), case.seizing_body, key=key("seizing"))
        reference = right.text_input(t("Its number of the case"), case.seizing_reference, key=key("reference"))
        with left:
            extent = one_of(
                visit,
                t("What the order lets the examination use up"),
                CONSUMPTION_TEXTS,
                key=key("extent"),
                chosen=asked.permission.extent if asked.permission else None,
            )
        where = right.text_input(
            t("Where it says so"), asked.permission.reference if asked.permission else "", key=key("where")
        )
        trial = st.checkbox(t("For demonstration or training, not evidence"), case.demonstration, key=key("trial"))
        if not st.form_submit_button(t("On to the seizures"), type="primary"):
            return
    attempt(
        lambda: intake_draft.keep(
            step=2,
            case=CaseFacts(
                appointing_body=_needed(t("Appointing body"), body),
                order_number=order,
                order_date=ordered,
                questions=tuple(line.strip() for line in questions.splitlines() if line.strip()),
                demonstration=trial,
                seizing_body=seizing,
                seizing_reference=reference,
                category=str(category or case.category),
                request=ExaminationRequest(
                    appointed_by=signed.strip(),
                    received_at=_aware(received),
                    delivery=delivery,
                    delivered_by=by.strip(),
                    permission=_permission(extent, where.strip()),
                ),
            ),
        )
    )


def _seizures(visit: Visit) -> None:
    t, known = visit.t, draft().seizures
    if not known:
        st.info(t("No seizure is written down yet. Where nothing is known of one, go on without."))
    for place, one in enumerate(known, start=1):
        words, off = st.columns([5, 1], vertical_alignment="center")
        words.text(f"{place}. {_seizure_words(t, one)}")
        if off.button(t("Take off the list"), key=key(f"seizure-off-{place}")):
            intake_draft.keep(seizures=(*known[: place - 1], *known[place:]))
            st.rerun()
    with st.form(key(f"seizure-{len(known)}"), border=True):
        facts = seizure_fields(visit, prefix=key(f"seizure-{len(known)}"))
        if st.form_submit_button(t("Write the seizure down")):
            attempt(lambda: intake_draft.keep(seizures=(*known, facts())))
    back, on = st.columns(2)
    if back.button(t("Back"), key=key("back-2"), width="stretch"):
        _turn(1)
    if on.button(t("On to the exhibits"), key=key("on-3"), type="primary", width="stretch"):
        _turn(3)


def seizure_fields(visit: Visit, *, prefix: str) -> Any:  # noqa: ANN401 - a function that gives the facts
    """Draw the fields of a seizure; give a function that reads them."""
    t = visit.t
    left, right = st.columns(2)
    day: date | None = left.date_input(t("Date of seizure"), None, format="DD.MM.YYYY", key=f"{prefix}-day")
    place = right.text_input(t("Place of seizure"), key=f"{prefix}-place")
    region: Region | None = left.selectbox(
        t("Region"),
        list(regions().values()),
        index=None,
        format_func=lambda one: getattr(one, f"name_{t.language}"),
        placeholder=t("unknown"),
        key=f"{prefix}-region-{t.language}",
    )
    with right:
        channel = one_of(visit, t("Channel"), _CHANNELS, key=f"{prefix}-channel")
    body = left.text_input(t("Seizing body"), key=f"{prefix}-body")
    reference = right.text_input(t("Number of its record"), key=f"{prefix}-reference")
    st.caption(t("Field tests that were made before it came, one a line:"))
    screens: Any = st.data_editor(
        {one: [None] for one in _SCREEN_TITLES},
        num_rows="dynamic",
        hide_index=True,
        placeholder="",
        key=f"{prefix}-screens-{t.language}",
        column_config={one: _screen_column(t, one) for one in _SCREEN_TITLES},
    )

    def facts() -> SeizureFacts:
        return SeizureFacts(
            seized_on=day,
            place=place,
            region=region.code if region else "",
            channel=channel,
            seizing_body=body,
            reference=reference,
            screens=tuple(_screen(row) for row in intake_table.rows_of(screens, tuple(_SCREEN_TITLES))),
        )

    return facts


def _exhibits(visit: Visit) -> None:
    t, now = visit.t, draft()
    asked = (now.case.request if now.case else None) or ExaminationRequest()
    common = common_fields(visit, prefix=key("common"), begin=asked)
    rows = table(visit, prefix=key("exhibits"), seizures=len(now.seizures))
    back, on = st.columns(2)
    if back.button(t("Back"), key=key("back-3"), width="stretch"):
        _turn(2)
    if on.button(t("Register all of it"), key=key("register"), type="primary", width="stretch"):
        _register(visit, rows, common)


def _register(visit: Visit, rows: Sequence[intake_table.Row], common: ExhibitFacts) -> None:
    def act() -> Received:
        exhibits = intake_table.exhibits_of(visit.t, rows, common=common)
        received = visit.laboratory.accessioning.receive(draft().intake(exhibits), actor=visit.person)
        intake_draft.finish(received.case.number)  # before anything is drawn: a second press finds nothing to register
        return received

    attempt(act)


def common_fields(visit: Visit, *, prefix: str, begin: ExaminationRequest) -> ExhibitFacts:
    """Draw what holds for all lines of the table, and give it."""
    t = visit.t
    left, middle, right = st.columns(3)
    with left:
        delivery = one_of(visit, t("How they came"), DELIVERY_TEXTS, key=f"{prefix}-came", chosen=begin.delivery)
    by = middle.text_input(t("Who brought them, or number of the parcel"), begin.delivered_by, key=f"{prefix}-by")
    received = right.datetime_input(
        t("Received at; empty for now"), _local(begin.received_at), format="DD.MM.YYYY", key=f"{prefix}-at", step=60
    )
    return ExhibitFacts(description="", delivery=delivery, delivered_by=by, received_at=_aware(received))


def table(visit: Visit, *, prefix: str, seizures: int, donors: tuple[str, ...] = ()) -> tuple[intake_table.Row, ...]:
    """Draw the table of exhibits with the field that takes a paste, and give its lines."""
    t = visit.t
    st.caption(t("One line an exhibit. Cells of a spreadsheet may be pasted into the table, or below with their line."))
    place = st.empty()
    with st.expander(t("Paste lines of a spreadsheet")), st.form(f"{prefix}-paste", border=False):
        st.caption(plain(t("Columns: {columns}", columns=", ".join(t(one) for one in intake_table.TITLES.values()))))
        text = st.text_area(t("Lines, cells apart by tabs"), key=f"{prefix}-{intake_table.turn(prefix)}-pasted")
        taken = st.form_submit_button(t("Take the lines into the table"))
    with place:
        rows = intake_table.draw(t, intake_table.Sheet(key=prefix, seizures=seizures, donors=donors))
    if taken:
        attempt(lambda: intake_table.replace_rows(prefix, (*rows, *intake_table.pasted(t, text))))
    return rows


def _turn(step: int) -> None:
    intake_draft.keep(step=step)
    st.rerun()


def _needed(name: str, text: str) -> str:
    if not text.strip():
        raise InvalidRecordError(f"{name}: empty; it is needed")
    return text


def _permission(extent: Consumption | None, reference: str) -> ConsumptionPermission | None:
    return None if extent is None else ConsumptionPermission(extent=extent, reference=reference)


def _aware(at: datetime | None) -> datetime | None:
    return None if at is None else at.replace(tzinfo=TIME_ZONE)


def _local(at: datetime | None) -> datetime | None:
    return None if at is None else at.astimezone(TIME_ZONE).replace(tzinfo=None)


def _seizure_words(t: Translator, facts: SeizureFacts) -> str:
    named = regions().get(facts.region)
    region = getattr(named, f"name_{t.language}") if named else ""
    day = t.date(facts.seized_on) if facts.seized_on else t("unknown")
    tests = t("field tests: {count}", count=len(facts.screens)) if facts.screens else ""
    return ", ".join(one for one in (day, region, facts.place, facts.seizing_body, tests) if one)


def _screen_column(t: Translator, name: str) -> Any:  # noqa: ANN401 - Streamlit gives dictionaries
    title = t(_SCREEN_TITLES[name])
    if name == "result":
        return st.column_config.SelectboxColumn(
            title, options=[str(one) for one in ScreenResult], format_func=lambda one: t(str(one))
        )
    asked = t("day as {example}", example="22.11.2026") if name == "performed_on" else None
    return st.column_config.TextColumn(title, help=asked)


def _screen(row: intake_table.Row) -> FieldScreen:
    if not row.get("result"):
        raise InvalidRecordError("field test: no result; expected one, or nothing in the line")
    day = row.get("performed_on", "")
    try:
        performed = datetime.strptime(day, "%d.%m.%Y").replace(tzinfo=TIME_ZONE).date() if day else None
    except ValueError as error:
        raise InvalidRecordError(f"field test: tested on {day!r}; expected a day as 22.11.2026") from error
    texts = {one: row.get(one, "") for one in ("substance", "kit", "kit_lot", "device", "operator")}
    return FieldScreen(result=ScreenResult(row["result"]), performed_on=performed, **texts)
