import sqlite3
import time
from contextlib import closing

import pytest
from sqlalchemy import inspect, text

from lims import __version__
from lims.domain.record import body_of
from lims.errors import LedgerError, SettingsError
from lims.ledger import GENESIS, LedgerEntry, leaf_hash
from lims.persistence.durability import journal_settings
from lims.persistence.engine import open_engine
from lims.persistence.tables import METADATA
from lims.services.permitting import Rights
from tests.builders.clocks import MORNING
from tests.builders.laboratories import Bench


def change(engine, *statements):
    with engine.connect().execution_options(write=True) as connection, connection.begin():
        for statement in statements:
            connection.exec_driver_sql(statement)


def test_an_empty_database_gets_its_tables_on_first_use(engine):
    assert set(inspect(engine).get_table_names()) >= set(METADATA.tables)


def test_a_database_opens_again_as_it_was_left(engine, database_url):
    change(engine, "INSERT INTO account VALUES ('a', 'b')")
    again = open_engine(database_url)
    with again.connect() as connection:
        assert connection.exec_driver_sql("SELECT * FROM account").one() == ("a", "b")
    again.dispose()


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("no url", "Could not parse"),
        ("mysql://host/aigaq", "database_url names mysql; supported are sqlite and postgresql"),
        ("sqlite+wrong:///x", "Can't load plugin"),
        ("postgresql+wrong://host/x", "Can't load plugin"),
        ("postgresql+asyncpg://host/x", "asyncpg"),
        ("sqlite:////nowhere/at/all/aigaq.sqlite", "unable to open database file"),
        ("postgresql://127.0.0.1:1/aigaq", "connection failed"),
    ],
)
def test_a_database_that_cannot_be_opened_is_a_setting(url, message):
    with pytest.raises(SettingsError, match=message):
        open_engine(url)


def test_a_file_that_is_no_database_is_a_setting(tmp_path):
    path = tmp_path / "aigaq.sqlite"
    path.write_bytes(b"no database" * 500)
    with pytest.raises(SettingsError, match="file is not a database"):
        open_engine(f"sqlite:///{path}")


# guards


GUARDS = {
    "sqlite": ("ledger_insert_guard", "ledger_no_update", "ledger_no_delete"),
    "postgresql": ("ledger_row_guard", "ledger_truncate_guard"),
}


@pytest.mark.parametrize("place", [0, 1, -1])
def test_a_missing_guard_is_told_and_not_made_again(engine, database_url, place):
    name = GUARDS[engine.dialect.name][place]
    change(engine, f"DROP TRIGGER {name}" + ("" if engine.dialect.name == "sqlite" else " ON ledger"))
    for _ in range(2):
        with pytest.raises(LedgerError, match=f"the ledger's guard {name} is missing"):
            open_engine(database_url)


def test_a_guard_that_does_nothing_is_told(engine, database_url):
    if engine.dialect.name == "sqlite":
        change(
            engine,
            "DROP TRIGGER ledger_no_update",
            "CREATE TRIGGER ledger_no_update BEFORE UPDATE ON ledger BEGIN SELECT 1; END",
        )
    else:
        change(
            engine,
            "CREATE OR REPLACE FUNCTION append_only_guard() RETURNS trigger LANGUAGE plpgsql "
            "AS 'BEGIN RETURN NEW; END'",
        )
    with pytest.raises(LedgerError, match="is missing from the database, switched off or altered"):
        open_engine(database_url)


SWITCHES = ["DISABLE TRIGGER ALL", "DISABLE TRIGGER ledger_row_guard", "ENABLE REPLICA TRIGGER ledger_row_guard"]


@pytest.mark.parametrize("how", SWITCHES)
@pytest.mark.parametrize("database_url", [pytest.param("postgresql", marks=pytest.mark.postgresql)], indirect=True)
def test_a_guard_that_is_switched_off_is_told(engine, database_url, how):
    change(engine, f"ALTER TABLE ledger {how}")
    with pytest.raises(LedgerError, match="ledger_row_guard is missing from the database, switched off"):
        open_engine(database_url)


def test_a_refused_database_keeps_no_connection_open(engine, database_url):
    name = GUARDS[engine.dialect.name][0]
    change(engine, f"DROP TRIGGER {name}" + ("" if engine.dialect.name == "sqlite" else " ON ledger"))
    for _ in range(3):
        with pytest.raises(LedgerError):
            open_engine(database_url)
    if engine.dialect.name == "postgresql":
        others = text(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
            "AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
        )
        deadline = time.monotonic() + 30  # the server takes its time to forget a client that left
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            while connection.scalar(others) and time.monotonic() < deadline:
                time.sleep(0.01)
            assert connection.scalar(others) == 0


# durability


@pytest.mark.parametrize(
    ("version", "settings"),
    [
        ((3, 7, 0), ("delete", "EXTRA")),
        ((3, 40, 1), ("delete", "EXTRA")),
        ((3, 44, 5), ("delete", "EXTRA")),
        ((3, 44, 6), ("wal", "FULL")),
        ((3, 45, 0), ("delete", "EXTRA")),
        ((3, 50, 6), ("delete", "EXTRA")),
        ((3, 50, 7), ("wal", "FULL")),
        ((3, 51, 2), ("delete", "EXTRA")),
        ((3, 51, 3), ("wal", "FULL")),
        ((3, 54, 0), ("wal", "FULL")),
        ((4, 0, 0), ("wal", "FULL")),
    ],
)
def test_wal_is_used_only_where_its_bug_is_repaired(version, settings):
    assert journal_settings(version) == settings


def test_sqlite_is_set_so_that_an_acknowledged_act_survives(tmp_path):
    engine = open_engine(f"sqlite:///{tmp_path / 'a.sqlite'}")
    mode, synchronous = journal_settings(sqlite3.sqlite_version_info)
    expected = {
        "journal_mode": mode,
        "synchronous": {"FULL": 2, "EXTRA": 3}[synchronous],
        "foreign_keys": 1,
        "recursive_triggers": 1,
        "trusted_schema": 0,
        "busy_timeout": 30_000,
    }
    with engine.connect() as connection:
        for name, value in expected.items():
            assert connection.exec_driver_sql(f"PRAGMA {name}").scalar() == value, name
    engine.dispose()


def test_a_database_in_memory_is_for_tests_only_but_works():
    engine = open_engine("sqlite://")
    assert inspect(engine).has_table("ledger")
    engine.dispose()


def test_a_database_whose_journal_cannot_be_set_is_refused(tmp_path):
    path = tmp_path / "a.sqlite"
    mode, _ = journal_settings(sqlite3.sqlite_version_info)
    other = "wal" if mode == "delete" else "delete"
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute(f"PRAGMA journal_mode={other}")
        connection.execute("CREATE TABLE t (a)")
    path.chmod(0o400)
    with pytest.raises((SettingsError, LedgerError), match=r"disk I/O error|readonly database|journal mode"):
        open_engine(f"sqlite:///file:{path}?mode=ro&uri=true")


def test_both_kinds_of_database_keep_the_very_bytes_that_were_hashed(engine, tmp_path):
    bench = Bench(engine, tmp_path, rights=Rights(enforced=False))
    case = bench.case()
    expected = LedgerEntry(
        sequence=1,
        previous=GENESIS,
        recorded_at=MORNING,
        actor="technician",
        act="case.registered",
        kind="case",
        number="2026-0001",
        version=1,
        body=body_of(case),
        software=__version__,
    ).to_bytes()
    (stored,) = bench.store.entries()
    assert (stored.data, stored.leaf) == (expected, leaf_hash(expected))
