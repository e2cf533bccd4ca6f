"""Quantitations: those on record with content, U and k and all they are made of; discarded with a reason; a new one."""

import streamlit as st

from lims.domain.permissions import Act, may_do
from lims.domain.quantitation import Quantitation
from lims.services.quantitation_repeating import quantitation_differences
from lims.services.quantitation_wording import LACKING_TEXTS, PART_TEXTS
from lims.translation import Translator, marked
from lims.ui.mass_words import exact
from lims.ui.quantitation_form import RECORDED, new_quantitation
from lims.ui.quantitation_tables import rounded, show_calibration, show_calibrators, show_injections
from lims.ui.sections import attempt, changed_meanwhile, chosen_section, seen
from lims.ui.session import Visit

_CHOSEN = "quantitation-section"
_SECTIONS = {"recorded": marked("On record"), "new": marked("New")}
_LISTED = 50
_STATES = {"measured": marked("■ in use"), "discarded": marked("✕ discarded")}


def quantitation(visit: Visit) -> None:
    """Show what is on record, or let an expert measure."""
    if chosen_section(visit, _SECTIONS, key=_CHOSEN) == "new":
        new_quantitation(visit)
        return
    number = _choice(visit)
    if number is not None:
        _show(visit, visit.laboratory.quantitating.get(number))


def _choice(visit: Visit) -> str | None:
    t, quantitating = visit.t, visit.laboratory.quantitating
    found, place = st.columns([6, 1])
    words = found.text_input(t("Find"), placeholder=t("exhibit or substance"), key="quantitation-filter").strip()
    page = place.number_input(t("Page"), min_value=1, step=1, key=f"quantitation-page-{words}")
    lines = quantitating.quantitations(limit=_LISTED + 1, offset=(int(page) - 1) * _LISTED, words=words)
    if len(lines) > _LISTED:
        place.caption(t("More on the next page."))
    if not lines:
        st.info(t("No quantitation is on record here. An expert records one under New."))
        return None
    shown = lines[:_LISTED]
    event = st.dataframe(
        {
            t("Number"): [one.number for one in shown],
            t("State"): [t(_STATES[one.state]) for one in shown],
            t("What was found"): [one.title for one in shown],
        },
        key="quantitation-table",
        on_select="rerun",
        selection_mode="single-row",
        hide_index=True,
    )
    rows = event.selection.rows
    if rows and rows[0] < len(shown):
        st.session_state[RECORDED] = shown[rows[0]].number
    return str(st.session_state.get(RECORDED, shown[0].number))


def _show(visit: Visit, one: Quantitation) -> None:
    t = visit.t
    drawn = seen(one)
    changed_meanwhile(visit, one, drawn)
    st.subheader(f"{one.number}  {t(_STATES[one.state])}")
    _result(visit, one)
    if one.discard is not None:
        st.text(
            t(
                "Discarded by {person}, {moment}: {reason}",
                person=one.discard.by,
                moment=t.moment(one.discard.at),
                reason=one.discard.reason,
            )
        )
    _basis(visit, one)
    injections = (*one.injections, *one.controls)
    show_calibration(visit, one.curve, one.points, injections, key=one.number)
    st.text(t("Injections of the exhibit"))
    show_injections(visit, one.injections, key=f"exhibit-{one.number}")
    st.text(t("Controls and blanks"))
    show_injections(visit, (*one.controls, *one.blanks), key=f"controls-{one.number}")
    with st.expander(t("Calibrators")):
        show_calibrators(visit, one.points, key=one.number)
    with st.expander(t("Portions and uncertainty")):
        _portions(visit, one)
        _budget(visit, one)
    _again(visit, one)
    _discard(visit, one, drawn=drawn)


def _result(visit: Visit, one: Quantitation) -> None:
    t = visit.t
    if one.result is None:
        st.warning(
            t(
                "No content of {substance} is stated: {reason}.",
                substance=one.analyte,
                reason="; ".join(t(LACKING_TEXTS[why]) for why in one.lacking) or t("unknown"),
            )
        )
        return
    content, mass, spread = st.columns(3)
    result = one.result
    content.metric(
        t("Content, % by mass"), f"({exact(result.percent, t)} ± {exact(result.u_percent, t)})", help=one.analyte
    )
    if one.total is not None:
        words = f"({exact(one.total.mass_g, t)} ± {exact(one.total.u_g, t)})"
        mass.metric(t("In the whole exhibit, g"), words)
    else:
        mass.text("; ".join(t(LACKING_TEXTS[why]) for why in one.lacking))
    spread.metric(
        "k", rounded(t, result.k, 3), help=t("coverage {percent} %", percent=t.number(result.coverage_percent))
    )
    if result.not_stated:
        parts = ", ".join(_part(t, name) for name in result.not_stated)
        st.text(t("▲ The uncertainty leaves out, because nobody stated it: {parts}.", parts=parts))


def _basis(visit: Visit, one: Quantitation) -> None:
    t, by = visit.t, one.by
    with st.container(border=True, gap="xsmall"):
        st.text(
            t(
                "{substance} in exhibit {exhibit}, batch {batch}, against {standard}",
                substance=one.analyte,
                exhibit=one.exhibit_number,
                batch=one.batch_number,
                standard=one.internal_standard,
            )
        )
        st.text(
            t(
                "Method {method}, version {version}; {preset}; library release {release}",
                method=by.method_number,
                version=by.method_version,
                preset="; ".join((by.preset, *by.changed)),
                release=by.release,
            )
        )
        st.text(t("Lot of the standard: {lot}", lot=_lot(t, one)))
        st.text(t("The amounts are of: {form}", form=one.expressed_as or t("unknown")))
        st.text(t("Computed by {person}, {moment}", person=one.expert, moment=t.moment(one.measured_at)))


def _lot(t: Translator, one: Quantitation) -> str:
    lot = one.standard
    if lot is None:
        return t("unknown")
    purity = t("purity unknown") if lot.purity is None else t("purity {purity}", purity=t.number(lot.purity))
    return f"{lot.number}, {lot.substance}, {lot.lot}, {purity}"


def _portions(visit: Visit, one: Quantitation) -> None:
    t = visit.t
    if not one.preparations:
        st.text(t("No portion is on record."))
        return
    st.dataframe(
        {
            t("Run"): [part.run_number for part in one.preparations],
            t("Weighing"): [part.weighing_number for part in one.preparations],
            t("Mass, g"): [exact(part.sample_g, t) for part in one.preparations],
            t("Volume, mL"): [exact(part.volume_ml, t) for part in one.preparations],
            t("Dilution factor"): [exact(part.dilution, t) for part in one.preparations],
        },
        hide_index=True,
        key=f"portions-{one.number}",
    )


def _budget(visit: Visit, one: Quantitation) -> None:
    t = visit.t
    if one.result is None:
        return
    st.dataframe(
        {
            t("Part of the uncertainty"): [_part(t, part.name) for part in one.result.parts],
            t("Relative standard uncertainty"): [rounded(t, part.relative_u, 3) for part in one.result.parts],
            t("Degrees of freedom"): [
                "∞" if part.degrees_of_freedom is None else str(part.degrees_of_freedom) for part in one.result.parts
            ],
        },
        hide_index=True,
        key=f"budget-{one.number}",
    )


def _part(t: Translator, name: str) -> str:
    return t(PART_TEXTS[name]) if name in PART_TEXTS else name


def _again(visit: Visit, one: Quantitation) -> None:
    """Compute every number from the others of the record."""
    t = visit.t
    if not st.button(t("Compute it again from its record"), key=f"quantitation-again-{one.number}"):
        return
    differences = quantitation_differences(one)
    if not differences:
        st.success(t("Every number follows from the others."))
    for words in differences:
        st.text(f"✕ {words}")


def _discard(visit: Visit, one: Quantitation, *, drawn: int) -> None:
    t = visit.t
    if one.discard is not None or not may_do(Act.QUANTITATION_DISCARDED, visit.person.roles):
        return
    mark = one.number
    with st.expander(t("Discard this quantitation")), st.form(f"quantitation-discard-{mark}"):
        st.text(t("It stays listed with your reason, reports say so, and no report states its content any more."))
        reason = st.text_input(t("Reason"), key=f"quantitation-reason-{mark}")
        pressed = st.form_submit_button(t("Discard the quantitation"))
    if pressed:
        attempt(
            lambda: visit.laboratory.quantitating.discard(one.number, reason=reason, actor=visit.person, version=drawn)
        )
