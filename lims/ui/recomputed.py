"""The arithmetic of a report, done again from its document alone, beside the page."""

from collections.abc import Mapping
from types import MappingProxyType

import streamlit as st

from lims.domain.report import Report
from lims.services.desk_ports import RecomputedPart
from lims.translation import Translator, marked
from lims.ui import background
from lims.ui.session import Visit

_NAMES: Mapping[str, str] = MappingProxyType(
    {
        "data": marked("Data of the report"),
        "match_factors": marked("Match factors"),
        "sampling": marked("Sampling statement"),
        "weights": marked("Masses and their uncertainty"),
        "threshold": marked("Thresholds and size classes"),
        "quantitation": marked("Content of the substance"),
        "confidence": marked("Error rate and its interval"),
        "proofs": marked("Proofs of the ledger entries"),
        "checkpoint": marked("Checkpoint of the ledger"),
    }
)
_STATES: Mapping[str, str] = MappingProxyType(
    {
        "equal": marked("● the report says the same"),
        "differs": marked("▲ THE REPORT SAYS SOMETHING ELSE"),
        "not possible": marked("○ not possible"),
    }
)


def recomputed_checks(visit: Visit, report: Report) -> None:
    """Offer to compute again, and show what came out, part by part."""
    t, reviewing = visit.t, visit.laboratory.reviewing
    key = f"recomputed-{report.number}-{report.version}-{t.language}"
    st.caption(t("Done again from the attachments of the document alone, by other code than the report was made with."))
    if st.button(t("Compute again"), key="recompute", icon=":material/calculate:"):
        background.start(visit, key, lambda _: reviewing.recompute(report.number, language=t.language))
        st.rerun()
    found = background.result(visit, key)
    if isinstance(found, tuple):
        _table(t, found)


def _table(t: Translator, parts: tuple[RecomputedPart, ...]) -> None:
    st.dataframe(
        {
            t("Part"): [_said(t, _NAMES, one.name) for one in parts],
            t("Outcome"): [_said(t, _STATES, one.state) for one in parts],
            t("In words"): [one.words for one in parts],
        },
        hide_index=True,
        key="recomputed-parts",
    )


def _said(t: Translator, words: Mapping[str, str], key: str) -> str:
    """Say a word of the list; one that is new and has no words yet, as it is."""
    return t(words[key]) if key in words else key
