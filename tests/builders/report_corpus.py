"""A corpus of reports for everything that verifies: files with receipt, trust file and the verdicts that are allowed.

``corpus()`` makes it once in a process and keeps it in memory: the same list each time, of the same changes; the bytes
differ with the keys, which are new each time. ``python -m tests.builders.report_corpus FOLDER`` writes it to be seen.
"""

import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from random import Random

from lims.reporting.development import DevelopmentKeys, development_keys
from lims.reporting.keys import SigningKey
from tests.builders.pdf_changes import ImpossibleChangeError, Kind, Original, apply
from tests.builders.pdf_kinds import KINDS
from tests.builders.report_forgeries import forged_receipts, forged_reports, receipt_of_another_ledger
from tests.builders.report_laboratory import THIRD, MadeReport, MadeReports, kept_reports

CANNOT_SAY = frozenset({"CANNOT SAY"})
NEVER_VALID = frozenset({"ALTERED", "CANNOT SAY"})
"""What may be said of a file that was changed; which of both, the programs have to agree on."""
_BY_STATE = {"issued": "VALID", "amendment": "VALID", "superseded": "SUPERSEDED", "withdrawn": "WITHDRAWN"}
_SECOND_ROUND = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class CorpusFile:
    """One file under examination, with what a court has beside it."""

    name: str
    """Says what it is; of letters, digits and hyphens."""
    pdf: bytes = field(repr=False)
    receipt: bytes | None = field(repr=False)
    trust: bytes = field(repr=False)
    expected: frozenset[str]
    """Verdicts, as the programs print them."""
    checked_at: datetime
    kind: str = ""
    """Of the change; empty for a file that nobody changed."""


@cache
def corpus() -> tuple[CorpusFile, ...]:
    """Make the corpus, or give the one of this process."""
    made = kept_reports()
    files = tuple(_files(made))
    made.bench.engine.dispose()
    return files


def forgers_keys(made: MadeReports) -> DevelopmentKeys:
    """Give the keys of somebody who has the third person's name, and no root that anybody trusts."""
    return development_keys(made.folder.parent / "forger", [THIRD], now=made.bench.clock.now())


def _files(made: MadeReports) -> Iterator[CorpusFile]:
    foreign = forgers_keys(made)
    at = made.bench.clock.now() + timedelta(days=1)

    def file(name: str, pdf: bytes, receipt: bytes | None, expected: frozenset[str], **facts: object) -> CorpusFile:
        usual = {"trust": made.trust, "checked_at": at}
        return CorpusFile(name=name, pdf=pdf, receipt=receipt, expected=expected, **usual | facts)  # type: ignore[arg-type]

    for report in made.reports:
        yield file(f"{report.state}-without-receipt", report.pdf, None, CANNOT_SAY)
        other = made.of("amendment" if report.state == "issued" else "issued")
        yield file(f"{report.state}-with-the-receipt-of-another", report.pdf, other.newest, CANNOT_SAY)
        if report.newest:
            verdict = frozenset({_BY_STATE[report.state]})
            yield file(f"{report.state}-with-its-receipt", report.pdf, report.newest, verdict)
            yield file(f"{report.state}-as-at-its-issue", report.pdf, report.at_issue, frozenset({"VALID"}))
    for state in ("issued", "withdrawn"):
        report = made.of(state)
        for name, receipt in forged_receipts(made, report).items():
            yield file(f"{state}-receipt-{name}", report.pdf, receipt, CANNOT_SAY)
        trusts = {
            "foreign-root": foreign.root + made.ledger_keys,
            "no-key-of-the-ledger": made.keys.root,
            "no-root": made.ledger_keys,
            "nothing": b"",
        }
        for name, trust in trusts.items():
            yield file(f"{state}-trust-{name}", report.pdf, report.newest, CANNOT_SAY, trust=trust)
    for state in ("issued", "withdrawn", "voided", "waiting"):
        report = made.of(state)
        other = receipt_of_another_ledger(made, report)
        name = f"{state}-with-the-receipt-of-another-ledger"
        yield file(name, report.pdf, other.receipt, CANNOT_SAY, trust=made.trust + other.key)
    for forged in forged_reports(made, foreign):
        yield file(f"{forged.name}-with-receipt", forged.pdf, forged.receipt, CANNOT_SAY)
        yield file(f"{forged.name}-without-receipt", forged.pdf, None, CANNOT_SAY)
    for report, kind, pdf in _changes(made, foreign.key_of(THIRD.number)):
        name = f"{report.state}-{kind.name.replace('_', '-')}"
        yield file(f"{name}-with-receipt", pdf, report.newest, NEVER_VALID, kind=kind.name)
        yield file(f"{name}-without-receipt", pdf, None, NEVER_VALID, kind=kind.name)


def originals(made: MadeReports, own: SigningKey) -> dict[str, Original]:
    """Give the reports that left the laboratory as what can be changed, by their state; each has another beside it."""
    left = [report for report in made.reports if report.newest]
    return {
        report.state: Original(
            name=report.number,
            pdf=report.pdf,
            other=left[(place + 1) % len(left)].pdf,
            trusted=made.keys.key_of(THIRD.number),
            own=own,
        )
        for place, report in enumerate(left)
    }


def _changes(made: MadeReports, own: SigningKey) -> Iterator[tuple[MadeReport, Kind, bytes]]:
    """Change the issued report once in each way, the superseded and the withdrawn one in some."""
    by_state = originals(made, own)
    rounds = [
        ("issued", KINDS),
        ("superseded", KINDS[: _SECOND_ROUND // 2]),
        ("withdrawn", KINDS[-_SECOND_ROUND // 2 :]),
    ]
    for state, kinds in rounds:
        for kind in kinds:
            chance = Random(f"{state} {kind.name}")  # noqa: S311 - changes that can be made again
            try:
                yield made.of(state), kind, apply(kind, by_state[state], chance).pdf
            except ImpossibleChangeError:
                if kind.cost != "program":  # a program that is not installed
                    raise


def write_corpus(folder: Path) -> None:
    """Write every file with its receipt and its trust file, and what is expected of them, to a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    index = []
    for one in corpus():
        (folder / f"{one.name}.pdf").write_bytes(one.pdf)
        (folder / f"{one.name}.trust.pem").write_bytes(one.trust)
        if one.receipt is not None:
            (folder / f"{one.name}.receipt.json").write_bytes(one.receipt)
        index.append({"name": one.name, "expected": sorted(one.expected), "checked_at": one.checked_at.isoformat()})
    (folder / "corpus.json").write_text(json.dumps(index, indent=1), "utf-8")


if __name__ == "__main__":
    write_corpus(Path(sys.argv[1]))
