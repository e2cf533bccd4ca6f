"""A case that was received: what came, what it lacks, labels and receipt, and what is added to it later."""

from collections.abc import Callable
from datetime import date
from functools import partial
from typing import Final
from urllib.parse import urlencode

import streamlit as st

from lims.domain.case import Case
from lims.domain.exhibit import Exhibit
from lims.domain.permissions import Act, may_do
from lims.domain.request import ExaminationRequest
from lims.errors import NotFoundError
from lims.services.accessioning import IncomingExhibit
from lims.services.donors import DonorIdentity
from lims.ui import intake_draft, intake_table
from lims.ui.intake_discrepancies import discrepancies
from lims.ui.intake_forms import common_fields, seizure_fields, table
from lims.ui.intake_photographs import photographs
from lims.ui.intake_words import CONSUMPTION_TEXTS, gap_words, one_of, seal_words
from lims.ui.label_links import link_to_labels
from lims.ui.plain import REFUSALS, show_refusal
from lims.ui.scanner import scan_field
from lims.ui.sections import attempt
from lims.ui.selection import remember_exhibit
from lims.ui.session import Visit
from lims.ui.signing import require_session

INTAKES: Final = "/intakes/"
"""Address of the documents that a bringer takes along."""
_OFFERED = 100
_REFUSED = "intake-scan-refused"


def desk(visit: Visit) -> None:
    """Let the person choose a case; show it and what can be done with it."""
    number = _chosen(visit)
    if not number:
        st.info(visit.t("No case is registered yet. Write the order down under New case."))
        return
    try:
        case = visit.laboratory.accessioning.case(number)
    except REFUSALS as error:
        show_refusal(error)
        return
    exhibits = visit.laboratory.accessioning.exhibits_of(case.number)
    _head(visit, case, exhibits)
    _papers(visit, case, exhibits)
    if exhibits:
        with st.expander(visit.t("Photographs")):
            photographs(visit, exhibits)
        open_ones = any(not one.workable for one in exhibits)
        with st.expander(visit.t("Something does not agree"), expanded=open_ones):
            discrepancies(visit, exhibits)
    _additions(visit, case, exhibits)


def _chosen(visit: Visit) -> str:
    t = visit.t
    scanner, typed = st.columns(2)
    with scanner:
        scan_field(t("Scan a label of the case"), partial(_scanned, visit))
    refused = st.session_state.pop(_REFUSED, None)
    if refused is not None:
        show_refusal(refused)
    numbers = [line.number for line in visit.laboratory.accessioning.cases(limit=_OFFERED)]
    known = intake_draft.chosen_case() or (numbers[0] if numbers else "")
    if not known:
        return ""
    offered = numbers if known in numbers else [known, *numbers]
    chosen = typed.selectbox(
        t("Case"),
        offered,
        index=offered.index(known),
        accept_new_options=True,
        key=f"intake-case-{known}",
    )
    if chosen and chosen != known:
        intake_draft.choose_case(chosen.strip())
        st.rerun()
    return known


def _scanned(visit: Visit, code: str) -> None:
    try:
        require_session(visit)
        scan = visit.laboratory.scanning.read(code)
        if scan.exhibit is None:
            raise NotFoundError(Exhibit.KIND, code)
        intake_draft.choose_case(visit.laboratory.accessioning.exhibit(scan.exhibit.number).case_number)
        remember_exhibit(scan.exhibit.number)
    except REFUSALS as error:
        st.session_state[_REFUSED] = error


def _head(visit: Visit, case: Case, exhibits: tuple[Exhibit, ...]) -> None:
    t = visit.t
    st.subheader(case.number)
    if case.demonstration:
        st.warning(t("This is a demonstration case, not evidence."))
    left, right = st.columns(2)
    left.text(t("Appointing body: {body}", body=case.appointing_body))
    right.text(t("Order: {number}", number=case.order_number or t("unknown")))
    if not exhibits:
        st.info(t("No exhibit is registered in this case yet. Write them down under More exhibits."))
        return
    st.dataframe(
        {
            t("Exhibit"): [one.number for one in exhibits],
            t("Description"): [one.description for one in exhibits],
            t("Seal"): [seal_words(t, one) for one in exhibits],
            t("Units"): [one.unit_count for one in exhibits],
            t("State"): [t("● received") if one.workable else t("■ closed: does not agree") for one in exhibits],
            t("Not recorded on receipt"): [gap_words(t, one) for one in exhibits],
        },
        hide_index=True,
        placeholder="",
        key="intake-received",
    )


def _papers(visit: Visit, case: Case, exhibits: tuple[Exhibit, ...]) -> None:
    if not exhibits:
        return
    link_to_labels(visit, [one.number for one in exhibits])
    facts = urlencode({"language": visit.t.language})
    st.link_button(
        visit.t("Receipt for the bringer, PDF"), f"{INTAKES}{case.number}.pdf?{facts}", type="primary", width="stretch"
    )


def _additions(visit: Visit, case: Case, exhibits: tuple[Exhibit, ...]) -> None:
    t, roles = visit.t, visit.person.roles
    offered: tuple[tuple[Act, str, Callable[[], None]], ...] = (
        (Act.EXHIBIT_REGISTERED, t("More exhibits"), lambda: _more_exhibits(visit, case, exhibits)),
        (Act.SEIZURE_REGISTERED, t("Another seizure"), lambda: _another_seizure(visit, case)),
        (Act.DONOR_REGISTERED, t("Donor of biological material"), lambda: _donor(visit, case)),
        (Act.CASE_PERMISSION_RECORDED, t("What may be used up"), lambda: _permission(visit, case)),
        (Act.TERM_STARTED, t("Begin of the term"), lambda: _term(visit, case)),
    )
    for act, title, draw in offered:
        if may_do(act, roles):
            with st.expander(title):
                draw()


def _more_exhibits(visit: Visit, case: Case, exhibits: tuple[Exhibit, ...]) -> None:
    t, accessioning = visit.t, visit.laboratory.accessioning
    prefix = f"more-{case.number}-{len(exhibits)}"
    common = common_fields(visit, prefix=prefix, begin=ExaminationRequest())
    part_of = st.selectbox(
        t("All of them are parts of"),
        [one.number for one in exhibits],
        index=None,
        placeholder=t("none"),
        key=f"{prefix}-whole",
    )
    donors = tuple(one.number for one in visit.laboratory.donors.of_case(case.number))
    seizures = len(accessioning.seizures_of(case.number))
    rows = table(visit, prefix=prefix, seizures=seizures, donors=donors)

    def act() -> None:
        incoming: tuple[IncomingExhibit, ...] = intake_table.exhibits_of(t, rows, common=common)
        accessioning.register_exhibits(case.number, incoming, actor=visit.person, part_of=part_of or "")

    if st.button(t("Register the exhibits"), key=f"{prefix}-register"):
        attempt(act)


def _another_seizure(visit: Visit, case: Case) -> None:
    accessioning = visit.laboratory.accessioning
    prefix = f"seizure-{case.number}-{len(accessioning.seizures_of(case.number))}"
    with st.form(prefix, border=False):
        facts = seizure_fields(visit, prefix=prefix)
        if st.form_submit_button(visit.t("Register the seizure")):
            attempt(lambda: accessioning.register_seizure(case.number, facts(), actor=visit.person))


def _donor(visit: Visit, case: Case) -> None:
    t, donors = visit.t, visit.laboratory.donors
    for one in donors.of_case(case.number):
        st.text(f"{one.number}   {one.pseudonym}")
    st.caption(t("Who it is goes into a table that can be erased; write no name into any other field."))
    with st.form(f"donor-{case.number}", clear_on_submit=True, border=False):
        left, middle, right = st.columns(3)
        name = left.text_input(t("Name"))
        born: date | None = middle.date_input(t("Date of birth"), None, format="DD.MM.YYYY", min_value=date(1900, 1, 1))
        document = right.text_input(t("Identity document"))
        if st.form_submit_button(t("Register the donor")):
            identity = DonorIdentity(name=name, birth_date=born, document=document)
            attempt(lambda: donors.register(case.number, identity, actor=visit.person))


def _permission(visit: Visit, case: Case) -> None:
    t, known = visit.t, case.request.permission if case.request else None
    st.text(t(CONSUMPTION_TEXTS[known.extent]) if known else t("The order says nothing of it: nothing may be used up."))
    with st.form(f"permission-{case.number}", border=False):
        extent = one_of(
            visit, t("What the order lets the examination use up"), CONSUMPTION_TEXTS, key=f"extent-{case.number}"
        )
        where = st.text_input(t("Where it says so"))
        if st.form_submit_button(t("Record the permission")) and extent is not None:
            attempt(
                lambda: visit.laboratory.requesting.permit(
                    case.number, extent=extent, reference=where, actor=visit.person
                )
            )


def _term(visit: Visit, case: Case) -> None:
    t, terms = visit.t, visit.laboratory.terms
    due = terms.state(case).due
    st.text(t("Due: {date}", date=t.date(due) if due else t("unknown")))
    with st.form(f"term-{case.number}", border=False):
        on: date | None = st.date_input(t("All objects and materials are there since"), None, format="DD.MM.YYYY")
        if st.form_submit_button(t("Begin the term")) and on is not None:
            attempt(lambda: terms.start(case.number, on=on, actor=visit.person))
