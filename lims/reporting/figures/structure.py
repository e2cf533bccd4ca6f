"""A structure drawn from its SMILES, after it was compared with the formula and key that stand beside it."""

import re
from collections import Counter
from dataclasses import dataclass

from lims.domain.report_content import IdentitySection
from lims.errors import DocumentError
from substance_library.errors import SubstanceLibraryError

WIDTH, HEIGHT = 230, 150
"""In points."""
_FORMULA = re.compile(r"([A-Z][a-z]?)(\d*)")
_SIMPLE_FORMULA = re.compile(r"(?:[A-Z][a-z]?\d*)+")
_SKELETON = 14
"""Characters of an InChIKey that stand for the connectivity alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StructureDrawing:
    """A picture with the formula of what it shows."""

    svg: str
    formula: str


def draw_structure(identity: IdentitySection) -> StructureDrawing | None:
    """Draw the structure of an identity; None where none is on file.

    Stereochemistry that was not established is not drawn: a wedge on paper would be a claim.

    Raises
    ------
    DocumentError
        If the SMILES is refused, or contradicts the formula or the InChIKey of the same identity.
    """
    if identity.smiles is None:
        return None
    from rdkit import Chem  # noqa: PLC0415 - only reports with a structure pay for it

    from substance_library.identifiers import Smiles, identify_structure  # noqa: PLC0415 - imports RDKit

    try:
        structure = identify_structure(Smiles(identity.smiles))
    except SubstanceLibraryError as error:
        raise DocumentError(f"the structure of {identity.name}: {error}") from error
    _check_agreement(identity, formula=structure.formula, inchikey=str(structure.inchikey))
    molecule = Chem.MolFromSmiles(identity.smiles)
    if not identity.stereochemistry_established:
        Chem.RemoveStereochemistry(molecule)
    return StructureDrawing(svg=_drawn(molecule), formula=structure.formula)


def _check_agreement(identity: IdentitySection, *, formula: str, inchikey: str) -> None:
    """Refuse an identity whose structure says something else than its formula or its key."""
    stated = identity.formula
    if stated is not None and _SIMPLE_FORMULA.fullmatch(stated) and _atoms(stated) != _atoms(formula):
        raise DocumentError(f"{identity.name}: the formula {stated} is not that of its structure, {formula}")
    if identity.inchikey is not None and identity.inchikey[:_SKELETON] != inchikey[:_SKELETON]:
        raise DocumentError(f"{identity.name}: {identity.inchikey} is not the InChIKey of its structure, {inchikey}")


def _atoms(formula: str) -> Counter[str]:
    """Count the atoms of a formula, deuterium and tritium as hydrogen."""
    atoms: Counter[str] = Counter()
    for element, count in _FORMULA.findall(formula):
        atoms["H" if element in {"D", "T"} else element] += int(count or 1)
    return atoms


def _drawn(molecule: object) -> str:
    from rdkit.Chem.Draw import rdMolDraw2D  # noqa: PLC0415 - as above

    canvas = rdMolDraw2D.MolDraw2DSVG(WIDTH, HEIGHT)
    options = canvas.drawOptions()
    options.useBWAtomPalette()
    options.clearBackground = False  # type: ignore[assignment]  # the stubs give every option the type of the whole
    options.fixedBondLength = 22.0  # type: ignore[assignment]
    options.padding = 0.03  # type: ignore[assignment]
    rdMolDraw2D.PrepareAndDrawMolecule(canvas, molecule)
    canvas.FinishDrawing()
    return str(canvas.GetDrawingText())
