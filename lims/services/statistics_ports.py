"""What the statistics need of the store beside its records: counts and short lines, found in the database."""

from collections.abc import Callable
from typing import Protocol

from lims.domain.statistics import StatisticsLines

Told = Callable[[int, int], None]
"""Told how many questions are answered, and of how many."""


class StatisticsCounts(Protocol):
    """Counts over the whole laboratory."""

    def lines(self, *, tell: Told) -> StatisticsLines:
        """Give what is counted, all of one moment: of real cases; where every case is made up, of those."""
        ...
