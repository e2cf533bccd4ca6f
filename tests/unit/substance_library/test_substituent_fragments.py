"""Fragments of a list of substituents, however they are written."""

import pytest

from substance_library.derivation import ListedSubstituent
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
        ("*n1cccc1", 1, ["[*]n1cccc1", "[*]N1C=CC=C1"]),
        ("*S(C)(=O)=O", 1, ["[*]S(C)(=O)=O"]),
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
