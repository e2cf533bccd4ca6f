"""``aigaq report verifier``: what is given out is the program, and it runs where nothing of ours is."""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

from lims.verifier import verify_report
from tests.integration.test_staff_command import aigaq, told


def test_the_program_that_is_given_out_is_the_one_that_is_tested(tmp_path):
    told(aigaq("report", "verifier", "--to", tmp_path, home=tmp_path / "none", typed=""))
    given = tmp_path / "verify_report.py"
    assert given.read_bytes() == Path(verify_report.__file__).read_bytes()
    digest = hashlib.sha256(given.read_bytes()).hexdigest()
    second = aigaq("report", "verifier", "--to", given, home=tmp_path / "none", typed="")
    assert second.code != 0
    assert hashlib.sha256(given.read_bytes()).hexdigest() == digest


def test_it_runs_in_an_empty_folder_without_packages_and_without_this_project(tmp_path):
    told(aigaq("report", "verifier", "--to", tmp_path / "check.py", home=tmp_path / "none", typed=""))
    (tmp_path / "r.pdf").write_bytes(b"%PDF-1.7\n")
    done = subprocess.run(
        [sys.executable, "-I", "-S", "check.py", "r.pdf"],
        cwd=tmp_path,
        env={"PATH": os.environ["PATH"]},
        capture_output=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (6, b"")
    assert done.stdout.startswith(b"CANNOT SAY")
