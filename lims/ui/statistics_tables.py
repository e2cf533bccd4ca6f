"""Statistics as tables: the same words and values on the page and in the file that is taken away."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from lims.domain.region import regions
from lims.domain.seizure import Channel
from lims.domain.statistics import SEVERAL, WHOLE_WAY, Dimension, Grouping, SeizureCount, Statistics
from lims.domain.turnaround import SPANS, Span, Spread, Step
from lims.services.table_file import Cell
from lims.translation import Translator, marked

_HOUR_S = Decimal(3600)
_TENTH = Decimal("0.1")
_CHANNEL_TEXTS = {one.value: one.value for one in Channel}
"""The catalogues have the words of a report."""
DIMENSIONS: Mapping[Dimension, str] = {
    Dimension.REGION: marked("Region"),
    Dimension.CHANNEL: marked("Channel"),
    Dimension.BODY: marked("Seizing body"),
    Dimension.MONTH: marked("Month of the seizure"),
}
"""What each dimension is called."""
GROUPINGS: Mapping[Grouping, str] = {
    Grouping.REGION: marked("Region"),
    Grouping.MONTH: marked("Month of the registration"),
    Grouping.CATEGORY: marked("Category of complexity"),
    Grouping.LABORATORY: marked("Laboratory"),
}
"""What cases are told apart by."""
_STEPS: Mapping[Step, str] = {
    Step.RECEIVED: marked("case registered"),
    Step.ASSIGNED: marked("taken up"),
    Step.MEASURED: marked("first measured"),
    Step.CONCLUDED: marked("first concluded"),
    Step.REVIEWED: marked("first reviewed"),
    Step.ISSUED: marked("first report issued"),
}
_ALERT_STATES: Mapping[str, str] = {
    "raised": marked("somebody has still to look"),
    "settled": marked("settled"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownTable:
    """A table in one language."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]

    def by_column(self) -> dict[str, list[Cell]]:
        """Give titles with the values under them."""
        return {title: [row[place] for row in self.rows] for place, title in enumerate(self.columns)}

    def drawn(self, t: Translator) -> dict[str, list[Cell]]:
        """Give it as a page draws it; a mass as the text that it is, so that no digit is lost."""
        return {title: [_drawn(cell, t) for cell in cells] for title, cells in self.by_column().items()}


def _drawn(cell: Cell, t: Translator) -> Cell:
    if isinstance(cell, datetime):
        return t.moment(cell)
    if isinstance(cell, date):
        return t.date(cell)
    return f"{cell}" if isinstance(cell, Decimal) else cell


def seizure_table(found: Statistics, dimension: Dimension, *, t: Translator) -> ShownTable:
    """Give seizures and what was in them by one dimension."""
    coded = dimension is Dimension.REGION
    return ShownTable(
        columns=(
            *((t("Code of ISO 3166-2"),) if coded else ()),
            t(DIMENSIONS[dimension]),
            t("Seizures"),
            t("Exhibits"),
            t("Substances, once for each seizure"),
            t("Exhibits with a known net mass"),
            t("Net mass, g"),
        ),
        rows=tuple(
            (*((one.name,) if coded else ()), named(dimension, one.name, t=t), *_counts(one))
            for one in found.groups[dimension]
        ),
    )


def named(dimension: Dimension, name: str, *, t: Translator) -> str:
    """Say what something was counted under."""
    if not name:
        return t("not recorded")
    if dimension is Dimension.REGION:
        return str(getattr(regions()[name], f"name_{t.language}"))
    return t(_CHANNEL_TEXTS[name]) if dimension is Dimension.CHANNEL else name


def _counts(one: SeizureCount) -> tuple[Cell, ...]:
    mass: Cell = one.mass_g if one.weighed else ""
    return one.seizures, one.exhibits, one.substances, one.weighed, mass


def substance_table(found: Statistics, *, t: Translator) -> ShownTable:
    """Give the substances, the most frequent first."""
    return ShownTable(
        columns=(t("Substance"), "InChIKey", t("Seizures"), t("Regions")),
        rows=tuple((one.substance, one.inchikey, one.seizures, ", ".join(one.regions)) for one in found.substances),
    )


def first_seen_table(found: Statistics, *, t: Translator) -> ShownTable:
    """Give when a report named each substance first."""
    return ShownTable(
        columns=(t("First issued"), t("Substance"), "InChIKey", t("Region")),
        rows=tuple(
            (one.issued_at, one.substance, one.inchikey, named(Dimension.REGION, one.region, t=t))
            for one in found.first_seen
        ),
    )


def span_words(span: Span, *, t: Translator) -> str:
    """Say from which step to which; the whole way says that it is."""
    words = f"{t(_STEPS[span.first])} → {t(_STEPS[span.last])}"
    return t("whole way: {steps}", steps=words) if span == WHOLE_WAY else words


def turnaround_table(found: Statistics, *, t: Translator) -> ShownTable:
    """Give how long cases took from step to step."""
    return ShownTable(
        columns=(t("From step to step"), *_spread_titles(t)),
        rows=tuple((span_words(span, t=t), *_spread(found.times.by_step[span])) for span in SPANS),
    )


def whole_way_table(found: Statistics, grouping: Grouping, *, t: Translator) -> ShownTable:
    """Give how long cases took altogether, by what they are told apart."""
    return ShownTable(
        columns=(t(GROUPINGS[grouping]), *_spread_titles(t)),
        rows=tuple(
            (_group_name(grouping, name, t=t), *_spread(one)) for name, one in found.times.whole_by[grouping].items()
        ),
    )


def _group_name(grouping: Grouping, name: str, *, t: Translator) -> str:
    if grouping is Grouping.REGION:
        return t("more than one") if name == SEVERAL else named(Dimension.REGION, name, t=t)
    return name or t("not recorded")


def _spread_titles(t: Translator) -> tuple[str, ...]:
    return (
        t("Cases with both"),
        t("Cases without"),
        t("Median, h"),
        t("Nine of ten within, h"),
        t("Longest, h"),
        t("Cases whose term stood"),
    )


def _spread(one: Spread) -> tuple[Cell, ...]:
    return one.known, one.unknown, *_hours(one), one.suspended


def _hours(one: Spread) -> Iterator[Cell]:
    for seconds in (one.median_s, one.percentile_90_s, one.longest_s):
        known = hours(seconds)
        yield "" if known is None else known


def hours(seconds: Decimal | None) -> Decimal | None:
    """Give hours to a tenth; None for unknown."""
    return None if seconds is None else (seconds / _HOUR_S).quantize(_TENTH)


def alert_words(state: str, *, t: Translator) -> str:
    """Say the state of an alert."""
    return t(_ALERT_STATES[state])


def alert_table(found: Statistics, *, t: Translator) -> ShownTable:
    """Give alerts by the month in which they were raised."""
    return ShownTable(
        columns=(t("Month"), t("State"), t("Alerts")),
        rows=tuple((one.month, alert_words(one.state, t=t), one.alerts) for one in found.alerts),
    )
