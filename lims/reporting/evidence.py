"""What a reader brings beside a report where no ledger is at hand: a receipt, or a bare checkpoint."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from lims.domain.receipt import History, Receipt, ReceiptCheck, check_receipt
from lims.errors import CheckpointError, LimsError
from lims.ledger.checkpoint import Checkpoint, SignedCheckpoint, VerifierKey
from lims.reporting.ledger_trust import signers_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What the file that was brought says, as far as it can be believed; nothing of all this where none was."""

    receipt: Receipt | None = field(default=None, repr=False)
    check: ReceiptCheck | None = None
    """Of a receipt that could be read; it may say that it is not believed."""
    note: SignedCheckpoint | None = None
    """A bare checkpoint that a trusted key signed."""
    note_unsigned: bool = False
    """A bare checkpoint was brought, and no trusted key signed it."""
    unreadable: bool = False
    """Something was brought that is neither."""

    @property
    def believed(self) -> ReceiptCheck | None:
        """Give what a believed receipt says."""
        return self.check if self.check is not None and self.check.believed else None

    def content_sha256_of(self, pdf_sha256: str) -> str:
        """Give the digest of a report's data, if a believed receipt is of this very document; else nothing."""
        found = self.believed
        if found is None or found.newest is None or found.pdf_sha256 != pdf_sha256:
            return ""
        value = found.newest.body.get("content_sha256")
        return value if isinstance(value, str) else ""

    def history(self, inside: SignedCheckpoint) -> History:
        """Hold the checkpoint inside a report, which a trusted key signed, against what was brought."""
        outside = self._outside()
        if outside is None or outside.checkpoint.origin != inside.checkpoint.origin:
            return History.UNKNOWN
        if self.receipt is not None and self.believed:
            return self.receipt.history(inside.checkpoint)
        return _same_size(inside.checkpoint, outside.checkpoint)

    def _outside(self) -> SignedCheckpoint | None:
        if self.receipt is not None and self.believed:
            return SignedCheckpoint.from_bytes(self.receipt.checkpoint.encode())
        return self.note


@dataclass(frozen=True, slots=True, kw_only=True)
class Outside:
    """What a reader has from elsewhere than the file."""

    keys: tuple[VerifierKey, ...] = ()
    """Public keys of ledgers that are believed."""
    brought: bytes | None = field(default=None, repr=False)
    """A receipt or a signed checkpoint."""

    def evidence(self) -> Evidence:
        """Read what was brought, and tell whether it can be believed."""
        return Evidence() if self.brought is None else _read(self.brought, keys=self.keys)


NOTHING_OUTSIDE = Outside()


def _read(data: bytes, *, keys: Sequence[VerifierKey]) -> Evidence:
    if data.lstrip()[:1] == b"{":
        return _receipt(data, keys=keys)
    try:
        note = SignedCheckpoint.from_bytes(data)
    except CheckpointError:
        return Evidence(unreadable=True)
    return Evidence(note=note) if signers_of(note, keys) else Evidence(note_unsigned=True)


def _receipt(data: bytes, *, keys: Sequence[VerifierKey]) -> Evidence:
    try:
        receipt = Receipt.from_bytes(data)
        return Evidence(receipt=receipt, check=check_receipt(receipt, keys=keys))
    except (LimsError, ValueError, RecursionError):
        return Evidence(unreadable=True)


def _same_size(one: Checkpoint, other: Checkpoint) -> History:
    if one.size != other.size:
        return History.UNKNOWN
    return History.CONTINUES if one.root == other.root else History.EXCLUDES
