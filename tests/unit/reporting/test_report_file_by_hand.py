"""The commands of docs/report-file.md check a report and its receipt, with programs of others alone."""

import hashlib
import json
import re
import subprocess
from dataclasses import replace
from pathlib import Path

import fictitious_ledger as ledger
import fictitious_reports as fictitious
import pytest
from test_receipt import FOREIGN, NUMBER, SIZE, Tree, report

from lims.reporting.document import compose
from lims.reporting.trust_file import trust_file
from lims.services.receipting import receipt_of
from lims.translation import Translator

pytestmark = pytest.mark.poppler

PAGE = Path(__file__).parents[3] / "docs" / "report-file.md"
COMMANDS = "\n".join(re.findall(r"```sh\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL))


@pytest.fixture(scope="module")
def pdf() -> bytes:
    content, extract = ledger.with_ledger(replace(fictitious.report(), number=NUMBER))
    return compose(content, Translator("en"), extract=extract)


@pytest.fixture
def folder(pdf: bytes, tmp_path: Path) -> Path:
    issued = ledger.entry(
        report(pdf_sha256=hashlib.sha256(pdf).hexdigest()), sequence=ledger.SIZE + 1, act="report.issued"
    )
    tree = Tree((issued,), size=SIZE)
    receipt = receipt_of((issued,), tree=tree, signed=tree.checkpoint(SIZE), keys=(ledger.KEY,))
    (tmp_path / "report.pdf").write_bytes(pdf)
    (tmp_path / "report.receipt.json").write_bytes(receipt.to_bytes())
    (tmp_path / "trust.pem").write_bytes(trust_file((), (ledger.KEY,)))
    return tmp_path


def followed(folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ("bash", "-e", "-o", "pipefail", "-c", COMMANDS), cwd=folder, capture_output=True, text=True, check=False
    )


def test_l_5_a_report_with_its_receipt_passes_every_step(folder: Path) -> None:
    done = followed(folder)
    assert done.returncode == 0, done.stderr
    said = done.stdout
    assert "Signature Verified Successfully" in said
    assert f"{ledger.INTENT_AT} report.intended" in said
    assert "report.issued 2026-11-22T09:05:00.000000Z issued" in said
    assert hashlib.sha256((folder / "report-data.json").read_bytes()).hexdigest() in said


def test_a_file_with_one_more_byte_is_another_file(folder: Path) -> None:
    (folder / "report.pdf").write_bytes((folder / "report.pdf").read_bytes() + b"\n")
    done = followed(folder)
    assert (done.returncode, "another file" in done.stderr) == (1, True)


def test_a_key_of_somebody_else_does_not_verify(folder: Path) -> None:
    (folder / "trust.pem").write_bytes(trust_file((), (FOREIGN,)))
    done = followed(folder)
    assert done.returncode != 0
    assert "Signature Verified Successfully" not in done.stdout


def test_an_entry_that_was_changed_does_not_lead_to_the_root(folder: Path) -> None:
    path = folder / "report.receipt.json"
    told = json.loads(path.read_bytes())
    told["entries"][0] = told["entries"][0].replace('"evidence":false', '"evidence":true')
    path.write_text(json.dumps(told))
    done = followed(folder)
    assert (done.returncode, "AssertionError" in done.stderr) == (1, True)
