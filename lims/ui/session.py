"""Who looks at the page, in which language."""

from dataclasses import dataclass, field

import streamlit as st

from lims.domain.staff import StaffMember
from lims.services.laboratory import Laboratory
from lims.translation import LANGUAGE_NAMES, LANGUAGES, SOURCE_LANGUAGE, Translator, marked

_LANGUAGE_KEY = "language"
_KEPT_KEY = "language-kept"
"""The last language that was chosen, beside the switch."""
SIGNED_IN_ELSEWHERE = marked(
    "This session was closed, because you signed in at another browser. If that was not you, "
    "tell the administrator and the quality manager at once."
)
"""What a browser is told whose session a newer one replaced."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """One person at one page."""

    laboratory: Laboratory = field(repr=False)
    person: StaffMember
    t: Translator


def cookie_name(kind: str, *, secure: bool) -> str:
    """Name one of our cookies. With HTTPS the prefix makes browsers refuse one that another host set (RFC 6265bis)."""
    return f"{'__Host-' if secure else ''}aigaq-{kind}"


def session_token(*, secure: bool) -> str:
    """Give the token of the browser's session cookie; empty where there is none, or no browser."""
    return _cookie("session", secure=secure)


def _cookie(kind: str, *, secure: bool) -> str:
    value = st.context.cookies.get(cookie_name(kind, secure=secure))
    return value if isinstance(value, str) else ""


def chosen_language(default: str, *, secure: bool) -> str:
    """Give the language chosen here or at sign-in, else the browser's own, else the laboratory's."""
    chosen = st.session_state.get(_LANGUAGE_KEY)
    if chosen not in LANGUAGES:  # nothing yet, or the switch lost its choice while the page was drawn anew
        asked = _cookie("language", secure=secure) or str(st.context.locale or "")[:2].casefold()
        chosen = st.session_state.get(_KEPT_KEY, asked if asked in LANGUAGES else default)
        st.session_state[_LANGUAGE_KEY] = chosen
    st.session_state[_KEPT_KEY] = chosen
    return str(chosen)


def page_language() -> str:
    """Give the language in which the page is drawn; that of the texts themselves where no page chose one."""
    return str(st.session_state.get(_KEPT_KEY, SOURCE_LANGUAGE))


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
