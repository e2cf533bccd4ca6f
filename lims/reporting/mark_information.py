"""What a composed document says of its own tags, in the one form that every reader takes without a complaint.

typst writes ``/Suspects false``. That is the value which holds where nothing is written (ISO 32000-1:2008, table 321),
and poppler 22.12 calls every boolean there but ``true`` a wrong type. Leaving it out says the same.
"""

import re

_LAST_LINES = re.compile(rb"/Root (\d+) 0 R.*startxref\s+(\d+)\s+%%EOF\s*\Z", re.DOTALL)
_TABLE = re.compile(rb"xref\s+0 \d+\s+")
_SAID = b"/MarkInfo<</Marked true/Suspects false>>"
_UNSAID = b"/MarkInfo<</Marked true>>".ljust(len(_SAID))
_ENTRY_BYTES, _OFFSET_DIGITS = 20, 10
_TAIL_BYTES = 4096


def without_suspects(pdf: bytes) -> bytes:
    """Leave ``/Suspects false`` out of a document that typst made; every other byte stays where it is.

    Parameters
    ----------
    pdf : bytes
        One revision with a cross-reference table.

    Returns
    -------
    bytes
        Of the same length; the document as it is where its catalogue says nothing of suspects.
    """
    last = _LAST_LINES.search(pdf, max(0, len(pdf) - _TAIL_BYTES))
    table = _TABLE.match(pdf, int(last[2])) if last else None
    if last is None or table is None:
        return pdf
    entry = table.end() + int(last[1]) * _ENTRY_BYTES
    start = int(pdf[entry : entry + _OFFSET_DIGITS])
    end = pdf.find(b"endobj", start)
    return pdf[:start] + pdf[start:end].replace(_SAID, _UNSAID) + pdf[end:]
