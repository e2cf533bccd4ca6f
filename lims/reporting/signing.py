"""Two persons sign a report: the expert certifies it as its author, the reviewer's signature locks it.

Who signs when, with which key, at which level, is decided here; ``assurance`` gets what the level needs, ``pades``
signs.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from lims.errors import SigningError
from lims.reporting.assurance import PLAIN, SigningTerms, assure
from lims.reporting.detached import ElsewhereKey
from lims.reporting.fonts import require_sign_font
from lims.reporting.keys import CertifiedKey, names_agree, public_key_bytes
from lims.reporting.layout import EXPERT_FIELD, REVIEWER_FIELD, SignatureField
from lims.reporting.pades import FieldState, add_fields, attached_data, field_states, sign, stamp_document
from lims.reporting.signature_check import Coverage, check_field, check_signatures, named_person
from lims.reporting.trust import Trust
from lims.signing_settings import SignatureLevel
from lims.translation import Translator

__all__ = ["SignedPdf", "SigningTerms", "prepare", "sign_as_expert", "sign_as_reviewer"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedPdf:
    """A document after one more signature, with what a ledger wants to know of it."""

    pdf: bytes
    field: str
    signer: str
    """The holder named in the certificate."""
    certificate_sha256: str
    level: SignatureLevel
    """That the file has now: an expert's signature of a report at B-LTA is at B-LT until the reviewer signs."""
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
    terms: SigningTerms = PLAIN,
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
    terms : SigningTerms
        The level, which must be the one that the document states, and who confirms it.

    Raises
    ------
    SigningError
        If the document is not the prepared report of that number or names another person or level, the chain is not
        trusted at that moment, a development key is to sign a report that claims to be evidence, or a service that
        the level needs is away. Nothing was signed then.
    DocumentError
        If the holder's name has a letter that cannot be drawn.
    """
    _require_states(pdf, expert_signed=False)
    data = _require_report(pdf, key, number=number)
    trust = Trust.read(trust_roots, revocation_lists)
    act = _Act(key=key, field=EXPERT_FIELD, number=number, at=at, terms=terms, trust=trust, t=translator)
    return act.done(pdf, data, role=translator("Signed as the author of the report"))


def sign_as_reviewer(
    pdf: bytes,
    key: CertifiedKey,
    *,
    number: str,
    at: datetime,
    translator: Translator,
    trust_roots: Sequence[bytes],
    revocation_lists: Sequence[bytes] = (),
    terms: SigningTerms = PLAIN,
) -> SignedPdf:
    """Sign a certified document as its reviewer, which locks it.

    Parameters
    ----------
    pdf : bytes
        From ``sign_as_expert``.
    key : CertifiedKey
        The reviewer's: another certificate and another key than the expert's.
    number, at, translator, trust_roots, revocation_lists, terms
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
    data = _require_report(pdf, key, number=number)
    trust = Trust.read(trust_roots, revocation_lists)
    _require_second_person(pdf, key, at=at, roots=(*trust_roots, *terms.time_roots), lists=revocation_lists)
    act = _Act(key=key, field=REVIEWER_FIELD, number=number, at=at, terms=terms, trust=trust, t=translator)
    return act.done(pdf, data, role=translator("Signed as the reviewer of the report"))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Act:
    """One signature of one person."""

    key: CertifiedKey
    field: SignatureField
    number: str
    at: datetime
    terms: SigningTerms
    trust: Trust
    t: Translator

    def done(self, pdf: bytes, data: Mapping[str, Any], *, role: str) -> SignedPdf:
        """Get what the level needs, sign, and look at what was made."""
        key, lines = self.key, self._lines(role)
        require_sign_font("\n".join(lines))
        _require_stated(data, key, self.field, level=self.terms.level)
        sure = assure(key, self.terms, trust=self.trust, at=self.at)
        certifies = self.field is EXPERT_FIELD
        signed = sign(pdf, key, self.field, at=self.at, lines=lines, reason=role, certify=certifies, assurance=sure)
        if self.terms.level is SignatureLevel.ARCHIVE and not certifies:
            signed = stamp_document(signed, sure)
        level = self.terms.level.of_one_signature if certifies else self.terms.level
        self._require_reached(signed, level)
        return SignedPdf(
            pdf=signed,
            field=self.field.name,
            signer=key.holder,
            certificate_sha256=key.certificate_sha256,
            level=level,
            signed_at=self.at.astimezone(UTC),
            sha256_before=hashlib.sha256(pdf).hexdigest(),
            sha256_after=hashlib.sha256(signed).hexdigest(),
        )

    def _lines(self, role: str) -> tuple[str, ...]:
        t, key = self.t, self.key
        return (
            key.holder,
            role,
            t("Report {number}", number=self.number),
            t.moment(self.at),
            t("Signature level {level}", level=self.terms.level),
            t("Certificate issued by {issuer}", issuer=key.issuer),
        )

    def _require_reached(self, signed: bytes, level: SignatureLevel) -> None:
        """Refuse a document that would state a level that it does not have.

        A signature of our own at B-B asks nobody, so it cannot fail to be one.
        """
        if not level.stamped and not isinstance(self.key, ElsewhereKey):
            return
        roots = (*self.trust.pem_roots, *self.terms.time_roots)
        found = check_field(signed, self.field.name, trust_roots=roots)
        if not found.valid or found.level is not level:
            raise SigningError(
                f"the document would state {level}, but has {found.level or 'no level'}: {' '.join(found.reasons)}"
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


def _require_report(pdf: bytes, key: CertifiedKey, *, number: str) -> Mapping[str, Any]:
    """Refuse a document that is not the report that the signer means, or a demonstration key on evidence.

    Returns
    -------
    mapping
        The document's data.
    """
    data = attached_data(pdf)
    if data is None:
        raise SigningError("the document carries no report data: it was not composed here")
    if data.get("number") != number:
        raise SigningError(f"the document is report {data.get('number')}, not {number}")
    if key.demonstration and data.get("evidence") is not False:
        raise SigningError(f"the development key of {key.holder} cannot sign evidence")
    return data


def _require_stated(
    data: Mapping[str, Any], key: CertifiedKey, field: SignatureField, *, level: SignatureLevel
) -> None:
    """Refuse a document that names another person for the field, or states another level than will be made."""
    stated = data.get("signature_level", SignatureLevel.BASIC)
    if stated != level:
        raise SigningError(
            f"the document states the level {stated}, and [signing] of the settings says {level}: sign it with the "
            f"setting with which it was drafted, or draft it again"
        )
    person = named_person(data, field.name)
    if person and not names_agree(person, key.holder):
        raise SigningError(f"the document names {person} as {field.name}; the certificate is that of {key.holder}")


def _require_second_person(
    pdf: bytes, key: CertifiedKey, *, at: datetime, roots: Sequence[bytes], lists: Sequence[bytes]
) -> None:
    """Refuse a reviewer who is the expert, or a document whose expert's signature would not hold."""
    first = check_signatures(pdf, trust_roots=roots, revocation_lists=lists).expert
    if not first.valid or first.covers is not Coverage.FILE:
        raise SigningError(f"the expert's signature does not hold: {' '.join(first.reasons)}")
    if first.signed_at is not None and at < first.signed_at:
        raise SigningError("the reviewer cannot sign before the expert")
    same_key = first.public_key == public_key_bytes(key.certificate)
    if same_key or first.certificate_sha256 == key.certificate_sha256:
        raise SigningError(f"{key.holder} signed as the expert and cannot sign as the reviewer")
