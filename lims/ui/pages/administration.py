"""Administration: people and their accounts, rights and competence, instruments, settings, the state of the service."""

from collections.abc import Callable, Mapping

import streamlit as st

from lims.domain.account import Account
from lims.domain.competence import Competence
from lims.domain.instrument import Instrument
from lims.domain.permissions import Act, may_do
from lims.domain.reading_rights import may_read
from lims.domain.staff import Role
from lims.translation import marked
from lims.ui.account_desk import accounts
from lims.ui.account_secrets import tell_once
from lims.ui.admin_words import tell
from lims.ui.competence_desk import competences
from lims.ui.instrument_desk import instruments
from lims.ui.rights_view import rights
from lims.ui.sections import chosen_section
from lims.ui.service_state import service_state
from lims.ui.session import Visit
from lims.ui.settings_view import settings
from lims.ui.staff_desk import staff
from lims.ui.upkeep_desk import upkeep

READERS = frozenset({Role.ADMINISTRATOR, Role.QUALITY_MANAGER, Role.HEAD, Role.AUDITOR})
"""Who finds the page; each sees there what the own roles read and do."""
_CHOSEN = "administration-section"
_SECTIONS = {
    "staff": marked("Staff"),
    "accounts": marked("Accounts"),
    "rights": marked("Rights"),
    "competence": marked("Competence"),
    "instruments": marked("Instruments"),
    "settings": marked("Settings"),
    "state": marked("State of the service"),
    "upkeep": marked("Upkeep"),
}
_UPKEEP = (Act.RAW_REPAIRED, Act.LISTS_REBUILT, Act.REPORT_VOIDED, Act.CLOCK_CORRECTED)


def render(visit: Visit) -> None:
    """Show the section that the person chose among those of the own roles; nothing of a case is in any of them."""
    visit.laboratory.overseeing.require_reader()
    st.title(visit.t("Administration"))
    sections: Mapping[str, Callable[[Visit], None]] = {
        "staff": staff,
        "accounts": accounts,
        "rights": rights,
        "competence": competences,
        "instruments": instruments,
        "settings": settings,
        "state": service_state,
        "upkeep": upkeep,
    }
    chosen = chosen_section(visit, _SECTIONS, key=_CHOSEN, closed=_closed(visit))
    tell()
    tell_once(visit)
    sections[chosen](visit)


def _closed(visit: Visit) -> set[str]:
    roles = visit.person.roles
    opened = {
        "accounts": may_read(Account.KIND, roles) or may_do(Act.SECOND_FACTOR_RESET, roles),
        "competence": may_read(Competence.KIND, roles),
        "instruments": may_read(Instrument.KIND, roles),
        "upkeep": any(may_do(act, roles) for act in _UPKEEP),
    }
    return {section for section, is_open in opened.items() if not is_open}
