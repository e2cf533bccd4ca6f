"""Made-up report contents: no person, case, laboratory, file or spectrum in here exists."""

import hashlib
import math
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from lims.domain.identification_rule import Gap
from lims.domain.report import ReportStatus
from lims.domain.report_content import (
    CandidateSection,
    CaseSection,
    ComponentSection,
    ExhibitSection,
    Finding,
    IdentitySection,
    LedgerSection,
    LibrarySection,
    MethodSection,
    Peak,
    Person,
    ReportContent,
    RunSection,
    TracePoint,
)
from lims.reporting.verification import SignedReport

PREPARED_AT = datetime(2026, 11, 22, 9, 5, tzinfo=UTC)
SIGNED_AT = PREPARED_AT + timedelta(minutes=10)
REVIEWED_AT = PREPARED_AT + timedelta(hours=3)
EXPERT = Person(number="E-07", name="Әлия Ғабитқызы Үлгі", post="expert of examples")
REVIEWER = Person(number="E-11", name="Щербаков Ёж Образцович", post="second expert of examples")
NUMBER = "2026-9001/3-R1"

_STRUCTURES = {
    # name: (SMILES, formula, InChIKey); the structures exist, the findings do not
    "Etizolam": ("CCc1cc2C(=NCc3nnc(C)n3c2s1)c1ccccc1Cl", "C17H15ClN4S", "VMZUTJCNQWMAGF-UHFFFAOYSA-N"),
    "Cathinone": ("C[C@H](N)C(=O)c1ccccc1", "C9H11NO", "PUAQLLVFLMYYJJ-ZETCQYMHSA-N"),
}


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def spectrum(*, seed: int, highest: int = 342, ions: int = 45) -> tuple[Peak, ...]:
    """Make up a spectrum that looks like one: clusters of neighbours, a base peak of 999, always the same."""
    clusters = [40 + (seed * 37 + i * i * 11 + i * 29) % (highest - 45) for i in range(ions // 5)]
    heights: dict[int, Decimal] = {highest: Decimal("812.5"), highest - 1: Decimal("999.0")}
    for rank, centre in enumerate(clusters):
        for step in range(-2, 3):
            height = Decimal(700) / (1 + rank) / (1 + 3 * step * step) + Decimal(seed % 3)
            heights.setdefault(centre + step, height.quantize(Decimal("0.1")))
    return tuple(Peak(mz=mz, intensity=heights[mz]) for mz in sorted(heights))


def identity(name: str = "Etizolam", *, with_structure: bool = True) -> IdentitySection:
    smiles, formula, inchikey = _STRUCTURES[name]
    measured = spectrum(seed=3)
    return IdentitySection(
        name=name,
        inchikey=inchikey,
        formula=formula,
        smiles=smiles if with_structure else None,
        reference_accession="FICTION-000123",
        measured=measured,
        reference=(*(p for p in measured if p.mz % 7), Peak(mz=358, intensity=Decimal("21.0"))),
        stereochemistry_established=False,
    )


def candidate(rank: int, name: str) -> CandidateSection:
    """Give a line of a hit list; the factors of the first are those of the spectra in ``identity``."""
    match_factor, reverse = (941, 995) if rank == 1 else (990 - 37 * rank, 993 - 31 * rank)
    return CandidateSection(
        rank=rank,
        name=name,
        inchikey=None if rank % 2 == 0 else "VMZUTJCNQWMAGF-UHFFFAOYSA-N",
        match_factor=match_factor,
        reverse_match_factor=reverse,
    )


def component(number: int, *, time_s: str, found_as: str | None = None) -> ComponentSection:
    return ComponentSection(
        number=number,
        retention_time_s=Decimal(time_s),
        area_percent=Decimal("41.20") / number,
        base_peak_mz=341,
        signal_to_noise=4100 // number,
        finding=Finding.NOT_IDENTIFIED if found_as is None else Finding.FOUND,
        reason="" if number % 2 else "The two best candidates are isomers.",
        candidates=tuple(
            candidate(rank, name)
            for rank, name in enumerate(("Etizolam", "Flutoprazepam", "N-(1-amino-3-methylbutan-2-yl)-fictamide"), 1)
        ),
        identity=None if found_as is None else identity(found_as),
        lacking=() if found_as is None else (Gap.TECHNIQUES, Gap.SECOND_SAMPLING, Gap.ISOMERS),
    )


def chromatogram(components: tuple[ComponentSection, ...], *, points: int = 1200) -> tuple[TracePoint, ...]:
    apexes = [(float(c.retention_time_s), 2.4e6 / c.number**0.5) for c in components]
    trace = []
    for i in range(points):
        time = 180 + i * (1020 / (points - 1))
        counts = 42_000 + 6_000 * math.sin(i / 17) ** 2
        counts += sum(height * math.exp(-(((time - apex) / 2.6) ** 2)) for apex, height in apexes)
        trace.append(TracePoint(time_s=Decimal(f"{time:.3f}"), counts=round(counts)))
    return tuple(trace)


def run(components: tuple[ComponentSection, ...], *, number: str = "GCMS-0218", statement: str = "") -> RunSection:
    return RunSection(
        number=number,
        file_name="2026-11-20_example_017.D",
        sha256=digest(number),
        source_format="Agilent ChemStation .D",
        scans=1200,
        sample_name="example 3.1 in methanol",
        acquired_at="20 Nov 26  11:52 am",
        instrument="GCMS-EXAMPLE",
        method="EXAMPLE.M",
        vial="17",
        simulation_statement=statement,
        chromatogram=chromatogram(components),
        components=components,
        unreported_components=14,
        reporting_limit="0.5 % of the largest area",
    )


def report(*, runs: tuple[RunSection, ...] | None = None, language: str = "en") -> ReportContent:
    """Give a report with one run and three components, one of which was found in the library; development keys."""
    if runs is None:
        found = (
            component(1, time_s="613.51", found_as="Etizolam"),
            component(2, time_s="655.00"),
            component(3, time_s="901.27"),
        )
        runs = (run(found),)
    return ReportContent(
        number=NUMBER,
        language=language,
        prepared_at=PREPARED_AT,
        laboratory="Example Laboratory of Nowhere",
        case=CaseSection(
            number="2026-9001",
            appointing_body="Example Department of Investigations",
            order_number="EX-77",
            order_date=date(2026, 11, 2),
            seizure_date=None,
            seizure_place="Example street 1, Exampletown",
            questions=("Is there a narcotic substance in the tablets, and which?", "What is its mass?"),
        ),
        exhibit=ExhibitSection(
            number="2026-9001/3",
            description="Twelve white tablets in a transparent bag",
            seal_number="00917",
            seal_intact=True,
            received_at=datetime(2026, 11, 5, 4, 30, tzinfo=UTC),
        ),
        runs=runs,
        library=LibrarySection(
            name="EXAMPLE-3.4/7",
            sha256=digest("library"),
            spectra=3610,
            purpose="training and presumptive use",
        ),
        method=MethodSection(
            preset="ei-simple", preset_version=1, source="an example, doi:10.0000/example", software_version="0.1.0"
        ),
        expert=EXPERT,
        reviewer=REVIEWER,
        ledger=LedgerSection(entries=1204, head=digest("ledger")),
        evidence=False,
    )


def large_report(*, components: int = 40, runs: int = 2, language: str = "en") -> ReportContent:
    """Give a report with many components, every tenth found in the library, the second run simulated."""
    found = tuple(
        component(n, time_s=str(200 + 24 * n), found_as="Etizolam" if n % 10 == 5 else None)
        for n in range(1, components + 1)
    )
    sections = tuple(
        run(found, number=f"GCMS-{n:04d}", statement="SIMULATED DATA made up for a test" if n else "")
        for n in range(runs)
    )
    return replace(report(runs=sections, language=language), number="2026-9001/3-R2")


def recorded(
    pdf: bytes, *, number: str = NUMBER, status: ReportStatus = ReportStatus.ISSUED, reason: str = ""
) -> SignedReport:
    """Give what a ledger would say of a document that both persons signed."""
    return SignedReport(
        number=number,
        pdf_sha256=hashlib.sha256(pdf).hexdigest(),
        expert=EXPERT.name,
        reviewer=REVIEWER.name,
        status=status,
        reason=reason,
        read_pdf=lambda: pdf,
    )
