"""What signing in needs of the world: a place for secrets that is no part of the ledger."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from lims.domain.account import Factor, SignInWay


class Stage(StrEnum):
    """How far a browser got in signing in."""

    CODE = "code"
    """The first factor was right; the code is asked."""
    PASSWORD = "password"  # noqa: S105 - the name of a step
    """The password was set by another person; an own one has to be chosen, and nothing else can be done."""
    ENROLMENT = "enrolment"
    """The first factor was right; the person has to enrol a second one and may do nothing else."""
    WHOLE = "whole"
    REPLACED = "replaced"
    """The person signed in elsewhere; kept so that this browser can be told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredSecret:
    """A second factor as it is kept."""

    sealed: str = field(repr=False)
    confirmed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredSession:
    """A browser's session as it is kept."""

    token_hash: str = field(repr=False)
    """SHA-256 of the token, hex; the token itself is kept by the browser alone."""
    number: str
    """Public; the same in the ledger."""
    person: str
    stage: Stage
    way: SignInWay
    factors: tuple[Factor, ...]
    opened_at: datetime
    used_at: datetime


class Accounts(Protocol):
    """Secrets of people, kept apart from the ledger because they must be erasable."""

    def set_password_hash(self, staff_number: str, password_hash: str) -> None:
        """Keep a person's password hash in place of the one before."""
        ...

    def password_hash(self, staff_number: str) -> str | None:
        """Give a person's password hash."""
        ...

    def put_secret(self, staff_number: str, sealed: str) -> None:
        """Keep a new secret that waits for its first code, in place of the one before."""
        ...

    def secret(self, staff_number: str) -> StoredSecret | None:
        """Give a person's secret."""
        ...

    def use_step(self, staff_number: str, step: int, *, confirming: bool) -> bool:
        """Use the code of a time step up; False if it or a newer one was used before."""
        ...

    def forget_secret(self, staff_number: str) -> None:
        """Erase a person's second factor."""
        ...

    def begin_try(self, account: str, address: str | None, at: datetime) -> int | None:
        """Charge a try before it is made; give how many of the account count by now, None if it has to wait."""
        ...

    def take_back_try(self, account: str, address: str | None, at: datetime, *, forget: bool) -> None:
        """Take the charge of a try back that was right; ``forget`` also the account's wrong ones before."""
        ...

    def open_session(self, session: StoredSession, *, alone: bool) -> tuple[StoredSession, ...]:
        """Keep a new session by the hash of its token.

        ``alone`` puts it in place of every whole session of the same person, which open nothing from then on; those
        are given back.
        """
        ...

    def session(self, token_hash: str) -> StoredSession | None:
        """Give a session, however old."""
        ...

    def sessions_of(self, staff_number: str) -> tuple[StoredSession, ...]:
        """Give all sessions of a person, newest first."""
        ...

    def note_use(self, token_hash: str, at: datetime) -> None:
        """Note that a session is in use."""
        ...

    def close_session(self, number: str) -> bool:
        """Forget a session; False if it was gone already."""
        ...

    def forget_sessions(self, *, opened_before: datetime) -> None:
        """Forget sessions that are over for good."""
        ...
