from dataclasses import replace

import pytest

from lims.domain.report import LEFT, Report, ReportStatus
from lims.domain.report_copy import CopyForm, ReportCopy
from lims.errors import InvalidRecordError, TransitionError
from tests.builders.clocks import MORNING

REPORT = Report(
    number="2026-0001-P1",
    examination_number="2026-0001/1-R1-E1",
    examination_version=3,
    language="kk",
    expert="a",
    reviewer="b",
    evidence=False,
    status=ReportStatus.ISSUED,
    pdf_sha256="ab" * 32,
)
COPY = ReportCopy(
    form=CopyForm.FULL, language="ru", copy_sha256="cd" * 32, of_sha256="ab" * 32, made_by="a", made_at=MORNING
)


@pytest.mark.parametrize("status", ReportStatus)
def test_copies_are_made_of_what_left_the_laboratory(status):
    report = replace(REPORT, status=status)
    if status not in LEFT:
        with pytest.raises(TransitionError):
            report.copy(COPY)
        return
    copied = report.copy(COPY).copy(replace(COPY, form=CopyForm.SUMMARY))
    assert (len(copied.copies), copied.version, copied.status) == (2, report.version + 2, status)


@pytest.mark.parametrize("changes", [{"of_sha256": "ef" * 32}, {"copy_sha256": "ab" * 32}])
def test_a_copy_of_another_document_and_the_document_itself_are_refused(changes):
    with pytest.raises(InvalidRecordError, match=r"2026-0001-P1 is ab"):
        REPORT.copy(replace(COPY, **changes))


@pytest.mark.parametrize("name", ["language", "copy_sha256", "of_sha256", "made_by"])
def test_a_copy_without_a_name_for_it_is_refused(name):
    with pytest.raises(InvalidRecordError):
        replace(COPY, **{name: ""})
