"""What is around every page: who is signed in, the language, the pages of one's roles, and the last resort."""

from collections.abc import Callable

import streamlit as st

from lims.domain.staff import StaffMember
from lims.services.laboratory import Laboratory
from lims.translation import Translator
from lims.ui.incidents import show_incident
from lims.ui.page_list import pages_for
from lims.ui.plain import REFUSALS, show_refusal
from lims.ui.selection import next_page
from lims.ui.session import SIGNED_IN_ELSEWHERE, Visit, chosen_language, language_switch, session_token
from lims.ui.widget_words import widget_words

WATCHED_EVERY_S = 3
Render = Callable[[Visit], None]


def show_page(laboratory: Laboratory) -> None:
    """Draw the page that the person asked for, or the way to sign in."""
    st.set_page_config(page_title="Aigaq", page_icon="⚗️", layout="wide")
    secure = laboratory.settings.web.secure
    t = Translator(chosen_language(laboratory.settings.language, secure=secure))
    widget_words(t)
    token = session_token(secure=secure)
    person = laboratory.sessions.signed_in(token)
    line = st.container(horizontal=True, vertical_alignment="center")  # wraps on a tablet, and cuts nothing off
    who = line.container(width="stretch")
    with line:
        language_switch()
    if person is None:
        st.title("Aigaq")
        if laboratory.sessions.replaced(token):
            st.warning(t(SIGNED_IN_ELSEWHERE))
        st.link_button(t("Sign in"), "/auth/sign-in", type="primary")
        st.stop()
    who.text(f"{laboratory.settings.laboratory} · {person.name}, {person.post}")
    _watch(laboratory, token)
    line.link_button(t("Account"), "/auth/account")
    line.link_button(t("Sign out"), "/auth/sign-out")
    person = laboratory.staffing.acting(person)
    visit = Visit(laboratory=laboratory.seen_by(person), person=person, t=t)
    pages = _pages(visit, person)
    page = st.navigation(pages, position="top")
    wanted = next_page()
    found = next((candidate for candidate in pages if candidate.url_path == wanted), None)
    if found is not None and wanted != page.url_path:
        st.switch_page(found)
    page.run()


@st.fragment(run_every=WATCHED_EVERY_S)
def _watch(laboratory: Laboratory, token: str) -> None:
    """Notice within seconds that the session is over, and draw the page anew: without a person it shows nothing."""
    if not laboratory.sessions.alive(token):
        st.rerun()


def _pages(visit: Visit, person: StaffMember) -> list[st.Page]:
    """Give the pages of a person's roles as Streamlit wants them."""
    return [
        st.Page(_guarded(page.render, visit), title=visit.t(page.title), url_path=page.path, default=page.first)
        for page in pages_for(person)
    ]


def _guarded(render: Render, visit: Visit) -> Callable[[], None]:
    def page() -> None:
        try:
            render(visit)
        except REFUSALS as error:
            show_refusal(error)
        except Exception as error:  # noqa: BLE001 - the outermost frame: the fault is ours
            show_incident(error, visit.t)

    return page
