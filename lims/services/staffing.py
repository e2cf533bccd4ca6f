"""People: registered and confirmed by two, away and back, standing in for each other, leaving."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, tzinfo

from lims.domain.permissions import Act, require_role
from lims.domain.staff import Absence, Delegation, Role, StaffMember, founder, newcomer
from lims.errors import NotFoundError, NotPermittedError
from lims.services.authentication import AuthenticationService
from lims.services.permitting import roles_on
from lims.services.ports import Clock, Store, UnitOfWork
from lims.services.versions import require_seen
from lims.translation import TIME_ZONE

_MAX_LISTED = 10_000
_LEFT = "left"


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonStep:
    """One step in what is recorded of a person."""

    member: StaffMember
    """As the record was after the step."""
    act: str
    actor: str
    authority: str
    """The lent right that the act stands on; empty for an own role."""
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffingService:
    """Keeps the staff: one act about a person, one method."""

    store: Store = field(repr=False)
    authentication: AuthenticationService = field(repr=False)
    clock: Clock = field(repr=False)
    time_zone: tzinfo = TIME_ZONE
    """Whose days absence and delegation count."""

    def register(self, member: StaffMember, *, password: str, actor: StaffMember | None) -> StaffMember:
        """Register a person with proposed roles; the very first one registers itself and must be an administrator.

        Parameters
        ----------
        member : StaffMember
            Number, name, post, and the roles that are proposed; they give nothing until they are confirmed.
        actor : StaffMember or None
            The administrator; None for the first person, whose roles nobody is there to confirm.

        Raises
        ------
        NotPermittedError
            If the actor is no administrator, or there is none although people exist.
        InvalidRecordError
            If the password is too short, or cannot be typed; or the roles cannot be held together.
        StaleVersionError
            If the number is taken.
        """
        password_hash = self.authentication.password_hash(password)
        with self.store.unit_of_work() as work:
            now = self.clock.now()
            if actor is None and work.count(StaffMember):
                raise NotPermittedError("people exist already; an administrator registers the next")
            if actor is None:
                registered = founder(member, at=now)
            else:
                require_role(actor, Act.STAFF_REGISTERED)
                registered = newcomer(member, roles=member.roles, by=actor.number, at=now)
            work.record(registered, act=Act.STAFF_REGISTERED, actor=actor or registered, at=now)
            self.authentication.record_password(work, registered.number, actor=actor or registered)
            work.commit()
        self.authentication.keep_password_hash(registered.number, password_hash)
        return registered

    def propose(
        self, number: str, roles: tuple[Role, ...], *, actor: StaffMember, version: int | None = None
    ) -> StaffMember:
        """Propose roles in place of those that a person has; those stay in force until another person confirms.

        Parameters
        ----------
        version : int or None
            Of the person's record as the actor saw it; None: whatever it is now. So with every act below.

        Raises
        ------
        StaleVersionError
            If the record moved on since it was seen. So with every act below.
        NotPermittedError
            If the actor is no administrator, or proposes the own roles.
        InvalidRecordError
            If the roles cannot be held together.
        NotFoundError, TransitionError
            If there is no such person, or the person left.
        """
        now = self.clock.now()

        def step(member: StaffMember) -> StaffMember:
            return member.propose(roles, by=actor.number, at=now)

        return self._change(number, Act.ROLES_PROPOSED, actor, step, version=version)

    def confirm(self, number: str, *, actor: StaffMember, version: int | None = None) -> StaffMember:
        """Put proposed roles in force. The person's sessions end: the next one begins with the new roles.

        Raises
        ------
        NotPermittedError
            If the actor is no quality manager, proposed the roles, or confirms the own ones. As long as there is no
            quality manager, the administrator may confirm one; the entry says "founding".
        NotFoundError, TransitionError
            If there is no such person, or nothing is proposed.
        """
        now = self.clock.now()
        founding = Role.QUALITY_MANAGER not in actor.roles and Role.ADMINISTRATOR in actor.roles

        def step(member: StaffMember) -> StaffMember:
            return member.confirm(by=actor.number, at=now, founding=founding)

        confirmed = self._change(number, Act.ROLES_CONFIRMED, actor, step, early=not founding, version=version)
        self.authentication.sessions.close_all(number, None)
        return confirmed

    def go_away(
        self,
        number: str,
        *,
        first_day: date,
        last_day: date | None = None,
        actor: StaffMember,
        version: int | None = None,
    ) -> StaffMember:
        """Record an absence: no act and no reading on these days.

        Parameters
        ----------
        first_day, last_day : date
            In the laboratory's time zone; without a last day, until the return is recorded.

        Raises
        ------
        NotPermittedError
            If it is another person's, and the actor is none of head, quality manager and administrator.
        NotFoundError, TransitionError, InvalidRecordError
            If there is no such person, the person left or is away already, or the days are in the wrong order.
        """
        absence = Absence(first_day=first_day, last_day=last_day, recorded_by=actor.number)
        own = actor.number == number
        early = not own
        return self._change(number, Act.STAFF_ABSENT, actor, lambda m: m.go_away(absence), early=early, version=version)

    def come_back(self, number: str, *, actor: StaffMember, version: int | None = None) -> StaffMember:
        """Record that a person is back today.

        Raises
        ------
        NotPermittedError
            If the actor is none of head, quality manager and administrator.
        NotFoundError, TransitionError
            If there is no such person, or the person is not away.
        """
        today = self.today()
        return self._change(number, Act.STAFF_RETURNED, actor, lambda m: m.come_back(today), version=version)

    def leave(self, number: str, *, actor: StaffMember, version: int | None = None) -> StaffMember:
        """Record that a person left: nothing is permitted from now on, and every session ends.

        Raises
        ------
        NotPermittedError
            If the actor is none of head, quality manager and administrator.
        TransitionError
            If the person left before, is the only administrator, or the only quality manager and an administrator
            records it.
        NotFoundError
            If there is no such person.
        """
        now = self.clock.now()
        left = self._change(number, Act.STAFF_LEFT, actor, lambda m: m.leave(at=now), version=version)
        self.authentication.sessions.close_all(number, None)
        return left

    def delegate(
        self,
        role: Role,
        *,
        to: str,
        first_day: date,
        last_day: date,
        actor: StaffMember,
        version: int | None = None,
    ) -> StaffMember:
        """Lend the own role to a person for some days; each act under it names the delegation.

        The person's sessions end: the next one begins with the second factor that the role needs.

        Raises
        ------
        NotPermittedError
            If the actor does not hold that role of the own, or the person is an administrator or without a role.
        InvalidRecordError
            If the role cannot be delegated, or the days are in the wrong order.
        NotFoundError, TransitionError
            If there is no such person, or the person left.
        """
        if role not in actor.roles:
            raise NotPermittedError(f"{actor.number} is {actor.state or 'without a role'}, not {role}")
        lent = Delegation(role=role, given_by=actor.number, first_day=first_day, last_day=last_day)
        deputy = self._change(to, Act.ROLE_DELEGATED, actor, lambda m: m.stand_in(lent), version=version)
        self.authentication.sessions.close_all(to, None)
        return deputy

    def end_delegation(self, role: Role, *, to: str, actor: StaffMember, version: int | None = None) -> StaffMember:
        """Take back what the actor lent, from today on.

        Raises
        ------
        NotPermittedError
            If the actor is neither head nor quality manager.
        NotFoundError, TransitionError
            If there is no such person, or no such delegation.
        """
        today = self.today()

        def step(member: StaffMember) -> StaffMember:
            return member.end_delegation(role, given_by=actor.number, day=today)

        return self._change(to, Act.DELEGATION_ENDED, actor, step, version=version)

    def get(self, number: str) -> StaffMember:
        """Give one person.

        Raises
        ------
        NotFoundError
            If there is nobody of that number.
        """
        with self.store.reading() as work:
            return work.load(StaffMember, number)

    def acting(self, member: StaffMember) -> StaffMember:
        """Give a person with the roles of today, the own and the lent ones: what pages offer follows from them."""
        with self.store.reading() as work:
            roles = roles_on(member, self.today(), lambda number: _find(work, number))
        return replace(member, roles=tuple(role for role in Role if role in roles))

    def everybody(self) -> tuple[StaffMember, ...]:
        """Give all people who were ever on the staff, by number."""
        with self.store.reading() as work:
            return _everybody(work)

    def listed(
        self, *, limit: int, offset: int = 0, words: str = "", here: bool | None = None
    ) -> tuple[StaffMember, ...]:
        """Give one page of the staff, the person whose record changed last first.

        Parameters
        ----------
        words : str, optional
            Only people whose number or name has this text, whatever the case of its letters.
        here : bool, optional
            True: only those who have not left; False: only those who left; else all.
        """
        with self.store.reading() as work:
            states = () if here is None else _states(work, here=here)
            if here is not None and not states:
                return ()
            lines = work.listed(StaffMember, limit=limit, offset=offset, states=states, words=words)
            by_number = {one.number: one for one in work.several(StaffMember, [line.number for line in lines])}
        return tuple(by_number[line.number] for line in lines)

    def unconfirmed(self) -> tuple[StaffMember, ...]:
        """Give the people whose proposed roles wait for a second person, by number."""
        return tuple(member for member in self.everybody() if member.proposal is not None)

    def history(self, number: str) -> tuple[PersonStep, ...]:
        """Give what was ever recorded of a person, oldest first: each step with the act, who did it, and when.

        Raises
        ------
        NotFoundError
            If there is nobody of that number.
        """
        with self.store.reading() as work:
            newest = work.load(StaffMember, number)
            return tuple(_step(work, number, version) for version in range(1, newest.version + 1))

    def lent_by(self, number: str) -> tuple[StaffMember, ...]:
        """Give the people who stand in for a person today or later, by number."""
        today = self.today()
        return tuple(
            member
            for member in self.everybody()
            if any(
                one.given_by == number and one.ended_on is None and one.last_day >= today for one in member.delegations
            )
        )

    def with_role(self, role: Role) -> tuple[StaffMember, ...]:
        """Give all people who may act in a role today, by number: those who hold it, and those to whom it is lent."""
        today = self.today()
        with self.store.reading() as work:
            people = _everybody(work)
        by_number = {member.number: member for member in people}
        return tuple(member for member in people if role in roles_on(member, today, by_number.get))

    def _change(
        self,
        number: str,
        act: Act,
        actor: StaffMember,
        step: Callable[[StaffMember], StaffMember],
        *,
        early: bool = True,
        version: int | None = None,
    ) -> StaffMember:
        if early:
            require_role(actor, act)
        with self.store.unit_of_work() as work:
            found = work.load(StaffMember, number)
            require_seen(found, version)
            changed = step(found)
            work.record(changed, act=act, actor=actor, at=self.clock.now())
            work.commit()
        return changed

    def today(self) -> date:
        """Give the laboratory's day."""
        return self.clock.now().astimezone(self.time_zone).date()


def _everybody(work: UnitOfWork) -> tuple[StaffMember, ...]:
    numbers = [line.number for line in work.listed(StaffMember, limit=_MAX_LISTED)]
    return tuple(sorted(work.several(StaffMember, numbers), key=lambda member: member.number))


def _step(work: UnitOfWork, number: str, version: int) -> PersonStep:
    entry = work.entry_of(StaffMember, number, version=version)
    member = work.load(StaffMember, number, version=version)
    return PersonStep(member=member, act=entry.act, actor=entry.actor, authority=entry.authority, at=entry.recorded_at)


def _states(work: UnitOfWork, *, here: bool) -> tuple[str, ...]:
    """Give the states of people who are here, or of those who left; a state is the list of the roles."""
    if not here:
        return (_LEFT,)
    found = {line.state for line in work.listed(StaffMember, limit=_MAX_LISTED)}
    return tuple(sorted(found - {_LEFT}))


def _find(work: UnitOfWork, number: str) -> StaffMember | None:
    try:
        return work.load(StaffMember, number)
    except NotFoundError:
        return None
