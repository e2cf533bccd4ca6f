"""Structures as pictures: the same drawing for the screen and for paper."""

from typing import Any

from rdkit import Chem
from rdkit.Chem.Draw import rdMolDraw2D

from substance_library.identifiers import Smiles

_BOND_LENGTH = 22.0
"""In points; one length for all structures, so that they can be compared by eye."""


def draw_structure_svg(
    smiles: Smiles, *, width: int = 320, height: int = 220, stereochemistry: bool = False, background: bool = True
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

    Returns
    -------
    str
        SVG without an XML declaration, letters as paths, so that no font is needed.
    """
    molecule = Chem.MolFromSmiles(str(smiles))
    if not stereochemistry:
        Chem.RemoveStereochemistry(molecule)
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
