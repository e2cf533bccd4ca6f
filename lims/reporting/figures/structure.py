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
    from substance_library import Smiles, draw_structure_svg, identify_structure  # noqa: PLC0415 - loads RDKit

    try:
        smiles = Smiles(identity.smiles)
        structure = identify_structure(smiles)
    except SubstanceLibraryError as error:
        raise DocumentError(f"the structure of {identity.name}: {error}") from error
    _check_agreement(identity, formula=structure.formula, inchikey=str(structure.inchikey))
    svg = draw_structure_svg(
        smiles,
        width=WIDTH,
        height=HEIGHT,
        stereochemistry=identity.stereochemistry_established,
        background=False,
    )
    return StructureDrawing(svg=svg, formula=structure.formula)


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
