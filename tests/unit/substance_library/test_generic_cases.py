"""The acceptance cases of the rules as data, read from the copy beside the golden files (facts, with their sources)."""

import csv
from pathlib import Path

import pytest

from substance_library.generic_definition import generic_rules
from substance_library.identifiers import Smiles
from substance_library.prepared_structure import prepare

TABLE = Path(__file__).parents[2] / "golden" / "law" / "generic_cases.csv"
RULES = {rule.id: rule for rule in generic_rules()}
ROWS = csv.DictReader(TABLE.read_text("utf-8").splitlines())
CASES = [row for row in ROWS if row["class"] in RULES]


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['class']}-{case['label']}")
def test_each_acceptance_case_has_its_answer(case):
    answer = RULES[case["class"]].judge(prepare(Smiles(case["smiles"])))
    assert answer.result.value == case["expected"], (case["reason"], answer)


def test_the_cases_of_every_shipped_class_are_there():
    assert {"US_FRS", "CN_FENTANYL_2019", "UK_NITAZENE_EA_PARTIAL", "UK_CATHINONE_1AA"} <= {it["class"] for it in CASES}
    assert len([case for case in CASES if not case["class"].startswith("DE_")]) == 70
