"""The ledger inside a report: entries with their proofs, and the checkpoint that these lead to."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from lims.domain.permissions import Act
from lims.domain.report import Report
from lims.domain.report_content import CheckpointSection, ReportContent
from lims.errors import LimsError
from lims.ledger.checkpoint import SignedCheckpoint, VerifierKey
from lims.ledger.entry import LedgerEntry, leaf_hash
from lims.ledger.extract import CHECKPOINT_FILE, ENTRIES_FILE, KEYS_FILE, PROOFS_FILE, read_proof
from lims.reporting.ledger_trust import read_keys, signers_of
from lims.reporting.repeating.attachments import Attachments
from lims.reporting.repeating.checks import CheckName, CheckState, RepeatedCheck, Tally
from lims.translation import Translator


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerInside:
    """What is attached of the ledger, parsed once."""

    lines: tuple[bytes, ...] = field(default=(), repr=False)
    """Of the extract, as they were hashed."""
    entries: tuple[LedgerEntry | None, ...] = ()
    """One for each line; None for a line that is no entry."""
    proof_lines: tuple[bytes, ...] = field(default=(), repr=False)
    signed: SignedCheckpoint | None = None
    keys: tuple[VerifierKey, ...] = ()
    """That lie in the file itself; they prove nothing about who made it."""
    digests: Mapping[str, str] = field(default_factory=dict)
    """SHA-256, hex, of the attached files of the ledger, by their names."""

    @property
    def present(self) -> bool:
        """Tell whether the file carries anything of a ledger."""
        return bool(self.digests)

    @classmethod
    def read(cls, attachments: Attachments) -> "LedgerInside":
        """Parse what is there; what cannot be parsed is judged by the checks."""
        lines = _lines(attachments.entries)
        files = {
            ENTRIES_FILE: attachments.entries,
            PROOFS_FILE: attachments.proofs,
            CHECKPOINT_FILE: attachments.checkpoint,
            KEYS_FILE: attachments.keys,
        }
        return cls(
            lines=lines,
            entries=tuple(map(_entry, lines)),
            proof_lines=_lines(attachments.proofs),
            signed=_signed(attachments.checkpoint),
            keys=read_keys(attachments.keys or b""),
            digests={name: hashlib.sha256(data).hexdigest() for name, data in files.items() if data is not None},
        )

    def content_digests(self, number: str) -> frozenset[str]:
        """Give every digest of the data that entries of a report name."""
        found = (one.body.get("content_sha256") for one in self.entries if one is not None and _is_of(one, number))
        return frozenset(digest for digest in found if isinstance(digest, str))


def check_proofs(inside: LedgerInside, content: ReportContent | None, *, t: Translator) -> RepeatedCheck:
    """Follow every proof from its entry to the root of the checkpoint."""
    tally = Tally(name=CheckName.PROOFS, t=t)
    if inside.present or _named(content):
        tally.differing.extend(_proof_faults(inside, content, t=t))
        tally.equal = 0 if tally.differing else len(inside.lines)
    said = t("Ledger entries that are proved to be under the checkpoint: {count}.", count=len(inside.lines))
    return tally.result(said_of_equal=said, nothing=t("The file carries no extract of the ledger."))


def check_checkpoint(
    inside: LedgerInside, content: ReportContent | None, *, trusted: Sequence[VerifierKey], t: Translator
) -> RepeatedCheck:
    """Check who signed the checkpoint: a key that the reader trusts, or one that only the file itself names."""
    if not inside.present and not _named(content):
        return _checkpoint(CheckState.NOT_POSSIBLE, t("The file carries no checkpoint of the ledger."))
    if inside.signed is None:
        return _checkpoint(CheckState.DIFFERS, t("The checkpoint in the file cannot be read."))
    if content is not None and not _is_named(inside.signed, content):
        return _checkpoint(CheckState.DIFFERS, t("The checkpoint in the file is not the one that its data name."))
    return _signed_by(inside.signed, trusted, inside.keys, t=t)


def _signed_by(
    signed: SignedCheckpoint, trusted: Sequence[VerifierKey], own: Sequence[VerifierKey], *, t: Translator
) -> RepeatedCheck:
    size, origin = signed.checkpoint.size, signed.checkpoint.origin
    signers = signers_of(signed, trusted)
    if signers:
        words = t(
            "The checkpoint over {size} entries is signed by a trusted key of {origin}.", size=size, origin=origin
        )
        return _checkpoint(CheckState.EQUAL, words)
    if signers is None or not signers_of(signed, own):
        return _checkpoint(CheckState.DIFFERS, t("The signature of the checkpoint does not hold."))
    words = t(
        "The checkpoint is signed by a key of {origin} that only the file itself names; hold it against a key from "
        "elsewhere.",
        origin=origin,
    )
    return _checkpoint(CheckState.NOT_POSSIBLE, words)


def _checkpoint(state: CheckState, words: str) -> RepeatedCheck:
    return RepeatedCheck(name=CheckName.CHECKPOINT, state=state, words=words)


def _proof_faults(inside: LedgerInside, content: ReportContent | None, *, t: Translator) -> Iterator[str]:
    if inside.signed is None:
        yield t("The checkpoint in the file cannot be read.")
        return
    if not inside.lines or len(inside.lines) != len(inside.proof_lines):
        yield t(
            "The extract of the ledger has {entries} entries and {proofs} proofs.",
            entries=len(inside.lines),
            proofs=len(inside.proof_lines),
        )
        return
    for place, (line, entry, proof) in enumerate(
        zip(inside.lines, inside.entries, inside.proof_lines, strict=True), start=1
    ):
        if entry is None or not is_proved(line, entry, proof, signed=inside.signed):
            yield t("Entry {place} of the extract is not proved to be in the ledger.", place=place)
    if content is None:
        return
    if not _began_this(inside, content):
        yield t("The first entry of the extract is not the one that began this report.")
    if not _are_named(inside.digests, content):
        yield t("The files of the ledger are not those that the data of the report name.")


def is_proved(line: bytes, entry: LedgerEntry, proof_line: bytes, *, signed: SignedCheckpoint) -> bool:
    """Tell whether a proof leads from the bytes of an entry, at its place, to the root of a checkpoint."""
    try:
        proof = read_proof(proof_line)
    except LimsError:
        return False
    at_its_place = proof.index == entry.sequence - 1
    return at_its_place and signed.checkpoint.check_inclusion(proof, leaf=bytes.fromhex(leaf_hash(line))).holds


def _began_this(inside: LedgerInside, content: ReportContent) -> bool:
    """Tell whether the first entry is the intent of this report, which is the head that its content names."""
    first = inside.entries[0]
    if first is None or first.act != Act.REPORT_INTENDED or not _is_of(first, content.number):
        return False
    return (leaf_hash(inside.lines[0]), first.sequence) == (content.ledger.head, content.ledger.entries)


def _named(content: ReportContent | None) -> CheckpointSection | None:
    return None if content is None else content.ledger.checkpoint


def _is_named(signed: SignedCheckpoint, content: ReportContent) -> bool:
    said, found = _named(content), signed.checkpoint
    return said is not None and (said.origin, said.size, said.root) == (found.origin, found.size, found.root.hex())


def _are_named(digests: Mapping[str, str], content: ReportContent) -> bool:
    said = _named(content)
    return said is not None and {one.name: one.sha256 for one in said.files} == digests


def _is_of(entry: LedgerEntry, number: str) -> bool:
    return (entry.kind, entry.number) == (Report.KIND, number)


def _entry(line: bytes) -> LedgerEntry | None:
    try:
        return LedgerEntry.from_bytes(line)
    except (LimsError, ValueError, TypeError, RecursionError):
        return None


def _signed(data: bytes | None) -> SignedCheckpoint | None:
    try:
        return None if data is None else SignedCheckpoint.from_bytes(data)
    except LimsError:
        return None


def _lines(data: bytes | None) -> tuple[bytes, ...]:
    return tuple(line for line in (data or b"").split(b"\n") if line)
