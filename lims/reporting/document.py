"""From a frozen content to an unsigned PDF/A-3u: the same content gives the same bytes, on every host."""

import hashlib
import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from lims.domain.report_content import ReportContent
from lims.errors import DocumentError
from lims.reporting.blocks import as_json
from lims.reporting.content import DATA_FILE, NUMBER_MARK, SPECTRA_FILE, content_json
from lims.reporting.fonts import SIGN_FAMILY, TEXT_FAMILY, named_character, typst_fonts
from lims.reporting.layout import BOTTOM_MARGIN, END_LINE_HEIGHT, EXPERT_FIELD, SIDE_MARGIN, SIGNATURE_LEVEL
from lims.reporting.sections import annexes, conclusions, introduction, research
from lims.reporting.sections.introduction import person_words
from lims.reporting.wording import printable
from lims.translation import Translator

PDF_STANDARD: Final = "a-3u"
"""PDF/A-3 allows attachments; level u maps every glyph to Unicode. Level a would be untrue once signed."""
_TEMPLATE = Path(__file__).parent / "templates" / "report.typ"
_MISSING_GLYPH = re.compile(r'the text `?"(.+?)"`? could not be displayed', re.DOTALL)


def compose(content: ReportContent, translator: Translator) -> bytes:
    """Make the unsigned document of a content.

    Parameters
    ----------
    content : ReportContent
        What the report says.
    translator : Translator
        Of the content's language.

    Returns
    -------
    bytes
        A PDF/A-3u with the content and the identified spectra attached; equal for equal content.

    Raises
    ------
    DocumentError
        If a character has no glyph or cannot be seen, a figure cannot be drawn, statements of the content
        contradict each other, or the translator speaks another language.
    CanonicalFormError
        If the content has no canonical bytes.
    TranslationError
        If the language lacks a sentence.
    """
    if translator.language != content.language:
        raise DocumentError(f"the content is in {content.language!r}, the translator in {translator.language!r}")
    return _compiled(_page_data(content, t=translator), at=content.prepared_at)


def _page_data(content: ReportContent, *, t: Translator) -> dict[str, object]:
    """Gather everything that the template needs: finished words, pictures, measures."""
    data = content_json(content)
    shown = printable(content)
    blocks = (*introduction(shown, t=t), *research(shown, t=t), *conclusions(shown, t=t))
    closing = annexes(shown, data_sha256=hashlib.sha256(data).hexdigest(), level=SIGNATURE_LEVEL, t=t)
    return {
        "language": content.language,
        "fonts": [TEXT_FAMILY, SIGN_FAMILY],
        "laboratory": content.laboratory,
        "created": _calendar_parts(content.prepared_at),
        "number_mark": f"{NUMBER_MARK}{content.number}",
        **_frame(shown, t=t),
        "blocks": as_json(blocks),
        "closing": as_json(closing),
        "signatures": _signature_area(shown, t=t),
        "layout": {"side": SIDE_MARGIN, "bottom": BOTTOM_MARGIN, "end_line": END_LINE_HEIGHT},
        "attachments": list(_attachments(shown, data=data, t=t)),
    }


def _frame(content: ReportContent, *, t: Translator) -> dict[str, object]:
    """Give what surrounds the text: title, head and foot of every page, mark of a demonstration, end."""
    return {
        "title": _title(content, t=t),
        "full_title": t("Forensic examination report {number}", number=content.number),
        "number_line": t("No. {number}", number=content.number),
        "prepared_line": t("Prepared on {moment}", moment=t.moment(content.prepared_at)),
        "head_left": t("Case {number}", number=content.case.number),
        "head_right": t("Report {number}", number=content.number),
        "head_notices": list(_notices(content, t=t)),
        "watermark": "" if content.evidence else t("DEMO - NOT EVIDENCE"),
        "page_pattern": t("page {page} of {pages}"),
        "end": t("End of report {number}", number=content.number),
    }


def _title(content: ReportContent, *, t: Translator) -> str:
    """Give the heading: that of an amendment names the report that it replaces (ISO/IEC 17025:2017, 7.8.8.2)."""
    if content.amendment is None:
        return t("Forensic examination report")
    return t("Amendment to report no. {number}", number=content.amendment.replaces)


def _notices(content: ReportContent, *, t: Translator) -> Iterator[str]:
    """Give the lines that stand at the head of every page: each statement once, with the runs that it is about."""
    statements: dict[str, list[str]] = {}
    for run in content.runs:
        if run.simulation_statement:
            statements.setdefault(run.simulation_statement, []).append(run.number)
    for statement, runs in statements.items():
        yield t("SIMULATED DATA (run {runs}): {statement}", runs=", ".join(runs), statement=statement)


def _signature_area(content: ReportContent, *, t: Translator) -> dict[str, object]:
    """Give the words over the two signature boxes, and their size."""
    return {
        "title": t("Signatures ({level})", level=SIGNATURE_LEVEL),
        "roles": [t("Expert"), t("Reviewer")],
        "people": [person_words(content.expert, t=t), person_words(content.reviewer, t=t)],
        "width": EXPERT_FIELD.width,
        "height": EXPERT_FIELD.height,
    }


def _calendar_parts(moment: datetime) -> list[int]:
    utc = moment.astimezone(UTC)
    return [utc.year, utc.month, utc.day, utc.hour, utc.minute, utc.second]


def _attachments(content: ReportContent, *, data: bytes, t: Translator) -> Iterator[dict[str, str]]:
    yield {
        "name": DATA_FILE,
        "type": "application/json",
        "relationship": "data",
        "description": t("Everything that the report says, as data"),
        "text": data.decode(),
    }
    if content.identities:
        from lims.reporting.spectra_file import spectra_msp  # noqa: PLC0415 - loads the readers of spectra

        yield {
            "name": SPECTRA_FILE,
            "type": "text/plain",
            "relationship": "supplement",
            "description": t("Spectra of all components that the report names"),
            "text": spectra_msp(content),
        }


def _compiled(data: dict[str, object], *, at: datetime) -> bytes:
    """Let typst set the pages. A warning (a glyph, a layout that does not settle) is a fault like any other."""
    import typst  # noqa: PLC0415 - only composing pays for it

    compiler = typst.Compiler(
        input=str(_TEMPLATE), root=str(_TEMPLATE.parent), font_paths=typst_fonts(), ignore_system_fonts=True
    )
    try:
        pdf, warnings = compiler.compile_with_warnings(
            format="pdf",
            pdf_standards=[PDF_STANDARD],
            timestamp=int(at.timestamp()),
            sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
        )
    except typst.TypstError as error:
        raise DocumentError(_explained(error.message)) from error
    if warnings or not isinstance(pdf, bytes):
        raise DocumentError(f"the document could not be set: {'; '.join(w.message for w in warnings)}")
    return pdf


def _explained(message: str) -> str:
    """Turn typst's words about a missing glyph into the name of the character."""
    found = _MISSING_GLYPH.search(message)
    if found is None:
        return f"the document could not be set: {message}"
    characters = " and ".join(named_character(c) for c in dict.fromkeys(found[1]))
    return f"no font of the report has {characters}"
