"""A made-up ledger around a made-up report: its key is known to everybody who reads this file."""

import hashlib
from dataclasses import replace

import fictitious_reports
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from lims.domain.case import Case
from lims.domain.record import body_of
from lims.domain.report import Report
from lims.domain.report_content import ReportContent
from lims.ledger import LedgerEntry, leaf_hash
from lims.ledger.checkpoint import Checkpoint, SignedCheckpoint, VerifierKey, sign_checkpoint
from lims.ledger.extract import LedgerExtract
from lims.ledger.merkle import InclusionProof, prove_inclusion, tree_root
from lims.services.extracting import carried

ORIGIN = "examples.invalid/ledger"
PRIVATE_KEY = Ed25519PrivateKey.from_private_bytes(hashlib.sha256(b"a key of examples").digest())
KEY = VerifierKey(name=ORIGIN, public_key=PRIVATE_KEY.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw))
INTENT_AT = 1204
"""Place of the intent; the entry of the case stands before it."""
SIZE = 1206


class FictitiousTree:
    """A tree in which all leaves but a few are made-up digests."""

    def __init__(self, entries: tuple[LedgerEntry, ...], *, size: int = SIZE) -> None:
        known = {entry.sequence: bytes.fromhex(leaf_hash(entry.to_bytes())) for entry in entries}
        self.leaves = [known.get(place, hashlib.sha256(b"%d" % place).digest()) for place in range(1, size + 1)]

    def prove_inclusion(self, sequence: int, size: int | None = None) -> InclusionProof:
        return prove_inclusion(self.leaves[: size or len(self.leaves)], sequence - 1)

    def checkpoint(self, size: int = SIZE) -> SignedCheckpoint:
        return signed(Checkpoint(origin=ORIGIN, size=size, root=tree_root(self.leaves[:size])))


def signed(checkpoint: Checkpoint) -> SignedCheckpoint:
    line = sign_checkpoint(checkpoint, key=KEY, signer=PRIVATE_KEY)
    return SignedCheckpoint(checkpoint=checkpoint, signatures=(line,))


def entry(record: Report | Case, *, sequence: int, act: str) -> LedgerEntry:
    """Make up the entry of a record."""
    return LedgerEntry(
        sequence=sequence,
        previous=fictitious_reports.digest(f"entry {sequence - 1}"),
        recorded_at=fictitious_reports.PREPARED_AT,
        actor=fictitious_reports.EXPERT.number,
        act=act,
        kind=record.KIND,
        number=record.number,
        version=record.version,
        body=body_of(record),
        software="0.1.0",
    )


def intent(content: ReportContent) -> LedgerEntry:
    intended = Report(
        number=content.number,
        examination_number=f"{content.exhibit.number}-E1",
        examination_version=4,
        language=content.language,
        expert=content.expert.number,
        reviewer=content.reviewer.number,
        evidence=False,
    )
    return entry(intended, sequence=INTENT_AT, act="report.intended")


def with_ledger(content: ReportContent) -> tuple[ReportContent, LedgerExtract]:
    """Let a made-up report carry a checkpoint, and give the files that it names."""
    said = content.case
    case = Case(
        number=said.number,
        laboratory=content.laboratory,
        appointing_body=said.appointing_body,
        order_number=said.order_number,
        order_date=said.order_date,
        seizure_date=said.seizure_date,
        seizure_place=said.seizure_place,
        questions=said.questions,
        demonstration=False,
    )
    entries = (intent(content), entry(case, sequence=1180, act="case.registered"))
    tree = FictitiousTree(entries)
    ledger = carried(entries, tree=tree, signed=tree.checkpoint(), keys=(KEY,))
    head = leaf_hash(entries[0].to_bytes())
    section = replace(content.ledger, entries=INTENT_AT, head=head, checkpoint=ledger.section)
    return replace(content, ledger=section), ledger.extract
