"""``aigaq report verify``."""

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache, partial
from itertools import islice
from pathlib import Path

import typer

from lims.cli.laboratories import find_laboratory, require_laboratory
from lims.cli.output import print_json, say
from lims.domain.report import Report
from lims.errors import NotFoundError, UnreadableFileError
from lims.ledger.entry import moment_text
from lims.reporting.bounded_looking import LIMITS, look_bounded
from lims.reporting.content import NUMBER_MARK
from lims.reporting.evidence import Outside
from lims.reporting.ledger_trust import read_keys
from lims.reporting.repeating.checks import CheckName, CheckState, RepeatedCheck
from lims.reporting.signature_check import SignatureCheck
from lims.reporting.verdict import Verdict, Verification
from lims.reporting.verification import SignedReport, verify_report
from lims.services.laboratory import Laboratory
from lims.translation import SOURCE_LANGUAGE, Translator, marked

EXIT_CODES = {
    Verdict.VALID: 0,
    Verdict.SUPERSEDED: 3,
    Verdict.ALTERED: 4,
    Verdict.NOT_ISSUED: 5,
    Verdict.CANNOT_SAY: 6,
    Verdict.WITHDRAWN: 7,
}
"""Never given another meaning: programs of others rely on them."""
_VERDICTS = {
    Verdict.VALID: marked("VALID: issued by the laboratory, unchanged, not withdrawn by this record"),
    Verdict.SUPERSEDED: marked("SUPERSEDED: issued by the laboratory and unchanged, but replaced by another report"),
    Verdict.WITHDRAWN: marked("WITHDRAWN: issued by the laboratory and unchanged, but taken back"),
    Verdict.ALTERED: marked("ALTERED: this is not the file that was issued or signed"),
    Verdict.NOT_ISSUED: marked("NOT ISSUED: the laboratory did not issue this file"),
    Verdict.CANNOT_SAY: marked("CANNOT SAY: something is missing that a verdict needs"),
}
_CHECKS = {
    CheckName.DATA: marked("Data of the report"),
    CheckName.MATCH_FACTORS: marked("Match factors"),
    CheckName.SAMPLING: marked("Sampling statement"),
    CheckName.WEIGHTS: marked("Masses and their uncertainty"),
    CheckName.THRESHOLD: marked("Thresholds and size classes"),
    CheckName.QUANTITATION: marked("Content of the substance"),
    CheckName.CONFIDENCE: marked("Error rate and its interval"),
    CheckName.PROOFS: marked("Proofs of the ledger entries"),
    CheckName.CHECKPOINT: marked("Checkpoint of the ledger"),
}
_STATES = {
    CheckState.EQUAL: marked("done, the report says the same"),
    CheckState.DIFFERS: marked("DONE, THE REPORT SAYS SOMETHING ELSE"),
    CheckState.NOT_POSSIBLE: marked("not possible"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifyWishes:
    """What a reader has beside the file, and in which language he reads."""

    home: Path | None = None
    """Folder of the laboratory; None: that of the settings, if there is one."""
    ledger: Path | None = None
    """The same, of a laboratory that must be there."""
    checkpoint: Path | None = None
    """A receipt or a signed checkpoint: then no laboratory is asked."""
    trust: Path | None = None
    """Certificates, and public keys of ledgers beside them."""
    language: str = SOURCE_LANGUAGE


NO_WISHES = VerifyWishes()
_NAMED = re.compile(re.escape(NUMBER_MARK.encode()) + rb"([0-9A-Za-z-]{1,100})")
_MOST_NAMED = 10
"""So many numbers in a file are looked up one by one; a report has two."""


def run_report_verify(file: Path, wishes: VerifyWishes, *, as_json: bool) -> None:
    """Verify a report and print the verdict; the exit code says it too."""
    t = Translator(wishes.language)
    laboratory = _laboratory(wishes)
    check = verify_packet if file.is_dir() else verify_file
    verification = check(file, laboratory, wishes)
    if as_json:
        print_json(_json(file, verification, language=wishes.language))
    else:
        for line in _lines(file, verification, t=t):
            say(_printable(line))
    raise typer.Exit(EXIT_CODES[verification.verdict])


def _laboratory(wishes: VerifyWishes) -> Laboratory | None:
    """Open the laboratory to ask: the one that is named must be there."""
    if wishes.ledger is not None:
        return require_laboratory(wishes.ledger)
    return None if wishes.checkpoint is not None else find_laboratory(wishes.home)


def verify_file(file: Path, laboratory: Laboratory | None, wishes: VerifyWishes = NO_WISHES) -> Verification:
    """Verify a report file against a laboratory's records, or with what a reader has without them.

    Raises
    ------
    UnreadableFileError
        If a file cannot be read, or is far larger than any report.
    """
    trust = () if wishes.trust is None else (_read(wishes.trust),)
    roots = trust or (laboratory.desk.trust_roots if laboratory else ())
    pdf = _read(file)
    return verify_report(
        pdf,
        recorded=recorded_about(laboratory, pdf) if laboratory else None,
        trust_roots=roots,
        revocation_lists=laboratory.desk.revocation_lists if laboratory else (),
        outside=_outside(laboratory, wishes, trust=trust),
        at=None if laboratory else datetime.now(UTC),
        translator=Translator(wishes.language),
        looking=look_bounded,
    )


def _outside(laboratory: Laboratory | None, wishes: VerifyWishes, *, trust: tuple[bytes, ...]) -> Outside:
    """Gather keys and receipt; a laboratory's own ledger vouches for its own keys."""
    own = laboratory.checkpointing.identity().keys if laboratory else ()
    keys = (*own, *(key for data in trust for key in read_keys(data)))
    brought = None if wishes.checkpoint is None else _read(wishes.checkpoint)
    return Outside(keys=tuple(dict.fromkeys(keys)), brought=brought)


def verify_packet(folder: Path, laboratory: Laboratory | None, wishes: VerifyWishes) -> Verification:
    """Verify a disclosure packet and the report in it.

    Raises
    ------
    UnreadableFileError
        If the folder is no packet, or cannot be read.
    """
    from lims.cli.packets import joined, look_into  # noqa: PLC0415 - a PDF alone does not need it

    packet = look_into(folder, laboratory)
    if packet.report is None:
        empty = Verification(verdict=Verdict.ALTERED, reasons=(), sha256=packet.sha256)
        return joined(empty, packet)
    return joined(verify_file(packet.report, laboratory, wishes), packet)


def signed_reports(laboratory: Laboratory) -> tuple[SignedReport, ...]:
    """Give all reports of a laboratory that both persons signed, as the verification wants them."""
    return _signed(laboratory, laboratory.reporting.all())


def recorded_about(laboratory: Laboratory, pdf: bytes) -> tuple[SignedReport, ...]:
    """Give what the record says of a file: of one report where it is that report's document, else of all reports."""
    sha256 = hashlib.sha256(pdf).hexdigest()
    for found in islice(_NAMED.finditer(pdf), _MOST_NAMED):
        try:
            named = laboratory.reporting.get(found[1].decode())
        except NotFoundError:
            continue
        if named.pdf_sha256 == sha256:
            return _signed(laboratory, (named,))
    return signed_reports(laboratory)


def _signed(laboratory: Laboratory, reports: Iterable[Report]) -> tuple[SignedReport, ...]:
    reporting = laboratory.reporting
    person = cache(reporting.person)
    return tuple(
        SignedReport(
            number=report.number,
            pdf_sha256=report.pdf_sha256,
            expert=person(report.expert).name,
            reviewer=person(report.reviewer).name,
            status=report.status,
            reason=report.withdrawal_reason or report.void_reason,
            read_pdf=partial(reporting.document, report.number),
            superseded_by=report.superseded_by,
            read_signatures=partial(reporting.signatures, report.number),
            content_sha256=report.content_sha256 or "",
            copies=report.copies,
        )
        for report in reports
        if report.pdf_sha256 is not None
    )


def _json(file: Path, verification: Verification, *, language: str) -> dict[str, object]:
    found: dict[str, object] = {
        "file": str(file),
        "verdict": verification.verdict.value,
        "reasons": list(verification.reasons),
        "sha256": verification.sha256,
        "report": verification.number,
        "language": language,
        "checks": [
            {"name": one.name.value, "state": one.state.value, "words": one.words} for one in verification.checks
        ],
    }
    found |= _level_facts(verification.signatures)
    return found | ({"superseded_by": verification.superseded_by} if verification.superseded_by else {})


def _level_facts(signatures: SignatureCheck | None) -> dict[str, object]:
    """Give the level that was found, the one that the report states, and when the whole file was stamped."""
    if signatures is None:
        return {}
    stamped = signatures.stamped_at
    return {
        "level": signatures.level,
        "stated_level": signatures.stated_level,
        "stamped_at": None if stamped is None else moment_text(stamped),
    }


def _lines(file: Path, verification: Verification, *, t: Translator) -> tuple[str, ...]:
    """Write for a person: the verdict, what it means, the reasons, then what was computed again."""
    by = f" BY {verification.superseded_by}" if verification.superseded_by else ""
    repeated = (t("Computed again from the file alone:"),) if verification.checks else ()
    return (
        f"{verification.verdict.value}{by}  {file}",
        f"  {t(_VERDICTS[verification.verdict])}.",
        *(f"  {reason}" for reason in verification.reasons),
        *(f"  {line}" for line in _level_line(verification.signatures, t=t)),
        *repeated,
        *(_check_line(one, t=t) for one in verification.checks),
    )


def _level_line(signatures: SignatureCheck | None, *, t: Translator) -> tuple[str, ...]:
    """Name the level that both signatures have, if both hold."""
    level = None if signatures is None else signatures.level
    return () if level is None else (f"{t('Signature level {level}', level=level)}.",)


def _printable(line: str) -> str:
    """Leave out what would steer a terminal: names in the line come from a file that anybody may have made."""
    return "".join(character if character.isprintable() else "\ufffd" for character in line)


def _check_line(check: RepeatedCheck, *, t: Translator) -> str:
    return f"  {t(_CHECKS[check.name])}: {t(_STATES[check.state])}. {check.words}"


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            data = file.read(LIMITS.file_bytes + 1)
    except OSError as error:
        raise UnreadableFileError(path, error.strerror or str(error)) from error
    if len(data) > LIMITS.file_bytes:
        raise UnreadableFileError(path, f"more than {LIMITS.file_bytes} bytes: no report")
    return data
