"""Which case, exhibit and examination a browser session works on; kept from page to page."""

import streamlit as st

_EXHIBIT = "chosen-exhibit"
_EXAMINATION = "chosen-examination"
_NEXT_PAGE = "next-page"
EXAMINATION_PAGE = "examination"
EXHIBITS_PAGE = ""
"""The page that people begin with has no name in the address."""
_CASE = "chosen-case"
_WANTED_SECTION = "exhibits-wanted"
CASES, EXHIBITS = "cases", "exhibits"
"""Sections of the page Exhibits."""


def chosen_exhibit() -> str | None:
    """Give the number of the exhibit that was chosen last."""
    value = st.session_state.get(_EXHIBIT)
    return None if value is None else str(value)


def remember_exhibit(number: str) -> None:
    """Choose an exhibit."""
    st.session_state[_EXHIBIT] = number


def chosen_examination() -> str | None:
    """Give the number of the examination that was chosen last."""
    value = st.session_state.get(_EXAMINATION)
    return None if value is None else str(value)


def remember_examination(number: str) -> None:
    """Choose an examination."""
    st.session_state[_EXAMINATION] = number


def choose_examination(number: str) -> None:
    """Choose an examination and go to its page."""
    remember_examination(number)
    go_to(EXAMINATION_PAGE)


def go_to(page: str) -> None:
    """Go to a page by its place in the address; one that the person does not have is not gone to."""
    st.session_state[_NEXT_PAGE] = page
    st.rerun()


def next_page() -> str | None:
    """Give the page that the last act asked to go to, once."""
    value = st.session_state.pop(_NEXT_PAGE, None)
    return None if value is None else str(value)


def chosen_case() -> str | None:
    """Give the number of the case that was chosen last."""
    value = st.session_state.get(_CASE)
    return None if value is None else str(value)


def remember_case(number: str | None) -> None:
    """Choose a case, or none."""
    st.session_state[_CASE] = number


def choose_case(number: str) -> None:
    """Choose a case and go to its file, on the page Exhibits."""
    remember_case(number)
    st.session_state[_WANTED_SECTION] = CASES
    go_to(EXHIBITS_PAGE)


def open_cases() -> None:
    """Go to the list of all cases, on the page Exhibits."""
    remember_case(None)
    st.session_state[_WANTED_SECTION] = CASES
    go_to(EXHIBITS_PAGE)


def choose_exhibit(number: str) -> None:
    """Choose an exhibit and go to it, on the page Exhibits."""
    remember_exhibit(number)
    st.session_state[_WANTED_SECTION] = EXHIBITS
    go_to(EXHIBITS_PAGE)


def wanted_section() -> str | None:
    """Give the section of the page Exhibits that the last act asked to go to, once."""
    value = st.session_state.pop(_WANTED_SECTION, None)
    return None if value is None else str(value)
