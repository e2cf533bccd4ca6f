"""The links to labels as documents: a sheet, and single ones, from the route that asks who wants them."""

from collections.abc import Sequence
from urllib.parse import urlencode

import streamlit as st

from lims.ui.session import Visit

LABELS = "/labels/"
"""Address of the documents with labels; Streamlit's own downloads ask nobody who wants them."""


def link_to_labels(visit: Visit, numbers: Sequence[str]) -> None:
    """Offer the labels of exhibits or places as a sheet and as single ones."""
    t = visit.t
    if not numbers:
        st.info(t("Scan or choose something first; its labels are printed then."))
        return
    facts = [("number", one) for one in numbers] + [("language", t.language)]
    sheet, single = st.columns(2)
    sheet.link_button(t("Sheet of labels, PDF"), f"{LABELS}sheet.pdf?{urlencode(facts)}", width="stretch")
    single.link_button(t("Single labels, PDF"), f"{LABELS}single.pdf?{urlencode(facts)}", width="stretch")
