"""What the law of a jurisdiction says of one structure on one day, with everything that the answer rests on.

``status.py`` makes determinations; here is what they are. "Not covered" speaks of the texts that were asked, and never
says that a substance is not controlled.
"""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Self

from rdkit import rdBase

from substance_library.editions import Standing
from substance_library.errors import InvalidLawError
from substance_library.identifiers import inchi_version
from substance_library.rule_answer import Placed, RuleProof, RuleResult
from substance_library.schedule import EntryKind

STATUS_ENGINE = "1"
"""Raised with every change of this package that can change a determination."""


class LegalStatus(StrEnum):
    """The four answers."""

    LISTED_BY_NAME = "listed_by_name"
    COVERED_BY_RULE = "covered_by_rule"
    NOT_COVERED = "not_covered"
    """Every text that was asked is there, and none takes it in on that day."""
    CANNOT_DECIDE = "cannot_decide"
    """Something is missing or open; it is named."""


class FindingKind(StrEnum):
    """What one row or rule says."""

    LISTED = "listed by name"
    COVERED = "covered by a rule"
    EXEMPT = "exempt after the match"
    OPEN = "open"
    """It may take the structure in; what it turns on is named."""


RANKS = {
    EntryKind.NAMED: 1,
    EntryKind.DERIVATION_BASE: 1,
    EntryKind.CLASS_RULE: 2,
    EntryKind.SUBSTITUENT: 3,
}
"""Name before specific class before derivation; a derivation counts as its substituents do."""
DERIVATION_RANK = RANKS[EntryKind.SUBSTITUENT]


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """How much of the substance a preparation holds, with expanded uncertainty, in per cent."""

    percent: Decimal
    u_percent: Decimal

    def __post_init__(self) -> None:
        """Refuse what is no share."""
        sound = all(value.is_finite() and value >= 0 for value in (self.percent, self.u_percent))
        if not sound or self.percent > 100:  # noqa: PLR2004 - per cent
            raise InvalidLawError(
                "content",
                found=f"{self.percent} % with U {self.u_percent} %",
                expected="0 to 100 per cent, U not below 0",
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class AtomPair:
    """One atom of the core or base, and the atom of the SMILES as given that it was laid on."""

    core: int
    given: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchProof:
    """The proof of a rule as a record keeps it."""

    core: str
    mapping: tuple[AtomPair, ...]
    placed: tuple[Placed, ...]
    notes: tuple[str, ...]

    @classmethod
    def of(cls, proof: RuleProof) -> Self:
        """Make it of a rule's proof."""
        pairs = tuple(AtomPair(core=core, given=given) for core, given in proof.mapping)
        return cls(core=proof.core, mapping=pairs, placed=proof.placed, notes=proof.notes)


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What one row of a list, or one rule, says of the structure."""

    kind: FindingKind
    rank: int
    """1 for a name, 2 for a class, 3 for a derivation."""
    act: str
    citation: str
    editions: tuple[str, ...]
    table: str
    entry: str
    entry_kind: EntryKind
    schedule: str
    row: str
    name: str
    how: str
    """Why it speaks of this structure, in words."""
    rule: str = ""
    proof: MatchProof | None = None
    base: str = ""
    """Of a derivation: number of the base."""
    substituents: tuple[str, ...] = ()
    """Of a derivation: each substituent with its row."""
    open_points: tuple[str, ...] = ()
    """What an open finding turns on."""
    exemption: str = ""
    notes: tuple[str, ...] = ()
    source: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleTried:
    """A rule that was asked and did not match, or was not in force."""

    act: str
    entry: str
    rule: str
    standing: Standing
    result: RuleResult | None
    """None where it was not in force, and so not asked."""
    failed: tuple[str, ...] = ()
    open_points: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class EditionStanding:
    """An edition that stood on the day, or may have."""

    act: str
    number: str
    amended_by: str
    standing: Standing


@dataclass(frozen=True, slots=True, kw_only=True)
class Versions:
    """What computed it."""

    engine: str
    rdkit: str
    inchi: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Determination:
    """The answer for one structure, jurisdiction and day."""

    smiles: str
    """As given."""
    parent_smiles: str
    inchikey: str
    """Of the parent with its stereochemistry; empty where InChI is not defined."""
    jurisdiction: str
    as_of: date
    known_at: datetime | None
    """The book as it was known then; None: as it is."""
    acts: tuple[str, ...]
    """Acts that were asked."""
    result: LegalStatus
    findings: tuple[Finding, ...]
    """All of them, in the order of their ranks."""
    tried: tuple[RuleTried, ...]
    missing: tuple[str, ...]
    """What an answer lacks; where something was found all the same, it may lack further entries."""
    warnings: tuple[str, ...]
    editions: tuple[EditionStanding, ...]
    versions: Versions


def versions() -> Versions:
    """Name what computes determinations here."""
    return Versions(engine=STATUS_ENGINE, rdkit=rdBase.rdkitVersion, inchi=inchi_version())
