"""Taking an issued report back, on its page: the head's act, signed, with a reason that whoever verifies it reads."""

import streamlit as st

from lims.domain.report import Report, ReportStatus
from lims.domain.signature import SignatureMeaning
from lims.domain.staff import Role
from lims.ui.session import Visit
from lims.ui.signing import SignatureRequest, ask_to_sign


def withdraw(visit: Visit, report: Report) -> None:
    """Let the head take the report back; shown to nobody else, and for no report that does not stand."""
    t, laboratory = visit.t, visit.laboratory
    if report.status is not ReportStatus.ISSUED or Role.HEAD not in visit.person.roles:
        return
    with st.expander(t("Withdraw this report")), st.form("withdraw"):
        reason = st.text_area(t("Reason"), help=t("Whoever verifies the report will read it."))
        if not st.form_submit_button(t("Sign and withdraw")):
            return
    ask_to_sign(
        SignatureRequest(
            record=report,
            meaning=SignatureMeaning.WITHDRAWER,
            document_sha256=report.pdf_sha256 or "",
            statements=(t("Reason: {reason}", reason=reason),),
        ),
        title=t("Sign and withdraw"),
        act=lambda confirmation: laboratory.releasing.withdraw(
            report.number, actor=visit.person, reason=reason, confirmation=confirmation
        ),
    )
