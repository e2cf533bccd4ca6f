"""Making checkpoints: when they are due, by whom they are signed, and handing them to somebody outside."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock

from lims.domain.ledger_upkeep import HandedCheckpoint
from lims.domain.permissions import Act, require_role
from lims.domain.reading_rights import READABLE
from lims.domain.staff import Role, StaffMember
from lims.domain.wording import clean_text
from lims.errors import CheckpointError, LedgerError, LimsError, SignerRefusedError
from lims.ledger import LedgerEntry
from lims.ledger.checkpoint import Checkpoint, SignedCheckpoint
from lims.ledger.signer_state import CheckpointRequest
from lims.services.checkpoint_ports import CheckpointSigner, LedgerIdentity
from lims.services.ledger_reading import CheckedStore
from lims.services.ports import Clock, LedgerHead, LedgerTree

ENTRIES_BETWEEN = 100
TIME_BETWEEN = timedelta(hours=1)
"""SECURITY.md, section 5: a checkpoint every 100 entries, hourly, and at each issued report."""
_RETRY_AFTER = timedelta(minutes=1)
_TRIES = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckpointingService:
    """Makes checkpoints of the ledger as it is."""

    store: CheckedStore = field(repr=False)
    signer: CheckpointSigner = field(repr=False)
    clock: Clock = field(repr=False)

    def identity(self) -> LedgerIdentity:
        """Name the ledger and its public keys.

        Raises
        ------
        SignerUnavailableError
            If they cannot be read.
        """
        return self.signer.identity()

    def make(self) -> SignedCheckpoint:
        """Have the ledger signed as it is now, and keep the checkpoint; one of the same state is not kept twice.

        Raises
        ------
        SignerRefusedError
            If the ledger does not continue what was signed before.
        SignerUnavailableError
            If the signer cannot be asked.
        CheckpointError
            If what it gives is not the checkpoint of this ledger, or nothing is recorded yet.
        """
        for _ in range(_TRIES - 1):
            try:
                return self._make()
            except (LedgerError, SignerRefusedError) as error:
                # another process made a newer one between our look at the ledger and our question
                if isinstance(error, SignerRefusedError) and not self._passes(error):
                    raise
        return self._make()

    def _passes(self, refusal: SignerRefusedError) -> bool:
        """Tell whether a refusal comes of another process that was quicker."""
        return refusal.code == "unkept" or (refusal.code == "shorter" and self.store.tree().range.size >= refusal.size)

    def hand_out(self, signed: SignedCheckpoint, *, to: str, actor: StaffMember) -> HandedCheckpoint:
        """Record that a checkpoint left the laboratory.

        Raises
        ------
        NotPermittedError, InvalidRecordError
            If the person may not, or it is not said to whom.
        """
        require_role(actor, Act.CHECKPOINT_HANDED_OUT)
        receiver = clean_text("receiver of the checkpoint", to)
        with self.store.unit_of_work() as work:
            now = self.clock.now()
            handed = HandedCheckpoint(
                number=f"checkpoint-{work.count(HandedCheckpoint) + 1:04d}",
                origin=signed.checkpoint.origin,
                size=signed.checkpoint.size,
                root=signed.checkpoint.root.hex(),
                handed_to=receiver,
                handed_by=actor.number,
                handed_at=now,
            )
            work.record(handed, act=Act.CHECKPOINT_HANDED_OUT, actor=actor, at=now)
            work.commit()
        return handed

    def handed(self, *, reader: StaffMember, limit: int, offset: int = 0) -> tuple[HandedCheckpoint, ...]:
        """Give one page of the checkpoints that left the laboratory, newest first.

        Raises
        ------
        NotPermittedError
            If the reader may not read them.
        """
        reader.require(*(role for role in Role if role in READABLE[HandedCheckpoint.KIND]))
        with self.store.reading() as work:
            numbers = [one.number for one in work.listed(HandedCheckpoint, limit=limit, offset=offset)]
            found = {one.number: one for one in work.several(HandedCheckpoint, numbers)}
        return tuple(found[number] for number in numbers)

    def _make(self) -> SignedCheckpoint:
        tree = self.store.tree()
        if not tree.range.size:
            raise CheckpointError("a checkpoint of no entries says nothing; nothing is recorded yet")
        origin = self.signer.identity().origin
        wanted = Checkpoint(origin=origin, size=tree.range.size, root=tree.range.root)
        newest = self.store.newest_checkpoint()
        signed = self._signed(tree, wanted, kept=newest.size if newest else 0)
        self.store.keep_checkpoint(signed.to_bytes(), size=wanted.size)
        return signed

    def _signed(self, tree: LedgerTree, wanted: Checkpoint, *, kept: int) -> SignedCheckpoint:
        try:
            note = self.signer.sign(_request(tree, wanted, min(kept, wanted.size), kept=kept))
        except SignerRefusedError as refusal:
            if refusal.code == "unkept":
                self._keep_what_was_signed()
            elif refusal.code != "behind":
                raise
            note = self.signer.sign(_request(tree, wanted, refusal.size, kept=max(kept, refusal.size)))
        return self._checked(note, wanted)

    def _keep_what_was_signed(self) -> None:
        """Keep the newest signed checkpoint: a program ended before it did so, or another one is about to do so."""
        last = self.signer.signed()
        if last is not None:
            again = self.signer.sign(CheckpointRequest(checkpoint=last, start=last.size, leaves=()))
            self.store.keep_checkpoint(self._checked(again, last).to_bytes(), size=last.size)

    def _checked(self, note: bytes, wanted: Checkpoint) -> SignedCheckpoint:
        signed = SignedCheckpoint.from_bytes(note)
        identity = self.signer.identity()
        check = signed.check_signatures(origin=identity.origin, keys=identity.keys)
        if signed.checkpoint.following(0) != wanted or not check.trusted:
            told = "; ".join(check.faults) or f"it is of {signed.checkpoint.size} entries, or signed by an unknown key"
            raise CheckpointError(f"the signer gave something else than a checkpoint of {wanted.size} entries: {told}")
        return signed


class DueCheckpoints:
    """Told the head after every act; makes a checkpoint when one is due. Remembers only what saves a look.

    A failure is handed to ``report`` and tried again a minute later, so that no act waits for a signer that is gone.
    """

    def __init__(self, service: CheckpointingService, *, report: Callable[[Exception], None]) -> None:
        """Begin without knowledge of what was made before."""
        self._service = service
        self._report = report
        self._alone = Lock()
        self._covered: int | None = None
        self._covered_at: datetime | None = None
        self._looked_at = 0
        self._not_before: datetime | None = None

    def __call__(self, head: LedgerHead) -> None:
        """Make a checkpoint if one is due; while another thread is at it, do nothing."""
        if not self._alone.acquire(blocking=False):
            return
        try:
            self._look(head)
        finally:
            self._alone.release()

    def _look(self, head: LedgerHead) -> None:
        now = self._service.clock.now()
        if self._covered is None:
            self._remember_newest()
        issued = self._issued(head)
        waited = self._not_before is None or now >= self._not_before
        if (issued or self._is_due(head, now)) and (waited or issued):
            self._make(now)

    def _make(self, now: datetime) -> None:
        try:
            signed = self._service.make()
        except (LimsError, OSError) as error:
            self._not_before = now + _RETRY_AFTER
            self._report(error)
            return
        self._covered, self._covered_at, self._not_before = signed.checkpoint.size, now, None

    def _is_due(self, head: LedgerHead, now: datetime) -> bool:
        uncovered = head.entries - (self._covered or 0)
        old = self._covered_at is None or now - self._covered_at >= TIME_BETWEEN
        return uncovered >= ENTRIES_BETWEEN or (uncovered > 0 and old)

    def _issued(self, head: LedgerHead) -> bool:
        """Tell whether a report was issued since the last look."""
        after, self._looked_at = max(self._looked_at, self._covered or 0), head.entries
        acts = {LedgerEntry.from_bytes(stored.data).act for stored in self._service.store.entries(after=after)}
        return Act.REPORT_ISSUED in acts

    def _remember_newest(self) -> None:
        """Learn from the store what is covered, and since when: the time of the newest entry under the checkpoint."""
        newest = self._service.store.newest_checkpoint()
        self._covered = newest.size if newest else 0
        covered = self._service.store.entry(self._covered)
        if covered is not None:
            self._covered_at = LedgerEntry.from_bytes(covered.data).recorded_at


def _request(tree: LedgerTree, wanted: Checkpoint, start: int, *, kept: int) -> CheckpointRequest:
    return CheckpointRequest(checkpoint=wanted, start=start, leaves=tree.leaves(start, wanted.size), kept=kept)
