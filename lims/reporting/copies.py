"""A report in another language: the whole document of the same content, without signatures, which names the report."""

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from lims.domain.copy_mark import CopyMark
from lims.domain.report_content import ReportContent
from lims.errors import DocumentError
from lims.reporting.blocks import Block, Bullets, Facts, Heading, Paragraph
from lims.reporting.copy_frame import copy_frame, report_rows, require_of
from lims.reporting.document import parts, set_pages, sheet
from lims.reporting.sections.introduction import person_words
from lims.reporting.wording import printable
from lims.translation import Translator


def compose_copy(
    content: ReportContent,
    translator: Translator,
    mark: CopyMark,
    *,
    pictures: Mapping[str, bytes] = MappingProxyType({}),
) -> bytes:
    """Make the copy of a report in another language.

    Parameters
    ----------
    content : ReportContent
        Of the report, as it was recorded.
    translator : Translator
        Of the copy's language.
    mark : CopyMark
        What the copy says of itself.
    pictures : mapping of str to bytes, optional
        JPEG of each photograph that the report prints, by SHA-256.

    Returns
    -------
    bytes
        A PDF/A-3u without signature fields and without attachments; equal for equal content and mark.

    Raises
    ------
    DocumentError
        If the copy would be in the language of the report, is of another report, or cannot be set.
    """
    require_of(content, translator, mark)
    if content.language == mark.language:
        raise DocumentError(f"{content.number} is in {content.language!r} already; expected another language")
    t, shown = translator, printable(content)
    blocks = (*_opening(mark, t=t), *parts(shown, t=t, pictures=pictures))
    data = {
        **sheet(shown, blocks=blocks, closing=_closing(shown, t=t), t=t),
        **copy_frame(shown, mark, notice=t("COPY WITHOUT SIGNATURES"), t=t),
        "full_title": t("Copy of forensic examination report {number}", number=content.number),
        "end": t("End of the copy of report {number}", number=content.number),
    }
    return set_pages(data, at=mark.made_at)


def _opening(mark: CopyMark, *, t: Translator) -> Iterator[Block]:
    yield Paragraph(
        text=t(
            "This is a copy in another language. It is not the report: where both say different things, the report "
            "decides, and only its file carries the signatures."
        ),
        strong=True,
        with_next=True,
    )
    yield Facts(rows=tuple(report_rows(mark, t=t)))
    yield Paragraph(
        text=t(
            "Made from the recorded content of the report. What people wrote in it, names, and words that are quoted "
            "are not translated: they stand here as they were recorded."
        )
    )


def _closing(content: ReportContent, *, t: Translator) -> Iterator[Block]:
    """Give what stands in place of the annexes: where the signatures are, and the data."""
    yield Heading(level=1, text=t("About this copy"))
    yield Paragraph(text=t("Signed in the file of the report, and not here:"), with_next=True)
    yield Bullets(items=(person_words(content.expert, t=t), person_words(content.reviewer, t=t)))
    yield Paragraph(
        text=t(
            "The data of the results and the proofs are attached to the file of the report, and not to this copy. The "
            "laboratory records the SHA-256 of this copy; who checks it is told that, and which report it is of."
        )
    )
