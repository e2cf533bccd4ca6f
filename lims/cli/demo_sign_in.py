"""``aigaq demo-sign-in``: how a made-up person signs in to a demonstration now; nobody needs a device for it."""

import base64
import binascii
import json
from datetime import datetime
from pathlib import Path
from typing import Any

from lims.cli.output import print_json, say
from lims.demo.people import ACCOUNTS_FILE
from lims.errors import LimsError
from lims.services.second_factor import STEP_S, code_of, step_of
from lims.settings import load_settings
from lims.system_clock import SystemClock

_CODES = 2
"""The code of now and the next one, which is taken already: devices' clocks differ."""


class NoDemonstrationError(LimsError):
    """A folder has no accounts of a demonstration, or not that of this person."""

    def __init__(self, path: Path, number: str, known: tuple[str, ...]) -> None:
        """Keep what was asked for, and who is there."""
        super().__init__(f"{path} has no account {number}")
        self.path = path
        self.known = known

    def advice(self) -> str:
        """Name the accounts that are there."""
        if not self.known:
            return "Give with --home the folder that 'aigaq demo' printed; a laboratory of your own has no such file"
        return f"It has {', '.join(self.known)}"


def run_demo_sign_in(number: str, *, home: Path | None, as_json: bool) -> None:
    """Print the password of a made-up person and the codes that are taken now."""
    path = load_settings(home=home).home / ACCOUNTS_FILE
    accounts = _accounts(path)
    if number not in accounts:
        raise NoDemonstrationError(path, number, tuple(accounts))
    password, secret = accounts[number]["password"], accounts[number]["second_factor"]
    codes = _codes(secret, SystemClock().now()) if secret else ()
    if as_json:
        print_json({"number": number, "password": password, "codes": list(codes)})
        return
    say(f"user name  {number}")
    say(f"password   {password}")
    say(f"code       {', then '.join(codes)}" if codes else "code       none is asked")
    if codes:
        say(f"Each code is taken once; after {STEP_S} s run this again for the next.")


def _accounts(path: Path) -> dict[str, Any]:
    if not path.is_file():
        return {}
    try:
        accounts: dict[str, Any] = json.loads(path.read_text("utf-8"))
    except ValueError as error:
        raise LimsError(f"{path} cannot be read: expected the accounts that 'aigaq demo' writes") from error
    return accounts


def _codes(secret: str, now: datetime) -> tuple[str, ...]:
    try:
        key = base64.b32decode(secret)
    except binascii.Error as error:
        raise LimsError(f"the key of the device is no base 32, as 'aigaq demo' writes it: {error}") from error
    return tuple(code_of(key, step_of(now) + place) for place in range(_CODES))
