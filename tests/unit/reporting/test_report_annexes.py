"""What the annex says of the ledger inside, and that no line of it falls off the page that is signed."""

import subprocess
from dataclasses import replace
from pathlib import Path

import fictitious_ledger as ledger
import fictitious_reports as fictitious
import pikepdf
import pytest

from lims.errors import DocumentError
from lims.ledger.extract import CHECKPOINT_FILE, ENTRIES_FILE, KEYS_FILE, PROOFS_FILE
from lims.reporting.blocks import Bullets, Facts, Paragraph
from lims.reporting.document import compose
from lims.reporting.sections.annexes import annexes
from lims.translation import Translator

EN = Translator("en")
CONTENT, EXTRACT = ledger.with_ledger(fictitious.report())


def blocks(content, kind):
    return [one for one in annexes(content, data_sha256="0" * 64, level="PAdES B-B", t=EN) if isinstance(one, kind)]


def facts(content) -> dict[str, str]:
    (table,) = blocks(content, Facts)
    return {row.label: row.value for row in table.rows}


def test_the_annex_prints_by_what_the_checkpoint_is_known() -> None:
    checkpoint = CONTENT.ledger.checkpoint
    said = facts(CONTENT)
    assert said["Checkpoint of the ledger"] == f"{ledger.ORIGIN}: 1,206 entries, key {ledger.KEY.key_id.hex()}"
    assert said["Root of its tree"] == checkpoint.root
    (files,) = blocks(CONTENT, Bullets)
    for name in (ENTRIES_FILE, PROOFS_FILE, CHECKPOINT_FILE, KEYS_FILE):
        assert any(line.startswith(f"{name}: ") for line in files.items)


def test_a_report_without_a_checkpoint_says_that_it_carries_none() -> None:
    plain = fictitious.report()
    assert "Checkpoint of the ledger" not in facts(plain)
    said = " ".join(one.text for one in blocks(plain, Paragraph))
    assert "This file carries no checkpoint of the laboratory's ledger" in said
    assert "checkpoint was signed" not in said


def test_the_files_are_in_the_document_byte_for_byte(tmp_path: Path) -> None:
    path = tmp_path / "report.pdf"
    path.write_bytes(compose(CONTENT, EN, extract=EXTRACT))
    with pikepdf.open(path) as opened:
        found = {name: file.get_file().read_bytes() for name, file in opened.attachments.items()}
    assert {name: found[name] for name in EXTRACT.files} == EXTRACT.files


@pytest.mark.parametrize(
    ("content", "extract"),
    [
        (CONTENT, None),
        (fictitious.report(), EXTRACT),
        (CONTENT, replace(EXTRACT, entries=EXTRACT.entries + b"{}\n")),
        (CONTENT, replace(EXTRACT, keys=b"")),
    ],
)
def test_another_extract_than_the_one_that_is_named_is_refused(content, extract) -> None:
    with pytest.raises(DocumentError, match="not those that the content of 2026-9001/3-R1 names"):
        compose(content, EN, extract=extract)


@pytest.mark.poppler
def test_an_annex_longer_than_a_page_leaves_its_last_paragraph_with_the_signatures(tmp_path: Path) -> None:
    many = tuple(f"{ledger.ORIGIN}+{place:08x}" for place in range(300))
    section = replace(CONTENT.ledger, checkpoint=replace(CONTENT.ledger.checkpoint, keys=many))
    path = tmp_path / "report.pdf"
    path.write_bytes(compose(replace(CONTENT, ledger=section), EN, extract=EXTRACT))
    pages = subprocess.run(["pdftotext", path, "-"], capture_output=True, check=True, text=True).stdout.split("\f")[:-1]
    heading = next(place for place, text in enumerate(pages) if "Annexes and how to check this report" in text)
    assert heading < len(pages) - 1
    assert "Another person reviews the paper" in pages[-1]
    assert "End of report" in pages[-1]
    assert all(any(key.rpartition("+")[2] in text for text in pages) for key in many)
