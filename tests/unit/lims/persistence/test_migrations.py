"""Changes of the tables: every database comes to the tables of this program, with its guards, or is refused."""

import re
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.operations import Operations
from alembic.script import ScriptDirectory
from sqlalchemy import Column, Text, inspect, text

from lims.domain.case import Case
from lims.domain.grounds import Name
from lims.errors import LedgerError, SettingsError
from lims.persistence import migrations
from lims.persistence.engine import open_engine
from lims.persistence.guards import apply_guards, require_guards
from lims.persistence.tables import METADATA, RECORDS
from lims.persistence.transactions import reading, writing
from lims.services.permitting import Rights
from tests.builders.laboratories import Bench

FOLDER = Path(migrations.__file__).parent
BEFORE_ALEMBIC = """
CREATE TABLE ledger (sequence INTEGER NOT NULL, kind TEXT NOT NULL, number TEXT NOT NULL, version INTEGER NOT NULL,
  leaf TEXT NOT NULL, data BLOB NOT NULL, CONSTRAINT pk_ledger PRIMARY KEY (sequence)) STRICT;
CREATE UNIQUE INDEX uq_ledger_kind_number_version ON ledger (kind, number, version);
CREATE TABLE record (kind TEXT NOT NULL, number TEXT NOT NULL, version INTEGER NOT NULL, sequence INTEGER NOT NULL,
  parent TEXT NOT NULL, state TEXT NOT NULL, title TEXT NOT NULL, recorded_at TEXT NOT NULL,
  CONSTRAINT pk_record PRIMARY KEY (kind, number)) STRICT;
CREATE INDEX ix_record_kind_parent ON record (kind, parent);
CREATE INDEX ix_record_kind_sequence ON record (kind, sequence);
CREATE TABLE raw_use (sha256 TEXT NOT NULL, run_number TEXT NOT NULL,
  CONSTRAINT pk_raw_use PRIMARY KEY (sha256)) STRICT;
CREATE TABLE account (staff_number TEXT NOT NULL, password_hash TEXT NOT NULL,
  CONSTRAINT pk_account PRIMARY KEY (staff_number)) STRICT;
CREATE TABLE web_session (token_hash TEXT NOT NULL, staff_number TEXT NOT NULL, opened_at TEXT NOT NULL,
  used_at TEXT NOT NULL, CONSTRAINT pk_web_session PRIMARY KEY (token_hash)) STRICT;
CREATE TRIGGER ledger_insert_guard BEFORE INSERT ON ledger
  WHEN new.sequence <> (SELECT coalesce(max(sequence), 0) + 1 FROM ledger)
  BEGIN SELECT raise(ABORT, 'ledger entries follow one another'); END;
CREATE TRIGGER ledger_no_update BEFORE UPDATE ON ledger BEGIN SELECT raise(ABORT, 'the ledger is append-only'); END;
CREATE TRIGGER ledger_no_delete BEFORE DELETE ON ledger BEGIN SELECT raise(ABORT, 'the ledger is append-only'); END;
"""
"""What the program made before changes of its tables were counted."""


def differences(engine):
    with reading(engine) as connection:
        return compare_metadata(MigrationContext.configure(connection), METADATA)


def test_all_changes_together_make_the_tables_of_the_program(engine):
    assert differences(engine) == []
    assert set(inspect(engine).get_table_names()) == {*METADATA.tables, "alembic_version"}


def test_a_missing_change_would_be_seen(engine):
    with writing(engine) as connection:
        connection.exec_driver_sql("ALTER TABLE record ADD COLUMN forgotten text")
    assert len(differences(engine)) == 1


def test_the_newest_change_is_the_one_that_the_program_names():
    script = ScriptDirectory(str(FOLDER))
    assert script.get_current_head() == migrations.NEWEST
    numbers = [path.name[:4] for path in sorted(FOLDER.glob("versions/0*.py"))]
    assert numbers == [f"{place:04d}" for place in range(1, len(numbers) + 1)]


def test_no_change_alters_what_is_append_only_in_place():
    """On SQLite a batch makes the table anew, and with it go its triggers and STRICT."""
    banned = re.compile(r"batch_alter_table\(\s*[\"'](?:" + "|".join(table.name for table in RECORDS) + ")")
    assert banned.search('batch_alter_table("ledger"')
    for path in FOLDER.glob("versions/*.py"):
        assert not banned.search(path.read_text("utf-8")), path


def test_a_database_from_before_changes_were_counted_is_adopted(tmp_path):
    old = tmp_path / "old.sqlite"
    new = Bench(open_engine(f"sqlite:///{tmp_path / 'new.sqlite'}"), tmp_path, rights=Rights(enforced=False))
    new.case()
    new.case()
    with closing(sqlite3.connect(old)) as connection, reading(new.engine) as source:
        connection.executescript(BEFORE_ALEMBIC)
        rows = [tuple(row) for row in source.execute(text("SELECT * FROM ledger ORDER BY sequence"))]
        connection.executemany("INSERT INTO ledger VALUES (?, ?, ?, ?, ?, ?)", rows)
        connection.execute("INSERT INTO account VALUES ('a', 'hash')")
        connection.commit()
    adopted = Bench(open_engine(f"sqlite:///{old}"), tmp_path, rights=Rights(enforced=False))
    assert list(adopted.store.entries()) == list(new.store.entries())
    assert adopted.store.tree().range == new.store.tree().range
    assert adopted.auditing.verify().intact
    assert differences(adopted.engine) == []
    assert adopted.accounts.password_hash("a") == "hash"
    assert adopted.case().number == "2026-0003"
    adopted.engine.dispose()
    new.engine.dispose()


def test_a_list_that_a_change_made_is_filled_from_the_ledger(engine, database_url, tmp_path):
    """A database of change 0006 with entries in it comes to the newest change."""
    Bench(engine, tmp_path, rights=Rights(enforced=False)).exhibit()
    with writing(engine) as connection:
        connection.exec_driver_sql("DROP TABLE ground")
        connection.exec_driver_sql("DROP TABLE raw_named")
        connection.exec_driver_sql("DROP TABLE waiting")
        connection.exec_driver_sql("DROP TABLE component")
        connection.exec_driver_sql("DROP TABLE watched")
        connection.exec_driver_sql("DROP TABLE component_spectra")
        connection.exec_driver_sql("DROP TABLE component_cluster")
        connection.exec_driver_sql("DROP INDEX ix_record_kind_state_sequence")
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0006'")
    changed = Bench(open_engine(database_url), tmp_path)
    assert changed.auditing.verify().intact
    with changed.store.reading() as work:
        assert [one.record.number for one in work.resting_on([Name(kind="case", number="2026-0001")])]
    changed.engine.dispose()


def test_a_change_of_no_list_leaves_the_lists_alone(engine, database_url, tmp_path):
    """A database of a million entries opens at once after a change that only makes an index."""
    Bench(engine, tmp_path, rights=Rights(enforced=False)).exhibit()
    with writing(engine) as connection:
        for name in ("ix_waiting_person_job_sequence", "ix_waiting_case", "ix_waiting_exhibit"):
            connection.exec_driver_sql(f"DROP INDEX {name}")
        connection.exec_driver_sql("UPDATE record SET title = 'as it was' WHERE kind = 'case'")
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0011'")
    changed = Bench(open_engine(database_url), tmp_path)
    with changed.store.reading() as work:
        assert [line.title for line in work.listed(Case, limit=2)] == ["as it was"]
    assert "ix_waiting_case" in [one["name"] for one in inspect(changed.engine).get_indexes("waiting")]
    changed.engine.dispose()


def test_a_database_of_a_newer_program_is_refused(engine, database_url):
    with writing(engine) as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(SettingsError, match=r"the tables are of change 9999, this program knows .* a newer program"):
        open_engine(database_url)


def test_changes_that_fail_leave_the_database_as_it_was(engine, database_url):
    """The tables of change 0002 exist already, so it cannot be made again."""
    with writing(engine) as connection:
        connection.exec_driver_sql("DELETE FROM alembic_version")
        connection.exec_driver_sql("INSERT INTO alembic_version VALUES ('0001')")
    with pytest.raises(SettingsError, match="already exists"):
        open_engine(database_url)
    with reading(engine) as connection:
        assert connection.scalar(text("SELECT version_num FROM alembic_version")) == "0001"
        require_guards(connection)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_change_that_makes_the_ledger_anew_loses_the_guards_and_they_are_put_on_again(engine):
    """What must not be done, done: without the step after every change, the guards would be gone in silence."""
    with writing(engine) as connection:
        operations = Operations(MigrationContext.configure(connection))
        with operations.batch_alter_table("ledger", recreate="always") as batch:
            batch.add_column(Column("note", Text))
        with pytest.raises(LedgerError, match="guard ledger_insert_guard is missing"):
            require_guards(connection)
        apply_guards(connection)
        require_guards(connection)


def test_a_change_of_a_list_keeps_the_guards(engine, database_url):
    with writing(engine) as connection:
        operations = Operations(MigrationContext.configure(connection))
        with operations.batch_alter_table("record", recreate="auto") as batch:
            batch.alter_column("title", new_column_name="shown")
        require_guards(connection)
        connection.rollback()
    open_engine(database_url).dispose()


def test_the_changes_are_in_the_package():
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    assert {path.name for path in FOLDER.iterdir()} >= {"env.py", "script.py.mako", "versions", "__init__.py"}
    assert len(list(ScriptDirectory.from_config(config).walk_revisions())) == int(migrations.NEWEST)
