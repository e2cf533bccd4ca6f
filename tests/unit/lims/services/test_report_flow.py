"""The whole way of an exhibit, on both databases, up to the issued report; and what each gate refuses."""

import hashlib

import pytest

from lims.domain.examination import Decision, Examination, ExaminationStatus
from lims.domain.record import from_body
from lims.domain.report import Report, ReportStatus
from lims.domain.signature import SignatureMeaning
from lims.domain.staff import StaffMember
from lims.errors import (
    DocumentError,
    InvalidRecordError,
    NotFoundError,
    NotPermittedError,
    RawStoreError,
    ReviewerIsExaminerError,
    SigningError,
    StaleVersionError,
    TransitionError,
)
from lims.ledger import LedgerEntry
from tests.builders.laboratories import ADMIN, EXPERT, HEAD, REVIEWER, TECHNICIAN, Bench
from tests.builders.reviews import TECHNICAL_YES


@pytest.fixture(autouse=True)
def people(bench, request):
    if request.function is test_an_exhibit_comes_to_an_issued_report:
        bench.states = None  # every step on this very database
    bench.hire()


def acts(bench: Bench):
    return [LedgerEntry.from_bytes(stored.data).act for stored in bench.store.entries()]


def draft(bench: Bench, number: str, *, reviewer: str, actor: StaffMember):
    return bench.reporting.draft(
        number,
        reviewer=reviewer,
        language="en",
        actor=actor,
        confirmation=bench.confirmed_author(number, person=actor),
    )


def approve(bench: Bench, report: Report, *, actor: StaffMember):
    confirmation = bench.confirmed(actor, SignatureMeaning.TECHNICAL_REVIEWER, report)
    return bench.reviewing.approve(report.number, actor=actor, checklist=TECHNICAL_YES, confirmation=confirmation)


def test_an_exhibit_comes_to_an_issued_report(bench, training_file):
    hired = bench.entries
    examination = bench.opened(training_file)
    assert [component.candidates[0].name for component in examination.components] == ["Ketamine", "Fentanyl", "JWH-018"]
    number = examination.number
    first, second, third = (component.number for component in examination.components)
    bench.clock.advance(minutes=5)
    bench.examining.identify(number, first, rank=1, actor=EXPERT, reason="all ions fit")
    bench.examining.mark_internal_standard(number, second, rank=1, actor=EXPERT, reason="added")
    bench.examining.leave_unidentified(number, third, actor=EXPERT, reason="no reference measured")
    bench.examining.conclude(number, actor=EXPERT)
    drafted = bench.draft(number)
    assert (drafted.number, drafted.status) == ("2026-0001-P1", ReportStatus.DRAFTED)
    assert [line.number for line in bench.reviewing.waiting()] == ["2026-0001-P1"]
    bench.clock.advance(hours=1)
    signed = bench.approve(drafted.number, comment="agreed")
    assert (signed.status, signed.releaser) == (ReportStatus.REVIEWED, "")
    assert bench.reviewing.waiting() == ()
    assert [line.number for line in bench.administering.waiting()] == ["2026-0001-P1"]
    bench.clock.advance(hours=1)
    cleared = bench.clear(signed.number)
    assert cleared.status is ReportStatus.ADMINISTRATIVELY_REVIEWED
    assert bench.administering.waiting() == ()
    assert [line.number for line in bench.releasing.waiting()] == ["2026-0001-P1"]
    issued = bench.release(signed.number)
    assert (issued.status, issued.releaser) == (ReportStatus.ISSUED, "head")
    assert issued.pdf_sha256 == signed.pdf_sha256
    assert bench.releasing.waiting() == ()

    document = bench.reporting.document(issued.number)
    assert hashlib.sha256(document).hexdigest() == issued.pdf_sha256
    assert document.count(b"\nsigned as ") == 2
    assert document.startswith(bench.raw_store.get(drafted.draft_sha256))
    content = document.split(b"\n")[0]
    assert hashlib.sha256(content).hexdigest() == issued.content_sha256

    reviewed = bench.examining.get(number)
    assert reviewed.status is ExaminationStatus.REVIEWED
    assert [(review.reviewer, review.approved, review.comment) for review in reviewed.reviews] == [
        ("expert-b", True, "agreed")
    ]
    assert [component.decision for component in reviewed.components] == [
        Decision.IDENTIFIED,
        Decision.INTERNAL_STANDARD,
        Decision.NOT_IDENTIFIED,
    ]
    assert acts(bench)[hired:] == [
        "release.recorded",
        "case.registered",
        "exhibit.registered",
        "custody.received",
        "run.imported",
        "examination.opened",
        "component.identified",
        "component.marked-internal-standard",
        "component.left-unidentified",
        "examination.concluded",
        "report.intended",
        "report.drafted",
        "examination.approved",
        "report.reviewed",
        "report.administratively-reviewed",
        "report.issued",
    ]
    verification = bench.auditing.verify()
    assert verification.intact
    assert verification.chain.entries == hired + 16
    assert verification.raw_objects == 3  # the run, the draft, the issued document


def test_the_report_names_the_ledger_as_it_was_when_its_number_was_given(bench, training_file):
    report = bench.drafted(training_file)
    document = bench.reporting.document(report.number)
    (intended,) = [
        stored for stored in bench.store.entries() if LedgerEntry.from_bytes(stored.data).act == "report.intended"
    ]
    assert f'"ledger":{{"checkpoint":null,"entries":{intended.sequence},"head":"{intended.leaf}"}}'.encode() in document


def test_au_1_every_act_keeps_the_whole_record_and_its_signature(bench, training_file):
    report = bench.drafted(training_file)
    bench.approve(report.number)
    entries = [LedgerEntry.from_bytes(stored.data) for stored in bench.store.entries()]
    approved = next(entry for entry in entries if entry.act == "examination.approved")
    assert from_body(Examination, approved.body) == bench.examining.get(report.examination_number)
    drafted = next(entry for entry in entries if entry.act == "report.drafted")
    assert drafted.signature["sha256_after"] == drafted.body["draft_sha256"] == drafted.raw[0]
    reviewed = next(entry for entry in entries if entry.act == "report.reviewed")
    assert reviewed.signature["sha256_before"] == drafted.body["draft_sha256"]
    assert reviewed.signature["sha256_after"] == reviewed.body["pdf_sha256"] == reviewed.raw[0]


def test_a_returned_examination_is_open_again_and_its_report_is_void(bench, training_file):
    report = bench.drafted(training_file)
    returned = bench.reviewing.send_back(report.number, actor=REVIEWER, comment="m/z 91 is missing")
    assert returned.status is ExaminationStatus.OPEN
    assert [(review.reviewer, review.approved, review.comment) for review in returned.reviews] == [
        ("expert-b", False, "m/z 91 is missing")
    ]
    assert returned.reviews[0].reviewed_at == bench.clock.now()
    voided = bench.reporting.get(report.number)
    assert (voided.status, voided.void_reason) == (ReportStatus.VOIDED, "m/z 91 is missing")
    with pytest.raises(TransitionError, match="2026-0001-P1 is voided, not drafted"):
        bench.approve(report.number)
    with pytest.raises(TransitionError, match="is open, not concluded"):
        bench.draft(returned.number)
    bench.examining.leave_unidentified(returned.number, 1, reason="m/z 91 is missing", actor=EXPERT)
    bench.examining.conclude(returned.number, actor=EXPERT)
    second = bench.draft(returned.number)
    assert second.number == "2026-0001-P2"
    assert bench.approve(second.number).status is ReportStatus.REVIEWED
    assert [r.status for r in bench.reporting.of_examination(returned.number)] == [
        ReportStatus.VOIDED,
        ReportStatus.REVIEWED,
    ]
    assert [r.number for r in bench.reporting.all()] == ["2026-0001-P2", "2026-0001-P1"]
    assert bench.auditing.verify().intact


def test_the_document_of_a_voided_report_is_still_the_one_that_was_signed(bench, training_file):
    report = bench.drafted(training_file)
    before = bench.reporting.document(report.number)
    bench.reviewing.send_back(report.number, actor=REVIEWER, comment="no")
    assert bench.reporting.document(report.number) == before


def test_a_return_needs_words(bench, training_file):
    report = bench.drafted(training_file)
    entries = bench.entries
    with pytest.raises(InvalidRecordError, match="comment: empty"):
        bench.reviewing.send_back(report.number, actor=REVIEWER, comment="  ")
    assert bench.entries == entries


def test_at_15_nobody_reviews_their_own_work(bench, training_file):
    bench.curating.add_training_release(actor=ADMIN)
    run = bench.run(training_file)
    (release,) = bench.curating.releases()
    examination = bench.examining.open(run.number, release_name=release, actor=REVIEWER)
    for component in examination.components:
        bench.examining.identify(examination.number, component.number, rank=1, actor=REVIEWER)
    bench.examining.conclude(examination.number, actor=REVIEWER)
    entries = bench.entries
    with pytest.raises(ReviewerIsExaminerError):
        draft(bench, examination.number, reviewer=REVIEWER.number, actor=REVIEWER)
    assert bench.entries == entries


def test_at_15_rp_1_8_who_imported_the_run_does_not_review_it(bench, training_file):
    release = bench.curating.add_training_release(actor=ADMIN)
    run = bench.importing.import_run(training_file, exhibit_number=bench.exhibit().number, actor=REVIEWER)
    examination = bench.examining.open(run.number, release_name=release.number, actor=EXPERT)
    for component in examination.components:
        bench.examining.identify(examination.number, component.number, rank=1, actor=EXPERT)
    bench.examining.conclude(examination.number, actor=EXPERT)
    entries = bench.entries
    with pytest.raises(ReviewerIsExaminerError):
        bench.draft(examination.number)
    assert bench.entries == entries


@pytest.mark.parametrize("actor", [ADMIN, TECHNICIAN, EXPERT], ids=lambda member: member.number)
def test_a_review_needs_the_reviewers_role(bench, training_file, actor):
    report = bench.drafted(training_file)
    for act in (
        lambda: approve(bench, report, actor=actor),
        lambda: bench.reviewing.send_back(report.number, actor=actor, comment="no"),
    ):
        with pytest.raises(NotPermittedError, match="this act needs technical reviewer"):
            act()


@pytest.mark.parametrize("actor", [ADMIN, TECHNICIAN], ids=lambda member: member.number)
def test_an_examination_needs_the_experts_role(bench, training_file, actor):
    examination = bench.opened(training_file)
    for act in (
        lambda: bench.examining.open(examination.run_number, release_name=examination.basis.release, actor=actor),
        lambda: bench.examining.identify(examination.number, 1, rank=1, actor=actor),
        lambda: bench.examining.mark_internal_standard(examination.number, 1, rank=1, actor=actor),
        lambda: bench.examining.leave_unidentified(examination.number, 1, reason="x", actor=actor),
        lambda: bench.examining.conclude(examination.number, actor=actor),
        lambda: draft(bench, examination.number, reviewer="expert-b", actor=actor),
    ):
        with pytest.raises(NotPermittedError, match="this act needs expert"):
            act()


def test_another_expert_does_not_report_it(bench, training_file):
    examination = bench.concluded(training_file)
    with pytest.raises(TransitionError, match="is examined by expert-a, not by expert-b"):
        draft(bench, examination.number, reviewer=EXPERT.number, actor=REVIEWER)


def test_the_named_reviewer_must_be_one(bench, training_file):
    examination = bench.concluded(training_file)
    with pytest.raises(NotPermittedError, match="technician is technician; this act needs technical reviewer"):
        draft(bench, examination.number, reviewer="technician", actor=EXPERT)
    with pytest.raises(NotFoundError, match="there is no staff nobody"):
        draft(bench, examination.number, reviewer="nobody", actor=EXPERT)


def test_one_report_at_a_time_waits_for_review(bench, training_file):
    report = bench.drafted(training_file)
    entries = bench.entries
    with pytest.raises(TransitionError, match="2026-0001-P1 waits for the signature of expert-b"):
        bench.draft(report.examination_number)
    assert bench.entries == entries


def test_at_15_a_reviewed_report_is_not_approved_twice(bench, training_file):
    report = bench.reviewed(training_file)
    entries = bench.entries
    with pytest.raises(TransitionError, match="2026-0001-P1 is reviewed, not drafted"):
        bench.approve(report.number)
    assert bench.entries == entries


@pytest.mark.parametrize("fault", ["unprintable", "keyless"])
def test_a_failing_desk_leaves_a_number_that_the_next_draft_gives_up(bench, training_file, fault):
    examination = bench.concluded(training_file)
    bench.desk.unprintable = fault == "unprintable"
    bench.desk.keyless = frozenset({"expert-a"} if fault == "keyless" else ())
    objects = bench.raw_objects
    with pytest.raises((DocumentError, SigningError)):
        bench.draft(examination.number)
    assert bench.reporting.get("2026-0001-P1").status is ReportStatus.INTENDED
    assert bench.raw_objects == objects
    with pytest.raises(NotFoundError, match="there is no document of report 2026-0001-P1"):
        bench.reporting.document("2026-0001-P1")
    bench.desk.unprintable, bench.desk.keyless = False, frozenset()
    assert bench.draft(examination.number).number == "2026-0001-P2"
    given_up = bench.reporting.get("2026-0001-P1")
    assert (given_up.status, given_up.void_reason) == (
        ReportStatus.VOIDED,
        "no signed document was made under this number",
    )


def test_a_service_that_is_away_is_found_before_a_number_is_used(bench, training_file):
    examination = bench.concluded(training_file)
    entries, objects = bench.entries, bench.raw_objects
    bench.desk.services_away = True
    with pytest.raises(SigningError, match="nothing was signed"):
        bench.draft(examination.number)
    assert (bench.entries, bench.raw_objects) == (entries, objects)
    bench.desk.services_away = False
    assert bench.draft(examination.number).number == "2026-0001-P1"


def test_a_reviewer_without_a_key_leaves_everything_as_it_was(bench, training_file):
    report = bench.drafted(training_file)
    bench.desk.keyless = frozenset({"expert-b"})
    entries, objects = bench.entries, bench.raw_objects
    with pytest.raises(SigningError, match="no key is configured for expert-b"):
        bench.approve(report.number)
    assert (bench.entries, bench.raw_objects) == (entries, objects)
    bench.desk.keyless = frozenset()
    assert bench.approve(report.number).status is ReportStatus.REVIEWED


def test_17025_7_5_1_notes_and_rejections_stay_beside_the_decisions(bench, training_file):
    number = bench.opened(training_file).number
    bench.examining.reject(number, 1, rank=2, reason="m/z 126 is missing", actor=EXPERT, version=1)
    noted = bench.examining.note(number, 1, words="measured twice", actor=EXPERT, version=2)
    decided = bench.examining.identify(number, 1, rank=1, actor=EXPERT, version=3)
    assert decided.notes == noted.notes == bench.examining.get(number).notes
    assert [(one.words, bool(one.rejected), one.written_by) for one in decided.notes] == [
        ("m/z 126 is missing", True, EXPERT.number),
        ("measured twice", False, EXPERT.number),
    ]
    (line,) = bench.examining.listed(limit=5, states=("open",))
    assert line.number == number
    assert bench.examining.listed(limit=5, states=("reviewed",)) == ()
    assert bench.examining.listed(limit=5, words="no such words") == ()


def test_a_version_that_somebody_else_saw_is_refused(bench, training_file):
    examination = bench.opened(training_file)
    bench.examining.identify(examination.number, 1, rank=1, actor=EXPERT, version=1)
    entries = bench.entries
    for act in (
        lambda: bench.examining.identify(examination.number, 2, rank=1, actor=EXPERT, version=1),
        lambda: bench.examining.mark_internal_standard(examination.number, 2, rank=1, actor=EXPERT, version=1),
        lambda: bench.examining.leave_unidentified(examination.number, 2, reason="x", actor=EXPERT, version=1),
        lambda: bench.examining.note(examination.number, 2, words="w", actor=EXPERT, version=1),
        lambda: bench.examining.reject(examination.number, 2, rank=2, reason="x", actor=EXPERT, version=1),
        lambda: bench.examining.conclude(examination.number, actor=EXPERT, version=1),
    ):
        with pytest.raises(StaleVersionError) as refusal:
            act()
        assert (refusal.value.kind, refusal.value.number) == ("examination", examination.number)
    assert bench.entries == entries
    assert bench.examining.identify(examination.number, 2, rank=1, actor=EXPERT, version=2).version == 3


def test_a_report_of_an_older_version_is_not_approved(bench, training_file):
    report = bench.drafted(training_file)
    examination = bench.examining.get(report.examination_number)
    with bench.store.unit_of_work() as work:  # what no service allows
        work.record(
            type(examination)(
                **{name: getattr(examination, name) for name in examination.__slots__}
                | {"version": examination.version + 1}
            ),
            act="examination.concluded",
            actor=EXPERT,
            at=bench.clock.now(),
        )
        work.commit()
    objects = bench.raw_objects
    with pytest.raises(StaleVersionError):
        bench.approve(report.number)
    assert bench.raw_objects == objects


def test_17025_7_11_6_raw_data_that_changed_since_the_examination_make_no_report(bench, training_file):
    examination = bench.concluded(training_file)
    (run,) = bench.importing.runs(examination.exhibit_number)
    path = bench.folder / "raw" / run.raw.sha256[:2] / run.raw.sha256
    path.chmod(0o600)
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    path.write_bytes(data)
    with pytest.raises(RawStoreError, match="has changed"):
        bench.draft(examination.number)
    with pytest.raises(RawStoreError, match="has changed"):
        bench.examining.spectra(examination.number)


def test_17025_7_11_6_the_spectra_of_an_examination_are_measured_again_from_the_raw_data(bench, training_file):
    examination = bench.opened(training_file)
    spectra = bench.examining.spectra(examination.number)
    assert [int(spectrum.base_peak_mz) for spectrum in spectra] == [
        component.base_peak_mz for component in examination.components
    ]


def test_what_does_not_exist_is_not_found(bench):
    nothing = bench.confirmed(REVIEWER, SignatureMeaning.TECHNICAL_REVIEWER, ADMIN)
    for read in (
        lambda: bench.examining.get("x"),
        lambda: bench.reporting.get("x"),
        lambda: bench.reporting.document("x"),
        lambda: bench.reporting.person("x"),
        lambda: bench.examining.open("x", release_name="x", actor=EXPERT),
        lambda: bench.reviewing.approve("x", actor=REVIEWER, checklist=TECHNICAL_YES, confirmation=nothing),
        lambda: bench.releasing.release("x", actor=HEAD, confirmation=nothing),
        lambda: bench.releasing.hindrances("x", actor=HEAD),
        lambda: bench.releasing.refuse("x", actor=HEAD, comment="no"),
        lambda: bench.releasing.withdraw("x", actor=HEAD, reason="no", confirmation=nothing),
        lambda: bench.reviewing.send_back("x", actor=REVIEWER, comment="no"),
    ):
        with pytest.raises(NotFoundError):
            read()


def test_lists_begin_with_the_newest(bench, training_file):
    examination = bench.opened(training_file)
    other = bench.examining.open(examination.run_number, release_name=examination.basis.release, actor=REVIEWER)
    assert other.number == f"{examination.run_number}-E2"
    assert [e.number for e in bench.examining.of_exhibit(examination.exhibit_number)] == [
        examination.number,
        other.number,
    ]
    assert bench.reporting.person("expert-a").name == "Expert A"
