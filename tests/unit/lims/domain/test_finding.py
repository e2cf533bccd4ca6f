"""Findings: what may stand in one, and that nothing is ever taken away."""

import dataclasses
from datetime import UTC, datetime, timedelta

import pytest

from lims.domain.finding import (
    BenchSystem,
    ControlOutcome,
    Correction,
    Discard,
    Evidence,
    EvidenceKind,
    FieldScreen,
    Finding,
    Reading,
    TechniqueOutcome,
)
from lims.domain.identification_rule import Comparison, Outcome
from lims.domain.technique import Category, techniques
from lims.errors import InvalidRecordError, NotFoundError, TransitionError

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
PLATE = Evidence(sha256="ab" * 32, file_name="plate.jpg", kind=EvidenceKind.PHOTOGRAPH)
SPECTRUM = Evidence(sha256="cd" * 32, file_name="spectrum.jdx", kind=EvidenceKind.DATA)
CORRECTION = Correction(reason="wrong lot", by="technician", at=NOW)


def said(name="thin-layer chromatography", outcome=Outcome.POSITIVE, **facts):
    usual = {"comparison": Comparison.REFERENCE_MATERIAL, "reference": "RS-3"}
    return TechniqueOutcome(technique=name, outcome=outcome, **usual | facts)


def finding(**facts):
    usual = {
        "number": "2026-0001/1-T1",
        "exhibit_number": "2026-0001/1",
        "sampling": 1,
        "procedure_number": "TLC-1",
        "procedure_version": 2,
        "system": BenchSystem(medium="silica gel, methanol", lot="L-9"),
        "substance": "Ketamine",
        "results": (said(),),
        "examiner": "technician",
        "occurred_at": NOW - timedelta(hours=1),
        "recorded_by": "technician",
        "recorded_at": NOW,
        "evidence": (PLATE,),
    }
    return Finding(**usual | facts)


@pytest.mark.parametrize("name", [name for name, known in techniques().items() if known.category is not Category.C])
def test_id_4_a_result_of_category_a_or_b_links_to_a_file(name):
    substance = "cannabis" if techniques()[name].only_for else "Ketamine"
    with pytest.raises(InvalidRecordError, match="links to no file"):
        finding(results=(said(name),), substance=substance, evidence=())
    with pytest.raises(InvalidRecordError, match="links to no file"):
        finding(results=(said(name, Outcome.NEGATIVE),), substance=substance, evidence=())
    assert finding(results=(said(name),), substance=substance).evidence == (PLATE,)


@pytest.mark.parametrize("name", [name for name, known in techniques().items() if known.category is Category.C])
def test_id_4_a_result_of_category_c_needs_no_file(name):
    result = TechniqueOutcome(technique=name, outcome=Outcome.POSITIVE)
    assert finding(results=(result,), evidence=()).state == "positive"


def test_id_8_a_positive_result_was_compared_with_something_that_can_be_named():
    with pytest.raises(InvalidRecordError, match="compared with nothing"):
        said(comparison=Comparison.NONE)
    with pytest.raises(InvalidRecordError, match="what the thin-layer chromatography was compared with"):
        said(reference="")
    assert said(outcome=Outcome.NEGATIVE, comparison=Comparison.NONE, reference="").reference == ""


@pytest.mark.parametrize("name", ["macroscopic examination of cannabis", "microscopic examination of cannabis"])
def test_id_1_plant_techniques_are_for_cannabis_only(name):
    assert finding(results=(said(name),), substance="Cannabis sativa L.").title == f"{name}: Cannabis sativa L."
    with pytest.raises(InvalidRecordError, match="counts for cannabis only, not for 'Catha edulis'"):
        finding(results=(said(name),), substance="Catha edulis")


def test_id_3_a_hyphenated_measurement_has_two_results_and_one_file():
    both = (said("mass spectrometry"), said("liquid chromatography", Outcome.NEGATIVE))
    one = finding(results=both, evidence=(SPECTRUM,))
    assert one.state == "positive, negative"
    assert one.new_data == (SPECTRUM.sha256,)
    for wrong in ((), (said(), said())):
        with pytest.raises(InvalidRecordError, match="each once"):
            finding(results=wrong)


def test_17025_7_7_1_a_control_that_is_not_met_leaves_nothing_but_inconclusive():
    failed = (ControlOutcome(name="blank", met=False, observed="a spot"), ControlOutcome(name="standard", met=True))
    with pytest.raises(InvalidRecordError, match="control blank is not met"):
        finding(controls=failed)
    with pytest.raises(InvalidRecordError, match="control blank is not met"):
        finding(controls=failed, results=(said(outcome=Outcome.NEGATIVE),))
    kept = finding(controls=failed, results=(said(outcome=Outcome.INCONCLUSIVE),))
    assert kept.state == "inconclusive"
    kept.require_controls(("blank", "standard"))
    with pytest.raises(InvalidRecordError, match="requires the controls water"):
        kept.require_controls(("blank", "water"))


def test_17025_7_5_1_it_is_done_before_it_is_recorded():
    with pytest.raises(InvalidRecordError, match="expected before"):
        finding(occurred_at=NOW + timedelta(seconds=1))


def test_id_9_a_field_screen_needs_no_file_and_names_device_and_operator():
    screen = FieldScreen(device="Raman 5", operator="border-3", authorised=False)
    assert finding(results=(said("Raman spectroscopy"),), evidence=(), field_screen=screen).field_screen == screen
    with pytest.raises(InvalidRecordError, match="operator of the field screen"):
        FieldScreen(device="Raman 5", operator="", authorised=True)


def test_17025_7_5_2_a_correction_is_a_new_version_that_names_the_old_one_s_fault():
    first = finding()
    changed = finding(system=BenchSystem(medium="silica gel, methanol", lot="L-10"), recorded_by="other")
    second = first.correct(changed, CORRECTION)
    assert (first.version, second.version) == (1, 2)
    assert (first.system.lot, second.system.lot) == ("L-9", "L-10")
    assert second.corrections == (CORRECTION,)
    assert (second.recorded_by, second.recorded_at) == (first.recorded_by, first.recorded_at)
    with pytest.raises(InvalidRecordError, match="reason"):
        Correction(reason="", by="technician", at=NOW)


@pytest.mark.parametrize(
    "facts",
    [
        {"exhibit_number": "2026-0001/2"},
        {"procedure_number": "FTIR-1"},
        {"procedure_version": 1},
        {"examiner": "expert-a"},
        {"field_screen": FieldScreen(device="d", operator="o", authorised=True)},
    ],
)
def test_a_correction_does_not_make_another_finding(facts):
    with pytest.raises(InvalidRecordError, match="a correction changes no"):
        finding().correct(finding(**facts), CORRECTION)


def test_id_4_a_correction_adds_evidence_and_takes_none_away():
    second = finding().correct(finding(evidence=(PLATE, SPECTRUM)), CORRECTION)
    assert second.evidence == (PLATE, dataclasses.replace(SPECTRUM, version=2))
    assert second.new_data == (SPECTRUM.sha256,)
    assert second.correct(second, CORRECTION).new_data == ()
    for fewer in ((SPECTRUM,), ()):
        with pytest.raises(InvalidRecordError):
            finding().correct(finding(evidence=fewer, results=(said("colour test"),)), CORRECTION)
    with pytest.raises(InvalidRecordError, match="same file twice"):
        finding(evidence=(PLATE, PLATE))


def test_g_2_a_discarded_finding_stays_with_its_reason_and_changes_no_more():
    gone = finding().discard_it(Discard(reason="plate broken", by="expert-a", at=NOW))
    assert (gone.state, gone.version, gone.evidence) == ("discarded", 2, (PLATE,))
    with pytest.raises(TransitionError, match="discarded by expert-a: plate broken"):
        gone.correct(finding(), CORRECTION)
    with pytest.raises(TransitionError, match="discarded"):
        gone.discard_it(Discard(reason="again", by="expert-a", at=NOW))
    with pytest.raises(InvalidRecordError, match="reason"):
        Discard(reason="", by="expert-a", at=NOW)


def test_a_system_can_be_found_again():
    assert BenchSystem(instrument="FTIR 2", medium="ATR").words == "FTIR 2, ATR"
    with pytest.raises(InvalidRecordError, match="neither instrument nor medium"):
        BenchSystem(lot="L-9")


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: finding(sampling=0),
        lambda: finding(substance=""),
        lambda: finding(procedure_number=""),
        lambda: finding(examiner=""),
        lambda: Reading(name="Rf", value=""),
        lambda: Reading(name="", value="0.41"),
        lambda: ControlOutcome(name="", met=True),
        lambda: Evidence(sha256="", file_name="a", kind=EvidenceKind.DATA),
        lambda: Evidence(sha256="ab", file_name="a/b", kind=EvidenceKind.DATA),
    ],
)
def test_what_nobody_could_review_is_refused(wrong):
    with pytest.raises(InvalidRecordError):
        wrong()


def test_an_unknown_technique_is_refused():
    with pytest.raises(NotFoundError, match="dowsing"):
        said("dowsing")
