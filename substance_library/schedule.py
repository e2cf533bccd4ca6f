"""The rows of a list: entries with their scope, exclusions, and the table that one edition of an act brings."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from enum import StrEnum

from substance_library.editions import InForce, require_words
from substance_library.errors import InvalidLawError, quoted
from substance_library.identifiers import Smiles
from substance_library.thresholds import Threshold

_FIRST = datetime(1, 1, 1, tzinfo=UTC)


class EntryKind(StrEnum):
    """What a row names."""

    NAMED = "named"
    CLASS_RULE = "class_rule"
    DERIVATION_BASE = "derivation_base"
    SUBSTITUENT = "substituent"
    PLANT = "plant"
    MIXTURE = "mixture"


class IsomerScope(StrEnum):
    """Which isomers of its substance a row takes in."""

    NONE = "none"
    STEREO = "stereo"
    POSITIONAL = "positional"
    GEOMETRIC = "geometric"
    ALL = "all"


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryScope:
    """What a row takes in beside the substance that it names; None is unknown, and decides nothing."""

    salts: bool | None = None
    esters: bool | None = None
    ethers: bool | None = None
    isomers: tuple[IsomerScope, ...] | None = None
    isotopologues: bool | None = None
    analogues: bool | None = None
    """Whether derivatives or analogues of it are controlled."""
    preparation_limit_percent: Decimal | None = None
    """Preparations with less of it are exempt; None: no such rule was read."""
    preparation_words: str = ""
    precursor_limit_percent: Decimal | None = None

    def __post_init__(self) -> None:
        """Refuse a share that cannot be."""
        for share in (self.preparation_limit_percent, self.precursor_limit_percent):
            if share is not None and not (share.is_finite() and 0 <= share <= 100):  # noqa: PLR2004 - per cent
                raise InvalidLawError("limit of a preparation", found=str(share), expected="0 to 100 per cent")


@dataclass(frozen=True, slots=True, kw_only=True)
class QuotedName:
    """A name as the edition has it, with its language; never translated here."""

    text: str
    language: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One row of a list.

    Raises
    ------
    InvalidLawError
        If it has no number, or not what its kind needs.
    """

    number: str
    """Unique in its act, kept through all editions."""
    kind: EntryKind
    schedule: str = ""
    """The table or schedule, as the text calls it."""
    row: str = ""
    names: tuple[QuotedName, ...] = ()
    smiles: Smiles | None = None
    """The structure; None where nobody has drawn it, and of plants and mixtures."""
    fragment: str = ""
    """Of a substituent: SMILES with ``[*]`` at each bond."""
    valence: int | None = None
    """Of a substituent: the number of its bonds, 1 or 2."""
    rule: str = ""
    """Of a class rule: the id of the generic rule."""
    by_derivation: bool = False
    """Of a class rule: whether it speaks of derivatives of a listed substance; such a rule ranks behind classes."""
    scope: EntryScope = EntryScope()
    force: InForce | None = None
    """Days of its own; None: those of the editions that it stands in."""
    source: str = ""

    def __post_init__(self) -> None:
        """Refuse a row that could not be found, or not be judged."""
        require_words("number of an entry", self.number)
        needed: dict[EntryKind, tuple[str, object]] = {
            EntryKind.NAMED: ("name", self.names),
            EntryKind.CLASS_RULE: ("rule", self.rule),
            EntryKind.DERIVATION_BASE: ("structure", self.smiles),
            EntryKind.SUBSTITUENT: ("fragment", self.fragment),
            EntryKind.PLANT: ("name", self.names),
            EntryKind.MIXTURE: ("name", self.names),
        }
        what, value = needed[self.kind]
        if not value:
            raise InvalidLawError(f"{what} of entry {quoted(self.number)}", found="none", expected=f"a {what}")
        if self.kind is EntryKind.SUBSTITUENT and self.valence not in {1, 2}:
            raise InvalidLawError(
                f"valence of entry {quoted(self.number)}", found=str(self.valence), expected="1 or 2 bonds"
            )

    @property
    def name(self) -> str:
        """Give the first name, else the number."""
        return self.names[0].text if self.names else self.number


class ExclusionKind(StrEnum):
    """Why something that matches is not controlled all the same."""

    NAMED = "named"
    """The text itself excludes it by name."""
    MEDICINE = "medicine"
    """Medicines are exempt from the act."""
    LISTED_ELSEWHERE = "listed elsewhere"
    NOT_LISTED = "not listed"
    """No exclusion but a statement: somebody looked, and it is on no list of the act."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Exclusion:
    """One substance that rules of an act do not take in, though their words do.

    Raises
    ------
    InvalidLawError
        If it has no number.
    """

    number: str
    kind: ExclusionKind
    smiles: Smiles
    name: str = ""
    of: tuple[str, ...] = ()
    """Numbers of the entries whose match it undoes; empty: of every rule and derivation of its act."""
    confirmed: bool = False
    """False: that it is one, or when, was not read in the register; the answer is then open."""
    needs: str = ""
    """What would confirm it."""
    force: InForce | None = None
    source: str = ""

    def __post_init__(self) -> None:
        """Refuse what could not be named."""
        require_words("number of an exclusion", self.number)


@dataclass(frozen=True, slots=True, kw_only=True)
class ListTable:
    """The rows that one edition of an act brings for one of its parts.

    Raises
    ------
    InvalidLawError
        If a number stands in it twice, or it has no place.
    """

    number: str
    edition: str
    part: str
    consolidated: bool
    """True: these are all the rows, and replace those of earlier editions; False: they come to them."""
    complete: bool
    """Whether all rows of the text are here; False: some are missing, and what is not found may be one of them."""
    entries: tuple[Entry, ...] = ()
    exclusions: tuple[Exclusion, ...] = ()
    thresholds: tuple[Threshold, ...] = ()
    removes: tuple[str, ...] = ()
    """Numbers of earlier rows that this edition takes out."""
    missing: str = ""
    """Where it is not complete: what is missing, in words."""
    known_from: datetime = _FIRST

    def __post_init__(self) -> None:
        """Refuse rows that cannot be told apart."""
        for what in ("number", "edition", "part"):
            require_words(f"{what} of a table", getattr(self, what))
        numbers = [row.number for row in self.rows]
        twice = sorted({number for number in numbers if numbers.count(number) > 1}) if _doubled(numbers) else []
        if twice:
            raise InvalidLawError(f"rows of {self.number}", found=f"{', '.join(twice[:5])} twice", expected="each once")
        if self.consolidated and self.removes:
            raise InvalidLawError(f"table {self.number}", found="rows taken out", expected="none: it replaces all")

    @property
    def rows(self) -> tuple["Row", ...]:
        """Give entries, exclusions and thresholds, in this order."""
        return (*self.entries, *self.exclusions, *self.thresholds)


Row = Entry | Exclusion | Threshold


def _doubled(numbers: Sequence[str]) -> bool:
    return len(set(numbers)) < len(numbers)
