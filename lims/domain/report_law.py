"""What a report says of the law, frozen: each determination with both days, its entries, and what is missing.

As in ``report_content``: data without a language, with ``Decimal`` and ``int`` for every number. The record of the
determination goes along whole: its proof maps every atom, and nobody needs the laboratory to follow it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Protocol, TypeVar

from lims.domain.legal_determination import LegalDetermination, StructureLevel
from substance_library.determination import Content, FindingKind, LegalStatus
from substance_library.editions import Standing
from substance_library.thresholds import SizeClass, SizeResult, ThresholdDecision, WeighedAmount

_SKELETON = 14
"""Characters of an InChIKey that stand for the constitution."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SlotNote:
    """One fragment of a structure, where it stands in the words of the rule, and the words that allow it."""

    slot: str
    fragment: str
    allowed_by: str


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
    """Of a report from before the fragments had fields of their own: each with its place and the words."""
    substituents: tuple[str, ...] = ()
    """Of a derivation: each substituent with its row."""
    open_points: tuple[str, ...] = ()
    exemption: str = ""
    entry: str = ""
    """Number of the row or rule in the book."""
    how: str = ""
    """Why it speaks of this structure, in words."""
    rule: str = ""
    """Name of the generic rule; empty for a row."""
    core: str = ""
    """The form of the core in the words of the rule."""
    slots: tuple[SlotNote, ...] = ()
    base: str = ""
    """Of a derivation: number of the base."""
    notes: tuple[str, ...] = ()
    source: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SizeThresholdNote:
    """Where a size class begins, and what was decided of the amount."""

    size: SizeClass
    amount: Decimal
    unit: str
    inclusive: bool
    """Whether the amount itself belongs to the class."""
    decision: ThresholdDecision


@dataclass(frozen=True, slots=True, kw_only=True)
class SizeNote:
    """The size class of an amount by one act."""

    citation: str
    result: SizeResult
    readings: tuple[SizeResult, ...] = ()
    """Where it is not decided: the class at the lower and at the upper end of the interval."""
    missing: tuple[str, ...] = ()
    name: str = ""
    """Of the row; empty where none took the substance in."""
    editions: tuple[str, ...] = ()
    thresholds: tuple[SizeThresholdNote, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class EditionNote:
    """An edition that stood on the day, or may have."""

    act: str
    number: str
    amended_by: str
    """Empty for the text as it was first."""
    standing: Standing


@dataclass(frozen=True, slots=True, kw_only=True)
class LegalDay:
    """The law of one day."""

    day: date
    status: LegalStatus
    entries: tuple[LegalEntryNote, ...]
    missing: tuple[str, ...]
    sizes: tuple[SizeNote, ...] = ()
    acts: tuple[str, ...] = ()
    """That were asked."""
    editions: tuple[EditionNote, ...] = ()
    warnings: tuple[str, ...] = ()

    def reads_like(self, other: "LegalDay") -> bool:
        """Tell whether two days say the same, whatever texts each of them was asked of."""
        mine, others = ((it.status, it.entries, it.sizes) for it in (self, other))
        return mine == others


@dataclass(frozen=True, slots=True, kw_only=True)
class LegalSection:
    """One determination of the exhibit."""

    number: str
    substance: str
    jurisdiction: str
    on_seizure: LegalDay | None
    """None: the day of the seizure is not stated."""
    on_report: LegalDay
    """The day on which it was determined."""
    reviewed: bool
    override: LegalStatus | None = None
    override_reason: str = ""
    override_by: str = ""
    override_at: datetime | None = None
    structures: tuple[str, ...] = ()
    """SMILES that were asked; several where isomers are not told apart."""
    inchikeys: tuple[str, ...] = ()
    """Of the structures that were asked, without counter-ions."""
    level: StructureLevel | None = None
    """None in a report from before it was kept."""
    content: Content | None = None
    """Of a preparation; None: not known."""
    weighed: WeighedAmount | None = None
    """The amount that was held against the thresholds; None: none was."""
    weighing_number: str = ""
    quantitation_number: str = ""
    """Of the quantitation that content or amount are from; empty for none."""
    determined_by: str = ""
    reviewed_by: str = ""
    record: LegalDetermination | None = None
    """The whole determination, with its proofs and the rules that did not match; None in a report from before."""

    @property
    def differs(self) -> bool:
        """Whether the law of both days says different things."""
        return self.on_seizure is not None and self.on_seizure.status is not self.on_report.status

    def is_of(self, substance: str, inchikey: str | None) -> bool:
        """Tell whether it was made of a substance: by its name as recorded, or by its constitution."""
        alike = {key[:_SKELETON] for key in self.inchikeys}
        return self.substance.casefold() == substance.casefold() or (inchikey or "")[:_SKELETON] in alike

    def differs_from(self, substance: str, inchikey: str | None) -> bool:
        """Tell whether it bears the name of a substance and is about another constitution, as far as both are known.

        Salt and base differ so too: what a name says is never taken for what a structure says.
        """
        alike = {key[:_SKELETON] for key in self.inchikeys}
        named = self.substance.casefold() == substance.casefold()
        return named and bool(alike) and inchikey is not None and inchikey[:_SKELETON] not in alike


class Named(Protocol):
    """What names a substance: an identification, or its section in a report."""

    @property
    def substance(self) -> str:
        """Its name."""
        ...

    @property
    def inchikey(self) -> str | None:
        """Its structure; None for unknown."""
        ...


S = TypeVar("S", bound=Named)


def undetermined(substances: Iterable[S], sections: Iterable[LegalSection]) -> tuple[S, ...]:
    """Give the substances that no determination was made of."""
    made = tuple(sections)
    return tuple(one for one in substances if not any(it.is_of(one.substance, one.inchikey) for it in made))
