"""What the ledger keeps of signing in: accounts and sessions, never their secrets."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import ClassVar, Self

from lims.domain.staff import Role, StaffMember
from lims.domain.wording import require_text
from lims.errors import NotPermittedError, TransitionError
from lims.ledger.entry import moment_text

SECOND_FACTOR_ROLES = frozenset(
    {Role.EXPERT, Role.TECHNICAL_REVIEWER, Role.HEAD, Role.QUALITY_MANAGER, Role.ADMINISTRATOR}
)
"""Who signs reports, confirms roles or keeps accounts signs in with a second factor, and at one browser at a time.

No setting changes that.
"""


class Factor(StrEnum):
    """What a person proves to be that person."""

    PASSWORD = "password"  # noqa: S105 - the name of a factor
    CODE = "totp"
    """A code of six digits from the person's own device (RFC 6238)."""
    PROVIDER = "identity provider"


class SignInWay(StrEnum):
    """Who checked the person."""

    LOCAL = "local"
    PROVIDER = "oidc"


def needs_second_factor(member: StaffMember) -> bool:
    """Tell whether a person may work only with a second factor: by the own roles, or by one that others lent."""
    return not SECOND_FACTOR_ROLES.isdisjoint({*member.roles, *(delegation.role for delegation in member.delegations)})


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """The means by which one person signs in."""

    KIND: ClassVar[str] = "account"

    number: str
    """The staff number."""
    second_factor: bool = False
    delayed_until: datetime | None = None
    """Set by the last burst of wrong tries that was recorded; it may have passed."""
    reset_asked_by: str = ""
    """Staff number of the person who asked to take the second factor away; empty for nobody."""
    password_set_by: str = ""
    """Staff number of the person who set the password in force; empty where an older program did not write it down."""
    version: int = 1

    def __post_init__(self) -> None:
        """Refuse an account of nobody."""
        require_text("staff number", self.number)

    @property
    def parent(self) -> str:
        """Belong to the person."""
        return self.number

    @property
    def state(self) -> str:
        """Say how its person signs in."""
        if self.reset_asked_by:
            return "reset asked"
        if self.password_is_anothers:
            return "password to be changed"
        return "second factor" if self.second_factor else "password only"

    @property
    def title(self) -> str:
        """Show until when tries are delayed, if ever they were."""
        return "" if self.delayed_until is None else f"delayed until {moment_text(self.delayed_until)}"

    @property
    def password_is_anothers(self) -> bool:
        """Tell whether somebody else knows the password, so that the person has to choose an own one first."""
        return self.password_set_by not in {"", self.number}

    def set_password(self, by: str) -> Self:
        """Note that the person has a new password, and who set it."""
        return replace(self, password_set_by=by, version=self.version + 1)

    def choose_password(self) -> Self:
        """Note that the person chose an own password in place of another's.

        Raises
        ------
        TransitionError
            If it is the person's own already.
        """
        if not self.password_is_anothers:
            raise TransitionError(f"the password of account {self.number} is the person's own")
        return self.set_password(self.number)

    def enrol(self) -> Self:
        """Note the second factor.

        Raises
        ------
        TransitionError
            If there is one.
        """
        if self.second_factor:
            raise TransitionError(f"account {self.number} has a second factor")
        return replace(self, second_factor=True, version=self.version + 1)

    def delay(self, until: datetime) -> Self:
        """Note that tries are delayed."""
        return replace(self, delayed_until=until, version=self.version + 1)

    def ask_reset(self, by: str) -> Self:
        """Ask to take the second factor away; a second person decides.

        Raises
        ------
        TransitionError
            If there is none, or it was asked already.
        """
        if not self.second_factor:
            raise TransitionError(f"account {self.number} has no second factor")
        if self.reset_asked_by:
            raise TransitionError(f"{self.reset_asked_by} asked already to reset account {self.number}")
        return replace(self, reset_asked_by=by, version=self.version + 1)

    def reset(self, by: str) -> Self:
        """Take the second factor away; the person enrols anew at the next sign-in.

        Raises
        ------
        TransitionError
            If nobody asked.
        NotPermittedError
            If the person who decides is the one who asked, or the one whom it is for.
        """
        if not self.reset_asked_by:
            raise TransitionError(f"nobody asked to reset account {self.number}")
        if by in {self.reset_asked_by, self.number}:
            raise NotPermittedError(f"{by} cannot decide alone about the second factor of {self.number}")
        return replace(self, second_factor=False, reset_asked_by="", version=self.version + 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInSession:
    """One stay of a person, from sign-in to its end."""

    KIND: ClassVar[str] = "session"

    number: str
    """Random and public: it opens nothing."""
    person: str
    way: SignInWay
    factors: tuple[Factor, ...]
    opened_at: datetime
    ended: str = ""
    """How it was ended: closed by the person, or revoked; empty as long as nobody did. Limits end it silently."""
    ended_by: str = ""
    reason: str = ""
    """Why it was ended, where nobody asked for exactly that."""
    version: int = 1

    def __post_init__(self) -> None:
        """Refuse a session of nobody."""
        require_text("session number", self.number)
        require_text("person", self.person)

    @property
    def parent(self) -> str:
        """Belong to the person."""
        return self.person

    @property
    def state(self) -> str:
        """Say whether it was ended."""
        return self.ended or "opened"

    @property
    def title(self) -> str:
        """Show how the person signed in."""
        return f"{self.way.value}: {', '.join(self.factors)}"

    def end(self, how: str, *, by: str, reason: str = "") -> Self:
        """End it.

        Raises
        ------
        TransitionError
            If it was ended before.
        """
        if self.ended:
            raise TransitionError(f"session {self.number} was {self.ended} by {self.ended_by}")
        return replace(self, ended=how, ended_by=by, reason=reason, version=self.version + 1)
