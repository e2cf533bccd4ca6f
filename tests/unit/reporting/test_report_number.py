"""The number of a report is told from the outside of its document, and from nothing else."""

import pytest

from lims.reporting.desk import open_desk
from lims.settings import load_settings
from tests.unit.reporting import fictitious_reports


@pytest.fixture
def desk(tmp_path):
    return open_desk(load_settings({}, home=tmp_path))


def test_a_document_states_its_number_outside(desk):
    content = fictitious_reports.report()
    assert desk.number_in(desk.compose(content)) == content.number


@pytest.mark.parametrize(
    "data", [b"", b"%PDF-1.7 of somebody", b"aigaq-report:2026-0001-P1<", b"%PDF-1.7 aigaq-report:<"]
)
def test_other_bytes_state_none(desk, data):
    assert desk.number_in(data) == ""
