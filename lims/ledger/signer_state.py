"""What the signer of checkpoints remembers, and what it signs: only what continues what it signed before.

Whoever asks for a signature hands over the leaves; the signer extends its own compact range by them. So it is a witness
inside the laboratory: a ledger that was cut off or rewritten gets no signature any more.
"""

from dataclasses import dataclass, field
from typing import Any, Self

from lims.errors import CheckpointError, ProofError, SignerRefusedError
from lims.ledger.canonical import JsonValue, canonical_bytes, parse_canonical
from lims.ledger.checkpoint import Checkpoint
from lims.ledger.merkle import CompactRange

STATE_VERSION = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckpointRequest:
    """What somebody wants to have signed."""

    checkpoint: Checkpoint
    start: int
    """Entries before the first leaf that is handed over."""
    leaves: tuple[bytes, ...] = field(repr=False)
    """Digests of the entries ``start + 1`` to the size of the checkpoint."""
    kept: int | None = None
    """Entries under the newest checkpoint that is kept; None if whoever asks does not keep any."""

    def __post_init__(self) -> None:
        """Refuse leaves that do not reach from start to size.

        Raises
        ------
        CheckpointError
            If they do not.
        """
        if not 0 <= self.start <= self.checkpoint.size or len(self.leaves) != self.checkpoint.size - self.start:
            raise CheckpointError(
                f"{len(self.leaves)} leaves behind place {self.start} for a checkpoint of {self.checkpoint.size}"
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class SignerState:
    """The newest checkpoint that was signed."""

    origin: str
    """Of the one ledger that this signer signs for."""
    range: CompactRange = CompactRange()  # noqa: RUF009 - frozen
    before: int = 0
    """Entries under the checkpoint that was signed before the newest; 0 for none."""

    @property
    def checkpoint(self) -> Checkpoint:
        """Give the newest signed checkpoint, without its signature."""
        return Checkpoint(origin=self.origin, size=self.range.size, root=self.range.root)

    @property
    def statement(self) -> Checkpoint:
        """Give what is signed: the newest checkpoint, and which one it follows."""
        return self.checkpoint.following(self.before)

    def continued(self, request: CheckpointRequest) -> Self:
        """Give the state after a request.

        Raises
        ------
        SignerRefusedError
            If it is of another ledger, shorter than what was signed, begins behind it, or has another past; or if what
            was signed last is not kept, and so would be left out between two others.
        """
        wanted, signed = request.checkpoint, self.range.size
        if wanted.origin != self.origin:
            raise SignerRefusedError("origin", f"the ledger is {wanted.origin!r}, expected {self.origin!r}", signed)
        if wanted.size < signed:
            raise SignerRefusedError(
                "shorter", f"the ledger has {wanted.size} entries, {signed} were signed: entries are missing", signed
            )
        if request.kept is not None and request.kept < signed < wanted.size:
            raise SignerRefusedError("unkept", f"the checkpoint of {signed} entries was signed and is not kept", signed)
        if request.start > signed:
            raise SignerRefusedError(
                "behind", f"the leaves begin behind entry {request.start}, {signed} were signed", signed
            )
        grown = self.range.extend(request.leaves[signed - request.start :])
        if grown.root != wanted.root:
            raise SignerRefusedError(
                "different",
                f"{signed} entries were signed, and with the leaves behind them the root of {wanted.size} is "
                f"{grown.root.hex()}, not {wanted.root.hex()}: the ledger has another past",
                signed,
            )
        before = signed if grown.size > signed else self.before
        return type(self)(origin=self.origin, range=grown, before=before)

    def to_bytes(self) -> bytes:
        """Write the state as canonical JSON."""
        nodes = [node.hex() for node in self.range.nodes]
        facts: dict[str, JsonValue] = {"v": STATE_VERSION, "origin": self.origin, "size": self.range.size}
        return canonical_bytes({**facts, "nodes": nodes, "before": self.before})

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """Read what ``to_bytes`` wrote.

        Raises
        ------
        CheckpointError
            If it is anything else.
        """
        try:
            facts: Any = parse_canonical(data)
            if set(facts) - {"before"} != {"v", "origin", "size", "nodes"} or facts["v"] != STATE_VERSION:
                raise CheckpointError(f"not the state of a signer, format {STATE_VERSION}")
            nodes = tuple(bytes.fromhex(node) for node in facts["nodes"])
            tree = CompactRange(size=facts["size"], nodes=nodes)
            found = cls(origin=facts["origin"], range=tree, before=facts.get("before", 0))
            if not 0 <= found.before < max(tree.size, 1):
                raise CheckpointError(f"not the state of a signer: {tree.size} entries follow {found.before}")
        except (ValueError, TypeError, ProofError) as error:
            raise CheckpointError(f"not the state of a signer: {error}") from error
        found.statement.to_bytes()
        return found
