"""Isomers from structure: positions at rings, mirror images, and the ring isomers that are possible."""

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rdkit import Chem

from substance_library import Smiles, starter_substances
from substance_library.isomers import (
    Isomerism,
    formula_groups,
    isomerism,
    leaves_stereo_open,
    positional_isomers,
)

STRUCTURES = {one.preferred_name: one.smiles for one in starter_substances()}
POSITIONAL = {
    ("Mephedrone", "3-Methylmethcathinone"),
    ("Mephedrone", "2-Methylmethcathinone"),
    ("3-Methylmethcathinone", "2-Methylmethcathinone"),
    ("4-Chloromethcathinone", "3-Chloromethcathinone"),
    ("4-Fluoromethcathinone", "3-Fluoromethcathinone"),
    ("ortho-Fluorofentanyl", "para-Fluorofentanyl"),
    ("5-APB", "6-APB"),
}
STEREO = {
    ("Ephedrine", "Pseudoephedrine"): Isomerism.DIASTEREOMER,
    ("Dextromethorphan", "Levomethorphan"): Isomerism.ENANTIOMER,
}
"""All others of the starter list that share a formula differ in more than a place at a ring."""


def test_id_6_the_starter_list_has_39_groups_of_one_formula_and_each_pair_is_named():
    names = {smiles: name for name, smiles in STRUCTURES.items()}
    groups = formula_groups(STRUCTURES.values())
    assert len(groups) == 39
    for group in groups:
        for first, second in combinations(group.members, 2):
            pair = (names[first], names[second])
            wanted = STEREO.get(pair, Isomerism.POSITIONAL if pair in POSITIONAL else Isomerism.CONSTITUTIONAL)
            assert isomerism(first, second) is wanted, pair


def test_groups_agree_with_the_formulas_that_the_table_states():
    stated = {}
    for one in starter_substances():
        stated.setdefault(one.formula, []).append(one.smiles)
    wanted = {tuple(members) for members in stated.values() if len(members) > 1}
    assert {group.members for group in formula_groups(STRUCTURES.values())} == wanted


@pytest.mark.parametrize(
    ("first", "second", "wanted"),
    [
        ("CNC(C)C(=O)c1ccccc1Cl", "CNC(C)C(=O)c1ccc(Cl)cc1", Isomerism.POSITIONAL),
        ("CCN[C@@H](C)Cc1ccccc1", "CCNC(C)Cc1ccccc1", Isomerism.STEREO_OPEN),
        ("C/C=C/c1ccccc1", "C/C=C\\c1ccccc1", Isomerism.DIASTEREOMER),
        ("C/C=C/c1ccccc1", "CC=Cc1ccccc1", Isomerism.STEREO_OPEN),
        ("Fc1ccccc1CCc1ccccc1", "Fc1ccc(CCc2ccccc2)cc1", Isomerism.POSITIONAL),
        ("c1ccc2c(c1)cc[nH]2", "c1ccc2c(c1)cn[nH]2", None),
        ("CCO", "OCC", None),
        ("Cl.CC(N)Cc1ccccc1", "CC(N)Cc1ccccc1", None),
        ("[2H]C([2H])([2H])NC(C)Cc1ccccc1", "CNC(C)Cc1ccccc1", None),
        ("CCCO", "CC(C)O", Isomerism.CONSTITUTIONAL),
    ],
)
def test_how_two_structures_differ(first, second, wanted):
    assert isomerism(Smiles(first), Smiles(second)) is wanted
    assert isomerism(Smiles(second), Smiles(first)) is wanted


@given(name=st.sampled_from(sorted(STRUCTURES)), order=st.integers(0, 2**31 - 1))
def test_a_structure_is_no_isomer_of_itself_however_it_is_written(name, order):
    molecule = Chem.MolFromSmiles(str(STRUCTURES[name]))
    written = Chem.MolToRandomSmilesVect(molecule, 1, randomSeed=order)[0]
    assert isomerism(STRUCTURES[name], Smiles(written)) is None


@given(name=st.sampled_from(sorted(STRUCTURES)))
def test_every_possible_ring_isomer_is_one_and_is_not_the_substance(name):
    flat = Smiles(Chem.MolToSmiles(Chem.MolFromSmiles(str(STRUCTURES[name])), isomericSmiles=False))
    for one in positional_isomers(STRUCTURES[name]):
        assert isomerism(flat, one) is Isomerism.POSITIONAL, one


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("Mephedrone", ("2-Methylmethcathinone", "3-Methylmethcathinone")),
        ("para-Fluorofentanyl", ("ortho-Fluorofentanyl",)),
        ("5-APB", ("6-APB",)),
    ],
)
def test_l_3_ring_isomers_are_found_without_a_library(name, wanted):
    found = set(positional_isomers(STRUCTURES[name]))
    flat = {one: Smiles(Chem.MolToSmiles(Chem.MolFromSmiles(str(STRUCTURES[one])))) for one in wanted}
    assert set(flat.values()) <= found


def test_a_bare_ring_and_a_group_with_a_double_bond_have_no_other_place():
    assert positional_isomers(Smiles("CNC(C)C(=O)c1ccccc1")) == ()
    assert positional_isomers(Smiles("O=c1cccc[nH]1")) == ()


def test_open_stereochemistry_is_seen():
    assert leaves_stereo_open(STRUCTURES["Mephedrone"])
    assert not leaves_stereo_open(STRUCTURES["Ephedrine"])
    assert not leaves_stereo_open(STRUCTURES["Fentanyl"])
