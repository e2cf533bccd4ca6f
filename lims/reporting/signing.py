"""Two persons sign a report: the expert certifies it as its author, the reviewer's signature locks it.

Who signs when, with which key, is decided here; ``pades`` does it.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from lims.errors import SigningError
from lims.reporting.fonts import require_sign_font
from lims.reporting.keys import CertifiedKey, public_key_bytes
from lims.reporting.layout import EXPERT_FIELD, REVIEWER_FIELD, SIGNATURE_LEVEL, SignatureField
from lims.reporting.pades import FieldState, add_fields, attached_data, field_states, sign
from lims.reporting.signature_check import Coverage, check_signatures
from lims.reporting.trust import Trust
from lims.translation import Translator

__all__ = ["SIGNATURE_LEVEL", "SignedPdf", "prepare", "sign_as_expert", "sign_as_reviewer"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedPdf:
    """A document after one more signature, with what a ledger wants to know of it."""

    pdf: bytes
    field: str
    signer: str
    """The holder named in the certificate."""
    certificate_sha256: str
    level: str
    signed_at: datetime
    sha256_before: str
    sha256_after: str


def prepare(pdf: bytes) -> bytes:
    """Put both empty signature fields on the last page, over the boxes that the template drew there.

    Raises
    ------
    SigningError
        If the document cannot be read or has signature fields already.
    """
    present = field_states(pdf)
    if present:
        raise SigningError(f"the document already has the signature field {present[0].name}")
    return add_fields(pdf)


def sign_as_expert(
    pdf: bytes,
    key: CertifiedKey,
    *,
    number: str,
    at: datetime,
    translator: Translator,
    trust_roots: Sequence[bytes],
    revocation_lists: Sequence[bytes] = (),
) -> SignedPdf:
    """Certify a prepared document as its author; from now on only the reviewer's field may be filled.

    Parameters
    ----------
    pdf : bytes
        From ``prepare``.
    key : CertifiedKey
        The expert's.
    number : str
        Of the report that the expert means to sign; compared with the document's own data.
    at : datetime
        Aware; the time of the act.
    translator : Translator
        Of the report's language, for the words in the box.
    trust_roots : sequence of bytes
        PEM; the chain of the key must lead to one of them.
    revocation_lists : sequence of bytes
        CRLs; see ``trust.Trust``.

    Raises
    ------
    SigningError
        If the document is not the prepared report of that number, the chain is not trusted at that moment, or a
        development key is to sign a report that claims to be evidence.
    DocumentError
        If the holder's name has a letter that cannot be drawn.
    """
    _require_states(pdf, expert_signed=False)
    _require_report(pdf, key, number=number)
    Trust.read(trust_roots, revocation_lists).require(key, at=at)
    role = translator("Signed as the author of the report")
    return _signed(pdf, key, EXPERT_FIELD, role=role, number=number, at=at, t=translator)


def sign_as_reviewer(
    pdf: bytes,
    key: CertifiedKey,
    *,
    number: str,
    at: datetime,
    translator: Translator,
    trust_roots: Sequence[bytes],
    revocation_lists: Sequence[bytes] = (),
) -> SignedPdf:
    """Sign a certified document as its reviewer, which locks it.

    Parameters
    ----------
    pdf : bytes
        From ``sign_as_expert``.
    key : CertifiedKey
        The reviewer's: another certificate and another key than the expert's.
    number, at, translator, trust_roots, revocation_lists
        As for ``sign_as_expert``.

    Raises
    ------
    SigningError
        As for ``sign_as_expert``; and if the expert's signature is not valid, is younger than this one, or was made
        with the same certificate or key.
    DocumentError
        If the holder's name has a letter that cannot be drawn.
    """
    _require_states(pdf, expert_signed=True)
    _require_report(pdf, key, number=number)
    _require_second_person(pdf, key, at=at, trust_roots=trust_roots, revocation_lists=revocation_lists)
    Trust.read(trust_roots, revocation_lists).require(key, at=at)
    role = translator("Signed as the reviewer of the report")
    return _signed(pdf, key, REVIEWER_FIELD, role=role, number=number, at=at, t=translator)


def _signed(
    pdf: bytes, key: CertifiedKey, field: SignatureField, *, role: str, number: str, at: datetime, t: Translator
) -> SignedPdf:
    lines = (
        key.holder,
        role,
        t("Report {number}", number=number),
        t.moment(at),
        t("Signature level {level}", level=SIGNATURE_LEVEL),
        t("Certificate issued by {issuer}", issuer=key.issuer),
    )
    require_sign_font("\n".join(lines))
    signed = sign(pdf, key, field, at=at, lines=lines, reason=role, certify=field is EXPERT_FIELD)
    return SignedPdf(
        pdf=signed,
        field=field.name,
        signer=key.holder,
        certificate_sha256=key.certificate_sha256,
        level=SIGNATURE_LEVEL,
        signed_at=at.astimezone(UTC),
        sha256_before=hashlib.sha256(pdf).hexdigest(),
        sha256_after=hashlib.sha256(signed).hexdigest(),
    )


def _require_states(pdf: bytes, *, expert_signed: bool) -> None:
    expected = {
        FieldState(name=EXPERT_FIELD.name, signed=expert_signed),
        FieldState(name=REVIEWER_FIELD.name, signed=False),
    }
    found = field_states(pdf)
    if set(found) != expected or len(found) != len(expected):
        words = ", ".join(f"{state.name} {'signed' if state.signed else 'empty'}" for state in found) or "none"
        wanted = "Expert signed and Reviewer empty" if expert_signed else "Expert and Reviewer, both empty"
        raise SigningError(f"signature fields of the document: {words}; expected {wanted}")


def _require_report(pdf: bytes, key: CertifiedKey, *, number: str) -> None:
    """Refuse a document that is not the report that the signer means, or a demonstration key on evidence."""
    data = attached_data(pdf)
    if data is None:
        raise SigningError("the document carries no report data: it was not composed here")
    if data.get("number") != number:
        raise SigningError(f"the document is report {data.get('number')}, not {number}")
    if key.demonstration and data.get("evidence") is not False:
        raise SigningError(f"the development key of {key.holder} cannot sign evidence")


def _require_second_person(
    pdf: bytes, key: CertifiedKey, *, at: datetime, trust_roots: Sequence[bytes], revocation_lists: Sequence[bytes]
) -> None:
    """Refuse a reviewer who is the expert, or a document whose expert's signature would not hold."""
    first = check_signatures(pdf, trust_roots=trust_roots, revocation_lists=revocation_lists).expert
    if not first.valid or first.covers is not Coverage.FILE:
        raise SigningError(f"the expert's signature does not hold: {' '.join(first.reasons)}")
    if first.signed_at is not None and at < first.signed_at:
        raise SigningError("the reviewer cannot sign before the expert")
    same_key = first.public_key == public_key_bytes(key.certificate)
    if same_key or first.certificate_sha256 == key.certificate_sha256:
        raise SigningError(f"{key.holder} signed as the expert and cannot sign as the reviewer")
