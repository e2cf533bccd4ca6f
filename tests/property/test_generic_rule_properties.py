"""What must never change an answer of a rule: the order of atoms, a counter-ion, labels, marks of stereochemistry."""

import csv
import random
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st
from rdkit import Chem

from substance_library.generic_definition import generic_rules
from substance_library.identifiers import Smiles
from substance_library.prepared_structure import prepare
from tests.builders.examples import fewer

TABLE = Path(__file__).parents[1] / "golden" / "law" / "generic_cases.csv"
RULES = {rule.id: rule for rule in generic_rules()}
CASES = [row for row in csv.DictReader(TABLE.read_text("utf-8").splitlines()) if row["class"] in RULES]
COUNTER_IONS = ("Cl", "[Cl-]", "O", "OS(=O)(=O)O", "OC(=O)C(F)(F)F", "OC(=O)CC(O)(CC(=O)O)C(=O)O", "OC(=O)C=CC(=O)O")


def _renumbered(smiles: str, seed: int) -> str:
    molecule = Chem.MolFromSmiles(smiles)
    order = list(range(molecule.GetNumAtoms()))
    random.Random(seed).shuffle(order)  # noqa: S311 - no secret
    shuffled = Chem.RenumberAtoms(molecule, order)
    return Chem.MolToSmiles(shuffled, canonical=False, kekuleSmiles=False)


def _labelled(smiles: str, seed: int) -> str:
    molecule = Chem.AddHs(Chem.MolFromSmiles(smiles))
    dice = random.Random(seed)  # noqa: S311 - no secret
    heavier = {"H": 2, "C": 13, "N": 15, "O": 18}
    for atom in molecule.GetAtoms():
        if atom.GetSymbol() in heavier and dice.random() < 0.3:
            atom.SetIsotope(heavier[atom.GetSymbol()])
    return Chem.MolToSmiles(molecule)


def _kekulised(smiles: str) -> str:
    molecule = Chem.MolFromSmiles(smiles)
    Chem.Kekulize(molecule, clearAromaticFlags=True)
    return Chem.MolToSmiles(molecule, kekuleSmiles=True)


def _with_stereo(smiles: str, seed: int) -> str:
    molecule = Chem.MolFromSmiles(smiles)
    dice = random.Random(seed)  # noqa: S311 - no secret
    for atom in molecule.GetAtoms():
        if atom.GetDegree() >= 3 and not atom.GetIsAromatic():
            atom.SetChiralTag(dice.choice([Chem.ChiralType.CHI_TETRAHEDRAL_CW, Chem.ChiralType.CHI_TETRAHEDRAL_CCW]))
    Chem.AssignStereochemistry(molecule, cleanIt=True, force=True)
    return Chem.MolToSmiles(molecule)


def _protonated(smiles: str) -> str:
    molecule = Chem.MolFromSmiles(smiles)
    for atom in molecule.GetAtoms():
        amine = atom.GetSymbol() == "N" and not atom.GetIsAromatic() and atom.GetFormalCharge() == 0
        if amine and all(bond.GetBondTypeAsDouble() == 1 for bond in atom.GetBonds()):
            atom.SetFormalCharge(1)
            atom.SetNumExplicitHs(atom.GetTotalNumHs() + 1)
            break
    Chem.SanitizeMol(molecule)
    return Chem.MolToSmiles(molecule)


@given(case=st.sampled_from(CASES), seed=st.integers(0, 2**32), ion=st.sampled_from(COUNTER_IONS), first=st.booleans())
@fewer(2)
def test_drawing_salt_label_and_hand_never_change_an_answer(case, seed, ion, first):
    smiles = case["smiles"]
    forms = [
        _renumbered(smiles, seed),
        f"{ion}.{smiles}" if first else f"{smiles}.{ion}",
        _labelled(smiles, seed),
        _kekulised(smiles),
        _with_stereo(smiles, seed),
        _protonated(smiles),
    ]
    rule = RULES[case["class"]]
    for form in forms:
        assert rule.judge(prepare(Smiles(form))).result.value == case["expected"], form


@given(case=st.sampled_from(CASES), seed=st.integers(0, 2**32))
@fewer(2)
def test_every_rule_gives_the_same_answer_in_any_order_of_atoms(case, seed):
    one, other = (prepare(Smiles(text)) for text in (case["smiles"], _renumbered(case["smiles"], seed)))
    for rule in RULES.values():
        first, second = rule.judge(one), rule.judge(other)
        assert (first.result, set(first.undecided)) == (second.result, set(second.undecided))
        assert bool(first.failed) == bool(second.failed)


@given(case=st.sampled_from([case for case in CASES if case["expected"] == "match"]), seed=st.integers(0, 2**32))
@fewer(2)
def test_a_proof_covers_every_heavy_atom_of_the_parent_once(case, seed):
    structure = prepare(Smiles(_renumbered(case["smiles"], seed)))
    proof = RULES[case["class"]].judge(structure).proof
    assert proof is not None
    covered = [atom for _, atom in proof.mapping] + [atom for it in proof.placed for atom in it.atoms]
    assert sorted(covered) == sorted(structure.given_atoms)
