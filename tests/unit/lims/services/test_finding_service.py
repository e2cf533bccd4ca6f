"""Findings through the service: what is refused, what is kept, and that evidence is the evidence of one finding."""

import dataclasses
from datetime import timedelta

import pytest

from lims.domain.finding import BenchSystem, ControlOutcome, EvidenceKind, FieldScreen, TechniqueOutcome
from lims.domain.identification_rule import Comparison, Outcome
from lims.errors import (
    DuplicateRawDataError,
    InvalidRecordError,
    NotCompetentError,
    NotFoundError,
    NotInForceError,
    NotPermittedError,
    StaleVersionError,
    TransitionError,
    UnreadableFileError,
)
from lims.services.finding import EvidenceFile, FindingFacts
from lims.services.validating import AcceptanceFacts, ProcedureFacts
from tests.builders.laboratories import EXPERT, HEAD, REVIEWER, TECHNICIAN
from tests.builders.people import LONG_AGO, QUALITY, grant

TLC = "TLC-1"
EXHIBIT = "2026-0001/1"
PROCEDURE = ProcedureFacts(
    number=TLC,
    name="TLC of powders",
    techniques=("thin-layer chromatography", "colour test"),
    acceptance_criteria="Same Rf and colour as the reference on the same plate.",
    required_controls=("blank", "reference"),
    field_devices=("Raman 5",),
    field_operators=("border-3",),
)
MET = (ControlOutcome(name="blank", met=True), ControlOutcome(name="reference", met=True))
RESULT = TechniqueOutcome(
    technique="thin-layer chromatography",
    outcome=Outcome.POSITIVE,
    comparison=Comparison.REFERENCE_MATERIAL,
    reference="RS-3",
)
COLOUR = TechniqueOutcome(technique="colour test", outcome=Outcome.POSITIVE)


@pytest.fixture
def lab(bench):
    bench.hire()
    bench.exhibit()
    for person in (TECHNICIAN, EXPERT, REVIEWER):
        grant(bench, person, TLC)
    bench.clock.advance(hours=2)
    return bench


@pytest.fixture
def ready(lab):
    """Give the laboratory with the procedure in force."""
    lab.validating.record(PROCEDURE, actor=EXPERT)
    lab.validating.validate(TLC, validated_on=LONG_AGO, record="VR-1", actor=QUALITY)
    return lab


def facts(lab, **changes):
    usual = {
        "exhibit_number": EXHIBIT,
        "sampling": 1,
        "procedure_number": TLC,
        "system": BenchSystem(medium="silica gel, methanol", lot="L-9"),
        "substance": "Ketamine",
        "results": (RESULT,),
        "occurred_at": lab.clock.now() - timedelta(minutes=10),
        "controls": MET,
    }
    return FindingFacts(**usual | changes)


def file(lab, name="plate.jpg", data=b"a photograph", kind=EvidenceKind.PHOTOGRAPH):
    path = lab.folder / name
    path.write_bytes(data)
    return EvidenceFile(path=path, kind=kind)


def spectrum(lab, data=b"##TITLE=x\n##END="):
    return file(lab, "spectrum.jdx", data, EvidenceKind.DATA)


def recorded(lab, **changes):
    files = changes.pop("files", None) or [file(lab)]
    actor = changes.pop("actor", TECHNICIAN)
    return lab.finding.record(facts(lab, **changes), files=files, actor=actor)


def test_id_4_a_finding_keeps_its_evidence(ready):
    found = recorded(ready)
    assert (found.number, found.state, found.procedure_version, found.examiner) == (
        f"{EXHIBIT}-T1",
        "positive",
        2,
        "technician",
    )
    assert ready.finding.evidence(found.number, found.evidence[0].sha256) == b"a photograph"
    assert recorded(ready).number == f"{EXHIBIT}-T2"
    assert [one.number for one in ready.finding.of_exhibit(EXHIBIT)] == [f"{EXHIBIT}-T1", f"{EXHIBIT}-T2"]
    with pytest.raises(NotFoundError, match="evidence"):
        ready.finding.evidence(found.number, "00" * 32)
    assert list(ready.store.entries())[-1].data.count(found.evidence[0].sha256.encode()) == 2


def test_id_4_the_data_of_an_instrument_are_the_evidence_of_one_finding(ready):
    first = recorded(ready, files=[spectrum(ready)])
    before = ready.entries
    with pytest.raises(DuplicateRawDataError, match=f"is already run {first.number}"):
        recorded(ready, files=[spectrum(ready)], sampling=2)
    assert ready.entries == before
    recorded(ready, files=[spectrum(ready, b"##TITLE=y\n##END=")], sampling=2)


def test_id_4_a_run_that_was_imported_is_no_evidence_of_a_finding(ready, training_file):
    ready.importing.import_run(training_file, exhibit_number=EXHIBIT, actor=TECHNICIAN)
    reused = EvidenceFile(path=training_file, kind=EvidenceKind.DATA)
    with pytest.raises(DuplicateRawDataError):
        recorded(ready, files=[reused])


def test_17025_7_2_2_a_procedure_has_to_be_recorded_validated_and_in_force(lab):
    with pytest.raises(NotFoundError, match="procedure"):
        recorded(lab)
    lab.validating.record(PROCEDURE, actor=EXPERT)
    with pytest.raises(NotInForceError, match="it is in validation"):
        recorded(lab)
    lab.validating.validate(TLC, validated_on=LONG_AGO, record="VR-1", actor=QUALITY)
    recorded(lab)
    lab.clock.advance(days=1)
    lab.validating.withdraw(TLC, reason="replaced", actor=HEAD)
    with pytest.raises(NotInForceError, match="it is withdrawn"):
        recorded(lab)
    late = facts(lab, occurred_at=lab.clock.now() - timedelta(days=1))
    assert lab.finding.record(late, files=[file(lab)], actor=TECHNICIAN).procedure_version == 3


def test_17025_7_2_2_a_new_text_ends_the_one_before_it(ready):
    ready.clock.advance(days=1)
    ready.validating.record(dataclasses.replace(PROCEDURE, name="TLC, new plate"), actor=EXPERT, replaces=2)
    with pytest.raises(NotInForceError, match="it is in validation"):
        recorded(ready)
    late = facts(ready, occurred_at=ready.clock.now() - timedelta(days=1))
    assert ready.finding.record(late, files=[file(ready)], actor=TECHNICIAN).procedure_version == 2
    today = ready.clock.now().date()
    ready.validating.validate(TLC, validated_on=today, record="VR-2", actor=QUALITY)
    assert recorded(ready).procedure_version == 4


def test_17025_7_2_2_a_deviation_lets_work_be_done_once_it_is_accepted(lab):
    lab.validating.record(PROCEDURE, actor=EXPERT)
    asked = lab.validating.ask_deviation(EXHIBIT, TLC, departure="d", justification="j", actor=TECHNICIAN)
    with pytest.raises(NotInForceError, match=f"{asked.number}, which is asked, covers no work"):
        recorded(lab, deviation_number=asked.number)
    lab.validating.authorise_deviation(asked.number, actor=HEAD)
    with pytest.raises(NotInForceError, match="is authorised, covers no work"):
        recorded(lab, deviation_number=asked.number)
    said = AcceptanceFacts(customer="Court", reference="letter 5", accepted_on=lab.clock.now().date())
    lab.validating.accept_deviation(asked.number, said, actor=EXPERT)
    assert recorded(lab, deviation_number=asked.number).deviation_number == asked.number
    assert [one.state for one in lab.validating.deviations(EXHIBIT)] == ["accepted"]


def test_17025_7_7_1_a_required_control_is_run(ready):
    with pytest.raises(InvalidRecordError, match="requires the controls reference"):
        recorded(ready, controls=MET[:1])
    failed = (MET[0], ControlOutcome(name="reference", met=False))
    with pytest.raises(InvalidRecordError, match="control reference is not met"):
        recorded(ready, controls=failed)


def test_17025_6_2_5_only_who_is_competent_for_the_procedure_records_a_finding(ready):
    ready.qualifying.withdraw("technician-K3", reason="proficiency test", actor=QUALITY)
    before = len(ready.raw_objects)
    with pytest.raises(NotCompetentError, match="TLC-1"):
        recorded(ready)
    with pytest.raises(NotPermittedError):
        recorded(ready, actor=HEAD)
    assert len(ready.raw_objects) == before


def test_a_technique_is_one_of_the_procedure_s(ready):
    strange = dataclasses.replace(RESULT, technique="infrared spectroscopy")
    with pytest.raises(InvalidRecordError, match="infrared spectroscopy: procedure TLC-1 is for thin-layer"):
        recorded(ready, results=(strange,))


def test_cc_6_work_on_an_exhibit_lies_after_its_receipt_and_before_now(ready):
    with pytest.raises(InvalidRecordError, match="before 2026-0001/1 was received"):
        recorded(ready, occurred_at=ready.clock.now() - timedelta(hours=3))
    with pytest.raises(InvalidRecordError, match="expected before"):
        recorded(ready, occurred_at=ready.clock.now() + timedelta(seconds=1))


def test_id_9_a_field_screen_counts_where_device_and_operator_are_listed(ready):
    early = ready.clock.now() - timedelta(days=9)
    changes = {"results": (COLOUR,), "occurred_at": early, "field_device": "Raman 5"}
    listed = recorded(ready, **changes, field_operator="border-3")
    other = recorded(ready, **changes, field_operator="border-4")
    assert listed.field_screen == FieldScreen(device="Raman 5", operator="border-3", authorised=True)
    assert not other.field_screen.authorised
    with pytest.raises(InvalidRecordError, match="operator of the field screen"):
        recorded(ready, **changes)


def test_17025_7_5_2_a_correction_keeps_the_old_version(ready):
    first = recorded(ready)
    changed = facts(ready, system=BenchSystem(medium="silica gel, methanol", lot="L-10"))
    second = ready.finding.correct(
        first.number, changed, reason="wrong lot", actor=EXPERT, version=1, files=[spectrum(ready)]
    )
    assert (second.version, second.system.lot, second.examiner) == (2, "L-10", "technician")
    assert (second.corrections[0].reason, second.corrections[0].by) == ("wrong lot", "expert-a")
    assert ready.finding.get(first.number, version=1) == first
    assert [one.version for one in second.evidence] == [1, 2]
    with pytest.raises(StaleVersionError):
        ready.finding.correct(first.number, changed, reason="again", actor=EXPERT, version=1)
    with pytest.raises(DuplicateRawDataError):
        recorded(ready, files=[spectrum(ready)])


def test_g_2_a_discarded_finding_stays_listed_with_its_reason(ready):
    first = recorded(ready)
    with pytest.raises(NotPermittedError):
        ready.finding.discard(first.number, reason="r", actor=TECHNICIAN)
    gone = ready.finding.discard(first.number, reason="plate broken", actor=EXPERT, version=1)
    assert ready.finding.of_exhibit(EXHIBIT) == (gone,)
    assert gone.discard.reason == "plate broken"
    with pytest.raises(TransitionError):
        ready.finding.discard(first.number, reason="r", actor=EXPERT)
    with pytest.raises(StaleVersionError):
        ready.finding.discard(first.number, reason="r", actor=EXPERT, version=1)


def test_an_aliquot_is_one_that_exists(ready):
    with pytest.raises(NotFoundError, match="aliquot"):
        recorded(ready, aliquot_number=f"{EXHIBIT}-A1")


@pytest.mark.parametrize("data", [b"", None])
def test_evidence_that_cannot_be_read_is_refused(ready, data):
    missing = file(ready, data=data or b"")
    if data is None:
        missing.path.unlink()
    with pytest.raises(UnreadableFileError):
        recorded(ready, files=[missing])


def test_lists_made_anew_hold_the_evidence_again(ready):
    first = recorded(ready, files=[spectrum(ready)])
    ready.store.rebuild_lists()
    with pytest.raises(DuplicateRawDataError, match=first.number):
        recorded(ready, files=[spectrum(ready)])
    assert ready.auditing.verify().intact
