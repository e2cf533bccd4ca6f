"""What each detector asks, and what it cannot see, in words for people."""

from types import MappingProxyType

from lims.domain.detectors import Detector, Suspicion
from lims.translation import Translator, marked

_ASKS = MappingProxyType(
    {
        Detector.BEFORE_RECEIPT: marked("Was a run acquired before its exhibit was received?"),
        Detector.BEFORE_CUSTODY: marked(
            "Was a run acquired before the person who brought it had the exhibit in hand for the first time?"
        ),
        Detector.FASTER_THAN_RUN: marked("Was a run recorded before it could have ended?"),
        Detector.OVERLAPPING_RUNS: marked("Did a run begin on an instrument before the one before it ended?"),
        Detector.NEAR_IDENTICAL: marked("Are two runs the same measurement under two names?"),
        Detector.PRODUCTIVITY: marked("Does one person record far more results than the others?"),
        Detector.UNUSUAL_HOURS: marked("Which entries were made outside the hours that you give?"),
        Detector.SHRINKING_WEIGHTS: marked("Do the reweighings of one person miss more than chance explains?"),
        Detector.VANISHING_STANDARDS: marked("Is there less of a reference standard than the book says?"),
    }
)
_BLIND = MappingProxyType(
    {
        Detector.BEFORE_RECEIPT: marked(
            "A file without a time or a zone, unless no zone of the world would do; a clock that was set wrong on "
            "purpose; simulated runs."
        ),
        Detector.BEFORE_CUSTODY: marked("Files without a time or a zone; people who never had the exhibit on record."),
        Detector.FASTER_THAN_RUN: marked("Files without a time or a zone; raw data that cannot be read."),
        Detector.OVERLAPPING_RUNS: marked("Runs without an instrument or a zone."),
        Detector.NEAR_IDENTICAL: marked("Raw data that cannot be read; a sample that was measured twice in truth."),
        Detector.PRODUCTIVITY: marked(
            "Laboratories with fewer than two others to compare with, or few results; work that is honest and quick."
        ),
        Detector.UNUSUAL_HOURS: marked("Everything where you give no hours. It tells, and suspects nobody."),
        Detector.SHRINKING_WEIGHTS: marked("Exhibits that nobody weighs again; small amounts within the uncertainty."),
        Detector.VANISHING_STANDARDS: marked("Standards that were never weighed again."),
    }
)


def asks(t: Translator, detector: Detector) -> str:
    """Say what a detector asks."""
    return t(_ASKS[detector])


def cannot_see(t: Translator, detector: Detector) -> str:
    """Say what a detector cannot see."""
    return t("It cannot see: {words}", words=t(_BLIND[detector]))


def found(t: Translator, suspicion: Suspicion) -> str:
    """Say what was found, with the ledger entries that show it."""
    return t(
        "{words} (ledger entries {entries})",
        words=t(suspicion.template, **dict(suspicion.facts)),
        entries=", ".join(map(str, suspicion.evidence)),
    )
