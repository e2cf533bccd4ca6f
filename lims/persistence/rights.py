"""The door of the ledger: no act is recorded of a person who may not do it, whatever a service let through."""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import Connection

from lims.domain.duties import side_of
from lims.domain.record import Record
from lims.domain.staff import StaffMember
from lims.errors import NotFoundError
from lims.persistence.duty_list import Duty, duties_of, require_duty
from lims.services.permitting import Permission, Rights, require_kind
from lims.services.ports import UnitOfWork


class Door:
    """Checks the acts of one transaction against the ledger as that transaction sees it."""

    def __init__(self, work: UnitOfWork, rights: Rights, seeing: Callable[[], Connection]) -> None:
        """Look people up in this unit of work; each once, because nobody else writes meanwhile.

        Parameters
        ----------
        seeing : callable
            Gives the connection on which the lists are up to date.
        """
        self._people: dict[str, StaffMember | None] = {}
        self._let_through: set[Duty] = set()
        self._work = work
        self._rights = rights
        self._seeing = seeing
        self._permission = Permission(work=work, roster=self._person, rights=rights)

    def admit(self, record: Record, *, act: str, actor: StaffMember, at: datetime) -> str:
        """Refuse an act that must not be recorded; give the authority that it stands on.

        Raises
        ------
        NotPermittedError
            As ``permit``.
        InvalidRecordError
            If the record is of another kind than the act is about.
        """
        authority = self.permit(record, act=act, actor=actor, at=at)
        if self._rights.enforced:
            require_kind(record, act)
        return authority

    def permit(self, record: Record, *, act: str, actor: StaffMember, at: datetime) -> str:
        """Refuse an act that the person may not do; give the authority that it stands on.

        Raises
        ------
        NotPermittedError
            With what is missing: a role, presence, a competence, or being on that side of the case.
        """
        if not self._rights.enforced:
            return ""
        authority = self._permission.require(record, act=act, actor=actor.number, at=at)
        if side_of(act) is not None:
            self._require_duties(record, act=act, person=actor.number)
        return authority

    def recorded(self, record: Record) -> None:
        """Forget a person whose record has just changed."""
        if isinstance(record, StaffMember):
            self._people.pop(record.number, None)

    def _require_duties(self, record: Record, *, act: str, person: str) -> None:
        for duty in duties_of(self._seeing, record, act=act, person=person):
            if duty not in self._let_through:
                require_duty(self._seeing(), duty, release_by_reviewer=self._rights.release_by_reviewer)
                self._let_through.add(duty)

    def _person(self, number: str) -> StaffMember | None:
        if number not in self._people:
            try:
                self._people[number] = self._work.load(StaffMember, number)
            except NotFoundError:
                self._people[number] = None
        return self._people[number]
