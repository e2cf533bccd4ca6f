"""Files that were made to hurt the program that verifies, and reports that are signed and wrong."""

import io
import zlib
from dataclasses import replace
from datetime import timedelta

import fictitious_reports as fictitious
import pikepdf
import pytest
from signing_room import SigningRoom

from lims.errors import SigningError
from lims.reporting.bounded_looking import LookLimits, look_bounded
from lims.reporting.content import DATA_FILE
from lims.reporting.looking import Look, LookRequest, look
from lims.reporting.repeating.attachments import LARGEST_BYTES, read_attachments
from lims.reporting.repeating.checks import CheckName, CheckState
from lims.reporting.verdict import Verdict
from lims.reporting.verification import verify_report

REQUEST = LookRequest()


def carrying(files: list[tuple[str, bytes]], *, packed: bytes | None = None) -> bytes:
    """Make a small file with attachments; ``packed`` stands in place of the first one's deflated bytes."""
    out = io.BytesIO()
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        specs = []
        for place, (name, data) in enumerate(files):
            stream = pikepdf.Stream(pdf, data)
            if packed is not None and not place:
                stream.write(packed, filter=pikepdf.Name.FlateDecode)
            spec = pikepdf.Dictionary(
                Type=pikepdf.Name.Filespec, F=name, EF=pikepdf.Dictionary(F=pdf.make_indirect(stream))
            )
            specs += [pikepdf.String(name), pdf.make_indirect(spec)]
        tree = pikepdf.Dictionary(Names=pikepdf.Array(specs))
        pdf.Root.Names = pikepdf.Dictionary(EmbeddedFiles=pdf.make_indirect(tree))
        pdf.save(out, compress_streams=False)
    return out.getvalue()


def with_circle() -> bytes:
    """Make a name tree whose branches are the tree itself, a hundred times."""
    out = io.BytesIO()
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        tree = pdf.make_indirect(pikepdf.Dictionary())
        tree.Kids = pikepdf.Array([tree] * 100)
        pdf.Root.Names = pikepdf.Dictionary(EmbeddedFiles=tree)
        pdf.save(out)
    return out.getvalue()


class TestAttachments:
    def test_what_a_report_carries_is_read(self, issued: bytes) -> None:
        found = read_attachments(issued)
        assert found.data is not None
        assert found.spectra is not None
        assert found.ambiguous == ()

    def test_a_bomb_is_not_unpacked(self) -> None:
        bomb = zlib.compress(b"\0" * (LARGEST_BYTES + 1), 9)
        assert len(bomb) < 50_000
        assert read_attachments(carrying([(DATA_FILE, b"")], packed=bomb)).data is None
        just = zlib.compress(b"\0" * 1000)
        assert read_attachments(carrying([(DATA_FILE, b"")], packed=just)).data == b"\0" * 1000

    def test_a_stream_that_breaks_off_is_none(self) -> None:
        torn = zlib.compress(b"{}" * 1000)[:-9]
        assert read_attachments(carrying([(DATA_FILE, b"")], packed=torn)).data is None

    def test_a_tree_with_circles_ends(self) -> None:
        assert read_attachments(with_circle()).data is None

    def test_a_name_that_stands_there_twice_is_told(self) -> None:
        found = read_attachments(carrying([(DATA_FILE, b"{}"), (DATA_FILE, b"[]")]))
        assert (found.data, found.ambiguous) == (b"{}", (DATA_FILE,))

    @pytest.mark.parametrize("data", [b"", b"%PDF-1.7", b"\0" * 1000, b"%PDF-1.7\nstartxref\n0\n%%EOF"])
    def test_what_is_no_pdf_carries_nothing(self, data: bytes) -> None:
        assert read_attachments(data).data is None

    @pytest.mark.parametrize("data", [b"[" * 200_000, b'{"number":' * 50_000, b"9" * 100_000, b'{"number":[1]}'])
    def test_data_without_end_are_no_error(self, data: bytes) -> None:
        found = look(carrying([(DATA_FILE, data)]), REQUEST)
        assert found.number == ""
        assert {check.state for check in found.checks} == {CheckState.NOT_POSSIBLE}


class TestWithinLimits:
    def test_a_bounded_process_finds_the_same(self, issued: bytes, roots: list[bytes]) -> None:
        request = LookRequest(trust_roots=tuple(roots), language="ru", at=fictitious.REVIEWED_AT)
        found = look(issued, request)
        assert look_bounded(issued, request) == found
        assert Look.from_json(found.to_json()) == found

    @pytest.mark.parametrize(
        "limits",
        [LookLimits(file_bytes=1000), LookLimits(memory_bytes=80 * 2**20), LookLimits(wall_s=0), LookLimits(cpu_s=0)],
        ids=["size", "memory", "patience", "time"],
    )
    def test_a_file_that_meets_a_limit_is_not_judged(
        self, limits: LookLimits, issued: bytes, roots: list[bytes]
    ) -> None:
        found = verify_report(
            issued,
            recorded=None,
            trust_roots=roots,
            looking=lambda pdf, request: look_bounded(pdf, request, limits),
        )
        assert found.verdict is Verdict.CANNOT_SAY
        assert any("within the limits of size, time and memory" in reason for reason in found.reasons)

    def test_a_root_that_is_none_is_the_fault_of_who_asks(self, issued: bytes) -> None:
        with pytest.raises(SigningError, match="no certificate in PEM"):
            look_bounded(issued, LookRequest(trust_roots=(b"nothing",)))


def test_a_number_that_was_changed_before_signing_is_named(room: SigningRoom, roots: list[bytes]) -> None:
    """Both persons sign a report whose match factor does not follow from its spectra: it is issued, and wrong."""
    content = fictitious.report()
    first, *others = content.runs[0].components
    best, *rest = first.candidates
    raised = replace(first, candidates=(replace(best, match_factor=985), *rest))
    run = replace(content.runs[0], components=(raised, *others))
    pdf = room.issue(replace(content, runs=(run,)))
    alone = verify_report(pdf, recorded=None, trust_roots=roots)
    by_ledger = verify_report(pdf, recorded=[fictitious.recorded(pdf)], trust_roots=roots)
    assert alone.verdict is by_ledger.verdict is Verdict.CANNOT_SAY
    for found in (alone, by_ledger):
        differing = [one.name for one in found.checks if one.state is CheckState.DIFFERS]
        assert differing == [CheckName.MATCH_FACTORS]
        assert any("the report says match factor 985" in reason for reason in found.reasons)
    assert by_ledger.reasons[0].startswith("The report was issued as it is, but not everything in it follows")


def test_certificates_must_hold_at_the_time_of_the_check(issued: bytes, roots: list[bytes]) -> None:
    later = fictitious.REVIEWED_AT + timedelta(days=365 * 40)
    found = verify_report(issued, recorded=None, trust_roots=roots, at=later)
    assert found.signatures is not None
    assert (found.verdict, found.signatures.both_valid) == (Verdict.CANNOT_SAY, False)
