"""The header line of an examination: exhibit, seal, state, the day that it is due, who holds it, and one act."""

from collections.abc import Mapping
from types import MappingProxyType

import streamlit as st

from lims.domain.custody import Custody, HolderKind
from lims.domain.deadline import DeadlineState
from lims.domain.examination import Decision, Examination, ExaminationStatus
from lims.domain.exhibit import Exhibit
from lims.errors import LimsError, NotFoundError
from lims.translation import Translator, marked
from lims.ui.breadcrumb import breadcrumb
from lims.ui.custody_words import holder_words
from lims.ui.plain import plain
from lims.ui.sections import attempt
from lims.ui.session import Visit

_STATES: Mapping[ExaminationStatus, str] = MappingProxyType(
    {
        ExaminationStatus.OPEN: marked("○ in examination"),
        ExaminationStatus.CONCLUDED: marked("◑ concluded, waits for review"),
        ExaminationStatus.REVIEWED: marked("● reviewed"),
    }
)


def examination_header(visit: Visit, examination: Examination, *, version: int | None = None) -> None:
    """Show whose examination it is, of what, and how it stands; at the right the act that ends it.

    Parameters
    ----------
    version : int, optional
        That was on the screen, for the examiner who may conclude here; None for a reviewer, who only looks.
    """
    t, accessioning = visit.t, visit.laboratory.accessioning
    exhibit = accessioning.exhibit(examination.exhibit_number)
    case = accessioning.case(exhibit.case_number)
    left, right = st.columns([9, 3], vertical_alignment="center")
    with left:
        breadcrumb(visit, case=exhibit.case_number, exhibit=exhibit.number, here=examination.number)
        st.title(plain(exhibit.number))
    custody = _custody(visit, exhibit.number)
    facts = (
        exhibit.description,
        seal_words(t, exhibit, custody),
        t(_STATES[examination.status]),
        due_words(t, visit.laboratory.terms.state(case)),
        _holder(visit, custody),
    )
    st.text("   ".join(facts))
    notices = (
        t("This is a demonstration case, not evidence.") if case.demonstration else "",
        t("This library is for training and presumptive use only; it identifies nothing.")
        if examination.basis.release_purpose
        else "",
    )
    if any(notices):
        st.warning(" ".join(filter(None, notices)))
    if version is not None:
        with right:
            _conclude(visit, examination, version)


def seal_words(t: Translator, exhibit: Exhibit, custody: Custody | None) -> str:
    """Say with which seal it came, and how that stands now."""
    came = exhibit.seal_number
    if custody is not None and custody.seal and custody.seal != came:
        return t("sealed here, {seal}", seal=custody.seal)
    if not came:
        return t("came without a seal")
    if custody is not None and not custody.seal:
        return t("seal {seal}, opened", seal=came)
    condition = {True: t("intact"), False: t("damaged"), None: t("condition not recorded")}[exhibit.seal_intact]
    return t("seal {seal}, {condition}", seal=came, condition=condition)


def due_words(t: Translator, state: DeadlineState) -> str:
    """Say by when the case is due, with a shape for being late."""
    if state.suspended:
        return t("‖ term suspended")
    if state.due is None:
        return t("? no known deadline")
    late = state.late_by or 0
    return (
        t("■ due {day}, late by {days} days", day=t.date(state.due), days=late)
        if late
        else t("due {day}", day=t.date(state.due))
    )


def _custody(visit: Visit, number: str) -> Custody | None:
    try:
        return visit.laboratory.custody.custody(number)
    except NotFoundError:
        return None


def _holder(visit: Visit, custody: Custody | None) -> str:
    t = visit.t
    if custody is None:
        return t("no custody on record")
    holder, names = custody.holder, {}
    if holder.kind is HolderKind.PERSON:
        try:
            names = {holder.name: visit.laboratory.staffing.get(holder.name).name}
        except LimsError:
            names = {}
    return holder_words(t, holder, names)


def _conclude(visit: Visit, examination: Examination, version: int) -> None:
    """Offer the examiner to conclude, always at the same place; say why not yet."""
    t = visit.t
    if examination.examiner != visit.person.number or examination.status is not ExaminationStatus.OPEN:
        return
    undecided = sum(one.decision is Decision.UNDECIDED for one in examination.components)
    reason = (
        t("Decide about each component; then the examination can be concluded.")
        if undecided
        else t("You record that this examination is complete. Its report is signed after that.")
    )
    pressed = st.button(
        t("Conclude the examination"),
        type="primary",
        disabled=undecided > 0,
        help=reason,
        width="stretch",
        key="examination-conclude",
    )
    if pressed:
        examining = visit.laboratory.examining
        attempt(lambda: examining.conclude(examination.number, actor=visit.person, version=version))
