"""All balances of the settings, each read over its own line."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from lims.domain.weighing import Reading, from_balance
from lims.errors import BalanceError
from lims.instruments.balance import open_balance

TIMEOUT_S = 5.0
"""The weight of this moment comes at once; a page does not wait longer for it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectedBalances:
    """Reads balances by their numbers; one that has no line is refused."""

    urls: Mapping[str, str] = field(repr=False)
    timeout_s: float = TIMEOUT_S

    @property
    def numbers(self) -> tuple[str, ...]:
        """Those that have a line."""
        return tuple(self.urls)

    def read(self, number: str) -> Reading:
        """Give what the display shows at this moment, with the serial number of the balance.

        Raises
        ------
        BalanceError
            If it has no line, or does not answer with a weight.
        """
        url = self.urls.get(number)
        if url is None:
            raise BalanceError(f"{number} has no line to this computer; type what it shows")
        with open_balance(url, timeout_s=self.timeout_s) as balance:
            serial = balance.serial()
            return from_balance(balance.weight(immediate=True), serial=serial)
