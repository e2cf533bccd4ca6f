"""Verdicts for a reader who has the report, its receipt and a trust file, and no laboratory."""

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from sqlalchemy import Engine

from lims.cli.verify import recorded_about, signed_reports
from lims.domain.receipt import Receipt
from lims.ledger.checkpoint import Checkpoint, SignedCheckpoint, VerifierKey, sign_checkpoint
from lims.reporting.bounded_looking import look_bounded
from lims.reporting.desk import open_desk
from lims.reporting.evidence import Outside
from lims.reporting.ledger_trust import read_keys
from lims.reporting.repeating.attachments import read_attachments
from lims.reporting.repeating.checks import CheckName, CheckState
from lims.reporting.verdict import Verdict, Verification
from lims.reporting.verification import verify_report
from lims.translation import LANGUAGES, Translator
from tests.builders.checkpointing import signed
from tests.builders.laboratories import EXAMINATION, REPORT, TECHNICIAN, Bench
from tests.builders.plain_homes import plain_settings
from tests.builders.report_laboratory import MadeReports, kept_reports


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """Somebody outside, with what the laboratory made known."""

    made: MadeReports
    keys: tuple[VerifierKey, ...]

    def verify(self, pdf: bytes, brought: bytes | None, *, language: str = "en") -> Verification:
        return verify_report(
            pdf,
            recorded=None,
            trust_roots=[self.made.trust],
            outside=Outside(keys=self.keys, brought=brought),
            at=self.made.bench.clock.now() + timedelta(hours=1),
            translator=Translator(language),
        )


@pytest.fixture(scope="module")
def reader() -> Reader:
    made = kept_reports()
    return Reader(made=made, keys=read_keys(made.trust))


def test_rp_3_at_14_each_report_is_told_by_its_receipt(reader: Reader) -> None:
    found = {one.state: reader.verify(one.pdf, one.newest or one.at_issue or None) for one in reader.made.reports}
    assert {state: one.verdict for state, one in found.items()} == {
        "issued": Verdict.VALID,
        "superseded": Verdict.SUPERSEDED,
        "withdrawn": Verdict.WITHDRAWN,
        "voided": Verdict.CANNOT_SAY,
        "waiting": Verdict.CANNOT_SAY,
        "amendment": Verdict.VALID,
    }
    assert found["superseded"].superseded_by == found["amendment"].number
    assert "The laboratory withdrew it. Its reason: the wrong exhibit was examined." in found["withdrawn"].reasons
    states = {one.name: one.state for one in found["issued"].checks}
    assert list(states) == list(CheckName)
    for name in (CheckName.DATA, CheckName.MATCH_FACTORS, CheckName.PROOFS, CheckName.CHECKPOINT):
        assert states[name] is CheckState.EQUAL, name
    assert CheckState.DIFFERS not in states.values()


def test_an_older_receipt_does_not_know_of_a_later_withdrawal_and_says_so(reader: Reader) -> None:
    withdrawn = reader.made.of("withdrawn")
    found = reader.verify(withdrawn.pdf, withdrawn.at_issue)
    assert found.verdict is Verdict.VALID
    assert any("a later withdrawal would stand in a later receipt" in reason for reason in found.reasons)


def test_what_a_reader_lacks_is_said_and_never_guessed(reader: Reader) -> None:
    issued = reader.made.of("issued")
    stranger = Reader(made=reader.made, keys=())
    cases = (
        (reader, None, "Whether the report was issued was not checked"),
        (stranger, issued.at_issue, "The receipt is not believed"),
        (reader, issued.at_issue[:-1], "neither a receipt nor a checkpoint"),
        (reader, b"[" * 10_000, "neither a receipt nor a checkpoint"),
        (reader, b'{"a":' * 10_000, "neither a receipt nor a checkpoint"),
    )
    for who, brought, words in cases:
        found = who.verify(issued.pdf, brought)
        assert found.verdict is Verdict.CANNOT_SAY
        assert any(words in reason for reason in found.reasons), (words, found.reasons)


def test_sg_2_other_bytes_are_never_valid(reader: Reader) -> None:
    pdf, other = reader.made.of("issued").pdf, reader.made.of("withdrawn")
    receipt, middle = reader.made.of("issued").at_issue, len(pdf) // 2
    flipped = pdf[:middle] + bytes([pdf[middle] ^ 1]) + pdf[middle + 1 :]
    for changed in (flipped, pdf + b"\n", pdf[:-9], pdf + b"x" * 5000):
        assert reader.verify(changed, receipt).verdict is Verdict.ALTERED
        assert reader.verify(changed, None).verdict is Verdict.ALTERED
    foreign = reader.verify(pdf, other.newest)
    assert (foreign.verdict, "The receipt belongs to another report." in foreign.reasons) == (Verdict.CANNOT_SAY, True)
    assert reader.verify(b"%PDF-1.7 nothing", receipt).verdict is Verdict.CANNOT_SAY


def test_a_bare_checkpoint_does_not_tell_of_an_issue(reader: Reader) -> None:
    issued = reader.made.of("issued")
    note = Receipt.from_bytes(issued.at_issue).checkpoint.encode()
    found = reader.verify(issued.pdf, note)
    assert found.verdict is Verdict.CANNOT_SAY
    assert any("A checkpoint alone does not tell" in reason for reason in found.reasons)
    assert any("it is of another size or ledger" in reason for reason in found.reasons)
    own = reader.verify(issued.pdf, read_attachments(issued.pdf).checkpoint)
    assert any("is the one inside the file" in reason for reason in own.reasons)
    stranger = Reader(made=reader.made, keys=()).verify(issued.pdf, note)
    assert any("signed by no trusted key" in reason for reason in stranger.reasons)


def test_two_histories_of_one_ledger_are_named(reader: Reader) -> None:
    issued, key = reader.made.of("issued"), reader.keys[0]
    inside = SignedCheckpoint.from_bytes(read_attachments(issued.pdf).checkpoint or b"").checkpoint
    other = Checkpoint(origin=inside.origin, size=inside.size, root=b"\x07" * 32)
    pem = (reader.made.folder / "signer" / "ledger-key.pem").read_bytes()
    signer = load_pem_private_key(pem, password=None)
    assert isinstance(signer, Ed25519PrivateKey)
    line = sign_checkpoint(other, key=key, signer=signer)
    found = reader.verify(issued.pdf, SignedCheckpoint(checkpoint=other, signatures=(line,)).to_bytes())
    assert found.verdict is Verdict.CANNOT_SAY
    assert "it has two histories" in found.reasons[0]


def test_the_reasons_speak_the_language_that_was_asked_for(reader: Reader) -> None:
    issued = reader.made.of("issued")
    said = [set(reader.verify(issued.pdf, None, language=one).reasons) for one in LANGUAGES]
    assert all(said)
    assert not (said[0] & said[1])
    assert not (said[1] & said[2])
    assert not (said[0] & said[2])


@pytest.mark.parametrize(
    "database_url",
    ["sqlite", pytest.param("postgresql", marks=[pytest.mark.postgresql, pytest.mark.nightly])],
    indirect=True,
)
def test_ledger_receipt_and_bounded_process_agree_on_any_database(
    engine: Engine, tmp_path: Path, training_file: Path
) -> None:
    bench = signed(Bench(engine, tmp_path, desk=open_desk(plain_settings(tmp_path))))
    bench.hire()
    bench.concluded(training_file)
    bench.draft(EXAMINATION)
    bench.approve(REPORT)
    bench.release(REPORT)
    pdf, roots = bench.reporting.document(REPORT), bench.reporting.desk.trust_roots
    receipt = bench.receipting.make(REPORT, actor=TECHNICIAN).to_bytes()
    outside = Outside(keys=bench.checkpointing.identity().keys, brought=receipt)
    by_ledger = verify_report(
        pdf, recorded=signed_reports(bench), trust_roots=roots, outside=outside, looking=look_bounded
    )
    by_receipt = verify_report(pdf, recorded=None, trust_roots=roots, outside=outside)
    assert by_ledger.verdict is by_receipt.verdict is Verdict.VALID
    assert by_ledger.checks == by_receipt.checks


def test_a_document_of_the_record_is_compared_with_its_own_report_and_every_other_file_with_all(reader: Reader) -> None:
    bench = reader.made.bench
    every = {one.number for one in signed_reports(bench)}
    assert len(every) > 1
    for one in reader.made.reports:
        (found,) = recorded_about(bench, one.pdf)
        assert found.read_pdf() == one.pdf
        assert {other.number for other in recorded_about(bench, one.pdf + b"\n")} == every
        assert found.number in one.pdf.decode("latin-1")
    assert {other.number for other in recorded_about(bench, b"aigaq-report:2026-0001-P999")} == every
