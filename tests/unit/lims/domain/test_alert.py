"""Alerts and provisional substances: what they refuse, and the steps that they take."""

import dataclasses
from datetime import UTC, datetime

import pytest

from lims.domain.alert import AlertAnswer, AlertOutcome, AlertReason, LawReading, alert_number, component_number
from lims.domain.provisional import ProvisionalSubstance, Resolution
from lims.domain.watch import Trigger
from lims.errors import InvalidRecordError, TransitionError
from tests.builders.watch_cells import ALERT

NOW = datetime(2026, 11, 23, tzinfo=UTC)
ANSWER = AlertAnswer(outcome=AlertOutcome.STANDS, reason="r", by="e", at=NOW)
LAW = LawReading(jurisdiction="ZZ", as_of="2026-01-01", before="not_covered", after="listed_by_name")


def test_an_alert_waits_for_the_expert_and_for_quality_where_a_report_is_issued():
    assert (ALERT.state, ALERT.waits_for_expert, ALERT.waits_for_quality) == ("raised", True, True)
    answered = ALERT.answered(ANSWER)
    assert (answered.state, answered.version, ALERT.answer) == ("raised", 2, None)
    assert answered.assessed(ANSWER).state == "settled"
    without = dataclasses.replace(ALERT, reports=())
    assert without.answered(ANSWER).state == "settled"
    for step in (answered.answered, without.assessed, ALERT.assessed(ANSWER).assessed):
        with pytest.raises(TransitionError):
            step(ANSWER)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"hits": ()}, "names no new compound"),
        ({"law": LAW}, "reason"),
        ({"reason": AlertReason.LAW}, "reason"),
        ({"examination_number": ""}, "expected one of them"),
        ({"determination_number": "d"}, "expected one of them"),
        ({"reports": (), "assessment": ANSWER}, "touches no issued report"),
        ({"number": ""}, "number"),
    ],
)
def test_what_says_nothing_new_is_no_alert(changes, words):
    with pytest.raises(InvalidRecordError, match=words):
        dataclasses.replace(ALERT, **changes)


def test_titles_and_numbers_say_what_it_is_about():
    assert (ALERT.title, ALERT.parent) == ("n 950.00", "2026-0001/1")
    told = dataclasses.replace(
        ALERT, reason=AlertReason.LAW, hits=(), law=LAW, examination_number="", determination_number="d"
    )
    assert told.title == "ZZ 2026-01-01: listed_by_name"
    number = alert_number(component_number("e", 3), trigger=Trigger.EDITION, cause="x version 2")
    assert number == "e-C3 edition x version 2"
    with pytest.raises(InvalidRecordError):
        AlertAnswer(outcome=AlertOutcome.STANDS, reason=" ", by="e", at=NOW)


def test_a_provisional_substance_is_resolved_once():
    made = ProvisionalSubstance(number="PS-1", name="U", cluster="K-1", components=("c",), made_by="e", made_at=NOW)
    resolution = Resolution(name="X", inchikey="", basis="b", resolved_by="e", resolved_at=NOW)
    assert (made.state, made.parent, made.resolve(resolution).title) == ("provisional", "", "U = X")
    with pytest.raises(TransitionError, match="was resolved as X"):
        made.resolve(resolution).resolve(resolution)
    for changes in ({"components": ()}, {"name": ""}, {"cluster": ""}):
        with pytest.raises(InvalidRecordError):
            dataclasses.replace(made, **changes)
    for changes in ({"name": ""}, {"basis": " "}):
        with pytest.raises(InvalidRecordError):
            dataclasses.replace(resolution, **changes)
