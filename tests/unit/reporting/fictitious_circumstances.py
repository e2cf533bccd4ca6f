"""Made-up circumstances of a report: masses, sampling, runs, custody; no person, case or object in here exists."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import fictitious_reports

from lims.domain.examination import ExaminationStatus
from lims.domain.report_circumstances import (
    AliquotCustody,
    Circumstances,
    ConsumedSection,
    CustodyGap,
    CustodySpan,
    CustodyWith,
    DeviationSection,
    DrawNote,
    ListedRun,
    NonconformityNote,
    OmissionNote,
    PermissionNote,
    RunExamined,
    SamplingSection,
    ThresholdSection,
    WarningNote,
    WeightSection,
)
from lims.domain.report_content import ReportContent
from lims.domain.report_item import ReportItem
from lims.domain.request import Consumption
from lims.domain.sampling_plan import PlanDesign, SamplingMethod
from lims.domain.sampling_statement import SamplingStatement, StatementKind
from lims.domain.unit_draw import BLACK_BOX, GENERATOR, draw_units
from lims.domain.weighing import WeighingPurpose, state_mass
from lims.services.report_circumstances import threshold_section
from substance_library.thresholds import decide_threshold

RECEIVED = datetime(2026, 11, 5, 4, 30, tzinfo=UTC)
EXHIBIT = "2026-9001/3"
DESIGN = PlanDesign(
    method=SamplingMethod.HYPERGEOMETRIC,
    testing="each unit screened by a colour test and confirmed by GC-MS",
    proportion=Decimal("0.5"),
    confidence=Decimal("0.95"),
)


def weight(number: int, mass: str, u: str, *, purpose: WeighingPurpose, k: int = 2, reason: str = "") -> WeightSection:
    stated = state_mass(Decimal(mass), u_g=Decimal(u), k=Decimal(k))
    return WeightSection(
        number=f"{EXHIBIT}-W{number}",
        item_number=EXHIBIT,
        purpose=purpose,
        mass_g=stated.mass_g,
        u_g=stated.u_g,
        k=stated.k,
        coverage_percent=stated.coverage_percent,
        balance_number="BAL-EXAMPLE",
        certificate="EXAMPLE-77",
        weighed_at=RECEIVED + timedelta(days=1),
        manual_reason=reason,
    )


def threshold(mass: str, *, limit: str = "50.00", u: str = "0.05") -> ThresholdSection:
    found = decide_threshold(Decimal(mass), u_g=Decimal(u), threshold_g=Decimal(limit))
    return threshold_section(found, basis="an example; no threshold of any law")


def sampling() -> SamplingSection:
    """Give a plan whose statement and units follow from its figures."""
    return SamplingSection(
        number=f"{EXHIBIT}-S1",
        alike_in="size, colour, imprint",
        photograph=f"{EXHIBIT}-F1",
        statement=SamplingStatement(
            kind=StatementKind.AT_LEAST,
            population=12,
            to_test=3,
            tested=3,
            not_positive=0,
            substances=("Etizolam",),
            at_least=6,
            design=DESIGN,
            earlier_designs=(),
            changed_after_results=False,
        ),
        testing=DESIGN.testing,
        units=draw_units(tuple(range(1, 13)), count=3, seed=20261122),
        draws=(DrawNote(drawn_at=RECEIVED + timedelta(days=1), generator=GENERATOR, seed=20261122),),
    )


def black_box() -> SamplingSection:
    drawn = DrawNote(drawn_at=RECEIVED + timedelta(days=1), generator=BLACK_BOX, seed=None)
    plan = sampling()
    statement = replace(plan.statement, kind=StatementKind.SPLIT, at_least=None)
    into = (f"{EXHIBIT}-S3", f"{EXHIBIT}-S4")
    return replace(plan, number=f"{EXHIBIT}-S2", statement=statement, draws=(drawn,), split_into=into)


def listed(number: int, **facts: object) -> ListedRun:
    usual = {
        "number": f"{EXHIBIT}-R{number}",
        "item_number": EXHIBIT,
        "file_name": f"2026-11-20_example_{number:03d}.D",
        "sha256": fictitious_reports.digest(f"run {number}"),
        "acquired_at": "20 Nov 26  11:52 am",
        "imported_at": RECEIVED + timedelta(days=15),
        "imported_by": "E-07",
        "batch_number": "B-2026-0042",
        "discard_reason": "",
        "examinations": (),
        "reported": False,
    }
    return ListedRun(**usual | facts)  # type: ignore[arg-type]  # a test may try anything


def circumstances() -> Circumstances:
    """Give one of everything."""
    examined = RunExamined(number=f"{EXHIBIT}-R2-E1", status=ExaminationStatus.CONCLUDED, found=("Etizolam",))
    return Circumstances(
        address="Example street 9, Exampletown",
        place_of_work="Example street 10, Exampletown",
        work_began_at=RECEIVED + timedelta(days=1),
        work_ended_at=RECEIVED + timedelta(days=16),
        weights=(
            weight(1, "14.2", "0.05", purpose=WeighingPurpose.RECEIVED),
            weight(2, "1.23456", "0.0443780", purpose=WeighingPurpose.BEFORE, reason="the line to the balance broke"),
            weight(3, "0.1029", "0.0123", purpose=WeighingPurpose.UNIT, k=3),
        ),
        consumed=(ConsumedSection(item_number=EXHIBIT, purpose="colour test", permission="order EX-77, point 3"),),
        losses=("a fragment fell to the floor",),
        thresholds=tuple(threshold(mass) for mass in ("50.06", "50.05", "49.94")),
        sampling=(sampling(), black_box()),
        all_runs=(
            listed(1, discard_reason="the needle was blocked"),
            listed(2, examinations=(examined,), reported=True),
            listed(3, batch_number="", acquired_at="", examinations=(replace(examined, number="E", found=()),)),
        ),
        custody=(
            CustodySpan(
                since=RECEIVED, until=RECEIVED + timedelta(hours=2), place=CustodyWith.PERSON, name="Үлгі (E-03)"
            ),
            CustodySpan(since=RECEIVED + timedelta(hours=2), until=None, place=CustodyWith.PLACE, name="PL-7"),
        ),
        aliquot_custody=(
            AliquotCustody(
                number=f"{EXHIBIT}-A1",
                item_number=EXHIBIT,
                container="vial 3",
                spans=(
                    CustodySpan(
                        since=RECEIVED + timedelta(hours=1),
                        until=RECEIVED + timedelta(hours=3),
                        place=CustodyWith.PERSON,
                        name="Үлгі (E-04)",
                    ),
                    CustodySpan(since=RECEIVED + timedelta(hours=3), until=None, place=CustodyWith.CONSUMED, name=""),
                ),
            ),
            AliquotCustody(
                number=f"{EXHIBIT}-A2",
                item_number=EXHIBIT,
                container="",
                spans=(),
                gaps=(
                    CustodyGap(
                        kind="no custody on record", at=RECEIVED + timedelta(hours=1), nonconformities=("NC-2026-5",)
                    ),
                ),
            ),
        ),
        custody_gaps=(CustodyGap(kind="seal", at=RECEIVED + timedelta(days=1), nonconformities=("NC-2026-4",)),),
        deviations=(
            DeviationSection(
                number=f"{EXHIBIT}-D1",
                words="30 m column in place of 15 m.",
                justification="The other one was broken.",
                authorised_by="E-01",
                accepted_by="Example Department of Investigations",
            ),
        ),
        request_deviations=("The second question is not answered.",),
        nonconformities=(
            NonconformityNote(
                number="NC-2026-4", what="The seal was damaged.", impact="None was found.", action="A new bag."
            ),
        ),
        omissions=(OmissionNote(item=ReportItem.OBJECT, what="the condition", reason="The sender keeps no note."),),
        warnings=(WarningNote(name="Әлия Ғабитқызы Үлгі", signed_on=date(2026, 11, 5), reference="folder 4, sheet 2"),),
        permission=PermissionNote(extent=Consumption.PARTIAL, reference="order EX-77, point 3"),
    )


def full_report(language: str = "en") -> ReportContent:
    """Give a report that says everything that a report can say."""
    plain = fictitious_reports.report(language=language)
    exhibit = replace(plain.exhibit, condition="dry, bag closed", delivered_by="courier No. 7", unit_count=12)
    case = replace(
        plain.case, appointed_by="investigator Example", seizing_body="Example Police", seizing_reference="P-1"
    )
    return replace(plain, case=case, exhibit=exhibit, circumstances=circumstances())
