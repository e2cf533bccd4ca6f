"""Signing keys on tokens: the key stays there, and the PIN goes to one process that lives for one signature."""

import base64
import hashlib
import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from threading import Timer
from typing import Any

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from lims.errors import PinRefusedError, SigningError
from lims.reporting.keys import CertifiedKey, require_usable
from lims.reporting.token_process import KEY_MISSING, MODULE_FAULT, MODULE_MISSING, PIN_INCORRECT, PIN_LOCKED
from lims.reporting.token_process import TOKEN_MISSING as _TOKEN_MISSING
from lims.settings import TokenSetting

TOKEN_LIMIT_S = 60.0
"""How long a token may take for one signature; a card of 2005 needs two seconds for RSA-2048."""
_PROGRAM = Path(__file__).with_name("token_process.py")
_SHA256_INFO = bytes.fromhex("3031300d060960864801650304020105000420")
"""DER of a DigestInfo for SHA-256 up to the digest. Source: RFC 8017, section 9.2, note 1."""
_END_S = 5.0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TokenKey(CertifiedKey):
    """A key on an open token, for one signature."""

    token: str
    """The token's label."""
    process: "_TokenProcess" = field(repr=False)

    @property
    def token_name(self) -> str:
        """The token's label."""
        return self.token

    def sign(self, data: bytes) -> bytes:
        """Sign bytes with SHA-256: PKCS#1 v1.5 for RSA, DER for ECDSA. Only the digest goes to the token.

        Raises
        ------
        SigningError
            If the token does not sign, or what it gives is no signature by the key of the certificate.
        """
        digest = hashlib.sha256(data).digest()
        public = self.certificate.public_key()
        if isinstance(public, rsa.RSAPublicKey):
            signature = self.process.sign("RSA_PKCS", _SHA256_INFO + digest)
        else:
            signature = _der(self.process.sign("ECDSA", digest))
        try:
            if isinstance(public, rsa.RSAPublicKey):
                public.verify(signature, data, padding.PKCS1v15(), hashes.SHA256())
            elif isinstance(public, ec.EllipticCurvePublicKey):
                public.verify(signature, data, ec.ECDSA(hashes.SHA256()))
        except InvalidSignature as error:
            raise SigningError(
                f"token {self.token}: the key did not make a signature of the certificate of {self.holder}"
            ) from error
        return signature

    @property
    def signature_bytes(self) -> int:
        """How long a signature can become."""
        public = self.certificate.public_key()
        if isinstance(public, rsa.RSAPublicKey):
            return public.key_size // 8
        return 2 * (_key_bits(public) // 8 + 1) + 16  # two numbers with their DER heads


@contextmanager
def open_token(setting: TokenSetting, pin: str, *, now: datetime) -> Iterator[TokenKey]:
    """Open a person's token in a process of its own, for one signature.

    Parameters
    ----------
    setting : TokenSetting
        Module, token and labels.
    pin : str
        Passed over the process's standard input, and nowhere else.
    now : datetime
        Aware; the certificate must be valid at that moment.

    Yields
    ------
    TokenKey
        The PIN has opened the token.

    Raises
    ------
    PinRefusedError
        If the PIN is wrong, or the token does not take one any more.
    SigningError
        If the module, the token, the key or the certificate is missing, the certificate could sign nothing, or the
        token does not answer in time.
    """
    process = _TokenProcess.start(setting)
    try:
        found = process.opened(pin)
        yield _token_key(setting, process, found, now=now)
    finally:
        process.end()


@dataclass(slots=True)
class _TokenProcess:
    """The process and its time limit."""

    setting: TokenSetting
    process: "subprocess.Popen[bytes]"
    timer: Timer

    @classmethod
    def start(cls, setting: TokenSetting) -> "_TokenProcess":
        """Start it; from now on the time runs."""
        command = [sys.executable, "-I", "-B", "-X", "utf8", str(_PROGRAM)]
        process = subprocess.Popen(  # noqa: S603 - our own interpreter and file; what is asked goes over its input
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, start_new_session=True
        )
        timer = Timer(TOKEN_LIMIT_S, process.kill)
        timer.daemon = True
        timer.start()
        return cls(setting, process, timer)

    def opened(self, pin: str) -> list[tuple[str, bytes]]:
        """Open the token; give the certificates on it with their labels."""
        setting = self.setting
        question = {"module": str(setting.pkcs11), "token": setting.token, "key": setting.key, "pin": pin}
        return [(label, base64.b64decode(data)) for label, data in self._ask(question)["certificates"]]

    def sign(self, mechanism: str, data: bytes) -> bytes:
        """Let the key sign."""
        answer = self._ask({"mechanism": mechanism, "data": base64.b64encode(data).decode()})
        return base64.b64decode(answer["signature"])

    def end(self) -> None:
        """End the process, however it stands."""
        self.timer.cancel()
        self.process.kill()
        self.process.wait(timeout=_END_S)
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe is not None:
                pipe.close()

    def _ask(self, question: dict[str, str]) -> dict[str, Any]:
        stdin, stdout = self.process.stdin, self.process.stdout
        if stdin is None or stdout is None:
            raise SigningError("the process for the token has no pipes")
        try:
            stdin.write(json.dumps(question).encode() + b"\n")
            stdin.flush()
            line = stdout.readline()
        except (BrokenPipeError, ValueError):  # it ended by itself, or was ended
            line = b""
        if not line.endswith(b"\n"):
            raise SigningError(
                f"token {self.setting.token}: its module {self.setting.pkcs11} ended, or did not answer within "
                f"{TOKEN_LIMIT_S:g} s"
            )
        answer: dict[str, Any] = json.loads(line)
        if "error" in answer:
            raise _refusal(self.setting, str(answer["error"]), str(answer["text"]))
        return answer


def _refusal(setting: TokenSetting, kind: str, text: str) -> SigningError:
    """Say in our words what went wrong; the PIN is in none of them."""
    token = f"token {setting.token}"
    if kind == PIN_INCORRECT:
        return PinRefusedError(f"{token}: the PIN is wrong")
    if kind == PIN_LOCKED:
        return PinRefusedError(f"{token}: it takes no PIN any more ({text})")
    words = {
        _TOKEN_MISSING: f"{token}: it is not there, or another has the same label",
        KEY_MISSING: f"{token}: it holds no private key {setting.key}, or several",
        MODULE_MISSING: f"{token}: python-pkcs11 is not installed; install aigaq with the extra 'hsm'",
        MODULE_FAULT: f"{token}: the module {setting.pkcs11} cannot be used: {text}",
    }
    return SigningError(words.get(kind, f"{token}: it refused to sign: {text}"))


def _token_key(
    setting: TokenSetting, process: _TokenProcess, found: list[tuple[str, bytes]], *, now: datetime
) -> TokenKey:
    where = f"token {setting.token}"
    own = [data for label, data in found if label == setting.certificate]
    if len(own) != 1:
        raise SigningError(f"{where}: {len(own)} certificates {setting.certificate}; expected one")
    try:
        certificate = x509.load_der_x509_certificate(own[0])
        chain = tuple(x509.load_der_x509_certificate(data) for _, data in found if data != own[0])
    except ValueError as error:
        raise SigningError(f"{where}: a certificate on it cannot be read") from error
    key = TokenKey(certificate=certificate, chain=chain, token=setting.token, process=process)
    require_usable(key, where, now=now)
    return key


def _der(raw: bytes) -> bytes:
    """Write an ECDSA signature as the token gives it, two numbers of equal length, in DER."""
    half = len(raw) // 2
    return encode_dss_signature(int.from_bytes(raw[:half]), int.from_bytes(raw[half:]))


def _key_bits(public: object) -> int:
    return public.key_size if isinstance(public, ec.EllipticCurvePublicKey) else 0
