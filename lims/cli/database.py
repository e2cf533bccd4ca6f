"""``aigaq database prepare``: what an installer does once, and again after an update that changes the tables."""

from lims.cli.output import print_json, say
from lims.persistence.roles import DatabaseRoles, prepare_database


def run_prepare(*, owner_url: str, prefix: str, as_json: bool) -> None:
    """Make accounts, tables, guards and rights; say what remains to be done by hand."""
    roles = DatabaseRoles(prefix=prefix)
    prepare_database(owner_url, roles=roles)
    if as_json:
        print_json({"owner": roles.owner, "app": roles.app, "auditor": roles.auditor})
        return
    say("The database is ready.")
    say(f"  {roles.owner} owns the tables; nobody can sign in as it")
    say(f"  {roles.app} is the application's: it appends to the ledger and cannot change it")
    say(f"  {roles.auditor} reads the ledger and its lists, and no secrets")
    say("Still to do:")
    say(f"  1. give both a password, in psql: \\password {roles.app} and \\password {roles.auditor}")
    say(f'  2. set database_url = "postgresql://{roles.app}@HOST/DATABASE", its password in the file of PGPASSFILE')
