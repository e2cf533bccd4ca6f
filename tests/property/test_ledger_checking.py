"""The quick check against the slow, obvious one, on honest ledgers and on every kind of damage."""

import dataclasses
import json
from datetime import timedelta

import orjson
from hypothesis import example, given
from hypothesis import strategies as st

from lims.errors import CanonicalFormError
from lims.ledger import LedgerChecking, LedgerEntry, canonical_bytes, leaf_hash, parse_canonical
from lims.ledger.checking import _quick_facts
from lims.ledger.entry import is_moment, read_moment
from lims.ledger.growing_tree import BLOCK_LEAVES, GrowingTree
from lims.ledger.merkle import CompactRange, leaf_digest, tree_root
from tests.builders.ledgers import honest_chain, resealed
from tests.builders.slow_check import slow_check

STRANGE = [
    "айғақ",
    "e\u0301",
    "é",
    "\u0338",
    "\n\u0303",
    '"',
    "\\",
    "\x7f",
    "\u2028",
    "𝔘",
    "\ufeff",
    "ı",
    "\x00",
    "\x1f",
]
TEXT = st.text(max_size=6) | st.sampled_from(STRANGE) | st.lists(st.sampled_from(STRANGE)).map("".join)
NUMBERS = st.integers() | st.floats() | st.sampled_from([2**53, 2**53 - 1, -(2**53), 2**64, 1.0, -0.0, 1e16, 1e-7])
VALUES = st.recursive(
    st.none() | st.booleans() | NUMBERS | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=8,
)
RECORDS = st.lists(st.tuples(st.sampled_from(["case", "exhibit"]), st.sampled_from("123")), min_size=1, max_size=9)


def rows_of(chain):
    rows = []
    for stored in chain:
        entry = LedgerEntry.from_bytes(stored.data)
        rows.append((stored.sequence, entry.kind, entry.number, entry.version, stored.leaf, stored.data))
    return rows


def check(rows, *, batch=3):
    checking = LedgerChecking(sizes=range(len(rows) + 1))
    for at in range(0, len(rows), batch):
        checking.add(rows[at : at + batch])
    leaves = [leaf_digest(row[5]) for row in rows]
    assert checking.tree.range == CompactRange().extend(leaves)
    assert checking.tree.roots() == {size: tree_root(leaves[:size]) for size in range(len(rows) + 1)}
    return checking.result()


def plain(value):
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode("utf-8", "surrogatepass")


@st.composite
def ledgers(draw):
    records = draw(RECORDS)
    bodies = st.dictionaries(st.text("abc", max_size=2), st.text(max_size=3) | st.integers(-9, 9), max_size=3)
    chain = honest_chain(records)
    return rows_of(honest_chain(records, bodies={e.sequence: draw(bodies) for e in chain if draw(st.booleans())}))


@st.composite
def rewritten(draw, data):
    """Give bytes with one fact replaced, written as canonical JSON would be if anything went."""
    facts = json.loads(data)
    name = draw(st.sampled_from(sorted(facts)))
    other = draw(VALUES | st.sampled_from([facts[name], {"a": {"b": [1.5]}}, [1], "2026-02-30T00:00:00.000000Z"]))
    return draw(st.sampled_from([plain, orjson_bytes]))(facts | {name: other})


def orjson_bytes(value):
    try:
        return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)
    except TypeError:
        return b"{}"


@st.composite
def damaged(draw):  # noqa: C901 - one branch for each kind of damage
    rows = draw(ledgers())
    for _ in range(draw(st.integers(1, 3))):
        place = draw(st.integers(0, len(rows) - 1))
        sequence, kind, number, version, leaf, data = rows[place]
        match draw(st.integers(0, 9)):
            case 0:
                data = bytearray(data)
                data[draw(st.integers(0, len(data) - 1))] ^= draw(st.integers(1, 255))
                rows[place] = (sequence, kind, number, version, leaf, bytes(data))
            case 1:
                data = draw(rewritten(data)) if data.startswith(b'{"act') else data
                rows[place] = (sequence, kind, number, version, leaf_hash(data), data)
            case 2:
                rows[place] = (draw(st.integers(-1, 9)), kind, number, version, leaf, data)
            case 3:
                rows[place] = (sequence, draw(st.sampled_from(["case", "x"])), number, version, leaf, data)
            case 4:
                rows[place] = (sequence, kind, number, draw(st.integers(0, 4)), leaf, data)
            case 5:
                del rows[place]
                if not rows:
                    return rows
            case 6:
                rows.insert(draw(st.integers(0, len(rows))), rows[place])
            case 7:
                other = draw(st.integers(0, len(rows) - 1))
                rows[place], rows[other] = rows[other], rows[place]
            case 8:
                rows[place] = (sequence, kind, number, version, draw(st.text(max_size=3)), data)
            case 9:
                data = draw(st.binary(max_size=9) | VALUES.map(plain))
                rows[place] = (sequence, kind, number, version, leaf_hash(data), data)
    return rows


@given(ledgers(), st.integers(1, 4))
def test_an_honest_ledger_is_intact_for_both(rows, batch):
    found = check(rows, batch=batch)
    assert found == slow_check(rows)
    assert found.intact


@given(damaged())
def test_both_find_the_same_faults_at_the_same_places(rows):
    assert check(rows) == slow_check(rows)


@given(VALUES)
@example({"é": 1})
@example({"a": {"é": 1}, "b": "й"})
@example({"a": [{"b": 1.5}]})
@example("e\u0301")
@example(2**53)
@example("\n\u0303")
def test_what_the_quick_reader_takes_is_canonical(value):
    (stored,) = honest_chain([("case", "1")])
    facts = json.loads(stored.data)
    for data in (plain(facts | {"body": {"a": value}}), orjson_bytes(facts | {"body": {"a": value}})):
        quick = _quick_facts(data)
        try:
            strict = parse_canonical(data)
        except CanonicalFormError:
            assert quick is None
        else:
            assert quick in (None, strict)


@given(
    st.dictionaries(st.text("abc\n", max_size=3), st.text('aй\u0338\n"', max_size=5) | st.integers(-9, 9), max_size=4)
)
def test_the_quick_reader_takes_every_ordinary_entry_and_writes_what_rfc8785_writes(body):
    (stored,) = honest_chain([("case", "1")])
    facts = json.loads(stored.data) | {"body": body}
    try:
        data = canonical_bytes(facts)
    except CanonicalFormError:
        return
    assert orjson_bytes(facts) == data
    if "\u0338" not in data.decode():  # a mark behind an escape looks like one that must be composed
        assert _quick_facts(data) == facts


@given(
    st.datetimes().map(lambda moment: moment.isoformat(timespec="microseconds") + "Z")
    | st.from_regex(r"[012][0-9]{3}-[0-3][0-9]-[0-3][0-9]T[0-2][0-9]:[0-6][0-9]:[0-6][0-9]\.[0-9]{6}Z", fullmatch=True)
    | st.text("0123456789-:TZW.+", max_size=28)
)
@example("2026-02-29T00:00:00.000000Z")
@example("2024-02-29T23:59:59.999999Z")
@example("2026-11-22T24:00:00.000000Z")
@example("0000-01-01T00:00:00.000000Z")
def test_a_time_is_one_for_both_readers(text):
    try:
        read_moment(text)
    except ValueError:
        assert not is_moment(text)
    else:
        assert is_moment(text)


@example(3 * BLOCK_LEAVES, [0, BLOCK_LEAVES, 2 * BLOCK_LEAVES, 3 * BLOCK_LEAVES], 1)
@example(2 * BLOCK_LEAVES + 1, [BLOCK_LEAVES, 2 * BLOCK_LEAVES, 2 * BLOCK_LEAVES + 1], 700)
@given(st.integers(0, 3 * BLOCK_LEAVES), st.lists(st.integers(0, 3 * BLOCK_LEAVES), max_size=6), st.integers(1, 700))
def test_the_growing_tree_is_the_tree(size, wanted, step):
    leaves = [leaf_digest(b"%d" % place) for place in range(size)]
    tree = GrowingTree(sizes=wanted)
    for at in range(0, size, step):
        tree.extend(leaves[at : at + step])
    assert tree.size == size
    assert tree.range == CompactRange().extend(leaves)
    assert tree.roots() == {one: tree_root(leaves[:one]) for one in wanted if one <= size}
    assert tree.nodes() == {
        (8, place): tree_root(leaves[place * 256 : place * 256 + 256]) for place in range(size // 256)
    }


def test_only_a_corrected_clock_goes_back():
    first, second = honest_chain([("case", "1"), ("case", "2")])
    earlier = LedgerEntry.from_bytes(first.data).recorded_at - timedelta(days=1)
    back = resealed(second, recorded_at=earlier)
    assert check(rows_of([first, back])).faults[0].reason == "it is dated before the entry before it"
    corrected = resealed(second, recorded_at=earlier, act="clock.corrected")
    assert check(rows_of([first, corrected])).intact
    third = resealed(dataclasses.replace(corrected, sequence=3), sequence=3, previous=corrected.leaf, version=2)
    assert check(rows_of([first, corrected, third])).intact
