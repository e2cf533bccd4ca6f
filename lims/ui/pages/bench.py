"""Bench: one exhibit at a time, scanned first; weighed, sampled, divided and tested, with the registers beside it."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

import streamlit as st

from lims.services.weighing import Measured
from lims.translation import marked
from lims.ui.bench_aliquots import aliquots
from lims.ui.bench_item import header, item_on_the_bench, scan
from lims.ui.bench_registers import registers
from lims.ui.bench_sampling import sampling
from lims.ui.bench_tests import tests
from lims.ui.bench_weighing import weighing
from lims.ui.sections import chosen_section
from lims.ui.session import Visit

_SECTIONS: Mapping[str, str] = MappingProxyType(
    {
        "weighing": marked("Weighing"),
        "sampling": marked("Sampling"),
        "aliquots": marked("Aliquots"),
        "tests": marked("Tests"),
        "registers": marked("Registers"),
    }
)
_DRAWN: Mapping[str, Callable[[Visit, Measured], None]] = MappingProxyType(
    {"weighing": weighing, "sampling": sampling, "aliquots": aliquots, "tests": tests, "registers": registers}
)


def render(visit: Visit) -> None:
    """Show the scan field, then what lies on the bench with the chosen section."""
    t = visit.t
    st.title(t("Bench"))
    scan(visit)
    item = item_on_the_bench()
    if item is None:
        st.info(t("Scan the label of what lies before you, or type its number."))
        return
    measured = visit.laboratory.weighing.measured(item)
    header(visit, measured)
    _DRAWN[chosen_section(visit, _SECTIONS, key="bench-section")](visit, measured)
