"""SMILES that are meant to freeze or deceive (SECURITY.md A.4), through both commands of the rules of law.

Beyond the limits they are refused, within them they are answered; either takes processor time that is bounded.
"""

import json
import time
from pathlib import Path

import pytest

from substance_library.generic_definition import generic_rules
from substance_library.russian_derivation import note_six_rules
from tests.builders.commands import Done, aigaq

BOUND_S = 20.0
"""Of processor time, for one structure and all rules: ten times what the slowest takes."""
REFUSED = {
    "ten thousand carbons": "C" * 10_000,
    "a hundred thousand carbons": "C" * 100_000,
    "a million carbons": "C" * 1_000_000,
    "branches": "C(" * 5_000 + "C" + ")" * 5_000,
    "many parts": ".".join("C" * 50_000),
    "chain of cyclopropanes": "C1CC1" * 1_000,
    "ring of three thousand": "C1" + "C" * 2_998 + "C1",
    "five hundred and one carbons": "C" * 501,
    "charge": "[C+999999999]",
    "count of hydrogens": "[CH999999999]",
    "ring number": "C%(99999)CC",
    "open ring": "C%99CC",
    "no aromatic ring": "c1cccc1",
    "not a bond": "C=#C",
    "nul": "C\0C",
    "cyrillic": "С" + "C",
    "full width": "Ｃ",
    "emoji": "😀" * 1_000,
    "a name behind a space": "C <script>alert(1)</script>",
    "recursive smarts": "[$(" * 1_000 + "C" + ")]" * 1_000,
    "nothing": '""',
}
ANSWERED = {
    "an isotope that cannot be is set aside with the others": "[999999999CH4]",
    "five hundred carbons": "C" * 500,
    "ring of five hundred": "C1" + "C" * 498 + "C1",
    "cyclopropanes within the limits": "C1CC1" * 166,
    "sixty stereocentres": "[C@H](O)" * 60 + "C",
    "two hundred branches": "C(" * 200 + "C" + ")" * 200,
    "five hundred parts": ".".join("C" * 500),
    "five hundred alcohols": ".".join(["CO"] * 250),
    "phenyl rings": "-".join(["c1ccccc1"] * 80),
    "conjugated": "C=C" * 250,
    "amides": "NC(=O)C" * 120,
    "ketones": "C(=O)" * 200 + "C",
    "tert-butyls": "C(C)(C)(" * 120 + "C" + ")" * 120,
    "anilidopiperidines": "CC(=O)N(c1ccccc1)C1CCN(CC1)" * 22 + "C",
    "indoles": "CN(C)CCc1cn(c2ccccc12)" * 30 + "C",
    "benzodiazepines": "CN1C(=O)CN=C(c2ccccc2)c2cc(Cl)c(cc12)" * 17,
    "cathinones": "CC(NC)C(=O)c1ccc(cc1)" * 40,
    "fused benzene rings": "c1ccc2cc3cc4cc5cc6cc7cc8ccccc8cc7cc6cc5cc4cc3cc2c1",
}
RULES = [rule.id for rule in (*generic_rules(), *note_six_rules())]


def check(folder: Path, smiles: str) -> Done:
    cases = folder / "cases.csv"
    cases.write_text("class,smiles\n" + "".join(f"{rule},{smiles}\n" for rule in RULES), "utf-8")
    return aigaq("law", "check", cases, "--json")


def derive(folder: Path, smiles: str) -> Done:
    texts = {
        "cases": f"label,smiles,as_of\nhostile,{smiles},2020-06-01\n",
        "bases": "base_id,label,smiles,valid_from,valid_to\n1,fictitious,CCCC,2020-01-01,\n"
        "2,fictitious,CC(NC)C(=O)c1ccccc1,2020-01-01,\n",
        "substituents": "fragment,valence,valid_from,valid_to\n[*]C,1,2020-01-01,\n[*]CC[*],2,2020-01-01,\n",
    }
    for name, text in texts.items():
        (folder / f"{name}.csv").write_text(text, "utf-8")
    paths = {name: folder / f"{name}.csv" for name in texts}
    lists = ("--bases", paths["bases"], "--substituents", paths["substituents"])
    return aigaq("law", "derive", paths["cases"], *lists, "--json")


@pytest.mark.parametrize("command", [check, derive])
@pytest.mark.parametrize("smiles", REFUSED.values(), ids=REFUSED)
def test_a_structure_beyond_the_limits_is_refused_at_once(command, smiles, tmp_path):
    begin = time.process_time()
    done = command(tmp_path, smiles)
    assert (done.returncode, done.stdout) == (2, "")
    assert "cases.csv" in done.stderr
    assert time.process_time() - begin < BOUND_S


@pytest.mark.parametrize("command", [check, derive])
@pytest.mark.parametrize("smiles", ANSWERED.values(), ids=ANSWERED)
def test_a_structure_within_the_limits_is_answered_in_bounded_time(command, smiles, tmp_path):
    begin = time.process_time()
    done = command(tmp_path, smiles)
    assert done.returncode == 0, done.stderr
    assert {row["result"] for row in json.loads(done.stdout)} <= {"match", "no_match", "cannot_decide"}
    assert time.process_time() - begin < BOUND_S
