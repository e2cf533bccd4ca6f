"""The register of instruments: all in pages, one with its calibrations and its history, and what is done about it."""

from collections.abc import Iterator

import streamlit as st

from lims.domain.instrument import Calibration, EquipmentKind, Instrument, InstrumentStatus, UpkeepKind
from lims.domain.permissions import Act, may_do
from lims.translation import Translator, marked
from lims.ui.admin_words import tell
from lims.ui.instrument_forms import calibrate, keep_up, put_back, register, take_out
from lims.ui.mass_words import exact
from lims.ui.plain import plain
from lims.ui.refusal_words import fault_words
from lims.ui.sections import changed_meanwhile, seen
from lims.ui.session import Visit

_CHOSEN = "chosen-instrument"
_A_PAGE = 25
STATUS_TEXTS = {
    InstrumentStatus.IN_SERVICE: marked("● in service"),
    InstrumentStatus.OUT_OF_SERVICE: marked("▲ out of service"),
}
KIND_TEXTS = {
    EquipmentKind.BALANCE: marked("balance"),
    EquipmentKind.GC_MS: marked("GC-MS"),
    EquipmentKind.GC_FID: marked("GC-FID"),
    EquipmentKind.LC_MS: marked("LC-MS"),
    EquipmentKind.DART_MS: marked("DART-MS"),
    EquipmentKind.FTIR: marked("FTIR"),
    EquipmentKind.RAMAN: marked("Raman"),
    EquipmentKind.MICROSCOPE: marked("microscope"),
    EquipmentKind.PIPETTE: marked("pipette"),
    EquipmentKind.OTHER: marked("other"),
}
UPKEEP_TEXTS = {
    UpkeepKind.SERVICE: marked("service"),
    UpkeepKind.REPAIR: marked("repair"),
    UpkeepKind.DAMAGE: marked("damage"),
    UpkeepKind.MOVE: marked("move"),
    UpkeepKind.FIRMWARE: marked("firmware"),
}


def instruments(visit: Visit) -> None:
    """Show the register, one instrument in full with its acts, and the form for a new one."""
    tell()
    chosen = _chosen(visit, _page(visit))
    if chosen is not None:
        _one(visit, chosen)
    if may_do(Act.INSTRUMENT_REGISTERED, visit.person.roles):
        with st.expander(visit.t("Register an instrument")):
            register(visit, KIND_TEXTS)


def _page(visit: Visit) -> tuple[Instrument, ...]:
    """Let the person find instruments and turn pages."""
    t, registering = visit.t, visit.laboratory.registering
    find, state, place = st.columns([4, 3, 1])
    words = find.text_input(t("Find"), placeholder=t("number, kind or model"), key="instrument-filter").strip()
    statuses = state.multiselect(
        t("State"),
        list(InstrumentStatus),
        format_func=lambda one: t(STATUS_TEXTS[one]),
        placeholder=t("all"),
        key=f"instrument-states-{t.language}",
    )
    page = place.number_input(t("Page"), min_value=1, step=1, key=f"instrument-page-{words}")
    states = [one.value for one in statuses]
    offset = (int(page) - 1) * _A_PAGE
    lines = registering.instruments(limit=_A_PAGE + 1, offset=offset, states=states, words=words)
    if len(lines) > _A_PAGE:
        place.caption(t("More on the next page."))
    return registering.several([one.number for one in lines[:_A_PAGE]])


def _chosen(visit: Visit, found: tuple[Instrument, ...]) -> Instrument | None:
    t, registering = visit.t, visit.laboratory.registering
    if not found:
        st.info(t("No instrument is like that."))
    else:
        today = registering.today()
        event = st.dataframe(
            {
                t("Number"): [one.number for one in found],
                t("Kind"): [t(KIND_TEXTS[one.kind]) for one in found],
                t("Model"): [one.model for one in found],
                t("Serial number"): [one.serial for one in found],
                t("Place"): [one.place for one in found],
                t("State"): [t(STATUS_TEXTS[one.status]) for one in found],
                t("Usable today"): [t("▲ no") if one.hindrances(today) else t("● yes") for one in found],
                t("Calibration due"): [_due(t, one) for one in found],
            },
            key="instrument-table",
            on_select="rerun",
            selection_mode="single-row",
            hide_index=True,
        )
        st.caption(t("Choose an instrument in the table."))
        rows = event.selection.rows
        if rows and rows[0] < len(found):
            st.session_state[_CHOSEN] = found[rows[0]].number
    number = st.session_state.get(_CHOSEN)
    return None if number is None else registering.get(str(number))


def _due(t: Translator, one: Instrument) -> str:
    if not one.needs_calibration:
        return t("not needed")
    if one.calibration is None:
        return t("never calibrated")
    return t.date(one.calibration.due_on) if one.calibration.due_on else t("no day set")


def _one(visit: Visit, one: Instrument) -> None:
    t, roles, drawn = visit.t, visit.person.roles, seen(one)
    with st.container(border=True):
        changed_meanwhile(visit, one, drawn)
        st.subheader(plain(f"{one.number}  {one.model}"), anchor=False)
        for line in _facts(visit, one):
            st.text(line)
        left, right = st.columns(2)
        with left:
            if one.needs_calibration and may_do(Act.INSTRUMENT_CALIBRATED, roles):
                calibrate(visit, one, drawn)
            if may_do(Act.INSTRUMENT_KEPT_UP, roles):
                keep_up(visit, one, drawn, UPKEEP_TEXTS)
        with right:
            if one.status is InstrumentStatus.IN_SERVICE and may_do(Act.INSTRUMENT_TAKEN_OUT, roles):
                take_out(visit, one, drawn)
            if one.status is InstrumentStatus.OUT_OF_SERVICE and may_do(Act.INSTRUMENT_PUT_BACK, roles):
                put_back(visit, one, drawn)
        with st.expander(t("History of this instrument")):
            _history(t, one)


def _facts(visit: Visit, one: Instrument) -> Iterator[str]:
    t = visit.t
    yield f"{t(STATUS_TEXTS[one.status])}   {t(KIND_TEXTS[one.kind])}   {one.serial}   {one.place}"
    yield t("Firmware: {words}", words=one.firmware or t("unknown"))
    if one.name_in_files:
        yield t("Its name in files: {words}", words=one.name_in_files)
    if one.balance_range is not None:
        yield t(
            "Weighs from {minimum} g to {capacity} g",
            minimum=exact(one.balance_range.minimum_g, t),
            capacity=exact(one.balance_range.capacity_g, t),
        )
    if one.calibration is not None:
        yield _calibration(t, one.calibration)
    for hindrance in one.hindrances(visit.laboratory.registering.today()):
        yield f"▲ {fault_words(t, hindrance.reason)}. {fault_words(t, hindrance.remedy)}."


def _calibration(t: Translator, found: Calibration) -> str:
    return t(
        "Calibrated {date} by {body}, certificate {certificate}, due {due}",
        date=t.date(found.calibrated_on),
        body=found.body,
        certificate=found.certificate,
        due=t.date(found.due_on) if found.due_on else t("no day set"),
    )


def _history(t: Translator, one: Instrument) -> None:
    """Put calibrations, upkeep and changes of state in one list, the newest first."""
    lines = [
        *((found.recorded_at, found.recorded_by, _calibration(t, found)) for found in one.calibrations),
        *(
            (
                found.recorded_at,
                found.recorded_by,
                f"{t(UPKEEP_TEXTS[found.kind])}, {t.date(found.happened_on)}, {found.done_by}: {found.words}",
            )
            for found in one.upkeep
        ),
        *(
            (found.changed_at, found.changed_by, f"{t(STATUS_TEXTS[found.status])}: {found.reason}")
            for found in one.changes
        ),
        (one.registered_at, one.registered_by, t("registered")),
    ]
    lines.sort(key=lambda line: line[0], reverse=True)
    st.dataframe(
        {
            t("When"): [t.moment(at) for at, _, _ in lines],
            t("By whom"): [who for _, who, _ in lines],
            t("What"): [words for _, _, words in lines],
        },
        hide_index=True,
        key="instrument-history",
    )
