"""The acts about one person: registered, given roles by one and confirmed by another, away and back, leaving."""

import streamlit as st

from lims.domain.permissions import Act, may_do
from lims.domain.staff import Delegation, Role, StaffMember
from lims.errors import InvalidRecordError
from lims.services.passwords import first_password
from lims.translation import Translator
from lims.ui.account_secrets import show_once
from lims.ui.admin_words import choose_person, done, lent_words, role_words
from lims.ui.sections import attempt, fields
from lims.ui.session import Visit

_DATE = "DD.MM.YYYY"


def newcomer(visit: Visit) -> None:
    """Take in a new person: the roles are proposed, and the first password is shown once."""
    t, key = visit.t, fields("staff-new")
    with st.form(key):
        left, middle, right = st.columns(3)
        number = left.text_input(t("Staff number, also the name to sign in with"), key=f"{key}-number")
        name = middle.text_input(t("Name, as reports print it"), key=f"{key}-name")
        post = right.text_input(t("Post"), key=f"{key}-post")
        roles = _roles(t, key=f"{key}-roles-{t.language}", chosen=())
        st.caption(
            t(
                "The program makes a first password and shows it once. Hand it over in person: the newcomer chooses "
                "another at the first sign-in. The roles give nothing until the quality manager confirms them."
            )
        )
        pressed = st.form_submit_button(t("Register"), type="primary")
    if pressed:
        attempt(
            lambda: _register(visit, (number.strip(), name.strip(), post.strip()), tuple(roles)),
            then=done("staff-new", t("{number} is registered.", number=number.strip())),
        )


def _register(visit: Visit, facts: tuple[str, str, str], roles: tuple[Role, ...]) -> None:
    number, name, post = facts
    password = first_password()
    stated = StaffMember(number=number, name=name, post=post, roles=roles)
    member = visit.laboratory.staffing.register(stated, password=password, actor=visit.person)
    choose_person(member.number)
    show_once(member.number, password)


def _roles(t: Translator, *, key: str, chosen: tuple[Role, ...]) -> list[Role]:
    return st.multiselect(
        t("Roles"),
        list(Role),
        default=list(chosen),
        format_func=lambda role: t(role.value),
        placeholder=t("none"),
        key=key,
    )


def propose(visit: Visit, member: StaffMember, drawn: int) -> None:
    """Let an administrator propose other roles; not the own ones."""
    t = visit.t
    if not may_do(Act.ROLES_PROPOSED, visit.person.roles) or member.number == visit.person.number:
        return
    name = f"propose-{member.number}"
    key = fields(name)
    with st.form(key):
        roles = _roles(t, key=f"{key}-roles-{t.language}", chosen=member.roles)
        st.caption(t("Those in force stay until the quality manager confirms."))
        pressed = st.form_submit_button(t("Propose these roles"))
    if pressed:
        attempt(
            lambda: visit.laboratory.staffing.propose(member.number, tuple(roles), actor=visit.person, version=drawn),
            then=done(name, t("Roles of {number} are proposed.", number=member.number)),
        )


def confirm(visit: Visit, member: StaffMember, drawn: int) -> None:
    """Let a second person put proposed roles in force; the first quality manager is confirmed by the administrator."""
    t, proposal = visit.t, member.proposal
    if proposal is None:
        return
    words = t(
        "Proposed by {name}, {moment}: {roles}",
        name=proposal.proposed_by,
        moment=t.moment(proposal.proposed_at),
        roles=role_words(t, proposal.roles),
    )
    st.text(words)
    founds = Role.ADMINISTRATOR in visit.person.roles and Role.QUALITY_MANAGER in proposal.roles
    if not (may_do(Act.ROLES_CONFIRMED, visit.person.roles) or founds) or member.number == visit.person.number:
        return
    with st.form(f"confirm-{member.number}"):
        st.text(
            t(
                "Recorded will be: from now on {number} has these roles in place of {before}. Every session of "
                "{number} ends.",
                number=member.number,
                before=role_words(t, member.roles),
            )
        )
        pressed = st.form_submit_button(t("Confirm the roles"), type="primary")
    if pressed:
        attempt(
            lambda: visit.laboratory.staffing.confirm(member.number, actor=visit.person, version=drawn),
            then=done(f"propose-{member.number}", t("Roles of {number} are in force.", number=member.number)),
        )


def absence(visit: Visit, member: StaffMember, drawn: int) -> None:
    """Record that a person is away, or back."""
    t, staffing = visit.t, visit.laboratory.staffing
    if not may_do(Act.STAFF_ABSENT, visit.person.roles):
        return
    name = f"away-{member.number}"
    today, key = staffing.today(), fields(name)
    if member.present(today):
        with st.form(key):
            left, right = st.columns(2)
            first = left.date_input(t("Absent from"), value=today, format=_DATE, key=f"{key}-first")
            last = right.date_input(t("to (empty: until the return)"), value=None, format=_DATE, key=f"{key}-last")
            st.caption(t("On these days the person neither acts nor reads."))
            pressed = st.form_submit_button(t("Record the absence"))
        if pressed:
            attempt(
                lambda: staffing.go_away(
                    member.number, first_day=first, last_day=last, actor=visit.person, version=drawn
                ),
                then=done(name, t("The absence of {number} is recorded.", number=member.number)),
            )
    elif st.button(t("Record that the person is back today"), key=f"back-{member.number}"):
        attempt(
            lambda: staffing.come_back(member.number, actor=visit.person, version=drawn),
            then=done(name, t("{number} is back.", number=member.number)),
        )


def leave(visit: Visit, member: StaffMember, drawn: int) -> None:
    """Record that a person left: it cannot be undone, so the number is typed once more."""
    t = visit.t
    if not may_do(Act.STAFF_LEFT, visit.person.roles):
        return
    name = f"leave-{member.number}"
    key = fields(name)
    with st.expander(t("This person leaves")), st.form(key):
        st.text(
            t(
                "Recorded will be: {name} ({number}) left now. Every act is refused from then on, every session ends, "
                "and the number is never used again. This cannot be undone.",
                name=member.name,
                number=member.number,
            )
        )
        typed = st.text_input(t("Type the staff number to confirm"), key=f"{key}-typed", autocomplete="off")
        pressed = st.form_submit_button(t("Record that the person left"))
    if pressed:
        attempt(
            lambda: _left(visit, member, drawn, typed.strip()),
            then=done(name, t("{number} left; every session is closed.", number=member.number)),
        )


def _left(visit: Visit, member: StaffMember, drawn: int, typed: str) -> StaffMember:
    if typed != member.number:
        raise InvalidRecordError(f"typed {typed!r}; expected {member.number}")
    return visit.laboratory.staffing.leave(member.number, actor=visit.person, version=drawn)


def recall(visit: Visit, member: StaffMember, drawn: int) -> None:
    """Let the person who lent a role take it back."""
    today, me = visit.laboratory.staffing.today(), visit.person.number
    for lent in member.delegations:
        if lent.given_by == me and lent.ended_on is None and lent.last_day >= today:
            _recall(visit, member, lent, drawn)


def _recall(visit: Visit, member: StaffMember, lent: Delegation, drawn: int) -> None:
    t, staffing = visit.t, visit.laboratory.staffing
    st.text(lent_words(t, lent))
    key = f"recall-{member.number}-{lent.role.value}-{lent.first_day}"
    if st.button(t("Take the role back"), key=key):
        attempt(
            lambda: staffing.end_delegation(lent.role, to=member.number, actor=visit.person, version=drawn),
            then=done(key, t("{number} stands in no more.", number=member.number)),
        )
