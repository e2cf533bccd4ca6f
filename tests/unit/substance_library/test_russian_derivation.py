"""Derivatives by note 6 of the Russian list: the acceptance cases, and near misses written from the wording."""

import csv
from pathlib import Path

import pytest

from substance_library import russian_derivation
from substance_library.derivation import EFFORT_POINT, STAR_POINT
from substance_library.identifiers import Smiles
from substance_library.prepared_structure import prepare
from substance_library.russian_derivation import BRIDGE_POINT, HYDROXYL_POINT, OXO_POINT, note_six_rules

TABLE = Path(__file__).parents[2] / "golden" / "law" / "generic_cases.csv"
RULES = {rule.id: rule for rule in note_six_rules()}
EPHEDRONE, DIMETHYL = RULES["RU_DERIV_EPHEDRONE"], RULES["RU_DERIV_N_METHYLEPHEDRONE"]
CASES = [row for row in csv.DictReader(TABLE.read_text("utf-8").splitlines()) if row["class"] in RULES]


def ask(rule, smiles):
    return rule.judge(prepare(Smiles(smiles)))


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['class']}-{case['label']}")
def test_each_acceptance_case_has_its_answer(case):
    answer = ask(RULES[case["class"]], case["smiles"])
    assert answer.result.value == case["expected"], (case["reason"], answer)


def test_all_acceptance_cases_are_there():
    assert len(CASES) == 27


def test_the_rules_name_base_and_source():
    assert [rule.title for rule in RULES.values()] == [
        "derivatives of ephedrone (methcathinone)",
        "derivatives of N-methylephedrone",
    ]
    assert all("note 6" in rule.source for rule in RULES.values())


@pytest.mark.parametrize(
    "smiles",
    [
        "CC(NC)C(=O)c1ccc(CCCCCCCCCC)cc1",  # ten carbons, as many as the base has
        "CC(NC)C(=O)c1c(F)c(F)c(F)c(F)c1F",
        "CC(NC)C(=O)c1ccc(C(=O)OC)cc1",  # an ester is no carboxyl
        "CC(NC)C(=O)c1ccc(C(N)=O)cc1",
        "CC(NC)C(=O)c1ccc([N+](=O)[O-])cc1",
        "CC(NC)C(=O)c1ccc(N)cc1",
        "CC(NC)C(=O)c1ccc2CCCc2c1",  # a bridge that is not aromatic
        "CC(NC)C(=O)c1ccc2OCCc2c1",
        "CC(N(C)C(C)=O)C(=O)c1ccccc1",  # oxo inside a larger group
        "CC(N(C)c1ccccc1)C(=O)c1ccccc1",
        "CC(NC)C(=O)c1ccc(-c2ccccc2)cc1",
        "C=CC(NC)C(=O)c1ccccc1",  # =CH2 on the methyl: bivalent on one atom
        "S=CC(NC)C(=O)c1ccccc1",
        "CC(C)(NC)C(=O)c1ccccc1",
        "CN1c2ccccc2CC1C(=O)c1ccccc1",  # an aromatic bridge between atoms that are no neighbours
        "CC1(NC)CCc2ccccc2C1=O",  # a bridge from the methyl to the ring
        "CC(NC(C)(C)C)C(=O)c1cccc(Cl)c1",  # bupropion: the exemption for medicines comes after
        "CC(N(CC)CC)C(=O)c1ccccc1",  # amfepramone
        "CC([N+](C)(C)C)C(=O)c1ccccc1",  # a trimethylammonium: the hydrogen of the salt is replaced
        "CC(NC)C(=O)c1cccc([N+](C)(C)C)c1",
        "CNC1COc2ccccc2C1=O",  # a chromanone: O between the methyl and the ring
        "CSc1ccc(C(=O)C(C)(C)N2CCOCC2)cc1",  # a photoinitiator
        "Cl.C[C@@H](NC)C(=O)c1ccc(C)cc1",
        "CC([NH2+]C)C(=O)C1=CC=C(C([2H])([2H])[2H])C=C1.[Br-]",
    ],
)
def test_ephedrone_derivatives(smiles):
    answer = ask(EPHEDRONE, smiles)
    assert (answer.result.value, answer.undecided, answer.failed) == ("match", (), ())
    assert answer.proof.placed


@pytest.mark.parametrize(
    ("smiles", "failed"),
    [
        ("CC(NC)C(=O)c1ccc(CCCCCCCCCCC)cc1", "11 carbons in the substituents, more than 10 in the base"),
        ("CC(NCCCCCC)C(=O)c1ccc(CCCCCC)cc1", "11 carbons in the substituents, more than 10 in the base"),
        ("CC(NC)C(=O)c1ccc(O)c(C)c1", "*O: hydroxyl and carboxyl are excepted"),
        ("OCC(NC)C(=O)c1ccccc1", "*O: hydroxyl and carboxyl are excepted"),
        ("CC(NC)C(=O)c1cccc(C(=O)[O-])c1", "*C(=O)O: hydroxyl and carboxyl are excepted"),
        ("CC(NC)C(=O)c1ccccc1", "it is ephedrone (methcathinone) itself, which is listed"),
        ("C[C@H](NC)C(=O)c1ccccc1.Cl", "it is ephedrone (methcathinone) itself, which is listed"),
        ("CC(N)C(=O)c1ccc(C)cc1", "the skeleton of ephedrone (methcathinone) is not in it"),
        ("CC(NC)C(O)c1ccc(C)cc1", "the skeleton of ephedrone (methcathinone) is not in it"),
        ("CC(NC)C(=S)c1ccc(C)cc1", "the skeleton of ephedrone (methcathinone) is not in it"),
        ("CC(CNC)C(=O)c1ccccc1", "the skeleton of ephedrone (methcathinone) is not in it"),
        ("CC(NC)CC(=O)c1ccccc1", "the skeleton of ephedrone (methcathinone) is not in it"),
        ("C(NC)C(=O)c1ccccc1", "the skeleton of ephedrone (methcathinone) is not in it"),
        ("CC(NC)C(=O)C1CCCCC1", "the skeleton of ephedrone (methcathinone) is not in it"),
        ("CC(NC)C(=O)c1ccncc1", "the skeleton of ephedrone (methcathinone) is not in it"),
        ("CC([N+](C)(C)[O-])C(=O)c1ccccc1", "the skeleton of ephedrone (methcathinone) is not in it"),
        ("CC(NC)=C(O)c1ccccc1", "the skeleton of ephedrone (methcathinone) is not in it"),
        ("CNC1CC1C(=O)c1ccccc1", "the skeleton of ephedrone (methcathinone) is not in it"),
        ("O=C(c1ccccc1)C1CC2CCN1CC2", "*CCC(*)C* is held by more than two bonds"),
    ],
)
def test_near_misses_of_ephedrone(smiles, failed):
    answer = ask(EPHEDRONE, smiles)
    assert (answer.result.value, answer.proof, answer.failed) == ("no_match", None, (failed,))


@pytest.mark.parametrize(
    ("smiles", "point"),
    [
        ("CC(NC)C(=O)c1ccc(CO)cc1", HYDROXYL_POINT),
        ("CC(NC)C(=O)c1ccc(CC(=O)O)cc1", HYDROXYL_POINT),
        ("CC(NC)C(=O)c1ccc(-c2ccc(O)cc2)cc1", HYDROXYL_POINT),
        ("CC(=O)C(NC)C(=O)c1ccccc1", OXO_POINT),
        ("O=CC(NC)C(=O)c1ccccc1", OXO_POINT),
        ("CC(NC)C(=O)c1ccc2ccccc2c1", BRIDGE_POINT),
        ("CC(NC)C(=O)c1ccc2occc2c1", BRIDGE_POINT),
        ("CC(NC)C(=O)c1ccc2[nH]ccc2c1", BRIDGE_POINT),
        ("CC(NC)C(=O)c1ccc2ncccc2c1", BRIDGE_POINT),
        ("CC1(C(=O)c2ccccc2)c2ccccc2N1C", BRIDGE_POINT),  # nitrogen and its neighbour
    ],
)
def test_open_points(smiles, point):
    answer = ask(EPHEDRONE, smiles)
    assert (answer.result.value, answer.undecided) == ("cannot_decide", (point,))
    assert any(placed.allowed_by == f"open: {point}" for placed in answer.proof.placed)


def test_two_open_points_are_both_named():
    answer = ask(EPHEDRONE, "CC(NC)C(=O)c1ccc2ccc(O)cc2c1")
    assert answer.undecided == (BRIDGE_POINT, HYDROXYL_POINT)


def test_no_match_stands_beside_an_open_point():
    answer = ask(EPHEDRONE, "CC(NC)C(=O)c1cc(CCCCCCC)c2ccccc2c1")
    assert answer.failed == ("11 carbons in the substituents, more than 10 in the base",)


@pytest.mark.parametrize(
    ("smiles", "result"),
    [
        ("CC(N1CCCC1)C(=O)c1ccccc1", "match"),
        ("CC(N1CCOCC1)C(=O)c1ccccc1", "match"),
        ("CC(N1Cc2ccccc2C1)C(=O)c1ccccc1", "match"),  # the methyls are no neighbours
        ("CC(N(C)CCCCCCCCCCCC)C(=O)c1ccccc1", "match"),  # eleven carbons
        ("CC(N(C)CCCCCCCCCCCCC)C(=O)c1ccccc1", "no_match"),
        ("CC(N(C)CCO)C(=O)c1ccccc1", "cannot_decide"),
        ("CC(N1CCC(=O)CC1)C(=O)c1ccccc1", "match"),
        ("CC(NC)C(=O)c1ccccc1", "no_match"),
        ("CC(N(C)C)C(=O)c1ccccc1", "no_match"),
        ("CC(n1cccc1)C(=O)c1ccccc1", "no_match"),
        ("CC([N+](C)(C)C)C(=O)c1ccccc1", "match"),  # section 4 of law.md counts a trimethylammonium among the hits
        ("CC([N+](C)(C)[O-])C(=O)c1ccccc1", "no_match"),
        ("CC([N+](C)(C)[O-])C(=O)c1ccc(C)cc1", "no_match"),
    ],
)
def test_n_methylephedrone(smiles, result):
    assert ask(DIMETHYL, smiles).result.value == result


def test_the_proof_says_where_the_salt_gave_its_hydrogen():
    words = "a charged atom with one group more: the hydrogen of the base's salt counts as replaced there"
    assert words in ask(DIMETHYL, "CC([N+](C)(C)C)C(=O)c1ccccc1").proof.notes
    assert words not in ask(EPHEDRONE, "CC(NC)C(=O)c1cccc([N+](C)(C)C)c1").proof.notes


def test_a_proof_names_each_replaced_hydrogen():
    proof = ask(EPHEDRONE, "Cl.CCCC(N1CCCC1)C(=O)c1ccc2OCOc2c1").proof
    assert sorted((placed.slot, placed.fragment) for placed in proof.placed) == [
        ("H at C0 of the base", "[*]CC"),
        ("H at C9 of the base; H at C10 of the base", "[*]OCO[*]"),
        ("H at N2 of the base; H at C3 of the base", "[*]CCC[*]"),
    ]
    assert len(proof.mapping) == 12
    assert "taken off: Cl" in proof.notes


def test_a_star_is_not_decided():
    assert ask(EPHEDRONE, "*c1ccccc1C(=O)C(C)NC").undecided == (STAR_POINT,)


def test_a_search_that_is_ended_is_not_decided(monkeypatch):
    monkeypatch.setattr(russian_derivation, "EFFORT", 20)
    answer = ask(EPHEDRONE, "CC(NC)C(=O)c1ccc(C)cc1")
    assert (answer.result.value, answer.undecided) == ("cannot_decide", (EFFORT_POINT,))


def test_two_of_a_kind_and_a_salt_are_one():
    assert ask(EPHEDRONE, "CC(NC)C(=O)c1ccccc1.CC(NC)C(=O)c1ccccc1.OS(=O)(=O)O").result.value == "no_match"
