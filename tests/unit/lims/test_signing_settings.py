"""How reports are signed is chosen in the settings; nothing there is guessed."""

import pytest

from lims.errors import SettingsError
from lims.settings import SETTINGS_FILE, load_settings
from lims.signing_settings import SignatureLevel, SigningSetting, read_signing


def test_a_basic_signature_is_what_needs_nothing(tmp_path):
    assert read_signing({}, tmp_path) == SigningSetting()
    assert load_settings({}, home=tmp_path / "home").signing.level is SignatureLevel.BASIC


def test_the_table_is_read_and_paths_are_below_the_home_folder(tmp_path):
    text = (
        '[signing]\nlevel = "B-LTA"\ntsa = "http://tsa.example/"\ntsa_roots = "t.pem"\nrevocation_lists = ["a.crl"]\n'
    )
    (tmp_path / SETTINGS_FILE).write_text(text + "check_revocation = true\ntimeout_s = 3\nclock_tolerance_s = 60\n")
    assert load_settings({}, home=tmp_path).signing == SigningSetting(
        level=SignatureLevel.ARCHIVE,
        tsa="http://tsa.example/",
        tsa_roots=tmp_path / "t.pem",
        revocation_lists=(tmp_path / "a.crl",),
        check_revocation=True,
        timeout_s=3,
        clock_tolerance_s=60,
    )


def test_each_level_holds_the_one_before_it():
    basic, time, long_term, archive = SignatureLevel
    assert [level.rank for level in SignatureLevel] == [0, 1, 2, 3]
    assert [level.stamped for level in SignatureLevel] == [False, True, True, True]
    assert [level.long_term for level in SignatureLevel] == [False, False, True, True]
    assert [level.of_one_signature for level in SignatureLevel] == [basic, time, long_term, long_term]
    assert archive.value == "PAdES B-LTA"


@pytest.mark.parametrize(
    ("table", "words"),
    [
        ([], "is a table"),
        ({"other": 1}, "is a table"),
        ({"level": "B-X"}, "level is 'B-X'; expected B-B, B-T, B-LT, B-LTA"),
        ({"level": 1}, "level is 1"),
        ({"level": "B-T"}, "B-T without tsa"),
        ({"tsa": "ftp://x"}, "tsa is 'ftp://x'"),
        ({"tsa": 1}, "tsa is 1"),
        ({"tsa_roots": 1}, "tsa_roots is 1"),
        ({"revocation_lists": "a.crl"}, "expected a list of paths"),
        ({"revocation_lists": [""]}, "expected a list of paths"),
        ({"check_revocation": "yes"}, "check_revocation is 'yes'"),
        ({"timeout_s": 0}, "timeout_s is 0"),
        ({"timeout_s": True}, "timeout_s is True"),
        ({"clock_tolerance_s": 1.5}, "clock_tolerance_s is 1.5"),
    ],
)
def test_what_cannot_be_used_is_refused(table, words, tmp_path):
    with pytest.raises(SettingsError, match=words):
        read_signing(table, tmp_path)
