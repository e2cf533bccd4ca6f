"""Checks of time stamps and of what a document keeps for later: revocation lists, answers of responders, certificates.

pyHanko does not notice every byte that is changed in the gap where a signature is stored. The signatures of a report
fill that gap in one way only, so here the gap must be filled in that way.
"""

import asyncio
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from asn1crypto import cms, crl, ocsp  # type: ignore[import-untyped]
from asn1crypto import x509 as asn1_x509
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.general import SignedDataCerts, extract_certificate_info
from pyhanko.sign.validation import EmbeddedPdfSignature, SignatureCoverageLevel
from pyhanko.sign.validation.generic_cms import (
    extract_tst_data_iter,
    message_imprint_checker,
    validate_tst_signed_data,
)
from pyhanko.sign.validation.pdf_embedded import async_validate_pdf_timestamp
from pyhanko.sign.validation.status import TimestampSignatureStatus
from pyhanko_certvalidator import ValidationContext

from lims.reporting.layout import STAMP_FIELD
from lims.reporting.pades import READING_FAULTS
from lims.reporting.strict_der import is_strict_der
from lims.reporting.trust import NOTHING, Trust, ValidationData


@dataclass(frozen=True, slots=True, kw_only=True)
class StampFound:
    """A time stamp of a document."""

    at: datetime
    """When the service says that it made it."""
    certificate: asn1_x509.Certificate
    others: tuple[asn1_x509.Certificate, ...]
    """That came with it."""
    believed: bool
    """It is of these very bytes, and the chain of its service holds."""
    last: bool = False
    """Of one over the whole file: nothing follows it."""

    @property
    def service(self) -> str:
        """The service, as its certificate names it."""
        names = self.certificate.subject.native
        return str(names.get("common_name") or self.certificate.subject.human_friendly)

    def beside(self, said: ValidationData) -> ValidationData:
        """Add the certificates that came with it to what a file keeps."""
        return said.beside(self.others)


def signature_stamp(
    signature: EmbeddedPdfSignature, *, trust: Trust, data: ValidationData, at: datetime | None
) -> StampFound | None:
    """Check the time stamp of a signature; None if it has none.

    Parameters
    ----------
    signature : EmbeddedPdfSignature
        Any.
    trust : Trust
        Roots and lists.
    data : ValidationData
        What the document keeps.
    at : datetime or None
        When the service's certificate must hold; None: when the stamp was made.
    """
    token = next(iter(extract_tst_data_iter(signature.signer_info, signed=False)), None)
    if token is None:
        return None
    imprint = message_imprint_checker(signature.signer_info)
    stamp = _Token(token=token, trust=trust, data=data, at=at)
    facts = asyncio.run(validate_tst_signed_data(token, stamp.context, imprint))
    return stamp.found(TimestampSignatureStatus(**facts))


def document_stamp(
    pdf: bytes,
    reader: PdfFileReader,
    field: Any,  # noqa: ANN401 - a PDF dictionary
    *,
    trust: Trust,
    data: ValidationData,
    at: datetime | None,
) -> StampFound | None:
    """Check the time stamp over a whole file; None if the field holds none that can be read."""
    try:
        signature = EmbeddedPdfSignature(reader, field, STAMP_FIELD)
        stamp = _Token(token=signature.signed_data, trust=trust, data=data, at=at)
        status = asyncio.run(async_validate_pdf_timestamp(signature, validation_context=stamp.context))
        found = stamp.found(status)
        last = status.coverage is SignatureCoverageLevel.ENTIRE_FILE and gap_is_ours(pdf, signature)
    except READING_FAULTS:
        return None
    return replace(found, last=last, believed=found.believed and last)


def embedded_data(reader: PdfFileReader) -> ValidationData:
    """Give what a document keeps (its document security store); nothing if there is none or it cannot be read."""
    try:
        store = reader.root["/DSS"]
        return ValidationData(
            certificates=tuple(asn1_x509.Certificate.load(data) for data in _streams(store, "/Certs")),
            revocation_lists=tuple(crl.CertificateList.load(data) for data in _streams(store, "/CRLs")),
            answers=tuple(ocsp.OCSPResponse.load(data) for data in _streams(store, "/OCSPs")),
        )
    except READING_FAULTS:
        return NOTHING


def gap_is_ours(pdf: bytes, signature: EmbeddedPdfSignature) -> bool:
    """Tell whether the gap between the signed ranges holds the signature in its one canonical form, padded with zeros.

    Hexadecimal digits of either case, other padding, or a looser encoding of the same structure would leave pyHanko's
    verdict unchanged.
    """
    start, length, resume, _ = (int(number) for number in signature.byte_range)
    gap = pdf[start + length : resume]
    structure = cms.ContentInfo.load(signature.pkcs7_content).dump()
    digits = structure.hex().upper().encode()
    padded = gap == b"<" + digits + b"0" * (len(gap) - len(digits) - 2) + b">"
    return bool(padded and is_strict_der(structure))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Token:
    """A time stamp under examination."""

    token: cms.SignedData
    trust: Trust
    data: ValidationData
    at: datetime | None

    @property
    def made(self) -> datetime:
        made: datetime = self.token["encap_content_info"]["content"].parsed["gen_time"].native
        return made

    @property
    def certificates(self) -> SignedDataCerts:
        return extract_certificate_info(self.token)

    @property
    def context(self) -> ValidationContext:
        """Ask for the chain alone: what was said when the stamp was made is no longer news when it is checked."""
        known = self.data.silent.beside(self.certificates.other_certs)
        return self.trust.without_lists.context(moment=self.at or self.made, data=known)

    def found(self, status: TimestampSignatureStatus) -> StampFound:
        """Join the chain with what lists and the document say about revocation."""
        own, others = self.certificates.signer_cert, tuple(self.certificates.other_certs)
        known = self.data.beside(others)
        revoked = self.trust.revoked(own, at=self.at or self.made, data=known.silent)
        revoked = revoked or self.trust.without_lists.revoked(own, at=self.made, data=known)
        believed = bool(status.intact and status.valid and status.trusted) and not revoked
        return StampFound(at=self.made, certificate=own, others=others, believed=believed)


def _streams(store: Any, name: str) -> list[bytes]:  # noqa: ANN401 - a PDF dictionary
    found = store[name] if name in store else ()  # noqa: SIM401 - get() would not follow a reference
    return [one.get_object().data for one in found]
