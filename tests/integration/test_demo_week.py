"""The simulated week of ``aigaq demo``: what is in it, that it is whole, made again the same, and claims nothing."""

import json
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from lims.bootstrap import open_laboratory
from lims.cli.demo import WantedWeek, run_demo
from lims.demo.casebook import casebook
from lims.demo.crew import SITES
from lims.demo.own_files import OwnFileReader
from lims.demo.quality import VANISHED_MG
from lims.demo.registers import spectrometer_of
from lims.demo.story_clock import WORKING_DAYS
from lims.domain.case import Case
from lims.domain.competence import Competence
from lims.domain.custody import Custody
from lims.domain.detectors import Detector
from lims.domain.exhibit import Exhibit, ExhibitKind
from lims.domain.finding import Finding
from lims.domain.grounds import Name
from lims.domain.identification import Conclusion, Identification
from lims.domain.legal_determination import LegalDetermination
from lims.domain.nonconformity import NonconformityStatus
from lims.domain.record import Record, from_body
from lims.domain.report import Report
from lims.domain.run import RecordedRun
from lims.domain.sampling_plan import PlanStatus, SamplingPlan
from lims.domain.staff import Role, StaffMember
from lims.domain.transfer import Transfer, TransferKind
from lims.domain.weighing import Weighing
from lims.ledger import LedgerEntry
from lims.persistence.projections import KINDS
from lims.services.laboratory import Laboratory
from lims.settings import load_settings
from tests.builders.commands import aigaq

MONDAY = date(2026, 11, 16)


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, object]:
    """Play all of it once, as it is called; give what it printed."""
    workspace = tmp_path_factory.mktemp("week") / "laboratory"
    done = aigaq("demo", "--workspace", workspace, "--monday", MONDAY, "--json")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.fixture(scope="module")
def laboratory(printed: dict[str, object]) -> Laboratory:
    return open_laboratory(load_settings(home=Path(str(printed["home"]))), file_reader=OwnFileReader())


@pytest.fixture(scope="module")
def entries(laboratory: Laboratory) -> tuple[LedgerEntry, ...]:
    return entries_of(laboratory)


def entries_of(laboratory: Laboratory) -> tuple[LedgerEntry, ...]:
    store = laboratory.accessioning.store
    return tuple(LedgerEntry.from_bytes(stored.data) for stored in tuple(store.entries()))


def newest(entries: tuple[LedgerEntry, ...], kind: type[Record]) -> list[Record]:
    """Give every record of a kind as it stands at the end."""
    found = {one.number: one.body for one in entries if one.kind == kind.KIND}
    return [from_body(kind, body) for body in found.values()]


def acts(entries: tuple[LedgerEntry, ...]) -> Counter[str]:
    return Counter(one.act for one in entries)


def texts(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        yield from (text for one in value.values() for text in texts(one))
    elif isinstance(value, list):
        yield from (text for one in value for text in texts(one))
    elif isinstance(value, str):
        yield value


def test_the_one_case_comes_first_and_its_report_is_valid(printed: dict[str, object]) -> None:
    assert printed["report"] == "2026-0001-P1"
    assert printed["verdict"] == "VALID"
    steps = printed["steps"]
    valid = next(place for place, step in enumerate(steps) if "report verified: VALID" in step)
    monday = next(place for place, step in enumerate(steps) if step.startswith("Monday"))
    assert valid < monday


def test_three_laboratories_forty_cases_and_120_exhibits_of_every_kind(
    printed: dict[str, object], entries: tuple[LedgerEntry, ...]
) -> None:
    cases, exhibits = newest(entries, Case), newest(entries, Exhibit)
    assert (len(cases), len(exhibits)) == (40, 120)
    assert (printed["week"]["cases"], printed["week"]["exhibits"]) == (40, 120)
    assert {one.laboratory for one in cases} == {site.name for site in SITES}
    assert {one.kind for one in exhibits} >= set(ExhibitKind)


def test_several_people_hold_every_role(entries: tuple[LedgerEntry, ...]) -> None:
    held = Counter(role for one in newest(entries, StaffMember) for role in one.roles)
    assert all(held[role] > 1 for role in Role), held


def test_the_ledger_is_whole_and_its_lists_are_those_of_its_entries(laboratory: Laboratory) -> None:
    verified = laboratory.auditing.verify()
    assert verified.intact, verified
    assert verified.faults == ()
    rebuilt = aigaq("ledger", "rebuild", "--check", home=laboratory.settings.home)
    assert rebuilt.returncode == 0, rebuilt.stdout
    assert rebuilt.stdout.startswith("0 differences")


def test_the_detectors_find_what_was_planned_and_nothing_else(laboratory: Laboratory) -> None:
    found = laboratory.detecting.ask(reader=laboratory.staffing.get("quality"), hours=(8, 18))
    suspicions = [(one.detector, suspicion.words) for one in found for suspicion in one.suspicions]
    assert [detector for detector, _ in suspicions] == [Detector.VANISHING_STANDARDS]
    assert f"{VANISHED_MG} mg less" in suspicions[0][1]


def test_a_batch_fails_is_repeated_and_its_nonconformity_is_closed(laboratory: Laboratory) -> None:
    states = {line.number: line.state for line in laboratory.batching.batches()}
    assert states == {"B-2026-0001": "failed", "B-2026-0002": "accepted"}
    (raised,) = laboratory.nonconforming.listed()
    nonconformity = laboratory.nonconforming.get(raised.number)
    assert nonconformity.status is NonconformityStatus.CLOSED
    assert [one.number for one in nonconformity.subjects] == ["B-2026-0001"]


def test_conclusions_of_every_kind_one_of_them_disputed(entries: tuple[LedgerEntry, ...]) -> None:
    found = newest(entries, Identification)
    assert {one.verdict.conclusion for one in found} == set(Conclusion)
    assert all(one.basis.supports for one in found)
    assert sum(len(one.disagreements) for one in found) == 1
    assert all(said.resolution for one in found for said in one.disagreements)


def test_identified_rests_on_a_second_sampling(entries: tuple[LedgerEntry, ...]) -> None:
    identified = [
        one
        for one in newest(entries, Identification)
        if one.verdict.conclusion in {Conclusion.IDENTIFIED, Conclusion.LIMITED}
    ]
    assert identified
    for one in identified:
        assert not one.outcome.gaps
        assert len({support.sampling for support in one.basis.counting(one.substance)}) > 1


def test_sa_3_plans_are_drawn_before_anything_is_tested(entries: tuple[LedgerEntry, ...]) -> None:
    plans = newest(entries, SamplingPlan)
    assert len(plans) == 4
    assert len({one.design.method for one in plans}) == 4
    assert all(one.status is PlanStatus.TESTED and one.draws[0].seed is not None for one in plans)
    assert any(one.not_positive for one in plans)
    for plan in plans:
        done = [one.occurred_at for one in newest(entries, Finding) if one.exhibit_number == plan.exhibit_number]
        assert plan.planned_at < plan.draws[0].drawn_at < min(done)


def test_weighings_rest_on_a_check_and_a_difference_goes_to_the_quality_manager(
    entries: tuple[LedgerEntry, ...],
) -> None:
    weighings = newest(entries, Weighing)
    assert len(weighings) > 30
    assert all(one.check_number and one.u_g > 0 and not one.manual for one in weighings)
    assert acts(entries)["discrepancy.raised"] == 2
    assert {one.act for one in entries if one.kind == "balance check"} == {"balance check.recorded"}


def test_exhibits_are_handed_over_returned_and_destroyed_before_witnesses(
    laboratory: Laboratory, entries: tuple[LedgerEntry, ...]
) -> None:
    moved = Counter(one.kind for one in newest(entries, Transfer))
    assert set(moved) == set(TransferKind)
    assert moved[TransferKind.DESTRUCTION] == moved[TransferKind.RETURN] == 1
    ends = [one for one in newest(entries, Custody) if one.event.kind in {"destroyed", "returned"}]
    assert len(ends) == 4
    assert all(one.event.witness for one in ends)
    for one in newest(entries, Exhibit):
        assert laboratory.custody.check(one.number).breaks == (), one.number


def test_seals_are_opened_and_closed_with_new_numbers(entries: tuple[LedgerEntry, ...]) -> None:
    counted = acts(entries)
    assert counted["custody.seal-opened"] == counted["custody.seal-closed"] == 18


def test_senders_answer_or_do_not(entries: tuple[LedgerEntry, ...]) -> None:
    found = [one for exhibit in newest(entries, Exhibit) for one in exhibit.discrepancies]
    assert sorted(one.answer.decision if one.answer else "" for one in found) == ["", "cleared", "examine anyway"]


def test_a_competence_ends_an_instrument_is_out_and_a_deadline_is_late(
    laboratory: Laboratory, entries: tuple[LedgerEntry, ...]
) -> None:
    competences = newest(entries, Competence)
    assert sum(one.state == "withdrawn" for one in competences) == 1
    assert any(one.valid_until is not None for one in competences)
    assert laboratory.registering.get(spectrometer_of(SITES[2])).state == "out of service"
    late = [laboratory.terms.state(one) for one in newest(entries, Case)]
    assert sum(bool(state.late_by) for state in late) == 1
    assert sum(state.suspended for state in late) == 1


def test_reports_are_returned_amended_and_waiting(laboratory: Laboratory) -> None:
    states = Counter(one.state for one in laboratory.reporting.all())
    assert states == {"issued": 3, "superseded": 1, "voided": 1, "drafted": 1}
    replaced = next(one for one in laboratory.reporting.all() if one.state == "superseded")
    assert replaced.superseded_by
    assert replaced.owed_notices == ()


def test_issued_reports_verify_as_what_they_are(laboratory: Laboratory, tmp_path: Path) -> None:
    expected = {"issued": ("VALID", 0), "superseded": ("SUPERSEDED", 3)}
    for one in laboratory.reporting.all():
        if one.state in expected and one.number != "2026-0001-P1":
            path = tmp_path / f"{one.number}.pdf"
            path.write_bytes(laboratory.reporting.document(one.number))
            done = aigaq("report", "verify", path, "--json", home=laboratory.settings.home)
            assert (json.loads(done.stdout)["verdict"], done.returncode) == expected[one.state]


def test_17025_7_10_a_lot_leads_to_every_report_that_left_the_laboratory(laboratory: Laboratory) -> None:
    traced = laboratory.tracing.touched_by(Name(kind="lot", number="KIT-R1"))
    assert {one.number: one.state for one in traced.issued} == {
        "2026-0003-P1": "superseded",
        "2026-0003-P2": "issued",
    }
    assert traced.drafted == ()


def test_kz_4_every_identified_substance_has_its_legal_status_and_kazakhstan_cannot_be_decided(
    laboratory: Laboratory, entries: tuple[LedgerEntry, ...]
) -> None:
    made = newest(entries, LegalDetermination)
    assert {one.jurisdiction for one in made} == {"KZ", "UN"}
    assert {one.result.value for one in made if one.jurisdiction == "KZ"} == {"cannot_decide"}
    assert "listed_by_name" in {one.result.value for one in made if one.jurisdiction == "UN"}
    assert {one.state for one in made} == {"reviewed"}
    identified = {one.exhibit_number for one in newest(entries, Identification) if one.state == "checked"}
    assert {one.exhibit_number for one in made} - {"2026-0001/1"} <= identified  # of the one case: the structures alone
    assert all(laboratory.determining.recompute(one.number).same for one in made[:4])


def test_nothing_of_it_claims_to_be_real(laboratory: Laboratory, entries: tuple[LedgerEntry, ...]) -> None:
    assert not laboratory.desk.evidence
    for case in newest(entries, Case):
        assert case.demonstration
        assert case.appointing_body.startswith("Demonstration: no body")
    for run in newest(entries, RecordedRun):
        assert run.simulation_statement.startswith("SIMULATED"), run.number
    for member in newest(entries, StaffMember):
        assert "(demo)" in member.name or member.name.startswith("Demonstration"), member.number
    for finding in newest(entries, Finding):
        assert "simulated" in finding.system.words, finding.number
        for evidence in finding.evidence:
            assert laboratory.finding.evidence(finding.number, evidence.sha256).startswith(b"SIMULATED")


def test_every_kind_of_made_up_record_says_so_in_words(entries: tuple[LedgerEntry, ...]) -> None:
    told = {kind.KIND: 0 for kind in (Exhibit, Transfer, Identification, Finding)}
    for one in entries:
        if one.kind in told:
            words = " ".join(texts(one.body)).casefold()
            assert "demo" in words or "simulated" in words, f"entry {one.sequence}"
            told[one.kind] += 1
    assert all(told.values())


def test_every_kind_of_record_can_be_read_back(entries: tuple[LedgerEntry, ...]) -> None:
    for one in entries:
        assert from_body(KINDS[one.kind], one.body).number == one.number


@pytest.mark.parametrize(("days", "fewest"), [(1, 400), pytest.param(WORKING_DAYS, 1400, marks=pytest.mark.nightly)])
def test_the_same_seed_and_monday_give_the_same_entries(
    entries: tuple[LedgerEntry, ...], tmp_path: Path, days: int, fewest: int
) -> None:
    run_demo(
        workspace=tmp_path / "again",
        run=None,
        library=None,
        internal_standard="",
        language=None,
        as_json=True,
        week=WantedWeek(monday=MONDAY, days=days),
    )
    again = entries_of(open_laboratory(load_settings(home=tmp_path / "again")))
    assert fewest < len(again) <= len(entries)
    for one, other in zip(entries, again, strict=False):
        assert _told(one) == _told(other), f"entry {one.sequence}"


def _told(entry: LedgerEntry) -> tuple[object, ...]:
    """Give all of an entry but what holds signatures: proof, chain, and in a report the digests of its document."""
    body = _without_documents(entry.body) if entry.kind == Report.KIND else entry.body
    return entry.sequence, entry.recorded_at, entry.actor, entry.act, entry.number, entry.version, body


def _without_documents(value: object) -> object:
    if isinstance(value, dict):
        return {key: _without_documents(one) for key, one in value.items() if not key.endswith("_sha256")}
    return [_without_documents(one) for one in value] if isinstance(value, list) else value


def test_the_casebook_is_the_same_each_time() -> None:
    assert casebook() == casebook()


@pytest.mark.parametrize("day", ["2026-11-17", "2999-01-04"])
def test_a_week_begins_on_a_monday_that_is_over(tmp_path: Path, day: str) -> None:
    done = aigaq("demo", "--workspace", tmp_path / "laboratory", "--monday", day)
    assert done.returncode == 2
    assert "expected a Monday whose working week is over" in done.stderr


def test_no_simulated_week_follows_a_real_run(tmp_path: Path) -> None:
    run = ("--run", tmp_path / "a.D", "--library", tmp_path / "a.msp")
    done = aigaq("demo", "--workspace", tmp_path / "laboratory", *run, "--week")
    assert done.returncode == 2
    assert "does not follow a real run" in done.stderr
    assert not (tmp_path / "laboratory").exists()
