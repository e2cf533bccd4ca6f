"""What can be said about a file that claims to be a report, as values."""

from dataclasses import dataclass
from enum import StrEnum

from lims.reporting.repeating.checks import RepeatedCheck
from lims.reporting.signature_check import SignatureCheck
from lims.translation import marked

PAGES_NOT_READ = marked(
    "What was computed again are the data in the file. That its pages print the same numbers was not checked; both are "
    "covered by the signatures."
)
"""Said of every report that stands: people read the pages, programs the data."""


class Verdict(StrEnum):
    """What can be said about a file."""

    VALID = "VALID"
    """Issued by this laboratory, signed by the recorded persons, unchanged to the last byte, and not withdrawn."""
    WITHDRAWN = "WITHDRAWN"
    """Issued by this laboratory and unchanged, but taken back: neither valid any more nor never issued."""
    SUPERSEDED = "SUPERSEDED"
    """Issued by this laboratory and unchanged, but replaced by an amendment, which is named."""
    ALTERED = "ALTERED"
    """An issued report, or a signed file, that was changed."""
    NOT_ISSUED = "NOT ISSUED"
    """Not among the issued reports, however genuine its signatures are: also one that waits for its issue."""
    CANNOT_SAY = "CANNOT SAY"
    """Something that a verdict needs is missing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """The verdict with what led to it."""

    verdict: Verdict
    reasons: tuple[str, ...]
    """What was checked and found, and what was not checked, one sentence each."""
    sha256: str
    """Hex, of the file that was checked."""
    number: str | None = None
    """Of the issued report that the file is, or was made from."""
    signatures: SignatureCheck | None = None
    """None where the file was recognised without looking at its signatures."""
    superseded_by: str = ""
    """Of a superseded report: the number of the one that replaced it."""
    is_copy: bool = False
    """True for a copy or a summary of report ``number``, or a file that says so; it is not that report."""
    checks: tuple[RepeatedCheck, ...] = ()
    """Of the arithmetic; none where it was not repeated, or the file carries no data."""
