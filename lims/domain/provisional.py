"""Provisional substances: a name for what many cases have in common before anybody knows what it is.

It has no structure and is never an identification; an examination cannot choose it, and a report does not name it.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import ClassVar, Self

from lims.domain.wording import clean_text, require_text
from lims.errors import InvalidRecordError, TransitionError


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolution:
    """What it turned out to be."""

    name: str
    inchikey: str
    """Empty where it is not known."""
    basis: str
    """What shows it: a reference standard, a structure elucidation, a release with its spectrum."""
    resolved_by: str
    resolved_at: datetime

    def __post_init__(self) -> None:
        """Refuse a resolution to nothing, or on nothing."""
        require_text("name", clean_text("name", self.name))
        require_text("basis", clean_text("basis", self.basis))
        clean_text("InChIKey", self.inchikey)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProvisionalSubstance:
    """One cluster of alike components under a provisional name. Immutable: a step returns a new one."""

    KIND: ClassVar[str] = "provisional substance"

    number: str
    """``PS-`` and the founding component of the cluster: one for each cluster."""
    name: str
    """Chosen by who made it; says nothing of a structure."""
    cluster: str
    components: tuple[str, ...]
    """The members of the cluster when it was made; later ones are found by the cluster."""
    made_by: str
    made_at: datetime
    resolution: Resolution | None = None
    version: int = 1

    def __post_init__(self) -> None:
        """Refuse one without a name, or of nothing."""
        require_text("number of the provisional substance", self.number)
        require_text("provisional name", clean_text("provisional name", self.name))
        require_text("cluster", self.cluster)
        if not self.components:
            raise InvalidRecordError(f"{self.number}: no component; expected those of the cluster")

    @property
    def parent(self) -> str:
        """Belong to no other record."""
        return ""

    @property
    def state(self) -> str:
        """Say whether somebody knows by now."""
        return "provisional" if self.resolution is None else "resolved"

    @property
    def title(self) -> str:
        """Show the name, and what it turned out to be."""
        return self.name if self.resolution is None else f"{self.name} = {self.resolution.name}"

    def resolve(self, resolution: Resolution) -> Self:
        """Record what it turned out to be.

        Raises
        ------
        TransitionError
            If that was recorded before.
        """
        if self.resolution is not None:
            raise TransitionError(f"{self.number} was resolved as {self.resolution.name}")
        return replace(self, resolution=resolution, version=self.version + 1)
