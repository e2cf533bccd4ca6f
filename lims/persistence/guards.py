"""Guards of the append-only tables: triggers by which the database itself refuses what no act may do.

They are guard rails against mistakes; whoever owns the database can take them off. The Merkle tree is the proof.
"""

from collections.abc import Iterator, Mapping

from sqlalchemy import Connection, Table, inspect, text

from lims.errors import LedgerError
from lims.persistence.tables import RECORDS

FUNCTION = "append_only_guard"
_BODY = """
    DECLARE
        expected bigint;
    BEGIN
        IF TG_OP <> 'INSERT' THEN
            RAISE EXCEPTION USING MESSAGE = TG_TABLE_NAME || ' is append-only';
        END IF;
        EXECUTE 'SELECT coalesce(max(sequence), 0) + 1 FROM ' || TG_RELID::regclass INTO expected;
        IF NEW.sequence IS DISTINCT FROM expected THEN
            RAISE EXCEPTION USING MESSAGE = 'rows of ' || TG_TABLE_NAME || ' follow one another';
        END IF;
        RETURN NEW;
    END """
"""The table is named by its place in the catalogue: a temporary table of the same name is not looked at."""


def apply_guards(connection: Connection) -> None:
    """Put every guard on, in place of what stands under its name."""
    for table in RECORDS:
        for statement in _putting_on(connection, table.name):
            connection.exec_driver_sql(statement)


def _putting_on(connection: Connection, table: str) -> Iterator[str]:
    if connection.dialect.name == "sqlite":
        for name, definition in _sqlite_definitions(table).items():
            yield f"DROP TRIGGER IF EXISTS {name}"
            yield definition
        return
    yield f"CREATE OR REPLACE FUNCTION {FUNCTION}() RETURNS trigger LANGUAGE plpgsql AS $guard${_BODY}$guard$"
    for name, definition in _postgresql_definitions(table).items():
        yield definition.replace("CREATE", "CREATE OR REPLACE", 1)
        yield f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {name}"


def require_guards(connection: Connection) -> None:
    """Compare the guards that the database has with those that it must have.

    Raises
    ------
    LedgerError
        If one is missing, altered or switched off, or a trigger stands there that nobody here made.
    """
    for table in RECORDS:
        expected, found = _definitions(connection, table.name), _found(connection, table.name)
        for name, definition in expected.items():
            if found.get(name) != definition:
                raise LedgerError(
                    f"the {table.name}'s guard {name} is missing from the database, switched off or altered"
                )
        unknown = sorted(set(found) - set(expected))
        if unknown:
            raise LedgerError(f"the {table.name} has a trigger or rule {unknown[0]} that this program did not make")
        _require_shape(connection, table)


def _definitions(connection: Connection, table: str) -> Mapping[str, str]:
    return _sqlite_definitions(table) if connection.dialect.name == "sqlite" else _postgresql_definitions(table)


def _sqlite_definitions(table: str) -> Mapping[str, str]:
    last = f"(SELECT coalesce(max(sequence), 0) FROM {table})"  # noqa: S608 - a name from tables.py
    always = f"BEGIN SELECT raise(ABORT, '{table} is append-only'); END"
    guards = {
        f"{table}_insert_guard": (
            f"BEFORE INSERT ON {table} WHEN new.sequence IS NOT {last} + 1 "
            f"BEGIN SELECT raise(ABORT, 'rows of {table} follow one another'); END"
        ),
        f"{table}_no_update": f"BEFORE UPDATE ON {table} {always}",
        f"{table}_no_delete": f"BEFORE DELETE ON {table} {always}",
    }
    return {name: f"CREATE TRIGGER {name} {guard}" for name, guard in guards.items()}


def _postgresql_definitions(table: str) -> Mapping[str, str]:
    """Give the triggers in the words in which PostgreSQL gives them back."""
    begin = {
        f"{table}_row_guard": ("BEFORE INSERT OR DELETE OR UPDATE", "ROW"),
        f"{table}_truncate_guard": ("BEFORE TRUNCATE", "STATEMENT"),
    }
    return {
        name: f"CREATE TRIGGER {name} {when} ON {table} FOR EACH {each} EXECUTE FUNCTION {FUNCTION}()"
        for name, (when, each) in begin.items()
    }


def _found(connection: Connection, table: str) -> Mapping[str, str]:
    """Give what stands on a table and works; a guard whose function is another counts as none."""
    if connection.dialect.name == "sqlite":
        query = text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = :table")
        return {str(name): str(sql) for name, sql in connection.execute(query, {"table": table})}
    query = text(
        "SELECT tgname, CASE WHEN tgenabled = 'A' AND prosrc = :body AND proconfig IS NULL "
        "THEN pg_get_triggerdef(pg_trigger.oid, true) END FROM pg_trigger JOIN pg_proc ON pg_proc.oid = tgfoid "
        "WHERE tgrelid = CAST(:table AS regclass) AND NOT tgisinternal "
        "UNION ALL SELECT rulename, 'a rule' FROM pg_rewrite WHERE ev_class = CAST(:table AS regclass)"
    )
    return {str(name): str(sql) for name, sql in connection.execute(query, {"table": table, "body": _BODY})}


def _require_shape(connection: Connection, table: Table) -> None:
    """Require what the guards rest on: unique indexes, and on SQLite a table that takes no other types."""
    unique = {str(index["name"]) for index in inspect(connection).get_indexes(table.name) if index["unique"]}
    missing = sorted({str(index.name) for index in table.indexes if index.unique} - unique)
    if missing:
        raise LedgerError(f"the {table.name}'s index {missing[0]} is missing from the database")
    if connection.dialect.name == "sqlite":
        query = text("SELECT strict FROM pragma_table_list(:table) WHERE schema = 'main'")
        if connection.scalar(query, {"table": table.name}) != 1:
            raise LedgerError(f"the {table.name} is no STRICT table any more")
