"""``aigaq law derive``: its contract, its refusals. All lists are made up."""

import json
from pathlib import Path

import pytest

from tests.builders.commands import Done, aigaq

CASES = """label,smiles,as_of
first,CC(N)Cc1ccc(C)cc1,2020-06-01
last,CC(N)Cc1ccc2OCOc2c1.Cl,2020-12-31
late,CC(N)Cc1ccc(C)cc1,2021-01-01
itself,CC(N)Cc1ccccc1,2020-06-01
open,CC(N)Cc1ccc(CC)cc1,2020-06-01
early,CC(N)Cc1ccc(C)cc1,2019-12-31
"""
BASES = """base_id,label,smiles,valid_from,valid_to
toy-1,fictitious,NCCO,2020-01-01,
toy-2,fictitious,CC(N)Cc1ccccc1,2020-01-01,
"""
SUBSTITUENTS = """fragment,valence,valid_from,valid_to
[*:1]C,1,2020-01-01,2020-12-31
[*]OCO[*],2,2020-01-01,2020-12-31
[*]Cl,1,2020-01-01,
"""


@pytest.fixture
def tables(tmp_path: Path) -> dict[str, Path]:
    texts = {"cases": CASES, "bases": BASES, "substituents": SUBSTITUENTS}
    for name, text in texts.items():
        (tmp_path / f"{name}.csv").write_text(text)
    return {name: tmp_path / f"{name}.csv" for name in texts}


def derive(tables: dict[str, Path], *options: str, process: bool = False) -> Done:
    return aigaq(
        "law",
        "derive",
        tables["cases"],
        "--bases",
        tables["bases"],
        "--substituents",
        tables["substituents"],
        *options,
        process=process,
    )


def answers(tables: dict[str, Path]) -> list[dict[str, object]]:
    done = derive(tables, "--json")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_the_contract_in_the_order_of_the_rows(tables):
    done = derive(tables, "--json", process=True)
    assert done.returncode == 0, done.stderr
    found = [[row[key] for key in ("label", "result", "base_id", "substituents")] for row in json.loads(done.stdout)]
    assert found == [
        ["first", "match", "toy-2", ["[*:1]C"]],
        ["last", "match", "toy-2", ["[*]OCO[*]"]],
        ["late", "no_match", None, []],
        ["itself", "no_match", None, []],
        ["open", "cannot_decide", None, []],
        ["early", "cannot_decide", None, []],
    ]


def test_the_proof_names_base_atoms_rows_and_days(tables):
    proof = answers(tables)[1]["proof"][0]
    assert proof["base"] == {
        "base_id": "toy-2",
        "label": "fictitious",
        "row": 2,
        "valid_from": "2020-01-01",
        "valid_to": None,
    }
    assert proof["rows"] == [{"fragment": "[*]OCO[*]", "row": 2, "valid_from": "2020-01-01", "valid_to": "2020-12-31"}]
    assert len(proof["mapping"]) == 10
    assert sorted(proof["placed"][0]["atoms"]) == [8, 9, 10]


def test_people_read_lines(tables):
    done = derive(tables)
    assert done.stdout.splitlines()[:2] == [
        "match          first  toy-2  [*:1]C",
        "match          last  toy-2  [*]OCO[*]",
    ]
    assert "open: whether a listed substituent" in done.stdout


@pytest.mark.parametrize(
    "heading",
    ["fragment with [*],valence,valid_from,valid_to", "valid_from,fragment,row,valence,valid_to"],
)
def test_columns_in_any_order_and_the_long_heading(tables, heading):
    cells = {"valid_from": "2020-01-01", "valid_to": "", "valence": "1", "row": "17"}
    row = ",".join(cells.get(name, "[*]C") for name in heading.split(","))
    tables["substituents"].write_text(f"\ufeff{heading}\r\n{row}\r\n")
    assert answers(tables)[0]["substituents"] == ["[*]C"]


@pytest.mark.parametrize(("empty", "words"), [("bases", "list of bases"), ("substituents", "list of substituents")])
def test_an_empty_list_decides_nothing(tables, empty, words):
    tables[empty].write_text(tables[empty].read_text().splitlines()[0] + "\n")
    found = answers(tables)
    assert {row["result"] for row in found} == {"cannot_decide"}
    assert words in found[0]["undecided"][0]


@pytest.mark.parametrize(
    ("table", "row", "words"),
    [
        ("cases", "bad,CC(N,2020-01-01", ["cases.csv line 2, column smiles", "a SMILES that RDKit can parse"]),
        ("cases", "bad,CC,01.02.2020", ["cases.csv line 2, column as_of", "a day such as 2024-01-23"]),
        ("cases", "bad,CC,", ["line 2, column as_of: found ''"]),
        ("cases", "bad,CC,2020-02-30", ["column as_of"]),
        ("cases", f"bad,{'C' * 2001},2020-01-01", ["column smiles", "2001 characters; expected at most 2000"]),
        ("cases", f"bad,{'C' * 501},2020-01-01", ["column smiles", "501 heavy atoms; expected at most 500"]),
        ("cases", "bad,С,2020-01-01", ["visible ASCII"]),
        ("cases", "bad,[C+999999999],2020-01-01", ["charges of at most two digits"]),
        ("bases", ",x,CC,2020-01-01,", ["bases.csv line 2, column base_id"]),
        ("bases", "1,x,ClO,2020-01-01,", ["column smiles", "a skeleton"]),
        ("bases", "1,x,CC,2020-01-01,2019-01-01", ["column valid_to", "2020-01-01 or later"]),
        ("bases", "1,x,CC,,", ["column valid_from"]),
        ("substituents", "[*]C,3,2020-01-01,", ["substituents.csv line 2, column valence", "expected 1 or 2"]),
        ("substituents", "[*]C,2,2020-01-01,", ["column fragment", "1 bond(s) at its stars"]),
        ("substituents", "C,1,2020-01-01,", ["column fragment", "0 star(s)"]),
        ("substituents", "[*]C,1,2020-01-01,never", ["column valid_to", "found 'never'"]),
    ],
)
def test_a_faulty_row_is_named_and_nothing_is_answered(tables, table, row, words):
    heading = tables[table].read_text().splitlines()[0]
    tables[table].write_text(f"{heading}\n{row}\n")
    done = derive(tables, "--json")
    assert (done.returncode, done.stdout) == (2, "")
    for word in words:
        assert word in done.stderr
    assert "Correct or take out these rows" in done.stderr


def test_all_faults_of_all_tables_are_named(tables):
    for table, row in [("cases", "x,C(,2020-01-01"), ("bases", "1,x,CC,soon,"), ("substituents", "C,1,2020-01-01,")]:
        tables[table].write_text(tables[table].read_text() + row + "\n")
    done = derive(tables, "--json")
    assert "3 fault(s), nothing was answered" in done.stderr
    assert [line.split(" line ")[1][:1] for line in done.stderr.splitlines() if " line " in line] == ["8", "4", "5"]


@pytest.mark.parametrize(
    ("table", "text", "words"),
    [
        ("cases", "label,smiles\na,CC\n", "no column as_of"),
        ("bases", "", "no column base_id"),
        ("substituents", "valence,valid_from,valid_to\n", "no column fragment"),
        ("substituents", "fragment,fragment with [*],valence,valid_from,valid_to\n", "stands there twice"),
        ("cases", 'label,smiles,as_of\n"a,CC,2020-01-01\n', "unexpected end of data"),
        ("cases", "label,smiles,as_of\na,CC,2020-01-01,more\n", "4 cells in 3 columns"),
        ("cases", f"label,smiles,as_of\na,{'C' * 1_000_000},2020-01-01\n", "field larger than field limit"),
    ],
)
def test_a_table_of_another_form_is_refused(tables, table, text, words):
    tables[table].write_text(text)
    done = derive(tables, "--json")
    assert (done.returncode, done.stdout) == (2, "")
    assert words in done.stderr


def test_a_file_that_is_not_there_is_named(tables):
    tables["bases"].unlink()
    done = derive(tables, "--json")
    assert done.returncode == 2
    assert "bases.csv" in done.stderr
