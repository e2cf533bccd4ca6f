"""Hand-overs that wait: what is offered to the person, to be taken or refused, and what the person offers."""

import streamlit as st

from lims.domain.permissions import Act, may_do
from lims.domain.signature import SignatureMeaning
from lims.domain.transfer import Transfer
from lims.ui.custody_words import Names
from lims.ui.plain import REFUSALS, show_refusal
from lims.ui.session import Visit
from lims.ui.signing import require_session
from lims.ui.transfer_dialog import TransferRequest, ask, say

_LOOKED_EVERY_S = 10


@st.fragment(run_every=_LOOKED_EVERY_S)
def offers(visit: Visit, names: Names) -> None:
    """Show every offer by and to the person; looks again by itself, so that the one who takes need not reload."""
    if not may_do(Act.TRANSFER_TAKEN, visit.person.roles):
        return
    waiting = visit.laboratory.scanning.offers(visit.person.number)
    for transfer in waiting:
        with st.container(border=True):
            _describe(visit, transfer, names)
            if transfer.taker.name == visit.person.number:
                _to_me(visit, transfer)
            else:
                _by_me(visit, transfer)


def _describe(visit: Visit, transfer: Transfer, names: Names) -> None:
    t = visit.t
    giver, taker = (names.get(number, number) for number in (transfer.by, transfer.taker.name))
    if transfer.taker.name == visit.person.number:
        st.text(
            t(
                "◆ {name} offers you {count} exhibits ({number}).",
                name=giver,
                count=len(transfer.items),
                number=transfer.number,
            )
        )
    else:
        st.text(
            t(
                "◇ You offer {name} {count} exhibits ({number}); not taken yet.",
                name=taker,
                count=len(transfer.items),
                number=transfer.number,
            )
        )
    st.text(", ".join(transfer.exhibit_numbers))
    st.text(t("Purpose: {purpose}", purpose=transfer.purpose))
    st.caption(t("Offered on {moment}.", moment=t.moment(transfer.prepared_at)))


def _to_me(visit: Visit, transfer: Transfer) -> None:
    t, custody = visit.t, visit.laboratory.custody
    if st.button(t("Take"), type="primary", key=f"take-{transfer.number}"):
        ask(
            TransferRequest(
                transfer=transfer,
                own=SignatureMeaning.TAKER,
                said=t("{number}: the exhibits are in your hands.", number=transfer.number),
                act=lambda confirmed: custody.take(
                    transfer.number, actor=visit.person, confirmation=confirmed.by_actor
                ),
            )
        )
    _answer(visit, transfer, t("Refuse"))


def _by_me(visit: Visit, transfer: Transfer) -> None:
    _answer(visit, transfer, visit.t("Withdraw the offer"))


def _answer(visit: Visit, transfer: Transfer, label: str) -> None:
    """Let the person end the offer with a reason: refuse it, or withdraw the own one."""
    t, custody = visit.t, visit.laboratory.custody
    step = custody.refuse if transfer.taker.name == visit.person.number else custody.withdraw
    with st.form(f"answer-{transfer.number}", border=False):
        reason, button = st.columns([4, 1.5], vertical_alignment="bottom")
        why = reason.text_input(t("Reason"), key=f"answer-reason-{transfer.number}")
        if not button.form_submit_button(label, width="stretch"):
            return
    try:
        require_session(visit)
        step(transfer.number, actor=visit.person, reason=why)
    except REFUSALS as error:
        show_refusal(error)
        return
    say(t("{number}: the exhibits stay where they are.", number=transfer.number))
    st.rerun()
