"""Small contents of reports."""

from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal

from lims.domain.report_content import (
    CaseSection,
    ComponentSection,
    ExhibitSection,
    Finding,
    IdentitySection,
    LedgerSection,
    LibrarySection,
    MethodSection,
    Person,
    ReportContent,
    RunSection,
)

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


def content(*, identities: Sequence[str | None] = (), statements: Sequence[str] = ("",)) -> ReportContent:
    """Make a content with one run for each statement; for each name the first has a component, found only."""
    components = tuple(_component(number, name) for number, name in enumerate(identities, start=1))
    return ReportContent(
        number="2026-0001-P1",
        language="en",
        prepared_at=NOW,
        laboratory="Laboratory of the tests",
        case=CaseSection(
            number="2026-0001",
            appointing_body="Court",
            order_number="",
            order_date=None,
            seizure_date=None,
            seizure_place="",
            questions=(),
        ),
        exhibit=ExhibitSection(
            number="2026-0001/1", description="a card", seal_number="", seal_intact=None, received_at=NOW
        ),
        runs=tuple(
            _run(number, statement, components if number == 1 else ())
            for number, statement in enumerate(statements, start=1)
        ),
        library=LibrarySection(name="a library", sha256="cd" * 32, spectra=1, purpose=""),
        method=MethodSection(preset="ei-simple", preset_version=1, source="s", software_version="0.1.0"),
        expert=Person(number="expert-a", name="A", post="chemist"),
        reviewer=Person(number="expert-b", name="B", post="chemist"),
        ledger=LedgerSection(entries=1, head="ab" * 32),
        evidence=False,
    )


def _run(number: int, statement: str, components: tuple[ComponentSection, ...]) -> RunSection:
    return RunSection(
        number=f"2026-0001/1-R{number}",
        file_name="1.D",
        sha256="ab" * 32,
        source_format="f",
        scans=1,
        sample_name="",
        acquired_at="",
        instrument="",
        method="",
        vial="",
        simulation_statement=statement,
        chromatogram=(),
        components=components,
        unreported_components=0,
        reporting_limit="none",
    )


def _component(number: int, name: str | None) -> ComponentSection:
    identity = None
    if name is not None:
        identity = IdentitySection(
            name=name,
            inchikey=None,
            formula=None,
            smiles=None,
            reference_accession="000001",
            measured=(),
            reference=(),
            stereochemistry_established=False,
        )
    return ComponentSection(
        number=number,
        retention_time_s=Decimal("391.000"),
        area_percent=Decimal("50.00"),
        base_peak_mz=140,
        signal_to_noise=100,
        finding=Finding.FOUND if name else Finding.NOT_IDENTIFIED,
        reason="",
        candidates=(),
        identity=identity,
    )
