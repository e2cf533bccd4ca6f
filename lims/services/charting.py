"""Control charts as data: what the controls of a method gave on an instrument, and which rules each point breaks."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from lims.domain.acceptance import AcceptanceRule
from lims.domain.batch import Batch, Verdict
from lims.domain.control_chart import FEWEST_POINTS, ControlLimits, ControlQuantity, ControlVerdict, judge
from lims.domain.sequence import Injection, InjectionKind
from lims.services.ports import Store

_MAX_LISTED = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class ControlPoint:
    """One control injection of one batch."""

    batch_number: str
    place: int
    sample_name: str
    acquired_at: datetime
    value: Decimal
    in_limits_from: bool
    """Whether the limits were set from this point too."""
    verdict: ControlVerdict | None
    """None as long as there are no limits."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ControlChart:
    """All points in the order of their measurement, and the limits where there are enough."""

    method_number: str
    instrument: str
    quantity: ControlQuantity
    limits: ControlLimits | None
    """From the first ``FEWEST_POINTS`` points of usable batches; None as long as there are fewer, or all are equal."""
    points: tuple[ControlPoint, ...]
    not_measured: int
    """Control injections in which the quantity was not found: on no chart, but counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Value:
    batch: Batch
    injection: Injection
    acquired_at: datetime
    value: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class ChartingService:
    """Makes control charts of the verdicts of batches."""

    store: Store = field(repr=False)

    def control_charts(self, method_number: str, *, instrument: str) -> tuple[ControlChart, ...]:
        """Give the control chart of each quantity; the batches are read once."""
        judged = self._judged(method_number, instrument)
        return tuple(_chart(judged, method_number, instrument, quantity) for quantity in ControlQuantity)

    def control_points(self, method_number: str, *, instrument: str, quantity: ControlQuantity) -> ControlChart:
        """Give the control chart of a method on an instrument.

        Parameters
        ----------
        method_number : str
            Of the method, all its versions.
        instrument : str
            As batches name it; empty for those that name none.
        quantity : ControlQuantity
            What is charted.

        Returns
        -------
        ControlChart
            With the newest verdict of every batch that was judged, also of failed ones: a chart that leaves out what
            failed shows nothing. Limits are set once, from the first points of batches that may be used, and kept.
        """
        return _chart(self._judged(method_number, instrument), method_number, instrument, quantity)

    def instruments(self, method_number: str) -> tuple[str, ...]:
        """Name the instruments on which batches of a method were judged."""
        return tuple(sorted({batch.instrument for batch in self._batches(method_number) if batch.verdicts}))

    def _judged(self, method_number: str, instrument: str) -> list[Batch]:
        return [b for b in self._batches(method_number) if b.verdicts and b.instrument == instrument]

    def _batches(self, method_number: str) -> tuple[Batch, ...]:
        with self.store.reading() as work:
            return work.children(Batch, method_number)


def _chart(judged: Sequence[Batch], method_number: str, instrument: str, quantity: ControlQuantity) -> ControlChart:
    controls = [control for batch in judged for control in _controls(batch)]
    found = sorted(
        (value for batch, place in controls if (value := _value(batch, place, quantity)) is not None),
        key=lambda one: (one.acquired_at, one.batch.number, one.injection.place),
    )
    basis = [one for one in found if one.batch.usable][:FEWEST_POINTS]
    limits = _limits([one.value for one in basis])
    verdicts = judge([one.value for one in found], limits=limits) if limits else None
    return ControlChart(
        method_number=method_number,
        instrument=instrument,
        quantity=quantity,
        limits=limits,
        points=tuple(
            ControlPoint(
                batch_number=one.batch.number,
                place=one.injection.place,
                sample_name=one.injection.sample_name,
                acquired_at=one.acquired_at,
                value=one.value,
                in_limits_from=limits is not None and one in basis,
                verdict=verdicts[number] if verdicts else None,
            )
            for number, one in enumerate(found)
        ),
        not_measured=len(controls) - len(found),
    )


def _controls(batch: Batch) -> list[tuple[Batch, int]]:
    return [(batch, one.place) for one in batch.injections if one.kind is InjectionKind.CONTROL]


def _value(batch: Batch, place: int, quantity: ControlQuantity) -> _Value | None:
    """Give what the newest verdict says of a control; None if it was not found, or its run was discarded since."""
    run, value = batch.run_at(place), _measured(batch.verdicts[-1], place, quantity)
    if run is None or value is None:
        return None
    return _Value(batch=batch, injection=batch.injection(place), acquired_at=run.acquired_at, value=value)


def _measured(verdict: Verdict, place: int, quantity: ControlQuantity) -> Decimal | None:
    if quantity is ControlQuantity.RECOVERY:
        rule = AcceptanceRule.CONTROL_RECOVERY
        return next((o.value for o in verdict.outcomes if o.rule is rule and o.place == place), None)
    found = next((one for one in verdict.measured if one.place == place), None)
    if found is None:
        return None
    if quantity is ControlQuantity.INTERNAL_STANDARD_AREA:
        return found.internal_standard_area
    return found.internal_standard_retention_s


def _limits(values: list[Decimal]) -> ControlLimits | None:
    """Set limits where they can be: not from too few points, nor from points that are all equal."""
    return ControlLimits.of(values) if len(values) >= FEWEST_POINTS and len(set(values)) > 1 else None


CHART_COLUMNS = ("batch", "place", "sample_name", "acquired_at", "value", "deviation", "broken_rules")


def chart_csv(chart: ControlChart) -> bytes:
    """Write a chart as CSV: UTF-8, CRLF. No cell is a formula: names that look like one were refused at planning."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(CHART_COLUMNS)
    for point in chart.points:
        row = chart_row(point)
        writer.writerow([row[name] if row[name] is not None else "" for name in CHART_COLUMNS])
    return text.getvalue().encode("utf-8")


def chart_row(point: ControlPoint) -> dict[str, str | int | None]:
    """Write a point under the names of ``CHART_COLUMNS``; unknown is None."""
    return {
        "batch": point.batch_number,
        "place": point.place,
        "sample_name": point.sample_name,
        "acquired_at": point.acquired_at.isoformat(),
        "value": str(point.value),
        "deviation": None if point.verdict is None else f"{point.verdict.deviation:.2f}",
        "broken_rules": None if point.verdict is None else " ".join(rule.value for rule in point.verdict.broken),
    }
