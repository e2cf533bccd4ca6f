"""What a queue reads through indexes is what the slow way finds: every line of the laboratory, one after the other."""

import dataclasses
from datetime import date, timedelta

import pytest

from lims.domain.case import Case
from lims.domain.deadline import DayCount, Terms
from lims.domain.signature import SignatureMeaning
from lims.domain.transfer import TransferKind
from lims.domain.waiting import Job
from lims.domain.work_queue import BEGUN, Standing, Whose, is_for, jobs_of, settled
from lims.services.accessioning import ExhibitFacts
from lims.services.case_clocks import CaseClocks
from lims.services.custody import TransferFacts
from tests.builders.laboratories import ADMIN, EXPERT, HEAD, REVIEWER, TECHNICIAN
from tests.builders.people import QUALITY
from tests.builders.receiving import NOT_SEALED

CASE, EXHIBIT = "2026-0001", "2026-0001/1"
TODAY = date(2026, 11, 22)
EVERYBODY = (ADMIN, TECHNICIAN, EXPERT, REVIEWER, HEAD, QUALITY)
TERMS = Terms(days={"simple": 10, "quick": 1}, counting=DayCount.CALENDAR)


@pytest.fixture
def lab(bench, training_file):
    """A laboratory in which something waits for everybody, some of it late: a report, an offer, three more exhibits."""
    bench.hire()
    bench.terms = dataclasses.replace(bench.terms, terms=TERMS)
    bench.queueing = dataclasses.replace(bench.queueing, terms=bench.terms)
    bench.drafted(training_file)
    for _ in range(2):
        bench.exhibit()
    bench.accessioning.register_exhibit(CASE, ExhibitFacts(description="another"), actor=TECHNICIAN)
    bench.clarifying.find("2026-0002/1", dataclasses.replace(NOT_SEALED, witness=HEAD.number), actor=TECHNICIAN)
    bench.qualifying.grant(
        EXPERT.number, "M-9", basis="training", valid_from=TODAY, valid_until=TODAY + timedelta(days=9), actor=QUALITY
    )
    facts = TransferFacts(
        kind=TransferKind.HAND_OVER, exhibit_numbers=("2026-0003/1",), purpose="examination", to=EXPERT.number
    )
    transfer = bench.custody.prepare(facts, actor=TECHNICIAN)
    bench.custody.offer(
        transfer, actor=TECHNICIAN, confirmation=bench.confirmed(TECHNICIAN, SignatureMeaning.GIVER, transfer)
    )
    return bench


def started(lab, case, category):
    lab.requesting.categorise(case, category, actor=EXPERT)
    lab.terms.start(case, on=lab.clock.now().date(), actor=EXPERT)


def names(lines):
    return sorted((one.what.topic, one.what.number, one.what.job) for one in lines)


def keys(items):
    return sorted((one.kind, one.number, one.job, one.due or date.max) for one in items)


def late_of_all(lab):
    everything = lab.queueing.all(reader=None, limit=1000)
    assert everything.not_shown == 0
    return [one for one in everything.items if one.standing is Standing.LATE]


def test_the_lines_of_a_person_are_those_that_the_slow_way_finds(lab):
    with lab.store.reading() as work:
        everything = work.waiting(tuple(Job), until=date.max)
        for person in EVERYBODY:
            whose = Whose(person=person.number, jobs=jobs_of(person.roles))
            slow = [one for one in settled(everything) if is_for(one.what, whose.person, whose.jobs)]
            found = work.waiting_for(whose, until=date.max)
            going_on = work.going_on([one.what.exhibit_number for one in found])
            quick = [one for one in settled(found, going_on) if is_for(one.what, whose.person, whose.jobs)]
            assert names(quick) == names(slow), person.number
        assert len(names(everything)) > 8


def test_the_lines_of_others_do_not_push_the_own_ones_out(lab, monkeypatch):
    monkeypatch.setattr("lims.services.queueing.MOST_OF_A_JOB", 1)
    with lab.store.reading() as work:
        whose = Whose(person=REVIEWER.number, jobs=jobs_of(REVIEWER.roles))
        assert Job.REVIEW in {one.what.job for one in work.waiting_for(whose, until=date.max, limit=1)}
    found = lab.queueing.mine(REVIEWER)
    assert Job.REVIEW in {one.job for one in found.items}
    assert found.not_shown >= 1, "another request waits, and is not looked at"
    assert lab.queueing.mine(REVIEWER, only=Standing.LATE).not_shown == 0


def test_what_goes_on_with_an_exhibit_is_what_its_lines_say(lab):
    with lab.store.reading() as work:
        everything = work.waiting(tuple(Job), until=date.max)
        expected = sorted(
            (one.what.job, EXHIBIT)
            for one in everything
            if one.what.exhibit_number == EXHIBIT and one.what.job in BEGUN
        )
        assert sorted(work.going_on([EXHIBIT, "none of that number", "\0"])) == expected
        assert work.going_on([]) == ()


def test_the_lines_of_cases_are_all_that_name_them(lab):
    with lab.store.reading() as work:
        everything = settled(work.waiting(tuple(Job), until=date.max))
        for case in ("", CASE, "2026-0002"):
            found = work.waiting_in([case], until=date.max)
            going_on = work.going_on([one.what.exhibit_number for one in found])
            expected = names(one for one in everything if one.what.case_number == case)
            assert names(settled(found, going_on)) == expected != []
        ending = [one.what.job for one in work.waiting_in([""], until=date.min)]
        assert Job.RENEW_COMPETENCE not in ending, "it does not wait yet"


class TestLate:
    def test_kz_3_what_is_late_is_what_the_whole_queue_calls_late(self, lab):
        started(lab, CASE, "quick")
        started(lab, "2026-0002", "simple")
        for days in (0, 5, 10, 40):
            lab.clock.advance(days=days)
            found = lab.queueing.late(reader=HEAD)
            assert keys(found.items) == keys(late_of_all(lab))
            assert set(found.counts) <= {Standing.LATE}
            for person in EVERYBODY:
                own = [one for one in lab.queueing.mine(person).items if one.standing is Standing.LATE]
                assert keys(lab.queueing.mine(person, only=Standing.LATE).items) == keys(own)
        assert {one.case_numbers for one in found.items} >= {(CASE,), ("2026-0002",)}

    def test_kz_3_a_change_of_the_clock_is_seen_at_the_next_look(self, lab):
        def late():
            return {case for one in lab.queueing.late(reader=HEAD).items for case in one.case_numbers}

        started(lab, CASE, "quick")
        lab.clock.advance(days=5)
        day = lab.clock.now().date()
        assert late() == {CASE}
        lab.terms.suspend(CASE, on=day, reason="more objects", actor=EXPERT)
        assert late() == set()
        lab.terms.resume(CASE, on=day, actor=EXPERT)
        assert late() == {CASE}
        until = day + timedelta(days=30)
        lab.terms.extend(CASE, on=day, until=until, reason="many objects", decided_by="Head", actor=HEAD)
        assert late() == set()
        lab.requesting.categorise("2026-0002", "quick", actor=EXPERT)
        lab.terms.start("2026-0002", on=day, actor=EXPERT)
        lab.clock.advance(days=2)
        assert late() == {"2026-0002"}

    def test_kz_3_the_clocks_are_read_some_at_a_time_and_none_is_left_out(self, lab, monkeypatch):
        started(lab, CASE, "quick")
        started(lab, "2026-0003", "quick")
        lab.clock.advance(days=5)
        monkeypatch.setattr("lims.services.case_clocks._AT_ONCE", 1)
        lab.queueing.prepare()
        clocks = lab.queueing.clocks
        with lab.store.reading() as work:
            assert clocks._seen == work.head().entries
            assert clocks.late(work, lab.terms) == (CASE, "2026-0003")
            assert CaseClocks().late(work, lab.terms) == (CASE, "2026-0003")

    def test_a_ledger_that_was_put_back_is_read_anew(self, lab):
        started(lab, CASE, "quick")
        lab.clock.advance(days=5)
        clocks = lab.queueing.clocks
        with lab.store.reading() as work:
            assert clocks.late(work, lab.terms) == (CASE,)
            clocks._seen += 1_000
            clocks._of_case["2026-9999"] = clocks._of_case[CASE]
            clocks._cases[clocks._of_case[CASE]].add("2026-9999")
            assert clocks.late(work, lab.terms) == (CASE,)


def test_records_after_an_entry_are_those_that_changed_since(lab):
    with lab.store.reading() as work:
        end = work.head().entries
        assert work.recorded_after(Case, end, limit=9) == ()
        found = work.recorded_after(Case, 0, limit=9)
        assert sorted(number for _, number in found) == [CASE, "2026-0002", "2026-0003"]
        assert sorted(found) == list(found)
        assert work.recorded_after(Case, 0, limit=2) == found[:2]
        assert work.recorded_after(Case, found[1][0], limit=2) == found[2:]
    lab.requesting.categorise("2026-0002", "quick", actor=EXPERT)
    with lab.store.reading() as work:
        assert [number for _, number in work.recorded_after(Case, end, limit=9)] == ["2026-0002"]
