"""People who act, and what they may do."""

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from lims.domain.wording import require_text
from lims.errors import NotPermittedError


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


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffMember:
    """One person."""

    KIND: ClassVar[str] = "staff"

    number: str
    """Also the name to sign in with."""
    name: str
    """As it stands on reports, in the person's own script."""
    post: str
    roles: tuple[Role, ...]
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
        """List the roles."""
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
        if not set(roles) & set(self.roles):
            needed = " or ".join(roles)
            raise NotPermittedError(f"{self.number} is {self.state or 'without a role'}; this act needs {needed}")


SYSTEM = StaffMember(number="system", name="Aigaq", post="program", roles=())
"""Who is named where the program itself acts, and nobody's act stands behind it; no person has this number."""
