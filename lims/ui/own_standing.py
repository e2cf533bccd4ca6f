"""One's own absence, and the own role lent to somebody for some days: on the page that everybody has."""

import streamlit as st

from lims.domain.staff import DELEGABLE, Role, StaffMember
from lims.ui.admin_words import done, tell
from lims.ui.sections import attempt, fields
from lims.ui.session import Visit

_DATE = "DD.MM.YYYY"


def own_standing(visit: Visit) -> None:
    """Let a person record days of absence, and lend the own role where the role can be lent."""
    t = visit.t
    tell()
    me = visit.laboratory.staffing.get(visit.person.number)
    lendable = [role for role in Role if role in DELEGABLE and role in me.roles]
    title = t("My absence and who stands in for me") if lendable else t("My absence")
    with st.expander(title):
        _absence(visit, me)
        if lendable:
            _lend(visit, lendable)
            _lent(visit, me)


def _absence(visit: Visit, me: StaffMember) -> None:
    t, staffing = visit.t, visit.laboratory.staffing
    today, key = staffing.today(), fields("own-away")
    for away in me.absences:
        if away.returned_on is None and (away.last_day is None or away.last_day >= today):
            words = t.date(away.last_day) if away.last_day else t("until the return is recorded")
            st.text(t("Absent: {first} to {last}", first=t.date(away.first_day), last=words))
    with st.form(key):
        left, right = st.columns(2)
        first = left.date_input(t("Absent from"), value=None, format=_DATE, key=f"{key}-first")
        last = right.date_input(t("to (empty: until the return)"), value=None, format=_DATE, key=f"{key}-last")
        st.caption(
            t(
                "On these days you can neither act nor read, from the moment that the first of them begins. Another "
                "person records an earlier return."
            )
        )
        pressed = st.form_submit_button(t("Record my absence"))
    if pressed and first is None:
        st.error(t("Choose the first day."))
    elif pressed and first is not None:
        attempt(
            lambda: staffing.go_away(me.number, first_day=first, last_day=last, actor=visit.person),
            then=done("own-away", t("Your absence is recorded.")),
        )


def _lend(visit: Visit, lendable: list[Role]) -> None:
    """Lend a role; what the deputy does under it is recorded with the name of who lent it."""
    t, staffing = visit.t, visit.laboratory.staffing
    people = {one.number: one for one in staffing.everybody() if _may_be_deputy(visit, one)}
    today, key = staffing.today(), f"{fields('lend')}-{t.language}"
    with st.form(key):
        one, two, three, four = st.columns(4)
        role = one.selectbox(t("Role"), lendable, format_func=lambda each: t(each.value), key=f"{key}-role")
        to = two.selectbox(
            t("Who stands in"),
            list(people),
            index=None,
            format_func=lambda each: f"{each}  {people[each].name}" if each in people else str(each),
            placeholder=t("none"),
            key=f"{key}-to",
        )
        first = three.date_input(t("From"), value=today, format=_DATE, key=f"{key}-first")
        last = four.date_input(t("Last day"), value=None, format=_DATE, key=f"{key}-last")
        st.caption(t("What the deputy does under the role is recorded with your name. The deputy's sessions end."))
        pressed = st.form_submit_button(t("Lend the role"))
    if not pressed:
        return
    if to is None or last is None:
        st.error(t("Choose the person and the last day."))
        return
    attempt(
        lambda: staffing.delegate(Role(role), to=to, first_day=first, last_day=last, actor=visit.person),
        then=done("lend", t("{number} stands in for you.", number=to)),
    )


def _may_be_deputy(visit: Visit, one: StaffMember) -> bool:
    here = one.left_at is None and bool(one.roles)
    return here and one.number != visit.person.number and Role.ADMINISTRATOR not in one.roles


def _lent(visit: Visit, me: StaffMember) -> None:
    """Show who stands in, and take it back."""
    t, staffing = visit.t, visit.laboratory.staffing
    today = staffing.today()
    for deputy in staffing.lent_by(me.number):
        for lent in deputy.delegations:
            if lent.given_by != me.number or lent.ended_on is not None or lent.last_day < today:
                continue
            words = t(
                "{name} stands in as {role}, {first} to {last}",
                name=f"{deputy.name} ({deputy.number})",
                role=t(lent.role.value),
                first=t.date(lent.first_day),
                last=t.date(lent.last_day),
            )
            _take_back(visit, deputy, lent.role, words)


def _take_back(visit: Visit, deputy: StaffMember, role: Role, words: str) -> None:
    t, staffing = visit.t, visit.laboratory.staffing
    st.text(words)
    if st.button(t("Take the role back"), key=f"own-recall-{deputy.number}-{role.value}"):
        attempt(
            lambda: staffing.end_delegation(role, to=deputy.number, actor=visit.person),
            then=done("lend", t("{number} stands in no more.", number=deputy.number)),
        )
