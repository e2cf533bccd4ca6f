"""The table ``[watch]`` of the settings: from which likeness on a new compound raises an alert."""

from dataclasses import dataclass
from decimal import Decimal

from lims.errors import SettingsError

_FULL = 999


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchSetting:
    """What an installation chooses about the watch; docs/watch.md says what each limit finds and how often it errs."""

    match_factor: int = 900
    """A new compound below it raises no alert. At 900 none of 1 665 spectra of other compounds did."""
    alike: int = 900
    """Match factor from which on two components are in one cluster."""

    @property
    def limit(self) -> Decimal:
        """The limit of alerts as records keep it."""
        return Decimal(self.match_factor)


def read_watch(table: object) -> WatchSetting:
    """Read the table.

    Raises
    ------
    SettingsError
        If a value is unknown or cannot be used.
    """
    if not isinstance(table, dict) or not set(table) <= set(WatchSetting.__slots__):
        raise SettingsError(f"watch is a table [watch] with {' and '.join(WatchSetting.__slots__)} and nothing else")
    found = WatchSetting(**table)
    for name in WatchSetting.__slots__:
        limit = getattr(found, name)
        if type(limit) is not int or not 0 < limit <= _FULL:
            raise SettingsError(f"watch.{name} is {limit!r}; expected a whole match factor, 1 to {_FULL}")
    return found
