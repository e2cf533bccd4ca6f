"""The second factor: codes of six digits that a person's own device shows (RFC 6238)."""

import base64
import hmac
import secrets
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol
from urllib.parse import quote, urlencode

from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP

STEP_S = 30
"""How long a code is shown; RFC 6238, section 4.1."""
DIGITS = 6
SKEW_STEPS = 1
"""Clocks of devices differ: the code before and the one after are taken too; RFC 6238, section 5.2."""
_SECRET_BYTES = 20
"""160 bits; RFC 4226, section 4, R6."""


class SecretBox(Protocol):
    """Keeps secrets unreadable for those who see the database only."""

    def seal(self, plain: bytes, *, owner: str) -> str:
        """Encrypt a secret for one owner."""
        ...

    def open(self, sealed: str, *, owner: str) -> bytes:
        """Give a secret back.

        Raises
        ------
        SettingsError
            If it is another owner's, altered, or sealed under another key.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Enrolment:
    """What a person's device must learn, once."""

    secret: str = field(repr=False)
    """Base32, for typing."""
    uri: str = field(repr=False)
    """The same for a QR code: ``otpauth://``."""


def new_secret() -> bytes:
    """Make a secret."""
    return secrets.token_bytes(_SECRET_BYTES)


def enrolment_of(secret: bytes, *, number: str, laboratory: str) -> Enrolment:
    """Write a secret as devices read it.

    Source of the URI's form: the Key URI Format of Google Authenticator, which RFC 6238 devices share.
    """
    text = base64.b32encode(secret).decode().rstrip("=")
    facts = {"secret": text, "issuer": laboratory, "algorithm": "SHA1", "digits": DIGITS, "period": STEP_S}
    label = quote(f"{laboratory}:{number}", safe="")
    return Enrolment(secret=text, uri=f"otpauth://totp/{label}?{urlencode(facts, quote_via=quote)}")


def step_of(moment: datetime) -> int:
    """Give the number of the time step that a moment lies in."""
    return int(moment.timestamp()) // STEP_S


def code_of(secret: bytes, step: int, *, digits: int = DIGITS) -> str:
    """Give the code of a time step.

    Parameters
    ----------
    secret : bytes
        At least 16 bytes.
    step : int
        Counted from 1970; 0 or more.
    """
    return TOTP(secret, digits, SHA1(), STEP_S).generate(step * STEP_S).decode()  # noqa: S303 - HMAC-SHA-1 as in RFC 6238


def matching_step(secret: bytes, code: str, *, now: datetime) -> int | None:
    """Give the step that a code is of, if it is of the present one or one next to it."""
    typed = code.replace(" ", "").encode("utf-8", "replace")
    present = step_of(now)
    steps = range(max(present - SKEW_STEPS, 0), present + SKEW_STEPS + 1)
    matches = [step for step in steps if hmac.compare_digest(code_of(secret, step).encode(), typed)]
    return matches[-1] if matches else None
