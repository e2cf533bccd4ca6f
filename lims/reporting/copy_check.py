"""Files that are copies or summaries of reports: told from their digest in the record, or from what they say."""

import html
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Protocol

from lims.domain.report_copy import CopyForm, ReportCopy
from lims.reporting.content import COPY_MARK
from lims.translation import LANGUAGE_NAMES, Translator, marked

_MARKED = re.compile(re.escape(COPY_MARK.encode()) + rb"([^\s<>()]{1,400})")
_FORMS: Mapping[CopyForm, str] = MappingProxyType(
    {
        CopyForm.FULL: marked(
            "The file is no report. It is a copy of report {number} in another language ({language}), made by this "
            "laboratory on {day} and unchanged since."
        ),
        CopyForm.SUMMARY: marked(
            "The file is no report. It is a summary of report {number} ({language}), made by this laboratory on {day} "
            "and unchanged since."
        ),
    }
)


class Copied(Protocol):
    """A report with its copies, as the record has it."""

    @property
    def number(self) -> str:
        """Its number."""
        ...

    @property
    def pdf_sha256(self) -> str:
        """Of its document."""
        ...

    @property
    def copies(self) -> tuple[ReportCopy, ...]:
        """What was made of it."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class CopyFinding:
    """What can be said of a file that is a copy, or says so."""

    number: str
    """Of the report that decides."""
    reasons: tuple[str, ...]


def recorded_copy(sha256: str, reports: Iterable[Copied], *, t: Translator) -> CopyFinding | None:
    """Recognise a copy or a summary by its digest in the record; None for any other file."""
    for report in reports:
        for copy in report.copies:
            if copy.copy_sha256 == sha256:
                words = t(
                    _FORMS[copy.form],
                    number=report.number,
                    language=LANGUAGE_NAMES[copy.language],
                    day=t.moment(copy.made_at),
                )
                return CopyFinding(number=report.number, reasons=(words, _decides(copy.of_sha256, t=t)))
    return None


def claimed_copy(pdf: bytes, reports: Iterable[Copied], *, t: Translator) -> CopyFinding | None:
    """Recognise a file that says of itself that it is a copy, and is none that the record knows; None for others."""
    found = _MARKED.search(pdf)
    if found is None:
        return None
    number = html.unescape(found[1].decode("utf-8", errors="replace"))
    words = t(
        "The file says that it is a copy or a summary of report {number}. No copy with its SHA-256 is recorded: "
        "nothing is known of what it says.",
        number=number,
    )
    decides = tuple(_decides(one.pdf_sha256, t=t) for one in reports if one.number == number)
    return CopyFinding(number=number, reasons=(words, *decides))


def _decides(sha256: str, *, t: Translator) -> str:
    return t("The report itself decides; its file has the SHA-256 {sha256}.", sha256=sha256)
