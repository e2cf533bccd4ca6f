"""Donors of a case by their codes; who one is, for those whose right it is, by an act that is recorded each time."""

from collections.abc import Sequence
from datetime import date

import streamlit as st

from lims.domain.donor import Donor, IdentityField
from lims.domain.permissions import Act, may_do
from lims.translation import marked
from lims.ui.custody_words import Names
from lims.ui.plain import REFUSALS, plain, show_refusal
from lims.ui.sections import attempt, seen
from lims.ui.session import Visit
from lims.ui.signing import credential_fields, require_credentials, require_session

_FIELDS = {
    IdentityField.NAME: marked("Name"),
    IdentityField.BIRTH_DATE: marked("Date of birth"),
    IdentityField.DOCUMENT: marked("Identity document"),
}


def donors(visit: Visit, found: Sequence[Donor], names: Names) -> None:
    """Show the codes; offer looking, checking and erasing to those who may."""
    for one in found:
        with st.container(border=True):
            _one(visit, one, names)


def _one(visit: Visit, donor: Donor, names: Names) -> None:
    t, roles, version = visit.t, visit.person.roles, seen(donor)
    st.text(f"{donor.number}   {donor.pseudonym}")
    if donor.erasure is not None:
        erased = donor.erasure
        st.text(
            t(
                "▣ Who it is was erased on {moment} under order {order} of {court}, by {name}.",
                moment=t.moment(erased.erased_at),
                order=erased.order_number,
                court=erased.court,
                name=names.get(erased.erased_by, erased.erased_by),
            )
        )
        return
    if donor.reading is not None:
        who = names.get(donor.reading.read_by, donor.reading.read_by)
        st.text(t("Last looked at by {name}, {moment}.", name=who, moment=t.moment(donor.reading.read_at)))
    _check(visit, donor)
    if may_do(Act.DONOR_IDENTITY_READ, roles):
        _identity(visit, donor)
    if may_do(Act.DONOR_ERASED, roles):
        with st.expander(t("Erase who {number} is", number=donor.number)):
            _erase(visit, donor, version)


def _check(visit: Visit, donor: Donor) -> None:
    """Hold the kept values against the ledger without showing them."""
    t = visit.t
    if not st.button(t("Hold the kept values against the ledger"), key=f"donor-check-{donor.number}"):
        return
    unopened = visit.laboratory.donors.unopened(donor.number)
    if unopened:
        altered = ", ".join(t(_FIELDS[one]) for one in unopened)
        st.error(plain(t("■ Altered or missing: {names}. Tell the quality manager.", names=altered)))
    else:
        st.success(t("● Every kept value is the one that was committed to."))


def _identity(visit: Visit, donor: Donor) -> None:
    """Show who it is once: what is drawn next does not show it any more."""
    t = visit.t
    with st.form(f"donor-identity-{donor.number}", border=False, clear_on_submit=True):
        field, button = st.columns([4, 1.5], vertical_alignment="bottom")
        purpose = field.text_input(t("What for do you have to know who it is"), key=f"donor-purpose-{donor.number}")
        st.caption(t("That you looked, when and what for is recorded for good."))
        if not button.form_submit_button(t("Show who it is"), width="stretch"):
            return
    try:
        require_session(visit)
        values = visit.laboratory.donors.identity(donor.number, purpose=purpose, actor=visit.person)
    except REFUSALS as error:
        show_refusal(error)
        return
    seen(visit.laboratory.donors.get(donor.number))
    for one in values:
        st.text(f"{t(_FIELDS[one.field])}: {one.value}")


def _erase(visit: Visit, donor: Donor, version: int) -> None:
    t = visit.t
    st.warning(
        t(
            "Name, birth date and document are deleted for good, with what proves them against the ledger. Backups and "
            "replicas that were made before still hold them: treat them under the same order."
        )
    )
    with st.form(f"donor-erase-{donor.number}", border=False):
        court = st.text_input(t("Court"), key=f"erase-court-{donor.number}")
        left, right = st.columns(2)
        number = left.text_input(t("Number of the order"), key=f"erase-number-{donor.number}")
        day: date | None = right.date_input(
            t("Date of the order"), None, format="DD.MM.YYYY", key=f"erase-day-{donor.number}"
        )
        typed = credential_fields(visit, key=f"erase-{donor.number}")
        if not st.form_submit_button(t("Erase for good")):
            return
    if day is None:
        st.error(t("Enter the day."))
        return

    def act() -> None:
        require_session(visit)
        require_credentials(visit, typed)
        visit.laboratory.donors.erase(
            donor.number, court=court, order_number=number, order_date=day, actor=visit.person, version=version
        )

    attempt(act)
