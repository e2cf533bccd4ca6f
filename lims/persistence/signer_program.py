"""The signer of checkpoints as a program of its own, under an account whose key the application cannot read.

One question on standard input, one answer on standard output, both canonical JSON: ``aigaq ledger sign``.
"""

import secrets
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lims.errors import (
    CanonicalFormError,
    CheckpointError,
    ProofError,
    SettingsError,
    SignerRefusedError,
    SignerUnavailableError,
)
from lims.ledger.canonical import JsonValue, canonical_bytes, parse_canonical
from lims.ledger.checkpoint import Checkpoint
from lims.ledger.signer_state import CheckpointRequest
from lims.persistence.ledger_key import FileSigner, read_public_keys, replace_durably
from lims.services.checkpoint_ports import LedgerIdentity
from lims.settings import LedgerSetting

ORIGIN_FILE = "ledger-origin"
KEY_FILE = "ledger-key.pem"
PUBLIC_KEY_FILE = "ledger-key.pub"
STATE_FILE = "ledger-signer.json"
PROTOCOL = 1
LARGEST_QUESTION = 1 << 30
"""Bytes: the leaves of 16 million entries."""
_SHOWN = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgramSigner:
    """Asks another program for every signature."""

    origin: str
    command: tuple[str, ...]
    public_key_file: Path
    """Copied here by whoever set the signer up; what the signer says of its own key is not believed."""
    timeout_s: float

    def identity(self) -> LedgerIdentity:
        """Name the ledger and the public keys."""
        return LedgerIdentity(origin=self.origin, keys=read_public_keys(self.public_key_file))

    def signed(self) -> Checkpoint | None:
        """Give the newest checkpoint that was signed."""
        answer = self._ask({"v": PROTOCOL, "ask": "signed", "origin": self.origin})
        return _checkpoint(answer["checkpoint"]) if answer["checkpoint"] is not None else None

    def sign(self, request: CheckpointRequest) -> bytes:
        """Have a checkpoint signed."""
        leaves = b"".join(request.leaves).hex()
        asked: dict[str, JsonValue] = {"v": PROTOCOL, "ask": "sign", "origin": self.origin}
        asked |= {"start": request.start, "kept": request.kept}
        answer = self._ask(asked | {"leaves": leaves, "checkpoint": _facts(request.checkpoint)})
        return str(answer["note"]).encode()

    def _ask(self, question: JsonValue) -> dict[str, Any]:
        name = self.command[0]
        try:
            done = subprocess.run(  # noqa: S603 - the command of the settings
                self.command, input=canonical_bytes(question), capture_output=True, timeout=self.timeout_s, check=False
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise SignerUnavailableError(f"the signer {name}: {error}") from error
        if done.returncode:
            said = done.stderr.decode(errors="replace").strip()[-_SHOWN:]
            raise SignerUnavailableError(f"the signer {name} ended with exit code {done.returncode}: {said}")
        return _read_answer(name, done.stdout)


def answer(question: bytes, *, key_file: Path, state_file: Path) -> bytes:
    """Answer one question as the signer: sign what continues the last checkpoint, refuse anything else.

    Raises
    ------
    SignerUnavailableError
        If the question cannot be read, or key or state cannot.
    """
    try:
        facts: Any = parse_canonical(question)
        if facts["v"] != PROTOCOL:
            raise SignerUnavailableError(f"a question of protocol {facts['v']!r}, expected {PROTOCOL}")
        signer = FileSigner(origin=facts["origin"], key_file=key_file, state_file=state_file)
        return canonical_bytes(_answer(signer, facts))
    except SignerRefusedError as refusal:
        return canonical_bytes({"v": PROTOCOL, "refused": refusal.code, "reason": refusal.reason, "size": refusal.size})
    except (CanonicalFormError, CheckpointError, ProofError, KeyError, TypeError, ValueError) as error:
        raise SignerUnavailableError(f"the question cannot be read: {error}") from error


def _answer(signer: FileSigner, facts: dict[str, Any]) -> dict[str, JsonValue]:
    if facts["ask"] == "signed":
        signed = signer.signed()
        return {"v": PROTOCOL, "checkpoint": None if signed is None else _facts(signed)}
    if facts["ask"] != "sign":
        raise SignerUnavailableError(f"a question of kind {facts['ask']!r}, expected 'sign' or 'signed'")
    leaves = bytes.fromhex(facts["leaves"])
    request = CheckpointRequest(
        checkpoint=_checkpoint(facts["checkpoint"]),
        start=facts["start"],
        leaves=tuple(leaves[at : at + 32] for at in range(0, len(leaves), 32)),
        kept=facts.get("kept"),
    )
    return {"v": PROTOCOL, "note": signer.sign(request).decode()}


def _read_answer(name: str, data: bytes) -> dict[str, Any]:
    try:
        facts: Any = parse_canonical(data)
        if facts["v"] != PROTOCOL:
            raise SignerUnavailableError(f"the signer {name} speaks protocol {facts['v']!r}, expected {PROTOCOL}")
        if "refused" in facts:
            raise SignerRefusedError(str(facts["refused"]), str(facts["reason"]), int(facts["size"]))
        if "note" not in facts and "checkpoint" not in facts:
            raise SignerUnavailableError(f"the signer {name} gave no answer")
    except (CanonicalFormError, KeyError, TypeError) as error:
        raise SignerUnavailableError(f"the answer of the signer {name} cannot be read: {error}") from error
    return dict(facts)


def _facts(checkpoint: Checkpoint) -> Mapping[str, JsonValue]:
    return {"origin": checkpoint.origin, "size": checkpoint.size, "root": checkpoint.root.hex()}


def _checkpoint(facts: dict[str, Any]) -> Checkpoint:
    return Checkpoint(origin=facts["origin"], size=facts["size"], root=bytes.fromhex(facts["root"]))


def open_signer(setting: LedgerSetting, home: Path) -> FileSigner | ProgramSigner:
    """Open the signer that the settings name; key and state of the program's own lie in the home folder.

    Raises
    ------
    SettingsError
        If the origin of the ledger cannot be read or made.
    """
    origin = setting.origin or _own_origin(home / ORIGIN_FILE)
    public_key_file = setting.public_key or home / PUBLIC_KEY_FILE
    if setting.signer:
        return ProgramSigner(
            origin=origin, command=setting.signer, public_key_file=public_key_file, timeout_s=setting.timeout_s
        )
    return FileSigner(origin=origin, key_file=home / KEY_FILE, state_file=home / STATE_FILE)


def _own_origin(path: Path) -> str:
    """Read the origin of this ledger; on first use make one that no other ledger has."""
    try:
        if not path.exists():
            replace_durably(path, f"aigaq/{secrets.token_hex(8)}\n".encode())
        origin = path.read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path}: {error}") from error
    if not origin or "+" in origin or any(character.isspace() for character in origin):
        raise SettingsError(f"{path}: {origin!r} cannot name a ledger")
    return origin
