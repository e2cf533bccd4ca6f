"""Whether a change is reported, and whether the report names its place."""

import re
from collections.abc import Sequence

from lims.services.auditing import AuditingService
from lims.services.scrubbing import ScrubbingService
from lims.services.witnessing import Witness
from tests.tamper.changes import Place


def lines_of_verification(auditing: AuditingService, *, witness: bytes = b"") -> tuple[str, ...]:
    """Verify a ledger and give everything that is reported, a line each; with a checkpoint from outside, if any.

    Proofs are left out: their entries are drawn by chance, and what chance finds is no finding.
    """
    witnesses = (Witness(name="witness", note=witness),) if witness else ()
    found = auditing.verify(witnesses=witnesses)
    return tuple(line for line in found.faults if line not in found.proofs.faults)


def lines_of_scrub(scrubbing: ScrubbingService) -> tuple[str, ...]:
    """Scrub a raw store and give everything that is reported."""
    return tuple(f"{fault.name}: {fault.said}" for fault in scrubbing.scrub().faults)


def names(lines: Sequence[str], places: Sequence[Place]) -> bool:
    """Tell whether one line holds every word of one of the places."""
    return any(all(_holds(line, word) for word in place) for place in places for line in lines)


def _holds(line: str, word: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(word)}(?!\w)", line) is not None
