"""The watch as the program's own act: whoever publishes sets it going, also a person who may not read what it reads."""

from dataclasses import dataclass, field

from lims.services.archiving import Progress, silent
from lims.services.clustering import ClusterService
from lims.services.law_watching import LawWatchService
from lims.services.watching import WatchService


@dataclass(frozen=True, slots=True, kw_only=True)
class Rewatched:
    """What one run did, in numbers: it names no case, no exhibit and no substance."""

    components: int
    """Compared with a release."""
    determinations: int
    """Asked again, since the book of the law changed."""
    alerts: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RewatchService:
    """Does everything that a new release or edition made due; run again, it does nothing."""

    watching: WatchService = field(repr=False)
    law_watching: LawWatchService = field(repr=False)
    clustering: ClusterService = field(repr=False)

    def run(self, *, workers: int = 1, progress: Progress = silent) -> Rewatched:
        """Search again, ask the law again, and bring the clusters up to date.

        Parameters
        ----------
        workers : int
            Processes that search.
        progress : callable, optional
            Told how many components are searched, and of how many.
        """
        outcome = self.watching.run(workers=workers, progress=progress)
        readings = self.law_watching.run()
        self.clustering.update()
        return Rewatched(
            components=outcome.components,
            determinations=sum(one.components for one in readings),
            alerts=len(outcome.alerts) + sum(len(one.alerts) for one in readings),
        )
