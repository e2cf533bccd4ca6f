"""The derivation rule of one act on one day: its bases and substituents, and what it says of a structure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from substance_library.derivation import Derivation, DerivationBase, DerivationTables, ListedSubstituent
from substance_library.editions import Standing
from substance_library.identifiers import Smiles
from substance_library.law_book import StandingRow
from substance_library.prepared_structure import PreparedStructure
from substance_library.rule_answer import RuleProof, RuleResult
from substance_library.schedule import Entry, EntryKind

Rows = Sequence[tuple[StandingRow, Entry]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Derived:
    """One base from which the structure derives, or may."""

    standing: StandingRow
    base: Entry
    substituents: tuple[str, ...]
    proof: RuleProof | None
    open_points: tuple[str, ...]


def derived_from(rows: Rows, structure: PreparedStructure, as_of: date) -> tuple[Derived, ...]:
    """Ask first with the rows that stand for certain, then with those that may stand.

    Returns
    -------
    tuple of Derived
        Nothing if the act has no base or no substituent: that they are missing, its parts say.
    """
    certain = [pair for pair in rows if pair[0].standing is Standing.IN_FORCE]
    found = tuple(_asked(certain, structure, as_of))
    if any(not one.open_points for one in found) or len(certain) == len(rows):
        return found
    doubtful = tuple(_asked(rows, structure, as_of, doubt=("whether all its rows were in force on that day",)))
    return doubtful or found


def _asked(rows: Rows, structure: PreparedStructure, as_of: date, *, doubt: tuple[str, ...] = ()) -> Iterator[Derived]:
    bases = [
        (standing, entry, entry.smiles) for standing, entry in rows if entry.smiles is not None and _is_base(entry)
    ]
    substituents = [entry for _, entry in rows if entry.kind is EntryKind.SUBSTITUENT]
    if not bases or not substituents:
        return
    tables = DerivationTables(
        bases=tuple(_base(entry, smiles, place) for place, (_, entry, smiles) in enumerate(bases, start=1)),
        substituents=tuple(_substituent(entry, place) for place, entry in enumerate(substituents, start=1)),
    )
    answer = Derivation(tables).judge(structure, as_of=as_of)
    points = (*answer.undecided, *doubt) if answer.result is RuleResult.CANNOT_DECIDE else doubt
    by_number = {entry.number: (standing, entry) for standing, entry, _ in bases}
    for proof in answer.proofs:
        standing, entry = by_number[proof.base.base_id]
        yield Derived(
            standing=standing,
            base=entry,
            substituents=tuple(_named(row, substituents) for row in proof.substituents),
            proof=proof.proof,
            open_points=points,
        )
    if answer.result is RuleResult.CANNOT_DECIDE and not answer.proofs:
        standing, entry, _ = bases[0]
        yield Derived(standing=standing, base=entry, substituents=(), proof=None, open_points=points)


def _is_base(entry: Entry) -> bool:
    """Tell whether the rule of analogues applies to a row of the list."""
    flagged = entry.kind is EntryKind.NAMED and entry.scope.analogues is True
    return flagged or entry.kind is EntryKind.DERIVATION_BASE


def _base(entry: Entry, smiles: Smiles, place: int) -> DerivationBase:
    return DerivationBase(
        base_id=entry.number, label=entry.name, smiles=smiles, valid_from=date.min, valid_to=None, row=place
    )


def _substituent(entry: Entry, place: int) -> ListedSubstituent:
    return ListedSubstituent(
        fragment=entry.fragment, valence=entry.valence or 1, valid_from=date.min, valid_to=None, row=place
    )


def _named(row: ListedSubstituent, substituents: Sequence[Entry]) -> str:
    """Give a substituent with the row that it stands in."""
    entry = substituents[row.row - 1]
    return f"{row.fragment} (row {entry.row or entry.number})"
