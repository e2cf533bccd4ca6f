"""The dialog before exhibits move: the list as it will be recorded, and the people who confirm it, each once more."""

from collections.abc import Callable
from dataclasses import dataclass, field

import streamlit as st

from lims.domain.signature import SignatureConfirmation, SignatureMeaning
from lims.domain.transfer import Transfer
from lims.errors import InvalidRecordError
from lims.translation import marked
from lims.ui.custody_words import Names, holder_words, transfer_words
from lims.ui.plain import REFUSALS, show_refusal
from lims.ui.session import Visit
from lims.ui.signing import Credentials, credential_fields, require_session

_OPEN, _SAID = "transfer-dialog", "custody-said"
_MEANINGS = {
    SignatureMeaning.GIVER: marked("You confirm that these exhibits go out of your hands."),
    SignatureMeaning.TAKER: marked("You confirm that you have these exhibits in your hands now, all of them."),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirmed:
    """Who confirmed the list; None where that person was not asked."""

    own: SignatureConfirmation | None = None
    witness: SignatureConfirmation | None = None

    @property
    def by_both(self) -> tuple[SignatureConfirmation, SignatureConfirmation]:
        """Give both confirmations.

        Raises
        ------
        InvalidRecordError
            If one is missing.
        """
        if self.witness is None:
            raise InvalidRecordError("no second person confirmed; a witness has to")
        return self.by_actor, self.witness

    @property
    def by_actor(self) -> SignatureConfirmation:
        """Give the signed-in person's confirmation.

        Raises
        ------
        InvalidRecordError
            If that person was not asked.
        """
        if self.own is None:
            raise InvalidRecordError("nobody confirmed; the person who acts has to")
        return self.own


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferRequest:
    """A list as it was when the dialog opened."""

    transfer: Transfer
    own: SignatureMeaning | None
    """In which capacity the signed-in person confirms; None: pressing the button is enough."""
    said: str
    """What the page says when it is done."""
    act: Callable[[Confirmed], object] = field(repr=False)
    done: Callable[[], None] = field(repr=False, default=lambda: None)
    """Done by the page afterwards."""


def ask(request: TransferRequest) -> None:
    """Open the dialog, which ``transfer_dialog`` draws when the page is drawn anew."""
    st.session_state[_OPEN] = request
    st.rerun()


def say(words: str) -> None:
    """Keep what the page says once when it is drawn anew."""
    st.session_state[_SAID] = words


def last_words() -> str:
    """Give what was kept, once."""
    return str(st.session_state.pop(_SAID, ""))


def transfer_dialog(visit: Visit, names: Names) -> None:
    """Draw the dialog if it is open; the act is done with what people confirm, and the page is drawn anew."""
    request: TransferRequest | None = st.session_state.get(_OPEN)
    if request is None:
        return
    title = transfer_words(visit.t, request.transfer.kind)

    @st.dialog(title, width="large", on_dismiss=_close)
    def dialog() -> None:
        _show(visit, request, names)
        confirm = _entered(visit, request, names)
        if confirm is None:
            return
        try:
            require_session(visit)
            request.act(confirm())
        except REFUSALS as error:
            show_refusal(error)
            return
        _close()
        request.done()
        say(request.said)
        st.rerun()

    dialog()


def _close() -> None:
    st.session_state.pop(_OPEN, None)


def _show(visit: Visit, request: TransferRequest, names: Names) -> None:
    """Repeat what will be recorded."""
    t, transfer = visit.t, request.transfer
    with st.container(border=True, gap="xsmall"):
        st.text(
            t(
                "{number}: {count} exhibits, then {where}",
                number=transfer.number,
                count=len(transfer.items),
                where=holder_words(t, transfer.taker, names),
            )
        )
        st.text(", ".join(transfer.exhibit_numbers))
        st.text(t("Purpose: {purpose}", purpose=transfer.purpose))
        if transfer.expected_return is not None:
            st.text(t("Back by: {day}", day=t.date(transfer.expected_return)))
        if transfer.witness:
            st.text(t("Witness: {name}", name=names.get(transfer.witness, transfer.witness)))


def _entered(visit: Visit, request: TransferRequest, names: Names) -> Callable[[], Confirmed] | None:
    """Ask for what each person has to prove; None as long as nothing was sent."""
    t, witness = visit.t, request.transfer.witness
    own = second = None
    with st.form("transfer-confirm", border=False):
        if request.own is not None:
            st.text(t(_MEANINGS[request.own]))
            own = credential_fields(visit, key="transfer-own")
        if witness:
            st.text(t("Witness: {name}", name=names.get(witness, witness)))
            second = credential_fields(visit, key="transfer-witness", of_witness=True)
        if not st.form_submit_button(t("Record"), type="primary"):
            return None
    return lambda: _confirmed(visit, request, own, second)


def _confirmed(
    visit: Visit, request: TransferRequest, own: Credentials | None, witness: Credentials | None
) -> Confirmed:
    def confirm(number: str, typed: Credentials, meaning: SignatureMeaning) -> SignatureConfirmation:
        return visit.laboratory.authentication.confirm(
            number, password=typed.password, code=typed.code, meaning=meaning, record=request.transfer
        )

    return Confirmed(
        own=confirm(visit.person.number, own, request.own) if own and request.own else None,
        witness=confirm(request.transfer.witness, witness, SignatureMeaning.WITNESS) if witness else None,
    )
