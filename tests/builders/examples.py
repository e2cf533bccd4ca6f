"""How many examples a property is tried with, where each costs more than five milliseconds."""

from hypothesis import settings

_FEWEST = 10
NIGHT = "nightly"


def fewer(share: int) -> settings:
    """Take one part of the usual number by day; the night tries them all."""
    usual = settings.default.max_examples
    by_day = max(_FEWEST, usual // share)
    return settings(max_examples=usual if settings.get_current_profile_name() == NIGHT else by_day)
