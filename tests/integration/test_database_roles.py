"""PostgreSQL accounts held apart, tried over direct connections as each of them."""

import multiprocessing

import pytest
from sqlalchemy import create_engine, make_url, select, text
from sqlalchemy.exc import DBAPIError, ProgrammingError
from typer.testing import CliRunner

from lims.cli.application import app as command_line
from lims.errors import SettingsError
from lims.persistence.durability import durable_engine
from lims.persistence.engine import open_engine
from lims.persistence.roles import DatabaseRoles, prepare_database
from lims.persistence.store import SqlStore
from lims.persistence.tables import LISTS, METADATA, OWN, RECORDS
from lims.services.permitting import Rights
from tests.builders.laboratories import Bench

ROLES = DatabaseRoles(prefix="aigaq_test")
FREE = Rights(enforced=False)
pytestmark = pytest.mark.postgresql
on_postgresql = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)


def url_of(database_url, role):
    return make_url(database_url).set(username=role).render_as_string(hide_password=False)


@pytest.fixture
def prepared(database_url):
    prepare_database(database_url, roles=ROLES)
    return database_url


@pytest.fixture
def app_engine(prepared):
    engine = open_engine(url_of(prepared, ROLES.app))
    yield engine
    engine.dispose()


@pytest.fixture
def app_bench(app_engine, tmp_path):
    return Bench(app_engine, tmp_path, rights=FREE)


def attempt(engine, statement):
    with engine.connect() as connection, connection.begin():
        connection.execute(text(statement) if isinstance(statement, str) else statement)


@on_postgresql
def test_the_application_works_with_its_own_account(app_bench):
    case = app_bench.case()
    app_bench.hire()
    with app_bench.store.unit_of_work() as work:
        work.load(type(case), case.number)
    assert app_bench.auditing.verify().intact
    app_bench.store.rebuild_lists()
    assert app_bench.store.separation() == ""


@on_postgresql
def test_whoever_owns_the_tables_is_told_so(prepared):
    engine = open_engine(prepared)
    said = SqlStore(engine).separation()
    engine.dispose()
    assert said.startswith("the application's account postgres is a superuser: it could change the ledger")


def test_the_owner_of_an_sqlite_file_is_told_so(tmp_path):
    engine = open_engine(f"sqlite:///{tmp_path / 'a.sqlite'}")
    assert "owns the file" in SqlStore(engine).separation()
    engine.dispose()


TOUCHES = [
    *(
        statement.format(table=table.name)
        for table in RECORDS
        for statement in (
            "UPDATE {table} SET sequence = sequence",
            "DELETE FROM {table}",
            "TRUNCATE {table}",
            "ALTER TABLE {table} DISABLE TRIGGER ALL",
            "ALTER TABLE {table} DISABLE TRIGGER {table}_row_guard",
            "ALTER TABLE {table} ADD COLUMN x text",
            "ALTER TABLE {table} RENAME TO y",
            "DROP TRIGGER {table}_row_guard ON {table}",
            "DROP TABLE {table}",
            "CREATE RULE quiet AS ON INSERT TO {table} DO INSTEAD NOTHING",
            "CREATE TRIGGER mine BEFORE INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION append_only_guard()",
            "SELECT * FROM {table} FOR UPDATE",
        )
    ),
    "INSERT INTO ledger SELECT * FROM ledger ON CONFLICT (sequence) DO UPDATE SET data = excluded.data",
    "SET session_replication_role = replica",
    "SELECT set_config('session_replication_role', 'replica', false)",
    "CREATE OR REPLACE FUNCTION append_only_guard() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
    "DROP FUNCTION append_only_guard()",
    "CREATE TABLE mine (a int)",
    "CREATE TEMPORARY TABLE ledger (sequence bigint)",
    "CREATE FUNCTION mine() RETURNS int LANGUAGE sql AS 'SELECT 1'",
    "CREATE ROLE mine",
    "ALTER ROLE {role} SUPERUSER",
    "GRANT {owner} TO {role}",
    "SET ROLE {owner}",
    "SET SESSION AUTHORIZATION {owner}",
    "UPDATE alembic_version SET version_num = '0001'",
    "SELECT pg_read_file('/etc/hostname')",
    "SELECT pg_ls_dir('/')",
    "COPY sign_in_delay FROM '/etc/hostname'",
    "COPY ledger TO '/tmp/ledger'",
    "COPY sign_in_delay FROM PROGRAM 'id'",
    "SELECT lo_import('/etc/hostname')",
    "ALTER SYSTEM SET fsync = off",
    "SET fsync = off",
]


@on_postgresql
@pytest.mark.parametrize("role", [ROLES.app, ROLES.auditor])
def test_at_18_17025_7_11_3_nobody_who_signs_in_can_touch_what_is_recorded(app_bench, prepared, role):
    """One test for all statements: each is a transaction of its own, on the same ledger."""
    app_bench.case()
    before = list(app_bench.store.entries())
    url = make_url(prepared).set(drivername="postgresql+psycopg", username=role)
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    for statement in TOUCHES:
        with pytest.raises(DBAPIError) as refusal:
            attempt(engine, statement.format(role=role, owner=ROLES.owner))
        told = str(refusal.value.orig)
        assert any(word in told for word in ("permission denied", "must be", "must have", "cannot be changed now")), (
            statement,
            told,
        )
    attempt(engine, "GRANT ALL ON ledger TO PUBLIC")  # PostgreSQL does nothing and calls it a warning
    engine.dispose()
    assert app_bench.store.separation() == ""
    assert list(app_bench.store.entries()) == before
    assert app_bench.auditing.verify().intact


@on_postgresql
@pytest.mark.parametrize("sequence", [0, 1, 3, "NULL"])
def test_the_application_cannot_leave_a_gap(app_bench, sequence):
    app_bench.case()
    statement = f"INSERT INTO ledger SELECT {sequence}, 'k', 'n', 1, leaf, data FROM ledger"  # noqa: S608 - as above
    with pytest.raises(DBAPIError, match="rows of ledger follow one another"):
        attempt(app_bench.engine, statement)
    app_bench.store.keep_checkpoint(b"note", size=1)
    statement = f"INSERT INTO checkpoint VALUES ({sequence}, 1, 'x')"  # noqa: S608 - as above
    with pytest.raises(DBAPIError, match="rows of checkpoint follow one another"):
        attempt(app_bench.engine, statement)


@on_postgresql
def test_the_auditor_reads_records_and_lists_and_nothing_else(app_bench, prepared):
    app_bench.case()
    engine = create_engine(make_url(prepared).set(drivername="postgresql+psycopg", username=ROLES.auditor))
    for table in (*RECORDS, *LISTS):
        attempt(engine, select(table))
        for statement in ("INSERT INTO {0} SELECT * FROM {0}", "DELETE FROM {0}"):
            with pytest.raises(ProgrammingError, match=f"permission denied for table {table.name}"):
                attempt(engine, statement.format(table.name))
    for table in OWN:
        with pytest.raises(ProgrammingError, match=f"permission denied for table {table.name}"):
            attempt(engine, select(table))
    engine.dispose()


def test_every_table_is_of_one_group():
    assert sorted(table.name for table in (*RECORDS, *LISTS, *OWN)) == sorted(METADATA.tables)


@on_postgresql
def test_a_database_prepared_twice_is_as_before(prepared):
    prepare_database(prepared, roles=ROLES)
    engine = open_engine(url_of(prepared, ROLES.app))
    assert SqlStore(engine).separation() == ""
    engine.dispose()


@on_postgresql
def test_a_database_made_with_one_account_is_handed_over(engine, database_url, tmp_path):
    bench = Bench(engine, tmp_path, rights=FREE)
    bench.case()
    before = list(bench.store.entries())
    engine.dispose()
    prepare_database(database_url, roles=ROLES)
    as_app = open_engine(url_of(database_url, ROLES.app))
    store = SqlStore(as_app)
    assert store.separation() == ""
    assert list(store.entries()) == before
    as_app.dispose()


@on_postgresql
@pytest.mark.parametrize(
    ("power", "undone", "told"),
    [
        ("ALTER ROLE {app} SUPERUSER", "ALTER ROLE {app} NOSUPERUSER", "is a superuser"),
        ("ALTER ROLE {app} CREATEROLE", "ALTER ROLE {app} NOCREATEROLE", "may make accounts"),
        ("GRANT {owner} TO {app}", "REVOKE {owner} FROM {app}", "owns the ledger"),
        (
            "GRANT pg_read_server_files TO {app}",
            "REVOKE pg_read_server_files FROM {app}",
            "is a member of pg_read_serv",
        ),
        ("GRANT UPDATE ON ledger TO {app}", None, "has the right UPDATE on ledger"),
        ("GRANT DELETE ON checkpoint TO PUBLIC", None, "has the right DELETE on checkpoint"),
    ],
)
def test_an_account_with_more_power_is_told(prepared, power, undone, told):
    names = {"app": ROLES.app, "owner": ROLES.owner}
    superuser = durable_engine(prepared)
    attempt(superuser, power.format(**names))
    engine = open_engine(url_of(prepared, ROLES.app))
    assert f"the application's account {ROLES.app} {told}" in SqlStore(engine).separation()
    engine.dispose()
    if undone is None:
        prepare_database(prepared, roles=ROLES)  # which takes rights on tables back
    else:
        with pytest.raises(SettingsError, match=f"the account {ROLES.app} {told}"):
            prepare_database(prepared, roles=ROLES)
        attempt(superuser, undone.format(**names))
    superuser.dispose()


@on_postgresql
def test_the_application_never_makes_tables_where_it_is_not_the_owner(prepared, database_url):
    superuser = durable_engine(prepared)
    attempt(superuser, "DROP TABLE ledger CASCADE")
    attempt(superuser, "UPDATE alembic_version SET version_num = '0001'")
    with pytest.raises(SettingsError, match=r"the tables are of change 0001, .* 'aigaq database prepare' does it"):
        open_engine(url_of(database_url, ROLES.app))
    superuser.dispose()


@on_postgresql
def test_an_empty_database_is_not_the_applications_to_fill(prepared):
    superuser = durable_engine(prepared)
    for statement in ("DROP SCHEMA public CASCADE", "CREATE SCHEMA public", "GRANT USAGE ON SCHEMA public TO PUBLIC"):
        attempt(superuser, statement)
    with pytest.raises(SettingsError, match="the tables are of change 0, this program needs"):
        open_engine(url_of(prepared, ROLES.app))
    superuser.dispose()


@on_postgresql
def test_only_a_superuser_prepares(prepared):
    with pytest.raises(SettingsError, match=r"the database cannot be prepared: .*permission denied"):
        prepare_database(url_of(prepared, ROLES.auditor), roles=DatabaseRoles(prefix="other"))


def test_an_sqlite_file_is_not_prepared(tmp_path):
    with pytest.raises(SettingsError, match="only a PostgreSQL database is prepared"):
        prepare_database(f"sqlite:///{tmp_path / 'a.sqlite'}", roles=ROLES)


@on_postgresql
def test_the_command_says_what_remains_to_be_done(database_url):
    done = CliRunner().invoke(
        command_line, ["database", "prepare", "--prefix", ROLES.prefix], env={"AIGAQ_OWNER_URL": database_url}
    )
    assert done.exit_code == 0, done.output
    assert r"\password aigaq_test_app" in done.output
    again = CliRunner().invoke(
        command_line, ["database", "prepare", "--prefix", ROLES.prefix, "--as-owner", database_url, "--json"]
    )
    assert '"app": "aigaq_test_app"' in again.output


# eight processes beside each other, with the account of the application


def append(url, folder, start, n_acts):
    engine = open_engine(url)
    bench = Bench(engine, folder, rights=FREE)
    start.wait()
    for _ in range(n_acts):
        bench.case()
    engine.dispose()


@on_postgresql
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_eight_processes_append_without_a_fork_or_an_error(app_bench, prepared, tmp_path):
    context = multiprocessing.get_context("fork")
    start = context.Event()
    url = url_of(prepared, ROLES.app)
    processes = [context.Process(target=append, args=(url, tmp_path, start, 6)) for _ in range(8)]
    for process in processes:
        process.start()
    start.set()
    for process in processes:
        process.join(timeout=60)
    assert [process.exitcode for process in processes] == [0] * 8
    found = app_bench.auditing.verify()
    assert (found.chain.entries, found.intact) == (48, True)
