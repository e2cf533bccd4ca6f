import pytest

from lims.errors import SettingsError
from lims.queue_settings import QueueSetting, read_queue


def test_what_is_not_said_stays_as_it_is():
    assert read_queue({}) == QueueSetting(soon_days=3, ending_days=30)
    assert read_queue({"soon_days": 0}) == QueueSetting(soon_days=0, ending_days=30)


@pytest.mark.parametrize(
    ("table", "message"),
    [
        (7, r"table \[queue\] with soon_days and ending_days"),
        ({"late_days": 1}, "and nothing else"),
        ({"soon_days": -1}, "queue.soon_days is -1"),
        ({"ending_days": True}, "queue.ending_days is True"),
        ({"ending_days": "30"}, "a whole number of days, 0 or more"),
    ],
)
def test_what_cannot_be_used_is_told_by_name(table, message):
    with pytest.raises(SettingsError, match=message):
        read_queue(table)
