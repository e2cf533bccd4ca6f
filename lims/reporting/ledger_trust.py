"""Whom a reader believes for a ledger: keys from a trust file, and who of them signed a checkpoint."""

from collections.abc import Sequence

from lims.errors import CheckpointError, LimsError
from lims.ledger.checkpoint import SignedCheckpoint, VerifierKey


def read_keys(text: bytes) -> tuple[VerifierKey, ...]:
    """Read the public keys of ledgers among the lines of a text; other lines are passed over."""
    found = (_key(line) for line in text.decode(errors="replace").splitlines())
    return tuple(dict.fromkeys(key for key in found if key is not None))


def signers_of(signed: SignedCheckpoint, keys: Sequence[VerifierKey]) -> tuple[VerifierKey, ...] | None:
    """Give the keys that signed a checkpoint of their own ledger; None if one of them did not sign what is there.

    The name of a key is the origin of the ledger that it signs for.
    """
    origin = signed.checkpoint.origin
    try:
        check = signed.check_signatures(origin=origin, keys=[key for key in keys if key.name == origin])
    except CheckpointError:
        return None
    return None if check.faults else check.signed_by


def _key(line: str) -> VerifierKey | None:
    try:
        return VerifierKey.from_text(line.strip())
    except (LimsError, ValueError):
        return None
