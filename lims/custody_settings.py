"""The table ``[custody]`` of the settings: how exhibits go from hand to hand."""

from dataclasses import dataclass

from lims.errors import SettingsError


@dataclass(frozen=True, slots=True, kw_only=True)
class CustodySetting:
    """How exhibits go from hand to hand."""

    hand_over_minutes: int = 15
    """Within which both people confirm the same list (rule CC-1): long enough to compare it with what lies on the desk,
    short enough that both are still there."""
    late_hours: int = 0
    """An event that is recorded later than this is marked; by default every one that was not recorded at once."""
    gate: str = "on"
    """``on``: nobody works on an exhibit without having it in hand (rule CC-6); ``off`` has to be said."""


def read_custody(table: object) -> CustodySetting:
    """Read the table.

    Raises
    ------
    SettingsError
        If a value is unknown or cannot be used.
    """
    if not isinstance(table, dict) or not set(table) <= set(CustodySetting.__slots__):
        raise SettingsError(f"custody is a table [custody] with {', '.join(CustodySetting.__slots__)} and nothing else")
    found = CustodySetting(**table)
    if type(found.hand_over_minutes) is not int or found.hand_over_minutes < 1:
        raise SettingsError(f"custody.hand_over_minutes is {found.hand_over_minutes!r}; expected minutes, 1 or more")
    if type(found.late_hours) is not int or found.late_hours < 0:
        raise SettingsError(f"custody.late_hours is {found.late_hours!r}; expected a whole number of hours, 0 or more")
    if found.gate not in {"on", "off"}:
        raise SettingsError(f"custody.gate is {found.gate!r}; expected 'on' or 'off'")
    return found
