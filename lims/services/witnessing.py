"""Checkpoints that come back from outside, held against the ledger or against one another."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations

from lims.errors import CheckpointError
from lims.ledger.checkpoint import Checkpoint, SignedCheckpoint
from lims.services.checkpoint_ports import LedgerIdentity


class WitnessVerdict(StrEnum):
    """What a checkpoint from outside says of a ledger."""

    CONSISTENT = "CONSISTENT"
    NEWER = "NEWER THAN THIS LEDGER"
    DIFFERENT = "DIFFERENT"
    UNKNOWN_KEY = "UNKNOWN KEY"
    OTHER_ORIGIN = "OTHER ORIGIN"
    UNREADABLE = "UNREADABLE"
    CANNOT_SAY = "CANNOT SAY"

    @property
    def proves_fault(self) -> bool:
        """Tell whether it proves that the ledger is not what it was."""
        return self in {WitnessVerdict.NEWER, WitnessVerdict.DIFFERENT}


@dataclass(frozen=True, slots=True, kw_only=True)
class Witness:
    """A checkpoint from outside: its bytes, and where they were found."""

    name: str
    note: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class WitnessFinding:
    """What one witness says."""

    name: str
    verdict: WitnessVerdict
    size: int | None
    """Entries that it covers; None if it cannot be read."""
    reason: str

    def __str__(self) -> str:
        """Say it in one line."""
        return f"{self.name}: {self.verdict.value}: {self.reason}"


def size_of(witness: Witness) -> int | None:
    """Give the number of entries that a witness covers; None if it cannot be read."""
    try:
        return SignedCheckpoint.from_bytes(witness.note).checkpoint.size
    except CheckpointError:
        return None


def examine_witness(
    witness: Witness, *, identity: LedgerIdentity, entries: int, roots: Mapping[int, bytes], agreed: int
) -> WitnessFinding:
    """Hold a witness against the ledger.

    Parameters
    ----------
    witness : Witness
    identity : LedgerIdentity
        Origin and keys of the laboratory, from a source that the reader trusts.
    entries : int
        Of the ledger.
    roots : mapping
        Root of the ledger's first entries, by their number; that of the witness, if the ledger is long enough.
    agreed : int
        Entries of the largest other signed checkpoint, not larger than this one, with which the ledger agrees.

    Returns
    -------
    WitnessFinding
        A witness proves something only if the laboratory's key signed it.
    """
    try:
        signed = SignedCheckpoint.from_bytes(witness.note)
    except CheckpointError as error:
        return WitnessFinding(name=witness.name, verdict=WitnessVerdict.UNREADABLE, size=None, reason=str(error))
    verdict, reason = _trust(signed, identity) or _history(signed.checkpoint, entries, roots, agreed)
    return WitnessFinding(name=witness.name, verdict=verdict, size=signed.checkpoint.size, reason=reason)


def compare_witnesses(witnesses: Sequence[Witness], *, identity: LedgerIdentity | None) -> tuple[WitnessFinding, ...]:
    """Hold witnesses against one another, without the ledger.

    Parameters
    ----------
    identity : LedgerIdentity or None
        Whose signatures count; without it nothing is known about who signed, and that is said.

    Returns
    -------
    tuple of WitnessFinding
        One for each pair. Two sizes cannot be compared without the leaves between them.
    """
    return tuple(_pair(one, other, identity) for one, other in combinations(witnesses, 2))


def _pair(one: Witness, other: Witness, identity: LedgerIdentity | None) -> WitnessFinding:
    name = f"{one.name} and {other.name}"
    try:
        first, second = (SignedCheckpoint.from_bytes(each.note) for each in (one, other))
    except CheckpointError as error:
        return WitnessFinding(name=name, verdict=WitnessVerdict.UNREADABLE, size=None, reason=str(error))
    for doubt in (_trust(first, identity), _trust(second, identity)) if identity else ():
        if doubt:
            return WitnessFinding(name=name, verdict=doubt[0], size=None, reason=doubt[1])
    verdict, reason = _same_history(first.checkpoint, second.checkpoint)
    size = min(first.checkpoint.size, second.checkpoint.size)
    who = "" if identity else "; who signed them was not checked: name the public key with --key"
    return WitnessFinding(name=name, verdict=verdict, size=size, reason=reason + who)


def _same_history(one: Checkpoint, other: Checkpoint) -> tuple[WitnessVerdict, str]:
    if one.origin != other.origin:
        return WitnessVerdict.OTHER_ORIGIN, f"they are of {one.origin!r} and of {other.origin!r}"
    if one.size != other.size:
        return WitnessVerdict.CANNOT_SAY, f"of {one.size} and {other.size} entries: to compare them needs the ledger"
    if one.root != other.root:
        return (
            WitnessVerdict.DIFFERENT,
            f"{one.size} entries have two roots, {one.root.hex()} and {other.root.hex()}: there are two ledgers",
        )
    return WitnessVerdict.CONSISTENT, f"the same {one.size} entries"


def _trust(signed: SignedCheckpoint, identity: LedgerIdentity) -> tuple[WitnessVerdict, str] | None:
    """Say why a checkpoint proves nothing; None if it does."""
    if signed.checkpoint.origin != identity.origin:
        return WitnessVerdict.OTHER_ORIGIN, f"it is of {signed.checkpoint.origin!r}, this ledger is {identity.origin!r}"
    check = signed.check_signatures(origin=identity.origin, keys=identity.keys)
    if check.faults:
        return WitnessVerdict.UNKNOWN_KEY, "; ".join(check.faults)
    if not check.signed_by:
        names = ", ".join(f"{line.name}+{line.key_id.hex()}" for line in check.unknown)
        return WitnessVerdict.UNKNOWN_KEY, f"it is signed by {names}, and by no key of this laboratory"
    return None


def _history(
    checkpoint: Checkpoint, entries: int, roots: Mapping[int, bytes], agreed: int
) -> tuple[WitnessVerdict, str]:
    size = checkpoint.size
    if size > entries:
        return (
            WitnessVerdict.NEWER,
            f"it covers {size} entries, this ledger has {entries}: {size - entries} are missing, it was rolled back",
        )
    if roots[size] != checkpoint.root:
        found, told = roots[size].hex(), checkpoint.root.hex()
        parting = f"another history, which parts from this ledger at an entry from {agreed + 1} to {size}"
        return WitnessVerdict.DIFFERENT, f"the root of {size} entries is {found}, the witness says {told}: {parting}"
    return WitnessVerdict.CONSISTENT, f"this ledger begins with its {size} entries"


def largest_agreed(sizes: Iterable[int], size: int) -> int:
    """Give the largest of the sizes below one; 0 for none."""
    return max((each for each in sizes if each < size), default=0)
