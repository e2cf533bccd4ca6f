"""A copy and a summary of really signed reports, from the console; and what a check of them says."""

import json
import shutil

import pytest

from lims.bootstrap import open_laboratory
from lims.domain.report_copy import CopyForm
from lims.settings import load_settings
from tests.builders.devices import enrol
from tests.builders.laboratories import EXPERT
from tests.builders.report_laboratory import kept_reports
from tests.integration.test_staff_command import aigaq, told


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """Give a laboratory with a report in each state, people of which have devices."""
    folder = tmp_path_factory.mktemp("copies") / "laboratory"
    shutil.copytree(kept_reports().folder, folder)
    authentication = open_laboratory(load_settings({}, home=folder)).authentication
    enrol(authentication, EXPERT.number)
    return folder


def verified(file, home):
    done = aigaq("report", "verify", file, "--json", home=home, typed="")
    return json.loads(done.said), done.code


def made(home, command, number, file, *, language="ru"):
    return aigaq("report", command, number, "--language", language, "--to", file, "--by", EXPERT.number, home=home)


def test_a_copy_and_a_summary_are_written_recorded_and_are_no_report(home, tmp_path):
    report = kept_reports().of("issued")
    for command, form in (("copy", CopyForm.FULL), ("summary", CopyForm.SUMMARY)):
        file = tmp_path / f"{command}.pdf"
        assert f"of {report.number} in ru written to {file}" in told(made(home, command, report.number, file))
        found, code = verified(file, home)
        assert (found["verdict"], found["report"], code) == ("NOT ISSUED", report.number, 5)
        assert "The file is no report." in found["reasons"][0]
        recorded = open_laboratory(load_settings({}, home=home)).reporting.get(report.number)
        assert (recorded.copies[-1].form, recorded.copies[-1].sha256) == (form, found["sha256"])
        assert recorded.pdf_sha256 in found["reasons"][1]
    (tmp_path / "report.pdf").write_bytes(report.pdf)
    assert verified(tmp_path / "report.pdf", home)[0]["verdict"] == "VALID"


def test_a_superseded_report_says_so_in_its_summary(home, tmp_path):
    file = tmp_path / "summary.pdf"
    told(made(home, "summary", kept_reports().of("superseded").number, file, language="en"))
    recorded = open_laboratory(load_settings({}, home=home)).reporting.get(kept_reports().of("superseded").number)
    assert recorded.copies[-1].language == "en"


@pytest.mark.parametrize(
    ("command", "state", "language", "words"),
    [
        ("copy", "waiting", "ru", "no copy is made of what did not leave the laboratory"),
        ("copy", "issued", "en", "expected another language"),
        ("summary", "voided", "ru", "no copy is made of what did not leave the laboratory"),
        ("copy", "issued", "de", "language 'de'"),
    ],
)
def test_what_is_refused_leaves_no_file_and_no_record(home, tmp_path, command, state, language, words):
    number = kept_reports().of(state).number
    before = len(open_laboratory(load_settings({}, home=home)).reporting.get(number).copies)
    refused = made(home, command, number, tmp_path / "a.pdf", language=language)
    assert refused.code == 2
    assert words in refused.said
    assert not (tmp_path / "a.pdf").exists()
    assert len(open_laboratory(load_settings({}, home=home)).reporting.get(number).copies) == before


def test_a_file_that_is_there_is_never_replaced(home, tmp_path):
    file = tmp_path / "a.pdf"
    file.write_bytes(b"of somebody")
    assert made(home, "copy", kept_reports().of("issued").number, file).code == 2
    assert file.read_bytes() == b"of somebody"
