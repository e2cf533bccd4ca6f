import pytest

from substance_library.errors import InvalidFormulaError
from substance_library.formula import nominal_mass


@pytest.mark.parametrize(
    ("formula", "mass"),
    [("H2O", 18), ("C17H21NO4", 303), ("C17H18D3NO4", 306), ("CHT", 16), ("C6H5Br", 156), ("CCl4", 152), ("Sn", 120)],
)
def test_mass_numbers_of_the_commonest_isotopes_are_added(formula, mass):
    assert nominal_mass(formula) == mass


@pytest.mark.parametrize("formula", ["", "c6", "C6H6+", "C6 H6", "(CH3)2", "C6H6.HCl", "17", "Na⁺"])
def test_what_is_no_plain_formula_is_refused(formula):
    with pytest.raises(InvalidFormulaError, match="elements and counts"):
        nominal_mass(formula)


def test_an_element_that_does_not_exist_is_named(capfd):
    with pytest.raises(InvalidFormulaError, match="which 'Xx' is not"):
        nominal_mass("C6Xx")
    assert capfd.readouterr().err == ""
