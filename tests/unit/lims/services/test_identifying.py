"""Identifications through the service: what counts, what must not be left unsaid, and the gate of a report."""

import dataclasses
import json
from datetime import timedelta
from decimal import Decimal

import pytest

from lims.domain.examination import Examination
from lims.domain.finding import BenchSystem, EvidenceKind, TechniqueOutcome
from lims.domain.identification import Conclusion, Verdict, missing
from lims.domain.identification_basis import IsomerSet, IsomerState, LeftOut
from lims.domain.identification_rule import Comparison, Gap, Outcome
from lims.errors import (
    InvalidRecordError,
    NotCompetentError,
    NotFoundError,
    NotInForceError,
    NotPermittedError,
    TransitionError,
)
from lims.persistence.store import SqlStore
from lims.services.finding import EvidenceFile, FindingFacts
from lims.services.identifying import BasisFacts
from lims.services.permitting import Rights
from lims.services.supporting import ComponentUse, Question, RetentionBasis, RetentionEvaluation
from lims.services.validating import ProcedureFacts
from lims.work_errors import ReportBlockedError
from substance_library import principal_ions, starter_substances
from tests.builders.laboratories import ADMIN, EXPERT, HEAD, REVIEWER, TECHNICIAN
from tests.builders.people import LONG_AGO, QUALITY, grant

EXHIBIT = "2026-0001/1"
EXAMINATION = f"{EXHIBIT}-R1-E1"
NAME = "Ketamine"
KETAMINE = next(one for one in starter_substances() if one.preferred_name == NAME)
QUESTION = Question(exhibit_number=EXHIBIT, substance=NAME, inchikey=str(KETAMINE.inchikey))
NONE_KNOWN = IsomerSet(state=IsomerState.NONE_KNOWN, basis="looked for in the library of the laboratory")
FTIR = "infrared spectroscopy"
LIMITED = Verdict(conclusion=Conclusion.LIMITED)
IDENTIFIED = Verdict(conclusion=Conclusion.IDENTIFIED)


def write_release(path):
    """Write the principal ions as a library that is not marked, with one made-up isomer of ketamine."""
    lines = []
    for one in principal_ions():
        lines += _record(one.name, one.inchikey, one.formula, one.spectrum)
    ketamine = next(one for one in principal_ions() if one.name == NAME)
    lines += _record("an isomer", "AAAAAAAAAAAAAA-UHFFFAOYSA-N", ketamine.formula, ketamine.spectrum, shift=1)
    path.write_text("\n".join(lines), "utf-8")
    return path


def _record(name, inchikey, formula, spectrum, shift=0):
    peaks = zip(spectrum.mz.tolist(), spectrum.intensity.tolist(), strict=True)
    head = [f"Name: {name}", f"InChIKey: {inchikey}", f"Formula: {formula}", f"Num Peaks: {len(spectrum.mz)}"]
    return [*head, *(f"{round(mz) + shift} {round(height)}" for mz, height in peaks), ""]


@pytest.fixture(scope="module")
def release_file(tmp_path_factory):
    return write_release(tmp_path_factory.mktemp("release") / "tests.msp")


@pytest.fixture
def lab(bench):
    """Give a laboratory with an exhibit, and procedures for FTIR and colour tests in force."""
    bench.hire()
    bench.exhibit()
    for number, techniques in (("FTIR-1", (FTIR,)), ("COLOUR-1", ("colour test",))):
        for person in (TECHNICIAN, EXPERT):
            grant(bench, person, number)
        bench.validating.record(
            ProcedureFacts(number=number, name=number, techniques=techniques, acceptance_criteria="c"), actor=EXPERT
        )
        bench.validating.validate(number, validated_on=LONG_AGO, record="VR", actor=QUALITY)
    bench.clock.advance(hours=1)
    return bench


@pytest.fixture
def examined(lab, training_file, release_file):
    """Give it with a concluded examination in a library that is not marked; ketamine is found."""
    release = lab.curating.add_release(release_file, actor=ADMIN)
    lab.importing.import_run(training_file, exhibit_number=EXHIBIT, actor=TECHNICIAN)
    return conclude_examination(lab, release.number)


def conclude_examination(lab, release):
    examination = lab.examining.open(f"{EXHIBIT}-R1", release_name=release, actor=EXPERT)
    for component in examination.components:
        lab.examining.identify(examination.number, component.number, rank=1, actor=EXPERT)
    lab.examining.conclude(examination.number, actor=EXPERT)
    return lab


def component_of(lab):
    examination = lab.examining.get(EXAMINATION)
    return next(one.number for one in examination.identified if one.identity.name == NAME)


def finding(lab, technique=FTIR, *, sampling=1, outcome=Outcome.POSITIVE, substance=NAME, data=b"", **changes):
    of_ftir = technique == FTIR
    path = lab.folder / "spectrum.jdx"
    path.write_bytes(data or f"##TITLE={lab.entries}".encode())
    result = TechniqueOutcome(
        technique=technique,
        outcome=outcome,
        comparison=Comparison.REFERENCE_MATERIAL if of_ftir else Comparison.NONE,
        reference="RS-1" if of_ftir else "",
    )
    facts = FindingFacts(
        exhibit_number=EXHIBIT,
        sampling=sampling,
        procedure_number="FTIR-1" if of_ftir else "COLOUR-1",
        system=BenchSystem(medium="ATR" if of_ftir else "Mandelin"),
        substance=substance,
        results=(result,),
        occurred_at=lab.clock.now() - timedelta(minutes=1),
        **changes,
    )
    files = [EvidenceFile(path=path, kind=EvidenceKind.DATA)] if of_ftir else []
    return lab.finding.record(facts, files=files, actor=TECHNICIAN).number


def opened(lab, *findings, components=(), isomers=NONE_KNOWN, question=QUESTION, **facts):
    stated = BasisFacts(findings=findings, components=components, isomers=isomers, **facts)
    return lab.identifying.open(question, stated, actor=EXPERT)


def use(lab, **facts):
    return ComponentUse(**{"examination_number": EXAMINATION, "sampling": 1, "component": component_of(lab)} | facts)


def test_id_1_two_findings_identify_and_a_second_person_checks(lab):
    one = opened(lab, finding(lab), finding(lab, "colour test", sampling=2))
    assert (one.number, one.state, missing(one)) == (f"{EXHIBIT}-N1", "open", ())
    concluded = lab.identifying.conclude(one.number, IDENTIFIED, actor=EXPERT, version=1)
    assert lab.identifying.faults(EXHIBIT) == ()
    checked = lab.identifying.agree(concluded.number, actor=REVIEWER, version=2)
    assert (checked.state, checked.outcome.library_only) == ("checked", False)
    assert lab.identifying.of_exhibit(EXHIBIT) == (checked,)


def test_17025_7_8_7_a_conclusion_is_that_of_an_authorised_person_with_its_basis(lab):
    first, second = finding(lab), finding(lab, "colour test", sampling=2)
    one = opened(lab, first, second)
    held = lab.qualifying.of_person(EXPERT.number)
    (competence,) = (held_one for held_one in held if held_one.method == one.procedure_number)
    lab.qualifying.withdraw(competence.number, reason="r", actor=QUALITY)
    with pytest.raises(NotCompetentError):
        lab.identifying.conclude(one.number, IDENTIFIED, actor=EXPERT)
    grant(lab, EXPERT, one.procedure_number)
    with pytest.raises(NotPermittedError):
        lab.identifying.conclude(one.number, IDENTIFIED, actor=TECHNICIAN)
    concluded = lab.identifying.conclude(one.number, IDENTIFIED, actor=EXPERT)
    assert concluded.expert == EXPERT.number
    assert [support.number for support in concluded.basis.supports] == [first, second]


def test_id_2_a_negative_result_must_not_be_left_unsaid(lab):
    first, second = finding(lab), finding(lab, "colour test", sampling=2)
    negative = finding(lab, "colour test", sampling=2, outcome=Outcome.NEGATIVE)
    with pytest.raises(InvalidRecordError, match=f"{negative}: neither used nor left out"):
        opened(lab, first, second)
    left = (LeftOut(number=negative, reason="the reagent was too old"),)
    assert opened(lab, first, second, left_out=left).basis.left_out == left


def test_id_2_a_finding_that_comes_later_stops_the_conclusion(lab):
    one = opened(lab, finding(lab), finding(lab, "colour test", sampling=2))
    later = finding(lab, "colour test", outcome=Outcome.NEGATIVE)
    with pytest.raises(InvalidRecordError, match=later):
        lab.identifying.conclude(one.number, IDENTIFIED, actor=EXPERT)


def test_id_2_a_finding_about_another_substance_says_nothing_of_this_one(lab):
    other = finding(lab, substance="Cocaine")
    one = opened(lab, other, finding(lab, "colour test", sampling=2))
    assert missing(one) == (Gap.TECHNIQUES,)
    assert one.basis.supports[0].note == "looked for Cocaine"


def test_id_3_a_gc_ms_run_counts_twice_only_where_the_retention_was_evaluated(examined):
    one = opened(examined, components=(use(examined),))
    assert [support.technique for support in one.basis.supports] == ["mass spectrometry"]
    assert missing(one) == (Gap.TECHNIQUES,)
    stated = RetentionEvaluation(outcome=Outcome.POSITIVE, basis=RetentionBasis.INDEX)
    with pytest.raises(InvalidRecordError, match="has no retention index to compare"):
        opened(examined, components=(use(examined, retention=stated),))
    standard = RetentionEvaluation(outcome=Outcome.POSITIVE, basis=RetentionBasis.STANDARD, standard_run="x")
    with pytest.raises(InvalidRecordError, match="was measured alone"):
        opened(examined, components=(use(examined, retention=standard),))


def rewritten(lab, change):
    """Record another version past the door, as a run of another kind would have left it."""
    store = SqlStore(lab.engine, rights=Rights(enforced=False))
    with store.unit_of_work() as work:
        for record in change(work):
            work.record(
                dataclasses.replace(record, version=record.version + 1),
                act="tested",
                actor=EXPERT,
                at=lab.clock.now(),
            )
        work.commit()


def test_id_3_an_evaluated_retention_index_is_a_second_technique(examined):
    def with_index(work):
        examination = work.load(Examination, EXAMINATION)
        found = {"retention_index_difference": Decimal("2.0")}
        components = tuple(
            dataclasses.replace(one, identity=dataclasses.replace(one.identity, **found))
            for one in examination.components
        )
        yield dataclasses.replace(examination, components=components)

    rewritten(examined, with_index)
    stated = RetentionEvaluation(outcome=Outcome.POSITIVE, basis=RetentionBasis.INDEX)
    one = opened(examined, components=(use(examined, retention=stated),))
    assert [support.technique for support in one.basis.supports] == ["mass spectrometry", "gas chromatography"]
    assert one.outcome.gaps == (Gap.SECOND_SAMPLING,)
    refused = dataclasses.replace(stated, outcome=Outcome.NEGATIVE)
    revised = examined.identifying.revise(
        one.number, BasisFacts(components=(use(examined, retention=refused),), isomers=NONE_KNOWN), actor=EXPERT
    )
    assert Gap.TECHNIQUES in missing(revised)


def test_id_6_isomers_of_the_library_are_never_silently_none(examined):
    colour, spectrum = finding(examined, "colour test", sampling=2), finding(examined)
    one = opened(examined, colour, spectrum, components=(use(examined),))
    names = [isomer.name for isomer in one.basis.isomers.isomers]
    assert "an isomer" in names
    assert one.basis.isomers.state is IsomerState.LISTED
    with pytest.raises(InvalidRecordError, match="no result tells it from an isomer"):
        examined.identifying.conclude(one.number, IDENTIFIED, actor=EXPERT)
    concluded = examined.identifying.conclude(one.number, LIMITED, actor=EXPERT)
    assert concluded.outcome.identity == (NAME, *names)


def test_id_6_an_isomer_that_the_expert_tells_apart_by_a_result_leaves_the_set(examined):
    colour, spectrum = finding(examined, "colour test", sampling=2), finding(examined)
    known = opened(examined, colour, spectrum, components=(use(examined),)).basis.isomers.isomers
    apart = IsomerSet(
        state=IsomerState.LISTED,
        isomers=tuple(dataclasses.replace(isomer, separated_by=spectrum) for isomer in known),
        basis="infrared spectra of the reference materials",
    )
    facts = BasisFacts(findings=(colour, spectrum), components=(use(examined),), isomers=apart)
    examined.identifying.revise(f"{EXHIBIT}-N1", facts, actor=EXPERT)
    assert examined.identifying.conclude(f"{EXHIBIT}-N1", IDENTIFIED, actor=EXPERT).outcome.identity == (NAME,)


def test_id_8_a_library_for_training_identifies_nothing(lab, training_file):
    release = lab.curating.add_training_release(actor=ADMIN)
    lab.importing.import_run(training_file, exhibit_number=EXHIBIT, actor=TECHNICIAN)
    conclude_examination(lab, release.number)
    one = opened(lab, finding(lab, "colour test", sampling=2), components=(use(lab),))
    assert one.basis.supports[1].outcome is Outcome.INCONCLUSIVE
    assert "training" in one.basis.supports[1].note
    assert missing(one)[0] is Gap.TECHNIQUES


def test_id_1_a_component_is_the_substance_in_question_or_is_refused(examined):
    other = next(one.number for one in examined.examining.get(EXAMINATION).identified if one.identity.name != NAME)
    with pytest.raises(InvalidRecordError, match="not as Ketamine"):
        opened(examined, components=(use(examined, component=other),))
    with pytest.raises(InvalidRecordError, match="is identified as Ketamine; name it"):
        opened(examined, components=(use(examined, component=None),))
    with pytest.raises(NotFoundError):
        opened(examined, components=(use(examined, component=99),))
    both = (use(examined), use(examined, sampling=2))
    with pytest.raises(InvalidRecordError, match="is of one sampling, not of two"):
        opened(examined, components=both)


def test_a_run_without_the_substance_is_a_negative_result(examined):
    absent = Question(exhibit_number=EXHIBIT, substance="Cocaine", inchikey=None)
    components = (ComponentUse(examination_number=EXAMINATION, sampling=1),)
    one = opened(examined, components=components, question=absent)
    scope = Verdict(conclusion=Conclusion.NOT_DETECTED, scope="GC-MS of a methanol extract")
    concluded = examined.identifying.conclude(one.number, scope, actor=EXPERT)
    assert concluded.title == "Cocaine: not detected"
    assert concluded.limitations == ()


def test_rp_1_an_identity_without_an_identification_is_a_fault(examined):
    faults = examined.identifying.faults(EXHIBIT)
    assert any(f"component {component_of(examined)}: {NAME} has no identification" in fault for fault in faults)
    opened(examined, finding(examined), finding(examined, "colour test", sampling=2), components=(use(examined),))
    faults = examined.identifying.faults(EXHIBIT)
    assert f"{EXHIBIT}-N1 is open" in faults
    assert not any(f"{NAME} has no" in fault for fault in faults)


def test_rp_1_a_result_that_says_something_else_by_now_is_a_fault(lab):
    colour = finding(lab, "colour test", sampling=2)
    one = opened(lab, finding(lab), colour)
    lab.identifying.conclude(one.number, IDENTIFIED, actor=EXPERT)
    lab.finding.discard(colour, reason="wrong reagent", actor=EXPERT)
    assert any(f"{colour} was used in version 1" in fault for fault in lab.identifying.faults(EXHIBIT))
    with pytest.raises(InvalidRecordError, match="is discarded"):
        lab.identifying.revise(one.number, BasisFacts(findings=(colour,)), actor=EXPERT)


def test_g_6_a_disagreement_is_resolved_by_neither_of_the_two(lab):
    one = opened(lab, finding(lab), finding(lab, "colour test", sampling=2))
    lab.identifying.conclude(one.number, IDENTIFIED, actor=EXPERT)
    lab.identifying.dispute(one.number, words="bands are missing", actor=REVIEWER)
    assert f"{one.number} is disputed" in lab.identifying.faults(EXHIBIT)
    with pytest.raises(NotPermittedError):
        lab.identifying.resolve(one.number, words="w", stands=True, actor=REVIEWER)
    ended = lab.identifying.resolve(one.number, words="measured again", stands=False, actor=HEAD)
    assert (ended.state, len(ended.disagreements)) == ("open", 1)
    assert lab.identifying.conclude(one.number, IDENTIFIED, actor=EXPERT).disagreements == ended.disagreements


def test_17025_7_2_2_an_identification_is_under_a_procedure_in_force(lab):
    facts = ProcedureFacts(
        number="EI-IDENTIFICATION", name="EI", techniques=("mass spectrometry",), acceptance_criteria="c"
    )
    lab.validating.record(facts, actor=EXPERT)
    with pytest.raises(NotInForceError, match="EI-IDENTIFICATION"):
        opened(lab, finding(lab))
    lab.validating.validate("EI-IDENTIFICATION", validated_on=LONG_AGO, record="VR", actor=QUALITY)
    assert opened(lab, f"{EXHIBIT}-T1").procedure_number == "EI-IDENTIFICATION"


def test_a_substance_is_in_question_once(lab):
    number = finding(lab)
    opened(lab, number)
    with pytest.raises(TransitionError, match="revise that"):
        opened(lab, number)


def test_what_is_lacking_is_told_before_anything_is_recorded(examined):
    before = examined.entries
    assert examined.identifying.lacking(QUESTION, (use(examined),)) == (Gap.TECHNIQUES,)
    finding(examined, "colour test", sampling=2)
    assert examined.identifying.lacking(QUESTION, (use(examined),)) == ()
    assert examined.entries == before + 1


def reported(lab):
    """Give what a report of the examination says of each component: finding, number of the identification, gaps."""
    report = lab.draft(EXAMINATION)
    content = json.loads(lab.reporting.document(report.number).split(b"\n")[0])
    components = content["runs"][0]["components"]
    return {one["identity"]["name"]: (one["finding"], one["identification"], one["lacking"]) for one in components}


def test_rp_1_1_a_report_calls_identified_what_an_identification_concluded_and_nothing_else(examined):
    left = (LeftOut(number=EXAMINATION, reason="compared with a library only"),)
    one = opened(examined, finding(examined), finding(examined, "colour test", sampling=2), left_out=left)
    with pytest.raises(ReportBlockedError, match=r"N1 is open \(rule RP-1\.1\)"):
        examined.draft(EXAMINATION)
    examined.identifying.conclude(one.number, IDENTIFIED, actor=EXPERT)
    said = reported(examined)
    assert said[NAME] == ("identified", one.number, [])
    for other in ("Fentanyl", "JWH-018"):
        found, number, lacking = said[other]
        assert (found, number) == ("found, not identified", "")
        assert Gap.TECHNIQUES.value in lacking
        assert lacking[-1] == Gap.ISOMERS.value


def test_rp_1_1_a_conclusion_that_names_no_substance_identifies_no_component(examined):
    one = opened(examined, components=(use(examined),))
    verdict = Verdict(conclusion=Conclusion.INCONCLUSIVE, reason="one technique only")
    examined.identifying.conclude(one.number, verdict, actor=EXPERT)
    assert reported(examined)[NAME] == ("found, not identified", one.number, [])


def test_g_6_a_disputed_identification_keeps_a_report_from_being_drafted(examined):
    left = (LeftOut(number=EXAMINATION, reason="compared with a library only"),)
    one = opened(examined, finding(examined), finding(examined, "colour test", sampling=2), left_out=left)
    examined.identifying.conclude(one.number, IDENTIFIED, actor=EXPERT)
    examined.identifying.dispute(one.number, words="bands are missing", actor=REVIEWER)
    with pytest.raises(ReportBlockedError, match="N1 is disputed"):
        examined.draft(EXAMINATION)
