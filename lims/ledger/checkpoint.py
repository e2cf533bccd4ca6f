"""Checkpoints: origin, size and root of the ledger's tree, signed, in a form that fits on paper.

The text is C2SP tlog-checkpoint, the signatures are C2SP signed-note with Ed25519 (RFC 8032), so that witnesses outside
can read, check and co-sign it. What is not in its one canonical form is refused.
"""

import base64
import binascii
import hashlib
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Protocol, Self

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from lims.errors import CheckpointError
from lims.ledger.merkle import (
    DIGEST_BYTES,
    EMPTY_ROOT,
    LARGEST_SIZE,
    ConsistencyProof,
    InclusionProof,
    ProofCheck,
    check_consistency,
    check_inclusion,
)

KEY_ID_BYTES = 4
PUBLIC_KEY_BYTES = 32
SIGNATURE_BYTES = 64
MOST_SIGNATURES = 100
"""Signature lines of one checkpoint; C2SP signed-note asks for a limit of at least 16, and Go's reader has this one."""
LARGEST_BYTES = 2**20
"""Bytes of one signed checkpoint: room for that many lines, also of the kinds with 5 kB signatures."""
_ED25519 = b"\x01"
"""Signature type of C2SP signed-note."""
_FIELD = 2**255 - 19
_SMALL_ORDER = frozenset(
    {
        0,
        1,
        0x05FC536D880238B13933C6D305ACDFD5F098EFF289F4C345B027B2C28F95E826,
        0x7A03AC9277FDC74EC6CC392CFA53202A0F67100D760B3CBA4FD84D3D706A17C7,
        _FIELD - 1,
        _FIELD,
        _FIELD + 1,
    }
)
"""y of the eight points of small order, in every encoding; under such a key a signature of everything can be made.

Source: libsodium, ``ge25519_has_small_order``; the tests compute them anew.
"""
_DASH = "\u2014 "
_FOLLOWS = "follows "
_SIZE = re.compile("[1-9][0-9]{0,18}")
_LONGEST_SHOWN = 100


class Signer(Protocol):
    """Who holds a private Ed25519 key: ``Ed25519PrivateKey`` of cryptography, or a token."""

    def sign(self, data: bytes, /) -> bytes:
        """Sign the bytes; 64 bytes."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifierKey:
    """A public key with the name under which it signs.

    Raises
    ------
    CheckpointError
        If the name cannot stand in a signature line, or the key does not have 32 bytes or is a point of small order.
    """

    name: str
    public_key: bytes = field(repr=False)
    """32 bytes (RFC 8032, section 5.1.5)."""

    def __post_init__(self) -> None:
        """Refuse what no signature line could name."""
        _require_name(self.name)
        if len(self.public_key) != PUBLIC_KEY_BYTES:
            raise CheckpointError(f"key {self.name}: {len(self.public_key)} bytes, expected {PUBLIC_KEY_BYTES}")
        if int.from_bytes(self.public_key, "little") & (2**255 - 1) in _SMALL_ORDER:
            raise CheckpointError(f"key {self.name}: a point of small order, under which anybody can sign")

    @property
    def key_id(self) -> bytes:
        """Give the first 4 bytes of SHA-256(name, newline, 0x01, public key), as C2SP signed-note derives them."""
        seed = self.name.encode() + b"\n" + _ED25519 + self.public_key
        return hashlib.sha256(seed).digest()[:KEY_ID_BYTES]

    def to_text(self) -> str:
        """Write the key as ``name+hexid+base64(0x01 || public key)``, one line without its end."""
        return f"{self.name}+{self.key_id.hex()}+{_base64(_ED25519 + self.public_key)}"

    @classmethod
    def from_text(cls, text: str) -> Self:
        """Read a key that ``to_text`` wrote.

        Raises
        ------
        CheckpointError
            If it has another form, another algorithm, or a key ID that is not that of its name and key.
        """
        name, _, rest = text.partition("+")
        _, _, encoded = rest.partition("+")
        data = _from_base64(encoded, what="the public key")
        if data[:1] != _ED25519:
            raise CheckpointError(
                f"key {_shown(name)}: algorithm {data[:1].hex() or 'none'}, expected {_ED25519.hex()}"
            )
        key = cls(name=name, public_key=data[1:])
        if key.to_text() != text:
            raise CheckpointError(f"the key {_shown(text)} is not in canonical form, expected {key.to_text()}")
        return key

    def verifies(self, text: bytes, signature: bytes) -> bool:
        """Tell whether this key signed the text."""
        try:
            Ed25519PublicKey.from_public_bytes(self.public_key).verify(signature, text)
        except InvalidSignature:
            return False
        return True


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkpoint:
    """What the ledger commits itself to: so many entries, under this root.

    Raises
    ------
    CheckpointError
        If a line is empty or has a control character, the size is out of range, or the root cannot be that of a tree
        of this size.
    """

    origin: str
    """Which ledger it is; the same for all its checkpoints."""
    size: int
    """Entries, 0 to 2**63 - 1."""
    root: bytes
    """32 bytes."""
    extensions: tuple[str, ...] = ()
    """Further lines. This project writes one, see ``follows``; those of other logs are kept as they are."""

    def __post_init__(self) -> None:
        """Refuse what could not be written or could not be true."""
        for line in (self.origin, *self.extensions):
            _require_line(line)
        if not 0 <= self.size <= LARGEST_SIZE:
            raise CheckpointError(f"size {self.size}, expected 0 to {LARGEST_SIZE}")
        if len(self.root) != DIGEST_BYTES:
            raise CheckpointError(f"a root of {len(self.root)} bytes, expected {DIGEST_BYTES}")
        if not self.size and self.root != EMPTY_ROOT:
            raise CheckpointError(f"root {self.root.hex()} of an empty tree, expected {EMPTY_ROOT.hex()}")

    @property
    def follows(self) -> int:
        """Give the entries under the checkpoint that the signer signed before; 0 if it says of none.

        So that none can be taken away from between the others: the next one names it.
        """
        named = [line.removeprefix(_FOLLOWS) for line in self.extensions if line.startswith(_FOLLOWS)]
        return int(named[0]) if named and _SIZE.fullmatch(named[0]) else 0

    def following(self, size: int) -> Self:
        """Name the checkpoint before it; with 0 it is the signer's first."""
        return replace(self, extensions=(f"{_FOLLOWS}{size}",) if size else ())

    def to_bytes(self) -> bytes:
        """Write the text that is signed: origin, size and base64 root, each with a newline, and the extensions."""
        lines = (self.origin, str(self.size), _base64(self.root), *self.extensions)
        return "".join(f"{line}\n" for line in lines).encode()

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """Read a text that ``to_bytes`` wrote.

        Raises
        ------
        CheckpointError
            If it is not UTF-8, or not the canonical form of a checkpoint.
        """
        lines = _text(data).split("\n")
        if len(lines) < 4 or lines[-1]:  # noqa: PLR2004 - three lines, and nothing after the last newline
            raise CheckpointError(f"{len(lines) - 1} whole lines, expected origin, size and root, each with a newline")
        origin, size, root, *extensions, _ = lines
        return cls(
            origin=origin,
            size=_read_size(size),
            root=_from_base64(root, what="the root"),
            extensions=tuple(extensions),
        )

    def check_inclusion(self, proof: InclusionProof, *, leaf: bytes) -> ProofCheck:
        """Check that a leaf digest is in the tree of this checkpoint, at the place that the proof names."""
        if proof.size != self.size:
            return ProofCheck(reason=f"the proof is for {proof.size} leaves, the checkpoint for {self.size}")
        return check_inclusion(proof, leaf=leaf, root=self.root)

    def check_consistency(self, proof: ConsistencyProof, *, older: Self) -> ProofCheck:
        """Check that the tree of this checkpoint begins with that of an older one of the same ledger."""
        if older.origin != self.origin:
            return ProofCheck(reason=f"the older checkpoint is of {older.origin!r}, this one of {self.origin!r}")
        if (proof.old_size, proof.size) != (older.size, self.size):
            return ProofCheck(
                reason=f"the proof is from {proof.old_size} to {proof.size} leaves, "
                f"the checkpoints are from {older.size} to {self.size}"
            )
        return check_consistency(proof, old_root=older.root, root=self.root)


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteSignature:
    """One signature line, of whatever kind.

    Raises
    ------
    CheckpointError
        If the name cannot stand in a line, or the key ID or signature has no or too few bytes.
    """

    name: str
    key_id: bytes
    """4 bytes."""
    signature: bytes = field(repr=False)
    """64 bytes for Ed25519; any other number for other kinds, which are kept and not counted."""

    def __post_init__(self) -> None:
        """Refuse what could not be read back."""
        _require_name(self.name)
        if len(self.key_id) != KEY_ID_BYTES or not self.signature:
            raise CheckpointError(
                f"signature of {self.name}: key ID of {len(self.key_id)} bytes, signature of {len(self.signature)}; "
                f"expected {KEY_ID_BYTES} and at least 1"
            )

    def to_text(self) -> str:
        """Write the line, with its newline."""
        return f"{_DASH}{self.name} {_base64(self.key_id + self.signature)}\n"

    @classmethod
    def from_text(cls, line: str) -> Self:
        """Read a line without its newline.

        Raises
        ------
        CheckpointError
            If it is not a dash, a name and base64, each after one space.
        """
        if not line.startswith(_DASH):
            raise CheckpointError(f"the signature line {_shown(line)} does not begin with an em dash and a space")
        name, _, encoded = line.removeprefix(_DASH).partition(" ")
        data = _from_base64(encoded, what=f"the signature of {_shown(name)}")
        return cls(name=name, key_id=data[:KEY_ID_BYTES], signature=data[KEY_ID_BYTES:])


@dataclass(frozen=True, slots=True, kw_only=True)
class SignatureCheck:
    """Who signed a checkpoint."""

    signed_by: tuple[VerifierKey, ...]
    """Known keys whose signatures verify, each once."""
    faults: tuple[str, ...]
    """What speaks against it: another origin, or the signature of a known key that does not verify."""
    unknown: tuple[NoteSignature, ...]
    """Signatures of keys that were not handed in; they count neither for it nor against it."""

    @property
    def trusted(self) -> bool:
        """Tell whether a known key signed it and nothing speaks against it."""
        return bool(self.signed_by) and not self.faults


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedCheckpoint:
    """A checkpoint with its signature lines; nothing is said yet on whether they verify.

    Raises
    ------
    CheckpointError
        If there is no signature, more than 100, or one twice.
    """

    checkpoint: Checkpoint
    signatures: tuple[NoteSignature, ...]

    def __post_init__(self) -> None:
        """Refuse lines that no reader would take."""
        if not 1 <= len(self.signatures) <= MOST_SIGNATURES:
            raise CheckpointError(f"{len(self.signatures)} signatures, expected 1 to {MOST_SIGNATURES}")
        if len(set(self.signatures)) != len(self.signatures):
            raise CheckpointError("a signature line stands there twice")

    def to_bytes(self) -> bytes:
        """Write text, blank line and signature lines."""
        lines = "".join(signature.to_text() for signature in self.signatures)
        return self.checkpoint.to_bytes() + b"\n" + lines.encode()

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """Read bytes that ``to_bytes`` wrote, here or elsewhere.

        Raises
        ------
        CheckpointError
            If they are longer than 1 MiB, not UTF-8, or not the canonical form of a signed checkpoint.
        """
        if len(data) > LARGEST_BYTES:
            raise CheckpointError(f"{len(data)} bytes, expected at most {LARGEST_BYTES}")
        text, blank, lines = _text(data).rpartition("\n\n")
        if not (blank and lines.endswith("\n")):
            raise CheckpointError("no blank line before the signatures, or no newline after the last")
        return cls(
            checkpoint=Checkpoint.from_bytes(f"{text}\n".encode()),
            signatures=tuple(NoteSignature.from_text(line) for line in lines[:-1].split("\n")),
        )

    def check_signatures(self, *, origin: str, keys: Iterable[VerifierKey]) -> SignatureCheck:
        """Check the signatures of known keys.

        Parameters
        ----------
        origin : str
            The ledger that the reader means, from a source of his own: a checkpoint does not say whom to trust.
        keys : iterable of VerifierKey
            Keys that the reader trusts for this origin.

        Raises
        ------
        CheckpointError
            If two keys have the same name and key ID, so that nobody could say which one signed.
        """
        known = _by_identity(keys)
        text = self.checkpoint.to_bytes()
        faults = []
        if self.checkpoint.origin != origin:
            faults.append(f"the checkpoint is of {self.checkpoint.origin!r}, expected {origin!r}")
        signed_by, unknown = [], []
        for line in self.signatures:
            key = known.get((line.name, line.key_id))
            if key is None:
                unknown.append(line)
            elif key.verifies(text, line.signature):
                signed_by.append(key)
            else:
                faults.append(f"the signature of {line.name}+{line.key_id.hex()} does not verify")
        return SignatureCheck(signed_by=tuple(dict.fromkeys(signed_by)), faults=tuple(faults), unknown=tuple(unknown))


def sign_checkpoint(checkpoint: Checkpoint, *, key: VerifierKey, signer: Signer) -> NoteSignature:
    """Sign the text of a checkpoint.

    Parameters
    ----------
    checkpoint : Checkpoint
        Whether it is consistent with what was signed before, the caller has checked.
    key : VerifierKey
        Name and public half.
    signer : Signer
        Holds the private half.

    Raises
    ------
    CheckpointError
        If what the signer gives does not verify with the key: it holds another one.
    """
    text = checkpoint.to_bytes()
    signature = signer.sign(text)
    if not key.verifies(text, signature):
        raise CheckpointError(f"the signer does not hold the private key of {key.to_text()}")
    return NoteSignature(name=key.name, key_id=key.key_id, signature=signature)


def _by_identity(keys: Iterable[VerifierKey]) -> dict[tuple[str, bytes], VerifierKey]:
    known: dict[tuple[str, bytes], VerifierKey] = {}
    for key in keys:
        if known.setdefault((key.name, key.key_id), key) != key:
            raise CheckpointError(f"two keys are called {key.name}+{key.key_id.hex()}")
    return known


def _text(data: bytes) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        raise CheckpointError(f"not UTF-8: {error}") from error


def _read_size(text: str) -> int:
    """Read a decimal; one with more digits than ``LARGEST_SIZE`` is refused before it costs time."""
    if not (text.isascii() and text.isdecimal()) or len(text) > len(str(LARGEST_SIZE)) or str(int(text)) != text:
        raise CheckpointError(
            f"size {_shown(text)}, expected a decimal of at most {LARGEST_SIZE} without leading zeros"
        )
    return int(text)


def _require_line(line: str) -> None:
    """Refuse more than C2SP does: no control character at all, also not those above U+007E."""
    if not line or any(unicodedata.category(character) in {"Cc", "Cs"} for character in line):
        raise CheckpointError(f"the line {_shown(line)} is empty, or has a control character or a lone surrogate")


def _require_name(name: str) -> None:
    _require_line(name)
    if "+" in name or any(character.isspace() for character in name):
        raise CheckpointError(f"the key name {_shown(name)} has a space or a plus")


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


def _from_base64(text: str, *, what: str) -> bytes:
    """Read RFC 4648, section 4, and only as it is written: with its padding, and unused bits 0."""
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:  # ValueError: characters beyond ASCII
        raise CheckpointError(f"{what} is not base64: {error}") from error
    if _base64(data) != text:
        raise CheckpointError(f"{what} is not in canonical base64, expected {_shown(_base64(data))}")
    return data


def _shown(text: str) -> str:
    """Quote the beginning of what somebody else wrote; a message stays short whatever came."""
    return repr(text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}...")
