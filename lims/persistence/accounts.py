"""Passwords, second factors, sessions and waits: secrets, kept apart from the ledger because they must be erasable."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, Row, TextClause, delete, insert, select, text, update

from lims.domain.account import Factor, SignInWay
from lims.ledger.entry import moment_text
from lims.persistence.tables import ACCOUNT, BROWSER_SESSION, SECOND_FACTOR, SIGN_IN_DELAY, can_be_stored
from lims.services.account_ports import Stage, StoredSecret, StoredSession
from lims.services.sign_in_delay import FORGOTTEN_AFTER, FREE_FOR_ADDRESS, delay_after

_LOCK_DELAYS = text("LOCK TABLE sign_in_delay IN EXCLUSIVE MODE")
_LOCK_SESSIONS = text("LOCK TABLE browser_session IN EXCLUSIVE MODE")


class SqlAccounts:
    """Accounts in the laboratory's database."""

    def __init__(self, engine: Engine) -> None:
        """Use an engine made by ``open_engine``."""
        self._engine = engine

    # passwords

    def set_password_hash(self, staff_number: str, password_hash: str) -> None:
        """Keep a person's password hash in place of the one before."""
        with self._writing() as connection:
            connection.execute(delete(ACCOUNT).where(ACCOUNT.c.staff_number == staff_number))
            connection.execute(insert(ACCOUNT).values(staff_number=staff_number, password_hash=password_hash))

    def password_hash(self, staff_number: str) -> str | None:
        """Give a person's password hash."""
        if not can_be_stored(staff_number):
            return None
        with self._engine.connect() as connection:
            return connection.scalar(select(ACCOUNT.c.password_hash).where(ACCOUNT.c.staff_number == staff_number))

    # second factors

    def put_secret(self, staff_number: str, sealed: str) -> None:
        """Keep a new secret that waits for its first code, in place of the one before."""
        row = {"staff_number": staff_number, "sealed": sealed, "confirmed": 0, "last_step": 0}
        with self._writing() as connection:
            connection.execute(delete(SECOND_FACTOR).where(SECOND_FACTOR.c.staff_number == staff_number))
            connection.execute(insert(SECOND_FACTOR).values(row))

    def secret(self, staff_number: str) -> StoredSecret | None:
        """Give a person's secret."""
        if not can_be_stored(staff_number):
            return None
        with self._engine.connect() as connection:
            row = connection.execute(
                select(SECOND_FACTOR).where(SECOND_FACTOR.c.staff_number == staff_number)
            ).one_or_none()
        return None if row is None else StoredSecret(sealed=row.sealed, confirmed=bool(row.confirmed))

    def use_step(self, staff_number: str, step: int, *, confirming: bool) -> bool:
        """Use the code of a time step up; False if it or a newer one was used before.

        One statement: of two that come at once, the database lets one through.
        """
        used = update(SECOND_FACTOR).where(
            SECOND_FACTOR.c.staff_number == staff_number,
            SECOND_FACTOR.c.last_step < step,
            SECOND_FACTOR.c.confirmed == (0 if confirming else 1),
        )
        with self._writing() as connection:
            return connection.execute(used.values(last_step=step, confirmed=1)).rowcount == 1

    def forget_secret(self, staff_number: str) -> None:
        """Erase a person's second factor."""
        with self._writing() as connection:
            connection.execute(delete(SECOND_FACTOR).where(SECOND_FACTOR.c.staff_number == staff_number))

    # waits after wrong tries

    def begin_try(self, account: str, address: str | None, at: datetime) -> int | None:
        """Charge a try before it is made; give how many of the account count by now, None if it has to wait.

        Charged first, so that of tries that come at once only one is made.
        """
        with self._writing(locked_by=_LOCK_DELAYS) as connection:
            if any(_waits(connection, subject, at) for subject in (account, address) if subject is not None):
                return None
            connection.execute(delete(SIGN_IN_DELAY).where(SIGN_IN_DELAY.c.last_at < moment_text(at - FORGOTTEN_AFTER)))
            if address is not None:
                _charge(connection, address, at, free=FREE_FOR_ADDRESS)
            return _charge(connection, account, at, free=0)

    def take_back_try(self, account: str, address: str | None, at: datetime, *, forget: bool) -> None:
        """Take the charge of a try back that was right; ``forget`` also the account's wrong ones before."""
        with self._writing(locked_by=_LOCK_DELAYS) as connection:
            for subject in (account, address):
                if subject is not None:
                    _take_back(connection, subject, at)
            if forget:
                connection.execute(delete(SIGN_IN_DELAY).where(SIGN_IN_DELAY.c.subject == account))

    # sessions

    def open_session(self, session: StoredSession, *, alone: bool) -> tuple[StoredSession, ...]:
        """Keep a new session by the hash of its token; ``alone`` in place of the person's whole ones, given back."""
        replaced: tuple[StoredSession, ...] = ()
        with self._writing(locked_by=_LOCK_SESSIONS if alone else None) as connection:
            if alone:
                replaced = _replace_whole_ones(connection, session.person)
            connection.execute(insert(BROWSER_SESSION).values(_session_row(session)))
        return replaced

    def session(self, token_hash: str) -> StoredSession | None:
        """Give a session, however old."""
        with self._engine.connect() as connection:
            row = connection.execute(
                select(BROWSER_SESSION).where(BROWSER_SESSION.c.token_hash == token_hash)
            ).one_or_none()
        return None if row is None else _session_of(row)

    def sessions_of(self, staff_number: str) -> tuple[StoredSession, ...]:
        """Give all sessions of a person, newest first."""
        if not can_be_stored(staff_number):
            return ()
        found = select(BROWSER_SESSION).where(BROWSER_SESSION.c.staff_number == staff_number)
        with self._engine.connect() as connection:
            rows = connection.execute(found.order_by(BROWSER_SESSION.c.opened_at.desc(), BROWSER_SESSION.c.number))
            return tuple(_session_of(row) for row in rows)

    def note_use(self, token_hash: str, at: datetime) -> None:
        """Note that a session is in use."""
        with self._writing() as connection:
            connection.execute(
                update(BROWSER_SESSION)
                .where(BROWSER_SESSION.c.token_hash == token_hash)
                .values(used_at=moment_text(at))
            )

    def close_session(self, number: str) -> bool:
        """Forget a session; False if it was gone already."""
        with self._writing() as connection:
            return connection.execute(delete(BROWSER_SESSION).where(BROWSER_SESSION.c.number == number)).rowcount == 1

    def forget_sessions(self, *, opened_before: datetime) -> None:
        """Forget sessions that are over for good."""
        with self._writing() as connection:
            connection.execute(delete(BROWSER_SESSION).where(BROWSER_SESSION.c.opened_at < moment_text(opened_before)))

    @contextmanager
    def _writing(self, *, locked_by: TextClause | None = None) -> Iterator[Connection]:
        """Begin a transaction that writes; on PostgreSQL alone with a table that it locks, on SQLite always."""
        with self._engine.connect().execution_options(write=True) as connection, connection.begin():
            if locked_by is not None and connection.dialect.name == "postgresql":
                connection.execute(locked_by)
            yield connection


def _waits(connection: Connection, subject: str, at: datetime) -> bool:
    until = connection.scalar(select(SIGN_IN_DELAY.c.until).where(SIGN_IN_DELAY.c.subject == subject))
    return until is not None and until > moment_text(at)


def _charge(connection: Connection, subject: str, at: datetime, *, free: int) -> int:
    before = connection.scalar(select(SIGN_IN_DELAY.c.failures).where(SIGN_IN_DELAY.c.subject == subject))
    failures = (before or 0) + 1
    until = at + delay_after(failures, free=free)
    values = {"failures": failures, "last_at": moment_text(at), "until": moment_text(until)}
    if before is None:
        connection.execute(insert(SIGN_IN_DELAY).values(subject=subject, **values))
    else:
        connection.execute(update(SIGN_IN_DELAY).where(SIGN_IN_DELAY.c.subject == subject).values(**values))
    return failures


def _take_back(connection: Connection, subject: str, at: datetime) -> None:
    connection.execute(
        update(SIGN_IN_DELAY)
        .where(SIGN_IN_DELAY.c.subject == subject, SIGN_IN_DELAY.c.failures > 0)
        .values(failures=SIGN_IN_DELAY.c.failures - 1, until=moment_text(at))
    )


def _replace_whole_ones(connection: Connection, person: str) -> tuple[StoredSession, ...]:
    theirs = (BROWSER_SESSION.c.staff_number == person, BROWSER_SESSION.c.stage == Stage.WHOLE.value)
    found = tuple(_session_of(row) for row in connection.execute(select(BROWSER_SESSION).where(*theirs)))
    connection.execute(update(BROWSER_SESSION).where(*theirs).values(stage=Stage.REPLACED.value))
    return found


def _session_row(session: StoredSession) -> dict[str, str]:
    return {
        "token_hash": session.token_hash,
        "number": session.number,
        "staff_number": session.person,
        "stage": session.stage.value,
        "way": session.way.value,
        "factors": ",".join(session.factors),
        "opened_at": moment_text(session.opened_at),
        "used_at": moment_text(session.used_at),
    }


def _session_of(row: Row[Any]) -> StoredSession:
    return StoredSession(
        token_hash=row.token_hash,
        number=row.number,
        person=row.staff_number,
        stage=Stage(row.stage),
        way=SignInWay(row.way),
        factors=tuple(Factor(factor) for factor in row.factors.split(",") if factor),
        opened_at=datetime.fromisoformat(row.opened_at),
        used_at=datetime.fromisoformat(row.used_at),
    )
