import dataclasses
import hashlib
import random
from datetime import UTC, date, datetime

import pytest

from lims.domain.donor import (
    Donor,
    Erasure,
    IdentityField,
    IdentityReading,
    commitment_of,
    personal_value,
    pseudonym,
)
from lims.errors import InvalidRecordError, TransitionError


def drawn(seed):
    return random.Random(seed).randbytes  # noqa: S311 - the same in each test


NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
NAME = personal_value(IdentityField.NAME, "Ә. Ұлықбек", random=drawn(1))
BORN = personal_value(IdentityField.BIRTH_DATE, "1990-02-03", random=drawn(2))
DONOR = Donor(
    number="2026-0001-D1",
    case_number="2026-0001",
    pseudonym="K7M3P9QA",
    commitments=(NAME.commitment, BORN.commitment),
    registered_by="technician",
    registered_at=NOW,
)
ERASURE = Erasure(court="Court", order_number="12", order_date=date(2026, 11, 1), erased_by="head", erased_at=NOW)


def test_a_commitment_is_the_hash_of_salt_and_value():
    assert commitment_of("abc", salt="00ff") == hashlib.sha256(b"\x00\xffabc").hexdigest()
    assert len(bytes.fromhex(NAME.salt)) == 32
    again = personal_value(IdentityField.NAME, NAME.value, random=drawn(3))
    assert again.commitment != NAME.commitment


def test_commitments_open_with_their_values_and_with_nothing_else():
    assert DONOR.unopened((BORN, NAME)) == ()
    assert DONOR.unopened((NAME,)) == (IdentityField.BIRTH_DATE,)
    assert DONOR.unopened(()) == (IdentityField.NAME, IdentityField.BIRTH_DATE)
    other = dataclasses.replace(NAME, value="Ә. Ұлықбе")
    assert DONOR.unopened((other, BORN)) == (IdentityField.NAME,)


def test_a_code_is_random_and_easily_read():
    codes = {pseudonym(drawn(seed)) for seed in range(300)}
    assert len(codes) == 300
    assert {len(code) for code in codes} == {8}
    assert set("".join(codes)) == set("23456789ABCDEFGHJKMNPQRSTUVWXYZ")


def test_erasing_is_done_once_and_ends_reading():
    read = DONOR.read(IdentityReading(read_by="head", read_at=NOW, purpose="court"))
    erased = read.erase(ERASURE)
    assert (DONOR.state, erased.state, erased.version, erased.parent) == ("kept", "erased", 3, "2026-0001")
    assert (erased.commitments, erased.title) == (DONOR.commitments, "K7M3P9QA")
    with pytest.raises(TransitionError, match="under order 12 of Court"):
        erased.erase(ERASURE)
    with pytest.raises(TransitionError, match="was erased"):
        erased.read(IdentityReading(read_by="head", read_at=NOW, purpose="court"))


def test_nothing_is_read_or_erased_without_saying_why():
    with pytest.raises(InvalidRecordError, match="purpose"):
        IdentityReading(read_by="head", read_at=NOW, purpose="")
    for facts in ({"court": ""}, {"order_number": ""}):
        with pytest.raises(InvalidRecordError):
            dataclasses.replace(ERASURE, **facts)
    with pytest.raises(InvalidRecordError, match="stands once"):
        dataclasses.replace(DONOR, commitments=(NAME.commitment, NAME.commitment))
    with pytest.raises(InvalidRecordError, match="name: empty"):
        personal_value(IdentityField.NAME, "", random=drawn(1))
