"""Verdicts by receipts of a made-up ledger about a made-up report."""

import hashlib
from collections.abc import Callable

import fictitious_ledger as ledger
import fictitious_reports as fictitious
import pytest

from lims.domain.report import Report, ReportStatus
from lims.ledger.merkle import prove_consistency
from lims.reporting.content import content_json
from lims.reporting.evidence import Outside
from lims.reporting.verdict import Verdict, Verification
from lims.reporting.verification import verify_report
from lims.services.receipting import receipt_of

CONTENT_SHA256 = hashlib.sha256(content_json(fictitious.report())).hexdigest()


class Tree(ledger.FictitiousTree):
    def prove_consistency(self, old_size: int, size: int | None = None):
        return prove_consistency(self.leaves[: size or len(self.leaves)], old_size)


def receipt(pdf: bytes, *, number: str = fictitious.NUMBER, **facts: object) -> bytes:
    said = {"status": ReportStatus.ISSUED, "content_sha256": CONTENT_SHA256, "version": 5} | facts
    report = Report(
        number=number,
        examination_number="2026-9001/3-R1-E1",
        examination_version=4,
        language="en",
        expert="E-07",
        reviewer="E-11",
        evidence=False,
        pdf_sha256=hashlib.sha256(pdf).hexdigest(),
        **said,  # type: ignore[arg-type]  # a test may try anything
    )
    entry = ledger.entry(report, sequence=1200, act="report.issued")
    tree = Tree((entry,))
    return receipt_of((entry,), tree=tree, signed=tree.checkpoint(), keys=(ledger.KEY,)).to_bytes()


Judge = Callable[[bytes, bytes], Verification]


@pytest.fixture(scope="session")
def judge(roots: list[bytes]) -> Judge:
    def judged(pdf: bytes, brought: bytes) -> Verification:
        outside = Outside(keys=(ledger.KEY,), brought=brought)
        return verify_report(pdf, recorded=None, trust_roots=roots, outside=outside)

    return judged


def test_a_receipt_of_an_issue_makes_it_valid(issued: bytes, judge: Judge) -> None:
    found = judge(issued, receipt(issued))
    assert (found.verdict, found.number) == (Verdict.VALID, fictitious.NUMBER)
    assert any(reason.startswith("The newest entry of the report in the receipt is of ") for reason in found.reasons)
    assert "By its own data the report is a demonstration and no evidence." in found.reasons


def test_a_receipt_of_another_number_makes_nothing_valid(issued: bytes, judge: Judge) -> None:
    found = judge(issued, receipt(issued, number="2026-9001/3-R7"))
    assert found.verdict is Verdict.CANNOT_SAY
    assert "The data of the report bear another number than the receipt." in found.reasons


def test_a_copy_beside_the_receipt_of_its_report_is_called_a_copy(issued: bytes, judge: Judge) -> None:
    found = judge(b"%PDF-1.7 aigaq-copy:2026-9001/3-R1", receipt(issued))
    assert found.verdict is Verdict.CANNOT_SAY
    assert "The file says that it is a copy; a copy is no report." in found.reasons


def test_a_receipt_of_anything_but_an_issue_makes_it_not_issued(issued: bytes, judge: Judge) -> None:
    for status in set(ReportStatus) - {ReportStatus.ISSUED, ReportStatus.WITHDRAWN, ReportStatus.SUPERSEDED}:
        found = judge(issued, receipt(issued, status=status))
        assert found.verdict is Verdict.NOT_ISSUED, status
        assert "By the receipt, it was not issued." in found.reasons


def test_a_receipt_that_names_other_data_is_a_contradiction(issued: bytes, judge: Judge) -> None:
    found = judge(issued, receipt(issued, content_sha256="ab" * 32))
    assert found.verdict is Verdict.CANNOT_SAY
    assert any("do not have the digest that the record names" in reason for reason in found.reasons)


def test_a_withdrawn_report_that_was_replaced_says_both(issued: bytes, judge: Judge) -> None:
    gone = receipt(issued, status=ReportStatus.WITHDRAWN, withdrawal_reason="a seal.", superseded_by="2026-9001/3-R8")
    found = judge(issued, gone)
    assert (found.verdict, found.superseded_by) == (Verdict.WITHDRAWN, "")
    assert "The laboratory withdrew it. Its reason: a seal." in found.reasons
    assert "Report 2026-9001/3-R8 replaced it." in found.reasons


def test_a_receipt_of_another_report_settles_nothing_unless_the_file_bears_its_number(
    issued: bytes, judge: Judge
) -> None:
    other = receipt(b"other", number="2026-9001/3-R9")
    found = judge(issued, other)
    assert (found.verdict, "The receipt belongs to another report." in found.reasons) == (Verdict.CANNOT_SAY, True)
    named = receipt(b"other")
    assert judge(issued, named).verdict is Verdict.ALTERED


def test_unsigned_data_with_a_receipt_of_their_own_cannot_be_relied_on(unsigned: bytes, judge: Judge) -> None:
    found = judge(unsigned, receipt(unsigned))
    assert found.verdict is Verdict.CANNOT_SAY
    assert any("Its signatures cannot be relied on" in reason for reason in found.reasons)


def test_any_bytes_with_a_receipt_of_their_own_cannot_be_relied_on(judge: Judge) -> None:
    for junk in (b"", b"no pdf", b"%PDF-1.7 /ByteRange"):
        found = judge(junk, receipt(junk))
        assert found.verdict is Verdict.CANNOT_SAY
        assert any("The data of the report could not be read" in reason for reason in found.reasons)
