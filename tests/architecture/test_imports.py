"""Imports point down: the contracts of pyproject.toml hold, and the tool that says so can say otherwise."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CANNOT_HOLD = """
[importlinter]
root_package = spectra

[importlinter:contract:planted]
name = the core without arrays
type = forbidden
source_modules = spectra.spectrum
forbidden_modules = spectra.errors
"""


def lint(*arguments, cwd=ROOT):
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache", *arguments]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)


def test_every_contract_is_kept():
    done = lint()
    assert done.returncode == 0, done.stdout + done.stderr
    for contract in ("packages point down", "inside lims", "the core is pure"):
        assert f"{contract} KEPT" in done.stdout


def test_a_contract_that_cannot_hold_is_found_broken(tmp_path):
    (tmp_path / "planted.ini").write_text(CANNOT_HOLD, "utf-8")
    done = lint("--config", str(tmp_path / "planted.ini"))
    assert done.returncode == 1
    assert "the core without arrays BROKEN" in done.stdout
