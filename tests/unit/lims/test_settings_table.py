"""The settings as people read them: each with its source, what a new start would change, and no secret."""

from pathlib import Path

import pytest

from lims.settings import SETTINGS_FILE, load_settings
from lims.settings_table import Source, settings_table

FILE = """
laboratory = "Laboratory of the file"
address = "1, Street"
[custody]
gate = "off"
[raw]
free_mb = 5
[reading.runs]
cpu_s = 77
[keys.expert-a]
pkcs12 = "a.p12"
passphrase_file = "a.txt"
[keys.expert-b]
pkcs11 = "/lib/token.so"
token = "T"
key = "K"
certificate = "C"
[ledger]
signer = ["/usr/bin/sign-here", "--pin", "98765"]
"""


@pytest.fixture
def home(tmp_path: Path) -> Path:
    folder = tmp_path / "home"
    folder.mkdir()
    text = FILE.replace("[custody]", f'trust_roots = "{tmp_path / "roots.pem"}"\n[custody]')
    (folder / SETTINGS_FILE).write_text(text)
    return folder


def lines(home: Path, **environment: str):
    settings = load_settings(environment, home=home)
    return {one.name: one for one in settings_table(settings, environment).lines}


def test_each_setting_says_where_it_comes_from(home: Path) -> None:
    found = lines(home, AIGAQ_ADDRESS="2, Road", AIGAQ_WEB_ORIGIN="https://lims.example.kz")
    assert (found["laboratory"].value, found["laboratory"].source) == ("Laboratory of the file", Source.FILE)
    assert (found["address"].value, found["address"].source) == ("2, Road", Source.ENVIRONMENT)
    assert (found["web.origin"].value, found["web.origin"].source) == ("https://lims.example.kz", Source.ENVIRONMENT)
    assert (found["custody.gate"].value, found["custody.gate"].source) == ("off", Source.FILE)
    assert (found["custody.hand_over_minutes"].value, found["custody.hand_over_minutes"].source) == (
        "15",
        Source.DEFAULT,
    )
    assert (found["raw.free_mb"].value, found["raw.free_mb"].source) == ("5", Source.FILE)
    assert (found["reading.runs.cpu_s"].value, found["reading.runs.cpu_s"].source) == ("77", Source.FILE)
    assert found["reading.libraries.cpu_s"].source is Source.DEFAULT
    assert all(one.after_restart is None for one in found.values())


def test_no_line_has_a_secret(home: Path) -> None:
    url = "postgresql://aigaq_app:hunter2hunter2@db.example.kz/lims?sslmode=verify-full&password=hunter3"
    found = lines(home, AIGAQ_DATABASE_URL=url)
    assert found["database_url"].value == "postgresql://…@db.example.kz/lims?sslmode=verify-full&password=…"
    assert (found["keys.expert-a"].value, found["keys.expert-b"].value) == ("PKCS #12", "PKCS #11")
    assert found["ledger.signer"].value == "/usr/bin/sign-here"
    assert not any(word in one.value for one in found.values() for word in ("hunter", "98765", "a.txt"))


def test_what_a_new_start_would_change_is_said(home: Path) -> None:
    settings = load_settings({}, home=home)
    path = home / SETTINGS_FILE
    path.write_text(path.read_text().replace('gate = "off"', 'gate = "on"'))
    table = settings_table(settings, {})
    changed = [one for one in table.lines if one.after_restart is not None]
    assert [(one.name, one.value, one.after_restart) for one in changed] == [("custody.gate", "off", "on")]
    assert (table.fault, table.file) == ("", str(path))


def test_a_file_that_a_new_start_would_refuse_is_said_before_it_is_tried(home: Path) -> None:
    settings = load_settings({}, home=home)
    (home / SETTINGS_FILE).write_text('castody = "on"')
    table = settings_table(settings, {})
    assert "unknown setting 'castody'" in table.fault
    assert table.lines
