"""Which certificates are believed: a chain must lead to a given root, at a given moment, and not be revoked."""

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Self

from asn1crypto import crl, pem  # type: ignore[import-untyped]
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko_certvalidator import CertificateValidator, ValidationContext
from pyhanko_certvalidator.errors import PathError, RevokedError, ValidationError

from lims.errors import SigningError
from lims.reporting.keys import CertifiedKey


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Trust:
    """Roots that are believed and lists of certificates that no longer are; nothing is fetched from the network."""

    roots: tuple[asn1_x509.Certificate, ...]
    revocation_lists: tuple[crl.CertificateList, ...]
    """With at least one, every certificate under a root must be covered by one of them; without any, revocation
    is not checked."""

    @classmethod
    def read(cls, trust_roots: Sequence[bytes], revocation_lists: Sequence[bytes] = ()) -> Self:
        """Read roots in PEM, one or more in each, and revocation lists in DER or PEM.

        Raises
        ------
        SigningError
            If a root is no certificate in PEM, or a revocation list cannot be read.
        """
        return cls(
            roots=tuple(as_asn1(certificate) for data in trust_roots for certificate in _pem_certificates(data)),
            revocation_lists=tuple(_revocation_list(data) for data in revocation_lists),
        )

    @property
    def checks_revocation(self) -> bool:
        """Tell whether revoked certificates can be noticed."""
        return bool(self.revocation_lists)

    def context(self, *, moment: datetime, other: Iterable[x509.Certificate] = ()) -> ValidationContext:
        """Give the rules by which pyHanko judges chains at an aware moment."""
        return ValidationContext(
            trust_roots=list(self.roots),
            other_certs=[as_asn1(certificate) for certificate in other],
            moment=moment,
            allow_fetching=False,
            crls=list(self.revocation_lists) or None,
            revocation_mode="require" if self.checks_revocation else "soft-fail",
            retroactive_revinfo=True,
        )

    def require(self, key: CertifiedKey, *, at: datetime) -> None:
        """Refuse a key whose certificate would not be believed.

        Raises
        ------
        SigningError
            If the chain does not lead to a root, does not hold at that moment, or is revoked.
        """
        context = self.context(moment=at, other=key.chain)
        validator = CertificateValidator(as_asn1(key.certificate), validation_context=context)
        try:
            asyncio.run(validator.async_validate_path())
        except RevokedError as error:
            raise SigningError(f"the certificate of {key.holder} is revoked: {error}") from error
        except (PathError, ValidationError) as error:
            raise SigningError(f"the certificate of {key.holder} is not trusted: {error}") from error


def as_asn1(certificate: x509.Certificate) -> asn1_x509.Certificate:
    """Give a certificate in the form that pyHanko takes."""
    return asn1_x509.Certificate.load(certificate.public_bytes(Encoding.DER))


def _pem_certificates(data: bytes) -> list[x509.Certificate]:
    try:
        return x509.load_pem_x509_certificates(data)
    except ValueError as error:
        raise SigningError(f"a trust root is no certificate in PEM: {error}") from error


def _revocation_list(data: bytes) -> crl.CertificateList:
    try:
        parsed = crl.CertificateList.load(pem.unarmor(data)[2] if pem.detect(data) else data)
        parsed["tbs_cert_list"]["this_update"].native  # noqa: B018 - asn1crypto parses when a value is asked for
    except (ValueError, TypeError, KeyError) as error:
        raise SigningError(f"a revocation list cannot be read: {error}") from error
    return parsed
