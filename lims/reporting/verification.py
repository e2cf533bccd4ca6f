"""The verdict on a file that claims to be a report: one word, with the sentences that say why.

A signature alone does not prove that a report was issued, and does not notice every changed byte; the SHA-256 of the
whole file in the laboratory's record does. Loading this module is cheap; checking signatures loads pyHanko.
"""

import hashlib
import html
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cache

from lims.domain.report import LEFT, ReportStatus
from lims.domain.report_copy import ReportCopy
from lims.domain.signature import RecordedSignature, SignatureMeaning
from lims.errors import LimsError
from lims.reporting.content import NUMBER_MARK
from lims.reporting.copy_check import CopyFinding, claimed_copy, recorded_copy
from lims.reporting.differences import describe_difference, equal_share
from lims.reporting.evidence import NOTHING_OUTSIDE, Outside
from lims.reporting.keys import names_agree
from lims.reporting.looking import Look, Looking, LookRequest, look
from lims.reporting.offline_verdict import OfflineVerifier, demonstration_words
from lims.reporting.signature_check import ENGLISH, SignatureCheck, check_signatures
from lims.reporting.verdict import PAGES_NOT_READ, Verdict, Verification
from lims.translation import Translator

__all__ = ["SignatureCheck", "SignedReport", "Verdict", "Verification", "check_signatures", "verify_report"]

_RECOGNISED_SHARE = 0.5
"""A file of which at least this share equals an issued report is that report, altered."""
_MARKED = re.compile(re.escape(NUMBER_MARK.encode()) + rb"([^\s<>()]{1,400})")
_WIDE_MARK = NUMBER_MARK.encode("utf-16-be")
_LONGEST_NUMBER = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedReport:
    """What the laboratory's record says of one report that both persons signed."""

    number: str
    pdf_sha256: str
    """Hex, of the whole file."""
    expert: str
    reviewer: str
    """The persons' names as recorded."""
    status: ReportStatus
    """Issued or withdrawn; reviewed or voided for one that never left the laboratory."""
    reason: str
    """Why it was withdrawn or given up; empty for all others."""
    read_pdf: Callable[[], bytes] = field(repr=False)
    """Gives the stored document; called only to recognise an altered copy."""
    superseded_by: str = ""
    """Number of the amendment that replaced it."""
    read_signatures: Callable[[], tuple[RecordedSignature, ...]] = field(repr=False, default=tuple)
    """Gives the signatures that stand in the record alone; called only for a report that was issued."""
    content_sha256: str = ""
    """Hex, of the data that the document carries; empty for unknown."""
    copies: tuple[ReportCopy, ...] = ()
    """Copies and summaries that were made of it."""


def verify_report(
    pdf: bytes,
    *,
    recorded: Sequence[SignedReport] | None,
    trust_roots: Sequence[bytes],
    revocation_lists: Sequence[bytes] = (),
    outside: Outside = NOTHING_OUTSIDE,
    at: datetime | None = None,
    translator: Translator = ENGLISH,
    looking: Looking = look,
) -> Verification:
    """Say whether a file is a report that was issued, unchanged.

    Parameters
    ----------
    pdf : bytes
        Any bytes.
    recorded : sequence of SignedReport or None
        All reports of the ledger that both persons signed; None where no ledger is at hand.
    trust_roots : sequence of bytes
        PEM certificates that signatures must lead to.
    revocation_lists : sequence of bytes
        CRLs; without any, revocation is not checked.
    outside : Outside
        Keys of ledgers that are believed, and a receipt or a checkpoint, which is used where no ledger is at hand.
    at : datetime, optional
        Aware; the moment of the check. By default certificates must hold at the time that each signature states.
    translator : Translator
        Language of the reasons.
    looking : callable
        Reads what is inside the file: ``look``, or ``look_bounded`` for a file that anybody may have made.

    Returns
    -------
    Verification
        For every input, also for damaged files.

    Raises
    ------
    SigningError
        If a trust root or a revocation list cannot be read.
    """
    evidence = outside.evidence()
    sha256 = hashlib.sha256(pdf).hexdigest()
    same = next((report for report in recorded or () if report.pdf_sha256 == sha256), None)
    request = LookRequest(
        trust_roots=tuple(trust_roots),
        revocation_lists=tuple(revocation_lists),
        ledger_keys=tuple(key.to_text() for key in outside.keys),
        recorded=evidence.content_sha256_of(sha256) if same is None else same.content_sha256,
        repeats=recorded is None or same is not None,
        at=at,
        language=translator.language,
    )
    check = _Verifier(pdf=pdf, sha256=sha256, look=cache(lambda: looking(pdf, request)), t=translator)
    if recorded is not None:
        return check.with_ledger(tuple(recorded))
    offline = OfflineVerifier(
        pdf=pdf,
        look=check.look(),
        evidence=evidence,
        numbers=frozenset(check.numbers()),
        t=translator,
    )
    return offline.verification()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Verifier:
    """One file under examination."""

    pdf: bytes = field(repr=False)
    sha256: str
    look: Callable[[], Look] = field(repr=False)
    """Reads what is inside the file, once."""
    t: Translator

    def with_ledger(self, recorded: tuple[SignedReport, ...]) -> Verification:
        """Compare with the record first, then look at the signatures, then for a likeness."""
        same = next((report for report in recorded if report.pdf_sha256 == self.sha256), None)
        known = same or self._named(recorded)
        if known is not None and known.status not in LEFT:
            return self._inside(known)
        copy = None if known is not None else recorded_copy(self.sha256, recorded, t=self.t)
        if copy is not None:
            return self._copy(copy)
        return self._same_bytes(same) if same is not None else self._another(recorded, known)

    def _another(self, recorded: tuple[SignedReport, ...], named: SignedReport | None) -> Verification:
        """Judge a file that is no recorded one; it may carry the number of one that was issued."""
        issued = tuple(report for report in recorded if report.status in LEFT)
        if named is not None and self._is_another_document(named):
            return self._impostor(named)
        if named is not None:
            return self._altered(named, how=self.t("It names report {number}.", number=named.number))
        copy = claimed_copy(self.pdf, recorded, t=self.t)
        if copy is not None:
            return self._copy(copy)
        signatures = self._signatures()
        if signatures.both_valid:
            return self._not_issued(signatures)
        alike = self._alike(issued)
        if alike is not None:
            return self._altered(alike, how=self.t("Half of it or more equals report {number}.", number=alike.number))
        return self._unknown(signatures)

    def _same_bytes(self, report: SignedReport) -> Verification:
        """Judge a file that is the recorded one, byte for byte: its signatures must be those that were recorded."""
        t, signatures = self.t, self._signatures()
        same = t(
            "The file is report {number}, unchanged to the last byte: its SHA-256 is the recorded one.",
            number=report.number,
        )
        wrong = tuple(self._wrong_signers(report, signatures))
        doubts = tuple(self._doubts())
        if signatures.both_valid and not wrong:
            judged = self._standing(report, signatures, same)
            if not doubts:
                return judged
            return replace(judged, verdict=Verdict.CANNOT_SAY, superseded_by="", reasons=(*doubts, *judged.reasons))
        weak = t("Its signatures cannot be relied on, for the reasons below.")
        return self._result(Verdict.CANNOT_SAY, signatures, same, weak, *wrong, *doubts, number=report.number)

    def _standing(self, report: SignedReport, signatures: SignatureCheck, same: str) -> Verification:
        """Say whether a report that was issued still stands."""
        t = self.t
        if report.status is ReportStatus.WITHDRAWN:
            gone = t("The laboratory withdrew it. Its reason: {reason}.", reason=report.reason.rstrip("."))
            return self._result(
                Verdict.WITHDRAWN, signatures, same, gone, *self._replaced(report), number=report.number
            )
        if report.status is ReportStatus.SUPERSEDED:
            replaced = self._result(Verdict.SUPERSEDED, signatures, same, *self._replaced(report), number=report.number)
            return replace(replaced, superseded_by=report.superseded_by)
        stands = t("By this record it is not withdrawn; a later withdrawal would stand in a later record.")
        recorded = tuple(self._recorded(report))
        return self._result(Verdict.VALID, signatures, same, stands, t(PAGES_NOT_READ), *recorded, number=report.number)

    def _replaced(self, report: SignedReport) -> Iterator[str]:
        if report.superseded_by:
            yield self.t("Report {number} replaced it.", number=report.superseded_by)

    def _recorded(self, report: SignedReport) -> Iterator[str]:
        """Name who signed in the record alone: printed name, meaning, date and time (21 CFR 11.50)."""
        t = self.t
        for one in report.read_signatures():
            if one.meaning is SignatureMeaning.ADMINISTRATIVE_REVIEWER:
                yield t("Reviewed administratively by {name} on {moment}.", name=one.name, moment=t.moment(one.at))
            elif one.meaning is SignatureMeaning.RELEASER:
                yield t("Issued by {name} on {moment}.", name=one.name, moment=t.moment(one.at))

    def _inside(self, report: SignedReport) -> Verification:
        """Judge a file of a report that never left the laboratory, whatever its bytes are."""
        t, signatures = self.t, self._signatures()
        if report.status is ReportStatus.VOIDED:
            reason = t(
                "The laboratory gave report {number} up before it was issued: {reason}.",
                number=report.number,
                reason=report.reason.rstrip("."),
            )
        else:
            reason = t("Report {number} has both signatures, but the head has not issued it.", number=report.number)
        return self._result(Verdict.NOT_ISSUED, signatures, reason, number=report.number)

    def _doubts(self) -> Iterator[str]:
        """Say what in an issued report does not follow from its own data: it is as issued, and it is wrong."""
        found = self.look().contradictions
        if found:
            yield self.t("The report was issued as it is, but not everything in it follows from its own data:")
        for check in found:
            yield check.words

    def _wrong_signers(self, report: SignedReport, signatures: SignatureCheck) -> Iterator[str]:
        t = self.t
        for found, recorded in ((signatures.expert, report.expert), (signatures.reviewer, report.reviewer)):
            if found.present and not names_agree(recorded, found.signer):
                yield t(
                    "A signature is by {signer}; the record names {recorded}.", signer=found.signer, recorded=recorded
                )

    def _not_issued(self, signatures: SignatureCheck) -> Verification:
        t = self.t
        reason = t("No issued report has the SHA-256 or the number of this file, although its signatures are valid.")
        return self._result(Verdict.NOT_ISSUED, signatures, reason)

    def _copy(self, copy: CopyFinding) -> Verification:
        return Verification(
            verdict=Verdict.NOT_ISSUED, reasons=copy.reasons, sha256=self.sha256, number=copy.number, is_copy=True
        )

    def _is_another_document(self, report: SignedReport) -> bool:
        """Tell whether a file only shares its number with a report: both signatures hold, the content is unlike."""
        stored = _stored(report)
        unlike = stored is not None and equal_share(self.pdf, stored) < _RECOGNISED_SHARE
        return unlike and self._signatures().both_unbroken

    def _impostor(self, report: SignedReport) -> Verification:
        reason = self.t(
            "It names report {number}, but is another document than the one that was issued under that number.",
            number=report.number,
        )
        return self._result(Verdict.NOT_ISSUED, self._signatures(), reason, number=report.number)

    def _unknown(self, signatures: SignatureCheck) -> Verification:
        """Judge a file that is like no issued report and not validly signed by two persons."""
        t = self.t
        unlike = t("The file is like no issued report.")
        if not signatures.readable:
            return self._result(Verdict.CANNOT_SAY, signatures, unlike)
        if signatures.broken:
            return self._result(Verdict.ALTERED, signatures, unlike, t("The file was changed after it was signed."))
        present = tuple(found for found in (signatures.expert, signatures.reviewer) if found.present)
        if not all(found.trusted for found in present):
            foreign = t("It was signed with a key that is not known here.")
            return self._result(Verdict.CANNOT_SAY, signatures, unlike, foreign)
        return self._result(Verdict.NOT_ISSUED, signatures, unlike)

    def _altered(self, report: SignedReport, *, how: str) -> Verification:
        t = self.t
        reasons = (
            t("The file was made from report {number}, but is not the file that was issued.", number=report.number),
            how,
            self._difference(report),
        )
        return Verification(verdict=Verdict.ALTERED, reasons=reasons, sha256=self.sha256, number=report.number)

    def _difference(self, report: SignedReport) -> str:
        t, stored = self.t, _stored(report)
        if stored is None:
            return t("The stored document of report {number} could not be read for comparison.", number=report.number)
        return describe_difference(self.pdf, stored, t=t)

    def _named(self, recorded: tuple[SignedReport, ...]) -> SignedReport | None:
        """Find the report whose number the file carries where a report carries it."""
        by_number = {report.number: report for report in recorded}
        return next((by_number[number] for number in self.numbers() if number in by_number), None)

    def numbers(self) -> Iterator[str]:
        """Give the numbers that stand behind the mark, then that of the attached data."""
        for found in _MARKED.finditer(self.pdf):
            yield html.unescape(found[1].decode("utf-8", errors="replace"))
        start = self.pdf.find(_WIDE_MARK)
        if start >= 0:
            place = start + len(_WIDE_MARK)
            wide = self.pdf[place : place + 2 * _LONGEST_NUMBER].decode("utf-16-be", errors="replace")
            yield re.split(r"[\s<>()]", wide, maxsplit=1)[0]
        yield self.look().number

    def _alike(self, issued: tuple[SignedReport, ...]) -> SignedReport | None:
        """Find the issued report of which the file repeats the most, if that is enough."""
        best, best_share = None, 0.0
        for report in issued:
            stored = _stored(report)
            share = equal_share(self.pdf, stored) if stored is not None else 0.0
            if share > best_share:
                best, best_share = report, share
        return best if best_share >= _RECOGNISED_SHARE else None

    def _signatures(self) -> SignatureCheck:
        return self.look().signatures

    def _result(
        self, verdict: Verdict, signatures: SignatureCheck, *reasons: str, number: str | None = None
    ) -> Verification:
        return Verification(
            verdict=verdict,
            reasons=(*reasons, *demonstration_words(self.look(), t=self.t), *signatures.all_reasons),
            sha256=self.sha256,
            number=number,
            signatures=signatures,
            checks=self.look().checks,
        )


def _stored(report: SignedReport) -> bytes | None:
    """Read the stored document; one that the store refuses to give must not stop the comparison with the others."""
    try:
        return report.read_pdf()
    except LimsError:
        return None
