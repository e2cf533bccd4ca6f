from datetime import timedelta
from decimal import Decimal

import pytest

from lims.domain.batch import Batch, BatchRun
from lims.domain.control_chart import ControlLimits, ControlQuantity, judge
from lims.domain.sequence import Injection, InjectionKind
from lims.services.charting import ControlChart, ControlPoint
from lims.ui.batch_figures import control_chart_figure, tray_figure
from tests.builders.batches import acquired
from tests.builders.clocks import MORNING

KINDS = {kind: f"<i>{kind.value}</i>" for kind in InjectionKind}


def batch(*vials, done=()):
    lines = tuple(
        Injection(place=place, vial=vial, sample_name=f"<b>{vial}</b>", kind=InjectionKind.BLANK)
        for place, vial in enumerate(vials, start=1)
    )
    runs = tuple(
        BatchRun(place=place, run_number=f"R{place}", raw_sha256=str(place), acquired_at=acquired(place))
        for place in done
    )
    return Batch(
        number="B-1",
        method_number="M",
        method_version=1,
        instrument="",
        time_zone="UTC",
        injections=lines,
        planned_at=MORNING,
        planned_by="x",
        runs=runs,
    )


def test_vials_stand_in_rows_of_ten_by_number_and_fill_as_they_are_measured():
    (trace,) = tray_figure(batch("12", "2", "A1", "2", done=(1, 2)), kinds=KINDS).data
    assert list(trace.text) == ["2", "12", "A1"]
    assert list(trace.marker.symbol) == ["circle-open", "circle", "circle-open"]  # one of two injections of vial 2
    many = tray_figure(batch(*map(str, range(1, 13))), kinds=KINDS).data[0]
    assert (many.x[11], many.y[11]) == (1, -1)


def test_texts_of_people_are_no_markup_in_a_picture():
    (trace,) = tray_figure(batch("1"), kinds=KINDS).data
    assert trace.hovertext[0] == "&lt;b&gt;1&lt;/b&gt;"
    assert trace.name == "&lt;i&gt;blank&lt;/i&gt;"


@pytest.mark.parametrize("with_limits", [True, False])
def test_a_rejected_point_has_another_shape_and_limits_are_lines(with_limits):
    limits = ControlLimits(mean=Decimal(1), standard_deviation=Decimal("0.01"), points=20)
    values = [Decimal("1.01"), Decimal("1.05")]
    verdicts = judge(values, limits=limits)
    chart = ControlChart(
        method_number="M",
        instrument="GCMS",
        quantity=ControlQuantity.RECOVERY,
        limits=limits if with_limits else None,
        points=tuple(
            ControlPoint(
                batch_number="B-1",
                place=number,
                sample_name="<QC>",
                acquired_at=MORNING + timedelta(minutes=number),
                value=value,
                in_limits_from=False,
                verdict=verdict if with_limits else None,
            )
            for number, (value, verdict) in enumerate(zip(values, verdicts, strict=True), start=1)
        ),
        not_measured=0,
    )
    figure = control_chart_figure(chart, value_label="v", point_label="p")
    (points,) = figure.data
    assert list(points.marker.symbol) == (["circle", "x"] if with_limits else ["circle", "circle"])
    assert [shape.y0 for shape in figure.layout.shapes] == ([0.97, 0.98, 1.0, 1.02, 1.03] if with_limits else [])
    assert points.hovertext[1].startswith("B-1, &lt;QC&gt;: 1.05")
    assert ("1-3s" in points.hovertext[1]) == with_limits
