"""Entering the law through the service: drafted by a clerk, confirmed by a second person, in the book from then on."""

import dataclasses
from datetime import date, timedelta

import pytest

from lims.errors import InvalidRecordError, NotFoundError, NotPermittedError, StaleVersionError, TransitionError
from lims.services.legislating import TableFacts
from lims.work_errors import EditionOpenError, LawTableErrors, SelfConfirmedError
from substance_library.editions import NotLoaded
from tests.builders.laboratories import ADMIN, EXPERT, HEAD, TECHNICIAN
from tests.builders.law_books import act, answer, ask, edition
from tests.builders.people import QUALITY

CLERK, SECOND = ADMIN, QUALITY
"""The library curator drafts, the quality manager confirms."""
ROWS = (
    "number,kind,name_kk,name_ru,name_en,smiles,salts,esters,ethers,isomers,isotopologues,analogues,row\n"
    "1,named,мысал,пример,toy,CCN,yes,no,no,none,no,no,1\n"
    "2,named,,,second toy,CCCN,yes,no,no,none,no,no,2\n"
).encode()
FACTS = TableFacts(number="ZZ-1/1/list", edition="ZZ-1/1", part="list", consolidated=True, complete=True)
TEXT = "the official gazette of ZZ"


@pytest.fixture
def lab(bench):
    bench.hire()
    return bench


def enter(lab, *, rows=ROWS, facts=FACTS):
    """Enter an act with one edition and one table, up to the confirmed table."""
    service = lab.legislating
    service.draft_act(act(), actor=CLERK)
    service.confirm_act("ZZ-1", compared_with=TEXT, actor=SECOND)
    service.draft_edition(edition(), actor=CLERK)
    service.import_table(facts, rows, name="rows.csv", actor=CLERK)
    return service.confirm_table(facts.number, compared_with=TEXT, actor=SECOND)


def publish(lab, number="ZZ-1/1"):
    return lab.legislating.publish_edition(number, compared_with=TEXT, actor=SECOND)


def status(lab, smiles="CCN", day=date(2021, 6, 1), **facts):
    return answer(smiles, lab.legislating.book(), day, **facts)


def test_law_5_1_an_edition_is_drafted_confirmed_published_and_then_the_book_knows_it(lab):
    table = enter(lab)
    assert (table.state, table.source_name, len(table.table.entries)) == ("in the book", "rows.csv", 2)
    assert status(lab) == "cannot_decide"  # rows are there, their edition is not
    published = publish(lab)
    assert (published.state, published.edition.verified_by) == ("in the book", "quality")
    assert published.edition.verified_on == lab.clock.now().date()
    found = ask("CCN", lab.legislating.book())
    assert found.result.value == "listed_by_name"
    assert [one.name for one in found.findings] == ["мысал"]
    assert lab.legislating.act("ZZ-1").act.citation == "Fictitious act ZZ-1"
    assert {line.kind for line in lab.legislating.texts()} == {"law act", "law edition", "law table"}


def test_law_5_1_nobody_confirms_what_the_same_person_drafted(lab):
    service = lab.legislating
    service.draft_act(act(), actor=SECOND)
    service.draft_edition(edition(), actor=SECOND)
    service.import_table(FACTS, ROWS, name="rows.csv", actor=SECOND)
    for confirm, number in (
        (service.confirm_act, "ZZ-1"),
        (service.confirm_table, FACTS.number),
        (service.publish_edition, "ZZ-1/1"),
    ):
        with pytest.raises(SelfConfirmedError, match="quality drafted") as refusal:
            confirm(number, compared_with=TEXT, actor=SECOND)
        assert "another person" in refusal.value.advice()
    assert service.confirm_act("ZZ-1", compared_with=TEXT, actor=HEAD).state == "in the book"


@pytest.mark.both_databases
def test_law_5_1_nobody_confirms_own_words_that_somebody_else_drafted_again(lab):
    service = lab.legislating
    service.draft_act(act(), actor=CLERK)
    again = service.draft_act(act(), actor=SECOND, replaces=1)
    assert again.clerks == (CLERK.number, SECOND.number)
    for clerk in (CLERK, SECOND):
        with pytest.raises(SelfConfirmedError, match=f"{clerk.number} drafted"):
            service.confirm_act("ZZ-1", compared_with=TEXT, actor=clerk)
    confirmed = service.confirm_act("ZZ-1", compared_with=TEXT, actor=HEAD)
    correction = service.draft_act(act(), actor=SECOND, replaces=confirmed.version)
    assert correction.clerks == (SECOND.number,), "what was confirmed is the text of both, and no draft"
    assert service.confirm_act("ZZ-1", compared_with=TEXT, actor=CLERK).state == "in the book"


def test_law_an_act_that_names_no_part_is_not_drafted_for_it_would_cover_nothing(lab):
    service = lab.legislating
    with pytest.raises(InvalidRecordError, match="act ZZ-1 names no part"):
        service.draft_act(act(parts=()), actor=CLERK)
    assert service.draft_act(act(parts=(), threshold_parts=("sizes",)), actor=CLERK).state == "drafted"
    left = NotLoaded(words="the named entries")
    drafted = service.draft_act(act(parts=(), not_loaded=(left,)), actor=CLERK, replaces=1)
    with pytest.raises(InvalidRecordError, match="names no part"):
        service.draft_act(act(parts=()), actor=CLERK, replaces=drafted.version)


@pytest.mark.parametrize("person", [EXPERT, TECHNICIAN, HEAD])
def test_law_5_1_experts_and_heads_do_not_enter_the_law(lab, person):
    with pytest.raises(NotPermittedError):
        lab.legislating.draft_act(act(), actor=person)


def test_an_edition_waits_for_its_act_and_its_tables(lab):
    service = lab.legislating
    service.draft_act(act(), actor=CLERK)
    service.draft_edition(edition(), actor=CLERK)
    with pytest.raises(EditionOpenError, match="act ZZ-1 is not confirmed"):
        publish(lab)
    service.confirm_act("ZZ-1", compared_with=TEXT, actor=SECOND)
    service.import_table(FACTS, ROWS, name="rows.csv", actor=CLERK)
    with pytest.raises(EditionOpenError, match="table ZZ-1/1/list is drafted") as refusal:
        publish(lab)
    assert "publish" in refusal.value.advice()
    service.confirm_table(FACTS.number, compared_with=TEXT, actor=SECOND)
    assert publish(lab).state == "in the book"
    with pytest.raises(TransitionError, match="in the book, not drafted"):
        publish(lab)


def test_a_draft_goes_back_to_its_clerk_and_comes_again(lab):
    service = lab.legislating
    service.draft_act(act(), actor=CLERK)
    service.draft_edition(edition(), actor=CLERK)
    service.import_table(FACTS, ROWS, name="rows.csv", actor=CLERK)
    returned = service.return_table(FACTS.number, reason="row 2 is missing", actor=SECOND)
    assert (returned.state, returned.returned.words) == ("returned", "row 2 is missing")
    with pytest.raises(TransitionError, match="returned, not drafted"):
        service.confirm_table(FACTS.number, compared_with=TEXT, actor=SECOND)
    again = service.import_table(FACTS, ROWS, name="rows.csv", actor=CLERK, replaces=2)
    assert (again.version, again.state, again.returned) == (3, "drafted", None)
    assert service.return_act("ZZ-1", reason="title", actor=SECOND).state == "returned"
    assert service.return_edition("ZZ-1/1", reason="days", actor=HEAD).state == "returned"
    service.draft_act(act("ZZ-2"), actor=CLERK)
    with pytest.raises(InvalidRecordError, match="reason"):
        service.return_act("ZZ-2", reason=" ", actor=SECOND)


def test_a_correction_names_the_version_that_it_replaces_and_counts_when_it_is_confirmed(lab):
    enter(lab)
    publish(lab)
    other = ROWS.replace(b"CCN,", b"CCCCN,")
    for seen in (None, 1):
        with pytest.raises(StaleVersionError):
            lab.legislating.import_table(FACTS, other, name="rows.csv", actor=CLERK, replaces=seen)
    lab.clock.moment += timedelta(days=1)
    lab.legislating.import_table(FACTS, other, name="rows.csv", actor=CLERK, replaces=2)
    assert status(lab) == "listed_by_name"  # the draft is not in the book
    moment = lab.clock.now()
    lab.clock.moment += timedelta(days=1)
    lab.legislating.confirm_table(FACTS.number, compared_with=TEXT, actor=SECOND)
    assert status(lab) == "not_covered"
    assert status(lab, "CCCCN") == "listed_by_name"
    assert status(lab, known_at=moment) == "listed_by_name"
    assert status(lab, "CCCCN", known_at=moment) == "not_covered"


@pytest.mark.parametrize(
    ("first", "last", "gap_words", "refusal"),
    [
        (date(2021, 1, 1), None, "", ""),
        (date(2021, 1, 2), None, "", "gap from 2021-01-01 to 2021-01-01"),
        (date(2021, 1, 2), None, "nothing was in force", ""),
        (date(2020, 12, 31), None, "", "overlap from 2020-12-31 to 2020-12-31"),
    ],
)
def test_law_5_4_10_a_gap_needs_its_reason_and_an_overlap_is_refused(lab, first, last, gap_words, refusal):
    service = lab.legislating
    service.draft_act(act(), actor=CLERK)
    service.confirm_act("ZZ-1", compared_with=TEXT, actor=SECOND)
    service.draft_edition(edition(last=date(2020, 12, 31)), actor=CLERK)
    publish(lab)
    service.draft_edition(edition("ZZ-1/2", first=first, last=last, gap_words=gap_words), actor=CLERK)
    if refusal:
        with pytest.raises(EditionOpenError, match=refusal):
            publish(lab, "ZZ-1/2")
    else:
        assert publish(lab, "ZZ-1/2").state == "in the book"


def test_every_fault_of_every_row_is_named_and_nothing_is_taken(lab):
    lab.legislating.draft_act(act(), actor=CLERK)
    lab.legislating.draft_edition(edition(), actor=CLERK)
    bad = b"number,kind,name_en,smiles,salts\n1,named,toy,C(,yes\n2,strange,toy,CCN,yes\n3,named,toy,CCN,perhaps\n"
    with pytest.raises(LawTableErrors) as refusal:
        lab.legislating.import_table(FACTS, bad, name="rows.csv", actor=CLERK)
    assert len(refusal.value.faults) == 3
    assert [fault.split(":")[0] for fault in refusal.value.faults] == ["line 2", "line 3", "line 4"]
    with pytest.raises(NotFoundError):
        lab.legislating.table(FACTS.number)


def test_what_is_entered_belongs_to_something_that_is_there(lab):
    with pytest.raises(NotFoundError, match="law act ZZ-1"):
        lab.legislating.draft_edition(edition(), actor=CLERK)
    with pytest.raises(NotFoundError, match="law edition ZZ-1/1"):
        lab.legislating.import_table(FACTS, ROWS, name="rows.csv", actor=CLERK)
    with pytest.raises(NotFoundError):
        lab.legislating.draft_act(act(), actor=CLERK, replaces=1)
    with pytest.raises(InvalidRecordError, match="part"):
        enter(lab, facts=dataclasses.replace(FACTS, part=" "))


def test_the_shipped_decree_gets_its_rows_and_days_from_the_laboratory(lab):
    service = lab.legislating
    service.draft_edition(edition("KZ-470/470", act="KZ-470", first=date(2019, 7, 5)), actor=CLERK)
    for part in ("annex 1 (list of controlled substances)", "annex 3 (list of substituents)"):
        facts = dataclasses.replace(FACTS, number=f"KZ-470/470/{part[:7]}", edition="KZ-470/470", part=part)
        rows = ROWS if "annex 1" in part else b"number,kind,fragment,valence\ns1,substituent,[*]C,1\n"
        service.import_table(facts, rows, name="fictitious.csv", actor=CLERK)
        service.confirm_table(facts.number, compared_with=TEXT, actor=SECOND)
    service.publish_edition("KZ-470/470", compared_with=TEXT, actor=SECOND)
    found = ask("CCN", service.book(), date(2019, 12, 1), "KZ")
    assert found.result.value == "listed_by_name"
    unlisted = ask("c1ccccc1", service.book(), date(2019, 12, 1), "KZ")
    assert (unlisted.result.value, unlisted.missing) == ("not_covered", ())  # decree 396 came in 2021
    amended = ask("c1ccccc1", service.book(), date(2020, 1, 1), "KZ")
    assert amended.result.value == "cannot_decide"
    assert any("what No. 975 of 25 December 2019 changed" in words for words in amended.missing)


def test_the_watch_is_told_what_changed_the_book_and_when(lab):
    assert lab.legislating.changes() == ()
    enter(lab)
    assert lab.legislating.changes() == ()  # nothing of it is in force of the book yet
    publish(lab)
    (change,) = lab.legislating.changes()
    assert (change.kind, change.number, change.act, change.jurisdiction) == ("law edition", "ZZ-1/1", "ZZ-1", "ZZ")
    assert lab.legislating.changes(after=change.sequence) == ()
    lab.legislating.import_table(FACTS, ROWS, name="rows.csv", actor=CLERK, replaces=2)
    lab.legislating.confirm_table(FACTS.number, compared_with=TEXT, actor=SECOND)
    (corrected,) = lab.legislating.changes(after=change.sequence)
    assert (corrected.kind, corrected.number, corrected.edition, corrected.version) == (
        "law table",
        FACTS.number,
        "ZZ-1/1",
        4,
    )
