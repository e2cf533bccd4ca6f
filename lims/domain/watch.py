"""Watch: which components were searched again because something new came, and by which rule alerts are raised."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import ClassVar

from lims.domain.wording import require_text
from lims.errors import InvalidRecordError


class Trigger(StrEnum):
    """What came; never renamed once used."""

    RELEASE = "release"
    """A library release."""
    EDITION = "edition"
    """An edition of an act of law."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchRule:
    """When an alert is raised: with the match factors of this preset, from this one on."""

    preset: str
    preset_version: int
    match_factor: Decimal
    """0 to 999; a new compound below it raises no alert."""

    def __post_init__(self) -> None:
        """Refuse a limit that means nothing."""
        require_text("preset", self.preset)
        if not 0 < self.match_factor <= 999:  # noqa: PLR2004 - the scale of match factors
            raise InvalidRecordError(f"match factor of the watch is {self.match_factor}; expected above 0, at most 999")


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchedSubject:
    """What was looked at again, whole: an examination, or for an edition of the law a determination."""

    number: str
    components: int
    """How many were compared: components of an examination, structures of a determination."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """One part of a re-search: some subjects against one release or edition. Never followed by another version.

    What it says follows from the archive, the release and the rule alone: made again, it is the same.
    """

    KIND: ClassVar[str] = "watch"

    number: str
    """What came, ``-W`` and an ordinal."""
    trigger: Trigger
    cause: str
    """Number of the release or edition."""
    cause_sha256: str
    """Digest of what came; empty where it has none."""
    searched_before: tuple[str, ...]
    """The releases that these components were searched in before: what stands in one of them is not new."""
    new_spectra: int
    """Of the release, against all of those; 0 for an edition."""
    rule: WatchRule | None
    """None where spectra are not compared."""
    subjects: tuple[WatchedSubject, ...]
    alerts: tuple[str, ...]
    """Numbers of the alerts that were recorded with it."""
    software_version: str
    version: int = 1

    def __post_init__(self) -> None:
        """Refuse a re-search of nothing."""
        require_text("number of the watch", self.number)
        require_text("cause of the watch", self.cause)
        if not self.subjects:
            raise InvalidRecordError(f"watch {self.number} looked at nothing")
        if len({one.number for one in self.subjects}) != len(self.subjects):
            raise InvalidRecordError(f"watch {self.number} names a subject twice")

    @property
    def parent(self) -> str:
        """Belong to no other record."""
        return ""

    @property
    def state(self) -> str:
        """Say that it is done."""
        return "searched"

    @property
    def title(self) -> str:
        """Say how much was compared and what came of it."""
        return f"{self.components} components, {len(self.alerts)} alerts"

    @property
    def components(self) -> int:
        """How many components were compared."""
        return sum(one.components for one in self.subjects)
