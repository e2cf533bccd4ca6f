from datetime import date

import pytest

from lims.bootstrap import open_laboratory
from lims.errors import SettingsError
from lims.receiving_settings import ReceivingSetting, read_receiving
from lims.settings import load_settings


def test_nothing_is_assumed():
    setting = read_receiving({})
    assert setting == ReceivingSetting()
    assert (setting.liability_warning, dict(setting.term_days), setting.counting) == (True, {}, "")


def test_a_laboratory_takes_what_the_file_says(tmp_path):
    (tmp_path / "aigaq.toml").write_text(
        """
[receiving]
liability_warning = true
[receiving.terms]
counting = "working"
days_off = [2026-03-08]
[receiving.terms.days]
simple = 10
[[receiving.field_screens]]
device = "Raman 0042"
operator = "Officer A"
basis = "record 5"
""",
        "utf-8",
    )
    settings = load_settings({}, home=tmp_path)
    assert settings.receiving.liability_warning
    laboratory = open_laboratory(settings)
    assert dict(laboratory.terms.terms.days) == {"simple": 10}
    assert laboratory.terms.terms.days_off == {date(2026, 3, 8)}
    assert laboratory.terms.terms.counting == "working"
    assert laboratory.accessioning.authorised_screens[0].basis == "record 5"


@pytest.mark.parametrize(
    "table",
    [
        [],
        {"unknown": 1},
        {"liability_warning": "yes"},
        {"terms": []},
        {"terms": {"day": {}}},
        {"terms": {"days": {"simple": 0}}},
        {"terms": {"days": {"simple": "10"}}},
        {"terms": {"days": 10}},
        {"terms": {"counting": "all"}},
        {"terms": {"days_off": "2026-01-01"}},
        {"terms": {"days_off": ["2026-01-01"]}},
        {"field_screens": {}},
        {"field_screens": [1]},
        {"field_screens": [{"device": "d", "operator": "o"}]},
        {"field_screens": [{"device": "d", "operator": "", "basis": "b"}]},
    ],
)
def test_what_is_not_understood_is_refused(table):
    with pytest.raises(SettingsError, match="receiving"):
        read_receiving(table)
