"""Each detector finds what was planted, with its entries, and nothing in histories of honest laboratories."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from lims.domain.custody import Custody, CustodyEvent, EventKind, Holder, HolderKind
from lims.domain.detectors import Detector, detect
from lims.domain.near_duplicate import Likeness
from tests.builders.clean_histories import LASTS, MONDAY, Writer, a_balance, a_run, a_standard, an_exhibit, honest

HOUR = timedelta(hours=1)
EXHIBIT = "2026-0001/1"


def found(history):
    return {one.detector: one for one in detect(history)}


def only(history, detector):
    """Give the one suspicion of a history, which must be this detector's."""
    suspicions = [(one.detector, each) for one in detect(history) for each in one.suspicions]
    assert [name for name, _ in suspicions] == [detector]
    return suspicions[0][1]


@pytest.mark.parametrize("seed", range(200))
def test_nothing_is_found_in_an_honest_history(seed):
    history = honest(seed).history(hours=(0, 23))
    assert [each for one in detect(history) for each in one.suspicions] == []
    assert all(one.judged or one.not_judged for one in detect(history))


@pytest.mark.nightly
def test_nothing_is_found_in_ten_thousand_honest_histories():
    for seed in range(10_000):
        history = honest(seed, exhibits=12).history(hours=(0, 23))
        assert [each for one in detect(history) for each in one.suspicions] == [], seed


def a_writer(*, received_at=MONDAY):
    writer = Writer()
    writer.write(
        an_exhibit(EXHIBIT, by="analyst-a", at=received_at), act="exhibit.registered", actor="analyst-a", at=received_at
    )
    return writer


def add_run(writer, number="R1", *, acquired_at, imported_at=None, by="analyst-a", lasts=LASTS, **facts):
    imported_at = imported_at or acquired_at + 2 * HOUR
    run = replace(a_run(number, EXHIBIT, by=by, acquired_at=acquired_at, imported_at=imported_at), **facts)
    writer.durations[number] = lasts
    return writer.write(run, act="run.imported", actor=by, at=imported_at)


def test_l_7_drylab_a_run_from_before_the_exhibit_came_in_is_found():
    writer = a_writer()
    place = add_run(writer, acquired_at=MONDAY - HOUR)
    suspicion = only(writer.history(), Detector.BEFORE_RECEIPT)
    assert suspicion.evidence == (1, place)
    assert suspicion.words == "R1 was acquired 2026-03-02 07:00 UTC, its exhibit came in 2026-03-02 08:00 UTC"


@pytest.mark.parametrize(("before", "suspected", "unknown"), [(3, 0, 1), (13, 0, 1), (15, 1, 0), (-15, 0, 0)])
def test_a_clock_without_a_zone_is_judged_only_where_no_zone_of_the_world_would_do(before, suspected, unknown):
    writer = a_writer()
    stated = (MONDAY - before * HOUR).replace(tzinfo=None).isoformat()
    late = MONDAY + 99 * HOUR
    run = replace(a_run("R1", EXHIBIT, by="analyst-a", acquired_at=MONDAY, imported_at=late), acquired_at=stated)
    writer.write(run, act="run.imported", actor="analyst-a", at=late)
    one = found(writer.history())[Detector.BEFORE_RECEIPT]
    assert (len(one.suspicions), one.not_judged) == (suspected, unknown)


@pytest.mark.parametrize("facts", [{"acquired_at_text": "yesterday"}, {"simulation_statement": "simulated"}])
def test_what_is_not_known_is_not_judged(facts):
    writer = a_writer()
    run = a_run("R1", EXHIBIT, by="analyst-a", acquired_at=MONDAY - HOUR, imported_at=MONDAY)
    changed = {"acquired_at" if name == "acquired_at_text" else name: value for name, value in facts.items()}
    writer.write(replace(run, **changed), act="run.imported", actor="analyst-a", at=MONDAY)
    for one in detect(writer.history()):
        assert one.suspicions == ()
    judged = found(writer.history())
    assert judged[Detector.BEFORE_RECEIPT].not_judged == 1
    assert judged[Detector.FASTER_THAN_RUN].not_judged == 1
    assert judged[Detector.OVERLAPPING_RUNS].not_judged == 1
    assert judged[Detector.NEAR_IDENTICAL].not_judged == 1
    assert judged[Detector.UNUSUAL_HOURS].not_judged == 2


def test_cc_6_a_run_from_before_the_person_had_the_exhibit_is_found():
    writer = a_writer(received_at=MONDAY - 9 * HOUR)
    taken = CustodyEvent(
        kind=EventKind.TAKEN,
        giver=Holder(kind=HolderKind.PERSON, name="analyst-a"),
        taker=Holder(kind=HolderKind.PERSON, name="analyst-b"),
        occurred_at=MONDAY,
        recorded_at=MONDAY,
        purpose="measure",
        by="analyst-b",
    )
    custody = Custody(number=EXHIBIT, case_number="2026-0001", event=taken, holder=taken.taker, version=2)
    had = writer.write(custody, act="custody.taken", actor="analyst-b", at=MONDAY)
    place = add_run(writer, acquired_at=MONDAY - HOUR, by="analyst-b")
    add_run(writer, "R2", acquired_at=MONDAY + HOUR, by="analyst-b")
    add_run(writer, "R3", acquired_at=MONDAY + 2 * HOUR, by="analyst-c")
    suspicion = only(writer.history(), Detector.BEFORE_CUSTODY)
    assert suspicion.evidence == (had, place)
    assert found(writer.history())[Detector.BEFORE_CUSTODY].not_judged == 1


def test_g_4_a_run_of_an_aliquot_is_held_against_the_custody_of_the_aliquot():
    writer = a_writer(received_at=MONDAY - 9 * HOUR)
    aliquot = f"{EXHIBIT}-A1"
    taken = CustodyEvent(
        kind=EventKind.ALIQUOT_TAKEN,
        giver=Holder(kind=HolderKind.CONTAINER, name=EXHIBIT),
        taker=Holder(kind=HolderKind.PERSON, name="analyst-b"),
        occurred_at=MONDAY,
        recorded_at=MONDAY,
        purpose="GC-MS",
        by="analyst-b",
    )
    custody = Custody(number=aliquot, case_number="2026-0001", event=taken, holder=taken.taker, aliquot_of=EXHIBIT)
    had = writer.write(custody, act="custody.aliquot-taken", actor="analyst-b", at=MONDAY)
    place = add_run(writer, acquired_at=MONDAY - HOUR, by="analyst-b", aliquot_number=aliquot)
    add_run(writer, "R2", acquired_at=MONDAY + HOUR, by="analyst-b", aliquot_number=aliquot)
    suspicion = only(writer.history(), Detector.BEFORE_CUSTODY)
    assert suspicion.evidence == (had, place)
    assert dict(suspicion.facts)["item"] == aliquot


def test_l_7_a_result_from_before_the_run_could_end_is_found():
    writer = a_writer()
    place = add_run(writer, acquired_at=MONDAY + HOUR, imported_at=MONDAY + HOUR + timedelta(minutes=19))
    add_run(writer, "R2", acquired_at=MONDAY + 2 * HOUR, imported_at=MONDAY + 2 * HOUR + LASTS)
    assert only(writer.history(), Detector.FASTER_THAN_RUN).evidence == (place,)


def test_runs_that_overlap_on_one_instrument_are_found():
    writer = a_writer()
    one = add_run(writer, acquired_at=MONDAY + HOUR)
    other = add_run(writer, "R2", acquired_at=MONDAY + HOUR + timedelta(minutes=19))
    add_run(writer, "R3", acquired_at=MONDAY + HOUR, instrument="GC-MS 2")
    add_run(writer, "R4", acquired_at=MONDAY + HOUR, instrument="")
    assert only(writer.history(), Detector.OVERLAPPING_RUNS).evidence == (one, other)
    assert found(writer.history())[Detector.OVERLAPPING_RUNS].not_judged == 1


def test_l_7_near_identical_runs_are_told_with_both_entries():
    writer = a_writer()
    one = add_run(writer, acquired_at=MONDAY + HOUR)
    other = add_run(writer, "R2", acquired_at=MONDAY + 2 * HOUR)
    suspicion = only(writer.history(likenesses=(Likeness(one="R1", other="R2", share=0.991),)), Detector.NEAR_IDENTICAL)
    assert suspicion.evidence == (one, other)
    assert suspicion.words == "R1 and R2: 99.1% of the low peaks are equal"


def a_year(rates, *, days=28):
    """Let people conclude examinations on working days, so many a day each."""
    writer = Writer()
    for day in range(days):
        at = MONDAY + timedelta(days=day)
        if at.weekday() < 5:
            for person, rate in rates.items():
                for _ in range(rate):
                    writer.write(
                        an_exhibit(EXHIBIT, by=person, at=MONDAY), act="examination.concluded", actor=person, at=at
                    )
    return writer.history()


def test_l_7_a_person_with_more_than_three_times_the_results_of_peers_is_found_within_twenty_working_days():
    one = found(a_year({"d": 13, "a": 4, "b": 4, "c": 3}))[Detector.PRODUCTIVITY]
    assert {each.words.split(":")[0] for each in one.suspicions} == {"d"}
    assert len(one.suspicions[-1].evidence) == 20 * 13


@pytest.mark.parametrize("rates", [{"d": 12, "a": 4, "b": 4}, {"d": 99, "a": 1}, {"d": 99}])
def test_three_times_is_allowed_and_without_peers_nothing_is_judged(rates):
    one = found(a_year(rates))[Detector.PRODUCTIVITY]
    assert one.suspicions == ()


def test_few_results_are_not_judged():
    one = found(a_year({"d": 9, "a": 1, "b": 1}, days=7))[Detector.PRODUCTIVITY]
    assert (one.suspicions, one.judged, one.not_judged) == ((), 2, 1)


def test_hours_are_told_as_information_and_suspect_nobody():
    writer = a_writer(received_at=datetime(2026, 3, 2, 2, 30, tzinfo=UTC))
    one = found(writer.history(hours=(7, 19)))[Detector.UNUSUAL_HOURS]
    assert one.information
    assert [each.words for each in one.suspicions] == ["analyst-a: exhibit.registered at 02:30"]


def test_wu_7_weights_that_shrink_a_little_each_time_are_found():
    writer = Writer()
    for place in range(12):
        weighed = a_balance(f"M{place}", EXHIBIT).weigh_back(
            "W", remainder_g=Decimal("0.988"), u_g=Decimal("0.010"), at=MONDAY
        )
        assert weighed.weighed_back[-1].fits
        writer.write(weighed, act="mass balance.weighed-back", actor="analyst-a", at=MONDAY)
    suspicion = only(writer.history(), Detector.SHRINKING_WEIGHTS)
    assert suspicion.evidence == tuple(range(1, 13))
    assert "0.144 g are missing in 12 reweighings" in suspicion.words


def test_l_7_l_12_a_standard_that_vanishes_is_found():
    writer = Writer()
    writer.write(a_standard(), act="reference standard.registered", actor="quality", at=MONDAY)
    writer.write(a_standard(Decimal("98.9")), act="reference standard.reweighed", actor="quality", at=MONDAY)
    suspicion = only(writer.history(), Detector.VANISHING_STANDARDS)
    assert suspicion.evidence == (1, 2)
    assert "1.1 mg less than the book says" in suspicion.words
