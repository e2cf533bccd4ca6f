from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import fictitious_reports as fictitious
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, NoEncryption, pkcs12
from cryptography.x509.oid import NameOID

from lims.domain.report_content import Person
from lims.errors import SigningError
from lims.reporting.development import ROOT_FILE, development_keys
from lims.reporting.keys import load_pkcs12, names_agree

NOW = fictitious.PREPARED_AT
Writer = Callable[..., Path]


@pytest.fixture
def key_file(tmp_path: Path) -> Writer:
    def write(
        *,
        key: object = None,
        name: str = "Made-up Person",
        begin: datetime = NOW - timedelta(days=1),
        end: datetime = NOW + timedelta(days=1),
        may_sign: bool | None = True,
        password: bytes | None = b"secret",
    ) -> Path:
        private = key or ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)] if name else [])
        builder = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(subject)
            .public_key(private.public_key())  # type: ignore[attr-defined]
            .serial_number(7)
            .not_valid_before(begin)
            .not_valid_after(end)
        )
        if may_sign is not None:
            usage = x509.KeyUsage(
                digital_signature=may_sign,
                content_commitment=False,
                key_encipherment=True,
                data_encipherment=False,
                key_agreement=False,
                key_cert_sign=False,
                crl_sign=False,
                encipher_only=False,
                decipher_only=False,
            )
            builder = builder.add_extension(usage, critical=True)
        algorithm = None if isinstance(private, ed25519.Ed25519PrivateKey) else hashes.SHA256()
        certificate = builder.sign(private, algorithm)  # type: ignore[arg-type]
        protection = NoEncryption() if password is None else BestAvailableEncryption(password)
        path = tmp_path / "key.p12"
        path.write_bytes(pkcs12.serialize_key_and_certificates(b"key", private, certificate, None, protection))  # type: ignore[arg-type]
        return path

    return write


class TestLoading:
    def test_a_sound_key_says_whose_it_is(self, key_file: Writer) -> None:
        key = load_pkcs12(key_file(name="Өтеген Ә."), b"secret", now=NOW)
        assert key.holder == "Өтеген Ә."
        assert key.issuer == "Өтеген Ә."
        assert key.valid_from < NOW < key.valid_until
        assert len(key.certificate_sha256) == 64
        assert not key.demonstration
        assert "PrivateKey" not in repr(key)

    def test_wrong_password(self, key_file: Writer) -> None:
        with pytest.raises(SigningError, match="password is wrong"):
            load_pkcs12(key_file(), b"other", now=NOW)

    def test_missing_password(self, key_file: Writer) -> None:
        with pytest.raises(SigningError, match="password is wrong"):
            load_pkcs12(key_file(), None, now=NOW)

    @pytest.mark.parametrize(
        "content", [b"", b"hello", b"-----BEGIN PRIVATE KEY-----\n", b"0\x03\x02\x01\x05", b"%PDF-1.7"]
    )
    def test_not_a_pkcs12(self, content: bytes, tmp_path: Path) -> None:
        path = tmp_path / "key.p12"
        path.write_bytes(content)
        with pytest.raises(SigningError, match="PKCS#12"):
            load_pkcs12(path, b"secret", now=NOW)

    def test_no_file(self, tmp_path: Path) -> None:
        with pytest.raises(SigningError, match="No such file"):
            load_pkcs12(tmp_path / "absent.p12", None, now=NOW)

    def test_expired(self, key_file: Writer) -> None:
        with pytest.raises(SigningError, match=r"expired on 21\.11\.2026"):
            load_pkcs12(key_file(begin=NOW - timedelta(days=9), end=NOW - timedelta(days=1)), b"secret", now=NOW)

    def test_not_yet_valid(self, key_file: Writer) -> None:
        with pytest.raises(SigningError, match=r"not valid before 23\.11\.2026"):
            load_pkcs12(key_file(begin=NOW + timedelta(days=1), end=NOW + timedelta(days=9)), b"secret", now=NOW)

    @pytest.mark.parametrize("may_sign", [False, None])
    def test_not_made_for_signatures(self, may_sign: bool | None, key_file: Writer) -> None:  # noqa: FBT001
        with pytest.raises(SigningError, match="not made for digital signatures"):
            load_pkcs12(key_file(may_sign=may_sign), b"secret", now=NOW)

    def test_nameless(self, key_file: Writer) -> None:
        with pytest.raises(SigningError, match="names no holder"):
            load_pkcs12(key_file(name=""), b"secret", now=NOW)

    def test_small_rsa_key(self, key_file: Writer) -> None:
        small = rsa.generate_private_key(public_exponent=65537, key_size=1024)  # noqa: S505 - refused, that is the test
        with pytest.raises(SigningError, match="RSA key of 1024 bits"):
            load_pkcs12(key_file(key=small), b"secret", now=NOW)

    def test_key_of_another_kind(self, key_file: Writer) -> None:
        with pytest.raises(SigningError, match="RSA and ECDSA keys can sign here"):
            load_pkcs12(key_file(key=ed25519.Ed25519PrivateKey.generate()), b"secret", now=NOW)

    def test_pkcs12_of_another_version(self, tmp_path: Path) -> None:
        path = tmp_path / "key.p12"
        path.write_bytes(bytes.fromhex("3022020101301006092a864886f70d010701a003040100300b300706052b0e03021a0400")[:36])
        with pytest.raises(SigningError, match="PKCS#12"):
            load_pkcs12(path, None, now=NOW)

    def test_certificate_without_key(self, key_file: Writer, tmp_path: Path) -> None:
        certificate = load_pkcs12(key_file(), b"secret", now=NOW).certificate
        path = tmp_path / "public.p12"
        path.write_bytes(pkcs12.serialize_key_and_certificates(None, None, certificate, None, NoEncryption()))
        with pytest.raises(SigningError, match="holds no private key"):
            load_pkcs12(path, None, now=NOW)


class TestNames:
    @pytest.mark.parametrize(
        ("recorded", "certified", "agree"),
        [
            ("Ахметова Әлия Ғабитқызы", "АХМЕТОВА ӘЛИЯ", True),
            ("Ахметова Әлия Ғабитқызы", "Ахметова Әлия Ғабитқызы", True),
            ("Ахметова Әлия Ғабитқызы", "АХМЕТОВА", False),
            ("Ахметова Әлия Ғабитқызы", "АХМЕТОВА АЛИЯ", False),
            ("Ахметова Әлия", "АХМЕТОВА ӘЛИЯ ҒАБИТҚЫЗЫ", False),
            ("Plato", "PLATO", True),
            ("Plato", "", False),
            ("Й. Ёж", "Й. Ёж", True),
        ],
    )
    def test_agreement(self, recorded: str, certified: str, agree: bool) -> None:  # noqa: FBT001
        assert names_agree(recorded, certified) is agree


class TestDevelopmentKeys:
    def test_made_once_and_reused(self, tmp_path: Path) -> None:
        people = (fictitious.EXPERT, fictitious.REVIEWER)
        first = development_keys(tmp_path / "keys", people, now=NOW)
        again = development_keys(tmp_path / "keys", people, now=NOW + timedelta(days=30))
        assert first.root == again.root == (tmp_path / "keys" / ROOT_FILE).read_bytes()
        for person in people:
            assert first.key_of(person.number).certificate_sha256 == again.key_of(person.number).certificate_sha256

    def test_say_what_they_are_worth(self, tmp_path: Path) -> None:
        keys = development_keys(tmp_path, [fictitious.EXPERT], now=NOW)
        key = keys.key_of("E-07")
        assert key.demonstration
        assert key.holder == fictitious.EXPERT.name
        assert b"DEMO - NOT EVIDENCE" in x509.load_pem_x509_certificate(keys.root).subject.public_bytes()

    def test_folder_and_files_are_private(self, tmp_path: Path) -> None:
        folder = tmp_path / "keys"
        folder.mkdir(mode=0o755)
        development_keys(folder, [fictitious.EXPERT], now=NOW)
        assert folder.stat().st_mode & 0o777 == 0o700
        assert {path.stat().st_mode & 0o777 for path in folder.iterdir()} == {0o600}
        assert sorted(path.name for path in folder.iterdir()) == [
            "development-root.p12",
            "development-root.pem",
            "person-E-07.p12",
        ]

    def test_a_new_name_gets_a_new_certificate(self, tmp_path: Path) -> None:
        old = development_keys(tmp_path, [fictitious.EXPERT], now=NOW).key_of("E-07")
        renamed = Person(number="E-07", name="Another Name", post="expert")
        new = development_keys(tmp_path, [renamed], now=NOW).key_of("E-07")
        assert (old.holder, new.holder) == (fictitious.EXPERT.name, "Another Name")

    def test_an_expired_certificate_is_replaced_by_one_of_the_same_root(self, tmp_path: Path) -> None:
        first = development_keys(tmp_path, [fictitious.EXPERT], now=NOW)
        later = development_keys(tmp_path, [fictitious.EXPERT], now=NOW + timedelta(days=800))
        assert first.root == later.root
        assert later.key_of("E-07").valid_until > NOW + timedelta(days=800)

    def test_a_damaged_key_is_replaced(self, tmp_path: Path) -> None:
        development_keys(tmp_path, [fictitious.EXPERT], now=NOW)
        (tmp_path / "person-E-07.p12").write_bytes(b"damaged")
        assert development_keys(tmp_path, [fictitious.EXPERT], now=NOW).key_of("E-07").holder == fictitious.EXPERT.name

    @pytest.mark.parametrize("number", ["../evil", "", "a/b", ".hidden", "x" * 65])
    def test_a_number_that_cannot_name_a_file(self, number: str, tmp_path: Path) -> None:
        with pytest.raises(SigningError, match="cannot name a key file"):
            development_keys(tmp_path, [Person(number=number, name="N", post="p")], now=NOW)

    def test_a_name_that_cannot_stand_in_a_certificate(self, tmp_path: Path) -> None:
        with pytest.raises(SigningError, match="cannot stand in a certificate"):
            development_keys(tmp_path, [Person(number="1", name="N" * 65, post="p")], now=NOW)

    def test_a_folder_that_cannot_be_made(self, tmp_path: Path) -> None:
        (tmp_path / "file").write_text("")
        with pytest.raises(SigningError, match="file"):
            development_keys(tmp_path / "file" / "keys", [fictitious.EXPERT], now=NOW)

    def test_somebody_else(self, tmp_path: Path) -> None:
        with pytest.raises(SigningError, match="no development key was made for E-99"):
            development_keys(tmp_path, [fictitious.EXPERT], now=datetime(2026, 1, 1, tzinfo=UTC)).key_of("E-99")
