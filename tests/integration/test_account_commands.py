"""Accounts from the console: enrolling, codes at every act, the password, a lost device, sessions."""

import dataclasses
import json
import re
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from lims.cli import REFUSED
from lims.cli.application import app
from lims.domain.staff import Role, StaffMember
from lims.errors import LimsError
from lims.settings import load_settings
from tests.builders.devices import Device, enrol, typed_at_console
from tests.builders.laboratories import ADMIN, PASSWORD, PEOPLE
from tests.builders.people import hire
from tests.builders.websites import quick_laboratory

AIGAQ = Path(sys.executable).with_name("aigaq")


@dataclasses.dataclass
class Done:
    returncode: int
    stdout: str
    stderr: str


@pytest.fixture
def laboratory(tmp_path):
    laboratory = quick_laboratory(load_settings({}, home=tmp_path / "home"))
    hire(laboratory, PEOPLE, password=PASSWORD)
    return laboratory


def aigaq(laboratory, *arguments, typed):
    """Run a command in this process, which is quicker; a refusal is what ``main`` makes of it."""
    lines = "".join(f"{line}\n" for line in typed)
    result = CliRunner().invoke(app, [*arguments, "--home", str(laboratory.settings.home)], input=lines)
    refusal = result.exception
    if isinstance(refusal, LimsError):
        return Done(REFUSED, result.stdout, f"{result.stderr}{refusal}. {refusal.advice()}")
    assert refusal is None or isinstance(refusal, SystemExit), refusal
    return Done(result.exit_code, result.stdout, result.stderr)


def acting(laboratory, number):
    """Give the lines that a person types who needs a device; it is enrolled first."""
    enrol(laboratory.authentication, number)
    return typed_at_console(laboratory.settings.home, number, PASSWORD).splitlines()


def test_a_device_is_enrolled_at_the_console_and_its_codes_are_asked_from_then_on(laboratory):
    command = [AIGAQ, "staff", "enrol", "expert-a", "--home", laboratory.settings.home]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, bufsize=1
    ) as process:
        process.stdin.write(f"{PASSWORD}\n")
        process.stdin.flush()
        lines = []
        while "otpauth://" not in "".join(lines):
            lines.append(process.stdout.readline())
        device = Device.learn(re.search(r"secret=([A-Z2-7]+)", lines[-1])[1])
        process.stdin.write(f"{device.code(datetime.now(UTC))}\n")
        process.stdin.close()
        assert "second factor of expert-a enrolled" in process.stdout.read()
        assert process.wait(60) == 0
    assert "█" in "".join(lines)  # the picture
    listed = aigaq(
        laboratory, "staff", "sessions", "expert-a", "--json", typed=(PASSWORD, device.code(datetime.now(UTC)))
    )
    assert json.loads(listed.stdout) == {"person": "expert-a", "sessions": []}
    again = aigaq(laboratory, "staff", "sessions", "expert-a", typed=(PASSWORD, "000000"))
    assert again.returncode == 2
    assert "the password or the code is not that of expert-a" in again.stderr


def test_a_signing_person_acts_only_after_enrolling(laboratory):
    refused = aigaq(laboratory, "staff", "sessions", "expert-a", typed=(PASSWORD,))
    assert refused.returncode == 2
    assert "aigaq staff enrol" in refused.stderr


def test_sessions_are_listed_and_ended(laboratory):
    opened = laboratory.signing_in.by_password("technician", PASSWORD, address="")
    listed = aigaq(laboratory, "staff", "sessions", "technician", typed=(PASSWORD,))
    assert "1 open sessions of technician" in listed.stdout
    assert opened.token not in listed.stdout
    assert laboratory.sessions.signed_in(opened.token)
    ended = aigaq(
        laboratory, "staff", "sessions", "technician", "--revoke", "--by", "admin", typed=acting(laboratory, "admin")
    )
    assert ended.stdout.endswith("1 sessions of technician ended\n")
    assert laboratory.sessions.signed_in(opened.token) is None


def test_a_password_is_changed(laboratory):
    new = "another long enough password"
    changed = aigaq(laboratory, "staff", "password", "technician", typed=(PASSWORD, new, new))
    assert changed.returncode == 0, changed.stderr
    assert laboratory.authentication.check("technician", new)


def test_two_people_take_a_lost_device_away(laboratory):
    enrol(laboratory.authentication, "expert-a")
    asked = aigaq(
        laboratory, "staff", "reset-second-factor", "expert-a", "--by", "admin", typed=acting(laboratory, "admin")
    )
    assert "quality manager or head decides" in asked.stdout
    assert laboratory.authentication.account("expert-a").second_factor
    decided = aigaq(
        laboratory, "staff", "reset-second-factor", "expert-a", "--by", "quality", typed=acting(laboratory, "quality")
    )
    assert "asked by admin, decided by quality" in decided.stdout
    assert not laboratory.authentication.account("expert-a").second_factor


def test_a_first_password_is_changed_by_its_person_before_anything_else(laboratory):
    first, own = "the first one of a newcomer", "an own long enough password"
    new = StaffMember(number="new", name="New", post="p", roles=(Role.TECHNICIAN,))
    laboratory.staffing.register(new, password=first, actor=ADMIN)
    refused = aigaq(laboratory, "staff", "sessions", "new", typed=(first, "short", "short"))
    assert (refused.returncode, "5 characters" in refused.stderr) == (2, True)
    chosen = aigaq(laboratory, "staff", "sessions", "new", typed=(first, own, own))
    assert "the password of new was set by admin: choose an own one" in chosen.stderr
    assert chosen.stdout.endswith("0 open sessions of new\n")
    again = aigaq(laboratory, "staff", "sessions", "new", typed=(own,))
    assert (again.returncode, again.stderr.count("New password")) == (0, 0)


def test_a_forgotten_password_is_given_anew_and_the_device_waits_for_an_own_one(laboratory):
    first, own = "the first one after all", "an own long enough password"
    typed = (*acting(laboratory, "admin"), first, first)
    given = aigaq(laboratory, "staff", "give-password", "expert-a", "--by", "admin", typed=typed)
    assert "chooses another at the next sign-in" in given.stdout
    refused = aigaq(laboratory, "staff", "sessions", "expert-a", typed=(first, own, own))
    assert (refused.returncode, "aigaq staff enrol" in refused.stderr) == (2, True)
    assert not laboratory.authentication.account("expert-a").password_is_anothers
