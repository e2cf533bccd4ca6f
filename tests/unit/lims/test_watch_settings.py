from decimal import Decimal

import pytest

from lims.errors import SettingsError
from lims.watch_settings import WatchSetting, read_watch


def test_limits_are_read_and_have_defaults():
    assert read_watch({}) == WatchSetting(match_factor=900, alike=900)
    assert read_watch({"match_factor": 800}).limit == Decimal(800)


@pytest.mark.parametrize(
    "table",
    [[], {"other": 1}, {"match_factor": 0}, {"match_factor": 1000}, {"alike": "900"}, {"alike": True}, {"alike": 9.5}],
)
def test_what_is_no_limit_is_refused(table):
    with pytest.raises(SettingsError, match="watch"):
        read_watch(table)
