"""Checkpoints on their way out and back: a name for the file, a mail that carries it, JSON, and reading them again."""

import json
import re
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import format_datetime

from lims.errors import CheckpointError
from lims.ledger.checkpoint import LARGEST_BYTES, SignedCheckpoint
from lims.services.witnessing import Witness

MAIL = ".eml"
SUFFIX = ".checkpoint"
LARGEST_MAIL = 16 * LARGEST_BYTES
"""Bytes; what is larger is no checkpoint."""
_EXPLANATION = """\
This is a checkpoint of the evidence ledger of the laboratory.

It says that the ledger has {size} entries, and one hash over all of them. It holds nothing of any case.
Keep this message. With it anybody can show later whether an entry up to number {size} was changed or
is missing: 'aigaq ledger witness FILE' compares it with the ledger; docs/ledger.md tells how.

{text}"""


def note_name(signed: SignedCheckpoint) -> str:
    """Name the file of a checkpoint by ledger and size."""
    origin = re.sub("[^A-Za-z0-9._-]", "-", signed.checkpoint.origin)
    return f"{origin}-{signed.checkpoint.size:012d}{SUFFIX}"


def note_mail(signed: SignedCheckpoint, *, sender: str, at: datetime) -> bytes:
    """Make a mail that carries a checkpoint; the addresses are still to be filled in.

    Parameters
    ----------
    sender : str
        Number of the person who hands it out.
    """
    mail = EmailMessage(policy=policy.SMTP)
    mail["From"] = f"{sender}@laboratory.invalid"
    mail["To"] = "quality-manager@laboratory.invalid"
    mail["Subject"] = f"Checkpoint of the evidence ledger: {signed.checkpoint.size} entries"
    mail["Date"] = format_datetime(at)
    mail["X-Unsent"] = "1"  # mail programs open it as a draft
    note = signed.to_bytes()
    mail.set_content(_EXPLANATION.format(size=signed.checkpoint.size, text=note.decode()), cte="quoted-printable")
    mail.add_attachment(note, maintype="application", subtype="octet-stream", filename=note_name(signed))
    return bytes(mail)


def note_json(signed: SignedCheckpoint) -> bytes:
    """Write a checkpoint as ``aigaq ledger checkpoint --json`` prints it."""
    found = signed.checkpoint
    facts = {"origin": found.origin, "size": found.size, "root": found.root.hex(), "note": signed.to_bytes().decode()}
    return (json.dumps(facts, ensure_ascii=False, indent=2) + "\n").encode()


def witness_in(name: str, data: bytes) -> Witness:
    """Take a checkpoint out of a file from outside; whether it is one, is said when it is examined.

    Parameters
    ----------
    name : str
        Of the file: a mail ends in ``.eml``, JSON in ``.json``; everything else is a checkpoint as it is.
    data : bytes
        Not more than ``LARGEST_MAIL`` of them count.
    """
    held = data[: LARGEST_MAIL + 1]
    if name.endswith(MAIL):
        return Witness(name=name, note=_attached(held))
    return Witness(name=name, note=_as_written(_noted(held) if name.endswith(".json") else held))


def _as_written(note: bytes) -> bytes:
    """Give back the line ends that copying takes away; the signature is over the text that has them."""
    mended = note.replace(b"\r\n", b"\n").rstrip(b"\n ") + b"\n"
    return mended if not _reads(note) and _reads(mended) else note


def _reads(note: bytes) -> bool:
    try:
        SignedCheckpoint.from_bytes(note)
    except CheckpointError:
        return False
    return True


def _attached(data: bytes) -> bytes:
    """Give the first attachment that is a checkpoint; without one the last attachment, or the mail as it is."""
    parts = [part.get_payload(decode=True) for part in message_from_bytes(data, policy=policy.default).walk()]
    payloads = [payload for payload in parts if isinstance(payload, bytes)]
    for payload in payloads:
        if _reads(payload):
            return payload
    return payloads[-1] if payloads else data


def _noted(data: bytes) -> bytes:
    try:
        facts = json.loads(data)
    except (ValueError, RecursionError):
        return data
    note = facts.get("note") if isinstance(facts, dict) else None
    return note.encode("utf-8", "replace") if isinstance(note, str) else data
