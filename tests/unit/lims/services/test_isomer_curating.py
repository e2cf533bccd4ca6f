"""Isomer groups of a release, proposed and judged, and what an identification makes of them."""

import dataclasses
from datetime import timedelta

import pytest

from lims.domain.finding import BenchSystem, TechniqueOutcome
from lims.domain.identification import Conclusion, Verdict
from lims.domain.identification_basis import Isomer, IsomerSet, IsomerState
from lims.domain.identification_rule import Comparison, Outcome
from lims.domain.isomer_group import GroupStatus
from lims.errors import InvalidRecordError, NotFoundError, NotPermittedError, TransitionError
from lims.services.finding import FindingFacts
from lims.services.identifying import BasisFacts
from lims.services.isomers import CandidateIsomers
from lims.services.supporting import ComponentUse, Question
from lims.services.validating import ProcedureFacts
from substance_library import principal_ions
from tests.builders.laboratories import ADMIN, EXAMINATION, EXPERT, TECHNICIAN
from tests.builders.people import LONG_AGO, QUALITY, grant

NAME = "Ketamine"
"""In the training run."""
KETAMINE = next(one for one in principal_ions() if one.name == NAME)
KEY = str(KETAMINE.inchikey)
FAR, TWIN = "A" * 14 + "-UHFFFAOYSA-N", "B" * 14 + "-UHFFFAOYSA-N"
RELEASE = "measured-twice"
GROUP = f"{RELEASE} EI {KETAMINE.formula}"
EXHIBIT = "2026-0001/1"


def write_release(path):
    """Write the principal ions, thirty of them twice; and two made-up isomers of ketamine, one like it, one not."""
    lines = []
    for place, one in enumerate(principal_ions()):
        lines += _record(one.name, one.inchikey, one.formula, one.spectrum)
        if place < 30 and one.name != NAME:
            lines += _record(one.name, one.inchikey, one.formula, one.spectrum, added=place)
    lines += _record("far isomer", FAR, KETAMINE.formula, KETAMINE.spectrum, shift=1)
    lines += _record("twin", TWIN, KETAMINE.formula, KETAMINE.spectrum, added=4)
    path.write_text("\n".join(lines), "utf-8")
    return path


def _record(name, inchikey, formula, spectrum, *, shift=0, added=0):
    """Give a record; what is added to every other height makes a repetition a little different."""
    peaks = enumerate(zip(spectrum.mz.tolist(), spectrum.intensity.tolist(), strict=True))
    head = [f"Name: {name}", f"InChIKey: {inchikey}", f"Formula: {formula}", f"Num Peaks: {len(spectrum.mz)}"]
    return [*head, *(f"{round(mz) + shift} {round(h) + added * (n % 2)}" for n, (mz, h) in peaks), ""]


@pytest.fixture(scope="module")
def release_file(tmp_path_factory):
    return write_release(tmp_path_factory.mktemp("release") / f"{RELEASE}.msp")


@pytest.fixture
def lab(bench, release_file):
    bench.hire()
    bench.curating.add_release(release_file, actor=ADMIN)
    return bench


@pytest.fixture
def examined(lab, training_file):
    """Give it with a concluded examination in that release: ketamine is found."""
    lab.exhibit()
    for person in (TECHNICIAN, EXPERT):
        grant(lab, person, "COLOUR-1")
    facts = ProcedureFacts(number="COLOUR-1", name="c", techniques=("colour test",), acceptance_criteria="c")
    lab.validating.record(facts, actor=EXPERT)
    lab.validating.validate("COLOUR-1", validated_on=LONG_AGO, record="VR", actor=QUALITY)
    lab.clock.advance(hours=1)
    lab.importing.import_run(training_file, exhibit_number=EXHIBIT, actor=TECHNICIAN)
    examination = lab.examining.open(f"{EXHIBIT}-R1", release_name=RELEASE, actor=EXPERT)
    for component in examination.components:
        lab.examining.identify(examination.number, component.number, rank=1, actor=EXPERT)
    lab.examining.conclude(examination.number, actor=EXPERT)
    return lab


def colour(lab):
    result = TechniqueOutcome(technique="colour test", outcome=Outcome.POSITIVE, comparison=Comparison.NONE)
    facts = FindingFacts(
        exhibit_number=EXHIBIT,
        sampling=2,
        procedure_number="COLOUR-1",
        system=BenchSystem(medium="Mandelin"),
        substance=NAME,
        results=(result,),
        occurred_at=lab.clock.now() - timedelta(minutes=1),
    )
    return lab.finding.record(facts, files=[], actor=TECHNICIAN).number


def facts_of(lab, finding):
    identified = lab.examining.get(EXAMINATION).identified
    component = next(one.number for one in identified if one.identity.name == NAME)
    return BasisFacts(
        findings=(finding,),
        components=(ComponentUse(examination_number=EXAMINATION, sampling=1, component=component),),
        isomers=IsomerSet(state=IsomerState.NONE_KNOWN, basis="looked for"),
    )


def opened(lab):
    return lab.identifying.open(
        Question(exhibit_number=EXHIBIT, substance=NAME, inchikey=KEY), facts_of(lab, colour(lab)), actor=EXPERT
    )


def by_name(identification):
    return {one.name: one for one in identification.basis.isomers.isomers}


def test_id_6_a_candidate_has_its_isomers_before_anybody_identified_it(lab):
    """Nothing is told apart before the curator confirmed it; then only what the group says."""
    asked, release = Question(exhibit_number="", substance=NAME, inchikey=KEY), lab.curating.release(RELEASE)
    known, before = lab.identifying.known_isomers(asked, release), lab.entries
    assert {"far isomer", "twin"} <= {one.name for one in lab.identifying.isomers_of(asked, known, RELEASE).alike}
    (group,) = lab.isomer_curating.propose(RELEASE, formulas=(KETAMINE.formula,), actor=ADMIN)
    assert lab.identifying.isomers_of(asked, known, RELEASE).told_apart == ()
    lab.isomer_curating.confirm(group.number, reason="looked at", actor=ADMIN)
    found = lab.identifying.isomers_of(asked, known, RELEASE)
    assert [(one.name, one.group) for one in found.told_apart] == [("far isomer", GROUP)]
    assert "twin" in {one.name for one in found.alike}
    unnamed = Question(exhibit_number="", substance=NAME)
    nothing = lab.identifying.known_isomers(unnamed, release)
    assert lab.identifying.isomers_of(unnamed, nothing, RELEASE) == CandidateIsomers()
    assert lab.entries == before + 2


def test_id_6_what_a_release_does_not_tell_apart_is_computed_from_its_own_spectra(lab):
    before = lab.entries
    (group,) = lab.isomer_curating.propose(RELEASE, formulas=(KETAMINE.formula,), actor=ADMIN)
    assert lab.entries == before + 1
    assert (group.number, group.state, group.repetitions) == (GROUP, "proposed", 30)
    assert group.sets == ((KEY, TWIN),)
    told = {frozenset((one.first, one.second)): one.told_apart for one in group.pairs}
    assert told == {frozenset((KEY, TWIN)): False, frozenset((KEY, FAR)): True, frozenset((FAR, TWIN)): True}
    assert "level 0.05" in group.criterion
    assert group.release_sha256 == lab.curating.release(RELEASE).sha256
    assert lab.isomer_curating.of_release(RELEASE) == (group,)


def test_a_formula_is_proposed_once(lab):
    lab.isomer_curating.propose(RELEASE, formulas=(KETAMINE.formula,), actor=ADMIN)
    before = lab.entries
    assert lab.isomer_curating.propose(RELEASE, formulas=(KETAMINE.formula,), actor=ADMIN) == ()
    assert lab.entries == before
    others = lab.isomer_curating.propose(RELEASE, actor=ADMIN)
    assert KETAMINE.formula not in {one.formula for one in others}
    assert all(len(one.members) > 1 for one in others)
    relations = {one.formula: {pair.relation for pair in one.pairs} for one in others}
    assert relations["C10H12FNO"] == {"positional isomers"}


def test_who_and_what_is_refused(lab):
    with pytest.raises(NotPermittedError):
        lab.isomer_curating.propose(RELEASE, actor=EXPERT)
    with pytest.raises(NotFoundError, match="C1H1"):
        lab.isomer_curating.propose(RELEASE, formulas=("C1H1",), actor=ADMIN)
    training = lab.curating.add_training_release(actor=ADMIN).number
    with pytest.raises(InvalidRecordError, match="it tells nothing apart"):
        lab.isomer_curating.propose(training, actor=ADMIN)
    lab.isomer_curating.propose(RELEASE, formulas=(KETAMINE.formula,), actor=ADMIN)
    with pytest.raises(InvalidRecordError, match="reason"):
        lab.isomer_curating.confirm(GROUP, reason=" ", actor=ADMIN)
    with pytest.raises(NotPermittedError):
        lab.isomer_curating.confirm(GROUP, reason="seen", actor=EXPERT)
    lab.isomer_curating.confirm(GROUP, reason="seen", actor=ADMIN)
    with pytest.raises(TransitionError):
        lab.isomer_curating.confirm(GROUP, reason="seen", actor=ADMIN)


def test_id_6_a_proposal_that_nobody_confirmed_takes_nothing_out_of_a_set(examined):
    examined.isomer_curating.propose(RELEASE, actor=ADMIN)
    isomers = by_name(opened(examined))
    assert {"far isomer", "twin"} <= set(isomers)
    assert not any(one.separated_by for one in isomers.values())


def test_l_3_a_confirmed_group_and_a_positive_spectrum_take_out_what_they_tell_apart(examined):
    examined.isomer_curating.propose(RELEASE, actor=ADMIN)
    examined.isomer_curating.confirm(GROUP, reason="spectra compared", actor=ADMIN)
    one = opened(examined)
    far, twin = by_name(one)["far isomer"], by_name(one)["twin"]
    assert (far.separated_by, far.group, far.group_version) == (EXAMINATION, GROUP, 2)
    assert (twin.separated_by, twin.group) == ("", "")
    assert one.basis.isomers.inseparable == ("twin",)
    concluded = examined.identifying.conclude(one.number, Verdict(conclusion=Conclusion.LIMITED), actor=EXPERT)
    assert concluded.outcome.identity == (NAME, "twin")


def test_rp_1_1_a_conclusion_does_not_rest_on_a_group_that_was_rejected_after_it(examined):
    examined.isomer_curating.propose(RELEASE, actor=ADMIN)
    examined.isomer_curating.confirm(GROUP, reason="spectra compared", actor=ADMIN)
    one = opened(examined)
    assert not [words for words in examined.identifying.faults(EXHIBIT) if "isomer group" in words]
    rejected = examined.isomer_curating.reject(GROUP, reason="spectrum of another salt", actor=ADMIN)
    assert rejected.status is GroupStatus.REJECTED
    with pytest.raises(TransitionError, match=r"isomer group .* told far isomer apart in version 2 and is rejected"):
        examined.identifying.conclude(one.number, Verdict(conclusion=Conclusion.LIMITED), actor=EXPERT)
    (finding,) = [support.number for support in one.basis.supports if support.number != EXAMINATION]
    revised = examined.identifying.revise(one.number, facts_of(examined, finding), actor=EXPERT)
    assert not by_name(revised)["far isomer"].separated_by


def test_what_the_expert_says_is_kept_beside_a_group(examined):
    examined.isomer_curating.propose(RELEASE, actor=ADMIN)
    examined.isomer_curating.confirm(GROUP, reason="spectra compared", actor=ADMIN)
    finding = colour(examined)
    facts = facts_of(examined, finding)
    asked = Question(exhibit_number=EXHIBIT, substance=NAME, inchikey=KEY)
    one = examined.identifying.open(asked, facts, actor=EXPERT)
    stated = tuple(Isomer(name=isomer.name, separated_by=finding) for isomer in one.basis.isomers.isomers)
    said = dataclasses.replace(facts, isomers=dataclasses.replace(one.basis.isomers, isomers=stated))
    revised = examined.identifying.revise(one.number, said, actor=EXPERT)
    assert {isomer.separated_by for isomer in revised.basis.isomers.isomers} == {finding}
    assert {isomer.group for isomer in revised.basis.isomers.isomers} == {""}
