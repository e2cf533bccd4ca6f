"""The structure that a record of a library states: read once for each text, recomputed, or why it cannot be."""

import functools
from dataclasses import dataclass
from typing import Any

from rdkit import Chem, rdBase

from substance_library.errors import InvalidValueError
from substance_library.identifiers import MAX_HEAVY_ATOMS, Smiles, StructureIdentity, identify_structure
from substance_library.reference_spectrum import ReferenceSpectrum

_SMILES_FIELDS = frozenset({"smiles", "ch$smiles"})
_MOL_FIELD = "MOLBLOCK"
_ABSENT = frozenset({"", "N/A", "NA", "n/a"})
_MAX_MOL_BLOCK = 200_000
"""Characters; a mol block of ``MAX_HEAVY_ATOMS`` with all its hydrogens has some 100 000."""
_KEPT = 65_536


@dataclass(frozen=True, slots=True, kw_only=True)
class StatedStructure:
    """What became of the structure of a record."""

    smiles: Smiles | None
    identity: StructureIdentity | None
    problem: str
    """Why it cannot be used; empty for a sound one."""


def stated_structure(reference: ReferenceSpectrum) -> StatedStructure | None:
    """Give the structure that a record states as SMILES or mol block; None where it states none."""
    texts = [
        value for key, value in reference.fields if key.casefold() in _SMILES_FIELDS and value.strip() not in _ABSENT
    ]
    if texts:
        return structure_of_smiles(texts[0].strip())
    blocks = [value for key, value in reference.fields if key == _MOL_FIELD]
    return _of_mol_block(blocks[0]) if blocks else None


@functools.lru_cache(maxsize=_KEPT)
def structure_of_smiles(text: str) -> StatedStructure:
    """Read a SMILES and recompute what follows from it; within the limits of ``Smiles``, which bound the time."""
    try:
        smiles = Smiles(text)
        return StatedStructure(smiles=smiles, identity=identify_structure(smiles), problem="")
    except InvalidValueError as error:
        return _useless(str(error))


@functools.lru_cache(maxsize=1024)
def _of_mol_block(text: str) -> StatedStructure:
    if len(text) > _MAX_MOL_BLOCK or "\0" in text:
        return _useless(f"a mol block of {len(text)} characters")
    with rdBase.BlockLogs():
        raw: Any = Chem.MolFromMolBlock(text, sanitize=False)  # the stubs deny that it may be None
        if raw is None:
            return _useless("a mol block that RDKit cannot read")
        if not 0 < raw.GetNumHeavyAtoms() <= MAX_HEAVY_ATOMS:
            return _useless(f"a mol block of {raw.GetNumHeavyAtoms()} heavy atoms")
        molecule: Any = Chem.MolFromMolBlock(text)
    if molecule is None:
        return _useless("a mol block without a possible structure")
    return structure_of_smiles(Chem.MolToSmiles(molecule))


def _useless(problem: str) -> StatedStructure:
    return StatedStructure(smiles=None, identity=None, problem=problem)
