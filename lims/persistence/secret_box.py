"""Encryption of secrets at rest, under a key that lies outside the database."""

import base64
import os
import secrets
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from lims.errors import SettingsError

_KEY_BYTES = 32
_NONCE_BYTES = 12
_FORM = "aes-256-gcm/1"


@dataclass(frozen=True, slots=True, kw_only=True)
class AesSecretBox:
    """AES-256-GCM; the owner's number is bound to each secret, so that rows cannot be exchanged."""

    key: bytes = field(repr=False)

    def seal(self, plain: bytes, *, owner: str) -> str:
        """Encrypt a secret for one owner."""
        nonce = secrets.token_bytes(_NONCE_BYTES)
        sealed = AESGCM(self.key).encrypt(nonce, plain, owner.encode())
        return f"{_FORM}:{base64.b64encode(nonce + sealed).decode()}"

    def open(self, sealed: str, *, owner: str) -> bytes:
        """Give a secret back.

        Raises
        ------
        SettingsError
            If it is another owner's, altered, or sealed under another key.
        """
        text = sealed.removeprefix(f"{_FORM}:")  # of another form: then it holds a colon, and is no base64
        try:
            data = base64.b64decode(text, validate=True)
            return AESGCM(self.key).decrypt(data[:_NONCE_BYTES], data[_NONCE_BYTES:], owner.encode())
        except (ValueError, InvalidTag) as error:
            raise SettingsError(
                f"the second factor of {owner} cannot be read: another second_factor_key, or an altered row"
            ) from error


def open_secret_box(path: Path) -> AesSecretBox:
    """Read the key, or make it on first use, readable by its owner alone.

    Raises
    ------
    SettingsError
        If it cannot be read or made, has another length, or others may read it.
    """
    try:
        _make_key(path)
        mode = path.stat().st_mode
        key = path.read_bytes()
    except OSError as error:
        raise SettingsError(f"second_factor_key {path}: {error.strerror}") from error
    if len(key) != _KEY_BYTES:
        raise SettingsError(f"second_factor_key {path}: {len(key)} bytes; expected {_KEY_BYTES}")
    if os.name == "posix" and mode & 0o077:
        raise SettingsError(f"second_factor_key {path}: others may read it (mode {mode & 0o777:o}); expected 600")
    return AesSecretBox(key=key)


def _make_key(path: Path) -> None:
    """Write a new key beside its place and link it there: two processes that begin at once end with one key."""
    if path.exists():
        return
    draft = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(secrets.token_bytes(_KEY_BYTES))
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileExistsError):  # the other process's key may not be durable yet
            os.link(draft, path)
        _sync_folder(path.parent)
    finally:
        draft.unlink()


def _sync_folder(folder: Path) -> None:
    """Make the key's name durable, before anything is kept that only this key opens."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
