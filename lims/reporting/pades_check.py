"""The mechanics of checking PDF signatures with pyHanko, stricter than it where a report allows it."""

import asyncio
import io
import logging
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from cryptography import x509
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.ades.report import AdESIndeterminate
from pyhanko.sign.diff_analysis import ModificationLevel
from pyhanko.sign.fields import enumerate_sig_fields
from pyhanko.sign.validation import EmbeddedPdfSignature, SignatureCoverageLevel
from pyhanko.sign.validation.pdf_embedded import async_validate_pdf_signature
from pyhanko.sign.validation.settings import KeyUsageConstraints
from pyhanko.sign.validation.status import PdfSignatureStatus

from lims.reporting.keys import common_name, fingerprint, may_sign, names_agree, public_key_bytes
from lims.reporting.layout import EXPERT_FIELD, REVIEWER_FIELD, STAMP_FIELD
from lims.reporting.pades import READING_FAULTS, attached_data
from lims.reporting.signature_check import (
    Coverage,
    FieldCheck,
    Modification,
    SignatureCheck,
    named_person,
    stated_level,
)
from lims.reporting.stamp_check import StampFound, document_stamp, embedded_data, gap_is_ours, signature_stamp
from lims.reporting.trust import NOTHING, Trust, ValidationData
from lims.signing_settings import SignatureLevel
from lims.translation import Translator

_COVERAGE = {
    SignatureCoverageLevel.UNCLEAR: Coverage.NOTHING_CERTAIN,
    SignatureCoverageLevel.CONTIGUOUS_BLOCK_FROM_START: Coverage.BEGINNING,
    SignatureCoverageLevel.ENTIRE_REVISION: Coverage.REVISION,
    SignatureCoverageLevel.ENTIRE_FILE: Coverage.FILE,
}
_MODIFICATION = {
    ModificationLevel.NONE: Modification.NONE,
    ModificationLevel.LTA_UPDATES: Modification.LONG_TERM_DATA,
    ModificationLevel.FORM_FILLING: Modification.FORM_FILLING,
    ModificationLevel.ANNOTATIONS: Modification.ANNOTATIONS,
    ModificationLevel.OTHER: Modification.OTHER,
}
_FIELDS = (EXPERT_FIELD.name, REVIEWER_FIELD.name)
_KEY_USAGE = KeyUsageConstraints(key_usage={"digital_signature"})
_OUT_OF_TIME = {
    AdESIndeterminate.OUT_OF_BOUNDS_NO_POE,
    AdESIndeterminate.OUT_OF_BOUNDS_NOT_REVOKED,
    AdESIndeterminate.EXPIRED,
    AdESIndeterminate.NOT_YET_VALID,
}
_NO_CHAIN = {
    AdESIndeterminate.NO_CERTIFICATE_CHAIN_FOUND,
    AdESIndeterminate.CERTIFICATE_CHAIN_GENERAL_FAILURE,
    AdESIndeterminate.CHAIN_CONSTRAINTS_FAILURE,
}
_REVOKED = {AdESIndeterminate.REVOKED_NO_POE, AdESIndeterminate.REVOKED_CA_NO_POE}

for _name in ("pyhanko.sign", "pyhanko_certvalidator"):
    logging.getLogger(_name).setLevel(logging.ERROR)
"""What it warns of, with a traceback for every untrusted certificate and every edit, stands in the reasons."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _File:
    """What was found in a file before its signatures are judged."""

    pdf: bytes
    reader: PdfFileReader
    stated: SignatureLevel | None
    data: Mapping[str, Any]
    """The report data that are attached; empty if there are none."""
    said: ValidationData
    """What the file keeps of the authorities' words; nothing where it states a level without them."""
    stamp: "StampFound | None" = None
    """The time stamp over the whole file."""

    @property
    def archived_at(self) -> datetime | None:
        """When the time stamp over the whole file proves that it existed, if that is believed."""
        return self.stamp.at if self.stamp is not None and self.stamp.believed else None


@dataclass(frozen=True, slots=True, kw_only=True)
class PadesCheck:
    """One way of checking: whom to believe, when, and in which language to answer."""

    trust: Trust
    at: datetime | None
    """When chains must hold that no time stamp settles; None: at the time that each signature or stamp states."""
    t: Translator

    def examine(self, pdf: bytes) -> SignatureCheck:
        """Check every signature of a file."""
        try:
            reader = PdfFileReader(io.BytesIO(pdf))
            found = {str(name): field if value is not None else None for name, value, field in _fields(reader)}
        except READING_FAULTS:
            return self._unreadable()
        file = self._opened(pdf, reader, found)
        expected = _FIELDS if file.stamp is None else (*_FIELDS, STAMP_FIELD)
        others = tuple(name for name in found if name not in expected)
        expert, reviewer = (self._examine_field(file, name, found.get(name)) for name in _FIELDS)
        check = SignatureCheck(
            readable=True,
            expert=expert,
            reviewer=reviewer,
            others=others,
            reasons=(),
            stated_level=file.stated,
            stamped_at=file.archived_at,
        )
        return replace(check, reasons=tuple(self._file_reasons(file, check)))

    def examine_one(self, pdf: bytes, name: str) -> FieldCheck:
        """Check one of the two fields, for whoever has just signed it."""
        try:
            reader = PdfFileReader(io.BytesIO(pdf))
            found = {str(name): field if value is not None else None for name, value, field in _fields(reader)}
        except READING_FAULTS:
            return FieldCheck(name=name, present=False, reasons=self._unreadable().reasons)
        return self._examine_field(self._opened(pdf, reader, found), name, found.get(name))

    def _unreadable(self) -> SignatureCheck:
        t = self.t
        expert, reviewer = (FieldCheck(name=name, present=False, reasons=()) for name in _FIELDS)
        reasons = (t("The file cannot be read as a PDF, so its signatures were not checked."),)
        return SignatureCheck(readable=False, expert=expert, reviewer=reviewer, others=(), reasons=reasons)

    def _opened(self, pdf: bytes, reader: PdfFileReader, found: Mapping[str, Any]) -> _File:
        """Find out what the file states and what it keeps, then look at the time stamp over it."""
        data = attached_data(pdf)
        stated = None if data is None else stated_level(data)
        said = embedded_data(reader) if stated is None or stated.long_term else NOTHING
        file = _File(pdf=pdf, reader=reader, stated=stated, data=data or {}, said=said)
        field = found.get(STAMP_FIELD)
        if field is None or (stated is not None and stated is not SignatureLevel.ARCHIVE):
            return file
        return replace(file, stamp=document_stamp(pdf, reader, field, trust=self.trust, data=said, at=self.at))

    def _file_reasons(self, file: _File, check: SignatureCheck) -> Iterator[str]:
        t, expert, reviewer = self.t, check.expert, check.reviewer
        if check.others:
            yield t("There are signature fields that a report does not have: {names}.", names=", ".join(check.others))
        if expert.public_key and expert.public_key == reviewer.public_key:
            yield t("Both signatures were made with the same key.")
        if not (expert.present or reviewer.present):
            return
        if not (self.trust.checks_revocation or file.said.checks_revocation):
            yield t("Whether certificates were revoked was not checked: no revocation list is at hand.")
        if file.archived_at is not None:
            yield t(
                "A time stamp over the whole file proves that it existed on {moment}.",
                moment=t.moment(file.archived_at),
            )
        elif file.stamp is not None:
            yield t("The time stamp over the whole file does not hold, or its service is not trusted.")
        if check.stated_level is not None and expert.present and reviewer.present and not check.reaches_level:
            found = t("none") if check.level is None else check.level
            yield t(
                "The report states signature level {stated}; found was {found}.", stated=check.stated_level, found=found
            )

    def _examine_field(self, file: _File, name: str, field: Any | None) -> FieldCheck:  # noqa: ANN401 - a PDF dictionary
        t = self.t
        if field is None:
            reason = t("{field}: there is no signature.", field=self._word(name))
            return FieldCheck(name=name, present=False, reasons=(reason,))
        try:
            return self._judge(file, EmbeddedPdfSignature(file.reader, field, name))
        except READING_FAULTS:
            reason = t("{field}: the signature is damaged and cannot be read.", field=self._word(name))
            return FieldCheck(name=name, present=True, reasons=(reason,))

    def _judge(self, file: _File, signature: EmbeddedPdfSignature) -> FieldCheck:
        """Check one signature; what pyHanko raises on damaged ones passes through."""
        stated = _aware(signature.self_reported_timestamp)
        stamp = signature_stamp(signature, trust=self.trust, data=file.said, at=file.archived_at or self.at)
        proven = stamp.at if stamp is not None and stamp.believed else None
        moment = proven or self.at or stated
        if moment is None:
            raise ValueError("the signature states no time")
        own = self.trust.without_lists if file.said.checks_revocation else self.trust  # lists are asked below
        context = own.context(moment=moment, data=file.said)
        status: PdfSignatureStatus = asyncio.run(
            async_validate_pdf_signature(
                signature,
                signer_validation_context=context,
                ts_validation_context=self.trust.without_lists.context(moment=moment),
                key_usage_settings=_KEY_USAGE,
            )
        )
        certificate = x509.load_der_x509_certificate(signature.signer_cert.dump())
        coverage = _COVERAGE.get(status.coverage or SignatureCoverageLevel.UNCLEAR, Coverage.NOTHING_CERTAIN)
        modification = _MODIFICATION[status.modification_level or ModificationLevel.OTHER]
        intact = bool(status.intact and status.valid and gap_is_ours(file.pdf, signature))
        stamped = file.stamp is not None and file.stamp.last
        allowed = bool(status.docmdp_ok) and _is_allowed(signature.field_name, coverage, modification, stamped=stamped)
        revoked = self.trust.revoked(signature.signer_cert, at=moment, data=_certificates(signature, file.said).silent)
        usable = may_sign(certificate)
        person = named_person(file.data, signature.field_name)
        found = FieldCheck(
            name=signature.field_name,
            present=True,
            signer=common_name(certificate),
            certificate_sha256=fingerprint(certificate),
            public_key=public_key_bytes(certificate),
            signed_at=stated,
            stamped_at=proven,
            stamped_by=stamp.service if stamp is not None and stamp.believed else "",
            intact=intact,
            trusted=bool(status.trusted) and not revoked and usable,
            person=person,
            of_person=not person or names_agree(person, common_name(certificate)),
            covers=coverage,
            modification=modification,
            allowed=allowed,
            level=_level(signature, stamp, file, trust=self.trust, moment=moment) if intact else None,
            reasons=(),
        )
        in_time = certificate.not_valid_before_utc <= moment <= certificate.not_valid_after_utc
        doubt = _Doubt(status=status, revoked=revoked, usable=usable, in_time=in_time, stamp=stamp, moment=moment)
        return replace(found, reasons=tuple(self._reasons(found, doubt)))

    def _reasons(self, found: FieldCheck, doubt: "_Doubt") -> Iterator[str]:
        t, word = self.t, self._word(found.name)
        if not found.intact:
            yield t("{field}: what {signer} signed was changed afterwards.", field=word, signer=found.signer)
            return
        yield t("{field}: signed by {signer}; what was signed is unchanged.", field=word, signer=found.signer)
        if not found.allowed:
            yield t("{field}: something was added to the file that this signature does not allow.", field=word)
        if not found.of_person:
            yield t("{field}: the document names {person}.", field=word, person=found.person)
        if found.stamped_at is not None:
            yield t(
                "{field}: a time stamp of {service} proves that the signature existed on {moment}.",
                field=word,
                service=found.stamped_by,
                moment=t.moment(found.stamped_at),
            )
        elif doubt.stamp is not None:
            yield t(
                "{field}: its time stamp does not hold, or its service is not trusted; the time of signing is not "
                "proven.",
                field=word,
            )
        yield self._trust_reason(word, doubt)

    def _trust_reason(self, word: str, doubt: "_Doubt") -> str:
        t, said, status = self.t, self.t.moment(doubt.moment), doubt.status
        if doubt.revoked or status.trust_problem_indic in _REVOKED:
            return t("{field}: the certificate was revoked.", field=word)
        if not doubt.usable:
            return t("{field}: the certificate is not made for digital signatures.", field=word)
        if status.trusted:
            return t(
                "{field}: the certificate leads to a trusted root and was valid on {moment}.", field=word, moment=said
            )
        if not doubt.in_time or status.trust_problem_indic in _OUT_OF_TIME:
            return t("{field}: the certificate was not valid on {moment}.", field=word, moment=said)
        if status.trust_problem_indic in _NO_CHAIN:
            return t("{field}: the certificate does not lead to a trusted root.", field=word)
        return t("{field}: the certificate cannot be trusted.", field=word)

    def _word(self, name: str) -> str:
        t = self.t
        return t("Expert") if name == EXPERT_FIELD.name else t("Reviewer")


def _fields(reader: PdfFileReader) -> Iterator[tuple[str, Any, Any]]:
    yield from enumerate_sig_fields(reader)


def _aware(moment: datetime | None) -> datetime | None:
    """Take a time without an offset as UTC."""
    if moment is None or moment.utcoffset() is not None:
        return moment
    return moment.replace(tzinfo=UTC)


def _is_allowed(name: str, coverage: Coverage, modification: Modification, *, stamped: bool) -> bool:
    """Allow nothing after the reviewer's signature but the time stamp over the whole file, and after the expert's both.

    ``stamped``: that time stamp is there, and nothing follows it.
    """
    if coverage is Coverage.FILE:
        return modification is Modification.NONE
    if coverage is not Coverage.REVISION:
        return False
    if name == EXPERT_FIELD.name:
        return modification in {Modification.NONE, Modification.FORM_FILLING, Modification.LONG_TERM_DATA}
    return stamped and modification in {Modification.NONE, Modification.LONG_TERM_DATA}


def _level(
    signature: EmbeddedPdfSignature, stamp: StampFound | None, file: _File, *, trust: Trust, moment: datetime
) -> SignatureLevel:
    """Tell how far an intact signature goes; each level holds what the one below it holds."""
    if stamp is None or not stamp.believed:
        return SignatureLevel.BASIC
    data = _certificates(signature, file.said)
    shown = trust.holds(signature.signer_cert, at=moment, data=data)
    if not (shown and trust.holds(stamp.certificate, at=stamp.at, data=stamp.beside(file.said))):
        return SignatureLevel.TIME
    if file.archived_at is None or file.stamp is None:
        return SignatureLevel.LONG_TERM
    last = file.stamp
    kept = trust.holds(last.certificate, at=last.at, data=last.beside(file.said))
    return SignatureLevel.ARCHIVE if kept else SignatureLevel.LONG_TERM


def _certificates(signature: EmbeddedPdfSignature, said: ValidationData) -> ValidationData:
    """Add the certificates of a signature to what the file keeps."""
    return said.beside(signature.other_embedded_certs)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Doubt:
    """What there is to say about the trust in a signature."""

    status: PdfSignatureStatus
    revoked: bool
    usable: bool
    in_time: bool
    """The moment that counts lies between the certificate's first and last."""
    stamp: StampFound | None
    moment: datetime
