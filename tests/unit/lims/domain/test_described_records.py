import dataclasses

from hypothesis import given
from hypothesis import strategies as st

from lims.domain.case import Case
from lims.domain.described import DescribedRecord, described, edits, fingerprint
from lims.domain.record_changes import FieldChange, changed_fields, changes_between

CASE = Case(
    number="2026-0001",
    laboratory="L",
    appointing_body="Court",
    order_number="7",
    order_date=None,
    seizure_date=None,
    seizure_place="",
    questions=("What is it?",),
    demonstration=False,
)


def one(kind="weighing", number="W1", version=1, sha256="a"):
    return DescribedRecord(kind=kind, number=number, version=version, sha256=sha256)


def test_rp_2_the_part_that_a_report_describes_has_its_own_sign():
    assert fingerprint(dataclasses.replace(CASE, version=9, category="2")) == fingerprint(CASE)
    assert fingerprint(dataclasses.replace(CASE, order_number="8")) != fingerprint(CASE)
    assert described(CASE) == one("case", "2026-0001", 1, fingerprint(CASE))


def test_rp_2_an_edit_is_named_in_words():
    assert edits([one()], [one(version=2)]) == ()
    assert edits([one()], [one(version=2, sha256="b")]) == ("weighing W1 is version 2, was 1",)
    assert edits([], [one()]) == ("weighing W1 is new",)
    assert edits([one()], []) == ("weighing W1 does not belong to it any more",)


def test_the_changed_values_are_found_where_they_stand():
    before = {"components": [{"number": 1, "decision": "identified"}, {"number": 2, "decision": "undecided"}]}
    after = {"components": [{"number": 2, "decision": "not identified"}, {"number": 1, "decision": "identified"}]}
    assert changed_fields(before, after) == (
        FieldChange(place="components 2, decision", before="undecided", after="not identified"),
    )


def test_parts_without_a_name_are_counted_and_the_version_is_no_change():
    assert changed_fields({"questions": ["a", "b"], "version": 1}, {"questions": ["a"], "version": 2}) == (
        FieldChange(place="questions 2", before="b", after=""),
    )
    twice = [{"name": "m/z", "value": "1"}, {"name": "m/z", "value": "2"}]
    other = [{"name": "m/z", "value": "1"}, {"name": "m/z", "value": "3"}]
    assert changed_fields({"readings": twice}, {"readings": other}) == (
        FieldChange(place="readings m/z (2), value", before="2", after="3"),
    )


def test_what_is_long_is_cut_and_nothing_is_empty():
    (change,) = changed_fields({}, {"reason": "x" * 500})
    assert (change.before, len(change.after), change.after[-1]) == ("", 201, "…")


def test_records_of_two_reports_are_compared_in_their_versions():
    bodies = {("weighing", "W1", 1): {"mass_g": "1.0"}, ("weighing", "W1", 2): {"mass_g": "1.2"}}
    found = changes_between(
        [one(), one(number="W2"), one("custody", "E")],
        [one(version=2, sha256="b"), one(number="W3"), one("custody", "E", 3, "c")],
        body=lambda *key: bodies.get(key),
    )
    assert [(change.number, change.before, change.after, len(change.fields)) for change in found] == [
        ("E", 1, 3, 0),
        ("W1", 1, 2, 1),
        ("W2", 1, 0, 0),
        ("W3", 0, 1, 0),
    ]


VALUES = st.recursive(
    st.none() | st.text(max_size=3) | st.integers(0, 9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abc"), inner, max_size=3),
    max_leaves=6,
)
BODIES = st.dictionaries(st.sampled_from("abc"), VALUES, max_size=3)


@given(BODIES, BODIES)
def test_every_change_is_told_both_ways(before, after):
    assert changed_fields(before, before) == ()
    forth = {(change.place, change.before, change.after) for change in changed_fields(before, after)}
    back = {(change.place, change.after, change.before) for change in changed_fields(after, before)}
    assert forth == back
