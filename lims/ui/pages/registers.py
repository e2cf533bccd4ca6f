"""Registers: lots of reagents and reference standards, instruments, differences of mass, weighings in question."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

import streamlit as st

from lims.translation import marked
from lims.ui.instrument_desk import instruments
from lims.ui.register_differences import differences
from lims.ui.register_lots import REAGENTS, SECTION, STANDARDS, scan_lots
from lims.ui.register_reagents import reagents
from lims.ui.register_standards import standards
from lims.ui.sections import chosen_section
from lims.ui.session import Visit
from lims.ui.weighing_doubts import doubts_of_balances

_SECTIONS: Mapping[str, str] = MappingProxyType(
    {
        REAGENTS: marked("Reagents and kits"),
        STANDARDS: marked("Reference standards"),
        "instruments": marked("Instruments"),
        "differences": marked("Differences of mass"),
        "doubts": marked("Weighings in question"),
    }
)
_DRAWN: Mapping[str, Callable[[Visit], None]] = MappingProxyType(
    {
        REAGENTS: reagents,
        STANDARDS: standards,
        "instruments": instruments,
        "differences": differences,
        "doubts": doubts_of_balances,
    }
)


def render(visit: Visit) -> None:
    """Show the scan field, then the section that the person chose."""
    st.title(visit.t("Registers"))
    scan_lots(visit)
    _DRAWN[chosen_section(visit, _SECTIONS, key=SECTION)](visit)
