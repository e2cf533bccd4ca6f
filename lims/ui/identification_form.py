"""What an identification rests on: each result used or left out with a reason, isomers, and what the sample allowed."""

from collections.abc import Callable
from dataclasses import dataclass, field
from types import MappingProxyType

import streamlit as st

from lims.domain.examination import Decision, Examination
from lims.domain.identification_basis import Basis, Isomer, IsomerSet, IsomerState, LeftOut
from lims.domain.identification_rule import Outcome
from lims.services.identifying import BasisFacts
from lims.services.supporting import ComponentUse, ExhibitResults, Question, RetentionBasis, RetentionEvaluation
from lims.translation import marked
from lims.ui.finding_form import finding_words, outcome_words
from lims.ui.plain import plain
from lims.ui.session import Visit

_TOLD_APART = "="
_ISOMERS = MappingProxyType(
    {
        IsomerState.NOT_EXAMINED: marked("nobody looked for isomers"),
        IsomerState.NONE_KNOWN: marked("no isomer is known"),
        IsomerState.LISTED: marked("these isomers"),
    }
)
_RETENTIONS = MappingProxyType(
    {
        RetentionBasis.INDEX: marked("by the retention index of the library"),
        RetentionBasis.STANDARD: marked("by a reference standard of the same batch"),
    }
)


@dataclass(frozen=True, slots=True)
class _Chosen:
    """What was said of each result."""

    findings: list[str] = field(default_factory=list)
    components: list[ComponentUse] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)


def basis_fields(
    visit: Visit, question: Question, results: ExhibitResults, before: Basis, *, key: str
) -> Callable[[], BasisFacts]:
    """Draw the fields inside a form; what they say is put together when it is sent, so that a refusal is said there.

    Parameters
    ----------
    before : Basis
        What it rested on so far; the fields begin with that.
    key : str
        Of the form, because several may stand on one page.
    """
    t = visit.t
    reasons = {one.number: one.reason for one in before.left_out}
    st.text(t("Every result is used, or left out with a reason:"))
    said: list[Callable[[_Chosen], None]] = [
        _used(visit, one.number, finding_words(t, one), reasons.get(one.number, ""), key=key)
        for one in results.findings
    ]
    said += [_component(visit, question, one, reasons.get(one.number, ""), key=key) for one in results.examinations]
    if not said:
        st.info(t("There is no finding and no concluded examination of this exhibit yet."))
    isomers = _isomers(visit, before.isomers, key=key)
    measure = st.text_input(
        t("What was done instead of a second sampling, if the sample is limited"),
        value=before.limited_sample_measure,
        key=f"{key}-measure",
    )
    reason = st.text_input(
        t("Why techniques of one principle count as two, if they do"), value=before.correlation_reason, key=f"{key}-why"
    )

    def facts() -> BasisFacts:
        chosen = _Chosen()
        for one in said:
            one(chosen)
        return BasisFacts(
            findings=tuple(chosen.findings),
            components=tuple(chosen.components),
            left_out=tuple(chosen.left_out),
            isomers=isomers(),
            limitations=before.limitations,
            limited_sample_measure=measure.strip(),
            correlation_reason=reason.strip(),
        )

    return facts


def _used(visit: Visit, number: str, words: str, reason: str, *, key: str) -> Callable[[_Chosen], None]:
    used, why = _use_or_reason(visit, number, words, reason, key=key)

    def say(chosen: _Chosen) -> None:
        if used:
            chosen.findings.append(number)
        else:
            chosen.left_out.append(LeftOut(number=number, reason=why))

    return say


def _component(
    visit: Visit, question: Question, examination: Examination, reason: str, *, key: str
) -> Callable[[_Chosen], None]:
    """Offer a GC-MS run: for its component that is the substance, or because it shows none of it."""
    t, number = visit.t, examination.number
    component = next(
        (
            one.number
            for one in examination.components
            if one.decision is Decision.IDENTIFIED
            and one.identity
            and question.is_about(one.identity.name, one.identity.inchikey)
        ),
        None,
    )
    shows = t("component {component} is the substance", component=component) if component else t("shows none of it")
    used, why = _use_or_reason(visit, number, f"{number}: {shows}", reason, key=key)
    sampling, outcome, basis, standard = st.columns([1.5, 2.5, 3, 3])
    taken = sampling.number_input(t("Sampling"), 1, step=1, key=f"{key}-sampling-{number}")
    evaluated = outcome.selectbox(
        t("Retention"),
        (None, *Outcome),
        format_func=lambda one: outcome_words(t, one) if one else t("not evaluated"),
        key=f"{key}-retention-{number}-{t.language}",
        disabled=component is None,
    )
    by = basis.selectbox(
        t("Evaluated"),
        tuple(RetentionBasis),
        format_func=lambda one: t(_RETENTIONS[one]),
        key=f"{key}-by-{number}-{t.language}",
        disabled=component is None,
    )
    runs = _standards(visit, examination)
    run = standard.selectbox(
        t("Run of the standard"),
        ["", *runs],
        format_func=lambda one: f"{runs[one]} ({one})" if one else t("none"),
        key=f"{key}-standard-{number}-{t.language}",
        disabled=component is None or not runs,
    )

    def say(chosen: _Chosen) -> None:
        if not used:
            chosen.left_out.append(LeftOut(number=number, reason=why))
            return
        retention = (
            RetentionEvaluation(outcome=evaluated, basis=RetentionBasis(str(by)), standard_run=str(run))
            if evaluated and component
            else None
        )
        chosen.components.append(
            ComponentUse(examination_number=number, sampling=int(taken), component=component, retention=retention)
        )

    return say


def _standards(visit: Visit, examination: Examination) -> dict[str, str]:
    """Give the runs of reference standards and calibrators of the batch, with the names of their samples."""
    laboratory = visit.laboratory
    run = laboratory.importing.run(examination.run_number)
    if not run.batch_number:
        return {}
    batch = laboratory.batching.get(run.batch_number)
    return {one.run_number: batch.injection(one.place).sample_name for one in batch.standards}


def _use_or_reason(visit: Visit, number: str, words: str, reason: str, *, key: str) -> tuple[bool, str]:
    use, why = st.columns([6, 4], vertical_alignment="bottom")
    used = use.checkbox(plain(words), value=not reason, key=f"{key}-use-{number}")
    said = why.text_input(visit.t("Reason, if it is left out"), value=reason, key=f"{key}-reason-{number}")
    return used, said.strip()


def _isomers(visit: Visit, before: IsomerSet, *, key: str) -> Callable[[], IsomerSet]:
    t, states = visit.t, tuple(IsomerState)
    state = st.selectbox(
        t("Isomers"),
        states,
        index=states.index(before.state),
        format_func=lambda one: t(_ISOMERS[one]),
        key=f"{key}-isomers-{t.language}",
    )
    listed = "\n".join(
        f"{one.name} {_TOLD_APART} {one.separated_by}" if one.separated_by else one.name for one in before.isomers
    )
    names = st.text_area(
        t("Isomers, one a line; behind = the number of the result that tells it apart"),
        value=listed,
        key=f"{key}-names",
    )
    basis = st.text_input(
        t("What this rests on: tables, knowledge of the expert"), value=before.basis, key=f"{key}-isomers-basis"
    )
    known = {one.name: one.inchikey for one in before.isomers}

    def stated() -> IsomerSet:
        lines = [line for line in names.splitlines() if line.strip()] if state is IsomerState.LISTED else []
        return IsomerSet(state=state, isomers=tuple(_isomer(line, known) for line in lines), basis=basis.strip())

    return stated


def _isomer(line: str, known: dict[str, str | None]) -> Isomer:
    name, _, number = (part.strip() for part in line.partition(_TOLD_APART))
    return Isomer(name=name, inchikey=known.get(name), separated_by=number)
