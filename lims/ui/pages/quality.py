"""Quality: detectors, nonconformities, control charts, deviations, touched reports, ledger and outside witness."""

from collections.abc import Callable, Mapping

import streamlit as st

from lims.domain.staff import Role
from lims.services.detecting import READERS
from lims.translation import marked
from lims.ui.deviation_desk import deviations
from lims.ui.quality_charts import control_charts
from lims.ui.quality_detectors import detectors
from lims.ui.quality_ledger import ledger
from lims.ui.quality_nonconformities import nonconformities
from lims.ui.quality_trace import trace
from lims.ui.sections import chosen_section
from lims.ui.session import Visit

_CHOSEN = "quality-section"
_OVERSIGHT = (Role.QUALITY_MANAGER, Role.HEAD, Role.AUDITOR)
_FOR_ALL = frozenset({"nonconformities", "charts", "deviations"})
_SECTIONS = {
    "detectors": marked("Detectors"),
    "nonconformities": marked("Nonconformities"),
    "charts": marked("Control charts"),
    "deviations": marked("Deviations"),
    "trace": marked("What touches which reports"),
    "ledger": marked("State of the ledger"),
}


def render(visit: Visit) -> None:
    """Show the section that the person chose among those of the own roles."""
    t = visit.t
    st.title(t("Quality"))
    names = {one.number: one.name for one in visit.laboratory.staffing.everybody()}
    sections: Mapping[str, Callable[[], None]] = {
        "detectors": lambda: detectors(visit),
        "nonconformities": lambda: nonconformities(visit, names),
        "charts": lambda: control_charts(visit),
        "deviations": lambda: deviations(visit),
        "trace": lambda: trace(visit),
        "ledger": lambda: ledger(visit),
    }
    sections[_choice(visit)]()


def _choice(visit: Visit) -> str:
    roles = set(visit.person.roles)
    closed = {one for one in _SECTIONS if one not in _FOR_ALL and roles.isdisjoint(_needed(one))}
    return chosen_section(visit, _SECTIONS, key=_CHOSEN, closed=closed)


def _needed(section: str) -> tuple[Role, ...]:
    return READERS if section == "detectors" else _OVERSIGHT
