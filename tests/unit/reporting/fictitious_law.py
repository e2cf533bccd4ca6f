"""Made-up determinations for reports: no act, row, rule or threshold in here is of any law."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import fictitious_circumstances

from lims.domain.identification import Conclusion
from lims.domain.identification_basis import IsomerState
from lims.domain.legal_determination import StructureLevel
from lims.domain.question_answer import AnswerGround, GroundKind, QuestionAnswer
from lims.domain.report_content import Finding, IdentificationSection, ReportContent
from lims.domain.report_kind import ReportKind
from lims.domain.report_law import (
    EditionNote,
    LegalDay,
    LegalEntryNote,
    LegalSection,
    SizeNote,
    SizeThresholdNote,
    SlotNote,
)
from substance_library.determination import Content, FindingKind, LegalStatus
from substance_library.editions import Standing
from substance_library.thresholds import (
    Basis,
    Dryness,
    Matter,
    SizeClass,
    SizeResult,
    ThresholdDecision,
    WeighedAmount,
)

SEIZED = date(2021, 3, 5)
PREPARED = date(2026, 11, 22)
"""The day of ``fictitious_reports.PREPARED_AT`` in the laboratory."""
ETIZOLAM = "CCc1cc2C(=NCc3nnc(C)n3c2s1)c1ccccc1Cl"
KEY = "VMZUTJCNQWMAGF-UHFFFAOYSA-N"
FIRST = EditionNote(act="ZZ-1", number="ZZ-1/1", amended_by="", standing=Standing.IN_FORCE)
SECOND = EditionNote(
    act="ZZ-1", number="ZZ-1/2", amended_by="No. 2 of 1 January 2023 (fictitious)", standing=Standing.DOUBTFUL
)
NAMED = LegalEntryNote(
    kind=FindingKind.LISTED,
    name="Etizolam",
    citation="Fictitious act ZZ-1",
    editions=("ZZ-1/1",),
    place="Table I, 7",
    entry="ZZ-1/7",
    how="the same structure",
    notes=("its salts are taken in",),
)
OTHER_LIST = replace(
    NAMED, citation="Fictitious decree ZZ-2", editions=("ZZ-2/1",), place="list of potent substances, 31", entry="31"
)
RULE = LegalEntryNote(
    kind=FindingKind.COVERED,
    name="toy class of thienodiazepines",
    citation="Fictitious act ZZ-1",
    editions=("No. 2 of 1 January 2020",),
    place="Table I, 9",
    entry="ZZ-1/9",
    how="the rule takes it in",
    rule="TOY_THIENODIAZEPINE",
    core="toy form b",
    slots=(
        SlotNote(slot="R1", fragment="[*]CC", allowed_by="alkyl with not more than six carbon atoms"),
        SlotNote(slot="R2", fragment="[*]c1ccccc1Cl", allowed_by="phenyl, also halogenated"),
    ),
    open_points=("whether the ring may carry a triazole",),
    exemption="medicines of a toy register",
    source="made up",
)
DERIVED = LegalEntryNote(
    kind=FindingKind.COVERED,
    name="toy base",
    citation="Fictitious act ZZ-1",
    editions=("ZZ-1/1",),
    place="annex 1, 12",
    entry="ZZ-1/12",
    how="an analogue by derivation",
    base="ZZ-1/12",
    substituents=("[*]Cl (annex 3, row 4)", "[*]CC (annex 3, row 1)"),
)
BASIS = Basis(matter=Matter.MIXTURE, form=None, dryness=Dryness.AS_IS)
WEIGHED = WeighedAmount(amount=Decimal("50.05"), u=Decimal("0.06"), unit="g", basis=BASIS)
STRADDLING = SizeNote(
    citation="Fictitious act ZZ-1",
    result=SizeResult.NOT_DECIDED,
    readings=(SizeResult.SMALL, SizeResult.LARGE),
    name="Etizolam",
    editions=("ZZ-1/1",),
    thresholds=(
        SizeThresholdNote(
            size=SizeClass.SMALL,
            amount=Decimal("0.01"),
            unit="g",
            inclusive=False,
            decision=ThresholdDecision.EXCEEDED,
        ),
        SizeThresholdNote(
            size=SizeClass.LARGE,
            amount=Decimal("50.00"),
            unit="g",
            inclusive=True,
            decision=ThresholdDecision.NOT_DECIDED,
        ),
    ),
)
ON_SEIZURE = LegalDay(
    day=SEIZED,
    status=LegalStatus.LISTED_BY_NAME,
    entries=(NAMED, OTHER_LIST, RULE, DERIVED),
    missing=("Fictitious act ZZ-1, annex 3",),
    sizes=(STRADDLING,),
    acts=("ZZ-1", "ZZ-2"),
    editions=(FIRST,),
    warnings=("Fictitious act ZZ-1: amendments after 2024-02-06 are not loaded",),
)
ON_REPORT = LegalDay(
    day=PREPARED,
    status=LegalStatus.NOT_COVERED,
    entries=(),
    missing=(),
    acts=("ZZ-1",),
    editions=(SECOND,),
)
SECTION = LegalSection(
    number="2026-9001/3-L1",
    substance="Etizolam",
    jurisdiction="ZZ",
    on_seizure=ON_SEIZURE,
    on_report=ON_REPORT,
    reviewed=True,
    structures=(ETIZOLAM,),
    inchikeys=(KEY,),
    level=StructureLevel.NO_STEREO,
    content=Content(percent=Decimal("5.2"), u_percent=Decimal("0.3")),
    weighed=WEIGHED,
    weighing_number="2026-9001/3-W9",
    determined_by="E-07",
    reviewed_by="E-11",
)
UNDECIDED = LegalDay(
    day=PREPARED,
    status=LegalStatus.CANNOT_DECIDE,
    entries=(),
    missing=("Fictitious decree YY-470, annex 1 (list)", "Fictitious decree YY-470, annex 3 (substituents)"),
    acts=("YY-470",),
    editions=(EditionNote(act="YY-470", number="YY-470/1", amended_by="", standing=Standing.DOUBTFUL),),
    warnings=("Fictitious decree YY-470: amendments after 2024-02-06 are not loaded",),
)
OVERRIDDEN = LegalSection(
    number="2026-9001/3-L2",
    substance="Etizolam",
    jurisdiction="YY",
    on_seizure=replace(UNDECIDED, day=SEIZED),
    on_report=UNDECIDED,
    reviewed=False,
    override=LegalStatus.LISTED_BY_NAME,
    override_reason="the printed official text of YY names it in row 4",
    override_by="E-07",
    override_at=datetime(2026, 11, 22, 8, 0, tzinfo=UTC),
    structures=(ETIZOLAM,),
    inchikeys=(KEY,),
    level=StructureLevel.COMPLETE,
    determined_by="E-07",
)


def identified(substance: str, *, number: int = 1) -> IdentificationSection:
    """Give a section of a conclusion that names a substance, and no more than that."""
    return IdentificationSection(
        number=f"2026-9001/3-N{number}",
        version=2,
        substance=substance,
        inchikey=None,
        conclusion=Conclusion.IDENTIFIED,
        class_name="",
        scope="",
        reason="",
        rule="identification/1",
        identity=(substance,),
        isomers=IsomerState.NONE_KNOWN,
        results=(),
        left_out=(),
        limitations=(),
        added_limitations=(),
        limited_sample_measure="",
        correlation_reason="",
        disagreements=(),
        checked=False,
    )


def legal_report(
    *sections: LegalSection,
    language: str = "en",
    seized: date | None = SEIZED,
    substances: tuple[str, ...] = ("Etizolam",),
) -> ReportContent:
    """Give a report that says everything that a report can say, with these determinations."""
    content = fictitious_circumstances.full_report(language)
    run = content.runs[0]
    found = replace(run.components[0], finding=Finding.IDENTIFIED, identification="2026-9001/3-N1", lacking=())
    if "Etizolam" in substances:
        run = replace(run, components=(found, *run.components[1:]))
    return replace(
        content,
        runs=(run,),
        case=replace(content.case, seizure_date=seized),
        identifications=tuple(identified(name, number=n) for n, name in enumerate(substances, start=1)),
        circumstances=replace(content.circumstances, legal=sections),
    )


def golden_report(language: str) -> ReportContent:
    """Give the report that is kept as golden: two determinations, and a substance that nobody determined."""
    content = legal_report(SECTION, OVERRIDDEN, language=language, substances=("Etizolam", "Cathinone"))
    return replace(content, kinds=(ReportKind.IDENTIFICATION,), answers=answers_to(content))


def answers_to(content: ReportContent) -> tuple[QuestionAnswer, ...]:
    """Answer the first question by identifications and a determination; say why the second is not answered."""
    which, mass = content.case.questions
    said = {"stated_by": "E-07", "stated_at": content.prepared_at}
    grounds = tuple(
        AnswerGround(kind=kind, number=f"2026-9001/3-{number}")
        for kind, number in (
            (GroundKind.IDENTIFICATION, "N1"),
            (GroundKind.DETERMINATION, "L1"),
            (GroundKind.WEIGHING, "W1"),
            (GroundKind.SAMPLING, "S1"),
        )
    )
    words = "Both tablets that were opened hold the same substance (made up)."
    return (
        QuestionAnswer(question=1, wording=which, grounds=grounds, words=words, **said),
        QuestionAnswer(question=2, wording=mass, reason="only two of twelve tablets were weighed (made up)", **said),
    )
