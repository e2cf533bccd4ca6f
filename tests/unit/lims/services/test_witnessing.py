"""Checkpoints from outside, held against one another without the ledger."""

import dataclasses

import pytest

from lims.ledger.checkpoint import SignedCheckpoint
from lims.services.checkpointing import CheckpointingService
from lims.services.witnessing import Witness, WitnessVerdict, compare_witnesses, size_of
from tests.builders.checkpointing import signed, signer_of

BROKEN = Witness(name="torn", note=b"half a page")


@pytest.fixture
def laboratory(bench):
    bench.hire()
    return signed(bench)


def witness(laboratory, *, folder=None, **signer):
    """Give a checkpoint of now; by a signer in another folder it is another laboratory's word."""
    checkpointing = laboratory.checkpointing
    if folder is not None:
        other = signer_of(laboratory.folder / folder, **signer)
        checkpointing = CheckpointingService(store=laboratory.store, signer=other, clock=laboratory.clock)
    return Witness(name=folder or "ours", note=checkpointing.make().to_bytes())


def verdict(laboratory, *witnesses, known=True):
    (finding,) = compare_witnesses(witnesses, identity=laboratory.checkpointing.identity() if known else None)
    return finding


def test_one_that_cannot_be_read_says_nothing(laboratory):
    assert verdict(laboratory, witness(laboratory), BROKEN).verdict is WitnessVerdict.UNREADABLE
    assert size_of(BROKEN) is None


def test_the_same_one_twice_is_consistent(laboratory):
    ours = witness(laboratory)
    assert verdict(laboratory, ours, ours).verdict is WitnessVerdict.CONSISTENT
    assert size_of(ours) == laboratory.entries


def test_two_sizes_cannot_be_compared_without_the_ledger(laboratory):
    first = witness(laboratory)
    laboratory.case()
    finding = verdict(laboratory, first, witness(laboratory))
    assert finding.verdict is WitnessVerdict.CANNOT_SAY
    assert "to compare them needs the ledger" in finding.reason


def test_another_origin_is_another_ledger(laboratory):
    ours, theirs = witness(laboratory), witness(laboratory, folder="elsewhere", origin="elsewhere.example/2026")
    assert verdict(laboratory, ours, theirs).verdict is WitnessVerdict.OTHER_ORIGIN
    assert "they are of" in verdict(laboratory, ours, theirs, known=False).reason


def test_one_of_an_unknown_key_proves_nothing_where_the_key_is_known(laboratory):
    ours, forged = witness(laboratory), witness(laboratory, folder="forger")
    assert verdict(laboratory, ours, forged).verdict is WitnessVerdict.UNKNOWN_KEY
    told = verdict(laboratory, ours, forged, known=False)
    assert told.verdict is WitnessVerdict.CONSISTENT
    assert "who signed them was not checked" in told.reason


def test_an_altered_signature_proves_nothing(laboratory):
    ours = witness(laboratory)
    line = SignedCheckpoint.from_bytes(ours.note).signatures[0]
    altered = dataclasses.replace(line, signature=bytes(64))
    note = dataclasses.replace(SignedCheckpoint.from_bytes(ours.note), signatures=(altered,)).to_bytes()
    assert verdict(laboratory, ours, Witness(name="altered", note=note)).verdict is WitnessVerdict.UNKNOWN_KEY


def test_one_size_with_two_roots_is_two_ledgers(laboratory):
    ours = witness(laboratory)
    read = SignedCheckpoint.from_bytes(ours.note)
    other = dataclasses.replace(read, checkpoint=dataclasses.replace(read.checkpoint, root=bytes(32)))
    finding = verdict(laboratory, ours, Witness(name="other", note=other.to_bytes()), known=False)
    assert finding.verdict is WitnessVerdict.DIFFERENT
    assert "there are two ledgers" in finding.reason
