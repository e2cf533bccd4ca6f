"""The table ``[queue]`` of the settings: from when on what is due, or ends, is shown as pressing."""

from dataclasses import dataclass

from lims.errors import SettingsError


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueSetting:
    """What an installation chooses about queues. These are days of warning and no terms: no law knows them."""

    soon_days: int = 3
    """From how many days before its due day on a case is shown as due soon."""
    ending_days: int = 30
    """From how many days before its end on a competence, a calibration or a lot is shown."""


def read_queue(table: object) -> QueueSetting:
    """Read the table.

    Raises
    ------
    SettingsError
        If a value is unknown or cannot be used.
    """
    if not isinstance(table, dict) or not set(table) <= set(QueueSetting.__slots__):
        raise SettingsError(f"queue is a table [queue] with {' and '.join(QueueSetting.__slots__)} and nothing else")
    found = QueueSetting(**table)
    for name in QueueSetting.__slots__:
        days = getattr(found, name)
        if type(days) is not int or days < 0:
            raise SettingsError(f"queue.{name} is {days!r}; expected a whole number of days, 0 or more")
    return found
