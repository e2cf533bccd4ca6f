"""The canonical bytes of a report's content, and the names under which a document carries it."""

from lims.domain.record import body_of
from lims.domain.report_content import ReportContent
from lims.ledger.canonical import canonical_bytes

DATA_FILE = "report-data.json"
"""The attachment that holds the content."""
NUMBER_MARK = "aigaq-report:"
"""Stands before the report's number among the document's keywords, where a verifier finds it without parsing."""
COPY_MARK = "aigaq-copy:"
"""Stands there in a copy or a summary, before the number of the report that decides: nobody takes it for that."""
SCHEMA_FILE = "report-data.schema.json"
"""The attachment that says what the fields of the content mean."""
SPECTRA_FILE = "identified-spectra.msp"
"""The attachment that holds the spectra of all components that the report names."""


def content_json(content: ReportContent) -> bytes:
    """Write a content as canonical JSON (RFC 8785): decimals as text, times as ISO 8601 in UTC.

    Raises
    ------
    CanonicalFormError
        If a text is not in Unicode NFC or a number is beyond 2**53; the message names the place.
    """
    return canonical_bytes(body_of(content))
