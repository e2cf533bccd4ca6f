"""The verifier that is one file: what it says of signed reports, of damaged ones and of files made to break it."""

import ast
import json
import resource
import subprocess
import sys
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import fictitious_reports as fictitious
import pytest
from signing_room import SigningRoom

from lims.signing_settings import SignatureLevel
from lims.verifier import verify_report as own
from tests.builders.signing_pki import NAMESAKE, kept_pki, kept_report

PROGRAM = Path(own.__file__)
OLDEST = (3, 9)
MOST_BYTES = 1024 * 2**20
MOST_SECONDS = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What the program printed, in a process of its own."""

    code: int
    verdict: str
    said: dict[str, object]


def limited() -> None:
    """Let the program have little: what is bounded stays below."""
    resource.setrlimit(resource.RLIMIT_AS, (MOST_BYTES, MOST_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_SECONDS, MOST_SECONDS))


def run(folder: Path, pdf: bytes, *options: str, trust: bytes = b"", receipt: bytes | None = None) -> Run:
    (folder / "report.pdf").write_bytes(pdf)
    (folder / "trust.pem").write_bytes(trust)
    beside = []
    if receipt is not None:
        (folder / "receipt.json").write_bytes(receipt)
        beside = ["--checkpoint", "receipt.json"]
    command = [sys.executable, "-I", "-S", str(PROGRAM), "report.pdf", "--trust", "trust.pem", *beside, *options]
    done = subprocess.run(command, cwd=folder, capture_output=True, check=False, preexec_fn=limited)
    assert done.stderr == b"", done.stderr.decode()
    said = json.loads(done.stdout) if "--json" in options else {}
    verdict = str(said["verdict"]) if said else done.stdout.decode().split("  ", 1)[0]
    assert done.returncode == own.EXIT_CODES[verdict]
    return Run(code=done.returncode, verdict=verdict, said=said)


def verified(pdf: bytes, trust: bytes = b"", at: datetime | None = None) -> own.Verification:
    return own.verify(pdf, trust=own.trust_file(trust), at=at)


class TestOneFile:
    def test_it_needs_the_standard_library_alone(self) -> None:
        tree = ast.parse(PROGRAM.read_text("utf-8"), feature_version=OLDEST)
        imported = {
            name.split(".")[0]
            for node in ast.walk(tree)
            for name in (
                [alias.name for alias in node.names]
                if isinstance(node, ast.Import)
                else [node.module or ""]
                if isinstance(node, ast.ImportFrom)
                else []
            )
        }
        assert imported <= sys.stdlib_module_names
        assert not any(isinstance(node, ast.Match) for node in ast.walk(tree))

    def test_what_came_after_python_3_9_is_not_used(self) -> None:
        text = PROGRAM.read_text("utf-8")
        for newer in ("strict=True", "slots=True", "kw_only=True", ".bit_count(", "datetime.UTC", "removeprefix(("):
            assert newer not in text, newer

    def test_the_project_does_not_use_it(self) -> None:
        """Two programs that share code would share its faults."""
        for path in (PROGRAM.parents[1]).rglob("*.py"):
            assert path == PROGRAM or "import verify_report" not in path.read_text("utf-8"), path


class TestSignedReports:
    def test_alone_it_says_that_the_issue_was_not_checked(
        self, issued: bytes, roots: list[bytes], tmp_path: Path
    ) -> None:
        found = run(tmp_path, issued, "--json", trust=roots[0])
        assert (found.verdict, found.code) == ("CANNOT SAY", 6)
        assert any("whether it was issued was not checked" in str(one) for one in found.said["reasons"])  # type: ignore[attr-defined]
        assert verified(issued, roots[0]).report == fictitious.NUMBER

    def test_it_prints_the_verdict_first_and_in_three_languages(self, issued: bytes, tmp_path: Path) -> None:
        (tmp_path / "r.pdf").write_bytes(issued)
        done = subprocess.run(
            [sys.executable, "-I", "-S", str(PROGRAM), str(tmp_path / "r.pdf")], capture_output=True, check=False
        )
        lines = done.stdout.decode().splitlines()
        assert lines[0].startswith("CANNOT SAY  ")
        assert [line.strip(" =") for line in lines[1:4]] == list(own.MEANING[own.CANNOT_SAY])

    def test_the_moment_of_the_check_is_now_or_the_one_that_is_named(
        self, issued: bytes, roots: list[bytes], tmp_path: Path
    ) -> None:
        late = run(tmp_path, issued, "--json", "--at", "2099-01-01T00:00:00+00:00", trust=roots[0])
        assert any("was not valid on 2099-01-01" in str(one) for one in late.said["reasons"])  # type: ignore[attr-defined]
        now = run(tmp_path, issued, "--json", trust=roots[0])
        assert f"{datetime.now(UTC):%Y-%m-%d}" in str(now.said["reasons"])
        (tmp_path / "r.pdf").write_bytes(issued)
        wrong = [sys.executable, "-I", "-S", str(PROGRAM), str(tmp_path / "r.pdf"), "--at", "2026-01-01"]
        assert subprocess.run(wrong, capture_output=True, check=False).returncode == 2

    def test_signatures_and_their_persons(self, issued: bytes, roots: list[bytes]) -> None:
        found = own.check_signatures(
            own.Pdf(issued), None, own.Terms(own.Believed(own.trust_file(roots[0]).roots), None)
        )
        assert found.both_valid
        assert [one.holder for one in (found.expert, found.reviewer)] == [
            fictitious.EXPERT.name,
            fictitious.REVIEWER.name,
        ]

    def test_one_signature_is_not_two(self, room: SigningRoom, prepared: bytes, roots: list[bytes]) -> None:
        for pdf in (prepared, room.expert_signs(prepared).pdf):
            found = own.check_signatures(
                own.Pdf(pdf), None, own.Terms(own.Believed(own.trust_file(roots[0]).roots), None)
            )
            assert not found.both_valid
            assert not found.broken
            assert verified(pdf, roots[0]).verdict == own.CANNOT_SAY

    def test_a_moment_at_which_the_certificate_does_not_hold(self, issued: bytes, roots: list[bytes]) -> None:
        late = datetime(2099, 1, 1, tzinfo=UTC)
        words = verified(issued, roots[0], at=late).reasons
        assert any("Expert: the certificate was not valid on 2099" in one for one in words)

    @pytest.mark.parametrize("at", [150, 20_000, 120_000, 160_000, -6_000, -3])
    def test_every_changed_byte_is_noticed(self, issued: bytes, roots: list[bytes], at: int) -> None:
        changed = bytearray(issued)
        changed[at] ^= 1
        assert verified(bytes(changed), roots[0]).verdict == own.ALTERED

    @pytest.mark.parametrize("more", [b"\n", b"%", b"\n%%EOF\n", b"0" * 5000, b"\nstartxref\n0\n%%EOF\n"])
    def test_what_is_appended_is_noticed(self, issued: bytes, roots: list[bytes], more: bytes) -> None:
        assert verified(issued + more, roots[0]).verdict == own.ALTERED


class TestLevels:
    @pytest.mark.parametrize(
        "level",
        [
            SignatureLevel.TIME,
            pytest.param(SignatureLevel.LONG_TERM, marks=pytest.mark.nightly),
            SignatureLevel.ARCHIVE,
        ],
    )
    def test_of_each_level(self, level: SignatureLevel) -> None:
        content = fictitious.report()
        pdf, pki = kept_report(content, level), kept_pki(content.expert.name, content.reviewer.name)
        believed = own.Believed(own.trust_file(pki.root).roots)
        data = {"signature_level": level.value}
        found = own.check_signatures(own.Pdf(pdf), data, own.Terms(believed, None))
        assert found.both_valid, found.words
        assert own.LEVELS[found.expert.level] == own.LEVELS[found.reviewer.level] == level.value
        said = json.loads(own.as_json("f", own.verify(pdf, trust=own.trust_file(pki.root))))
        assert said["level"] == said["stated_level"] == level.value
        assert (said["stamped_at"] is not None) == (level is SignatureLevel.ARCHIVE)
        foreign = own.Believed(own.trust_file(pki.other_root).roots)
        found = own.check_signatures(own.Pdf(pdf), data, own.Terms(foreign, None))
        assert not found.both_valid
        assert found.expert.level == 0

    def test_a_level_that_is_stated_and_not_reached(self, issued: bytes, roots: list[bytes]) -> None:
        terms = own.Terms(own.Believed(own.trust_file(roots[0]).roots), None)
        found = own.check_signatures(own.Pdf(issued), {"signature_level": "PAdES B-T"}, terms)
        assert not found.both_valid
        assert any("B-T" in one for one in found.words)

    def test_a_later_time_stamp_that_shows_something(self) -> None:
        """A visible field is no time stamp over the file, whatever it holds."""
        content = fictitious.report()
        pdf = own.Pdf(kept_report(content, SignatureLevel.ARCHIVE))
        stamp = next(one for one in own.signature_fields(pdf) if one.name == own.STAMP_FIELD)
        assert own.is_stamp_field(pdf, stamp.facts)
        assert not own.is_stamp_field(pdf, stamp.facts | {"Rect": [0, 0, 10, 10]})
        assert not own.is_stamp_field(pdf, stamp.facts | {"AP": {}})

    def test_revoked_and_unknown_certificates(self) -> None:
        content = fictitious.report()
        pki = kept_pki(content.expert.name, content.reviewer.name)
        pki.set_clock(datetime(2026, 11, 22, 9, 15, tzinfo=UTC))
        listed = own.revocation_list(own.one_der(pki.revocation_list("issuing")))

        def refused(label: str, when: datetime, *lists: own.RevocationList) -> str:
            one, *others = (
                own.certificate(
                    own.one_der(
                        it.public_bytes(__import__("cryptography").hazmat.primitives.serialization.Encoding.DER)
                    )
                )
                for it in (pki.certificate(label), *pki.chain(label))
            )
            return own.Believed(own.trust_file(pki.root).roots, others, list(lists)).refused(one, when)

        day = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
        assert refused("expert", day) == ""
        assert "revoked" in refused("revoked", day, listed)
        assert "no revocation list" in refused("expert", day, listed), "the authority above is in no list"
        assert "not valid" in refused("expired", day)
        assert "not valid" in refused("early", day)
        assert "trusted root" in refused("stranger", day)
        assert refused(NAMESAKE, day) == ""


def objects(*bodies: bytes, trailer: bytes = b"/Root 1 0 R", version: bytes = b"%PDF-1.7\n") -> bytes:
    """Write a small PDF with a true cross-reference table."""
    out, places = bytearray(version), []
    for number, body in enumerate(bodies, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%b\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(bodies) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    return bytes(out + b"trailer\n<< /Size %d %b >>\nstartxref\n%d\n%%%%EOF\n" % (len(bodies) + 1, trailer, start))


def stream(data: bytes, facts: bytes = b"") -> bytes:
    return b"<< /Length %d %b >>\nstream\n%b\nendstream" % (len(data), facts, data)


def attached(data: bytes, name: bytes = b"report-data.json") -> bytes:
    packed = stream(zlib.compress(data, 9), b"/Filter /FlateDecode /Type /EmbeddedFile")
    root = b"<< /Type /Catalog /Names << /EmbeddedFiles << /Names [ (%b) 2 0 R ] >> >> >>" % name
    return objects(root, b"<< /Type /Filespec /EF << /F 3 0 R >> >>", packed)


def bomb() -> bytes:
    """A hundred megabytes of zeros in a few kilobytes."""
    maker = zlib.compressobj(1)
    data = b"".join(maker.compress(bytes(2**20)) for _ in range(100)) + maker.flush()
    root = b"<< /Type /Catalog /Names << /EmbeddedFiles << /Names [ (report-data.json) 2 0 R ] >> >> >>"
    return objects(root, b"<< /EF << /F 3 0 R >> >>", stream(data, b"/Filter /FlateDecode"))


def tables(count: int) -> bytes:
    """Cross-reference sections that each name the next, the last one the first."""
    out = bytearray(b"%PDF-1.7\n")
    length = len(b"xref\n0 0\ntrailer\n<< /Prev 0000000000 /Root 1 0 R >>\n")
    for number in range(count):
        following = 9 + length * ((number + 1) % count)
        out += b"xref\n0 0\ntrailer\n<< /Prev %010d /Root 1 0 R >>\n" % following
    return bytes(out + b"startxref\n9\n%%EOF\n")


def updated(pdf: bytes, changes: dict[int, bytes | None], *, trailer: bytes = b"/Root 1 0 R") -> bytes:
    """Add a revision that writes objects anew; None frees a number."""
    out, rows = bytearray(pdf), []
    for number, body in changes.items():
        rows.append((number, b"%010d 00000 n " % len(out) if body is not None else b"0000000000 65535 f "))
        out += b"" if body is None else b"%d 0 obj\n%b\nendobj\n" % (number, body)
    before = pdf[pdf.rindex(b"startxref\n") + 10 : pdf.rindex(b"\n%%EOF")]
    start = len(out)
    out += b"xref\n" + b"".join(b"%d 1\n%b\n" % row for row in rows)
    return bytes(out + b"trailer\n<< /Size 20 /Prev %b %b >>\nstartxref\n%d\n%%%%EOF\n" % (before, trailer, start))


ROOT = b"<< /Type /Catalog /Pages 2 0 R /AcroForm 4 0 R >>"
PAGE = b"<< /Type /Page /Contents 9 0 R /Annots [ 5 0 R ] >>"
FORM = b"<< /Fields [ 5 0 R ] /SigFlags 1 >>"
EMPTY = b"<< /FT /Sig /T (Reviewer) /Rect [1 2 3 4] >>"
STAMPED = b"<< /FT /Sig /T (TimeStamp) /Rect [0 0 0 0] /V 8 0 R >>"
STAMP_VALUE = b"<< /Type /DocTimeStamp /SubFilter /ETSI.RFC3161 >>"
BASE = objects(ROOT, b"<< /Kids [ 3 0 R ] >>", PAGE, FORM, EMPTY)
ALLOWED: dict[str, dict[int, bytes | None]] = {
    "the reviewer signs": {
        5: EMPTY[:-2] + b"/V 6 0 R /AP 7 0 R >>",
        6: b"<< >>",
        7: b"<< >>",
        4: FORM.replace(b"1 >>", b"3 >>"),
    },
    "data for long-term validation": {1: ROOT[:-2] + b"/DSS 6 0 R >>", 6: b"<< /CRLs [ ] >>"},
    "a time stamp over the file": {
        4: FORM.replace(b"5 0 R ]", b"5 0 R 7 0 R ]"),
        3: PAGE.replace(b"5 0 R ]", b"5 0 R 7 0 R ]"),
        7: STAMPED,
        8: STAMP_VALUE,
    },
}
FORBIDDEN: dict[str, dict[int, bytes | None]] = {
    "another page": {3: PAGE.replace(b"9 0 R", b"6 0 R"), 6: b"<< >>"},
    "an object that was missing": {9: b"<< >>"},
    "a page that goes": {3: None},
    "an action": {1: ROOT[:-2] + b"/OpenAction 6 0 R >>", 6: b"<< >>"},
    "another form": {1: ROOT.replace(b"4 0 R", b"6 0 R"), 6: FORM},
    "a field that moves": {5: EMPTY.replace(b"4]", b"9]")},
    "a field that is renamed": {5: EMPTY.replace(b"(Reviewer)", b"(Other)")},
    "a field that is seen": {
        4: FORM.replace(b"5 0 R ]", b"5 0 R 7 0 R ]"),
        7: STAMPED.replace(b"0 0]", b"9 9]"),
        8: STAMP_VALUE,
    },
    "a field of another kind": {4: FORM.replace(b"5 0 R ]", b"5 0 R 7 0 R ]"), 7: STAMPED, 8: b"<< /SubFilter /x >>"},
    "a field that goes": {4: FORM.replace(b"5 0 R ]", b"]")},
    "a note": {3: PAGE.replace(b"5 0 R ]", b"5 0 R 7 0 R ]"), 7: b"<< /Subtype /FreeText >>"},
    "a number in the place of a page": {3: b"7"},
}


class TestLaterRevisions:
    def changes(
        self, changes: dict[int, bytes | None], *, may_sign: bool = True, trailer: bytes = b"/Root 1 0 R"
    ) -> list[str]:
        return list(own.forbidden_changes(own.Pdf(updated(BASE, changes, trailer=trailer)), 1, may_sign=may_sign))

    @pytest.mark.parametrize("name", ALLOWED)
    def test_may_hold_what_a_signature_allows(self, name: str) -> None:
        assert self.changes(ALLOWED[name]) == []

    @pytest.mark.parametrize("name", FORBIDDEN)
    def test_may_hold_nothing_else(self, name: str) -> None:
        assert self.changes(FORBIDDEN[name])

    def test_nobody_signs_after_the_reviewer(self) -> None:
        assert self.changes(ALLOWED["the reviewer signs"], may_sign=False)

    def test_information_about_the_file_stays(self) -> None:
        assert self.changes({6: b"<< >>"}, trailer=b"/Root 1 0 R /Info 6 0 R")

    def test_another_root_is_not_read_at_all(self) -> None:
        with pytest.raises(own.ReadingError, match="several roots"):
            self.changes({6: ROOT}, trailer=b"/Root 6 0 R")


HOSTILE: dict[str, Callable[[], bytes]] = {
    "nothing": lambda: b"",
    "no PDF": lambda: b"hello" * 1000,
    "a header alone": lambda: b"%PDF-1.7\n%%EOF\n",
    "no table": lambda: b"%PDF-1.7\nstartxref\n999999999999\n%%EOF\n",
    "deep arrays": lambda: objects(b"[" * 200_000),
    "deep dictionaries": lambda: objects(b"<< /A " * 100_000),
    "open strings": lambda: objects(b"(" * 300_000),
    "open hexadecimal": lambda: objects(b"<" + b"0" * 300_000),
    "white space": lambda: objects(b" " * 2_000_000 + b"1 2 3"),
    "comments": lambda: objects(b"%\n" * 500_000 + b"1"),
    "long number": lambda: objects(b"9" * 200_000),
    "references to themselves": lambda: objects(b"2 0 R", b"3 0 R", b"2 0 R"),
    "a root that is itself": lambda: objects(b"1 0 R"),
    "a length that is its own stream": lambda: objects(b"<< /Length 1 0 R >>\nstream\nx\nendstream"),
    "a length beyond the file": lambda: objects(b"<< /Length 99999999999 >>\nstream\nx\nendstream"),
    "a negative length": lambda: objects(b"<< /Length -5 >>\nstream\nx\nendstream"),
    "sections in a circle": lambda: tables(3),
    "a thousand sections": lambda: tables(1000),
    "a form that holds itself": lambda: objects(b"<< /AcroForm << /Fields [ 2 0 R ] >> >>", b"<< /Kids [ 2 0 R ] >>"),
    "a form that doubles": lambda: objects(
        b"<< /AcroForm << /Fields [ 2 0 R 2 0 R ] >> >>", b"<< /Kids [ 2 0 R 2 0 R 2 0 R 2 0 R 2 0 R 2 0 R 2 0 R ] >>"
    ),
    "names in a circle": lambda: objects(
        b"<< /Names << /EmbeddedFiles 2 0 R >> >>", b"<< /Kids [ 2 0 R 2 0 R 2 0 R 2 0 R 2 0 R ] >>"
    ),
    "names that branch": lambda: objects(
        b"<< /Names << /EmbeddedFiles 2 0 R >> >>",
        *(b"<< /Kids [ %b] >>" % (b"%d 0 R " % n * 90) for n in range(3, 10)),
    ),
    "an attachment that swells": bomb,
    "a huge table": lambda: b"%PDF-1.7\nxref\n0 99999999\ntrailer\n<< >>\nstartxref\n9\n%%EOF\n",
    "a table of a million": lambda: b"%PDF-1.7\nxref\n0 1000000\n" + b"0000000001 00000 n \n" * 1_000_000,
    "wide rows": lambda: (
        b"%PDF-1.7\n1 0 obj\n<< /Type /XRef /W [ 9 9 9 ] /Size 9 /Length 0 >>\nstream\n\nendstream\nendobj\n"
        b"startxref\n9\n%%EOF\n"
    ),
    "rows of nothing": lambda: (
        b"%PDF-1.7\n1 0 obj\n<< /Type /XRef /W [ 0 0 0 ] /Index [ 0 299999 ] /Length 0 >>\nstream\n\n"
        b"endstream\nendobj\nstartxref\n9\n%%EOF\n"
    ),
    "an index of words": lambda: (
        b"%PDF-1.7\n1 0 obj\n<< /Type /XRef /W [ 1 1 1 ] /Index [ /A /B ] /Length 0 >>\nstream\n\n"
        b"endstream\nendobj\nstartxref\n9\n%%EOF\n"
    ),
    "data that are deep": lambda: attached(b"[" * 200_000),
    "data with a long number": lambda: attached(b'{"a":' + b"9" * 200_000 + b"}"),
    "data with a huge exponent": lambda: attached(b'{"a":1e999999999}'),
    "data of other kinds": lambda: attached(
        b'{"case":{},"exhibit":{},"expert":{"name":"a"},"ledger":{},"method":{},"number":"n","reviewer":{"name":"b"},"runs":[1,null,{}]}'
    ),
    "a checkpoint that is none": lambda: attached(b"\xff\xfe\n\n" * 9, b"ledger-checkpoint.txt"),
    "a signature over nothing": lambda: objects(
        b"<< /AcroForm << /Fields [ 2 0 R ] >> >>",
        b"<< /FT /Sig /T (Expert) /V 3 0 R >>",
        b"<< /Type /Sig /SubFilter /ETSI.CAdES.detached /ByteRange [0 0 0 0] /Contents <00> >>",
    ),
    "a signature of words": lambda: objects(
        b"<< /AcroForm << /Fields [ 2 0 R ] >> >>",
        b"<< /FT /Sig /T (Expert) /V 3 0 R >>",
        b"<< /Type /Sig /ByteRange [0 /a (b) null] /Contents [1] >>",
    ),
    "validation data of everything": lambda: objects(
        b"<< /AcroForm << /Fields [ ] >> /DSS << /Certs [ 1 0 R 2 0 R ] /CRLs 7 /OCSPs [ [ ] ] >> >>",
        stream(b"0\x80" * 999),
    ),
}


class TestHostileFiles:
    @pytest.mark.parametrize("name", HOSTILE)
    def test_are_bounded_and_never_valid(self, name: str, tmp_path: Path) -> None:
        found = run(tmp_path, HOSTILE[name](), "--json")
        assert found.verdict in {own.CANNOT_SAY, own.ALTERED}

    @pytest.mark.parametrize(
        "receipt",
        [
            b"",
            b"{",
            b"{}",
            b"[" * 100_000,
            b'{"a":' * 50_000,
            b"\xff\xfe",
            b"\n\n\n",
            b'{"checkpoint":1,"consistency":2,"entries":3,"format":"aigaq-receipt-1","keys":4,"proofs":5,"report":6}',
            b'{"checkpoint":"","consistency":null,"entries":[""],"format":"aigaq-receipt-1","keys":[],"proofs":[{}],"report":"x"}',
        ],
    )
    def test_receipts_are_too(self, issued: bytes, receipt: bytes) -> None:
        found = own.verify(issued, evidence=receipt, trust=own.trust_file(b""))
        assert found.verdict == own.CANNOT_SAY

    def test_a_file_that_asks_for_too_much_computing_is_given_up(self, monkeypatch: pytest.MonkeyPatch) -> None:
        statement = {
            "population": 100_000,
            "to_test": 1,
            "tested": 60_000,
            "not_positive": 40_000,
            "kind": "at least",
            "substances": ["x"],
            "at_least": 1,
            "design": {
                "method": "hypergeometric",
                "expected_negatives": 40_000,
                "proportion": "0.5",
                "confidence": "0.95",
                "prior_positive": None,
                "prior_negative": None,
                "custom_units": None,
            },
        }
        plan = {"number": "1", "statement": statement, "draws": [], "units": [], "split_into": []}
        people = {"expert": {"name": "a"}, "reviewer": {"name": "b"}}
        facts = {"case": {}, "exhibit": {}, "ledger": {}, "number": "n", "runs": []}
        method = {"preset": "ei-simple", "preset_version": 1}
        data = {
            **people,
            **facts,
            "method": method,
            "circumstances": {"sampling": [plan]},
            "confidence": {"rate": None},
        }
        monkeypatch.setattr(own, "MOST_SECONDS", 0.2)
        found = own.verify(attached(own.canonical(data)), trust=own.trust_file(b""))
        assert found.verdict == own.CANNOT_SAY
        assert "of computing" in found.reasons[0]

    def test_a_file_that_is_too_large_is_not_called_altered(
        self, issued: bytes, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(own, "LARGEST_PDF", len(issued) - 1)
        found = own.verify(issued, trust=own.trust_file(b""))
        assert (found.verdict, found.sha256) == (own.CANNOT_SAY, "")

    def test_a_der_that_is_deep_or_long_is_refused(self) -> None:
        deep = b"\x30\x00"
        for _ in range(200):
            deep = b"\x30" + (bytes([len(deep)]) if len(deep) < 128 else b"\x82" + len(deep).to_bytes(2, "big")) + deep
        for data in (deep, b"\x30\x84\xff\xff\xff\xff", b"\x30\x80\x00\x00", b"\x30\x81\x01\x00", b"\x1f\x01\x00", b""):
            with pytest.raises(own.ReadingError):
                own.one_der(data)


def test_a_trust_file_that_is_damaged_is_a_wrong_command_line(issued: bytes, tmp_path: Path) -> None:
    (tmp_path / "r.pdf").write_bytes(issued)
    (tmp_path / "t.pem").write_text("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")
    command = [sys.executable, "-I", "-S", str(PROGRAM), str(tmp_path / "r.pdf"), "--trust"]
    for name in ("t.pem", "nothing.pem"):
        done = subprocess.run([*command, str(tmp_path / name)], capture_output=True, check=False)
        assert done.returncode == 2
        assert b"Traceback" not in done.stderr
