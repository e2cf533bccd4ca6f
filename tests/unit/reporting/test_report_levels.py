"""Signature levels: what is stated is made, what is made is found, and whatever fails leaves nothing half signed.

The services are real ones of a local authority; openssl looks at what they and we made.
"""

import io
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import fictitious_reports as fictitious
import pytest
from asn1crypto import cms, tsp
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.general import extract_certificate_info
from pyhanko.sign.validation.generic_cms import extract_tst_data_iter

from lims.cli import verify
from lims.errors import SigningError
from lims.reporting import pades
from lims.reporting.assurance import Assurance, assure, require_services
from lims.reporting.document import compose
from lims.reporting.layout import EXPERT_FIELD
from lims.reporting.pades import field_states, stamp_document
from lims.reporting.signature_check import SignatureCheck, check_signatures
from lims.reporting.signing import SignedPdf, prepare, sign_as_expert, sign_as_reviewer
from lims.reporting.stamp_check import embedded_data
from lims.reporting.trust import Trust
from lims.signing_settings import SignatureLevel
from lims.translation import Translator
from tests.builders import signing_pki
from tests.builders.signing_pki import NOW, SigningPki, kept_pki, kept_report

BASIC, TIME, LONG_TERM, ARCHIVE = SignatureLevel
ENGLISH = Translator("en")
CONTENT = replace(fictitious.report(), runs=())
LATER = NOW + timedelta(hours=3)
YEARS_LATER = datetime.fromisoformat("2037-01-01T00:00:00+00:00")
"""When the certificates of all persons have expired, and those of the services have not."""
CENTURY_LATER = datetime.fromisoformat("2126-01-01T00:00:00+00:00")
openssl = pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is not installed")


@pytest.fixture(scope="session")
def pki() -> SigningPki:
    return kept_pki(fictitious.EXPERT.name, fictitious.REVIEWER.name)


@pytest.fixture(scope="session")
def draft() -> Callable[[SignatureLevel], bytes]:
    made: dict[SignatureLevel, bytes] = {}

    def of(level: SignatureLevel) -> bytes:
        if level not in made:
            made[level] = prepare(compose(replace(CONTENT, signature_level=level.value), ENGLISH))
        return made[level]

    return of


def checked(pdf: bytes, pki: SigningPki, **facts: object) -> SignatureCheck:
    return check_signatures(pdf, **{"trust_roots": [pki.root], **facts})  # type: ignore[arg-type]


def sign(pdf: bytes, pki: SigningPki, label: str, level: SignatureLevel = BASIC, **changes: object) -> SignedPdf:
    at = changes.get("at", NOW)
    assert isinstance(at, datetime)
    pki.set_clock(at)
    facts: dict[str, object] = {
        "number": CONTENT.number,
        "at": at,
        "translator": ENGLISH,
        "trust_roots": [pki.root],
        "terms": pki.terms(level),
        **changes,
    }
    return sign_as_expert(pdf, pki.key(label), **facts)  # type: ignore[arg-type]


class TestLevels:
    @pytest.mark.parametrize("level", SignatureLevel)
    def test_kz_6_what_is_stated_is_made_and_found(self, level: SignatureLevel, pki: SigningPki) -> None:
        check = checked(kept_report(CONTENT, level), pki)
        assert check.both_valid, check.all_reasons
        assert check.level is check.stated_level is level
        assert check.others == ()
        for found, at in ((check.expert, NOW), (check.reviewer, LATER)):
            assert found.signed_at == at
            assert (found.stamped_at, found.stamped_by) == (
                (at, "Time stamps of the tests") if level.stamped else (None, "")
            )
        assert (check.stamped_at == LATER) is (level is ARCHIVE)
        unchecked = any("revoked was not checked" in reason for reason in check.all_reasons)
        assert unchecked is not level.long_term

    @pytest.mark.poppler
    def test_a_report_says_its_level_where_its_reader_looks(self, tmp_path: Path) -> None:
        if shutil.which("pdftotext") is None:
            pytest.skip("poppler-utils are not installed")
        path = tmp_path / "report.pdf"
        path.write_bytes(kept_report(CONTENT, ARCHIVE))
        text = subprocess.run(["pdftotext", "-layout", path, "-"], check=True, capture_output=True, text=True).stdout
        assert "Signatures (PAdES B-LTA)" in text
        assert text.count("Signature level PAdES B-LTA") == 2
        assert "when the whole file was made" in " ".join(text.split())

    def test_the_signature_covers_what_shows_that_nothing_was_revoked(self) -> None:
        long_term, archive = kept_report(CONTENT, LONG_TERM), kept_report(CONTENT, ARCHIVE)
        signed = PdfFileReader(io.BytesIO(long_term)).embedded_signatures[-1]
        start, _, resume, rest = (int(number) for number in signed.byte_range)
        assert (start, resume + rest) == (0, len(long_term))
        names = [signature.field_name for signature in PdfFileReader(io.BytesIO(archive)).embedded_signatures]
        assert names == ["Expert", "Reviewer", "TimeStamp"]
        last = PdfFileReader(io.BytesIO(archive)).embedded_signatures[-1]
        assert int(last.byte_range[2]) + int(last.byte_range[3]) == len(archive)
        kept = embedded_data(PdfFileReader(io.BytesIO(long_term)))
        assert kept.answers  # of the expert's authority, which has a responder
        names = {one.issuer.native["common_name"] for one in kept.revocation_lists}
        assert names == {"Root of the tests", "Issuing authority of the tests, with lists alone"}

    def test_an_expired_certificate_does_not_harm_a_stamped_signature(self, pki: SigningPki) -> None:
        for level, holds in ((BASIC, False), (TIME, True), (LONG_TERM, True), (ARCHIVE, True)):
            assert checked(kept_report(CONTENT, level), pki, at=YEARS_LATER).both_valid is holds, level

    def test_stamps_do_not_outlive_the_certificate_of_their_service(self, pki: SigningPki) -> None:
        for level in (TIME, LONG_TERM, ARCHIVE):
            check = checked(kept_report(CONTENT, level), pki, at=CENTURY_LATER)
            assert not check.both_valid
            assert check.both_unbroken
            assert not check.reaches_level
        assert any("its service is not trusted" in reason for reason in check.all_reasons)

    def test_a_service_that_is_not_trusted_proves_no_time(self, pki: SigningPki) -> None:
        check = checked(kept_report(CONTENT, TIME), pki, trust_roots=[pki.other_root])
        assert check.level is BASIC
        assert not check.reaches_level
        assert check.expert.stamped_at is None
        assert any("the time of signing is not proven" in reason for reason in check.expert.reasons)
        assert "The report states signature level PAdES B-T; found was PAdES B-B." in check.reasons

    def test_a_report_without_its_last_time_stamp_does_not_reach_its_level(self, pki: SigningPki) -> None:
        whole = kept_report(CONTENT, ARCHIVE)
        reviewer = PdfFileReader(io.BytesIO(whole)).embedded_signatures[1]
        cut = whole[: int(reviewer.byte_range[2]) + int(reviewer.byte_range[3])]
        check = checked(cut, pki)
        assert check.both_unbroken
        assert (check.level, check.stamped_at, check.both_valid) == (LONG_TERM, None, False)

    def test_nothing_may_follow_the_last_time_stamp(self, pki: SigningPki) -> None:
        check = checked(kept_report(CONTENT, ARCHIVE) + b"\n% one more line\n", pki)
        assert check.broken
        assert check.stamped_at is None

    def test_a_byte_in_the_gap_of_the_last_time_stamp_is_noticed(self, pki: SigningPki) -> None:
        whole = bytearray(kept_report(CONTENT, ARCHIVE))
        stamp = PdfFileReader(io.BytesIO(bytes(whole))).embedded_signatures[2]
        end = int(stamp.byte_range[2]) - 2  # the last digit of the padding
        assert whole[end : end + 1] == b"0"
        whole[end] = ord("1")
        assert not checked(bytes(whole), pki).both_valid

    def test_a_last_time_stamp_on_a_report_that_states_none_is_a_third_signature(self, pki: SigningPki) -> None:
        pki.set_clock(LATER)
        sure = assure(pki.key(), pki.terms(ARCHIVE), trust=Trust.read([pki.root]), at=LATER)
        check = checked(stamp_document(kept_report(CONTENT, TIME), sure), pki)
        assert check.others == ("TimeStamp",)
        assert not check.both_unbroken

    def test_revoked_after_signing_is_seen_in_a_list_even_where_the_file_shows_the_opposite(
        self, pki: SigningPki
    ) -> None:
        pki.set_clock(NOW)
        lists = [_revoking(pki, on=NOW - timedelta(days=1))]
        check = checked(kept_report(CONTENT, ARCHIVE), pki, revocation_lists=lists)
        assert "Expert: the certificate was revoked." in check.expert.reasons
        assert not check.both_valid
        late = [_revoking(pki, on=NOW + timedelta(days=1))]
        assert checked(kept_report(CONTENT, ARCHIVE), pki, revocation_lists=late).both_valid


def test_the_command_tells_the_level(pki: SigningPki, tmp_path: Path) -> None:
    report, trust = tmp_path / "report.pdf", tmp_path / "roots.pem"
    report.write_bytes(kept_report(CONTENT, ARCHIVE))
    trust.write_bytes(pki.root)
    found = verify.verify_file(report, None, verify.VerifyWishes(trust=trust))
    facts = verify._json(report, found, language="en")
    assert (facts["level"], facts["stated_level"]) == (ARCHIVE, ARCHIVE)
    assert facts["stamped_at"] == "2026-11-22T12:15:00.000000Z"
    assert "  Signature level PAdES B-LTA." in verify._lines(report, found, t=ENGLISH)
    report.write_bytes(b"junk")
    facts = verify._json(report, verify.verify_file(report, None), language="en")
    assert (facts["level"], facts["stated_level"], facts["stamped_at"]) == (None, None, None)


class TestIndependentTools:
    @openssl
    def test_openssl_believes_the_stamps(self, pki: SigningPki, tmp_path: Path) -> None:
        signed = PdfFileReader(io.BytesIO(kept_report(CONTENT, ARCHIVE))).embedded_signatures
        (tmp_path / "root.pem").write_bytes(pki.root)
        for signature in signed:
            token, data = _stamped(signature)
            (tmp_path / "token.der").write_bytes(token)
            (tmp_path / "data").write_bytes(data)
            command = ["openssl", "ts", "-verify", "-token_in", "-in", tmp_path / "token.der"]
            trusted = [*command, "-CAfile", tmp_path / "root.pem", "-data"]
            done = subprocess.run([*trusted, tmp_path / "data"], capture_output=True, text=True, check=False)
            assert "Verification: OK" in done.stdout, done.stderr
            (tmp_path / "data").write_bytes(data + b" ")
            assert subprocess.run([*trusted, tmp_path / "data"], capture_output=True, check=False).returncode

    @openssl
    @pytest.mark.parametrize("level", SignatureLevel)
    def test_openssl_believes_the_signatures(self, level: SignatureLevel, pki: SigningPki, tmp_path: Path) -> None:
        pdf = kept_report(CONTENT, level)
        (tmp_path / "root.pem").write_bytes(pki.root)
        for signature in PdfFileReader(io.BytesIO(pdf)).embedded_signatures[:2]:
            start, length, resume, rest = (int(number) for number in signature.byte_range)
            (tmp_path / "data").write_bytes(pdf[start : start + length] + pdf[resume : resume + rest])
            (tmp_path / "cms").write_bytes(signature.pkcs7_content)
            command = ["openssl", "cms", "-verify", "-binary", "-inform", "DER", "-in", tmp_path / "cms"]
            command += ["-content", tmp_path / "data", "-CAfile", tmp_path / "root.pem", "-purpose", "any"]
            command += ["-attime", str(int(NOW.timestamp())), "-out", tmp_path / "out"]
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            assert "CMS Verification successful" in done.stderr, done.stderr


BETWEEN = [BASIC, *(pytest.param(level, marks=pytest.mark.nightly) for level in (TIME, LONG_TERM)), ARCHIVE]
"""By day the lowest level and the highest, which asks everything that those between ask."""


class TestWrongCertificates:
    @pytest.mark.parametrize("level", BETWEEN)
    @pytest.mark.parametrize(
        ("label", "words"),
        [
            (signing_pki.EXPIRED, "expired"),
            (signing_pki.EARLY, "not valid until"),
            (signing_pki.STRANGER, "not trusted"),
            (signing_pki.ENCIPHERER, "not made for digital signatures"),
            (signing_pki.NAMESAKE, "names Әлия Ғабитқызы Үлгі as Expert; the certificate is that of Another Person"),
        ],
    )
    def test_it_signs_at_no_level(
        self, label: str, words: str, level: SignatureLevel, pki: SigningPki, draft: Callable[[SignatureLevel], bytes]
    ) -> None:
        with pytest.raises(SigningError, match=words):
            sign(draft(level), pki, label, level)

    @pytest.mark.parametrize("level", BETWEEN)
    def test_a_revoked_one_is_found_by_the_authority_or_by_a_list(
        self, level: SignatureLevel, pki: SigningPki, draft: Callable[[SignatureLevel], bytes]
    ) -> None:
        with pytest.raises(SigningError, match="is revoked"):
            sign(draft(level), pki, signing_pki.REVOKED, level, terms=pki.terms(level, check_revocation=True))
        lists = [pki.revocation_list("issuing"), pki.revocation_list("root")]
        with pytest.raises(SigningError, match="is revoked"):
            sign(draft(level), pki, signing_pki.REVOKED, level, revocation_lists=lists)

    @pytest.mark.parametrize(
        ("label", "words"),
        [
            (signing_pki.EXPIRED, "the certificate was not valid on"),
            (signing_pki.EARLY, "the certificate was not valid on"),
            (signing_pki.STRANGER, "does not lead to a trusted root"),
            (signing_pki.ENCIPHERER, "not made for digital signatures"),
            (signing_pki.NAMESAKE, "the document names Әлия Ғабитқызы Үлгі"),
            (signing_pki.REVOKED, "the certificate was revoked"),
        ],
    )
    def test_its_signature_is_refused_at_verification(
        self, label: str, words: str, pki: SigningPki, draft: Callable[[SignatureLevel], bytes]
    ) -> None:
        signed = pades.sign(
            draft(BASIC), pki.key(label), EXPERT_FIELD, at=NOW, lines=("x",), reason="x", certify=True
        )  # the mechanics alone ask nothing
        pki.set_clock(NOW)
        lists = [pki.revocation_list("issuing"), pki.revocation_list("root")]
        facts = {"revocation_lists": lists} if label == signing_pki.REVOKED else {}
        found = checked(signed, pki, **facts).expert
        assert found.unbroken
        assert not found.valid
        assert any(words in reason for reason in found.reasons), found.reasons

    def test_the_reviewer_is_the_person_that_the_document_names(
        self, pki: SigningPki, draft: Callable[[SignatureLevel], bytes]
    ) -> None:
        certified = sign(draft(BASIC), pki, signing_pki.EXPERT)
        with pytest.raises(SigningError, match="names Щербаков Ёж Образцович as Reviewer"):
            sign_as_reviewer(
                certified.pdf,
                pki.key(signing_pki.NAMESAKE),
                number=CONTENT.number,
                at=LATER,
                translator=ENGLISH,
                trust_roots=[pki.root],
            )


class TestServices:
    def test_another_level_than_the_document_states_is_refused(
        self, pki: SigningPki, draft: Callable[[SignatureLevel], bytes]
    ) -> None:
        with pytest.raises(SigningError, match=r"states the level PAdES B-T, and .* says PAdES B-B"):
            sign(draft(TIME), pki, signing_pki.EXPERT, BASIC)
        with pytest.raises(SigningError, match=r"states the level PAdES B-B, and .* says PAdES B-LT"):
            sign(draft(BASIC), pki, signing_pki.EXPERT, LONG_TERM)

    def test_a_level_without_a_service_is_refused(
        self, pki: SigningPki, draft: Callable[[SignatureLevel], bytes]
    ) -> None:
        with pytest.raises(SigningError, match="needs a time-stamp service"):
            sign(draft(TIME), pki, signing_pki.EXPERT, terms=pki.terms(TIME, tsa=""))

    def test_a_whole_file_is_not_stamped_without_a_service(self) -> None:
        with pytest.raises(SigningError, match="no time-stamp service is named"):
            stamp_document(b"", Assurance())

    def test_a_service_that_is_away_leaves_nothing_signed(
        self, pki: SigningPki, draft: Callable[[SignatureLevel], bytes]
    ) -> None:
        prepared = draft(TIME)
        away = pki.terms(TIME, tsa="http://127.0.0.1:9/tsa")
        with pytest.raises(SigningError, match=r"http://127.0.0.1:9/tsa: it cannot be reached .*nothing was signed"):
            sign(prepared, pki, signing_pki.EXPERT, terms=away)
        with pytest.raises(SigningError, match="cannot be reached"):
            require_services(away, at=NOW)
        assert not any(state.signed for state in field_states(prepared))
        assert checked(sign(prepared, pki, signing_pki.EXPERT, TIME).pdf, pki).expert.valid  # the next try signs

    def test_a_service_that_hangs_is_given_up(self, pki: SigningPki) -> None:
        import socket

        with socket.socket() as listener:
            listener.bind(("127.0.0.1", 0))
            listener.listen()
            url = f"http://127.0.0.1:{listener.getsockname()[1]}/"
            with pytest.raises(SigningError, match="no answer within 1 s"):
                require_services(pki.terms(TIME, tsa=url, timeout_s=1), at=NOW)

    @pytest.mark.parametrize(
        ("answer", "words"),
        [
            (b"", "is no time stamp"),
            (b"<html>", "is no time stamp"),
            (bytes.fromhex("300f300d02010230080c06") + b"closed", "rejection: closed"),
        ],
    )
    def test_an_answer_that_is_none_is_refused(self, answer: bytes, words: str, pki: SigningPki) -> None:
        with pki.answering(instead=lambda *_: answer), pytest.raises(SigningError, match=words):
            require_services(pki.terms(TIME), at=NOW)

    def test_an_answer_without_end_is_not_read(self, pki: SigningPki, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("lims.reporting.exchange.ANSWER_LIMIT_BYTES", 1000)
        with pki.answering(instead=lambda *_: bytes(2000)), pytest.raises(SigningError, match="more than 1000 bytes"):
            require_services(pki.terms(TIME), at=NOW)

    def test_another_status_is_an_error(self, pki: SigningPki) -> None:
        with pki.answering(status="503 Closed"), pytest.raises(SigningError, match="HTTP status 503"):
            require_services(pki.terms(TIME), at=NOW)

    def test_a_stamp_of_something_else_is_refused(self, pki: SigningPki) -> None:
        pki.set_clock(NOW)
        kept: list[bytes] = []

        def replay(_: str, asked: bytes) -> bytes | None:
            request = tsp.TimeStampReq.load(asked)
            if not kept:
                kept.append(_answer_to(pki, request))
            return kept[0]

        with pki.answering(instead=replay):
            require_services(pki.terms(TIME), at=NOW)
            with pytest.raises(SigningError, match="belongs to another question"):
                require_services(pki.terms(TIME), at=NOW)

        def of_other_bytes(_: str, asked: bytes) -> bytes:
            request = tsp.TimeStampReq.load(asked)
            request["message_imprint"]["hashed_message"] = bytes(32)
            return _answer_to(pki, request)

        with pki.answering(instead=of_other_bytes), pytest.raises(SigningError, match="not one of the document"):
            require_services(pki.terms(TIME), at=NOW)

    def test_a_foreign_service_is_refused(self, pki: SigningPki, draft: Callable[[SignatureLevel], bytes]) -> None:
        with pytest.raises(SigningError, match=r"Time stamps of somebody else.*does not lead to a trusted root"):
            sign(draft(TIME), pki, signing_pki.EXPERT, terms=pki.terms(TIME, tsa=pki.other_tsa))

    def test_clocks_that_disagree_are_an_error(self, pki: SigningPki) -> None:
        pki.set_clock(NOW + timedelta(minutes=6))
        with pytest.raises(SigningError, match=r"shows 2026-11-22 09:21:00 UTC, this computer's 2026-11-22 09:15:00"):
            require_services(pki.terms(TIME), at=NOW)
        require_services(pki.terms(TIME, clock_tolerance_s=400), at=NOW)
        pki.set_clock(NOW)

    def test_what_authorities_do_not_say_keeps_from_signing(
        self, pki: SigningPki, draft: Callable[[SignatureLevel], bytes]
    ) -> None:
        def silent(address: str, _: bytes) -> bytes | None:
            return None if "/tsa/" in address else b"nothing"

        with pki.answering(instead=silent), pytest.raises(SigningError, match=r"whether the certificate .* is revoked"):
            sign(draft(LONG_TERM), pki, signing_pki.EXPERT, LONG_TERM)

    def test_a_list_stands_in_for_a_responder_that_is_away(
        self, pki: SigningPki, draft: Callable[[SignatureLevel], bytes]
    ) -> None:
        with pki.answering(instead=lambda address, _: b"nothing" if "/ocsp/" in address else None):
            signed = sign(draft(LONG_TERM), pki, signing_pki.EXPERT, LONG_TERM)
        assert checked(signed.pdf, pki).expert.level is LONG_TERM

    def test_lists_at_hand_spare_the_question_as_long_as_they_are_current(
        self, pki: SigningPki, draft: Callable[[SignatureLevel], bytes]
    ) -> None:
        for made, asked in ((NOW, set()), (NOW - timedelta(days=90), {"ocsp", "crls"})):
            pki.set_clock(made)
            lists = [pki.revocation_list(name) for name in ("issuing", "root")]
            pki.door.asked.clear()
            signed = sign(draft(LONG_TERM), pki, signing_pki.EXPERT, LONG_TERM, revocation_lists=lists)
            assert {address.split("/")[2] for address in pki.door.asked} - {"tsa"} == asked
            assert checked(signed.pdf, pki).expert.level is LONG_TERM

    def test_below_b_lt_nobody_is_asked_unless_that_is_wanted(
        self, pki: SigningPki, draft: Callable[[SignatureLevel], bytes]
    ) -> None:
        pki.door.asked.clear()
        sign(draft(BASIC), pki, signing_pki.EXPERT)
        assert pki.door.asked == []
        sign(draft(BASIC), pki, signing_pki.EXPERT, terms=pki.terms(BASIC, check_revocation=True))
        assert sorted(address.split("/")[2] for address in pki.door.asked) == ["crls", "ocsp"]


def _revoking(pki: SigningPki, *, on: datetime) -> bytes:
    """Give a list of the expert's authority that names the expert's certificate."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes

    issuing = pki.key("issuing")
    entry = x509.RevokedCertificateBuilder().serial_number(pki.certificate("expert").serial_number).revocation_date(on)
    return (
        x509.CertificateRevocationListBuilder()
        .issuer_name(issuing.certificate.subject)
        .last_update(NOW)
        .next_update(NOW + timedelta(days=30))
        .add_revoked_certificate(entry.build())
        .sign(issuing.private_key, hashes.SHA256())
        .public_bytes(Encoding.DER)
    )


def _answer_to(pki: SigningPki, request: tsp.TimeStampReq) -> bytes:
    from certomancer.registry import ArchLabel, ServiceLabel

    registry = pki.config.get_pki_arch(ArchLabel("lab")).service_registry
    made: bytes = registry.summon_timestamper(ServiceLabel("tsa"), NOW).request_tsa_response(request).dump()
    return made


def _stamped(signature: object) -> tuple[bytes, bytes]:
    """Give a stamp as a token, and the bytes that it is of."""
    if signature.sig_object["/Type"] == "/DocTimeStamp":  # type: ignore[attr-defined]
        reader = signature.reader  # type: ignore[attr-defined]
        pdf = reader.stream.getvalue()
        start, length, resume, rest = (int(number) for number in signature.byte_range)  # type: ignore[attr-defined]
        return signature.pkcs7_content, pdf[start : start + length] + pdf[resume : resume + rest]  # type: ignore[attr-defined]
    info = signature.signer_info  # type: ignore[attr-defined]
    token = next(iter(extract_tst_data_iter(info, signed=False)))
    assert extract_certificate_info(token).signer_cert
    return cms.ContentInfo({"content_type": "signed_data", "content": token}).dump(), info["signature"].native
