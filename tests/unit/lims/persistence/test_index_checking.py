"""An index that lacks a row shows a record as it was before; the rows themselves are all there."""

import sqlite3
from contextlib import closing

import pytest
from sqlalchemy import text

from lims.domain.staff import StaffMember
from lims.persistence.engine import open_engine
from tests.builders.laboratories import TECHNICIAN, Bench

INDEX = "uq_ledger_kind_number_version"


def hide_the_newest_row(bench: Bench) -> None:
    """Make an index without the newest row of the ledger, and let it look like the one that was there."""
    newest = bench.entries
    bench.engine.dispose()
    with closing(sqlite3.connect(str(bench.engine.url.database), isolation_level=None)) as somebody:
        (definition,) = somebody.execute("SELECT sql FROM sqlite_master WHERE name = ?", (INDEX,)).fetchone()
        somebody.execute(f"DROP INDEX {INDEX}")
        somebody.execute(f"{definition} WHERE sequence <> {newest}")
        somebody.execute("PRAGMA writable_schema = ON")
        somebody.execute("UPDATE sqlite_master SET sql = ? WHERE name = ?", (definition, INDEX))


def ready(bench: Bench, *, is_ready: bool) -> None:
    """Let PostgreSQL write an index, or leave it out."""
    with bench.engine.begin() as connection:
        connection.execute(
            text("UPDATE pg_index SET indisready = :ready WHERE indexrelid = CAST(:name AS regclass)"),
            {"ready": is_ready, "name": INDEX},
        )
    bench.engine.dispose()


@pytest.fixture
def laboratory(bench: Bench) -> Bench:
    """Give a laboratory in which a person left, and the index does not know it."""
    bench.hire()
    assert bench.auditing.verify().intact
    if bench.engine.dialect.name == "postgresql":
        ready(bench, is_ready=False)
    bench.staffing.leave(TECHNICIAN.number, actor=bench.staffing.get("head"))
    if bench.engine.dialect.name == "postgresql":
        ready(bench, is_ready=True)
    else:
        hide_the_newest_row(bench)
    return bench


def test_an_index_that_lacks_a_row_is_reported(laboratory, database_url):
    open_engine(database_url).dispose()  # the next start sees the index by its name and its text
    faults = laboratory.auditing.verify().faults
    assert any(INDEX in fault and fault.startswith("ledger: ") for fault in faults), faults


def test_it_is_not_only_of_form(laboratory):
    """What makes it worth a check: the person is shown as still being there."""
    with laboratory.store.reading() as work:
        assert work.load(StaffMember, TECHNICIAN.number).left_at is None


def test_indexes_of_honest_tables_are_in_order(bench):
    bench.hire()
    assert bench.auditing.verify().faults == ()
