"""Entries of a ledger with a proof for each, as files that lie beside a document or inside it.

Nothing else of the ledger is needed to check them: the proofs lead to the root of the signed checkpoint.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Self

from lims.errors import ProofError
from lims.ledger.canonical import canonical_bytes, parse_canonical
from lims.ledger.checkpoint import SignedCheckpoint, VerifierKey
from lims.ledger.merkle import InclusionProof

ENTRIES_FILE: Final = "ledger-entries.jsonl"
PROOFS_FILE: Final = "ledger-proofs.jsonl"
CHECKPOINT_FILE: Final = "ledger-checkpoint.txt"
KEYS_FILE: Final = "ledger-keys.txt"
"""Names of the attachments of a report."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerExtract:
    """The bytes of four files."""

    entries: bytes = field(repr=False)
    """The bytes of one entry in each line, as they were hashed."""
    proofs: bytes = field(repr=False)
    """One proof in each line, in the order of the entries; see ``proof_line``."""
    checkpoint: bytes = field(repr=False)
    """The signed note."""
    keys: bytes = field(repr=False)
    """One public key of the ledger in each line."""

    @classmethod
    def of(
        cls,
        entries: Iterable[bytes],
        proofs: Iterable[InclusionProof],
        *,
        signed: SignedCheckpoint,
        keys: Iterable[VerifierKey],
    ) -> Self:
        """Write entries, their proofs and what these lead to."""
        return cls(
            entries=b"".join(entry + b"\n" for entry in entries),
            proofs=b"".join(proof_line(proof) + b"\n" for proof in proofs),
            checkpoint=signed.to_bytes(),
            keys="".join(f"{key.to_text()}\n" for key in keys).encode(),
        )

    @property
    def files(self) -> Mapping[str, bytes]:
        """Give the files by the names that they have in a report."""
        return {
            ENTRIES_FILE: self.entries,
            PROOFS_FILE: self.proofs,
            CHECKPOINT_FILE: self.checkpoint,
            KEYS_FILE: self.keys,
        }


def proof_line(proof: InclusionProof) -> bytes:
    """Write a proof as canonical JSON without the end of the line: ``index``, ``path`` in hex, ``size``."""
    return canonical_bytes({"index": proof.index, "path": [node.hex() for node in proof.path], "size": proof.size})


def read_proof(line: bytes) -> InclusionProof:
    """Read a proof that ``proof_line`` wrote.

    Raises
    ------
    CanonicalFormError
        If it is no canonical JSON.
    ProofError
        If it says something else than a proof says, or what no proof can say.
    """
    values: Any = parse_canonical(line)
    if not isinstance(values, dict) or set(values) != {"index", "path", "size"}:
        raise ProofError("a proof has index, path and size, and nothing else")
    path = values["path"]
    whole = all(type(values[name]) is int for name in ("index", "size"))
    if not whole or not isinstance(path, list) or not all(isinstance(node, str) for node in path):
        raise ProofError("index and size of a proof are whole numbers, its path is a list of texts")
    try:
        nodes = tuple(bytes.fromhex(node) for node in path)
    except ValueError as error:
        raise ProofError(f"a digest of the path is not in hex: {error}") from error
    proof = InclusionProof(index=values["index"], size=values["size"], path=nodes)
    if proof_line(proof) != line:
        raise ProofError("a proof is not in the form in which it is written")
    return proof
