"""The table ``[balances]`` of the settings: on which line a balance answers."""

from collections.abc import Mapping

from lims.errors import SettingsError


def read_balances(table: object) -> Mapping[str, str]:
    """Read the table: number of the register, and ``tcp://host:port`` or ``serial:///dev/ttyS0``.

    Raises
    ------
    SettingsError
        If a value is no text, or names neither kind of line.
    """
    if not isinstance(table, dict):
        raise SettingsError("balances is a table [balances] of numbers of balances and their lines")
    for number, url in table.items():
        if not isinstance(url, str) or not url.startswith(("tcp://", "serial:///")):
            raise SettingsError(f"balances.{number} is {url!r}; expected tcp://host:port or serial:///dev/ttyS0")
    return dict(table)
