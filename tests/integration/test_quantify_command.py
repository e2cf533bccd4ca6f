"""``aigaq quantify`` on the real batch, with the figures that it has to reach, and its refusals."""

import csv
import json
from pathlib import Path

import pytest

from lims.services.library_names import find_compound
from lims.services.quantifying import quantify_batch
from lims.services.quantitation_method import GC_EI_INTERNAL_STANDARD, with_settings
from lims.services.quantitation_sequence import read_sequence_file
from spectra import read_run
from substance_library import release_from_msp
from tests.builders.commands import Done, aigaq

RESULT = {
    "run",
    "sample_name",
    "sample_type",
    "analyte_area",
    "internal_standard_area",
    "concentration_ug_per_ml",
    "expanded_uncertainty_ug_per_ml",
    "coverage_factor",
    "flags",
    "evidence",
}


def quantify(*arguments: object, process: bool = False) -> Done:
    return aigaq("quantify", *arguments, process=process)


def arguments(shared_data, **changed):
    batch = shared_data / "gcms-benzodiazepines"
    options = {
        "sequence": batch / "sequence.csv",
        "runs": batch,
        "analyte": "etizolam",
        "internal-standard": "bupivacaine",
        "library": shared_data / "swgdrug" / "swgdrug-3.4.msp.gz",
    } | changed
    return [text for name, value in options.items() for text in (f"--{name}", value)]


@pytest.fixture(scope="module")
def printed(shared_data):
    done = quantify(*arguments(shared_data), "--json")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.fixture(scope="module")
def results(printed):
    return {result["run"]: result for result in printed["results"]}


@pytest.fixture(scope="module")
def published(shared_data):
    with (shared_data / "gcms-benzodiazepines" / "sequence.csv").open(encoding="utf-8") as file:
        return {row["run"]: row for row in csv.DictReader(file)}


@pytest.fixture(scope="module")
def batch(shared_data):
    """Give the batch read once, and a way to quantify it with other settings."""
    folder = shared_data / "gcms-benzodiazepines"
    release = release_from_msp(shared_data / "swgdrug" / "swgdrug-3.4.msp.gz")
    lines = read_sequence_file(folder / "sequence.csv", runs=folder, fewest_calibrators=4)
    runs = {line.run: read_run(line.path) for line in lines}

    def again(analyte="Etizolam", **settings):
        return quantify_batch(
            lines,
            lambda line: runs[line.run],
            analyte=find_compound(release, analyte),
            internal_standard=find_compound(release, "Bupivacaine"),
            method=with_settings(GC_EI_INTERNAL_STANDARD, settings),
        )

    return again


@pytest.mark.real_data
class TestRealBatch:
    def test_the_contract(self, printed):
        assert set(printed) == {"calibration", "results"}
        assert all(set(result) == RESULT for result in printed["results"])
        assert [result["run"] for result in printed["results"]] == [f"2202230{n:02d}" for n in range(1, 19)]

    def test_every_calibrator_back_calculates(self, results, published):
        calibrators = [run for run, row in published.items() if row["sample_type"] == "calibrator"]
        assert len(calibrators) == 7
        for run in calibrators:
            nominal = float(published[run]["nominal_ug_per_ml"])
            allowed = 0.20 if nominal == 25.0 else 0.15
            assert results[run]["concentration_ug_per_ml"] == pytest.approx(nominal, rel=allowed)

    @pytest.mark.parametrize(("run", "nominal"), [("220223010", 40.0), ("220223012", 125.0)])
    def test_check_standards(self, results, published, run, nominal):
        found = results[run]["concentration_ug_per_ml"]
        assert found == pytest.approx(nominal, rel=0.10)
        assert found == pytest.approx(float(published[run]["published_etizolam_ug_per_ml"]), rel=0.05)
        assert abs(found - nominal) <= results[run]["expanded_uncertainty_ug_per_ml"]

    def test_exhibits(self, results):
        assert results["220223014"]["concentration_ug_per_ml"] == pytest.approx(34.5, rel=0.08)
        assert 92.0 <= results["220223018"]["concentration_ug_per_ml"] <= 108.0
        nothing = results["220223016"]
        assert nothing["flags"] == ["not detected"]
        assert (nothing["concentration_ug_per_ml"], nothing["analyte_area"]) == (None, None)

    def test_blanks_are_named_clean_and_have_no_concentration(self, results, published):
        blanks = [run for run, row in published.items() if row["sample_type"] == "blank"]
        assert len(blanks) == 6
        for run in blanks:
            assert results[run]["flags"] == ["not detected", "clean blank"]
            assert results[run]["concentration_ug_per_ml"] is None

    def test_the_internal_standard_is_bupivacaine_in_every_run(self, results):
        for run, result in results.items():
            assert result["internal_standard_area"] is not None, run
            evidence = result["evidence"]["internal_standard"]
            assert evidence["retention_time_s"] == pytest.approx(390.6, abs=0.6), run
            assert evidence["match_factor"] >= 980, run

    def test_every_concentration_has_its_uncertainty_and_says_what_it_leaves_out(self, results):
        measured = [result for result in results.values() if result["concentration_ug_per_ml"] is not None]
        assert len(measured) == 11
        for result in measured:
            assert 0 < result["expanded_uncertainty_ug_per_ml"] < result["concentration_ug_per_ml"]
            assert result["coverage_factor"] == pytest.approx(2.776, abs=0.001)  # t, 7 - 3 degrees of freedom
            assert "uncertainty of calibration only" in result["flags"]

    def test_text_for_people(self, shared_data):
        done = quantify(*arguments(shared_data), "--purity-u", "0.5%", "--weighing-u", "0.001", "--volume-u", "0.2%")
        assert done.returncode == 0, done.stderr
        assert "Etizolam: m/z 342, qualifiers 266 (0.283), 313 (0.343), expected at 615.8 s" in done.stdout
        assert "lack of fit: unknown, no calibrator was repeated" in done.stdout
        assert "uncertainty of calibration only" not in done.stdout
        assert "changed: purity_u, volume_u, weighing_u" in done.stdout

    def test_the_total_ion_current_agrees_with_the_quantifier_ion(self, batch, published):
        by_run = {run.line.run: run for run in batch(signal="tic").runs}
        assert by_run["220223012"].measured.concentration == pytest.approx(125.0, rel=0.10)
        assert by_run["220223018"].measured.concentration == pytest.approx(100.0, rel=0.08)
        for run, row in published.items():
            if row["published_internal_standard_area"] != "NA":
                area = float(row["published_internal_standard_area"])
                assert by_run[run].internal_standard.peak.area == pytest.approx(area, rel=0.05), run

    def test_a_line_is_seen_to_be_no_curve_for_this_batch(self, batch):
        flags = {run.line.run: run.flags for run in batch(curve="linear", weighting="none").runs}
        assert "calibrator out" in flags["220223002"]

    def test_outside_the_range_the_method_may_refuse_the_number(self, shared_data, tmp_path):
        rows = (shared_data / "gcms-benzodiazepines" / "sequence.csv").read_text().splitlines()
        short = tmp_path / "short.csv"  # without the 200 and 250 calibrators and with them as exhibits
        short.write_text(
            "\n".join(
                row.replace("calibrator,Cal,7,200", "exhibit,Cal,7,").replace("calibrator,Cal,8,250", "exhibit,Cal,8,")
                for row in rows[:9]  # a blank and the calibrators
            )
        )
        for rule, number in (("flag", True), ("refuse", False)):
            done = quantify(*arguments(shared_data, sequence=short), "--extrapolation", rule, "--json")
            result = {one["run"]: one for one in json.loads(done.stdout)["results"]}["220223008"]
            assert (result["concentration_ug_per_ml"] is not None) is number
            assert "above highest calibrator" in result["flags"]
            assert ("extrapolated" if number else "extrapolation refused") in result["flags"]

    def test_another_substance_is_not_quantified_as_the_analyte(self, batch):
        from lims.services.quantifying import CalibratorsNotFoundError

        with pytest.raises(CalibratorsNotFoundError, match="Flubromazepam was found in 0 calibrators"):
            batch(analyte="Flubromazepam")


LIBRARY = "Name: A\nSynon: alpha\nNum Peaks: 2\n91 999; 134 500;\n\nName: B\nSynon: Alpha\nNum Peaks: 1\n84 999;\n"


@pytest.fixture
def small(tmp_path: Path) -> list[object]:
    (tmp_path / "library.msp").write_text(LIBRARY)
    (tmp_path / "runs").mkdir()
    lines = ["run,sample_name,sample_type,nominal_ug_per_ml"]
    for number in range(1, 6):
        (tmp_path / "runs" / f"r{number}.D").mkdir()
        lines.append(f"r{number},c,calibrator,{number * 10}")
    (tmp_path / "sequence.csv").write_text("\n".join(lines))
    found = {"--sequence": "sequence.csv", "--runs": "runs", "--library": "library.msp"}
    return [text for option, name in found.items() for text in (option, tmp_path / name)]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--analyte", "alpha", "--internal-standard", "B"), "has 2 compounds named 'alpha'"),
        (("--analyte", "alhpa", "--internal-standard", "B"), "no compound named 'alhpa'; nearest names: "),
        (("--analyte", "A", "--internal-standard", "B", "--curve", "cubic"), "expected linear or quadratic"),
        (("--analyte", "A", "--internal-standard", "B", "--purity-u", "-1%"), "purity_u: found '-1%'"),
        (("--analyte", "A", "--internal-standard", "B", "--method", "absent.toml"), "absent.toml"),
        (("--analyte", "A", "--internal-standard", "B"), "r1.D"),
    ],
)
def test_what_is_refused_is_refused_with_its_reason(small, options, words):
    done = quantify(*small, *options)
    assert done.returncode == 2
    assert words in done.stderr
    assert "Traceback" not in done.stderr


def test_all_faults_of_a_sequence_come_together_with_their_lines(small, tmp_path):
    (tmp_path / "sequence.csv").write_text(
        "run,sample_name,sample_type,nominal_ug_per_ml\n"
        "r1,c,calibrator,\n"
        "r2,c,kalibrator,10\n"
        "r3,c,calibrator,ten\n"
        "r4,b,blank,5\n"
        "r9,c,calibrator,5\n"
        "../r1,c,calibrator,5\n"
        "r5,c,calibrator\n"
        "r5,c,control,7\n"
        "R5,c,exhibit,NA\n"
    )
    done = quantify(*small, "--analyte", "A", "--internal-standard", "B", process=True)
    assert done.returncode == 2
    for number in range(2, 9):
        assert f"line {number}:" in done.stderr
    assert "line 9" not in done.stderr
    assert "no run 'R5'" in done.stderr or "again (line 9)" in done.stderr  # by whether the disk tells case apart
