"""What checkpointing needs of the world: somebody who signs, and says what was signed last."""

from dataclasses import dataclass
from typing import Protocol

from lims.ledger.checkpoint import Checkpoint, VerifierKey
from lims.ledger.signer_state import CheckpointRequest


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerIdentity:
    """What a checkpoint of this laboratory must name."""

    origin: str
    keys: tuple[VerifierKey, ...]
    """Public keys whose signatures count, the newest first; none as long as nothing was signed."""


class CheckpointSigner(Protocol):
    """Who holds the ledger's key: the program itself, or another one under an account of its own."""

    def identity(self) -> LedgerIdentity:
        """Name the ledger and the public keys.

        Raises
        ------
        SignerUnavailableError
            If they cannot be read.
        """
        ...

    def signed(self) -> Checkpoint | None:
        """Give the newest checkpoint that was signed; None if there was none yet.

        Raises
        ------
        SignerUnavailableError
            If the signer cannot be asked.
        """
        ...

    def sign(self, request: CheckpointRequest) -> bytes:
        """Sign a checkpoint that continues the last one; give the signed note.

        Raises
        ------
        SignerRefusedError
            If it does not continue it.
        SignerUnavailableError
            If the signer cannot be asked.
        """
        ...
