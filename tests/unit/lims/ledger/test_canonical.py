import json
import math
from enum import StrEnum
from types import MappingProxyType

import pytest

from lims.errors import CanonicalFormError
from lims.ledger import canonical_bytes, parse_canonical


def test_the_example_of_rfc_8785_within_our_subset():
    """Section 3.2.2 and 3.2.3 of the RFC, without its numbers that have a fraction: we have none."""
    value = {
        "string": "\u20ac$\u000f\u000aA'\u0042\u0022\u005c\\\"\u002f",
        "literals": [None, True, False],
        "numbers": [333333333, 0, -1, 9007199254740991],
    }
    expected = (
        '{"literals":[null,true,false],"numbers":[333333333,0,-1,9007199254740991],'
        '"string":"\u20ac$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}'
    )
    assert canonical_bytes(value) == expected.encode("utf-8")


def test_keys_are_sorted_and_nothing_is_spaced():
    assert canonical_bytes({"b": {"z": 1, "A": []}, "a": {}, "1": ()}) == b'{"1":[],"a":{},"b":{"A":[],"z":1}}'


def test_short_escapes_are_the_ones_of_the_rfc():
    assert canonical_bytes("\b\t\n\f\r\x00\x1f\x7f") == b'"\\b\\t\\n\\f\\r\\u0000\\u001f\x7f"'


def test_letters_stay_letters():
    assert canonical_bytes("айғақ") == '"айғақ"'.encode()


def test_a_number_too_long_to_be_shown_is_refused():
    with pytest.raises(CanonicalFormError, match=r"\$: a number of 20001 bits is beyond 2\*\*53"):
        canonical_bytes(1 << 20_000)


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (1.0, r"\$: float has no canonical form"),
        ({"a": [0, 0.5]}, r"\$\.a\[1\]: float has no canonical form; use text or an integer"),
        ([math.nan], r"\$\[0\]: float"),
        ([math.inf], r"\$\[0\]: float"),
        ({"a": 2**53}, r"\$\.a: a number of 54 bits is beyond 2\*\*53"),
        ({"a": -(2**53)}, r"\$\.a: a number of 54 bits is beyond 2\*\*53"),
        ({"é": 1}, r"\$: the key 'é' is not ASCII text"),
        ({"a": {1: 1}}, r"\$\.a: the key 1 is not ASCII text"),
        (["e\u0301"], r"\$\[0\]: 'e\u0301' is not in Unicode NFC"),
        ({"a": "\ud800"}, r"\$\.a: '\\ud800' holds a lone surrogate"),
        ({"a": "x\udfff"}, r"\$\.a: 'x\\udfff' holds a lone surrogate"),
        ({"a": b"bytes"}, r"\$\.a: bytes has no canonical form"),
        ({"a": bytearray(b"bytes")}, r"\$\.a: bytearray has no canonical form"),
        ({"a": range(3)}, r"\$\.a: range has no canonical form"),
        ({"a": {1, 2}}, r"\$\.a: set has no canonical form"),
        ({"a": MappingProxyType({})}, r"\$\.a: mappingproxy has no canonical form"),
        ({"a": object()}, r"\$\.a: object has no canonical form"),
    ],
)
def test_what_could_be_misread_is_refused_with_its_place(value, message):
    with pytest.raises(CanonicalFormError, match=message):
        canonical_bytes(value)


def test_the_largest_integers_are_inside():
    assert canonical_bytes([2**53 - 1, -(2**53) + 1]) == b"[9007199254740991,-9007199254740991]"


def test_enumerations_of_text_are_text():
    class Word(StrEnum):
        OPEN = "open"

    assert canonical_bytes({"a": Word.OPEN}) == b'{"a":"open"}'


def nested(depth):
    return b"[" * depth + b"]" * depth


@pytest.mark.parametrize("data", [nested(100_000), b"[" * 100_000, b'{"a":' * 100_000])
def test_bytes_nested_without_end_are_refused(data):
    with pytest.raises(CanonicalFormError, match="not JSON"):
        parse_canonical(data)


def test_values_nested_without_end_are_refused():
    value = []
    for _ in range(100_000):
        value = [value]
    with pytest.raises(CanonicalFormError, match="nested too deeply"):
        canonical_bytes(value)


def test_canonical_bytes_read_back():
    assert parse_canonical(b'{"a":["12.345",null,true,7]}') == {"a": ["12.345", None, True, 7]}


@pytest.mark.parametrize(
    "data", [b"", b"{", b"nothing", b"\xff", b"\x00", b'{"a":1}}', b"1" * 5000, '{"a":1}'.encode("utf-16")[:-1]]
)
def test_bytes_that_are_no_json_are_refused(data):
    with pytest.raises(CanonicalFormError, match="not JSON"):
        parse_canonical(data)


@pytest.mark.parametrize(
    "data",
    [
        b'{"a": 1}',
        b'{"b":1,"a":2}',
        b'{"a":1,"a":1}',
        b'{"a":1}\n',
        b'"\\u0041"',
        b'"\\/"',
        b"-0",
        '{"a":1}'.encode("utf-16"),
        '{"a":1}'.encode("utf-32-le"),
        b'\xef\xbb\xbf{"a":1}',
    ],
)
def test_json_in_another_form_is_refused(data):
    assert json.loads(data) is not None
    with pytest.raises(CanonicalFormError, match="the bytes are not in canonical form"):
        parse_canonical(data)


@pytest.mark.parametrize("data", [b"1.0", b"1e3", b"NaN", b"Infinity", b"9007199254740992", b'"\\ud800"'])
def test_json_outside_the_subset_is_refused(data):
    with pytest.raises(CanonicalFormError):
        parse_canonical(data)
