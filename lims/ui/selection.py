"""Which exhibit and which examination a browser session works on; kept from page to page."""

import streamlit as st

_EXHIBIT = "chosen-exhibit"
_EXAMINATION = "chosen-examination"
_NEXT_PAGE = "next-page"
EXAMINATION_PAGE = "examination"


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
