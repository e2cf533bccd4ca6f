from dataclasses import replace
from pathlib import Path

import fictitious_reports as fictitious
import pytest
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, pkcs12

from lims.domain.report_content import Person
from lims.errors import SettingsError, SigningError
from lims.reporting.content import content_json
from lims.reporting.desk import Desk, open_desk
from lims.reporting.development import development_keys
from lims.reporting.signature_check import check_signatures
from lims.services.desk_ports import ReportDesk
from lims.settings import KeySetting, Settings

CONTENT = fictitious.report(runs=())


@pytest.fixture
def demonstration(tmp_path: Path) -> Settings:
    return Settings(
        home=tmp_path,
        database_url="",
        raw_store_url="",
        language="en",
        laboratory="Example Laboratory of Nowhere",
        keys={},
        trust_roots=None,
    )


def with_own_keys(settings: Settings, *people: Person) -> Settings:
    """Configure key files as a laboratory with keys of its own would, made by a private authority."""
    made = development_keys(settings.home / "authority", people, now=fictitious.PREPARED_AT)
    (settings.home / "roots.pem").write_bytes(made.root)
    configured = {}
    for person in people:
        key = made.key_of(person.number)
        data = pkcs12.serialize_key_and_certificates(
            b"key", key.private_key, key.certificate, key.chain, BestAvailableEncryption(b"pass word")
        )
        file, password = settings.home / f"{person.number}.p12", settings.home / f"{person.number}.txt"
        file.write_bytes(data)
        password.write_bytes(b"pass word\n")
        configured[person.number] = KeySetting(pkcs12=file, passphrase_file=password)
    return replace(settings, keys=configured, trust_roots=settings.home / "roots.pem")


def test_it_is_the_desk_that_the_services_want(demonstration: Settings) -> None:
    desk: ReportDesk = open_desk(demonstration)
    assert desk.signature_level == "PAdES B-B"
    assert not desk.evidence
    assert desk.content_bytes(CONTENT) == content_json(CONTENT)


def test_a_report_passes_over_it_and_is_valid(demonstration: Settings) -> None:
    desk = open_desk(demonstration)
    assert desk.trust_roots == ()
    composed = desk.compose(CONTENT)
    first = desk.sign_as_expert(
        composed, person=fictitious.EXPERT, number=CONTENT.number, at=fictitious.SIGNED_AT, pin=None
    )
    second = desk.sign_as_reviewer(
        first.pdf, person=fictitious.REVIEWER, number=CONTENT.number, at=fictitious.REVIEWED_AT, pin=None
    )
    check = check_signatures(second.pdf, trust_roots=desk.trust_roots)
    assert check.both_valid
    assert second.proof["field"] == "Reviewer"
    assert second.proof["sha256_before"] == first.proof["sha256_after"]
    assert second.proof["certificate_sha256"] == check.reviewer.certificate_sha256
    assert desk.compose(CONTENT) == composed


class TestConfiguredKeys:
    def test_open_with_their_passwords(self, demonstration: Settings) -> None:
        desk = Desk(settings=with_own_keys(demonstration, fictitious.EXPERT))
        assert desk.evidence
        assert len(desk.trust_roots) == 1
        signed = desk.sign_as_expert(
            desk.compose(CONTENT), person=fictitious.EXPERT, number=CONTENT.number, at=fictitious.SIGNED_AT, pin=None
        )
        assert check_signatures(signed.pdf, trust_roots=desk.trust_roots).expert.valid

    def test_of_another_person_are_refused(self, demonstration: Settings) -> None:
        settings = with_own_keys(demonstration, fictitious.EXPERT)
        somebody = replace(fictitious.EXPERT, name="Somebody Else")
        desk = Desk(settings=settings)
        with pytest.raises(SigningError, match=r"key configured for E-07 \(Somebody Else\) belongs to Әлия"):
            desk.sign_as_expert(
                desk.compose(CONTENT), person=somebody, number=CONTENT.number, at=fictitious.SIGNED_AT, pin=None
            )

    def test_that_are_missing_are_named(self, demonstration: Settings) -> None:
        desk = Desk(settings=with_own_keys(demonstration, fictitious.EXPERT))
        with pytest.raises(SigningError, match="no key is configured for E-11"):
            desk.sign_as_expert(
                desk.compose(CONTENT),
                person=fictitious.REVIEWER,
                number=CONTENT.number,
                at=fictitious.SIGNED_AT,
                pin=None,
            )

    def test_without_their_password_file_are_refused(self, demonstration: Settings) -> None:
        settings = with_own_keys(demonstration, fictitious.EXPERT)
        settings.keys["E-07"].passphrase_file.unlink()
        desk = Desk(settings=settings)
        with pytest.raises(SigningError, match="No such file"):
            desk.sign_as_expert(
                desk.compose(CONTENT),
                person=fictitious.EXPERT,
                number=CONTENT.number,
                at=fictitious.SIGNED_AT,
                pin=None,
            )

    def test_roots_that_cannot_be_read(self, demonstration: Settings) -> None:
        settings = with_own_keys(demonstration, fictitious.EXPERT)
        desk = Desk(settings=replace(settings, trust_roots=settings.home / "absent.pem"))
        with pytest.raises(SettingsError, match="trust_roots"):
            _ = desk.trust_roots


def test_a_document_from_elsewhere_is_refused(demonstration: Settings) -> None:
    with pytest.raises(SigningError, match="carries no report data"):
        open_desk(demonstration).sign_as_expert(
            b"%PDF-1.7", person=fictitious.EXPERT, number="1", at=fictitious.SIGNED_AT, pin=None
        )
