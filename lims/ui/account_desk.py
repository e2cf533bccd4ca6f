"""Accounts: whose password is whose, who has a device, who is signed in; and what is done about a lost one."""

import streamlit as st

from lims.domain.account import Account, needs_second_factor
from lims.domain.permissions import Act, may_do
from lims.domain.staff import StaffMember
from lims.services.account_ports import StoredSession
from lims.services.passwords import first_password
from lims.translation import Translator
from lims.ui.account_secrets import show_once
from lims.ui.admin_words import chosen_person, page_of_staff, say
from lims.ui.plain import plain
from lims.ui.sections import attempt
from lims.ui.session import Visit
from lims.ui.signing import Credentials, credential_fields, require_credentials


def accounts(visit: Visit) -> None:
    """Show the accounts of a page of the staff, and one of them with what can be done about it."""
    people = page_of_staff(visit, key="accounts")
    member = chosen_person(visit, _table(visit, people), people)
    st.caption(
        visit.t(
            "A person enrols the own device at the sign-in or on the page Account. The secret of a device is shown to "
            "that person alone, once, and to nobody here."
        )
    )
    if member is not None:
        _one(visit, member)


def _table(visit: Visit, people: tuple[StaffMember, ...]) -> list[int]:
    t = visit.t
    if not people:
        return []
    numbers = [one.number for one in people]
    found = visit.laboratory.authentication.accounts_of(numbers, reader=visit.person)
    event = st.dataframe(
        {
            t("Number"): numbers,
            t("Full name"): [one.name for one in people],
            t("Password"): [_password(t, one) for one in found],
            t("Device"): [_device(t, one, member) for one, member in zip(found, people, strict=True)],
            t("Wrong tries"): [_delay(t, one) for one in found],
        },
        column_config={t("Password"): st.column_config.TextColumn(width="medium")},
        key="accounts-table",
        on_select="rerun",
        selection_mode="single-row",
        hide_index=True,
    )
    st.caption(t("Choose a person in the table."))
    return list(event.selection.rows)


def _password(t: Translator, account: Account) -> str:
    if account.password_is_anothers:
        return t("◔ set by {name}, to be changed", name=account.password_set_by)
    return t("● the own one") if account.password_set_by else t("○ none")


def _device(t: Translator, account: Account, member: StaffMember) -> str:
    if account.reset_asked_by:
        return t("▲ lost: {name} asked to take it away", name=account.reset_asked_by)
    if account.second_factor:
        return t("● enrolled")
    return t("◔ to be enrolled at the next sign-in") if needs_second_factor(member) else t("○ none, none needed")


def _delay(t: Translator, account: Account) -> str:
    return t("delayed until {moment}", moment=t.moment(account.delayed_until)) if account.delayed_until else ""


def _one(visit: Visit, member: StaffMember) -> None:
    t = visit.t
    (account,) = visit.laboratory.authentication.accounts_of([member.number], reader=visit.person)
    with st.container(border=True):
        st.subheader(plain(f"{member.number}  {member.name}"), anchor=False)
        st.text(t("Password: {words}", words=_password(t, account)))
        st.text(t("Device: {words}", words=_device(t, account, member)))
        _sessions(visit, member)
        _give_password(visit, member)
        _lost_device(visit, account)


def _give_password(visit: Visit, member: StaffMember) -> None:
    t = visit.t
    own = member.number == visit.person.number
    if own or member.left_at is not None or not may_do(Act.PASSWORD_SET, visit.person.roles):
        return
    with st.expander(t("Give a first password")), st.form(f"password-{member.number}", clear_on_submit=True):
        st.text(
            t(
                "For a person who forgot the own one. Recorded will be: {number} has a password that you set. Every "
                "session of {number} ends; the device stays.",
                number=member.number,
            )
        )
        typed = credential_fields(visit, key=f"password-{member.number}")
        pressed = st.form_submit_button(t("Give a first password"))
    if pressed:
        attempt(lambda: _given(visit, member.number, typed))


def _given(visit: Visit, number: str, typed: Credentials) -> None:
    require_credentials(visit, typed)
    password = first_password()
    visit.laboratory.authentication.give_password(number, password=password, actor=visit.person)
    show_once(number, password)
    say(visit.t("{number} has a first password.", number=number))


def _lost_device(visit: Visit, account: Account) -> None:
    """Let one person ask and another decide: neither is the person, and never one alone."""
    t, me, roles = visit.t, visit.person.number, visit.person.roles
    if not account.second_factor or account.number == me:
        return
    if not account.reset_asked_by:
        if may_do(Act.SECOND_FACTOR_RESET_ASKED, roles):
            _ask_reset(visit, account.number)
    elif account.reset_asked_by == me:
        st.info(t("You asked to take the device away; the quality manager or the head decides."))
    elif may_do(Act.SECOND_FACTOR_RESET, roles):
        _decide_reset(visit, account)


def _ask_reset(visit: Visit, number: str) -> None:
    t = visit.t
    with st.expander(t("The device is lost")), st.form(f"reset-ask-{number}", clear_on_submit=True):
        st.text(
            t(
                "Recorded will be: you ask that the second factor of {number} be taken away. Make sure in person who "
                "asks you. The quality manager or the head decides, not you.",
                number=number,
            )
        )
        typed = credential_fields(visit, key=f"reset-ask-{number}")
        pressed = st.form_submit_button(t("Ask to take the device away"))
    if pressed:
        attempt(lambda: _asked(visit, number, typed))


def _asked(visit: Visit, number: str, typed: Credentials) -> None:
    require_credentials(visit, typed)
    visit.laboratory.authentication.ask_reset(number, actor=visit.person)
    say(visit.t("Asked. The quality manager or the head decides."))


def _decide_reset(visit: Visit, account: Account) -> None:
    t, number = visit.t, account.number
    with st.form(f"reset-{number}", clear_on_submit=True):
        st.text(
            t(
                "{name} asked to take the second factor of {number} away. Recorded will be: you decided so. Every "
                "session of {number} ends, and the next sign-in enrols a new device.",
                name=account.reset_asked_by,
                number=number,
            )
        )
        typed = credential_fields(visit, key=f"reset-{number}")
        pressed = st.form_submit_button(t("Take the device away"), type="primary")
    if pressed:
        attempt(lambda: _decided(visit, number, typed))


def _decided(visit: Visit, number: str, typed: Credentials) -> None:
    require_credentials(visit, typed)
    visit.laboratory.authentication.reset(number, actor=visit.person)
    say(visit.t("The second factor of {number} is taken away.", number=number))


def _sessions(visit: Visit, member: StaffMember) -> None:
    t, sessions = visit.t, visit.laboratory.sessions
    if not may_do(Act.SESSION_REVOKED, visit.person.roles):
        return
    found = sessions.listed(member.number, actor=visit.person)
    st.text(t("Open sessions: {count}", count=len(found)))
    for one in found:
        st.text(_session(t, one))
    if found and st.button(t("End every session of this person"), key=f"sessions-{member.number}"):
        attempt(
            lambda: sessions.close_all(member.number, by=visit.person),
            then=lambda: say(t("Every session of {number} is ended.", number=member.number)),
        )


def _session(t: Translator, one: StoredSession) -> str:
    return t("since {opened}, last used {used}", opened=t.moment(one.opened_at), used=t.moment(one.used_at))
