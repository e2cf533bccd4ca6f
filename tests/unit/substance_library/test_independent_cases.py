"""Structures with the answers that the wording of the law gives, written without a look at the engine.

``tests/golden/law/README.md`` says how the tables were made and how a row may be changed.
"""

import csv
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
from substance_library.russian_derivation import note_six_rules

FOLDER = Path(__file__).parents[2] / "golden" / "law"


def table(name):
    with (FOLDER / name).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


CASES = table("independent_cases.csv")
CLASSES = list(dict.fromkeys(row["class"] for row in CASES))
DERIVED = table("independent_derive_cases.csv")
EXPECTED = table("independent_derive_expected.csv")


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


@pytest.mark.parametrize("rule_id", CLASSES)
def test_each_answer_is_that_of_the_wording(rule_id):
    (rule,) = [rule for rule in (*generic_rules(), *note_six_rules()) if rule.id == rule_id]
    asked = [row for row in CASES if row["class"] == rule_id]
    answers = [rule.judge(prepare(Smiles(row["smiles"]))) for row in asked]
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
        for row, answer in zip(asked, answers, strict=True)
        if answer.result.value != row["expected"]
    ]
    assert wrong == []


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
