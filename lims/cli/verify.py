"""``aigaq report verify``."""

from functools import partial
from pathlib import Path

import typer

from lims.cli.laboratories import find_laboratory
from lims.cli.output import print_json, say
from lims.errors import UnreadableFileError
from lims.reporting.verification import SignedReport, Verdict, Verification, verify_report
from lims.services.laboratory import Laboratory

EXIT_CODES = {
    Verdict.VALID: 0,
    Verdict.SUPERSEDED: 3,
    Verdict.ALTERED: 4,
    Verdict.NOT_ISSUED: 5,
    Verdict.CANNOT_SAY: 6,
    Verdict.WITHDRAWN: 7,
}
"""Never given another meaning: programs of others rely on them."""


def run_report_verify(file: Path, *, home: Path | None, trust: Path | None, as_json: bool) -> None:
    """Verify a report against the laboratory's ledger and print the verdict; the exit code says it too."""
    laboratory = find_laboratory(home)
    check = verify_packet if file.is_dir() else verify_file
    verification = check(file, laboratory, trust=trust)
    if as_json:
        found = {"file": str(file), "verdict": verification.verdict.value, "reasons": list(verification.reasons)}
        print_json(found | ({"superseded_by": verification.superseded_by} if verification.superseded_by else {}))
    else:
        by = f" BY {verification.superseded_by}" if verification.superseded_by else ""
        say(f"{verification.verdict.value}{by}  {file}")
        for reason in verification.reasons:
            say(f"  {reason}")
    raise typer.Exit(EXIT_CODES[verification.verdict])


def verify_file(file: Path, laboratory: Laboratory | None, *, trust: Path | None = None) -> Verification:
    """Verify a report file against a laboratory's records; without them only its signatures can be checked.

    Raises
    ------
    UnreadableFileError
        If the file or the PEM file of roots cannot be read.
    """
    roots = [_read(trust)] if trust else list(laboratory.desk.trust_roots) if laboratory else []
    recorded = signed_reports(laboratory) if laboratory else None
    return verify_report(_read(file), recorded=recorded, trust_roots=roots)


def verify_packet(folder: Path, laboratory: Laboratory | None, *, trust: Path | None = None) -> Verification:
    """Verify a disclosure packet and the report in it.

    Raises
    ------
    UnreadableFileError
        If the folder is no packet, or cannot be read.
    """
    from lims.cli.packets import joined, look_into  # noqa: PLC0415 - a PDF alone does not need it

    packet = look_into(folder, laboratory)
    if packet.report is None:
        empty = Verification(verdict=Verdict.ALTERED, reasons=(), sha256=packet.sha256)
        return joined(empty, packet)
    return joined(verify_file(packet.report, laboratory, trust=trust), packet)


def signed_reports(laboratory: Laboratory) -> tuple[SignedReport, ...]:
    """Give all reports of a laboratory that both persons signed, as the verification wants them."""
    reporting = laboratory.reporting
    return tuple(
        SignedReport(
            number=report.number,
            pdf_sha256=report.pdf_sha256,
            expert=reporting.person(report.expert).name,
            reviewer=reporting.person(report.reviewer).name,
            status=report.status,
            reason=report.withdrawal_reason or report.void_reason,
            read_pdf=partial(reporting.document, report.number),
            superseded_by=report.superseded_by,
            read_signatures=partial(reporting.signatures, report.number),
            copies=report.copies,
        )
        for report in reporting.all()
        if report.pdf_sha256 is not None
    )


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise UnreadableFileError(path, error.strerror or str(error)) from error
