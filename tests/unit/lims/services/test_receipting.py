"""Receipts: what the ledger says of a report, for a reader who has no ledger."""

import dataclasses

import pytest

from lims.domain.permissions import PERMITTED, Act
from lims.domain.receipt import History, Receipt, check_receipt
from lims.domain.signature import SignatureMeaning
from lims.domain.staff import Role, StaffMember
from lims.errors import NotFoundError, NotPermittedError, SignerUnavailableError, TransitionError
from lims.ledger import LedgerEntry
from lims.ledger.checkpoint import SignedCheckpoint
from lims.persistence.signer_program import ProgramSigner
from lims.services.checkpointing import CheckpointingService
from lims.services.receipting import ReceiptingService, telling
from tests.builders.checkpointing import ORIGIN, signed
from tests.builders.laboratories import EXAMINATION, EXPERT, HEAD, REPORT, TECHNICIAN


@pytest.fixture
def laboratory(bench, training_file):
    """Give a laboratory with a signer that issued a report, in which a checkpoint travels."""
    bench.hire()
    bench.concluded(training_file)
    lab = signed(bench)
    lab.draft(EXAMINATION)
    lab.approve(REPORT)
    lab.release(REPORT)
    return lab


def made(laboratory, *, actor=TECHNICIAN):
    receipt = laboratory.receipting.make(REPORT, actor=actor)
    assert Receipt.from_bytes(receipt.to_bytes()) == receipt
    return receipt, check_receipt(receipt, keys=laboratory.checkpointing.identity().keys)


def acts(receipt):
    return [LedgerEntry.from_bytes(text.encode()).act for text in receipt.entries]


def withdraw(laboratory):
    confirmed = laboratory.confirmed(HEAD, SignatureMeaning.WITHDRAWER, laboratory.reporting.get(REPORT))
    return laboratory.releasing.withdraw(REPORT, actor=HEAD, reason="the balance was off", confirmation=confirmed)


def inside(laboratory):
    """Give the checkpoint of which the document holds a copy."""
    size = laboratory.reporting.get(REPORT).checkpoint_size
    notes = (SignedCheckpoint.from_bytes(note).checkpoint for note in laboratory.store.checkpoints())
    return next(one for one in notes if one.size == size)


def test_l_5_a_receipt_proves_the_issue_and_joins_the_checkpoint_in_the_document(laboratory):
    receipt, check = made(laboratory)
    assert (acts(receipt), check.faults) == ([Act.REPORT_ISSUED], ())
    report = laboratory.reporting.get(REPORT)
    assert (check.status, check.pdf_sha256) == ("issued", report.pdf_sha256)
    assert receipt.file_name == f"{REPORT}.receipt.json"
    assert receipt.history(inside(laboratory)) is History.CONTINUES
    assert receipt.ledger_size == laboratory.entries


def test_a_delivery_adds_nothing_and_a_withdrawal_its_reason(laboratory):
    from datetime import date

    from lims.services.amending import DeliveryFacts

    facts = DeliveryFacts(recipient="Court", delivered_on=date(2026, 11, 22), manner="by hand")
    laboratory.amending.deliver(REPORT, facts, actor=TECHNICIAN)
    assert acts(made(laboratory)[0]) == [Act.REPORT_ISSUED]
    withdraw(laboratory)
    receipt, check = made(laboratory)
    assert acts(receipt) == [Act.REPORT_ISSUED, Act.REPORT_WITHDRAWN]
    assert (check.believed, check.status, check.withdrawal_reason) == (True, "withdrawn", "the balance was off")


def test_a_superseded_report_names_the_amendment(laboratory):
    laboratory.amending.order(REPORT, what="the mass", why="a wrong figure", identifications=(), actor=HEAD)
    laboratory.examining.conclude(EXAMINATION, actor=EXPERT)
    laboratory.draft(EXAMINATION)
    laboratory.approve(f"{REPORT[:-1]}2")
    laboratory.release(f"{REPORT[:-1]}2")
    receipt, check = made(laboratory)
    assert acts(receipt) == [Act.REPORT_ISSUED, Act.REPORT_SUPERSEDED]
    assert (check.status, check.superseded_by) == ("superseded", f"{REPORT[:-1]}2")


def test_who_delivers_reports_makes_receipts_and_nobody_else(laboratory):
    entries = laboratory.entries
    for role in Role:
        actor = StaffMember(number="somebody", name="S", post="p", roles=(role,))
        if role in PERMITTED[Act.REPORT_DELIVERED]:
            assert made(laboratory, actor=actor)[1].believed
        else:
            with pytest.raises(NotPermittedError):
                laboratory.receipting.make(REPORT, actor=actor)
    with pytest.raises(NotPermittedError):
        laboratory.receipting.make(REPORT, actor=dataclasses.replace(TECHNICIAN, roles=()))
    assert laboratory.entries == entries


def test_there_is_none_of_a_report_that_did_not_leave(bench, training_file):
    bench.hire()
    bench.cleared(training_file)
    with pytest.raises(TransitionError, match="did not leave the laboratory"):
        signed(bench).receipting.make(REPORT, actor=HEAD)
    with pytest.raises(NotFoundError):
        bench.receipting.make("2026-0001-P7", actor=HEAD)


def test_a_report_that_carries_no_checkpoint_has_a_receipt_without_that_proof(bench, training_file):
    bench.hire()
    bench.issued(training_file)
    receipt, check = made(signed(bench))
    assert (receipt.consistency, check.believed) == (None, True)


def test_without_a_signer_there_is_no_receipt(laboratory, tmp_path):
    gone = ProgramSigner(
        origin=ORIGIN, command=("/nonexistent/signer",), public_key_file=tmp_path / "key.pub", timeout_s=1.0
    )
    checkpoints = CheckpointingService(store=laboratory.store, signer=gone, clock=laboratory.clock)
    with pytest.raises(SignerUnavailableError):
        ReceiptingService(store=laboratory.store, checkpoints=checkpoints).make(REPORT, actor=HEAD)


def test_entries_without_the_issue_tell_nothing():
    with pytest.raises(NotFoundError, match="issue of report"):
        telling([])
