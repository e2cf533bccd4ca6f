"""What the report of an examination would not say of the law, before anybody signs it."""

from datetime import date

import streamlit as st

from lims.domain.completeness import LegalGap
from lims.domain.examination import Examination
from lims.translation import Translator
from lims.ui.session import Visit


def show_legal_gaps(visit: Visit, examination: Examination) -> None:
    """List the gaps; they keep nobody from signing, and the report states each."""
    gaps = visit.laboratory.reporting.legal_gaps(examination.number)
    if not gaps:
        return
    st.caption(visit.t("Of the law the report will say:"))
    for gap in gaps:
        st.text(f"- {gap_words(gap, visit.t)}")


def gap_words(gap: LegalGap, t: Translator) -> str:
    """Say a gap in the language of a person."""
    return t(gap.text, **{name: t.date(fact) if isinstance(fact, date) else fact for name, fact in gap.facts})
