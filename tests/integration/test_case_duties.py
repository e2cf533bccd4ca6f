"""One person, one side of a case: a constraint of the database, also where two sessions race."""

import dataclasses
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import insert, select, text
from sqlalchemy.exc import IntegrityError

from lims.domain.duties import side_of
from lims.domain.examination import Examination, Review
from lims.domain.exhibit import Exhibit
from lims.domain.permissions import Act
from lims.domain.staff import Role, StaffMember
from lims.errors import DutyConflictError, LimsError, NotPermittedError
from lims.ledger import LedgerEntry
from lims.persistence.duty_list import take_duties
from lims.persistence.store import SqlStore
from lims.persistence.tables import CASE_DUTY
from lims.services.permitting import Rights
from tests.builders.laboratories import EXAMINATION, EXPERT, HEAD, PASSWORD, REVIEWER
from tests.builders.people import add

RACERS = 50
BOTH = StaffMember(
    number="both", name="Both", post="p", roles=(Role.TECHNICIAN, Role.EXPERT, Role.TECHNICAL_REVIEWER, Role.HEAD)
)


def duties(bench):
    with bench.engine.connect() as connection:
        rows = connection.execute(select(CASE_DUTY.c.case_number, CASE_DUTY.c.person, CASE_DUTY.c.side)).all()
    return {(row.case_number, row.person): row.side for row in rows}


def test_the_first_act_of_a_person_in_a_case_fixes_the_side(bench, training_file):
    bench.hire()
    bench.states = None
    bench.issued(training_file)
    assert duties(bench) == {
        ("2026-0001", "technician"): "work",
        ("2026-0001", "expert-a"): "work",
        ("2026-0001", "expert-b"): "review",
        ("2026-0001", "head"): "release",
    }
    assert bench.auditing.verify().intact


def test_a_conflict_names_what_the_person_did_and_when(bench, training_file):
    bench.hire()
    bench.concluded(training_file)
    add(bench, BOTH, password=PASSWORD)
    exhibit = bench.accessioning.exhibit("2026-0001/1")
    with bench.store.unit_of_work() as work:
        again = dataclasses.replace(exhibit, number="2026-0001/2")
        work.record(again, act=Act.EXHIBIT_REGISTERED, actor=BOTH, at=bench.clock.now())
        work.commit()
    with pytest.raises(DutyConflictError) as refusal:
        bench.reporting.draft(
            EXAMINATION,
            reviewer="both",
            language="en",
            actor=EXPERT,
            confirmation=bench.confirmed_author(EXAMINATION),
        )
    assert str(refusal.value) == (
        "both is on the side of work in case 2026-0001 (exhibit.registered 2026-0001/2 on 2026-11-22 04:00 UTC); "
        "this act is review"
    )
    assert "no other part" in refusal.value.advice()


@pytest.mark.parametrize("small", [False, True], ids=["large", "of two"])
def test_review_and_release_are_two_people_unless_the_laboratory_says_it_is_of_two(bench, training_file, small):
    """The door and the constraint; what the report prints is another matter."""
    bench.hire()
    bench.drafted(training_file)
    add(bench, BOTH, password=PASSWORD)
    store = SqlStore(bench.engine, rights=Rights(release_by_reviewer=small))
    report = bench.reporting.get("2026-0001-P1")
    with store.unit_of_work() as work:
        later = dataclasses.replace(report, version=report.version + 1)
        work.record(later, act=Act.REPORT_REVIEWED, actor=BOTH, at=bench.clock.now())
        last = dataclasses.replace(report, version=report.version + 2)
        if small:
            work.record(last, act=Act.REPORT_ISSUED, actor=BOTH, at=bench.clock.now())
            work.commit()
        else:
            with pytest.raises(DutyConflictError, match=r"on the side of review .* this act is release"):
                work.record(last, act=Act.REPORT_ISSUED, actor=BOTH, at=bench.clock.now())
    if small:
        assert duties(bench)["2026-0001", "both"] == "review"
        assert bench.auditing.verify().intact
        exhibit = dataclasses.replace(bench.accessioning.exhibit("2026-0001/1"), number="2026-0001/9")
        with store.unit_of_work() as work, pytest.raises(DutyConflictError, match="this act is work"):
            work.record(exhibit, act=Act.EXHIBIT_REGISTERED, actor=BOTH, at=bench.clock.now())


def test_the_key_of_the_table_refuses_a_second_side(bench, training_file):
    bench.hire()
    bench.concluded(training_file)
    for side in ("review", "work"):
        with bench.engine.connect().execution_options(write=True) as connection, pytest.raises(IntegrityError):
            connection.execute(
                insert(CASE_DUTY).values(case_number="2026-0001", person="expert-a", side=side, sequence=1)
            )


def test_the_list_is_made_again_as_it_was_and_a_change_of_it_is_found(bench, training_file):
    bench.hire()
    bench.issued(training_file)
    before = duties(bench)
    with bench.engine.connect().execution_options(write=True) as connection, connection.begin():
        connection.execute(text("UPDATE case_duty SET side = 'review' WHERE person = 'expert-a'"))
        connection.execute(text("DELETE FROM case_duty WHERE person = 'head'"))
    faults = " ".join(str(fault) for fault in bench.auditing.verify().list_faults)
    assert "expert-a" in faults
    assert "head" in faults
    bench.store.rebuild_lists()
    assert duties(bench) == before
    assert bench.auditing.verify().intact


def test_fifty_sessions_race_for_both_sides_of_one_case(bench, training_file):
    """Half of them work on the case, half review it, all as one person: one side wins, and the other never happens."""
    bench.hire()
    bench.concluded(training_file)
    add(bench, BOTH, password=PASSWORD)
    with bench.store.reading() as work:
        examination = work.load(Examination, EXAMINATION)
        exhibit = work.load(Exhibit, "2026-0001/1")
    start = threading.Barrier(RACERS)
    at = bench.clock.now()

    def working(place):
        return dataclasses.replace(exhibit, number=f"2026-0001/{place}"), Act.EXHIBIT_REGISTERED

    def reviewing(place):
        review = Review(reviewer="both", reviewed_at=at, approved=False, comment=f"no {place}")
        other = dataclasses.replace(examination, number=f"E of {place}", version=1, reviews=(review,))
        return other, Act.EXAMINATION_RETURNED

    def race(place):
        record, act = (working if place % 2 else reviewing)(place)
        start.wait()
        try:
            with bench.store.unit_of_work() as work:
                work.record(record, act=act, actor=BOTH, at=at)
                work.commit()
        except LimsError as refusal:
            return type(refusal).__name__
        return act

    with ThreadPoolExecutor(RACERS) as pool:
        outcomes = list(pool.map(race, range(2, RACERS + 2)))
    won = {one for one in outcomes if isinstance(one, Act)}
    assert len(won) == 1, outcomes
    assert outcomes.count(next(iter(won))) == RACERS // 2
    assert outcomes.count("DutyConflictError") == RACERS // 2
    acts = [LedgerEntry.from_bytes(stored.data) for stored in bench.store.entries()]
    assert {entry.act for entry in acts if entry.actor == "both" and side_of(entry.act) is not None} == won
    assert bench.auditing.verify().intact


def test_the_constraint_holds_where_nothing_else_does(bench, training_file):
    """Two connections that do not wait for each other, each having looked before the other wrote: the key decides."""
    if bench.engine.dialect.name != "postgresql":
        pytest.skip("on SQLite there is one writer at a time, whatever a program does")
    bench.hire()
    bench.concluded(training_file)
    examination = bench.examining.get(EXAMINATION)
    looked, outcomes = threading.Barrier(2), []

    def entry(act, sequence):
        *_, newest = bench.store.entries()
        return dataclasses.replace(LedgerEntry.from_bytes(newest.data), act=act.value, actor="racer", sequence=sequence)

    def race(act, sequence):
        with bench.engine.connect() as connection, connection.begin():
            connection.execute(select(CASE_DUTY)).all()
            looked.wait()
            try:
                take_duties(connection, examination, entry=entry(act, sequence), release_by_reviewer=False)
            except DutyConflictError:
                outcomes.append("refused")
                return
            outcomes.append("taken")

    threads = [
        threading.Thread(target=race, args=arguments)
        for arguments in ((Act.EXAMINATION_CONCLUDED, 1), (Act.EXAMINATION_APPROVED, 2))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert sorted(outcomes) == ["refused", "taken"]


def test_a_step_of_time_does_not_lift_a_duty(bench, training_file):
    bench.hire()
    bench.issued(training_file)
    bench.clock.moment += timedelta(days=900)
    report = bench.reporting.get("2026-0001-P1")
    with bench.store.reading() as work:
        for person in (EXPERT, REVIEWER):
            wide = dataclasses.replace(person, roles=tuple(Role))
            with pytest.raises(LimsError):
                work.permit(report, act=Act.REPORT_WITHDRAWN, actor=wide, at=bench.clock.now())
        assert work.permit(report, act=Act.REPORT_WITHDRAWN, actor=HEAD, at=bench.clock.now()) == ""


def test_a_transaction_that_goes_on_after_its_commit_looks_again(bench):
    """What a unit of work saw of a person holds until its commit; then others may have written."""
    bench.hire()
    technician = bench.staffing.get("technician")
    case = bench.case()
    with bench.store.unit_of_work() as work:
        exhibit = Exhibit(
            number="2026-0001/1",
            case_number=case.number,
            description="x",
            seal_number="",
            seal_intact=None,
            received_at=bench.clock.now(),
            received_by="technician",
        )
        work.record(exhibit, act=Act.EXHIBIT_REGISTERED, actor=technician, at=bench.clock.now())
        work.commit()
        bench.staffing.leave("technician", actor=HEAD)
        later = dataclasses.replace(exhibit, number="2026-0001/2")
        with pytest.raises(NotPermittedError, match="technician left"):
            work.record(later, act=Act.EXHIBIT_REGISTERED, actor=technician, at=bench.clock.now())
