"""Analogues by derivation: a listed base with hydrogen, halogen or hydroxyl replaced by substituents of a dated list.

The rule of Kazakhstan (Law 279 art. 1; Decree 470 annexes 1 and 3). No base and no substituent is shipped: the lists
are entered by a clerk from the official text. A list without a row in force answers "cannot decide".
"""

import functools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

from substance_library.derivations.graph import Effort, Graph, Pattern, SearchExhaustedError
from substance_library.derivations.leftover import Cutting
from substance_library.derivations.nesting import Nesting
from substance_library.derivations.proving import Numbering, canonically_numbered, notes_of, proof_of, salt_notes
from substance_library.derivations.replacing import Reading, Replacing
from substance_library.derivations.skeleton import Skeleton, skeleton_of
from substance_library.derivations.substituents import (
    ListedSubstituent,
    SubstituentTable,
    require_order,
    stands_on,
)
from substance_library.errors import InvalidDerivationError, quoted
from substance_library.identifiers import Smiles
from substance_library.prepared_structure import PreparedStructure, prepare
from substance_library.rule_answer import RuleProof, RuleResult

__all__ = [
    "Derivation",
    "DerivationAnswer",
    "DerivationBase",
    "DerivationProof",
    "DerivationTables",
    "ListedSubstituent",
]

EFFORT = 2_000_000
"""Steps of the search for one structure, about two seconds; most need a hundredth of it. Nested fragments of large
natural products over the smallest bases use it up."""
EFFORT_POINT = "the search for mappings was ended before all were tried: the structure is too large and too symmetrical"
STAR_POINT = "the structure is not complete: a star stands for an atom that is not named"
_KEPT_BASES = 4_096
_FAILED = "no base in force becomes this structure by listed substituents alone, however open points are read"


@dataclass(frozen=True, slots=True, kw_only=True)
class DerivationBase:
    """One listed substance to which the rule of analogues applies.

    Raises
    ------
    InvalidDerivationError
        If it has no number or no skeleton, or the last day precedes the first.
    """

    base_id: str
    label: str
    smiles: Smiles
    valid_from: date
    """The first day in force."""
    valid_to: date | None = None
    """The last day in force; None: open."""
    row: int = 0
    """Its number in the list, counted from 1."""

    def __post_init__(self) -> None:
        """Refuse what could not be mapped."""
        if not self.base_id.strip():
            raise InvalidDerivationError("base_id", found=quoted(self.base_id), expected="text that is not blank")
        require_order(f"base {quoted(self.base_id)}", self.valid_from, self.valid_to)
        prepared_base(self.smiles)

    def stands_on(self, day: date) -> bool:
        """Tell whether it is in force on a day, first and last day included."""
        return stands_on(day, self.valid_from, self.valid_to)


@dataclass(frozen=True, slots=True)
class PreparedBase:
    """A base as it is compared."""

    structure: PreparedStructure
    skeleton: Skeleton


@functools.lru_cache(maxsize=_KEPT_BASES)
def prepared_base(smiles: Smiles) -> PreparedBase:
    """Take salt, charges, isotopes and stereochemistry off a base, then halogens and hydroxyl groups.

    Raises
    ------
    InvalidDerivationError
        If it is no complete structure, or nothing is left.
    """
    structure = prepare(smiles)
    if is_incomplete(structure):
        raise InvalidDerivationError(f"base {quoted(smiles.text)}", found="a star", expected="a complete structure")
    return PreparedBase(structure, skeleton_of(structure.parent, name=smiles.text))


@dataclass(frozen=True, slots=True, kw_only=True)
class DerivationProof:
    """How a structure derives from one base."""

    base: DerivationBase
    substituents: tuple[ListedSubstituent, ...]
    """The row of each replacement, in the order of their fragments; one that stands twice is named twice."""
    proof: RuleProof
    """Pairs of an atom of the base and an atom of the structure, both as given, and each replacement."""
    points: tuple[str, ...] = ()
    """Open points of the text on which it turns."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DerivationAnswer:
    """What the rule says about one structure on one day."""

    result: RuleResult
    as_of: date
    proofs: tuple[DerivationProof, ...] = ()
    """One for each base that it derives from, in the order of the list; those that turn on open points where the result
    is ``CANNOT_DECIDE``."""
    undecided: tuple[str, ...] = ()
    """Points of the text on which the answer turns, or what is missing."""
    failed: tuple[str, ...] = ()
    """Why it is no analogue."""

    @property
    def base_id(self) -> str | None:
        """The first base of the list that it derives from."""
        return self.proofs[0].base.base_id if self.result is RuleResult.MATCH else None

    @property
    def substituents(self) -> tuple[str, ...]:
        """The rows of that base's replacements as written in the list."""
        return tuple(one.fragment for one in self.proofs[0].substituents) if self.result is RuleResult.MATCH else ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DerivationTables:
    """The two dated lists, in the order of their rows."""

    bases: tuple[DerivationBase, ...]
    substituents: tuple[ListedSubstituent, ...]

    def bases_on(self, day: date) -> tuple[DerivationBase, ...]:
        """Give the bases in force on a day."""
        return tuple(base for base in self.bases if base.stands_on(day))

    def substituents_on(self, day: date) -> tuple[ListedSubstituent, ...]:
        """Give the substituents in force on a day."""
        return tuple(one for one in self.substituents if one.stands_on(day))


@dataclass(slots=True)
class Derivation:
    """Judges structures by two lists; what a day puts in force is worked out once.

    Examples
    --------
    >>> begin = date(2020, 1, 1)
    >>> listed = DerivationBase(base_id="toy-1", label="fictitious", smiles=Smiles("NCc1ccccc1"), valid_from=begin)
    >>> methyl = ListedSubstituent(fragment="[*]C", valence=1, valid_from=begin)
    >>> toy = Derivation(DerivationTables(bases=(listed,), substituents=(methyl,)))
    >>> answer = toy.judge(prepare(Smiles("CNCc1ccccc1")), as_of=date(2021, 6, 1))
    >>> answer.result.value, answer.base_id, answer.substituents
    ('match', 'toy-1', ('[*]C',))
    """

    tables: DerivationTables
    _days: dict[tuple[ListedSubstituent, ...], SubstituentTable] = field(default_factory=dict, repr=False)

    def judge(self, structure: PreparedStructure, *, as_of: date) -> DerivationAnswer:
        """Say whether a structure derives from a listed base by listed substituents.

        Parameters
        ----------
        structure : PreparedStructure
            Its parent is compared.
        as_of : date
            The day whose lists count.

        Returns
        -------
        DerivationAnswer
            A listed base itself is no analogue: it is listed by name.
        """
        bases, listed = self.tables.bases_on(as_of), self.tables.substituents_on(as_of)
        missing = _missing(structure, bases, listed, as_of)
        if missing:
            return DerivationAnswer(result=RuleResult.CANNOT_DECIDE, as_of=as_of, undecided=missing)
        named = [base for base in bases if _is_base(structure, base)]
        if named:
            words = f"it is the base {named[0].base_id} itself: listed by name, not an analogue"
            return DerivationAnswer(result=RuleResult.NO_MATCH, as_of=as_of, failed=(words,))
        return _Question(structure, bases, self._table(listed)).answer(as_of)

    def _table(self, listed: tuple[ListedSubstituent, ...]) -> SubstituentTable:
        if listed not in self._days:
            self._days[listed] = SubstituentTable.of(listed)
        return self._days[listed]


def _missing(
    structure: PreparedStructure,
    bases: Sequence[DerivationBase],
    listed: Sequence[ListedSubstituent],
    as_of: date,
) -> tuple[str, ...]:
    words = (("bases", bases), ("substituents", listed))
    empty = tuple(f"the list of {what} has no row in force on {as_of}" for what, rows in words if not rows)
    return (*empty, *((STAR_POINT,) if is_incomplete(structure) else ()))


def is_incomplete(structure: PreparedStructure) -> bool:
    """Tell whether a structure leaves an atom open."""
    return any(atom.GetAtomicNum() == 0 for atom in structure.parent.GetAtoms())


def _is_base(structure: PreparedStructure, base: DerivationBase) -> bool:
    return structure.parent_smiles == prepared_base(base.smiles).structure.parent_smiles


class _Question:
    """One structure against the bases of one day."""

    def __init__(self, structure: PreparedStructure, bases: Sequence[DerivationBase], table: SubstituentTable) -> None:
        molecule, self._given = canonically_numbered(structure)
        self._effort = Effort(EFFORT)
        self._cutting = Cutting(molecule, self._effort)
        drawn = Graph.drawn(molecule)
        self._drawn = self._cutting if drawn == self._cutting.graph else Cutting(molecule, self._effort, drawn)
        self._census = self._cutting.graph.census()
        self._table = table
        self._nesting = Nesting(table, self._effort)
        self._structure = structure
        self._bases = [base for base in bases if prepared_base(base.smiles).skeleton.pattern.fits_into(self._census)]

    def answer(self, as_of: date) -> DerivationAnswer:
        """Ask for listed replacements first; only where there are none, for open points."""
        proofs, ended = self._proofs(openly=False)
        if proofs:
            return DerivationAnswer(result=RuleResult.MATCH, as_of=as_of, proofs=proofs)
        if not ended:
            proofs, ended = self._proofs(openly=True)
        points = {point for one in proofs for point in one.points}
        undecided = (*sorted(points), *((EFFORT_POINT,) if ended else ()))
        if undecided:
            return DerivationAnswer(result=RuleResult.CANNOT_DECIDE, as_of=as_of, proofs=proofs, undecided=undecided)
        return DerivationAnswer(result=RuleResult.NO_MATCH, as_of=as_of, failed=(_FAILED,))

    def _proofs(self, *, openly: bool) -> tuple[tuple[DerivationProof, ...], bool]:
        """Give the proofs found, and whether the search ended before it was through."""
        proofs: list[DerivationProof] = []
        for base in self._bases:
            reading, ended = self._plainest(prepared_base(base.smiles).skeleton, openly=openly)
            proofs.extend([] if reading is None else [self._proof(base, reading)])
            if ended:
                return tuple(proofs), True
        return tuple(proofs), False

    def _plainest(self, skeleton: Skeleton, *, openly: bool) -> tuple[Reading | None, bool]:
        """Give the plainest reading of a base, and whether the search ended before all were tried."""
        plainest = None
        try:
            for reading in self._readings(skeleton, openly=openly):
                if plainest is None or reading.order < plainest.order:
                    plainest = reading
        except SearchExhaustedError:
            return plainest, True
        return plainest, False

    def _proof(self, base: DerivationBase, reading: Reading) -> DerivationProof:
        prepared = prepared_base(base.smiles)
        replacements = sorted(reading.replacements, key=lambda one: one.text)
        return DerivationProof(
            base=base,
            substituents=tuple(row for one in replacements for row in one.rows),
            proof=proof_of(
                reading,
                skeleton=prepared.skeleton,
                numbering=Numbering.of(prepared.skeleton, prepared.structure, self._given),
                core=f"{base.base_id}: {prepared.structure.parent_smiles}",
                notes=(
                    *notes_of(self._structure),
                    *salt_notes(prepared.skeleton, self._cutting.graph, reading.mapping),
                ),
            ),
            points=tuple(sorted(reading.points)),
        )

    def _readings(self, skeleton: Skeleton, *, openly: bool) -> Iterator[Reading]:
        """Read every mapping of the structure as it stands, and of its drawing where that differs."""
        yield from self._read(skeleton, skeleton.pattern, self._cutting, openly=openly)
        if skeleton.drawn is not skeleton.pattern or self._drawn is not self._cutting:
            yield from self._read(skeleton, skeleton.drawn, self._drawn, openly=openly)

    def _read(self, skeleton: Skeleton, pattern: Pattern, cutting: Cutting, *, openly: bool) -> Iterator[Reading]:
        """Read every mapping; two that put alike sites on the same atoms are read once."""
        replacing = Replacing(skeleton, cutting, self._table, self._nesting)
        alike = {site: number for number, site in enumerate(dict.fromkeys(skeleton.sites))}
        labels = [alike[site] for site in skeleton.sites]
        seen: set[frozenset[tuple[int, int]]] = set()
        for mapping in pattern.mappings(cutting.graph, self._effort):
            meaning = frozenset(zip(mapping, labels, strict=True))
            if meaning not in seen:
                seen.add(meaning)
                self._effort.spend(len(mapping))
                reading = replacing.read(mapping, openly=openly)
                if reading is not None and reading.replacements:
                    yield reading
