"""Signing with keys on real tokens (SoftHSM2): what they sign holds, and nothing is signed without the PIN."""

import base64
import hashlib
import os
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import fictitious_reports as fictitious
import pytest
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from lims.domain.report_content import Person
from lims.errors import PinRefusedError, SigningError
from lims.reporting import token as token_module
from lims.reporting.desk import Desk
from lims.reporting.signature_check import check_signatures
from lims.reporting.token import open_token
from lims.reporting.token_process import PIN_LOCKED, REFUSED, TOKEN_MISSING, kind_of
from lims.settings import Settings, TokenSetting
from tests.builders.soft_token import MODULE, UTIL, Authority, SoftToken, configure

pytestmark = [
    pytest.mark.softhsm,
    pytest.mark.skipif(UTIL is None or MODULE is None, reason="Debian's softhsm2 is not installed"),
]
CONTENT = fictitious.report(runs=())
NOW = fictitious.SIGNED_AT
LATER = fictitious.REVIEWED_AT
PIN, OTHER_PIN = "47110815", "99887766"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tokens:
    """Two people with a token each: the expert's key is RSA, the reviewer's ECDSA."""

    authority: Authority
    expert: SoftToken
    reviewer: SoftToken


@pytest.fixture(scope="module")
def tokens(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tokens]:
    file = configure(tmp_path_factory.mktemp("softhsm"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SOFTHSM2_CONF", str(file))
        authority = Authority.founded(now=NOW - timedelta(days=30))
        yield Tokens(
            authority=authority,
            expert=certified(authority, fictitious.EXPERT, pin=PIN, kind="rsa"),
            reviewer=certified(authority, fictitious.REVIEWER, pin=OTHER_PIN, kind="ec"),
        )


def certified(authority: Authority, person: Person, *, pin: str, kind: str) -> SoftToken:
    token = SoftToken.initialised(f"token {person.number}", pin=pin)
    public = token.make_key("signing", kind=kind)
    token.keep_certificate("signing", authority.issue(person.name, public, begin=NOW - timedelta(days=1)))
    token.keep_certificate("authority", authority.certificate.public_bytes(Encoding.DER))
    return token


@pytest.fixture(scope="module")
def public(tokens: Tokens) -> bytes:
    """Give the public half of the expert's key."""
    with open_token(tokens.expert.setting(), PIN, now=NOW) as key:
        return key.certificate.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


@pytest.fixture
def desk(tokens: Tokens, tmp_path: Path) -> Desk:
    roots = tmp_path / "roots.pem"
    roots.write_bytes(tokens.authority.pem)
    settings = Settings(
        home=tmp_path,
        database_url="",
        raw_store_url="",
        language="en",
        laboratory="Example Laboratory of Nowhere",
        keys={
            fictitious.EXPERT.number: tokens.expert.setting(),
            fictitious.REVIEWER.number: tokens.reviewer.setting(),
        },
        trust_roots=roots,
    )
    return Desk(settings=settings)


def sign_as_expert(desk: Desk, *, pin: str | None = PIN, person: Person = fictitious.EXPERT):
    return desk.sign_as_expert(desk.compose(CONTENT), person=person, number=CONTENT.number, at=NOW, pin=pin)


def with_setting(desk: Desk, person: Person, setting: TokenSetting) -> Desk:
    return Desk(settings=replace(desk.settings, keys={**desk.settings.keys, person.number: setting}))


class TestSigning:
    def test_two_tokens_make_a_report_that_holds(self, desk: Desk) -> None:
        first = sign_as_expert(desk)
        second = desk.sign_as_reviewer(
            first.pdf, person=fictitious.REVIEWER, number=CONTENT.number, at=LATER, pin=OTHER_PIN
        )
        check = check_signatures(second.pdf, trust_roots=desk.trust_roots)
        assert check.both_valid, check.all_reasons
        assert (first.proof["token"], second.proof["token"]) == ("token E-07", "token E-11")
        assert second.proof["certificate_sha256"] == check.reviewer.certificate_sha256
        assert desk.evidence

    def test_it_says_whom_to_ask_for_a_pin(self, desk: Desk) -> None:
        assert desk.asks_pin(fictitious.EXPERT.number)
        assert not desk.asks_pin("somebody else")

    def test_a_statement_can_be_checked_by_anybody(self, desk: Desk) -> None:
        statement = b'{"meaning":"releaser"}'
        for person, pin in ((fictitious.EXPERT, PIN), (fictitious.REVIEWER, OTHER_PIN)):
            made = desk.sign_statement(statement, person=person, at=NOW, pin=pin)
            certificate = x509.load_der_x509_certificate(base64.b64decode(str(made["certificate"])))
            signature = base64.b64decode(str(made["statement_signature"]))
            verify(certificate, signature, statement)
            with pytest.raises(InvalidSignature):
                verify(certificate, signature, statement + b" ")
            assert made["statement_sha256"] == hashlib.sha256(statement).hexdigest()
            assert made["token"] == f"token {person.number}"


def verify(certificate: x509.Certificate, signature: bytes, data: bytes) -> None:
    public = certificate.public_key()
    if isinstance(public, ec.EllipticCurvePublicKey):
        public.verify(signature, data, ec.ECDSA(hashes.SHA256()))
    else:
        public.verify(signature, data, padding.PKCS1v15(), hashes.SHA256())


class TestPin:
    def test_a_wrong_one_signs_nothing_not_even_after_a_right_one(self, desk: Desk) -> None:
        for _ in range(2):
            sign_as_expert(desk)
            with pytest.raises(PinRefusedError, match="token E-07: the PIN is wrong") as refusal:
                sign_as_expert(desk, pin="47110816")
            assert "47110816" not in str(refusal.value)
            assert "Type the PIN" in refusal.value.advice()

    def test_a_wrong_one_signs_nothing_while_the_token_is_open_elsewhere(self, desk: Desk, tokens: Tokens) -> None:
        with open_token(tokens.expert.setting(), PIN, now=NOW), pytest.raises(PinRefusedError):
            sign_as_expert(desk, pin="47110816")

    def test_that_of_another_person_signs_nothing(self, desk: Desk) -> None:
        with pytest.raises(PinRefusedError):
            sign_as_expert(desk, pin=OTHER_PIN)

    def test_one_too_short_for_a_pin_is_a_wrong_one(self, desk: Desk) -> None:
        with pytest.raises(PinRefusedError):
            sign_as_expert(desk, pin="1")

    def test_it_is_needed(self, desk: Desk) -> None:
        with pytest.raises(SigningError, match="the key of E-07 is on token token E-07; its PIN is needed"):
            sign_as_expert(desk, pin=None)

    def test_it_can_be_checked_before_a_number_is_used(self, desk: Desk) -> None:
        desk.check_pin(person=fictitious.EXPERT, at=NOW, pin=PIN)
        with pytest.raises(PinRefusedError):
            desk.check_pin(person=fictitious.EXPERT, at=NOW, pin=OTHER_PIN)

    def test_it_stands_in_no_list_of_processes_and_in_no_environment(self, tokens: Tokens) -> None:
        with open_token(tokens.expert.setting(), PIN, now=NOW) as key:
            number = key.process.process.pid
            for name in ("cmdline", "environ"):
                assert PIN.encode() not in Path(f"/proc/{number}/{name}").read_bytes()
            assert PIN not in repr(key)
            assert "Max core file size        0" in Path(f"/proc/{number}/limits").read_text()
        assert PIN not in str(os.environ)

    def test_one_that_the_token_takes_no_more(self) -> None:
        """SoftHSM2 never locks a PIN; the words for it are those of the standard (PKCS #11, 5.1.6)."""
        assert [kind_of(name) for name in ("PinLocked", "PinExpired")] == [PIN_LOCKED, PIN_LOCKED]
        assert kind_of("DeviceRemoved") == TOKEN_MISSING
        assert kind_of("DeviceError") == REFUSED

    def test_a_key_that_asks_for_it_at_every_signature_gets_it(self, desk: Desk, tokens: Tokens) -> None:
        public = tokens.expert.make_key("careful", careful=True)
        made = tokens.authority.issue(fictitious.EXPERT.name, public, begin=NOW - timedelta(days=1))
        tokens.expert.keep_certificate("careful", made)
        setting = tokens.expert.setting(key="careful", certificate="careful")
        signed = sign_as_expert(with_setting(desk, fictitious.EXPERT, setting))
        assert check_signatures(signed.pdf, trust_roots=desk.trust_roots).expert.valid


class TestProcess:
    def test_none_is_left(self, tokens: Tokens) -> None:
        with open_token(tokens.expert.setting(), PIN, now=NOW) as key:
            process = key.process.process
            assert process.poll() is None
        assert process.poll() is not None
        with pytest.raises(SigningError, match="ended, or did not answer"):
            key.sign(b"after the end")

    def test_one_key_signs_once(self, tokens: Tokens) -> None:
        with open_token(tokens.expert.setting(), PIN, now=NOW) as key:
            key.sign(b"once")
            with pytest.raises(SigningError, match="ended, or did not answer"):
                key.sign(b"twice")

    def test_it_has_a_time_limit(self, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(token_module, "TOKEN_LIMIT_S", 0.001)
        with pytest.raises(SigningError, match=r"did not answer within 0\.001 s"):
            sign_as_expert(desk)


class TestWhatIsMissing:
    def test_a_token_that_is_not_there(self, desk: Desk, tokens: Tokens) -> None:
        absent = replace(tokens.expert.setting(), token="another")  # noqa: S106 - a label
        with pytest.raises(SigningError, match="token another: it is not there"):
            sign_as_expert(with_setting(desk, fictitious.EXPERT, absent))

    def test_a_module_that_is_not_there_or_is_none(self, desk: Desk, tokens: Tokens, tmp_path: Path) -> None:
        text = tmp_path / "text.so"
        text.write_text("no library")
        for path in (tmp_path / "absent.so", text):
            setting = replace(tokens.expert.setting(), pkcs11=path)
            with pytest.raises(SigningError, match=f"the module {path} cannot be used"):
                sign_as_expert(with_setting(desk, fictitious.EXPERT, setting))

    def test_a_key_or_certificate_that_is_not_there(self, desk: Desk, tokens: Tokens) -> None:
        with pytest.raises(SigningError, match="holds no private key absent"):
            sign_as_expert(with_setting(desk, fictitious.EXPERT, tokens.expert.setting(key="absent")))
        with pytest.raises(SigningError, match="0 certificates absent; expected one"):
            sign_as_expert(with_setting(desk, fictitious.EXPERT, tokens.expert.setting(certificate="absent")))


class TestCertificates:
    """What is asked of a certificate in a file is asked of one on a token."""

    def signs_with(self, desk: Desk, tokens: Tokens, label: str, certificate: bytes) -> None:
        tokens.expert.keep_certificate(label, certificate)
        sign_as_expert(with_setting(desk, fictitious.EXPERT, tokens.expert.setting(certificate=label)))

    def test_of_another_person(self, desk: Desk, tokens: Tokens, public: bytes) -> None:
        made = tokens.authority.issue("Somebody Else", public, begin=NOW - timedelta(days=1))
        with pytest.raises(SigningError, match="belongs to Somebody Else"):
            self.signs_with(desk, tokens, "other", made)

    def test_expired_or_not_begun(self, desk: Desk, tokens: Tokens, public: bytes) -> None:
        name = fictitious.EXPERT.name
        old = tokens.authority.issue(name, public, begin=NOW - timedelta(days=20), days=10)
        with pytest.raises(SigningError, match="expired on"):
            self.signs_with(desk, tokens, "old", old)
        young = tokens.authority.issue(name, public, begin=NOW + timedelta(days=1))
        with pytest.raises(SigningError, match="is not valid before"):
            self.signs_with(desk, tokens, "young", young)

    def test_not_for_signatures(self, desk: Desk, tokens: Tokens, public: bytes) -> None:
        made = tokens.authority.issue(
            fictitious.EXPERT.name, public, begin=NOW - timedelta(days=1), usage="key_encipherment"
        )
        with pytest.raises(SigningError, match="is not made for digital signatures"):
            self.signs_with(desk, tokens, "usage", made)

    def test_of_an_authority_that_is_not_trusted(self, desk: Desk, tokens: Tokens, public: bytes) -> None:
        foreign = Authority.founded(now=NOW - timedelta(days=30))
        made = foreign.issue(fictitious.EXPERT.name, public, begin=NOW - timedelta(days=1))
        with pytest.raises(SigningError, match="is not trusted"):
            self.signs_with(desk, tokens, "foreign", made)
        setting = tokens.expert.setting(certificate="foreign")
        with pytest.raises(SigningError, match="is not trusted"):
            with_setting(desk, fictitious.EXPERT, setting).sign_statement(
                b"x", person=fictitious.EXPERT, at=NOW, pin=PIN
            )

    def test_of_another_key(self, desk: Desk, tokens: Tokens) -> None:
        """The signature is held against the certificate before anything is recorded."""
        public = tokens.expert.make_key("second")
        made = tokens.authority.issue(fictitious.EXPERT.name, public, begin=NOW - timedelta(days=1))
        with pytest.raises(SigningError, match="did not make a signature of the certificate"):
            self.signs_with(desk, tokens, "second", made)
