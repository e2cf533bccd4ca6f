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

from lims.reporting.layout import STAMP_FIELD
from lims.reporting.pades import READING_FAULTS
from lims.reporting.trust import NOTHING, Trust, ValidationData


@dataclass(frozen=True, slots=True, kw_only=True)
class StampFound:
    """A time stamp of a document."""

    at: datetime
    """When the service says that it made it."""
    moment: datetime
    """When the service's certificate had to hold."""
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
        return replace(said, certificates=(*said.certificates, *self.others))


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
    made, known = _made_at(token), _known(token)
    context = trust.context(moment=at or made, data=_beside(data, known), require=data.checks_revocation)
    status = TimestampSignatureStatus(**asyncio.run(validate_tst_signed_data(token, context, imprint)))
    return _found(status, made=made, known=known, trust=trust, at=at)


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
        token = signature.signed_data
        made, known = _made_at(token), _known(token)
        context = trust.context(moment=at or made, data=_beside(data, known), require=data.checks_revocation)
        status = asyncio.run(async_validate_pdf_timestamp(signature, validation_context=context))
        found = _found(status, made=made, known=known, trust=trust, at=at)
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
    structure = cms.ContentInfo.load(signature.pkcs7_content).dump(force=True)
    digits = structure.hex().upper().encode()
    return bool(gap == b"<" + digits + b"0" * (len(gap) - len(digits) - 2) + b">")


def _found(
    status: TimestampSignatureStatus, *, made: datetime, known: SignedDataCerts, trust: Trust, at: datetime | None
) -> StampFound:
    moment = at or made
    revoked = trust.revoked(known.signer_cert, at=moment, data=_beside(NOTHING, known))
    return StampFound(
        at=made,
        moment=moment,
        certificate=known.signer_cert,
        others=tuple(known.other_certs),
        believed=bool(status.intact and status.valid and status.trusted) and not revoked,
    )


def _made_at(token: cms.SignedData) -> datetime:
    made: datetime = token["encap_content_info"]["content"].parsed["gen_time"].native
    return made


def _known(token: cms.SignedData) -> SignedDataCerts:
    return extract_certificate_info(token)


def _beside(said: ValidationData, known: SignedDataCerts) -> ValidationData:
    return replace(said, certificates=(*said.certificates, *known.other_certs))


def _streams(store: Any, name: str) -> list[bytes]:  # noqa: ANN401 - a PDF dictionary
    found = store[name] if name in store else ()  # noqa: SIM401 - get() would not follow a reference
    return [one.get_object().data for one in found]
