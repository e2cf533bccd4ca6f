"""What an expert does about a component: identify, keep as unknown, reject a candidate, note; each with one key."""

from dataclasses import dataclass, replace
from enum import StrEnum

import streamlit as st

from lims.domain.examination import Candidate, Decision, Examination, ExaminationStatus, ExaminedComponent
from lims.ui.plain import plain
from lims.ui.sections import attempt
from lims.ui.session import Visit
from lims.ui.signing import require_session

_ASKED = "view-asked"


class Ask(StrEnum):
    """What needs words of the expert."""

    IDENTIFY = "identify"
    """Only of a candidate that was rejected, or whose component has a decision."""
    UNKNOWN = "unknown"
    REJECT = "reject"
    NOTE = "note"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """What this browser session is asked, about the version that was on the screen."""

    ask: Ask
    examination: Examination
    component: ExaminedComponent
    candidate: Candidate | None
    version: int
    """That was on the screen."""


def show_acts(
    visit: Visit,
    examination: Examination,
    component: ExaminedComponent,
    candidate: Candidate | None,
    *,
    version: int,
) -> None:
    """Show the acts on the chosen component in one row, for its examiner as long as the examination is open."""
    if examination.status is not ExaminationStatus.OPEN or examination.examiner != visit.person.number:
        return
    t, name = visit.t, candidate.name if candidate else ""
    with st.container(horizontal=True, key="view-acts"):
        identify = st.button(
            plain(t("Identify as {name}", name=name)) if candidate else t("Identify"),
            type="primary",
            shortcut="I",
            disabled=candidate is None,
            key="view-identify",
        )
        unknown = st.button(t("Keep as unknown"), shortcut="U", key="view-unknown")
        reject = st.button(t("Reject the candidate"), shortcut="X", disabled=candidate is None, key="view-reject")
        standard = st.button(t("Internal standard"), disabled=candidate is None, key="view-internal-standard")
        note = st.button(t("Note"), shortcut="N", key="view-note")
    asked = _Asked(ask=Ask.IDENTIFY, examination=examination, component=component, candidate=candidate, version=version)
    if identify and candidate is not None:
        _identify(visit, asked, candidate)
    elif standard and candidate is not None:
        attempt(lambda: _marked(visit, asked, candidate, reason=""))
    for pressed, ask in ((unknown, Ask.UNKNOWN), (reject, Ask.REJECT), (note, Ask.NOTE)):
        if pressed:
            _open(replace(asked, ask=ask))
    _dialog(visit)


def _identify(visit: Visit, asked: _Asked, candidate: Candidate) -> None:
    """Identify at once; ask for words where a decision or a rejection stands against it."""
    examination, component = asked.examination, asked.component
    against = examination.rejection(component.number, candidate.accession) is not None
    if against or component.decision is not Decision.UNDECIDED:
        _open(asked)
        return
    attempt(lambda: _identified(visit, asked, candidate, reason=""))


def _identified(visit: Visit, asked: _Asked, candidate: Candidate, *, reason: str) -> Examination:
    return visit.laboratory.examining.identify(
        asked.examination.number,
        asked.component.number,
        rank=candidate.rank,
        actor=visit.person,
        reason=reason,
        version=asked.version,
    )


def _marked(visit: Visit, asked: _Asked, candidate: Candidate, *, reason: str) -> Examination:
    return visit.laboratory.examining.mark_internal_standard(
        asked.examination.number,
        asked.component.number,
        rank=candidate.rank,
        actor=visit.person,
        reason=reason,
        version=asked.version,
    )


def _open(asked: _Asked) -> None:
    st.session_state[_ASKED] = asked


def _close() -> None:
    st.session_state.pop(_ASKED, None)


def _dialog(visit: Visit) -> None:
    """Ask for the words, saying what will be recorded; the act is done on the version that was on the screen."""
    asked: _Asked | None = st.session_state.get(_ASKED)
    if asked is None:
        return

    @st.dialog(_title(visit, asked), on_dismiss=_close)
    def dialog() -> None:
        t = visit.t
        st.text(_what(visit, asked))
        key = f"view-words-{asked.ask.value}-{asked.examination.number}-{asked.component.number}"
        with st.form(f"{key}-form", border=False):
            words = st.text_input(t("Note") if asked.ask is Ask.NOTE else t("Reason"), key=key)
            if not st.form_submit_button(t("Record"), type="primary"):
                return
        attempt(lambda: _record(visit, asked, words), then=_close)

    dialog()


def _title(visit: Visit, asked: _Asked) -> str:
    t = visit.t
    return {
        Ask.IDENTIFY: t("Identify"),
        Ask.UNKNOWN: t("Keep as unknown"),
        Ask.REJECT: t("Reject the candidate"),
        Ask.NOTE: t("Note"),
    }[asked.ask]


def _what(visit: Visit, asked: _Asked) -> str:
    """Say in words what will be recorded."""
    t, number = visit.t, asked.component.number
    name = asked.candidate.name if asked.candidate else ""
    return {
        Ask.IDENTIFY: t(
            "You record that component {number} is {name}, in place of what was decided or rejected before. Say why.",
            number=number,
            name=name,
        ),
        Ask.UNKNOWN: t("You record that component {number} is not identified. The reason is needed.", number=number),
        Ask.REJECT: t(
            "You record that {name} is rejected as component {number}. The reason is needed; it stays in the record.",
            number=number,
            name=name,
        ),
        Ask.NOTE: t(
            "You write a note on component {number}. It decides nothing and stays in the record.", number=number
        ),
    }[asked.ask]


def _record(visit: Visit, asked: _Asked, words: str) -> Examination:
    require_session(visit)
    examining, number, component = visit.laboratory.examining, asked.examination.number, asked.component.number
    version, candidate = asked.version, asked.candidate
    if asked.ask is Ask.NOTE:
        return examining.note(number, component, words=words, actor=visit.person, version=version)
    if candidate is None or asked.ask is Ask.UNKNOWN:
        return examining.leave_unidentified(number, component, reason=words, actor=visit.person, version=version)
    if asked.ask is Ask.REJECT:
        return examining.reject(
            number, component, rank=candidate.rank, reason=words, actor=visit.person, version=version
        )
    return _identified(visit, asked, candidate, reason=words)
