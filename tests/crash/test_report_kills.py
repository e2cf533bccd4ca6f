"""A kill between any two steps of a report: the next start repairs or voids it, and says so."""

import pytest

from lims.services.recovering import UNFINISHED
from tests.crash import programs
from tests.crash.report_steps import STEPS

NOTHING, VOIDED = "nothing", "voided"
EXPECTED = (
    *((NOTHING, 0), (VOIDED, 0), (VOIDED, 0), (VOIDED, 0), (VOIDED, 0), (VOIDED, 1), (VOIDED, 1), ("drafted", 0)),
    *(("drafted", 0), ("drafted", 1), ("drafted", 1), ("reviewed", 0)),
    *(("reviewed", 0), ("administratively reviewed", 0), ("administratively reviewed", 0), ("issued", 0)),
)
"""How the newest report stands after the start, and how many documents without an entry the start names."""


def require_put_right(folder, *options):
    *kills, last = programs.run("report_steps", "--folder", folder, *options)
    assert [one["step"] for one in kills] == list(STEPS)
    for kill, (state, documents) in zip(kills, EXPECTED, strict=True):
        assert kill["killed"], kill
        newest = max(kill["reports"], key=lambda number: int(number.rpartition("-P")[2]))
        if state == NOTHING:
            assert (len(kill["reports"]), kill["said"]) == (1, ""), kill
            continue
        assert kill["reports"][newest] == state, kill
        assert kill["said"].count("that no entry names: SHA-256") == documents, kill
        assert kill["unfinished"] == ([newest] if state == VOIDED else [])
        if state == VOIDED:
            assert f"report {newest} of" in kill["said"]
            assert kill["reasons"][newest].startswith(UNFINISHED)
            assert ("a document that was not recorded" in kill["reasons"][newest]) is bool(documents)
        assert ("into the quarantine" in kill["said"]) is bool(documents), kill
        assert kill["again"] is False, kill
    assert last["ended"] == 0
    assert (last["findings"]["lost"], last["findings"]["faults"]) == ([], []), last
    assert (last["findings"]["unnamed"], last["findings"]["temporary"], last["said"]) == (0, 0, ""), last
    assert sorted(last["reports"].values()) == ["issued", "issued", *["voided"] * 6]


def test_a_kill_between_any_two_steps_is_put_right(tmp_path):
    require_put_right(tmp_path)


@pytest.mark.nightly
def test_a_kill_between_any_two_steps_of_real_documents_is_put_right(tmp_path):
    require_put_right(tmp_path, "--real")


@pytest.mark.nightly
@pytest.mark.postgresql
def test_a_kill_between_any_two_steps_is_put_right_on_postgresql(tmp_path):
    require_put_right(tmp_path, "--real", "--postgresql")
