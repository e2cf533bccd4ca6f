"""``aigaq law check``: its contract and its refusals."""

import csv
import json
import time
from pathlib import Path

import pytest

from tests.builders.commands import Done, aigaq

ACCEPTANCE = Path(__file__).parents[1] / "golden" / "law" / "generic_cases.csv"


def check(folder: Path, text: str, *options: str, process: bool = False) -> Done:
    table = folder / "cases.csv"
    table.write_text(text, encoding="utf-8")
    return aigaq("law", "check", table, *options, process=process)


def test_the_acceptance_cases_agree_in_the_order_of_the_rows():
    done = aigaq("law", "check", ACCEPTANCE, "--json", process=True)
    assert done.returncode == 0, done.stderr
    rows = list(csv.DictReader(ACCEPTANCE.read_text("utf-8").splitlines()))
    found = json.loads(done.stdout)
    assert [(it["class"], it["smiles"]) for it in found] == [(it["class"], it["smiles"]) for it in rows]
    wrong = [
        (row["class"], row["label"]) for row, it in zip(rows, found, strict=True) if row["expected"] != it["result"]
    ]
    assert wrong == []
    assert len(found) == 199


def test_columns_may_stand_in_any_order_and_others_are_passed_over(tmp_path):
    text = '\ufeff Smiles ,note,CLASS\n"CC(N)C(=O)c1ccc(C)cc1","a, b",UK_CATHINONE_1AA\n\nCCO,,US_FRS\n'
    found = json.loads(check(tmp_path, text, "--json").stdout)
    assert [(it["class"], it["smiles"], it["result"]) for it in found] == [
        ("UK_CATHINONE_1AA", "CC(N)C(=O)c1ccc(C)cc1", "match"),
        ("US_FRS", "CCO", "no_match"),
    ]


def test_the_proof_names_core_fragments_words_open_points_and_failures(tmp_path):
    smiles = ("CC(N)C(=O)c1ccc(C)cc1", "CC(NC)C(=O)c1ccc(O)cc1", "CCO")
    rows = "".join(f"UK_CATHINONE_1AA,{it}\n" for it in smiles)
    match, is_open, none = (it["proof"] for it in json.loads(check(tmp_path, f"class,smiles\n{rows}", "--json").stdout))
    assert match["core"] == "2-amino-1-phenyl-1-propanone"
    assert len(match["mapping"]) == 11
    assert match["placed"] == [
        {"slot": "phenyl ring", "fragment": "[*]C", "atoms": [9], "allowed_by": "(i) phenyl ring: alkyl"}
    ]
    assert match["undecided"] == []
    assert is_open["undecided"] == ["a phenyl ring that bears only univalent substituents that (i) does not list"]
    assert none["core"] is None
    assert none["failed"] == ["no form of the core is there: 2-amino-1-phenyl-1-propanone"]


def test_without_json_a_person_reads_results_and_reasons(tmp_path):
    done = check(tmp_path, "class,smiles\nUK_CATHINONE_1AA,CC(N)C(=O)c1ccc(C)cc1\nUK_CATHINONE_1AA,CCO\n")
    lines = done.stdout.splitlines()
    assert lines[0].split() == ["match", "UK_CATHINONE_1AA", "CC(N)C(=O)c1ccc(C)cc1"]
    assert lines[1].strip() == "phenyl ring: [*]C  (i) phenyl ring: alkyl"
    assert lines[2].split()[0] == "no_match"
    assert lines[3].strip().startswith("failed: no form of the core is there")


def test_a_table_without_rows_has_an_empty_answer(tmp_path):
    assert json.loads(check(tmp_path, "class,smiles\n", "--json").stdout) == []


def test_every_fault_is_named_and_nothing_is_answered(tmp_path):
    text = f"class,smiles\nUS_FRS,CCO\nNOWHERE,CC\nUS_FRS,C(\nUS_FRS,\nUS_FRS,{'C' * 501}\nUS_FRS,\u0421C\n"
    done = check(tmp_path, text, "--json")
    assert done.returncode == 2
    assert done.stdout == ""
    lines = done.stderr.splitlines()
    assert lines[0].endswith("cases.csv: 5 fault(s), nothing was answered")
    assert [line.split("cases.csv ")[1].split(":")[0] for line in lines[1:6]] == [
        "line 3, column class",
        "line 4, column smiles",
        "line 5, column smiles",
        "line 6, column smiles",
        "line 7, column smiles",
    ]
    assert "'NOWHERE'; expected one of CN_FENTANYL_2019" in lines[1]
    assert "501 heavy atoms" in lines[4]
    assert lines[6] == "Correct or take out these rows and run the command again."


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "no column class, smiles"),
        ("class,label\nUS_FRS,x\n", "no column smiles; the first line is 'class,label'"),
        ("class;smiles\nUS_FRS;CC\n", "no column class, smiles"),
        ("class,smiles,smiles\nUS_FRS,C,C\n", "the column smiles stands there twice"),
        ("class,smiles\nUS_FRS,C,C\n", "line 2: 3 cells in 2 columns"),
        ('class,smiles\n"US_FRS,C\n', "line 2: unexpected end of data"),
    ],
)
def test_a_table_that_cannot_be_read_is_refused(tmp_path, text, problem):
    done = check(tmp_path, text, "--json")
    assert (done.returncode, done.stdout) == (2, "")
    assert problem in done.stderr


def test_a_file_that_is_not_there_or_no_text_is_refused(tmp_path):
    missing = aigaq("law", "check", tmp_path / "none.csv")
    assert (missing.returncode, missing.stdout) == (2, "")
    assert "No such file" in missing.stderr
    (tmp_path / "cases.csv").write_bytes(b"class,smiles\nUS_FRS,\xff\n")
    binary = aigaq("law", "check", tmp_path / "cases.csv")
    assert (binary.returncode, "no UTF-8 at byte 20" in binary.stderr) == (2, True)


HOSTILE = ["C" * 100_000, "C1CC1" * 1_000, "C." * 50_000 + "C", "C(" * 5_000 + ")" * 5_000, "[C+999999999]", "C\u0000"]


def test_structures_over_the_limits_are_refused_in_bounded_time(tmp_path):
    rows = "".join(f"US_FRS,{it}\n" for it in HOSTILE)
    begun = time.process_time()
    done = check(tmp_path, f"class,smiles\n{rows}", "--json")
    assert (done.returncode, done.stdout) == (2, "")
    assert f"{len(HOSTILE)} fault(s)" in done.stderr
    assert time.process_time() - begun < 5


def test_the_largest_symmetrical_structures_are_answered_in_bounded_time(tmp_path):
    units = ("CCN(C)c1ccc2[nH]cc(c2c1)", "c1ccc(cc1)C(=O)C(C)N", "C1(N)CCCCC1", "C(=O)N(c1ccccc1)C1CCN(CC1)C")
    large = [unit * 30 + "C" for unit in units]
    rules = ("US_FRS", "UK_CATHINONE_1AA", "DE_NPSG_6_ARYLCYCLOHEXYLAMINE", "DE_NPSG_5_1_TRYPTAMINE")
    rows = "".join(f"{rule},{it}\n" for it in large for rule in rules)
    begun = time.process_time()
    done = check(tmp_path, f"class,smiles\n{rows}", "--json")
    assert done.returncode == 0, done.stderr
    assert len(json.loads(done.stdout)) == len(large) * len(rules)
    assert time.process_time() - begun < 20
