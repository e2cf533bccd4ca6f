"""Signing asks again: what is signed, what the signature means, and who signs, proved once more for this signature."""

from collections.abc import Callable
from dataclasses import dataclass, field
from types import MappingProxyType

import streamlit as st

from lims.domain.library import RecordedRelease
from lims.domain.library_import import LibraryImport
from lims.domain.record import Record
from lims.domain.signature import SignatureMeaning, TokenPin, record_digest
from lims.errors import NotPermittedError, WrongCredentialsError
from lims.services.confirming import Confirmation
from lims.translation import Translator, marked
from lims.ui.plain import REFUSALS, show_refusal
from lims.ui.session import Visit, session_token

_OPEN = "signature"
_MEANINGS = MappingProxyType(
    {
        SignatureMeaning.AUTHOR: marked(
            "You sign as the author: you made this examination, and its report says what you found."
        ),
        SignatureMeaning.TECHNICAL_REVIEWER: marked(
            "You sign as the technical reviewer: you checked this examination and agree with its report."
        ),
        SignatureMeaning.ADMINISTRATIVE_REVIEWER: marked(
            "You sign as the administrative reviewer: you checked the paper of this report, and it is right."
        ),
        SignatureMeaning.RELEASER: marked(
            "You sign as the head who issues the report: from now on it may leave the laboratory."
        ),
        SignatureMeaning.COPIER: marked(
            "You sign for this copy: it is made from what the issued report says, and names the report that decides."
        ),
        SignatureMeaning.WITHDRAWER: marked(
            "You sign that the laboratory takes the report back: whoever verifies it will be told."
        ),
    }
)
_LIBRARY_MEANINGS = MappingProxyType(
    {
        (LibraryImport.KIND, SignatureMeaning.APPROVER): marked(
            "You sign as the second person: you checked these records, and a release may hold them."
        ),
        (RecordedRelease.KIND, SignatureMeaning.RELEASER): marked(
            "You sign that the laboratory works with this release: from now on it is frozen."
        ),
    }
)
"""What a signature under a record of the library means."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SignatureRequest:
    """What a person is asked to sign, as it was when the dialog opened."""

    record: Record
    meaning: SignatureMeaning
    document_sha256: str = ""
    """Hex, of the document that exists already; empty where the signature makes it."""
    statements: tuple[str, ...] = ()
    """What else the act says, in the language of the page: the chosen reviewer, the comment, the reason."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _OpenDialog:
    """What the dialog of this browser session is about, as long as it is open."""

    request: SignatureRequest
    title: str
    act: Callable[[Confirmation], object] = field(repr=False)


def ask_to_sign(request: SignatureRequest, *, title: str, act: Callable[[Confirmation], object]) -> None:
    """Open the dialog, which ``signing_dialog`` draws at the end of the page.

    The request is kept as it was shown. If the record moves on meanwhile, the act refuses the signature.
    """
    st.session_state[_OPEN] = _OpenDialog(request=request, title=title, act=act)


def signing_dialog(visit: Visit) -> None:
    """Draw the dialog if it is open; the act is done with what the person confirms, and the page is drawn anew."""
    opened: _OpenDialog | None = st.session_state.get(_OPEN)
    if opened is None:
        return

    @st.dialog(opened.title, width="large", on_dismiss=_close)
    def dialog() -> None:
        _show(visit, opened.request)
        confirm = _entered(visit, opened.request)
        if confirm is None:
            return
        try:
            with st.spinner(visit.t("Signing")):
                require_session(visit)
                opened.act(confirm())
        except REFUSALS as error:
            show_refusal(error)
            return
        _close()
        st.rerun()

    dialog()


def _close() -> None:
    st.session_state.pop(_OPEN, None)


def require_session(visit: Visit) -> None:
    """Refuse in a dialog whose session ended after it was drawn: a dialog runs again without its page."""
    laboratory = visit.laboratory
    token = session_token(secure=laboratory.settings.web.secure)
    if not token:
        return  # no browser: the page was drawn by a test, and the proof of the person follows all the same
    person = laboratory.sessions.signed_in(token)
    if person is None or person.number != visit.person.number:
        raise NotPermittedError(f"the session of {visit.person.number} has ended")


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    """What a person typed to prove who that is."""

    password: str = field(repr=False)
    code: str = field(repr=False)


def credential_fields(visit: Visit, *, key: str, of_witness: bool = False) -> Credentials:
    """Show the fields for password and code inside a form, of the signed-in person or of a witness beside."""
    t = visit.t
    whose = t("Password of the witness") if of_witness else t("Your password")
    device = t("Code from the device of the witness") if of_witness else t("Code from your device, six digits")
    password = st.text_input(whose, type="password", key=f"{key}-password", autocomplete="off")
    code = st.text_input(device, key=f"{key}-code", autocomplete="one-time-code")
    return Credentials(password=password, code=code.strip())


def require_credentials(visit: Visit, credentials: Credentials) -> None:
    """Refuse an act that is no signature, but needs the person's presence all the same.

    Raises
    ------
    WrongCredentialsError
        If password and code are not the signed-in person's.
    """
    person = visit.person.number
    if visit.laboratory.authentication.check(person, credentials.password, credentials.code) is None:
        raise WrongCredentialsError(person)


def _show(visit: Visit, request: SignatureRequest) -> None:
    """Say what is signed, in which capacity, and by whom."""
    t, record = visit.t, request.record
    st.text(t(_LIBRARY_MEANINGS.get((record.KIND, request.meaning)) or _MEANINGS[request.meaning]))
    rows = [
        (t("Record"), _record_words(t, record)),
        (t("SHA-256 of the record"), record_digest(record)),
        (t("SHA-256 of the document"), request.document_sha256 or t("The document is made when you sign.")),
        (t("Who signs"), f"{visit.person.name}, {visit.person.post} ({visit.person.number})"),
    ]
    with st.container(border=True, gap="xsmall"):
        for label, value in rows:
            st.text(f"{label}: {value}")
        for statement in request.statements:
            st.text(statement)


def _record_words(t: Translator, record: Record) -> str:
    kinds = {
        "examination": t("Examination"),
        "report": t("Report"),
        LibraryImport.KIND: t("Import"),
        RecordedRelease.KIND: t("Release"),
    }
    return t(
        "{kind} {number}, version {version}",
        kind=kinds.get(record.KIND, record.KIND),
        number=record.number,
        version=record.version,
    )


def _entered(visit: Visit, request: SignatureRequest) -> Callable[[], Confirmation] | None:
    """Ask for password and code, or for the PIN of the person's token; None as long as nothing was sent."""
    t = visit.t
    asks_pin = visit.laboratory.desk.asks_pin(visit.person.number)
    with st.form(f"sign-{request.meaning.name}", border=False):
        if asks_pin:
            pin = st.text_input(t("PIN of your token"), type="password", autocomplete="off")
        else:
            typed = credential_fields(visit, key=f"sign-{request.meaning.name}")
        if not st.form_submit_button(t("Sign"), type="primary"):
            return None
    if asks_pin:
        return lambda: _with_pin(visit, request, pin)
    return lambda: visit.laboratory.authentication.confirm(
        visit.person.number, password=typed.password, code=typed.code, meaning=request.meaning, record=request.record
    )


def _with_pin(visit: Visit, request: SignatureRequest, pin: str) -> TokenPin:
    record = request.record
    return TokenPin(
        person=visit.person.number,
        meaning=request.meaning,
        kind=record.KIND,
        number=record.number,
        version=record.version,
        record_sha256=record_digest(record),
        confirmed_at=visit.laboratory.clock.now(),
        pin=pin,
    )
