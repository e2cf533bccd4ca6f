"""Sessions: who is signed in at which browser, until when, and how that ends."""

import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256

from lims.domain.account import Factor, SignInSession, SignInWay, needs_second_factor
from lims.domain.permissions import Act, may_do
from lims.domain.staff import SYSTEM, StaffMember
from lims.errors import NotFoundError, NotPermittedError
from lims.services.account_ports import Accounts, Stage, StoredSession
from lims.services.ports import Clock, Store

IDLE_LIMIT = timedelta(minutes=30)
ABSOLUTE_LIMIT = timedelta(hours=12)
HALFWAY_LIMIT = timedelta(minutes=15)
"""For entering a code, choosing a password or enrolling a device; nothing else can be done meanwhile."""
SIGNED_IN_ELSEWHERE = "the person signed in elsewhere"
"""As the ledger says why a session was closed that nobody ended."""
_TOKEN_BYTES = 32
_NUMBER_BYTES = 9
_USE_NOTED_EVERY = timedelta(minutes=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedSession:
    """A session just opened: its token leaves the program here and is kept by the browser alone."""

    token: str = field(repr=False)
    person: StaffMember
    stage: Stage


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionService:
    """Opens, finds and ends sessions. Of a token only the hash is kept."""

    store: Store = field(repr=False)
    accounts: Accounts = field(repr=False)
    clock: Clock = field(repr=False)

    def open(self, person: StaffMember, *, stage: Stage, way: SignInWay, factors: tuple[Factor, ...]) -> OpenedSession:
        """Begin a session under a new token of 256 bits; a whole one is recorded in the ledger.

        A person whose roles need a second factor has one session: the new one closes those before.
        """
        token, now = secrets.token_urlsafe(_TOKEN_BYTES), self.clock.now()
        stored = StoredSession(
            token_hash=_hash(token),
            number=secrets.token_urlsafe(_NUMBER_BYTES),
            person=person.number,
            stage=stage,
            way=way,
            factors=factors,
            opened_at=now,
            used_at=now,
        )
        if stage is Stage.WHOLE:
            opened = SignInSession(number=stored.number, person=person.number, way=way, factors=factors, opened_at=now)
            with self.store.unit_of_work() as work:
                work.record(opened, act=Act.SESSION_OPENED, actor=person, at=now)
                work.commit()
        self.accounts.forget_sessions(opened_before=now - ABSOLUTE_LIMIT)
        alone = stage is Stage.WHOLE and needs_second_factor(person)
        for replaced in self.accounts.open_session(stored, alone=alone):
            self._record_end(replaced, act=Act.SESSION_CLOSED, how="closed", by=person, reason=SIGNED_IN_ELSEWHERE)
        return OpenedSession(token=token, person=person, stage=stage)

    def signed_in(self, token: str) -> StaffMember | None:
        """Give the person of a whole session and note its use: 30 minutes idle and 12 hours in all end it."""
        stored = self._whole(token)
        if stored is None:
            return None
        now = self.clock.now()
        if now - stored.used_at >= _USE_NOTED_EVERY:  # at most once a minute: reading pages do not queue for it
            self.accounts.note_use(stored.token_hash, now)
        return self._person(stored)

    def alive(self, token: str) -> bool:
        """Tell whether a session is still good, without counting that as its use."""
        stored = self._whole(token)
        return stored is not None and self._person(stored) is not None

    def halfway(self, token: str) -> StoredSession | None:
        """Give a session whose person still has to take a step of signing in."""
        stored = self._stored(token)
        if stored is None or stored.stage in {Stage.WHOLE, Stage.REPLACED}:
            return None
        return stored if self.clock.now() - stored.opened_at <= HALFWAY_LIMIT else None

    def replaced(self, token: str) -> bool:
        """Tell whether a browser's session was closed because its person signed in elsewhere."""
        stored = self._stored(token)
        return stored is not None and stored.stage is Stage.REPLACED

    def of_token(self, token: str) -> StoredSession | None:
        """Give the whole session that a token opens, without counting that as its use."""
        return self._whole(token)

    def of_person(self, number: str) -> tuple[StoredSession, ...]:
        """Give the whole sessions of a person that are still good, newest first."""
        return tuple(stored for stored in self.accounts.sessions_of(number) if self._good(stored))

    def listed(self, number: str, *, actor: StaffMember) -> tuple[StoredSession, ...]:
        """Give the open sessions of a person: one's own, or another's as one who may end them.

        Raises
        ------
        NotPermittedError
            If the actor may not.
        """
        _require_over(actor, number)
        return self.of_person(number)

    def close(self, token: str) -> None:
        """End a session as its own person does; nothing happens if there is none."""
        stored = self._stored(token)
        if stored is not None:
            self._end(stored, act=Act.SESSION_CLOSED, how="closed", by=None)

    def revoke(self, number: str, *, actor: StaffMember) -> None:
        """End a session from elsewhere: one's own, or another's as administrator or quality manager.

        Raises
        ------
        NotFoundError
            If no such session is open, or it is not the actor's to end.
        """
        stored = next((s for s in self.accounts.sessions_of(actor.number) if s.number == number), None)
        if stored is None:
            raise NotFoundError(SignInSession.KIND, number)
        self._end(stored, act=Act.SESSION_REVOKED, how="revoked", by=actor)

    def close_all(self, person: str, by: StaffMember | None) -> int:
        """End every session of a person, for example because the roles changed; give how many there were.

        Parameters
        ----------
        person : str
            Staff number.
        by : StaffMember or None
            Who does it; None for the program itself, as part of an act that another record names.

        Raises
        ------
        NotPermittedError
            If the actor may not end another person's sessions.
        """
        if by is not None:
            _require_over(by, person)
        found = self.accounts.sessions_of(person)
        for stored in found:
            self._end(stored, act=Act.SESSION_REVOKED, how="revoked", by=by or SYSTEM)
        return sum(stored.stage is Stage.WHOLE for stored in found)

    def _end(self, stored: StoredSession, *, act: Act, how: str, by: StaffMember | None) -> None:
        """Forget the secret first: whatever fails afterwards, the session opens nothing any more."""
        if self.accounts.close_session(stored.number) and stored.stage is Stage.WHOLE:
            self._record_end(stored, act=act, how=how, by=by)

    def _record_end(
        self, stored: StoredSession, *, act: Act, how: str, by: StaffMember | None, reason: str = ""
    ) -> None:
        with self.store.unit_of_work() as work:
            actor = by or work.load(StaffMember, stored.person)
            ended = work.load(SignInSession, stored.number).end(how, by=actor.number, reason=reason)
            work.record(ended, act=act, actor=actor, at=self.clock.now())
            work.commit()

    def _stored(self, token: str) -> StoredSession | None:
        return self.accounts.session(_hash(token)) if token else None

    def _whole(self, token: str) -> StoredSession | None:
        stored = self._stored(token)
        return stored if stored is not None and self._good(stored) else None

    def _good(self, stored: StoredSession) -> bool:
        return stored.stage is Stage.WHOLE and within_limits(stored, now=self.clock.now())

    def _person(self, stored: StoredSession) -> StaffMember | None:
        try:
            with self.store.reading() as work:
                person = work.load(StaffMember, stored.person)
        except NotFoundError:
            return None
        return person if person.left_at is None else None


def _require_over(actor: StaffMember, person: str) -> None:
    if actor.number != person and not may_do(Act.SESSION_REVOKED, actor.roles):
        raise NotPermittedError(f"{actor.number} may not see or end sessions of {person}")


def within_limits(stored: StoredSession, *, now: datetime) -> bool:
    """Tell whether a session is neither idle for too long nor too old."""
    return now - stored.used_at <= IDLE_LIMIT and now - stored.opened_at <= ABSOLUTE_LIMIT


def _hash(token: str) -> str:
    return sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
