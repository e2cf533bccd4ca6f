"""Receipts of reports: what the ledger says of one, made for a reader who has no ledger.

Making one is reading: nothing is recorded, and a checkpoint of the same ledger is not kept twice. That somebody
received a report with its receipt is a delivery, which is an act of its own.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from lims.domain.permissions import Act, require_role
from lims.domain.receipt import MOST_KEYS, Receipt, ReceiptConsistency, ReceiptProof
from lims.domain.report import LEFT, Report, ReportStatus
from lims.domain.staff import StaffMember
from lims.errors import NotFoundError, TransitionError
from lims.ledger import LedgerEntry
from lims.ledger.checkpoint import SignedCheckpoint, VerifierKey
from lims.services.extracting import CheckpointMaker
from lims.services.ports import LedgerTree, Store, UnitOfWork


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptingService:
    """Makes receipts of reports that left the laboratory."""

    store: Store = field(repr=False)
    checkpoints: CheckpointMaker = field(repr=False)

    def make(self, report_number: str, *, actor: StaffMember) -> Receipt:
        """Make the receipt of a report as it stands now.

        Raises
        ------
        NotPermittedError
            If the actor may not deliver reports.
        NotFoundError
            If there is no such report.
        TransitionError
            If it did not leave the laboratory.
        SignerUnavailableError, SignerRefusedError, CheckpointError
            If no checkpoint can be signed now: a receipt without one proves nothing.
        """
        require_role(actor, Act.REPORT_DELIVERED)
        with self.store.reading() as work:
            entries = entries_of_receipt(work, report_number)
        signed = self.checkpoints.make()
        return receipt_of(entries, tree=self.store.tree(), signed=signed, keys=self.checkpoints.identity().keys)


def entries_of_receipt(work: UnitOfWork, report_number: str) -> tuple[LedgerEntry, ...]:
    """Give the entry of the issue, and the newest one of a report that no longer stands.

    Raises
    ------
    NotFoundError
        If there is no such report, or its issue is not recorded.
    TransitionError
        If it did not leave the laboratory.
    """
    report = work.load(Report, report_number)
    if report.status not in LEFT:
        raise TransitionError(f"{report.number} is {report.state}: it did not leave the laboratory, it has no receipt")
    return telling([work.entry_of(Report, report.number, version=one) for one in range(1, report.version + 1)])


def telling(entries: Sequence[LedgerEntry]) -> tuple[LedgerEntry, ...]:
    """Choose from all entries of a report, oldest first, those that a receipt holds.

    Raises
    ------
    NotFoundError
        If its issue is not among them.
    """
    issued = next((entry for entry in entries if entry.act == Act.REPORT_ISSUED), None)
    if issued is None:
        raise NotFoundError("issue of report", entries[-1].number if entries else "none")
    newest = entries[-1]
    return (issued,) if newest.body.get("status") == ReportStatus.ISSUED else (issued, newest)


def receipt_of(
    entries: tuple[LedgerEntry, ...], *, tree: LedgerTree, signed: SignedCheckpoint, keys: Iterable[VerifierKey]
) -> Receipt:
    """Prove the entries of a report under a checkpoint.

    Raises
    ------
    ProofError
        If an entry is newer than the checkpoint.
    """
    size = signed.checkpoint.size
    proofs = [tree.prove_inclusion(entry.sequence, size) for entry in entries]
    return Receipt(
        report=entries[-1].number,
        entries=tuple(entry.to_bytes().decode() for entry in entries),
        proofs=tuple(ReceiptProof(index=one.index, hashes=one.path) for one in proofs),
        checkpoint=signed.to_bytes().decode(),
        keys=tuple(key.to_text() for key in keys)[:MOST_KEYS],
        consistency=_consistency(entries[-1], tree, size),
    )


def _consistency(newest: LedgerEntry, tree: LedgerTree, size: int) -> ReceiptConsistency | None:
    """Join the checkpoint inside the document to that of the receipt; None where the document carries none."""
    inside = newest.body.get("checkpoint_size")
    if not isinstance(inside, int) or not 1 <= inside <= size:
        return None
    return ReceiptConsistency(old_size=inside, hashes=tree.prove_consistency(inside, size).path)
