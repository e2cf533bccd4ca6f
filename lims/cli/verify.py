"""``aigaq report verify`` and ``aigaq ledger verify``."""

from functools import partial
from pathlib import Path

import typer

from lims.cli.laboratories import find_laboratory, require_laboratory
from lims.cli.output import counting, print_json, say
from lims.errors import UnreadableFileError
from lims.reporting.verification import SignedReport, Verdict, Verification, verify_report
from lims.services.auditing import CANNOT_KNOW
from lims.services.laboratory import Laboratory

EXIT_CODES = {
    Verdict.VALID: 0,
    Verdict.ALTERED: 4,
    Verdict.NOT_ISSUED: 5,
    Verdict.CANNOT_SAY: 6,
    Verdict.WITHDRAWN: 7,
}
"""Never given another meaning: programs of others rely on them."""
LEDGER_BROKEN = 4


def run_report_verify(file: Path, *, home: Path | None, trust: Path | None, as_json: bool) -> None:
    """Verify a report against the laboratory's ledger and print the verdict; the exit code says it too."""
    verification = verify_file(file, find_laboratory(home), trust=trust)
    if as_json:
        print_json({"file": str(file), "verdict": verification.verdict.value, "reasons": list(verification.reasons)})
    else:
        say(f"{verification.verdict.value}  {file}")
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
        )
        for report in reporting.all()
        if report.pdf_sha256 is not None
    )


def run_ledger_verify(*, home: Path | None, as_json: bool) -> None:
    """Verify the ledger and print what was checked, what was found, and what cannot be known."""
    laboratory = require_laboratory(home)
    with counting("raw objects") as progress:
        found = laboratory.auditing.verify(progress=progress)
    faults = [
        *(f"entry {fault.sequence}: {fault.reason}" for fault in found.chain.faults),
        *found.list_faults,
        *found.raw_faults,
    ]
    if as_json:
        print_json(
            {
                "intact": found.intact,
                "entries": found.chain.entries,
                "head": found.chain.head,
                "raw_objects": found.raw_objects,
                "faults": faults,
                "cannot_know": list(CANNOT_KNOW),
            }
        )
    else:
        say(f"{'INTACT' if found.intact else 'BROKEN'}: {found.chain.entries} entries, {found.raw_objects} raw objects")
        say(f"  head {found.chain.head}")
        for fault in faults:
            say(f"  FAULT {fault}")
        for unknown in CANNOT_KNOW:
            say(f"  not checked: {unknown}")
    raise typer.Exit(0 if found.intact else LEDGER_BROKEN)


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise UnreadableFileError(path, error.strerror or str(error)) from error
