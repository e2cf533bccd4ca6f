"""What a page is told of folders where signatures are made elsewhere."""

import os
from datetime import UTC, datetime

from lims.reporting.signing_folder import look_into


def test_what_lies_in_a_folder_is_told_with_its_time_and_whether_it_is_signed(tmp_path):
    for name in ("2026-0001-P1-Expert.tbs", "2026-0002-P1-Reviewer.tbs", "2026-0002-P1-Reviewer.p7s", "note.txt"):
        (tmp_path / name).write_bytes(b"x")
    os.utime(tmp_path / "2026-0001-P1-Expert.tbs", (1_790_000_000, 1_790_000_000))
    found = look_into(tmp_path, person="E-07", wait_s=240)
    assert (found.person, found.wait_s, found.fault) == ("E-07", 240, "")
    assert [(one.file_name, one.answered) for one in found.requests] == [
        ("2026-0001-P1-Expert.tbs", False),
        ("2026-0002-P1-Reviewer.tbs", True),
    ]
    assert found.requests[0].since == datetime.fromtimestamp(1_790_000_000, UTC)


def test_a_folder_that_is_not_there_says_so(tmp_path):
    found = look_into(tmp_path / "gone", person="E-07", wait_s=240)
    assert (found.requests, found.fault) == ((), "there is no such folder")
