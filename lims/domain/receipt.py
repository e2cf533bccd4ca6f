"""The receipt of an issued report: what the ledger says of it, provable without the laboratory.

A document cannot hold the record of its own issue, because that record holds the document's digest. So the record goes
beside it: the entry of the issue, the newest entry if the report no longer stands, a proof of each, and the checkpoint
to which the proofs lead. The file is canonical JSON (RFC 8785); every other form is refused.
"""

from base64 import b64decode, b64encode
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import pairwise
from typing import Any, Final, Self

from lims.domain.report import Report
from lims.errors import CanonicalFormError, CheckpointError, ProofError
from lims.ledger import JsonValue, LedgerEntry, canonical_bytes, parse_canonical
from lims.ledger.checkpoint import Checkpoint, SignedCheckpoint, VerifierKey
from lims.ledger.merkle import DIGEST_BYTES, ConsistencyProof, InclusionProof, leaf_digest
from lims.report_errors import ReceiptError

FORMAT: Final = "aigaq-receipt-1"
LARGEST_BYTES: Final = 4 * 2**20
"""Of the file; the entries of a report have some tens of kilobytes."""
MOST_ENTRIES: Final = 2
MOST_HASHES: Final = 128
"""Of one proof: two for each level of a tree of 2**63 leaves are more than any proof needs."""
MOST_KEYS: Final = 16
_FIELDS = ("format", "report", "entries", "proofs", "checkpoint", "keys", "consistency")
_SHA256_DIGITS = 64


class History(StrEnum):
    """How the checkpoint of a receipt stands to another one of the same ledger."""

    CONTINUES = "continues"
    EXCLUDES = "excludes"
    """Both were signed, and no ledger can have both: there are two histories."""
    UNKNOWN = "unknown"
    """The receipt carries no proof from that one, or they are of two ledgers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptProof:
    """The way from an entry to the root of the receipt's checkpoint."""

    index: int
    """Place of the entry's leaf, from 0."""
    hashes: tuple[bytes, ...] = field(repr=False)
    """32 bytes each, the lowest first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptConsistency:
    """That the ledger of the receipt begins with that of an older checkpoint: the one inside the document."""

    old_size: int
    hashes: tuple[bytes, ...] = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What the file says; nothing is said yet on whether it can be believed.

    Raises
    ------
    ReceiptError
        If there is not one proof for each entry, or one of the limits is passed.
    """

    report: str
    entries: tuple[str, ...] = field(repr=False)
    """The canonical text of each: of the issue, then of the newest state if that is another."""
    proofs: tuple[ReceiptProof, ...] = field(repr=False)
    checkpoint: str = field(repr=False)
    """The signed note."""
    keys: tuple[str, ...]
    """Public keys of the ledger as it gives them itself; whom to trust, a reader knows from elsewhere."""
    consistency: ReceiptConsistency | None = None

    def __post_init__(self) -> None:
        """Refuse what no reader would take."""
        if not 1 <= len(self.entries) <= MOST_ENTRIES or len(self.proofs) != len(self.entries):
            counts = f"{len(self.entries)} entries with {len(self.proofs)} proofs"
            raise ReceiptError(f"{counts}, expected 1 or {MOST_ENTRIES}, one for each")
        if not self.report:
            raise ReceiptError("the receipt names no report")
        if not 1 <= len(self.keys) <= MOST_KEYS:
            raise ReceiptError(f"{len(self.keys)} keys, expected 1 to {MOST_KEYS}")
        for proof in self.proofs:
            _require_hashes(proof.hashes)
        if self.consistency is not None:
            _require_hashes(self.consistency.hashes)

    @property
    def file_name(self) -> str:
        """Name the file: the report's name, so that both lie side by side."""
        return f"{self.report}.receipt.json"

    @property
    def ledger_size(self) -> int:
        """Give the entries under its checkpoint.

        Raises
        ------
        CheckpointError
            If that cannot be read.
        """
        return SignedCheckpoint.from_bytes(self.checkpoint.encode()).checkpoint.size

    def to_bytes(self) -> bytes:
        """Write the file: canonical JSON, without a newline at the end."""
        consistency: JsonValue = None
        if self.consistency is not None:
            consistency = {"old_size": self.consistency.old_size, "hashes": _texts(self.consistency.hashes)}
        return canonical_bytes(
            {
                "format": FORMAT,
                "report": self.report,
                "entries": list(self.entries),
                "proofs": [{"index": one.index, "hashes": _texts(one.hashes)} for one in self.proofs],
                "checkpoint": self.checkpoint,
                "keys": list(self.keys),
                "consistency": consistency,
            }
        )

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """Read a file that ``to_bytes`` wrote.

        Raises
        ------
        ReceiptError
            If it is larger than 4 MiB, not canonical JSON, or says anything else than a receipt says.
        """
        if len(data) > LARGEST_BYTES:
            raise ReceiptError(f"{len(data)} bytes, a receipt has at most {LARGEST_BYTES}")
        try:
            facts = _object(parse_canonical(data), _FIELDS)
        except CanonicalFormError as error:
            raise ReceiptError(f"not the canonical form of a receipt: {error}") from error
        if facts["format"] != FORMAT:
            raise ReceiptError(f"format {str(facts['format'])[:40]!r}, expected {FORMAT!r}")
        return cls(
            report=_text(facts["report"]),
            entries=tuple(_text(one) for one in _list(facts["entries"])),
            proofs=tuple(_proof(one) for one in _list(facts["proofs"])),
            checkpoint=_text(facts["checkpoint"]),
            keys=tuple(_text(one) for one in _list(facts["keys"])),
            consistency=None if facts["consistency"] is None else _consistency(facts["consistency"]),
        )

    def history(self, older: Checkpoint) -> History:
        """Hold the checkpoint of this receipt against an older one of the same ledger.

        Both must have been found to be signed by a trusted key before; see ``check_receipt``.

        Raises
        ------
        CheckpointError
            If the receipt's own cannot be read.
        """
        own = SignedCheckpoint.from_bytes(self.checkpoint.encode()).checkpoint
        if own.origin != older.origin or not older.size:
            return History.UNKNOWN
        if own.size == older.size:
            return History.CONTINUES if own.root == older.root else History.EXCLUDES
        proof = self.consistency
        if proof is None or proof.old_size != older.size or own.size < older.size:
            return History.UNKNOWN
        whole = ConsistencyProof(old_size=proof.old_size, size=own.size, path=proof.hashes)
        return History.CONTINUES if own.check_consistency(whole, older=older).holds else History.EXCLUDES


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptCheck:
    """Whether a receipt can be believed, and what it then says."""

    faults: tuple[str, ...]
    """Why it is not believed; empty if it is."""
    checkpoint: Checkpoint | None = None
    signed_by: tuple[VerifierKey, ...] = ()
    newest: LedgerEntry | None = None
    """The newest entry of the report in the receipt; None where an entry cannot be read."""

    @property
    def believed(self) -> bool:
        """Tell whether it is."""
        return not self.faults

    @property
    def pdf_sha256(self) -> str:
        """Give the digest of the report's document, hex; empty where nothing is believed."""
        return self._said("pdf_sha256")

    @property
    def status(self) -> str:
        """Give the state of the report, one of the words of ``ReportStatus``."""
        return self._said("status")

    @property
    def superseded_by(self) -> str:
        """Give the number of the amendment that replaced it; empty for none."""
        return self._said("superseded_by")

    @property
    def withdrawal_reason(self) -> str:
        """Give the reason for which it was withdrawn; empty for none."""
        return self._said("withdrawal_reason")

    def _said(self, name: str) -> str:
        value = self.newest.body.get(name) if self.newest is not None and self.believed else None
        return value if isinstance(value, str) else ""


def check_receipt(receipt: Receipt, *, keys: Iterable[VerifierKey]) -> ReceiptCheck:
    """Tell whether a receipt can be believed.

    Parameters
    ----------
    receipt : Receipt
    keys : iterable of VerifierKey
        Keys of ledgers that the reader trusts, from a source of his own; those in the receipt are not believed.

    Returns
    -------
    ReceiptCheck
        Believed if a trusted key signed the checkpoint of the ledger that has the key's name, each entry is canonical
        and in its tree, and all entries are of this one report and its one document, the newest last.
    """
    try:
        signed = SignedCheckpoint.from_bytes(receipt.checkpoint.encode())
        own = tuple(key for key in dict.fromkeys(keys) if key.name == signed.checkpoint.origin)
        signatures = signed.check_signatures(origin=signed.checkpoint.origin, keys=own)
    except CheckpointError as error:
        return ReceiptCheck(faults=(f"checkpoint: {error}",))
    faults = [f"checkpoint: {fault}" for fault in signatures.faults]
    if not signatures.signed_by:
        faults.append(f"checkpoint: no trusted key of {signed.checkpoint.origin} signed it")
    entries, unread = _entries(receipt)
    faults += unread
    faults += _not_in_tree(receipt, signed.checkpoint)
    faults += _not_of_one(receipt, entries)
    return ReceiptCheck(
        faults=tuple(faults),
        checkpoint=signed.checkpoint,
        signed_by=signatures.signed_by,
        newest=entries[-1] if entries and not unread else None,
    )


def _entries(receipt: Receipt) -> tuple[list[LedgerEntry], list[str]]:
    """Read the entries; what cannot be read is said."""
    entries, faults = [], []
    for place, text in enumerate(receipt.entries, start=1):
        try:
            entries.append(LedgerEntry.from_bytes(text.encode()))
        except CanonicalFormError as error:
            faults.append(f"entry {place}: {error}")
    return entries, faults


def _not_in_tree(receipt: Receipt, checkpoint: Checkpoint) -> Iterator[str]:
    for place, (text, proof) in enumerate(zip(receipt.entries, receipt.proofs, strict=True), start=1):
        try:
            whole = InclusionProof(index=proof.index, size=checkpoint.size, path=proof.hashes)
        except ProofError as error:
            yield f"entry {place}: {error}"
            continue
        found = checkpoint.check_inclusion(whole, leaf=leaf_digest(text.encode()))
        if not found.holds:
            yield f"entry {place} is not in the ledger of the checkpoint: {found.reason}"


def _not_of_one(receipt: Receipt, entries: Sequence[LedgerEntry]) -> Iterator[str]:
    """Say what keeps the entries from being the story of one report with one document."""
    for entry in entries:
        if (entry.kind, entry.number) != (Report.KIND, receipt.report) or entry.body.get("number") != receipt.report:
            yield f"entry {entry.sequence} is of {entry.kind} {entry.number}, the receipt of report {receipt.report}"
        if not _is_sha256(entry.body.get("pdf_sha256")) or not isinstance(entry.body.get("status"), str):
            yield f"entry {entry.sequence} names no document or no state"
    for proof, entry in zip(receipt.proofs, entries, strict=False):
        if entry.sequence != proof.index + 1:
            yield f"entry {entry.sequence} is proved at place {proof.index + 1}"
    for older, newer in pairwise(entries):
        if not (older.sequence < newer.sequence and older.version < newer.version):
            yield f"entry {newer.sequence} is not newer than entry {older.sequence}"
        if older.body.get("pdf_sha256") != newer.body.get("pdf_sha256"):
            yield f"the entries {older.sequence} and {newer.sequence} name two documents"


def _is_sha256(value: object) -> bool:
    return isinstance(value, str) and len(value) == _SHA256_DIGITS and not set(value) - set("0123456789abcdef")


def _require_hashes(hashes: tuple[bytes, ...]) -> None:
    if len(hashes) > MOST_HASHES or any(len(one) != DIGEST_BYTES for one in hashes):
        raise ReceiptError(f"a proof has at most {MOST_HASHES} digests of {DIGEST_BYTES} bytes")


def _texts(hashes: tuple[bytes, ...]) -> list[JsonValue]:
    return [b64encode(one).decode() for one in hashes]


def _proof(value: Any) -> ReceiptProof:  # noqa: ANN401 - JSON
    facts = _object(value, ("index", "hashes"))
    return ReceiptProof(index=_whole(facts["index"]), hashes=_hashes(facts["hashes"]))


def _consistency(value: Any) -> ReceiptConsistency:  # noqa: ANN401 - JSON
    facts = _object(value, ("old_size", "hashes"))
    return ReceiptConsistency(old_size=_whole(facts["old_size"]), hashes=_hashes(facts["hashes"]))


def _hashes(value: Any) -> tuple[bytes, ...]:  # noqa: ANN401 - JSON
    texts = [_text(one) for one in _list(value)]
    try:
        hashes = tuple(b64decode(text, validate=True) for text in texts)
    except ValueError as error:
        raise ReceiptError(f"a digest is not in base64: {error}") from error
    if _texts(hashes) != texts:
        raise ReceiptError("a digest is not in canonical base64")
    return hashes


def _object(value: Any, names: Sequence[str]) -> Mapping[str, Any]:  # noqa: ANN401 - JSON
    if not isinstance(value, dict) or set(value) != set(names):
        raise ReceiptError(f"expected {', '.join(names)}, and nothing else")
    return value


def _list(value: Any) -> list[Any]:  # noqa: ANN401 - JSON
    if not isinstance(value, list):
        raise ReceiptError("a list is missing")
    return value


def _text(value: Any) -> str:  # noqa: ANN401 - JSON
    if not isinstance(value, str):
        raise ReceiptError("a text is missing")
    return value


def _whole(value: Any) -> int:  # noqa: ANN401 - JSON
    if type(value) is not int or value < 0:
        raise ReceiptError("a place or a size is a whole number, 0 or more")
    return value
