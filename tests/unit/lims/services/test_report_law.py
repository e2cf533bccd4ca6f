"""The way of a determination into a report: its words, its proof in the attached data, and its gaps before that."""

import dataclasses
import json
from datetime import timedelta

import pytest

from lims.domain.legal_determination import LegalDetermination, StructureLevel
from lims.domain.permissions import Act
from lims.domain.record import body_of, from_body
from lims.domain.report import ReportStatus
from lims.domain.report_content import ReportContent
from lims.persistence.store import SqlStore
from lims.services.describing import edits_of
from lims.services.determining import DeterminationFacts
from lims.services.permitting import Rights
from lims.services.report_law import legal_section
from substance_library.determination import LegalStatus
from tests.builders.laboratories import EXAMINATION, EXPERT, REVIEWER

ETIZOLAM = "CCc1cc2C(=NCc3nnc(C)n3c2s1)c1ccccc1Cl"


@pytest.fixture
def lab(bench, training_file):
    """Give a laboratory with a concluded examination."""
    bench.hire()
    bench.concluded(training_file)
    return bench


def determine(lab, jurisdiction):
    exhibit = lab.examining.get(EXAMINATION).exhibit_number
    facts = DeterminationFacts(
        exhibit_number=exhibit,
        substance="Etizolam",
        structures=(ETIZOLAM,),
        level=StructureLevel.COMPLETE,
        jurisdiction=jurisdiction,
    )
    return lab.determining.determine(facts, actor=EXPERT)


def attached(lab):
    """Give the data that a drafted report carries."""
    drafted = lab.draft(EXAMINATION)
    return json.loads(lab.raw_store.get(drafted.draft_sha256).split(b"\n")[0])


def test_law_5_3_the_attached_data_carry_the_whole_determination_with_its_proof(lab):
    made = determine(lab, "DE")
    data = attached(lab)
    (section,) = data["circumstances"]["legal"]
    assert from_body(LegalDetermination, section["record"]) == made
    found = [one for one in section["record"]["on_report"]["answers"][0]["findings"] if one["proof"]]
    assert found
    assert all(pair.keys() == {"core", "given"} for one in found for pair in one["proof"]["mapping"])
    assert section["record"]["on_report"]["answers"][0]["tried"]
    assert section["record"]["on_report"]["answers"][0]["versions"]["rdkit"]
    content = from_body(ReportContent, data)
    assert content.circumstances.legal == (legal_section(made),)
    assert content.confidence.rate is None


def test_law_5_3_the_notes_are_those_of_the_record(lab):
    made = determine(lab, "DE")
    section = legal_section(made)
    (answer,) = made.on_report.answers
    assert [one.name for one in section.on_report.entries] == [one.name for one in answer.findings]
    for note, found in zip(section.on_report.entries, answer.findings, strict=True):
        assert (note.how, note.rule, note.open_points) == (found.how, found.rule, found.open_points)
        placed = found.proof.placed if found.proof else ()
        assert [(one.slot, one.fragment, one.allowed_by) for one in note.slots] == [
            (one.slot, one.fragment, one.allowed_by) for one in placed
        ]
    assert section.on_report.warnings == answer.warnings
    assert [one.number for one in section.on_report.editions] == [one.number for one in answer.editions]
    assert (section.level, section.structures, section.inchikeys) == (made.level, made.structures, (answer.inchikey,))


def test_kz_4_kazakhstan_is_printed_as_undecided_with_decree_470_missing(lab):
    section = legal_section(determine(lab, "KZ"))
    assert section.on_report.status is LegalStatus.CANNOT_DECIDE
    assert any("No. 470" in words and "annex 1" in words for words in section.on_report.missing)
    assert any("amendments after" in words for words in section.on_report.warnings)
    assert {"KZ-470/470", "KZ-470/22"} <= {one.number for one in section.on_report.editions}


def told(lab):
    return tuple(map(str, lab.reporting.legal_gaps(EXAMINATION)))


def test_kz_4_the_gaps_of_the_law_are_named_before_signing_and_keep_nobody_from_it(lab):
    exhibit = lab.examining.get(EXAMINATION).exhibit_number
    before = told(lab)
    assert "the day of the seizure is not on record: no status on that day" in before
    made = determine(lab, "KZ")
    assert f"determination {made.number} was not reviewed by a second person" in told(lab)
    lab.determining.review(made.number, actor=REVIEWER)
    assert told(lab) == before
    lab.clock.advance(days=2)
    (later,) = set(told(lab)) - set(before)
    assert later.startswith(f"determination {made.number} is of ")
    assert lab.reporting.faults(EXAMINATION) == ()
    assert exhibit in made.number


def test_an_override_is_in_the_section_with_its_author_and_time(lab):
    made = determine(lab, "KZ")
    lab.clock.advance(minutes=1)
    said = lab.determining.override(
        made.number, result=LegalStatus.LISTED_BY_NAME, reason="the printed text", actor=EXPERT
    )
    section = legal_section(said)
    assert (section.override, section.override_by) == (LegalStatus.LISTED_BY_NAME, EXPERT.number)
    assert section.override_at == said.overrides[-1].at == made.made_at + timedelta(minutes=1)
    assert section.on_report.status is LegalStatus.CANNOT_DECIDE
    assert (section.reviewed, section.reviewed_by) == (False, "")


def test_a_body_of_a_section_from_before_has_its_defaults(lab):
    section = legal_section(determine(lab, "KZ"))
    body = dict(body_of(section))
    kept = {"number", "substance", "jurisdiction", "on_seizure", "on_report", "reviewed"}
    read = from_body(type(section), {name: body[name] for name in kept})
    assert (read.record, read.level, read.structures, read.override_at) == (None, None, (), None)
    assert dataclasses.replace(read, reviewed=True).on_report == section.on_report


def test_rp_2_kz_4_a_determination_made_after_the_author_signed_voids_the_report(lab):
    drafted = lab.draft(EXAMINATION)
    made = determine(lab, "KZ")
    voided = lab.reporting.get(drafted.number)
    assert voided.status is ReportStatus.VOIDED
    assert f"determination {made.number} is new" in voided.void_reason


def test_rp_2_kz_4_an_override_after_the_author_signed_voids_the_report_and_a_review_does_not(lab):
    made = determine(lab, "KZ")
    drafted = lab.draft(EXAMINATION)
    assert ("determination", made.number) in {(one.kind, one.number) for one in drafted.basis}
    lab.determining.review(made.number, actor=REVIEWER)
    assert lab.reporting.get(drafted.number).status is ReportStatus.DRAFTED
    lab.determining.override(made.number, result=LegalStatus.NOT_COVERED, reason="another text", actor=EXPERT)
    voided = lab.reporting.get(drafted.number)
    assert voided.status is ReportStatus.VOIDED
    assert f"determination {made.number} is version 3, was 1" in voided.void_reason


def test_rp_2_a_report_from_before_determinations_were_kept_stays_true_until_one_changes(lab):
    made = determine(lab, "KZ")
    drafted = lab.draft(EXAMINATION)
    before = tuple(one for one in drafted.basis if one.kind != LegalDetermination.KIND)
    old = dataclasses.replace(drafted, basis=before, version=drafted.version + 1)
    with SqlStore(lab.engine, rights=Rights(enforced=False)).unit_of_work() as work:
        work.record(old, act=Act.REPORT_COMMENTED, actor=EXPERT, at=lab.clock.now())
        work.commit()
    with lab.store.reading() as work:
        assert edits_of(work, old) == ()
    lab.determining.override(made.number, result=LegalStatus.NOT_COVERED, reason="another text", actor=EXPERT)
    assert lab.reporting.get(drafted.number).status is ReportStatus.VOIDED
