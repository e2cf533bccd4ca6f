"""Passwords and sessions: secrets, kept apart from the ledger because they must be erasable."""

from datetime import datetime

from sqlalchemy import Engine, delete, insert, select, update

from lims.ledger.entry import moment_text
from lims.persistence.tables import ACCOUNT, SESSION, can_be_stored


class SqlAccounts:
    """Accounts in the laboratory's database."""

    def __init__(self, engine: Engine) -> None:
        """Use an engine made by ``open_engine``."""
        self._engine = engine

    def set_password_hash(self, staff_number: str, password_hash: str) -> None:
        """Keep a person's password hash in place of the one before."""
        with self._engine.connect().execution_options(write=True) as connection, connection.begin():
            connection.execute(delete(ACCOUNT).where(ACCOUNT.c.staff_number == staff_number))
            connection.execute(insert(ACCOUNT).values(staff_number=staff_number, password_hash=password_hash))

    def password_hash(self, staff_number: str) -> str | None:
        """Give a person's password hash."""
        if not can_be_stored(staff_number):
            return None
        with self._engine.connect() as connection:
            return connection.scalar(select(ACCOUNT.c.password_hash).where(ACCOUNT.c.staff_number == staff_number))

    def open_session(self, token_hash: str, staff_number: str, at: datetime) -> None:
        """Keep a new session by the hash of its token."""
        moment = moment_text(at)
        with self._engine.connect().execution_options(write=True) as connection, connection.begin():
            connection.execute(
                insert(SESSION).values(
                    token_hash=token_hash, staff_number=staff_number, opened_at=moment, used_at=moment
                )
            )

    def touch_session(
        self, token_hash: str, at: datetime, *, idle_since: datetime, opened_since: datetime
    ) -> str | None:
        """Give the person of a live session and note its use; None if there is none or it is too old.

        The note is written at most once a minute, so that reading pages do not queue behind one another.
        """
        with self._engine.connect() as connection:
            row = connection.execute(select(SESSION).where(SESSION.c.token_hash == token_hash)).one_or_none()
        if row is None or row.used_at < moment_text(idle_since) or row.opened_at < moment_text(opened_since):
            return None
        if row.used_at[:16] != moment_text(at)[:16]:
            with self._engine.connect().execution_options(write=True) as connection, connection.begin():
                connection.execute(
                    update(SESSION).where(SESSION.c.token_hash == token_hash).values(used_at=moment_text(at))
                )
        return str(row.staff_number)

    def close_session(self, token_hash: str) -> None:
        """Forget a session."""
        with self._engine.connect().execution_options(write=True) as connection, connection.begin():
            connection.execute(delete(SESSION).where(SESSION.c.token_hash == token_hash))
