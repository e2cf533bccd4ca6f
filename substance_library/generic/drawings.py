"""Other drawings of a structure that a text counts as well, such as the tautomers that an act includes.

A module that defines one imports ``drawing`` and is imported by ``substance_library.generic.words``.
"""

from collections.abc import Callable, Iterator

from rdkit import Chem

from substance_library.errors import InvalidRuleError, quoted
from substance_library.generic.vocabulary import Description

DrawingFunction = Callable[[Chem.Mol, Description], Iterator["tuple[Chem.Mol, str]"]]
_REGISTER: dict[str, DrawingFunction] = {}


def drawing(name: str) -> Callable[[DrawingFunction], DrawingFunction]:
    """Enter a function that gives further drawings: molecules with the same atoms in the same order, and a note."""

    def enter(function: DrawingFunction) -> DrawingFunction:
        _REGISTER[name] = function
        return function

    return enter


def drawings(wanted: tuple[Description, ...], molecule: Chem.Mol) -> Iterator[tuple[Chem.Mol, str]]:
    """Give the molecule as it is, then its other drawings."""
    yield molecule, ""
    for description in wanted:
        yield from _REGISTER[description["is"]](molecule, description)


def check_drawing(what: str, description: Description) -> None:
    """Refuse a kind of drawing that nobody knows.

    Raises
    ------
    InvalidRuleError
        If it is not in the register.
    """
    if description.get("is") not in _REGISTER:
        expected = f"one of {sorted(_REGISTER)}"
        raise InvalidRuleError(what, found=quoted(str(description.get("is"))), expected=expected)
