"""The annexes: what travels inside the file, and how a reader checks it."""

from collections.abc import Iterator

from lims.domain.report_content import ReportContent
from lims.ledger.extract import CHECKPOINT_FILE, ENTRIES_FILE, KEYS_FILE, PROOFS_FILE
from lims.reporting.blocks import Block, Bullets, Fact, Facts, Heading, Paragraph
from lims.reporting.content import DATA_FILE, SCHEMA_FILE, SPECTRA_FILE
from lims.signing_settings import SignatureLevel
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
    yield Paragraph(text=_ledger(content, t=t))
    yield Paragraph(
        text=t(
            "The signatures can be checked in the electronic file alone; a printed copy does not carry them. Their "
            "level is {level}: {meaning} Whether the file is the issued one, unchanged to the last byte, is told by "
            "comparing its SHA-256 with the laboratory's record.",
            level=level,
            meaning=_level_words(level, t=t),
        )
    )
    yield Paragraph(text=_issue(content, t=t))


def _level_words(level: str, *, t: Translator) -> str:
    """Say what the level of the signatures shows, and what it does not."""
    words = {
        SignatureLevel.BASIC: t("no outside service confirms the time of signing."),
        SignatureLevel.TIME: t("a time stamp of an outside service confirms when each of them was made."),
        SignatureLevel.LONG_TERM: t(
            "a time stamp of an outside service confirms when each of them was made, and the file keeps what the "
            "authorities said then about the certificates."
        ),
        SignatureLevel.ARCHIVE: t(
            "time stamps of an outside service confirm when each of them and when the whole file was made, and the "
            "file keeps what the authorities said then about the certificates."
        ),
    }
    return words[SignatureLevel(level)]


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
    yield t("{file}: what the fields of these data mean, as JSON Schema.", file=SCHEMA_FILE)
    if content.identities:
        yield t("{file}: the spectra of all components that this report names.", file=SPECTRA_FILE)
    if content.ledger.checkpoint is not None:
        for one in content.ledger.checkpoint.files:
            yield f"{one.name}: {ledger_file_words(one.name, t=t)}."


def ledger_file_words(name: str, *, t: Translator) -> str:
    """Say what a file of the ledger's extract is."""
    words = {
        ENTRIES_FILE: t("ledger entries of this report and of the records of its case that it describes"),
        PROOFS_FILE: t("for each of these entries, the proof that it stands in the ledger"),
        CHECKPOINT_FILE: t("the signed checkpoint of the ledger, to which these proofs lead"),
        KEYS_FILE: t("the public keys of the ledger"),
    }
    return words[name]


def _ledger(content: ReportContent, *, t: Translator) -> str:
    """Say what the checkpoint inside proves and what it does not, or that there is none."""
    if content.ledger.checkpoint is None:
        return t(
            "This file carries no checkpoint of the laboratory's ledger: none could be signed when it was made. That "
            "its entries stand in the ledger is told by the laboratory's record alone."
        )
    return t(
        "The checkpoint was signed after the intent to make this report was recorded and before the signatures in "
        "this file. It proves that the attached entries were in the ledger then. It proves nothing about entries that "
        "are not attached, and its key counts only if it is the one that the laboratory made known elsewhere. What the "
        "ledger says of the issue of this report, the laboratory gives out as a receipt, a file of its own."
    )


def _digests(content: ReportContent, *, data_sha256: str, t: Translator) -> Iterator[Fact]:
    yield Fact(label=t("SHA-256 of {file}", file=DATA_FILE), value=data_sha256, is_digest=True)
    if content.described:
        count = t.number(len(content.described))
        yield Fact(label=t("Records that this report describes; an edit of one voids it before its issue"), value=count)
    yield Fact(label=t("Ledger entries when the content was frozen"), value=t.number(content.ledger.entries))
    yield Fact(label=t("Hash of the newest of them"), value=content.ledger.head, is_digest=True)
    checkpoint = content.ledger.checkpoint
    if checkpoint is not None:
        words = t(
            "{origin}: {entries} entries, key {keys}",
            origin=checkpoint.origin,
            entries=t.number(checkpoint.size),
            keys=", ".join(key.rpartition("+")[2] for key in checkpoint.keys),
        )
        yield Fact(label=t("Checkpoint of the ledger"), value=words)
        yield Fact(label=t("Root of its tree"), value=checkpoint.root, is_digest=True)
