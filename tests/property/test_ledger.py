import dataclasses
import json

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from lims.errors import CanonicalFormError
from lims.ledger import LedgerEntry, canonical_bytes, check_chain, leaf_hash, parse_canonical
from tests.builders.ledgers import honest_chain, resealed

TEXT = st.text(st.characters(max_codepoint=0x7F), max_size=8) | st.sampled_from(["айғақ", "é", "€", "𝔘", "\u2028"])
KEYS = st.text(st.characters(max_codepoint=127), max_size=6)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=12,
)
RECORDS = st.tuples(st.sampled_from(["case", "exhibit"]), st.sampled_from(["1", "2", "3"]))


@given(VALUES)
def test_values_read_back_from_their_canonical_bytes(value):
    assert parse_canonical(canonical_bytes(value)) == value


@given(VALUES)
def test_canonical_bytes_are_what_a_plain_encoder_writes(value):
    """For our subset RFC 8785 is sorted JSON in UTF-8 without spaces: ASCII keys sort alike in every encoding."""
    plain = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert canonical_bytes(value) == plain.encode("utf-8")


@given(st.binary(max_size=40))
def test_bytes_are_canonical_or_are_refused_and_nothing_else_happens(data):
    try:
        value = parse_canonical(data)
    except CanonicalFormError:
        return
    assert canonical_bytes(value) == data


ODD = (
    st.floats(allow_nan=False, allow_infinity=False)
    | st.sampled_from([2**53, -(2**53), 2**64, -0.0, 1e2, "e\u0301", "\u0338", "\u212b", "\U0001f600", "\x7f", "\x00"])
    | st.text(max_size=3)
)
ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | TEXT | ODD,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS | st.text(max_size=2), inner, max_size=3),
    max_leaves=8,
)


def strictly(data):
    """Read bytes in the slow, obvious way: what they say must be written as they are."""
    try:
        value = json.loads(data)
    except (ValueError, RecursionError):
        return "refused"
    try:
        return value if canonical_bytes(value) == data else "refused"
    except CanonicalFormError:
        return "refused"


def quickly(data):
    try:
        return parse_canonical(data)
    except CanonicalFormError:
        return "refused"


def shape(value):
    """Tell True from 1 and 1.0, at any depth."""
    return repr(value)


@given(ANY_JSON, st.booleans(), st.booleans(), st.data())
def test_the_quick_reader_takes_and_refuses_what_the_strict_one_does(value, ascii_only, sorted_keys, data):
    text = json.dumps(value, sort_keys=sorted_keys, separators=(",", ":"), ensure_ascii=ascii_only)
    written = text.encode("utf-8", errors="surrogatepass")
    place = data.draw(st.integers(0, len(written)))
    for one in (written, written[:place] + data.draw(st.binary(max_size=2)) + written[place:]):
        assert shape(quickly(one)) == shape(strictly(one))


@given(st.dictionaries(KEYS, VALUES, min_size=1, max_size=4), st.data())
def test_an_entry_with_another_value_in_any_place_is_an_entry_or_is_refused(body, data):
    (stored,) = honest_chain([("case", "1")], bodies={1: body})
    facts = json.loads(stored.data)
    name = data.draw(st.sampled_from(sorted(facts)))
    changed = canonical_bytes(facts | {name: data.draw(VALUES)})
    try:
        entry = LedgerEntry.from_bytes(changed)
    except CanonicalFormError:
        return
    assert entry.to_bytes() == changed


@st.composite
def chains(draw):
    records = draw(st.lists(RECORDS, min_size=1, max_size=8))
    bodies = draw(st.lists(st.dictionaries(KEYS, VALUES, max_size=3), min_size=len(records), max_size=len(records)))
    return honest_chain(records, bodies=dict(enumerate(bodies, start=1)))


def faulty(stored):
    return [fault.sequence for fault in check_chain(stored).faults]


@given(chains())
def test_an_honest_chain_has_no_fault(chain):
    check = check_chain(chain)
    assert check.faults == ()
    assert (check.entries, check.head) == (len(chain), chain[-1].leaf)


@given(chains(), st.data())
def test_any_change_of_a_byte_is_found_at_that_very_entry(chain, data):
    place = data.draw(st.integers(0, len(chain) - 1))
    stored = bytearray(chain[place].data)
    byte = data.draw(st.integers(0, len(stored) - 1))
    stored[byte] ^= data.draw(st.integers(1, 255))
    chain[place] = dataclasses.replace(chain[place], data=bytes(stored))
    assert faulty(chain)[0] == place + 1


@given(chains(), st.data())
def test_any_byte_cut_off_or_put_in_is_found_at_that_very_entry(chain, data):
    place = data.draw(st.integers(0, len(chain) - 1))
    stored = chain[place].data
    byte = data.draw(st.integers(0, len(stored) - 1))
    changed = data.draw(
        st.sampled_from([stored[:byte] + stored[byte + 1 :], stored[:byte] + b"0" + stored[byte:], stored[:byte]])
    )
    assume(changed != stored)
    chain[place] = dataclasses.replace(chain[place], data=changed)
    assert faulty(chain)[0] == place + 1


@given(chains(), st.data())
def test_a_change_together_with_its_hash_is_found_at_that_entry_or_the_next(chain, data):
    assume(len(chain) > 1)
    place = data.draw(st.integers(0, len(chain) - 2))
    stored = bytearray(chain[place].data)
    byte = data.draw(st.integers(0, len(stored) - 1))
    stored[byte] ^= data.draw(st.integers(1, 255))
    chain[place] = dataclasses.replace(chain[place], data=bytes(stored), leaf=leaf_hash(bytes(stored)))
    assert faulty(chain)[0] in {place + 1, place + 2}


@given(chains(), st.data())
def test_a_missing_entry_is_found_where_it_is_missing(chain, data):
    place = data.draw(st.integers(0, len(chain) - 1))
    rest = chain[:place] + chain[place + 1 :]
    if place == len(chain) - 1:
        assert faulty(rest) == []  # a cut end is only to be seen against a head that is held elsewhere
        assert check_chain(rest).head != chain[-1].leaf
    else:
        assert faulty(rest)[0] == place + 2


@given(chains(), st.data())
def test_an_entry_put_in_is_found_where_it_stands(chain, data):
    place = data.draw(st.integers(0, len(chain) - 1))
    copied = data.draw(st.sampled_from(chain))
    forged = resealed(copied, sequence=place + 1, previous=chain[place - 1].leaf if place else "0" * 64)
    found = faulty([*chain[:place], forged, *chain[place:]])
    assert found
    assert found[0] == place + 1


@given(chains(), st.data())
def test_entries_in_each_others_place_are_found_at_the_first_of_them(chain, data):
    assume(len(chain) > 1)
    one, other = sorted(data.draw(st.lists(st.integers(0, len(chain) - 1), min_size=2, max_size=2, unique=True)))
    swapped = list(chain)
    swapped[one] = dataclasses.replace(chain[other], sequence=one + 1)
    swapped[other] = dataclasses.replace(chain[one], sequence=other + 1)
    assert faulty(swapped)[0] == one + 1


@pytest.mark.parametrize("depth", [1, 50])
def test_nesting_within_reason_is_written(depth):
    value = "x"
    for _ in range(depth):
        value = {"a": [value]}
    assert parse_canonical(canonical_bytes(value)) == value
