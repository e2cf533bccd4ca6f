"""What every report has to contain (ISO/IEC 17025:2017, 7.8.2.1), which of it is missing, and the reasons for that.

What a report says of the law is none of the sixteen items: its gaps are named, and the report states them.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from lims.domain.exhibit import Exhibit
from lims.domain.report_item import ReportItem
from lims.domain.report_law import LegalSection, Named, undetermined
from lims.domain.run import RecordedRun
from lims.domain.wording import require_text
from lims.said import said
from lims.translation import marked


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
        yield MissingItem(item=ReportItem.LABORATORY, what=said("the address of the laboratory"))
    if not premises.workplace:
        yield MissingItem(item=ReportItem.PLACE_OF_WORK, what=said("the place of the work"))
    if not exhibit.condition and exhibit.seal_intact is None:
        words = said("the condition of exhibit {number} and of its seal", number=exhibit.number)
        yield MissingItem(item=ReportItem.OBJECT, what=words)
    undated = [run.number for run in runs if not (run.acquired_at or run.simulation_statement)]
    if undated:
        words = said("when {runs} was measured", runs=", ".join(undated))
        yield MissingItem(item=ReportItem.DATES_OF_WORK, what=words)


@dataclass(frozen=True, slots=True)
class LegalGap:
    """One thing that a report of today would not say of the law."""

    text: str
    """In the source language, with places for the facts."""
    facts: tuple[tuple[str, str | date], ...] = ()

    def __str__(self) -> str:
        """Say it in the source language."""
        return self.text.format(**dict(self.facts))


def legal_gaps(
    named: Sequence[Named], sections: Sequence[LegalSection], *, seized_on: date | None, today: date
) -> tuple[LegalGap, ...]:
    """Name what a report of today would not say of the law; it states each of these gaps and may be signed.

    Parameters
    ----------
    named : sequence
        Conclusions that name a substance.
    sections : sequence of LegalSection
        Determinations that the report takes.
    seized_on : date or None
        Day whose law counts (rule KZ-4), as on record now.
    today : date
        Day of the report.
    """
    missing = (
        _gap(marked("no legal determination of {substance} is recorded"), substance=substance)
        for substance in dict.fromkeys(one.substance for one in undetermined(named, sections))
    )
    unknown = marked("the day of the seizure is not on record: no status on that day")
    return (
        *missing,
        *(() if seized_on is not None else (_gap(unknown),)),
        *(gap for one in sections for gap in _gaps_of(one, named, seized_on, today)),
    )


def _gaps_of(one: LegalSection, named: Sequence[Named], seized_on: date | None, today: date) -> Iterator[LegalGap]:
    """Name what one determination does not answer."""
    number = one.number
    if any(one.differs_from(it.substance, it.inchikey) for it in named):
        other = marked("determination {number} asked another structure than the one identified as {substance}")
        yield _gap(other, number=number, substance=one.substance)
    made_for = None if one.on_seizure is None else one.on_seizure.day
    if seized_on is not None and made_for is None:
        no_day = marked("determination {number} is of a seizure on an unknown day, not on {seized}")
        yield _gap(no_day, number=number, seized=seized_on)
    elif seized_on is not None and made_for is not None and made_for != seized_on:
        other_day = marked("determination {number} is of a seizure on {day}, not on {seized}")
        yield _gap(other_day, number=number, day=made_for, seized=seized_on)
    if one.on_report.day != today:
        since = marked("determination {number} is of {day}; what became law since was not asked")
        yield _gap(since, number=number, day=one.on_report.day)
    if not one.reviewed:
        yield _gap(marked("determination {number} was not reviewed by a second person"), number=number)


def _gap(text: str, **facts: str | date) -> LegalGap:
    return LegalGap(text, tuple(facts.items()))
