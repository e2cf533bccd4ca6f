"""The report of a real measurement, made by the command that people use, judged as a court would."""

import importlib.util
import io
import json
import shutil
import subprocess
from pathlib import Path
from types import ModuleType

import pikepdf
import pytest

from tests.builders.commands import aigaq

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT.parent / "shared" / "data"
RUN = DATA / "gcms-benzodiazepines" / "220223014.D"
LIBRARY = DATA / "swgdrug" / "swgdrug-3.4.msp.gz"

pytestmark = pytest.mark.real_data


@pytest.fixture(scope="module")
def laboratory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if not (RUN.is_dir() and LIBRARY.is_file()):
        pytest.skip(f"no real run and library in {DATA}")
    workspace = tmp_path_factory.mktemp("real") / "laboratory"
    done = aigaq("demo", "--workspace", workspace, "--run", RUN, "--library", LIBRARY, "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["verdict"] == "VALID"
    return workspace


@pytest.fixture(scope="module")
def report(laboratory: Path) -> Path:
    return laboratory / "2026-0001-P1.pdf"  # beside it lie its copy and its summary


@pytest.fixture
def structure() -> ModuleType:
    path = ROOT / "tests" / "unit" / "reporting" / "pdfa_structure.py"
    specification = importlib.util.spec_from_file_location("pdfa_structure_of_a_real_report", path)
    assert specification is not None
    assert specification.loader is not None
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


def test_it_has_no_structural_fault(report: Path, structure: ModuleType) -> None:
    with pikepdf.open(io.BytesIO(report.read_bytes())) as pdf:
        assert structure.faults(pdf) == []
        assert set(pdf.attachments) == {
            *("report-data.json", "report-data.schema.json", "identified-spectra.msp"),
            *("ledger-entries.jsonl", "ledger-proofs.jsonl", "ledger-checkpoint.txt", "ledger-keys.txt"),
        }


@pytest.mark.poppler
def test_it_names_the_substance_that_was_found(report: Path) -> None:
    if shutil.which("pdftotext") is None:
        pytest.skip("poppler-utils are not installed")
    text = subprocess.run(["pdftotext", str(report), "-"], check=True, capture_output=True, text=True).stdout
    assert "found: Etizolam; not identified" in text
    assert "internal standard, added by the laboratory" in text
    assert "SIMULATED" not in text


@pytest.mark.parametrize("change", ["appended", "one byte", "saved anew", "cut"])
def test_no_change_escapes_the_command(change: str, report: Path, laboratory: Path, tmp_path: Path) -> None:
    original = report.read_bytes()
    middle = len(original) // 2
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(original)) as pdf:
        pdf.save(out)
    forged = {
        "appended": original + b"\n",
        "one byte": original[:middle] + bytes([original[middle] ^ 1]) + original[middle + 1 :],
        "saved anew": out.getvalue(),
        "cut": original[: middle + 7],
    }[change]
    path = tmp_path / "copy.pdf"
    path.write_bytes(forged)
    done = aigaq("report", "verify", path, "--home", laboratory, "--json")
    assert json.loads(done.stdout)["verdict"] == "ALTERED"
    assert done.returncode == 4
