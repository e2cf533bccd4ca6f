import hashlib
import io
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import fictitious_reports as fictitious
import pikepdf
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from PIL import Image
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.settings import KeyUsageConstraints
from signing_room import SigningRoom

from lims.domain.report_content import Person
from lims.errors import DocumentError, SigningError
from lims.reporting import pades
from lims.reporting.development import development_keys
from lims.reporting.document import compose
from lims.reporting.keys import SigningKey, load_pkcs12
from lims.reporting.layout import EXPERT_FIELD, REVIEWER_FIELD
from lims.reporting.pades import field_states
from lims.reporting.signature_check import Coverage, Modification, check_signatures
from lims.reporting.signing import SignedPdf, prepare, sign_as_expert, sign_as_reviewer
from lims.reporting.trust import Trust
from lims.translation import Translator

Revoker = Callable[..., bytes]


@pytest.fixture(scope="session")
def root_key(key_folder: Path, room: SigningRoom) -> SigningKey:
    assert room.keys.root
    return load_pkcs12(key_folder / "development-root.p12", None, now=fictitious.PREPARED_AT)


@pytest.fixture
def revocation_list(root_key: SigningKey) -> Revoker:
    def make(*revoked: SigningKey, on: datetime = fictitious.PREPARED_AT - timedelta(hours=1)) -> bytes:
        builder = (
            x509.CertificateRevocationListBuilder()
            .issuer_name(root_key.certificate.subject)
            .last_update(fictitious.PREPARED_AT - timedelta(minutes=30))
            .next_update(fictitious.PREPARED_AT + timedelta(days=30))
        )
        for key in revoked:
            entry = x509.RevokedCertificateBuilder().serial_number(key.certificate.serial_number).revocation_date(on)
            builder = builder.add_revoked_certificate(entry.build())
        return builder.sign(root_key.private_key, hashes.SHA256()).public_bytes(Encoding.DER)

    return make


def expert_key(room: SigningRoom) -> SigningKey:
    return room.keys.key_of(fictitious.EXPERT.number)


def sign_at_desk(pdf: bytes, key: SigningKey, room: SigningRoom, **changes: object) -> SignedPdf:
    facts: dict[str, object] = {
        "number": fictitious.NUMBER,
        "at": fictitious.SIGNED_AT,
        "translator": room.english,
        "trust_roots": [room.keys.root],
        **changes,
    }
    return sign_as_expert(pdf, key, **facts)  # type: ignore[arg-type]


class TestFields:
    def test_both_are_there_and_empty(self, prepared: bytes) -> None:
        assert [(state.name, state.signed) for state in field_states(prepared)] == [
            ("Expert", False),
            ("Reviewer", False),
        ]

    def test_a_second_time_is_refused(self, prepared: bytes) -> None:
        with pytest.raises(SigningError, match="already has the signature field Expert"):
            prepare(prepared)

    @pytest.mark.parametrize("junk", [b"", b"not a pdf", b"%PDF-1.7\n%%EOF"])
    def test_what_is_no_pdf_is_refused(self, junk: bytes) -> None:
        with pytest.raises(SigningError, match="cannot be read"):
            prepare(junk)

    def test_a_pdf_without_a_page_is_refused(self) -> None:
        out = io.BytesIO()
        pikepdf.new().save(out)
        with pytest.raises(SigningError, match="cannot be prepared"):
            prepare(out.getvalue())

    def test_a_field_that_is_not_there_is_refused(self, unsigned: bytes, room: SigningRoom) -> None:
        with pytest.raises(SigningError, match="was refused"):
            pades.sign(
                unsigned,
                expert_key(room),
                EXPERT_FIELD,
                at=fictitious.SIGNED_AT,
                lines=("x",),
                reason="x",
                certify=True,
            )

    @pytest.mark.poppler
    def test_boxes_lie_where_the_template_draws_them(self, unsigned: bytes, tmp_path: Path) -> None:
        if shutil.which("pdftoppm") is None:
            pytest.skip("poppler-utils are not installed")
        path = tmp_path / "unsigned.pdf"
        path.write_bytes(unsigned)
        dots = 4  # per point
        subprocess.run(["pdftoppm", "-r", str(72 * dots), "-png", str(path), str(tmp_path / "page")], check=True)
        with Image.open(max(tmp_path.glob("page*.png"))) as colours:
            page = colours.convert("L")
            for field in (EXPERT_FIELD, REVIEWER_FIELD):
                left, bottom, right, top = field.corners
                middle_x, middle_y = (left + right) / 2, (bottom + top) / 2
                edges = [(left, middle_y), (right, middle_y), (middle_x, bottom), (middle_x, top)]
                for x, y in edges:
                    column, row = round(x * dots), round(page.height - y * dots)
                    area = page.crop((column - dots, row - dots, column + dots, row + dots))
                    assert area.getextrema()[0] < 160, (field.name, x, y)


class TestTwoPeople:
    def test_sg_1_both_signatures_hold_and_say_who_and_when(self, issued: bytes, roots: list[bytes]) -> None:
        check = check_signatures(issued, trust_roots=roots)
        assert check.both_valid
        assert check.others == ()
        expert, reviewer = check.expert, check.reviewer
        assert (expert.signer, reviewer.signer) == (fictitious.EXPERT.name, fictitious.REVIEWER.name)
        assert (expert.signed_at, reviewer.signed_at) == (fictitious.SIGNED_AT, fictitious.REVIEWED_AT)
        assert (expert.covers, reviewer.covers) == (Coverage.REVISION, Coverage.FILE)
        assert (expert.modification, reviewer.modification) == (Modification.FORM_FILLING, Modification.NONE)
        assert any("revoked was not checked" in reason for reason in check.all_reasons)

    def test_pyhanko_itself_agrees(self, issued: bytes, roots: list[bytes]) -> None:
        reader = PdfFileReader(io.BytesIO(issued))
        for signature in reader.embedded_signatures:
            context = Trust.read(roots).context(moment=fictitious.REVIEWED_AT)
            usage = KeyUsageConstraints(key_usage={"non_repudiation"})
            assert validate_pdf_signature(signature, context, key_usage_settings=usage).bottom_line

    def test_kz_6_signature_is_pades_without_a_signing_time_attribute(self, issued: bytes) -> None:
        for signature in PdfFileReader(io.BytesIO(issued)).embedded_signatures:
            attributes = {attribute["type"].native for attribute in signature.signer_info["signed_attrs"]}
            assert "signing_certificate_v2" in attributes
            assert "signing_time" not in attributes
            assert signature.sig_object["/SubFilter"] == "/ETSI.CAdES.detached"

    def test_result_carries_what_a_ledger_wants(self, certified: SignedPdf, prepared: bytes, room: SigningRoom) -> None:
        assert certified.field == "Expert"
        assert certified.level == "PAdES B-B"
        assert certified.certificate_sha256 == expert_key(room).certificate_sha256
        assert certified.sha256_before == hashlib.sha256(prepared).hexdigest()
        assert certified.sha256_after == hashlib.sha256(certified.pdf).hexdigest()
        assert certified.signed_at == fictitious.SIGNED_AT

    @pytest.mark.poppler
    def test_sg_1_stamps_are_drawn_with_letters_side_by_side(self, issued: bytes, tmp_path: Path) -> None:
        if shutil.which("pdftotext") is None:
            pytest.skip("poppler-utils are not installed")
        path = tmp_path / "issued.pdf"
        path.write_bytes(issued)
        command = ["pdftotext", "-layout", str(path), "-"]
        text = subprocess.run(command, check=True, capture_output=True, text=True).stdout
        for words in ("Signed as the author of the report", "Signed as the reviewer of the report", "Ғабитқызы Үлгі"):
            assert words in text

    def test_preparing_gives_the_same_bytes(self, unsigned: bytes, prepared: bytes) -> None:
        assert prepare(unsigned) == prepared

    def test_metadata_stay_as_they_were_composed(self, unsigned: bytes, issued: bytes) -> None:
        before, after = (PdfFileReader(io.BytesIO(pdf)).root["/Metadata"].data for pdf in (unsigned, issued))
        assert before == after

    def test_an_ecdsa_key_signs_too(self, prepared: bytes, room: SigningRoom, root_key: SigningKey) -> None:
        key = ec.generate_private_key(ec.SECP256R1())
        template = expert_key(room).certificate
        builder = (
            x509.CertificateBuilder()
            .subject_name(template.subject)
            .issuer_name(root_key.certificate.subject)
            .public_key(key.public_key())
            .serial_number(99)
            .not_valid_before(template.not_valid_before_utc)
            .not_valid_after(template.not_valid_after_utc)
        )
        for extension in template.extensions:
            if not isinstance(extension.value, x509.SubjectKeyIdentifier):
                builder = builder.add_extension(extension.value, critical=extension.critical)
        certificate = builder.sign(root_key.private_key, hashes.SHA256())
        signed = sign_at_desk(prepared, SigningKey(certificate=certificate, chain=(), private_key=key), room)
        assert check_signatures(signed.pdf, trust_roots=[room.keys.root]).expert.valid


class TestOrder:
    def test_reviewer_cannot_be_first(self, prepared: bytes, room: SigningRoom) -> None:
        with pytest.raises(SigningError, match="Expert empty, Reviewer empty; expected Expert signed"):
            room.reviewer_signs(prepared)

    def test_expert_cannot_sign_twice(self, certified: SignedPdf, room: SigningRoom) -> None:
        with pytest.raises(SigningError, match="Expert signed, Reviewer empty; expected Expert and Reviewer"):
            room.expert_signs(certified.pdf)

    def test_nobody_signs_after_the_reviewer(self, issued: bytes, room: SigningRoom) -> None:
        with pytest.raises(SigningError, match="Reviewer signed"):
            room.reviewer_signs(issued)

    def test_an_unprepared_document_is_refused(self, unsigned: bytes, room: SigningRoom) -> None:
        with pytest.raises(SigningError, match="fields of the document: none"):
            room.expert_signs(unsigned)

    def test_reviewer_cannot_sign_before_the_expert_did(self, certified: SignedPdf, room: SigningRoom) -> None:
        with pytest.raises(SigningError, match="cannot sign before the expert"):
            sign_as_reviewer(
                certified.pdf,
                room.keys.key_of("E-11"),
                number=fictitious.NUMBER,
                at=fictitious.SIGNED_AT - timedelta(seconds=1),
                translator=room.english,
                trust_roots=[room.keys.root],
            )

    def test_the_expert_cannot_review(self, certified: SignedPdf, room: SigningRoom) -> None:
        with pytest.raises(SigningError, match="signed as the expert and cannot sign as the reviewer"):
            sign_as_reviewer(
                certified.pdf,
                expert_key(room),
                number=fictitious.NUMBER,
                at=fictitious.REVIEWED_AT,
                translator=room.english,
                trust_roots=[room.keys.root],
            )

    def test_sg_2_an_altered_draft_is_not_reviewed(self, certified: SignedPdf, room: SigningRoom) -> None:
        place = certified.pdf.index(b"Example Laboratory")
        altered = certified.pdf[:place] + b"e" + certified.pdf[place + 1 :]
        with pytest.raises(SigningError, match="expert's signature does not hold"):
            room.reviewer_signs(altered)

    def test_a_draft_that_something_was_added_to_is_not_reviewed(self, certified: SignedPdf, room: SigningRoom) -> None:
        with pytest.raises(SigningError, match="expert's signature does not hold"):
            room.reviewer_signs(certified.pdf + b"\n% one more line\n")


class TestReport:
    def test_another_number_is_refused(self, prepared: bytes, room: SigningRoom) -> None:
        with pytest.raises(SigningError, match="the document is report 2026-9001/3-R1, not 2026-9001/3-R9"):
            room.expert_signs(prepared, number="2026-9001/3-R9")

    def test_a_development_key_signs_no_evidence(self, room: SigningRoom, english: Translator) -> None:
        evidence = prepare(compose(replace(fictitious.report(), evidence=True), english))
        with pytest.raises(SigningError, match=r"development key of .* cannot sign evidence"):
            room.expert_signs(evidence)

    def test_a_name_that_cannot_be_drawn(self, prepared: bytes, tmp_path: Path, english: Translator) -> None:
        person = Person(number="E-07", name="Name 漢", post="expert")
        keys = development_keys(tmp_path, [person], now=fictitious.PREPARED_AT)
        with pytest.raises(DocumentError, match=r"U\+6F22"):
            sign_as_expert(
                prepared,
                keys.key_of("E-07"),
                number=fictitious.NUMBER,
                at=fictitious.SIGNED_AT,
                translator=english,
                trust_roots=[keys.root],
            )


class TestTrust:
    def test_a_foreign_root_is_refused(self, prepared: bytes, room: SigningRoom, tmp_path: Path) -> None:
        foreign = development_keys(tmp_path, [], now=fictitious.PREPARED_AT).root
        with pytest.raises(SigningError, match="not trusted"):
            sign_at_desk(prepared, expert_key(room), room, trust_roots=[foreign])

    def test_no_root_at_all_is_refused(self, prepared: bytes, room: SigningRoom) -> None:
        with pytest.raises(SigningError, match="not trusted"):
            sign_at_desk(prepared, expert_key(room), room, trust_roots=[])

    def test_an_expired_certificate_is_refused(self, prepared: bytes, room: SigningRoom) -> None:
        with pytest.raises(SigningError, match=r"not trusted.*expired"):
            sign_at_desk(prepared, expert_key(room), room, at=fictitious.SIGNED_AT + timedelta(days=1000))

    def test_a_revoked_certificate_is_refused(
        self, prepared: bytes, room: SigningRoom, revocation_list: Revoker
    ) -> None:
        with pytest.raises(SigningError, match="is revoked"):
            sign_at_desk(prepared, expert_key(room), room, revocation_lists=[revocation_list(expert_key(room))])

    def test_another_revoked_certificate_does_not_matter(
        self, prepared: bytes, room: SigningRoom, revocation_list: Revoker
    ) -> None:
        lists = [revocation_list(room.keys.key_of("E-11"))]
        signed = sign_at_desk(prepared, expert_key(room), room, revocation_lists=lists)
        check = check_signatures(signed.pdf, trust_roots=[room.keys.root], revocation_lists=lists)
        assert check.expert.valid
        assert not any("not checked" in reason for reason in check.all_reasons)

    def test_a_list_of_another_authority_proves_nothing(
        self, prepared: bytes, room: SigningRoom, tmp_path: Path
    ) -> None:
        development_keys(tmp_path, [], now=fictitious.PREPARED_AT)
        other = load_pkcs12(tmp_path / "development-root.p12", None, now=fictitious.PREPARED_AT)
        name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Somebody")])
        foreign = (
            x509.CertificateRevocationListBuilder()
            .issuer_name(name)
            .last_update(fictitious.PREPARED_AT)
            .next_update(fictitious.PREPARED_AT + timedelta(days=1))
            .sign(other.private_key, hashes.SHA256())
        )
        lists = [foreign.public_bytes(Encoding.PEM)]
        with pytest.raises(SigningError, match="not trusted"):
            sign_at_desk(prepared, expert_key(room), room, revocation_lists=lists)

    def test_revoked_before_signing_is_seen_afterwards(
        self, issued: bytes, room: SigningRoom, revocation_list: Revoker
    ) -> None:
        check = check_signatures(
            issued, trust_roots=[room.keys.root], revocation_lists=[revocation_list(expert_key(room))]
        )
        assert not check.both_valid
        assert "Expert: the certificate was revoked." in check.expert.reasons
        assert check.reviewer.valid

    def test_revoked_long_after_signing_leaves_the_signature_valid(
        self, issued: bytes, room: SigningRoom, revocation_list: Revoker
    ) -> None:
        late = revocation_list(expert_key(room), on=fictitious.PREPARED_AT + timedelta(days=10))
        assert check_signatures(issued, trust_roots=[room.keys.root], revocation_lists=[late]).both_valid

    def test_chain_may_be_judged_at_another_moment(self, issued: bytes, roots: list[bytes]) -> None:
        later = fictitious.REVIEWED_AT + timedelta(days=1000)
        check = check_signatures(issued, trust_roots=roots, at=later)
        assert check.both_unbroken
        assert not check.both_valid
        assert any("was not valid on" in reason for reason in check.all_reasons)

    @pytest.mark.parametrize("junk", [b"", b"junk", b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"])
    def test_a_root_that_is_none(self, junk: bytes, issued: bytes) -> None:
        with pytest.raises(SigningError, match="trust root"):
            check_signatures(issued, trust_roots=[junk])

    @pytest.mark.parametrize("junk", [b"", b"junk", b"0\x03\x02\x01\x05"])
    def test_a_revocation_list_that_is_none(self, junk: bytes, issued: bytes, roots: list[bytes]) -> None:
        with pytest.raises(SigningError, match="revocation list"):
            check_signatures(issued, trust_roots=roots, revocation_lists=[junk])
