"""The German rules on structures that no document knows: order, drawing, salts and labels never change an answer."""

import csv
import random
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st
from rdkit import Chem

from tests.builders.examples import fewer
from tests.builders.rule_cases import answered

TABLE = Path(__file__).parents[1] / "golden" / "law" / "independent_cases.csv"
CASES = [row for row in csv.DictReader(TABLE.read_text("utf-8").splitlines()) if row["class"].startswith("DE_")]
PARTS = ("Cl", "[Na+].[Cl-]", "O.O", "OC(=O)C=CC(=O)O", "CS(=O)(=O)O")


def _shuffled(molecule: Chem.Mol, dice: random.Random) -> str:
    order = list(range(molecule.GetNumAtoms()))
    dice.shuffle(order)
    return Chem.MolToSmiles(Chem.RenumberAtoms(molecule, order), canonical=False)


def _with_bonds_written_out(molecule: Chem.Mol) -> str:
    written = Chem.Mol(molecule)
    Chem.Kekulize(written, clearAromaticFlags=True)
    return Chem.MolToSmiles(written, kekuleSmiles=True, canonical=False)


def _labelled(molecule: Chem.Mol, dice: random.Random) -> str:
    explicit = Chem.AddHs(molecule)
    for atom in explicit.GetAtoms():
        if atom.GetAtomicNum() == 1 and dice.random() < 0.4:
            atom.SetIsotope(2)
    return Chem.MolToSmiles(explicit)


@given(case=st.sampled_from(CASES), seed=st.integers(0, 2**32), part=st.sampled_from(PARTS))
@fewer(2)
def test_another_drawing_of_an_independent_case_has_the_same_answer(case, seed, part):
    dice = random.Random(seed)  # noqa: S311 - no secret
    molecule = Chem.MolFromSmiles(case["smiles"])
    drawings = [
        _shuffled(molecule, dice),
        _with_bonds_written_out(molecule),
        _labelled(molecule, dice),
        f"{part}.{case['smiles']}",
    ]
    first = answered(case["class"], case["smiles"])
    assert first.result.value == case["expected"]
    for drawing in drawings:
        answer = answered(case["class"], drawing)
        assert (answer.result, set(answer.undecided)) == (first.result, set(first.undecided)), drawing


@given(case=st.sampled_from([case for case in CASES if case["expected"] != "no_match"]), seed=st.integers(0, 2**32))
@fewer(2)
def test_a_proof_speaks_about_every_atom_of_the_parent_once(case, seed):
    smiles = _shuffled(Chem.MolFromSmiles(case["smiles"]), random.Random(seed))  # noqa: S311 - no secret
    proof = answered(case["class"], smiles).proof
    spoken_of = [atom for _, atom in proof.mapping] + [atom for it in proof.placed for atom in it.atoms]
    assert len(spoken_of) == len(set(spoken_of))
    assert all(it.allowed_by and it.slot for it in proof.placed)
