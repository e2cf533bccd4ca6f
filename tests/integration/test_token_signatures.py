"""Author, reviewer and head sign with tokens: what the ledger keeps, and what a wrong PIN does."""

import base64
import hashlib
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding

from lims.domain.record import Record
from lims.domain.report import Report
from lims.domain.signature import SignatureMeaning, TokenPin, record_digest
from lims.domain.staff import StaffMember
from lims.errors import PinRefusedError, SignatureRefusedError
from lims.ledger import LedgerEntry, canonical_bytes
from tests.builders.soft_token import MODULE, UTIL, Authority, SoftToken, configure
from tests.integration.test_laboratory_of_two import CHEMIST, HEAD, Two, verified

pytestmark = [
    pytest.mark.softhsm,
    pytest.mark.skipif(UTIL is None or MODULE is None, reason="Debian's softhsm2 is not installed"),
]
PINS = {CHEMIST.number: "47110815", HEAD.number: "99887766"}
WRONG = "00000000"


class TwoWithTokens(Two):
    """The same laboratory, whose people confirm with the PIN of a token."""

    pins: dict[str, str] = PINS

    def confirmed(self, person: StaffMember, meaning: SignatureMeaning, record: Record) -> TokenPin:
        return TokenPin(
            person=person.number,
            meaning=meaning,
            kind=record.KIND,
            number=record.number,
            version=record.version,
            record_sha256=record_digest(record),
            confirmed_at=self.clock.now(),
            pin=self.pins[person.number],
        )

    @property
    def entries(self) -> list[LedgerEntry]:
        return [LedgerEntry.from_bytes(stored.data) for stored in self.laboratory.auditing.store.entries()]


@pytest.fixture
def two(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> TwoWithTokens:
    monkeypatch.setenv("SOFTHSM2_CONF", str(configure(tmp_path)))
    now = datetime.now(UTC)
    authority = Authority.founded(now=now - timedelta(days=30))
    roots = tmp_path / "roots.pem"
    roots.write_bytes(authority.pem)
    lines = ["release_by_reviewer = true", f'trust_roots = "{roots}"']
    for person in (CHEMIST, HEAD):
        token = SoftToken.initialised(person.number, pin=PINS[person.number])
        public = token.make_key("signing")
        token.keep_certificate("signing", authority.issue(f"{person.name}", public, begin=now - timedelta(days=1)))
        lines += [f"[keys.{person.number}]", f'pkcs11 = "{MODULE}"', f'token = "{person.number}"']
        lines += ['key = "signing"', 'certificate = "signing"']
    return TwoWithTokens(tmp_path / "home", lines)


def issue(two: TwoWithTokens, report: Report) -> Report:
    confirmation = two.confirmed(HEAD, SignatureMeaning.RELEASER, two.cleared(report))
    return two.laboratory.releasing.release(report.number, actor=HEAD, confirmation=confirmation)


def test_three_signatures_by_tokens_make_an_issued_report(
    two: TwoWithTokens, training_file: Path, tmp_path: Path
) -> None:
    issued = issue(two, two.reviewed(training_file))
    assert issued.evidence
    pdf = tmp_path / issued.file_name
    pdf.write_bytes(two.laboratory.reporting.document(issued.number))
    assert verified(pdf, two.laboratory) == ("VALID", 0)
    signatures = {entry.act: entry.signature for entry in two.entries if entry.signature is not None}
    for act in ("report.drafted", "report.reviewed", "report.administratively-reviewed", "report.issued"):
        assert signatures[act]["factors"] == ["pkcs11 pin"]
        assert signatures[act]["token"] in PINS
        assert not [pin for pin in PINS.values() if pin in json.dumps(signatures[act])]
    assert_anybody_can_check(signatures["report.issued"])


def assert_anybody_can_check(signature) -> None:
    """Check the head's signature with what the entry says alone: the statement is made of the entry's own facts."""
    facts = ("meaning", "person", "confirmed_at", "record", "record_sha256")
    statement = canonical_bytes({name: signature[name] for name in facts})
    assert hashlib.sha256(statement).hexdigest() == signature["statement_sha256"]
    certificate = x509.load_der_x509_certificate(base64.b64decode(signature["certificate"]))
    made = base64.b64decode(signature["statement_signature"])
    certificate.public_key().verify(made, statement, padding.PKCS1v15(), hashes.SHA256())


@pytest.mark.parametrize("person", [pytest.param(CHEMIST, marks=pytest.mark.nightly), HEAD], ids=lambda one: one.number)
def test_a_wrong_pin_signs_nothing_and_uses_no_number(two: TwoWithTokens, training_file: Path, person) -> None:
    two.pins = PINS | {person.number: WRONG}
    with pytest.raises(PinRefusedError) as refusal:
        two.reviewed(training_file)
    assert WRONG not in str(refusal.value)
    assert "report.reviewed" not in [entry.act for entry in two.entries]
    if person is CHEMIST:
        assert two.laboratory.reporting.all() == ()


def test_nobody_claims_a_token_that_did_not_sign(two: TwoWithTokens, training_file: Path) -> None:
    cleared = two.cleared(two.reviewed(training_file))
    claimed = two.confirmed(HEAD, SignatureMeaning.RELEASER, cleared).used()
    before = len(two.entries)
    with pytest.raises(SignatureRefusedError, match="only the token itself can show that it signed"):
        two.laboratory.releasing.release(cleared.number, actor=HEAD, confirmation=claimed)
    assert len(two.entries) == before
