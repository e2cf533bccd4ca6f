"""Signing in at a browser, step by step: the password or the identity provider, then the second factor."""

from dataclasses import dataclass, field

from lims.domain.account import Factor, SignInWay, needs_second_factor
from lims.domain.staff import StaffMember
from lims.errors import NotFoundError
from lims.services.account_ports import Stage, StoredSession
from lims.services.authentication import AuthenticationService
from lims.services.ports import Store
from lims.services.second_factor import Enrolment
from lims.services.sessions import OpenedSession, SessionService


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInService:
    """Leads a browser from nothing to a whole session. Every step gives a new token and ends the one before."""

    store: Store = field(repr=False)
    authentication: AuthenticationService = field(repr=False)
    sessions: SessionService = field(repr=False)

    def by_password(self, number: str, password: str, *, address: str) -> OpenedSession | None:
        """Begin with name and password; None if they are wrong or the try has to wait.

        Raises
        ------
        BusyError
            If too many passwords are being checked.
        """
        member = self.authentication.check_password(number, password, address=address)
        return None if member is None else self._begin(member, way=SignInWay.LOCAL, first=Factor.PASSWORD)

    def by_provider(self, number: str) -> OpenedSession | None:
        """Begin with what the identity provider said; None if nobody on the staff has that number.

        The second factor stays our own: the provider says who it is, not that this person may sign reports.
        """
        try:
            with self.store.reading() as work:
                member = work.load(StaffMember, number)
        except NotFoundError:
            return None
        if member.left_at is not None:
            return None
        return self._begin(member, way=SignInWay.PROVIDER, first=Factor.PROVIDER)

    def enter_code(self, token: str, code: str, *, address: str) -> OpenedSession | None:
        """Go on with the code of the second factor; None if it is wrong, used, or has to wait."""
        halfway = self.sessions.halfway(token)
        if halfway is None or halfway.stage is not Stage.CODE:
            return None
        if not self.authentication.check_code(halfway.person, code, address=address):
            return None
        return self._finish(token, halfway)

    def enrolment(self, token: str) -> Enrolment | None:
        """Give what the device must learn; None if this browser is not at that step.

        Raises
        ------
        SettingsError
            If the key of the secrets is another one.
        """
        person = self._enrolling(token)
        return None if person is None else self.authentication.begin_enrolment(person)

    def enrol(self, token: str, code: str, *, address: str) -> OpenedSession | None:
        """Go on with the first code of a new device; None if it is wrong."""
        person = self._enrolling(token)
        if person is None or not self.authentication.finish_enrolment(person, code, address=address):
            return None
        stored = self.sessions.halfway(token) or self.sessions.of_token(token)
        return None if stored is None else self._finish(token, stored)

    def _enrolling(self, token: str) -> str | None:
        """Give the person who has to enrol, or one who is signed in, may go without and wants to."""
        halfway = self.sessions.halfway(token)
        if halfway is not None:
            return halfway.person if halfway.stage is Stage.ENROLMENT else None
        whole = self.sessions.of_token(token)
        if whole is None or self.authentication.account(whole.person).second_factor:
            return None
        return whole.person

    def _begin(self, member: StaffMember, *, way: SignInWay, first: Factor) -> OpenedSession:
        if self.authentication.account(member.number).second_factor:
            stage = Stage.CODE
        else:
            stage = Stage.ENROLMENT if needs_second_factor(member) else Stage.WHOLE
        return self.sessions.open(member, stage=stage, way=way, factors=(first,))

    def _finish(self, token: str, stored: StoredSession) -> OpenedSession | None:
        with self.store.reading() as work:
            member = work.load(StaffMember, stored.person)
        if member.left_at is not None:
            return None
        self.sessions.close(token)
        factors = tuple(dict.fromkeys((*stored.factors, Factor.CODE)))
        return self.sessions.open(member, stage=Stage.WHOLE, way=stored.way, factors=factors)
