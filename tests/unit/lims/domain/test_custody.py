import dataclasses
from datetime import UTC, date, datetime, timedelta

import pytest

from lims.custody_errors import CustodyError
from lims.domain.custody import (
    Correction,
    CustodyEvent,
    EventKind,
    Holder,
    HolderKind,
    SealCondition,
    SealFact,
    received,
)
from lims.domain.custody_timeline import (
    check_custody,
    late_entries,
    require_custody,
    seal_breaks,
    timeline,
)
from lims.domain.exhibit import Exhibit
from lims.errors import InvalidRecordError

START = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
ANNA, BORIS = (Holder(kind=HolderKind.PERSON, name=name) for name in ("anna", "boris"))
SHELF, SAFE = (Holder(kind=HolderKind.PLACE, name=name) for name in ("PL-0001", "PL-0002"))
BAG = Holder(kind=HolderKind.CONTAINER, name="2026-0001/1")
EXHIBIT = Exhibit(
    number="2026-0001/1",
    case_number="2026-0001",
    description="a bag",
    seal_number="S-1",
    seal_intact=True,
    received_at=START,
    received_by="anna",
    delivered_by="Sgt. B",
)


def at(minutes):
    return START + timedelta(minutes=minutes)


def event(kind, giver, taker, minutes, *, recorded=None, **facts):
    usual = {"purpose": "examination", "by": "anna"}
    return CustodyEvent(
        kind=kind,
        giver=giver,
        taker=taker,
        occurred_at=at(minutes),
        recorded_at=at(recorded or minutes),
        **{**usual, **facts},
    )


def chain(*events, exhibit=EXHIBIT):
    found = [received(exhibit, recorded_at=exhibit.received_at, by=exhibit.received_by)]
    for one in events:
        found.append(found[-1].add(one))
    return tuple(found)


def offered(minutes, *, taker=BORIS, **facts):
    return event(EventKind.OFFERED, ANNA, taker, minutes, transfer="T1", **facts)


def taken(minutes, *, taker=BORIS, **facts):
    return event(EventKind.TAKEN, ANNA, taker, minutes, transfer="T1", **facts)


def stored(minutes, giver=ANNA, place=SHELF, **facts):
    return event(EventKind.STORED, giver, place, minutes, **facts)


def opened(minutes, *, number, expected, condition=SealCondition.INTACT):
    seal = SealFact(number=number, condition=condition, expected=expected, photograph="F1")
    return event(EventKind.SEAL_OPENED, ANNA, ANNA, minutes, seal=seal)


def closed(minutes, number):
    return event(
        EventKind.SEAL_CLOSED, ANNA, ANNA, minutes, seal=SealFact(number=number, condition=SealCondition.INTACT)
    )


def check(versions, minutes, **facts):
    usual = {"received_at": START, "now": at(minutes), "hand_over_time": timedelta(minutes=15), "time_zone": UTC}
    return check_custody(EXHIBIT.number, {EXHIBIT.number: versions}, **{**usual, **facts})


# the chain


def test_e_3_every_event_says_from_to_when_and_why():
    first = chain()[0]
    assert (first.event.giver.words, first.event.taker) == ("outside, with Sgt. B", ANNA)
    assert (first.event.occurred_at, first.event.purpose, first.holder) == (START, "receipt", ANNA)
    with pytest.raises(InvalidRecordError, match="purpose: empty"):
        stored(1, purpose="")


def test_cc_1_what_one_person_offers_stays_where_it_is_until_the_other_takes_it():
    waiting = chain(offered(5))[-1]
    assert (waiting.state, waiting.holder, waiting.offered_to) == ("offered", ANNA, "boris")
    assert waiting.add(taken(6)).holder == BORIS
    for answer in (EventKind.REFUSED, EventKind.WITHDRAWN):
        after = waiting.add(event(answer, ANNA, ANNA, 6, transfer="T1"))
        assert (after.holder, after.offer) == (ANNA, "")


def test_cc_1_nobody_takes_what_was_not_offered_to_that_person():
    waiting = chain(offered(5))[-1]
    with pytest.raises(CustodyError, match="is offered to boris, not to carl"):
        waiting.add(taken(6, taker=Holder(kind=HolderKind.PERSON, name="carl")))
    with pytest.raises(CustodyError, match="T1 offers it no more"):
        chain()[-1].add(taken(6))
    with pytest.raises(CustodyError, match="answer that first"):
        waiting.add(stored(6))
    with pytest.raises(CustodyError, match="expected another person"):
        chain()[-1].add(offered(5, taker=ANNA))


@pytest.mark.parametrize("kind", [EventKind.STORED, EventKind.TAKEN_OUT, EventKind.TAKEN, EventKind.PUT_IN])
def test_cc_2_no_event_leads_from_a_place_to_a_place(kind):
    with pytest.raises(CustodyError, match="from place to place; expected"):
        event(kind, SHELF, SAFE, 5)


def test_cc_3_only_the_holder_gives_and_an_exhibit_is_in_one_place():
    lying = chain(stored(5))[-1]
    with pytest.raises(CustodyError, match="is in place PL-0001, not in the hands of anna"):
        lying.add(offered(6))
    with pytest.raises(CustodyError, match="is in place PL-0001, not in place PL-0002"):
        lying.add(event(EventKind.TAKEN_OUT, SAFE, BORIS, 6))
    with pytest.raises(CustodyError, match="was received"):
        lying.add(event(EventKind.RECEIVED, SHELF, ANNA, 6))


def test_cc_5_no_event_from_the_future_or_before_the_one_before():
    with pytest.raises(InvalidRecordError, match="expected a time that is past"):
        event(EventKind.STORED, ANNA, SHELF, 5, recorded=4)
    with pytest.raises(InvalidRecordError, match="before received"):
        chain()[-1].add(stored(-1))


@pytest.mark.parametrize("taker", [Holder(kind=HolderKind.OUTSIDE, name="court"), Holder(kind=HolderKind.DESTROYED)])
def test_e_6_an_exhibit_that_is_gone_can_do_nothing_any_more(taker):
    kind = EventKind.RETURNED if taker.name else EventKind.DESTROYED
    gone = chain(event(kind, ANNA, taker, 5))[-1]
    assert not gone.here
    for more in (offered(6), stored(6), opened(6, number="S-1", expected="S-1"), event(kind, ANNA, taker, 6)):
        with pytest.raises(CustodyError, match="nothing happens to it any more"):
            gone.add(more)


# seals


def test_cc_7_a_seal_is_opened_and_another_one_closes():
    versions = chain(opened(1, number="S-1", expected="S-1"), closed(2, "L-1"))
    assert [one.seal for one in versions] == ["S-1", "", "L-1"]
    assert check(versions, 3).intact
    with pytest.raises(CustodyError, match="is closed with seal L-1; open that first"):
        versions[-1].add(closed(3, "L-2"))


@pytest.mark.parametrize(
    ("found", "words"),
    [
        ({"number": "S-2", "expected": "S-1"}, "seal S-2 was on it, expected S-1"),
        ({"number": "S-1", "expected": "S-1", "condition": SealCondition.DAMAGED}, "seal S-1 was damaged"),
        ({"number": "", "expected": "S-1", "condition": SealCondition.MISSING}, "seal S-1 was missing"),
    ],
)
def test_cc_7_a_break_in_the_sequence_of_seals_is_an_exception(found, words):
    versions = chain(opened(1, **found), closed(2, "L-1"))
    (fault,) = check(versions, 3).breaks
    assert (fault.kind, fault.words, fault.at) == ("seal", words, at(1))


def test_cc_7_a_seal_that_the_record_does_not_know_is_an_exception():
    plain = dataclasses.replace(EXHIBIT, seal_number="", seal_intact=None)
    (fault,) = seal_breaks([one.event for one in chain(opened(1, number="X-9", expected=""), exhibit=plain)])
    assert fault.words == "seal X-9 was on it, and the record knows of none"


def test_cc_7_amherst_a_bag_closed_over_the_old_seal_is_found_at_the_next_opening():
    """Opened without a record and closed with other foil: the next reader finds another number."""
    versions = chain(opened(1, number="S-1", expected="S-1"), closed(2, "L-1"), opened(9, number="L-7", expected="L-1"))
    assert [one.kind for one in check(versions, 10).breaks] == ["seal"]


# corrections


def test_cc_4_a_correction_is_a_new_event_and_the_old_one_stays():
    versions = chain(stored(5))
    wrong = Correction(corrects=2, reason="wrong label scanned", approved_by="head", place="PL-0002", occurred_at=at(4))
    after = versions[-1].add(event(EventKind.CORRECTED, SHELF, SHELF, 8, purpose="correction", correction=wrong))
    assert (after.version, after.holder, versions[-1].holder) == (3, SAFE, SHELF)
    line = timeline(EXHIBIT.number, {EXHIBIT.number: (*versions, after)})
    assert [(one.holder, one.since, one.until) for one in line.spans] == [(ANNA, START, at(4)), (SAFE, at(4), None)]
    out = after.add(event(EventKind.TAKEN_OUT, SAFE, BORIS, 9))
    assert out.holder == BORIS
    with pytest.raises(CustodyError, match="only the place where it lies"):
        out.add(event(EventKind.CORRECTED, BORIS, BORIS, 10, purpose="correction", correction=wrong))


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"reason": ""}, "reason: empty"),
        ({"approved_by": ""}, "approved by: empty"),
        ({"purpose": ""}, "changes nothing"),
    ],
)
def test_cc_4_a_correction_names_reason_approver_and_what_changes(facts, words):
    usual = {"corrects": 1, "reason": "r", "approved_by": "head", "purpose": "analysis"}
    with pytest.raises(InvalidRecordError, match=words):
        Correction(**{**usual, **facts})


def test_cc_4_what_does_not_exist_cannot_be_corrected():
    wrong = Correction(corrects=2, reason="r", approved_by="head", purpose="analysis")
    with pytest.raises(CustodyError, match="event 2; 2026-0001/1 has 1"):
        chain()[-1].add(event(EventKind.CORRECTED, ANNA, ANNA, 5, purpose="c", correction=wrong))


# the timeline and its gaps


def part(minutes=1):
    number = f"{EXHIBIT.number}.1"
    return dataclasses.replace(EXHIBIT, number=number, part_of=EXHIBIT.number, received_at=at(minutes), seal_number="")


def test_cc_3_a_part_goes_with_its_container_until_it_is_taken_out():
    inner, outer = part(), chain(stored(5), event(EventKind.TAKEN_OUT, SHELF, BORIS, 20))
    own = chain(event(EventKind.TAKEN_FROM, BAG, BORIS, 30), stored(40, BORIS, SAFE), exhibit=inner)
    line = timeline(inner.number, {inner.number: own, EXHIBIT.number: outer})
    assert [(one.holder, one.since, one.until, one.via) for one in line.spans] == [
        (ANNA, at(1), at(5), (EXHIBIT.number,)),
        (SHELF, at(5), at(20), (EXHIBIT.number,)),
        (BORIS, at(20), at(30), (EXHIBIT.number,)),
        (BORIS, at(30), at(40), ()),
        (SAFE, at(40), None, ()),
    ]
    assert check_custody(
        inner.number,
        {inner.number: own, EXHIBIT.number: outer},
        received_at=at(1),
        now=at(50),
        hand_over_time=timedelta(minutes=15),
        time_zone=UTC,
    ).intact


def test_cc_6_who_had_it_at_a_moment():
    versions = chain(offered(5), taken(6), stored(20, BORIS))
    chains = {EXHIBIT.number: versions}
    held = {
        (who, minute): require_custody(EXHIBIT.number, chains, person=who, at=at(minute)).held
        for who in ("anna", "boris")
        for minute in (-1, 0, 5, 6, 19, 20)
    }
    assert [minute for (who, minute), yes in held.items() if who == "anna" and yes] == [0, 5]
    assert [minute for (who, minute), yes in held.items() if who == "boris" and yes] == [6, 19]
    answer = require_custody(EXHIBIT.number, chains, person="boris", at=at(30))
    assert answer.reasons == ("2026-0001/1 was in place PL-0001",)
    assert "nobody" in require_custody(EXHIBIT.number, chains, person="anna", at=at(-5)).reasons[0]


def test_a_custody_without_gaps_is_intact():
    assert check(chain(offered(5), taken(6), stored(20, BORIS)), 500).intact


def test_time_without_a_holder_is_named_with_its_ends():
    (fault,) = check(chain(), 60, received_at=at(-90)).breaks
    assert fault.words == "nobody had it from 2026-11-02 07:30:00 to 2026-11-02 09:00:00 UTC"
    (fault,) = check((), 60).breaks
    assert fault.kind == "time without holder"


def test_a_time_corrected_to_before_the_event_before_is_a_gap():
    versions = chain(stored(5), event(EventKind.TAKEN_OUT, SHELF, BORIS, 20))
    wrong = Correction(corrects=3, reason="r", approved_by="head", occurred_at=at(3))
    after = versions[-1].add(event(EventKind.CORRECTED, BORIS, BORIS, 30, purpose="c", correction=wrong))
    assert "time without holder" in {one.kind for one in check((*versions, after), 40).breaks}


@pytest.mark.parametrize(("minutes", "kinds"), [(20, []), (21, ["unanswered offer"])])
def test_cc_1_an_offer_that_nobody_answers_in_time_is_a_gap(minutes, kinds):
    assert [one.kind for one in check(chain(offered(5)), minutes).breaks] == kinds


@pytest.mark.parametrize(("day", "kinds"), [(4, []), (5, ["overdue return"])])
def test_an_exhibit_that_does_not_come_back_is_overdue(day, kinds):
    """Wanted of an evidence room (section 17, point 13): expected return and overdue returns."""
    versions = chain(offered(5), taken(6, expected_return=date(2026, 11, 4)))
    now = datetime(2026, 11, day, 12, tzinfo=UTC)
    assert [one.kind for one in check(versions, 0, now=now).breaks] == kinds
    back = versions[-1].add(stored(60, BORIS))
    assert check((*versions, back), 0, now=now).intact


def test_cc_5_late_entries_are_shown():
    versions = chain(stored(5, late=True, recorded=600))
    assert [one.kind for one in late_entries(versions)] == [EventKind.STORED]


@pytest.mark.parametrize(("minutes", "late"), [(0, False), (1, True)])
def test_cc_5_a_receipt_that_is_registered_later_is_marked(minutes, late):
    assert received(EXHIBIT, recorded_at=at(minutes), by="anna").event.late is late
    assert not received(EXHIBIT, recorded_at=at(minutes), by="anna", late_after=timedelta(hours=1)).event.late


@pytest.mark.parametrize(
    ("kind", "facts"),
    [
        (EventKind.STORED, {"seal": SealFact(number="1", condition=SealCondition.INTACT)}),
        (EventKind.STORED, {"correction": Correction(corrects=1, reason="r", approved_by="head", purpose="p")}),
        (EventKind.TAKEN, {}),
    ],
)
def test_an_event_says_nothing_that_is_not_its_own(kind, facts):
    with pytest.raises((InvalidRecordError, CustodyError)):
        event(kind, ANNA, SHELF, 5, **facts)


@pytest.mark.parametrize(("number", "condition"), [("", SealCondition.INTACT), ("S-1", SealCondition.MISSING)])
def test_cc_7_a_seal_has_a_number_where_there_is_one(number, condition):
    with pytest.raises(InvalidRecordError, match="only where, there is a seal"):
        SealFact(number=number, condition=condition)


def test_cc_7_the_expected_seal_is_that_of_the_record():
    with pytest.raises(CustodyError, match="has seal S-1, not none"):
        chain()[-1].add(opened(1, number="S-1", expected=""))


def test_what_lies_in_something_that_left_has_left():
    inner = part()
    outer = chain(event(EventKind.DESTROYED, ANNA, Holder(kind=HolderKind.DESTROYED), 5))
    line = timeline(inner.number, {inner.number: chain(exhibit=inner), EXHIBIT.number: outer})
    assert [one.holder.words for one in line.spans] == ["in the hands of anna", "destroyed"]


def test_what_lies_in_something_unknown_is_with_nobody():
    inner = part()
    own = chain(event(EventKind.TAKEN_FROM, BAG, BORIS, 30), exhibit=inner)
    found = check_custody(
        inner.number,
        {inner.number: own},
        received_at=at(1),
        now=at(50),
        hand_over_time=timedelta(minutes=15),
        time_zone=UTC,
    )
    assert [one.kind for one in found.breaks] == ["time without holder"]


def test_two_exhibits_in_each_other_are_with_nobody():
    """Services refuse it; a timeline ends all the same."""
    inner = part()
    circle = chain(event(EventKind.PUT_IN, ANNA, Holder(kind=HolderKind.CONTAINER, name=inner.number), 5))
    line = timeline(inner.number, {inner.number: chain(exhibit=inner), EXHIBIT.number: circle})
    assert [one.until for one in line.spans] == [at(5)]
    (fault,) = check_custody(
        inner.number,
        {inner.number: chain(exhibit=inner), EXHIBIT.number: circle},
        received_at=at(1),
        now=at(50),
        hand_over_time=timedelta(minutes=15),
        time_zone=UTC,
    ).breaks
    assert fault.at == at(5)
