"""The table ``[signing]`` of the settings: how long a signature can be checked, and who else has to answer for that."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from lims.errors import SettingsError


class SignatureLevel(StrEnum):
    """How long a signature can be checked (ETSI EN 319 142-1)."""

    BASIC = "PAdES B-B"
    """Signature and certificates; nobody else confirms when it was made."""
    TIME = "PAdES B-T"
    """And a time stamp of a service."""
    LONG_TERM = "PAdES B-LT"
    """And what shows that no certificate was revoked."""
    ARCHIVE = "PAdES B-LTA"
    """And a time stamp over all of that, the last thing in the file."""

    @property
    def rank(self) -> int:
        """Order the levels: each holds all that the one before it holds."""
        return tuple(SignatureLevel).index(self)

    @property
    def stamped(self) -> bool:
        """Tell whether a service confirms the time."""
        return self is not SignatureLevel.BASIC

    @property
    def long_term(self) -> bool:
        """Tell whether the file itself shows that no certificate was revoked."""
        return self in {SignatureLevel.LONG_TERM, SignatureLevel.ARCHIVE}

    @property
    def of_one_signature(self) -> "SignatureLevel":
        """The level that a signature reaches by itself: the time stamp over the whole file comes after the last."""
        return SignatureLevel.LONG_TERM if self is SignatureLevel.ARCHIVE else self


@dataclass(frozen=True, slots=True, kw_only=True)
class ElsewhereSetting:
    """Where a person's signatures are made by another program, and what it needs for that."""

    certificate_file: Path
    """PEM: the person's certificate first, then its issuers."""
    exchange: Path
    """The folder into which bytes to sign go, and from which a detached CMS comes back."""
    wait_s: int = 240
    """How long that may take; the confirmation of the act holds for five minutes."""


_ELSEWHERE = {"certificate_file", "exchange"}
_BY_NAME = {level.value.removeprefix("PAdES "): level for level in SignatureLevel}
_CHOICES = "level, tsa, tsa_roots, revocation_lists, check_revocation, timeout_s, clock_tolerance_s"


@dataclass(frozen=True, slots=True, kw_only=True)
class SigningSetting:
    """How reports are signed."""

    level: SignatureLevel = SignatureLevel.BASIC
    tsa: str = ""
    """Address of the time-stamp service (RFC 3161); needed from B-T on."""
    tsa_roots: Path | None = None
    """PEM file of the certificates that the service's must lead to; None: the ``trust_roots``."""
    revocation_lists: tuple[Path, ...] = ()
    """Files with lists of revoked certificates; used whatever the level is."""
    check_revocation: bool = False
    """Ask the certificates' own authorities before each signature below B-LT too; from B-LT on that is done anyway."""
    timeout_s: int = 10
    """How long one answer of a service may take."""
    clock_tolerance_s: int = 300
    """A time stamp that is further than this from the clock of this computer is refused: one of the two is wrong."""


def read_signing(table: object, folder: Path) -> SigningSetting:
    """Read the table; paths are below the home folder.

    Raises
    ------
    SettingsError
        If a value is unknown or cannot be used.
    """
    if not isinstance(table, dict) or not set(table) <= set(SigningSetting.__slots__):
        raise SettingsError(f"signing is a table [signing] with {_CHOICES} and nothing else")
    found = SigningSetting(
        level=_level(table.get("level", "B-B")),
        tsa=_address(table.get("tsa", "")),
        tsa_roots=_path(table.get("tsa_roots", ""), folder),
        revocation_lists=_paths(table.get("revocation_lists", []), folder),
        check_revocation=_flag(table.get("check_revocation", False)),
        timeout_s=_seconds(table, "timeout_s"),
        clock_tolerance_s=_seconds(table, "clock_tolerance_s"),
    )
    if found.level.stamped and not found.tsa:
        raise SettingsError(f"signing.level is {table['level']} without tsa (address of a time-stamp service)")
    return found


def read_elsewhere(facts: object, folder: Path) -> ElsewhereSetting | None:
    """Read where a key is used elsewhere; None if the facts are of another kind of key.

    Raises
    ------
    SettingsError
        If the time cannot be used.
    """
    if not isinstance(facts, dict) or set(facts) - {"wait_s"} != _ELSEWHERE:
        return None
    wait_s = facts.get("wait_s", ElsewhereSetting.__dataclass_fields__["wait_s"].default)
    if type(wait_s) is not int or wait_s < 1:
        raise SettingsError(f"wait_s is {wait_s!r}; expected a whole number of seconds, 1 or more")
    paths = {name: facts[name] for name in sorted(_ELSEWHERE)}
    if not all(isinstance(path, str) and path for path in paths.values()):
        return None
    return ElsewhereSetting(**{name: folder / path for name, path in paths.items()}, wait_s=wait_s)


def _level(name: object) -> SignatureLevel:
    if not isinstance(name, str) or name not in _BY_NAME:
        raise SettingsError(f"signing.level is {name!r}; expected {', '.join(_BY_NAME)}")
    return _BY_NAME[name]


def _address(value: object) -> str:
    if not isinstance(value, str) or not (value == "" or value.startswith(("http://", "https://"))):
        raise SettingsError(f"signing.tsa is {value!r}; expected an address with http:// or https://")
    return value


def _path(value: object, folder: Path) -> Path | None:
    if not isinstance(value, str):
        raise SettingsError(f"signing.tsa_roots is {value!r}; expected the path of a PEM file")
    return folder / value if value else None


def _paths(values: object, folder: Path) -> tuple[Path, ...]:
    if not isinstance(values, list) or not all(isinstance(value, str) and value for value in values):
        raise SettingsError("signing.revocation_lists: expected a list of paths")
    return tuple(folder / value for value in values)


def _seconds(table: Mapping[str, object], name: str) -> int:
    seconds = table.get(name, getattr(SigningSetting(), name))
    if type(seconds) is not int or seconds < 1:
        raise SettingsError(f"signing.{name} is {seconds!r}; expected a whole number of seconds, 1 or more")
    return seconds


def _flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise SettingsError(f"signing.check_revocation is {value!r}; expected true or false")
    return value
