"""The table of balances that answer on a line."""

import pytest

from lims.balance_settings import read_balances
from lims.errors import SettingsError
from lims.settings import load_settings


def test_lines_are_read_by_the_number_of_the_balance(tmp_path):
    home = tmp_path / "home"
    home.mkdir()
    (home / "aigaq.toml").write_text('[balances]\nBAL-1 = "tcp://127.0.0.1:4001"\n"BAL 2" = "serial:///dev/ttyS0"\n')
    found = load_settings({}, home=home).balances
    assert found == {"BAL-1": "tcp://127.0.0.1:4001", "BAL 2": "serial:///dev/ttyS0"}


def test_without_the_table_no_balance_has_a_line(tmp_path):
    assert load_settings({}, home=tmp_path / "home").balances == {}


@pytest.mark.parametrize("table", ["tcp://127.0.0.1:4001", ["BAL-1"], {"BAL-1": 4001}, {"BAL-1": "http://a"}])
def test_what_names_no_line_is_refused_with_its_place(table):
    with pytest.raises(SettingsError, match="balances"):
        read_balances(table)
