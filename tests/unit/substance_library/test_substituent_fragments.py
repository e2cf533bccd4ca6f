"""Fragments of a list of substituents, however they are written, and fragments that are cut out of a structure."""

import pytest
from rdkit import Chem

from substance_library.derivation import ListedSubstituent
from substance_library.derivations import leftover
from substance_library.derivations.graph import Effort, SearchExhaustedError
from substance_library.derivations.leftover import Cutting
from substance_library.derivations.substituents import SubstituentTable
from substance_library.errors import InvalidDerivationError
from tests.builders.toy_lists import FIRST


def text_of(fragment, valence):
    listed = ListedSubstituent(fragment=fragment, valence=valence, valid_from=FIRST)
    return next(iter(SubstituentTable.of([listed]).by_text))


@pytest.mark.parametrize(
    ("text", "valence", "forms"),
    [
        ("*C", 1, ["[*]C", "*C", "[*:1]C", "[1*]C", "C[*]", "[*]C([2H])([2H])[2H]", "[*][13CH3]"]),
        ("*=O", 2, ["[*]=O", "O=*", "[*:1]=O"]),
        ("*OCO*", 2, ["[*]OCO[*]", "[*:1]OCO[*:2]", "O(*)CO*"]),
        ("*c1ccccc1", 1, ["[*]c1ccccc1", "[*]C1=CC=CC=C1"]),
        ("*C=CC=C*", 2, ["[*]C=CC=C[*]", "[*]cccc[*]", r"[*]\C=C/C=C\[*]"]),
        ("*C=CO*", 2, ["[*]C=CO[*]", "[*]cco[*]"]),
        ("*[N+](=O)[O-]", 1, ["[*][N+](=O)[O-]", "[*]N(=O)=O"]),
        ("*C(=O)O", 1, ["[*]C(=O)O", "[*]C(=O)[O-]"]),
        ("*N", 1, ["[*]N", "[*][NH3+]"]),
        ("*C(C)CC", 1, ["[*]C(C)CC", "[*][C@H](C)CC", "[*][C@@H](C)CC"]),
        ("*c1ccc(*)cc1", 2, ["[*]c1ccc([*])cc1", "[*]C1=CC=C([*])C=C1"]),
        ("*c1ccccc1*", 2, ["[*]c1ccccc1[*]"]),
        ("*n1cccc1", 1, ["[*]n1cccc1", "[*]N1C=CC=C1"]),
        ("*S(C)(=O)=O", 1, ["[*]S(C)(=O)=O"]),
        ("*[PH2]=O", 1, ["[*][PH2]=O", "O=[PH2][*]"]),
        ("*[Si](C)(C)C", 1, ["[*][Si](C)(C)C"]),
        ("*[N+](C)(C)C", 1, ["[*][N+](C)(C)C"]),
        ("*S(C)=O", 1, ["[*]S(C)=O", "[*][S+](C)[O-]"]),
    ],
)
def test_one_fragment_has_one_text(text, valence, forms):
    assert {text_of(form, valence) for form in forms} == {text}


@pytest.mark.parametrize("form", ["[*][H]", "[H]*", "*[H]", "[*:1][H]", "[*][2H]"])
def test_hydrogen_may_be_listed(form):
    listed = ListedSubstituent(fragment=form, valence=1, valid_from=FIRST)
    table = SubstituentTable.of([listed])
    assert (table.hydrogen, table.by_text) == (listed, {})


def test_the_first_row_of_a_fragment_stands():
    rows = [ListedSubstituent(fragment=form, valence=1, valid_from=FIRST) for form in ("C*", "[*]C")]
    assert [form.listed.fragment for form in SubstituentTable.of(rows).forms] == ["C*"]


@pytest.mark.parametrize(
    ("fragment", "valence", "problem"),
    [
        ("[*]C", 2, "1 bond"),
        ("[*]=O", 1, "2 bond"),
        ("[*]#N", 1, "3 bond"),
        ("[*]=CC=[*]", 2, "4 bond"),
        ("C", 1, "0 star"),
        ("[*][*]", 2, "2 star"),
        ("*C*C*", 2, "3 star"),
        ("[*]1CCCC[*]1", 2, "2 star"),
        ("*1CC1", 2, "1 star"),
        ("[*]C.Cl", 1, "several components"),
        ("[*]C.[*]C", 2, "several components"),
        ("[*", 1, "no SMILES"),
        ("", 1, "no SMILES"),
        ("[*]C C", 1, "no SMILES"),
        ("С[*]", 1, "no SMILES"),
        ("[*]C(C)(C)(C)C", 1, "no such fragment"),
        ("[*]ccc[*]", 2, "no such fragment"),
        ("[*]" + "C" * 501, 1, "no such fragment"),
        ("[*]" + "C" * 100_000, 1, "no SMILES"),
        ("[*]cccc[*]" + "C" * 1_900, 2, "no such fragment"),
    ],
)
def test_what_is_no_fragment_is_refused(fragment, valence, problem):
    with pytest.raises(InvalidDerivationError, match=problem):
        ListedSubstituent(fragment=fragment, valence=valence, valid_from=FIRST)


def cut(smiles, core):
    cutting = Cutting(Chem.MolFromSmiles(smiles), Effort(100_000))
    fragments = [cutting.fragment(leftover) for leftover in cutting.leftovers(core)]
    return [fragment.text if fragment else None for fragment in fragments]


@pytest.mark.parametrize(
    ("smiles", "core", "texts"),
    [
        ("CCc1ccccc1", (0, 1), ["*c1ccccc1"]),
        ("c1ccc2ccccc2c1", (0, 1, 2, 3, 8, 9), ["*C=CC=C*"]),
        ("c1ccc2[nH]ccc2c1", (0, 1, 2, 3, 7, 8), ["*C=CN*"]),
        ("c1ccc2cc3ccccc3cc2c1", (0, 1, 2, 3, 12, 13), ["*C=c1ccccc1=C*"]),
        ("C1CC2(C1)OCCO2", (0, 1, 2, 3), ["*OCCO*"]),
        ("CC(=O)C", (0, 1, 3), ["*=O"]),
        ("CC#N", (0, 1), ["*#N"]),
        ("CO.CN", (0, 2), ["*O", "*N"]),
        ("c1ccncc1", (3,), [None]),  # five atoms cannot be held by two single bonds
    ],
)
def test_leftovers_are_cut_with_a_star_at_each_bond(smiles, core, texts):
    assert cut(smiles, core) == texts


def test_many_rings_are_cut_in_bounded_time():
    """A sheet of fused rings has thousands of drawings: a few are looked at, always the same."""
    sheet = "c1cc2ccc3cc4ccc5cc6ccc7cc8ccc9ccccc9c8cc7c6cc5c4cc3c2cc1"
    molecule = Chem.MolFromSmiles(sheet)
    ring = molecule.GetRingInfo().AtomRings()[0]
    once, again = cut(sheet, ring), cut(sheet, ring)
    assert once == again
    assert len(once) == 1
    chain = "C"
    for number in range(3, 9):  # each ring of the chain can be drawn in two ways
        chain = f"c{number}ccc({chain})cc{number}"
    naphthalene = Chem.MolFromSmiles(f"c1ccc2cc(-{chain})ccc2c1")
    far = next(ring for ring in naphthalene.GetRingInfo().AtomRings() if 0 in ring)
    assert cut(f"c1ccc2cc(-{chain})ccc2c1", far) == [
        "*C=CC(=C*)c1ccc(-c2ccc(-c3ccc(-c4ccc(-c5ccc(-c6ccc(C)cc6)cc5)cc4)cc3)cc2)cc1"
    ]


def test_what_cannot_be_a_molecule_is_no_fragment():
    impossible = Chem.RWMol(Chem.MolFromSmiles("C(C)(C)(C)(C)C", sanitize=False))
    assert leftover._finished(impossible, (), (0,)) is None


def test_cutting_has_its_price():
    cutting = Cutting(Chem.MolFromSmiles("C" * 50), Effort(100))
    with pytest.raises(SearchExhaustedError):
        cutting.fragment(cutting.leftovers((0,))[0])
