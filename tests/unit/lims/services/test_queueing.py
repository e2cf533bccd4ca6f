"""Queues through the services: who finds what, with which deadline, and who sees the queues of others."""

import dataclasses
from datetime import date, timedelta

import pytest

from lims.domain.case import Case
from lims.domain.deadline import DayCount, Terms
from lims.domain.exhibit import ExhibitKind
from lims.domain.nonconformity import Subject
from lims.domain.permissions import Act
from lims.domain.place import PlaceKind
from lims.domain.signature import SignatureMeaning
from lims.domain.staff import Role, StaffMember
from lims.domain.transfer import TransferKind
from lims.domain.waiting import Job
from lims.domain.work_queue import Standing
from lims.errors import NotPermittedError
from lims.persistence.store import SqlStore
from lims.queue_settings import QueueSetting
from lims.services.accessioning import ExhibitFacts
from lims.services.custody import TransferFacts
from lims.services.nonconforming import NonconformityFacts
from lims.services.permitting import Rights
from lims.services.queueing import QueueingService
from lims.services.requesting import ReviewFacts
from lims.services.seeing import PersonalStore, over
from tests.builders.laboratories import ADMIN, EXAMINATION, EXPERT, HEAD, PASSWORD, REPORT, REVIEWER, TECHNICIAN
from tests.builders.measuring_bench import BALANCE, balance
from tests.builders.people import QUALITY, add
from tests.builders.receiving import CLEARED, NOT_SEALED

CASE, EXHIBIT = "2026-0001", "2026-0001/1"
TODAY = date(2026, 11, 22)
TERMS = Terms(days={"simple": 10, "quick": 1}, counting=DayCount.CALENDAR)
EVERYBODY = (ADMIN, TECHNICIAN, EXPERT, REVIEWER, HEAD, QUALITY)
OTHER = StaffMember(number="expert-c", name="C", post="p", roles=(Role.EXPERT, Role.TECHNICAL_REVIEWER))


@pytest.fixture
def lab(bench):
    bench.hire()
    return with_terms(bench)


def with_terms(bench):
    bench.terms = dataclasses.replace(bench.terms, terms=TERMS)
    bench.queueing = dataclasses.replace(bench.queueing, terms=bench.terms)
    return bench


def seen_by(lab, person) -> QueueingService:
    store = PersonalStore(store=lab.store, person=person.number, clock=lab.clock, rights=Rights())
    return over(lab.queueing, store, keep=())


def jobs(lab, person):
    return [(one.job, one.number) for one in seen_by(lab, person).mine(person).items]


def found(lab, job, person=HEAD):
    return [one for one in lab.queueing.all(reader=person).items if one.job is job]


def record(lab, *records):
    """Put records into the store that no service makes here."""
    with SqlStore(lab.engine, rights=Rights(enforced=False)).unit_of_work() as work:
        for one in records:
            work.record(one, act="tested", actor=HEAD, at=lab.clock.now())
        work.commit()


class TestTheWayOfAnExhibit:
    def test_a_new_exhibit_waits_for_the_bench_and_its_request_for_an_expert(self, lab):
        lab.exhibit()
        assert jobs(lab, TECHNICIAN) == [(Job.TAKE_UP, EXHIBIT)]
        assert sorted(jobs(lab, EXPERT)) == [(Job.REVIEW_REQUEST, CASE), (Job.TAKE_UP, EXHIBIT)]
        assert jobs(lab, HEAD) == [(Job.REVIEW_REQUEST, CASE)]
        assert jobs(lab, QUALITY) == jobs(lab, ADMIN) == []
        lab.requesting.review(
            CASE, ReviewFacts(questions_understood=True, method_available=True, capable=True), actor=EXPERT
        )
        assert jobs(lab, HEAD) == []

    def test_each_step_passes_it_on_until_the_report_is_issued(self, lab, training_file):
        lab.opened(training_file)
        assert (Job.CONCLUDE, EXAMINATION) in jobs(lab, EXPERT)
        assert (Job.CONCLUDE, EXAMINATION) not in jobs(lab, REVIEWER), "it is examined by somebody"
        lab.concluded(training_file)
        assert (Job.REPORT, EXAMINATION) in jobs(lab, EXPERT)
        lab.drafted(training_file)
        assert (Job.REVIEW, REPORT) in jobs(lab, REVIEWER)
        assert (Job.REPORT, EXAMINATION) not in jobs(lab, EXPERT), "it is on its way"
        lab.reviewed(training_file)
        assert (Job.REVIEW_PAPER, REPORT) in jobs(lab, HEAD)
        lab.cleared(training_file)
        assert (Job.ISSUE, REPORT) in jobs(lab, HEAD)
        lab.issued(training_file)
        assert [jobs(lab, person) for person in EVERYBODY] == [[]] * len(EVERYBODY)

    def test_a_report_waits_for_the_reviewer_that_it_names_alone(self, lab, training_file):
        lab.drafted(training_file)
        add(lab, OTHER, password=PASSWORD)
        assert (Job.REVIEW, REPORT) in jobs(lab, REVIEWER)
        assert all(number != REPORT for _, number in jobs(lab, OTHER))

    def test_who_reviewed_a_case_finds_no_work_of_it(self, lab, training_file):
        lab.reviewed(training_file)
        lab.accessioning.register_exhibit(CASE, ExhibitFacts(description="another"), actor=TECHNICIAN)
        assert (Job.TAKE_UP, f"{CASE}/2") in jobs(lab, EXPERT)
        assert (Job.TAKE_UP, f"{CASE}/2") not in jobs(lab, REVIEWER)

    def test_a_discrepancy_waits_for_the_sender(self, lab):
        lab.exhibit()
        lab.clarifying.find(EXHIBIT, dataclasses.replace(NOT_SEALED, witness=HEAD.number), actor=TECHNICIAN)
        assert (Job.GET_ANSWER, EXHIBIT) in jobs(lab, TECHNICIAN)
        lab.clarifying.answer(EXHIBIT, 1, CLEARED, actor=TECHNICIAN)
        assert (Job.GET_ANSWER, EXHIBIT) not in jobs(lab, TECHNICIAN)

    def test_a_weighing_is_missing_once_work_began_and_only_of_what_is_weighed(self, lab, training_file):
        lab.opened(training_file)
        assert (Job.WEIGH, EXHIBIT) in jobs(lab, TECHNICIAN)
        blood = ExhibitFacts(description="blood", kind=ExhibitKind.BLOOD)
        number = lab.accessioning.register_exhibit(CASE, blood, actor=TECHNICIAN).number
        lines = {one.what.job for one in waiting(lab) if one.what.number == number}
        assert lines == {Job.TAKE_UP}


def waiting(lab):
    with lab.store.reading() as work:
        return work.waiting(tuple(Job), until=date.max)


class TestHandOvers:
    @pytest.fixture
    def offer(self, lab):
        lab.exhibit()
        facts = TransferFacts(
            kind=TransferKind.HAND_OVER, exhibit_numbers=(EXHIBIT,), purpose="examination", to=EXPERT.number
        )
        transfer = lab.custody.prepare(facts, actor=TECHNICIAN)
        confirmed = lab.confirmed(TECHNICIAN, SignatureMeaning.GIVER, transfer)
        return lab.custody.offer(transfer, actor=TECHNICIAN, confirmation=confirmed)

    def test_an_offer_waits_for_the_taker_and_when_it_lapsed_for_the_giver(self, lab, offer):
        assert (Job.ANSWER_HAND_OVER, offer.number) in jobs(lab, EXPERT)
        assert offer.number not in [number for _, number in jobs(lab, TECHNICIAN)]
        lab.clock.advance(minutes=16)
        assert (Job.OFFER_AGAIN, offer.number) in jobs(lab, TECHNICIAN)
        assert offer.number not in [number for _, number in jobs(lab, EXPERT)]
        (item,) = found(lab, Job.OFFER_AGAIN)
        assert item.case_numbers == (CASE,)

    def test_an_answered_offer_waits_no_more(self, lab, offer):
        lab.custody.refuse(offer.number, reason="not mine", actor=EXPERT)
        assert [one.number for one in lab.queueing.all(reader=HEAD).items if one.number == offer.number] == []

    def test_what_is_kept_too_long_is_late_for_its_holder(self, lab):
        lab.exhibit()
        lab.storing.add("1", kind=PlaceKind.SHELF, capacity=2, actor=HEAD)
        for kind, to, days in ((TransferKind.STORING, "PL-0001", None), (TransferKind.TAKING_OUT, "", 2)):
            facts = TransferFacts(
                kind=kind,
                exhibit_numbers=(EXHIBIT,),
                purpose="examination",
                to=to,
                expected_return=TODAY + timedelta(days=days) if days else None,
            )
            act = lab.custody.store_in_place if kind is TransferKind.STORING else lab.custody.take_out
            act(lab.custody.prepare(facts, actor=TECHNICIAN), actor=TECHNICIAN)
        (item,) = [one for one in lab.queueing.mine(TECHNICIAN).items if one.job is Job.GIVE_BACK]
        assert (item.standing, item.due) == (Standing.DUE_SOON, TODAY + timedelta(days=2))
        lab.clock.advance(days=3)
        (item,) = [one for one in lab.queueing.late(reader=HEAD).items if one.job is Job.GIVE_BACK]
        assert (item.person, item.standing) == ("technician", Standing.LATE)
        assert all(one.job is not Job.GIVE_BACK for one in lab.queueing.mine(EXPERT).items), "somebody else has it"


class TestDeadlines:
    def start(self, lab, category="simple"):
        lab.exhibit()
        lab.requesting.categorise(CASE, category, actor=EXPERT)
        lab.terms.start(CASE, on=TODAY, actor=EXPERT)

    def standing(self, lab):
        (item,) = found(lab, Job.TAKE_UP)
        return item.standing, item.due

    def test_kz_3_the_deadline_of_a_queue_is_that_of_the_case(self, lab):
        lab.exhibit()
        assert self.standing(lab) == (Standing.UNKNOWN, None)
        lab.requesting.categorise(CASE, "simple", actor=EXPERT)
        lab.terms.start(CASE, on=TODAY, actor=EXPERT)
        due = TODAY + timedelta(days=10)
        assert self.standing(lab) == (Standing.IN_TIME, due)
        lab.clock.advance(days=7)
        assert self.standing(lab) == (Standing.DUE_SOON, due)
        lab.clock.advance(days=4)
        assert self.standing(lab) == (Standing.LATE, due)

    def test_kz_3_a_suspended_case_is_stopped_and_an_extended_one_in_time(self, lab):
        self.start(lab, "quick")
        lab.clock.advance(days=3)
        assert self.standing(lab)[0] is Standing.LATE
        day = TODAY + timedelta(days=3)
        lab.terms.suspend(CASE, on=day, reason="more objects", actor=EXPERT)
        assert self.standing(lab) == (Standing.STOPPED, None)
        lab.terms.resume(CASE, on=day, actor=EXPERT)
        until = day + timedelta(days=30)
        lab.terms.extend(CASE, on=day, until=until, reason="many objects", decided_by="Head", actor=HEAD)
        assert self.standing(lab) == (Standing.IN_TIME, until)

    def test_kz_3_a_category_that_no_setting_knows_has_no_deadline(self, lab):
        self.start(lab, "of another order")
        assert self.standing(lab) == (Standing.UNKNOWN, None)

    def test_kz_3_late_comes_first_and_late_gives_nothing_else(self, lab):
        self.start(lab, "quick")
        lab.exhibit()
        lab.clock.advance(days=5)
        order = [one.case_numbers for one in lab.queueing.mine(TECHNICIAN).items]
        assert order == [(CASE,), ("2026-0002",)]
        late = lab.queueing.late(reader=HEAD)
        assert {one.case_numbers for one in late.items} == {(CASE,)}
        assert set(late.counts) == {Standing.LATE}
        assert lab.queueing.all(reader=HEAD).counts[Standing.UNKNOWN] == 2

    def test_a_case_that_the_court_decided_asks_the_head_whether_the_work_is_wanted(self, lab):
        lab.exhibit()
        lab.requesting.adjudicate(CASE, decided_on=TODAY, reference="verdict", actor=TECHNICIAN)
        assert (Job.ASK_WHETHER_WANTED, CASE) in jobs(lab, HEAD)
        lab.requesting.want_work(CASE, reason="appeal", wanted_by="Court", actor=HEAD)
        assert (Job.ASK_WHETHER_WANTED, CASE) not in jobs(lab, HEAD)


class TestWhatEnds:
    def test_a_calibration_is_shown_from_the_day_of_the_setting_on(self, lab):
        record(lab, balance(lab.clock.now()))
        assert [one.number for one in found(lab, Job.CALIBRATE)] == [BALANCE]
        shorter = dataclasses.replace(lab.queueing, setting=QueueSetting(ending_days=29))
        assert [one for one in shorter.all(reader=HEAD).items if one.job is Job.CALIBRATE] == []
        lab.clock.advance(days=31)
        assert found(lab, Job.CALIBRATE)[0].standing is Standing.LATE

    def test_a_competence_that_ends_is_seen_by_the_person_and_by_those_who_grant_it(self, lab):
        lab.qualifying.grant(
            EXPERT.number,
            "M-9",
            basis="training",
            valid_from=TODAY,
            valid_until=TODAY + timedelta(days=9),
            actor=QUALITY,
        )
        (number,) = [number for job, number in jobs(lab, EXPERT) if job is Job.RENEW_COMPETENCE]
        assert (Job.RENEW_COMPETENCE, number) in jobs(lab, QUALITY)
        assert (Job.RENEW_COMPETENCE, number) not in jobs(lab, REVIEWER)


class TestNonconformities:
    def test_each_step_of_it_waits_for_who_may_do_it(self, lab):
        lab.exhibit()
        facts = NonconformityFacts(
            what="a seal broke",
            subjects=(Subject(kind="exhibit", number=EXHIBIT),),
            found_by=EXPERT.number,
            found_at=lab.clock.now(),
        )
        number = lab.nonconforming.raise_one(facts, actor=EXPERT).number
        assert (Job.ASSESS, number) in jobs(lab, QUALITY)
        lab.nonconforming.assess(number, words="none", actor=QUALITY)
        due = TODAY + timedelta(days=1)
        lab.nonconforming.plan(number, words="a new seal", person=TECHNICIAN.number, due_on=due, actor=QUALITY)
        (item,) = [one for one in lab.queueing.mine(TECHNICIAN).items if one.job is Job.CORRECT]
        assert (item.due, item.standing) == (due, Standing.DUE_SOON)
        lab.nonconforming.correct(number, done="sealed", actor=HEAD)
        assert (Job.VERIFY, number) in jobs(lab, QUALITY)
        assert (Job.VERIFY, number) not in jobs(lab, HEAD), "who corrected it does not verify it"


class TestWhoSeesWhat:
    def test_the_queue_of_all_is_for_those_who_oversee(self, lab):
        lab.exhibit()
        for person in (TECHNICIAN, EXPERT, REVIEWER, ADMIN):
            for ask in (lab.queueing.all, lab.queueing.late):
                with pytest.raises(NotPermittedError, match="needs head or quality manager or auditor"):
                    ask(reader=person)
        assert lab.queueing.all(reader=QUALITY).total == lab.queueing.all(reader=None).total == 2

    def test_a_person_who_sees_no_case_reads_none_here_either(self, lab, training_file):
        lab.drafted(training_file)
        forged = dataclasses.replace(ADMIN, roles=tuple(Role))
        assert seen_by(lab, ADMIN).mine(forged).items == ()
        with pytest.raises(NotPermittedError, match="reading a report needs"):
            seen_by(lab, ADMIN).all(reader=forged)

    def test_a_person_who_is_away_finds_nothing(self, lab):
        lab.exhibit()
        lab.staffing.go_away(EXPERT.number, first_day=TODAY, actor=HEAD)
        with pytest.raises(NotPermittedError, match="is absent"):
            seen_by(lab, EXPERT).mine(EXPERT)

    def test_roles_that_wait_to_be_confirmed_wait_for_the_quality_manager(self, lab):
        lab.staffing.propose(TECHNICIAN.number, (Role.TECHNICIAN, Role.EXPERT), actor=ADMIN)
        assert (Job.CONFIRM_ROLES, TECHNICIAN.number) in jobs(lab, QUALITY)
        lab.staffing.confirm(TECHNICIAN.number, actor=QUALITY)
        assert jobs(lab, QUALITY) == []


def test_pages_are_parts_of_one_order_and_carry_titles(lab):
    for _ in range(3):
        lab.exhibit()
    whole = lab.queueing.mine(EXPERT)
    assert whole.total == len(whole.items) == 6
    parts = [lab.queueing.mine(EXPERT, limit=2, offset=place).items for place in (0, 2, 4)]
    assert tuple(item for part in parts for item in part) == whole.items
    assert {one.title for one in whole.items} == {"Court", "a card"}
    assert all(one.since == lab.clock.now() for one in whole.items)


def test_what_is_not_looked_at_is_counted(lab, monkeypatch):
    for _ in range(3):
        lab.exhibit()
    monkeypatch.setattr("lims.services.queueing.MOST_OF_A_JOB", 2)
    page = lab.queueing.all(reader=HEAD)
    assert (page.total, page.not_shown) == (4, 2)
    assert lab.queueing.all(reader=HEAD, limit=1).items[0].since == lab.clock.now()


def test_several_records_are_read_as_one_by_one(lab):
    for _ in range(3):
        lab.exhibit()
    lab.requesting.categorise("2026-0002", "simple", actor=EXPERT)
    numbers = ["2026-0003", "2026-0002", "none of that number", "\0"]
    with lab.store.reading() as work:
        together = {one.number: one for one in work.several(Case, numbers)}
        assert together == {number: work.load(Case, number) for number in numbers[:2]}
        assert work.several(Case, []) == ()


def test_an_act_that_is_refused_leaves_the_list_as_it_was(lab):
    lab.exhibit()
    before = waiting(lab)
    with lab.store.unit_of_work() as work:
        case = work.load(Case, CASE).categorise("simple")
        work.record(case, act=Act.CASE_CATEGORISED, actor=EXPERT, at=lab.clock.now())
    assert waiting(lab) == before
