"""Examination: chromatogram, components, candidates, mirror plot, structure, and the expert's decision."""

from dataclasses import dataclass
from decimal import Decimal

import streamlit as st

from lims.domain.examination import Candidate, Decision, Examination, ExaminationStatus, ExaminedComponent
from lims.domain.report import Report, ReportStatus
from lims.domain.report_item import ReportItem
from lims.domain.signature import SignatureMeaning
from lims.domain.staff import Role
from lims.services.gate_identity import about
from lims.services.report_identification import is_identified
from lims.translation import LANGUAGE_NAMES, LANGUAGES
from lims.ui.drawing import draw_chromatogram, draw_mirror, draw_structure
from lims.ui.evidence import evidence_of
from lims.ui.identification_desk import identification_desk
from lims.ui.identity_gaps import show_gaps
from lims.ui.legal_gaps import show_legal_gaps
from lims.ui.plain import REFUSALS, plain, show_refusal
from lims.ui.question_form import questions_of_the_order
from lims.ui.selection import chosen_examination
from lims.ui.session import Visit
from lims.ui.signing import SignatureRequest, ask_to_sign, signing_dialog
from lims.work_errors import OmissionNeededError

_TENTH = Decimal("0.1")
_SHAPES = {
    Decision.UNDECIDED: "○",
    Decision.IDENTIFIED: "■",
    Decision.INTERNAL_STANDARD: "◇",
    Decision.NOT_IDENTIFIED: "□",
}
"""A shape beside each word: no state is told by colour alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Act:
    """A decision about one component, made on the version that is on the screen."""

    examination: Examination
    component: ExaminedComponent
    reason: str

    def identify(self, visit: Visit, candidate: Candidate) -> None:
        visit.laboratory.examining.identify(
            self.examination.number,
            self.component.number,
            rank=candidate.rank,
            actor=visit.person,
            reason=self.reason,
            version=self.examination.version,
        )

    def mark_internal_standard(self, visit: Visit, candidate: Candidate) -> None:
        visit.laboratory.examining.mark_internal_standard(
            self.examination.number,
            self.component.number,
            rank=candidate.rank,
            actor=visit.person,
            reason=self.reason,
            version=self.examination.version,
        )

    def leave_unidentified(self, visit: Visit) -> None:
        visit.laboratory.examining.leave_unidentified(
            self.examination.number,
            self.component.number,
            reason=self.reason,
            actor=visit.person,
            version=self.examination.version,
        )


def render(visit: Visit) -> None:
    """Show the chosen examination."""
    t = visit.t
    number = chosen_examination()
    if number is None:
        st.title(t("Examination"))
        st.info(t("Choose an exhibit first, then open the examination of one of its runs."))
        return
    examination = visit.laboratory.examining.get(number)
    _header(visit, examination)
    component = _component_choice(visit, examination)
    draw_chromatogram(visit, examination, selected=component.number if component else None)
    if component is None:
        st.info(t("The run has no component above the reporting limit."))
    else:
        _component(visit, examination, component)
    identification_desk(visit, examination.exhibit_number)
    _conclusion(visit, examination)
    signing_dialog(visit)


def _header(visit: Visit, examination: Examination) -> None:
    t = visit.t
    st.title(examination.number)
    st.text(
        t(
            "{state}. Examiner: {examiner}. Library release {release}, {spectra} spectra.",
            state=t(examination.state),
            examiner=visit.laboratory.staffing.get(examination.examiner).name,
            release=examination.basis.release,
            spectra=examination.basis.release_spectra,
        )
    )
    if examination.basis.release_purpose:
        st.warning(t("This library is for training and presumptive use only; it identifies nothing."))
    for review in examination.reviews:
        if not review.approved:
            st.warning(
                t("Returned by {person} on {moment}:", person=review.reviewer, moment=t.moment(review.reviewed_at))
            )
            st.text(review.comment)
    undecided = sum(c.decision is Decision.UNDECIDED for c in examination.components)
    st.text(
        t(
            "{count} components, {undecided} undecided; {weaker} weaker peaks below the reporting limit.",
            count=len(examination.components),
            undecided=undecided,
            weaker=examination.unreported_components,
        )
    )


def _component_choice(visit: Visit, examination: Examination) -> ExaminedComponent | None:
    t = visit.t
    if not examination.components:
        return None
    kept = f"component-{examination.number}"
    # A select box answers with its label: labels change with language and decision, so each set has its own box.
    box = f"{kept}-{t.language}-{examination.version}"
    numbers = [component.number for component in examination.components]
    st.session_state.setdefault(box, st.session_state.get(kept, numbers[0]))
    position = numbers.index(st.session_state[box])
    back, choice, forward = st.columns([1.6, 7, 1.6], vertical_alignment="bottom")
    for column, label, step, shortcut in ((back, t("Previous"), -1, "Up"), (forward, t("Next"), 1, "Down")):
        target = position + step
        column.button(
            label,
            shortcut=shortcut,
            disabled=not 0 <= target < len(numbers),
            on_click=_go_to,
            args=(box, numbers[target % len(numbers)]),
            width="stretch",
        )
    chosen = choice.selectbox(
        t("Component"),
        numbers,
        key=box,
        format_func=lambda number: _component_line(visit, examination.component(number)),
    )
    st.session_state[kept] = chosen
    return examination.component(chosen)


def _go_to(box: str, number: int) -> None:
    """Choose a component before the page is drawn again."""
    st.session_state[box] = number


def _component_line(visit: Visit, component: ExaminedComponent) -> str:
    t = visit.t
    name = component.identity.name if component.identity else ""
    return t(
        "{number}: {time} s, {share} % of the area, base peak m/z {mz} {shape} {decision} {name}",
        number=component.number,
        time=t.number(component.retention_time_s.quantize(_TENTH)),
        share=t.number(component.area_percent),
        mz=component.base_peak_mz,
        shape=_SHAPES[component.decision],
        decision=t(component.decision.value),
        name=name,
    )


def _component(visit: Visit, examination: Examination, component: ExaminedComponent) -> None:
    t = visit.t
    evidence = evidence_of(visit, examination)
    table, plot = st.columns([5, 6])
    with table:
        candidate = _candidate_choice(visit, examination, component)
        _candidate_table(visit, component)
        if candidate is not None:
            show_gaps(visit, examination, component, candidate)
        if candidate is not None:
            draw_structure(visit, candidate)
    with plot:
        reference = evidence.reference(candidate.accession).spectrum if candidate else None
        draw_mirror(visit, evidence.spectrum(component), reference, key=f"mirror-{examination.number}")
        st.caption(t("Above: measured. Below: library. Thick: in both. Thin: in one only."))
    if examination.status is ExaminationStatus.OPEN and examination.examiner == visit.person.number:
        _decision(visit, examination, component, candidate)


def _candidate_choice(visit: Visit, examination: Examination, component: ExaminedComponent) -> Candidate | None:
    if not component.candidates:
        st.info(visit.t("No spectrum of the library has an ion in common with this component."))
        return None
    ranks = [candidate.rank for candidate in component.candidates]
    rank = st.selectbox(
        visit.t("Candidate"),
        ranks,
        key=f"candidate-{examination.number}-{component.number}",
        format_func=lambda r: (
            f"{r}  {component.candidates[r - 1].name}  {component.candidates[r - 1].match_factor:.0f}"
        ),
    )
    return component.candidates[rank - 1]


def _candidate_table(visit: Visit, component: ExaminedComponent) -> None:
    t = visit.t
    candidates = component.candidates
    differences = [c.retention_index_difference for c in candidates]
    words = ["" if one is None else t.number(one) for one in differences]
    indexed = {t("Difference of the retention index"): words} if any(words) else {}
    st.dataframe(
        {
            t("Rank"): [c.rank for c in candidates],
            t("Name"): [c.name for c in candidates],
            t("Match factor"): [round(c.match_factor) for c in candidates],
            t("Reverse"): [round(c.reverse_match_factor) for c in candidates],
            t("Common ions"): [c.matched_ions for c in candidates],
            **indexed,
        },
        hide_index=True,
    )
    if component.retention_index is not None:
        index = t.number(component.retention_index)
        st.caption(t("Retention index of the component: {index}, by the ladder of the method.", index=index))
    st.caption(t("No validated error rate exists for these match factors; none is stated."))


def _decision(
    visit: Visit, examination: Examination, component: ExaminedComponent, candidate: Candidate | None
) -> None:
    t = visit.t
    with st.form(f"decide-{examination.number}-{component.number}", clear_on_submit=True):
        reason = st.text_input(t("Reason or note"), help=t("Needed if the component is not identified."))
        first, second, third = st.columns(3)
        identify = first.form_submit_button(
            t("Identify as the chosen candidate"), type="primary", disabled=candidate is None, width="stretch"
        )
        standard = second.form_submit_button(t("Internal standard"), disabled=candidate is None, width="stretch")
        unknown = third.form_submit_button(t("Not identified"), width="stretch")
    act = _Act(examination=examination, component=component, reason=reason)
    try:
        if identify and candidate is not None:
            act.identify(visit, candidate)
        elif standard and candidate is not None:
            act.mark_internal_standard(visit, candidate)
        elif unknown:
            act.leave_unidentified(visit)
        else:
            return
    except REFUSALS as error:
        show_refusal(error)
        return
    st.rerun()


def _conclusion(visit: Visit, examination: Examination) -> None:
    """Let the examiner conclude once nothing is undecided, and then sign the report."""
    t, laboratory = visit.t, visit.laboratory
    if examination.examiner != visit.person.number or examination.status is ExaminationStatus.REVIEWED:
        return
    reports = laboratory.reporting.of_examination(examination.number)
    drafted = [report for report in reports if report.status is ReportStatus.DRAFTED]
    if not drafted:
        questions_of_the_order(visit, examination)
    if drafted:
        st.info(t("Report {number} waits for the reviewer's signature.", number=drafted[0].number))
    elif examination.status is ExaminationStatus.CONCLUDED:
        _signature(visit, examination)
    elif any(c.decision is Decision.UNDECIDED for c in examination.components):
        st.info(t("Decide about each component; then the examination can be concluded."))
    else:
        _end_of_work(visit, examination)


def _end_of_work(visit: Visit, examination: Examination) -> None:
    t = visit.t
    st.subheader(t("Conclude"))
    st.text(t("You record that this examination is complete. Its report is signed after that."))
    if not st.button(t("Conclude the examination"), type="primary"):
        return
    try:
        visit.laboratory.examining.conclude(examination.number, actor=visit.person, version=examination.version)
    except REFUSALS as error:
        show_refusal(error)
        return
    st.rerun()


def _unidentified(visit: Visit, examination: Examination) -> tuple[str, ...]:
    """Name what the expert found and no identification of the exhibit concluded."""
    concluded = [
        one for one in visit.laboratory.identifying.of_exhibit(examination.exhibit_number) if is_identified(one)
    ]
    identities = [component.identity for component in examination.identified if component.identity is not None]
    return tuple(one.name for one in identities if not any(about(c, one.name, one.inchikey) for c in concluded))


def _omission(visit: Visit, examination: Examination, missing: tuple[ReportItem, ...]) -> None:
    """Let the examiner state why the report leaves an item out."""
    t = visit.t
    with st.form(f"omit-{examination.number}", clear_on_submit=True):
        item = st.selectbox(t("Item that the report leaves out"), missing, format_func=lambda one: one.value)
        reason = st.text_input(t("Reason"), help=t("The report prints it."))
        if not st.form_submit_button(t("State the reason")):
            return
    try:
        visit.laboratory.examining.state_omission(
            examination.number, item, reason=reason, actor=visit.person, version=examination.version
        )
    except REFUSALS as error:
        show_refusal(error)
        return
    st.rerun()


def _changes(visit: Visit, ordered: Report) -> str:
    """Let the examiner say what changed in the end; the head's words stand there first (rule RP-3)."""
    t = visit.t
    st.text(t("This will be the amendment to report no. {number}.", number=ordered.number))
    what = ordered.order.what if ordered.order else ""
    return st.text_area(t("What changed"), value=what, help=t("The amendment prints it."))


def _signature(visit: Visit, examination: Examination) -> None:
    """Let the examiner choose reviewer and language, and open the dialog that signs."""
    t, laboratory = visit.t, visit.laboratory
    reviewers = [p for p in laboratory.staffing.with_role(Role.TECHNICAL_REVIEWER) if p.number != visit.person.number]
    st.subheader(t("Sign the report"))
    faults = laboratory.reporting.faults(examination.number)
    for fault in faults:
        show_refusal(fault)
    show_legal_gaps(visit, examination)
    missing = tuple(ReportItem(one.item) for one in faults if isinstance(one, OmissionNeededError))
    if missing:
        _omission(visit, examination, missing)
    if faults:
        return
    found = _unidentified(visit, examination)
    if found:
        names = ", ".join(dict.fromkeys(found))
        st.info(plain(t("The report calls these found, and not identified: {names}.", names=names)))
    reports = laboratory.reporting.of_examination(examination.number)
    ordered = next((one for one in reports if one.order is not None and not one.superseded_by), None)
    with st.form(f"conclude-{examination.number}"):
        changes = "" if ordered is None else _changes(visit, ordered)
        reviewer = st.selectbox(t("Reviewer"), reviewers, format_func=lambda p: f"{p.name} ({p.number})")
        language = st.selectbox(
            t("Language of the report"),
            LANGUAGES,
            index=LANGUAGES.index(t.language),
            format_func=LANGUAGE_NAMES.__getitem__,
        )
        if not st.form_submit_button(t("Sign as the author"), type="primary", disabled=not reviewers):
            return
    request = SignatureRequest(
        record=examination,
        meaning=SignatureMeaning.AUTHOR,
        statements=(
            t("Reviewer: {name}.", name=f"{reviewer.name} ({reviewer.number})"),
            t("Language of the report: {language}.", language=LANGUAGE_NAMES[language]),
            *((t("What changed: {changes}", changes=changes),) if changes else ()),
        ),
    )
    ask_to_sign(
        request,
        title=t("Sign the report"),
        act=lambda confirmation: laboratory.reporting.draft(
            examination.number,
            reviewer=reviewer.number,
            language=language,
            actor=visit.person,
            confirmation=confirmation,
            changes=changes,
        ),
    )
