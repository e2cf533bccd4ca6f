import dataclasses
import threading

import pytest

from lims.domain.ledger_upkeep import HandedCheckpoint
from lims.errors import (
    CheckpointError,
    InvalidRecordError,
    LimsError,
    NotPermittedError,
    SignerRefusedError,
    SignerUnavailableError,
)
from lims.ledger import LedgerEntry
from lims.ledger.checkpoint import SignedCheckpoint
from lims.ledger.merkle import CompactRange
from lims.ledger.signer_state import SignerState
from lims.persistence.store import SqlStore
from lims.services.checkpointing import CheckpointingService, DueCheckpoints
from lims.services.witness_notes import note_json, note_mail, witness_in
from lims.services.witnessing import WitnessVerdict
from tests.builders.checkpointing import ORIGIN, signed, signer_of
from tests.builders.clocks import MORNING
from tests.builders.laboratories import QUALITY, TECHNICIAN


@pytest.fixture
def laboratory(bench):
    bench.hire()
    return signed(bench)


def kept(bench):
    return [SignedCheckpoint.from_bytes(note).checkpoint.size for note in bench.store.checkpoints()]


def test_a_checkpoint_is_of_the_ledger_as_it_is_and_is_kept(laboratory):
    made = laboratory.checkpointing.make()
    identity = laboratory.checkpointing.identity()
    assert (made.checkpoint.origin, made.checkpoint.size) == (ORIGIN, laboratory.entries)
    assert made.checkpoint.root.hex() == laboratory.auditing.verify().root
    assert made.check_signatures(origin=ORIGIN, keys=identity.keys).trusted
    assert laboratory.store.checkpoints() == (made.to_bytes(),)


def test_the_same_state_is_not_kept_twice(laboratory):
    assert laboratory.checkpointing.make() == laboratory.checkpointing.make()
    assert len(kept(laboratory)) == 1


def test_nothing_is_no_checkpoint(bench):
    with pytest.raises(CheckpointError, match="nothing is recorded yet"):
        signed(bench).checkpointing.make()


def test_a_checkpoint_that_was_signed_and_not_kept_is_made_again(laboratory):
    made = laboratory.checkpointing.make()
    with laboratory.engine.connect().execution_options(write=True) as connection, connection.begin():
        if connection.dialect.name == "sqlite":
            for (name,) in connection.exec_driver_sql(
                "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'checkpoint'"
            ).all():
                connection.exec_driver_sql(f'DROP TRIGGER "{name}"')
        else:
            connection.exec_driver_sql("ALTER TABLE checkpoint DISABLE TRIGGER ALL")
        connection.exec_driver_sql("DELETE FROM checkpoint")
    (fault,) = laboratory.auditing.verify().checkpoints.faults
    assert "that checkpoint is not kept" in fault.reason
    assert laboratory.checkpointing.make() == made
    assert laboratory.auditing.verify().intact


def test_a_ledger_with_another_past_gets_no_signature(laboratory):
    laboratory.checkpointing.make()
    other = dataclasses.replace(laboratory.checkpointing.signer, origin="another/ledger")
    with pytest.raises(SignerRefusedError, match="another/ledger"):
        CheckpointingService(store=laboratory.store, signer=other, clock=laboratory.clock).make()


def test_a_signer_that_knows_more_entries_is_a_witness(laboratory):
    """Another ledger, longer than this one, was signed under the same origin: this one was rolled back."""
    laboratory.case()
    laboratory.checkpointing.make()
    state, entries = laboratory.checkpointing.signer.state_file, laboratory.entries
    assert SignerState.from_bytes(state.read_bytes()).range.size == entries
    taller = SignerState(origin=ORIGIN, range=CompactRange(size=4096, nodes=(b"x" * 32,)))
    state.write_bytes(taller.to_bytes())
    with pytest.raises(SignerRefusedError) as refusal:
        laboratory.checkpointing.make()
    assert refusal.value.code == "shorter"
    assert any("it was rolled back" in fault for fault in laboratory.auditing.verify().faults)


def test_a_signer_with_another_key_is_not_believed(laboratory, tmp_path):
    laboratory.checkpointing.make()
    public = laboratory.checkpointing.signer.public_key_file
    other = signed_by_another(tmp_path / "other", laboratory)
    public.write_bytes(other.read_bytes())
    laboratory.case()
    with pytest.raises(CheckpointError, match="signed by an unknown key"):
        laboratory.checkpointing.make()
    assert any("signed by no key of this laboratory" in fault for fault in laboratory.auditing.verify().faults)


def signed_by_another(folder, laboratory):
    signer = signer_of(folder)
    CheckpointingService(store=laboratory.store, signer=signer, clock=laboratory.clock)._signed(
        laboratory.store.tree(), laboratory.checkpointing.make().checkpoint, kept=0
    )
    return signer.public_key_file


def test_handing_out_is_recorded_and_kept_in_mind(laboratory):
    assert laboratory.auditing.verify().handed_out_at is None
    made = laboratory.checkpointing.make()
    handed = laboratory.checkpointing.hand_out(made, to="a stick", actor=QUALITY)
    found = laboratory.auditing.verify()
    assert found.intact
    assert found.handed_out_at == laboratory.clock.now()
    assert found.uncovered_since == laboratory.clock.now()
    with laboratory.store.reading() as work:
        assert work.load(HandedCheckpoint, handed.number) == handed


def test_only_some_people_hand_out(laboratory):
    made = laboratory.checkpointing.make()
    with pytest.raises(NotPermittedError):
        laboratory.checkpointing.hand_out(made, to="a stick", actor=TECHNICIAN)


def test_what_was_handed_out_is_listed_for_those_who_read_it(laboratory):
    numbers = []
    for place in ("a stick", "a court", "the prosecutor"):
        made = laboratory.checkpointing.make()
        numbers.append(laboratory.checkpointing.hand_out(made, to=f" {place} ", actor=QUALITY).number)
    handed = laboratory.checkpointing.handed(reader=QUALITY, limit=2)
    assert [(one.number, one.handed_to) for one in handed] == [(numbers[2], "the prosecutor"), (numbers[1], "a court")]
    assert [one.number for one in laboratory.checkpointing.handed(reader=QUALITY, limit=2, offset=2)] == numbers[:1]
    with pytest.raises(NotPermittedError):
        laboratory.checkpointing.handed(reader=TECHNICIAN, limit=2)
    with pytest.raises(InvalidRecordError, match="receiver of the checkpoint: empty"):
        laboratory.checkpointing.hand_out(made, to=" ", actor=QUALITY)


@pytest.mark.parametrize(
    ("name", "write"),
    [
        ("a.checkpoint", SignedCheckpoint.to_bytes),
        ("a.json", note_json),
        ("copied.txt", lambda made: made.to_bytes().rstrip()),
        ("windows.txt", lambda made: made.to_bytes().replace(b"\n", b"\r\n")),
        ("a.eml", lambda made: note_mail(made, sender="quality", at=MORNING)),
    ],
)
def test_what_leaves_the_laboratory_is_a_witness_when_it_comes_back(laboratory, name, write):
    made = laboratory.checkpointing.make()
    assert witness_in(name, write(made)).note == made.to_bytes()
    (found,) = laboratory.auditing.examine([witness_in(name, write(made))])
    assert (found.verdict, found.size) == (WitnessVerdict.CONSISTENT, made.checkpoint.size)


@pytest.mark.parametrize("name", ["a.checkpoint", "a.json", "a.eml"])
@pytest.mark.parametrize("data", [b"", b"[]", b'{"note": 7}', b"\xff\x00", b"[" * 20_000])
def test_what_is_no_checkpoint_is_no_witness(laboratory, name, data):
    (found,) = laboratory.auditing.examine([witness_in(name, data)])
    assert found.verdict is WitnessVerdict.UNREADABLE


@pytest.mark.both_databases
def test_threads_make_checkpoints_at_the_same_time(laboratory):
    failed = []

    def work():
        try:
            laboratory.case()
            laboratory.checkpointing.make()
        except LimsError as error:
            failed.append(error)

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert kept(laboratory) == sorted(kept(laboratory))
    assert kept(laboratory)[-1] == laboratory.entries
    assert laboratory.auditing.verify().intact


class TestWhenOneIsDue:
    @pytest.fixture
    def hooked(self, laboratory):
        laboratory.reported = []
        due = DueCheckpoints(laboratory.checkpointing, report=laboratory.reported.append)
        laboratory.store = SqlStore(laboratory.engine, due, read_clock=laboratory.clock.reading)
        laboratory.accessioning = dataclasses.replace(laboratory.accessioning, store=laboratory.store)
        return laboratory

    def test_the_first_act_gets_one_and_the_next_waits(self, hooked):
        hooked.case()
        first = hooked.entries
        hooked.case()
        assert kept(hooked) == [first]

    def test_after_an_hour_the_next_act_gets_one(self, hooked):
        hooked.case()
        hooked.clock.advance(minutes=59)
        hooked.case()
        assert len(kept(hooked)) == 1
        hooked.clock.advance(minutes=1)
        hooked.case()
        assert kept(hooked)[-1] == hooked.entries

    def test_after_a_hundred_entries_the_next_act_gets_one(self, hooked):
        hooked.case()
        (first,) = kept(hooked)
        for _ in range(99):
            hooked.case()
        assert kept(hooked) == [first]
        hooked.case()
        assert kept(hooked) == [first, first + 100]

    def test_after_a_restart_the_store_says_what_is_covered(self, hooked):
        hooked.case()
        due = DueCheckpoints(hooked.checkpointing, report=hooked.reported.append)
        hooked.store = SqlStore(hooked.engine, due, read_clock=hooked.clock.reading)
        hooked.accessioning = dataclasses.replace(hooked.accessioning, store=hooked.store)
        hooked.case()
        assert len(kept(hooked)) == 1

    def test_an_issued_report_gets_one_at_once(self, hooked, training_file):
        report = hooked.reviewed(training_file)
        hooked.releasing = dataclasses.replace(hooked.releasing, store=hooked.store)
        hooked.checkpointing.make()
        before = kept(hooked)
        hooked.case()
        assert kept(hooked) == before
        hooked.release(report.number)
        acts = [LedgerEntry.from_bytes(stored.data).act for stored in hooked.store.entries()]
        assert acts[-1] == "report.issued"
        assert kept(hooked) == [*before, len(acts)]

    def test_a_signer_that_is_gone_fails_no_act_and_is_asked_again_a_minute_later(self, hooked):
        hooked.case()
        hooked.checkpointing.signer.state_file.unlink()
        hooked.clock.advance(hours=2)
        hooked.case()
        assert [type(error) for error in hooked.reported] == [SignerUnavailableError]
        hooked.case()
        assert len(hooked.reported) == 1
        hooked.clock.advance(minutes=1)
        hooked.case()
        assert len(hooked.reported) == 2
        assert "Acts are recorded all the same" in hooked.reported[0].advice()
        assert "No such file" in hooked.auditing.verify().checkpoints.not_asked
