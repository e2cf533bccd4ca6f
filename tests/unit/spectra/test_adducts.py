import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyteomics.mass import nist_mass
from scipy import constants

from spectra.adducts import ADDUCTS, ATOMIC_MASSES, ELECTRON_MASS, adduct, adducts_of
from spectra.errors import InvalidSettingError

COCAINE = 17 * ATOMIC_MASSES["C"] + 21 * ATOMIC_MASSES["H"] + ATOMIC_MASSES["N"] + 4 * ATOMIC_MASSES["O"]


def test_the_mass_of_the_electron_is_that_of_codata():
    assert pytest.approx(constants.physical_constants["electron mass in u"][0], abs=1e-15) == ELECTRON_MASS


@pytest.mark.parametrize("element", ATOMIC_MASSES)
def test_the_masses_of_atoms_agree_with_an_older_independent_table(element):
    """The table of pyteomics is NIST's of 2003; potassium moved most since, by 2e-7 Da."""
    assert ATOMIC_MASSES[element] == pytest.approx(nist_mass[element][0][0], abs=3e-7)


def test_the_table_is_this():
    """The shifts that are printed in tables of adducts, to the places that those give."""
    assert {one.name: (one.molecules, one.charge, round(one.added_mass, 4)) for one in ADDUCTS} == {
        "[M+H]+": (1, 1, 1.0073),
        "[M+Na]+": (1, 1, 22.9892),
        "[M+NH4]+": (1, 1, 18.0338),
        "[M+K]+": (1, 1, 38.9632),
        "[2M+H]+": (2, 1, 1.0073),
        "[M+H-H2O]+": (1, 1, -17.0033),
        "[M-H]-": (1, -1, -1.0073),
        "[M+Cl]-": (1, -1, 34.9694),
        "[M+HCOO]-": (1, -1, 44.9982),
    }


def test_charge_and_electrons_belong_together():
    for one in ADDUCTS:
        assert one.name.endswith("+" if one.charge > 0 else "-")


def test_the_protonated_dimer_holds_two_molecules():
    assert adduct("[2M+H]+").mz(COCAINE) == pytest.approx(adduct("[M+H]+").mz(COCAINE) + COCAINE, abs=1e-9)


@given(mass=st.floats(20.0, 2000.0), one=st.sampled_from(ADDUCTS))
def test_mass_and_mz_are_each_others_inverse(mass, one):
    assert one.neutral_mass(one.mz(mass)) == pytest.approx(mass, abs=1e-9)


@pytest.mark.parametrize("mass", [0.0, -1.0, 17.0, float("nan")])
def test_a_mass_that_no_molecule_of_this_ion_has_is_refused(mass):
    with pytest.raises(InvalidSettingError, match=r"neutral_mass is .*enough for \[M\+H-H2O\]\+"):
        adduct("[M+H-H2O]+").mz(mass)


@pytest.mark.parametrize("mz", [0.0, -5.0, 22.9, float("nan")])
def test_an_mz_that_the_adduct_alone_exceeds_is_refused(mz):
    with pytest.raises(InvalidSettingError, match=r"mz is .*above what \[M\+Na\]\+ adds"):
        adduct("[M+Na]+").neutral_mass(mz)


def test_adducts_are_found_by_name_and_by_polarity():
    assert adduct("[M-H]-").charge == -1
    assert [len(adducts_of(polarity)) for polarity in (1, -1)] == [6, 3]
    assert all(one.charge < 0 for one in adducts_of(-1))
    with pytest.raises(InvalidSettingError, match=r"no adduct 'M\+H'; expected one of \[M\+H\]\+"):
        adduct("M+H")
    with pytest.raises(InvalidSettingError, match="polarity is 0; expected 1 or -1"):
        adducts_of(0)
