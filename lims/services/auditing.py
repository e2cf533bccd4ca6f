"""Checking the record itself: entries, tree, lists, checkpoints, raw data; and saying what that cannot know."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from lims.domain.ledger_upkeep import HandedCheckpoint
from lims.domain.permissions import Act
from lims.errors import LedgerError, LimsError, ProofError
from lims.ledger import ChainCheck, LedgerChecking, LedgerEntry
from lims.ledger.checking import Facts
from lims.ledger.entry import read_moment
from lims.ledger.merkle import check_consistency, check_inclusion
from lims.services.checkpoint_audit import CheckpointAudit, KnownCheckpoints
from lims.services.checkpointing import CheckpointingService
from lims.services.ledger_reading import CheckedStore, LedgerReading, ListFault
from lims.services.named_raw import ManifestReader, NamedRaw
from lims.services.witnessing import Witness, WitnessFinding

CANNOT_KNOW = (
    "whether what was entered is true: the ledger proves who entered what, in which order, and that it is unchanged",
    (
        "whether somebody who holds database and ledger key rewrote everything after the last outside witness, or put "
        "an older backup in place: compare with checkpoints that left the laboratory, 'aigaq ledger witness'"
    ),
    "whether two ledgers are kept, as long as nobody holds two checkpoints or reports against each other",
    "whether a raw file was changed before its digest was taken",
    "whether a disk keeps what it acknowledged: after a power cut, what was not on it is gone, and is told as missing",
)
_CONSISTENCIES = 5
"""Checkpoints for each entry of the sample."""


class RawReader(ManifestReader, Protocol):
    """A raw store that tells which files a folder's manifest names, and whether an object is whole."""

    def check(self, sha256: str) -> None:
        """Read an object to its end without keeping it in memory.

        Raises
        ------
        RawStoreError
            If it is not there, or no longer what it was.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class ProofCheckSample:
    """Proofs that were made from the store's tree and checked against the root over the entries' own bytes."""

    inclusions: int
    consistencies: int
    faults: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerVerification:
    """What was checked and found."""

    chain: ChainCheck
    root: str
    """Hex root of the tree over all entries, from their bytes."""
    list_faults: tuple[ListFault, ...]
    raw_objects: int
    raw_faults: tuple[str, ...]
    proofs: ProofCheckSample
    checkpoints: CheckpointAudit
    uncovered_since: datetime | None
    """When the oldest entry was recorded that no kept checkpoint covers; None if all are covered."""
    handed_out_at: datetime | None
    """When a checkpoint last left the laboratory; None if none ever did."""

    @property
    def intact(self) -> bool:
        """Tell whether nothing at all was found."""
        return not self.faults

    @property
    def faults(self) -> tuple[str, ...]:
        """Say in words everything that was found, and where."""
        return (
            *(f"entry {fault.sequence}: {fault.reason}" for fault in self.chain.faults),
            *map(str, self.list_faults),
            *map(str, self.checkpoints.faults),
            *self.proofs.faults,
            *(str(finding) for finding in self.checkpoints.witnesses if finding.verdict.proves_fault),
            *self.raw_faults,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditingService:
    """Verifies the ledger."""

    store: CheckedStore = field(repr=False)
    raw_store: RawReader = field(repr=False)
    checkpointing: CheckpointingService | None = field(default=None, repr=False)
    """Without it nothing is known of signatures, and only roots and order of the checkpoints are checked."""
    draw: Callable[[int], int] = field(repr=False)
    """Draws a number from 0 to below another: the places of the entries whose proofs are made."""
    sample: int = 10
    """How many of them, the oldest and the newest among them."""

    def verify(
        self, *, progress: Callable[[int], None] = lambda _: None, witnesses: Sequence[Witness] = ()
    ) -> LedgerVerification:
        """Check every entry, every list, every checkpoint and every raw object that an entry names.

        Parameters
        ----------
        progress : callable, optional
            Told the number of raw objects checked so far.
        witnesses : sequence of Witness
            Checkpoints from outside.
        """
        named = NamedRaw()
        seen = _Seen(named)
        with self.store.checking() as reading:
            known = KnownCheckpoints.gather(reading.checkpoints(), self.checkpointing, witnesses)
            checking = LedgerChecking(observe=lambda facts: _both(seen, reading, facts), sizes=known.sizes)
            seen.covered = known.newest_size
            for rows in reading.rows():
                checking.add(rows)
            lists = reading.list_faults(checking)
        chain, roots = checking.result(), checking.tree.roots()
        raw_objects, raw_faults = self._check_raw(named, progress)
        return LedgerVerification(
            chain=chain,
            root=checking.tree.range.root.hex(),
            list_faults=lists,
            raw_objects=raw_objects,
            raw_faults=raw_faults,
            proofs=self._check_proofs(checking, known, roots),
            checkpoints=known.audit(
                entries=chain.entries, roots=roots, handed=seen.handed, newest=self.store.newest_checkpoint()
            ),
            uncovered_since=seen.uncovered_since,
            handed_out_at=seen.handed_out_at,
        )

    def examine(self, witnesses: Sequence[Witness]) -> tuple[WitnessFinding, ...]:
        """Hold checkpoints from outside against the entries' own bytes, and check nothing else."""
        with self.store.checking() as reading:
            known = KnownCheckpoints.gather(reading.checkpoints(), self.checkpointing, witnesses)
            checking = reading.checked(sizes=known.sizes)
        entries, roots = checking.result().entries, checking.tree.roots()
        return known.audit(entries=entries, roots=roots, handed=(), newest=None).witnesses

    def _check_raw(self, named: NamedRaw, progress: Callable[[int], None]) -> tuple[int, tuple[str, ...]]:
        faults: list[str] = []
        checked = 0
        for checked, sha256 in enumerate(named.digests(self.raw_store, faults=faults), start=1):
            faults.extend(self._raw_fault(sha256))
            progress(checked)
        return checked, tuple(dict.fromkeys(faults))

    def _raw_fault(self, sha256: str) -> Iterator[str]:
        try:
            self.raw_store.check(sha256)
        except LimsError as error:
            yield str(error)

    def _check_proofs(
        self, checking: LedgerChecking, known: KnownCheckpoints, roots: dict[int, bytes]
    ) -> ProofCheckSample:
        """Prove that a sample of entries, and the checkpoints, are in the ledger, as a proof for outside would."""
        size, root = checking.tree.size, checking.tree.range.root
        if not size:
            return ProofCheckSample(inclusions=0, consistencies=0, faults=())
        drawn = {1, size, *(1 + self.draw(size) for _ in range(self.sample - 2))}
        older = sorted(each for each in known.kept_sizes if 0 < each <= size)[-_CONSISTENCIES * self.sample :]
        faults: list[str] = []
        try:
            tree = self.store.tree()
            for sequence in sorted(drawn):
                (leaf,) = tree.leaves(sequence - 1, sequence)
                check = check_inclusion(tree.prove_inclusion(sequence, size), leaf=leaf, root=root)
                if not check.holds:
                    faults.append(f"proof of entry {sequence} in {size}: {check.reason}")
            for each in older:
                check = check_consistency(tree.prove_consistency(each, size), old_root=roots[each], root=root)
                if not check.holds:
                    faults.append(f"proof that {size} entries begin with the first {each}: {check.reason}")
        except (LedgerError, ProofError, ValueError) as error:
            faults.append(f"no proof can be made from the store's tree: {error}")
        return ProofCheckSample(inclusions=len(drawn), consistencies=len(older), faults=tuple(faults))


class _Seen:
    """What is noted of the entries as they pass."""

    def __init__(self, named: NamedRaw) -> None:
        self.covered = 0
        self.uncovered_since: datetime | None = None
        self.handed_out_at: datetime | None = None
        self.handed: list[tuple[int, Facts]] = []
        self._named = named

    def note(self, facts: Facts) -> None:
        if facts["raw"] or "raw" in facts["body"]:
            self._named.note(LedgerEntry.from_facts(facts))
        if facts["sequence"] == self.covered + 1:
            self.uncovered_since = read_moment(facts["recorded_at"])
        if facts["act"] == Act.CHECKPOINT_HANDED_OUT and facts["kind"] == HandedCheckpoint.KIND:
            self.handed_out_at = read_moment(facts["recorded_at"])
            self.handed.append((facts["sequence"], facts["body"]))


def _both(seen: _Seen, reading: LedgerReading, facts: Facts) -> None:
    seen.note(facts)
    reading.note(facts)
