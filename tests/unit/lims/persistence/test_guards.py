"""Every way around the guards that SECURITY.md names: refused by the database, or found when it is opened next."""

import sqlite3
from contextlib import closing

import pytest
from sqlalchemy.exc import DBAPIError

from lims.errors import LedgerError
from lims.persistence.engine import open_engine
from lims.persistence.tables import RECORDS
from lims.persistence.transactions import writing
from lims.services.permitting import Rights
from tests.builders.laboratories import Bench

on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
on_postgresql = pytest.mark.parametrize(
    "database_url", [pytest.param("postgresql", marks=pytest.mark.postgresql)], indirect=True
)


@pytest.fixture
def filled(engine, tmp_path):
    """Give a store with two entries and two checkpoints."""
    bench = Bench(engine, tmp_path, rights=Rights(enforced=False))
    bench.case()
    bench.store.keep_checkpoint(b"first", size=1)
    bench.case()
    bench.store.keep_checkpoint(b"second", size=2)
    return bench


def everything(bench):
    with bench.engine.connect() as connection:
        return [connection.execute(table.select().order_by(table.c.sequence)).all() for table in RECORDS]


def refused(bench, *statements):
    before = everything(bench)
    for statement in statements:
        with pytest.raises(DBAPIError), writing(bench.engine) as connection:
            connection.exec_driver_sql(statement)
    assert everything(bench) == before


EVERYWHERE = [
    "UPDATE {table} SET sequence = 9 WHERE sequence = 2",
    "UPDATE {table} SET sequence = sequence",
    "DELETE FROM {table}",
    "DELETE FROM {table} WHERE sequence = 2",
    "INSERT INTO {table} ({columns}) SELECT {fresh} FROM {table} WHERE sequence = 1 ON CONFLICT DO NOTHING",
]
CHECKPOINT_COLUMNS = {"table": "checkpoint", "columns": "sequence, size, note", "fresh": "7, size, note"}
LEDGER_COLUMNS = {
    "table": "ledger",
    "columns": "sequence, kind, number, version, leaf, data",
    "fresh": "7, kind, 'x', version, leaf, data",
}


@pytest.mark.parametrize("columns", [LEDGER_COLUMNS, CHECKPOINT_COLUMNS], ids=lambda columns: columns["table"])
def test_at_18_au_1_no_row_is_changed_taken_away_or_put_anywhere_but_at_the_end(filled, columns):
    refused(filled, *(statement.format(**columns) for statement in EVERYWHERE))


@on_sqlite
@pytest.mark.parametrize(
    "statement",
    [
        "INSERT OR REPLACE INTO ledger SELECT 1, 'case', 'x', 1, 'l', x'00'",
        "INSERT OR REPLACE INTO ledger SELECT 3, kind, number, version, 'l', x'00' FROM ledger WHERE sequence = 1",
        "UPDATE OR REPLACE ledger SET sequence = 1 WHERE sequence = 2",
        (
            "INSERT INTO ledger SELECT 3, kind, number, version, 'l', x'00' FROM ledger WHERE sequence = 1 "
            "ON CONFLICT (kind, number, version) DO UPDATE SET data = excluded.data"
        ),
        "UPDATE ledger SET rowid = 9 WHERE sequence = 2",
        "INSERT INTO ledger (kind, number, version, leaf, data) SELECT kind, 'x', 1, leaf, data FROM ledger LIMIT 1",
        "INSERT INTO ledger SELECT NULL, 'case', 'x', 1, 'l', x'00'",
        "REPLACE INTO checkpoint SELECT 1, 2, x'00'",
        "UPDATE checkpoint SET rowid = 9 WHERE sequence = 2",
        "INSERT INTO checkpoint SELECT 1, 2, x'00' WHERE true ON CONFLICT (sequence) DO UPDATE SET note = x'01'",
        "INSERT INTO ledger SELECT 3, 'case', 'x', 'one', 'l', x'00'",
    ],
)
def test_at_18_what_only_sqlite_can_do_is_refused(filled, statement):
    refused(filled, statement)


@on_sqlite
def test_without_recursive_triggers_a_replace_deletes_in_silence(filled, database_url):
    """The control: this is why the pragma is set and read back on every connection."""
    with closing(sqlite3.connect(database_url.removeprefix("sqlite:///"))) as careless:
        careless.execute(
            "INSERT OR REPLACE INTO ledger SELECT 3, kind, number, version, 'l', x'00' FROM ledger WHERE sequence = 1"
        )
        assert careless.execute("SELECT sequence FROM ledger ORDER BY 1").fetchall() == [(2,), (3,)]
        careless.rollback()
    assert len(everything(filled)[0]) == 2


TAKEN_OFF = [
    "DROP TRIGGER ledger_insert_guard",
    "DROP TRIGGER checkpoint_no_delete",
    (
        "DROP TRIGGER ledger_no_update; "
        "CREATE TRIGGER ledger_no_update BEFORE UPDATE ON ledger WHEN 0 BEGIN SELECT raise(ABORT, 'x'); END"
    ),
    "CREATE TRIGGER another AFTER INSERT ON ledger BEGIN SELECT 1; END",
    "ALTER TABLE ledger RENAME TO other; ALTER TABLE other RENAME TO ledger; DROP TRIGGER ledger_no_delete",
    "DROP TABLE checkpoint; CREATE TABLE checkpoint (sequence INTEGER PRIMARY KEY, size INTEGER, note BLOB) STRICT",
    "PRAGMA writable_schema = ON; DELETE FROM sqlite_master WHERE name = 'ledger_no_delete'",
    (
        "PRAGMA writable_schema = ON; UPDATE sqlite_master "
        "SET sql = replace(sql, 'ON ledger BEGIN', 'ON ledger WHEN 0 BEGIN') WHERE name = 'ledger_no_update'"
    ),
    "PRAGMA writable_schema = ON; UPDATE sqlite_master SET sql = replace(sql, ' STRICT', '') WHERE name = 'ledger'",
    "DROP INDEX uq_ledger_kind_number_version",
]


@on_sqlite
@pytest.mark.parametrize("statements", TAKEN_OFF)
def test_a_guard_taken_off_an_sqlite_file_is_told_at_the_next_start(filled, database_url, statements):
    filled.engine.dispose()
    with closing(sqlite3.connect(database_url.removeprefix("sqlite:///"), isolation_level=None)) as somebody:
        somebody.executescript(statements)
    for _ in range(2):
        with pytest.raises(LedgerError, match=r"guard|trigger or rule|STRICT|index"):
            open_engine(database_url)


@on_postgresql
@pytest.mark.parametrize(
    "statement",
    [
        "DROP TRIGGER ledger_row_guard ON ledger",
        "ALTER TABLE checkpoint DISABLE TRIGGER checkpoint_truncate_guard",
        "ALTER TABLE ledger ENABLE TRIGGER ledger_row_guard",
        (
            "CREATE OR REPLACE TRIGGER ledger_row_guard BEFORE DELETE ON ledger FOR EACH ROW "
            "EXECUTE FUNCTION append_only_guard()"
        ),
        "CREATE OR REPLACE FUNCTION append_only_guard() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
        "ALTER FUNCTION append_only_guard() SET search_path = pg_temp",
        "CREATE RULE quiet AS ON INSERT TO ledger DO INSTEAD NOTHING",
        "DROP INDEX uq_ledger_kind_number_version",
    ],
)
def test_a_guard_taken_off_postgresql_is_told_at_the_next_start(filled, database_url, statement):
    do(filled, statement)
    for _ in range(2):
        with pytest.raises(LedgerError, match=r"guard|trigger or rule|index"):
            open_engine(database_url)


def do(bench, *statements):
    with writing(bench.engine) as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)


@on_postgresql
@pytest.mark.parametrize("statement", ["DELETE FROM ledger", "TRUNCATE ledger", "UPDATE checkpoint SET size = 0"])
def test_at_18_the_guards_hold_also_where_triggers_are_for_replicas_only(filled, statement):
    """A superuser's ``session_replication_role`` switches off ordinary triggers; these are for every session."""
    before = everything(filled)
    with pytest.raises(DBAPIError, match="is append-only"):
        do(filled, "SET LOCAL session_replication_role = replica", statement)
    assert everything(filled) == before


@on_postgresql
def test_a_temporary_table_of_the_same_name_hides_no_gap(filled):
    with pytest.raises(DBAPIError, match="rows of ledger follow one another"):
        do(
            filled,
            "CREATE TEMPORARY TABLE ledger ON COMMIT DROP AS SELECT 8 AS sequence",
            "INSERT INTO public.ledger SELECT 9, kind, 'x', 1, leaf, data FROM public.ledger WHERE sequence = 1",
        )


# checkpoints by the store


@pytest.mark.parametrize(
    ("size", "told"), [(1, "a checkpoint of 1 entries; the newest has 2"), (3, "the ledger 2 entr")]
)
def test_a_checkpoint_is_of_what_the_ledger_has(filled, size, told):
    with pytest.raises(LedgerError, match=told):
        filled.store.keep_checkpoint(b"third", size=size)
    filled.store.keep_checkpoint(b"third", size=2)
    assert filled.store.checkpoints() == (b"first", b"second", b"third")
