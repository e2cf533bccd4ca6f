"""Structures as pictures: the same drawing for the screen and for paper."""

from typing import Any

from rdkit import Chem
from rdkit.Chem import rdDepictor, rdFMCS
from rdkit.Chem.Draw import rdMolDraw2D

from substance_library.identifiers import Smiles

_BOND_LENGTH = 22.0
"""In points; one length for all structures, so that they can be compared by eye."""
_CORE_ATOMS = 6
"""A smaller common part is no core: its place says nothing."""
_CORE_SECONDS = 1


def draw_structure_svg(
    smiles: Smiles,
    *,
    width: int = 320,
    height: int = 220,
    stereochemistry: bool = False,
    background: bool = True,
    like: Smiles | None = None,
) -> str:
    """Draw a structure as an SVG picture.

    Parameters
    ----------
    smiles : Smiles
        Checked, so it is within the limits that keep a drawing quick.
    width, height : int, points
        Of the picture.
    stereochemistry : bool
        False leaves wedges and double-bond geometry out: a wedge would claim what was not established.
    background : bool
        True paints it white, for screens that may be dark; the drawing itself is black.
    like : Smiles, optional
        Another structure: the core that both have is laid where that one's drawing has it.

    Returns
    -------
    str
        SVG without an XML declaration, letters as paths, so that no font is needed.
    """
    molecule = Chem.MolFromSmiles(str(smiles))
    if not stereochemistry:
        Chem.RemoveStereochemistry(molecule)
    if like is not None:
        _lay_like(molecule, Chem.MolFromSmiles(str(like)))
    canvas = rdMolDraw2D.MolDraw2DSVG(width, height)
    options: Any = canvas.drawOptions()  # the stubs deny the fields that RDKit documents
    options.useBWAtomPalette()
    options.clearBackground = background
    options.fixedBondLength = _BOND_LENGTH
    options.padding = 0.03
    rdMolDraw2D.PrepareAndDrawMolecule(canvas, molecule)
    canvas.FinishDrawing()
    text = str(canvas.GetDrawingText())
    return text[text.index("<svg") :]


def _lay_like(molecule: Chem.Mol, model: Chem.Mol) -> None:
    """Give a molecule coordinates in which the largest part that it shares with a model lies as in the model."""
    found = rdFMCS.FindMCS([molecule, model], timeout=_CORE_SECONDS, ringMatchesRingOnly=True, completeRingsOnly=True)
    if found.numAtoms < _CORE_ATOMS:
        return
    core = Chem.MolFromSmarts(found.smartsString)
    rdDepictor.Compute2DCoords(model)
    rdDepictor.GenerateDepictionMatching2DStructure(molecule, model, refPatt=core, acceptFailure=True)
