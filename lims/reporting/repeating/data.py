"""The data of a report against the digest that a record names, and against the file of spectra."""

import hashlib

from lims.domain.record import from_body
from lims.domain.report_content import ReportContent
from lims.errors import LimsError
from lims.ledger.canonical import parse_canonical
from lims.reporting.repeating.attachments import Attachments
from lims.reporting.repeating.checks import CheckName, RepeatedCheck, Tally
from lims.reporting.repeating.ledger import LedgerInside
from lims.reporting.spectra_file import spectra_msp
from lims.translation import Translator
from spectra.errors import SpectraError


def read_content(data: bytes) -> ReportContent | None:
    """Read the data of a report; None for data that are no report of a version that this program knows."""
    try:
        body = parse_canonical(data)
        return from_body(ReportContent, body) if isinstance(body, dict) else None
    except (LimsError, ArithmeticError, RecursionError, TypeError, ValueError):
        return None


def repeat_data(
    attachments: Attachments, content: ReportContent | None, *, inside: LedgerInside, recorded: str, t: Translator
) -> RepeatedCheck:
    """Compare the digest of the data with every one that a record names.

    Parameters
    ----------
    recorded : str
        Digest of the data, hex, as a receipt or a ledger names it; empty for none at hand.
    """
    tally = Tally(name=CheckName.DATA, t=t)
    _compare_digest(tally, attachments, content, inside=inside, recorded=recorded)
    if content is None:
        tally.lacking.append(t("The data of the report are damaged, or of a version that this program does not know."))
    else:
        _compare_spectra(tally, attachments, content)
    for name in attachments.ambiguous:
        tally.differing.append(t("Two files are attached under the name {name}.", name=name))
    said = t("The data of the report agree with what else names or repeats them.")
    return tally.result(said_of_equal=said, nothing=t("No record that names the digest of the data is at hand."))


def _compare_digest(
    tally: Tally, attachments: Attachments, content: ReportContent | None, *, inside: LedgerInside, recorded: str
) -> None:
    number = "" if content is None else content.number
    named = {recorded, *inside.content_digests(number)} - {""}
    if not named:
        return
    found = hashlib.sha256(attachments.data or b"").hexdigest()
    if named == {found}:
        tally.equal += 1
    else:
        tally.differing.append(tally.t("The data of the report do not have the digest that the record names."))


def _compare_spectra(tally: Tally, attachments: Attachments, content: ReportContent) -> None:
    """Write the file of spectra again; a report that names no component has none."""
    try:
        expected = spectra_msp(content).encode() if content.identities else None
    except (SpectraError, ArithmeticError, ValueError):
        expected = b""
    if attachments.spectra == expected:
        tally.equal += expected is not None
    else:
        tally.differing.append(tally.t("The file of spectra does not hold the spectra of the data."))
