import dataclasses
from datetime import UTC, datetime, timedelta

import pytest

from lims.domain.discrepancy import Decision, Discrepancy, DiscrepancySubject, SenderAnswer
from lims.domain.exhibit import Container, Exhibit, ExhibitKind, next_number, receipt_gaps
from lims.domain.image_content import ImageType
from lims.domain.photograph import Photograph
from lims.domain.record import from_body
from lims.domain.request import Delivery
from lims.errors import InvalidRecordError, TransitionError
from lims.work_errors import DiscrepancyOpenError

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
EXHIBIT = Exhibit(
    number="2026-0001/1",
    case_number="2026-0001",
    description="ten tablets",
    seal_number="117",
    seal_intact=True,
    received_at=NOW,
    received_by="technician",
)
FOUND = Discrepancy(
    subject=DiscrepancySubject.COUNT,
    stated="10 tablets",
    found="9 tablets",
    found_by="technician",
    found_at=NOW,
    witness="head",
    told_to="Investigator",
    told_at=NOW,
    told_how="letter 5",
)


def answer(decision, **facts):
    usual = {
        "words": "w",
        "given_by": "Investigator",
        "given_at": NOW,
        "recorded_by": "technician",
        "recorded_at": NOW,
        "disclaimer": "one tablet is missing" if decision is Decision.EXAMINE else "",
    }
    return SenderAnswer(decision=decision, **{**usual, **facts})


def test_a_body_from_before_the_tree_is_read():
    old = {
        "number": "2026-0001/1",
        "case_number": "2026-0001",
        "description": "d",
        "seal_number": "",
        "version": 1,
        "seal_intact": None,
        "received_at": "2026-11-22T09:00:00.000000Z",
        "received_by": "technician",
    }
    exhibit = from_body(Exhibit, old)
    assert (exhibit.part_of, exhibit.kind, exhibit.workable, exhibit.state) == ("", None, True, "received")


def test_e_2_a_discrepancy_stops_the_work_until_the_sender_answers():
    EXHIBIT.require_workable()
    asked = EXHIBIT.find_discrepancy(FOUND)
    assert (asked.workable, asked.state) == (False, "discrepancy")
    with pytest.raises(
        DiscrepancyOpenError, match="stated '10 tablets', found '9 tablets'; the sender has not"
    ) as open_:
        asked.require_workable()
    assert "record the answer" in open_.value.advice()
    assert asked.answer_discrepancy(1, answer(Decision.CLEARED)).workable


def test_e_2_what_the_sender_does_not_want_examined_stays_closed():
    refused = EXHIBIT.find_discrepancy(FOUND).answer_discrepancy(1, answer(Decision.DO_NOT_EXAMINE))
    with pytest.raises(DiscrepancyOpenError, match="does not want it examined") as closed:
        refused.require_workable()
    assert closed.value.advice() == "Return the object to the sender"


def test_e_2_one_of_two_answers_is_not_enough():
    asked = EXHIBIT.find_discrepancy(FOUND).find_discrepancy(dataclasses.replace(FOUND, found="8 tablets"))
    half = asked.answer_discrepancy(1, answer(Decision.CLEARED))
    assert not half.workable
    assert half.answer_discrepancy(2, answer(Decision.CLEARED)).workable


def test_e_2_a_discrepancy_has_a_witness_and_was_told_to_the_sender():
    for facts in ({"witness": "technician"}, {"witness": ""}, {"told_to": ""}, {"told_how": ""}, {"found": ""}):
        with pytest.raises(InvalidRecordError):
            dataclasses.replace(FOUND, **facts)


def test_17025_7_4_3_an_object_examined_all_the_same_carries_a_disclaimer():
    examined = EXHIBIT.find_discrepancy(FOUND).answer_discrepancy(1, answer(Decision.EXAMINE))
    assert examined.workable
    assert examined.disclaimers == ("one tablet is missing",)
    assert EXHIBIT.find_discrepancy(FOUND).disclaimers == ()
    for decision, disclaimer in ((Decision.EXAMINE, ""), (Decision.CLEARED, "d"), (Decision.DO_NOT_EXAMINE, "d")):
        with pytest.raises(InvalidRecordError, match="expected one where, and only where"):
            answer(decision, disclaimer=disclaimer)


def test_an_answer_is_given_once_and_after_the_question():
    asked = EXHIBIT.find_discrepancy(FOUND)
    for place in (0, 2):
        with pytest.raises(InvalidRecordError, match="has 1"):
            asked.answer_discrepancy(place, answer(Decision.CLEARED))
    with pytest.raises(InvalidRecordError, match="the answer comes later"):
        asked.answer_discrepancy(1, answer(Decision.CLEARED, given_at=NOW - timedelta(seconds=1)))
    with pytest.raises(TransitionError, match="answered by Investigator"):
        asked.answer_discrepancy(1, answer(Decision.CLEARED)).answer_discrepancy(1, answer(Decision.CLEARED))


def test_e_1_what_an_intake_lacks_is_named():
    assert receipt_gaps(EXHIBIT) == ("who delivered it", "how it was delivered", "its condition")
    assert receipt_gaps(dataclasses.replace(EXHIBIT, seal_intact=None))[-1] == "the condition of its seal"
    whole = dataclasses.replace(EXHIBIT, delivered_by="Officer", delivery=Delivery.BY_HAND, condition="dry")
    assert receipt_gaps(whole) == ()
    assert receipt_gaps(dataclasses.replace(whole, seal_number="", seal_intact=None)) == ()


def test_17025_7_4_2_a_number_follows_the_highest_under_its_prefix():
    taken = ["2026-0001/1", "2026-0001/2", "2026-0001/1.1", "2026-0001/1.2", "2026-0001/1.1.1", "2026-0001/10"]
    assert next_number("2026-0001/", taken) == "2026-0001/11"
    assert next_number("2026-0001/1.", taken) == "2026-0001/1.3"
    assert next_number("2026-0001/1.1.", taken) == "2026-0001/1.1.2"
    assert next_number("2026-0001/2.", taken) == "2026-0001/2.1"


def test_an_exhibit_is_what_it_can_be():
    for facts in ({"part_of": "2026-0001/2"}, {"unit_count": 0}, {"donor_number": "2026-0001-D1"}):
        with pytest.raises(InvalidRecordError):
            dataclasses.replace(EXHIBIT, **facts)
    dataclasses.replace(EXHIBIT, donor_number="2026-0001-D1", kind=ExhibitKind.URINE)
    dataclasses.replace(EXHIBIT, number="2026-0001/1.1", part_of="2026-0001/1", container=Container(kind="bag"))
    with pytest.raises(InvalidRecordError, match="container: empty"):
        Container(kind="")


def test_a_photograph_is_of_something_and_was_taken_before_it_was_added():
    picture = Photograph(
        number="2026-0001/1-F1",
        exhibit_number="2026-0001/1",
        shows="seal",
        sha256="0" * 64,
        image_type=ImageType.PNG,
        file_name="a.png",
        size=1,
        taken_at=None,
        taken_by="technician",
        added_by="technician",
        added_at=NOW,
    )
    assert (picture.parent, picture.state, picture.title) == ("2026-0001/1", "image/png", "seal")
    for facts in ({"shows": ""}, {"taken_at": NOW + timedelta(seconds=1)}, {"file_name": "a/b.png"}):
        with pytest.raises(InvalidRecordError):
            dataclasses.replace(picture, **facts)
