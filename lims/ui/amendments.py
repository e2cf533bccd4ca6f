"""After the issue, on a page: orders of amendments, who received a report, and who has still to be told."""

import streamlit as st

from lims.domain.identification import IdentificationStatus
from lims.domain.permissions import Act, may_do
from lims.domain.report import LEFT, Report
from lims.domain.staff import Role
from lims.services.amending import DeliveryFacts, NoticeFacts
from lims.ui.plain import REFUSALS, plain, show_refusal
from lims.ui.sections import attempt
from lims.ui.seen import seen_version
from lims.ui.session import Visit

_LOOKED_AT = 50
"""Reports that are looked at for one page; those that wait longest come first."""


def notices(visit: Visit) -> None:
    """List whom the laboratory has still to tell that a report no longer stands."""
    t, amending = visit.t, visit.laboratory.amending
    for number in amending.unknown_recipients(newest=_LOOKED_AT):
        words = t("Report {number} no longer stands, and nobody recorded who received it.", number=number)
        st.warning(plain(words))
    owed = amending.owed(reports=_LOOKED_AT)
    if not owed:
        st.info(t("Nobody has to be told anything: every recipient of a report that no longer stands knows it."))
        return
    st.subheader(t("Recipients who have still to be told"))
    for one in owed:
        key = f"notice-{one.report_number}-{one.place}"
        with st.form(key):
            by = t("replaced by {number}", number=one.superseded_by) if one.superseded_by else t(one.state)
            st.text(f"{one.recipient} · {one.report_number} · {by}")
            day, manner, reference = st.columns(3)
            told_on = day.date_input(t("Told on"), value=None, format="DD.MM.YYYY", key=f"{key}-day")
            how = manner.text_input(t("By which way"), key=f"{key}-manner")
            letter = reference.text_input(t("Number of the letter or receipt"), key=f"{key}-reference")
            if not st.form_submit_button(t("Record that this recipient was told")):
                continue
        if told_on is None:
            st.error(t("The day is missing."))
            continue
        facts = NoticeFacts(told_on=told_on, manner=how, reference=letter)
        try:
            amending.notify(one.report_number, one.place, facts, actor=visit.person)
        except REFUSALS as error:
            show_refusal(error)
            continue
        st.rerun()


def order(visit: Visit, report: Report) -> None:
    """Let the head order an amendment of a report that left; the report itself is never changed."""
    t, amending, version = visit.t, visit.laboratory.amending, seen_version(report)
    stands_alone = report.status in LEFT and report.order is None and not report.superseded_by
    if not stands_alone or Role.HEAD not in visit.person.roles:
        return
    with st.expander(t("Order an amendment")), st.form("amend"):
        st.text(t("The issued report stays as it is; a new one with its own number replaces it when it is issued."))
        what = st.text_area(t("What is to be changed"))
        why = st.text_area(t("Why"))
        anew = _identifications(visit, report)
        if not st.form_submit_button(t("Order the amendment")):
            return
    attempt(
        lambda: amending.order(
            report.number, what=what, why=why, actor=visit.person, identifications=anew, version=version
        )
    )


def _identifications(visit: Visit, report: Report) -> tuple[str, ...]:
    """Ask which identifications are concluded anew; those come first that rest on what was corrected since."""
    t, laboratory = visit.t, visit.laboratory
    exhibit = laboratory.examining.get(report.examination_number).exhibit_number
    known = [one for one in laboratory.identifying.of_exhibit(exhibit) if one.status is IdentificationStatus.CHECKED]
    if not known:
        return ()
    titles = {one.number: f"{one.number}  {one.substance}" for one in known}
    moved = [number for number in laboratory.amending.moved(report.number) if number in titles]
    chosen = st.multiselect(
        t("Identifications that are to be concluded anew"),
        list(titles),
        default=moved,
        format_func=titles.__getitem__,
        key=f"amend-identifications-{report.number}",
        placeholder=t("none"),
    )
    return tuple(chosen)


def deliver(visit: Visit, report: Report) -> None:
    """Let people record who received a report."""
    t, amending = visit.t, visit.laboratory.amending
    if report.status not in LEFT or not may_do(Act.REPORT_DELIVERED, visit.person.roles):
        return
    with st.expander(t("Record who received this report")), st.form("deliver"):
        recipient = st.text_input(t("Recipient"))
        on = st.date_input(t("Received on"), value=None, format="DD.MM.YYYY")
        how = st.text_input(t("By which way"), key="deliver-manner")
        letter = st.text_input(t("Number of the letter or receipt"), key="deliver-reference")
        if not st.form_submit_button(t("Record the delivery")):
            return
    if on is None:
        st.error(t("The day is missing."))
        return
    facts = DeliveryFacts(recipient=recipient, delivered_on=on, manner=how, reference=letter)
    attempt(lambda: amending.deliver(report.number, facts, actor=visit.person))
