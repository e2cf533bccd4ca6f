"""Law: the status of a structure on a day, the texts entered here, and drafting new ones."""

from collections.abc import Callable, Mapping

import streamlit as st

from lims.domain.legal_determination import LegalDetermination
from lims.domain.permissions import Act, may_do
from lims.domain.reading_rights import may_read
from lims.translation import marked
from lims.ui.law_determination import determinations
from lims.ui.law_entry import entry
from lims.ui.law_question import question
from lims.ui.law_texts import texts
from lims.ui.sections import chosen_section
from lims.ui.session import Visit

_CHOSEN = "law-section"
_SECTIONS = {
    "question": marked("Legal status"),
    "determinations": marked("Status of an exhibit"),
    "texts": marked("Texts of the law"),
    "entry": marked("Enter texts"),
}


def render(visit: Visit) -> None:
    """Show the section that the person chose among those of the own roles."""
    st.title(visit.t("Law"))
    sections: Mapping[str, Callable[[Visit], None]] = {
        "question": question,
        "determinations": determinations,
        "texts": texts,
        "entry": entry,
    }
    sections[_choice(visit)](visit)


def _choice(visit: Visit) -> str:
    clerk = may_do(Act.LAW_TABLE_DRAFTED, visit.person.roles)
    sees = may_read(LegalDetermination.KIND, visit.person.roles)
    closed = ({"entry"} if not clerk else set()) | ({"determinations"} if not sees else set())
    return chosen_section(visit, _SECTIONS, key=_CHOSEN, closed=closed)
