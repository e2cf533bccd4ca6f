"""What of a browser's list of scans is new: nothing twice, nothing lost, and nothing of what is no list."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lims.ui.scanner import new_codes

CODES = tuple(f"code {n}" for n in range(30))


@given(st.lists(st.integers(min_value=0, max_value=30), max_size=20))
def test_however_often_the_browser_sends_each_code_is_read_once_and_in_order(seen: list[int]) -> None:
    """The server answers now and then; each time it gets the whole list of that moment."""
    read, taken = ("", 0), []
    for total in sorted(seen):
        sent = {"reader": "a", "total": total, "codes": list(CODES[:total])}
        read, new = new_codes(sent, read)
        taken += new
    assert tuple(taken) == CODES[: max(seen, default=0)]


def test_a_new_field_begins_anew() -> None:
    read, new = new_codes({"reader": "b", "total": 1, "codes": ["x"]}, ("a", 7))
    assert (read, new) == (("b", 1), ("x",))
    assert new_codes({"reader": "b", "total": 1, "codes": ["x"]}, read) == (read, ())


@pytest.mark.parametrize(
    "sent",
    [
        None,
        "text",
        [],
        {},
        {"reader": 1, "total": 1, "codes": ["x"]},
        {"reader": "a", "total": "1", "codes": ["x"]},
        {"reader": "a", "total": 1, "codes": "x"},
        {"reader": "a", "total": 1, "codes": [1]},
        {"reader": "a", "total": 1},
    ],
)
def test_what_is_no_list_of_codes_gives_nothing(sent: object) -> None:
    assert new_codes(sent, ("a", 3)) == (("a", 3), ())


def test_a_long_code_is_cut() -> None:
    _, new = new_codes({"reader": "a", "total": 1, "codes": ["x" * 10_000]}, ("", 0))
    assert len(new[0]) == 200
