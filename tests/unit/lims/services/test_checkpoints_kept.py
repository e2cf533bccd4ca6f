"""What happens to a checkpoint that was signed and not kept, or kept and taken away."""

import pytest
from sqlalchemy import delete, insert, select, update

from lims.ledger.checkpoint import SignedCheckpoint
from lims.persistence.guards import apply_guards
from lims.persistence.tables import CHECKPOINT
from lims.services.checkpointing import CheckpointingService
from tests.builders.checkpointing import signed
from tests.builders.laboratories import Bench


@pytest.fixture
def laboratory(bench: Bench) -> Bench:
    """Give a laboratory with three kept checkpoints."""
    bench.hire()
    laboratory = signed(bench)
    for _ in range(3):
        laboratory.case()
        laboratory.checkpointing.make()
    return laboratory


def unguarded(laboratory, *statements):
    with laboratory.engine.connect().execution_options(write=True) as connection, connection.begin():
        if connection.dialect.name == "sqlite":
            triggers = "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'checkpoint'"
            for (name,) in connection.exec_driver_sql(triggers).all():
                connection.exec_driver_sql(f"DROP TRIGGER {name}")
        else:
            connection.exec_driver_sql("ALTER TABLE checkpoint DISABLE TRIGGER USER")
        for statement in statements:
            connection.execute(statement)
        apply_guards(connection)


@pytest.mark.parametrize("taken", [1, 2])
def test_one_that_is_taken_from_between_the_others_is_named_by_the_next(laboratory, taken):
    unguarded(
        laboratory,
        delete(CHECKPOINT).where(CHECKPOINT.c.sequence == taken),
        update(CHECKPOINT).where(CHECKPOINT.c.sequence == taken + 1).values(sequence=taken),
        *([update(CHECKPOINT).where(CHECKPOINT.c.sequence == 3).values(sequence=2)] if taken == 1 else []),
    )
    (fault,) = laboratory.auditing.verify().faults
    assert fault.startswith(f"checkpoint {taken}: it follows one of ")


def test_one_that_stands_there_twice_is_found(laboratory):
    with laboratory.engine.connect() as connection:
        row = connection.execute(select(CHECKPOINT).where(CHECKPOINT.c.sequence == 3)).one()
    unguarded(laboratory, insert(CHECKPOINT).values(sequence=4, size=row.size, note=row.note))
    assert any("checkpoint 4: it stands there twice" in fault for fault in laboratory.auditing.verify().faults)


def test_the_newest_is_not_kept_twice(laboratory):
    kept = laboratory.store.checkpoints()
    laboratory.store.keep_checkpoint(kept[-1], size=laboratory.entries)
    assert laboratory.store.checkpoints() == kept


def test_one_that_was_signed_and_not_kept_is_kept_before_the_next(laboratory, monkeypatch):
    """The program ends between signing and keeping; the ledger grows, and nothing is missing afterwards."""
    laboratory.case()
    size = laboratory.entries
    with monkeypatch.context() as patched:
        patched.setattr(CheckpointingService, "_checked", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            laboratory.checkpointing.make()
    laboratory.case()
    made = laboratory.checkpointing.make()
    sizes = [SignedCheckpoint.from_bytes(note).checkpoint.size for note in laboratory.store.checkpoints()]
    assert sizes[-2:] == [size, laboratory.entries]
    assert made.checkpoint.follows == size
    assert laboratory.auditing.verify().intact
