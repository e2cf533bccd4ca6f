"""What is recorded of an order after it came in: category, review of the request, linked cases, the court."""

from collections.abc import Callable
from datetime import date, datetime

import streamlit as st

from lims.domain.case import Case
from lims.domain.permissions import Act, may_do
from lims.domain.request import RequestReview
from lims.services.requesting import ReviewFacts
from lims.translation import TIME_ZONE, marked
from lims.ui.custody_words import Names
from lims.ui.sections import attempt, begun_anew, fields
from lims.ui.selection import choose_case
from lims.ui.session import Visit

_REVIEW = marked("Review of the request, before the work begins")
_CATEGORY = marked("Category of complexity, which says how many days the case may take")
_LINK = marked("Another case that has to do with this one")
_COURT = marked("The court decided the case while the laboratory still has it")
_WANTED = marked("The work is wanted although the court has decided")


def order(visit: Visit, case: Case, version: int, names: Names) -> None:
    """Show what is recorded, and the forms that the person's roles allow.

    Parameters
    ----------
    version : int
        Of the case that was on the screen.
    """
    t = visit.t
    for one in case.reviews:
        _review_words(visit, one, names)
    _links(visit, case, names)
    _court(visit, case, names)
    for act, title, draw in _offered(case):
        if may_do(act, visit.person.roles):
            with st.container(border=True):
                st.text(t(title))
                draw(visit, case, version)


Draw = Callable[[Visit, Case, int], None]


def _offered(case: Case) -> tuple[tuple[Act, str, Draw], ...]:
    decided = case.adjudication
    court: tuple[tuple[Act, str, Draw], ...] = ()
    if decided is None:
        court = ((Act.CASE_ADJUDICATED, _COURT, _adjudicate),)
    elif decided.stops_work:
        court = ((Act.CASE_WORK_WANTED, _WANTED, _want_work),)
    return (
        (Act.CASE_REQUEST_REVIEWED, _REVIEW, _review),
        (Act.CASE_CATEGORISED, _CATEGORY, _categorise),
        (Act.CASE_LINKED, _LINK, _link),
        *court,
    )


def _review_words(visit: Visit, one: RequestReview, names: Names) -> None:
    t = visit.t
    who, when = names.get(one.reviewed_by, one.reviewed_by), t.moment(one.reviewed_at)
    able = one.questions_understood and one.method_available and one.capable
    st.text(
        t("● Request reviewed by {name}, {moment}: it can be done.", name=who, moment=when)
        if able
        else t("◆ Request reviewed by {name}, {moment}: not all is as asked.", name=who, moment=when)
    )
    if one.methods:
        st.text(t("Methods: {names}", names=", ".join(one.methods)))
    if one.deviation:
        st.text(t("What is done otherwise: {words}; told to {name}", words=one.deviation, name=one.told_to))


def _links(visit: Visit, case: Case, names: Names) -> None:
    t = visit.t
    for one in case.links:
        words, way = st.columns([4, 1.5], vertical_alignment="center")
        who = names.get(one.linked_by, one.linked_by)
        words.text(
            t("Linked with case {number}: {reason} ({name})", number=one.case_number, reason=one.reason, name=who)
        )
        if way.button(t("Open case {number}", number=one.case_number), key=f"linked-{one.case_number}"):
            choose_case(one.case_number)


def _court(visit: Visit, case: Case, names: Names) -> None:
    t, decided = visit.t, case.adjudication
    if decided is None:
        return
    who = names.get(decided.recorded_by, decided.recorded_by)
    day = t.date(decided.decided_on)
    st.text(t("■ The court decided on {date}: {reference} ({name})", date=day, reference=decided.reference, name=who))
    if decided.wanted_reason:
        st.text(
            t("The work is wanted all the same: {reason}; {name}", reason=decided.wanted_reason, name=decided.wanted_by)
        )


def _review(visit: Visit, case: Case, version: int) -> None:
    t, requesting = visit.t, visit.laboratory.requesting
    known = [one.number for one in visit.laboratory.batching.methods() if one.state == "in use"]
    name = f"request-review-{case.number}"
    prefix = fields(name)
    with st.form(prefix, border=False):
        understood = st.checkbox(t("The questions are understood"), key=f"{prefix}-understood")
        available = st.checkbox(t("There is a method for each of them"), key=f"{prefix}-available")
        capable = st.checkbox(t("People, instruments and time are there"), key=f"{prefix}-capable")
        methods = _methods(visit, known, key=f"{prefix}-methods-{t.language}")
        deviation = st.text_input(t("What will be done otherwise than asked"), key=f"{prefix}-deviation")
        left, right = st.columns(2)
        told_to = left.text_input(t("Who of the customer was told"), key=f"{prefix}-told")
        told_at: datetime | None = right.datetime_input(
            t("When"), None, format="DD.MM.YYYY", key=f"{prefix}-told-at", step=60
        )
        if not st.form_submit_button(t("Record the review of the request")):
            return
    facts = ReviewFacts(
        questions_understood=understood,
        method_available=available,
        capable=capable,
        methods=tuple(methods),
        deviation=deviation,
        told_to=told_to,
        told_at=None if told_at is None else told_at.replace(tzinfo=TIME_ZONE),
    )
    attempt(lambda: requesting.review(case.number, facts, actor=visit.person, version=version), then=begun_anew(name))


def _methods(visit: Visit, known: list[str], *, key: str) -> list[str]:
    """Let the person choose methods; where none is in use, say so instead of a box with nothing in it."""
    t = visit.t
    if not known:
        st.caption(t("No method is in use yet, so none can be chosen."))
        return []
    return list(st.multiselect(t("Chosen methods"), known, key=key, placeholder=t("none")))


def _categorise(visit: Visit, case: Case, version: int) -> None:
    t, laboratory = visit.t, visit.laboratory
    known = list(laboratory.terms.terms.days)
    with st.form(f"case-category-{case.number}", border=False):
        category = st.selectbox(
            t("Category of complexity"),
            known,
            index=known.index(case.category) if case.category in known else None,
            accept_new_options=True,
            placeholder=case.category or t("unknown"),
            key=f"case-category-{case.number}-{t.language}",
        )
        if st.form_submit_button(t("Record the category")):
            attempt(
                lambda: laboratory.requesting.categorise(
                    case.number, str(category or ""), actor=visit.person, version=version
                )
            )


def _link(visit: Visit, case: Case, version: int) -> None:
    t = visit.t
    name = f"case-link-{case.number}"
    prefix = fields(name)
    with st.form(prefix, border=False):
        other, why = st.columns(2)
        number = other.text_input(t("Number of the other case"), key=f"{prefix}-number")
        reason = why.text_input(t("What ties them"), key=f"{prefix}-reason")
        if st.form_submit_button(t("Link the cases, both ways")):
            attempt(
                lambda: visit.laboratory.requesting.link(
                    case.number, number.strip(), reason=reason, actor=visit.person, version=version
                ),
                then=begun_anew(name),
            )


def _adjudicate(visit: Visit, case: Case, version: int) -> None:
    t = visit.t
    st.warning(
        t("From then on nobody works on this case until the head records who wants the work. It cannot be taken back.")
    )
    name = f"case-court-{case.number}"
    prefix = fields(name)
    with st.form(prefix, border=False):
        left, right = st.columns(2)
        on: date | None = left.date_input(t("Day of the decision"), None, format="DD.MM.YYYY", key=f"{prefix}-on")
        reference = right.text_input(t("Court and number of the decision"), key=f"{prefix}-reference")
        if not st.form_submit_button(t("Record the decision of the court")):
            return
    if on is None:
        st.error(t("Enter the day."))
        return
    attempt(
        lambda: visit.laboratory.requesting.adjudicate(
            case.number, decided_on=on, reference=reference, actor=visit.person, version=version
        ),
        then=begun_anew(name),
    )


def _want_work(visit: Visit, case: Case, version: int) -> None:
    t = visit.t
    name = f"case-wanted-{case.number}"
    prefix = fields(name)
    with st.form(prefix, border=False):
        left, right = st.columns(2)
        who = left.text_input(t("Who of the appointing body wants it"), key=f"{prefix}-by")
        reason = right.text_input(t("Reason"), key=f"{prefix}-why")
        if st.form_submit_button(t("Record that the work is wanted")):
            attempt(
                lambda: visit.laboratory.requesting.want_work(
                    case.number, reason=reason, wanted_by=who, actor=visit.person, version=version
                ),
                then=begun_anew(name),
            )
