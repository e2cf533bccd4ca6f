"""The summary of a report: a document of its own, one page, without signatures, which names the report that decides.

It is no part of the report's file, because it names the SHA-256 of that file, which is known only when both have
signed; and a page that could be torn off would be taken for the report.
"""

import io
from collections.abc import Iterator
from typing import Final

from lims.domain.copy_mark import CopyMark
from lims.domain.report_content import ReportContent
from lims.errors import DocumentError
from lims.reporting.blocks import Block, Facts, Paragraph
from lims.reporting.copy_frame import copy_frame, require_of, state_rows
from lims.reporting.document import set_pages, sheet
from lims.reporting.layout import END_LINE_HEIGHT
from lims.reporting.sections.summary import summary
from lims.reporting.wording import printable
from lims.translation import Translator

TEXT_SIZES: Final = (10.0, 9.0, 8.0)
"""Tried in this order, in points; nothing smaller is printed."""
_SIDE, _BOTTOM = 48.0, 48.0
"""Margins in points; nobody signs here."""


def compose_summary(content: ReportContent, translator: Translator, mark: CopyMark) -> bytes:
    """Make the summary of a report.

    Parameters
    ----------
    content : ReportContent
        Of the report, as it was recorded.
    translator : Translator
        Of the summary's language, which may be the report's.
    mark : CopyMark
        What the summary says of itself.

    Returns
    -------
    bytes
        A PDF/A-3u of one page; equal for equal content and mark.

    Raises
    ------
    DocumentError
        If it does not fit on one page, is of another report, or cannot be set.
    """
    require_of(content, translator, mark)
    t, shown = translator, printable(content)
    data = {
        **sheet(shown, blocks=(*_opening(mark, t=t), *summary(shown, t=t)), closing=(), t=t),
        **copy_frame(shown, mark, notice=t("SUMMARY WITHOUT SIGNATURES"), t=t),
        "title": t("Summary of a forensic examination report"),
        "full_title": t("Summary of forensic examination report {number}", number=content.number),
        "number_line": t("Report no. {number}", number=content.number),
        "end": t("End of the summary of report {number}", number=content.number),
    }
    pages = 0
    for size in TEXT_SIZES:
        layout = {"side": _SIDE, "bottom": _BOTTOM, "end_line": END_LINE_HEIGHT, "text": size}
        pdf = set_pages(data | {"layout": layout}, at=mark.made_at)
        pages = page_count(pdf)
        if pages == 1:
            return pdf
    raise DocumentError(
        f"the summary of {content.number} needs {pages} pages at {TEXT_SIZES[-1]:g} points; expected one page"
    )


def page_count(pdf: bytes) -> int:
    """Count the pages of a document."""
    from pyhanko.pdf_utils.reader import PdfFileReader  # noqa: PLC0415 - loads pyHanko

    return int(PdfFileReader(io.BytesIO(pdf)).root["/Pages"]["/Count"])


def _opening(mark: CopyMark, *, t: Translator) -> Iterator[Block]:
    yield Paragraph(
        text=t(
            "This is a summary. It is not the report and cannot stand in its place: it leaves out most of what the "
            "report says. The full report decides."
        ),
        strong=True,
        with_next=True,
    )
    yield Facts(rows=tuple(state_rows(mark, t=t)))
