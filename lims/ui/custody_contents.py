"""What lies in what: the whole list is put into another exhibit, or taken out of those that it lies in."""

import streamlit as st

from lims.errors import NotFoundError
from lims.services.sealing import Moved
from lims.ui import scan_list
from lims.ui.custody_forms import record
from lims.ui.session import Visit


def put_in(visit: Visit) -> None:
    """Put the list into an exhibit, which it goes with from then on."""
    t, number = visit.t, scan_list.ordinal()
    with st.form("put-in"):
        container = st.text_input(
            t("Into which exhibit: number or label"), key=f"put-in-container-{number}", autocomplete="off"
        )
        purpose = st.text_input(t("Purpose"), key=f"put-in-purpose-{number}")
        st.caption(
            t("You have both, and the container is not sealed. What is in it goes with it until it is taken out.")
        )
        if not st.form_submit_button(t("Put into the exhibit"), type="primary"):
            return

    def act() -> None:
        into = _number(visit, container)
        moved = [one for one in _listed() if one.exhibit_number != into]
        visit.laboratory.sealing.put_all_in(moved, into, purpose=purpose, actor=visit.person)

    record(visit, act, said=t("The exhibits are in their container."))


def take_from(visit: Visit) -> None:
    """Take the list out of the exhibits that it lies in, into the own hands."""
    t, number = visit.t, scan_list.ordinal()
    with st.form("take-from"):
        purpose = st.text_input(t("Purpose"), key=f"take-from-purpose-{number}")
        st.caption(t("You have what they lie in, and it is not sealed."))
        if not st.form_submit_button(t("Take out of the exhibit"), type="primary"):
            return
    record(
        visit,
        lambda: visit.laboratory.sealing.take_all_from(_listed(), purpose=purpose, actor=visit.person),
        said=t("The exhibits are in your hands."),
    )


def _listed() -> list[Moved]:
    return [Moved(exhibit_number=one.number, version=scan_list.seen_version(one.number)) for one in scan_list.scanned()]


def _number(visit: Visit, text: str) -> str:
    """Give the number of the container, typed or scanned.

    Raises
    ------
    NotFoundError
        If it is none of an exhibit or an aliquot.
    """
    scan = visit.laboratory.scanning.read(text)
    if scan.exhibit is None:
        raise NotFoundError("exhibit", text.strip())
    return scan.exhibit.number
