"""Competence: who may do which method until when, with its gaps; granted and withdrawn by head or quality manager."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

import streamlit as st

from lims.domain.competence import IDENTIFICATION_METHOD, Competence, CompetenceScope, CompetenceTask
from lims.domain.exhibit import ExhibitKind
from lims.domain.method import Method, MethodStatus
from lims.domain.permissions import Act, may_do
from lims.domain.reading_rights import may_read
from lims.domain.staff import StaffMember
from lims.translation import Translator, marked
from lims.ui.admin_words import chosen_person, done, page_of_staff
from lims.ui.plain import plain
from lims.ui.sections import attempt, fields, seen
from lims.ui.session import Visit

_DATE = "DD.MM.YYYY"
TASK_TEXTS = {
    CompetenceTask.ANALYSIS: marked("analysis"),
    CompetenceTask.REVIEW: marked("review"),
    CompetenceTask.AUTHORISATION: marked("authorisation"),
}
Held = Mapping[str, tuple[Competence, ...]]


def competences(visit: Visit) -> None:
    """Show the table of persons and methods, one person in full, and the forms."""
    people = [one for one in page_of_staff(visit, key="competence") if one.left_at is None]
    if not people:
        return
    held = visit.laboratory.qualifying.of_people([one.number for one in people])
    methods = _methods(visit, held)
    rows = _table(visit, people, held, methods)
    member = chosen_person(visit, rows, tuple(people))
    if member is not None and member.left_at is None:
        _one(visit, member, methods)


def _methods(visit: Visit, held: Held) -> list[str]:
    """Name the methods in use, and those that somebody on the page is competent for."""
    laboratory, roles = visit.laboratory, visit.person.roles
    found = {IDENTIFICATION_METHOD, *(one.method for each in held.values() for one in each)}
    if may_read(Method.KIND, roles):
        in_use = MethodStatus.IN_USE.value
        found |= {one.number for one in laboratory.batching.methods() if one.state == in_use}
        found |= {one.number for one in laboratory.validating.procedures() if one.state != "withdrawn"}
    return sorted(found)


def _table(visit: Visit, people: Sequence[StaffMember], held: Held, methods: Sequence[str]) -> list[int]:
    t = visit.t
    today, soon = visit.laboratory.qualifying.today(), timedelta(days=visit.laboratory.settings.queue.ending_days)
    first = t("Person")
    event = st.dataframe(
        {
            first: [f"{one.number}  {one.name}" for one in people],
            **{
                method: [_cell(t, [c for c in held[one.number] if c.method == method], today, soon) for one in people]
                for method in methods
            },
        },
        column_config={first: st.column_config.TextColumn(pinned=True)},
        key="competence-table",
        on_select="rerun",
        selection_mode="single-row",
        hide_index=True,
    )
    st.caption(t("● holds; ◇ ends soon; ○ begins later; ▲ ended or withdrawn; empty: never granted"))
    return list(event.selection.rows)


def _cell(t: Translator, granted: Sequence[Competence], today: date, soon: timedelta) -> str:
    """Say of one person and one method the best that was granted: what holds, else what will, else what ended."""
    if not granted:
        return ""
    holding = [one for one in granted if _holds(one, today)]
    if holding:
        longest = max(holding, key=lambda one: one.valid_until or date.max)
        last = longest.valid_until
        shape = "◇" if last is not None and last - today <= soon else "●"
        return f"{shape} {_until(t, last)}{_limits(t, longest)}"
    newest = granted[-1]
    if newest.withdrawn_at is not None:
        return t("▲ withdrawn {date}", date=t.date(newest.withdrawn_at))
    if newest.valid_from > today:
        return t("○ from {date}", date=t.date(newest.valid_from))
    return t("▲ ended {date}", date=t.date(newest.valid_until) if newest.valid_until else "")


def _holds(one: Competence, today: date) -> bool:
    return (
        one.withdrawn_at is None and one.valid_from <= today and (one.valid_until is None or today <= one.valid_until)
    )


def _until(t: Translator, last: date | None) -> str:
    return t("until {date}", date=t.date(last)) if last else t("without end")


def _limits(t: Translator, one: Competence) -> str:
    words = [t(TASK_TEXTS[task]) for task in one.tasks] + [t(kind.value) for kind in one.matrices]
    return f" ({', '.join(words)})" if words else ""


def _one(visit: Visit, member: StaffMember, methods: Sequence[str]) -> None:
    t, roles = visit.t, visit.person.roles
    with st.container(border=True):
        st.subheader(plain(f"{member.number}  {member.name}"), anchor=False)
        granted = visit.laboratory.qualifying.of_person(member.number)
        _granted(t, granted)
        if member.number == visit.person.number:
            st.caption(t("Nobody grants or withdraws the own competence."))
            return
        left, right = st.columns(2)
        with left:
            if may_do(Act.COMPETENCE_GRANTED, roles):
                _grant(visit, member, methods)
        with right:
            open_ones = [one for one in granted if one.withdrawn_at is None]
            if open_ones and may_do(Act.COMPETENCE_WITHDRAWN, roles):
                _withdraw(visit, open_ones)


def _granted(t: Translator, granted: Sequence[Competence]) -> None:
    if not granted:
        st.info(t("No competence was ever granted to this person."))
        return
    newest = list(reversed(granted))
    st.dataframe(
        {
            t("Number"): [one.number for one in newest],
            t("Method"): [one.method + _limits(t, one) for one in newest],
            t("From"): [t.date(one.valid_from) for one in newest],
            t("Until"): [t.date(one.valid_until) if one.valid_until else t("without end") for one in newest],
            t("Last proficiency test"): [t.date(one.proficiency_on) if one.proficiency_on else "" for one in newest],
            t("Basis"): [one.basis for one in newest],
            t("Granted by"): [one.granted_by for one in newest],
            t("Withdrawn"): [
                f"{t.date(one.withdrawn_at)}, {one.withdrawn_by}: {one.withdrawal_reason}" if one.withdrawn_at else ""
                for one in newest
            ],
        },
        hide_index=True,
        key="competence-granted",
    )


def _grant(visit: Visit, member: StaffMember, methods: Sequence[str]) -> None:
    t, name = visit.t, f"grant-{member.number}"
    key = fields(name)
    today = visit.laboratory.qualifying.today()
    with st.expander(t("Grant a competence")), st.form(key):
        method = st.selectbox(t("Method"), methods, key=f"{key}-method")
        left, right = st.columns(2)
        first = left.date_input(t("From"), value=today, format=_DATE, key=f"{key}-from")
        last = right.date_input(t("Last day (empty: without end)"), value=None, format=_DATE, key=f"{key}-until")
        tasks = st.multiselect(
            t("Tasks (none: every task)"),
            list(CompetenceTask),
            format_func=lambda one: t(TASK_TEXTS[one]),
            placeholder=t("all"),
            key=f"{key}-tasks-{t.language}",
        )
        matrices = st.multiselect(
            t("Kinds of objects (none: every kind)"),
            list(ExhibitKind),
            format_func=lambda one: t(one.value),
            placeholder=t("all"),
            key=f"{key}-kinds-{t.language}",
        )
        tested = st.date_input(t("Last proficiency test passed"), value=None, format=_DATE, key=f"{key}-tested")
        basis = st.text_input(t("The record that shows it: training file, proficiency test"), key=f"{key}-basis")
        pressed = st.form_submit_button(t("Grant the competence"), type="primary")
    if pressed:
        scope = CompetenceScope(tasks=tuple(tasks), matrices=tuple(matrices), proficiency_on=tested)
        attempt(
            lambda: visit.laboratory.qualifying.grant(
                member.number,
                str(method),
                basis=basis,
                valid_from=first,
                valid_until=last,
                scope=scope,
                actor=visit.person,
            ),
            then=done(name, t("The competence of {number} is granted.", number=member.number)),
        )


def _withdraw(visit: Visit, granted: Sequence[Competence]) -> None:
    t = visit.t
    by_number = {one.number: one for one in granted}
    drawn = {one.number: seen(one) for one in granted}
    name = f"withdraw-{granted[0].person}"
    key = fields(name)
    with st.expander(t("Withdraw a competence")), st.form(key):
        number = st.selectbox(
            t("Competence"),
            list(by_number),
            format_func=lambda one: f"{one}  {by_number[one].method}" if one in by_number else str(one),
            key=f"{key}-number",
        )
        reason = st.text_input(t("Reason"), key=f"{key}-reason")
        st.caption(t("It allows nothing from now on; what was done under it stays valid. This cannot be undone."))
        pressed = st.form_submit_button(t("Withdraw the competence"))
    if pressed:
        found = by_number[str(number)]
        attempt(
            lambda: visit.laboratory.qualifying.withdraw(
                found.number, reason=reason, actor=visit.person, version=drawn[found.number]
            ),
            then=done(name, t("Competence {number} is withdrawn.", number=found.number)),
        )
