import io

import fictitious_reports as fictitious
import pikepdf

from lims.reporting.document import compose
from lims.reporting.mark_information import without_suspects
from lims.translation import Translator

SAID = b"/MarkInfo<</Marked true/Suspects false>>"


def small_pdf(catalogue: bytes, *, before: bytes = b"") -> bytes:
    """Write a file as typst lays it out: one table, the catalogue last."""
    bodies = [b"<</Type/Pages/Kids[]/Count 0>>", b"<</Length %d>>\nstream\n%b\nendstream" % (len(before), before)]
    pdf, offsets = b"%PDF-1.7\n", []
    for number, body in enumerate([*bodies, catalogue], start=1):
        offsets.append(len(pdf))
        pdf += b"%d 0 obj\n%b\nendobj\n" % (number, body)
    place = len(pdf)
    lines = b"".join(b"%010d 00000 n\r\n" % offset for offset in offsets)
    pdf += b"xref\n0 4\n0000000000 65535 f\r\n" + lines
    return pdf + b"trailer\n<</Size 4/Root 3 0 R>>\nstartxref\n%d\n%%%%EOF" % place


def test_the_catalogue_says_nothing_of_suspects_and_no_byte_moves():
    pdf = small_pdf(b"<</Type/Catalog/Pages 1 0 R" + SAID + b">>", before=SAID)
    changed = without_suspects(pdf)
    assert len(changed) == len(pdf)
    assert changed.count(SAID) == 1  # the words in the stream are nobody's tags
    assert changed.find(SAID) == pdf.find(SAID)
    with pikepdf.open(io.BytesIO(changed)) as opened:
        assert dict(opened.Root.MarkInfo) == {"/Marked": True}


def test_what_says_nothing_of_suspects_or_is_laid_out_otherwise_stays():
    silent = small_pdf(b"<</Type/Catalog/Pages 1 0 R/MarkInfo<</Marked true>>>>", before=SAID)
    for pdf in (silent, b"", b"not a pdf", SAID, silent.replace(b"xref\n0 4", b"<</Type/XRef")):
        assert without_suspects(pdf) == pdf


def test_a_report_is_tagged_and_says_nothing_of_suspects():
    pdf = compose(fictitious.report(), Translator("en"))
    assert b"/Suspects" not in pdf
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        assert dict(opened.Root.MarkInfo) == {"/Marked": True}
