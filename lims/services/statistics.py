"""Statistics for headquarters: read, never written, for those who may read the whole ledger."""

from dataclasses import dataclass, field
from datetime import tzinfo

from lims.domain.statistics import Statistics, statistics
from lims.services.ports import Clock, Store
from lims.services.statistics_ports import StatisticsCounts, Told
from lims.translation import TIME_ZONE


def _nobody(_: int, __: int) -> None:
    """Tell nobody."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StatisticsService:
    """Counts in the database; no record is loaded, no person is named."""

    store: Store = field(repr=False)
    counts: StatisticsCounts = field(repr=False)
    clock: Clock = field(repr=False)
    time_zone: tzinfo = TIME_ZONE
    """Whose days and months count."""

    def require_reader(self) -> None:
        """Refuse who may not read every record; nothing is read.

        Raises
        ------
        NotPermittedError
            If the laboratory is seen by such a person.
        """
        self.store.entries_of(())

    def ask(self, *, tell: Told = _nobody) -> Statistics:
        """Count everything; with a hundred thousand exhibits that takes seconds.

        Parameters
        ----------
        tell : callable, optional
            Told how far it is.

        Raises
        ------
        NotPermittedError
            If the laboratory is seen by a person who may not read the whole ledger.
        """
        self.require_reader()
        now = self.clock.now()
        return statistics(self.counts.lines(tell=tell), counted_at=now, time_zone=self.time_zone)
