"""Aliquots: a measured part of an exhibit, of a part of one, or of another aliquot."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import ClassVar

from lims.domain.wording import clean_text, require_text
from lims.errors import InvalidRecordError, RunMismatchError


@dataclass(frozen=True, slots=True, kw_only=True)
class Aliquot:
    """One aliquot as it was taken; what becomes of it stands in its own mass balance."""

    KIND: ClassVar[str] = "aliquot"

    number: str
    """Of the item, ``-A`` and an ordinal: ``2026-0042/3-A1``."""
    item_number: str
    """What it was taken from."""
    exhibit_number: str
    weighing_number: str
    """The weighing of the aliquot itself."""
    mass_g: Decimal
    u_g: Decimal
    """Expanded uncertainty."""
    purpose: str
    container: str
    """What it lies in; empty for unknown."""
    taken_by: str
    taken_at: datetime
    version: int = 1

    def __post_init__(self) -> None:
        """Refuse an aliquot of nothing."""
        for name in ("number", "item_number", "exhibit_number", "weighing_number", "purpose"):
            require_text(f"aliquot {name.replace('_', ' ')}", getattr(self, name))
        clean_text("container", self.container)
        if not (self.mass_g.is_finite() and self.mass_g > 0 and self.u_g.is_finite() and self.u_g >= 0):
            raise InvalidRecordError(f"{self.number}: {self.mass_g} g, U {self.u_g} g; expected more than nothing")

    @property
    def parent(self) -> str:
        """Belong to what it was taken from."""
        return self.item_number

    @property
    def state(self) -> str:
        """Say that it was taken."""
        return "taken"

    @property
    def title(self) -> str:
        """Show its mass and what for."""
        return f"{self.mass_g} g, {self.purpose}"

    def require_measured_after(self, acquired_at: datetime) -> None:
        """Refuse a run that was acquired before the aliquot existed.

        Parameters
        ----------
        acquired_at : datetime
            Aware.

        Raises
        ------
        RunMismatchError
            Naming both times.
        """
        if acquired_at < self.taken_at:
            raise RunMismatchError(
                f"acquired {acquired_at:%Y-%m-%d %H:%M:%S} UTC; aliquot {self.number} was taken "
                f"{self.taken_at:%Y-%m-%d %H:%M:%S} UTC"
            )
