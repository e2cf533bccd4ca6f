"""Findings of the week: colour tests, infrared, immunoassay, plant material. None of them was made; each says so."""

from collections.abc import Sequence
from dataclasses import dataclass

from lims.demo.crew import Site
from lims.demo.registers import COLOUR, FTIR, IMMUNO, PLANT, kit_of, spectrometer_of, standard_of
from lims.demo.stage import SIMULATED, Stage
from lims.domain.exhibit import Exhibit
from lims.domain.finding import (
    BenchSystem,
    ControlOutcome,
    EvidenceKind,
    Finding,
    Reading,
    TechniqueOutcome,
)
from lims.domain.identification_rule import Comparison, Outcome
from lims.services.finding import EvidenceFile, FindingFacts
from substance_library import starter_substances

MACROSCOPY, MICROSCOPY = "macroscopic examination of cannabis", "microscopic examination of cannabis"


@dataclass(frozen=True, slots=True, kw_only=True)
class Test:
    """One test of an exhibit, as the story has it."""

    procedure: str
    techniques: tuple[str, ...]
    substance: str
    outcome: Outcome = Outcome.POSITIVE
    sampling: int = 1
    controls: tuple[str, ...] = ()
    is_class: bool = False
    reference: str = ""
    control_met: bool = True


def colour(substance: str, outcome: Outcome = Outcome.POSITIVE, *, is_class: bool = False) -> Test:
    """Plan a colour test, which is made on a sampling of its own."""
    return Test(
        procedure=COLOUR,
        techniques=("colour test",),
        substance=substance,
        outcome=outcome,
        sampling=2,
        controls=("negative control",),
        is_class=is_class,
    )


def infrared(substance: str, site: Site, outcome: Outcome = Outcome.POSITIVE) -> Test:
    """Plan an infrared spectrum, compared with a reference standard of the laboratory."""
    return Test(
        procedure=FTIR,
        techniques=("infrared spectroscopy",),
        substance=substance,
        outcome=outcome,
        controls=("background",),
        reference=standard_of(site, substance),
        control_met=outcome is not Outcome.INCONCLUSIVE,
    )


def immunoassay(substance: str, outcome: Outcome) -> Test:
    """Plan an immunoassay for a class of substances."""
    return Test(
        procedure=IMMUNO,
        techniques=("immunoassay",),
        substance=substance,
        outcome=outcome,
        controls=("negative control", "positive control"),
        is_class=True,
    )


def plant(technique: str, *, sampling: int) -> Test:
    """Plan one look at plant material."""
    return Test(procedure=PLANT, techniques=(technique,), substance="cannabis", sampling=sampling, reference="atlas")


def perform(stage: Stage, exhibit: Exhibit, site: Site, tests: Sequence[Test], *, by: str) -> tuple[str, ...]:
    """Record tests of an exhibit; give the numbers of the findings."""
    return tuple(_perform(stage, exhibit, site, one, by=by).number for one in tests)


def inchikey_of(substance: str) -> str | None:
    """Give the InChIKey of a substance of the package's table; None for what is none."""
    found = (str(one.inchikey) for one in starter_substances() if one.preferred_name == substance)
    return next(found, None)


def _perform(stage: Stage, exhibit: Exhibit, site: Site, test: Test, *, by: str) -> Finding:
    stage.clock.later(4)
    done_at = stage.clock.now()
    stage.clock.later(2)
    facts = FindingFacts(
        exhibit_number=exhibit.number,
        sampling=test.sampling,
        procedure_number=test.procedure,
        system=_system(site, test),
        substance=test.substance,
        inchikey=None if test.is_class else inchikey_of(test.substance),
        is_class=test.is_class,
        results=tuple(_result(name, test) for name in test.techniques),
        occurred_at=done_at,
        controls=tuple(ControlOutcome(name=name, met=test.control_met) for name in test.controls),
    )
    files = () if test.procedure in {COLOUR, IMMUNO} else (_evidence(stage, exhibit, test),)
    return stage.laboratory.finding.record(facts, files=files, actor=stage.crew[by])


def _result(technique: str, test: Test) -> TechniqueOutcome:
    return TechniqueOutcome(
        technique=technique,
        outcome=test.outcome,
        readings=(Reading(name="story", value=f"{test.outcome.value}: simulated"),),
        comparison=Comparison.REFERENCE_MATERIAL if test.reference else Comparison.NONE,
        reference=test.reference,
    )


def _system(site: Site, test: Test) -> BenchSystem:
    if test.procedure == FTIR:
        return BenchSystem(instrument=spectrometer_of(site), medium="simulated, no spectrum was measured")
    if test.procedure == PLANT:
        return BenchSystem(instrument=f"MIC-{site.code}", medium="simulated")
    return BenchSystem(medium="kit, simulated", lot=kit_of(site))


def _evidence(stage: Stage, exhibit: Exhibit, test: Test) -> EvidenceFile:
    """Write a file that says that it holds no data; its bytes are of this finding alone."""
    name = f"{exhibit.number.replace('/', '-')}-{test.techniques[0].replace(' ', '-')}-{stage.clock.moment:%d%H%M}.txt"
    path = stage.folder / name
    path.write_text(f"{SIMULATED}\n{exhibit.number}: {', '.join(test.techniques)}\n", "utf-8")
    return EvidenceFile(path=path, kind=EvidenceKind.DATA)
