"""Made-up reports of the kinds that their object makes, and an amendment: nothing in them exists."""

from dataclasses import replace
from datetime import UTC, datetime

import fictitious_law
import fictitious_reports

from lims.domain.amendment import Amendment
from lims.domain.exhibit import ExhibitKind
from lims.domain.identification_rule import Comparison, Outcome
from lims.domain.report_content import Finding, ReportContent, ResultSection
from lims.domain.report_kind import ReportKind
from lims.domain.report_object import BiologicalSection, SceneSection, SeizedObject
from lims.domain.seizure import Channel
from lims.domain.technique import Category

SCENE = SceneSection(
    seizure_number="2026-9001-Z1",
    channel=Channel.LABORATORY,
    objects=(
        SeizedObject(number="2026-9001/1", kind=ExhibitKind.EQUIPMENT, description="Glass flask with brown stains"),
        SeizedObject(number="2026-9001/2", kind=ExhibitKind.PRECURSOR, description="Canister with a clear liquid"),
        SeizedObject(number="2026-9001/3", kind=None, description="Twelve white tablets in a transparent bag"),
    ),
)
BLOOD = BiologicalSection(
    matrix=ExhibitKind.BLOOD,
    donor_code="7KQ2MXWP",
    collected_at=datetime(2026, 11, 4, 18, 40, tzinfo=UTC),
    storage="cold, 2 to 8 °C",
)


def result(number: str, sampling: int, *, counted: bool = True) -> ResultSection:
    return ResultSection(
        number=number,
        technique="mass spectrometry",
        category=Category.A,
        outcome=Outcome.POSITIVE,
        sampling=sampling,
        system="GC-MS",
        comparison=Comparison.LIBRARY,
        reference="EXAMPLE-3.4/7",
        counted=counted,
        note="",
    )


def second_result(number: str, sampling: int) -> ResultSection:
    """Give what the rule asks for beside mass spectrometry: another principle, on a portion of its own."""
    technique = {"technique": "infrared spectroscopy", "system": "FTIR", "reference": "made up"}
    return replace(result(number, sampling), **technique)


def identified_report(*results: ResultSection, language: str = "en") -> ReportContent:
    """Give a plain report in which Etizolam was identified by some results."""
    plain = fictitious_reports.report(language=language)
    run = plain.runs[0]
    found = replace(run.components[0], finding=Finding.IDENTIFIED, identification="2026-9001/3-N1", lacking=())
    return replace(
        plain,
        runs=(replace(run, components=(found, *run.components[1:])),),
        identifications=(replace(fictitious_law.identified("Etizolam"), results=results),),
        kinds=(ReportKind.IDENTIFICATION,),
    )


def synthesis_report(language: str = "en", *, scene: SceneSection = SCENE) -> ReportContent:
    """Give a report about one object of a clandestine laboratory."""
    plain = identified_report(result("2026-9001/3-B1", 1), second_result("2026-9001/3-B2", 2), language=language)
    return replace(plain, scene=scene, kinds=(*plain.kinds, ReportKind.SYNTHESIS))


def biological_report(language: str = "en", *, material: BiologicalSection = BLOOD) -> ReportContent:
    """Give a report about blood, in which two portions were examined."""
    plain = identified_report(result("2026-9001/3-B1", 1), second_result("2026-9001/3-B2", 2), language=language)
    exhibit = replace(plain.exhibit, description="Tube with about 4 mL of blood, closed", unit_count=None)
    return replace(plain, exhibit=exhibit, biological=material, kinds=(*plain.kinds, ReportKind.BIOLOGICAL))


def amending_report(language: str = "en") -> ReportContent:
    """Give an amendment of a report that was issued."""
    plain = identified_report(result("2026-9001/3-B1", 1), second_result("2026-9001/3-B2", 2), language=language)
    return replace(
        plain,
        number="2026-9001/3-R2",
        prepared_at=datetime(2026, 12, 1, 5, 0, tzinfo=UTC),
        amendment=Amendment(
            replaces="2026-9001/3-R1",
            changes="The wording of the second question.",
            reason="The letter EX-78 of the appointing body corrects it.",
        ),
    )
