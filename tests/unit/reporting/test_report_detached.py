"""Signatures that are made elsewhere: only those of these very bytes by the announced certificate get into a report."""

import hashlib
import io
import shutil
import subprocess
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import fictitious_reports as fictitious
import pytest
from asn1crypto import algos, cms, core, pem, tsp
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from pyhanko.pdf_utils.reader import PdfFileReader

from lims.errors import SettingsError, SigningError
from lims.reporting.desk import open_desk
from lims.reporting.detached import RESERVED_BYTES, ElsewhereKey, checked_cms
from lims.reporting.signature_check import check_signatures
from lims.reporting.signing_folder import SigningFolder
from lims.settings import SETTINGS_FILE, load_settings
from tests.builders import signing_pki
from tests.builders.signing_pki import NOW, SigningPki, kept_pki

CONTENT = replace(fictitious.report(), runs=())
LATER = NOW + timedelta(hours=3)
DATA = b"bytes that were given out"
GOST_SIGNATURE, GOST_DIGEST = "1.2.643.7.1.1.1.1", "1.2.643.7.1.1.2.2"
KAZAKH = "1.2.398.3.10.1.1.2.3.1"


@pytest.fixture(scope="module")
def pki() -> SigningPki:
    return kept_pki(fictitious.EXPERT.name, fictitious.REVIEWER.name)


@pytest.fixture
def key(pki: SigningPki) -> ElsewhereKey:
    return elsewhere(pki)


def elsewhere(pki: SigningPki, exchange: Callable[[str, bytes], bytes] = lambda *_: b"") -> ElsewhereKey:
    return ElsewhereKey(
        certificate=pki.certificate(signing_pki.EXPERT), chain=pki.chain(signing_pki.EXPERT), exchange=exchange
    )


def attributes(pki: SigningPki, data: bytes, label: str = signing_pki.EXPERT) -> dict[str, Any]:
    """Give the signed attributes that PAdES asks for."""
    certificate = pki.certificate(label).public_bytes(Encoding.DER)
    named = tsp.ESSCertIDv2({"cert_hash": hashlib.sha256(certificate).digest()})
    return {
        "content_type": "data",
        "message_digest": hashlib.sha256(data).digest(),
        "signing_certificate_v2": tsp.SigningCertificateV2({"certs": [named]}),
    }


def cms_of(
    pki: SigningPki, data: bytes, *, label: str = signing_pki.EXPERT, inside: bytes | None = None, **changes: Any
) -> cms.ContentInfo:
    """Make a CMS as a program of somebody else does; changed attributes are signed as they are, None leaves one out."""
    key = pki.key(label)
    certificate = asn1_x509.Certificate.load(key.certificate_der)
    wanted = {**attributes(pki, data, label), **changes}
    signed = cms.CMSAttributes(
        [cms.CMSAttribute({"type": name, "values": [value]}) for name, value in wanted.items() if value is not None]
    )
    assert isinstance(key.private_key, ec.EllipticCurvePrivateKey)
    signature = key.private_key.sign(signed.dump(), ec.ECDSA(hashes.SHA256()))
    named = {"issuer": certificate.issuer, "serial_number": certificate.serial_number}
    info = {
        "version": "v1",
        "sid": cms.SignerIdentifier({"issuer_and_serial_number": cms.IssuerAndSerialNumber(named)}),
        "digest_algorithm": {"algorithm": "sha256"},
        "signed_attrs": signed,
        "signature_algorithm": {"algorithm": "sha256_ecdsa"},
        "signature": signature,
    }
    whole = {
        "version": "v1",
        "digest_algorithms": [{"algorithm": "sha256"}],
        "encap_content_info": {"content_type": "data", **({"content": inside} if inside is not None else {})},
        "certificates": [certificate],
        "signer_infos": [info],
    }
    return cms.ContentInfo({"content_type": "signed_data", "content": cms.SignedData(whole)})


class TestChecks:
    def test_a_signature_of_these_bytes_is_taken_in_either_form(self, pki: SigningPki, key: ElsewhereKey) -> None:
        made = cms_of(pki, DATA).dump()
        for answer in (made, pem.armor("CMS", made)):
            taken = checked_cms(answer, DATA, key)
            assert len(taken.dump()) < RESERVED_BYTES
            subjects = [one.chosen.subject.native["common_name"] for one in taken["content"]["certificates"]]
            assert fictitious.EXPERT.name in subjects
            assert len(subjects) == 3  # with both authorities above it

    def test_what_nobody_signed_is_left_out(self, pki: SigningPki, key: ElsewhereKey) -> None:
        made = cms_of(pki, DATA)
        extra = cms.CMSAttribute({"type": "1.2.3.4", "values": [core.OctetString(b"anything")]})
        made["content"]["signer_infos"][0]["unsigned_attrs"] = cms.CMSAttributes([extra])
        assert b"anything" in made.dump(force=True)
        assert b"anything" not in checked_cms(made.dump(force=True), DATA, key).dump()

    @pytest.mark.parametrize(
        ("changes", "words"),
        [
            ({"label": signing_pki.NAMESAKE}, "names another certificate than the one announced"),
            ({"label": signing_pki.REVIEWER}, "names another certificate than the one announced"),
            ({"inside": DATA}, "holds the signed bytes; expected a detached signature"),
            ({"message_digest": bytes(32)}, "of other bytes than those that were given out"),
            ({"message_digest": None}, "attribute message-digest is missing"),
            ({"signing_certificate_v2": None}, "attribute signing-certificate-v2 is missing"),
            ({"content_type": "signed_data"}, "content type is signed_data"),
            ({"signing_time": cms.Time({"utc_time": core.UTCTime(NOW)})}, "signing-time, which PAdES forbids"),
        ],
    )
    def test_a_signature_of_something_else_is_refused(
        self, changes: dict[str, Any], words: str, pki: SigningPki, key: ElsewhereKey
    ) -> None:
        with pytest.raises(SigningError, match=words):
            checked_cms(cms_of(pki, DATA, **changes).dump(), DATA, key)

    def test_other_bytes_another_name_and_a_broken_signature_are_refused(
        self, pki: SigningPki, key: ElsewhereKey
    ) -> None:
        with pytest.raises(SigningError, match="of other bytes"):
            checked_cms(cms_of(pki, DATA).dump(), DATA + b" ", key)
        own = attributes(pki, DATA)["signing_certificate_v2"]
        with pytest.raises(SigningError, match="made with another certificate"):
            checked_cms(cms_of(pki, DATA, label=signing_pki.NAMESAKE, signing_certificate_v2=own).dump(), DATA, key)
        broken = cms_of(pki, DATA)
        signature = bytearray(broken["content"]["signer_infos"][0]["signature"].native)
        signature[-1] ^= 1
        broken["content"]["signer_infos"][0]["signature"] = bytes(signature)
        with pytest.raises(SigningError, match="not a signature by the key of"):
            checked_cms(broken.dump(force=True), DATA, key)

    @pytest.mark.parametrize("oid", [GOST_SIGNATURE, KAZAKH, "1.2.840.10045.4.3.4"])
    def test_kz_6_an_algorithm_that_is_not_known_is_named_and_not_guessed(
        self, oid: str, pki: SigningPki, key: ElsewhereKey
    ) -> None:
        made = cms_of(pki, DATA)
        known = algos.SignedDigestAlgorithmId("1.2.840.10045.4.3.2").dump()
        other = core.ObjectIdentifier(oid).dump()
        made["content"]["certificates"] = []
        data = made.dump(force=True)
        assert data.count(known) == 1
        der = _grown(data, known, other)
        words = {GOST_SIGNATURE: r" \(GOST of the Russian Federation\)", KAZAKH: r" \(an algorithm of Kazakhstan\)"}
        with pytest.raises(
            SigningError, match=f"algorithm not supported here: {oid}{words.get(oid, '')}; expected RSA"
        ):
            checked_cms(der, DATA, key)

    def test_kz_6_a_gost_digest_is_named_too(self, pki: SigningPki, key: ElsewhereKey) -> None:
        made = cms_of(pki, DATA)
        made["content"]["signer_infos"][0]["digest_algorithm"] = algos.DigestAlgorithm({"algorithm": GOST_DIGEST})
        with pytest.raises(SigningError, match=f"algorithm not supported here: {GOST_DIGEST}"):
            checked_cms(made.dump(force=True), DATA, key)

    @pytest.mark.parametrize("junk", [b"", b"junk", b"0\x03\x02\x01\x05", b"-----BEGIN CMS-----\n", bytes(40_000)])
    def test_what_is_no_cms_is_refused(self, junk: bytes, key: ElsewhereKey) -> None:
        with pytest.raises(SigningError, match=r"(?s)cannot be used: .*nothing was signed"):
            checked_cms(junk, DATA, key)

    def test_another_structure_and_an_attribute_twice_are_refused(self, pki: SigningPki, key: ElsewhereKey) -> None:
        plain = cms.ContentInfo({"content_type": "data", "content": core.OctetString(DATA)})
        with pytest.raises(SigningError, match="it is no signed data but data"):
            checked_cms(plain.dump(), DATA, key)
        made = cms_of(pki, DATA)
        signed = made["content"]["signer_infos"][0]["signed_attrs"]
        signed.append(signed[0].copy())
        with pytest.raises(SigningError, match="occurs twice"):
            checked_cms(made.dump(force=True), DATA, key)

    def test_a_signature_with_rsa_is_taken(self, pki: SigningPki) -> None:
        private = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        certificate = pki.issue(private.public_key(), fictitious.EXPERT.name)
        key = ElsewhereKey(certificate=certificate, chain=pki.chain(signing_pki.REVIEWER), exchange=lambda *_: b"")
        taken = checked_cms(_with_rsa(cms_of(pki, DATA), private, certificate).dump(force=True), DATA, key)
        named = taken["content"]["signer_infos"][0]["sid"].chosen["serial_number"].native
        assert named == certificate.serial_number
        other = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        with pytest.raises(SigningError, match="not a signature by the key of"):
            checked_cms(_with_rsa(cms_of(pki, DATA), other, certificate).dump(force=True), DATA, key)

    def test_two_signers_are_refused(self, pki: SigningPki, key: ElsewhereKey) -> None:
        made = cms_of(pki, DATA)
        other = cms_of(pki, DATA, label=signing_pki.REVIEWER)
        made["content"]["signer_infos"].append(other["content"]["signer_infos"][0])
        with pytest.raises(SigningError, match="2 signers; expected one"):
            checked_cms(made.dump(force=True), DATA, key)

    @pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is not installed")
    def test_openssl_is_told_what_pades_forbids(self, pki: SigningPki, key: ElsewhereKey, tmp_path: Path) -> None:
        private = pki.key().private_key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        (tmp_path / "key.pem").write_bytes(private)
        (tmp_path / "certificate.pem").write_bytes(key.certificate.public_bytes(Encoding.PEM))
        (tmp_path / "data").write_bytes(DATA)
        command = "openssl cms -sign -binary -cades -md sha256 -in data -signer certificate.pem -inkey key.pem"
        subprocess.run([*command.split(), "-outform", "DER", "-out", "cms"], check=True, cwd=tmp_path)
        with pytest.raises(SigningError, match="signing-time, which PAdES forbids"):
            checked_cms((tmp_path / "cms").read_bytes(), DATA, key)

    def test_such_a_key_signs_no_other_bytes(self, key: ElsewhereKey) -> None:
        with pytest.raises(SigningError, match="signs documents, not 3 bytes"):
            key.sign(b"abc")


class TestFolder:
    @pytest.mark.parametrize("level", ["B-B", "B-LTA"])
    def test_kz_6_two_people_sign_elsewhere(self, level: str, pki: SigningPki, tmp_path: Path) -> None:
        desk = _desk(tmp_path, pki, level)
        prepared = desk.compose(replace(CONTENT, signature_level=desk.signature_level))
        pki.set_clock(NOW)
        with _signer(pki, tmp_path / "exchange", signing_pki.EXPERT):
            first = desk.sign_as_expert(prepared, person=fictitious.EXPERT, number=CONTENT.number, at=NOW, pin=None)
        pki.set_clock(LATER)
        with _signer(pki, tmp_path / "exchange", signing_pki.REVIEWER):
            second = desk.sign_as_reviewer(
                first.pdf, person=fictitious.REVIEWER, number=CONTENT.number, at=LATER, pin=None
            )
        check = check_signatures(second.pdf, trust_roots=desk.trust_roots)
        assert check.both_valid, check.all_reasons
        assert check.level == f"PAdES {level}"
        assert list((tmp_path / "exchange").iterdir()) == []
        reserved = PdfFileReader(io.BytesIO(second.pdf)).embedded_signatures[0].byte_range
        assert int(reserved[2]) - int(reserved[1]) == 2 * RESERVED_BYTES + 2

    def test_somebody_elses_signature_is_not_put_in(self, pki: SigningPki, tmp_path: Path) -> None:
        desk = _desk(tmp_path, pki, "B-B")
        prepared = desk.compose(CONTENT)
        with (
            _signer(pki, tmp_path / "exchange", signing_pki.NAMESAKE),
            pytest.raises(SigningError, match="names another certificate"),
        ):
            desk.sign_as_expert(prepared, person=fictitious.EXPERT, number=CONTENT.number, at=NOW, pin=None)
        assert list((tmp_path / "exchange").iterdir()) == []

    def test_nobody_waits_for_ever_and_nothing_old_is_taken(self, tmp_path: Path) -> None:
        folder = SigningFolder(folder=tmp_path, wait_s=1, number="2026/1")
        with pytest.raises(SigningError, match=r"no signature of 2026_1-Expert.tbs within 1 s; nothing was signed"):
            folder.exchange("Expert", DATA)
        assert list(tmp_path.iterdir()) == []
        (tmp_path / "2026_1-Expert.p7s").write_bytes(b"old")
        with pytest.raises(SigningError, match="is there before it was asked for"):
            folder.exchange("Expert", DATA)

    def test_a_folder_that_is_not_there_is_named(self, tmp_path: Path) -> None:
        folder = SigningFolder(folder=tmp_path / "absent", wait_s=1, number="1")
        with pytest.raises(SigningError, match="absent: No such file"):
            folder.exchange("Expert", DATA)

    def test_the_person_is_the_one_of_the_certificate(self, pki: SigningPki, tmp_path: Path) -> None:
        desk = _desk(tmp_path, pki, "B-B", expert=signing_pki.NAMESAKE)
        with pytest.raises(SigningError, match="belongs to Another Person"):
            desk.sign_as_expert(b"", person=fictitious.EXPERT, number="1", at=NOW, pin=None)

    @pytest.mark.parametrize(
        ("text", "words"),
        [
            ('certificate_file = "c.pem"', "expected the paths"),
            ('certificate_file = 1\nexchange = "e"', "expected the paths"),
            ('certificate_file = "c.pem"\nexchange = "e"\nwait_s = 0', "wait_s is 0"),
        ],
    )
    def test_settings_that_cannot_be_used(self, text: str, words: str, tmp_path: Path) -> None:
        (tmp_path / SETTINGS_FILE).write_text(f'trust_roots = "r.pem"\n[keys.E-07]\n{text}\n')
        with pytest.raises(SettingsError, match=words):
            load_settings({}, home=tmp_path)

    def test_a_certificate_file_that_is_none(self, pki: SigningPki, tmp_path: Path) -> None:
        desk = _desk(tmp_path, pki, "B-B")
        for data, words in ((b"junk", "no certificate in PEM"), (None, "No such file")):
            path = tmp_path / f"{signing_pki.EXPERT}.pem"
            path.unlink() if data is None else path.write_bytes(data)
            with pytest.raises(SigningError, match=words):
                desk.sign_as_expert(b"", person=fictitious.EXPERT, number="1", at=NOW, pin=None)

    def test_kz_6_a_certificate_with_a_gost_key_is_named(self, pki: SigningPki, tmp_path: Path) -> None:
        desk = _desk(tmp_path, pki, "B-B")
        certificate = asn1_x509.Certificate.load(pki.certificate(signing_pki.EXPERT).public_bytes(Encoding.DER))
        ec_oid = core.ObjectIdentifier("1.2.840.10045.2.1").dump()
        der = _grown(certificate.dump(), ec_oid, core.ObjectIdentifier(GOST_SIGNATURE).dump())
        (tmp_path / f"{signing_pki.EXPERT}.pem").write_bytes(pem.armor("CERTIFICATE", der))
        with pytest.raises(SigningError, match=f"algorithm not supported here: {GOST_SIGNATURE} "):
            desk.sign_as_expert(b"", person=fictitious.EXPERT, number="1", at=datetime.now(UTC), pin=None)


def _desk(home: Path, pki: SigningPki, level: str, *, expert: str = signing_pki.EXPERT):
    """Give the desk of a laboratory whose keys are all elsewhere."""
    (home / "exchange").mkdir(exist_ok=True)
    (home / "root.pem").write_bytes(pki.root)
    text = f'trust_roots = "root.pem"\n[signing]\nlevel = "{level}"\ntsa = "{pki.tsa}"\n'
    for person, label in ((fictitious.EXPERT, expert), (fictitious.REVIEWER, signing_pki.REVIEWER)):
        chain = (pki.certificate(label), *pki.chain(label))
        (home / f"{label}.pem").write_bytes(b"".join(one.public_bytes(Encoding.PEM) for one in chain))
        text += f'[keys.{person.number}]\ncertificate_file = "{label}.pem"\nexchange = "exchange"\nwait_s = 20\n'
    (home / SETTINGS_FILE).write_text(text, "utf-8")
    return open_desk(load_settings({}, home=home))


def _with_rsa(made: cms.ContentInfo, private: rsa.RSAPrivateKey, certificate: x509.Certificate) -> cms.ContentInfo:
    """Let an RSA key sign instead, under the name of a certificate."""
    own = asn1_x509.Certificate.load(certificate.public_bytes(Encoding.DER))
    info = made["content"]["signer_infos"][0]
    named = {"issuer": own.issuer, "serial_number": own.serial_number}
    info["sid"] = cms.SignerIdentifier({"issuer_and_serial_number": cms.IssuerAndSerialNumber(named)})
    shown = tsp.ESSCertIDv2({"cert_hash": hashlib.sha256(own.dump()).digest()})
    wanted = {
        "content_type": "data",
        "message_digest": hashlib.sha256(DATA).digest(),
        "signing_certificate_v2": tsp.SigningCertificateV2({"certs": [shown]}),
    }
    signed = cms.CMSAttributes([cms.CMSAttribute({"type": name, "values": [one]}) for name, one in wanted.items()])
    info["signed_attrs"] = signed
    info["signature_algorithm"] = algos.SignedDigestAlgorithm({"algorithm": "sha256_rsa"})
    info["signature"] = private.sign(signed.untag().dump(), padding.PKCS1v15(), hashes.SHA256())
    made["content"]["certificates"] = []
    return made


class _signer:  # noqa: N801 - used as a function
    """Signs what it finds in a folder, as a program on another computer does."""

    def __init__(self, pki: SigningPki, folder: Path, label: str) -> None:
        self._thread = threading.Thread(target=self._sign, args=(pki, folder, label), daemon=True)

    @staticmethod
    def _sign(pki: SigningPki, folder: Path, label: str) -> None:
        end = time.monotonic() + 20
        while time.monotonic() < end:
            for request in folder.glob("*.tbs"):
                made = cms_of(pki, request.read_bytes(), label=label).dump()
                draft = request.with_suffix(".part")
                draft.write_bytes(made)
                draft.replace(request.with_suffix(".p7s"))
                return
            time.sleep(0.05)

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *_: object) -> None:
        self._thread.join()


def _grown(der: bytes, old: bytes, new: bytes) -> bytes:
    """Replace bytes in DER and mend the lengths of everything around them."""
    from asn1crypto import parser

    def walk(data: bytes) -> bytes:
        out = b""
        while data:
            kind, method, tag, _, content, _ = parser.parse(data)
            size = len(parser.emit(kind, method, tag, content))
            element = data[:size]
            if element == old:
                out += new
            elif method == 1 and old in content:
                out += parser.emit(kind, method, tag, walk(content))
            else:
                out += element
            data = data[size:]
        return out

    return walk(der)
