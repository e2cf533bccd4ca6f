"""The annexes: what travels inside the file, and how a reader checks it."""

from collections.abc import Iterator

from lims.domain.report_content import ReportContent
from lims.reporting.blocks import Block, Bullets, Fact, Facts, Heading, Paragraph
from lims.reporting.content import DATA_FILE, SPECTRA_FILE
from lims.translation import Translator


def annexes(content: ReportContent, *, data_sha256: str, level: str, t: Translator) -> Iterator[Block]:
    """Give the annexes.

    Parameters
    ----------
    content : ReportContent
        The report.
    data_sha256 : str
        Hex digest of the attached data.
    level : str
        The level of the signatures that will be made.
    t : Translator
        For the report's language.
    """
    yield Heading(level=1, text=t("Annexes and how to check this report"))
    yield Paragraph(text=t("Files attached to this document:"), with_next=True)
    yield Bullets(items=tuple(_attachments(content, t=t)))
    yield Facts(rows=tuple(_digests(content, data_sha256=data_sha256, t=t)))
    yield Paragraph(
        text=t(
            "The signatures can be checked in the electronic file alone; a printed copy does not carry them. Their "
            "level is {level}: no outside service confirms the time of signing. Whether the file is the issued one, "
            "unchanged to the last byte, is told by comparing its SHA-256 with the laboratory's record.",
            level=level,
        )
    )
    yield Paragraph(text=_issue(content, t=t))


def _issue(content: ReportContent, *, t: Translator) -> str:
    """Say who issues the report, and where that is told: the reviewer's signature locks the file before."""
    record = t(
        "Another person reviews the paper of this report, and the head of the laboratory issues it; both sign in the "
        "laboratory's record, after both signatures in this file. Whether it was issued, and whether it was replaced "
        "or withdrawn since, is told by that record."
    )
    if not content.release_by_reviewer:
        return record
    both = t(
        "This laboratory has no third person for it: by its settings the reviewer may also review the paper and issue "
        "the report."
    )
    return f"{record} {both}"


def _attachments(content: ReportContent, *, t: Translator) -> Iterator[str]:
    yield t("{file}: everything that this report says, as data.", file=DATA_FILE)
    if content.identities:
        yield t("{file}: the spectra of all components that this report names.", file=SPECTRA_FILE)


def _digests(content: ReportContent, *, data_sha256: str, t: Translator) -> Iterator[Fact]:
    yield Fact(label=t("SHA-256 of {file}", file=DATA_FILE), value=data_sha256, is_digest=True)
    if content.described:
        count = t.number(len(content.described))
        yield Fact(label=t("Records that this report describes; an edit of one voids it before its issue"), value=count)
    yield Fact(label=t("Ledger entries when the content was frozen"), value=t.number(content.ledger.entries))
    yield Fact(label=t("Hash of the newest of them"), value=content.ledger.head, is_digest=True)
