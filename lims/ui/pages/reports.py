"""Reports: the very document, what keeps it back, what became of it, who has it, and what follows."""

from types import MappingProxyType

import streamlit as st

from lims.domain.report import Report
from lims.translation import marked
from lims.ui.amendments import deliver, notices, order
from lims.ui.breadcrumb import breadcrumb
from lims.ui.report_blocks import what_blocks
from lims.ui.report_copies import copies
from lims.ui.report_corrections import corrections
from lims.ui.report_downloads import downloads
from lims.ui.report_list import choose_report, describe, link_to_document
from lims.ui.report_outdated import edited_since, outdated
from lims.ui.report_packet import packet
from lims.ui.report_view import show_document
from lims.ui.report_withdrawal import withdraw
from lims.ui.sections import chosen_section
from lims.ui.session import Visit
from lims.ui.signing import signing_dialog
from lims.ui.signing_elsewhere import signatures_elsewhere

_REPORTS, _RECIPIENTS, _OUTDATED = "reports", "recipients", "outdated"
_SECTIONS = MappingProxyType(
    {
        _REPORTS: marked("Reports"),
        _RECIPIENTS: marked("Recipients to be told"),
        _OUTDATED: marked("Edited since"),
    }
)


def render(visit: Visit) -> None:
    """Let the person choose a report; show its pages on the left and what can be done on the right."""
    t = visit.t
    st.title(t("Reports"))
    section = chosen_section(visit, _SECTIONS, key="reports-section")
    if section == _RECIPIENTS:
        notices(visit)
    elif section == _OUTDATED:
        outdated(visit)
    else:
        _reports(visit)
    signing_dialog(visit)


def _reports(visit: Visit) -> None:
    signatures_elsewhere(visit)
    report = choose_report(visit)
    if report is None:
        return
    _way(visit, report)
    st.subheader(report.number)
    document, beside = st.columns([3, 2])
    with document:
        show_document(visit, report)
    with beside:
        _beside(visit, report)


def _way(visit: Visit, report: Report) -> None:
    """Lead to the case and the exhibit that the report is about."""
    exhibit_number = visit.laboratory.examining.get(report.examination_number).exhibit_number
    exhibit = visit.laboratory.accessioning.exhibit(exhibit_number)
    breadcrumb(visit, case=exhibit.case_number, exhibit=exhibit.number, here=report.number)


def _beside(visit: Visit, report: Report) -> None:
    """Show how a report stands and what the person can do, what keeps it back first."""
    describe(visit, report)
    what_blocks(visit, report)
    edited_since(visit, report)
    link_to_document(visit, report)
    downloads(visit, report)
    copies(visit, report)
    packet(visit, report)
    deliver(visit, report)
    corrections(visit, report)
    order(visit, report)
    withdraw(visit, report)
