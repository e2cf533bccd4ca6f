"""Signing in: passwords, and the sessions that they open."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache
from hashlib import sha256
from typing import Protocol

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from lims.domain.record import Record
from lims.domain.signature import SignatureConfirmation, SignatureMeaning, record_digest
from lims.domain.staff import StaffMember
from lims.errors import InvalidRecordError, NotFoundError, WrongCredentialsError
from lims.services.ports import Clock, Store

MINIMUM_PASSWORD = 12
IDLE_LIMIT = timedelta(minutes=30)
ABSOLUTE_LIMIT = timedelta(hours=12)


class Accounts(Protocol):
    """Secrets of people, kept apart from the ledger because they must be erasable."""

    def set_password_hash(self, staff_number: str, password_hash: str) -> None:
        """Keep a person's password hash in place of the one before."""
        ...

    def password_hash(self, staff_number: str) -> str | None:
        """Give a person's password hash."""
        ...

    def open_session(self, token_hash: str, staff_number: str, at: datetime) -> None:
        """Keep a new session by the hash of its token."""
        ...

    def touch_session(
        self, token_hash: str, at: datetime, *, idle_since: datetime, opened_since: datetime
    ) -> str | None:
        """Give the person of a live session and note its use; None if there is none or it is too old."""
        ...

    def close_session(self, token_hash: str) -> None:
        """Forget a session."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthenticationService:
    """Checks who people are, and remembers it for as long as a session lasts."""

    store: Store = field(repr=False)
    accounts: Accounts = field(repr=False)
    clock: Clock = field(repr=False)
    hasher: PasswordHasher = field(default_factory=PasswordHasher, repr=False)

    def password_hash(self, password: str) -> str:
        """Hash a new password, to be kept with ``keep_password_hash`` once its person is recorded.

        Raises
        ------
        InvalidRecordError
            If the password is too short, or cannot be typed.
        """
        if len(password) < MINIMUM_PASSWORD:
            raise InvalidRecordError(f"password: {len(password)} characters; at least {MINIMUM_PASSWORD}")
        try:
            return self.hasher.hash(password)
        except UnicodeEncodeError as error:
            raise InvalidRecordError("password: a character that cannot be typed") from error

    def keep_password_hash(self, number: str, password_hash: str) -> None:
        """Keep a hash that ``password_hash`` gave, in place of the one before."""
        self.accounts.set_password_hash(number, password_hash)

    def check(self, number: str, password: str, code: str = "") -> StaffMember | None:  # noqa: ARG002 - checked from the next step on
        """Give the person if the password is right; unknown names take as long as wrong passwords."""
        stored = self.accounts.password_hash(number)
        try:
            self.hasher.verify(stored or _dummy_hash(self.hasher), password)
        except (VerificationError, InvalidHashError, UnicodeEncodeError):
            return None
        return self._person(number) if stored else None

    def confirm(
        self, number: str, *, password: str, code: str, meaning: SignatureMeaning, record: Record
    ) -> SignatureConfirmation:
        """Let a person confirm one signature with the password and, where enrolled, a code.

        Parameters
        ----------
        number : str
            Staff number of the person who signs.
        password, code : str
            As typed for this one signature; ``code`` is empty for a person without a second factor.
        meaning : SignatureMeaning
            In which capacity the person signs.
        record : Record
            As it is shown to that person.

        Raises
        ------
        WrongCredentialsError
            If they are not that person's.
        """
        if self.check(number, password, code) is None:
            raise WrongCredentialsError(number)
        return SignatureConfirmation(
            person=number,
            meaning=meaning,
            kind=record.KIND,
            number=record.number,
            version=record.version,
            record_sha256=record_digest(record),
            confirmed_at=self.clock.now(),
            factors=("password",),
        )

    def open_session(self, token: str, member: StaffMember) -> None:
        """Begin a session; only the token's hash is kept."""
        self.accounts.open_session(_token_hash(token), member.number, self.clock.now())

    def signed_in(self, token: str) -> StaffMember | None:
        """Give the person of a live session: 30 minutes idle and 12 hours in all end it."""
        if not token:
            return None
        now = self.clock.now()
        number = self.accounts.touch_session(
            _token_hash(token), now, idle_since=now - IDLE_LIMIT, opened_since=now - ABSOLUTE_LIMIT
        )
        try:
            return self._person(number) if number else None
        except NotFoundError:
            return None

    def close_session(self, token: str) -> None:
        """End a session."""
        self.accounts.close_session(_token_hash(token))

    def _person(self, number: str) -> StaffMember:
        with self.store.reading() as work:
            return work.load(StaffMember, number)


def _token_hash(token: str) -> str:
    return sha256(token.encode()).hexdigest()


@lru_cache(maxsize=4)
def _dummy_hash(hasher: PasswordHasher) -> str:
    """Give a hash that no password has, made once with the very parameters of the true ones."""
    return hasher.hash("no account has this password")
