from decimal import Decimal

import pytest
from rdkit import Chem

from substance_library.errors import InvalidIdentifierError
from substance_library.identifiers import Smiles
from substance_library.prepared_structure import prepare

MEPHEDRONE = "CNC(C)C(=O)c1ccc(C)cc1"


@pytest.mark.parametrize(
    "text",
    [
        MEPHEDRONE,
        "Cl.CNC(C)C(=O)c1ccc(C)cc1",
        "[Cl-].C[NH2+]C(C)C(=O)c1ccc(C)cc1",
        "CNC(C)C(=O)c1ccc(C)cc1.OC(CC(O)=O)(CC(O)=O)C(O)=O",  # citric acid is the heavier component
        "OC(=O)C(F)(F)F.C[NH2+]C(C)C(=O)c1ccc(C)cc1.O.O",
        "[H]N(C)C([H])(C)C(=O)c1ccc(C)cc1",
        "[2H]C([2H])([2H])NC(C)C(=O)c1ccc(C)cc1",
        "[13CH3]N[C@@H](C)C(=O)c1[14cH]cc(C)cc1",
        "CNC(C)C(=O)C1=CC=C(C)C=C1",
        "OS(=O)(=O)O.CNC(C)C(=O)c1ccc(C)cc1.CNC(C)C(=O)c1ccc(C)cc1",
        "[CH3:7]NC(C)C(=O)c1ccc(C)cc1",
    ],
)
def test_salts_labels_charges_and_drawing_lead_to_one_parent(text):
    prepared = prepare(Smiles(text))
    assert prepared.parent_smiles == MEPHEDRONE
    assert prepared.mass_u == Decimal("177.247")
    given = Chem.MolFromSmiles(text, _as_written())
    for atom, index in zip(prepared.parent.GetAtoms(), prepared.given_atoms, strict=True):
        assert given.GetAtomWithIdx(index).GetAtomicNum() == atom.GetAtomicNum()
    assert len(set(prepared.given_atoms)) == prepared.parent.GetNumAtoms() == 13


def _as_written():
    parameters = Chem.SmilesParserParams()
    parameters.removeHs = False
    return parameters


def test_atoms_are_counted_as_they_are_written_with_explicit_hydrogens():
    assert prepare(Smiles("[H]OC.[Na+]")).given_atoms == (1, 2)


def test_what_was_taken_off_is_kept():
    prepared = prepare(Smiles("[Cl-].[2H]C[NH2+][C@@H](C)C(=O)c1ccc(C)cc1"))
    taken = prepared.taken_off
    assert taken.parts == ("Cl",)
    assert taken.isotopes == ((1, 2),)
    assert taken.charges == ((3, 1),)
    assert taken.stereo
    assert prepared.stereo_smiles == Chem.CanonSmiles("CN[C@@H](C)C(=O)c1ccc(C)cc1")
    assert prepared.other_organic == ()


def test_a_mixture_is_named_and_the_larger_component_is_the_parent_in_either_order():
    fentanyl, mephedrone = "CCC(=O)N(c1ccccc1)C1CCN(CCc2ccccc2)CC1", MEPHEDRONE
    for text in (f"{fentanyl}.{mephedrone}", f"{mephedrone}.{fentanyl}"):
        prepared = prepare(Smiles(text))
        assert prepared.parent_smiles == fentanyl
        assert prepared.other_organic == (mephedrone,)


@pytest.mark.parametrize(
    ("text", "parent"),
    [
        ("[O-][N+](=O)c1ccccc1", "O=[N+]([O-])c1ccccc1"),  # no proton undoes a nitro group
        ("O=N(=O)c1ccccc1", "O=[N+]([O-])c1ccccc1"),
        ("C[N+](C)(C)CC([O-])=O", "C[N+](C)(C)CC(=O)O"),
        ("[NH3+]CC([O-])=O", "NCC(=O)O"),
        ("C[S+]([O-])c1ccccc1", "CS(=O)c1ccccc1"),
        ("C[S+2]([O-])([O-])c1ccccc1", "CS(=O)(=O)c1ccccc1"),
        ("C[S+]([O-])[O-]", "CS(=O)O"),
        ("CCO[Mg]OCC", "CCO"),
        ("[Na]OC(=O)c1ccc(Br)cc1", "O=C(O)c1ccc(Br)cc1"),
        ("CN(C)(=O)CC", "CC[N+](C)(C)[O-]"),
        ("F[P-](F)(F)(F)(F)F.CC[NH3+]", "CCN"),  # an anion that takes no proton
        ("CC[P-](F)(F)(F)(F)F", "CC[P-](F)(F)(F)(F)F"),
        ("C[N+](C)(O)CC.[Cl-]", "CC[N+](C)(C)[O-]"),  # an N-oxide that took up a proton
        ("O[n+]1ccccc1", "[O-][n+]1ccccc1"),
        ("CC=[N+]([O-])O", "CC=[N+]([O-])O"),
        ("[Na+].[Cl-]", "Cl"),
        ("[H][H]", "[H][H]"),
        ("[1*]CC", "*CC"),
    ],
)
def test_charges_are_undone_as_far_as_protons_can(text, parent):
    prepared = prepare(Smiles(text))
    assert prepared.parent_smiles.replace("[1*]", "*") == Chem.CanonSmiles(parent)


@pytest.mark.parametrize("text", ["[HeH-](F)", "[CsH2-](F)", "[NH+4](C)(C)C", "F[I-](F)(F)(F)F"])
def test_what_no_proton_can_mend_stays_as_it_is(text):
    assert prepare(Smiles(text)).parent.GetNumHeavyAtoms() >= 1


def test_bonds_that_no_hydrogen_has_are_refused():
    with pytest.raises(InvalidIdentifierError, match="expected possible valences of hydrogen too"):
        prepare(Smiles("[HH2-3](C)"))


@pytest.mark.parametrize("text", ["OC(=O)CC(O)(CC(O)=O)C(O)=O.O", "CCO.O", "Cl"])
def test_a_counter_ion_alone_is_its_own_parent(text):
    prepared = prepare(Smiles(text))
    assert prepared.parent.GetNumHeavyAtoms() >= 1
    assert prepared.other_organic == ()


def test_the_largest_structure_that_is_read_is_prepared():
    chain = prepare(Smiles("C" * 500))
    assert chain.parent.GetNumAtoms() == 500
