"""The photographs of the exhibit: before it was opened, and its seals; every other one is named with its digest."""

import base64
from collections.abc import Iterator, Mapping
from types import MappingProxyType

from lims.domain.report_content import ReportContent
from lims.domain.report_photographs import NotPrinted, PhotographSection, SealShown
from lims.errors import DocumentError
from lims.reporting.blocks import Block, Bullets, Fact, Heading, Paragraph, Photo
from lims.reporting.picture import DPI, PRINTED_CM
from lims.reporting.wording import or_unknown
from lims.translation import Translator, marked

_CM_PER_INCH = 2.54
_LEAST_CM = 3.0
"""A picture of few pixels is enlarged to this."""
_NOT_PRINTED: Mapping[NotPrinted, str] = MappingProxyType(
    {
        NotPrinted.AFTER_OPENING: marked("taken after the exhibit was opened"),
        NotPrinted.ENOUGH: marked("as many as a report prints are printed"),
        NotPrinted.UNREADABLE: marked("its file cannot be shown"),
    }
)


def photographs(content: ReportContent, pictures: Mapping[str, bytes], *, t: Translator) -> Iterator[Block]:
    """Give the photographs; nothing where none is on record.

    Raises
    ------
    DocumentError
        If the picture of a photograph that is printed was not handed in.
    """
    found = content.exhibit.photographs
    if not found:
        return
    yield Heading(level=2, text=t("Photographs of the exhibit"))
    printed = [one for one in found if one.not_printed is None]
    for one in printed:
        yield _photo(one, pictures, t=t)
    if printed:
        yield Paragraph(
            text=t(
                "The pictures are smaller copies of the photographs, at most 300 dpi. The photographs themselves are "
                "kept in the laboratory; the SHA-256 is theirs."
            )
        )
    named = tuple(_named(one, t=t) for one in found if one.not_printed is not None)
    if named:
        yield Paragraph(text=t("Photographs on record that are not printed:"), with_next=True)
        yield Bullets(items=named)


def _photo(one: PhotographSection, pictures: Mapping[str, bytes], *, t: Translator) -> Block:
    jpeg = pictures.get(one.shown_sha256)
    if jpeg is None:
        raise DocumentError(f"the picture of photograph {one.number} ({one.shown_sha256}) is not at hand")
    longest = max(one.width_px, one.height_px)
    side = min(PRINTED_CM, max(_LEAST_CM, longest / DPI * _CM_PER_INCH))
    return Photo(
        svg=_framed(jpeg, one.width_px, one.height_px),
        alternative=t("Photograph {number}: {shows}", number=one.number, shows=one.shows),
        width_cm=round(side * one.width_px / longest, 2),
        rows=tuple(_rows(one, t=t)),
    )


def _framed(jpeg: bytes, width: int, height: int) -> str:
    """Put a JPEG into a drawing; it goes into the document byte for byte."""
    data = base64.b64encode(jpeg).decode()
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="{width}" '
        f'height="{height}"><image width="{width}" height="{height}" xlink:href="data:image/jpeg;base64,{data}"/></svg>'
    )


def _rows(one: PhotographSection, *, t: Translator) -> Iterator[Fact]:
    yield Fact(label=t("Photograph"), value=one.number)
    yield Fact(label=t("It shows"), value=one.shows)
    yield Fact(label=t("Taken"), value=t("unknown") if one.taken_at is None else t.moment(one.taken_at))
    yield Fact(label=t("Taken by"), value=or_unknown(one.taken_by, t=t))
    yield Fact(label=t("Before the exhibit was opened"), value=_before(one, t=t))
    yield Fact(label=t("Seal"), value="; ".join(_seal(seal, t=t) for seal in one.seals) or t("not recorded"))
    yield Fact(label=t("File"), value=one.file_name)
    yield Fact(label="SHA-256", value=one.sha256)


def _before(one: PhotographSection, *, t: Translator) -> str:
    if one.before_opening is None:
        return t("unknown")
    return t("yes") if one.before_opening else t("no")


def _seal(seal: SealShown, *, t: Translator) -> str:
    if not seal.number:
        return t("no seal was found")
    if seal.opened:
        return t("No. {number}, recorded when it was opened", number=seal.number)
    return t("No. {number}, recorded when it was put on", number=seal.number)


def _named(one: PhotographSection, *, t: Translator) -> str:
    reason = t(_NOT_PRINTED[one.not_printed]) if one.not_printed else ""
    return t(
        "{number}: {shows}. SHA-256 {sha256}. Not printed: {reason}.",
        number=one.number,
        shows=one.shows.rstrip("."),
        sha256=one.sha256,
        reason=reason,
    )
