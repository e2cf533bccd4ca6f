"""PostgreSQL accounts held apart: one owns the tables and nobody signs in as it, one appends, one reads."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from sqlalchemy import Connection, Engine, Table, inspect, text
from sqlalchemy.exc import SQLAlchemyError

from lims.errors import SettingsError
from lims.persistence.durability import durable_engine
from lims.persistence.guards import FUNCTION
from lims.persistence.schema import VERSIONS, bring_up_to_date
from lims.persistence.tables import LISTS, METADATA, OWN, RECORDS
from lims.persistence.transactions import reading, writing
from lims.said import said

_FILES = ("pg_read_server_files", "pg_write_server_files", "pg_execute_server_program", "pg_write_all_data")
"""PostgreSQL's own roles with which an account gets around every table's rights."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DatabaseRoles:
    """The names of the three accounts."""

    prefix: str = "aigaq"

    @property
    def owner(self) -> str:
        """Name the owner of the tables; nobody can sign in as it."""
        return f"{self.prefix}_owner"

    @property
    def app(self) -> str:
        """Name the account of the application."""
        return f"{self.prefix}_app"

    @property
    def auditor(self) -> str:
        """Name the account that reads records and lists."""
        return f"{self.prefix}_auditor"


def prepare_database(owner_url: str, *, roles: DatabaseRoles) -> None:
    """Make accounts, tables, guards and rights, or bring them up to date; done twice, it changes nothing.

    Parameters
    ----------
    owner_url : str
        Of an account that may make accounts: a superuser of the server. It is used for this once.

    Raises
    ------
    SettingsError
        If this is not PostgreSQL or the account may not do it, or an account of the application could change
        the ledger.
    """
    engine = durable_engine(owner_url)
    try:
        if engine.dialect.name != "postgresql":
            raise SettingsError("an SQLite file has no accounts; only a PostgreSQL database is prepared")
        with writing(engine) as connection:
            _prepare(connection, roles)
    except SQLAlchemyError as error:
        raise SettingsError(f"the database cannot be prepared: {error}") from error
    finally:
        engine.dispose()


def separation(engine: Engine) -> str:
    """Say what the application's account could do to the ledger; empty if it can only append."""
    if engine.dialect.name == "sqlite":
        return said(
            "the application's account owns the file of the database: it could change the ledger behind its guards"
        )
    with reading(engine) as connection:
        user = str(connection.scalar(text("SELECT current_user")))
        powers = tuple(_powers(connection, user))
    if not powers:
        return ""
    return said(
        "the application's account {user} {power}: it could change the ledger behind its guards; "
        "'aigaq database prepare' makes one that cannot",
        user=user,
        power=powers[0],
    )


def _prepare(connection: Connection, roles: DatabaseRoles) -> None:
    quote = connection.dialect.identifier_preparer.quote
    owner, app, auditor = (quote(name) for name in (roles.owner, roles.app, roles.auditor))
    for name, login in ((roles.owner, "NOLOGIN"), (roles.app, "LOGIN"), (roles.auditor, "LOGIN")):
        _make_role(connection, name, login)
    database = quote(str(connection.scalar(text("SELECT current_database()"))))
    schema = quote(str(connection.scalar(text("SELECT current_schema()"))))
    _do(
        connection,
        f"REVOKE ALL ON DATABASE {database} FROM PUBLIC",
        f"GRANT CONNECT ON DATABASE {database} TO {app}, {auditor}",
        f"REVOKE ALL ON SCHEMA {schema} FROM PUBLIC",
        f"GRANT USAGE, CREATE ON SCHEMA {schema} TO {owner}",
        f"GRANT USAGE ON SCHEMA {schema} TO {app}, {auditor}",
        f"GRANT {owner} TO CURRENT_USER",
    )
    _hand_over(connection, owner)
    _do(connection, f"SET LOCAL ROLE {owner}")
    bring_up_to_date(connection)
    _do(
        connection,
        f"REVOKE ALL ON ALL TABLES IN SCHEMA {schema} FROM PUBLIC, {app}, {auditor}",
        f"GRANT SELECT, INSERT ON {_names(RECORDS)} TO {app}",
        f"GRANT SELECT, INSERT, UPDATE, DELETE ON {_names((*LISTS, *OWN))} TO {app}",
        f"GRANT SELECT ON {_names((*RECORDS, *LISTS))} TO {auditor}",
        f"GRANT SELECT ON {VERSIONS} TO {app}, {auditor}",
        "RESET ROLE",
    )
    for name in (roles.app, roles.auditor):
        for power in _powers(connection, name):
            raise SettingsError(f"the account {name} {power}; it could change the ledger behind its guards")


def _make_role(connection: Connection, name: str, login: str) -> None:
    if connection.scalar(text("SELECT count(*) FROM pg_roles WHERE rolname = :name"), {"name": name}) == 0:
        quoted = connection.dialect.identifier_preparer.quote(name)
        _do(connection, f"CREATE ROLE {quoted} {login} NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION")


def _hand_over(connection: Connection, owner: str) -> None:
    """Give the tables of a database that was made with one account to the owner."""
    present = set(inspect(connection).get_table_names())
    for table in sorted(present & {VERSIONS, *METADATA.tables}):
        _do(connection, f"ALTER TABLE {table} OWNER TO {owner}")
    if present:
        _do(connection, f"ALTER FUNCTION {FUNCTION}() OWNER TO {owner}")


def _powers(connection: Connection, user: str) -> Iterator[str]:
    """Name by what an account could get around the guards."""
    facts = connection.execute(
        text(
            "SELECT rolsuper, rolcreaterole, "
            "(SELECT pg_has_role(:name, relowner, 'MEMBER') FROM pg_class WHERE oid = to_regclass('ledger')) AS owns, "
            "(SELECT string_agg(role, ', ') FROM unnest(CAST(:files AS text[])) AS role "
            " WHERE pg_has_role(:name, role, 'MEMBER')) AS files FROM pg_roles WHERE rolname = :name"
        ),
        {"name": user, "files": list(_FILES)},
    ).one()
    if facts.rolsuper:
        yield "is a superuser"
    if facts.rolcreaterole:
        yield "may make accounts"
    if facts.owns:
        yield "owns the ledger"
    if facts.files:
        yield f"is a member of {facts.files}"
    for table in RECORDS:
        for right in ("UPDATE", "DELETE", "TRUNCATE", "TRIGGER"):
            held = text("SELECT has_table_privilege(:name, CAST(:table AS regclass), :right)")
            if connection.scalar(held, {"name": user, "table": table.name, "right": right}):
                yield f"has the right {right} on {table.name}"


def _names(tables: Iterable[Table]) -> str:
    return ", ".join(table.name for table in tables)


def _do(connection: Connection, *statements: str) -> None:
    for statement in statements:
        connection.exec_driver_sql(statement)
