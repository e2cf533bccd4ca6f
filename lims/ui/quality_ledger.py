"""The state of the ledger: verified beside the page, after the age of the last outside witness."""

import streamlit as st

from lims.services.auditing import LedgerVerification
from lims.ui import background
from lims.ui.quality_witness import outside_witness
from lims.ui.session import Visit

_JOB = "ledger-verification"


def ledger(visit: Visit) -> None:
    """Let the person verify the ledger, and show what was found."""
    t, auditing = visit.t, visit.laboratory.auditing
    outside_witness(visit)
    st.subheader(t("Verification"))
    st.caption(t("Reads every entry, list, checkpoint and raw object. With much data this takes long."))
    if st.button(t("Verify the ledger now"), type="primary"):
        background.start(visit, _JOB, lambda tell: auditing.verify(progress=lambda done: tell(done, 0)))
        st.rerun()
    found = background.result(visit, _JOB)
    if not isinstance(found, LedgerVerification):
        return
    _verdict(visit, found)
    st.text(t("Entries: {count}; raw objects: {raw}.", count=found.chain.entries, raw=found.raw_objects))
    st.text(t("Root of the tree: {root}", root=found.root))
    _checkpoints(visit, found)


def _verdict(visit: Visit, found: LedgerVerification) -> None:
    t = visit.t
    if found.intact:
        st.success(t("■ The ledger is whole."))
        return
    st.error(t("▲ The ledger is broken:"))
    for fault in found.faults:
        st.text(f"- {fault}")


def _checkpoints(visit: Visit, found: LedgerVerification) -> None:
    """Say what the checkpoints cover: who alters the past must alter those that left the laboratory, too."""
    t = visit.t
    if found.handed_out_at is not None:
        st.text(t("Last checkpoint that left the laboratory: {moment}.", moment=t.moment(found.handed_out_at)))
    if found.uncovered_since is not None:
        st.text(t("Entries since {moment} are in no checkpoint yet.", moment=t.moment(found.uncovered_since)))
