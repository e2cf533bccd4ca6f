"""Rings that carry a double bond: RDKit calls them aromatic, the rule of derivation reads their drawing."""

import pytest
from rdkit import Chem

from substance_library.derivations.graph import AROMATIC, Graph
from substance_library.rule_answer import RuleResult
from tests.builders.rule_cases import NO, OPEN, YES
from tests.builders.toy_lists import asked

SINGLE, DOUBLE = 1, 2


def aromatic_bonds(graph):
    return sum(kind == AROMATIC for own in graph.bonds for kind in own.values()) // 2


@pytest.mark.parametrize(
    ("smiles", "aromatic"),
    [
        ("c1ccccc1", 6),
        ("c1ccoc1", 5),
        ("c1ccc2[nH]ccc2c1", 10),
        ("O=c1cccc[nH]1", 0),
        ("O=c1ccc2ccccc2o1", 6),
        ("O=C1Oc2ccccc2O1", 6),
        ("O=c1cccccc1", 0),
        ("Cn1cnc2c1c(=O)n(C)c(=O)n2C", 5),
        ("O=C1CN=C(c2ccccc2)c2ccccc2N1", 12),
        ("O=C1Nc2ccccc2C(c2ccccc2)=NC1=O", 12),
        ("S=c1cccc[nH]1", 0),
        ("C=c1ccocc1", 0),
    ],
)
def test_only_rings_without_a_double_bond_out_of_them_stay_aromatic(smiles, aromatic):
    molecule = Chem.MolFromSmiles(smiles)
    assert aromatic_bonds(Graph.drawn(molecule)) == aromatic


def test_a_drawn_ring_has_single_and_double_bonds():
    graph = Graph.drawn(Chem.MolFromSmiles("O=c1cccc[nH]1"))
    kinds = [kind for own in graph.bonds for kind in own.values()]
    assert (kinds.count(DOUBLE) // 2, kinds.count(SINGLE) // 2) == (3, 4)
    assert not any(graph.aromatic)


@pytest.mark.parametrize(
    "smiles", ["c1ccccc1C(=O)O", "CC(=O)Nc1ccc(O)cc1", "Cn1cnc2ccccc12", "C1CCCCC1=O", "c1ccc2cccc2cc1"]
)
def test_nothing_changes_where_no_aromatic_ring_carries_a_double_bond(smiles):
    molecule = Chem.MolFromSmiles(smiles)
    assert Graph.drawn(molecule) == Graph.of(molecule)


@pytest.mark.parametrize(
    ("smiles", "base", "rows", "expected"),
    [
        ("O=C1Nc2ccccc2C(c2ccccc2)=NC1=O", "O=C1CN=C(c2ccccc2)c2ccccc2N1", ("[*]=O",), YES),
        ("O=c1cc[nH]cc1", "C1C=CNC=C1", ("[*]=O",), YES),
        ("O=c1cc[nH]cc1", "C1C=CNC=C1", ("[*]C",), NO),
        ("O=c1ccc2ccccc2o1", "C1C=Cc2ccccc2O1", ("[*]=O",), YES),
        ("Oc1ccc2OC(=O)Oc2c1", "Oc1ccccc1", ("[*]OC(=O)O[*]",), YES),
        ("Cc1ccc(=O)[nH]c1", "O=c1cccc[nH]1", ("[*]C",), YES),
        ("O=c1ccc2ccccc2[nH]1", "O=c1cccc[nH]1", ("[*]C=CC=C[*]",), YES),
        ("CCn1c(=O)cccc1Cl", "O=c1cccc[nH]1", ("[*]CC", "[*]Cl"), YES),
        ("COc1ccc2OC(=O)Oc2c1", "Oc1ccccc1", ("[*]C", "[*]OC(=O)O[*]"), OPEN),
        ("O=C1CCNCC1", "C1C=CNC=C1", ("[*]=O",), NO),
    ],
)
def test_a_listed_oxo_leaves_the_bonds_of_the_base(smiles, base, rows, expected):
    assert asked(smiles, base, rows).result is RuleResult(expected)
