"""Records read from the bytes of entries."""

from datetime import UTC, datetime

import pytest

from lims.domain.case import Case
from lims.domain.record import body_of, from_body
from lims.errors import CanonicalFormError, InvalidRecordError
from lims.ledger import GENESIS, LedgerEntry
from lims.persistence.decoding import decoded


@pytest.fixture
def data() -> bytes:
    case = Case(
        number="2026-0001",
        laboratory="L",
        appointing_body="B",
        order_number="",
        order_date=None,
        seizure_date=None,
        seizure_place="",
        questions=("What is it?",),
        demonstration=True,
    )
    return LedgerEntry(
        sequence=1,
        previous=GENESIS,
        recorded_at=datetime(2026, 1, 1, tzinfo=UTC),
        actor="a",
        act="case.registered",
        kind=case.KIND,
        number=case.number,
        version=1,
        body=body_of(case),
        software="0",
    ).to_bytes()


def test_the_same_bytes_give_the_same_record_and_other_bytes_another(data: bytes) -> None:
    case = decoded(Case, data)
    assert case == from_body(Case, LedgerEntry.from_bytes(data).body)
    assert decoded(Case, bytes(bytearray(data))) is case
    other = decoded(Case, data.replace(b'"appointing_body":"', b'"appointing_body":"x'))
    assert other.appointing_body == f"x{case.appointing_body}"


def test_what_was_refused_is_refused_again(data: bytes) -> None:
    for _ in range(2):
        with pytest.raises(CanonicalFormError):
            decoded(Case, data + b" ")
        with pytest.raises(InvalidRecordError):
            decoded(Case, data.replace(b'"appointing_body"', b'"appointing_bodx"'))
