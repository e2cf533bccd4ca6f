"""The mechanics of checking PDF signatures with pyHanko, stricter than it where a report allows it.

pyHanko does not notice every byte that is changed in the gap where a signature is stored. The signatures of a report
fill that gap in one way only, so here the gap must be filled in that way.
"""

import asyncio
import io
import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from asn1crypto import cms  # type: ignore[import-untyped]
from cryptography import x509
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.ades.report import AdESIndeterminate
from pyhanko.sign.diff_analysis import ModificationLevel
from pyhanko.sign.fields import enumerate_sig_fields
from pyhanko.sign.validation import EmbeddedPdfSignature, SignatureCoverageLevel
from pyhanko.sign.validation.pdf_embedded import async_validate_pdf_signature
from pyhanko.sign.validation.settings import KeyUsageConstraints
from pyhanko.sign.validation.status import PdfSignatureStatus

from lims.reporting.keys import common_name, fingerprint, public_key_bytes
from lims.reporting.layout import EXPERT_FIELD, REVIEWER_FIELD
from lims.reporting.pades import READING_FAULTS
from lims.reporting.signature_check import Coverage, FieldCheck, Modification, SignatureCheck
from lims.reporting.trust import Trust
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

logging.getLogger("pyhanko.sign").setLevel(logging.ERROR)
"""What it warns of, with a traceback for every untrusted certificate and every edit, stands in the reasons."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PadesCheck:
    """One way of checking: whom to believe, when, and in which language to answer."""

    trust: Trust
    at: datetime | None
    """When chains must hold; None: at the time that each signature states."""
    t: Translator

    def examine(self, pdf: bytes) -> SignatureCheck:
        """Check every signature of a file."""
        try:
            reader = PdfFileReader(io.BytesIO(pdf))
            found = {str(name): field if value is not None else None for name, value, field in _fields(reader)}
        except READING_FAULTS:
            return self._unreadable()
        others = tuple(name for name in found if name not in _FIELDS)
        expert, reviewer = (self._examine_field(pdf, reader, name, found.get(name)) for name in _FIELDS)
        return SignatureCheck(
            readable=True,
            expert=expert,
            reviewer=reviewer,
            others=others,
            reasons=tuple(self._file_reasons(expert, reviewer, others)),
        )

    def _unreadable(self) -> SignatureCheck:
        t = self.t
        expert, reviewer = (FieldCheck(name=name, present=False, reasons=()) for name in _FIELDS)
        reasons = (t("The file cannot be read as a PDF, so its signatures were not checked."),)
        return SignatureCheck(readable=False, expert=expert, reviewer=reviewer, others=(), reasons=reasons)

    def _file_reasons(self, expert: FieldCheck, reviewer: FieldCheck, others: tuple[str, ...]) -> Iterator[str]:
        t = self.t
        if others:
            yield t("There are signature fields that a report does not have: {names}.", names=", ".join(others))
        if expert.public_key and expert.public_key == reviewer.public_key:
            yield t("Both signatures were made with the same key.")
        if (expert.present or reviewer.present) and not self.trust.checks_revocation:
            yield t("Whether certificates were revoked was not checked: no revocation list is at hand.")

    def _examine_field(self, pdf: bytes, reader: PdfFileReader, name: str, field: Any | None) -> FieldCheck:  # noqa: ANN401 - a PDF dictionary
        t = self.t
        if field is None:
            reason = t("{field}: there is no signature.", field=self._word(name))
            return FieldCheck(name=name, present=False, reasons=(reason,))
        try:
            signature = EmbeddedPdfSignature(reader, field, name)
            return self._judge(pdf, signature)
        except READING_FAULTS:
            reason = t("{field}: the signature is damaged and cannot be read.", field=self._word(name))
            return FieldCheck(name=name, present=True, reasons=(reason,))

    def _judge(self, pdf: bytes, signature: EmbeddedPdfSignature) -> FieldCheck:
        """Check one signature; what pyHanko raises on damaged ones passes through."""
        stated = _aware(signature.self_reported_timestamp)
        moment = self.at or stated
        if moment is None:
            raise ValueError("the signature states no time")
        context = self.trust.context(moment=moment)
        status: PdfSignatureStatus = asyncio.run(
            async_validate_pdf_signature(signature, signer_validation_context=context, key_usage_settings=_KEY_USAGE)
        )
        certificate = x509.load_der_x509_certificate(signature.signer_cert.dump())
        coverage = _COVERAGE.get(status.coverage or SignatureCoverageLevel.UNCLEAR, Coverage.NOTHING_CERTAIN)
        modification = _MODIFICATION[status.modification_level or ModificationLevel.OTHER]
        intact = bool(status.intact and status.valid and _gap_is_ours(pdf, signature))
        allowed = bool(status.docmdp_ok) and _is_allowed(signature.field_name, coverage, modification)
        return FieldCheck(
            name=signature.field_name,
            present=True,
            signer=common_name(certificate),
            certificate_sha256=fingerprint(certificate),
            public_key=public_key_bytes(certificate),
            signed_at=stated,
            intact=intact,
            trusted=bool(status.trusted),
            covers=coverage,
            modification=modification,
            allowed=allowed,
            reasons=tuple(
                self._reasons(
                    signature.field_name,
                    status,
                    signer=common_name(certificate),
                    moment=moment,
                    intact=intact,
                    allowed=allowed,
                )
            ),
        )

    def _reasons(
        self, name: str, status: PdfSignatureStatus, *, signer: str, moment: datetime, intact: bool, allowed: bool
    ) -> Iterator[str]:
        t, word = self.t, self._word(name)
        if not intact:
            yield t("{field}: what {signer} signed was changed afterwards.", field=word, signer=signer)
            return
        yield t("{field}: signed by {signer}; what was signed is unchanged.", field=word, signer=signer)
        if not allowed:
            yield t("{field}: something was added to the file that this signature does not allow.", field=word)
        yield self._trust_reason(word, status, moment=moment)

    def _trust_reason(self, word: str, status: PdfSignatureStatus, *, moment: datetime) -> str:
        t, said = self.t, self.t.moment(moment)
        if status.trusted:
            return t(
                "{field}: the certificate leads to a trusted root and was valid on {moment}.", field=word, moment=said
            )
        if status.trust_problem_indic in _REVOKED:
            return t("{field}: the certificate was revoked.", field=word)
        if status.trust_problem_indic in _OUT_OF_TIME:
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


def _is_allowed(name: str, coverage: Coverage, modification: Modification) -> bool:
    """Allow nothing after the reviewer's signature, and nothing but that signature after the expert's."""
    if coverage is Coverage.FILE:
        return modification is Modification.NONE
    only_signed = modification in {Modification.NONE, Modification.FORM_FILLING}
    return name == EXPERT_FIELD.name and coverage is Coverage.REVISION and only_signed


def _gap_is_ours(pdf: bytes, signature: EmbeddedPdfSignature) -> bool:
    """Tell whether the gap between the signed ranges holds the signature in its one canonical form, padded with zeros.

    Hexadecimal digits of either case, other padding, or a looser encoding of the same structure would leave pyHanko's
    verdict unchanged.
    """
    start, length, resume, _ = (int(number) for number in signature.byte_range)
    gap = pdf[start + length : resume]
    structure = cms.ContentInfo.load(signature.pkcs7_content).dump(force=True)
    digits = structure.hex().upper().encode()
    return bool(gap == b"<" + digits + b"0" * (len(gap) - len(digits) - 2) + b">")
