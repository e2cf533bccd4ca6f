"""What a signing service demands before it signs, and what it writes down afterwards."""

from collections.abc import Mapping
from datetime import datetime

from lims.domain.record import Record
from lims.domain.report_content import Person
from lims.domain.signature import TOKEN_FACTOR, SignatureConfirmation, SignatureMeaning, TokenPin
from lims.domain.staff import StaffMember
from lims.errors import SignatureRefusedError
from lims.ledger.canonical import JsonValue, canonical_bytes
from lims.services.desk_ports import ReportDesk

_COMPONENTS = 2
"""Source: 21 CFR 11.200(a)(1)."""
Confirmation = SignatureConfirmation | TokenPin
"""Password and code that were checked already, or a PIN that the token will check by signing."""


def require_confirmed(
    confirmation: Confirmation, *, actor: StaffMember, meaning: SignatureMeaning, record: Record, now: datetime
) -> None:
    """Refuse to sign what the actor did not confirm.

    Raises
    ------
    SignatureRefusedError
        As for ``SignatureBinding.require``; and if a token is claimed without a PIN for it to check, or one component
        alone was proved.
    """
    if isinstance(confirmation, SignatureConfirmation) and TOKEN_FACTOR in confirmation.factors:
        raise SignatureRefusedError(f"{actor.number} claims a token; only the token itself can show that it signed")
    if isinstance(confirmation, SignatureConfirmation) and len(set(confirmation.factors)) < _COMPONENTS:
        raise SignatureRefusedError(
            f"{actor.number} proved {confirmation.factors[0]} alone; a signature needs two components: enrol a device "
            "under Account first"
        )
    confirmation.require(person=actor.number, meaning=meaning, record=record, now=now)


def pin_of(confirmation: Confirmation) -> str | None:
    """Give the PIN for the token; None where no token was chosen."""
    return confirmation.pin if isinstance(confirmation, TokenPin) else None


def signature_proof(
    confirmation: Confirmation, *, name: str, made: Mapping[str, JsonValue] | None = None
) -> dict[str, JsonValue]:
    """Write what the ledger keeps of a signature.

    Parameters
    ----------
    confirmation : SignatureConfirmation or TokenPin
        What the signature began with.
    name : str
        Of the signer, as printed.
    made : mapping, optional
        What the desk says of the signature that a key made; None where no key was used.

    Raises
    ------
    SignatureRefusedError
        If a PIN was given and no token signed.
    """
    facts = dict(made or {})
    if isinstance(confirmation, TokenPin):
        if not facts.get("token"):
            raise SignatureRefusedError(f"{confirmation.person} gave a PIN, and no token signed")
        confirmation = confirmation.used()
    return facts | confirmation.proof(name=name)


def electronic_signature(
    desk: ReportDesk, confirmation: Confirmation, *, person: Person, at: datetime
) -> dict[str, JsonValue]:
    """Make a signature that stands in the ledger alone: no key changes a document any more.

    Where a token was chosen, it signs the bytes of the confirmation.

    Raises
    ------
    SigningError
        If a token was chosen and did not sign.
    """
    pin = pin_of(confirmation)
    if pin is None:
        return signature_proof(confirmation, name=person.name)
    made = desk.sign_statement(canonical_bytes(confirmation.statement()), person=person, at=at, pin=pin)
    return signature_proof(confirmation, name=person.name, made=made)
