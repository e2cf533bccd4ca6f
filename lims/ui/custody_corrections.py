"""Corrections of custody, approved by a second person at the same dialog; and custody that is begun late."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import streamlit as st

from lims.domain.custody import Custody
from lims.domain.permissions import APPROVERS, Act, may_do
from lims.domain.place import PlaceStatus
from lims.domain.signature import SignatureMeaning
from lims.domain.staff import StaffMember
from lims.services.custody_story import CustodyStory, ToldEvent
from lims.services.sealing import CorrectionFacts
from lims.translation import TIME_ZONE
from lims.ui.custody_words import Names, event_words
from lims.ui.plain import REFUSALS, show_refusal
from lims.ui.sections import attempt, begun_anew, fields
from lims.ui.session import Visit
from lims.ui.signing import Credentials, credential_fields, require_session
from lims.ui.transfer_dialog import say

_OPEN = "custody-correction"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """A correction as it was when the dialog opened."""

    corrected: Custody
    approver: StaffMember
    form: str
    """Name of the form that is emptied afterwards."""


def begin_late(visit: Visit, story: CustodyStory) -> None:
    """Let the person who has an aliquot without a chain begin it, with a reason."""
    t, number = visit.t, story.custody.number
    if not may_do(Act.CUSTODY_BEGUN_LATE, visit.person.roles):
        return
    with st.form(f"begin-late-{number}"):
        st.text(t("Do you have this aliquot? Then begin the record of its custody."))
        st.caption(t("Recorded will be: you have it from now on. Who had it before stays unknown, and stays a gap."))
        reason = st.text_input(t("Why it was not recorded before"), key=f"begin-late-reason-{number}")
        if not st.form_submit_button(t("Record that I have it"), type="primary"):
            return

    def act() -> None:
        require_session(visit)
        visit.laboratory.sealing.begin_late(number, reason=reason, actor=visit.person)

    attempt(act, then=lambda: say(t("{number}: its custody is begun; the time before is a gap.", number=number)))


def correction(visit: Visit, story: CustodyStory, names: Names) -> None:
    """Offer the form that corrects an event; nothing that was recorded is changed or taken away."""
    t = visit.t
    if may_do(Act.CUSTODY_CORRECTED, visit.person.roles) and story.events:
        with st.expander(t("Correct an event")):
            _form(visit, story)
    _dialog(visit, names)


def _form(visit: Visit, story: CustodyStory) -> None:
    t, name = visit.t, f"correct-{story.custody.number}"
    prefix, approvers = fields(name), _approvers(visit)
    offered = [one for one in story.events if one.recorded.correction is None]
    places = [one.number for one in visit.laboratory.storing.places() if one.status is PlaceStatus.IN_USE]
    st.caption(
        t("The event stays as it is; the correction stands beside it. The head or the quality manager approves it.")
    )
    with st.form(prefix, border=False):
        event: ToldEvent = st.selectbox(
            t("Which event"),
            offered,
            format_func=lambda one: (
                f"{one.version}. {event_words(t, one.recorded.kind)}, {t.moment(one.recorded.occurred_at)}"
            ),
            key=f"{prefix}-event-{t.language}",
        )
        reason = st.text_input(t("Why it is wrong"), key=f"{prefix}-reason")
        left, right = st.columns(2)
        at: datetime | None = left.datetime_input(
            t("When it happened in truth"), None, format="DD.MM.YYYY", step=60, key=f"{prefix}-at"
        )
        purpose = right.text_input(t("Purpose in truth"), key=f"{prefix}-purpose")
        place = left.selectbox(
            t("Place in truth, where it lies still"),
            places,
            index=None,
            placeholder=t("as recorded"),
            key=f"{prefix}-place-{t.language}",
        )
        approver: StaffMember | None = right.selectbox(
            t("Who approves it"),
            approvers,
            index=None,
            placeholder=t("nobody"),
            format_func=lambda one: f"{one.name} ({one.number})",
            key=f"{prefix}-approver",
        )
        if not st.form_submit_button(t("Show the correction")):
            return
    if approver is None:
        st.error(t("Choose who approves it."))
        return
    facts = CorrectionFacts(
        corrects=event.version,
        reason=reason,
        approved_by=approver.number,
        occurred_at=None if at is None else at.replace(tzinfo=TIME_ZONE),
        place=place or "",
        purpose=purpose,
    )
    try:
        corrected = visit.laboratory.sealing.prepare_correction(story.custody.number, facts, actor=visit.person)
    except REFUSALS as error:
        show_refusal(error)
        return
    st.session_state[_OPEN] = _Asked(corrected=corrected, approver=approver, form=name)
    st.rerun()


def _approvers(visit: Visit) -> Sequence[StaffMember]:
    found = {one.number: one for role in sorted(APPROVERS) for one in visit.laboratory.staffing.with_role(role)}
    return tuple(found[number] for number in sorted(found) if number != visit.person.number)


def _dialog(visit: Visit, names: Names) -> None:
    asked: _Asked | None = st.session_state.get(_OPEN)
    if asked is None:
        return
    t = visit.t

    @st.dialog(t("Correct an event"), width="large", on_dismiss=_close)
    def dialog() -> None:
        _repeat(visit, asked)
        with st.form("correction-confirm", border=False):
            st.text(t("{name} approves it, here and now.", name=names.get(asked.approver.number, asked.approver.name)))
            typed = credential_fields(visit, key="correction-approver", of_witness=True)
            if not st.form_submit_button(t("Record the correction"), type="primary"):
                return
        try:
            require_session(visit)
            _record(visit, asked, typed)
        except REFUSALS as error:
            show_refusal(error)
            return
        _close()
        begun_anew(asked.form)()
        say(t("{number}: the correction stands beside the event.", number=asked.corrected.number))
        st.rerun()

    dialog()


def _repeat(visit: Visit, asked: _Asked) -> None:
    """Say in words what will be recorded."""
    t, correct = visit.t, asked.corrected.event.correction
    if correct is None:
        return
    with st.container(border=True, gap="xsmall"):
        st.text(t("{number}: event No. {place} is corrected", number=asked.corrected.number, place=correct.corrects))
        st.text(t("Reason: {words}", words=correct.reason))
        if correct.occurred_at is not None:
            st.text(t("It happened: {moment}", moment=t.moment(correct.occurred_at)))
        if correct.place:
            st.text(t("It lies in: {place}", place=correct.place))
        if correct.purpose:
            st.text(t("Purpose: {purpose}", purpose=correct.purpose))


def _record(visit: Visit, asked: _Asked, typed: Credentials) -> None:
    laboratory = visit.laboratory
    approval = laboratory.authentication.confirm(
        asked.approver.number,
        password=typed.password,
        code=typed.code,
        meaning=SignatureMeaning.APPROVER,
        record=asked.corrected,
    )
    laboratory.sealing.correct(asked.corrected, actor=visit.person, approval=approval)


def _close() -> None:
    st.session_state.pop(_OPEN, None)
