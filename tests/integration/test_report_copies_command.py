"""A copy and a summary of really signed reports, from the console; and what a check of them says."""

import json

import pytest

from lims.bootstrap import open_laboratory
from lims.domain.report_copy import CopyForm
from lims.settings import load_settings
from tests.builders.devices import enrol
from tests.builders.laboratories import EXPERT, REPORT
from tests.builders.report_laboratory import issue_one
from tests.integration.test_staff_command import aigaq, told


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """Give a laboratory with one issued report, the expert of which has a device."""
    folder = tmp_path_factory.mktemp("copies") / "laboratory"
    assert issue_one(folder) == REPORT
    authentication = open_laboratory(load_settings({}, home=folder)).authentication
    enrol(authentication, EXPERT.number)
    return folder


def report_of(home):
    return open_laboratory(load_settings({}, home=home)).reporting.get(REPORT)


def verified(file, home):
    done = aigaq("report", "verify", file, "--json", home=home, typed="")
    return json.loads(done.said), done.code


def made(home, command, file, *, language="ru"):
    return aigaq("report", command, REPORT, "--language", language, "--to", file, "--by", EXPERT.number, home=home)


def test_a_copy_and_a_summary_are_written_recorded_and_are_no_report(home, tmp_path):
    for command, form in (("copy", CopyForm.FULL), ("summary", CopyForm.SUMMARY)):
        file = tmp_path / f"{command}.pdf"
        assert f"of {REPORT} in ru written to {file}" in told(made(home, command, file))
        found, code = verified(file, home)
        assert (found["verdict"], found["report"], code) == ("NOT ISSUED", REPORT, 5)
        assert "The file is no report." in found["reasons"][0]
        recorded = report_of(home)
        assert (recorded.copies[-1].form, recorded.copies[-1].copy_sha256) == (form, found["sha256"])
        assert recorded.pdf_sha256 in found["reasons"][1]
    (tmp_path / "report.pdf").write_bytes(open_laboratory(load_settings({}, home=home)).reporting.document(REPORT))
    assert verified(tmp_path / "report.pdf", home)[0]["verdict"] == "VALID"


@pytest.mark.parametrize(
    ("command", "language", "words"),
    [("copy", "en", "expected another language"), ("copy", "de", "language 'de'"), ("summary", "de", "language 'de'")],
)
def test_what_is_refused_leaves_no_file_and_no_record(home, tmp_path, command, language, words):
    before = report_of(home)
    refused = made(home, command, tmp_path / "a.pdf", language=language)
    assert (refused.code, words in refused.said) == (2, True)
    assert not (tmp_path / "a.pdf").exists()
    assert report_of(home) == before


def test_a_file_that_is_there_is_never_replaced(home, tmp_path):
    file, before = tmp_path / "a.pdf", report_of(home)
    file.write_bytes(b"of somebody")
    assert made(home, "copy", file).code == 2
    assert file.read_bytes() == b"of somebody"
    assert report_of(home) == before
