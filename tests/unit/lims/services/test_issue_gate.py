"""AT-12: a report is kept from its issue by each missing precondition of rule RP-1, one at a time."""

import dataclasses
from datetime import timedelta
from decimal import Decimal

import pytest

from lims.domain.batch import Batch
from lims.domain.competence import IDENTIFICATION_METHOD, Competence
from lims.domain.completeness import Premises, missing_items
from lims.domain.custody_timeline import NOT_RECORDED
from lims.domain.described import edits
from lims.domain.examination import Examination
from lims.domain.exhibit import Exhibit
from lims.domain.identification import Identification, rule_outcome
from lims.domain.identification_basis import Basis
from lims.domain.mass_balance import Consumed, MassBalance
from lims.domain.mass_discrepancy import MassDiscrepancy
from lims.domain.nonconformity import Subject
from lims.domain.permissions import Act
from lims.domain.report import Report, ReportStatus
from lims.domain.report_circumstances import CustodyWith
from lims.domain.report_item import ReportItem
from lims.domain.run import RecordedRun
from lims.domain.sampling_plan import (
    PlanDesign,
    Population,
    SamplingMethod,
    SamplingPlan,
    UnitDraw,
    UnitOutcome,
    UnitResult,
)
from lims.domain.signature import SignatureMeaning
from lims.domain.transfer import TransferKind
from lims.domain.unit_draw import BLACK_BOX
from lims.domain.weighing import Weighing, WeighingPurpose
from lims.errors import BatchNotUsableError, LimsError, OpenNonconformityError
from lims.persistence.store import SqlStore
from lims.services.custody import TransferFacts
from lims.services.describing import described_by
from lims.services.issue_gate import BEFORE_SIGNING, GATES, IssuePolicy, issue_faults, matter_of
from lims.services.nonconforming import NonconformityFacts
from lims.services.permitting import Rights
from lims.services.report_circumstances import circumstances_of
from lims.services.sealing import CorrectionFacts
from lims.work_errors import ReportBlockedError
from tests.builders.batches import injections
from tests.builders.custody_cells import old_aliquot
from tests.builders.laboratories import EXAMINATION, EXPERT, HEAD, REPORT, REVIEWER, TECHNICIAN, Bench
from tests.builders.measuring_bench import BUDGET, K, balance, check, shown
from tests.builders.people import QUALITY

EXHIBIT = "2026-0001/1"
RUN = f"{EXHIBIT}-R1"
SIGNATURES = {
    Act.REPORT_DRAFTED: (EXPERT, SignatureMeaning.AUTHOR),
    Act.REPORT_REVIEWED: (REVIEWER, SignatureMeaning.TECHNICAL_REVIEWER),
    Act.REPORT_ADMINISTRATIVELY_REVIEWED: (HEAD, SignatureMeaning.ADMINISTRATIVE_REVIEWER),
}
OTHER = "2026-0001-P9"


@pytest.fixture
def lab(bench: Bench, training_file) -> Bench:
    bench.hire()
    bench.cleared(training_file)
    return bench


def load(lab, kind, number, **which):
    with lab.store.reading() as work:
        return work.load(kind, number, **which)


def write(lab, *records, act="tested", actor=EXPERT, signature=None):
    """Write what no service would: the gate is asked alone."""
    with SqlStore(lab.engine, rights=Rights(enforced=False, release_by_reviewer=True)).unit_of_work() as work:
        for record in records:
            work.record(record, act=act, actor=actor, at=lab.clock.now(), signature=signature)
        work.commit()


def stand(lab, *, without=(), **facts):
    """Write a report that waits for its issue, signed by all three, whatever was edited before."""
    report = load(lab, Report, REPORT)
    usual = {"number": OTHER, "basis": (), "status": ReportStatus.ADMINISTRATIVELY_REVIEWED, "void_reason": ""}
    report = dataclasses.replace(report, **usual | facts)
    for version, (act, (person, meaning)) in enumerate(SIGNATURES.items(), start=1):
        proof = None if act in without else lab.confirmed(person, meaning, report).proof(name=person.name)
        write(lab, dataclasses.replace(report, version=version), act=act, actor=person, signature=proof)
    return load(lab, Report, OTHER)


def faults(lab, number=OTHER, policy=None):
    with lab.store.reading() as work:
        report = work.load(Report, number)
        return issue_faults(work, report, policy=policy or lab.reporting.policy, now=lab.clock.now())


def rule(fault):
    if isinstance(fault, ReportBlockedError):
        return fault.rule
    return {BatchNotUsableError: "RP-1.2", OpenNonconformityError: "RP-1.11"}[type(fault)]


def open_identification(lab):
    write(
        lab,
        Identification(
            number=f"{EXHIBIT}-N1",
            exhibit_number=EXHIBIT,
            procedure_number="EI-IDENTIFICATION",
            expert=EXPERT.number,
            substance="Ketamine",
            inchikey=None,
            basis=Basis(supports=()),
            outcome=rule_outcome("Ketamine", Basis(supports=())),
        ),
    )


def run_in_a_failed_batch(lab):
    now = lab.clock.now()
    batch = Batch(
        number="B-2026-0001",
        method_number=IDENTIFICATION_METHOD,
        method_version=1,
        instrument="",
        time_zone="UTC",
        injections=injections(EXHIBIT),
        planned_at=now,
        planned_by=TECHNICIAN.number,
    )
    run = load(lab, RecordedRun, RUN)
    write(lab, batch, dataclasses.replace(run, batch_number=batch.number, place=6, version=run.version + 1))


def open_offer(lab, number=EXHIBIT):
    facts = TransferFacts(kind=TransferKind.HAND_OVER, exhibit_numbers=(number,), purpose="GC-MS", to=EXPERT.number)
    transfer = lab.custody.prepare(facts, actor=TECHNICIAN)
    confirmed = lab.confirmed(TECHNICIAN, SignatureMeaning.GIVER, transfer)
    lab.custody.offer(transfer, actor=TECHNICIAN, confirmation=confirmed)


def weighing(lab, *, by=TECHNICIAN, number=f"{EXHIBIT}-W1"):
    return Weighing(
        number=number,
        item_number=EXHIBIT,
        exhibit_number=EXHIBIT,
        purpose=WeighingPurpose.BEFORE,
        balance_number="BAL-1",
        balance_version=1,
        certificate="KZ-77",
        check_number="c",
        gross=shown("12.34 g").gross,
        tare=None,
        budget=BUDGET,
        k=K,
        weighed_by=by.number,
        weighed_at=lab.clock.now(),
        manual_reason="no line",
    )


def doubtful_weight(lab):
    now = lab.clock.now()
    write(lab, balance(now), weighing(lab), check(now + timedelta(minutes=5), "101.00"))


def consumed_without_uncertainty(lab):
    used = Consumed(
        mass_g=Decimal("0.1"),
        u_g=Decimal(0),
        purpose="a colour test",
        permission="order 7",
        consumed_by=TECHNICIAN.number,
        consumed_at=lab.clock.now(),
    )
    kept = MassBalance(
        number=f"{EXHIBIT}-M",
        item_number=EXHIBIT,
        exhibit_number=EXHIBIT,
        weighing_number=f"{EXHIBIT}-W1",
        before_g=Decimal(12),
        before_u_g=Decimal("0.05"),
        consumed=(used,),
    )
    write(lab, kept)


def plan(lab, **facts):
    usual = {
        "number": f"{EXHIBIT}-S1",
        "exhibit_number": EXHIBIT,
        "population": Population(units=2, alike_in="size", photograph=f"{EXHIBIT}-F1"),
        "design": PlanDesign(method=SamplingMethod.ALL, testing="GC-MS"),
        "planned_by": EXPERT.number,
        "planned_at": lab.clock.now(),
    }
    return SamplingPlan(**usual | facts)


def unfinished_plan(lab):
    write(lab, plan(lab))


def many_units_without_a_plan(lab):
    exhibit = load(lab, Exhibit, EXHIBIT)
    write(lab, dataclasses.replace(exhibit, unit_count=10, version=exhibit.version + 1))


def plan_that_names_what_nobody_identified(lab):
    now, by = lab.clock.now(), TECHNICIAN.number
    draw = UnitDraw(units=(1, 2), generator=BLACK_BOX, seed=None, words="bag", drawn_by=by, drawn_at=now)
    result = UnitResult(
        unit=1, outcome=UnitOutcome.POSITIVE, substance="MDMA", basis=EXAMINATION, recorded_by=by, recorded_at=now
    )
    write(lab, plan(lab, draws=(draw,), results=(result, dataclasses.replace(result, unit=2))))


def withdrawn_competence(lab):
    with lab.store.reading() as work:
        (held,) = [one for one in work.children(Competence, EXPERT.number) if one.method == IDENTIFICATION_METHOD]
    lab.qualifying.withdraw(held.number, reason="the file is another person's", actor=QUALITY)


def reviewer_weighed(lab):
    write(lab, weighing(lab, by=REVIEWER))


def unknown_condition(lab):
    exhibit = load(lab, Exhibit, EXHIBIT)
    write(lab, dataclasses.replace(exhibit, condition="", seal_intact=None, version=exhibit.version + 1))


def raise_nonconformity(lab, *, subject=("case", "2026-0001")):
    facts = NonconformityFacts(
        what="the bag was open",
        subjects=(Subject(kind=subject[0], number=subject[1]),),
        found_by=REVIEWER.number,
        found_at=lab.clock.now(),
    )
    return lab.nonconforming.raise_one(facts, actor=REVIEWER).number


def open_mass_discrepancy(lab):
    one = MassDiscrepancy(
        number=f"{EXHIBIT}-D1",
        subject_number=EXHIBIT,
        exhibit_number=EXHIBIT,
        what="remainder",
        difference=Decimal(-1),
        u=Decimal("0.05"),
        unit="g",
        raised_by=TECHNICIAN.number,
        raised_at=lab.clock.now(),
    )
    write(lab, one)


def another_run(lab):
    run = load(lab, RecordedRun, RUN)
    raw = dataclasses.replace(run.raw, sha256="ab" * 32)
    write(lab, dataclasses.replace(run, number=f"{EXHIBIT}-R2", raw=raw))


BREACHES = {
    "rp_1_1-open": ("RP-1.1", open_identification, "N1 is open"),
    "rp_1_1-plan": ("RP-1.1", plan_that_names_what_nobody_identified, "S1 names MDMA, which no identification"),
    "rp_1_2": ("RP-1.2", run_in_a_failed_batch, "belongs to batch B-2026-0001"),
    "rp_1_3": ("RP-1.3", open_offer, "offers it to expert-a, who has not taken it"),
    "rp_1_4-doubt": ("RP-1.4", doubtful_weight, "-W1 is to be looked at again: BAL-1 failed"),
    "rp_1_4-consumed": ("RP-1.4", consumed_without_uncertainty, "without an uncertainty"),
    "rp_1_5-plan": ("RP-1.5", unfinished_plan, "is not finished: 0 of 2 units tested"),
    "rp_1_5-units": ("RP-1.5", many_units_without_a_plan, "has 10 units and no sampling plan"),
    "rp_1_6": ("RP-1.6", withdrawn_competence, "was not competent for EI-IDENTIFICATION"),
    "rp_1_8-worked": ("RP-1.8", reviewer_weighed, "expert-b had a part in the work: 2026-0001/1-W1"),
    "rp_1_10": ("RP-1.10", unknown_condition, "would not say the condition of exhibit 2026-0001/1"),
    "rp_1_11-nonconformity": ("RP-1.11", raise_nonconformity, "stands on the case"),
    "rp_1_11-mass": ("RP-1.11", open_mass_discrepancy, "discrepancy 2026-0001/1-D1"),
    "rp_1_12": ("RP-1.12", another_run, "2026-0001-P9 does not list 2026-0001/1-R2"),
}
UNSIGNED = {
    "rp_1_7": ("RP-1.7", Act.REPORT_DRAFTED, "is not signed by its author expert-a"),
    "rp_1_8": ("RP-1.8", Act.REPORT_REVIEWED, "is not signed by its technical reviewer expert-b"),
    "rp_1_9": ("RP-1.9", Act.REPORT_ADMINISTRATIVELY_REVIEWED, "is not signed by an administrative reviewer"),
}


def issue(lab):
    report = load(lab, Report, OTHER)
    confirmed = lab.confirmed(HEAD, SignatureMeaning.RELEASER, report)
    return lab.releasing.release(OTHER, actor=HEAD, confirmation=confirmed)


def test_at_12_a_report_that_lacks_nothing_is_issued(lab):
    stand(lab)
    assert faults(lab) == ()
    assert lab.releasing.hindrances(OTHER, actor=HEAD) == ()
    assert issue(lab).status is ReportStatus.ISSUED


@pytest.mark.parametrize("breach", BREACHES)
def test_at_12_a_report_is_blocked_by_each_precondition(lab, breach):
    number, make, words = BREACHES[breach]
    make(lab)
    stand(lab)
    found = faults(lab)
    assert {rule(one) for one in found} == {number}, found
    assert words in str(found[0])
    assert found[0].advice()
    assert [str(one) for one in lab.releasing.hindrances(OTHER, actor=HEAD)] == [str(one) for one in found]
    before = lab.entries
    with pytest.raises(type(found[0])):
        issue(lab)
    assert lab.entries == before


@pytest.mark.parametrize("breach", UNSIGNED)
def test_at_12_a_report_is_blocked_by_each_missing_signature(lab, breach):
    number, act, words = UNSIGNED[breach]
    stand(lab, without=(act,))
    (found,) = faults(lab)
    assert (rule(found), words in str(found)) == (number, True)
    with pytest.raises(ReportBlockedError, match=number):
        issue(lab)


def test_rp_1_every_item_of_the_rule_has_its_gate():
    assert list(GATES) == [f"RP-1.{number}" for number in range(1, 13)]
    assert set(GATES) > BEFORE_SIGNING
    blocked = {number for number, *_ in (*BREACHES.values(), *UNSIGNED.values())}
    assert blocked == set(GATES)


def test_rp_1_8_a_signature_counts_for_the_person_and_the_meaning_alone(lab):
    stand(lab, reviewer="expert-c")
    assert [str(one) for one in faults(lab)] == [
        "2026-0001-P9 is not signed by its technical reviewer expert-c (rule RP-1.8)"
    ]


def test_rp_1_9_the_technical_reviewer_is_no_administrative_reviewer(lab, monkeypatch):
    act = Act.REPORT_ADMINISTRATIVELY_REVIEWED
    monkeypatch.setitem(SIGNATURES, act, (REVIEWER, SignatureMeaning.ADMINISTRATIVE_REVIEWER))
    stand(lab)
    (found,) = faults(lab)
    assert (rule(found), "expert-b had a part" in str(found)) == ("RP-1.9", True)


def test_rp_1_9_in_a_laboratory_of_two_the_technical_reviewer_may_be_both(lab, monkeypatch):
    act = Act.REPORT_ADMINISTRATIVELY_REVIEWED
    monkeypatch.setitem(SIGNATURES, act, (REVIEWER, SignatureMeaning.ADMINISTRATIVE_REVIEWER))
    stand(lab, release_by_reviewer=True)
    assert faults(lab) == ()


def test_rp_1_6_a_competence_that_ended_later_changes_nothing(lab):
    stand(lab)
    lab.clock.advance(days=2)
    withdrawn_competence(lab)
    assert faults(lab) == ()


def test_rp_1_12_a_report_from_before_runs_were_listed_is_drafted_anew(lab):
    stand(lab, runs=())
    (found,) = faults(lab)
    assert (found.rule, found.fault) == ("RP-1.12", f"{OTHER} does not list {RUN}")


# custody


def seal(lab):
    from lims.domain.custody import EventKind, SealCondition, SealFact
    from lims.services.custody_steps import CustodyPolicy, Happening, append_event, standing

    with SqlStore(lab.engine, rights=Rights(enforced=False, release_by_reviewer=True)).unit_of_work() as work:
        holder = standing(work, EXHIBIT).holder
        now = lab.clock.now()
        happening = Happening(
            kind=EventKind.SEAL_OPENED,
            taker=holder,
            purpose="to open",
            occurred_at=now,
            stated_at=now,
            seal=SealFact(number="S-1", condition=SealCondition.INTACT),
        )
        append_event(work, EXHIBIT, happening, actor=TECHNICIAN, now=now, policy=CustodyPolicy())
        work.commit()


def close(lab, number):
    lab.nonconforming.assess(number, words="the identity stands", actor=QUALITY)
    today = lab.clock.now().date()
    lab.nonconforming.plan(number, words="a new bag", person=TECHNICIAN.number, due_on=today, actor=QUALITY)
    lab.nonconforming.correct(number, done="a new bag", actor=TECHNICIAN)
    lab.nonconforming.verify(number, helped=True, words="closed", actor=QUALITY)
    lab.nonconforming.resume(number, words="go on", actor=QUALITY)
    lab.nonconforming.close(number, words="done", actor=QUALITY)


def test_rp_1_3_a_gap_of_the_past_is_answered_by_a_closed_nonconformity_about_the_exhibit(lab):
    seal(lab)
    stand(lab)
    (found,) = faults(lab)
    assert "S-1 was on it, and the record knows of none (rule RP-1.3)" in str(found)
    number = raise_nonconformity(lab, subject=("exhibit", EXHIBIT))
    assert {rule(one) for one in faults(lab)} == {"RP-1.3", "RP-1.11"}
    close(lab, number)
    assert faults(lab) == ()


def measured_on_an_old_aliquot(lab):
    """Let the run be of an aliquot that was taken before aliquots had a custody."""
    number = f"{EXHIBIT}-A1"
    write(lab, *old_aliquot(number, EXHIBIT, at=lab.clock.now()))
    run = load(lab, RecordedRun, RUN)
    write(lab, dataclasses.replace(run, aliquot_number=number, version=run.version + 1))
    lab.clock.advance(hours=1)
    return number


def test_g_4_rp_1_3_the_custody_of_an_aliquot_that_was_measured_is_asked_for(lab):
    number = measured_on_an_old_aliquot(lab)
    stand(lab)
    (found,) = faults(lab)
    assert f"custody of {number} is not complete: no custody was recorded from" in str(found)
    lab.sealing.begin_late(number, reason="older program", actor=TECHNICIAN)
    assert {rule(one) for one in faults(lab)} == {"RP-1.3"}
    close(lab, raise_nonconformity(lab, subject=("exhibit", EXHIBIT)))
    assert faults(lab) == ()


def test_g_4_a_report_states_the_custody_of_a_measured_aliquot(lab):
    number = measured_on_an_old_aliquot(lab)
    assert [(one.number, one.spans, [gap.kind for gap in one.gaps]) for one in stated(lab)] == [
        (number, (), [NOT_RECORDED])
    ]
    lab.sealing.begin_late(number, reason="older program", actor=TECHNICIAN)
    ((found),) = stated(lab)
    assert [(one.place, one.name) for one in found.spans] == [
        (CustodyWith.PERSON, f"{TECHNICIAN.name} ({TECHNICIAN.number})")
    ]
    assert (found.container, found.item_number) == ("vial", EXHIBIT)


def stated(lab):
    with lab.store.reading() as work:
        matter = matter_of(work, work.load(Examination, EXAMINATION), policy=lab.reporting.policy, now=lab.clock.now())
        return circumstances_of(matter, (RUN,)).aliquot_custody


def test_g_4_rp_1_3_an_open_offer_of_a_measured_aliquot_is_a_fault(lab):
    number = measured_on_an_old_aliquot(lab)
    lab.sealing.begin_late(number, reason="older program", actor=TECHNICIAN)
    close(lab, raise_nonconformity(lab, subject=("exhibit", EXHIBIT)))
    stand(lab)
    open_offer(lab, number)
    assert {rule(one) for one in faults(lab)} == {"RP-1.3"}


def test_g_4_rp_2_a_correction_of_an_aliquot_s_custody_is_an_edit_and_its_beginning_is_none(lab):
    number = measured_on_an_old_aliquot(lab)
    lab.sealing.begin_late(number, reason="older program", actor=TECHNICIAN)
    with lab.store.reading() as work:
        before = described_by(work, work.load(Examination, EXAMINATION))
    facts = CorrectionFacts(corrects=1, reason="mistyped", approved_by=HEAD.number, purpose="LC-MS")
    corrected = lab.sealing.prepare_correction(number, facts, actor=TECHNICIAN)
    lab.sealing.correct(corrected, actor=TECHNICIAN, approval=lab.confirmed(HEAD, SignatureMeaning.APPROVER, corrected))
    with lab.store.reading() as work:
        after = described_by(work, work.load(Examination, EXAMINATION))
    assert edits(before, after) == (f"custody {number} is new",)


def test_rp_1_3_an_older_nonconformity_answers_no_later_gap(lab):
    close(lab, raise_nonconformity(lab, subject=("exhibit", EXHIBIT)))
    lab.clock.advance(minutes=1)
    seal(lab)
    stand(lab)
    assert {rule(one) for one in faults(lab)} == {"RP-1.3"}


def test_rp_1_3_what_was_returned_with_its_papers_is_complete(lab):
    facts = TransferFacts(
        kind=TransferKind.RETURN,
        exhibit_numbers=(EXHIBIT,),
        purpose="case closed",
        to="Court",
        permission_reference="letter 1",
        act_number="A-1",
        protocol_number="P-1",
        witness=REVIEWER.number,
    )
    transfer = lab.custody.prepare(facts, actor=TECHNICIAN)
    lab.custody.give_back(
        transfer,
        actor=TECHNICIAN,
        confirmation=lab.confirmed(TECHNICIAN, SignatureMeaning.GIVER, transfer),
        witnessed=lab.confirmed(REVIEWER, SignatureMeaning.WITNESS, transfer),
    )
    stand(lab)
    assert faults(lab) == ()


# before anybody signs


@pytest.mark.parametrize("breach", [name for name, (number, *_) in BREACHES.items() if number in BEFORE_SIGNING])
def test_at_12_what_can_never_be_issued_is_not_drafted(bench, training_file, breach):
    _, make, words = BREACHES[breach]
    bench.hire()
    bench.concluded(training_file)
    make(bench)
    before = bench.entries
    (found,) = bench.reporting.faults(EXAMINATION)
    assert words in str(found)
    with pytest.raises(LimsError) as refused:
        bench.draft(EXAMINATION)
    assert str(refused.value) == str(found)
    assert bench.entries == before  # no number was used


# the list of contents


def test_17025_7_8_2_1_an_omission_with_its_reason_opens_the_gate(bench, training_file):
    bench.hire()
    bench.concluded(training_file)
    unknown_condition(bench)
    stated = bench.examining.state_omission(
        EXAMINATION, ReportItem.OBJECT, reason="  the sender keeps no note ", actor=EXPERT
    )
    assert [(one.item, one.reason, one.stated_by) for one in stated.omissions] == [
        (ReportItem.OBJECT, "the sender keeps no note", "expert-a")
    ]
    again = bench.examining.state_omission(EXAMINATION, ReportItem.OBJECT, reason="lost", actor=EXPERT)
    assert [one.reason for one in again.omissions] == ["lost"]
    assert bench.reporting.faults(EXAMINATION) == ()
    drafted = bench.draft(EXAMINATION)
    document = bench.reporting.document(drafted.number)
    assert b'"omissions":[{"item":"g","reason":"lost","what":"the condition of exhibit 2026-0001/1' in document


@pytest.mark.parametrize("item", [ReportItem.LABORATORY, ReportItem.PLACE_OF_WORK])
def test_17025_7_8_2_1_an_omission_excuses_its_own_item_alone(bench, training_file, item):
    bench.hire()
    bench.concluded(training_file)
    bench.reporting = dataclasses.replace(bench.reporting, policy=IssuePolicy())
    assert [one.fault for one in bench.reporting.faults(EXAMINATION)] == [
        "the report would not say the address of the laboratory (ISO/IEC 17025:2017, 7.8.2.1 b)",
        "the report would not say the place of the work (ISO/IEC 17025:2017, 7.8.2.1 c)",
    ]
    bench.examining.state_omission(EXAMINATION, item, reason="it moves today", actor=EXPERT)
    (left,) = bench.reporting.faults(EXAMINATION)
    assert f"7.8.2.1 {item})" not in str(left)


def test_17025_7_8_2_1_an_omission_needs_a_reason_and_an_examination_that_is_not_reviewed(bench, training_file):
    bench.hire()
    bench.concluded(training_file)
    with pytest.raises(LimsError, match="reason of the omission: empty"):
        bench.examining.state_omission(EXAMINATION, ReportItem.OBJECT, reason=" ", actor=EXPERT)
    with pytest.raises(LimsError, match="is examined by expert-a, not by expert-b"):
        bench.examining.state_omission(EXAMINATION, ReportItem.OBJECT, reason="r", actor=REVIEWER)
    bench.reviewed(training_file)
    with pytest.raises(LimsError, match="is reviewed, not concluded"):
        bench.examining.state_omission(EXAMINATION, ReportItem.OBJECT, reason="r", actor=EXPERT)


def test_17025_7_8_2_1_a_measured_run_without_a_time_is_missing_and_a_simulated_one_is_not(lab):
    exhibit, run = load(lab, Exhibit, EXHIBIT), load(lab, RecordedRun, RUN)
    premises = Premises(address="1 Street")
    assert run.simulation_statement
    assert missing_items(premises=premises, exhibit=exhibit, runs=(run,)) == ()
    measured = dataclasses.replace(run, simulation_statement="")
    (missing,) = missing_items(premises=premises, exhibit=exhibit, runs=(measured,))
    assert (missing.item, missing.what) == (ReportItem.DATES_OF_WORK, f"when {RUN} was measured")
    timed = dataclasses.replace(measured, acquired_at="20261122100000+0500")
    assert missing_items(premises=premises, exhibit=exhibit, runs=(timed,)) == ()
    assert premises.workplace == "1 Street"
    assert Premises(address="1 Street", place_of_work="2 Street").workplace == "2 Street"
