"""All rules of law over all structures of the real data, against a table of hits that a person has reviewed.

A change of a rule shows here as rows that came or went. After looking at each of them: ``uv run python -m
benchmarks.law_sweep --baseline tests/golden/law/sweep_baseline.csv``, then a verdict and a reason for what is new.
"""

import json
from pathlib import Path

import pytest

from benchmarks import law_sweep
from benchmarks.law_structures import RealStructure, real_structures
from benchmarks.law_sweep import UNREVIEWED, all_rules, counted, read_baseline, report, sweep, write_baseline
from substance_library.identifiers import Smiles, identify_structure

BASELINE = Path(__file__).parents[1] / "golden" / "law" / "sweep_baseline.csv"
VERDICTS = {"true", "medicine", "open", "over-breadth"}
BUPROPION, AMFEPRAMONE, APIXABAN = "SNPPWIUOZRMYNY", "XXEPPPIWZFICOJ", "QNZCBYKSOIHPEH"


def structure(smiles, name="made up"):
    text = Smiles(smiles)
    return RealStructure(inchikey=str(identify_structure(text).inchikey), name=name, smiles=text, source="test")


@pytest.fixture(scope="module")
def structures(shared_data):
    return real_structures(shared_data)


@pytest.mark.real_data
@pytest.mark.parametrize("share", [32, pytest.param(1, marks=pytest.mark.nightly)])
def test_every_hit_of_the_real_structures_is_a_reviewed_one(structures, share):
    """By day all structures that have a hit are asked, and a share of the others; at night all others."""
    reviewed = {(hit.rule, hit.result, hit.inchikey) for hit in read_baseline(BASELINE)}
    of_hits = {key for _, _, key in reviewed}
    others = [one for one in structures if one.inchikey not in of_hits]
    asked = [*(one for one in structures if one.inchikey in of_hits), *others[::share]]
    found = {(hit.rule, hit.result, hit.inchikey) for hit in sweep(asked, all_rules()).hits}
    assert (sorted(found - reviewed), sorted(reviewed - found)) == ([], [])


def test_every_hit_has_a_verdict_and_a_reason():
    for hit, (verdict, reason) in read_baseline(BASELINE).items():
        assert verdict in VERDICTS, hit
        assert reason.strip(), hit
        assert (verdict == "open") == (hit.result == "cannot_decide"), hit


def test_the_over_hits_that_the_reference_names_are_as_reviewed():
    hits = read_baseline(BASELINE)
    keys = {(hit.rule, hit.inchikey[:14]): verdict for hit, (verdict, _) in hits.items()}
    for skeleton in (BUPROPION, AMFEPRAMONE):
        assert keys["RU_DERIV_EPHEDRONE", skeleton] == "medicine"
    assert ("DE_NPSG_2_1_SCRA", APIXABAN) not in keys  # no bridge of the list
    assert not {rule for rule, _ in keys} & {"DE_NPSG_7_BENZIMIDAZOLE", "UK_NITAZENE_EA_PARTIAL"}


def test_figures_and_counts_of_a_sweep():
    swept = sweep(
        [structure("CC(NC)C(=O)c1ccc(C)cc1"), structure("CC(NC)C(=O)c1ccc(O)cc1"), structure("C")], all_rules()
    )
    found = report(swept)
    assert found["structures"] == 3
    assert found["rules"] == len(all_rules())
    assert found["hits"]["RU_DERIV_EPHEDRONE"] == {"match": 1}
    assert found["hits"]["UK_CATHINONE_1AA"] == {"match": 1, "cannot_decide": 1}
    assert counted(swept.hits)["UK_CATHINONE_1AA"].total() == 2
    assert found["structure_ms"]["median"] <= found["structure_ms"]["max"]


def test_a_new_hit_is_unreviewed_and_an_old_one_keeps_its_reason(tmp_path):
    path = tmp_path / "baseline.csv"
    first = sweep([structure("CC(NC)C(=O)c1ccc(C)cc1")], all_rules())
    write_baseline(path, first.hits)
    path.write_text(path.read_text().replace(UNREVIEWED, "true,looked at").replace("looked at,", "looked at"))
    both = sweep([structure("CC(NC)C(=O)c1ccc(C)cc1"), structure("CC(NC)C(=O)c1ccc(Cl)cc1")], all_rules())
    write_baseline(path, both.hits)
    verdicts = list(read_baseline(path).values())
    assert verdicts.count(("true", "looked at")) == len(first.hits)
    assert verdicts.count((UNREVIEWED, "")) == len(both.hits) - len(first.hits)


def test_the_program_prints_one_json_object(monkeypatch, capsys, tmp_path):
    monkeypatch.setattr(law_sweep, "real_structures", lambda: [structure("CC(NC)C(=O)c1ccc(C)cc1")])
    monkeypatch.setattr(law_sweep, "SHARED_DATA", tmp_path)
    assert law_sweep.main(["--baseline", str(tmp_path / "hits.csv")]) == 0
    assert json.loads(capsys.readouterr().out)["structures"] == 1
    assert (tmp_path / "hits.csv").read_text().startswith("rule,result,inchikey")


def test_the_program_says_where_the_data_are_absent(monkeypatch, capsys, tmp_path):
    monkeypatch.setattr(law_sweep, "SHARED_DATA", tmp_path / "none")
    assert law_sweep.main([]) == 2
    assert "no real structures" in capsys.readouterr().err


@pytest.mark.real_data
def test_the_structures_are_those_of_both_sources_each_once(structures):
    assert {one.source for one in structures} == {"swgdrug", "massbank"}
    assert len({one.inchikey for one in structures}) == len(structures) > 6_000
