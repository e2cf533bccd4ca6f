"""Molecular formulas as sources write them, and the nominal mass that follows."""

import functools
import re

from rdkit.Chem import GetPeriodicTable

from substance_library.errors import InvalidFormulaError, quoted

_PART = re.compile(r"([A-Z][a-z]?)(\d*)")
_HEAVY_HYDROGEN = {"D": 2, "T": 3}
_LAST_ELEMENT = 118


def nominal_mass(formula: str) -> int:
    """Give the mass of a molecule in whole daltons, counted with the most abundant isotope of each element.

    Parameters
    ----------
    formula : str
        Elements and counts, for example ``C17H21NO4``; ``D`` and ``T`` are hydrogen-2 and hydrogen-3. No charges,
        brackets or dots: what a source means by them differs.

    Returns
    -------
    int
        In Da, above 0.

    Raises
    ------
    InvalidFormulaError
        If something else stands in the formula, or an element does not exist.

    Notes
    -----
    The sum of mass numbers, not the rounded exact mass: for C30H62 these differ in principle from some 60 hydrogen
    atoms on. IUPAC Gold Book, "nominal mass", doi:10.1351/goldbook.N04238.

    Examples
    --------
    >>> nominal_mass("C17H21NO4"), nominal_mass("C17H18D3NO4"), nominal_mass("C8H10BrNO2")
    (303, 306, 231)
    """
    return sum(_mass_number(symbol, formula) * count for symbol, count in element_counts(formula).items())


def element_counts(formula: str) -> dict[str, int]:
    """Count the atoms of each element in a formula; ``D`` and ``T`` are counted as they stand.

    Raises
    ------
    InvalidFormulaError
        If something else than elements and counts stands in the formula, or an element does not exist.

    Examples
    --------
    >>> element_counts("C2H5OH")
    {'C': 2, 'H': 6, 'O': 1}
    """
    parts = _PART.findall(formula)
    if not formula or "".join(symbol + count for symbol, count in parts) != formula:
        raise InvalidFormulaError("formula", found=quoted(formula), expected="elements and counts such as C17H21NO4")
    counts: dict[str, int] = {}
    for symbol, count in parts:
        _mass_number(symbol, formula)
        counts[symbol] = counts.get(symbol, 0) + int(count or 1)
    return counts


def _mass_number(symbol: str, formula: str) -> int:
    if symbol not in _mass_numbers():
        raise InvalidFormulaError("formula", found=quoted(formula), expected=f"elements, which {symbol!r} is not")
    return _mass_numbers()[symbol]


@functools.cache
def _mass_numbers() -> dict[str, int]:
    table = GetPeriodicTable()  # asked for a symbol that it does not know, it would write a page to the screen
    numbers = {table.GetElementSymbol(z): int(table.GetMostCommonIsotope(z)) for z in range(1, _LAST_ELEMENT + 1)}
    return {**numbers, **_HEAVY_HYDROGEN}
