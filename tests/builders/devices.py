"""A person's device: it learns the secret once and shows codes, as an authenticator application does."""

import base64
import sqlite3
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from lims.persistence.secret_box import open_secret_box
from lims.services.authentication import AuthenticationService
from lims.services.second_factor import SKEW_STEPS, code_of, step_of
from lims.settings import SECOND_FACTOR_KEY_FILE


@dataclass
class Device:
    """Shows a code that was not shown before: the first of the three that are taken now, else one of the future."""

    secret: bytes = field(repr=False)
    last_step: int = 0

    @classmethod
    def learn(cls, text: str) -> "Device":
        """Read the secret as it is typed."""
        return cls(base64.b32decode(text + "=" * (-len(text) % 8)))

    def code(self, now: datetime) -> str:
        self.last_step = max(self.last_step + 1, step_of(now) - SKEW_STEPS)
        return code_of(self.secret, self.last_step)


def enrol(authentication: AuthenticationService, number: str) -> Device:
    """Enrol a device through the service itself."""
    device = Device.learn(authentication.begin_enrolment(number).secret)
    assert authentication.finish_enrolment(number, device.code(authentication.clock.now()))
    return device


def typed_at_console(home: Path, number: str, password: str) -> str:
    """Give password and code as a person types them."""
    return f"{password}\n{code_of_now(home, number)}\n"


def code_of_now(home: Path, number: str, *, now: datetime | None = None) -> str:
    """Give the code of now of a device; the code before counts as used long ago, so that nobody waits.

    Parameters
    ----------
    now : datetime, optional
        What the laboratory's clock says, where that is not the computer's.
    """
    with closing(sqlite3.connect(home / "aigaq.sqlite")) as connection, connection:
        mine = "WHERE staff_number = ?"
        (sealed,) = connection.execute(f"SELECT sealed FROM second_factor {mine}", (number,)).fetchone()  # noqa: S608
        connection.execute(f"UPDATE second_factor SET last_step = 0 {mine}", (number,))  # noqa: S608
    secret = open_secret_box(home / SECOND_FACTOR_KEY_FILE).open(sealed, owner=number)
    return code_of(secret, step_of(now or datetime.now(UTC)))
