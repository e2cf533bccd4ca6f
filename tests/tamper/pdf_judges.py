"""The programs that judge a changed report, each behind the same question: what is your verdict on these bytes?"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache

from lims.domain.report import ReportStatus
from lims.reporting.evidence import Outside
from lims.reporting.ledger_trust import read_keys
from lims.reporting.verification import SignedReport, verify_report
from lims.verifier import verify_report as one_file
from tests.builders.laboratories import EXPERT, REVIEWER
from tests.builders.pdf_changes import Original
from tests.builders.report_corpus import forgers_keys, originals
from tests.builders.report_laboratory import THIRD, MadeReport, MadeReports, kept_reports

UNCHANGED = {"issued": "VALID", "amendment": "VALID", "superseded": "SUPERSEDED", "withdrawn": "WITHDRAWN"}
"""What every judge with ledger or receipt says of a report that nobody changed, by its state."""
FITTING = frozenset({"ALTERED", "CANNOT SAY", "NOT ISSUED"})
"""What may be said of a changed one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Court:
    """Reports that left a laboratory, and everything by which they can be judged."""

    originals: Mapping[str, Original]
    """By their state."""
    receipts: Mapping[str, bytes] = field(repr=False)
    """The newest of each, by the report's number."""
    recorded: tuple[SignedReport, ...]
    roots: bytes = field(repr=False)
    trust: bytes = field(repr=False)
    at: datetime


@cache
def open_court() -> Court:
    """Let a laboratory work, and keep what a campaign needs of it."""
    made = kept_reports()
    court = Court(
        originals=originals(made, forgers_keys(made).key_of(THIRD.number)),
        receipts={report.number: report.newest for report in made.reports if report.newest},
        recorded=tuple(_recorded(made, report) for report in made.reports),
        roots=made.keys.root,
        trust=made.trust,
        at=made.bench.clock.now() + timedelta(days=1),
    )
    made.bench.engine.dispose()
    return court


def _recorded(made: MadeReports, report: MadeReport) -> SignedReport:
    """Say what the ledger says of a report; its document is at hand, so that no store is read."""
    kept = made.bench.reporting.get(report.number)
    return SignedReport(
        number=kept.number,
        pdf_sha256=kept.pdf_sha256 or "",
        expert=EXPERT.name,
        reviewer=REVIEWER.name,
        status=ReportStatus(kept.status),
        reason=kept.withdrawal_reason or kept.void_reason,
        superseded_by=kept.superseded_by,
        read_pdf=lambda: report.pdf,
    )


Judge = Callable[[Court, Original, bytes], str]


def with_the_ledger(court: Court, _: Original, pdf: bytes) -> str:
    """Ask the program that has the laboratory's ledger."""
    return verify_report(pdf, recorded=court.recorded, trust_roots=[court.roots]).verdict.value


def by_signatures_alone(court: Court, _: Original, pdf: bytes) -> str:
    """Ask the program that has the file and the root alone."""
    return verify_report(pdf, recorded=None, trust_roots=[court.roots]).verdict.value


def with_the_receipt(court: Court, original: Original, pdf: bytes) -> str:
    """Ask the program that has trust file and receipt of the report that was changed."""
    outside = Outside(keys=read_keys(court.trust), brought=court.receipts[original.name])
    return verify_report(pdf, recorded=None, trust_roots=[court.roots], outside=outside, at=court.at).verdict.value


def one_file_with_the_receipt(court: Court, original: Original, pdf: bytes) -> str:
    """Ask the verifier on the standard library, with the receipt of the report that was changed."""
    return _one_file(court, pdf, court.receipts[original.name])


def one_file_alone(court: Court, _: Original, pdf: bytes) -> str:
    """Ask the verifier on the standard library, without a receipt."""
    return _one_file(court, pdf, None)


def _one_file(court: Court, pdf: bytes, receipt: bytes | None) -> str:
    trust = one_file.trust_file(court.trust)
    return str(one_file.verify(pdf, evidence=receipt, trust=trust, at=court.at).verdict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mode:
    """One way of judging."""

    judge: Judge
    every: int = 1
    """How many changes it judges one of: the slow ones take a sample."""
    knows_the_issue: bool = True
    """It has ledger or receipt, so that it can say VALID at all."""

    @property
    def name(self) -> str:
        """Give the name under which its verdicts are counted."""
        return self.judge.__name__


MODES = (
    Mode(judge=with_the_ledger),
    Mode(judge=one_file_with_the_receipt),
    Mode(judge=one_file_alone, every=10, knows_the_issue=False),
    Mode(judge=with_the_receipt, every=200),
    Mode(judge=by_signatures_alone, every=200, knows_the_issue=False),
)
