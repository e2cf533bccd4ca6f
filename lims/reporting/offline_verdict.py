"""The verdict without a ledger: what a receipt, a checkpoint or the file alone can tell.

The same bytes, the same receipt and the same trust give the same verdict in every verifier of this project.
"""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from lims.domain.receipt import History, ReceiptCheck
from lims.domain.report import LEFT, ReportStatus
from lims.ledger.checkpoint import SignedCheckpoint
from lims.reporting.content import COPY_MARK
from lims.reporting.evidence import Evidence
from lims.reporting.keys import names_agree
from lims.reporting.looking import Look
from lims.reporting.repeating.checks import CheckName, CheckState
from lims.reporting.signature_check import Coverage
from lims.reporting.verdict import PAGES_NOT_READ, Verdict, Verification
from lims.translation import Translator


@dataclass(frozen=True, slots=True, kw_only=True)
class OfflineVerifier:
    """One file, what was found in it, and what was brought beside it."""

    pdf: bytes = field(repr=False)
    look: Look
    evidence: Evidence
    numbers: frozenset[str]
    """Every number that the file carries where a report carries its own."""
    t: Translator

    def verification(self) -> Verification:
        """Judge the file."""
        if self._histories() is History.EXCLUDES:
            return self._two_histories()
        receipt = self._receipt
        if receipt is not None and hashlib.sha256(self.pdf).hexdigest() == receipt.pdf_sha256:
            return self._same_bytes(receipt)
        if receipt is not None:
            return self._other_bytes()
        return self._alone()

    def _same_bytes(self, receipt: ReceiptCheck) -> Verification:
        """Judge the very file that the receipt is of."""
        t, number = self.t, self._receipt_number
        same = t(
            "The file is report {number}, unchanged to the last byte: its SHA-256 is the recorded one.", number=number
        )
        if receipt.status not in LEFT:
            return self._result(Verdict.NOT_ISSUED, same, t("By the receipt, it was not issued."), number=number)
        against = tuple(self._against())
        if against:
            weak = t("It cannot be relied on, for the reasons below.")
            return self._result(Verdict.CANNOT_SAY, same, weak, *against, number=number)
        return self._standing(receipt, same)

    def _standing(self, receipt: ReceiptCheck, same: str) -> Verification:
        t, number = self.t, self._receipt_number
        replaced = (t("Report {number} replaced it.", number=receipt.superseded_by),) if receipt.superseded_by else ()
        match receipt.status:
            case ReportStatus.WITHDRAWN:
                reason = receipt.withdrawal_reason.rstrip(".")
                gone = t("The laboratory withdrew it. Its reason: {reason}.", reason=reason)
                return self._result(Verdict.WITHDRAWN, same, gone, *replaced, number=number)
            case ReportStatus.SUPERSEDED:
                by = receipt.superseded_by
                return self._result(Verdict.SUPERSEDED, same, *replaced, number=number, superseded_by=by)
            case _:
                stands = t("By this receipt it is not withdrawn; a later withdrawal would stand in a later receipt.")
                return self._result(
                    Verdict.VALID, same, stands, t(PAGES_NOT_READ), *self._as_of(receipt), number=number
                )

    def _as_of(self, receipt: ReceiptCheck) -> Iterator[str]:
        """Say how old what the receipt says is at least: it cannot know of anything later."""
        if receipt.newest is not None:
            moment = self.t.moment(receipt.newest.recorded_at)
            yield self.t("The newest entry of the report in the receipt is of {moment}.", moment=moment)

    def _other_bytes(self) -> Verification:
        """Judge a file that the believed receipt is not of."""
        t, number = self.t, self._receipt_number
        unlike = t("The SHA-256 of the file is not that of report {number}, which the receipt is of.", number=number)
        if number in self.numbers:
            return self._result(Verdict.ALTERED, unlike, t("It names report {number}.", number=number))
        if self.look.signatures.broken:
            return self._result(Verdict.ALTERED, unlike, t("The file was changed after it was signed."))
        if COPY_MARK.encode() in self.pdf:
            return self._result(Verdict.CANNOT_SAY, unlike, t("The file says that it is a copy; a copy is no report."))
        return self._result(Verdict.CANNOT_SAY, unlike, t("The receipt belongs to another report."))

    def _alone(self) -> Verification:
        """Say what the file alone can tell."""
        t, changed = self.t, tuple(self._changed())
        if changed:
            return self._result(Verdict.ALTERED, *changed)
        unknown = t("Whether the report was issued was not checked: no ledger is at hand.")
        brought, against = tuple(self._brought()), tuple(self._against())
        if against or not self.look.signatures.both_valid:
            return self._result(Verdict.CANNOT_SAY, *against, *brought, unknown)
        held = t("The file is unchanged since both signatures were made.")
        return self._result(Verdict.CANNOT_SAY, held, *brought, unknown)

    def _changed(self) -> Iterator[str]:
        """Give what shows that the file was changed after it was signed."""
        t, signatures = self.t, self.look.signatures
        incomplete = signatures.expert.present and signatures.expert.covers is not Coverage.FILE
        ends_early = incomplete and not signatures.reviewer.present
        if self.look.damaged:
            yield t("The file was signed, and is damaged or changed since: it cannot be read as a PDF.")
        if signatures.broken or ends_early:
            yield t("The file was changed after it was signed.")
        present = signatures.expert.present or signatures.reviewer.present
        if present and signatures.others:
            yield t("The file has a signature field that a report does not have.")

    def _against(self) -> Iterator[str]:
        """Give what speaks against relying on the file: signatures, persons, arithmetic, two histories."""
        t, look = self.t, self.look
        if self._receipt is not None:
            if not look.signatures.both_valid:
                yield t("Its signatures cannot be relied on, for the reasons below.")
            if not (look.expert and look.reviewer):
                yield t("The data of the report could not be read.")
            elif look.number != self._receipt_number:
                yield t("The data of the report bear another number than the receipt.")
        yield from self._wrong_signers()
        for check in look.contradictions:
            yield check.words

    def _two_histories(self) -> Verification:
        t = self.t
        two = t(
            "Two checkpoints of this ledger exclude each other: it has two histories, or what was brought is damaged."
        )
        return self._result(Verdict.CANNOT_SAY, two)

    def _wrong_signers(self) -> Iterator[str]:
        look = self.look
        for found, named in ((look.signatures.expert, look.expert), (look.signatures.reviewer, look.reviewer)):
            if found.present and named and not names_agree(named, found.signer):
                yield self.t("A signature is by {signer}; the report names {named}.", signer=found.signer, named=named)

    def _histories(self) -> History:
        """Hold the checkpoint inside against what was brought, if a trusted key signed it."""
        trusted = any(one.name is CheckName.CHECKPOINT and one.state is CheckState.EQUAL for one in self.look.checks)
        if not trusted:
            return History.UNKNOWN
        return self.evidence.history(SignedCheckpoint.from_bytes(self.look.checkpoint.encode()))

    def _brought(self) -> Iterator[str]:
        """Say what became of a receipt or checkpoint that was brought and settles nothing."""
        t, evidence = self.t, self.evidence
        if evidence.unreadable:
            yield t("What was brought is neither a receipt nor a checkpoint that can be read.")
        elif evidence.believed is not None:
            yield t(
                "The receipt is of another ledger than the one that the file names, and counts as if it were not there."
            )
        elif evidence.check is not None:
            faults = "; ".join(evidence.check.faults)
            yield t("The receipt is not believed and counts as if it were not there ({faults}).", faults=faults)
        elif evidence.note_unsigned:
            yield t("The checkpoint that was brought is signed by no trusted key.")
        elif evidence.note is not None:
            yield t("A checkpoint alone does not tell whether a report was issued; a receipt does.")
            yield from self._compared()

    def _compared(self) -> Iterator[str]:
        if self._histories() is History.CONTINUES:
            yield self.t("The checkpoint that was brought is the one inside the file.")
        else:
            yield self.t(
                "It could not be held against the checkpoint inside the file: it is of another size or ledger."
            )

    @property
    def _receipt(self) -> ReceiptCheck | None:
        """Give what a believed receipt says, unless it is of another ledger than the one that the file names.

        Numbers are those of one laboratory, and no laboratory issues or withdraws the reports of another.
        """
        found = self.evidence.believed
        if found is None or found.checkpoint is None or not self.look.checkpoint:
            return found
        inside = SignedCheckpoint.from_bytes(self.look.checkpoint.encode()).checkpoint
        return found if inside.origin == found.checkpoint.origin else None

    @property
    def _receipt_number(self) -> str:
        return "" if self.evidence.receipt is None else self.evidence.receipt.report

    def _result(self, verdict: Verdict, *reasons: str, number: str = "", superseded_by: str = "") -> Verification:
        """Give the verdict; what was found out about each signature follows the reasons."""
        said: Sequence[str] = (*reasons, *demonstration_words(self.look, t=self.t), *self.look.signatures.all_reasons)
        return Verification(
            verdict=verdict,
            reasons=tuple(dict.fromkeys(said)),
            sha256=hashlib.sha256(self.pdf).hexdigest(),
            number=number or self.look.number or None,
            signatures=self.look.signatures,
            superseded_by=superseded_by,
            checks=self.look.checks,
        )


def demonstration_words(look: Look, *, t: Translator) -> Iterator[str]:
    """Say of a demonstration that it is one: no verdict makes evidence of it."""
    if look.demonstration:
        yield t("By its own data the report is a demonstration and no evidence.")
