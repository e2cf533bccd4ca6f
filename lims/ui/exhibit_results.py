"""What was found out about one exhibit so far: runs, other techniques, contents, and what is still lacking."""

import streamlit as st

from lims.domain.batch import Batch, BatchStatus, DiscardedRun
from lims.domain.examination import Candidate, Decision, Examination, ExaminedComponent
from lims.domain.finding import Finding
from lims.domain.permissions import Act, may_do
from lims.domain.quantitation import Quantitation
from lims.domain.run import RecordedRun
from lims.services.quantitation_wording import LACKING_TEXTS
from lims.translation import Translator
from lims.ui.finding_form import finding_words
from lims.ui.identity_gaps import show_gaps
from lims.ui.plain import plain
from lims.ui.sections import attempt, seen
from lims.ui.selection import choose_examination
from lims.ui.session import Visit

_BATCHES = {
    BatchStatus.PLANNED: "○",
    BatchStatus.MEASURED: "◑",
    BatchStatus.ACCEPTED: "●",
    BatchStatus.FAILED: "▲",
    BatchStatus.RELEASED: "◆",
}
"""A shape beside each word."""


def show_exhibit_results(visit: Visit, examination: Examination, *, acts: bool) -> None:
    """List what was found out about an exhibit, discarded results with their reasons.

    Parameters
    ----------
    acts : bool
        Whether a person with the right may discard the run of this examination here.
    """
    t, laboratory = visit.t, visit.laboratory
    number = examination.exhibit_number
    st.caption(t("Runs of this exhibit"))
    examinations = laboratory.examining.of_exhibit(number)
    for run in laboratory.importing.runs(number):
        _run(visit, run, examination, tuple(one for one in examinations if one.run_number == run.number), acts=acts)
    findings = laboratory.finding.of_exhibit(number)
    if findings:
        st.caption(t("Other techniques"))
    for finding in findings:
        st.text(_finding_line(t, finding))
    quantitations = laboratory.quantitating.of_exhibit(number)
    if quantitations:
        st.caption(t("Contents"))
    for one in quantitations:
        st.text(quantitation_line(t, one))


def show_lacking(
    visit: Visit, examination: Examination, component: ExaminedComponent | None, candidate: Candidate | None
) -> None:
    """Say what an identification of the chosen candidate still lacks."""
    if component is None or candidate is None:
        return
    st.caption(visit.t("Still lacking"))
    if component.decision is Decision.INTERNAL_STANDARD:
        st.text(visit.t("Nothing: the laboratory added this component itself."))
        return
    st.text(candidate.name)
    show_gaps(visit, examination, component, candidate)


def _run(
    visit: Visit, run: RecordedRun, shown: Examination, examinations: tuple[Examination, ...], *, acts: bool
) -> None:
    t = visit.t
    batch = visit.laboratory.batching.get(run.batch_number) if run.batch_number else None
    discarded = _discarded(batch, run.number)
    with st.container(border=True, gap="xsmall"):
        st.text(f"{'▶ ' if run.number == shown.run_number else ''}{run.number}  {run.raw.file_name}")
        st.text(_batch_line(t, run, batch))
        if run.simulation_statement:
            st.text(t("▲ Simulated data: no instrument measured this run."))
        if discarded is not None:
            st.text(t("✕ discarded by {person}: {reason}", person=discarded.discarded_by, reason=discarded.reason))
        for one in examinations:
            if one.number == shown.number:
                st.text(f"{one.number}: {t(one.state)}")
            elif st.button(plain(f"{one.number}: {t(one.state)}"), key=f"results-{one.number}", width="stretch"):
                choose_examination(one.number)
        if acts and batch is not None and discarded is None and run.number == shown.run_number:
            _discard(visit, run, batch)


def _batch_line(t: Translator, run: RecordedRun, batch: Batch | None) -> str:
    if batch is None:
        return t("measured outside a batch: no blank, no control")
    return t(
        "{shape} batch {batch}, place {place}: {state}",
        shape=_BATCHES[batch.status],
        batch=batch.number,
        place=run.place,
        state=t(batch.state),
    )


def _discarded(batch: Batch | None, run_number: str) -> DiscardedRun | None:
    gone = () if batch is None else batch.discarded
    return next((one for one in gone if one.run.run_number == run_number), None)


def _discard(visit: Visit, run: RecordedRun, batch: Batch) -> None:
    """Let the expert take this run from its batch, saying what that does."""
    t = visit.t
    if not may_do(Act.BATCH_RUN_DISCARDED, visit.person.roles):
        return
    version = seen(batch)
    with st.popover(t("Discard this run"), width="stretch"), st.form(f"results-discard-{run.number}", border=False):
        st.text(
            t(
                "You record that run {run} is taken from place {place} of batch {batch}. It stays listed with the "
                "reason, another run may be brought, and the batch is judged anew.",
                run=run.number,
                place=run.place,
                batch=batch.number,
            )
        )
        reason = st.text_input(t("Reason"), key=f"results-discard-reason-{run.number}")
        if st.form_submit_button(t("Discard the run")):
            attempt(
                lambda: visit.laboratory.batching.discard(
                    batch.number, run.place, reason=reason, actor=visit.person, version=version
                )
            )


def _finding_line(t: Translator, finding: Finding) -> str:
    line = finding_words(t, finding)
    gone = finding.discard
    return f"- {line}" if gone is None else t("✕ {line}; discarded: {reason}", line=line, reason=gone.reason)


def quantitation_line(t: Translator, one: Quantitation) -> str:
    """Say in one line what a quantitation found, or why it states nothing."""
    if one.discard is not None:
        return t("✕ {line}; discarded: {reason}", line=f"{one.number} {one.analyte}", reason=one.discard.reason)
    if one.result is None:
        why = "; ".join(t(LACKING_TEXTS[reason]) for reason in one.lacking)
        return f"{one.number} {one.analyte}: {why or t('no content')}"
    found = one.result
    value, u, k = (t.number(figure) for figure in (found.percent, found.u_percent, found.k))
    return f"{one.number} {one.analyte}: ({value} ± {u}) %, k = {k}"
