"""The staff: everybody in pages, one person with everything that is recorded, and the acts about that person."""

import streamlit as st

from lims.domain.permissions import Act, may_do
from lims.domain.staff import StaffMember
from lims.services.staffing import PersonStep
from lims.translation import Translator, marked
from lims.ui.admin_words import choose_person, chosen_person, lent_words, page_of_staff, role_words, standing
from lims.ui.plain import plain
from lims.ui.sections import changed_meanwhile, seen
from lims.ui.session import Visit
from lims.ui.staff_forms import absence, confirm, leave, newcomer, propose, recall

_STEPS = {
    Act.STAFF_REGISTERED: marked("registered"),
    Act.ROLES_PROPOSED: marked("roles proposed"),
    Act.ROLES_CONFIRMED: marked("roles confirmed"),
    Act.STAFF_ABSENT: marked("absence recorded"),
    Act.STAFF_RETURNED: marked("return recorded"),
    Act.STAFF_LEFT: marked("left the laboratory"),
    Act.ROLE_DELEGATED: marked("a role lent"),
    Act.DELEGATION_ENDED: marked("a lent role taken back"),
}
"""What is done about a person, in words."""


def staff(visit: Visit) -> None:
    """Show the staff, whoever waits for a second person, one person in full, and the form for a new one."""
    _waiting(visit)
    people = page_of_staff(visit, key="staff")
    member = chosen_person(visit, _table(visit, people), people)
    if member is not None:
        _one(visit, member)
    if may_do(Act.STAFF_REGISTERED, visit.person.roles):
        with st.expander(visit.t("Register a person")):
            newcomer(visit)


def _waiting(visit: Visit) -> None:
    """Name whose proposed roles wait for a second person, to that second person."""
    t = visit.t
    if not may_do(Act.ROLES_CONFIRMED, visit.person.roles):
        return
    found = visit.laboratory.staffing.unconfirmed()
    if not found:
        return
    st.info(t("Proposed roles wait to be confirmed: {count}.", count=len(found)))
    for place, column in zip(found[:4], st.columns(4), strict=False):
        column.button(
            plain(f"{place.number}: {place.name}"),
            key=f"staff-waiting-{place.number}",
            on_click=choose_person,
            args=(place.number,),
            width="stretch",
        )


def _table(visit: Visit, people: tuple[StaffMember, ...]) -> list[int]:
    t, today = visit.t, visit.laboratory.staffing.today()
    if not people:
        return []
    event = st.dataframe(
        {
            t("Number"): [one.number for one in people],
            t("Full name"): [one.name for one in people],
            t("Post"): [one.post for one in people],
            t("Roles"): [role_words(t, one.roles) for one in people],
            t("State"): [standing(t, one, today) for one in people],
        },
        column_config={t("State"): st.column_config.TextColumn(width="medium")},
        key="staff-table",
        on_select="rerun",
        selection_mode="single-row",
        hide_index=True,
    )
    st.caption(t("Choose a person in the table."))
    return list(event.selection.rows)


def _one(visit: Visit, member: StaffMember) -> None:
    t, drawn = visit.t, seen(member)
    with st.container(border=True):
        changed_meanwhile(visit, member, drawn)
        st.subheader(plain(f"{member.number}  {member.name}"), anchor=False)
        _facts(visit, member)
        if member.left_at is None:
            _acts(visit, member, drawn)
        with st.expander(t("History of this person")):
            _history(visit, visit.laboratory.staffing.history(member.number))


def _acts(visit: Visit, member: StaffMember, drawn: int) -> None:
    """Put what is done about the roles on the left where there is such a thing, and the rest beside it."""
    proposes = may_do(Act.ROLES_PROPOSED, visit.person.roles) and member.number != visit.person.number
    of_roles = proposes or member.proposal is not None
    left, right = st.columns(2)
    with left:
        propose(visit, member, drawn)
        confirm(visit, member, drawn)
        if not of_roles:
            absence(visit, member, drawn)
    with right:
        if of_roles:
            absence(visit, member, drawn)
        leave(visit, member, drawn)
    recall(visit, member, drawn)


def _facts(visit: Visit, member: StaffMember) -> None:
    t, today = visit.t, visit.laboratory.staffing.today()
    st.text(f"{member.post}   {standing(t, member, today)}")
    st.text(t("Roles in force: {roles}", roles=role_words(t, member.roles)))
    if member.left_at is not None:
        st.text(t("Left: {moment}", moment=t.moment(member.left_at)))
    for away in member.absences:
        if away.returned_on is None and (away.last_day is None or away.last_day >= today):
            last = t.date(away.last_day) if away.last_day else t("until the return is recorded")
            st.text(t("Absent: {first} to {last}", first=t.date(away.first_day), last=last))
    for lent in member.delegations:
        if lent.ended_on is None and lent.last_day >= today:
            st.text(t("Stands in as {words}", words=lent_words(t, lent)))


def _history(visit: Visit, steps: tuple[PersonStep, ...]) -> None:
    t = visit.t
    st.dataframe(
        {
            t("When"): [t.moment(one.at) for one in reversed(steps)],
            t("Act"): [t(_STEPS[Act(one.act)]) if one.act in _STEPS else one.act for one in reversed(steps)],
            t("By whom"): [f"{one.actor} {one.authority}".strip() for one in reversed(steps)],
            t("Afterwards"): [_afterwards(t, one.member) for one in reversed(steps)],
        },
        hide_index=True,
        key="staff-history",
    )


def _afterwards(t: Translator, member: StaffMember) -> str:
    words = role_words(t, member.roles)
    if member.proposal is not None:
        words += "; " + t("proposed: {roles}", roles=role_words(t, member.proposal.roles))
    return words
