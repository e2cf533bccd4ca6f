"""The one-file verifier and the program say the same of the same bytes, and share no line of code."""

import subprocess
import sys
from datetime import datetime
from pathlib import Path
from random import Random

import pytest

from lims.reporting.evidence import Outside
from lims.reporting.ledger_trust import read_keys
from lims.reporting.verification import verify_report
from lims.verifier import verify_report as own
from tests.builders.pdf_changes import KINDS_OF_BYTES, ImpossibleChangeError, apply
from tests.builders.pdf_updates import UPDATES
from tests.builders.report_corpus import corpus, forgers_keys, originals
from tests.builders.report_laboratory import THIRD, MadeReports, kept_reports
from tests.conftest import BY_NIGHT

Said = tuple[str, str, tuple[tuple[str, str], ...]]


@pytest.fixture(scope="module")
def made() -> MadeReports:
    return kept_reports()


def program_says(pdf: bytes, receipt: bytes | None, trust: bytes, at: datetime | None) -> Said:
    roots = [trust] if b"BEGIN CERTIFICATE" in trust else []
    found = verify_report(
        pdf, recorded=None, trust_roots=roots, outside=Outside(keys=read_keys(trust), brought=receipt), at=at
    )
    states = tuple((one.name.value, one.state.value) for one in found.checks)
    return found.verdict.value, found.superseded_by, states if found.verdict != own.ALTERED else ()


def file_says(pdf: bytes, receipt: bytes | None, trust: bytes, at: datetime | None) -> Said:
    found = own.verify(pdf, evidence=receipt, trust=own.trust_file(trust), at=at)
    states = tuple((one.name, one.state) for one in found.checks)
    return found.verdict, found.superseded_by, states if found.verdict != own.ALTERED else ()


def test_both_say_the_same_of_reports_in_every_state(made: MadeReports) -> None:
    verdicts = []
    for report in made.reports:
        for receipt in {report.newest or None, None if report.state == "issued" else report.newest or None}:
            told = program_says(report.pdf, receipt, made.trust, None)
            assert file_says(report.pdf, receipt, made.trust, None) == told, report.state
            verdicts.append(told[0])
    assert {own.VALID, own.SUPERSEDED, own.WITHDRAWN, own.CANNOT_SAY} <= set(verdicts)


@pytest.mark.parametrize(("state", "code"), [("issued", 0), ("superseded", 3), ("withdrawn", 7), ("waiting", 6)])
def test_exit_codes_of_a_process_without_packages(made: MadeReports, tmp_path: Path, state: str, code: int) -> None:
    report = made.of(state)
    (tmp_path / "r.pdf").write_bytes(report.pdf)
    (tmp_path / "r.receipt.json").write_bytes(report.newest or made.of("issued").newest)
    (tmp_path / "trust.pem").write_bytes(made.trust)
    beside = ["--receipt", "r.receipt.json", "--trust", "trust.pem", "--at", made.bench.clock.now().isoformat()]
    command = [sys.executable, "-I", "-S", own.__file__, "r.pdf", *beside]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (code, b"")


def test_both_say_the_same_of_changed_reports(made: MadeReports) -> None:
    """Some kinds of change by day; the night has the whole corpus."""
    original = originals(made, forgers_keys(made).key_of(THIRD.number))["issued"]
    receipt, differing = made.of("issued").newest, []
    for kind in (*KINDS_OF_BYTES[::7], *UPDATES[::6]):
        try:
            pdf = apply(kind, original, Random(kind.name)).pdf  # noqa: S311 - changes that can be made again
        except ImpossibleChangeError:
            continue
        for beside in (receipt, None):
            told, found = (say(pdf, beside, made.trust, None) for say in (program_says, file_says))
            differing += [(kind.name, told, found)] if told != found else []
            assert found[0] in {own.ALTERED, own.CANNOT_SAY}, kind.name
    assert not differing


@pytest.mark.nightly
def test_both_say_the_same_of_the_whole_corpus() -> None:
    differing = []
    for one in corpus():
        told = program_says(one.pdf, one.receipt, one.trust, one.checked_at)
        found = file_says(one.pdf, one.receipt, one.trust, one.checked_at)
        differing += [(one.name, told, found)] if told != found else []
        assert found[0] in one.expected, one.name
    assert not differing


def test_a_receipt_with_a_changed_byte_is_not_believed(made: MadeReports) -> None:
    """But for the keys that it names itself, which nobody believes."""
    report = made.of("issued")
    chance = Random(8)  # noqa: S311 - changes that can be made again
    own_keys = range(report.newest.index(b'"keys":['), report.newest.index(b'"proofs":['))
    for place in (chance.randrange(len(report.newest)) for _ in range(400 if BY_NIGHT else 20)):
        if place in own_keys:
            continue
        receipt = bytearray(report.newest)
        receipt[place] ^= 1 << chance.randrange(8)
        found = own.verify(report.pdf, evidence=bytes(receipt), trust=own.trust_file(made.trust)).verdict
        assert found == own.CANNOT_SAY


def test_no_file_is_valid_without_roots_or_keys(made: MadeReports) -> None:
    report = made.of("issued")
    keys = b"".join(line for line in made.trust.splitlines(keepends=True) if line.startswith(b"tests/"))
    for trust in (b"", keys, made.keys.root):
        assert file_says(report.pdf, report.newest, trust, None)[0] == own.CANNOT_SAY
    assert file_says(report.pdf, report.newest, keys + made.keys.root, None)[0] == own.VALID
