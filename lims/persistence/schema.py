"""The tables of a database brought up to those of this program: changes in their order, guards put on after them."""

from pathlib import Path

from sqlalchemy import Connection, column, inspect, select, table, text

from lims.errors import LedgerError, SettingsError
from lims.persistence.guards import apply_guards, require_guards
from lims.persistence.listing import rebuild_lists
from lims.persistence.migrations import NEWEST, NEWEST_OF_LISTS

_MIGRATIONS = Path(__file__).parent / "migrations"
VERSIONS = "alembic_version"
_OPENING = 0x41_69_67_61_71
"""PostgreSQL's lock under which one process at a time makes or checks the tables."""


def bring_up_to_date(connection: Connection) -> None:
    """Make or change the tables where they are not those of this program, then require the guards.

    The transaction is the caller's and must be one that writes: everything is done, or nothing.

    Raises
    ------
    SettingsError
        If a newer program made the tables, or this account may not change them.
    LedgerError
        If the guards are missing or altered; they are put on by changes of the tables and by nothing else.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _OPENING})
    found = revision(connection)
    if found != NEWEST:
        _migrate(connection, found)
    require_guards(connection)


def revision(connection: Connection) -> str | None:
    """Give the number of the last change that a database has seen; None for an empty one or one of before."""
    if not inspect(connection).has_table(VERSIONS):
        return None
    found = connection.scalar(select(column("version_num")).select_from(table(VERSIONS)))
    return None if found is None else str(found)


def _migrate(connection: Connection, found: str | None) -> None:
    from alembic import command  # noqa: PLC0415 - a program that opens its own tables has no need of it
    from alembic.config import Config  # noqa: PLC0415
    from alembic.script import ScriptDirectory  # noqa: PLC0415

    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    if found is not None and found not in known:
        raise SettingsError(
            f"database_url: the tables are of change {found}, this program knows {NEWEST} and those before it; "
            "a newer program made them"
        )
    _require_rights(connection, found)
    command.upgrade(config, "head")
    apply_guards(connection)
    if found is None or found < NEWEST_OF_LISTS:
        rebuild_lists(connection)  # a list that a change made is empty, and one that it altered may say something else
    if revision(connection) != NEWEST:
        raise LedgerError(f"the tables are of change {revision(connection)} after all changes, expected {NEWEST}")


def _require_rights(connection: Connection, found: str | None) -> None:
    """Refuse in plain words what PostgreSQL would refuse to an account that does not own the tables."""
    if connection.dialect.name != "postgresql":
        return
    owns = text(
        "SELECT CASE WHEN to_regclass('ledger') IS NULL THEN has_schema_privilege(current_schema(), 'CREATE') "
        "ELSE (SELECT pg_has_role(relowner, 'USAGE') FROM pg_class WHERE oid = to_regclass('ledger')) END"
    )
    if not connection.scalar(owns):
        raise SettingsError(
            f"database_url: the tables are of change {found or 0}, this program needs {NEWEST}, and this account may "
            "not change them; 'aigaq database prepare' does it with the owner's account"
        )
