"""The corpus on which everything that verifies has to agree: what is in it."""

from collections import Counter

import pytest

from lims.domain.receipt import Receipt, check_receipt
from lims.errors import LimsError
from lims.ledger.checkpoint import VerifierKey
from tests.builders.pdf_kinds import KINDS
from tests.builders.report_corpus import CANNOT_SAY, NEVER_VALID, corpus


@pytest.fixture(scope="module")
def files():
    return corpus()


def test_the_corpus_has_two_hundred_files_and_every_verdict_that_needs_no_ledger(files):
    assert len(files) >= 200
    assert len({one.name for one in files}) == len(files)
    said = Counter(verdict for one in files for verdict in one.expected)
    assert set(said) == {"VALID", "SUPERSEDED", "WITHDRAWN", "ALTERED", "CANNOT SAY"}


def test_every_kind_of_change_is_in_it(files):
    possible = {kind.name for kind in KINDS if kind.cost != "program"}
    assert possible <= {one.kind for one in files}
    assert all(one.expected == NEVER_VALID for one in files if one.kind)


def test_only_unchanged_files_with_a_true_receipt_may_be_more_than_unknown(files):
    """By the receipt's own rules: of a file that may be valid its receipt is believed, and names these bytes."""
    for one in files:
        if one.expected not in (CANNOT_SAY, NEVER_VALID):
            found = check_receipt(Receipt.from_bytes(one.receipt), keys=ledger_keys(one.trust))
            assert found.believed, (one.name, found.faults)


def test_a_forged_receipt_is_not_believed(files):
    believed = []
    for one in files:
        if not one.name.startswith(("issued-receipt-", "withdrawn-receipt-")):
            continue
        try:
            found = check_receipt(Receipt.from_bytes(one.receipt), keys=ledger_keys(one.trust))
        except LimsError:
            continue
        believed += [one.name] if found.believed else []
    # the true key signed another history: only the checkpoint inside the report tells
    assert sorted(believed) == ["issued-receipt-of-another-history", "withdrawn-receipt-of-another-history"]


def ledger_keys(trust):
    lines = trust.decode().splitlines()
    return [VerifierKey.from_text(line) for line in lines if line.startswith("tests/ledger+")]
