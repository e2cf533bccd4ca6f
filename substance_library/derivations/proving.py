"""The proof of a derivation: base, mapping, each replaced part, each substituent with its row and its days."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from rdkit import Chem

from substance_library.derivations.graph import Graph
from substance_library.derivations.replacing import Reading, Replacement
from substance_library.derivations.skeleton import Skeleton
from substance_library.derivations.substituents import ListedSubstituent
from substance_library.prepared_structure import PreparedStructure
from substance_library.rule_answer import Placed, RuleProof


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbering:
    """The way back from the atoms that were compared to those of the SMILES as given."""

    base: tuple[int, ...]
    """For each atom of the skeleton its index in the SMILES of the base."""
    symbols: tuple[str, ...]
    """For each atom of the skeleton its element."""
    structure: tuple[int, ...]
    """For each atom that was compared its index in the SMILES of the structure."""

    @classmethod
    def of(cls, skeleton: Skeleton, base: PreparedStructure, structure: Sequence[int]) -> "Numbering":
        """Read it from what was prepared."""
        atoms = [base.parent.GetAtomWithIdx(atom) for atom in skeleton.atoms]
        return cls(
            base=tuple(base.given_atoms[atom.GetIdx()] for atom in atoms),
            symbols=tuple(atom.GetSymbol() for atom in atoms),
            structure=tuple(structure),
        )


def proof_of(
    reading: Reading, *, skeleton: Skeleton, numbering: Numbering, core: str, notes: Sequence[str]
) -> RuleProof:
    """Write down one reading with the atoms as they were given."""
    pools = [_pool(skeleton, reading, position) for position in range(len(skeleton.sites))]
    return RuleProof(
        core=core,
        mapping=tuple(
            (numbering.base[position], numbering.structure[atom]) for position, atom in enumerate(reading.mapping)
        ),
        placed=tuple(_placed(one, pools, numbering) for one in reading.replacements),
        notes=(*notes, *_retained(reading, numbering)),
    )


def _pool(skeleton: Skeleton, reading: Reading, position: int) -> list[str]:
    """Give what can be replaced at an atom of the base, hydrogens last."""
    site = skeleton.sites[position]
    kept = Counter(
        reading.parts[number]
        for number, leftover in enumerate(reading.retained)
        if leftover.attachments[0].core == reading.mapping[position]
    )
    return [*sorted((site.carried() - kept).elements()), *["H"] * site.hydrogens]


def _placed(replacement: Replacement, pools: list[list[str]], numbering: Numbering) -> Placed:
    return Placed(
        slot="; ".join(_places(replacement, pools, numbering)),
        fragment=replacement.text.replace("*", "[*]").replace("[[*]]", "[*]"),
        atoms=tuple(numbering.structure[atom] for atom in replacement.leftover.atoms) if replacement.leftover else (),
        allowed_by=" + ".join(
            [*map(row_words, replacement.rows), *(f"open: {point}" for point in sorted(replacement.points))]
        ),
    )


def _places(replacement: Replacement, pools: list[list[str]], numbering: Numbering) -> list[str]:
    """Say of each atom of the base what was replaced there."""
    words = []
    for position, count in replacement.bonds:
        taken, pools[position][:] = pools[position][:count], pools[position][count:]
        words.append(f"{' and '.join(taken)} at {numbering.symbols[position]}{numbering.base[position]} of the base")
    return words


def row_words(row: ListedSubstituent) -> str:
    """Name a row of the list with the days on which it is in force."""
    return f"row {row.row}: {row.fragment}, in force {row.valid_from} to {row.valid_to or 'open'}"


def _retained(reading: Reading, numbering: Numbering) -> list[str]:
    return [
        f"retained: {part} of the base, atom {numbering.structure[leftover.atoms[0]]}"
        for part, leftover in zip(reading.parts, reading.retained, strict=True)
    ]


def canonically_numbered(structure: PreparedStructure) -> tuple[Chem.Mol, tuple[int, ...]]:
    """Give the parent numbered canonically, so that no answer depends on how it was written, and the way back."""
    ranks = list(Chem.CanonicalRankAtoms(structure.parent, breakTies=True))
    order = sorted(range(len(ranks)), key=ranks.__getitem__)
    return Chem.RenumberAtoms(structure.parent, order), tuple(structure.given_atoms[atom] for atom in order)


def notes_of(structure: PreparedStructure) -> tuple[str, ...]:
    """Say what was set aside before the structure was compared."""
    off = structure.taken_off
    said = (
        (off.parts, f"taken off: {', '.join(off.parts)}"),
        (structure.other_organic, f"not judged: {', '.join(structure.other_organic)}"),
        (off.isotopes, "isotopes set aside"),
        (off.stereo, "stereochemistry set aside"),
        (off.charges, "charges undone"),
    )
    return tuple(words for true, words in said if true)


def salt_notes(skeleton: Skeleton, image: Graph, mapping: Sequence[int]) -> tuple[str, ...]:
    """Say where the hydrogen of the base's salt counts as replaced."""
    base = skeleton.pattern.graph
    charged = [place for place, atom in enumerate(mapping) if image.onium[atom] and not base.onium[place]]
    words = "a charged atom with one group more: the hydrogen of the base's salt counts as replaced there"
    return (words,) if charged else ()
