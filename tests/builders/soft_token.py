"""Tokens of SoftHSM2 with keys made on them, and a certificate authority of the tests' own.

The tokens are opened by processes of their own, as the program does it: in a process with an open session a wrong PIN
would not be noticed.
"""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, load_der_public_key
from cryptography.x509.oid import NameOID

from lims.settings import TokenSetting

UTIL = shutil.which("softhsm2-util")
MODULES = ("/usr/lib/softhsm/libsofthsm2.so", "/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so")
MODULE = next((Path(path) for path in MODULES if Path(path).exists()), None)
_MAKE_KEY = """
import json, sys, pkcs11
from pkcs11 import Attribute, KeyType
from pkcs11.util.ec import encode_ec_public_key, encode_named_curve_parameters
from pkcs11.util.rsa import encode_rsa_public_key
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_der_public_key
asked = json.load(sys.stdin)
token = pkcs11.lib(asked["module"]).get_token(token_label=asked["token"])
with token.open(user_pin=asked["pin"], rw=True) as session:
    private = {Attribute.ALWAYS_AUTHENTICATE: asked["careful"] == "yes"}
    if asked["kind"] == "rsa":
        public, _ = session.generate_keypair(
            KeyType.RSA, 2048, store=True, label=asked["label"], private_template=private
        )
        der = encode_rsa_public_key(public)
    else:
        curve = {Attribute.EC_PARAMS: encode_named_curve_parameters("secp256r1")}
        public, _ = session.create_domain_parameters(KeyType.EC, curve, local=True).generate_keypair(
            store=True, label=asked["label"]
        )
        der = encode_ec_public_key(public)
    sys.stdout.write(der.hex())
"""
_KEEP_CERTIFICATE = """
import json, sys, pkcs11
from pkcs11.util.x509 import decode_x509_certificate
from pkcs11 import Attribute
asked = json.load(sys.stdin)
token = pkcs11.lib(asked["module"]).get_token(token_label=asked["token"])
with token.open(user_pin=asked["pin"], rw=True) as session:
    facts = decode_x509_certificate(bytes.fromhex(asked["certificate"]))
    session.create_object({**facts, Attribute.TOKEN: True, Attribute.LABEL: asked["label"], Attribute.ID: b"1"})
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Authority:
    """Issues certificates."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey = field(repr=False)

    @classmethod
    def founded(cls, *, now: datetime) -> "Authority":
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Authority of the tests")])
        certificate = (
            _builder(name, name, key.public_key(), begin=now - timedelta(days=1), days=3650)
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .add_extension(_usage("key_cert_sign", "crl_sign"), critical=True)
            .sign(key, hashes.SHA256())
        )
        return cls(certificate=certificate, key=key)

    @property
    def pem(self) -> bytes:
        return self.certificate.public_bytes(Encoding.PEM)

    def issue(
        self, holder: str, public: bytes, *, begin: datetime, days: int = 365, usage: str = "digital_signature"
    ) -> bytes:
        """Give a certificate in DER for a public key in DER."""
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, holder)])
        key = load_der_public_key(public)
        builder = _builder(name, self.certificate.subject, key, begin=begin, days=days)
        certificate = builder.add_extension(_usage(usage), critical=True).sign(self.key, hashes.SHA256())
        return certificate.public_bytes(Encoding.DER)


@dataclass(frozen=True, slots=True, kw_only=True)
class SoftToken:
    """One token in a folder that ``SOFTHSM2_CONF`` names."""

    label: str
    pin: str

    @classmethod
    def initialised(cls, label: str, *, pin: str) -> "SoftToken":
        _run([UTIL, "--init-token", "--free", "--label", label, "--pin", pin, "--so-pin", "0" * 8])
        return cls(label=label, pin=pin)

    def make_key(self, label: str, *, kind: str = "rsa", careful: bool = False) -> bytes:
        """Make a key pair on the token (careful: asks for the PIN at every signature); give the public half in DER."""
        return bytes.fromhex(self._ask(_MAKE_KEY, label=label, kind=kind, careful="yes" if careful else "no"))

    def keep_certificate(self, label: str, certificate: bytes) -> None:
        self._ask(_KEEP_CERTIFICATE, label=label, certificate=certificate.hex())

    def setting(self, *, key: str = "signing", certificate: str = "signing") -> TokenSetting:
        assert MODULE is not None
        return TokenSetting(pkcs11=MODULE, token=self.label, key=key, certificate=certificate)

    def _ask(self, program: str, **facts: str) -> str:
        question = json.dumps({"module": str(MODULE), "token": self.label, "pin": self.pin, **facts})
        return _run([sys.executable, "-I", "-c", program], said=question)


def configure(folder: Path) -> Path:
    """Write a configuration whose tokens lie in a folder of the test; give the file for ``SOFTHSM2_CONF``."""
    tokens = folder / "tokens"
    tokens.mkdir()
    file = folder / "softhsm2.conf"
    file.write_text(f"directories.tokendir = {tokens}\nobjectstore.backend = file\nlog.level = ERROR\n")
    return file


def _run(command: Sequence[str | None], *, said: str = "") -> str:
    parts = [part for part in command if part is not None]
    done = subprocess.run(parts, input=said, capture_output=True, text=True, check=False, env=dict(os.environ))
    assert done.returncode == 0, done.stderr
    return done.stdout


def _builder(subject: x509.Name, issuer: x509.Name, public: object, *, begin: datetime, days: int):
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(begin)
        .not_valid_after(begin + timedelta(days=days))
    )


def _usage(*allowed: str) -> x509.KeyUsage:
    names = (
        *("digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement"),
        *("key_cert_sign", "crl_sign", "encipher_only", "decipher_only"),
    )
    return x509.KeyUsage(**{name: name in allowed for name in names})
