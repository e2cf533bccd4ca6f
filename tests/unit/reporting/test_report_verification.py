import asyncio
import io
import random
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import fictitious_reports as fictitious
import pikepdf
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import fields
from pyhanko.sign.fields import SigFieldSpec, SigSeedSubFilter
from pyhanko.sign.signers.pdf_signer import PdfSignatureMetadata, PdfSigner
from signing_room import SigningRoom

from lims.domain.report import ReportStatus
from lims.domain.signature import RecordedSignature, SignatureMeaning
from lims.errors import RawStoreError
from lims.reporting import pades
from lims.reporting.development import development_keys
from lims.reporting.differences import describe_difference, equal_share
from lims.reporting.document import compose
from lims.reporting.signing import SignedPdf
from lims.reporting.verification import SignedReport, Verdict, Verification, check_signatures, verify_report
from lims.translation import Translator
from tests.conftest import BY_NIGHT

Verify = Callable[[bytes], Verification]


@pytest.fixture(scope="session")
def with_ledger(ledger: tuple[SignedReport, ...], roots: list[bytes]) -> Verify:
    return lambda pdf: verify_report(pdf, recorded=ledger, trust_roots=roots)


@pytest.fixture(scope="session")
def without_ledger(roots: list[bytes]) -> Verify:
    return lambda pdf: verify_report(pdf, recorded=None, trust_roots=roots)


def flipped(pdf: bytes, offset: int, *, bits: int = 1) -> bytes:
    return pdf[:offset] + bytes([pdf[offset] ^ bits]) + pdf[offset + 1 :]


def interesting_offsets(pdf: bytes) -> list[int]:
    """Choose the places where PDF readers look away: header, gaps of the signatures, xref, end, marks, ranges."""
    found = [*range(16), *range(len(pdf) - 40, len(pdf))]
    for mark in (b"/Contents <", b"/Contents<", b"/ByteRange", b"startxref", b"xref\n", b"trailer", b"aigaq-report:"):
        start = pdf.find(mark)
        while start >= 0:
            found += [start + step for step in (0, 3, len(mark) + 1, len(mark) + 40) if start + step < len(pdf)]
            start = pdf.find(mark, start + 1)
    padding = pdf.find(b"0" * 2000)
    while padding >= 0:
        found += [padding, padding + 1, padding + 777]
        padding = pdf.find(b"0" * 2000, padding + 6000)
    return found


def with_third_signature(pdf: bytes, room: SigningRoom) -> bytes:
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    fields.append_signature_field(writer, SigFieldSpec("Third"))
    signer = pades._signer(room.keys.key_of("E-07"))
    metadata = PdfSignatureMetadata(field_name="Third", subfilter=SigSeedSubFilter.PADES)
    try:
        return PdfSigner(metadata, signer=signer).sign_pdf(writer).getvalue()
    except ValueError:  # pyHanko sees the lock; a forger would not ask it
        out = io.BytesIO()
        writer.write(out)
        return out.getvalue()


def with_overlay(pdf: bytes) -> bytes:
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    overlay = generic.StreamObject(stream_data=b"q 1 0 0 RG 100 100 m 400 700 l S Q")
    page = writer.root["/Pages"]["/Kids"][0].get_object()
    page["/Contents"] = generic.ArrayObject([page.raw_get("/Contents"), writer.add_object(overlay)])
    writer.mark_update(page.container_ref)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def resaved(pdf: bytes, **how: object) -> bytes:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        opened.save(out, **how)  # type: ignore[arg-type]
    return out.getvalue()


def stripped(pdf: bytes) -> bytes:
    """Save anew without metadata and attachments: nothing that names the report is left but what is drawn."""
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        for key in ("/Metadata", "/Names", "/AF", "/StructTreeRoot", "/Outlines"):
            if key in opened.Root:
                del opened.Root[key]
        del opened.docinfo
        opened.save(out, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return out.getvalue()


class TestValid:
    def test_issued_report(self, issued: bytes, with_ledger: Verify) -> None:
        found = with_ledger(issued)
        assert found.verdict is Verdict.VALID
        assert found.number == fictitious.NUMBER
        assert found.signatures is not None
        assert found.signatures.both_valid
        assert any("unchanged to the last byte" in reason for reason in found.reasons)
        assert any("By this record it is not withdrawn" in reason for reason in found.reasons)
        assert any("revoked was not checked" in reason for reason in found.reasons)

    def test_every_reason_is_a_sentence(self, issued: bytes, with_ledger: Verify, without_ledger: Verify) -> None:
        for found in (with_ledger(issued), with_ledger(issued[:-1]), without_ledger(issued), without_ledger(b"")):
            assert found.reasons
            assert all(reason[0].isupper() and reason.endswith(".") for reason in found.reasons)

    def test_same_bytes_with_unknown_keys_cannot_be_judged(
        self, issued: bytes, ledger: tuple[SignedReport, ...], tmp_path: Path
    ) -> None:
        foreign = development_keys(tmp_path, [], now=fictitious.PREPARED_AT).root
        found = verify_report(issued, recorded=ledger, trust_roots=[foreign])
        assert found.verdict is Verdict.CANNOT_SAY
        assert found.number == fictitious.NUMBER
        assert any("does not lead to a trusted root" in reason for reason in found.reasons)

    def test_same_bytes_signed_by_others_than_recorded(
        self, ledger: tuple[SignedReport, ...], issued: bytes, roots: list[bytes]
    ) -> None:
        other = replace(ledger[0], expert="Somebody Else")
        found = verify_report(issued, recorded=[other], trust_roots=roots)
        assert found.verdict is Verdict.CANNOT_SAY
        assert any("the record names Somebody Else" in reason for reason in found.reasons)


class TestOutsideOfItsTime:
    """What both persons signed, before it was issued and after it was withdrawn."""

    def test_a_report_that_waits_for_its_issue_is_not_issued(self, issued: bytes, roots: list[bytes]) -> None:
        waiting = [fictitious.recorded(issued, status=ReportStatus.REVIEWED)]
        for pdf in (issued, issued + b"\n", stripped(issued)):
            found = verify_report(pdf, recorded=waiting, trust_roots=roots)
            assert found.verdict is not Verdict.VALID
        found = verify_report(issued, recorded=waiting, trust_roots=roots)
        assert (found.verdict, found.number) == (Verdict.NOT_ISSUED, fictitious.NUMBER)
        assert found.reasons[0] == f"Report {fictitious.NUMBER} has both signatures, but the head has not issued it."

    def test_a_report_that_was_given_up_is_not_issued(self, issued: bytes, roots: list[bytes]) -> None:
        voided = [fictitious.recorded(issued, status=ReportStatus.VOIDED, reason="the annex is wrong.")]
        found = verify_report(issued, recorded=voided, trust_roots=roots)
        assert found.verdict is Verdict.NOT_ISSUED
        assert found.reasons[0].endswith("before it was issued: the annex is wrong.")

    def test_a_withdrawn_report_says_so_and_why(self, issued: bytes, roots: list[bytes]) -> None:
        withdrawn = [fictitious.recorded(issued, status=ReportStatus.WITHDRAWN, reason="the seal was broken")]
        found = verify_report(issued, recorded=withdrawn, trust_roots=roots)
        assert (found.verdict, found.number) == (Verdict.WITHDRAWN, fictitious.NUMBER)
        assert "The laboratory withdrew it. Its reason: the seal was broken." in found.reasons
        assert any("unchanged to the last byte" in reason for reason in found.reasons)

    def test_rp_3_at_14_a_superseded_report_names_what_replaced_it(self, issued: bytes, roots: list[bytes]) -> None:
        replaced = replace(fictitious.recorded(issued, status=ReportStatus.SUPERSEDED), superseded_by="2026-0001-P2")
        found = verify_report(issued, recorded=[replaced], trust_roots=roots)
        assert (found.verdict, found.superseded_by) == (Verdict.SUPERSEDED, "2026-0001-P2")
        assert "Report 2026-0001-P2 replaced it." in found.reasons
        assert verify_report(issued + b"\n", recorded=[replaced], trust_roots=roots).verdict is Verdict.ALTERED
        withdrawn = replace(replaced, status=ReportStatus.WITHDRAWN, reason="a broken seal")
        found = verify_report(issued, recorded=[withdrawn], trust_roots=roots)
        assert (found.verdict, found.superseded_by) == (Verdict.WITHDRAWN, "")
        assert "Report 2026-0001-P2 replaced it." in found.reasons

    def test_sg_1_a_valid_report_names_who_signed_in_the_record(self, issued: bytes, roots: list[bytes]) -> None:
        def signatures() -> tuple[RecordedSignature, ...]:
            return tuple(
                RecordedSignature(person="p", name=f"The {meaning}", meaning=meaning, at=fictitious.PREPARED_AT)
                for meaning in SignatureMeaning
            )

        known = replace(fictitious.recorded(issued), read_signatures=signatures)
        found = verify_report(issued, recorded=[known], trust_roots=roots)
        assert found.verdict is Verdict.VALID
        said = [reason for reason in found.reasons if " The " in reason]
        assert [reason.split(" on ")[0] for reason in said] == [
            "Reviewed administratively by The administrative reviewer",
            "Issued by The releaser",
        ]

    def test_an_altered_copy_of_a_withdrawn_report_is_altered(self, issued: bytes, roots: list[bytes]) -> None:
        withdrawn = [fictitious.recorded(issued, status=ReportStatus.WITHDRAWN, reason="the seal was broken")]
        assert verify_report(issued + b"\n", recorded=withdrawn, trust_roots=roots).verdict is Verdict.ALTERED


class TestEveryChangeIsNoticed:
    def test_single_bytes_at_places_where_readers_look_away(self, issued: bytes, with_ledger: Verify) -> None:
        for offset in interesting_offsets(issued):
            for bits in (1, 0x20, 0x80):
                found = with_ledger(flipped(issued, offset, bits=bits))
                assert found.verdict is Verdict.ALTERED, offset
                assert found.number == fictitious.NUMBER
                assert f"at offset {offset}." in found.reasons[-1]
                assert "Number of bytes that differ: 1." in found.reasons[-1]

    def test_sg_2_at_11_single_bytes_anywhere(self, issued: bytes, with_ledger: Verify) -> None:
        chance = random.Random(20261122)  # noqa: S311 - the same places every time
        for _ in range(500):
            offset = chance.randrange(len(issued))
            found = with_ledger(flipped(issued, offset, bits=chance.randrange(1, 256)))
            assert found.verdict is Verdict.ALTERED, offset
            assert f"at offset {offset}." in found.reasons[-1]

    @pytest.mark.nightly
    def test_every_single_byte(self, issued: bytes, with_ledger: Verify) -> None:
        for offset in range(len(issued)):
            assert with_ledger(flipped(issued, offset)).verdict is Verdict.ALTERED, offset

    @pytest.mark.parametrize("tail", [b"\n", b"% hello", b"\x00" * 5000, b"\n%%EOF\n"])
    def test_appended_bytes(self, tail: bytes, issued: bytes, with_ledger: Verify, without_ledger: Verify) -> None:
        found = with_ledger(issued + tail)
        assert found.verdict is Verdict.ALTERED
        assert f"followed by further bytes: {len(tail):,}." in found.reasons[-1]
        alone = without_ledger(issued + tail)
        assert alone.signatures is not None
        assert alone.verdict is Verdict.ALTERED
        assert not alone.signatures.both_unbroken

    def test_bytes_put_in_front_or_into_the_middle(self, issued: bytes, with_ledger: Verify) -> None:
        for place in (0, 1, 5000, len(issued) // 2):
            found = with_ledger(issued[:place] + b"more" + issued[place:])
            assert found.verdict is Verdict.ALTERED
            assert f"first difference is at offset {place}" in found.reasons[-1]

    @pytest.mark.parametrize("share", [0.02, 0.3, 0.5, 0.8, 0.99])
    def test_truncation(self, share: float, issued: bytes, with_ledger: Verify) -> None:
        length = int(share * len(issued))
        found = with_ledger(issued[:length])
        assert found.verdict is Verdict.ALTERED
        assert f"ends at offset {length}" in found.reasons[-1]

    def test_earlier_revision_without_the_reviewer(
        self, certified: SignedPdf, issued: bytes, with_ledger: Verify
    ) -> None:
        assert issued.startswith(certified.pdf)
        found = with_ledger(certified.pdf)
        assert found.verdict is Verdict.ALTERED
        assert found.number == fictitious.NUMBER

    @pytest.mark.parametrize(
        "how",
        [
            {},
            {"object_stream_mode": pikepdf.ObjectStreamMode.generate, "compress_streams": True},
            {"stream_decode_level": pikepdf.StreamDecodeLevel.generalized, "compress_streams": False},
            {"linearize": True},
            {"encryption": pikepdf.Encryption(owner="", user="", metadata=False)},
        ],
    )
    def test_saved_anew(self, how: dict[str, object], issued: bytes, with_ledger: Verify) -> None:
        found = with_ledger(resaved(issued, **how))
        assert found.verdict is Verdict.ALTERED
        assert found.number == fictitious.NUMBER

    def test_saved_anew_without_anything_that_names_it(self, issued: bytes, with_ledger: Verify) -> None:
        assert with_ledger(stripped(issued)).verdict is Verdict.ALTERED

    def test_third_signature(
        self, issued: bytes, room: SigningRoom, with_ledger: Verify, without_ledger: Verify
    ) -> None:
        forged = with_third_signature(issued, room)
        assert with_ledger(forged).verdict is Verdict.ALTERED
        found = without_ledger(forged)
        assert found.verdict is Verdict.ALTERED
        assert any("a report does not have: Third" in reason for reason in found.reasons)

    def test_something_drawn_over_a_page(self, issued: bytes, with_ledger: Verify, without_ledger: Verify) -> None:
        forged = with_overlay(issued)
        assert with_ledger(forged).verdict is Verdict.ALTERED
        assert without_ledger(forged).verdict is Verdict.ALTERED

    @pytest.mark.parametrize("encoding", ["utf-8", "utf-16-be"])
    def test_a_number_with_kazakh_letters_is_found_in_both_forms_of_pdf_text(
        self, encoding: str, ledger: tuple[SignedReport, ...], roots: list[bytes]
    ) -> None:
        kazakh = replace(ledger[0], number="2026-9001/Қ3")
        rest = b"%PDF-1.7 damaged (" + "aigaq-report:2026-9001/Қ3 ".encode(encoding) + b") beyond repair"
        found = verify_report(rest, recorded=[kazakh], trust_roots=roots)
        assert (found.verdict, found.number) == (Verdict.ALTERED, "2026-9001/Қ3")

    def test_half_of_it_under_another_name(self, issued: bytes, with_ledger: Verify) -> None:
        renamed = issued.replace(fictitious.NUMBER.encode(), b"0000-0000/0-R0")
        damaged = renamed.replace(b"/EmbeddedFiles", b"/EmbeddedFlies")
        found = with_ledger(damaged[: len(damaged) * 3 // 4])
        assert found.verdict is Verdict.ALTERED
        assert "Half of it or more equals report" in found.reasons[1]


class TestNotIssued:
    def test_genuinely_signed_but_unknown(
        self, room: SigningRoom, ledger: tuple[SignedReport, ...], roots: list[bytes]
    ) -> None:
        other = room.issue(replace(fictitious.report(), number="2026-9001/3-R7"))
        found = verify_report(other, recorded=ledger, trust_roots=roots)
        assert found.verdict is Verdict.NOT_ISSUED
        assert found.number is None
        assert verify_report(other, recorded=[], trust_roots=roots).verdict is Verdict.NOT_ISSUED

    def test_a_number_that_begins_like_an_issued_one_is_another(
        self, room: SigningRoom, ledger: tuple[SignedReport, ...], roots: list[bytes]
    ) -> None:
        other = room.issue(replace(fictitious.report(), number=fictitious.NUMBER + "1"))
        assert verify_report(other, recorded=ledger, trust_roots=roots).verdict is Verdict.NOT_ISSUED

    def test_a_draft_of_the_expert(self, certified: SignedPdf, roots: list[bytes]) -> None:
        found = verify_report(certified.pdf, recorded=[], trust_roots=roots)
        assert found.verdict is Verdict.NOT_ISSUED
        assert "Reviewer: there is no signature." in found.reasons

    def test_an_unsigned_document(self, roots: list[bytes], english: Translator) -> None:
        pdf = compose(replace(fictitious.report(runs=()), number="2026-1/1"), english)
        assert verify_report(pdf, recorded=[], trust_roots=roots).verdict is Verdict.NOT_ISSUED

    def test_signed_with_an_unknown_key_cannot_be_judged(self, issued: bytes, tmp_path: Path) -> None:
        foreign = development_keys(tmp_path, [], now=fictitious.PREPARED_AT).root
        found = verify_report(issued, recorded=[], trust_roots=[foreign])
        assert found.verdict is Verdict.CANNOT_SAY
        assert any("not known here" in reason for reason in found.reasons)

    @pytest.mark.parametrize(
        "junk", [b"", b"junk", b"%PDF-1.7", b"\x00" * 5000, b"PK\x03\x04" + bytes(range(256)) * 40]
    )
    def test_what_is_no_pdf_cannot_be_judged(self, junk: bytes, with_ledger: Verify) -> None:
        assert with_ledger(junk).verdict is Verdict.CANNOT_SAY


class TestWithoutLedger:
    def test_unchanged_since_signing(self, issued: bytes, without_ledger: Verify) -> None:
        found = without_ledger(issued)
        assert found.verdict is Verdict.CANNOT_SAY
        assert "unchanged since both signatures" in found.reasons[0]
        assert "no ledger is at hand" in found.reasons[1]

    def test_no_roots_are_no_reason_to_believe(self, issued: bytes) -> None:
        found = verify_report(issued, recorded=None, trust_roots=[])
        assert found.verdict is Verdict.CANNOT_SAY
        assert not any("unchanged since both" in reason for reason in found.reasons)

    def test_bytes_changed_in_the_gap_of_a_signature(self, issued: bytes, without_ledger: Verify) -> None:
        padding = issued.find(b"0" * 2000)
        for change in (b"1", b"a", b" "):
            forged = issued[:padding] + change + issued[padding + 1 :]
            assert without_ledger(forged).verdict is Verdict.ALTERED

    def test_another_spelling_of_the_same_signature(self, issued: bytes, without_ledger: Verify) -> None:
        start = issued.index(b"/Contents <") + len(b"/Contents <") if b"/Contents <" in issued else None
        start = start or issued.index(b"/Contents<") + len(b"/Contents<")
        gap = issued[start : start + 400]
        assert gap.lower() != gap
        assert without_ledger(issued.replace(gap, gap.lower(), 1)).verdict is Verdict.ALTERED

    def test_signed_bytes_anywhere(self, issued: bytes, without_ledger: Verify) -> None:
        chance = random.Random(7)  # noqa: S311 - as above
        for _ in range(150 if BY_NIGHT else 8):
            offset = chance.randrange(len(issued))
            found = without_ledger(flipped(issued, offset))
            assert found.verdict is Verdict.ALTERED or not found.signatures.readable, offset  # type: ignore[union-attr]

    def test_unsigned_and_unreadable(self, unsigned: bytes, without_ledger: Verify) -> None:
        assert without_ledger(unsigned).verdict is Verdict.CANNOT_SAY
        assert without_ledger(b"no pdf").verdict is Verdict.CANNOT_SAY


class TestDamagedFiles:
    @given(data=st.data())
    @settings(
        max_examples=400 if BY_NIGHT else 20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
    )
    def test_checking_never_raises(self, data: st.DataObject, issued: bytes, roots: list[bytes]) -> None:
        offsets = data.draw(st.lists(st.integers(0, len(issued) - 1), min_size=1, max_size=30))
        damaged = bytearray(issued)
        for offset in offsets:
            damaged[offset] = data.draw(st.integers(0, 255))
        start = data.draw(st.sampled_from([0, 0, 0, 7, 1000]))
        end = data.draw(st.sampled_from([len(issued), len(issued), len(issued) // 2, 3000]))
        check = check_signatures(bytes(damaged[start:end]), trust_roots=roots)
        changed = bytes(damaged[start:end]) != issued
        assert not (changed and check.both_valid)

    @pytest.mark.parametrize(
        ("old", "new"),
        [
            (b"/ByteRange", b"/ByteRnage"),
            (b"/Contents", b"/Contnets"),
            (b"/AcroForm", b"/AcroFrom"),
            (b"/Root", b"/Roof"),
            (b"startxref", b"startxerf"),
            (b"/ETSI.CAdES.detached", b"/ETSI.XAdES.detached"),
            (b"/Kids", b"/Kidz"),
            (b"0 obj", b"9 obj"),
            (b"<<", b"[["),
        ],
    )
    def test_broken_syntax_never_raises(self, old: bytes, new: bytes, issued: bytes, roots: list[bytes]) -> None:
        damaged = issued.replace(old, new)
        assert damaged != issued
        assert not check_signatures(damaged, trust_roots=roots).both_valid


class TestStore:
    def test_a_stored_document_that_cannot_be_read_does_not_stop_the_verdict(
        self, issued: bytes, ledger: tuple[SignedReport, ...], roots: list[bytes]
    ) -> None:
        def lost() -> bytes:
            raise RawStoreError("lost")

        broken = replace(ledger[0], read_pdf=lost)
        found = verify_report(issued + b" ", recorded=[broken], trust_roots=roots)
        assert found.verdict is Verdict.ALTERED
        assert "could not be read for comparison" in found.reasons[-1]
        assert verify_report(b"x" * 5000, recorded=[broken], trust_roots=roots).verdict is Verdict.CANNOT_SAY

    def test_the_most_alike_report_is_named(
        self, issued: bytes, ledger: tuple[SignedReport, ...], room: SigningRoom, roots: list[bytes]
    ) -> None:
        other = room.issue(replace(fictitious.report(runs=()), number="2026-9001/3-R8"))
        records = [fictitious.recorded(other, number="2026-9001/3-R8"), *ledger]
        anonymous = issued.replace(b"aigaq-report:", b"aigaq-repo**:").replace(b"/EmbeddedFiles", b"/EmbeddedFlies")
        found = verify_report(anonymous, recorded=records, trust_roots=roots)
        assert (found.verdict, found.number) == (Verdict.ALTERED, fictitious.NUMBER)


class TestDifferences:
    def test_share_counts_from_both_ends(self) -> None:
        chance = random.Random(1)  # noqa: S311 - as above
        original = chance.randbytes(10 * 1024)
        assert equal_share(original, original) == 1.0
        assert equal_share(original[:3000] + b"abc" + original[3000:], original) >= 0.8
        assert equal_share(original[:2048] + original[4000:], original) >= 0.7
        assert equal_share(chance.randbytes(10 * 1024), original) == 0.0
        assert equal_share(b"", original) == 0.0
        assert equal_share(original, b"") == 0.0

    def test_words(self, english: Translator) -> None:
        assert describe_difference(b"abXd", b"abcd", t=english).endswith("at offset 2.")
        assert describe_difference(b"abcd", b"abcd", t=english).startswith("Number of bytes that differ: 0.")


def test_a_running_event_loop_changes_no_verdict(
    issued: bytes, ledger: tuple[SignedReport, ...], roots: list[bytes]
) -> None:
    async def verdict() -> Verification:
        return verify_report(issued, recorded=ledger, trust_roots=roots)

    assert asyncio.run(verdict()).verdict is Verdict.VALID


def test_a_report_of_another_laboratory_with_the_same_number_was_not_issued_here(
    room: SigningRoom, ledger: tuple[SignedReport, ...], roots: list[bytes]
) -> None:
    other = room.issue(replace(fictitious.report(runs=()), number=fictitious.NUMBER, laboratory="Another laboratory"))
    found = verify_report(other, recorded=ledger, trust_roots=roots)
    assert (found.verdict, found.number) == (Verdict.NOT_ISSUED, fictitious.NUMBER)
    assert "another document" in found.reasons[0]
