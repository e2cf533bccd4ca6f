from datetime import UTC, datetime, timedelta

import pytest

from lims.bootstrap import open_laboratory
from lims.errors import EnrolmentNeededError
from lims.settings import load_settings
from lims.system_clock import SystemClock
from tests.builders.clocks import MORNING, SetClock
from tests.builders.laboratories import ADMIN, EXPERT, PASSWORD, TECHNICIAN


def test_the_settings_alone_make_a_laboratory(tmp_path):
    settings = load_settings({"AIGAQ_LABORATORY": "Laboratory of the tests"}, home=tmp_path / "home")
    laboratory = open_laboratory(settings, clock=SetClock())
    laboratory.staffing.register(ADMIN, password=PASSWORD, actor=None)
    laboratory.staffing.register(TECHNICIAN, password=PASSWORD, actor=ADMIN)
    with pytest.raises(EnrolmentNeededError):  # the password is right
        laboratory.authentication.check("admin", PASSWORD)
    assert laboratory.staffing.get("admin").roles == ADMIN.roles
    assert laboratory.settings is settings
    assert laboratory.clock.now() == MORNING
    assert not laboratory.desk.evidence
    assert laboratory.auditing.verify().chain.entries == 4  # two people and their passwords
    assert laboratory.accessioning.laboratory == "Laboratory of the tests"
    signer = {"ledger-key.pem", "ledger-key.pub", "ledger-origin", "ledger-signer.json", "ledger-signer.lock"}
    assert {path.name for path in settings.home.iterdir()} == {"aigaq.sqlite", "raw", "second-factor.key", *signer}


def test_a_laboratory_opens_again_as_it_was_left(tmp_path):
    settings = load_settings({}, home=tmp_path / "home")
    open_laboratory(settings).staffing.register(ADMIN, password=PASSWORD, actor=None)
    again = open_laboratory(settings)
    again.staffing.register(EXPERT, password=PASSWORD, actor=ADMIN)
    assert again.staffing.get("expert-a").proposal.roles == EXPERT.roles
    assert again.auditing.verify().intact


def test_the_clock_of_the_computer_is_aware():
    now = SystemClock().now()
    assert now.tzinfo is UTC
    assert abs(now - datetime.now(UTC)) < timedelta(seconds=10)
