"""What every report has to contain (ISO/IEC 17025:2017, 7.8.2.1), which of it is missing, and the reasons for that."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from lims.domain.exhibit import Exhibit
from lims.domain.run import RecordedRun
from lims.domain.wording import require_text


class ReportItem(StrEnum):
    """The sixteen items of the clause by their letters; those that the form of the document gives are never missing."""

    TITLE = "a"
    LABORATORY = "b"
    """Name and address."""
    PLACE_OF_WORK = "c"
    IDENTIFICATION = "d"
    """A number on every page, and a clear end."""
    CUSTOMER = "e"
    METHOD = "f"
    OBJECT = "g"
    """Description and condition."""
    RECEIPT = "h"
    """Its date, and that of sampling."""
    DATES_OF_WORK = "i"
    DATE_OF_REPORT = "j"
    SAMPLING = "k"
    RESTRICTION = "l"
    """That the results concern the tested items alone."""
    RESULTS = "m"
    DEVIATIONS = "n"
    AUTHORISATION = "o"
    OTHERS_RESULTS = "p"


@dataclass(frozen=True, slots=True, kw_only=True)
class Premises:
    """Where a laboratory is, as it states it; empty means unknown."""

    address: str = ""
    place_of_work: str = ""
    """Where the work is done; empty: at the address."""

    @property
    def workplace(self) -> str:
        """Where the work is done."""
        return self.place_of_work or self.address


@dataclass(frozen=True, slots=True, kw_only=True)
class MissingItem:
    """Something that a report ought to say and that nobody recorded."""

    item: ReportItem
    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Omission:
    """Why an item is missing in the reports of an examination."""

    item: ReportItem
    reason: str
    stated_by: str
    stated_at: datetime

    def __post_init__(self) -> None:
        """Refuse an omission without its reason."""
        require_text("reason of the omission", self.reason)


def missing_items(*, premises: Premises, exhibit: Exhibit, runs: Sequence[RecordedRun]) -> tuple[MissingItem, ...]:
    """Name what a report of an exhibit would not say.

    Parameters
    ----------
    premises : Premises
        Of the laboratory.
    exhibit : Exhibit
        That is reported.
    runs : sequence of RecordedRun
        That the report describes.
    """
    return tuple(_missing(premises, exhibit, runs))


def _missing(premises: Premises, exhibit: Exhibit, runs: Sequence[RecordedRun]) -> Iterator[MissingItem]:
    if not premises.address:
        yield MissingItem(item=ReportItem.LABORATORY, what="the address of the laboratory")
    if not premises.workplace:
        yield MissingItem(item=ReportItem.PLACE_OF_WORK, what="the place of the work")
    if not exhibit.condition and exhibit.seal_intact is None:
        yield MissingItem(item=ReportItem.OBJECT, what=f"the condition of exhibit {exhibit.number} and of its seal")
    undated = [run.number for run in runs if not (run.acquired_at or run.simulation_statement)]
    if undated:
        yield MissingItem(item=ReportItem.DATES_OF_WORK, what=f"when {', '.join(undated)} was measured")
