"""Words of the page Administration: roles, how a person stands, what an act did, and who is chosen."""

from collections.abc import Callable, Iterable
from datetime import date

import streamlit as st

from lims.domain.staff import Delegation, Role, StaffMember
from lims.translation import Translator, marked
from lims.ui.plain import plain
from lims.ui.sections import begun_anew
from lims.ui.session import Visit

_SAID = "administration-said"
_CHOSEN = "administration-person"
_A_PAGE = 25
_SHOWN = ("everybody", "here", "left")
_SHOWN_WORDS = {"everybody": marked("everybody"), "here": marked("who are here"), "left": marked("who left")}


def say(words: str) -> None:
    """Keep what an act did for the next drawing of the page."""
    st.session_state[_SAID] = words


def done(name: str, words: str) -> Callable[[], None]:
    """Give what follows an act: it is said, and the form of that name is empty again."""
    empty = begun_anew(name)

    def after() -> None:
        say(words)
        empty()

    return after


def tell() -> None:
    """Say what the last act did, once."""
    said = st.session_state.pop(_SAID, None)
    if said:
        st.success(plain(str(said)))


def role_words(t: Translator, roles: Iterable[Role]) -> str:
    """Name roles in the order of their table; that there is none is said."""
    found = set(roles)
    return ", ".join(t(role.value) for role in Role if role in found) or t("without a role")


def standing(t: Translator, member: StaffMember, today: date) -> str:
    """Say with a shape and a word how a person stands today."""
    if member.left_at is not None:
        return t("■ left")
    if not member.present(today):
        return t("◇ absent today")
    if member.proposal is not None:
        return t("◔ roles wait to be confirmed")
    return t("● here") if member.roles else t("○ without a role")


def lent_words(t: Translator, lent: Delegation) -> str:
    """Say which role is lent, by whom and until when."""
    return t(
        "{role}, lent by {giver}, {first} to {last}",
        role=t(lent.role.value),
        giver=lent.given_by,
        first=t.date(lent.first_day),
        last=t.date(lent.last_day),
    )


def page_of_staff(visit: Visit, *, key: str) -> tuple[StaffMember, ...]:
    """Let the person find people and turn pages; give those of the page."""
    t = visit.t
    find, shown, place = st.columns([4, 3, 1])
    words = find.text_input(t("Find"), placeholder=t("staff number or name"), key=f"{key}-filter").strip()
    box = f"{key}-shown-{t.language}"
    which = shown.selectbox(t("Who is shown"), _SHOWN, format_func=lambda one: t(_SHOWN_WORDS[one]), key=box)
    page = place.number_input(t("Page"), min_value=1, step=1, key=f"{key}-page-{words}-{which}")
    here = {"here": True, "left": False}.get(str(which))
    offset = (int(page) - 1) * _A_PAGE
    found = visit.laboratory.staffing.listed(limit=_A_PAGE + 1, offset=offset, words=words, here=here)
    if len(found) > _A_PAGE:
        place.caption(t("More on the next page."))
    if not found:
        st.info(t("Nobody is like that."))
    return found[:_A_PAGE]


def chosen_person(visit: Visit, rows: list[int], people: tuple[StaffMember, ...]) -> StaffMember | None:
    """Give the person who is chosen in a table, now or before; None as long as nobody is."""
    if rows and rows[0] < len(people):
        st.session_state[_CHOSEN] = people[rows[0]].number
    number = st.session_state.get(_CHOSEN)
    return None if number is None else visit.laboratory.staffing.get(str(number))


def choose_person(number: str) -> None:
    """Choose a person for the next drawing of the page."""
    st.session_state[_CHOSEN] = number
