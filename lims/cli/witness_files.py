"""Checkpoints as files: written for somebody outside, and read back from there."""

from datetime import datetime
from pathlib import Path

from lims.errors import LimsError, UnreadableFileError
from lims.ledger.checkpoint import SignedCheckpoint
from lims.services.witness_notes import LARGEST_MAIL, MAIL, note_mail, note_name, witness_in
from lims.services.witnessing import Witness


class WitnessNotWrittenError(LimsError):
    """A checkpoint could not be put where it was to go."""

    def advice(self) -> str:
        """Say that nothing was recorded."""
        return "Nothing was recorded as handed out. Name an existing folder, or a new file that ends in .eml"


def write_witness(signed: SignedCheckpoint, to: Path, *, sender: str, at: datetime) -> Path:
    """Write a checkpoint into a folder under a name of its own, or as a mail file; nothing is ever overwritten.

    Raises
    ------
    WitnessNotWrittenError
        If there is no such folder, another file of that name, or it cannot be written.
    """
    if to.suffix == MAIL:
        return _write_new(to, note_mail(signed, sender=sender, at=at))
    if not to.is_dir():
        raise WitnessNotWrittenError(f"{to} is no folder, and does not end in {MAIL}")
    note, path = signed.to_bytes(), to / note_name(signed)
    return path if path.exists() and _read(path) == note else _write_new(path, note)


def read_witness(path: Path) -> Witness:
    """Read a checkpoint, or a mail with one attached; whether it is one, is said when it is examined.

    Raises
    ------
    UnreadableFileError
        If the file cannot be read, or is far larger than any checkpoint.
    """
    return witness_in(str(path), _read(path))


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            data = file.read(LARGEST_MAIL + 1)
    except OSError as error:
        raise UnreadableFileError(path, error.strerror or str(error)) from error
    if len(data) > LARGEST_MAIL:
        raise UnreadableFileError(path, f"more than {LARGEST_MAIL} bytes: no checkpoint")
    return data


def _write_new(path: Path, data: bytes) -> Path:
    try:
        with path.open("xb") as file:
            file.write(data)
    except OSError as error:
        raise WitnessNotWrittenError(f"{path}: {error.strerror or error}") from error
    return path
