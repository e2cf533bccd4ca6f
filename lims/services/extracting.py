"""What a report carries of the ledger: a signed checkpoint, and the entries of its case that the checkpoint covers.

A document is read by people outside, and an entry goes with it whole or not at all. So only entries of kinds that are
of one case are taken, and none that names another case.
"""

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Protocol

from lims.domain.case import Case
from lims.domain.custody import Custody
from lims.domain.described import DescribedRecord
from lims.domain.report import Report
from lims.domain.report_content import CheckpointSection, LedgerFile
from lims.errors import CheckpointError, LedgerError, NotFoundError, SignerRefusedError, SignerUnavailableError
from lims.ledger import LedgerEntry
from lims.ledger.checkpoint import SignedCheckpoint, VerifierKey
from lims.ledger.extract import LedgerExtract
from lims.services.checkpoint_ports import LedgerIdentity
from lims.services.describing import DESCRIBED_KINDS
from lims.services.packet_selection import OF_THE_CASE, texts_in
from lims.services.ports import LedgerTree, UnitOfWork

_OF_SEVERAL = frozenset({"batch", "transfer", "nonconformity", "watch", "alert"})
"""Kinds whose entries may be about several cases."""
_KINDS = {kind.KIND: kind for kind in DESCRIBED_KINDS if kind.KIND in OF_THE_CASE - _OF_SEVERAL}
_CASE_NUMBER = re.compile(r"(?<![\w-])\d{4}-\d{4,}(?!\d)")
NO_CHECKPOINT = (SignerUnavailableError, SignerRefusedError, CheckpointError, LedgerError, OSError)
"""Why there may be none; no act waits for a signer, and the document then says that it carries none."""


class CheckpointMaker(Protocol):
    """Who has the ledger signed as it is."""

    def make(self) -> SignedCheckpoint:
        """Make a checkpoint of now."""
        ...

    def identity(self) -> LedgerIdentity:
        """Name the ledger and its public keys."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class CarriedLedger:
    """What one document carries of the ledger."""

    section: CheckpointSection
    """What its content says of it."""
    extract: LedgerExtract = field(repr=False)


def entries_of_report(
    work: UnitOfWork, report: Report, described: Iterable[DescribedRecord], *, case_number: str
) -> tuple[LedgerEntry, ...]:
    """Give the entries that a report carries: of its intent, then of the records of its case that it describes.

    Left out are batches, and every entry in which the number of another case stands.
    """
    intent = work.entry_of(Report, report.number, version=report.version)
    own = (entry for entry in _described(work, described) if not _shows_another(work, entry, case_number))
    return (intent, *own)


def carried(
    entries: Iterable[LedgerEntry], *, tree: LedgerTree, signed: SignedCheckpoint, keys: tuple[VerifierKey, ...]
) -> CarriedLedger:
    """Prove entries under a checkpoint, and say what the content needs to say of it.

    Raises
    ------
    ProofError
        If an entry is newer than the checkpoint.
    """
    extract = proved(((one.sequence, one.to_bytes()) for one in entries), tree=tree, signed=signed, keys=keys)
    checkpoint = signed.checkpoint
    signers = signed.check_signatures(origin=checkpoint.origin, keys=keys).signed_by
    section = CheckpointSection(
        origin=checkpoint.origin,
        size=checkpoint.size,
        root=checkpoint.root.hex(),
        keys=tuple(f"{key.name}+{key.key_id.hex()}" for key in signers),
        files=tuple(
            LedgerFile(name=name, sha256=hashlib.sha256(data).hexdigest()) for name, data in extract.files.items()
        ),
    )
    return CarriedLedger(section=section, extract=extract)


def proved(
    entries: Iterable[tuple[int, bytes]], *, tree: LedgerTree, signed: SignedCheckpoint, keys: Iterable[VerifierKey]
) -> LedgerExtract:
    """Write entries with a proof for each.

    Parameters
    ----------
    entries : iterable of (int, bytes)
        Place in the ledger, from 1, and bytes of each.

    Raises
    ------
    ProofError
        If an entry is newer than the checkpoint.
    """
    chosen = tuple(entries)
    proofs = [tree.prove_inclusion(sequence, signed.checkpoint.size) for sequence, _ in chosen]
    return LedgerExtract.of((data for _, data in chosen), proofs, signed=signed, keys=keys)


def _described(work: UnitOfWork, described: Iterable[DescribedRecord]) -> Iterator[LedgerEntry]:
    """Give the version of each record that is described; of custody the whole chain, event by event."""
    for one in described:
        if one.kind in _KINDS:
            yield work.entry_of(_KINDS[one.kind], one.number, version=one.version)
        elif one.kind == Custody.KIND:
            newest = work.load(Custody, one.number).version
            yield from (work.entry_of(Custody, one.number, version=version) for version in range(1, newest + 1))


def _shows_another(work: UnitOfWork, entry: LedgerEntry, own: str) -> bool:
    """Tell whether the number of another case stands anywhere in an entry."""
    said = (entry.number, *texts_in(entry.body), *texts_in(entry.signature or {}))
    named = {number for text in said for number in _CASE_NUMBER.findall(text)} - {own}
    return any(_is_case(work, number) for number in named)


def _is_case(work: UnitOfWork, number: str) -> bool:
    try:
        work.load(Case, number)
    except NotFoundError:
        return False
    return True
