from decimal import Decimal

import pytest

from lims.domain.method import LadderRun, MeasuredSubstance, MethodStatus, SequenceColumns
from lims.domain.record import body_of, from_body
from lims.errors import InvalidRecordError, TransitionError
from tests.builders.batches import method


def ladder(**facts):
    usual = {
        "carbon_numbers": (10, 11),
        "retention_times_s": (Decimal(300), Decimal(360)),
        "hold_up_time_s": Decimal(60),
        "run_sha256": "ab" * 32,
    }
    return LadderRun(**{**usual, **facts})


def test_a_method_comes_back_from_its_body():
    whole = method(ladder=ladder(), demonstration=False)
    assert from_body(type(whole), body_of(whole)) == whole
    assert (whole.parent, whole.state, whole.title) == ("", "in use", "method of the tests")
    assert whole.ladder.ladder().hold_up_time_s == 60.0


def test_a_withdrawn_method_is_not_withdrawn_again():
    withdrawn = method().withdraw()
    assert (withdrawn.status, withdrawn.version) == (MethodStatus.WITHDRAWN, 2)
    with pytest.raises(TransitionError, match="method M-TEST is withdrawn"):
        withdrawn.withdraw()


@pytest.mark.parametrize(
    ("facts", "match"),
    [
        ({"number": ""}, "method number"),
        ({"number": "=M"}, "formula"),
        ({"name": " x"}, "name of the method"),
        ({"limits_basis": ""}, "basis of the limits"),
        ({"acquisition_method": "@M"}, "formula"),
        ({"fewest_calibrators": 0}, "fewest calibrators 0"),
    ],
)
def test_a_method_that_says_too_little_is_refused(facts, match):
    with pytest.raises(InvalidRecordError, match=match):
        method(**facts)


@pytest.mark.parametrize(
    ("facts", "match"),
    [
        ({"carbon_numbers": (11, 10)}, "ladder: carbon numbers"),
        ({"retention_times_s": (Decimal(300),)}, "as many of both"),
        ({"hold_up_time_s": Decimal(301)}, "hold-up"),
        ({"run_sha256": ""}, "digest"),
    ],
)
def test_a_ladder_that_is_none_is_refused(facts, match):
    with pytest.raises(InvalidRecordError, match=match):
        ladder(**facts)


def test_columns_are_six_different_words():
    assert SequenceColumns(vial="Pos").header == ("Pos", "Sample Name", "Sample Type", "Data File", "Method", "Level")
    with pytest.raises(InvalidRecordError, match="different ones"):
        SequenceColumns(vial="METHOD")
    with pytest.raises(InvalidRecordError, match="formula"):
        SequenceColumns(vial="=A1")
    with pytest.raises(InvalidRecordError, match="name of a substance"):
        MeasuredSubstance(name="")
