import dataclasses

import pytest

from lims.errors import BatchNotUsableError
from lims.reporting.sections.batch import batch_of
from lims.services.report_batch import BatchFile, batch_section
from lims.translation import Translator
from tests.builders.batches import planned
from tests.builders.contents import content
from tests.builders.laboratories import EXPERT


@pytest.fixture
def judged(bench):
    desk = planned(bench)
    desk.measure_all()
    bench.batching.judge(desk.batch.number, actor=EXPERT)
    return desk


def section(desk, place):
    batch = desk.now
    return batch_section(BatchFile(batch=batch, method=desk.bench.batching.method_of(batch), place=place))


def words(section):
    run = dataclasses.replace(content().runs[0], batch=section)
    return list(batch_of(run, t=Translator("en")))


def test_a_section_of_a_batch_that_nobody_judged_is_refused(bench):
    with pytest.raises(BatchNotUsableError, match="nobody judged it"):
        section(planned(bench), 6)


def test_a_run_that_is_no_exhibits_has_no_blank_before_it(judged):
    assert section(judged, 4).blank is None
    assert section(judged, 6).blank.place == 5
    labels = [row.label for row in words(section(judged, 4))[1].rows]
    assert "Blank before the exhibit" not in labels


def test_a_blank_without_a_verdict_is_said_to_be_incomparable(judged):
    whole = section(judged, 6)
    blank = dataclasses.replace(whole.blank, value=None, limit=None, passed=False)
    facts = {row.label: row.value for row in words(dataclasses.replace(whole, blank=blank))[1].rows}
    assert "nothing could be compared" in facts["Blank before the exhibit"]
