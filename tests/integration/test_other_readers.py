"""Signed reports of every level: what other programs say of them, what PDF/A-3u asks for, and what pdfsig finds."""

import re

import pytest

from lims.signing_settings import SignatureLevel
from tests.builders.pdf_originals import fictitious_reports
from tests.builders.pdf_readers import ask, complaints
from tests.builders.pdfa_rules import pdfa_faults
from tests.builders.signing_pki import kept_report

LEVELS = [
    SignatureLevel.ARCHIVE,
    *(
        pytest.param(level, marks=pytest.mark.nightly)
        for level in SignatureLevel
        if level is not SignatureLevel.ARCHIVE
    ),
]


@pytest.fixture
def signed(request):
    return kept_report(fictitious_reports().report(), request.param)


@pytest.mark.poppler
@pytest.mark.parametrize("signed", LEVELS, indirect=True)
def test_other_programs_read_a_signed_report_without_a_word(signed, tmp_path):
    assert list(complaints(signed, tmp_path)) == []


@pytest.mark.parametrize("signed", LEVELS, indirect=True)
def test_a_signed_report_is_what_pdf_a_3u_asks_for(signed):
    assert pdfa_faults(signed) == []


@pytest.mark.poppler
@pytest.mark.parametrize("level", LEVELS)
def test_pdfsig_finds_both_signatures_valid(level, tmp_path):
    """It knows no time stamps of documents, which poppler 22.12 says itself."""
    said = ask(("pdfsig", "-nocert", "read.pdf"), kept_report(fictitious_reports().report(), level), tmp_path)
    if said is None:
        pytest.skip("poppler-utils are not installed")
    archived = level is SignatureLevel.ARCHIVE
    assert said.code == 0
    assert said.errors == ("Unimplemented Feature (0): Unable to validate this type of signature" if archived else "")
    parts = said.output.split("Signature #")[1:]
    assert len(parts) == (3 if archived else 2)
    assert [re.findall(r"Signature Validation: (.*)", part) for part in parts[:2]] == [["Signature is Valid."]] * 2
    covering = ["Total document signed" in part and "Not total" not in part for part in parts]
    assert covering == [False] * (len(parts) - 1) + [True]
