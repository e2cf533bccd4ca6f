import dataclasses
from datetime import UTC, datetime, timedelta

import pytest

from lims.ledger import GENESIS, LedgerChecking, LedgerEntry, StoredEntry, check_chain, leaf_hash
from tests.builders.ledgers import honest_chain, resealed

THREE = honest_chain([("case", "2026-0001"), ("exhibit", "2026-0001/1"), ("case", "2026-0001")])


def faults(stored):
    return [(fault.sequence, fault.reason) for fault in check_chain(stored).faults]


def entry_of(stored):
    return LedgerEntry.from_bytes(stored.data)


def test_an_empty_ledger_is_intact():
    check = check_chain([])
    assert (check.entries, check.head, check.faults, check.intact) == (0, GENESIS, (), True)


def test_an_honest_chain_is_intact_and_its_head_is_the_newest_leaf():
    check = check_chain(iter(THREE))
    assert (check.entries, check.head, check.intact) == (3, THREE[2].leaf, True)


def test_altered_bytes_are_found_where_they_stand():
    altered = dataclasses.replace(THREE[1], data=THREE[1].data.replace(b"0.1.0", b"0.1.1"))
    assert faults([THREE[0], altered, THREE[2]]) == [
        (2, "its bytes do not have the recorded hash"),
        (3, "it does not follow the entry before it"),
    ]


def test_an_altered_hash_is_found_where_it_stands():
    altered = dataclasses.replace(THREE[1], leaf="0" * 64)
    assert faults([THREE[0], altered, THREE[2]]) == [(2, "its bytes do not have the recorded hash")]


def test_bytes_altered_together_with_their_hash_are_found_at_the_next_entry():
    altered = resealed(THREE[1], actor="somebody else")
    assert faults([THREE[0], altered, THREE[2]]) == [(3, "it does not follow the entry before it")]


def test_bytes_that_cannot_be_read_are_found_where_they_stand():
    broken = StoredEntry(sequence=2, data=b"nothing", leaf=leaf_hash(b"nothing"))
    found = faults([THREE[0], broken, THREE[2]])
    assert [sequence for sequence, _ in found] == [2, 3]
    assert found[0][1].startswith("its bytes cannot be read: not JSON")


@pytest.mark.parametrize("naive", [b'"recorded_at":"2026-11-22T00:00:00.000000"', b'"recorded_at":7'])
def test_a_time_that_is_none_is_found_where_it_stands(naive):
    data = THREE[1].data.replace(b'"recorded_at":"2026-11-22T09:00:01.000000Z"', naive)
    assert data != THREE[1].data
    broken = StoredEntry(sequence=2, data=data, leaf=leaf_hash(data))
    assert faults([THREE[0], broken, THREE[2]])[0][1].startswith("its bytes cannot be read")


def test_a_missing_entry_is_found_at_the_next():
    found = faults([THREE[0], THREE[2]])
    assert (3, "it is number 2 in the store, 3 by row, 3 by text") in found
    assert (3, "it does not follow the entry before it") in found


def test_a_missing_first_entry_is_found():
    assert {sequence for sequence, _ in faults(THREE[1:])} == {2, 3}


def test_an_entry_twice_is_found():
    found = faults([THREE[0], THREE[1], THREE[1], THREE[2]])
    assert (2, "it is number 3 in the store, 2 by row, 2 by text") in found
    assert (2, "it is version 1 of exhibit 2026-0001/1, expected 2") in found


def test_entries_in_each_others_place_are_found():
    swapped = [
        THREE[0],
        dataclasses.replace(THREE[2], sequence=2),
        dataclasses.replace(THREE[1], sequence=3),
    ]
    assert {sequence for sequence, _ in faults(swapped)} == {2, 3}


def test_a_row_number_that_is_not_the_entrys_is_found():
    found = faults([THREE[0], dataclasses.replace(THREE[1], sequence=7), THREE[2]])
    assert found == [(7, "it is number 2 in the store, 7 by row, 2 by text")]


def test_a_time_before_the_one_before_is_found():
    earlier = entry_of(THREE[0]).recorded_at - timedelta(microseconds=1)
    backdated = resealed(THREE[1], recorded_at=earlier)
    assert faults([THREE[0], backdated])[0] == (2, "it is dated before the entry before it")


def test_the_same_time_again_is_no_fault():
    same = resealed(THREE[1], recorded_at=entry_of(THREE[0]).recorded_at)
    assert faults([THREE[0], same]) == []


@pytest.mark.parametrize("version", [1, 3])
def test_a_version_that_is_not_the_next_is_found(version):
    changed = resealed(THREE[2], version=version)
    assert faults([*THREE[:2], changed]) == [(3, f"it is version {version} of case 2026-0001, expected 2")]


def test_a_first_version_that_is_not_one_is_found():
    changed = resealed(THREE[0], version=2)
    assert faults([changed]) == [(1, "it is version 2 of case 2026-0001, expected 1")]


def test_the_first_entry_follows_nothing():
    changed = resealed(THREE[0], previous="1" * 64)
    assert faults([changed]) == [(1, "it does not follow the entry before it")]


def test_a_new_end_written_by_whoever_holds_the_store_is_not_to_be_seen_here():
    rewritten = [*THREE[:2], resealed(THREE[2], recorded_at=datetime(2027, 1, 1, tzinfo=UTC))]
    assert check_chain(rewritten).intact
    assert check_chain(THREE[:2]).intact


@pytest.mark.parametrize("data", ["text", None, 7])
def test_bytes_that_are_none_are_found_where_they_stand(data):
    broken = dataclasses.replace(THREE[1], data=data)
    assert faults([THREE[0], broken, THREE[2]]) == [
        (2, f"its bytes are no bytes but {type(data).__name__}"),
        (3, "it does not follow the entry before it"),
    ]


def test_facts_are_told_of_every_entry_that_can_be_read():
    told = []
    checking = LedgerChecking(observe=told.append)
    checking.add([(1, "case", "2026-0001", 1, THREE[0].leaf, THREE[0].data), (2, "", "", 1, "", b"nothing")])
    assert [facts["number"] for facts in told] == ["2026-0001"]
    assert [fault.sequence for fault in checking.result().faults] == [2, 2]


def test_what_only_the_strict_reader_takes_is_no_fault():
    deep = "x"
    for _ in range(300):
        deep = [deep]
    for body in ({"a": "\n\u0303"}, {"a": deep}):
        chain = honest_chain([("case", "1"), ("case", "1")], bodies={1: body})
        assert check_chain(chain).intact
