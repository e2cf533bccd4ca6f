"""What stands on every copy and every summary of a report: that it is none, and which report decides."""

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from lims.domain.copy_mark import CopyMark
from lims.domain.report import ReportStatus
from lims.domain.report_content import ReportContent
from lims.errors import DocumentError
from lims.reporting.blocks import Fact
from lims.reporting.content import COPY_MARK
from lims.reporting.document import calendar_parts, notices
from lims.reporting.sections.introduction import person_words
from lims.translation import LANGUAGE_NAMES, Translator, marked

_STANDING: Mapping[ReportStatus, str] = MappingProxyType(
    {
        ReportStatus.ISSUED: marked("issued, neither replaced nor withdrawn"),
        ReportStatus.WITHDRAWN: marked("WITHDRAWN by the laboratory"),
        ReportStatus.SUPERSEDED: marked("REPLACED by another report"),
    }
)


def require_of(content: ReportContent, translator: Translator, mark: CopyMark) -> None:
    """Refuse a mark of another report, or a translator of another language.

    Raises
    ------
    DocumentError
        Naming both.
    """
    if translator.language != mark.language:
        raise DocumentError(f"the copy is in {mark.language!r}, the translator in {translator.language!r}")
    if (content.number, content.language) != (mark.report_number, mark.report_language):
        raise DocumentError(
            f"the content is of {content.number} in {content.language!r}, the copy of {mark.report_number} "
            f"in {mark.report_language!r}"
        )
    if mark.status not in _STANDING:
        raise DocumentError(f"{mark.report_number} is {mark.status.value}; a copy is made of a report that was issued")


def copy_frame(content: ReportContent, mark: CopyMark, *, notice: str, t: Translator) -> dict[str, object]:
    """Give what replaces a report's own head, mark and signatures: on each page stands which file decides."""
    decides = t(
        "The report decides: no. {number}, language {language}, SHA-256",
        number=mark.report_number,
        language=LANGUAGE_NAMES[mark.report_language],
    )
    return {
        "created": calendar_parts(mark.made_at),
        "number_mark": f"{COPY_MARK}{mark.report_number}",
        "prepared_line": t(
            "Report prepared on {prepared}, this document made on {made}",
            prepared=t.moment(content.prepared_at),
            made=t.moment(mark.made_at),
        ),
        "head_notices": [notice, decides, mark.report_sha256, *_standing_notice(mark, t=t), *notices(content, t=t)],
        "watermark": notice if content.evidence else t("DEMO - NOT EVIDENCE"),
        "signatures": None,
        "attachments": [],
    }


def report_rows(mark: CopyMark, *, t: Translator) -> Iterator[Fact]:
    """Name the report that decides, how it stood when the copy was made, and who made that."""
    yield Fact(label=t("The report that decides"), value=t("No. {number}", number=mark.report_number))
    yield Fact(label=t("Its language"), value=LANGUAGE_NAMES[mark.report_language])
    yield Fact(label=t("SHA-256 of its file"), value=mark.report_sha256, is_digest=True)
    yield from state_rows(mark, t=t)


def state_rows(mark: CopyMark, *, t: Translator) -> Iterator[Fact]:
    """Say how the report stood when the copy was made, and who made it."""
    yield Fact(label=t("State of the report on {moment}", moment=t.moment(mark.made_at)), value=standing(mark, t=t))
    yield Fact(label=t("This document was made by"), value=person_words(mark.made_by, t=t))


def standing(mark: CopyMark, *, t: Translator) -> str:
    """Say how the report stood when the copy was made."""
    words = t(_STANDING[mark.status])
    if mark.superseded_by:
        words = f"{words}: {t('No. {number}', number=mark.superseded_by)}"
    return f"{words}. {mark.withdrawal_reason}" if mark.withdrawal_reason else words


def _standing_notice(mark: CopyMark, *, t: Translator) -> Iterator[str]:
    if mark.status is not ReportStatus.ISSUED:
        yield standing(mark, t=t)
