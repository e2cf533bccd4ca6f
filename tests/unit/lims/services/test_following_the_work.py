"""ILAC-G19: what was done is followed from the entries of the ledger and the objects that they name."""

import json

import pytest

from lims.domain.case import Case
from lims.domain.examination import Examination
from lims.domain.exhibit import Exhibit
from lims.domain.record import from_body
from lims.domain.report import Report
from lims.domain.run import RecordedRun
from lims.domain.staff import StaffMember
from lims.ledger import LedgerEntry
from lims.persistence.projections import KINDS
from lims.services.accessioning import CaseFacts
from tests.builders.laboratories import EXAMINATION, EXPERT, REPORT, TECHNICIAN


@pytest.fixture
def entries(bench, training_file):
    """Give every entry of a laboratory that issued a report; the lists are not asked for anything from here on."""
    bench.hire()
    bench.issued(training_file)
    return [LedgerEntry.from_bytes(stored.data) for stored in bench.store.entries()]


def newest(entries, kind, number):
    bodies = [entry.body for entry in entries if (entry.kind, entry.number) == (kind.KIND, number)]
    return from_body(kind, bodies[-1])


def test_g_1_from_the_report_back_to_the_case_nothing_is_missing(bench, entries):
    report = newest(entries, Report, REPORT)
    examination = newest(entries, Examination, report.examination_number)
    run = newest(entries, RecordedRun, examination.run_number)
    exhibit = newest(entries, Exhibit, run.exhibit_number)
    assert newest(entries, Case, exhibit.case_number).appointing_body == "Court"
    assert bench.raw_store.get(run.raw.sha256)
    assert bench.raw_store.get(report.pdf_sha256)
    for person in {report.expert, report.reviewer, examination.examiner, run.imported_by, exhibit.received_by}:
        assert newest(entries, StaffMember, person).name


def test_g_1_each_decision_is_found_with_person_time_and_what_it_rests_on(entries):
    steps = [entry for entry in entries if (entry.kind, entry.number) == (Examination.KIND, EXAMINATION)]
    assert [step.version for step in steps] == list(range(1, len(steps) + 1))
    assert all(step.actor and step.recorded_at.tzinfo and step.software for step in steps)
    decided = from_body(Examination, steps[-1].body)
    assert decided.basis.release
    assert decided.basis.preset_source
    for component in decided.components:
        assert component.candidates
        assert component.identity in component.candidates


def test_g_1_another_examiner_measures_the_same_spectra_again(bench, entries):
    examination = newest(entries, Examination, EXAMINATION)
    spectra = bench.examining.spectra(EXAMINATION)
    assert len(spectra) == len(examination.components)
    content = json.loads(bench.reporting.document(REPORT).split(b"\n")[0])
    assert {EXAMINATION, examination.run_number} <= set(_texts(content))


def test_g_1_every_object_that_an_entry_names_is_kept(bench, entries):
    named = {sha256 for entry in entries for sha256 in entry.raw}
    assert named
    assert all(bench.raw_store.get(sha256) for sha256 in named)


def test_17025_7_5_1_who_and_when_are_those_of_the_work_and_nobody_states_them(bench):
    bench.hire()
    people, moments = (TECHNICIAN, EXPERT, TECHNICIAN), []
    for person in people:
        moments.append(bench.clock.now())
        bench.accessioning.register_case(CaseFacts(appointing_body="Court"), actor=person)
        bench.clock.advance(minutes=7)
    entries = [LedgerEntry.from_bytes(stored.data) for stored in bench.store.entries()][-3:]
    assert [(entry.actor, entry.recorded_at) for entry in entries] == [
        (person.number, moment) for person, moment in zip(people, moments, strict=True)
    ]


def test_g_2_every_record_is_of_an_author_and_of_its_case(entries):
    of_cases = [entry for entry in entries if entry.kind in {"exhibit", "run", "examination", "report", "custody"}]
    assert of_cases
    assert all(entry.number.startswith("2026-0001") and entry.actor for entry in of_cases)
    assert {entry.kind for entry in entries} <= set(KINDS)


def _texts(value):
    if isinstance(value, dict):
        for one in value.values():
            yield from _texts(one)
    elif isinstance(value, list):
        for one in value:
            yield from _texts(one)
    elif isinstance(value, str):
        yield value
