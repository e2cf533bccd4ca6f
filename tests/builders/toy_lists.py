"""Toy lists of bases and substituents, made up: no row of them stands in any law."""

from collections.abc import Iterator
from datetime import date

from rdkit import Chem

from substance_library.derivation import (
    Derivation,
    DerivationAnswer,
    DerivationBase,
    DerivationTables,
    ListedSubstituent,
)
from substance_library.identifiers import Smiles
from substance_library.prepared_structure import prepare

FIRST = date(2020, 1, 1)
LAST = date(2020, 12, 31)
MIDDLE = date(2020, 6, 1)
AFTER = date(2021, 1, 1)

BASES = (
    "CC(N)Cc1ccccc1",
    "OC(CN)c1ccc(F)cc1",
    "O=C(O)CCCO",
    "Clc1ccc2[nH]ccc2c1",
    "CC1CCN(C)CC1",
    "FC(F)(F)c1ccncc1",
    "C1CCSC1",
    "CN",
)
FRAGMENTS = (
    "[*]C",
    "[*]CC",
    "[*]F",
    "[*]Cl",
    "[*]O",
    "[*]OC",
    "[*]C(C)=O",
    "[*][N+](=O)[O-]",
    "[*]c1ccccc1",
    "[*]=O",
    "[*]OCO[*]",
    "[*]CCC[*]",
    "[*]C=CC=C[*]",
)
OTHER_FRAGMENTS = ("[*]Br", "[*]C#N", "[*]S", "[*]C(F)(F)F", "[*]OC(C)C", "[*]=S", "[*]N[*]", "[*]CN[*]")
"""Not in the toy list, and not made of its rows either."""


def valence_of(fragment: str) -> int:
    """Count the bonds at the stars."""
    molecule = Chem.MolFromSmiles(fragment)
    stars = [atom for atom in molecule.GetAtoms() if atom.GetAtomicNum() == 0]
    return sum(int(bond.GetBondTypeAsDouble()) for star in stars for bond in star.GetBonds())


def base(smiles: str, *, number: int = 1, first: date = FIRST, last: date | None = None) -> DerivationBase:
    """Make one base of the toy list."""
    return DerivationBase(
        base_id=f"toy-{number}",
        label="fictitious",
        smiles=Smiles(smiles),
        valid_from=first,
        valid_to=last,
        row=number,
    )


def row(fragment: str, *, number: int = 1, first: date = FIRST, last: date | None = None) -> ListedSubstituent:
    """Make one row of the toy list of substituents."""
    return ListedSubstituent(
        fragment=fragment, valence=valence_of(fragment), valid_from=first, valid_to=last, row=number
    )


def toy(bases: tuple[str, ...], fragments: tuple[str, ...], *, last: date | None = None) -> Derivation:
    """Make a rule of toy lists, all rows in force from ``FIRST`` on."""
    return Derivation(
        DerivationTables(
            bases=tuple(base(smiles, number=number) for number, smiles in enumerate(bases, start=1)),
            substituents=tuple(row(one, number=number, last=last) for number, one in enumerate(fragments, start=1)),
        )
    )


def asked(
    smiles: str, bases: tuple[str, ...] | str, fragments: tuple[str, ...] = FRAGMENTS, *, on: date = MIDDLE
) -> DerivationAnswer:
    """Ask a rule of toy lists."""
    return toy((bases,) if isinstance(bases, str) else bases, fragments).judge(prepare(Smiles(smiles)), as_of=on)


def replaced(smiles: str, fragment: str) -> Iterator[str]:
    """Give every structure in which a fragment replaces hydrogens, halogens or hydroxyls of a structure.

    The slow, obvious way forward: each part that may be replaced is taken off, and the fragment put on.
    """
    molecule = Chem.AddHs(Chem.MolFromSmiles(smiles))
    parts = [
        (atom, part)
        for atom in molecule.GetAtoms()
        for part in atom.GetNeighbors()
        if part.GetAtomicNum() == 1 or _is_halogen(part) or _is_hydroxyl(part)
        if atom.GetAtomicNum() > 1 and not _is_hydroxyl(atom)
    ]
    ends = [(atom.GetIdx(), part.GetIdx()) for atom, part in parts]
    if valence_of(fragment) == 1:
        for atom, part in ends:
            yield from _put(molecule, [(atom, part)], fragment)
    else:
        same = fragment.count("*") == 1
        for first in ends:
            for second in ends:
                if first[1] != second[1] and (not same or (first[0] == second[0] and first[1] < second[1])):
                    yield from _put(molecule, [first, second], fragment)


def _is_halogen(atom: Chem.Atom) -> bool:
    return atom.GetAtomicNum() in {9, 17, 35, 53}


def _is_hydroxyl(atom: Chem.Atom) -> bool:
    elements = sorted(neighbour.GetAtomicNum() for neighbour in atom.GetNeighbors())
    return atom.GetAtomicNum() == 8 and len(elements) == 2 and elements[0] == 1


def _put(molecule: Chem.Mol, ends: list[tuple[int, int]], fragment: str) -> Iterator[str]:
    group = Chem.MolFromSmiles(fragment)
    made = Chem.RWMol(Chem.CombineMols(molecule, group))
    shift = molecule.GetNumAtoms()
    stars = [atom.GetIdx() for atom in group.GetAtoms() if atom.GetAtomicNum() == 0]
    gone = [part for _, part in ends] + [star + shift for star in stars]
    gone += [
        neighbour.GetIdx()
        for _, part in ends
        for neighbour in molecule.GetAtomWithIdx(part).GetNeighbors()
        if neighbour.GetAtomicNum() == 1
    ]
    held = {(star, atom) for star, (atom, _) in zip(stars, ends, strict=False)}
    if len({(group.GetAtomWithIdx(star).GetNeighbors()[0].GetIdx(), atom) for star, atom in held}) < len(held):
        return  # one atom of the group cannot be bound twice to one atom of the base
    for star, (atom, _) in zip(stars, ends, strict=False):
        bond = group.GetAtomWithIdx(star).GetBonds()[0]
        made.AddBond(atom, bond.GetOtherAtomIdx(star) + shift, bond.GetBondType())
    for index in sorted(set(gone), reverse=True):
        made.RemoveAtom(index)
    if Chem.SanitizeMol(made, catchErrors=True) == Chem.SanitizeFlags.SANITIZE_NONE:
        yield Chem.MolToSmiles(Chem.RemoveHs(made))
