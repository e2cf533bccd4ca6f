"""The balances that stand on a line to this computer, as the weighing service asks them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from lims.domain.weighing import Reading
from lims.errors import BalanceError


class BalanceLines(Protocol):
    """Balances that are read over a line; which, the settings say."""

    @property
    def numbers(self) -> Sequence[str]:
        """Numbers of the register, of those that have a line."""
        ...

    def read(self, number: str) -> Reading:
        """Give what the display shows at this moment, stable or not.

        Raises
        ------
        BalanceError
            If the balance has no line, or does not answer with a weight.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class NoBalanceLines:
    """No balance has a line: people type what the display shows."""

    numbers: Sequence[str] = ()

    def read(self, number: str) -> Reading:
        """Refuse.

        Raises
        ------
        BalanceError
            Always.
        """
        raise BalanceError(f"{number} has no line to this computer; type what it shows")
