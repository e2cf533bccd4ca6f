"""MT-SICS: the commands and answers of balances, as text; no line of it is guessed.

Source: Mettler-Toledo Standard Interface Command Set, levels 0 and 1 (commands S, SI, T, Z, I4).
"""

import re
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from lims.errors import BalanceError


class BalanceCommand(StrEnum):
    """What a balance is asked."""

    STABLE_WEIGHT = "S"
    """Waits until the balance is at rest."""
    IMMEDIATE_WEIGHT = "SI"
    TARE = "T"
    ZERO = "Z"
    SERIAL_NUMBER = "I4"


MASS_UNITS = {"g": Decimal(1), "mg": Decimal("0.001"), "kg": Decimal(1000)}
"""Grams in each unit that is taken; any other, as ct, lb or PCS, is refused."""
_FAULTS = {
    "ES": "it does not know the command",
    "ET": "the transmission was faulty",
    "EL": "it cannot carry the command out",
}
_REFUSALS = {
    "I": "it cannot weigh now: it is busy, or not at rest in its time",
    "+": "overload: more than its capacity is on the pan",
    "-": "underload: the pan is not on it, or the range is left downwards",
    "L": "it cannot carry the command out with this parameter",
}
_WEIGHT = re.compile(r"(?P<command>[ST]) (?P<stability>[SD]) +(?P<value>-?\d+(?:\.\d+)?) (?P<unit>\S+)", re.ASCII)
_SERIAL = re.compile(r'I4 A "(?P<serial>[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?)"')


@dataclass(frozen=True, slots=True, kw_only=True)
class BalanceWeight:
    """A weight as a balance answered it."""

    raw: str
    """The line, without its end."""
    mass_g: Decimal
    stable: bool
    """``S`` in the answer; ``D`` is a dynamic value."""


def read_weight(line: str) -> BalanceWeight:
    """Read the answer to a command for a weight, or to a tare.

    Raises
    ------
    BalanceError
        If the balance refused, or the line is no answer of that kind, or its unit is none of g, mg, kg.

    Examples
    --------
    >>> read_weight("S S     100.00 g").mass_g
    Decimal('100.00')
    """
    _require_accepted(line)
    found = _WEIGHT.fullmatch(line)
    if found is None:
        raise BalanceError(f"the balance answered {line!r}; expected a weight such as 'S S 100.00 g'")
    if found["unit"] not in MASS_UNITS:
        raise BalanceError(f"the balance weighs in {found['unit']!r}; set it to g, mg or kg")
    mass_g = Decimal(found["value"]) * MASS_UNITS[found["unit"]]
    return BalanceWeight(raw=line, mass_g=mass_g, stable=found["stability"] == "S")


def read_zero(line: str) -> None:
    """Read the answer to a command to set to zero.

    Raises
    ------
    BalanceError
        If the balance did not do it.
    """
    _require_accepted(line)
    if line != "Z A":
        raise BalanceError(f"the balance answered {line!r}; expected 'Z A'")


def read_serial(line: str) -> str:
    """Read the serial number of a balance from its answer.

    Raises
    ------
    BalanceError
        If there is none in it.
    """
    _require_accepted(line)
    found = _SERIAL.fullmatch(line)
    if found is None:
        raise BalanceError(f"the balance answered {line!r}; expected its serial number, as 'I4 A \"B021002593\"'")
    return found["serial"]


def _require_accepted(line: str) -> None:
    if line in _FAULTS:
        raise BalanceError(f"the balance answered {line!r}: {_FAULTS[line]}")
    command, _, rest = line.partition(" ")
    if command in {*BalanceCommand} and rest in _REFUSALS:
        raise BalanceError(f"the balance answered {line!r}: {_REFUSALS[rest]}")
