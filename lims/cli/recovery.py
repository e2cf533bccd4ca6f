"""``aigaq report recover``: what a crash left of reports that were being made."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from lims.cli.casework import acting
from lims.cli.laboratories import require_laboratory
from lims.cli.output import note, print_json, say
from lims.services.recovering import Recovery


def run_recover(*, by: str, as_json: bool, home: Path | None) -> None:
    """Recover, and say what was done."""
    laboratory = require_laboratory(home)
    recovery = laboratory.recovering.recover(actor=acting(laboratory, by))
    if as_json:
        print_json(_facts(recovery))
        return
    for line in _lines(recovery):
        say(line)
    if recovery == Recovery():
        say("nothing to recover")


def note_recovery(recovery: Recovery) -> None:
    """Tell on standard error what was recovered at the start; nothing if there was nothing."""
    for line in _lines(recovery):
        note(line)


def _lines(recovery: Recovery) -> Iterator[str]:
    for report in recovery.voided:
        yield f"report {report.number} of {report.examination_number} voided: {report.void_reason}"
    for document in recovery.documents:
        yield (
            f"the raw store has a document of {document.report} that no entry names: SHA-256 {document.sha256}; "
            "it is no report, and the next sweep takes it"
        )
    for number in recovery.at_work:
        yield f"report {number} is being made at this moment; it was left alone"


def _facts(recovery: Recovery) -> dict[str, Any]:
    return {
        "voided": [{"report": one.number, "reason": one.void_reason} for one in recovery.voided],
        "documents": [{"report": one.report, "sha256": one.sha256, "size": one.size} for one in recovery.documents],
        "at_work": list(recovery.at_work),
    }
