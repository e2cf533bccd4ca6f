"""Signatures that are made elsewhere: the bytes to sign are given out, a detached CMS is taken back and checked.

What comes back is put into the document only if it is a signature of these very bytes by the certificate that was
announced, in a form that PAdES allows. Nothing is guessed: an algorithm that is not known here is refused by its
identifier.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

from asn1crypto import algos, cms, pem  # type: ignore[import-untyped]
from asn1crypto import x509 as asn1_x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256

from lims.errors import SigningError
from lims.reporting.keys import CertifiedKey, algorithm_name
from lims.reporting.trust import PARSING_FAULTS, as_asn1

RESERVED_BYTES: Final = 16_384
"""Room for the CMS with its time stamp; one of RSA-2048 with two issuers takes about 5 kB, a time stamp 2 to 6 kB."""
_SHA256: Final = "2.16.840.1.101.3.4.2.1"
_SIGNATURES: Final = {
    "1.2.840.113549.1.1.1": "RSA",
    "1.2.840.113549.1.1.11": "RSA",
    "1.2.840.10045.4.3.2": "ECDSA",
}
"""Each with SHA-256: rsaEncryption, sha256WithRSAEncryption, ecdsa-with-SHA256."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ElsewhereKey(CertifiedKey):
    """A certificate whose key is used by another program, on another computer perhaps."""

    exchange: Callable[[str, bytes], bytes] = field(repr=False)
    """Takes the name of a signature and the bytes to sign, gives what came back."""

    def sign(self, data: bytes) -> bytes:
        """Refuse: another program makes signatures of documents only.

        Raises
        ------
        SigningError
            Always.
        """
        raise SigningError(f"the key of {self.holder} is elsewhere; it signs documents, not {len(data)} bytes")

    def signed(self, name: str, data: bytes) -> cms.ContentInfo:
        """Have bytes signed elsewhere and check what comes back.

        Raises
        ------
        SigningError
            If nothing comes back in time, or it is not what was asked for.
        """
        return checked_cms(self.exchange(name, data), data, self)


def checked_cms(answer: bytes, data: bytes, key: CertifiedKey) -> cms.ContentInfo:
    """Check a detached CMS; give it in its canonical form, without attributes that nobody signed.

    Parameters
    ----------
    answer : bytes
        DER or PEM, as it came back.
    data : bytes
        That were given out to be signed.
    key : CertifiedKey
        Whose certificate was announced.

    Raises
    ------
    SigningError
        If it cannot be read or is too long; is no detached CMS with one signer; uses an algorithm that is not
        supported here; is of other bytes, by another certificate, or broken; or has attributes that PAdES forbids.
    """
    if len(answer) > RESERVED_BYTES * 2:  # PEM is longer than DER
        raise _refused(f"{len(answer)} bytes; there is room for {RESERVED_BYTES}")
    try:
        content = _parsed(answer)
        signed = content["content"]
        infos = signed["signer_infos"]
        if len(infos) != 1:
            raise _refused(f"{len(infos)} signers; expected one")
        _require_algorithms(infos[0])
        if signed["encap_content_info"]["content"].native is not None:
            raise _refused("it holds the signed bytes; expected a detached signature")
        _require_attributes(infos[0], data, key)
        _require_signature(infos[0], key)
        return _canonical(infos[0], key)
    except PARSING_FAULTS as error:
        raise _refused(f"it cannot be read ({error})") from error


def _parsed(answer: bytes) -> cms.ContentInfo:
    der = pem.unarmor(answer)[2] if pem.detect(answer) else answer
    content = cms.ContentInfo.load(der, strict=True)
    if content["content_type"].native != "signed_data":
        raise _refused(f"it is no signed data but {content['content_type'].native}")
    return content


def _require_algorithms(info: cms.SignerInfo) -> None:
    """Refuse what this program cannot check, by its identifier."""
    digest, signature = (info[name]["algorithm"].dotted for name in ("digest_algorithm", "signature_algorithm"))
    for oid, known in ((digest, {_SHA256}), (signature, _SIGNATURES)):
        if oid not in known:
            raise SigningError(
                f"algorithm not supported here: {algorithm_name(oid)}; expected RSA or ECDSA with SHA-256"
            )


def _require_attributes(info: cms.SignerInfo, data: bytes, key: CertifiedKey) -> None:
    """Compare what is signed with what was given out, and with what PAdES asks for (ETSI EN 319 142-1, 6.3)."""
    found: dict[str, Any] = {}
    for attribute in info["signed_attrs"]:
        name = attribute["type"].native
        if name in found or len(attribute["values"]) != 1:
            raise _refused(f"the attribute {name} occurs twice")
        found[name] = attribute["values"][0]
    if "signing_time" in found:
        raise _refused("it has the attribute signing-time, which PAdES forbids: the document itself states the time")
    missing = [name for name in ("content_type", "message_digest", "signing_certificate_v2") if name not in found]
    if missing:
        raise _refused(f"the signed attribute {missing[0].replace('_', '-')} is missing, which PAdES asks for")
    if found["content_type"].native != "data":
        raise _refused(f"its content type is {found['content_type'].native}; expected data")
    if found["message_digest"].native != hashlib.sha256(data).digest():
        raise _refused("it is a signature of other bytes than those that were given out")
    named = found["signing_certificate_v2"]["certs"][0]
    if (
        named["hash_algorithm"]["algorithm"].dotted != _SHA256
        or named["cert_hash"].native.hex() != key.certificate_sha256
    ):
        raise _refused(f"it names another certificate than the one announced for {key.holder}")


def _require_signature(info: cms.SignerInfo, key: CertifiedKey) -> None:
    certificate = as_asn1(key.certificate)
    if not _is_of(info["sid"], certificate):
        raise _refused(f"it was made with another certificate than the one announced for {key.holder}")
    signed, signature = info["signed_attrs"].untag().dump(force=True), info["signature"].native
    public = key.certificate.public_key()
    try:
        if isinstance(public, rsa.RSAPublicKey):
            public.verify(signature, signed, padding.PKCS1v15(), SHA256())
        elif isinstance(public, ec.EllipticCurvePublicKey):
            public.verify(signature, signed, ec.ECDSA(SHA256()))
        else:
            raise _refused(f"the key of {key.holder} is of the kind {type(public).__name__}")
    except InvalidSignature as error:
        raise _refused(f"it is not a signature by the key of {key.holder}") from error


def _is_of(sid: cms.SignerIdentifier, certificate: asn1_x509.Certificate) -> bool:
    if sid.name == "issuer_and_serial_number":
        named = sid.chosen
        same_issuer = named["issuer"].dump() == certificate.issuer.dump()
        return bool(same_issuer and named["serial_number"].native == certificate.serial_number)
    return bool(sid.chosen.native == certificate.key_identifier)


def _canonical(info: cms.SignerInfo, key: CertifiedKey) -> cms.ContentInfo:
    """Write it anew: the signed part as it is, our own certificates, and nothing that is not signed."""
    certificate = as_asn1(key.certificate)
    named = cms.IssuerAndSerialNumber({"issuer": certificate.issuer, "serial_number": certificate.serial_number})
    kind = "rsassa_pkcs1v15" if isinstance(key.certificate.public_key(), rsa.RSAPublicKey) else "sha256_ecdsa"
    digest = algos.DigestAlgorithm({"algorithm": "sha256"})
    signer = cms.SignerInfo(
        {
            "version": "v1",
            "sid": cms.SignerIdentifier({"issuer_and_serial_number": named}),
            "digest_algorithm": digest,
            "signed_attrs": info["signed_attrs"],
            "signature_algorithm": algos.SignedDigestAlgorithm({"algorithm": kind}),
            "signature": info["signature"],
        }
    )
    chain = [certificate, *(as_asn1(one) for one in key.chain)]
    signed = cms.SignedData(
        {
            "version": "v1",
            "digest_algorithms": cms.DigestAlgorithms((digest,)),
            "encap_content_info": {"content_type": "data"},
            "certificates": [cms.CertificateChoices("certificate", one) for one in chain],
            "signer_infos": [signer],
        }
    )
    return cms.ContentInfo({"content_type": "signed_data", "content": signed})


def with_stamp(content: cms.ContentInfo, token: cms.ContentInfo) -> cms.ContentInfo:
    """Add the time stamp of a signature to it."""
    attribute = cms.CMSAttribute({"type": "signature_time_stamp_token", "values": (token,)})
    content["content"]["signer_infos"][0]["unsigned_attrs"] = cms.CMSAttributes([attribute])
    return content


def signature_of(content: cms.ContentInfo) -> bytes:
    """Give the bytes that a time stamp is of."""
    signature: bytes = content["content"]["signer_infos"][0]["signature"].native
    return signature


def _refused(why: str) -> SigningError:
    return SigningError(f"the signature that came back cannot be used: {why}; nothing was signed")
