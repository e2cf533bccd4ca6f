"""The settings of a new laboratory: every switch that keeps from harm is on, and nothing is overwritten."""

import pytest

from lims.bootstrap import open_laboratory
from lims.errors import SettingsError
from lims.settings import SETTINGS_FILE, load_settings
from lims.settings_template import safe_settings, unsafe_switches, write_safe_settings
from tests.builders.plain_homes import plain_settings


def test_cc_6_kz_1_both_gates_are_on_in_a_new_laboratory(tmp_path):
    write_safe_settings(tmp_path / "home", laboratory='Lab "A"\\B', address="Көше 1\nҚала")
    settings = load_settings({}, home=tmp_path / "home")
    assert (settings.laboratory, settings.address) == ('Lab "A"\\B', "Көше 1\nҚала")
    assert (settings.custody.gate, settings.receiving.liability_warning) == ("on", True)
    assert list(unsafe_switches(settings)) == []
    rights = open_laboratory(settings).staffing.store._rights
    assert (rights.custody_gate, rights.liability_warning) == (True, True)


def test_what_is_off_is_said(tmp_path):
    found = [words.partition(" ")[0] for words in unsafe_switches(plain_settings(tmp_path))]
    assert found == ["custody.gate", "receiving.liability_warning", "address"]


def test_settings_that_are_there_are_not_touched(tmp_path):
    (tmp_path / SETTINGS_FILE).write_text('language = "kk"\n', "utf-8")
    with pytest.raises(SettingsError, match="is there already; nothing was written"):
        write_safe_settings(tmp_path, laboratory="L", address="A")
    assert (tmp_path / SETTINGS_FILE).read_text("utf-8") == 'language = "kk"\n'


def test_a_folder_that_cannot_be_made_is_named(tmp_path):
    (tmp_path / "file").write_text("", "utf-8")
    with pytest.raises(SettingsError, match="file"):
        write_safe_settings(tmp_path / "file", laboratory="L", address="A")


def test_an_empty_name_is_no_name(tmp_path):
    (tmp_path / SETTINGS_FILE).write_text(safe_settings(laboratory=" ", address="A"), "utf-8")
    with pytest.raises(SettingsError, match="laboratory is ' '"):
        load_settings({}, home=tmp_path)
