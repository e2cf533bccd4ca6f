"""What authorities say about the certificates of a chain: asked for before a signature, at the addresses in them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise

from asn1crypto import crl, ocsp  # type: ignore[import-untyped]
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.ocsp import OCSPRequestBuilder
from pyhanko_certvalidator.path import ValidationPath

from lims.errors import SigningError
from lims.reporting.exchange import Question, ask
from lims.reporting.trust import PARSING_FAULTS, ValidationData, read_list

_HTTP = ("http://", "https://")


@dataclass(slots=True, kw_only=True)
class Enquiry:
    """Asks about every certificate once, and about none that it has a word of already."""

    timeout_s: int
    covered: frozenset[bytes] = frozenset()
    """Names (DER) of the issuers whose lists are at hand as files."""
    _lists: dict[str, crl.CertificateList] = field(default_factory=dict)
    _answers: dict[bytes, ocsp.OCSPResponse] = field(default_factory=dict)
    _certificates: dict[bytes, asn1_x509.Certificate] = field(default_factory=dict)

    def about(self, paths: Iterable[ValidationPath]) -> ValidationData:
        """Ask about every certificate of chains but their roots.

        Raises
        ------
        SigningError
            If a certificate names no place where to ask, or none of its places answers as it should.
        """
        for path in paths:
            for issuer, certificate in pairwise(path):
                self._certificates[certificate.sha256] = certificate
                self._ask_about(certificate, issuer)
        return ValidationData(
            certificates=tuple(self._certificates.values()),
            revocation_lists=tuple(self._lists.values()),
            answers=tuple(self._answers.values()),
        )

    def _ask_about(self, certificate: asn1_x509.Certificate, issuer: asn1_x509.Certificate) -> None:
        """Ask the responder that a certificate names, else take its revocation list."""
        if certificate.sha256 in self._answers or certificate.issuer.dump() in self.covered:
            return
        failures = []
        for url in _urls(certificate.ocsp_urls):
            try:
                self._answers[certificate.sha256] = self._answer(url, certificate, issuer)
            except SigningError as error:
                failures.append(str(error))
            else:
                return
        for url in _urls(point.url for point in certificate.crl_distribution_points):
            try:
                self._lists.setdefault(url, self._list(url))
            except SigningError as error:
                failures.append(str(error))
            else:
                return
        name = certificate.subject.human_friendly
        why = "; ".join(failures) or "it names neither a responder nor a list of its authority"
        raise SigningError(f"whether the certificate {name} is revoked cannot be found out: {why}")

    def _answer(self, url: str, certificate: asn1_x509.Certificate, issuer: asn1_x509.Certificate) -> ocsp.OCSPResponse:
        service = "certificate status service"
        question = Question(
            service=service, url=url, body=_status_request(certificate, issuer), content_type="application/ocsp-request"
        )
        data = ask(question, timeout_s=self.timeout_s)
        try:
            answer = ocsp.OCSPResponse.load(data, strict=True)
            status = answer["response_status"].native
        except PARSING_FAULTS as error:
            raise SigningError(f"{service} {url}: its answer cannot be read") from error
        if status != "successful":
            raise SigningError(f"{service} {url}: it refused the request ({status})")
        return answer

    def _list(self, url: str) -> crl.CertificateList:
        service = "revocation list"
        if url in self._lists:
            return self._lists[url]
        data = ask(Question(service=service, url=url), timeout_s=self.timeout_s)
        return read_list(data, name=f"{service} {url}")


def _status_request(certificate: asn1_x509.Certificate, issuer: asn1_x509.Certificate) -> bytes:
    """Ask with the digest that every responder knows (RFC 5019, 2.1.1); it names a certificate and protects nothing."""
    subject, above = (x509.load_der_x509_certificate(one.dump()) for one in (certificate, issuer))
    builder = OCSPRequestBuilder().add_certificate(subject, above, SHA1())  # noqa: S303 - as the docstring says
    return builder.build().public_bytes(Encoding.DER)


def _urls(found: Iterable[str | None]) -> Iterator[str]:
    yield from (url for url in found if url is not None and url.startswith(_HTTP))
