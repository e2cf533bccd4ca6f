"""Which certificates are believed: a chain must lead to a given root, at a given moment, and not be revoked."""

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Self

from asn1crypto import crl, ocsp, pem  # type: ignore[import-untyped]
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko_certvalidator import CertificateValidator, ValidationContext
from pyhanko_certvalidator.errors import PathError, RevokedError, ValidationError
from pyhanko_certvalidator.path import ValidationPath

from lims.errors import SigningError
from lims.reporting.keys import CertifiedKey, may_sign

PARSING_FAULTS = (ArithmeticError, AssertionError, AttributeError, LookupError, RecursionError, TypeError, ValueError)
"""What asn1crypto raises on bytes that are not what they are taken for."""
_TIME_STAMPING = {"time_stamping"}
"""The extended key usage of a time-stamp service (RFC 3161, 2.3)."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ValidationData:
    """What authorities said about certificates: fetched before a signature, or found in a document."""

    certificates: tuple[asn1_x509.Certificate, ...] = ()
    revocation_lists: tuple[crl.CertificateList, ...] = ()
    answers: tuple[ocsp.OCSPResponse, ...] = ()

    def beside(self, others: Iterable[asn1_x509.Certificate]) -> "ValidationData":
        """Add certificates."""
        return replace(self, certificates=(*self.certificates, *others))

    @property
    def silent(self) -> "ValidationData":
        """The certificates alone: they may stand between another and a root, and say nothing of revocation."""
        return ValidationData(certificates=self.certificates)

    @property
    def checks_revocation(self) -> bool:
        """Tell whether revoked certificates can be noticed."""
        return bool(self.revocation_lists or self.answers)


NOTHING = ValidationData()


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
            revocation_lists=tuple(read_list(data) for data in revocation_lists),
        )

    @property
    def checks_revocation(self) -> bool:
        """Tell whether revoked certificates can be noticed."""
        return bool(self.revocation_lists)

    @property
    def pem_roots(self) -> tuple[bytes, ...]:
        """The roots as they can be read again."""
        return tuple(pem.armor("CERTIFICATE", root.dump()) for root in self.roots)

    def joined(self, other: "Trust") -> "Trust":
        """Believe the roots and the lists of both."""
        return Trust(
            roots=(*self.roots, *other.roots), revocation_lists=(*self.revocation_lists, *other.revocation_lists)
        )

    def context(
        self,
        *,
        moment: datetime,
        other: Iterable[x509.Certificate] = (),
        data: ValidationData = NOTHING,
        require: bool | None = None,
    ) -> ValidationContext:
        """Give the rules by which pyHanko judges chains.

        Parameters
        ----------
        moment : datetime
            Aware.
        other : iterable of Certificate
            Issuers that may stand between a certificate and a root.
        data : ValidationData
            What authorities said, beside the lists of this trust.
        require : bool, optional
            True: without a word about its revocation a certificate is not believed. By default that holds where
            there is any such word.
        """
        lists = (*self.revocation_lists, *data.revocation_lists)
        required = bool(lists or data.answers) if require is None else require
        return ValidationContext(
            trust_roots=list(self.roots),
            other_certs=[*(as_asn1(certificate) for certificate in other), *data.certificates],
            moment=moment,
            allow_fetching=False,
            crls=list(lists),
            ocsps=list(data.answers),
            revocation_mode="require" if required else "soft-fail",
            retroactive_revinfo=True,
        )

    def require(
        self, key: CertifiedKey, *, at: datetime, data: ValidationData = NOTHING, strict: bool | None = None
    ) -> ValidationPath:
        """Refuse a key whose certificate would not be believed; give its chain.

        With ``strict`` False a certificate about whose revocation nothing is known passes; by default that holds only
        where nothing is known of any.

        Raises
        ------
        SigningError
            If the chain does not lead to a root, does not hold at that moment, is revoked, or is not made for
            signatures.
        """
        context = self.context(moment=at, other=key.chain, data=data, require=strict)
        path = _path(as_asn1(key.certificate), context, name=f"the certificate of {key.holder}")
        if not may_sign(key.certificate):
            raise SigningError(f"the certificate of {key.holder} is not made for digital signatures")
        return path

    def require_time_service(
        self, certificate: asn1_x509.Certificate, *, at: datetime, data: ValidationData = NOTHING
    ) -> ValidationPath:
        """Refuse the certificate of a time-stamp service that would not be believed; give its chain.

        Lists of this trust are about persons; of a service they are used if they name it, and not demanded.

        Raises
        ------
        SigningError
            As ``require``.
        """
        context = self.context(moment=at, data=data, require=data.checks_revocation)
        name = f"the certificate of the time-stamp service {certificate.subject.human_friendly}"
        return _path(certificate, context, name=name, extended_usage=_TIME_STAMPING)

    def holds(self, certificate: asn1_x509.Certificate, *, at: datetime, data: ValidationData) -> bool:
        """Tell whether a certificate is believed by what authorities said in a document alone."""
        try:
            _path(certificate, self.without_lists.context(moment=at, data=data, require=True), name="")
        except SigningError:
            return False
        return True

    def revoked(self, certificate: asn1_x509.Certificate, *, at: datetime, data: ValidationData = NOTHING) -> bool:
        """Tell whether the lists of this trust, or those of ``data``, name a certificate or one above it as revoked."""
        try:
            _path(certificate, self.context(moment=at, data=data, require=False), name="")
        except SigningError as error:
            return isinstance(error.__cause__, RevokedError)
        return False

    def current(self, at: datetime) -> "Trust":
        """Keep the lists that say themselves that a newer one is not due yet."""
        return replace(self, revocation_lists=tuple(one for one in self.revocation_lists if _is_current(one, at=at)))

    @property
    def without_lists(self) -> "Trust":
        """The roots alone."""
        return replace(self, revocation_lists=())


def _path(
    certificate: asn1_x509.Certificate,
    context: ValidationContext,
    *,
    name: str,
    extended_usage: set[str] | None = None,
) -> ValidationPath:
    """Find the chain of a certificate, or say what is wrong with it."""
    validator = CertificateValidator(certificate, validation_context=context)
    try:
        if extended_usage is None:
            found = asyncio.run(validator.async_validate_path())
        else:
            found = asyncio.run(validator.async_validate_usage(set(), extended_usage))  # type: ignore[no-untyped-call]
    except RevokedError as error:
        raise SigningError(f"{name} is revoked: {error}") from error
    except (PathError, ValidationError) as error:
        raise SigningError(f"{name} is not trusted: {error}") from error
    return found


def as_asn1(certificate: x509.Certificate) -> asn1_x509.Certificate:
    """Give a certificate in the form that pyHanko takes."""
    return asn1_x509.Certificate.load(certificate.public_bytes(Encoding.DER))


def _is_current(one: crl.CertificateList, *, at: datetime) -> bool:
    due = one["tbs_cert_list"]["next_update"].native
    return due is not None and at <= due


def _pem_certificates(data: bytes) -> list[x509.Certificate]:
    try:
        return x509.load_pem_x509_certificates(data)
    except ValueError as error:
        raise SigningError(f"a trust root is no certificate in PEM: {error}") from error


def read_list(data: bytes, *, name: str = "a revocation list") -> crl.CertificateList:
    """Read a revocation list in DER or PEM.

    Raises
    ------
    SigningError
        If it is none.
    """
    try:
        parsed = crl.CertificateList.load(pem.unarmor(data)[2] if pem.detect(data) else data)
        parsed["tbs_cert_list"]["this_update"].native  # noqa: B018 - asn1crypto parses when a value is asked for
    except PARSING_FAULTS as error:
        raise SigningError(f"{name} cannot be read: {error}") from error
    return parsed
