"""The check of a disclosure packet: its files, its entries against the checkpoint, its raw data against the entries."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lims.domain.receipt import Receipt, check_receipt
from lims.errors import LimsError
from lims.ledger import LedgerEntry, leaf_hash
from lims.ledger.checkpoint import SignedCheckpoint, VerifierKey
from lims.ledger.extract import read_proof
from lims.reporting.bag import bag_faults, bag_sha256
from lims.services.disclosing import CHECKPOINT, ENTRIES, KEYS, PROOFS, RAW_INDEX, RECEIPT, record_files
from lims.services.packet_selection import ChosenEntry


@dataclass(frozen=True, slots=True, kw_only=True)
class PacketCheck:
    """What was found in a packet beside the verdict on its report."""

    sha256: str
    """Of the tag manifest: by it the ledger knows the packet."""
    faults: tuple[str, ...]
    """What is missing, altered, added or contradicts something else; nothing: the packet is whole."""
    notes: tuple[str, ...]
    """What was checked, and against what."""
    report: Path | None
    """The document; None where there is not exactly one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerKeys:
    """Origin and public keys of a ledger, from a source that the reader trusts."""

    origin: str
    keys: tuple[VerifierKey, ...]


@dataclass(slots=True, kw_only=True)
class _Checking:
    folder: Path
    faults: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    chosen: list[ChosenEntry] = field(default_factory=list)

    def read(self, name: str) -> bytes:
        return (self.folder / "data" / name).read_bytes()


def check_packet(folder: Path, *, trusted: LedgerKeys | None) -> PacketCheck:
    """Check a packet without the laboratory, or with the keys of its ledger.

    Parameters
    ----------
    folder : Path
    trusted : LedgerKeys or None
        None: the keys that lie in the packet are used, which prove nothing about who made it; that is said.

    Raises
    ------
    OSError
        If a file cannot be read.
    """
    checking = _Checking(folder=folder, faults=list(bag_faults(folder)))
    documents = sorted((folder / "data" / "report").glob("*.pdf"))
    if len(documents) != 1:
        checking.faults.append(f"data/report: {len(documents)} documents, expected 1")
    for look in (_check_entries, _check_records, _check_raw):
        _looked(look, checking)
    _looked(lambda one: _check_checkpoint(one, trusted), checking)
    if len(documents) == 1:
        _check_document(checking, documents[0])
        if (folder / "data" / RECEIPT).exists():  # packets from before receipts have none
            _looked(lambda one: _check_receipt(one, documents[0], trusted), checking)
    return PacketCheck(
        sha256=bag_sha256(folder),
        faults=tuple(dict.fromkeys(checking.faults)),
        notes=tuple(checking.notes),
        report=documents[0] if len(documents) == 1 else None,
    )


def _looked(look: Any, checking: _Checking) -> None:  # noqa: ANN401 - one of the checks below
    """Do one check; what cannot be read is a fault, and the next check is done all the same."""
    try:
        look(checking)
    except (LimsError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        checking.faults.append(f"{type(error).__name__}: {error}")
    except FileNotFoundError as error:
        checking.faults.append(f"{Path(str(error.filename)).relative_to(checking.folder)}: missing")


def _check_entries(checking: _Checking) -> None:
    """Read every entry in its canonical form; they stand in the order of the ledger."""
    last = 0
    for place, line in enumerate(_lines(checking.read(ENTRIES)), start=1):
        try:
            entry = LedgerEntry.from_bytes(line)
        except LimsError as error:
            checking.faults.append(f"data/{ENTRIES}, line {place}: {error}")
            continue
        if entry.sequence <= last:
            checking.faults.append(f"data/{ENTRIES}, line {place}: entry {entry.sequence} after entry {last}")
        last = entry.sequence
        checking.chosen.append(ChosenEntry(entry=entry, data=line))


def _check_checkpoint(checking: _Checking, trusted: LedgerKeys | None) -> None:
    """Check the signature, then that each entry is in the tree that was signed."""
    signed = SignedCheckpoint.from_bytes(checking.read(CHECKPOINT))
    own = [VerifierKey.from_text(line.decode()) for line in _lines(checking.read(KEYS))]
    origin = trusted.origin if trusted else signed.checkpoint.origin
    check = signed.check_signatures(origin=origin, keys=trusted.keys if trusted else own)
    if not check.trusted:
        told = "; ".join(check.faults) or f"no key of {origin} signed it"
        checking.faults.append(f"data/{CHECKPOINT}: {told}")
    _check_proofs(checking, signed)
    size = signed.checkpoint.size
    whose = "the laboratory's key" if trusted else "the key in the packet: hold that key against one from elsewhere"
    checking.notes.append(f"{len(checking.chosen)} entries, checkpoint over {size} entries, checked with {whose}.")


def _check_proofs(checking: _Checking, signed: SignedCheckpoint) -> None:
    lines = _lines(checking.read(PROOFS))
    if len(lines) != len(checking.chosen):
        checking.faults.append(f"data/{PROOFS}: {len(lines)} proofs for {len(checking.chosen)} entries")
    for one, line in zip(checking.chosen, lines, strict=False):
        proof = read_proof(line)
        place = f"entry {one.entry.sequence}"
        if proof.index != one.entry.sequence - 1:
            checking.faults.append(f"{place}: its proof is for entry {proof.index + 1}")
        found = signed.checkpoint.check_inclusion(proof, leaf=bytes.fromhex(leaf_hash(one.data)))
        if not found.holds:
            checking.faults.append(f"{place} is not in the ledger of the checkpoint: {found.reason}")


def _check_records(checking: _Checking) -> None:
    """Compare the easily read records with the entries that they are made of."""
    expected = {one.path: one.read() for one in record_files(checking.chosen)}
    lying = {f"records/{path.name}" for path in (checking.folder / "data" / "records").glob("*")}
    for path in sorted(lying | set(expected)):
        if path not in lying or path not in expected:
            checking.faults.append(f"data/{path}: {'missing' if path in expected else 'no entry says this'}")
        elif checking.read(path) != expected[path]:
            checking.faults.append(f"data/{path}: says something else than the entries")


def _check_raw(checking: _Checking) -> None:
    """Look for every raw object that an entry names, by its digest."""
    index = json.loads(checking.read(RAW_INDEX))
    files: Mapping[str, str] = index["files"]
    left_out: Mapping[str, str] = index["left_out"]
    for path, sha256 in sorted(files.items()):
        found = _digest(checking, path)
        if found != sha256:
            checking.faults.append(f"data/{path}: SHA-256 {found or 'of nothing, it is missing'}, index says {sha256}")
    present = set(files.values())
    for one in checking.chosen:
        for sha256 in _named(one.entry):
            if sha256 not in present and (sha256 not in left_out or one.entry.kind != "release"):
                checking.faults.append(f"raw object {sha256} of entry {one.entry.sequence} is missing")
    for path, sha256 in sorted(files.items()):
        if path.endswith("/manifest.json"):
            _check_folder(checking, files, path, sha256)
    checking.notes.append(f"{len(files)} raw files; {len(left_out)} objects left out, named in data/{RAW_INDEX}.")


def _check_folder(checking: _Checking, files: Mapping[str, str], manifest: str, sha256: str) -> None:
    """Look for every file that the manifest of a run's folder names."""
    inside = {digest for path, digest in files.items() if path.startswith(manifest.removesuffix("manifest.json"))}
    for row in json.loads(checking.read(manifest)):
        if row["sha256"] not in inside:
            checking.faults.append(f"data/{manifest} ({sha256[:8]}) names {row['path']}, which is missing")


def _check_document(checking: _Checking, document: Path) -> None:
    """Compare the document with what the newest entry of its report says."""
    found = hashlib.sha256(document.read_bytes()).hexdigest()
    reports = [one.entry for one in checking.chosen if one.entry.kind == "report" and one.entry.number == document.stem]
    if not reports:
        checking.faults.append(f"data/report/{document.name}: no entry tells of such a report")
    elif reports[-1].body.get("pdf_sha256") != found:
        checking.faults.append(
            f"data/report/{document.name}: SHA-256 {found} is not the one of entry {reports[-1].sequence}"
        )


def _check_receipt(checking: _Checking, document: Path, trusted: LedgerKeys | None) -> None:
    """Compare the receipt with the document, and believe it by the keys by which the checkpoint is believed."""
    receipt = Receipt.from_bytes(checking.read(RECEIPT))
    own = [VerifierKey.from_text(line.decode()) for line in _lines(checking.read(KEYS))]
    check = check_receipt(receipt, keys=trusted.keys if trusted else own)
    checking.faults += [f"data/{RECEIPT}: {fault}" for fault in check.faults]
    found = hashlib.sha256(document.read_bytes()).hexdigest()
    if check.believed and (receipt.report, check.pdf_sha256) != (document.stem, found):
        checking.faults.append(f"data/{RECEIPT}: it is of report {receipt.report} with SHA-256 {check.pdf_sha256}")


def _named(entry: LedgerEntry) -> Iterable[str]:
    run = entry.body.get("raw") if entry.kind == "run" else None
    own = (str(run["sha256"]),) if isinstance(run, Mapping) else ()
    return dict.fromkeys((*own, *entry.raw))


def _digest(checking: _Checking, path: str) -> str:
    place = checking.folder / "data" / path
    if ".." in Path(path).parts or not place.is_file():
        return ""
    with place.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _lines(data: bytes) -> Sequence[bytes]:
    return tuple(_split(data))


def _split(data: bytes) -> Iterator[bytes]:
    for line in data.split(b"\n"):
        if line:
            yield line
