"""What a document carries of the ledger: everything in it can be proved, and nothing is of another case."""

import dataclasses
import hashlib
import json

import pytest

from lims.domain.described import DescribedRecord
from lims.domain.exhibit import Exhibit
from lims.domain.permissions import Act
from lims.domain.record import from_body
from lims.domain.report import Report
from lims.domain.report_content import ReportContent
from lims.errors import ProofError
from lims.ledger import LedgerEntry, leaf_hash
from lims.ledger.checkpoint import SignedCheckpoint
from lims.ledger.extract import CHECKPOINT_FILE, ENTRIES_FILE, KEYS_FILE, PROOFS_FILE, LedgerExtract, read_proof
from lims.persistence.signer_program import ProgramSigner
from lims.services.accessioning import ExhibitFacts
from lims.services.checkpointing import CheckpointingService
from lims.services.extracting import carried, entries_of_report
from tests.builders.checkpointing import ORIGIN, signed
from tests.builders.laboratories import EXAMINATION, EXPERT, REPORT, TECHNICIAN, PlainDesk


@dataclasses.dataclass
class KeepingDesk(PlainDesk):
    """Keeps what it was last given to attach."""

    extract: LedgerExtract | None = None

    def compose(self, content, extract=None, pictures=None):
        self.extract = extract
        return super().compose(content, extract, pictures)


@pytest.fixture
def laboratory(bench, training_file):
    """Give a laboratory with a signer, and an examination of which a report can be made."""
    bench.desk = KeepingDesk()
    bench.__post_init__()
    bench.hire()
    bench.concluded(training_file)
    return signed(bench)


def content_of(laboratory, number=REPORT):
    data = laboratory.reporting.document(number).split(b"\n", 1)[0]
    return from_body(ReportContent, json.loads(data))


def entries(extract):
    return [LedgerEntry.from_bytes(line) for line in extract.entries.splitlines()]


def test_l_5_every_entry_in_a_document_leads_to_the_checkpoint_that_was_signed_between_intent_and_signature(laboratory):
    report, extract = laboratory.draft(EXAMINATION), laboratory.desk.extract
    note = SignedCheckpoint.from_bytes(extract.checkpoint)
    stored = {one.sequence: one.data for one in laboratory.store.entries()}
    acts = {LedgerEntry.from_bytes(data).act: place for place, data in stored.items()}
    assert acts[Act.REPORT_INTENDED] <= note.checkpoint.size < acts[Act.REPORT_DRAFTED]
    assert note.check_signatures(origin=ORIGIN, keys=laboratory.checkpointing.identity().keys).trusted
    lines, proofs = extract.entries.splitlines(), extract.proofs.splitlines()
    assert len(lines) == len(proofs) > 3
    for line, told in zip(lines, proofs, strict=True):
        proof = read_proof(told)
        assert line == stored[proof.index + 1]
        assert note.checkpoint.check_inclusion(proof, leaf=bytes.fromhex(leaf_hash(line))).holds
    assert extract.keys.decode() == f"{laboratory.checkpointing.identity().keys[0].to_text()}\n"
    assert report.checkpoint_size == note.checkpoint.size


def test_the_content_decides_every_byte_of_the_extract(laboratory):
    laboratory.draft(EXAMINATION)
    extract, section = laboratory.desk.extract, content_of(laboratory).ledger.checkpoint
    assert [one.name for one in section.files] == [ENTRIES_FILE, PROOFS_FILE, CHECKPOINT_FILE, KEYS_FILE]
    for one in section.files:
        assert hashlib.sha256(extract.files[one.name]).hexdigest() == one.sha256
    checkpoint = SignedCheckpoint.from_bytes(extract.checkpoint).checkpoint
    key = laboratory.checkpointing.identity().keys[0]
    assert (section.origin, section.size, section.root) == (ORIGIN, checkpoint.size, checkpoint.root.hex())
    assert section.keys == (f"{ORIGIN}+{key.key_id.hex()}",)


def test_the_intent_stands_first_then_the_records_that_are_described(laboratory):
    laboratory.draft(EXAMINATION)
    first, *others = entries(laboratory.desk.extract)
    assert (first.act, first.number) == (Act.REPORT_INTENDED, REPORT)
    described = {(one.kind, one.number, one.version) for one in content_of(laboratory).described}
    assert {(one.kind, one.number, one.version) for one in others if one.kind != "custody"} <= described
    assert {one.kind for one in others} == {"case", "custody", "exhibit", "run", "examination"}


def test_l_5_the_chain_of_custody_goes_along_event_by_event(laboratory):
    holder = laboratory.custody.custody("2026-0001/1")
    laboratory.draft(EXAMINATION)
    chain = [one for one in entries(laboratory.desk.extract) if one.kind == "custody"]
    assert [one.version for one in chain] == list(range(1, holder.version + 1))
    assert {one.number for one in chain} == {"2026-0001/1"}


def test_an_entry_that_names_another_case_stays_in_the_laboratory(laboratory):
    other = laboratory.case()
    laboratory.requesting.link("2026-0001", other.number, reason="the same sender", actor=TECHNICIAN)
    laboratory.draft(EXAMINATION)
    extract = laboratory.desk.extract
    assert {one.kind for one in entries(extract)} == {"report", "custody", "exhibit", "run", "examination"}
    assert other.number.encode() not in extract.entries


def test_words_that_look_like_the_number_of_a_case_are_no_case(laboratory):
    facts = ExhibitFacts(description="a bag, number 2026-7777 of the sender, and 42026-0001", condition="dry")
    exhibit = laboratory.accessioning.register_exhibit("2026-0001", facts, actor=TECHNICIAN)
    report = laboratory.draft(EXAMINATION)
    one = DescribedRecord(kind=Exhibit.KIND, number=exhibit.number, version=exhibit.version, sha256="")
    with laboratory.store.reading() as work:
        chosen = entries_of_report(work, work.load(Report, report.number), [one], case_number="2026-0001")
    assert [entry.number for entry in chosen] == [report.number, exhibit.number]


def test_without_a_signer_a_report_is_drafted_and_carries_none(laboratory, tmp_path):
    gone = ProgramSigner(
        origin=ORIGIN, command=("/nonexistent/signer",), public_key_file=tmp_path / "key.pub", timeout_s=1.0
    )
    checkpoints = CheckpointingService(store=laboratory.store, signer=gone, clock=laboratory.clock)
    laboratory.reporting = dataclasses.replace(laboratory.reporting, checkpoints=checkpoints)
    report = laboratory.draft(EXAMINATION)
    assert (report.checkpoint_size, laboratory.desk.extract) == (0, None)
    assert content_of(laboratory).ledger.checkpoint is None


def test_an_entry_that_is_newer_than_the_checkpoint_is_not_proved(laboratory):
    note = laboratory.checkpointing.make()
    report = laboratory.draft(EXAMINATION)
    with laboratory.store.reading() as work:
        entry = work.entry_of(Report, report.number, version=1)
    keys = laboratory.checkpointing.identity().keys
    with pytest.raises(ProofError):
        carried([entry], tree=laboratory.store.tree(), signed=note, keys=keys)


def test_an_expert_drafts_with_a_checkpoint_in_the_own_view_of_the_laboratory(laboratory):
    """What a person may see is enough for it: the entries are of records that an expert reads anyhow."""
    from lims.services.checkpointing import CheckpointingService as Kept
    from lims.services.permitting import Rights
    from lims.services.seeing import PersonalStore, over

    store = PersonalStore(store=laboratory.store, person=EXPERT.number, clock=laboratory.clock, rights=Rights())
    laboratory.reporting = over(laboratory.reporting, store, keep=(Kept,))
    assert laboratory.draft(EXAMINATION).checkpoint_size > 0
