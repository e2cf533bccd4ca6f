"""From a frozen content to an unsigned PDF/A-3u: the same content gives the same bytes, on every host."""

import ctypes
import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from lims.domain.report_content import ReportContent
from lims.errors import DocumentError
from lims.ledger.extract import LedgerExtract
from lims.reporting.blocks import Block, as_json
from lims.reporting.content import DATA_FILE, NUMBER_MARK, SCHEMA_FILE, SPECTRA_FILE, content_json
from lims.reporting.data_schema import schema_json
from lims.reporting.fonts import SIGN_FAMILY, TEXT_FAMILY, named_character, typst_fonts
from lims.reporting.layout import BOTTOM_MARGIN, END_LINE_HEIGHT, EXPERT_FIELD, SIDE_MARGIN, TEXT_SIZE
from lims.reporting.mark_information import without_suspects
from lims.reporting.sections import annexes, conclusions, introduction, research
from lims.reporting.sections.annexes import ledger_file_words
from lims.reporting.sections.introduction import person_words
from lims.reporting.wording import printable
from lims.translation import Translator

if TYPE_CHECKING:
    import typst

PDF_STANDARD: Final = "a-3u"
"""PDF/A-3 allows attachments; level u maps every glyph to Unicode. Level a would be untrue once signed."""
_TEMPLATE = Path(__file__).parent / "templates" / "report.typ"
_NOTHING = _TEMPLATE.with_name("nothing.typ")
_DOCUMENTS_KEPT = 10
_MISSING_GLYPH = re.compile(r'the text `?"(.+?)"`? could not be displayed', re.DOTALL)


def compose(
    content: ReportContent,
    translator: Translator,
    *,
    extract: LedgerExtract | None = None,
    pictures: Mapping[str, bytes] = MappingProxyType({}),
) -> bytes:
    """Make the unsigned document of a content.

    Parameters
    ----------
    content : ReportContent
        What the report says.
    translator : Translator
        Of the content's language.
    extract : LedgerExtract, optional
        Entries, proofs, checkpoint and keys: the very files whose digests the content names. They are no part of the
        content, because their bytes are what was hashed and must not be written anew.

    pictures : mapping of str to bytes, optional
        JPEG of each photograph that is printed, by SHA-256: their digests are in the content, they are not.

    Returns
    -------
    bytes
        A PDF/A-3u with the content, its schema, the identified spectra and the extract attached; equal for equal
        content.

    Raises
    ------
    DocumentError
        If a character has no glyph or cannot be seen, a figure cannot be drawn, statements of the content
        contradict each other, the translator speaks another language, or the extract is not the one that is named.
    CanonicalFormError
        If the content has no canonical bytes.
    TranslationError
        If the language lacks a sentence.
    """
    if translator.language != content.language:
        raise DocumentError(f"the content is in {content.language!r}, the translator in {translator.language!r}")
    return set_pages(page_data(content, t=translator, extract=extract, pictures=pictures), at=content.prepared_at)


def page_data(
    content: ReportContent, *, t: Translator, extract: LedgerExtract | None, pictures: Mapping[str, bytes]
) -> dict[str, object]:
    """Gather everything that the template needs: finished words, pictures, measures."""
    data = content_json(content)
    shown = printable(content)
    closing = annexes(shown, data_sha256=hashlib.sha256(data).hexdigest(), level=content.signature_level, t=t)
    return {
        **sheet(shown, blocks=parts(shown, t=t, pictures=pictures), closing=closing, t=t),
        "number_mark": f"{NUMBER_MARK}{content.number}",
        "signatures": _signature_area(shown, t=t),
        "attachments": list(_attachments(shown, data=data, ledger=_ledger_files(content, extract), t=t)),
    }


def parts(content: ReportContent, *, t: Translator, pictures: Mapping[str, bytes]) -> tuple[Block, ...]:
    """Give the three parts of a report: introduction, research, conclusions."""
    return (*introduction(content, t=t), *research(content, t=t, pictures=pictures), *conclusions(content, t=t))


def sheet(
    content: ReportContent, *, blocks: Iterable[Block], closing: Iterable[Block], t: Translator
) -> dict[str, object]:
    """Give what reports, copies and summaries have on their pages alike."""
    return {
        "language": t.language,
        "fonts": [TEXT_FAMILY, SIGN_FAMILY],
        "laboratory": content.laboratory,
        "created": calendar_parts(content.prepared_at),
        **_frame(content, t=t),
        "blocks": as_json(blocks),
        "closing": as_json(closing),
        "layout": {"side": SIDE_MARGIN, "bottom": BOTTOM_MARGIN, "end_line": END_LINE_HEIGHT, "text": TEXT_SIZE},
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
        "head_notices": list(notices(content, t=t)),
        "watermark": "" if content.evidence else t("DEMO - NOT EVIDENCE"),
        "page_pattern": t("page {page} of {pages}"),
        "end": t("End of report {number}", number=content.number),
    }


def _title(content: ReportContent, *, t: Translator) -> str:
    """Give the heading: that of an amendment names the report that it replaces (ISO/IEC 17025:2017, 7.8.8.2)."""
    if content.amendment is None:
        return t("Forensic examination report")
    return t("Amendment to report no. {number}", number=content.amendment.replaces)


def notices(content: ReportContent, *, t: Translator) -> Iterator[str]:
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
        "title": t("Signatures ({level})", level=content.signature_level),
        "roles": [t("Expert"), t("Reviewer")],
        "people": [person_words(content.expert, t=t), person_words(content.reviewer, t=t)],
        "width": EXPERT_FIELD.width,
        "height": EXPERT_FIELD.height,
    }


def calendar_parts(moment: datetime) -> list[int]:
    """Give a moment in UTC as the template reads it: year, month, day, hour, minute, second."""
    utc = moment.astimezone(UTC)
    return [utc.year, utc.month, utc.day, utc.hour, utc.minute, utc.second]


def _ledger_files(content: ReportContent, extract: LedgerExtract | None) -> Mapping[str, bytes]:
    """Give the files of the extract, which must be those that the content names: it decides every byte."""
    named = {} if content.ledger.checkpoint is None else {f.name: f.sha256 for f in content.ledger.checkpoint.files}
    files: Mapping[str, bytes] = {} if extract is None else extract.files
    if {name: hashlib.sha256(data).hexdigest() for name, data in files.items()} != named:
        raise DocumentError(f"the files from the ledger are not those that the content of {content.number} names")
    return files


def _attachments(
    content: ReportContent, *, data: bytes, ledger: Mapping[str, bytes], t: Translator
) -> Iterator[dict[str, str]]:
    yield {
        "name": DATA_FILE,
        "type": "application/json",
        "relationship": "data",
        "description": t("Everything that the report says, as data"),
        "text": data.decode(),
    }
    yield {
        "name": SCHEMA_FILE,
        "type": "application/schema+json",
        "relationship": "supplement",
        "description": t("What the fields of these data mean: JSON Schema"),
        "text": schema_json().decode(),
    }
    for name, file in ledger.items():
        yield {
            "name": name,
            "type": "text/plain",
            "relationship": "supplement",
            "description": ledger_file_words(name, t=t),
            "text": file.decode(),
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


def set_pages(data: dict[str, object], *, at: datetime) -> bytes:
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
    finally:
        _forget_pages()
    if warnings or not isinstance(pdf, bytes):
        raise DocumentError(f"the document could not be set: {'; '.join(w.message for w in warnings)}")
    return without_suspects(pdf)


def _forget_pages() -> None:
    """Let typst forget what it computed for these pages alone.

    It keeps everything until ten more documents were set without it: some 60 MB in a server. As many empty documents
    take 10 ms. What the next report needs as well, it has used by then and keeps. The C library would keep the freed
    memory for itself: it is given back to the system.
    """
    compiler = _empty_compiler()
    for _ in range(_DOCUMENTS_KEPT):
        compiler.compile(format="pdf")
    _give_back_freed_memory()


def _give_back_freed_memory() -> None:
    """Do so where the C library is the GNU one; others have no such call. Some 8 MB of a server after a report."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)


@lru_cache(maxsize=1)
def _empty_compiler() -> "typst.Compiler":
    import typst  # noqa: PLC0415 - as above

    return typst.Compiler(
        input=str(_NOTHING), root=str(_NOTHING.parent), font_paths=typst_fonts(), ignore_system_fonts=True
    )


def _explained(message: str) -> str:
    """Turn typst's words about a missing glyph into the name of the character."""
    found = _MISSING_GLYPH.search(message)
    if found is None:
        return f"the document could not be set: {message}"
    characters = " and ".join(named_character(c) for c in dict.fromkeys(found[1]))
    return f"no font of the report has {characters}"
