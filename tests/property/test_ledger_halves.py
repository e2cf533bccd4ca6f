"""A ledger checked in two parts against the slow check of the whole: they agree, or the whole is asked."""

import dataclasses
import logging
import sys
from functools import cache

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from sqlalchemy import insert

from lims.errors import CanonicalFormError, LedgerError, ProofError
from lims.ledger import LedgerChecking, LedgerEntry, leaf_hash
from lims.ledger.checked_part import CheckedPart, Milestone, record_namer
from lims.ledger.checking import milestone_at
from lims.ledger.growing_tree import BLOCK_LEAVES, GrowingTree
from lims.ledger.merkle import leaf_digest, tree_root
from lims.persistence import later_half, two_halves
from lims.persistence.later_half import LaterHalf
from lims.persistence.ledger_reading import ledger_reading
from lims.persistence.ledger_rows import sqlite_rows
from lims.persistence.tables import LEDGER
from lims.persistence.transactions import reading, writing
from tests.builders.ledgers import honest_chain, resealed
from tests.builders.slow_check import slow_check

SIZE = 2 * BLOCK_LEAVES + 9
CUT = BLOCK_LEAVES
SIZES = (1, CUT - 1, CUT, CUT + 1, 2 * CUT, SIZE - 1, SIZE)
KEY = b"drawn for a test"


@cache
def honest():
    """Records that end before the cut, begin behind it, or go on across it."""
    names = [("case", str(place % 40 + 40 * (place > 300))) for place in range(SIZE)]
    names[10] = names[500] = ("exhibit", "x")
    return tuple(row_of(stored) for stored in honest_chain(names))


def row_of(stored):
    entry = LedgerEntry.from_bytes(stored.data)
    return stored.sequence, entry.kind, entry.number, entry.version, stored.leaf, stored.data


def in_two(rows, *, cut=CUT):
    """Give the check in two parts; None where it does not hold."""
    name = record_namer(KEY)
    earlier = LedgerChecking(sizes=SIZES, name=name)
    earlier.add(rows[:cut])
    try:
        later = LedgerChecking(sizes=SIZES, name=name, after=milestone_at(rows[cut - 1]))
        later.add(rows[cut:])
        part = CheckedPart.from_bytes(later.part().to_bytes())
    except (LedgerError, CanonicalFormError):
        return None
    return earlier if earlier.join(part) else None


def rewritten(rows, place, **changes):
    """Change an entry and everything behind it, as somebody would who can."""
    chain = [dataclasses.replace(stored) for stored in honest_chain([(row[1], row[2]) for row in rows])]
    chain[place] = resealed(chain[place], **changes)
    for at in range(place + 1, len(chain)):
        chain[at] = resealed(chain[at], previous=chain[at - 1].leaf)
    return [row_of(stored) for stored in chain]


PLACES = st.integers(0, SIZE - 1) | st.sampled_from([CUT - 2, CUT - 1, CUT, CUT + 1, SIZE - 1])


@st.composite
def damaged(draw):
    rows = list(honest())
    for _ in range(draw(st.integers(1, 2))):
        place, other = draw(PLACES) % len(rows), draw(PLACES) % len(rows)
        sequence, kind, number, version, leaf, data = rows[place]
        match draw(st.integers(0, 6)):
            case 0:
                at = draw(st.integers(0, len(data) - 1))
                data = data[:at] + bytes([data[at] ^ draw(st.integers(1, 255))]) + data[at + 1 :]
                rows[place] = (sequence, kind, number, version, leaf, data)
            case 1:
                rows[place] = (sequence, kind, number, version, leaf, rows[other][5])
            case 2:
                rows[place] = (*rows[other][:4], leaf, data)
            case 3:
                del rows[place]
            case 4:
                rows.insert(place, rows[other])
            case 5:
                rows[place], rows[other] = rows[other], rows[place]
            case 6:
                data = data.replace(b"expert-a", b"expert-b")
                rows[place] = (sequence, kind, number, version, leaf_hash(data), data)
    return rows


def test_an_honest_ledger_in_two_parts_is_what_it_is_in_one():
    rows = honest()
    found, whole = in_two(rows), LedgerChecking(sizes=SIZES)
    whole.add(rows)
    leaves = [leaf_digest(row[5]) for row in rows]
    assert found.result() == whole.result() == slow_check(rows)
    assert found.tree.range == whole.tree.range
    assert found.tree.roots() == whole.tree.roots() == {size: tree_root(leaves[:size]) for size in SIZES}
    assert found.tree.nodes() == whole.tree.nodes()


@given(damaged())
def test_a_damaged_ledger_never_holds_in_two_parts(rows):
    assert (in_two(rows) is not None) == slow_check(rows).intact


@settings(max_examples=12)
@given(PLACES, st.sampled_from(["version", "number", "recorded_at"]))
@example(CUT, "version")
@example(CUT - 1, "number")
@example(500, "number")
def test_nor_does_one_that_was_sealed_again_with_records_that_do_not_follow(place, name):
    entry = LedgerEntry.from_bytes(honest()[place][5])
    value = {"version": entry.version + 1, "number": "39", "recorded_at": entry.recorded_at.replace(year=2025)}[name]
    rows = rewritten(honest(), place, **{name: value})
    assert (in_two(rows) is not None) == slow_check(rows).intact


def test_entries_behind_the_two_parts_are_held_against_both():
    rows = honest()
    found = in_two(rows[: CUT + 100])
    for at in range(CUT + 100, SIZE, 100):
        found.add(rows[at : at + 100])
    assert found.result() == slow_check(rows)
    worse = in_two(rows[: CUT + 100])
    worse.add([*rows[CUT + 101 :]])
    assert worse.result() == slow_check([*rows[: CUT + 100], *rows[CUT + 101 :]])


@pytest.mark.parametrize("size", [CUT + 1, 2 * CUT - 1, 2 * CUT, 2 * CUT + 1])
def test_the_later_part_may_end_anywhere(size):
    assert in_two(honest()[:size]).result() == slow_check(honest()[:size])


def test_parts_that_do_not_meet_are_not_joined():
    rows = honest()
    later = LedgerChecking(name=record_namer(KEY), after=milestone_at(rows[CUT - 1]))
    later.add(rows[CUT:])
    for earlier in (rows[: CUT - 1], rows[: CUT + 1], ()):
        checking = LedgerChecking(name=record_namer(KEY))
        checking.add(earlier)
        assert not checking.join(later.part())
        assert checking.result() == slow_check(earlier) if earlier else checking.result().entries == 0
    with pytest.raises(ProofError, match="leaves behind place 256 do not follow a tree of 0"):
        GrowingTree().join(later.part().tree)


@pytest.mark.parametrize("cut", [0, 1, 60, -1])
def test_a_part_that_did_not_come_through_is_refused(cut):
    rows = honest()
    later = LedgerChecking(sizes=SIZES, name=record_namer(KEY), after=milestone_at(rows[CUT - 1]))
    later.add(rows[CUT:])
    data = later.part().to_bytes()
    with pytest.raises(LedgerError, match="no checked part of a ledger"):
        CheckedPart.from_bytes(data[:cut])


def test_names_of_records_depend_on_their_key_and_part_kind_from_number():
    name = record_namer(KEY)
    assert name(("ab", "c")) != name(("a", "bc"))
    assert name(("ab", "c")) != record_namer(b"other")(("ab", "c"))


@pytest.fixture
def long(engine, monkeypatch):
    """Give a database with a ledger that counts as long, in tables of this program."""
    monkeypatch.setattr(two_halves, "LONG", CUT)
    monkeypatch.setattr(two_halves, "_cores", lambda: 2)
    keep(engine, honest())
    return engine


def keep(engine, rows):
    columns = [column.name for column in LEDGER.columns]
    with writing(engine) as connection:
        connection.execute(insert(LEDGER), [dict(zip(columns, row, strict=True)) for row in rows])


def checked(engine):
    with ledger_reading(engine) as found:
        return found.checked(sizes=SIZES)


def test_two_processes_find_what_one_finds(long, monkeypatch, caplog):
    caplog.set_level(logging.INFO)
    found = checked(long)
    assert isinstance(next(iter(found._versions)), bytes)  # in two, or records had other names
    assert found.result() == slow_check(honest())
    monkeypatch.setattr(two_halves, "LONG", SIZE + 1)
    alone = checked(long)
    assert isinstance(next(iter(alone._versions)), int)
    assert alone.result() == found.result()
    assert alone.tree.roots() == found.tree.roots()
    assert caplog.records == []


def test_a_row_that_came_later_is_read_at_the_end(long, monkeypatch):
    more = honest_chain([*((row[1], row[2]) for row in honest()), ("case", "0")])[-1]
    answer = two_halves._answer

    def answer_then_append(*args, **kwargs):
        keep(long, [row_of(more)])
        return answer(*args, **kwargs)

    monkeypatch.setattr(two_halves, "_answer", answer_then_append)
    seen = SIZE + (long.dialect.name == "sqlite")
    found = checked(long)
    assert found.result() == slow_check([*honest(), row_of(more)][:seen])
    assert isinstance(next(iter(found._versions)), bytes)


def test_a_fault_in_either_half_is_named_as_by_one_process(engine, monkeypatch, caplog):
    caplog.set_level(logging.INFO)
    monkeypatch.setattr(two_halves, "LONG", CUT)
    monkeypatch.setattr(two_halves, "_cores", lambda: 2)
    rows = list(honest())
    rows[20] = (*rows[20][:4], "0" * 64, rows[20][5])
    rows[-3] = (*rows[-3][:5], rows[-3][5].replace(b"expert-a", b"expert-b"))
    keep(engine, rows)
    assert checked(engine).result() == slow_check(rows)
    assert "entry 519: its bytes do not have the recorded hash" in caplog.text


@pytest.mark.parametrize(
    ("command", "told"),
    [
        (("/nowhere/python",), "no other one can be started"),
        ((sys.executable, "-c", "raise SystemExit(3)"), "the later half of the ledger"),
        ((sys.executable, "-c", "print('{}')"), "no checked part of a ledger"),
        ((sys.executable, "-c", "import time; time.sleep(60)"), "timed out"),
    ],
)
def test_without_the_other_process_one_does_all(long, monkeypatch, caplog, command, told):
    caplog.set_level(logging.INFO)
    monkeypatch.setattr(two_halves, "_COMMAND", command)
    monkeypatch.setattr(two_halves, "_LEAST_WAIT_S", 0.5)
    assert checked(long).result() == slow_check(honest())
    assert told in caplog.text


def test_one_core_or_a_database_in_memory_is_read_by_one_process(long, monkeypatch):
    def start(_):
        raise AssertionError("a second process was started")

    monkeypatch.setattr(two_halves, "_started", start)
    monkeypatch.setattr(two_halves, "_cores", lambda: 1)
    assert checked(long).result().intact
    monkeypatch.setattr(two_halves, "_cores", lambda: 2)
    monkeypatch.setattr(two_halves, "_can_be_shared", lambda _: False)
    assert checked(long).result().intact


def test_cores_are_counted(monkeypatch):
    assert two_halves._cores() >= 1
    monkeypatch.delattr(two_halves.os, "sched_getaffinity", raising=False)
    monkeypatch.setattr(two_halves.os, "cpu_count", lambda: None)
    assert two_halves._cores() == 1


def test_the_other_process_by_itself(long, capfdbinary):
    """In this process, so that a measure of coverage sees it."""
    with ledger_reading(long) as found:
        _, snapshot = found._moment()
        file, server = two_halves._place(long)
        half = LaterHalf(after=CUT, upto=SIZE, sizes=SIZES, key=KEY.hex(), file=file, server=server, snapshot=snapshot)
        assert later_half.main(half.to_bytes()) == 0
        part = CheckedPart.from_bytes(capfdbinary.readouterr().out)
        assert part.end == Milestone(entries=SIZE, head=honest()[-1][4], time=part.end.time)
        wrong = dataclasses.replace(half, after=2 * SIZE, upto=3 * SIZE)
        assert later_half.main(wrong.to_bytes()) == 1
        assert capfdbinary.readouterr().out == b""


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_rows_are_given_up_to_a_place(long):
    with reading(long) as connection:
        driver = connection.connection.driver_connection
        assert [row[0] for rows in sqlite_rows(driver, after=3, upto=5) for row in rows] == [4, 5]
