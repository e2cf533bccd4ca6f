"""People: what they may do, since when, who said so; and when they are away."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import ClassVar, Self

from lims.domain.wording import require_text
from lims.errors import InvalidRecordError, NotPermittedError, TransitionError


class Role(StrEnum):
    """A set of acts; a person may hold several roles, but never both sides of one case."""

    TECHNICIAN = "technician"
    EXPERT = "expert"
    TECHNICAL_REVIEWER = "technical reviewer"
    LIBRARY_CURATOR = "library curator"
    HEAD = "head"
    QUALITY_MANAGER = "quality manager"
    AUDITOR = "auditor"
    """Reads everything and acts on nothing."""
    ADMINISTRATOR = "administrator"
    """Keeps accounts and the computer; sees no case and signs nothing."""


BESIDE_ADMINISTRATOR = frozenset({Role.ADMINISTRATOR, Role.LIBRARY_CURATOR})
"""What an administrator may be besides: no role that sees a case."""
DELEGABLE = frozenset({Role.HEAD, Role.QUALITY_MANAGER})
"""Roles that one person holds for the whole laboratory, so that somebody has to stand in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleProposal:
    """Roles that an administrator proposed; they give nothing until another person confirms them."""

    roles: tuple[Role, ...]
    proposed_by: str
    proposed_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleConfirmation:
    """Who put the roles in force, and when."""

    confirmed_by: str
    confirmed_at: datetime
    founding: bool = False
    """Confirmed by the administrator, because there was no quality manager yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Absence:
    """Days on which a person does not act; days are those of the laboratory's time zone."""

    first_day: date
    last_day: date | None
    """None until the return is recorded."""
    recorded_by: str
    returned_on: date | None = None
    """The day on which the person was back earlier, or at all."""

    def __post_init__(self) -> None:
        """Refuse an absence that ends before it begins."""
        _require_order("absence", self.first_day, self.last_day)

    def covers(self, day: date) -> bool:
        """Tell whether the person is away on a day."""
        ended = self.returned_on is not None and self.returned_on <= day
        return self.first_day <= day and (self.last_day is None or day <= self.last_day) and not ended


@dataclass(frozen=True, slots=True, kw_only=True)
class Delegation:
    """A role that another person lends for some days, kept with the person who stands in."""

    role: Role
    given_by: str
    first_day: date
    last_day: date
    ended_on: date | None = None
    """The day from which it does not hold any more, if it was taken back."""

    def __post_init__(self) -> None:
        """Refuse what cannot be delegated, and days in the wrong order."""
        if self.role not in DELEGABLE:
            raise InvalidRecordError(f"{self.role} cannot be delegated; only {' and '.join(sorted(DELEGABLE))} can")
        _require_order("delegation", self.first_day, self.last_day)

    def covers(self, day: date) -> bool:
        """Tell whether it holds on a day."""
        return self.first_day <= day <= self.last_day and (self.ended_on is None or day < self.ended_on)

    @property
    def authority(self) -> str:
        """Say in the ledger on whose right an act stands."""
        return f"{self.role} by delegation of {self.given_by}"


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffMember:
    """One person. Immutable: every step returns a new member, the old one stays as evidence."""

    KIND: ClassVar[str] = "staff"

    number: str
    """Also the name to sign in with."""
    name: str
    """As it stands on reports, in the person's own script."""
    post: str
    roles: tuple[Role, ...]
    """In force: confirmed by a second person."""
    proposal: RoleProposal | None = None
    """What waits to be confirmed."""
    confirmation: RoleConfirmation | None = None
    absences: tuple[Absence, ...] = ()
    delegations: tuple[Delegation, ...] = ()
    """What others lent to this person."""
    left_at: datetime | None = None
    version: int = 1

    def __post_init__(self) -> None:
        """Refuse a person without a name or a post; one without a role may do nothing, but did what is recorded."""
        require_text("staff number", self.number)
        require_text("name", self.name)
        require_text("post", self.post)

    @property
    def parent(self) -> str:
        """Belong to no other record."""
        return ""

    @property
    def state(self) -> str:
        """List the roles, or say that the person left."""
        if self.left_at is not None:
            return "left"
        return ", ".join(self.roles)

    @property
    def title(self) -> str:
        """Show the name."""
        return self.name

    def require(self, *roles: Role) -> None:
        """Refuse an act to a person who holds none of the roles that it needs.

        Raises
        ------
        NotPermittedError
            Naming the person, the roles held and the roles needed.
        """
        if not set(roles) & {*self.roles, *(one.role for one in self.delegations)}:
            needed = " or ".join(roles)
            raise NotPermittedError(f"{self.number} is {self.state or 'without a role'}; this act needs {needed}")

    def require_present(self, day: date) -> None:
        """Refuse every act of a person who left or is away.

        Raises
        ------
        NotPermittedError
            Saying since when.
        """
        if self.left_at is not None:
            raise NotPermittedError(f"{self.number} left on {self.left_at:%Y-%m-%d}")
        away = next((one for one in self.absences if one.covers(day)), None)
        if away is not None:
            until = f"until {away.last_day}" if away.last_day else "until the return is recorded"
            raise NotPermittedError(f"{self.number} is absent from {away.first_day} {until}")

    def present(self, day: date) -> bool:
        """Tell whether the person may act at all on a day."""
        return self.left_at is None and not any(one.covers(day) for one in self.absences)

    def delegations_on(self, day: date) -> tuple[Delegation, ...]:
        """Give what others lend to the person on a day."""
        return tuple(one for one in self.delegations if one.covers(day))

    # steps

    def propose(self, roles: tuple[Role, ...], *, by: str, at: datetime) -> Self:
        """Propose roles in place of those in force.

        Raises
        ------
        InvalidRecordError
            If an administrator would see cases, or a role stands twice.
        NotPermittedError
            If the person proposes the own roles.
        TransitionError
            If the person left.
        """
        self._require_here()
        if by == self.number:
            raise NotPermittedError(f"{by} cannot propose the own roles")
        require_roles(roles)
        proposal = RoleProposal(roles=roles, proposed_by=by, proposed_at=at)
        return replace(self, proposal=proposal, version=self.version + 1)

    def confirm(self, *, by: str, at: datetime, founding: bool = False) -> Self:
        """Put the proposed roles in force.

        Raises
        ------
        TransitionError
            If nothing is proposed, or the person left.
        NotPermittedError
            If the person, or the one who proposed, confirms: the second is allowed at the founding only.
        """
        self._require_here()
        if self.proposal is None:
            raise TransitionError(f"no roles of {self.number} wait to be confirmed")
        if by == self.number:
            raise NotPermittedError(f"{by} cannot confirm the own roles")
        if by == self.proposal.proposed_by and not founding:
            raise NotPermittedError(f"{by} proposed the roles of {self.number}; another person confirms them")
        return replace(
            self,
            roles=self.proposal.roles,
            proposal=None,
            confirmation=RoleConfirmation(confirmed_by=by, confirmed_at=at, founding=founding),
            version=self.version + 1,
        )

    def go_away(self, absence: Absence) -> Self:
        """Record days on which the person does not act.

        Raises
        ------
        TransitionError
            If the person left, or is away on the first of these days already.
        """
        self._require_here()
        if any(one.covers(absence.first_day) for one in self.absences):
            raise TransitionError(f"{self.number} is absent on {absence.first_day} already")
        return replace(self, absences=(*self.absences, absence), version=self.version + 1)

    def come_back(self, day: date) -> Self:
        """End the absence of a day.

        Raises
        ------
        TransitionError
            If the person is not away on that day, or left.
        """
        self._require_here()
        if not any(one.covers(day) for one in self.absences):
            raise TransitionError(f"{self.number} is not absent on {day}")
        absences = tuple(replace(one, returned_on=day) if one.covers(day) else one for one in self.absences)
        return replace(self, absences=absences, version=self.version + 1)

    def stand_in(self, delegation: Delegation) -> Self:
        """Lend a role of another person to this one.

        Raises
        ------
        TransitionError
            If the person left.
        NotPermittedError
            If the person lends to itself, is an administrator, or has no role in force.
        """
        self._require_here()
        if delegation.given_by == self.number:
            raise NotPermittedError(f"{self.number} cannot delegate to the own person")
        if not self.roles or Role.ADMINISTRATOR in self.roles:
            raise NotPermittedError(f"{self.number} is {self.state or 'without a role'}; nothing is delegated to that")
        return replace(self, delegations=(*self.delegations, delegation), version=self.version + 1)

    def end_delegation(self, role: Role, *, given_by: str, day: date) -> Self:
        """Take back what a person lent.

        Raises
        ------
        TransitionError
            If there is no such delegation that holds now or later.
        """

        def open_one(one: Delegation) -> bool:
            return one.role is role and one.given_by == given_by and one.ended_on is None and one.last_day >= day

        if not any(open_one(one) for one in self.delegations):
            raise TransitionError(f"{self.number} has no {role} of {given_by} on {day} or later")
        ended = tuple(replace(one, ended_on=day) if open_one(one) else one for one in self.delegations)
        return replace(self, delegations=ended, version=self.version + 1)

    def leave(self, *, at: datetime) -> Self:
        """Record that the person left: no act from now on, and no way back under this number.

        Raises
        ------
        TransitionError
            If the person left before.
        """
        self._require_here()
        return replace(self, left_at=at, proposal=None, version=self.version + 1)

    def _require_here(self) -> None:
        if self.left_at is not None:
            raise TransitionError(f"{self.number} left on {self.left_at:%Y-%m-%d}")


def require_roles(roles: tuple[Role, ...]) -> None:
    """Refuse roles that one person must not hold together.

    Raises
    ------
    InvalidRecordError
        If a role stands twice, or an administrator would see cases or confirm roles.
    """
    if len(set(roles)) != len(roles):
        raise InvalidRecordError(f"roles: {', '.join(roles)}; each stands once")
    beside = [role for role in roles if role not in BESIDE_ADMINISTRATOR]
    if Role.ADMINISTRATOR in roles and beside:
        raise InvalidRecordError(f"roles: an administrator sees no case and cannot be {' or '.join(beside)} too")


def founder(member: StaffMember, *, at: datetime) -> StaffMember:
    """Give the first person of a laboratory: an administrator, whose roles nobody is there to confirm.

    Raises
    ------
    NotPermittedError
        If it would be no administrator.
    InvalidRecordError
        If it would see cases.
    """
    member.require(Role.ADMINISTRATOR)
    require_roles(member.roles)
    confirmation = RoleConfirmation(confirmed_by=member.number, confirmed_at=at, founding=True)
    return StaffMember(
        number=member.number, name=member.name, post=member.post, roles=member.roles, confirmation=confirmation
    )


def newcomer(member: StaffMember, *, roles: tuple[Role, ...], by: str, at: datetime) -> StaffMember:
    """Give a person as an administrator registers one: the roles are proposed, and none is in force.

    Raises
    ------
    InvalidRecordError
        If the roles cannot be held together, or the number is the program's own.
    """
    if member.number == SYSTEM.number:
        raise InvalidRecordError(f"staff number {member.number!r}: the program's own; give another")
    require_roles(roles)
    proposal = RoleProposal(roles=roles, proposed_by=by, proposed_at=at) if roles else None
    return StaffMember(number=member.number, name=member.name, post=member.post, roles=(), proposal=proposal)


def _require_order(what: str, first: date, last: date | None) -> None:
    if last is not None and last < first:
        raise InvalidRecordError(f"{what}: from {first} to {last}; the last day comes first")


SYSTEM = StaffMember(number="system", name="Aigaq", post="program", roles=())
"""Who is named where the program itself acts, and nobody's act stands behind it; no person has this number."""
