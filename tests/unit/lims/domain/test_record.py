from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from enum import StrEnum

import pytest

from lims.domain.case import Case
from lims.domain.record import body_of, from_body
from lims.errors import CanonicalFormError, InvalidRecordError


class Word(StrEnum):
    ONE = "one"


@dataclass(frozen=True, slots=True, kw_only=True)
class Inner:
    mass: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Outer:
    text: str
    count: int
    yes: bool
    mass: Decimal
    day: date
    moment: datetime
    word: Word
    maybe: str | None
    words: tuple[str, ...]
    inner: Inner
    inners: tuple[Inner, ...]
    extra: int = 7


RECORD = Outer(
    text="a",
    count=1,
    yes=True,
    mass=Decimal("1.50"),
    day=date(2026, 11, 22),
    moment=datetime(2026, 11, 22, 14, 30, tzinfo=timezone(timedelta(hours=5))),
    word=Word.ONE,
    maybe=None,
    words=("x", "y"),
    inner=Inner(mass=Decimal("0.1")),
    inners=(Inner(mass=Decimal(2)),),
)
BODY = {
    "text": "a",
    "count": 1,
    "yes": True,
    "mass": "1.50",
    "day": "2026-11-22",
    "moment": "2026-11-22T09:30:00.000000Z",
    "word": "one",
    "maybe": None,
    "words": ["x", "y"],
    "inner": {"mass": "0.1"},
    "inners": [{"mass": "2"}],
    "extra": 7,
}


def test_a_body_is_plain_json_and_reads_back():
    assert body_of(RECORD) == BODY
    assert from_body(Outer, BODY) == RECORD
    assert from_body(Outer, BODY).moment.tzinfo is UTC
    assert type(body_of(RECORD)["word"]) is str


def test_trailing_zeros_of_a_decimal_are_kept():
    assert str(from_body(Outer, BODY).mass) == "1.50"


def test_a_field_with_a_default_may_be_missing_in_an_older_body():
    assert from_body(Outer, {name: value for name, value in BODY.items() if name != "extra"}) == RECORD


@pytest.mark.parametrize("name", [name for name in BODY if name != "extra"])
def test_a_missing_field_is_named(name):
    body = {key: value for key, value in BODY.items() if key != name}
    with pytest.raises(InvalidRecordError, match=rf"not a Outer: required field missing @ \$\.{name}$"):
        from_body(Outer, body)


def test_an_unknown_field_is_named():
    with pytest.raises(InvalidRecordError, match=r"extra fields found \(colour\) @ \$"):
        from_body(Outer, BODY | {"colour": "red"})
    with pytest.raises(InvalidRecordError, match=r"extra fields found \(colour\) @ \$\.inner"):
        from_body(Outer, BODY | {"inner": {"mass": "1", "colour": "red"}})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("text", 1),
        ("text", None),
        ("count", "1"),
        ("count", True),
        ("count", 1.0),
        ("yes", 1),
        ("yes", "true"),
        ("mass", 1),
        ("mass", "heavy"),
        ("mass", "NaN"),
        ("mass", "Infinity"),
        ("mass", "1_0"),
        ("mass", " 1"),
        ("mass", "١"),
        ("day", 20261122),
        ("day", "2026-13-01"),
        ("day", "20261122"),
        ("moment", 0),
        ("moment", "2026-11-22"),
        ("moment", "2026-11-22T09:30:00.000000"),
        ("moment", "2026-11-22T14:30:00.000000+05:00"),
        ("word", "two"),
        ("word", 1),
        ("maybe", 1),
        ("words", "xy"),
        ("words", {"x": 1}),
        ("words", None),
        ("words", ["x", 1]),
        ("inner", None),
        ("inner", []),
        ("inner", "mass"),
        ("inners", {"mass": "1"}),
        ("inners", [{"mass": 1}]),
        ("inners", ["mass"]),
    ],
)
def test_a_field_of_the_wrong_type_is_named(name, value):
    with pytest.raises(InvalidRecordError, match=rf"not a Outer: .*@ \$\.{name}"):
        from_body(Outer, BODY | {name: value})


def test_all_faults_are_named_together():
    with pytest.raises(InvalidRecordError) as refusal:
        from_body(Outer, BODY | {"text": 1, "inners": [{"mass": "1"}, {"mass": 2}], "colour": "red"})
    assert "@ $.text" in str(refusal.value)
    assert "@ $.inners[1].mass" in str(refusal.value)
    assert "colour" in str(refusal.value)


def test_a_rule_of_the_entity_is_told_in_its_own_words():
    case = Case(
        number="2026-0001",
        laboratory="L",
        appointing_body="Court",
        order_number="",
        order_date=None,
        seizure_date=None,
        seizure_place="",
        questions=(),
        demonstration=False,
    )
    with pytest.raises(InvalidRecordError, match="appointing body: empty; it is needed"):
        from_body(Case, dict(body_of(case)) | {"appointing_body": ""})


@pytest.mark.parametrize("body", [[], "body", None, 7, [["number", "1"]]])
def test_a_body_without_named_fields_is_refused(body):
    with pytest.raises(InvalidRecordError, match="not a Outer: "):
        from_body(Outer, body)


def test_a_time_without_a_zone_has_no_body():
    naive = datetime(2026, 11, 22)  # noqa: DTZ001 - the point of the test
    with pytest.raises(CanonicalFormError, match="has no time zone"):
        body_of(Outer(**{name: getattr(RECORD, name) for name in BODY} | {"moment": naive}))
