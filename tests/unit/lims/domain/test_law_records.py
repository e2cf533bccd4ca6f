"""Texts of the law and determinations as records."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from lims.domain.duties import case_numbers
from lims.domain.grounds import grounds_of
from lims.domain.law_text import Confirmation, LawAct, LawEdition, LawTable, Return, known_from
from lims.domain.legal_determination import DatedStatus, LegalDetermination, Override, StructureLevel
from lims.errors import InvalidRecordError, ReviewerIsExaminerError, TransitionError
from lims.work_errors import LawTableErrors, SelfConfirmedError
from substance_library.determination import LegalStatus
from tests.builders.law_books import act, ask, book, edition, named, table

NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)
DRAFT = {"drafted_by": "clerk", "drafted_at": NOW}
CONFIRMED = Confirmation(by="second", at=NOW, compared_with="gazette")


def law_act(**facts):
    return LawAct(**{"number": "ZZ-1", "act": act(), **DRAFT, **facts})


def test_what_is_confirmed_is_known_from_that_moment_on():
    drafted = law_act()
    assert (drafted.state, drafted.title, drafted.parent) == ("drafted", "Fictitious act ZZ-1", "")
    with pytest.raises(InvalidRecordError, match="drafted, not in the book"):
        known_from(drafted)
    confirmed = drafted.confirm(CONFIRMED)
    assert (confirmed.state, confirmed.version, confirmed.known.known_from) == ("in the book", 2, NOW)
    for step in (lambda: confirmed.confirm(CONFIRMED), lambda: confirmed.send_back(Return(by="x", at=NOW, words="w"))):
        with pytest.raises(TransitionError, match="in the book, not drafted"):
            step()


def test_nobody_confirms_the_own_draft_also_in_a_body_that_was_made_elsewhere():
    with pytest.raises(SelfConfirmedError):
        law_act(confirmation=replace(CONFIRMED, by="clerk"))
    with pytest.raises(SelfConfirmedError):
        LawTable(number="ZZ-1/1/list", table=table(), **DRAFT).confirm(replace(CONFIRMED, by="clerk"))


@pytest.mark.parametrize(
    "make",
    [
        lambda: law_act(number="other"),
        lambda: LawEdition(number="other", edition=edition(), **DRAFT),
        lambda: LawTable(number="other", table=table(), **DRAFT),
        lambda: law_act(drafted_by=""),
        lambda: replace(CONFIRMED, compared_with=""),
        lambda: Return(by="x", at=NOW, words=""),
    ],
)
def test_a_text_has_its_own_number_its_clerk_and_its_reasons(make):
    with pytest.raises(InvalidRecordError):
        make()


def test_an_edition_keeps_who_verified_it():
    drafted = LawEdition(number="ZZ-1/1", edition=edition(), **DRAFT)
    assert drafted.title == "first text, in force from 2020-01-01"
    published = drafted.publish(CONFIRMED, on=NOW.date())
    assert (published.parent, published.edition.verified_by, published.known.known_from) == ("ZZ-1", "second", NOW)
    listed = LawTable(number="ZZ-1/1/list", table=table(named("1", "CCN")), **DRAFT).confirm(CONFIRMED)
    assert (listed.title, listed.parent, listed.known.known_from) == ("list: 1 rows", "ZZ-1/1", NOW)


def test_the_faults_of_a_table_say_what_to_do():
    error = LawTableErrors("a.csv", ("line 2: x", "line 3: y"))
    assert "2 fault(s), nothing was taken" in str(error)
    assert "import the file again" in error.advice()


LAW = book(named("1", "CCN"))
DAY = date(2021, 3, 5)


def on(day, *structures):
    return DatedStatus(as_of=day, answers=tuple(ask(one, LAW, day) for one in structures or ("CCN",)))


def determination(**facts):
    usual = {
        "number": "2026-0001/1-L1",
        "exhibit_number": "2026-0001/1",
        "substance": "toy",
        "structures": ("CCN",),
        "level": StructureLevel.COMPLETE,
        "jurisdiction": "ZZ",
        "seized_on": DAY,
        "on_seizure": on(DAY),
        "on_report": on(NOW.date()),
        "expert": "expert",
        "made_at": NOW,
        "shipped_book_sha256": "0" * 64,
        "program_version": "0",
    }
    return LegalDetermination(**{**usual, **facts})


def test_kz_4_a_status_is_of_its_day_and_of_every_structure_that_it_may_be():
    both = on(DAY, "CCN", "CNC")
    assert both.result is LegalStatus.CANNOT_DECIDE
    assert both.missing[0].startswith("isomers that are not told apart")
    assert on(DAY, "CCN", "CCN").result is LegalStatus.LISTED_BY_NAME
    with pytest.raises(InvalidRecordError, match="of that day"):
        DatedStatus(as_of=NOW.date(), answers=both.answers)


@pytest.mark.parametrize(
    "facts",
    [
        {"seized_on": None},
        {"on_seizure": None},
        {"structures": ()},
        {"structures": ("CCN", "CNC")},
        {"level": StructureLevel.ISOMERS},
        {"substance": ""},
    ],
)
def test_a_determination_whose_parts_do_not_fit_is_refused(facts):
    with pytest.raises(InvalidRecordError):
        determination(**facts)


def test_an_override_counts_and_asks_for_a_new_review():
    made = determination()
    assert (made.state, made.parent, made.title) == ("made", "2026-0001/1", "toy, ZZ: listed_by_name")
    with pytest.raises(ReviewerIsExaminerError):
        made.review(by="expert", at=NOW)
    reviewed = made.review(by="second", at=NOW)
    assert reviewed.state == "reviewed"
    with pytest.raises(TransitionError, match="reviewed already"):
        reviewed.review(by="second", at=NOW)
    later = NOW + timedelta(minutes=1)
    said = reviewed.override(Override(result=LegalStatus.NOT_COVERED, reason="r", by="expert", at=later))
    assert (said.state, said.result, said.version) == ("made", LegalStatus.NOT_COVERED, 3)
    with pytest.raises(TransitionError, match="is by expert"):
        said.override(Override(result=LegalStatus.NOT_COVERED, reason="r", by="another", at=later))
    with pytest.raises(InvalidRecordError, match="reason"):
        Override(result=LegalStatus.NOT_COVERED, reason="", by="expert", at=NOW)


def test_a_determination_rests_on_its_editions_and_the_exhibit_on_it():
    made = determination(weighing_number="W-1")
    found = {(one.record.kind, one.rests_on.kind, one.rests_on.number) for one in grounds_of(made, actor="expert")}
    assert ("exhibit", "determination", made.number) in found
    assert ("determination", "law edition", "ZZ-1/1") in found
    assert ("determination", "weighing", "W-1") in found
    assert case_numbers(made, lambda _, number: f"case of {number}") == ("case of 2026-0001/1",)
