"""Made-up quantitations and negative results for reports: no run, batch, lot or exhibit in here exists."""

import json
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

import fictitious_law

from lims.domain.identification import Conclusion
from lims.domain.identification_rule import Comparison, Outcome
from lims.domain.quantitation import Quantitation
from lims.domain.question_answer import AnswerGround, GroundKind, QuestionAnswer
from lims.domain.record import from_body
from lims.domain.report_content import Finding, ReportContent, ResultSection
from lims.domain.report_kind import ReportKind
from lims.domain.technique import Category

_FILE = Path(__file__).with_name("fictitious_quantitation.json")
"""Two records of simulated runs: etizolam with its content, cathinone that is not there."""
SCOPE = "one per cent of the portion would have shown in both techniques (made up)"


@lru_cache(maxsize=1)
def quantitations() -> tuple[Quantitation, ...]:
    """Give the two records."""
    return tuple(from_body(Quantitation, body) for body in json.loads(_FILE.read_text("utf-8")))


def quantitation_report(language: str = "en") -> ReportContent:
    """Give a report with an identified and measured substance; its second question asks how much."""
    content = fictitious_law.legal_report(fictitious_law.SECTION, language=language)
    measured = quantitations()[0]
    which, mass = content.case.questions
    said = {"stated_by": "E-07", "stated_at": content.prepared_at}
    named = AnswerGround(kind=GroundKind.IDENTIFICATION, number="2026-9001/3-N1")
    how_much = AnswerGround(kind=GroundKind.QUANTITATION, number=measured.number)
    return replace(
        content,
        kinds=(ReportKind.IDENTIFICATION, ReportKind.QUANTITATION),
        quantitations=(measured,),
        answers=(
            QuestionAnswer(question=1, wording=which, grounds=(named,), **said),
            QuestionAnswer(question=2, wording=mass, grounds=(how_much,), **said),
        ),
    )


def negative_report(language: str = "en") -> ReportContent:
    """Give a report in which nothing was named, and one substance was looked for by two techniques."""
    content = fictitious_law.legal_report(language=language, substances=())
    run = content.runs[0]
    components = tuple(
        replace(one, finding=Finding.NOT_IDENTIFIED, identity=None, lacking=()) for one in run.components
    )
    absent = replace(
        fictitious_law.identified("Cathinone"),
        conclusion=Conclusion.NOT_DETECTED,
        scope=SCOPE,
        results=(_result("mass spectrometry", Category.A, 1), _result("colour test", Category.C, 2)),
    )
    which, mass = content.case.questions
    said = {"stated_by": "E-07", "stated_at": content.prepared_at}
    ground = AnswerGround(kind=GroundKind.IDENTIFICATION, number=absent.number)
    return replace(
        content,
        runs=(replace(run, components=components),),
        circumstances=replace(content.circumstances, sampling=()),
        kinds=(ReportKind.QUANTITATION, ReportKind.NEGATIVE),
        identifications=(absent,),
        quantitations=(quantitations()[1],),
        answers=(
            QuestionAnswer(question=1, wording=which, grounds=(ground,), **said),
            QuestionAnswer(question=2, wording=mass, reason="nothing was found whose mass is asked (made up)", **said),
        ),
    )


def _result(technique: str, category: Category, sampling: int) -> ResultSection:
    return ResultSection(
        number=f"2026-9001/3-T{sampling}",
        technique=technique,
        category=category,
        outcome=Outcome.NEGATIVE,
        sampling=sampling,
        system="made up",
        comparison=Comparison.LIBRARY,
        reference="EXAMPLE-3.4/7",
        counted=False,
        note="",
    )
