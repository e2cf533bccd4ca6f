"""Statistics: what was seized and found, where and when, and how long it took; counted beside the page."""

from collections.abc import Callable, Mapping

import streamlit as st

from lims.domain.statistics import Statistics
from lims.translation import marked
from lims.ui import background, statistics_desk
from lims.ui.sections import chosen_section
from lims.ui.session import Visit

_JOB = "statistics"
_CHOSEN = "statistics-section"
_SECTIONS = {
    "seizures": marked("Seizures"),
    "substances": marked("Substances"),
    "first-seen": marked("First seen"),
    "turnaround": marked("Turnaround"),
    "alerts": marked("Alerts"),
}
_DRAWN: Mapping[str, Callable[[Visit, Statistics], None]] = {
    "seizures": statistics_desk.seizures,
    "substances": statistics_desk.substances,
    "first-seen": statistics_desk.first_seen,
    "turnaround": statistics_desk.turnaround,
    "alerts": statistics_desk.alerts,
}


def render(visit: Visit) -> None:
    """Count at the first look, and anew where the person asks; show the section that the person chose."""
    t = visit.t
    st.title(t("Statistics"))
    visit.laboratory.statistics.require_reader()
    if background.job(visit, _JOB) is None:
        _count(visit)
    chosen = chosen_section(visit, _SECTIONS, key=_CHOSEN)
    found = background.result(visit, _JOB)
    if not isinstance(found, Statistics):
        return
    _moment(visit, found)
    _DRAWN[chosen](visit, found)


def _count(visit: Visit) -> None:
    asked = visit.laboratory.statistics
    background.start(visit, _JOB, lambda tell: asked.ask(tell=tell))


def _moment(visit: Visit, found: Statistics) -> None:
    """Say of which moment the counts are, and of which cases."""
    t = visit.t
    said, again = st.columns([4, 1], vertical_alignment="center")
    said.caption(
        t(
            "Counted {moment}, with entry {entries} of the ledger.",
            moment=t.moment(found.counted_at),
            entries=found.entries,
        )
    )
    if again.button(t("Count anew"), width="stretch"):
        _count(visit)
        st.rerun()
    if len(found.laboratories) > 1:
        named = "; ".join(f"{name} ({t.number(count)})" for name, count in found.laboratories.items())
        st.text(t("Cases of several laboratories: {names}.", names=named))
    if found.made_up and found.cases:
        st.warning(t("Every case here is made up: these counts say nothing of the world."))
    elif found.left_out:
        st.caption(t("{count} made-up cases are left out.", count=found.left_out))
