import pytest

from lims.custody_settings import CustodySetting, read_custody
from lims.errors import SettingsError


def test_cc_1_the_time_of_a_hand_over_is_fifteen_minutes_and_a_setting():
    assert read_custody({}) == CustodySetting(hand_over_minutes=15, late_hours=0, gate="on")
    assert read_custody({"hand_over_minutes": 5, "late_hours": 24, "gate": "off"}).hand_over_minutes == 5


@pytest.mark.parametrize(
    "table",
    [
        [],
        {"minutes": 5},
        {"hand_over_minutes": 0},
        {"hand_over_minutes": "5"},
        {"hand_over_minutes": True},
        {"late_hours": -1},
        {"late_hours": 0.5},
        {"gate": True},
        {"gate": "maybe"},
    ],
)
def test_what_means_nothing_is_refused(table):
    with pytest.raises(SettingsError, match="custody"):
        read_custody(table)
