"""Who looks at the page, in which language."""

from dataclasses import dataclass, field

import streamlit as st

from lims.domain.staff import StaffMember
from lims.services.laboratory import Laboratory
from lims.translation import LANGUAGE_NAMES, LANGUAGES, Translator

SESSION_COOKIE = "aigaq-session"
_LANGUAGE_KEY = "language"


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """One person at one page."""

    laboratory: Laboratory = field(repr=False)
    person: StaffMember
    t: Translator


def session_token() -> str:
    """Give the token of the browser's session cookie; empty where there is none, or no browser."""
    token = st.context.cookies.get(SESSION_COOKIE)
    return token if isinstance(token, str) else ""


def chosen_language(default: str) -> str:
    """Give the language that this browser session chose, else the browser's own, else the laboratory's."""
    browser = str(st.context.locale or "")[:2].casefold()
    st.session_state.setdefault(_LANGUAGE_KEY, browser if browser in LANGUAGES else default)
    return str(st.session_state[_LANGUAGE_KEY])


def language_switch() -> None:
    """Let the person switch the language; the page is drawn anew at once."""
    st.segmented_control(
        "Тіл · Язык · Language",
        LANGUAGES,
        format_func=LANGUAGE_NAMES.__getitem__,
        key=_LANGUAGE_KEY,
        required=True,
        label_visibility="collapsed",
    )
