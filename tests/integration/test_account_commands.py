"""Accounts from the console: enrolling, codes at every act, the password, a lost device, sessions."""

import json
import re
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from lims.bootstrap import open_laboratory
from lims.settings import load_settings
from tests.builders.devices import Device, enrol
from tests.builders.laboratories import PASSWORD, PEOPLE
from tests.builders.people import hire

AIGAQ = Path(sys.executable).with_name("aigaq")


@pytest.fixture
def laboratory(tmp_path):
    laboratory = open_laboratory(load_settings({}, home=tmp_path / "home"))
    hire(laboratory, PEOPLE, password=PASSWORD)
    return laboratory


def aigaq(laboratory, *arguments, typed):
    command = [AIGAQ, *arguments, "--home", laboratory.settings.home]
    return subprocess.run(
        command, input="".join(f"{line}\n" for line in typed), capture_output=True, text=True, timeout=120, check=False
    )


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
    ended = aigaq(laboratory, "staff", "sessions", "technician", "--revoke", "--by", "admin", typed=(PASSWORD,))
    assert ended.stdout == "1 sessions of technician ended\n"
    assert laboratory.sessions.signed_in(opened.token) is None


def test_a_password_is_changed(laboratory):
    new = "another long enough password"
    changed = aigaq(laboratory, "staff", "password", "technician", typed=(PASSWORD, new, new))
    assert changed.returncode == 0, changed.stderr
    assert laboratory.authentication.check("technician", new)


def test_two_people_take_a_lost_device_away(laboratory):
    enrol(laboratory.authentication, "expert-a")
    asked = aigaq(laboratory, "staff", "reset-second-factor", "expert-a", "--by", "admin", typed=(PASSWORD,))
    assert "a quality manager decides" in asked.stdout
    assert laboratory.authentication.account("expert-a").second_factor
    decided = aigaq(laboratory, "staff", "reset-second-factor", "expert-a", "--by", "quality", typed=(PASSWORD,))
    assert "asked by admin, decided by quality" in decided.stdout
    assert not laboratory.authentication.account("expert-a").second_factor
