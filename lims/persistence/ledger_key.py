"""The ledger's key in files: the private half, the public half, and what was signed with it last.

The three belong together. A key whose state is gone signs nothing: a signer that forgot what it signed is no witness.
"""

import fcntl
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from lims.errors import SignerUnavailableError
from lims.ledger.checkpoint import Checkpoint, SignedCheckpoint, VerifierKey, sign_checkpoint
from lims.ledger.signer_state import CheckpointRequest, SignerState
from lims.services.checkpoint_ports import LedgerIdentity

_OWNER_ONLY = 0o600
_EVERYBODY_READS = 0o644


@dataclass(frozen=True, slots=True, kw_only=True)
class FileSigner:
    """Signs with a key in a PEM file, readable by its owner alone; key and state are made on first use."""

    origin: str
    key_file: Path
    state_file: Path

    @property
    def public_key_file(self) -> Path:
        """Give the file of the public half, beside the key."""
        return self.key_file.with_suffix(".pub")

    def identity(self) -> LedgerIdentity:
        """Name the ledger and the public keys."""
        return LedgerIdentity(origin=self.origin, keys=read_public_keys(self.public_key_file))

    def signed(self) -> Checkpoint | None:
        """Give the newest checkpoint that was signed."""
        if not self.key_file.exists() and not self.state_file.exists():
            return None
        state = self._state()
        return state.checkpoint if state.range.size else None

    def sign(self, request: CheckpointRequest) -> bytes:
        """Sign a checkpoint that continues the last one; the state is on disk before the signature is given."""
        with _translated(self.key_file), _locked(self.state_file):
            if not self.key_file.exists():
                self._make()
            state = self._state().continued(request)
            private_key = self._private_key()
            key = VerifierKey(name=self.origin, public_key=_public_bytes(private_key))
            signature = sign_checkpoint(state.statement, key=key, signer=private_key)
            replace_durably(self.state_file, state.to_bytes())
        return SignedCheckpoint(checkpoint=state.statement, signatures=(signature,)).to_bytes()

    def _make(self) -> None:
        """Make state, public half and key, in this order: a key without the others would sign nothing."""
        private_key = Ed25519PrivateKey.generate()
        key = VerifierKey(name=self.origin, public_key=_public_bytes(private_key))
        replace_durably(self.state_file, SignerState(origin=self.origin).to_bytes())
        replace_durably(self.public_key_file, f"{key.to_text()}\n".encode(), mode=_EVERYBODY_READS)
        replace_durably(self.key_file, private_key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))

    def _state(self) -> SignerState:
        with _translated(self.state_file):
            return SignerState.from_bytes(self.state_file.read_bytes())

    def _private_key(self) -> Ed25519PrivateKey:
        mode = self.key_file.stat().st_mode & 0o777
        if mode & 0o077:
            raise SignerUnavailableError(f"{self.key_file} has mode {mode:o}, expected 600: others may have read it")
        key = load_pem_private_key(self.key_file.read_bytes(), password=None)
        if not isinstance(key, Ed25519PrivateKey):
            raise SignerUnavailableError(f"{self.key_file} holds {type(key).__name__}, expected an Ed25519 key")
        return key


def read_public_keys(path: Path) -> tuple[VerifierKey, ...]:
    """Read a file with one public key in each line; none if there is no such file.

    Raises
    ------
    SignerUnavailableError
        If it cannot be read, or a line is no key.
    """
    with _translated(path):
        if not path.exists():
            return ()
        lines = path.read_text("utf-8").splitlines()
        return tuple(VerifierKey.from_text(line) for line in lines if line.strip())


@contextmanager
def _translated(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise SignerUnavailableError(f"{error.filename or path}: {error.strerror or error}") from error
    except (ValueError, TypeError) as error:
        raise SignerUnavailableError(f"{path}: {error}") from error


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    """Let one process at a time sign: two signatures at once could be of two pasts."""
    lock = path.with_suffix(".lock")
    descriptor = os.open(lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, _OWNER_ONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def replace_durably(path: Path, data: bytes, *, mode: int = _OWNER_ONLY) -> None:
    """Put a file in place durably: whoever looks finds the old one or the new one, whole."""
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fchmod(file.fileno(), mode)
            os.fsync(file.fileno())
        Path(name).replace(path)
    except OSError:
        Path(name).unlink(missing_ok=True)
        raise
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _public_bytes(private_key: Ed25519PrivateKey) -> bytes:
    return private_key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
