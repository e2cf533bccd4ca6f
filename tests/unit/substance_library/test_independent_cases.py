"""Structures with the answers that the wording of the law gives, written without a look at the engine.

``tests/golden/law/README.md`` says how the tables were made and how a row may be changed.
"""

import csv
import functools
from datetime import date
from pathlib import Path

import pytest
from rdkit import Chem

from substance_library.derivation import (
    Derivation,
    DerivationAnswer,
    DerivationBase,
    DerivationTables,
    ListedSubstituent,
)
from substance_library.generic_definition import generic_rules
from substance_library.identifiers import Smiles
from substance_library.prepared_structure import prepare
from substance_library.rule_answer import RuleResult
from substance_library.russian_derivation import note_six_rules

FOLDER = Path(__file__).parents[2] / "golden" / "law"


def table(name):
    with (FOLDER / name).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


CASES = table("independent_cases.csv")
CLASSES = list(dict.fromkeys(row["class"] for row in CASES))
DERIVED = table("independent_derive_cases.csv")
EXPECTED = table("independent_derive_expected.csv")
SCANS = table("independent_scans.csv")
PARTLY_ENCODED = {"UK_NITAZENE_EA_PARTIAL"}
"""Its "no match" may rest on limbs that are not known; then these are named."""
GROUPS = {
    "Me": "C",
    "Et": "CC",
    "F": "F",
    "OH": "O",
    "CN": "C#N",
    "NO2": "[N+](=O)[O-]",
    "Ph": "c1ccccc1",
    "OMe": "OC",
    "CF3": "C(F)(F)F",
    "NH2": "N",
    "Ac": "C(C)=O",
    "COOH": "C(=O)O",
    "SMe": "SC",
    "allyl": "CC=C",
    "Bn": "Cc1ccccc1",
    "OAc": "OC(C)=O",
    "Br": "Br",
    "cPr": "C1CC1",
}


def day(text):
    return date.fromisoformat(text) if text else None


@pytest.fixture(scope="module")
def toy():
    """The fictitious lists of bases and substituents."""
    bases = [
        DerivationBase(
            base_id=row["base_id"],
            label=row["label"],
            smiles=Smiles(row["smiles"]),
            valid_from=day(row["valid_from"]),
            valid_to=day(row["valid_to"]),
        )
        for row in table("independent_derive_bases.csv")
    ]
    substituents = [
        ListedSubstituent(
            fragment=row["fragment"],
            valence=int(row["valence"]),
            valid_from=day(row["valid_from"]),
            valid_to=day(row["valid_to"]),
        )
        for row in table("independent_derive_substituents.csv")
    ]
    return Derivation(DerivationTables(bases=tuple(bases), substituents=tuple(substituents)))


def as_written(answer: DerivationAnswer) -> str:
    if answer.base_id is None:
        return answer.result.value
    return f"{answer.base_id} {' + '.join(sorted(answer.substituents))}"


def allowed(row) -> set[str]:
    """Give the result, or each proof that would be right, with its rows in one order."""
    if not row["proofs"]:
        return {row["result"]}
    proofs = [proof.split(maxsplit=1) for proof in row["proofs"].split(" | ")]
    return {f"{base} {' + '.join(sorted(rows.split(' + ')))}" for base, rows in proofs}


def substituted(smiles: str, group: str) -> Smiles:
    """Put a group in the place of one H of the atom that bears the map number 1."""
    editable = Chem.RWMol(Chem.MolFromSmiles(smiles))
    (place,) = [atom for atom in editable.GetAtoms() if atom.GetAtomMapNum() == 1]
    place.SetAtomMapNum(0)
    place.SetNumExplicitHs(place.GetNumExplicitHs() - 1)
    first = editable.GetNumAtoms()
    editable.InsertMol(Chem.MolFromSmiles(GROUPS[group]))
    editable.AddBond(place.GetIdx(), first, Chem.BondType.SINGLE)
    Chem.SanitizeMol(editable)
    return Smiles(Chem.MolToSmiles(editable))


def answer_in(scan, group: str) -> str:
    for answer in ("match", "cannot_decide"):
        if group in scan[answer].split():
            return answer
    return "no_match"


@pytest.fixture(scope="module")
def rules():
    return {rule.id: rule for rule in (*generic_rules(), *note_six_rules())}


@pytest.mark.parametrize("scan", SCANS, ids=[f"{it['class']} {it['smiles']}" for it in SCANS])
def test_each_group_in_the_place_of_a_hydrogen_has_the_answer_of_the_wording(rules, scan):
    wrong = []
    for group in GROUPS.keys() - set(scan["left_out"].split()):
        structure = substituted(scan["smiles"], group)
        answer = rules[scan["class"]].judge(prepare(structure)).result.value
        if answer != answer_in(scan, group):
            wrong.append((group, structure.text, answer))
    assert wrong == [], scan["reason"]


@functools.cache
def judged(rule_id: str):
    """Give each row of a class with its structure and its answer."""
    (rule,) = [rule for rule in (*generic_rules(), *note_six_rules()) if rule.id == rule_id]
    rows = [row for row in CASES if row["class"] == rule_id]
    structures = [prepare(Smiles(row["smiles"])) for row in rows]
    return [(row, structure, rule.judge(structure)) for row, structure in zip(rows, structures, strict=True)]


@pytest.mark.parametrize("rule_id", CLASSES)
def test_each_answer_is_that_of_the_wording(rule_id):
    wrong = [
        (
            row["label"],
            row["smiles"],
            row["expected"],
            row["reason"],
            answer.result.value,
            answer.undecided,
            answer.failed,
        )
        for row, _, answer in judged(rule_id)
        if answer.result.value != row["expected"]
    ]
    assert wrong == []


@pytest.mark.parametrize("rule_id", CLASSES)
def test_each_proof_places_every_atom_of_the_parent_once(rule_id):
    for row, structure, answer in judged(rule_id):
        if answer.result is RuleResult.MATCH:
            core = [atom for _, atom in answer.proof.mapping]
            placed = [atom for one in answer.proof.placed for atom in one.atoms]
            assert sorted(core + placed) == sorted(structure.given_atoms), row["label"]
            assert all(one.allowed_by for one in answer.proof.placed), row["label"]


@pytest.mark.parametrize("rule_id", CLASSES)
def test_each_open_answer_names_its_point_and_each_refusal_its_condition(rule_id):
    for row, _, answer in judged(rule_id):
        if answer.result is RuleResult.CANNOT_DECIDE:
            assert answer.undecided, row["label"]
        if answer.result is RuleResult.NO_MATCH:
            not_encoded = answer.undecided if rule_id in PARTLY_ENCODED else ()
            assert answer.failed or not_encoded, row["label"]


@pytest.mark.parametrize(
    ("case", "expected"), list(zip(DERIVED, EXPECTED, strict=True)), ids=[it["label"] for it in DERIVED]
)
def test_each_derivation_is_that_of_the_wording(toy, case, expected):
    assert case["label"] == expected["label"]
    answer = toy.judge(prepare(Smiles(case["smiles"])), as_of=date.fromisoformat(case["as_of"]))
    assert as_written(answer) in allowed(expected), expected["reason"]


def test_the_set_repeats_no_acceptance_case():
    accepted = {Chem.CanonSmiles(row["smiles"]) for row in table("generic_cases.csv")}
    assert [row["label"] for row in CASES if Chem.CanonSmiles(row["smiles"]) in accepted] == []


def test_every_class_has_each_answer_that_its_text_can_give():
    answers = {(row["class"], row["expected"]) for row in CASES}
    never_open = {"DE_NPSG_3_BENZODIAZEPINE", "DE_NPSG_6_ARYLCYCLOHEXYLAMINE"}
    assert {(rule_id, "match") for rule_id in CLASSES} | {(rule_id, "no_match") for rule_id in CLASSES} <= answers
    assert {rule_id for rule_id in CLASSES if (rule_id, "cannot_decide") not in answers} == never_open
