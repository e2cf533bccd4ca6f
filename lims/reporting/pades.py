"""The mechanics of PDF signatures with pyHanko: fields, signatures, the time stamp over the whole file, attachments."""

import asyncio
import hashlib
import io
import json
import logging
import struct
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from asn1crypto.algos import SignedDigestAlgorithm  # type: ignore[import-untyped]
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.font import FontEngineFactory
from pyhanko.pdf_utils.font.opentype import GlyphAccumulator
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.layout import AxisAlignment, InnerScaling, Margins, SimpleBoxLayoutRule
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.pdf_utils.text import TextBoxStyle
from pyhanko.pdf_utils.writer import BasePdfFileWriter
from pyhanko.sign import fields
from pyhanko.sign.fields import FieldMDPAction, FieldMDPSpec, MDPPerm, SigFieldSpec, SigSeedSubFilter
from pyhanko.sign.signers.pdf_cms import ExternalSigner, Signer
from pyhanko.sign.signers.pdf_signer import (
    DSSContentSettings,
    PdfSignatureMetadata,
    PdfSigner,
    PdfSigningSession,
    PdfTimeStamper,
    SigDSSPlacementPreference,
    TimestampDSSContentSettings,
)
from pyhanko.stamp import TextStampStyle
from pyhanko_certvalidator.registry import SimpleCertificateStore

from lims.errors import SigningError
from lims.reporting.assurance import Assurance
from lims.reporting.content import DATA_FILE
from lims.reporting.detached import RESERVED_BYTES, ElsewhereKey, signature_of, with_stamp
from lims.reporting.fonts import stamp_font
from lims.reporting.keys import CertifiedKey, SigningKey
from lims.reporting.layout import EXPERT_FIELD, REVIEWER_FIELD, STAMP_FIELD, SignatureField
from lims.reporting.name_tree import leaves
from lims.reporting.time_stamps import StampClerk
from lims.reporting.token import TokenKey
from lims.reporting.trust import as_asn1

READING_FAULTS = (
    PdfError,
    ArithmeticError,
    AssertionError,
    AttributeError,
    EOFError,
    LookupError,
    OSError,
    RuntimeError,
    TypeError,
    ValueError,
    struct.error,
    zlib.error,
)
"""What pyHanko and the parsers below it raise on damaged files: they were written for sound ones."""
_DIGEST = "sha256"
_WITH_SIGNATURE = DSSContentSettings(include_vri=False, placement=SigDSSPlacementPreference.TOGETHER_WITH_SIGNATURE)
"""What shows that no certificate was revoked goes into the revision of the signature, which thereby covers it."""
_BEFORE_STAMP = TimestampDSSContentSettings(include_vri=False, update_before_ts=True)
_FONT_SIZE = 8
_LAST_PAGE = -1
_ID_BYTES = 16

logging.getLogger("pyhanko.sign").setLevel(logging.ERROR)
"""It warns that nothing may be fetched: what a signature needs was fetched before, within limits of our own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldState:
    """A signature field of a file."""

    name: str
    signed: bool


def add_fields(pdf: bytes) -> bytes:
    """Add both empty signature fields to the last page; a visible field added after a signature would break it.

    Raises
    ------
    SigningError
        If the file has no page to put them on.
    """
    out = io.BytesIO()
    try:
        writer = _Writer(io.BytesIO(pdf))
        fields.append_signature_field(writer, _field(EXPERT_FIELD, locks=False))
        fields.append_signature_field(writer, _field(REVIEWER_FIELD, locks=True))
        writer.write(out)  # type: ignore[no-untyped-call]
    except READING_FAULTS as error:
        raise SigningError(f"the PDF cannot be prepared: {error}") from error
    return out.getvalue()


def field_states(pdf: bytes) -> tuple[FieldState, ...]:
    """List the signature fields of a file.

    Raises
    ------
    SigningError
        If the file cannot be read.
    """
    try:
        reader = PdfFileReader(io.BytesIO(pdf))
        found = fields.enumerate_sig_fields(reader)
        return tuple(FieldState(name=name, signed=value is not None) for name, value, _ in found)
    except READING_FAULTS as error:
        raise SigningError(f"the PDF cannot be read: {error}") from error


def attached_data(pdf: bytes) -> dict[str, Any] | None:
    """Give the report data that are attached to a file; None if there are none or they cannot be read."""
    try:
        data = json.loads(attached_bytes(pdf) or b"null")
    except READING_FAULTS:
        return None
    return data if isinstance(data, dict) else None


def attached_bytes(pdf: bytes) -> bytes | None:
    """Give the bytes of the report data that are attached to a file; None if there are none or they cannot be read."""
    try:
        root = PdfFileReader(io.BytesIO(pdf)).root
        tree = root["/Names"]["/EmbeddedFiles"]
        file = next((spec for name, spec in leaves(tree) if name == DATA_FILE), None)
        return None if file is None else bytes(file["/EF"]["/F"].data)
    except READING_FAULTS:
        return None


def sign(
    pdf: bytes,
    key: CertifiedKey,
    field: SignatureField,
    *,
    at: datetime,
    lines: Sequence[str],
    reason: str,
    certify: bool,
    assurance: Assurance | None = None,
) -> bytes:
    """Sign an existing field visibly.

    Parameters
    ----------
    pdf : bytes
        With that field, empty.
    key : CertifiedKey
        A ``SigningKey`` or a ``TokenKey``. Checked by the caller, its chain too.
    field : SignatureField
        Which.
    at : datetime
        Aware; the time that the signature states.
    lines : sequence of str
        What is drawn in the box.
    reason : str
        What the signature means.
    certify : bool
        True: certify as the author, later changes limited to filling fields.
    assurance : Assurance, optional
        What makes it more than a signature at level B-B.

    Raises
    ------
    SigningError
        If pyHanko refuses: the field is taken, or the document's own rules forbid the signature; or the service of
        time stamps does not give one.
    """
    sure = assurance or Assurance()
    metadata = PdfSignatureMetadata(
        field_name=field.name,
        md_algorithm=_DIGEST,
        subfilter=SigSeedSubFilter.PADES,
        certify=certify,
        docmdp_permissions=MDPPerm.FILL_FORMS if certify else MDPPerm.NO_CHANGES,
        name=key.holder,
        reason=reason,
        embed_validation_info=sure.context is not None,
        validation_context=sure.context,
        signer_key_usage={"digital_signature"},
        dss_settings=_WITH_SIGNATURE,
    )
    text = "\n".join(lines)
    signer = _SignerAt(metadata, signer=_signer(key), stamp_style=_appearance(text), at=at, clerk=sure.clerk)
    shown = {"lines": text}
    try:
        writer = _Writer(io.BytesIO(pdf))
        if isinstance(key, ElsewhereKey):
            return asyncio.run(_signed_elsewhere(writer, signer, key, name=field.name, shown=shown, clerk=sure.clerk))
        return bytes(signer.sign_pdf(writer, existing_fields_only=True, appearance_text_params=shown).getvalue())
    except (PdfError, ValueError) as error:
        raise SigningError(f"the signature was refused: {error}") from error


async def _signed_elsewhere(
    writer: IncrementalPdfFileWriter,
    signer: PdfSigner,
    key: ElsewhereKey,
    *,
    name: str,
    shown: dict[str, str],
    clerk: StampClerk | None,
) -> bytes:
    """Leave room for a signature, have the rest of the file signed elsewhere, fill the room."""
    output, room = io.BytesIO(), 2 * RESERVED_BYTES
    prepared, _, _ = await signer.async_digest_doc_for_signing(
        writer, existing_fields_only=True, bytes_reserved=room, appearance_text_params=shown, output=output
    )
    whole = output.getvalue()
    covered = whole[: prepared.reserved_region_start] + whole[prepared.reserved_region_end :]
    content = key.signed(name, covered)
    if clerk is not None:
        digest = hashlib.sha256(signature_of(content)).digest()
        content = with_stamp(content, await clerk.async_timestamp(digest, _DIGEST))
    data = content.dump(force=True)
    if len(data) > RESERVED_BYTES:
        raise SigningError(f"the signature has {len(data)} bytes; there is room for {RESERVED_BYTES}")
    prepared.fill_with_cms(output, data)
    return output.getvalue()


def stamp_document(pdf: bytes, assurance: Assurance) -> bytes:
    """Put a time stamp over the whole file, with what shows that the service's certificate was not revoked before it.

    Raises
    ------
    SigningError
        If the service does not give one.
    """
    if assurance.clerk is None:
        raise SigningError("no time-stamp service is named for the time stamp over the whole file")
    writer = _Writer(io.BytesIO(pdf))
    stamper = PdfTimeStamper(assurance.clerk, field_name=STAMP_FIELD)
    try:
        stamped = stamper.timestamp_pdf(
            writer, _DIGEST, validation_context=assurance.context, dss_settings=_BEFORE_STAMP
        )
    except (PdfError, ValueError) as error:
        raise SigningError(f"the time stamp over the whole file was refused: {error}") from error
    return bytes(stamped.getvalue())


class _Writer(IncrementalPdfFileWriter):
    """Adds to a file without asking the clock or chance: a prepared document has one form.

    The metadata describe the content and stay as they were composed; pyHanko would write the clock's time and its own
    name into them. Its random identifier of the new revision becomes the digest of the old one.
    """

    def _update_meta(self) -> None:
        """Leave the metadata alone."""

    @classmethod
    def _handle_id(cls, prev: PdfFileReader) -> generic.ArrayObject:
        """Keep the file's first identifier, derive the second."""
        prev.stream.seek(0)
        revision = hashlib.sha256(prev.stream.read()).digest()[:_ID_BYTES]
        first = prev.trailer["/ID"][0].original_bytes if "/ID" in prev.trailer else revision
        return generic.ArrayObject([generic.ByteStringObject(first), generic.ByteStringObject(revision)])


class _SignerAt(PdfSigner):
    """Signs at a given time instead of asking the clock."""

    def __init__(
        self,
        metadata: PdfSignatureMetadata,
        *,
        signer: Signer,
        stamp_style: TextStampStyle,
        at: datetime,
        clerk: StampClerk | None,
    ) -> None:
        super().__init__(metadata, signer=signer, stamp_style=stamp_style, timestamper=clerk)
        self._at = at

    def init_signing_session(
        self,
        pdf_out: BasePdfFileWriter,
        existing_fields_only: bool = False,  # noqa: FBT001, FBT002 - pyHanko's signature
    ) -> PdfSigningSession:
        session = super().init_signing_session(pdf_out, existing_fields_only=existing_fields_only)
        session.system_time = self._at
        return session


@dataclass(frozen=True)
class _SignFont(FontEngineFactory):
    """Gives a font from memory: pyHanko's own factory leaves its file open."""

    data: bytes

    def create_font_engine(self, writer: BasePdfFileWriter, obj_stream: object = None) -> GlyphAccumulator:
        return GlyphAccumulator(
            writer=writer, font_handle=io.BytesIO(self.data), font_size=_FONT_SIZE, obj_stream=obj_stream
        )


def _appearance(text: str) -> TextStampStyle:
    """Describe the stamp: lines of text from the upper left, shrunk if they do not fit, in a thin frame."""
    return TextStampStyle(
        stamp_text="%(lines)s",
        border_width=0,
        text_box_style=TextBoxStyle(
            font=_SignFont(data=stamp_font(text)),
            font_size=_FONT_SIZE,
            leading=_FONT_SIZE + 3,
            box_layout_rule=SimpleBoxLayoutRule(
                x_align=AxisAlignment.ALIGN_MIN,
                y_align=AxisAlignment.ALIGN_MID,
                margins=Margins(left=1, right=1, top=1, bottom=1),
            ),
        ),
        inner_content_layout=SimpleBoxLayoutRule(
            x_align=AxisAlignment.ALIGN_MIN,
            y_align=AxisAlignment.ALIGN_MID,
            margins=Margins(left=6, right=6, top=6, bottom=6),
            inner_content_scaling=InnerScaling.SHRINK_TO_FIT,
        ),
    )


class _KeySigner(Signer):
    """Lets a key at hand or in a token sign what pyHanko has put together.

    pyHanko's own signer takes a key as bytes and, for each signature, reads it twice and checks its primes each time.
    """

    def __init__(self, key: SigningKey | TokenKey) -> None:
        kind = "rsa" if isinstance(key.certificate.public_key(), RSAPublicKey) else "ecdsa"
        super().__init__(
            signing_cert=as_asn1(key.certificate),
            cert_registry=_certificate_store(key),
            signature_mechanism=SignedDigestAlgorithm({"algorithm": f"sha256_{kind}"}),
        )
        self._key = key

    async def async_sign_raw(self, data: bytes, digest_algorithm: str, dry_run: bool = False) -> bytes:  # noqa: ARG002, FBT001, FBT002 - pyHanko's signature
        if dry_run and isinstance(self._key, TokenKey):
            return bytes(self._key.signature_bytes)
        return self._key.sign(data)


def _signer(key: CertifiedKey) -> Signer:
    if isinstance(key, SigningKey | TokenKey):
        return _KeySigner(key)
    if isinstance(key, ElsewhereKey):
        return ExternalSigner(as_asn1(key.certificate), _certificate_store(key))
    raise SigningError(f"the key of {key.holder} is of no kind that can sign")


def _certificate_store(key: CertifiedKey) -> SimpleCertificateStore:
    store = SimpleCertificateStore()  # type: ignore[no-untyped-call]
    store.register_multiple([as_asn1(certificate) for certificate in (key.certificate, *key.chain)])
    return store


def _field(field: SignatureField, *, locks: bool) -> SigFieldSpec:
    """Describe an empty field; one that locks forbids every change once it is signed.

    The lock takes both arguments: the permission without the list of fields locks nothing.
    """
    return SigFieldSpec(
        sig_field_name=field.name,
        on_page=_LAST_PAGE,
        box=field.corners,
        empty_field_appearance=True,
        field_mdp_spec=FieldMDPSpec(FieldMDPAction.ALL) if locks else None,
        doc_mdp_update_value=MDPPerm.NO_CHANGES if locks else None,
    )
