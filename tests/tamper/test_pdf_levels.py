"""Changed reports with time stamps: their signatures hold after no change but those that no signature covers."""

from dataclasses import replace
from random import Random

import pytest

from lims.reporting.signature_check import check_signatures
from lims.signing_settings import SignatureLevel
from tests.builders.pdf_changes import ImpossibleChangeError, Original, apply
from tests.builders.pdf_kinds import KINDS
from tests.builders.pdf_originals import fictitious_reports
from tests.builders.signing_pki import NAMESAKE, STRANGER, kept_pki, kept_report

NOT_COVERED = {"add_a_certificate", "add_an_unsigned_attribute"}
"""After these both signatures hold where the last signature or time stamp of the file is changed: nothing covers what
stands in it beside what it signs. The digest of the whole file does."""
BY_DAY = {"add_a_certificate", "append_line_end", "cut_to_an_earlier_revision"}


def original_of(level):
    content = fictitious_reports().report()
    pki = kept_pki(content.expert.name, content.reviewer.name)
    original = Original(
        name=content.number,
        pdf=kept_report(content, level),
        other=kept_report(replace(content, number="2026-9001/3-R9"), level),
        trusted=pki.key(NAMESAKE),
        own=pki.key(STRANGER),
    )
    return original, [pki.root]


@pytest.mark.parametrize(
    "kind",
    [pytest.param(kind, marks=[] if kind.name in BY_DAY else pytest.mark.nightly) for kind in KINDS],
    ids=lambda kind: kind.name,
)
@pytest.mark.parametrize(
    "level", [SignatureLevel.ARCHIVE, pytest.param(SignatureLevel.LONG_TERM, marks=pytest.mark.nightly)]
)
def test_sg_2_signatures_with_time_stamps_hold_after_no_change_but_those_named(level, kind):
    original, roots = original_of(level)
    assert check_signatures(original.pdf, trust_roots=roots).both_valid
    try:
        made = [apply(kind, original, Random(f"{number} {kind.name}")) for number in range(2)]  # noqa: S311 - no secrets
    except ImpossibleChangeError:
        if kind.cost != "program":  # a program that is not installed
            raise
        return
    held = any(check_signatures(one.pdf, trust_roots=roots).both_valid for one in made)
    assert not held or kind.name in NOT_COVERED
