"""Every known checkpoint held against the ledger: those that are kept, that of the signer, those from outside."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Self

from lims.errors import CheckpointError, SignerRefusedError, SignerUnavailableError
from lims.ledger.checking import Facts
from lims.ledger.checkpoint import Checkpoint, SignedCheckpoint
from lims.services.checkpoint_ports import LedgerIdentity
from lims.services.checkpointing import CheckpointingService
from lims.services.ledger_reading import KeptCheckpoint
from lims.services.witnessing import Witness, WitnessFinding, WitnessVerdict, examine_witness, largest_agreed, size_of

_MOST_NAMED = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckpointFault:
    """One thing that is wrong with a checkpoint, or that a checkpoint proves of the ledger."""

    place: str
    """Which checkpoint."""
    size: int | None
    reason: str
    of_ledger: bool = False
    """Whether it is the ledger that is not what it was, rather than the checkpoint."""

    def __str__(self) -> str:
        """Say where it is and what is wrong."""
        return f"{self.place}: {self.reason}"


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckpointAudit:
    """What the checkpoints say of the ledger."""

    kept: int
    newest_size: int
    """Entries under the newest kept checkpoint; 0 for none."""
    signatures_checked: bool
    faults: tuple[CheckpointFault, ...]
    witnesses: tuple[WitnessFinding, ...]
    not_asked: str
    """Why the signer could not be asked what it signed last; empty if it was."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownCheckpoints:
    """All of them, before the ledger is read."""

    kept: tuple[KeptCheckpoint, ...]
    notes: tuple[SignedCheckpoint | str, ...]
    """Those of ``kept`` as they read, or why they cannot be read."""
    identity: LedgerIdentity | None
    signed: Checkpoint | None
    """The newest that the signer signed."""
    not_asked: str
    witnesses: tuple[Witness, ...] = field(repr=False)

    @classmethod
    def gather(
        cls,
        kept: tuple[KeptCheckpoint, ...],
        checkpointing: CheckpointingService | None,
        witnesses: Sequence[Witness],
    ) -> Self:
        """Read what is kept, and ask the signer what it signed last."""
        identity, signed, not_asked = None, None, ""
        if checkpointing is not None:
            try:
                identity = checkpointing.signer.identity()
                signed = checkpointing.signer.signed()
            except (SignerUnavailableError, SignerRefusedError) as error:
                not_asked = str(error)
        return cls(
            kept=kept,
            notes=tuple(_read(one.note) for one in kept),
            identity=identity,
            signed=signed,
            not_asked=not_asked,
            witnesses=tuple(witnesses),
        )

    @property
    def kept_sizes(self) -> tuple[int, ...]:
        """Give the sizes of the kept checkpoints that can be read."""
        return tuple(note.checkpoint.size for note in self.notes if isinstance(note, SignedCheckpoint))

    @property
    def newest_size(self) -> int:
        """Give the entries under the newest kept checkpoint."""
        return max(self.kept_sizes, default=0)

    @property
    def sizes(self) -> tuple[int, ...]:
        """Give every size whose root is wanted."""
        outside = (size for size in map(size_of, self.witnesses) if size is not None)
        return (*self.kept_sizes, *outside, *([self.signed.size] if self.signed else []))

    def audit(
        self,
        *,
        entries: int,
        roots: Mapping[int, bytes],
        handed: Sequence[tuple[int, Facts]],
        newest: KeptCheckpoint | None,
    ) -> CheckpointAudit:
        """Hold all of them against the ledger.

        Parameters
        ----------
        entries : int
            Of the ledger.
        roots : mapping
            Root of the first entries, for each of ``sizes`` that the ledger reaches.
        handed : sequence of (int, mapping)
            Place and body of every entry that says that a checkpoint was handed out.
        newest : KeptCheckpoint or None
            The newest that is kept by now: one may have been signed, and not yet kept, when the ledger was read.
        """
        faults = (
            *_shortened(self._kept_faults(entries, roots)),
            *self._signer_faults(entries, roots, kept_now=newest.size if newest else 0),
            *self._handed_faults(handed),
        )
        agreed = [
            note.checkpoint.size
            for note in self.notes
            if isinstance(note, SignedCheckpoint) and roots.get(note.checkpoint.size) == note.checkpoint.root
        ]
        return CheckpointAudit(
            kept=len(self.kept),
            newest_size=self.newest_size,
            signatures_checked=self.identity is not None,
            faults=faults,
            witnesses=tuple(self._examined(each, entries, roots, agreed) for each in self.witnesses),
            not_asked=self.not_asked,
        )

    def _examined(
        self, witness: Witness, entries: int, roots: Mapping[int, bytes], agreed: Sequence[int]
    ) -> WitnessFinding:
        if self.identity is None:
            reason = self.not_asked or "the public keys of this laboratory are not at hand"
            return WitnessFinding(
                name=witness.name, verdict=WitnessVerdict.UNKNOWN_KEY, size=size_of(witness), reason=reason
            )
        return examine_witness(
            witness,
            identity=self.identity,
            entries=entries,
            roots=roots,
            agreed=largest_agreed(agreed, size_of(witness) or 0),
        )

    def _kept_faults(self, entries: int, roots: Mapping[int, bytes]) -> Iterator[CheckpointFault]:
        newest = agreed = before = 0
        for count, (kept, note) in enumerate(zip(self.kept, self.notes, strict=True), start=1):
            place = f"checkpoint {kept.sequence}"
            if kept.sequence != count:
                reason = f"it is number {count} in the store: one before it is missing or stands there twice"
                yield CheckpointFault(place=place, size=kept.size, reason=reason)
            if isinstance(note, str):
                yield CheckpointFault(place=place, size=kept.size, reason=f"it cannot be read: {note}")
                before = kept.size
                continue
            checkpoint = note.checkpoint
            told = [*self._form_faults(kept, note)]
            if checkpoint.size < newest:
                told.append(f"it is of {checkpoint.size} entries, the one before it of {newest}")
            if checkpoint.follows and checkpoint.follows != before:
                told.append(f"it follows one of {checkpoint.follows} entries, the one before it here is of {before}")
            if count > 1 and kept.note == self.kept[count - 2].note:
                told.append("it stands there twice")
            before = checkpoint.size
            of_ledger = [*_ledger_faults(checkpoint, entries, roots, agreed)]
            newest = max(newest, checkpoint.size)
            if not (told or of_ledger):
                agreed = checkpoint.size
            for reason in (*told, *of_ledger):
                yield CheckpointFault(
                    place=place, size=checkpoint.size, reason=reason, of_ledger=not told and reason in of_ledger
                )

    def _form_faults(self, kept: KeptCheckpoint, note: SignedCheckpoint) -> Iterator[str]:
        if kept.size != note.checkpoint.size:
            yield f"its column says {kept.size} entries, its text {note.checkpoint.size}"
        if self.identity is not None:
            check = note.check_signatures(origin=self.identity.origin, keys=self.identity.keys)
            yield from check.faults
            if not check.signed_by and not check.faults:
                yield "it is signed by no key of this laboratory"
            elif check.unknown:
                names = ", ".join(f"{line.name}+{line.key_id.hex()}" for line in check.unknown)
                yield f"it has a signature of {names} too, which this program did not put there"

    def _signer_faults(self, entries: int, roots: Mapping[int, bytes], *, kept_now: int) -> Iterator[CheckpointFault]:
        """Take what the signer signed last as a witness; it is none of the database's files."""
        if self.signed is None:
            if self.identity is not None and not self.not_asked and self.kept:
                reason = "it says that it never signed anything, and checkpoints are kept"
                yield CheckpointFault(place="signer", size=None, reason=reason)
            return
        agreed = largest_agreed(self.kept_sizes, self.signed.size)
        told = [*_ledger_faults(self.signed, entries, roots, agreed)]
        if not told and self.signed.size > max(self.newest_size, kept_now):
            told.append(
                f"it signed {self.signed.size} entries, and that checkpoint is not kept: somebody deleted it, or the "
                "program ended before it was kept; 'aigaq ledger checkpoint' makes it again"
            )
        if self.signed.size < self.newest_size:
            told.append(f"it signed {self.signed.size} entries, the newest kept checkpoint has {self.newest_size}")
        yield from (CheckpointFault(place="signer", size=self.signed.size, reason=reason) for reason in told)

    def _handed_faults(self, handed: Sequence[tuple[int, Facts]]) -> Iterator[CheckpointFault]:
        """Look for what left the laboratory: it must still be among the kept ones, with the same root."""
        kept = {note.checkpoint.size: note.checkpoint for note in self.notes if isinstance(note, SignedCheckpoint)}
        for sequence, body in handed:
            size = body.get("size")
            found = kept.get(size) if isinstance(size, int) else None
            if found is None or found.root.hex() != body.get("root"):
                reason = f"the checkpoint of {size} entries that it says was handed out is not kept"
                yield CheckpointFault(place=f"entry {sequence}", size=None, reason=reason)


def _shortened(faults: Iterator[CheckpointFault]) -> Iterator[CheckpointFault]:
    """Name the first checkpoints whose root is not the ledger's; one changed entry changes the root of every later."""
    others = 0
    for fault in faults:
        if fault.of_ledger:
            others += 1
        if not fault.of_ledger or others <= _MOST_NAMED:
            yield fault
    if others > _MOST_NAMED:
        reason = f"{others - _MOST_NAMED} more of them do not agree with the ledger"
        yield CheckpointFault(place="checkpoints", size=None, reason=reason, of_ledger=True)


def _ledger_faults(checkpoint: Checkpoint, entries: int, roots: Mapping[int, bytes], agreed: int) -> Iterator[str]:
    size = checkpoint.size
    if size > entries:
        yield f"it is of {size} entries, the ledger has {entries}: {size - entries} are missing, it was rolled back"
    elif roots[size] != checkpoint.root:
        yield (
            f"the first {size} entries have the root {roots[size].hex()}, it says {checkpoint.root.hex()}: "
            f"an entry from {agreed + 1} to {size} is not what it was"
        )


def _read(note: bytes) -> SignedCheckpoint | str:
    try:
        return SignedCheckpoint.from_bytes(note)
    except CheckpointError as error:
        return str(error)
