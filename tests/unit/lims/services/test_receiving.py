import dataclasses
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest

from lims.domain.case import Case
from lims.domain.deadline import DayCount, DeadlineState, Terms
from lims.domain.discrepancy import Decision
from lims.domain.exhibit import Container, ExhibitKind
from lims.domain.report_item import ReportItem
from lims.domain.request import Consumption, Delivery, ExaminationRequest
from lims.domain.seizure import AuthorisedScreen, Channel, FieldScreen, ScreenResult
from lims.errors import InvalidRecordError, NotFoundError, NotPermittedError
from lims.ledger import LedgerEntry
from lims.services.accessioning import CaseFacts, ExhibitFacts, IncomingExhibit, Intake, SeizureFacts
from lims.services.answering import AnswerFacts as QuestionFacts
from lims.services.clarifying import AnswerFacts
from lims.services.permitting import Rights
from lims.services.requesting import ReviewFacts
from lims.work_errors import CaseDecidedError, DiscrepancyOpenError, NotWarnedError
from tests.builders.laboratories import ADMIN, EXPERT, HEAD, REVIEWER, TECHNICIAN
from tests.builders.receiving import CLEARED, NOT_SEALED

DAY = date(2026, 11, 20)
SCREEN = FieldScreen(device="Raman 0042", operator="Officer A", result=ScreenResult.POSITIVE, substance="cathinone")
INTAKE = Intake(
    case=CaseFacts(
        appointing_body="Court of Almaty",
        questions=("What is it?", "How much?"),
        request=ExaminationRequest(appointed_by=" Judge ", delivery=Delivery.COURIER, delivered_by="Officer"),
        category="simple",
    ),
    seizures=(
        SeizureFacts(seized_on=date(2026, 11, 1), region="KZ-75", channel=Channel.POST, screens=(SCREEN,)),
        SeizureFacts(seized_on=date(2026, 11, 2), region="KZ-71", channel=Channel.STASH),
    ),
    exhibits=(
        IncomingExhibit(
            facts=ExhibitFacts(description="parcel", container=Container(kind="bag", number="B-1")),
            seizure=2,
            parts=(
                IncomingExhibit(facts=ExhibitFacts(description="tablets", kind=ExhibitKind.TABLET, unit_count=10)),
                IncomingExhibit(
                    facts=ExhibitFacts(description="powder", kind=ExhibitKind.POWDER),
                    seizure=1,
                    parts=(IncomingExhibit(facts=ExhibitFacts(description="lump")),),
                ),
            ),
        ),
        IncomingExhibit(facts=ExhibitFacts(description="card")),
    ),
)


@pytest.fixture
def bench(bench):
    """Give a laboratory with its people."""
    bench.hire()
    return bench


def entries(bench, after):
    return [LedgerEntry.from_bytes(one.data) for one in bench.store.entries(after=after)]


def test_an_intake_is_registered_as_a_tree(bench):
    before = bench.entries
    received = bench.accessioning.receive(INTAKE, actor=TECHNICIAN)
    assert [(one.number, one.part_of, one.seizure_number) for one in received.exhibits] == [
        ("2026-0001/1", "", "2026-0001-S2"),
        ("2026-0001/1.1", "2026-0001/1", "2026-0001-S2"),
        ("2026-0001/1.2", "2026-0001/1", "2026-0001-S1"),
        ("2026-0001/1.2.1", "2026-0001/1.2", "2026-0001-S1"),
        ("2026-0001/2", "", ""),
    ]
    lump = received.exhibits[3]
    assert (lump.kind, lump.container) == (ExhibitKind.POWDER, None)
    assert received.case.request.appointed_by == "Judge"
    assert bench.accessioning.exhibits_of("2026-0001") == received.exhibits
    assert bench.accessioning.seizures_of("2026-0001") == received.seizures
    acts = [entry.act for entry in entries(bench, before)]
    assert [act for act in acts if not act.startswith("custody.")] == [
        "case.registered",
        *["seizure.registered"] * 2,
        *["exhibit.registered"] * 5,
    ]


def test_an_intake_is_registered_as_a_whole_or_not_at_all(bench):
    before = bench.entries
    broken = IncomingExhibit(facts=ExhibitFacts(description="card", unit_count=0))
    unknown = IncomingExhibit(facts=ExhibitFacts(description="card"), seizure=3)
    for last in (broken, unknown, dataclasses.replace(unknown, seizure=-1)):
        with pytest.raises(InvalidRecordError):
            bench.accessioning.receive(dataclasses.replace(INTAKE, exhibits=(*INTAKE.exhibits, last)), actor=TECHNICIAN)
    assert bench.entries == before
    assert bench.accessioning.cases(limit=9) == ()


def test_g_2_each_record_leads_to_its_case_and_its_author(bench):
    before = bench.entries
    bench.accessioning.receive(INTAKE, actor=TECHNICIAN)
    for entry in entries(bench, before):
        assert entry.actor == "technician"
        assert entry.number.startswith("2026-0001")
        assert entry.kind == "case" or entry.body["case_number"] == "2026-0001"


def test_g_4_packaging_and_seal_of_each_part_are_recorded_on_receipt(bench):
    whole = bench.exhibit()
    facts = ExhibitFacts(
        description="bag of powder", seal_number="S-2", seal_intact=False, container=Container(kind="bag", number="7")
    )
    part = bench.accessioning.register_part(whole.number, facts, actor=TECHNICIAN)
    assert (part.seal_number, part.seal_intact, part.container.number) == ("S-2", False, "7")
    assert (whole.seal_number, whole.container) == ("", None)


@pytest.mark.both_databases
def test_17025_7_4_2_numbers_stay_unique_when_many_register_at_once(bench):
    exhibit = bench.exhibit()

    def register(place):
        if place % 2:
            return bench.accessioning.register_part(exhibit.number, ExhibitFacts(description="x"), actor=TECHNICIAN)
        return bench.accessioning.register_exhibit("2026-0001", ExhibitFacts(description="x"), actor=TECHNICIAN)

    with ThreadPoolExecutor(6) as pool:
        numbers = sorted(one.number for one in pool.map(register, range(12)))
    parts = [f"2026-0001/1.{place}" for place in range(1, 7)]
    assert numbers == sorted([*parts, *(f"2026-0001/{place}" for place in range(2, 8))])


def test_e_1_an_intake_keeps_who_brought_what_when_and_how(bench):
    bench.case()
    facts = ExhibitFacts(
        description="bag",
        seal_number="S-1",
        seal_intact=True,
        condition="dry",
        delivery=Delivery.BY_HAND,
        delivered_by="Officer A",
    )
    exhibit = bench.accessioning.register_exhibit("2026-0001", facts, actor=TECHNICIAN)
    assert (exhibit.received_by, exhibit.received_at) == ("technician", bench.clock.now())
    assert (exhibit.delivered_by, exhibit.delivery, exhibit.condition) == ("Officer A", Delivery.BY_HAND, "dry")
    late = dataclasses.replace(facts, received_at=bench.clock.now() + timedelta(seconds=1))
    with pytest.raises(InvalidRecordError, match="not yet"):
        bench.accessioning.register_exhibit("2026-0001", late, actor=TECHNICIAN)


def test_seizure_and_donor_are_of_the_same_case(bench):
    other = bench.accessioning.receive(INTAKE, actor=TECHNICIAN).seizures[0]
    case = bench.case()
    with pytest.raises(InvalidRecordError, match="of another case"):
        bench.accessioning.register_exhibit(
            case.number, ExhibitFacts(description="x", seizure_number=other.number), actor=TECHNICIAN
        )
    with pytest.raises(NotFoundError):
        bench.accessioning.register_exhibit(
            case.number, ExhibitFacts(description="x", seizure_number="2026-0002-S9"), actor=TECHNICIAN
        )


def test_id_9_the_laboratorys_list_decides_whether_a_screen_is_presumptive(bench):
    claimed = dataclasses.replace(SCREEN, authorisation="ours")
    bench.case()
    facts = SeizureFacts(screens=(claimed,))
    assert bench.accessioning.register_seizure("2026-0001", facts, actor=TECHNICIAN).screens[0].presumptive
    line = AuthorisedScreen(device="Raman 0042", operator="Officer A", basis="record 5")
    ours = dataclasses.replace(bench.accessioning, authorised_screens=(line,))
    (screen,) = ours.register_seizure("2026-0001", facts, actor=TECHNICIAN).screens
    assert (screen.presumptive, screen.authorisation) == (False, "record 5")


# discrepancies


def test_e_2_no_run_is_taken_of_an_exhibit_whose_discrepancy_is_open(bench, training_file):
    exhibit = bench.exhibit()
    bench.clarifying.find(exhibit.number, NOT_SEALED, actor=TECHNICIAN)
    before = bench.entries
    with pytest.raises(DiscrepancyOpenError, match="seal 118"):
        bench.importing.import_run(training_file, exhibit_number=exhibit.number, actor=TECHNICIAN)
    assert (bench.entries, bench.raw_objects) == (before, [])
    answered = bench.clarifying.answer(exhibit.number, 1, CLEARED, actor=TECHNICIAN)
    assert answered.workable
    bench.importing.import_run(training_file, exhibit_number=exhibit.number, actor=TECHNICIAN)


def test_e_2_a_part_waits_for_the_answer_about_the_whole(bench, training_file):
    exhibit = bench.exhibit()
    part = bench.accessioning.register_part(exhibit.number, ExhibitFacts(description="x"), actor=TECHNICIAN)
    bench.clarifying.find(exhibit.number, NOT_SEALED, actor=TECHNICIAN)
    with pytest.raises(DiscrepancyOpenError):
        bench.importing.import_run(training_file, exhibit_number=part.number, actor=TECHNICIAN)


def test_e_2_the_door_refuses_all_work_on_it(bench, training_file):
    """A discrepancy that is found after the run came stops the examination too."""
    examination = bench.opened(training_file)
    bench.clarifying.find(examination.exhibit_number, NOT_SEALED, actor=TECHNICIAN)
    with pytest.raises(DiscrepancyOpenError):
        bench.examining.identify(examination.number, 1, rank=1, actor=EXPERT)


def test_e_2_the_witness_is_another_person_on_the_staff_who_is_there(bench):
    exhibit = bench.exhibit()
    for witness, error in (("technician", InvalidRecordError), ("nobody", NotFoundError)):
        with pytest.raises(error):
            bench.clarifying.find(exhibit.number, dataclasses.replace(NOT_SEALED, witness=witness), actor=TECHNICIAN)
    bench.staffing.go_away("head", first_day=bench.clock.now().date(), actor=HEAD)
    with pytest.raises(NotPermittedError, match="absent"):
        bench.clarifying.find(exhibit.number, NOT_SEALED, actor=TECHNICIAN)


def test_17025_7_4_3_the_disclaimer_stays_on_the_record(bench):
    exhibit = bench.exhibit()
    bench.clarifying.find(exhibit.number, NOT_SEALED, actor=TECHNICIAN)
    anyway = AnswerFacts(
        decision=Decision.EXAMINE, words="go on", given_by="Investigator", disclaimer="The seal was not the one stated."
    )
    with pytest.raises(InvalidRecordError, match="not yet"):
        bench.clarifying.answer(
            exhibit.number,
            1,
            dataclasses.replace(anyway, given_at=bench.clock.now() + timedelta(days=1)),
            actor=TECHNICIAN,
        )
    bench.clarifying.answer(exhibit.number, 1, anyway, actor=TECHNICIAN)
    assert bench.accessioning.exhibit(exhibit.number).disclaimers == ("The seal was not the one stated.",)


# the order


def test_kz_1_no_work_before_the_warning_where_the_setting_asks_for_it(bench, training_file):
    bench.rights = Rights(liability_warning=True)
    bench.__post_init__()
    exhibit = bench.exhibit()
    with pytest.raises(NotWarnedError, match="2026-0001: no expert"):
        bench.importing.import_run(training_file, exhibit_number=exhibit.number, actor=TECHNICIAN)
    bench.requesting.sign_warning("2026-0001", signed_on=DAY, actor=EXPERT)
    run = bench.importing.import_run(training_file, exhibit_number=exhibit.number, actor=TECHNICIAN)
    bench.curating.add_training_release(actor=ADMIN)
    with pytest.raises(NotWarnedError, match="expert-b"):
        bench.examining.open(run.number, release_name="principal-ions", actor=REVIEWER)
    bench.examining.open(run.number, release_name="principal-ions", actor=EXPERT)


def test_kz_1_the_day_on_the_sheet_has_come(bench):
    bench.case()
    with pytest.raises(InvalidRecordError, match="not yet"):
        bench.requesting.sign_warning("2026-0001", signed_on=date(2026, 11, 23), actor=EXPERT)
    case = bench.requesting.sign_warning("2026-0001", signed_on=DAY, reference="folder 3", actor=EXPERT)
    (warning,) = case.warnings
    assert (warning.person, warning.recorded_at, warning.reference) == ("expert-a", bench.clock.now(), "folder 3")


def test_section_17_2_work_on_a_decided_case_asks_first(bench, training_file):
    exhibit = bench.exhibit()
    bench.requesting.adjudicate("2026-0001", decided_on=DAY, reference="verdict 5", actor=TECHNICIAN)
    with pytest.raises(CaseDecidedError, match="verdict 5"):
        bench.importing.import_run(training_file, exhibit_number=exhibit.number, actor=TECHNICIAN)
    bench.requesting.want_work("2026-0001", reason="appeal", wanted_by="Court", actor=HEAD)
    bench.importing.import_run(training_file, exhibit_number=exhibit.number, actor=TECHNICIAN)


def test_kz_2_a_permission_is_recorded_with_its_reference(bench):
    bench.case()
    with pytest.raises(InvalidRecordError, match="reference of the permission: empty"):
        bench.requesting.permit("2026-0001", extent=Consumption.FULL, actor=TECHNICIAN)
    case = bench.requesting.permit("2026-0001", extent=Consumption.FULL, reference="  letter 8 ", actor=TECHNICIAN)
    assert case.require_consumption(entire=True).reference == "letter 8"
    assert bench.accessioning.case("2026-0001") == case


def test_17025_7_1_the_review_of_the_request_is_logged(bench):
    bench.case()
    facts = ReviewFacts(questions_understood=True, method_available=True, capable=True, methods=("M-TEST",))
    case = bench.requesting.review("2026-0001", facts, actor=EXPERT)
    assert (case.reviews[0].reviewed_by, case.reviews[0].methods) == ("expert-a", ("M-TEST",))


def test_linked_cases_know_of_each_other(bench):
    first, second = bench.case(), bench.case()
    bench.requesting.link(first.number, second.number, reason="same parcel", actor=TECHNICIAN)
    for one, other in ((first, second), (second, first)):
        (link,) = bench.accessioning.case(one.number).links
        assert (link.case_number, link.reason) == (other.number, "same parcel")
    before = bench.entries
    with pytest.raises(InvalidRecordError, match="linked already"):
        bench.requesting.link(second.number, first.number, reason="again", actor=TECHNICIAN)
    assert bench.entries == before


# terms


def test_kz_3_the_clock_of_a_case(bench):
    bench.case()
    bench.requesting.categorise("2026-0001", "simple", actor=HEAD)
    known = dataclasses.replace(bench.terms, terms=Terms(days={"simple": 10}, counting=DayCount.CALENDAR))
    case = known.start("2026-0001", on=DAY, actor=TECHNICIAN)
    assert known.state(case).due == date(2026, 11, 30)
    assert bench.terms.state(case) == DeadlineState(due=None, late_by=None, suspended=False)
    case = known.suspend("2026-0001", on=date(2026, 11, 21), reason="materials missing", actor=EXPERT)
    assert known.state(case).suspended
    case = known.resume("2026-0001", on=date(2026, 11, 22), actor=EXPERT)
    assert known.state(case).due == date(2026, 12, 1)
    until = date(2026, 12, 20)
    case = known.extend("2026-0001", on=DAY + timedelta(days=2), until=until, reason="r", decided_by="H", actor=HEAD)
    bench.clock.advance(days=31)
    assert known.state(case) == DeadlineState(due=until, late_by=3, suspended=False)
    with pytest.raises(InvalidRecordError, match="not yet"):
        known.suspend("2026-0001", on=date(2027, 11, 1), reason="r", actor=EXPERT)


def test_only_the_head_extends(bench):
    bench.case()
    bench.terms.start("2026-0001", on=DAY, actor=TECHNICIAN)
    with pytest.raises(NotPermittedError, match="needs head"):
        bench.terms.extend("2026-0001", on=DAY, until=date(2027, 1, 1), reason="r", decided_by="H", actor=EXPERT)


def test_the_day_is_that_of_the_laboratory(bench):
    """At 20:00 UTC it is tomorrow in Almaty."""
    bench.case()
    bench.clock.advance(hours=16)
    bench.terms.start("2026-0001", on=date(2026, 11, 23), actor=TECHNICIAN)
    with bench.store.reading() as work:
        assert work.load(Case, "2026-0001").term_events[0].on == date(2026, 11, 23)


def test_kz_4_a_report_states_the_seizure_of_its_own_exhibit(bench, training_file):
    number = bench.accessioning.receive(INTAKE, actor=TECHNICIAN).exhibits[2].number
    run = bench.importing.import_run(training_file, exhibit_number=number, actor=TECHNICIAN)
    release = bench.curating.add_training_release(actor=ADMIN)
    examination = bench.examining.open(run.number, release_name=release.number, actor=EXPERT)
    for component in examination.components:
        bench.examining.leave_unidentified(examination.number, component.number, reason="r", actor=EXPERT)
    bench.examining.conclude(examination.number, actor=EXPERT)
    bench.examining.state_omission(examination.number, ReportItem.OBJECT, reason="it came in a bag", actor=EXPERT)
    unanswered = QuestionFacts(reason="nothing was identified")
    for question in (1, 2):
        bench.examining.answer_question(examination.number, question, unanswered, actor=EXPERT)
    report = bench.draft(examination.number)
    assert b'"seizure_date":"2026-11-01"' in bench.reporting.document(report.number)


def test_17025_7_4_3_the_disclaimer_goes_into_the_report(bench, training_file):
    examination = bench.concluded(training_file)
    bench.clarifying.find(examination.exhibit_number, NOT_SEALED, actor=TECHNICIAN)
    with pytest.raises(DiscrepancyOpenError):
        bench.draft(examination.number)
    anyway = AnswerFacts(decision=Decision.EXAMINE, words="go on", given_by="Investigator", disclaimer="Another seal.")
    bench.clarifying.answer(examination.exhibit_number, 1, anyway, actor=TECHNICIAN)
    report = bench.draft(examination.number)
    assert b'"disclaimers":["Another seal."]' in bench.reporting.document(report.number)
