"""The disclosure packet of a report: made beside the page, recorded, then fetched as one file."""

from urllib.parse import quote

import streamlit as st

from lims.domain.permissions import Act, may_do
from lims.domain.report import LEFT, Report
from lims.ui import background
from lims.ui.plain import REFUSALS, show_hindrance
from lims.ui.session import Visit


def packet(visit: Visit, report: Report) -> None:
    """Let head or quality manager make a packet, and fetch one that is ready."""
    t = visit.t
    if report.status not in LEFT or not may_do(Act.REPORT_DISCLOSED, visit.person.roles):
        return
    with st.expander(t("Disclosure packet ({count})", count=len(report.disclosures)), expanded=_wanted(visit, report)):
        st.text(
            t(
                "Everything that somebody else needs to check this report: its entries of the ledger with proofs, the "
                "raw data, the library spectra, the control charts. Recorded will be that you made it, and its digest."
            )
        )
        _make(visit, report)
        _made(visit, report)


def _wanted(visit: Visit, report: Report) -> bool:
    """Tell whether this person asked for a packet of it: then the box stays open."""
    return background.job(visit, _key(report)) is not None


def _make(visit: Visit, report: Report) -> None:
    t, disclosing = visit.t, visit.laboratory.disclosing
    if st.button(t("Make the packet"), key=f"make-packet-{report.number}"):
        background.start(
            visit,
            _key(report),
            lambda told: disclosing.make(report.number, actor=visit.person, told=told),
            waits=True,
        )
        st.rerun()
    try:
        made = background.result(visit, _key(report))
    except REFUSALS as error:
        show_hindrance(t, error)
        return
    if isinstance(made, Report):
        st.success(t("The packet is made and recorded. Read its folder records before it leaves the laboratory."))


def _made(visit: Visit, report: Report) -> None:
    """List the packets, newest first; one whose file made room for a newer one is named all the same."""
    t = visit.t
    newest = visit.laboratory.reporting.get(report.number)
    ready = visit.laboratory.disclosing.ready(report.number)
    for one in reversed(newest.disclosures):
        said, link = st.columns([7, 3], vertical_alignment="center")
        said.text(
            t(
                "{moment} by {person}: {entries} entries",
                moment=t.moment(one.made_at),
                person=one.made_by,
                entries=one.entries,
            )
        )
        said.caption(t("SHA-256 {digest}", digest=one.bag_sha256))
        if one.bag_sha256 in ready:
            address = f"/reports/{quote(report.number)}/packets/{one.bag_sha256}.zip"
            link.link_button(t("Fetch the ZIP"), address, width="stretch")
        else:
            link.caption(t("Its file is not kept any more; make it again."))


def _key(report: Report) -> str:
    return f"packet-{report.number}"
