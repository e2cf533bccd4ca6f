"""How long the next try has to wait after wrong ones."""

from datetime import timedelta

CAP = timedelta(minutes=15)
FORGOTTEN_AFTER = timedelta(hours=24)
"""Wrong tries that are older no longer count."""
FREE_FOR_ADDRESS = 10
"""A whole laboratory may have one address: its first slips cost nothing. Accounts have no free try."""
NOTED_AT = 5
"""The wrong try of a burst at which the ledger notes the delay, once."""
_DOUBLINGS = 10


def delay_after(failures: int, *, free: int = 0) -> timedelta:
    """Give the wait after so many wrong tries: 1, 2, 4 ... seconds, at most ``CAP``."""
    counted = failures - free
    if counted <= 0:
        return timedelta(0)
    return min(timedelta(seconds=2 ** min(counted - 1, _DOUBLINGS)), CAP)
