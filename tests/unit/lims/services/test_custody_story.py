"""The custody of one item told whole: holes, corrections beside what they correct, and the picture of it."""

from datetime import timedelta

import pytest

from lims.domain.custody import Holder, HolderKind
from lims.domain.custody_timeline import Hole, Span, Timeline
from lims.domain.permissions import Act
from lims.domain.signature import SignatureMeaning
from lims.services.accessioning import ExhibitFacts
from lims.services.sealing import CorrectionFacts
from lims.ui.custody_figure import timeline_figure
from tests.builders.clocks import MORNING
from tests.builders.custody_cells import old_aliquot
from tests.builders.kept_benches import kept
from tests.builders.laboratories import QUALITY, TECHNICIAN

ONE = "2026-0001/1"
HOUR = timedelta(hours=1)
PERSON = "in the hands of A"


def make(bench):
    bench.hire()
    bench.accessioning.register_exhibit(bench.case().number, ExhibitFacts(description="bag"), actor=TECHNICIAN)


@pytest.fixture
def lab(bench):
    """Give a laboratory with one exhibit."""
    return kept(bench, "custody-story", make)


def spans(*hours):
    """Give spans of hours after the morning; None for now."""
    holder = Holder(kind=HolderKind.PERSON, name="a")
    return tuple(
        Span(holder=holder, since=MORNING + HOUR * begin, until=None if end is None else MORNING + HOUR * end)
        for begin, end in hours
    )


def holes(*hours):
    return tuple(Hole(since=MORNING + HOUR * begin, until=MORNING + HOUR * end) for begin, end in hours)


@pytest.mark.parametrize(
    ("held", "free"),
    [
        (((0, None),), ()),
        (((0, 4), (4, None)), ()),
        (((1, 2), (3, None)), ((0, 1), (2, 3))),
        (((0, 2),), ((2, 9),)),
        ((), ((0, 9),)),
        (((0, 5), (1, 2)), ((5, 9),)),
    ],
)
def test_cc_5_the_holes_are_the_times_in_no_span(held, free):
    line = Timeline(exhibit_number=ONE, spans=spans(*held))
    assert line.holes(since=MORNING, until=MORNING + 9 * HOUR) == holes(*free)


def test_an_exhibit_that_somebody_always_had_has_no_hole(lab):
    lab.clock.advance(hours=3)
    story = lab.custody.story(ONE)
    assert (story.holes, story.check.intact, story.unrecorded) == ((), True, False)
    assert story.until - story.since >= 3 * HOUR
    assert [one.version for one in story.events] == [1]


def test_cc_4_a_correction_stands_beside_what_it_corrects(lab):
    facts = CorrectionFacts(corrects=1, reason="wrong word", approved_by="quality", purpose="receipt from the court")
    corrected = lab.sealing.prepare_correction(ONE, facts, actor=TECHNICIAN)
    approval = lab.confirmed(QUALITY, SignatureMeaning.APPROVER, corrected)
    lab.sealing.correct(corrected, actor=TECHNICIAN, approval=approval)
    first, second = lab.custody.story(ONE).events
    assert (first.recorded.purpose, first.right.purpose) == ("receipt", "receipt from the court")
    assert [one.reason for one in first.corrections] == ["wrong word"]
    assert (second.recorded.correction, second.corrections) == (first.corrections[0], ())


def test_e_3_the_time_before_a_custody_that_was_begun_late_is_a_hole_in_red_hatching(lab):
    now = lab.clock.now()
    aliquot, balance = old_aliquot(f"{ONE}-A900", ONE, at=now)
    with lab.store.unit_of_work() as work:
        work.record(aliquot, act=Act.ALIQUOT_TAKEN, actor=TECHNICIAN, at=now)
        work.record(balance, act=Act.MASS_OPENED, actor=TECHNICIAN, at=now)
        work.commit()
    lab.clock.advance(hours=2)
    story = lab.custody.story(aliquot.number)
    assert story.unrecorded
    assert story.holes == (Hole(since=now, until=story.until),)
    lab.sealing.begin_late(aliquot.number, reason="taken before", actor=TECHNICIAN)
    lab.clock.advance(hours=2)
    story = lab.custody.story(aliquot.number)
    assert not story.unrecorded
    assert [hole.until - hole.since for hole in story.holes] == [2 * HOUR]
    figure = timeline_figure(story, holders=dict.fromkeys(story.line.spans, f"{PERSON} <b>"), gap="Gap")
    held, gap, cross = figure.data
    assert (held.y, held.marker.pattern.shape) == ((f"{PERSON} &lt;b&gt;",), "")
    assert (gap.y, gap.marker.pattern.shape, gap.marker.color) == (("Gap",), "/", "#C4161C")
    assert (cross.y, cross.marker.symbol) == (("Gap",), "x")
    assert tuple(figure.layout.yaxis.categoryarray) == (f"{PERSON} &lt;b&gt;", "Gap")
