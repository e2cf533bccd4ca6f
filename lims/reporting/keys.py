"""Signing keys: a certificate with a key that can sign; here from a PKCS#12 file, opened once and checked."""

import hashlib
import unicodedata
from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, EllipticCurvePrivateKey, EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, pkcs12
from cryptography.x509.oid import NameOID

from lims.errors import SigningError

DEMONSTRATION_UNIT = "DEMO - NOT EVIDENCE"
"""The organisational unit in the certificates of development keys."""
SMALLEST_RSA_BITS = 2048
_NATIONAL = {"1.2.643.": "GOST of the Russian Federation", "1.2.398.": "an algorithm of Kazakhstan"}
PrivateKey = RSAPrivateKey | EllipticCurvePrivateKey


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CertifiedKey(ABC):
    """A certificate whose private key can sign: from a file, or on a token."""

    certificate: x509.Certificate
    chain: tuple[x509.Certificate, ...]
    """What file or token hold besides: issuers, in any order."""

    @property
    def holder(self) -> str:
        """The common name in the certificate."""
        return common_name(self.certificate)

    @property
    def issuer(self) -> str:
        """Who issued the certificate: the common name, or else everything that is said of the issuer."""
        names = self.certificate.issuer.get_attributes_for_oid(NameOID.COMMON_NAME)
        return str(names[0].value) if names else self.certificate.issuer.rfc4514_string()

    @property
    def valid_from(self) -> datetime:
        """The first moment of the certificate, UTC."""
        return self.certificate.not_valid_before_utc

    @property
    def valid_until(self) -> datetime:
        """The last moment of the certificate, UTC."""
        return self.certificate.not_valid_after_utc

    @property
    def certificate_sha256(self) -> str:
        """The certificate's fingerprint, hex."""
        return fingerprint(self.certificate)

    @property
    def demonstration(self) -> bool:
        """Tell whether the certificate itself says that it proves nothing."""
        units = self.certificate.subject.get_attributes_for_oid(NameOID.ORGANIZATIONAL_UNIT_NAME)
        return any(unit.value == DEMONSTRATION_UNIT for unit in units)

    @property
    def certificate_der(self) -> bytes:
        """The certificate's bytes."""
        return self.certificate.public_bytes(Encoding.DER)

    @property
    def token_name(self) -> str:
        """The label of the token that holds the key; empty for a key from a file."""
        return ""

    @abstractmethod
    def sign(self, data: bytes) -> bytes:
        """Sign bytes with SHA-256: PKCS#1 v1.5 for RSA, DER for ECDSA.

        Raises
        ------
        SigningError
            If the key does not sign.
        """


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SigningKey(CertifiedKey):
    """A private key with its certificate, checked and ready to sign."""

    private_key: PrivateKey = field(repr=False)

    def sign(self, data: bytes) -> bytes:
        """Sign bytes with SHA-256: PKCS#1 v1.5 for RSA, DER for ECDSA."""
        if isinstance(self.private_key, RSAPrivateKey):
            return self.private_key.sign(data, PKCS1v15(), SHA256())
        return self.private_key.sign(data, ECDSA(SHA256()))


def load_pkcs12(path: Path, passphrase: bytes | None, *, now: datetime) -> SigningKey:
    """Open a key file.

    Parameters
    ----------
    path : Path
        A PKCS#12 file (``.p12``, ``.pfx``).
    passphrase : bytes or None
        None for a file without one.
    now : datetime
        Aware; the certificate must be valid at that moment.

    Raises
    ------
    SigningError
        If the file cannot be read, is no PKCS#12, does not open with the password, lacks key or certificate, holds
        a key of another kind than RSA (2048 bits or more) or ECDSA, or its certificate names nobody, is not valid
        now, or is not made for digital signatures.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise SigningError(f"{path}: {error.strerror or error}") from error
    _require_pkcs12(data, path)
    try:
        key, certificate, chain = pkcs12.load_key_and_certificates(data, passphrase)
    except ValueError as error:
        raise SigningError(f"{path}: the password is wrong, or the file is damaged") from error
    except UnsupportedAlgorithm as error:
        raise SigningError(f"{path}: the algorithm of the key or of the file's encryption is not supported") from error
    if key is None or certificate is None:
        raise SigningError(f"{path}: holds no {'private key' if key is None else 'certificate of its key'}")
    if not isinstance(key, PrivateKey):
        raise SigningError(f"{path}: a key of the kind {type(key).__name__}; RSA and ECDSA keys can sign here")
    opened = SigningKey(certificate=certificate, chain=tuple(chain), private_key=key)
    require_usable(opened, str(path), now=now)
    return opened


def load_certificates(path: Path) -> tuple[x509.Certificate, ...]:
    """Read a person's certificate and those above it, in this order, from a PEM file.

    Raises
    ------
    SigningError
        If the file cannot be read or holds none.
    """
    try:
        return tuple(x509.load_pem_x509_certificates(path.read_bytes()))
    except OSError as error:
        raise SigningError(f"{path}: {error.strerror or error}") from error
    except ValueError as error:
        raise SigningError(f"{path}: no certificate in PEM") from error


def common_name(certificate: x509.Certificate) -> str:
    """Give the name of a certificate's holder; empty if it names nobody."""
    names = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    return str(names[0].value) if names else ""


def names_agree(recorded: str, certified: str) -> bool:
    """Tell whether a certificate can be that of a recorded person.

    Certificates of state authorities write names in capitals and often without the patronymic: two words or more
    of which each occurs in the recorded name agree; a single word must be the whole name.

    Examples
    --------
    >>> names_agree("Surname Name Patronymic", "SURNAME NAME"), names_agree("Surname Name", "SURNAME")
    (True, False)
    """
    known, said = (unicodedata.normalize("NFC", name).casefold().split() for name in (recorded, certified))
    return known == said or (len(said) > 1 and set(said) <= set(known))


def fingerprint(certificate: x509.Certificate) -> str:
    """Give the SHA-256 of a certificate, hex."""
    return hashlib.sha256(certificate.public_bytes(Encoding.DER)).hexdigest()


def public_key_bytes(certificate: x509.Certificate) -> bytes:
    """Give the public key of a certificate in the one form that can be compared."""
    return certificate.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def algorithm_name(oid: str) -> str:
    """Name an algorithm by its identifier, and by whose it is where that is known."""
    nation = next((words for start, words in _NATIONAL.items() if oid.startswith(start)), "")
    return f"{oid} ({nation})" if nation else oid


def _require_pkcs12(data: bytes, path: Path) -> None:
    """Tell a file of another kind from one with another password."""
    from asn1crypto import (  # type: ignore[import-untyped]  # noqa: PLC0415 - only opening a key pays for it
        pkcs12 as structure,
    )

    try:
        version = structure.Pfx.load(data)["version"].native
    except (ValueError, TypeError, KeyError) as error:
        raise SigningError(f"{path}: not a PKCS#12 file") from error
    if version != "v3":
        raise SigningError(f"{path}: PKCS#12 of version {version}; expected v3")


def require_usable(key: CertifiedKey, where: str, *, now: datetime) -> None:
    """Refuse a key that could sign nothing that a court accepts.

    Raises
    ------
    SigningError
        If it is of another kind than RSA (2048 bits or more) or ECDSA, or its certificate names nobody, is not valid
        now, or is not made for digital signatures. ``where`` begins the message.
    """
    try:
        public = key.certificate.public_key()
    except (UnsupportedAlgorithm, ValueError) as error:
        oid = key.certificate.public_key_algorithm_oid.dotted_string
        raise SigningError(f"{where}: algorithm not supported here: {algorithm_name(oid)}") from error
    if not isinstance(public, RSAPublicKey | EllipticCurvePublicKey):
        raise SigningError(f"{where}: a key of the kind {type(public).__name__}; RSA and ECDSA keys can sign here")
    if isinstance(public, RSAPublicKey) and public.key_size < SMALLEST_RSA_BITS:
        raise SigningError(f"{where}: an RSA key of {public.key_size} bits; at least {SMALLEST_RSA_BITS}")
    if not key.holder:
        raise SigningError(f"{where}: the certificate names no holder")
    if now < key.valid_from:
        raise SigningError(f"{where}: the certificate of {key.holder} is not valid before {key.valid_from:%d.%m.%Y}")
    if now > key.valid_until:
        raise SigningError(f"{where}: the certificate of {key.holder} expired on {key.valid_until:%d.%m.%Y}")
    if not may_sign(key.certificate):
        raise SigningError(f"{where}: the certificate of {key.holder} is not made for digital signatures")


def may_sign(certificate: x509.Certificate) -> bool:
    """Tell whether a certificate is made for digital signatures (its key usage says so)."""
    try:
        usage = certificate.extensions.get_extension_for_class(x509.KeyUsage).value
    except x509.ExtensionNotFound:
        return False
    return usage.digital_signature
