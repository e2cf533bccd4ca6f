"""A balance that speaks MT-SICS: asked, answered, and held to what it says."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from lims.domain.mt_sics import BalanceCommand, BalanceWeight, read_serial, read_weight, read_zero
from lims.domain.weighing import Reading, from_balance
from lims.errors import BalanceError
from lims.instruments.lines import Address, LineReader, open_line

TIMEOUT_S = 30.0
"""A balance waits for rest before it answers; longer than its own limit is of no use."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Balance:
    """One balance on an open line."""

    line: LineReader = field(repr=False)

    def serial(self) -> str:
        """Give its serial number.

        Raises
        ------
        BalanceError
            If it does not answer with one.
        """
        return read_serial(self.line.ask(BalanceCommand.SERIAL_NUMBER))

    def weight(self, *, immediate: bool = False) -> BalanceWeight:
        """Give the weight on it, at rest; or the one of this moment, which may be dynamic.

        Raises
        ------
        BalanceError
            If it refuses, or answers what is no weight.
        """
        command = BalanceCommand.IMMEDIATE_WEIGHT if immediate else BalanceCommand.STABLE_WEIGHT
        weight = read_weight(_answer_to(BalanceCommand.STABLE_WEIGHT, self.line.ask(command)))
        if not (immediate or weight.stable):
            raise BalanceError(f"the balance answered {weight.raw!r} to a command for a stable weight")
        return weight

    def tare(self) -> BalanceWeight:
        """Tare it; give the tare.

        Raises
        ------
        BalanceError
            If it refuses.
        """
        return read_weight(_answer_to(BalanceCommand.TARE, self.line.ask(BalanceCommand.TARE)))

    def zero(self) -> None:
        """Set it to zero.

        Raises
        ------
        BalanceError
            If it refuses.
        """
        read_zero(self.line.ask(BalanceCommand.ZERO))

    def reading(self) -> Reading:
        """Give a stable reading with the serial number of the balance that gave it.

        Raises
        ------
        BalanceError
            If it refuses, or answers what cannot be used.
        """
        serial = self.serial()
        return from_balance(self.weight(), serial=serial)


def _answer_to(command: BalanceCommand, line: str) -> str:
    """Refuse the answer to another command: the line is out of step."""
    first = line.partition(" ")[0]
    if first in set(BalanceCommand) - {command}:
        raise BalanceError(f"the balance answered {line!r} to {command.value}")
    return line


@contextmanager
def open_balance(url: str, *, timeout_s: float = TIMEOUT_S) -> Iterator[Balance]:
    """Open the line to a balance for as long as the context lasts.

    Parameters
    ----------
    url : str
        ``tcp://host:port`` or ``serial:///dev/ttyS0``.

    Raises
    ------
    BalanceError
        If it cannot be opened.
    """
    with open_line(Address.parse(url), timeout_s=timeout_s) as line:
        yield Balance(line=line)
