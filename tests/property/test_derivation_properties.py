"""Derivation whatever the drawing: numbering, salts, labels and hands change no answer; made structures are found."""

from datetime import date, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from rdkit import Chem

from substance_library.identifiers import Smiles
from substance_library.prepared_structure import prepare
from substance_library.rule_answer import RuleResult
from substance_library.russian_derivation import note_six_rules
from tests.builders.examples import fewer
from tests.builders.toy_lists import AFTER, BASES, FRAGMENTS, LAST, MIDDLE, replaced, toy

RULES = {smiles: toy((smiles,), FRAGMENTS, last=LAST) for smiles in BASES}
MADE = {
    (smiles, fragment): sorted(set(replaced(smiles, fragment)) - {prepare(Smiles(smiles)).parent_smiles})
    for smiles in BASES
    for fragment in FRAGMENTS
}
PAIRS = sorted(pair for pair, made in MADE.items() if made)
CATHINONES = (
    "CC(NC)C(=O)c1ccc(C)cc1",
    "CCCC(N1CCCC1)C(=O)c1ccc2OCOc2c1",
    "CC(NC)C(=O)c1ccc2ccccc2c1",
    "CC(NC)C(=O)c1ccc(O)cc1",
    "CC(N(C)CCO)C(=O)c1ccccc1",
    "CC(N)C(=O)c1ccccc1",
    "CC(NC(C)(C)C)C(=O)c1cccc(Cl)c1",
)
FUSED = "[*]C=CC=C[*]"
SALTS = ("", ".Cl", ".OS(=O)(=O)O", ".[Na+].[Br-]", ".O", ".OC(=O)C(O)C(O)C(=O)O")


@st.composite
def drawings(draw, smiles):
    """Draw a structure anew: other numbers, explicit or kekulised, labelled, with a salt, a hand or a charge."""
    molecule = Chem.MolFromSmiles(smiles)
    if draw(st.booleans()):
        molecule = Chem.AddHs(molecule)
    molecule = Chem.RenumberAtoms(molecule, draw(st.permutations(range(molecule.GetNumAtoms()))))
    isotopes = {1: 2, 6: 13, 7: 15, 8: 18}
    for atom in molecule.GetAtoms():
        if atom.GetAtomicNum() in isotopes and draw(st.integers(0, 5)) == 0:
            atom.SetIsotope(isotopes[atom.GetAtomicNum()])
    for atom, _ in Chem.FindMolChiralCenters(molecule, includeUnassigned=True):
        tags = [
            Chem.ChiralType.CHI_UNSPECIFIED,
            Chem.ChiralType.CHI_TETRAHEDRAL_CW,
            Chem.ChiralType.CHI_TETRAHEDRAL_CCW,
        ]
        molecule.GetAtomWithIdx(atom).SetChiralTag(draw(st.sampled_from(tags)))
    kekulised = draw(st.booleans())
    if kekulised:
        Chem.Kekulize(molecule, clearAromaticFlags=True)
    text = Chem.MolToSmiles(molecule, canonical=False, kekuleSmiles=kekulised)
    salt = draw(st.sampled_from(SALTS))
    return salt[1:] + "." + text if salt and draw(st.booleans()) else text + salt


@fewer(2)
@given(st.data())
def test_a_structure_made_from_a_base_by_a_row_matches_while_the_row_is_in_force(data):
    pair = data.draw(st.sampled_from(PAIRS))
    smiles = data.draw(st.sampled_from(MADE[pair]))
    drawn = data.draw(drawings(smiles))
    rule = RULES[pair[0]]
    day = data.draw(st.dates(date(2020, 1, 1), LAST))
    answer = rule.judge(prepare(Smiles(drawn)), as_of=day)
    assert (answer.result, answer.base_id) == (RuleResult.MATCH, "toy-1"), drawn
    for late in (AFTER, AFTER + timedelta(days=data.draw(st.integers(0, 10_000)))):
        assert rule.judge(prepare(Smiles(drawn)), as_of=late).result is not RuleResult.MATCH


@fewer(2)
@given(st.data())
def test_several_rows_one_after_the_other_are_never_no_match(data):
    """What sits on the base matches; where a row sits on a row, that point is open.

    A fused ring comes first or not at all: it would make double bonds of a row aromatic, and that row is no more.
    """
    base = data.draw(st.sampled_from(BASES))
    made = base
    others = st.sampled_from([fragment for fragment in FRAGMENTS if fragment != FUSED])
    for fragment in [data.draw(st.sampled_from(FRAGMENTS)), *data.draw(st.lists(others, min_size=1, max_size=2))]:
        made = data.draw(st.sampled_from(sorted(set(replaced(made, fragment))) or [made]))
    assume(prepare(Smiles(made)).parent_smiles != prepare(Smiles(base)).parent_smiles)
    answer = RULES[base].judge(prepare(Smiles(made)), as_of=MIDDLE)
    assert answer.result is not RuleResult.NO_MATCH, made


@fewer(2)
@given(st.data())
def test_without_its_row_a_substituent_of_its_own_elements_never_matches(data):
    """A fragment with an element that no row has cannot be read as anything else."""
    base = data.draw(st.sampled_from(BASES))
    fragment = data.draw(st.sampled_from(["[*]Br", "[*]I", "[*]P", "[*][SiH3]", "[*]=[Se]", "[*]B(C)C"]))
    made = sorted(replaced(base, fragment))
    assume(made)
    drawn = data.draw(drawings(data.draw(st.sampled_from(made))))
    assert RULES[base].judge(prepare(Smiles(drawn)), as_of=MIDDLE).result is RuleResult.NO_MATCH


@fewer(4)
@given(st.data())
def test_no_drawing_changes_an_answer(data):
    pair = data.draw(st.sampled_from(PAIRS))
    other = data.draw(st.sampled_from(BASES))
    smiles = data.draw(st.sampled_from(MADE[pair]))
    drawn = data.draw(drawings(smiles))
    rule = RULES[other]
    plain, anew = (rule.judge(prepare(Smiles(one)), as_of=MIDDLE) for one in (smiles, drawn))
    facts = [
        (answer.result, answer.base_id, answer.substituents, answer.undecided, answer.failed)
        for answer in (plain, anew)
    ]
    assert facts[0] == facts[1], drawn


@pytest.mark.parametrize("rule", note_six_rules(), ids=lambda rule: rule.id)
@fewer(2)
@given(st.data())
def test_no_drawing_changes_an_answer_of_the_russian_rules(rule, data):
    smiles = data.draw(st.sampled_from(CATHINONES))
    drawn = data.draw(drawings(smiles))
    plain, anew = (rule.judge(prepare(Smiles(one))) for one in (smiles, drawn))
    facts = [
        (answer.result, answer.undecided, answer.failed, sorted(one.fragment for one in answer.proof.placed))
        if answer.proof
        else (answer.result, answer.undecided, answer.failed)
        for answer in (plain, anew)
    ]
    assert facts[0] == facts[1], drawn


@fewer(4)
@given(st.data())
def test_a_proof_maps_the_skeleton_onto_atoms_of_the_same_elements(data):
    pair = data.draw(st.sampled_from(PAIRS))
    drawn = data.draw(drawings(data.draw(st.sampled_from(MADE[pair]))))
    answer = RULES[pair[0]].judge(prepare(Smiles(drawn)), as_of=MIDDLE)
    proof = answer.proofs[0].proof
    base, structure = _as_given(pair[0]), _as_given(drawn)
    for here, there in proof.mapping:
        assert base.GetAtomWithIdx(here).GetAtomicNum() == structure.GetAtomWithIdx(there).GetAtomicNum()
    images = [there for _, there in proof.mapping]
    beside = [atom for placed in proof.placed for atom in placed.atoms]
    assert len(set(images + beside)) == len(images) + len(beside)


def _as_given(text):
    parameters = Chem.SmilesParserParams()
    parameters.removeHs = False
    return Chem.MolFromSmiles(text, parameters)
