"""Labels for exhibits and places: QR code and Code 128 with check characters, and the number for people to read.

Sources: ISO/IEC 18004 (QR code, level M) by segno; ISO/IEC 15417 (Code 128) by python-barcode.
"""

import io
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, Literal

from lims.domain.exhibit_code import label_payload
from lims.errors import DocumentError, InvalidRecordError
from lims.label_sheet import LabelSheet
from lims.reporting.fonts import SIGN_FAMILY, TEXT_FAMILY, typst_fonts
from lims.translation import Translator

_TEMPLATE = Path(__file__).parent / "templates" / "labels.typ"
_PDF_STANDARD: Final = "a-2u"
"""Level u maps every glyph to Unicode: a character without a glyph is refused and not left out."""
_QR_QUIET_MODULES = 4
"""ISO/IEC 18004: the quiet zone of a QR code."""
_BAR_QUIET_MODULES = 10
"""ISO/IEC 15417: the quiet zone on each side of Code 128, in widths of its narrowest bar."""
_QR_SHARE, _BAR_SHARE = 0.6, 0.34
"""Of the height inside a label."""
_TALLEST_QR_MM = 20.0
_LARGEST_TEXT_PT, _TEXT_PT_FOR_MM = 11.0, 0.17


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """What one label says."""

    number: str
    """Of an exhibit or a place; both codes say it with its check characters."""
    seal: str = ""
    words: str = ""
    """One more line: of a place, what it is."""


def compose_labels(
    labels: Sequence[Label], *, laboratory: str, sheet: LabelSheet, translator: Translator, at: datetime, skip: int = 0
) -> bytes:
    """Make a PDF with labels.

    Parameters
    ----------
    labels : sequence of Label
    sheet : LabelSheet
        How many labels a page has, and how large they are.
    at : datetime
        Aware; stands in the document's properties.
    skip : int, optional
        How many places of the first sheet are used up already.

    Raises
    ------
    ScanError
        If a number has a character that labels do not have.
    DocumentError
        If a text has a character without a glyph.
    InvalidRecordError
        If there is no label, or the first sheet has no place left.
    """
    data = _data(labels, laboratory=laboratory, sheet=sheet, t=translator, skip=skip)
    moment = at.astimezone(UTC)
    data["created"] = [moment.year, moment.month, moment.day, moment.hour, moment.minute, moment.second]
    return _compiled(data, form="pdf", resolution=72.0)[0]


def draw_labels(
    labels: Sequence[Label], *, laboratory: str, sheet: LabelSheet, translator: Translator, dots_per_inch: float
) -> tuple[bytes, ...]:
    """Make one PNG for each page of labels, for looking at them and for printers without PDF.

    Raises
    ------
    ScanError, DocumentError, InvalidRecordError
        As for ``compose_labels``.
    """
    data = _data(labels, laboratory=laboratory, sheet=sheet, t=translator, skip=0)
    return _compiled(data, form="png", resolution=dots_per_inch)


def _data(
    labels: Sequence[Label], *, laboratory: str, sheet: LabelSheet, t: Translator, skip: int
) -> dict[str, object]:
    """Gather everything that the template needs: finished words, pictures, measures."""
    on_page = sheet.rows * sheet.columns
    if not labels or not 0 <= skip < on_page:
        raise InvalidRecordError(f"{len(labels)} labels from place {skip + 1} of {on_page}; expected one or more")
    places = [None] * skip + [_label(one, laboratory=laboratory, t=t) for one in labels]
    inside = sheet.label_height - 2 * sheet.inset
    return {
        "title": ", ".join(one.number for one in labels[:3]),
        "laboratory": laboratory,
        "language": t.language,
        "fonts": [TEXT_FAMILY, SIGN_FAMILY],
        "page": {
            "width": sheet.page_width,
            "height": sheet.page_height,
            "left": sheet.left,
            "top": sheet.top,
            "columns": sheet.columns,
            "column_gap": sheet.column_gap,
            "row_gap": sheet.row_gap,
        },
        "label": {
            "width": sheet.label_width,
            "height": sheet.label_height,
            "inset": sheet.inset,
            "qr": min(inside * _QR_SHARE, _TALLEST_QR_MM),
            "bars": sheet.label_width - 2 * sheet.inset,
            "bar_height": inside * _BAR_SHARE,
            "size": min(_LARGEST_TEXT_PT, sheet.label_width * _TEXT_PT_FOR_MM),
        },
        "pages": list(_pages(places, on_page)),
    }


def _pages(places: list[dict[str, object] | None], on_page: int) -> Iterator[list[dict[str, object] | None]]:
    for start in range(0, len(places), on_page):
        yield places[start : start + on_page]


def _label(label: Label, *, laboratory: str, t: Translator) -> dict[str, object]:
    payload = label_payload(label.number)
    seal = t("Seal: {seal}", seal=label.seal) if label.seal else ""
    return {
        "number": label.number,
        "lines": [line for line in (laboratory, label.words, seal) if line],
        "qr": _qr_picture(payload),
        "bars": _bar_picture(payload),
    }


def _qr_picture(payload: str) -> str:
    import segno  # noqa: PLC0415 - only labels pay for it

    picture = io.BytesIO()
    segno.make(payload, error="m", micro=False).save(picture, kind="svg", border=_QR_QUIET_MODULES, xmldecl=False)
    return picture.getvalue().decode()


def _bar_picture(payload: str) -> str:
    """Draw Code 128 as one rectangle for each bar, a unit wide and a unit high; it is stretched when it is set."""
    from barcode.codex import Code128  # noqa: PLC0415 - only labels pay for it

    modules = Code128(payload).build()[0]
    bars = "".join(
        f'<rect x="{place + _BAR_QUIET_MODULES}" y="0" width="{width}" height="1"/>' for place, width in _runs(modules)
    )
    width = len(modules) + 2 * _BAR_QUIET_MODULES
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="1" viewBox="0 0 {width} 1" '
        f'preserveAspectRatio="none">{bars}</svg>'
    )


def _runs(modules: str) -> Iterator[tuple[int, int]]:
    """Give place and width of each dark bar."""
    place = 0
    while (start := modules.find("1", place)) >= 0:
        end = modules.find("0", start)
        place = len(modules) if end < 0 else end
        yield start, place - start


def _compiled(data: dict[str, object], *, form: Literal["pdf", "png"], resolution: float) -> tuple[bytes, ...]:
    import typst  # noqa: PLC0415 - only composing pays for it

    compiler = typst.Compiler(
        input=str(_TEMPLATE), root=str(_TEMPLATE.parent), font_paths=typst_fonts(), ignore_system_fonts=True
    )
    try:
        made, warnings = compiler.compile_with_warnings(
            format=form,
            ppi=resolution,
            pdf_standards=[_PDF_STANDARD],
            sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
        )
    except typst.TypstError as error:
        raise DocumentError(f"the labels could not be set: {error.message}") from error
    if warnings:
        raise DocumentError(f"the labels could not be set: {'; '.join(one.message for one in warnings)}")
    return tuple(made) if isinstance(made, list) else (bytes(made or b""),)
