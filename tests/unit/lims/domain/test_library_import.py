"""Imports into the library: steps that lead somewhere, four eyes, and counts by which nothing is lost."""

import dataclasses
from datetime import UTC, datetime

import pytest

from lims.domain.library import RecordedRelease, ReleasePart
from lims.domain.library_import import ImportCounts, ImportState, LibraryImport, RecordDecision, Verdict
from lims.domain.run import RawData
from lims.errors import InvalidRecordError, TransitionError
from lims.work_errors import DecisionsOpenError, SecondPersonNeededError

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
PROPOSED = LibraryImport(
    number="LI-0001",
    raw=RawData(sha256="a" * 64, file_name="x.msp", is_folder=False),
    collection="SWGDRUG 3.4",
    form="MSP",
    technique="EI",
    licence="",
    counts=ImportCounts(read=5, taken=4, refused=1, complained=1, structures=2),
    tallies=(),
    records_sha256="b" * 64,
    findings_sha256="c" * 64,
    imported_by="one",
    imported_at=NOW,
)
DECISION = RecordDecision(accession="LI-0001/000001", verdict=Verdict.TAKE, reason="looked", by="one", at=NOW)
WHOLE = {"by": "two", "at": NOW, "open_complaints": 0, "structures_confirmed": 2}


def test_an_import_is_proposed_then_checked():
    decided = PROPOSED.decide([DECISION])
    checked = decided.check(**WHOLE, comment="fine")
    assert [one.status for one in (PROPOSED, decided, checked)] == [
        ImportState.PROPOSED,
        ImportState.PROPOSED,
        ImportState.CHECKED,
    ]
    assert (checked.version, checked.checked_by, checked.structures_confirmed, checked.comment) == (3, "two", 2, "fine")
    assert (PROPOSED.parent, PROPOSED.state, PROPOSED.title) == ("", "proposed", "SWGDRUG 3.4: 4 of 5")


def test_the_newest_decision_holds():
    other = dataclasses.replace(DECISION, verdict=Verdict.LEAVE_OUT)
    assert PROPOSED.decide([DECISION]).decide([other]).verdicts == {"LI-0001/000001": other}


def test_nobody_checks_or_refuses_the_own_import():
    with pytest.raises(SecondPersonNeededError, match="one began it") as refusal:
        PROPOSED.check(**{**WHOLE, "by": "one"})
    assert "second person" in refusal.value.advice()
    with pytest.raises(SecondPersonNeededError):
        PROPOSED.refuse(by="one", at=NOW, reason="r")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"open_complaints": 3}, "3 records with a complaint"),
        ({"structures_confirmed": 0}, "drawings of 2 structures"),
        ({"open_complaints": 1, "structures_confirmed": 1}, "decision; the drawings of 1"),
    ],
)
def test_what_is_open_keeps_an_import_from_passing(change, words):
    with pytest.raises(DecisionsOpenError, match=words) as refusal:
        PROPOSED.check(**{**WHOLE, **change})
    assert "aigaq library findings" in refusal.value.advice()


@pytest.mark.parametrize("done", [PROPOSED.check(**WHOLE), PROPOSED.refuse(by="two", at=NOW, reason="wrong file")])
def test_a_step_that_was_taken_is_the_last(done):
    for step in (
        lambda: done.decide([DECISION]),
        lambda: done.check(**WHOLE),
        lambda: done.refuse(by="two", at=NOW, reason="r"),
    ):
        with pytest.raises(TransitionError, match="not proposed"):
            step()


def test_a_refused_import_says_why():
    refused = PROPOSED.refuse(by="two", at=NOW, reason="wrong file")
    assert (refused.status, refused.refused_for, refused.state) == (ImportState.REFUSED, "wrong file", "refused")
    with pytest.raises(InvalidRecordError):
        PROPOSED.refuse(by="two", at=NOW, reason="")


@pytest.mark.parametrize(
    "change",
    [
        {"number": ""},
        {"collection": " "},
        {"records_sha256": ""},
        {"findings_sha256": ""},
        {"imported_by": ""},
        {"checked_by": "two"},
        {"checked_at": NOW},
        {"refused_for": "r"},
    ],
)
def test_an_import_that_contradicts_itself_is_refused(change):
    with pytest.raises(InvalidRecordError):
        dataclasses.replace(PROPOSED, **change)


def test_counts_in_are_counts_out():
    with pytest.raises(InvalidRecordError, match="5 records read, 3 taken and 1 refused"):
        ImportCounts(read=5, taken=3, refused=1)


@pytest.mark.parametrize("change", [{"accession": ""}, {"reason": " "}])
def test_a_decision_is_about_something_and_for_a_reason(change):
    with pytest.raises(InvalidRecordError):
        dataclasses.replace(DECISION, **change)


def test_a_curated_release_has_files():
    part = ReleasePart(name="mz", sha256="d" * 64, size=9)
    facts = {"number": "1", "sha256": "e" * 64, "file_name": "", "spectra": 1, "purpose": "", "recorded_at": NOW}
    curated = RecordedRelease(**facts, parts=(part,), imports=("LI-0001",), base="0")
    assert curated.is_curated
    assert curated.title == "0, LI-0001"
    assert curated.digests == ("e" * 64, "d" * 64)
    assert not RecordedRelease(**facts).is_curated
    with pytest.raises(InvalidRecordError, match="no files"):
        RecordedRelease(**facts, imports=("LI-0001",))
