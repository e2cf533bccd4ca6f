"""The settings in force as lines that people read: each with where it comes from, and none with a secret."""

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from enum import StrEnum
from typing import Any, cast

from lims.errors import SettingsError
from lims.settings import SETTINGS_FILE, KeySetting, Settings, TokenSetting, load_settings, read_settings_file
from lims.signing_settings import ElsewhereSetting

_IN_FILE = {
    "raw_free_mb": "raw.free_mb",
    "raw_copy_url": "raw.copy_url",
    "run_limits": "reading.runs",
    "library_limits": "reading.libraries",
}
"""Names in the file, where they are other than those of the program."""
_BY_ENVIRONMENT = frozenset(
    {
        *("home", "database_url", "raw_store_url", "language", "laboratory", "address", "place_of_work"),
        *("trust_roots", "second_factor_key", "time_zone", "web.origin"),
    }
)
_KEYS = {KeySetting: "PKCS #12", TokenSetting: "PKCS #11", ElsewhereSetting: "exchange"}
_SIGN_IN = re.compile(r"(?<=://)[^/@]+@")
"""Name and password within an address."""
_PASSWORD = re.compile(r"(?i)(password|passwd|secret|token|key)=[^&\s]+")


class Source(StrEnum):
    """Where a setting comes from."""

    DEFAULT = "default"
    FILE = "file"
    ENVIRONMENT = "environment"


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingLine:
    """One setting."""

    name: str
    """As the file names it."""
    value: str
    """In force since the program started; empty for none."""
    source: Source
    after_restart: str | None = None
    """What it will be after the next start, where the file or the environment says something else by now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingsTable:
    """Every setting."""

    file: str
    lines: tuple[SettingLine, ...]
    fault: str = ""
    """Why the program would not start again with the settings as they are now; empty where it would."""


def settings_table(settings: Settings, environment: Mapping[str, str] | None = None) -> SettingsTable:
    """Say what is set, where, and what a new start would change.

    Parameters
    ----------
    settings : Settings
        In force.
    environment : mapping, optional
        Instead of the process's own; tests pass one.
    """
    variables = os.environ if environment is None else environment
    path = settings.home / SETTINGS_FILE
    try:
        written = {name for name, _ in _flat("", read_settings_file(path))}
        coming = dict(_values(load_settings(variables, home=settings.home)))
        fault = ""
    except SettingsError as error:
        written, coming, fault = set(), {}, str(error)
    present = dict(_values(settings))
    lines = tuple(
        SettingLine(
            name=name,
            value=value,
            source=_source(name, written, variables),
            after_restart=None if fault or coming.get(name, "") == value else coming.get(name, ""),
        )
        for name, value in present.items()
    )
    return SettingsTable(file=str(path), lines=lines, fault=fault)


def _source(name: str, written: set[str], variables: Mapping[str, str]) -> Source:
    if name in _BY_ENVIRONMENT and variables.get(f"AIGAQ_{name.upper().replace('.', '_')}"):
        return Source.ENVIRONMENT
    here = any(one == name or one.startswith(f"{name}.") or name.startswith(f"{one}.") for one in written)
    return Source.FILE if here else Source.DEFAULT


def _values(settings: Settings) -> Iterator[tuple[str, str]]:
    for one in fields(settings):
        yield from _flat(_IN_FILE.get(one.name, one.name), getattr(settings, one.name))


def _flat(name: str, value: object) -> Iterator[tuple[str, str]]:
    """Give the lines of a value: a table is one line for each of its own."""
    if type(value) in _KEYS:
        yield name, _KEYS[cast("Any", type(value))]
    elif is_dataclass(value):
        for one in fields(value):
            yield from _flat(f"{name}.{one.name}", getattr(value, one.name))
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _flat(f"{name}.{key}" if name else str(key), inner)
    else:
        yield name, _shown(name, value)


def _shown(name: str, value: object) -> str:
    """Write a value without what opens anything; of a program that signs, only which it is."""
    if name == "ledger.signer":
        return str(value[0]) if isinstance(value, tuple | list) and value else ""
    if isinstance(value, tuple | list):
        return ", ".join(str(one) for one in value)
    if isinstance(value, bool):
        return str(value).lower()
    text = "" if value is None else str(value)
    return _PASSWORD.sub(r"\1=…", _SIGN_IN.sub("…@", text))
