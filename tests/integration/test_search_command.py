"""``aigaq search``: its contract, its modes, its refusals."""

import json
from pathlib import Path

import pytest

from tests.builders.commands import Done, aigaq

EI = "Name: A\nInChIKey: {key}\nNum Peaks: 3\n58 999; 91 300; 134 20;\n\n"
EI += "Name: B\nNum Peaks: 3\n72 999; 91 300; 148 20;\n"
KEY = "MYWUZJCMWCOHBA-UHFFFAOYSA-N"
MSMS = (
    "Name: A\nPrecursorMZ: 150.1\nNum Peaks: 3\n91.05 100\n103.05 40\n119.08 60\n\n"
    "Name: A plus methylene\nPrecursorMZ: 164.11565\nNum Peaks: 3\n91.05 100\n117.06565 40\n133.09565 60\n"
)
HIT = {"rank", "name", "inchikey", "match_factor", "reverse_match_factor", "matched_ions", "mass_difference"}


def search(*arguments: object, process: bool = False) -> Done:
    return aigaq("search", *arguments, process=process)


@pytest.fixture
def ei(tmp_path: Path) -> Path:
    path = tmp_path / "ei.msp"
    path.write_text(EI.format(key=KEY))
    return path


@pytest.fixture
def msms(tmp_path: Path) -> Path:
    path = tmp_path / "msms.msp"
    path.write_text(MSMS)
    return path


def test_identity_prints_its_contract_in_the_order_of_the_file(ei: Path) -> None:
    done = search(ei, "--library", ei, "--top", "2", "--json", process=True)
    assert done.returncode == 0, done.stderr
    first, second = json.loads(done.stdout)["queries"]
    assert set(first) == {"query", "inchikey", "hits"}
    assert (first["query"], first["inchikey"], second["query"], second["inchikey"]) == ("A", KEY, "B", None)
    best, other = first["hits"]
    assert set(best) == HIT
    assert (best["rank"], best["name"], best["match_factor"], best["matched_ions"]) == (1, "A", 999.0, 3)
    # the one common ion, 91, by square roots of intensities: 300 / (999 + 300 + 20), squared
    assert other["match_factor"] == pytest.approx(999 * (300 / 1319) ** 2, abs=0.01)
    assert other["mass_difference"] is None


@pytest.mark.parametrize(
    ("mode", "hits", "matched"),
    [
        ("msms", ["A"], [3]),
        ("similarity", ["A", "A plus methylene"], [3, 1]),
        ("hybrid", ["A", "A plus methylene"], [3, 3]),
        ("neutral-loss", ["A", "A plus methylene"], [3, 2]),
    ],
)
def test_modes_of_msms(msms: Path, mode: str, hits: list[str], matched: list[int]) -> None:
    done = search(msms, "--library", msms, "--mode", mode, "--json")
    found = json.loads(done.stdout)["queries"][0]["hits"]
    assert [hit["name"] for hit in found] == hits
    assert [hit["matched_ions"] for hit in found] == matched
    assert found[0]["match_factor"] == 999.0
    assert found[-1]["mass_difference"] == pytest.approx(0.0 if mode == "msms" else -14.01565)
    if mode == "hybrid":
        assert found[1]["match_factor"] > 900  # two of three ions moved with the precursor


def test_a_query_without_precursor_is_named_and_the_others_go_on(msms: Path, tmp_path: Path) -> None:
    queries = tmp_path / "q.mgf"
    queries.write_text(
        "BEGIN IONS\nTITLE=bare\n91.05 1\nEND IONS\nBEGIN IONS\nTITLE=full\nPEPMASS=150.1\n91.05 1\nEND IONS\n"
    )
    done = search(queries, "--library", msms, "--mode", "msms", "--json")
    bare, full = json.loads(done.stdout)["queries"]
    assert bare["hits"] == []
    assert "bare was not searched" in done.stderr
    assert [hit["name"] for hit in full["hits"]] == ["A"]


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (("--tolerance", "0.02"), "expected a number with ppm or Da"),
        (("--tolerance", "90Da"), "at most 5 Da"),
        (("--mode", "identity"), "2 of 2 spectra have a precursor"),
    ],
)
def test_what_cannot_be_meant_is_refused(msms: Path, arguments: tuple[str, ...], expected: str) -> None:
    done = search(msms, "--library", msms, *arguments)
    assert done.returncode == 2
    assert expected in done.stderr
    assert "Traceback" not in done.stderr


def test_unit_mass_spectra_of_a_library_of_msms_are_left_out_and_counted(tmp_path: Path) -> None:
    whole = "Name: quadrupole\nPrecursorMZ: 150\nNum Peaks: 3\n91 100\n103 40\n119 60\n"
    mixed = tmp_path / "mixed.msp"
    mixed.write_text(MSMS + "\n" + whole)
    done = search(mixed, "--library", mixed, "--mode", "similarity", "--json")
    queries = json.loads(done.stdout)["queries"]
    assert [len(query["hits"]) for query in queries] == [2, 2, 0]
    assert "1 of 3 library spectra have no precursor, or whole m/z only, and were left out" in done.stderr
    assert "quadrupole was not searched: the query: found 3 whole m/z and no other" in done.stderr
    alone = tmp_path / "alone.msp"
    alone.write_text(whole)
    refused = search(alone, "--library", alone, "--mode", "similarity")
    assert refused.returncode == 2
    assert "every spectrum has whole m/z only" in refused.stderr


def test_ei_spectra_have_no_msms_search(ei: Path) -> None:
    done = search(ei, "--library", ei, "--mode", "msms")
    assert done.returncode == 2
    assert "no spectrum has a precursor" in done.stderr


def test_ei_analogues_are_found_by_the_difference_of_the_molecules(tmp_path: Path) -> None:
    library, query = tmp_path / "library.msp", tmp_path / "query.msp"
    library.write_text(
        "Name: A\nFormula: C9H13N\nNum Peaks: 3\n44 999; 91 300; 120 20;\n\n"
        "Name: salt\nFormula: C9H13N.HCl\nNum Peaks: 2\n58 999; 105 20;\n"
    )
    query.write_text(
        "Name: homologue\nFormula: C10H15N\nNum Peaks: 3\n58 999; 91 300; 134 20;\n\n"
        "Name: no formula\nNum Peaks: 1\n58 999\n"
    )
    for mode, matched in (("hybrid", 3), ("neutral-loss", 2)):
        done = search(query, "--library", library, "--mode", mode, "--json")
        assert done.returncode == 0, done.stderr
        first, second = json.loads(done.stdout)["queries"]
        best = next(hit for hit in first["hits"] if hit["name"] == "A")
        assert (best["matched_ions"], best["mass_difference"]) == (matched, 14.0)
        assert second["hits"] == []
        assert "no formula was not searched: the query's molecular mass is not known" in done.stderr
        assert "1 library spectra state no formula" in done.stderr
    similar = json.loads(search(query, "--library", library, "--mode", "similarity", "--json").stdout)["queries"]
    assert [hit["name"] for hit in similar[1]["hits"]] == ["salt"]
