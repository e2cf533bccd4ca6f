"""Acts of the expert and the bench: runs, examinations, findings, procedures, deviations, identifications."""

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np

from lims.domain.deviation import Deviation
from lims.domain.examination import Decision, Examination
from lims.domain.exhibit import Exhibit
from lims.domain.finding import BenchSystem, EvidenceKind, Finding, TechniqueOutcome
from lims.domain.identification import Conclusion, Identification, Verdict
from lims.domain.identification_basis import IsomerSet, IsomerState, LeftOut
from lims.domain.identification_rule import Comparison, Outcome
from lims.domain.permissions import Act
from lims.domain.procedure import Procedure
from lims.domain.run import RecordedRun
from lims.domain.staff import StaffMember
from lims.services.finding import EvidenceFile, FindingFacts
from lims.services.identifying import BasisFacts
from lims.services.supporting import ComponentUse, Question, RetentionBasis, RetentionEvaluation
from lims.services.validating import AcceptanceFacts, ProcedureFacts
from spectra import MassSpectrum
from spectra.chromatogram.simulation import SimulatedColumn, SimulatedPeak, simulate_run
from spectra.formats import write_andi_cdf
from tests.builders.laboratories import ADMIN, REVIEWER
from tests.builders.people import LONG_AGO, QUALITY
from tests.lifecycle.laboratory import EXPERT_C, LIBRARY, PROCEDURES, REFERENCES, Life
from tests.lifecycle.receiving_acts import BENCH, EXPERTS, HEADS
from tests.lifecycle.registry import act
from tests.tamper.writing_runs import new_library

REVIEWERS = (REVIEWER, EXPERT_C)
SUBSTANCE = "Ketamine"
COLUMN = SimulatedColumn(
    start_s=180.0,
    end_s=216.0,
    scan_interval_s=0.6,
    background=MassSpectrum(mz=np.array([28.0, 44.0, 207.0]), intensity=np.array([30.0, 25.0, 12.0])),
    bleed_growth=1.5,
)
KEY = {one.name: str(one.inchikey) for one in REFERENCES}
_OF_FTIR, _OF_COLOUR, _OF_TLC = "FTIR-1", "COLOUR-1", "TLC-1"


def run_file(life: Life, names: Sequence[str] = (SUBSTANCE,)) -> Path:
    """Simulate a run that holds substances, and write it as ANDI; no two are the same."""
    by_name = {one.name: one for one in REFERENCES}
    peaks = [
        SimulatedPeak(
            spectrum=by_name[name].spectrum,
            retention_time_s=192.0 + 12 * place,
            height=life.chance.uniform(4e4, 9e4),
            width_s=1.2,
            abundance_spread=0.1,
        )
        for place, name in enumerate(names)
    ]
    noise = np.random.default_rng(life.chance.getrandbits(32))
    run = simulate_run(peaks, COLUMN, sample_name=f"run {life.files}", random=noise)
    return life.file("run.cdf", write_andi_cdf(run))


@act("importing.import_run", Act.RUN_IMPORTED)
def import_run(life: Life) -> None:
    known = sorted(life.inbox.glob("*.cdf"))
    if known and life.slips():
        path = life.chance.choice(known)  # a second time
    else:
        names = life.chance.choice(((SUBSTANCE,), (SUBSTANCE,), (SUBSTANCE, REFERENCES[0].name)))
        path = run_file(life, names)
    if life.slips(life.mistakes / 3):
        path.write_bytes(path.read_bytes()[:2000])  # broken
    life.bench.importing.import_run(path, exhibit_number=life.some(Exhibit), actor=life.by(*BENCH))


@act("curating.add_release", Act.RELEASE_RECORDED)
def add_library(life: Life) -> None:
    life.bench.curating.add_release(new_library(life.inbox, life.chance), actor=life.by(ADMIN))


@act("examining.open", Act.EXAMINATION_OPENED)
def open_examination(life: Life) -> None:
    release = "none" if life.slips(life.mistakes / 3) else LIBRARY
    life.bench.examining.open(life.some(RecordedRun), release_name=release, actor=life.by(*EXPERTS))


def _undecided(life: Life) -> tuple[Examination, int]:
    examination = life.load(Examination, life.some(Examination, "open"))
    open_ones = [one.number for one in examination.components if one.decision is Decision.UNDECIDED]
    return examination, life.choose(open_ones or [one.number for one in examination.components])


@act("examining.identify", Act.COMPONENT_IDENTIFIED)
def identify_component(life: Life) -> None:
    examination, component = _undecided(life)
    rank = 9 if life.slips() else 1
    life.bench.examining.identify(
        examination.number, component, rank=rank, actor=life.by(*EXPERTS), version=life.seen(examination)
    )


@act("examining.mark_internal_standard", Act.COMPONENT_MARKED)
def mark_internal_standard(life: Life) -> None:
    examination, component = _undecided(life)
    life.bench.examining.mark_internal_standard(examination.number, component, rank=1, actor=life.by(*EXPERTS))


@act("examining.leave_unidentified", Act.COMPONENT_LEFT)
def leave_unidentified(life: Life) -> None:
    examination, component = _undecided(life)
    reason = "" if life.slips() else "too weak"
    life.bench.examining.leave_unidentified(examination.number, component, reason=reason, actor=life.by(*EXPERTS))


@act("examining.note", Act.COMPONENT_NOTED)
def note_component(life: Life) -> None:
    examination, component = _undecided(life)
    words = "" if life.slips() else "m/z 58 also comes from the solvent"
    life.bench.examining.note(examination.number, component, words=words, actor=life.by(*EXPERTS))


@act("examining.reject", Act.CANDIDATE_REJECTED)
def reject_candidate(life: Life) -> None:
    examination, component = _undecided(life)
    reason = "" if life.slips() else "an ion of it is missing"
    life.bench.examining.reject(examination.number, component, rank=2, reason=reason, actor=life.by(*EXPERTS))


@act("examining.conclude", Act.EXAMINATION_CONCLUDED)
def conclude_examination(life: Life) -> None:
    examination = life.load(Examination, life.some(Examination, "open"))
    life.bench.examining.conclude(examination.number, actor=life.by(*EXPERTS), version=life.seen(examination))


# findings


def finding_facts(life: Life, exhibit: str, procedure: str, *, sampling: int = 2, **facts: Any) -> FindingFacts:
    """State what a technique showed."""
    technique = PROCEDURES[procedure][0]
    compared = procedure != _OF_COLOUR
    outcome = life.chance.choice((Outcome.POSITIVE,) * 4 + (Outcome.NEGATIVE, Outcome.INCONCLUSIVE))
    result = TechniqueOutcome(
        technique=technique,
        outcome=facts.pop("outcome", outcome),
        comparison=Comparison.REFERENCE_MATERIAL if compared else Comparison.NONE,
        reference="RS-1" if compared else "",
    )
    usual: dict[str, Any] = {
        "exhibit_number": exhibit,
        "sampling": sampling,
        "procedure_number": procedure,
        "system": BenchSystem(medium={_OF_FTIR: "ATR", _OF_COLOUR: "Mandelin", _OF_TLC: "silica"}[procedure]),
        "substance": SUBSTANCE,
        "results": (result,),
        "occurred_at": life.clock.now()
        - timedelta(minutes=life.chance.choice((0, 0, 1, 300, -5) if life.slips() else (0,))),
    }
    return FindingFacts(**usual | facts)


def evidence(life: Life, procedure: str) -> list[EvidenceFile]:
    """Write the file that a result of category A or B rests on; forgotten at times."""
    if procedure == _OF_COLOUR or life.slips(life.mistakes / 2):
        return []
    path = life.file("spectrum.jdx", f"##TITLE=measured {life.files} {life.chance.random()}".encode())
    return [EvidenceFile(path=path, kind=EvidenceKind.DATA)]


@act("finding.record", Act.FINDING_RECORDED)
def record_finding(life: Life) -> None:
    procedure = life.chance.choice(list(PROCEDURES))
    sampling = life.chance.choice((1, 2, 3))
    screen = {"field_device": "TruNarc 7", "field_operator": "Officer K."} if life.slips() else {}
    exhibit = life.some(Exhibit)
    deviations = life.children(Deviation, exhibit)
    deviation = deviations[-1].number if deviations and life.slips(0.3) else ""
    facts = finding_facts(life, exhibit, procedure, sampling=sampling, deviation_number=deviation, **screen)
    life.bench.finding.record(facts, files=evidence(life, procedure), actor=life.by(*BENCH))


@act("finding.correct", Act.FINDING_CORRECTED)
def correct_finding(life: Life) -> None:
    finding = life.load(Finding, life.some(Finding))
    facts = finding_facts(
        life,
        finding.exhibit_number,
        finding.procedure_number,
        sampling=life.chance.choice((finding.sampling, 1, 3)),
        occurred_at=finding.occurred_at,
    )
    actor = life.by(*(one for one in BENCH if one.number == finding.examiner))
    life.bench.finding.correct(finding.number, facts, reason="misread", actor=actor, version=life.seen(finding))


@act("finding.discard", Act.FINDING_DISCARDED)
def discard_finding(life: Life) -> None:
    finding = life.load(Finding, life.some(Finding))
    life.bench.finding.discard(finding.number, reason="wrong bag", actor=life.by(*EXPERTS), version=life.seen(finding))


# procedures and deviations


@act("validating.record", Act.PROCEDURE_RECORDED)
def record_procedure(life: Life) -> None:
    number = life.chance.choice((*PROCEDURES, "NEW-1", "NEW-1"))
    known = {line.number: line.version for line in life.listed(Procedure)}
    facts = ProcedureFacts(
        number=number, name=number, techniques=PROCEDURES.get(number, ("colour test",)), acceptance_criteria="colour"
    )
    life.bench.validating.record(facts, actor=life.by(*EXPERTS, QUALITY), replaces=known.get(number))


@act("validating.validate", Act.PROCEDURE_VALIDATED)
def validate_procedure(life: Life) -> None:
    day = life.chance.choice((LONG_AGO, life.today, life.today + timedelta(days=1)))
    number = life.some(Procedure, "in validation")
    life.bench.validating.validate(number, validated_on=day, record="VR-1", actor=life.by(*HEADS, QUALITY))


@act("validating.withdraw", Act.PROCEDURE_WITHDRAWN)
def withdraw_procedure(life: Life) -> None:
    life.bench.validating.withdraw(life.some(Procedure), reason="a better one", actor=life.by(*HEADS, QUALITY))


@act("validating.ask_deviation", Act.DEVIATION_ASKED)
def ask_deviation(life: Life) -> None:
    life.bench.validating.ask_deviation(
        life.some(Exhibit), life.some(Procedure), departure="less", justification="little sample", actor=life.by(*BENCH)
    )


@act("validating.authorise_deviation", Act.DEVIATION_AUTHORISED)
def authorise_deviation(life: Life) -> None:
    life.bench.validating.authorise_deviation(life.some(Deviation, "asked"), actor=life.by(*HEADS, QUALITY))


@act("validating.accept_deviation", Act.DEVIATION_ACCEPTED)
def accept_deviation(life: Life) -> None:
    facts = AcceptanceFacts(customer="Court", reference="letter 3", accepted_on=life.today)
    life.bench.validating.accept_deviation(life.some(Deviation, "authorised"), facts, actor=life.by(*EXPERTS, *HEADS))


# identifications


def basis_facts(life: Life, exhibit: str) -> BasisFacts:
    """Put together what is there about an exhibit; forget something at times, or claim a retention."""
    findings = [one for one in life.children(Finding, exhibit) if one.discard is None]
    done = [one for one in life.children(Examination, exhibit) if one.state != "open"]
    uses = [component_use(life, one, place) for place, one in enumerate(done, start=1)]
    isomers = IsomerSet(state=IsomerState.NONE_KNOWN, basis="looked for in the library")
    if life.slips(life.mistakes / 2):
        isomers = IsomerSet()
    kept = [one.number for one in findings]
    left_out: list[LeftOut] = []
    if kept and life.slips():
        left_out = [LeftOut(number=kept.pop(), reason="made on the wrong bag")] if life.slips(0.5) else []
    measure = "the whole sample was one spot" if life.slips() else ""
    return BasisFacts(
        findings=tuple(kept),
        components=tuple(uses),
        left_out=tuple(left_out),
        isomers=isomers,
        limited_sample_measure=measure,
    )


def component_use(life: Life, examination: Examination, sampling: int) -> ComponentUse:
    """Use the component that is the substance in question; the run without it says that it is not there."""
    found = [one.number for one in examination.identified if one.identity and one.identity.name == SUBSTANCE]
    retention = None
    if found and life.slips(life.mistakes / 2):
        retention = RetentionEvaluation(outcome=Outcome.POSITIVE, basis=RetentionBasis.INDEX)
    return ComponentUse(
        examination_number=examination.number,
        sampling=1 if life.slips() else sampling,
        component=found[0] if found else None,
        retention=retention,
    )


def question(exhibit: str) -> Question:
    """Ask whether an exhibit holds the substance."""
    return Question(exhibit_number=exhibit, substance=SUBSTANCE, inchikey=KEY[SUBSTANCE])


@act("identifying.open", Act.IDENTIFICATION_OPENED)
def open_identification(life: Life) -> None:
    exhibit = life.some(Exhibit)
    life.bench.identifying.open(question(exhibit), basis_facts(life, exhibit), actor=life.by(*EXPERTS))


def _mine(life: Life, identification: Identification) -> StaffMember:
    return life.by(*(one for one in EXPERTS if one.number == identification.expert))


@act("identifying.revise", Act.IDENTIFICATION_REVISED)
def revise_identification(life: Life) -> None:
    one = life.load(Identification, life.some(Identification, "open", "concluded"))
    facts = basis_facts(life, one.exhibit_number)
    life.bench.identifying.revise(one.number, facts, actor=_mine(life, one), version=life.seen(one))


VERDICTS = (
    Verdict(conclusion=Conclusion.IDENTIFIED),
    Verdict(conclusion=Conclusion.IDENTIFIED),
    Verdict(conclusion=Conclusion.LIMITED),
    Verdict(conclusion=Conclusion.INCONCLUSIVE, reason="too little"),
    Verdict(conclusion=Conclusion.NOT_DETECTED, scope="more than 0.1 %"),
    Verdict(conclusion=Conclusion.CLASS_ONLY, class_name="arylcyclohexylamines"),
)


@act("identifying.conclude", Act.IDENTIFICATION_CONCLUDED)
def conclude_identification(life: Life) -> None:
    one = life.load(Identification, life.some(Identification, "open"))
    verdict = life.chance.choice(VERDICTS)
    life.bench.identifying.conclude(one.number, verdict, actor=_mine(life, one), version=life.seen(one))


@act("identifying.agree", Act.IDENTIFICATION_CHECKED)
def agree(life: Life) -> None:
    one = life.load(Identification, life.some(Identification, "concluded"))
    life.bench.identifying.agree(one.number, actor=life.by(*REVIEWERS), version=life.seen(one))


@act("identifying.dispute", Act.IDENTIFICATION_DISPUTED)
def dispute(life: Life) -> None:
    one = life.load(Identification, life.some(Identification, "concluded"))
    life.bench.identifying.dispute(one.number, words="the ratio is off", actor=life.by(*REVIEWERS))


@act("identifying.resolve", Act.IDENTIFICATION_RESOLVED)
def resolve(life: Life) -> None:
    number = life.some(Identification, "disputed")
    stands = life.chance.random() < 0.5
    life.bench.identifying.resolve(number, words="measured again", stands=stands, actor=life.by(*HEADS, QUALITY))
