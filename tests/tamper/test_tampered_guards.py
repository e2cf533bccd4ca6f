"""Guards that were taken off or weakened and left so: whichever it is, the next start refuses and names it."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Connection, Engine, text

from lims.errors import LedgerError
from lims.persistence.engine import open_engine
from lims.persistence.tables import RECORDS

_SQLITE = "SELECT tbl_name, name, sql FROM sqlite_master WHERE type = 'trigger' ORDER BY name"
_POSTGRESQL = (
    "SELECT tgrelid::regclass::text, tgname, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal ORDER BY 2"
)


@pytest.fixture
def guards(engine: Engine) -> list[tuple[str, str, str]]:
    """Give table, name and definition of every guard as the database has them: one that is added later is tried too."""
    with engine.connect() as connection:
        query = _SQLITE if connection.dialect.name == "sqlite" else _POSTGRESQL
        return [tuple(row) for row in connection.execute(text(query))]


def weakenings(connection: Connection, table: str, name: str, definition: str) -> Iterator[list[str]]:
    """Give the statements of each way to get rid of a guard."""
    if connection.dialect.name == "sqlite":
        yield [f"DROP TRIGGER {name}"]
        idle = definition.replace("BEGIN", "WHEN 0 BEGIN") if "WHEN" not in definition else definition
        yield [f"DROP TRIGGER {name}", idle.replace("WHEN new", "WHEN 0 AND new")]
        yield [f"DROP TRIGGER {name}", definition.replace(name, f"{name}_2")]
        return
    yield [f"DROP TRIGGER {name} ON {table}"]
    yield [f"ALTER TABLE {table} DISABLE TRIGGER {name}"]
    yield [f"ALTER TABLE {table} ENABLE REPLICA TRIGGER {name}"]
    yield [f"ALTER TRIGGER {name} ON {table} RENAME TO {name}_2"]


def test_every_record_has_guards(guards):
    assert {table for table, _, _ in guards} == {table.name for table in RECORDS}


def test_each_guard_that_is_weakened_is_named_at_the_next_start(engine, database_url, guards):
    tried = 0
    for table, name, definition in guards:
        with engine.connect() as connection:
            ways = list(weakenings(connection, table, name, definition))
        for statements in ways:
            with engine.connect() as connection:
                for statement in statements:
                    connection.exec_driver_sql(statement)
                connection.commit()
            with pytest.raises(LedgerError, match=name):
                open_engine(database_url)
            _put_back(engine, table, name, definition)
            open_engine(database_url).dispose()
            tried += 1
    assert tried >= 3 * len(guards) > 0


def _put_back(engine: Engine, table: str, name: str, definition: str) -> None:
    with engine.connect() as connection:
        on = "" if connection.dialect.name == "sqlite" else f" ON {table}"
        for found in (name, f"{name}_2"):
            connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS {found}{on}")
        connection.exec_driver_sql(definition)
        if on:
            connection.exec_driver_sql(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {name}")
        connection.commit()
