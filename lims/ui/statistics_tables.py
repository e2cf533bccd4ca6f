"""Statistics as tables: the same words and values on the page and in the file that is taken away."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from lims.domain.region import regions
from lims.domain.seizure import Channel
from lims.domain.statistics import Dimension, SeizureCount, Statistics
from lims.domain.turnaround import Spread
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
        """Give it as a page draws it; a mass as the text that it is, so that no digit is lost."""
        return {
            name: [f"{cell}" if isinstance(cell, Decimal) else cell for cell in values]
            for name, values in zip(self.columns, zip(*self.rows, strict=True), strict=True)
        }


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
            (t.moment(one.issued_at), one.substance, one.inchikey, named(Dimension.REGION, one.region, t=t))
            for one in found.first_seen
        ),
    )


def turnaround_table(found: Statistics, *, t: Translator) -> ShownTable:
    """Give how long cases took from step to step."""
    spans = (
        (t("Registration to the first concluded examination"), found.times.to_conclusion),
        (t("First concluded examination to the first issued report"), found.times.to_issue),
        (t("Registration to the first issued report"), found.times.whole),
    )
    return ShownTable(
        columns=(
            t("From step to step"),
            t("Cases with both"),
            t("Cases without"),
            t("Median, h"),
            t("Nine of ten within, h"),
            t("Longest, h"),
        ),
        rows=tuple((words, one.known, one.unknown, *_hours(one)) for words, one in spans),
    )


def _hours(one: Spread) -> Iterator[Cell]:
    for seconds in (one.median_s, one.percentile_90_s, one.longest_s):
        yield "" if seconds is None else (seconds / _HOUR_S).quantize(_TENTH)


def alert_table(found: Statistics, *, t: Translator) -> ShownTable:
    """Give alerts by the month in which they were raised."""
    return ShownTable(
        columns=(t("Month"), t("State"), t("Alerts")),
        rows=tuple((one.month, t(_ALERT_STATES[one.state]), one.alerts) for one in found.alerts),
    )
