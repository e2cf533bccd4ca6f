import os
import stat
from dataclasses import replace
from pathlib import Path

import pytest

from lims.errors import SettingsError
from lims.settings import KeySetting, TokenSetting, laboratory_exists, load_settings
from spectra.formats.read_limits import LIBRARY_LIMITS, RUN_LIMITS

FILE = """
database_url = "postgresql://db/aigaq"
raw_store_url = "file:///data/raw"
language = "kk"
laboratory = "Сот сараптамалары орталығы"
"""


@pytest.fixture
def home(tmp_path):
    return tmp_path / "home"


def with_file(home, text):
    home.mkdir(parents=True, exist_ok=True)
    (home / "aigaq.toml").write_bytes(text if isinstance(text, bytes) else text.encode("utf-8"))
    return home


def test_without_any_setting_everything_has_a_default(home):
    settings = load_settings({}, home=home)
    assert settings.home == home
    assert settings.database_url == f"sqlite:///{home}/aigaq.sqlite"
    assert settings.raw_store_url == f"file://{home}/raw"
    assert (settings.language, settings.laboratory) == ("en", "Laboratory without a configured name")
    assert (settings.keys, settings.trust_roots) == ({}, None)
    assert settings.development_keys


def test_the_file_stands_over_the_default(home):
    settings = load_settings({}, home=with_file(home, FILE))
    assert (settings.database_url, settings.raw_store_url) == ("postgresql://db/aigaq", "file:///data/raw")
    assert (settings.language, settings.laboratory) == ("kk", "Сот сараптамалары орталығы")


def test_the_environment_stands_over_the_file(home):
    environment = {
        "AIGAQ_DATABASE_URL": "sqlite:////x",
        "AIGAQ_RAW_STORE_URL": "file:///y",
        "AIGAQ_LANGUAGE": "ru",
        "AIGAQ_LABORATORY": "Z",
        "AIGAQ_TRUST_ROOTS": "roots.pem",
    }
    settings = load_settings(environment, home=with_file(home, FILE))
    assert (settings.database_url, settings.raw_store_url) == ("sqlite:////x", "file:///y")
    assert (settings.language, settings.laboratory) == ("ru", "Z")
    assert settings.trust_roots == home / "roots.pem"


def test_an_empty_variable_sets_nothing(home):
    assert load_settings({"AIGAQ_LANGUAGE": ""}, home=with_file(home, FILE)).language == "kk"


def test_the_home_folder_comes_from_the_environment_unless_it_is_given(home, tmp_path):
    assert load_settings({"AIGAQ_HOME": str(home)}).home == home
    assert load_settings({"AIGAQ_HOME": str(home)}, home=tmp_path / "other").home == tmp_path / "other"


def test_without_a_home_folder_the_users_own_is_taken(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    monkeypatch.delenv("AIGAQ_HOME", raising=False)
    assert load_settings().home == tmp_path / "aigaq"


def test_a_home_folder_is_absolute(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    assert load_settings({}, home=Path("here")).home == tmp_path / "here"
    monkeypatch.setenv("HOME", str(tmp_path))
    assert load_settings({"AIGAQ_HOME": "~/there"}).home == tmp_path / "there"


@pytest.mark.parametrize("umask", [0, 0o022, 0o077])
def test_a_new_home_folder_is_for_its_owner_alone(home, umask):
    before = os.umask(umask)
    try:
        load_settings({}, home=home)
    finally:
        os.umask(before)
    assert stat.S_IMODE(home.stat().st_mode) == 0o700


def test_a_home_folder_that_cannot_be_made_is_told(tmp_path):
    (tmp_path / "file").touch()
    for home in (tmp_path / "file", tmp_path / "file" / "below"):
        with pytest.raises(SettingsError, match=f"home folder {home}: "):
            load_settings({}, home=home)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            'langauge = "ru"',
            "unknown setting 'langauge'; known are address, balances, custody, database_url, importing, keys, labels",
        ),
        ("[section]\nx = 1", "unknown setting 'section'"),
        ('language = "de"', "language is 'de'; known are kk, ru, en"),
        ("language = 1", "language is 1; expected text"),
        ('laboratory = "  "', "laboratory is '  '; expected text"),
        ("database_url = ['x']", r"database_url is \['x'\]; expected text"),
        ("trust_roots = 5", "trust_roots is 5; expected text"),
        ("trust_roots = true", "trust_roots is True; expected text"),
        ('trust_roots = ""', "trust_roots is ''; expected text"),
        ("language = ", "aigaq.toml: Invalid value"),
        (b'laboratory = "\xff"', "aigaq.toml: 'utf-8' codec can't decode"),
        ('language = "ru"\nlanguage = "kk"', "aigaq.toml: Cannot overwrite a value"),
        ("keys = 1", "keys is no table"),
        ("[keys]\nexpert-a = 1", "keys.expert-a: expected the paths pkcs12 and passphrase_file, or"),
        ('[keys.expert-a]\npkcs12 = "a.p12"', "keys.expert-a: expected the paths pkcs12 and passphrase_file"),
        ('[keys.expert-a]\npkcs12 = "a"\npassphrase_file = "b"\npin = "c"', "keys.expert-a: expected the paths pkcs12"),
        ('[keys.expert-a]\npkcs12 = "a"\npassphrase_file = 7', "keys.expert-a: expected the paths pkcs12"),
        ('[keys.expert-a]\npkcs12 = "a"\npassphrase_file = "b"', "keys are configured without trust_roots"),
        ('[keys.expert-a]\npkcs11 = "a.so"\ntoken = "b"\nkey = "c"', "with the labels token, key and certificate"),
        ('[keys.a]\npkcs11 = "a"\ntoken = "b"\nkey = ""\ncertificate = "d"', "with the labels token, key and"),
        ('[keys.a]\npkcs11 = "a"\ntoken = "b"\nkey = "c"\ncertificate = "d"\npin = "1"', "keys.a: expected the paths"),
        ('release_by_reviewer = "yes"', "release_by_reviewer is 'yes'; expected true or false"),
    ],
)
def test_a_setting_that_cannot_be_used_is_told_by_name(home, text, message):
    with pytest.raises(SettingsError, match=message):
        load_settings({}, home=with_file(home, text))


@pytest.mark.parametrize(
    ("variable", "value"), [("AIGAQ_LANGUAGE", "de"), ("AIGAQ_LABORATORY", "  "), ("AIGAQ_LANGUAGE", "RU")]
)
def test_a_variable_that_cannot_be_used_is_told(home, variable, value):
    with pytest.raises(SettingsError, match=variable.removeprefix("AIGAQ_").lower()):
        load_settings({variable: value}, home=home)


def test_a_settings_file_that_is_a_folder_is_told(home):
    (home / "aigaq.toml").mkdir(parents=True)
    with pytest.raises(SettingsError, match="Is a directory"):
        load_settings({}, home=home)


def test_keys_lie_beside_the_settings_unless_their_path_is_absolute(home):
    text = """
        trust_roots = "roots.pem"
        [keys.expert-a]
        pkcs12 = "keys/a.p12"
        passphrase_file = "/run/secrets/a"
    """
    settings = load_settings({}, home=with_file(home, text))
    assert settings.keys == {
        "expert-a": KeySetting(pkcs12=home / "keys" / "a.p12", passphrase_file=Path("/run/secrets/a"))
    }
    assert settings.trust_roots == home / "roots.pem"
    assert not settings.development_keys


def test_a_laboratory_exists_where_one_was_made(home):
    assert not laboratory_exists({}, home=home)
    assert not home.exists()
    load_settings({}, home=home)
    assert not laboratory_exists({"AIGAQ_HOME": str(home)})
    assert laboratory_exists({"AIGAQ_DATABASE_URL": "postgresql://db/aigaq"}, home=home)
    (home / "aigaq.sqlite").touch()
    assert laboratory_exists({"AIGAQ_HOME": str(home)})
    assert laboratory_exists({}, home=with_file(home, FILE))


def test_limits_of_reading_are_settings(home):
    text = "[reading.runs]\ncpu_s = 20\nmemory_mb = 1024\n[reading.libraries]\nwall_s = 600\n"
    settings = load_settings({}, home=with_file(home, text))
    assert settings.run_limits == replace(RUN_LIMITS, cpu_s=20, memory_mb=1024)
    assert settings.library_limits == replace(LIBRARY_LIMITS, wall_s=600)
    without = load_settings({}, home=with_file(home, ""))
    assert (without.run_limits, without.library_limits) == (RUN_LIMITS, LIBRARY_LIMITS)


@pytest.mark.parametrize(
    ("text", "match"),
    [
        ("reading = 3", "and nothing else"),
        ("[reading.spectra]\ncpu_s = 1", "and nothing else"),
        ("[reading]\nruns = 3", "reading.runs: expected whole numbers under answer_mb, cpu_s, memory_mb"),
        ("[reading.runs]\ncpu = 1", "reading.runs: expected"),
        ("[reading.runs]\ncpu_s = 1.5", "reading.runs: expected"),
        ("[reading.runs]\ncpu_s = true", "reading.runs: expected"),
        ("[reading.libraries]\nmemory_mb = 0", "reading.libraries: memory_mb is 0; expected a number above 0"),
    ],
)
def test_a_limit_that_is_none_is_refused(home, text, match):
    with pytest.raises(SettingsError, match=match):
        load_settings({}, home=with_file(home, text))


def test_a_key_may_lie_on_a_token(home):
    text = (
        'trust_roots = "roots.pem"\nrelease_by_reviewer = true\n'
        '[keys.expert-a]\npkcs11 = "/usr/lib/token.so"\ntoken = "Expert A"\nkey = "signing"\ncertificate = "signing"\n'
    )
    settings = load_settings({}, home=with_file(home, text))
    assert settings.keys == {
        "expert-a": TokenSetting(
            pkcs11=Path("/usr/lib/token.so"),
            token="Expert A",  # noqa: S106 - a label
            key="signing",
            certificate="signing",
        )
    }
    assert settings.release_by_reviewer
    assert not settings.development_keys
    assert not load_settings({}, home=home.parent / "other").release_by_reviewer


def test_the_signer_of_checkpoints_may_be_another_program(home):
    text = '[ledger]\norigin = "lab.example/2026"\nsigner = ["sudo", "sign"]\npublic_key = "x.pub"\ntimeout_s = 5\n'
    setting = load_settings({}, home=with_file(home, text)).ledger
    assert (setting.origin, setting.signer, setting.timeout_s) == ("lab.example/2026", ("sudo", "sign"), 5)
    assert setting.public_key == home / "x.pub"
    assert load_settings({}, home=home.parent / "other").ledger.signer == ()


@pytest.mark.parametrize(
    ("text", "match"),
    [
        ("ledger = 3", "ledger is a table"),
        ("[ledger]\nsize = 3", "ledger is a table"),
        ("[ledger]\norigin = 3", "expected texts"),
        ('[ledger]\norigin = "two words"', "without spaces and plus signs"),
        ('[ledger]\norigin = "a+b"', "without spaces and plus signs"),
        ("[ledger]\npublic_key = 3", "expected texts"),
        ('[ledger]\nsigner = "sudo"', "expected a list of texts"),
        ('[ledger]\nsigner = [""]', "expected a list of texts"),
        ("[ledger]\ntimeout_s = 0", "expected a whole number of seconds"),
        ("[ledger]\ntimeout_s = true", "expected a whole number of seconds"),
    ],
)
def test_a_signer_that_is_none_is_refused(home, text, match):
    with pytest.raises(SettingsError, match=match):
        load_settings({}, home=with_file(home, text))
