from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from lims.domain.report import Report
from lims.domain.signature import (
    CONFIRMATION_LIFE,
    SignatureConfirmation,
    SignatureMeaning,
    TokenPin,
    record_digest,
)
from lims.errors import InvalidRecordError, SignatureRefusedError

NOW = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
REPORT = Report(
    number="2026-0001-P1",
    examination_number="2026-0001/1-R1-E1",
    examination_version=5,
    language="en",
    expert="expert-a",
    reviewer="expert-b",
    evidence=False,
)
FACTS: dict[str, Any] = {
    "person": "expert-b",
    "meaning": SignatureMeaning.TECHNICAL_REVIEWER,
    "kind": "report",
    "number": REPORT.number,
    "version": 1,
    "record_sha256": record_digest(REPORT),
    "confirmed_at": NOW,
}


def confirmation(**changes: object) -> SignatureConfirmation:
    return SignatureConfirmation(**FACTS | {"factors": ("password", "totp")} | changes)


def use(confirmed: SignatureConfirmation | TokenPin, **changes: object) -> None:
    facts: dict[str, Any] = {
        "person": "expert-b",
        "meaning": SignatureMeaning.TECHNICAL_REVIEWER,
        "record": REPORT,
        "now": NOW,
    }
    confirmed.require(**facts | changes)


def test_what_was_confirmed_may_be_signed_for_five_minutes() -> None:
    use(confirmation())
    use(confirmation(), now=NOW + CONFIRMATION_LIFE)
    use(TokenPin(**FACTS, pin="1234"))


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"person": "expert-a"}, "expert-b confirmed this signature, not expert-a"),
        ({"meaning": SignatureMeaning.RELEASER}, "confirmed as technical reviewer; this signature is as releaser"),
        ({"now": NOW + CONFIRMATION_LIFE + timedelta(microseconds=1)}, "holds for 5 minutes"),
        ({"now": NOW - timedelta(microseconds=1)}, "holds for 5 minutes"),
    ],
)
def test_sg_2_anything_else_is_refused(changes: dict[str, object], words: str) -> None:
    for confirmed in (confirmation(), TokenPin(**FACTS, pin="1234")):
        with pytest.raises(SignatureRefusedError, match=words) as refusal:
            use(confirmed, **changes)
        assert "confirm it anew" in refusal.value.advice()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"number": "2026-0001-P2"}, "confirmed for report 2026-0001-P2; this signature is for report 2026-0001-P1"),
        ({"kind": "examination"}, "confirmed for examination 2026-0001-P1"),
        ({"version": 2}, "was shown as version 2 and is version 1 now"),
        ({"record_sha256": "0" * 64}, "or has another content"),
    ],
)
def test_sg_2_another_record_is_refused(changes: dict[str, object], words: str) -> None:
    with pytest.raises(SignatureRefusedError, match=words):
        use(confirmation(**changes))


def test_sg_2_every_field_of_the_record_is_bound() -> None:
    changed = REPORT.void(reason="a slip")
    assert record_digest(changed) != record_digest(REPORT)
    with pytest.raises(SignatureRefusedError, match="version 1 and is version 2 now"):
        use(confirmation(), record=changed)


def test_a_confirmation_by_nothing_is_none() -> None:
    with pytest.raises(InvalidRecordError, match="no factor was checked"):
        confirmation(factors=())


def test_sg_1_the_proof_has_name_time_meaning_and_the_link() -> None:
    assert confirmation().proof(name="Expert B") == {
        "meaning": "technical reviewer",
        "name": "Expert B",
        "person": "expert-b",
        "factors": ["password", "totp"],
        "confirmed_at": "2026-11-22T10:00:00.000000Z",
        "record": {"kind": "report", "number": "2026-0001-P1", "version": 1},
        "record_sha256": record_digest(REPORT),
    }


def test_a_pin_is_neither_shown_nor_empty() -> None:
    pin = TokenPin(**FACTS, pin="4711")
    assert "4711" not in repr(pin)
    assert pin.used().factors == ("pkcs11 pin",)
    assert pin.used().record_sha256 == FACTS["record_sha256"]
    with pytest.raises(InvalidRecordError, match="PIN: empty"):
        TokenPin(**FACTS, pin="")
