"""People: who is on the staff."""

from dataclasses import dataclass, field

from lims.domain.staff import Role, StaffMember
from lims.errors import NotPermittedError
from lims.services.authentication import AuthenticationService
from lims.services.ports import Clock, Store

_MAX_LISTED = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffingService:
    """Registers people."""

    store: Store = field(repr=False)
    authentication: AuthenticationService = field(repr=False)
    clock: Clock = field(repr=False)

    def register(self, member: StaffMember, *, password: str, actor: StaffMember | None) -> StaffMember:
        """Register a person; the very first one registers itself and must be an administrator.

        Raises
        ------
        NotPermittedError
            If the actor is no administrator, or there is none although people exist.
        InvalidRecordError
            If the password is too short, or cannot be typed.
        StaleVersionError
            If the number is taken.
        """
        password_hash = self.authentication.password_hash(password)
        with self.store.unit_of_work() as work:
            if actor is None and work.count(StaffMember):
                raise NotPermittedError("people exist already; an administrator registers the next")
            (actor or member).require(Role.ADMINISTRATOR)
            work.record(member, act="staff.registered", actor=actor or member, at=self.clock.now())
            work.commit()
        self.authentication.keep_password_hash(member.number, password_hash)
        return member

    def get(self, number: str) -> StaffMember:
        """Give one person.

        Raises
        ------
        NotFoundError
            If there is nobody of that number.
        """
        with self.store.reading() as work:
            return work.load(StaffMember, number)

    def with_role(self, role: Role) -> tuple[StaffMember, ...]:
        """Give all people who hold a role, by number."""
        with self.store.reading() as work:
            people = [work.load(StaffMember, line.number) for line in work.listed(StaffMember, limit=_MAX_LISTED)]
        return tuple(sorted((p for p in people if role in p.roles), key=lambda p: p.number))
