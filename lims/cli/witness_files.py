"""Checkpoints as files: written for somebody outside, and read back from there."""

import re
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path

from lims.errors import CheckpointError, LimsError, UnreadableFileError
from lims.ledger.checkpoint import LARGEST_BYTES, SignedCheckpoint
from lims.services.witnessing import Witness

MAIL = ".eml"
SUFFIX = ".checkpoint"
_LARGEST_MAIL = 16 * LARGEST_BYTES
_EXPLANATION = """\
This is a checkpoint of the evidence ledger of the laboratory.

It says that the ledger has {size} entries, and one hash over all of them. It holds nothing of any case.
Keep this message. With it anybody can show later whether an entry up to number {size} was changed or
is missing: 'aigaq ledger witness FILE' compares it with the ledger; docs/ledger.md tells how.

{text}"""


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
    note = signed.to_bytes()
    name = f"{re.sub('[^A-Za-z0-9._-]', '-', signed.checkpoint.origin)}-{signed.checkpoint.size:012d}{SUFFIX}"
    if to.suffix == MAIL:
        return _write_new(to, bytes(_mail(signed, name, sender=sender, at=at)))
    if not to.is_dir():
        raise WitnessNotWrittenError(f"{to} is no folder, and does not end in {MAIL}")
    path = to / name
    return path if path.exists() and _read(path) == note else _write_new(path, note)


def read_witness(path: Path) -> Witness:
    """Read a checkpoint, or a mail with one attached; whether it is one, is said when it is examined.

    Raises
    ------
    UnreadableFileError
        If the file cannot be read, or is far larger than any checkpoint.
    """
    data = _read(path)
    if path.suffix == MAIL:
        return Witness(name=str(path), note=_attached(data))
    return Witness(name=str(path), note=data)


def _mail(signed: SignedCheckpoint, name: str, *, sender: str, at: datetime) -> EmailMessage:
    mail = EmailMessage(policy=policy.SMTP)
    mail["From"] = f"{sender}@laboratory.invalid"
    mail["To"] = "quality-manager@laboratory.invalid"
    mail["Subject"] = f"Checkpoint of the evidence ledger: {signed.checkpoint.size} entries"
    mail["Date"] = format_datetime(at)
    mail["X-Unsent"] = "1"  # mail programs open it as a draft, with the addresses still to be filled in
    note = signed.to_bytes()
    mail.set_content(_EXPLANATION.format(size=signed.checkpoint.size, text=note.decode()), cte="quoted-printable")
    mail.add_attachment(note, maintype="application", subtype="octet-stream", filename=name)
    return mail


def _attached(data: bytes) -> bytes:
    """Give the first attachment that is a checkpoint; without one the first attachment, or the mail as it is."""
    parts = [part.get_payload(decode=True) for part in message_from_bytes(data, policy=policy.default).walk()]
    payloads = [payload for payload in parts if isinstance(payload, bytes)]
    for payload in payloads:
        try:
            SignedCheckpoint.from_bytes(payload)
        except CheckpointError:
            continue
        return payload
    return payloads[-1] if payloads else data


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            data = file.read(_LARGEST_MAIL + 1)
    except OSError as error:
        raise UnreadableFileError(path, error.strerror or str(error)) from error
    if len(data) > _LARGEST_MAIL:
        raise UnreadableFileError(path, f"more than {_LARGEST_MAIL} bytes: no checkpoint")
    return data


def _write_new(path: Path, data: bytes) -> Path:
    try:
        with path.open("xb") as file:
            file.write(data)
    except OSError as error:
        raise WitnessNotWrittenError(f"{path}: {error.strerror or error}") from error
    return path
