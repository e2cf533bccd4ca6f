"""A finding corrected or taken out of use: the form begins with what is recorded, and the version before stays."""

from collections.abc import Callable
from dataclasses import replace

import streamlit as st

from lims.domain.finding import BenchSystem, ControlOutcome, Finding, TechniqueOutcome
from lims.domain.identification_rule import Outcome
from lims.services.finding import FindingFacts
from lims.translation import Translator
from lims.ui.finding_form import outcome_words
from lims.ui.plain import plain
from lims.ui.sections import attempt
from lims.ui.seen import act_done, fresh
from lims.ui.session import Visit


def correct_finding(visit: Visit, finding: Finding, *, version: int) -> None:
    """Let a person of the bench record other facts in place of those of a finding, with the reason.

    Parameters
    ----------
    version : int
        Of the finding, that was on the screen.
    """
    t, mark = visit.t, fresh(finding.number)
    with st.form(f"correct-{mark}"):
        st.text(
            t(
                "Recorded will be: a new version of {number} with these facts and your reason. "
                "Version {version} stays.",
                number=finding.number,
                version=version,
            )
        )
        st.caption(
            t(
                "Done {moment}, procedure {procedure}; files of evidence stay.",
                moment=t.moment(finding.occurred_at),
                procedure=finding.procedure_number,
            )
        )
        facts = _fields(t, finding, mark)
        reason = st.text_area(t("Why it is corrected"), key=f"correct-reason-{mark}")
        pressed = st.form_submit_button(t("Record the correction"))
    if pressed:
        attempt(
            lambda: visit.laboratory.finding.correct(
                finding.number, facts(), reason=reason, actor=visit.person, version=version
            ),
            then=act_done,
        )


def discard_finding(visit: Visit, finding: Finding, *, version: int) -> None:
    """Let an expert take a finding out of use; it stays listed with the reason."""
    t, mark = visit.t, fresh(finding.number)
    with st.form(f"discard-{mark}"):
        st.text(t("Recorded will be: {number} is out of use. It stays listed with your reason.", number=finding.number))
        reason = st.text_input(t("Why it is taken out of use"), key=f"discard-reason-{mark}")
        pressed = st.form_submit_button(t("Take it out of use"))
    if pressed:
        attempt(
            lambda: visit.laboratory.finding.discard(
                finding.number, reason=reason, actor=visit.person, version=version
            ),
            then=act_done,
        )


def _fields(t: Translator, finding: Finding, mark: str) -> Callable[[], FindingFacts]:
    """Draw the fields with what is recorded; what they say is put together when the form is sent."""
    substance, inchikey, sampling = st.columns([4, 4, 1.5])
    looked_for = substance.text_input(t("Substance or class"), value=finding.substance, key=f"correct-substance-{mark}")
    key = inchikey.text_input(t("InChIKey, if known"), value=finding.inchikey or "", key=f"correct-inchikey-{mark}")
    taken = sampling.number_input(t("Sampling"), 1, value=finding.sampling, step=1, key=f"correct-sampling-{mark}")
    system = _system(t, finding.system, mark)
    results = [_result(t, one, mark) for one in finding.results]
    controls = [_control(t, one, mark) for one in finding.controls]
    return lambda: FindingFacts(
        exhibit_number=finding.exhibit_number,
        sampling=int(taken),
        procedure_number=finding.procedure_number,
        system=system,
        substance=looked_for,
        results=tuple(results),
        occurred_at=finding.occurred_at,
        inchikey=None if finding.is_class else key.strip() or None,
        is_class=finding.is_class,
        aliquot_number=finding.aliquot_number,
        controls=tuple(controls),
        deviation_number=finding.deviation_number,
    )


def _system(t: Translator, system: BenchSystem, mark: str) -> BenchSystem:
    instrument, medium, lot = st.columns(3)
    return BenchSystem(
        instrument=instrument.text_input(
            t("Instrument"), value=system.instrument, key=f"correct-instrument-{mark}"
        ).strip(),
        medium=medium.text_input(
            t("Column, plate, reagent or kit"), value=system.medium, key=f"correct-medium-{mark}"
        ).strip(),
        lot=lot.text_input(t("Lot"), value=system.lot, key=f"correct-lot-{mark}").strip(),
    )


def _result(t: Translator, result: TechniqueOutcome, mark: str) -> TechniqueOutcome:
    said, reference = st.columns([3, 4])
    outcomes = tuple(Outcome)
    outcome = said.selectbox(
        t(result.technique),
        outcomes,
        index=outcomes.index(result.outcome),
        format_func=lambda one: outcome_words(t, one),
        key=f"correct-outcome-{result.technique}-{t.language}-{mark}",
    )
    lot = reference.text_input(
        t("Lot of the material, or release of the library"),
        value=result.reference,
        key=f"correct-reference-{result.technique}-{mark}",
    )
    return replace(result, outcome=Outcome(str(outcome)), reference=lot.strip())


def _control(t: Translator, control: ControlOutcome, mark: str) -> ControlOutcome:
    label = t("Control met: {name}", name=plain(control.name))
    return replace(control, met=st.checkbox(label, value=control.met, key=f"correct-control-{control.name}-{mark}"))
