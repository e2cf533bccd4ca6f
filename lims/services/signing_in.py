"""Signing in at a browser, step by step: password or identity provider, the code, an own password, a device."""

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
        member = self._member(number)
        if member is None:
            return None
        return self._begin(member, way=SignInWay.PROVIDER, first=Factor.PROVIDER)

    def enter_code(self, token: str, code: str, *, address: str) -> OpenedSession | None:
        """Go on with the code of the second factor; None if it is wrong, used, or has to wait."""
        halfway = self._at(token, Stage.CODE)
        if halfway is None or not self.authentication.check_code(halfway.person, code, address=address):
            return None
        return self._go_on(token, halfway, shown=Factor.CODE)

    def chooses_password(self, token: str) -> bool:
        """Tell whether this browser's person has to choose an own password now."""
        return self._at(token, Stage.PASSWORD) is not None

    def choose_password(self, token: str, new_password: str) -> OpenedSession | None:
        """Go on with an own password in place of the one that somebody else set; None if this is not the step.

        Raises
        ------
        InvalidRecordError
            If the password is not taken, or is the old one.
        TransitionError
            If the person chose one meanwhile.
        """
        halfway = self._at(token, Stage.PASSWORD)
        member = None if halfway is None else self._member(halfway.person)
        if halfway is None or member is None:
            return None
        self.authentication.choose_password(member, new_password)
        return self._go_on(token, halfway)

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
        return None if stored is None else self._go_on(token, stored, shown=Factor.CODE)

    def _at(self, token: str, stage: Stage) -> StoredSession | None:
        halfway = self.sessions.halfway(token)
        return halfway if halfway is not None and halfway.stage is stage else None

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
        return self.sessions.open(member, stage=self._next(member, (first,)), way=way, factors=(first,))

    def _go_on(self, token: str, stored: StoredSession, *, shown: Factor | None = None) -> OpenedSession | None:
        """Open the next step under a new token, and end this one."""
        member = self._member(stored.person)
        if member is None:
            return None
        self.sessions.close(token)
        factors = tuple(dict.fromkeys((*stored.factors, *((shown,) if shown else ()))))
        return self.sessions.open(member, stage=self._next(member, factors), way=stored.way, factors=factors)

    def _next(self, member: StaffMember, shown: tuple[Factor, ...]) -> Stage:
        """Give the step that a person takes after what was shown: code, own password, device, and then all is done."""
        account = self.authentication.account(member.number)
        if account.second_factor and Factor.CODE not in shown:
            return Stage.CODE
        if account.password_is_anothers:
            return Stage.PASSWORD
        return Stage.ENROLMENT if needs_second_factor(member) and not account.second_factor else Stage.WHOLE

    def _member(self, number: str) -> StaffMember | None:
        """Give a person of the staff; None for nobody and for one who left."""
        try:
            with self.store.reading() as work:
                member = work.load(StaffMember, number)
        except NotFoundError:
            return None
        return member if member.left_at is None else None
