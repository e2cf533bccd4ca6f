"""What people say of a report before its issue: reviews, comments, disagreements; and what changed meanwhile."""

from collections.abc import Callable

import streamlit as st

from lims.domain.record_changes import RecordChange
from lims.domain.report import BEFORE_ISSUE, Report
from lims.domain.report_review import ReportDisagreement
from lims.domain.staff import Role, StaffMember
from lims.ui.change_words import place_words, record_words, told_fields, value_words
from lims.ui.checklist import show_answers
from lims.ui.plain import REFUSALS, show_refusal
from lims.ui.review_points import point_words
from lims.ui.session import Visit

_DECIDERS = (Role.TECHNICAL_REVIEWER, Role.HEAD, Role.QUALITY_MANAGER)
"""Roles of which a named third person has one."""


def show_voices(visit: Visit, report: Report) -> None:
    """Show the signatures, reviews, comments and disagreements of a report, oldest first."""
    t = visit.t
    for signature in visit.laboratory.reporting.signatures(report.number):
        st.text(f"{t(signature.meaning.value)} · {signature.name} · {t.moment(signature.at)}")
    for review in report.reviews:
        outcome = t("approved") if review.approved else t("returned")
        head = f"{t(review.kind.value)} · {review.by} · {t.moment(review.at)} · {outcome}"
        with st.expander(head):
            if review.comment:
                st.text(review.comment)
            for point in review.points:
                st.text(f"- {point}")
            for placed in review.placed:
                st.text(f"▲ {point_words(t, placed)}")
            if review.checklist is not None:
                show_answers(visit, review.checklist)
    for remark in report.remarks:
        st.text(t("Comment of {person} on {moment}:", person=remark.by, moment=t.moment(remark.at)))
        st.text(remark.words)
    for one in report.disagreements:
        _disagreement(visit, one)


def _disagreement(visit: Visit, one: ReportDisagreement) -> None:
    t = visit.t
    st.warning(t("Disagreement of {person} on {moment}:", person=one.by, moment=t.moment(one.at)))
    st.text(one.words)
    if one.resolution is None:
        st.text(t("It is open; {person} decides if author and reviewer do not agree.", person=one.third_person))
        return
    ended = one.resolution
    words = t("The report stands.") if ended.stands else t("The report is to be returned.")
    st.text(t("Resolved by {person} on {moment}:", person=ended.by, moment=t.moment(ended.at)))
    st.text(f"{ended.words} {words}")


def speak(visit: Visit, report: Report) -> None:
    """Let people comment on a report, disagree with it, or end a disagreement."""
    if report.status not in BEFORE_ISSUE:
        return
    _comment(visit, report)
    last = report.open_disagreement
    if last is None and Role.TECHNICAL_REVIEWER in visit.person.roles and visit.person.number != report.expert:
        _dispute(visit, report)
    if last is not None and visit.person.number in {report.expert, last.third_person}:
        _resolve(visit, report)


def _comment(visit: Visit, report: Report) -> None:
    t = visit.t
    with st.expander(t("Comment on the report")), st.form(f"remark-{report.number}", clear_on_submit=True):
        words = st.text_area(t("Your comment"))
        if not st.form_submit_button(t("Keep the comment")):
            return
    reviewing = visit.laboratory.reviewing
    _do(lambda: reviewing.comment(report.number, words=words, actor=visit.person))


def _dispute(visit: Visit, report: Report) -> None:
    t, laboratory = visit.t, visit.laboratory
    others: dict[str, StaffMember] = {}
    for role in _DECIDERS:
        others |= {one.number: one for one in laboratory.staffing.with_role(role)}
    for number in (visit.person.number, report.expert):
        others.pop(number, None)
    with st.expander(t("Disagree with the report")), st.form(f"dispute-{report.number}"):
        st.text(t("The report waits until this is resolved; what you write stays in the record."))
        words = st.text_area(t("What you hold against it"))
        third = st.selectbox(
            t("Who decides if you and the author do not agree"),
            list(others.values()),
            format_func=lambda one: f"{one.name} ({one.number})",
        )
        if not st.form_submit_button(t("Record the disagreement"), disabled=not others):
            return
    _do(lambda: laboratory.reviewing.dispute(report.number, words=words, third_person=third.number, actor=visit.person))


def _resolve(visit: Visit, report: Report) -> None:
    t = visit.t
    with st.form(f"resolve-{report.number}"):
        words = st.text_area(t("How the disagreement ended"))
        left, right = st.columns(2)
        stands = left.form_submit_button(t("The report stands"), width="stretch")
        falls = right.form_submit_button(t("The report is to be returned"), width="stretch")
    if stands or falls:
        reviewing = visit.laboratory.reviewing
        _do(lambda: reviewing.resolve(report.number, words=words, stands=stands, actor=visit.person))


def _do(act: Callable[[], object]) -> None:
    try:
        act()
    except REFUSALS as error:
        show_refusal(error)
        return
    st.rerun()


def show_changes(visit: Visit, changes: tuple[RecordChange, ...]) -> None:
    """Show what changed since the report before this one of the same examination."""
    if not changes:
        return
    t = visit.t
    with st.expander(t("What changed since the last review ({count})", count=len(changes)), expanded=True):
        for change in changes:
            st.text(record_words(t, change))
            fields = told_fields(change)
            if fields:
                st.dataframe(
                    {
                        t("Where"): [place_words(t, one.place) for one in fields],
                        t("Before"): [value_words(t, one.before) for one in fields],
                        t("After"): [value_words(t, one.after) for one in fields],
                    },
                    hide_index=True,
                    key=f"changes-{change.kind}-{change.number}",
                )
