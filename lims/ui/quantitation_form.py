"""A new quantitation: the batch tried out for substances of choice, then an exhibit measured and recorded."""

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal

import streamlit as st

from lims.domain.batch import Batch
from lims.domain.method import Method
from lims.domain.permissions import Act, may_do
from lims.domain.quantitation import Quantitation
from lims.domain.weighing import Weighing
from lims.errors import InvalidRecordError
from lims.services.quantitating import PreparationFacts, QuantitationFacts
from lims.services.quantitation_portions import PossiblePortions, exhibits_in
from lims.services.quantitation_trial import TrialChoices, TriedBatch
from lims.translation import marked
from lims.ui import background
from lims.ui.batch_desk import choose_batch
from lims.ui.bench_numbers import decimal_of
from lims.ui.mass_words import stated_words
from lims.ui.plain import REFUSALS, show_refusal
from lims.ui.quantitation_tables import show_calibration, show_calibrators, show_injections
from lims.ui.sections import attempt, begun_anew, changed_meanwhile, fields, seen
from lims.ui.selection import chosen_exhibit
from lims.ui.session import Visit

RECORDED = "quantitation-chosen"
"""Where a browser session remembers the quantitation that is looked at."""
_JOB = "quantitation-record"
_CURVES = {"linear": marked("straight line"), "quadratic": marked("parabola")}
_YES_NO = {"true": marked("yes"), "false": marked("no")}
_WEIGHTS = {"none": marked("all alike"), "1/x": marked("by 1/x"), "1/x^2": marked("by 1/x^2")}
_SIGNALS = {"ion": marked("quantifier ion"), "tic": marked("all ions")}
_BEYOND = {"flag": marked("give the number with a remark"), "refuse": marked("give no number")}


def new_quantitation(visit: Visit) -> None:
    """Let an expert choose a batch, try it out, and record what an exhibit of it holds."""
    t = visit.t
    _recorded_now(visit)
    number = choose_batch(visit)
    if number is None:
        return
    batch = visit.laboratory.batching.get(number)
    drawn = seen(batch)
    changed_meanwhile(visit, batch, drawn)
    method = visit.laboratory.batching.method_of(batch)
    st.text(
        t(
            "Method {method}, version {version}: {analyte} against {standard}, from release {release}.",
            method=method.number,
            version=method.version,
            analyte=method.analyte.name,
            standard=method.internal_standard.name,
            release=method.quantitation.release,
        )
    )
    if not may_do(Act.QUANTITATION_RECORDED, visit.person.roles):
        st.info(t("An expert measures and records."))
        return
    _trial(visit, batch, method)
    _record(visit, batch, drawn=drawn)


def _trial(visit: Visit, batch: Batch, method: Method) -> None:
    t, key = visit.t, f"quantitation-trial-{batch.number}"
    with st.expander(t("Try it out: nothing is recorded"), expanded=background.job(visit, key) is not None):
        choices = _choices(visit, batch, method)
        if choices is not None:
            quantitating, person = visit.laboratory.quantitating, visit.person
            background.forget(visit, key)
            attempt(
                lambda: background.start(
                    visit,
                    key,
                    lambda _: quantitating.try_out(batch.number, choices, actor=person),
                    lane=background.Lane.MEASURING,
                )
            )
        try:
            tried = background.result(visit, key)
        except REFUSALS as error:
            show_refusal(error)
            return
        if isinstance(tried, TriedBatch):
            _tried(visit, tried, batch)


def _choices(visit: Visit, batch: Batch, method: Method) -> TrialChoices | None:
    """Ask what the trial does otherwise than the method; None as long as nothing was pressed."""
    t = visit.t
    with st.form(f"quantitation-trial-form-{batch.number}"):
        left, right, third = st.columns(3)
        analyte = left.text_input(t("Analyte"), value=method.analyte.name, key=f"trial-analyte-{batch.number}")
        standard = right.text_input(
            t("Internal standard"), value=method.internal_standard.name, key=f"trial-standard-{batch.number}"
        )
        releases = visit.laboratory.curating.releases()
        release = third.selectbox(
            t("Library release"),
            releases,
            index=releases.index(method.quantitation.release) if method.quantitation.release in releases else None,
            key=f"trial-release-{batch.number}",
        )
        settings = _settings(visit, batch)
        pressed = st.form_submit_button(t("Measure without recording"))
    if not pressed:
        return None
    return TrialChoices(analyte=analyte, internal_standard=standard, release=str(release or ""), settings=settings)


def _settings(visit: Visit, batch: Batch) -> Mapping[str, str]:
    t = visit.t
    offered = {
        "curve": (t("Curve"), _CURVES),
        "weighting": (t("Weights"), _WEIGHTS),
        "through_origin": (t("Through the origin"), _YES_NO),
        "signal": (t("Area of"), _SIGNALS),
        "extrapolation": (t("Outside the calibrators"), _BEYOND),
    }
    stated = {
        "weighing_u": t("Weighing, relative standard uncertainty"),
        "volume_u": t("Volumes, relative standard uncertainty"),
        "purity_u": t("Purity, relative standard uncertainty"),
    }
    found: dict[str, str] = {}
    for column, (name, (label, words)) in zip(st.columns(len(offered)), offered.items(), strict=True):
        chosen = column.selectbox(
            label,
            list(words),
            index=None,
            placeholder=t("as the method says"),
            format_func=_saying(visit, words),
            key=f"trial-{name}-{batch.number}-{t.language}",
        )
        found |= {name: str(chosen)} if chosen else {}
    for column, (name, label) in zip(st.columns(len(stated)), stated.items(), strict=True):
        typed = column.text_input(
            label, placeholder="0.5%", help=t("Empty: as the method says"), key=f"trial-{name}-{batch.number}"
        ).strip()
        found |= {name: typed.replace(",", ".")} if typed else {}
    return found


def _saying(visit: Visit, words: Mapping[str, str]) -> Callable[[str], str]:
    return lambda one: visit.t(words[one])


def _tried(visit: Visit, tried: TriedBatch, batch: Batch) -> None:
    t = visit.t
    if tried.batch_version != batch.version:
        st.warning(t("The batch changed since it was tried out; try it again."))
    for one in (tried.analyte, tried.internal_standard):
        st.text(
            t(
                "{name}: m/z {quantifier}, qualifiers {qualifiers}, at {time} s",
                name=one.name,
                quantifier=one.quantifier_mz,
                qualifiers=", ".join(map(str, one.qualifier_mz)) or t("none"),
                time=t.number(Decimal(f"{one.retention_time_s:.1f}")),
            )
        )
    show_calibration(visit, tried.curve, tried.points, tried.injections, key=f"trial-{batch.number}")
    show_calibrators(visit, tried.points, key=f"trial-{batch.number}")
    show_injections(visit, tried.injections, key=f"trial-{batch.number}")


def _record(visit: Visit, batch: Batch, *, drawn: int) -> None:
    t = visit.t
    st.subheader(t("Measure and record"))
    if not batch.usable:
        st.info(t("The batch is neither accepted nor released: nothing of it may be recorded."))
        return
    exhibits = exhibits_in(batch)
    if not exhibits:
        st.info(t("This batch holds no run of an exhibit."))
        return
    kept = chosen_exhibit()
    exhibit = str(
        st.selectbox(
            t("Exhibit"),
            exhibits,
            index=exhibits.index(kept) if kept in exhibits else 0,
            key=f"quantitation-exhibit-{batch.number}",
        )
    )
    possible = visit.laboratory.quantitating.portions(batch.number, exhibit)
    mark = fields(f"{batch.number}-{exhibit}")
    with st.form(f"quantitation-{mark}"):
        typed = _portions(visit, possible, mark)
        others = _others(visit, possible, mark)
        st.text(t("You record in your name what this batch says of the exhibit, or why it says nothing."))
        pressed = st.form_submit_button(t("Measure and record"), type="primary")
    if pressed:
        attempt(
            lambda: _begin(visit, _facts(batch, exhibit, _preparations(typed), others), drawn=drawn),
            then=begun_anew(f"{batch.number}-{exhibit}"),
        )


_Typed = tuple[str, str, str, str, str, str]
"""Run, weighing, volume, its U, its k, dilution."""


def _portions(visit: Visit, possible: PossiblePortions, mark: str) -> Sequence[_Typed]:
    """Ask how the portion of each run was made; without a weighing none is on record, and no content is stated."""
    t = visit.t
    words = {one.number: f"{one.number}   {stated_words(one.stated, t)}" for one in possible.portions}
    if not words:
        st.warning(t("No weighed aliquot of this exhibit is on record: no content will be stated."))
    typed: list[_Typed] = []
    for place, run in enumerate(possible.runs):
        st.text(t("Portion of run {run}", run=run))
        columns = st.columns([4, 2, 2, 1.3, 2])
        weighing = columns[0].selectbox(
            t("Weighed portion"),
            list(words),
            index=None,
            placeholder=t("not recorded"),
            format_func=words.__getitem__,
            key=f"portion-weighing-{place}-{mark}-{t.language}",
        )
        labels = (t("Volume, mL"), t("its U, mL"), "k", t("Dilution factor"))
        values = [
            column.text_input(label, value=usual, key=f"portion-{place}-{number}-{mark}")
            for number, (column, label, usual) in enumerate(zip(columns[1:], labels, ("", "", "", "1"), strict=True))
        ]
        typed.append((run, str(weighing or ""), values[0], values[1], values[2], values[3]))
    return typed


def _preparations(typed: Sequence[_Typed]) -> tuple[PreparationFacts, ...]:
    """Read what was typed; a run without a weighing has no portion on record.

    Raises
    ------
    InvalidRecordError
        If something is no number, or a volume stands without a weighing.
    """
    found = []
    for run, weighing, volume, spread, factor, dilution in typed:
        if not weighing:
            if volume.strip():
                raise InvalidRecordError(f"portion of {run}: a volume without its weighing; expected both or none")
            continue
        found.append(
            PreparationFacts(
                run_number=run,
                weighing_number=weighing,
                volume_ml=decimal_of(volume, f"volume of {run}"),
                volume_u_ml=decimal_of(spread, f"U of the volume of {run}") if spread.strip() else None,
                volume_k=decimal_of(factor, f"k of the volume of {run}") if factor.strip() else None,
                dilution=decimal_of(dilution, f"dilution of {run}"),
            )
        )
    return tuple(found)


_Others = tuple[str, bool | None, str, str]
"""Lot of the standard, whether its purity is applied, the net weighing, the form."""


def _others(visit: Visit, possible: PossiblePortions, mark: str) -> _Others:
    t = visit.t
    lots = {line.number: f"{line.number}   {line.title}" for line in possible.lots}
    nets: dict[str, Weighing] = {one.number: one for one in possible.nets}
    left, right = st.columns(2)
    lot = left.selectbox(
        t("Lot of the standard that the calibrators were made of"),
        list(lots),
        index=None,
        placeholder=t("unknown"),
        format_func=lots.__getitem__,
        key=f"quantitation-lot-{mark}",
    )
    applied = right.selectbox(
        t("Are the calibrators' amounts of the pure substance?"),
        [True, False],
        index=None,
        placeholder=t("not stated"),
        format_func=lambda one: t("yes") if one else t("no: multiply by the purity"),
        key=f"quantitation-applied-{mark}-{t.language}",
    )
    net = left.selectbox(
        t("Net mass of the exhibit, for the mass of the substance in it"),
        list(nets),
        index=None,
        placeholder=t("none: only the content is stated"),
        format_func=lambda one: f"{one}   {stated_words(nets[one].stated, t)}",
        key=f"quantitation-net-{mark}-{t.language}",
    )
    form = right.text_input(
        t("The amounts are of the"),
        placeholder=t("base, hydrochloride; empty: unknown"),
        key=f"quantitation-form-{mark}",
    )
    return str(lot or ""), applied, str(net or ""), form


def _facts(
    batch: Batch, exhibit: str, preparations: tuple[PreparationFacts, ...], others: _Others
) -> QuantitationFacts:
    lot, applied, net, form = others
    return QuantitationFacts(
        exhibit_number=exhibit,
        batch_number=batch.number,
        preparations=preparations,
        standard_number=lot,
        purity_applied=applied,
        net_weighing=net,
        expressed_as=form,
    )


def _begin(visit: Visit, facts: QuantitationFacts, *, drawn: int) -> None:
    quantitating, person = visit.laboratory.quantitating, visit.person
    background.forget(visit, _JOB)
    background.start(
        visit,
        _JOB,
        lambda _: quantitating.record(facts, actor=person, version=drawn),
        lane=background.Lane.MEASURING,
        waits=True,
    )


def _recorded_now(visit: Visit) -> None:
    """Say what the last recording came to, or how long it is under way."""
    t = visit.t
    try:
        made = background.result(visit, _JOB)
    except REFUSALS as error:
        show_refusal(error)
        return
    if not isinstance(made, Quantitation):
        return
    st.text(t("■ {number} is recorded.", number=made.number))
    st.session_state[RECORDED] = made.number
