"""What a report says of the law, frozen: each determination with both days, its entries, and what is missing.

As in ``report_content``: data without a language, with ``Decimal`` and ``int`` for every number.
"""

from dataclasses import dataclass
from datetime import date

from substance_library.determination import FindingKind, LegalStatus
from substance_library.thresholds import SizeResult


@dataclass(frozen=True, slots=True, kw_only=True)
class LegalEntryNote:
    """One row or rule that takes the substance in, or may."""

    kind: FindingKind
    name: str
    citation: str
    editions: tuple[str, ...]
    """With the act that amended, as the book names them."""
    place: str
    """Schedule and row; empty where the text has none."""
    proof: tuple[str, ...] = ()
    """Each fragment with its place and the words that allow it."""
    substituents: tuple[str, ...] = ()
    open_points: tuple[str, ...] = ()
    exemption: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SizeNote:
    """The size class of an amount by one act."""

    citation: str
    result: SizeResult
    readings: tuple[SizeResult, ...] = ()
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class LegalDay:
    """The law of one day."""

    day: date
    status: LegalStatus
    entries: tuple[LegalEntryNote, ...]
    missing: tuple[str, ...]
    sizes: tuple[SizeNote, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class LegalSection:
    """One determination of the exhibit."""

    number: str
    substance: str
    jurisdiction: str
    on_seizure: LegalDay | None
    """None: the day of the seizure is not stated."""
    on_report: LegalDay
    reviewed: bool
    override: LegalStatus | None = None
    override_reason: str = ""

    @property
    def differs(self) -> bool:
        """Whether the law of both days says different things."""
        return self.on_seizure is not None and self.on_seizure.status is not self.on_report.status
