from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from lims.domain.acceptance import AcceptanceRule, RuleOutcome
from lims.domain.batch import Batch, BatchRun, BatchStatus, Nonconformity, Verdict
from lims.domain.record import body_of, from_body
from lims.domain.sequence import Injection, InjectionKind, sequence_faults
from lims.errors import InvalidRecordError, RunMismatchError, TransitionError

START = datetime(2026, 2, 23, 9, 0, tzinfo=UTC)


def line(place, name, kind="blank", **facts):
    if kind in {"calibrator", "control"}:
        facts.setdefault("nominal_ug_per_ml", Decimal(50 * place))
    if kind == "exhibit":
        facts.setdefault("exhibit_number", "2026-1/1")
    vial = facts.pop("vial", "1" if kind == "blank" else str(place))
    return Injection(place=place, vial=vial, sample_name=name, kind=InjectionKind(kind), **facts)


SOUND = (
    line(1, "BLK"),
    line(2, "cal 1", "calibrator"),
    line(3, "cal 2", "calibrator"),
    line(4, "QC", "control"),
    line(5, "BLK"),
    line(6, "EX-1", "exhibit"),
    line(7, "BLK"),
    line(8, "EX-2", "exhibit", exhibit_number="2026-1/2"),
)


def batch(injections=SOUND, **facts):
    facts = {"instrument": "GCMS", "time_zone": "Asia/Almaty", **facts}
    return Batch(
        number="B-1",
        method_number="M-1",
        method_version=1,
        injections=tuple(injections),
        planned_at=START,
        planned_by="expert",
        **facts,
    )


def run(place, *, minutes=None, raw=None):
    at = START + timedelta(minutes=20 * place if minutes is None else minutes)
    return BatchRun(place=place, run_number=f"R{place}", raw_sha256=raw or f"{place:064d}", acquired_at=at)


def measured(places=range(1, 9)):
    whole = batch()
    for place in places:
        whole = whole.measure(run(place))
    return whole


def verdict(*, passed, at=START + timedelta(days=1)):
    outcome = RuleOutcome(
        rule=AcceptanceRule.BLANK_CLEAN, place=1, value=Decimal(0), low=None, high=Decimal("0.2"), passed=passed
    )
    return Verdict(judged_at=at, judged_by="expert", method_version=1, outcomes=(outcome,))


def nonconformity(at=START + timedelta(days=2)):
    return Nonconformity(cause="c", action="a", impact="i", decided_by="head", decided_at=at)


def faults(*injections, fewest=2):
    return [(fault.place, fault.words) for fault in sequence_faults(injections, fewest_calibrators=fewest)]


def test_a_sound_sequence_has_no_fault():
    assert faults(*SOUND) == []


def test_qc_8_qc_10_each_fault_of_a_sequence_is_named_at_its_place():
    assert faults(fewest=0) == [(0, "nothing is injected")]
    assert faults(line(2, "BLK"), fewest=0) == [(2, "stands where place 1 should stand")]
    assert faults(line(1, "EX-1", "exhibit"), fewest=0) == [(1, "an exhibit without a blank right before it")]
    assert faults(line(1, "BLK"), line(2, "EX-1", "exhibit"), line(3, "EX-2", "exhibit"), fewest=0) == [
        (3, "an exhibit without a blank right before it")
    ]
    assert faults(line(1, "BLK"), line(2, "cal", "calibrator")) == [
        (0, "1 different calibrators; the method needs 2"),
        (0, "no control"),
    ]
    assert faults(line(1, "QC", "control"), line(2, "c1", "calibrator"), line(3, "c2", "calibrator")) == [
        (1, "a control before the last calibrator")
    ]
    twice = faults(line(1, "std", "reference standard"), line(2, "STD", "reference standard"), fewest=0)
    assert twice == [(1, "the name 'std' stands more than once"), (2, "the name 'STD' stands more than once")]
    assert faults(line(1, "BLK"), line(2, "std", "reference standard", vial="1"), fewest=0) == [
        (2, "vial 1 holds 'BLK' already")
    ]


@pytest.mark.parametrize(
    ("facts", "message"),
    [
        ({"place": 0}, "place 0"),
        ({"vial": " "}, "vial"),
        ({"kind": InjectionKind.CONTROL}, "a control of None"),
        ({"kind": InjectionKind.CALIBRATOR, "nominal_ug_per_ml": Decimal(0)}, "a calibrator of 0"),
        ({"nominal_ug_per_ml": Decimal(5)}, "a blank with a nominal amount of 5"),
        ({"kind": InjectionKind.EXHIBIT}, "a exhibit of no exhibit"),
        ({"exhibit_number": "2026-1/1"}, "a blank of 2026-1/1"),
    ],
)
def test_a_line_that_means_nothing_is_refused(facts, message):
    with pytest.raises(InvalidRecordError, match=message):
        Injection(**{"place": 1, "vial": "1", "sample_name": "x", "kind": InjectionKind.BLANK, **facts})


def test_a_batch_refuses_an_unsound_sequence_and_an_unknown_zone():
    with pytest.raises(InvalidRecordError, match=r"B-1: place 1: an exhibit without a blank"):
        batch([line(1, "EX-1", "exhibit")])
    with pytest.raises(InvalidRecordError, match="IANA"):
        batch(time_zone="Almaty")


def test_a_batch_goes_from_planned_to_accepted():
    assert batch().status is BatchStatus.PLANNED
    whole = measured()
    assert (whole.status, whole.usable, whole.title, whole.parent) == (BatchStatus.MEASURED, False, "8/8", "M-1")
    accepted = whole.judge(verdict(passed=True))
    assert (accepted.status, accepted.usable, accepted.state) == (BatchStatus.ACCEPTED, True, "accepted")
    assert accepted.version == 10
    assert from_body(Batch, body_of(accepted)) == accepted


def test_a_failed_batch_is_blocked_until_a_nonconformity_says_what_was_done():
    failed = measured().judge(verdict(passed=False))
    assert (failed.status, failed.usable) == (BatchStatus.FAILED, False)
    released = failed.release(nonconformity())
    assert (released.status, released.usable) == (BatchStatus.RELEASED, True)
    again = released.judge(verdict(passed=False, at=START + timedelta(days=3)))
    assert again.status is BatchStatus.FAILED  # an old nonconformity excuses no new failure
    with pytest.raises(TransitionError, match="only a failed batch"):
        released.release(nonconformity())
    with pytest.raises(TransitionError, match="0 of 8 runs"):
        batch().judge(verdict(passed=True))
    with pytest.raises(InvalidRecordError, match="action"):
        Nonconformity(cause="c", action=" ", impact="i", decided_by="head", decided_at=START)


def test_a_discarded_run_is_kept_and_takes_the_verdict_away():
    accepted = measured().judge(verdict(passed=True))
    less = accepted.discard(8, reason="leaking septum", by="expert", at=START + timedelta(days=2))
    assert less.status is BatchStatus.PLANNED
    assert less.discarded[0].run.run_number == "R8"
    with pytest.raises(RunMismatchError, match="the same raw data are run R8"):
        less.measure(run(8))
    assert less.measure(run(8, minutes=180, raw="new")).status is BatchStatus.MEASURED
    with pytest.raises(TransitionError, match="has no run"):
        less.discard(8, reason="x", by="expert", at=START)
    with pytest.raises(InvalidRecordError, match="reason"):
        accepted.discard(8, reason="", by="expert", at=START)


def test_runs_find_their_injections_by_name_vial_and_turn():
    partly = measured([1, 2, 3, 4])
    at = START + timedelta(minutes=100)
    assert partly.place_of(sample_name="blk", vial="1", acquired_at=at) == 5
    assert batch().place_of(sample_name="BLK", vial="1", acquired_at=at) == 1
    assert measured([1, 3]).place_of(sample_name="cal 1", vial="2", acquired_at=START + timedelta(minutes=40)) == 2


@pytest.mark.parametrize(
    ("facts", "message"),
    [
        ({"sample_name": "EX-9"}, "no such injection"),
        ({"vial": "13"}, "from vial '13'; the sequence says 6"),
        ({"sample_name": "QC", "vial": "4"}, "have their runs"),
        ({"minutes": 10}, "out of the turn of place 6"),
    ],
)
def test_at_19_a_mix_up_stops(facts, message):
    facts = {"sample_name": "EX-1", "vial": "6", "minutes": 130, **facts}
    minutes = facts.pop("minutes")
    with pytest.raises(RunMismatchError, match=message):
        measured([1, 2, 3, 4, 5]).place_of(**facts, acquired_at=START + timedelta(minutes=minutes))


def test_at_19_one_run_stands_at_one_place():
    with pytest.raises(RunMismatchError, match="place 1 of B-1 has run R1 already"):
        measured([1]).measure(run(1, raw="other"))
    with pytest.raises(RunMismatchError, match="the same raw data are run R1 at place 1"):
        measured([1]).measure(run(2, raw=f"{1:064d}"))
    with pytest.raises(InvalidRecordError, match="8 injections"):
        batch().measure(run(9))


def test_times_without_a_zone_are_read_in_that_of_the_instrument():
    assert batch().moment("2026-02-23T14:00:00") == datetime(2026, 2, 23, 9, 0, tzinfo=UTC)
    assert batch().moment("2026-02-23T14:00:00Z") == datetime(2026, 2, 23, 14, 0, tzinfo=UTC)
    assert batch().moment("23 Feb 22 02:30 pm") == datetime(2022, 2, 23, 8, 30, tzinfo=UTC)
    with pytest.raises(InvalidRecordError, match="ISO 8601"):
        batch().moment("yesterday")


def test_exhibits_know_their_blanks():
    whole = batch()
    assert [exhibit.place for exhibit in whole.exhibits()] == [6, 8]
    assert whole.blank_before(8).place == 7


def test_id_3_a_retention_may_be_compared_with_calibrators_and_standards_of_the_batch():
    assert [one.run_number for one in measured().standards] == ["R2", "R3"]
    assert [one.run_number for one in measured(places=(1, 3)).standards] == ["R3"]
