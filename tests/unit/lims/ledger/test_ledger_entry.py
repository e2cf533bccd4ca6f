import hashlib
import json
from datetime import UTC, datetime, timedelta, timezone

import pytest

from lims.errors import CanonicalFormError, LedgerError
from lims.ledger import GENESIS, LedgerEntry, canonical_bytes, leaf_hash
from lims.ledger.entry import moment_text

FACTS = {
    "sequence": 1,
    "previous": GENESIS,
    "recorded_at": datetime(2026, 11, 22, 9, 30, 0, 250, tzinfo=UTC),
    "actor": "expert-a",
    "act": "case.registered",
    "kind": "case",
    "number": "2026-0001",
    "version": 1,
    "body": {"number": "2026-0001"},
    "software": "0.1.0",
}
STORED = (
    b'{"act":"case.registered","actor":"expert-a","body":{"number":"2026-0001"},"kind":"case","number":"2026-0001",'
    b'"previous":"0000000000000000000000000000000000000000000000000000000000000000","raw":[],'
    b'"recorded_at":"2026-11-22T09:30:00.000250Z","sequence":1,"signature":null,"software":"0.1.0","v":1,"version":1}'
)


def entry(**changes):
    return LedgerEntry(**(FACTS | changes))


def stored(**changes):
    return canonical_bytes(json.loads(STORED) | changes)


def test_at_11_a_leaf_is_hashed_as_in_rfc_6962():
    """The leaf hash of the empty entry is a published test vector of Certificate Transparency."""
    assert leaf_hash(b"") == "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"
    assert leaf_hash(b"\x00") == "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7"
    assert leaf_hash(STORED) == hashlib.sha256(b"\x00" + STORED).hexdigest()


def test_an_entry_is_stored_as_these_very_bytes():
    assert entry().to_bytes() == STORED
    assert LedgerEntry.from_bytes(STORED) == entry()


def test_raw_digests_and_signature_travel_with_the_entry():
    signed = entry(raw=("ab" * 32,), signature={"level": "B-B"})
    assert LedgerEntry.from_bytes(signed.to_bytes()) == signed


def test_times_are_written_in_utc_to_the_microsecond():
    almaty = timezone(timedelta(hours=5))
    assert moment_text(datetime(2026, 11, 22, 14, 30, tzinfo=almaty)) == "2026-11-22T09:30:00.000000Z"
    assert moment_text(datetime(999, 1, 2, tzinfo=UTC)) == "0999-01-02T00:00:00.000000Z"


def test_a_time_without_a_zone_is_refused():
    with pytest.raises(LedgerError, match="an entry needs an aware time"):
        entry(recorded_at=datetime(2026, 11, 22))  # noqa: DTZ001 - the point of the test
    with pytest.raises(CanonicalFormError, match="2026-11-22 00:00:00 has no time zone"):
        moment_text(datetime(2026, 11, 22))  # noqa: DTZ001 - the point of the test


def test_a_time_that_utc_cannot_write_is_refused():
    with pytest.raises(CanonicalFormError, match="outside the years 1 to 9999"):
        moment_text(datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=5))))


@pytest.mark.parametrize("name", ["sequence", "version"])
@pytest.mark.parametrize("value", [0, -1])
def test_numbers_count_from_one(name, value):
    with pytest.raises(LedgerError, match="count from 1"):
        entry(**{name: value})


def test_a_body_without_canonical_form_is_refused():
    with pytest.raises(CanonicalFormError, match=r"\$\.body\.mass: float"):
        entry(body={"mass": 1.5}).to_bytes()


@pytest.mark.parametrize("data", [b"[]", b"null", b'"v"', b"{}", stored(v=2), stored(v="1"), stored(v=None)])
def test_what_is_no_entry_of_this_format_is_refused(data):
    with pytest.raises(CanonicalFormError, match="not a ledger entry of format 1"):
        LedgerEntry.from_bytes(data)


@pytest.mark.parametrize("name", [*FACTS, "raw", "signature"])
def test_an_entry_with_a_fact_missing_is_refused(name):
    facts = json.loads(STORED)
    del facts[name]
    with pytest.raises(CanonicalFormError, match="not a ledger entry"):
        LedgerEntry.from_bytes(canonical_bytes(facts))


def test_an_entry_with_a_fact_too_many_is_refused():
    with pytest.raises(CanonicalFormError, match="not a ledger entry"):
        LedgerEntry.from_bytes(stored(extra=1))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("sequence", "1"),
        ("sequence", None),
        ("sequence", True),
        ("sequence", 0),
        ("version", "1"),
        ("version", True),
        ("version", -1),
        ("previous", None),
        ("actor", 7),
        ("act", ["case.registered"]),
        ("kind", ["case"]),
        ("kind", {"a": 1}),
        ("number", 20260001),
        ("number", ["2026-0001"]),
        ("body", []),
        ("body", "body"),
        ("body", None),
        ("raw", "abcd"),
        ("raw", [1]),
        ("raw", None),
        ("raw", {"a": "b"}),
        ("signature", "signed"),
        ("signature", []),
        ("software", 1),
        ("authority", 1),
        ("authority", None),
        ("authority", ""),
        ("recorded_at", 5),
        ("recorded_at", "yesterday"),
        ("recorded_at", "2026-11-22"),
        ("recorded_at", "2026-11-22T09:30:00.000250"),
        ("recorded_at", "2026-11-22T09:30:00.000250+00:00"),
        ("recorded_at", "2026-11-22T14:30:00.000250+05:00"),
        ("recorded_at", "20261122T093000.000250Z"),
        ("recorded_at", "0001-01-01T00:00:00.000000+05:00"),
    ],
)
def test_a_fact_of_another_type_or_form_is_refused(name, value):
    with pytest.raises(CanonicalFormError, match="not a ledger entry"):
        LedgerEntry.from_bytes(stored(**{name: value}))


def test_an_authority_is_written_where_there_is_one_and_nowhere_else():
    assert b"authority" not in entry().to_bytes()
    delegated = entry(authority="head by delegation of boss")
    assert b'"authority":"head by delegation of boss"' in delegated.to_bytes()
    assert LedgerEntry.from_bytes(delegated.to_bytes()) == delegated
