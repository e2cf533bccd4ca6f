"""Levels with the keys of a laboratory: from files and on real tokens, by its settings alone."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import fictitious_reports as fictitious
import pytest
from cryptography.hazmat.primitives.serialization import Encoding, load_der_public_key

from lims.domain.report_content import Person
from lims.errors import PinRefusedError, SettingsError, SigningError
from lims.reporting.desk import Desk, open_desk
from lims.reporting.pades import field_states
from lims.reporting.signature_check import check_signatures
from lims.settings import SETTINGS_FILE, load_settings
from lims.signing_settings import SignatureLevel
from tests.builders import signing_pki
from tests.builders.signing_pki import NOW, SigningPki, kept_pki
from tests.builders.soft_token import MODULE, UTIL, SoftToken, configure

CONTENT = replace(fictitious.report(), runs=())
LATER = NOW + timedelta(hours=3)
PASSWORD = "a password of the tests"  # noqa: S105 - of people who exist in tests only
PIN = "47110815"
EXPERT, REVIEWER = fictitious.EXPERT, fictitious.REVIEWER


@pytest.fixture(scope="module")
def pki() -> SigningPki:
    return kept_pki(EXPERT.name, REVIEWER.name)


def signing(pki: SigningPki, level: str, *, more: str = "") -> str:
    return f'[signing]\nlevel = "{level}"\ntsa = "{pki.tsa}"\ntsa_roots = "root.pem"\n{more}\n'


def desk_of(home: Path, pki: SigningPki, text: str) -> Desk:
    """Give the desk of a laboratory whose settings are the text."""
    home.mkdir(parents=True, exist_ok=True)
    (home / "root.pem").write_bytes(pki.root)
    (home / SETTINGS_FILE).write_text(f'trust_roots = "root.pem"\n{text}', "utf-8")
    return open_desk(load_settings({}, home=home))


def file_keys(home: Path, pki: SigningPki, expert: str = signing_pki.EXPERT) -> str:
    home.mkdir(parents=True, exist_ok=True)
    (home / "password").write_text(PASSWORD, "utf-8")
    text = ""
    for person, label in ((EXPERT, expert), (REVIEWER, signing_pki.REVIEWER)):
        pki.write_key(label, home / f"{label}.p12", password=PASSWORD.encode())
        text += f'[keys.{person.number}]\npkcs12 = "{label}.p12"\npassphrase_file = "password"\n'
    return text


def both_sign(desk: Desk, pki: SigningPki, *, pin: str | None = None) -> bytes:
    pki.set_clock(NOW)
    prepared = desk.compose(replace(CONTENT, signature_level=desk.signature_level))
    first = desk.sign_as_expert(prepared, person=EXPERT, number=CONTENT.number, at=NOW, pin=pin)
    pki.set_clock(LATER)
    second = desk.sign_as_reviewer(first.pdf, person=REVIEWER, number=CONTENT.number, at=LATER, pin=pin)
    level = SignatureLevel(desk.signature_level)
    assert (first.proof["level"], second.proof["level"]) == (level.of_one_signature, level)
    return second.pdf


@pytest.mark.parametrize("level", ["B-T", "B-LTA"])
def test_kz_6_key_files_sign_at_the_level_of_the_settings(level: str, pki: SigningPki, tmp_path: Path) -> None:
    desk = desk_of(tmp_path, pki, signing(pki, level) + file_keys(tmp_path, pki))
    pki.set_clock(NOW)
    desk.require_services(at=NOW)
    check = check_signatures(both_sign(desk, pki), trust_roots=desk.trust_roots, revocation_lists=desk.revocation_lists)
    assert check.both_valid, check.all_reasons
    assert check.level == f"PAdES {level}"


def test_lists_of_the_settings_are_honoured_at_every_level(pki: SigningPki, tmp_path: Path) -> None:
    pki.set_clock(NOW)
    for name in ("issuing", "listing", "root"):
        (tmp_path / f"{name}.crl").write_bytes(pki.revocation_list(name))
    lists = 'revocation_lists = ["issuing.crl", "listing.crl", "root.crl"]'
    revoked = desk_of(tmp_path, pki, signing(pki, "B-B", more=lists) + file_keys(tmp_path, pki, signing_pki.REVOKED))
    with pytest.raises(SigningError, match="is revoked"):
        both_sign(revoked, pki)
    good = desk_of(tmp_path, pki, signing(pki, "B-B", more=lists) + file_keys(tmp_path, pki))
    check = check_signatures(both_sign(good, pki), trust_roots=good.trust_roots, revocation_lists=good.revocation_lists)
    assert check.both_valid
    assert not any("not checked" in reason for reason in check.all_reasons)


def test_a_file_that_a_setting_names_and_that_is_not_there_is_named(pki: SigningPki, tmp_path: Path) -> None:
    desk = desk_of(tmp_path, pki, signing(pki, "B-B", more='revocation_lists = ["absent.crl"]'))
    with pytest.raises(SettingsError, match=r"signing.revocation_lists .*absent.crl: No such file"):
        _ = desk.revocation_lists


def test_a_changed_setting_does_not_change_the_level_of_a_draft(pki: SigningPki, tmp_path: Path) -> None:
    keys = file_keys(tmp_path, pki)
    before = desk_of(tmp_path, pki, signing(pki, "B-T") + keys)
    pki.set_clock(NOW)
    prepared = before.compose(replace(CONTENT, signature_level=before.signature_level))
    first = before.sign_as_expert(prepared, person=EXPERT, number=CONTENT.number, at=NOW, pin=None)
    after = desk_of(tmp_path, pki, keys)
    with pytest.raises(SigningError, match=r"states the level PAdES B-T, and .* says PAdES B-B: sign it"):
        after.sign_as_reviewer(first.pdf, person=REVIEWER, number=CONTENT.number, at=LATER, pin=None)


def test_somebody_elses_key_file_is_refused(pki: SigningPki, tmp_path: Path) -> None:
    desk = desk_of(tmp_path, pki, signing(pki, "B-T") + file_keys(tmp_path, pki, signing_pki.NAMESAKE))
    with pytest.raises(SigningError, match="belongs to Another Person"):
        both_sign(desk, pki)


@pytest.fixture(scope="module")
def tokens(tmp_path_factory: pytest.TempPathFactory, pki: SigningPki) -> Iterator[str]:
    """Make two tokens whose certificates name lists; give the settings of their keys."""
    file = configure(tmp_path_factory.mktemp("softhsm"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SOFTHSM2_CONF", str(file))
        yield "".join(token_of(pki, person, kind) for person, kind in ((EXPERT, "rsa"), (REVIEWER, "ec")))


def token_of(pki: SigningPki, person: Person, kind: str) -> str:
    token = SoftToken.initialised(f"level token {person.number}", pin=PIN)
    public = load_der_public_key(token.make_key("signing", kind=kind))
    token.keep_certificate("signing", pki.issue(public, person.name).public_bytes(Encoding.DER))
    token.keep_certificate("authority", pki.certificate("listing").public_bytes(Encoding.DER))
    return (
        f'[keys.{person.number}]\npkcs11 = "{MODULE}"\ntoken = "{token.label}"\n'
        'key = "signing"\ncertificate = "signing"\n'
    )


@pytest.mark.softhsm
@pytest.mark.skipif(UTIL is None or MODULE is None, reason="Debian's softhsm2 is not installed")
class TestTokens:
    def test_tokens_sign_at_the_highest_level(self, tokens: str, pki: SigningPki, tmp_path: Path) -> None:
        desk = desk_of(tmp_path, pki, signing(pki, "B-LTA") + tokens)
        check = check_signatures(both_sign(desk, pki, pin=PIN), trust_roots=desk.trust_roots)
        assert check.both_valid, check.all_reasons
        assert check.level is SignatureLevel.ARCHIVE

    def test_neither_a_wrong_pin_nor_a_dead_service_signs(self, tokens: str, pki: SigningPki, tmp_path: Path) -> None:
        desk = desk_of(tmp_path, pki, signing(pki, "B-LT") + tokens)
        pki.set_clock(NOW)
        prepared = desk.compose(replace(CONTENT, signature_level=desk.signature_level))
        with pytest.raises(PinRefusedError, match="the PIN is wrong"):
            desk.sign_as_expert(prepared, person=EXPERT, number=CONTENT.number, at=NOW, pin="1234")
        with (
            pki.answering(status="500 Broken"),
            pytest.raises(SigningError, match="HTTP status 500; nothing was signed"),
        ):
            desk.sign_as_expert(prepared, person=EXPERT, number=CONTENT.number, at=NOW, pin=PIN)
        assert not any(state.signed for state in field_states(prepared))
