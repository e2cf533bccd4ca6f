"""What a rule of law says about a structure: match, no match or cannot decide, with a proof that can be followed."""

from dataclasses import dataclass
from enum import StrEnum


class RuleResult(StrEnum):
    """The three values of a rule. The words are those of the command line and of stored records."""

    MATCH = "match"
    NO_MATCH = "no_match"
    CANNOT_DECIDE = "cannot_decide"
    """The answer turns on a point that the text, or the project's reading of it, leaves open."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """One fragment outside the core, the place it stands at and the words that speak about it."""

    slot: str
    """The position or residue in the words of the rule, such as ``R1`` or ``benzyl ring``."""
    fragment: str
    """Canonical SMILES with ``[*]`` at each bond to the core; without stereochemistry and isotopes."""
    atoms: tuple[int, ...]
    """Indices in the SMILES as given, counted from 0, explicit hydrogens included in the count."""
    allowed_by: str
    """The words or the row of the rule that allow it, or the open point that it turns on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleProof:
    """How a structure fills a rule: one mapping of the core, and every fragment beside it."""

    core: str
    """The form of the core in the words of the rule."""
    mapping: tuple[tuple[int, int], ...]
    """Pairs of an atom of the core's pattern and the atom of the SMILES as given, in the order of the pattern."""
    placed: tuple[Placed, ...]
    notes: tuple[str, ...] = ()
    """What else belongs to the proof: the mass, parts taken off, a tautomer that was judged."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleAnswer:
    """The answer of one rule about one structure.

    ``MATCH`` and ``CANNOT_DECIDE`` carry a proof; ``CANNOT_DECIDE`` names at least one open point.
    """

    result: RuleResult
    proof: RuleProof | None = None
    undecided: tuple[str, ...] = ()
    """Points of the text on which the answer turns. Beside ``NO_MATCH``: parts of the text that are not encoded."""
    failed: tuple[str, ...] = ()
    """Conditions that failed completely: no reading of an open point and no part that is not encoded can mend them."""
