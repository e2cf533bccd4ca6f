"""Beginning the watch from a page: whoever publishes a release or an edition sets it going."""

from lims.ui import background
from lims.ui.session import Visit

WATCH_JOB = "watch"


def start_watch(visit: Visit) -> None:
    """Do beside the page what is due; ended at any point, the next run goes on there."""
    background.start(visit, WATCH_JOB, lambda tell: visit.laboratory.rewatching.run(progress=tell))
