"""The table ``[receiving]`` of the settings: terms, the warning of liability, authorised field screens."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from types import MappingProxyType

from lims.errors import SettingsError

COUNTING = ("", "calendar", "working")
_KNOWN = {"liability_warning", "terms", "field_screens"}
_TERMS = {"counting", "days", "days_off"}
_SCREEN = {"device", "operator", "basis"}


@dataclass(frozen=True, slots=True, kw_only=True)
class ScreenSetting:
    """A device and an operator whose field screens are more than presumptive."""

    device: str
    operator: str
    basis: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceivingSetting:
    """What an installation chooses about receiving. There are no terms by default: the order on them has to be read."""

    liability_warning: bool = True
    """True: no work before the warning of liability is signed (rule KZ-1); false has to be said. Cases that were
    registered before wait until their experts record the sheets."""
    term_days: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    """Days by category of complexity."""
    counting: str = ""
    """``calendar`` or ``working``; empty: nobody said which days count, and no term is computed."""
    days_off: tuple[date, ...] = ()
    field_screens: tuple[ScreenSetting, ...] = ()


def read_receiving(table: object) -> ReceivingSetting:
    """Read the table.

    Raises
    ------
    SettingsError
        Naming what is unknown or of the wrong kind.
    """
    if not isinstance(table, dict) or not set(table) <= _KNOWN:
        raise SettingsError(f"receiving is a table [receiving] with {', '.join(sorted(_KNOWN))} and nothing else")
    warning = table.get("liability_warning", True)
    if not isinstance(warning, bool):
        raise SettingsError(f"receiving.liability_warning is {warning!r}; expected true or false")
    terms = table.get("terms", {})
    if not isinstance(terms, dict) or not set(terms) <= _TERMS:
        raise SettingsError(f"[receiving.terms]: expected {', '.join(sorted(_TERMS))} and nothing else")
    return ReceivingSetting(
        liability_warning=warning,
        term_days=_days(terms.get("days", {})),
        counting=_counting(terms.get("counting", "")),
        days_off=_days_off(terms.get("days_off", [])),
        field_screens=_screens(table.get("field_screens", [])),
    )


def _days(table: object) -> Mapping[str, int]:
    if not isinstance(table, dict) or not all(type(days) is int and days > 0 for days in table.values()):
        raise SettingsError("[receiving.terms.days]: expected categories with whole numbers of days, 1 or more")
    return MappingProxyType(dict(table))


def _counting(value: object) -> str:
    if value not in COUNTING:
        raise SettingsError(f"receiving.terms.counting is {value!r}; expected 'calendar' or 'working'")
    return str(value)


def _days_off(days: object) -> tuple[date, ...]:
    if not isinstance(days, list) or not all(isinstance(day, date) and not isinstance(day, datetime) for day in days):
        raise SettingsError("receiving.terms.days_off: expected a list of dates, as 2026-01-01")
    return tuple(days)


def _screens(lines: object) -> tuple[ScreenSetting, ...]:
    if not isinstance(lines, list):
        raise SettingsError("[[receiving.field_screens]]: expected tables with device, operator and basis")
    found = []
    for line in lines:
        if (
            not isinstance(line, dict)
            or set(line) != _SCREEN
            or not all(isinstance(text, str) and text.strip() for text in line.values())
        ):
            raise SettingsError("[[receiving.field_screens]]: expected texts under device, operator and basis")
        found.append(ScreenSetting(**line))
    return tuple(found)
