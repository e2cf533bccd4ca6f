"""A certificate authority with its services, real and local: time stamps, certificate status, revocation lists.

Made once in a process of the tests and kept (``kept_pki``). ``signed_report`` makes a report with both signatures at a
level; ``kept_report`` keeps what it made. Nobody in here exists.
"""

import atexit
import io
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from certomancer.integrations.animator import Animator, AnimatorArchStore
from certomancer.registry import ArchLabel, CertLabel, CertomancerConfig
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_der_private_key,
    pkcs12,
)
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from lims.domain.report_content import ReportContent
from lims.reporting.assurance import SigningTerms
from lims.reporting.document import compose
from lims.reporting.keys import SigningKey
from lims.reporting.signing import SignedPdf, prepare, sign_as_expert, sign_as_reviewer
from lims.signing_settings import SignatureLevel
from lims.translation import Translator

NOW = datetime(2026, 11, 22, 9, 15, tzinfo=UTC)
"""When the expert signs, if nothing else is said; the reviewer three hours later."""
REVOKED_SINCE = datetime(2025, 12, 1, tzinfo=UTC)
_LATER = timedelta(hours=3)
_LONG = {"valid-from": "2020-01-01T00:00:00+0000", "valid-to": "2046-01-01T00:00:00+0000"}
_PERSON = {"valid-from": "2024-01-01T00:00:00+0000", "valid-to": "2036-01-01T00:00:00+0000"}
_USAGE = "key_usage"
EXPERT, REVIEWER = "expert", "reviewer"
REVOKED, EXPIRED, EARLY, STRANGER, ENCIPHERER, NAMESAKE = (
    "revoked",
    "expired",
    "early",
    "stranger",
    "encipherer",
    "namesake",
)
"""Certificates that must be refused, all in the expert's name but the last; the stranger's is of another authority."""
_NAMES = {
    "root": "Root of the tests",
    "issuing": "Issuing authority of the tests, with a responder",
    "listing": "Issuing authority of the tests, with lists alone",
    "tsa": "Time stamps of the tests",
    "ocsp": "Responder of the tests",
    "otherroot": "Other root",
    "othertsa": "Time stamps of somebody else",
    NAMESAKE: "Another Person",
}
_OF_EXPERT = (EXPERT, REVOKED, EXPIRED, EARLY, STRANGER, ENCIPHERER)


@dataclass(slots=True)
class _Door:
    """Passes requests on, counts them, and may be shut or answer with something else."""

    animator: Animator | None = None
    instead: Callable[[str, bytes], bytes | None] | None = None
    """Gives other bytes for an address and what was asked; None: the true answer."""
    asked: list[str] = field(default_factory=list)
    status: str = ""
    """Answers with this HTTP status."""

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Any:
        address = environ["PATH_INFO"]
        self.asked.append(address)
        if self.status:
            environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
            start_response(self.status, [("Content-Type", "text/plain")])
            return [b""]
        if self.instead is not None:
            body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
            made = self.instead(address, body)
            if made is not None:
                start_response("200 OK", [("Content-Type", "application/octet-stream")])
                return [made]
            environ["wsgi.input"] = io.BytesIO(body)
        assert self.animator is not None
        return self.animator(environ, start_response)


class _Quiet(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: Any) -> None:  # noqa: A002 - werkzeug's name
        pass


@dataclass(frozen=True, slots=True, kw_only=True)
class SigningPki:
    """The authority, its services and the keys of its people."""

    url: str
    door: _Door
    server: BaseWSGIServer
    config: CertomancerConfig
    expert: str
    reviewer: str

    @property
    def root(self) -> bytes:
        """The root of persons and of the time stamps, as PEM."""
        return self.certificate("root").public_bytes(Encoding.PEM)

    @property
    def other_root(self) -> bytes:
        """The root of the stranger and of the other time stamps."""
        return self.certificate("otherroot").public_bytes(Encoding.PEM)

    @property
    def tsa(self) -> str:
        return f"{self.url}/lab/tsa/tsa"

    @property
    def other_tsa(self) -> str:
        return f"{self.url}/lab/tsa/othertsa"

    def set_clock(self, at: datetime) -> None:
        """Let all services live at a moment."""
        assert self.door.animator is not None
        self.door.animator.fixed_time = at

    def certificate(self, label: str) -> x509.Certificate:
        made = self.config.get_pki_arch(ArchLabel("lab")).get_cert(CertLabel(label))
        return x509.load_der_x509_certificate(made.dump())

    def chain(self, label: str) -> tuple[x509.Certificate, ...]:
        above = {"stranger": ("otherroot",), "othertsa": ("otherroot",), REVIEWER: ("listing", "root")}
        return tuple(self.certificate(one) for one in above.get(label, ("issuing", "root")))

    def key(self, label: str = EXPERT) -> SigningKey:
        """Give the key of a label."""
        arch = self.config.get_pki_arch(ArchLabel("lab"))
        private = load_der_private_key(arch.key_set.get_private_key(label).dump(), None)
        assert isinstance(private, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey)
        return SigningKey(certificate=self.certificate(label), chain=self.chain(label), private_key=private)

    def issue(self, public: Any, name: str, *, like: str = REVIEWER) -> x509.Certificate:
        """Give a certificate for a key that was made elsewhere; it names the lists of the reviewer's authority."""
        template, issuer = self.certificate(like), self.key("listing")
        subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
        builder = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(template.issuer)
            .public_key(public)
            .serial_number(x509.random_serial_number())
            .not_valid_before(template.not_valid_before_utc)
            .not_valid_after(template.not_valid_after_utc)
        )
        for extension in template.extensions:
            if not isinstance(extension.value, x509.SubjectKeyIdentifier):
                builder = builder.add_extension(extension.value, critical=extension.critical)
        return builder.sign(issuer.private_key, SHA256())

    def write_key(self, label: str, path: Path, *, password: bytes) -> None:
        """Write a key as PKCS#12."""
        key = self.key(label)
        lock = BestAvailableEncryption(password) if password else NoEncryption()
        data = pkcs12.serialize_key_and_certificates(
            label.encode(), key.private_key, key.certificate, list(key.chain), lock
        )
        path.write_bytes(data)

    def terms(self, level: SignatureLevel, **changes: Any) -> SigningTerms:
        facts: dict[str, Any] = {
            "level": level,
            "tsa": self.tsa if level.stamped else "",
            "time_roots": (self.root,) if level.stamped else (),
            **changes,
        }
        return SigningTerms(**facts)

    def revocation_list(self, authority: str = "issuing") -> bytes:
        """Give the list of an authority as it is at the clock of the services, in DER."""
        assert self.door.animator is not None
        registry = self.config.get_pki_arch(ArchLabel("lab")).service_registry
        made: bytes = registry.get_crl(authority, self.door.animator.fixed_time).dump()
        return made

    @contextmanager
    def answering(
        self, *, status: str = "", instead: Callable[[str, bytes], bytes | None] | None = None
    ) -> Iterator[None]:
        """Let the services answer otherwise for a while."""
        self.door.status, self.door.instead = status, instead
        try:
            yield
        finally:
            self.door.status, self.door.instead = "", None

    def expert_signs(self, pdf: bytes, number: str, *, level: SignatureLevel, at: datetime = NOW) -> SignedPdf:
        self.set_clock(at)
        return sign_as_expert(
            pdf,
            self.key(EXPERT),
            number=number,
            at=at,
            translator=Translator("en"),
            trust_roots=[self.root],
            terms=self.terms(level),
        )

    def reviewer_signs(
        self, pdf: bytes, number: str, *, level: SignatureLevel, at: datetime = NOW + _LATER
    ) -> SignedPdf:
        self.set_clock(at)
        return sign_as_reviewer(
            pdf,
            self.key(REVIEWER),
            number=number,
            at=at,
            translator=Translator("en"),
            trust_roots=[self.root],
            terms=self.terms(level),
        )


def found_pki(*, expert: str, reviewer: str, kind: str = "ec") -> SigningPki:
    """Make the keys and certificates and open the services on a free port of this machine."""
    door = _Door()
    server = make_server("127.0.0.1", 0, door, threaded=True, request_handler=_Quiet)
    url = f"http://127.0.0.1:{server.server_port}"
    names = {**_NAMES, **dict.fromkeys(_OF_EXPERT, expert), REVIEWER: reviewer}
    with tempfile.TemporaryDirectory() as folder:
        for label in names:
            Path(folder, f"{label}.pem").write_bytes(_private(kind))
        config = CertomancerConfig(_config(names), key_search_dir=folder, external_url_prefix=url)
    pki = SigningPki(url=url, door=door, server=server, config=config, expert=expert, reviewer=reviewer)
    door.animator = Animator(AnimatorArchStore(config.pki_archs), at_time=NOW, with_web_ui=False)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    atexit.register(close_pki, pki)
    return pki


def close_pki(pki: SigningPki) -> None:
    """End the services."""
    pki.server.shutdown()
    pki.server.server_close()


@cache
def kept_pki(expert: str, reviewer: str) -> SigningPki:
    """Give the PKI of two people; it lives as long as the process."""
    return found_pki(expert=expert, reviewer=reviewer)


def signed_report(content: ReportContent, level: SignatureLevel, *, pki: SigningPki | None = None) -> bytes:
    """Compose a report that states a level, and sign it at that level."""
    chosen = pki or kept_pki(content.expert.name, content.reviewer.name)
    stating = replace(content, signature_level=level.value)
    draft = prepare(compose(stating, Translator(content.language)))
    certified = chosen.expert_signs(draft, content.number, level=level)
    return chosen.reviewer_signs(certified.pdf, content.number, level=level).pdf


_kept: dict[tuple[str, SignatureLevel], bytes] = {}


def kept_report(content: ReportContent, level: SignatureLevel) -> bytes:
    """Give the report of a content at a level; made once for each report number and level."""
    place = (content.number, level)
    if place not in _kept:
        _kept[place] = signed_report(content, level)
    return _kept[place]


def _private(kind: str) -> bytes:
    key = (
        rsa.generate_private_key(public_exponent=65537, key_size=2048)
        if kind == "rsa"
        else ec.generate_private_key(ec.SECP256R1())
    )
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def _config(names: dict[str, str]) -> dict[str, Any]:
    keys = {label: {"path": f"{label}.pem"} for label in names}
    return {
        "keysets": {"lab": {"keys": keys}},
        "pki-architectures": {
            "lab": {
                "keyset": "lab",
                "entity-defaults": {"country-name": "KZ", "organization-name": "TEST"},
                "entities": {label: {"common-name": name} for label, name in names.items()},
                "certs": _certificates(),
                "services": _services(),
            }
        },
    }


def _certificates() -> dict[str, Any]:
    def person(issuer: str = "issuing", **facts: Any) -> dict[str, Any]:
        return {"issuer": issuer, "validity": _PERSON, "profiles": ["digsig-commitment"], **facts}

    stamps = [
        {"id": _USAGE, "critical": True, "smart-value": {"schema": "key-usage", "params": ["digital_signature"]}},
        {"id": "extended_key_usage", "critical": True, "value": ["time_stamping"]},
    ]
    enciphers = [
        {"id": _USAGE, "critical": True, "smart-value": {"schema": "key-usage", "params": ["key_encipherment"]}}
    ]
    revoked = {"revoked-since": REVOKED_SINCE.strftime("%Y-%m-%dT%H:%M:%S+0000"), "reason": "key_compromise"}
    authority = {"validity": _LONG, "issuer": "root"}
    return {
        "root": {**authority, "profiles": [{"id": "simple-ca", "params": {"crl-repo": "root"}}]},
        "otherroot": {"issuer": "otherroot", "validity": _LONG, "profiles": [{"id": "simple-ca", "params": {}}]},
        "issuing": {
            **authority,
            "profiles": [
                {"id": "simple-ca", "params": {"max-path-len": 0, "crl-repo": "issuing", "ocsp-service": "issuing"}}
            ],
        },
        "listing": {
            **authority,
            "profiles": [{"id": "simple-ca", "params": {"max-path-len": 0, "crl-repo": "listing"}}],
        },
        "ocsp": {"issuer": "issuing", "validity": _LONG, "profiles": ["ocsp-responder"]},
        "tsa": {"issuer": "root", "validity": _LONG, "extensions": stamps},
        "othertsa": {"issuer": "otherroot", "validity": _LONG, "extensions": stamps},
        EXPERT: person(),
        REVIEWER: person("listing"),
        REVOKED: person(revocation=revoked),
        EXPIRED: person(validity={"valid-from": "2022-01-01T00:00:00+0000", "valid-to": "2024-06-01T00:00:00+0000"}),
        EARLY: person(validity={"valid-from": "2030-01-01T00:00:00+0000", "valid-to": "2036-01-01T00:00:00+0000"}),
        STRANGER: person("otherroot"),
        ENCIPHERER: {"issuer": "issuing", "validity": _PERSON, "extensions": enciphers},
        NAMESAKE: person(),
    }


def _services() -> dict[str, Any]:
    return {
        "ocsp": {"issuing": {"for-issuer": "issuing", "responder-cert": "ocsp", "signing-key": "ocsp"}},
        "crl-repo": {
            label: {"for-issuer": label, "signing-key": label, "simulated-update-schedule": "P30D"}
            for label in ("root", "issuing", "listing")
        },
        "time-stamping": {label: {"signing-key": label, "signing-cert": label} for label in ("tsa", "othertsa")},
    }
