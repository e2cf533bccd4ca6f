from datetime import date

import pytest

from substance_library.editions import (
    Act,
    InForce,
    NotLoaded,
    Standing,
    edition_faults,
    in_order,
    standings,
)
from substance_library.errors import InvalidLawError
from tests.builders.law_books import act, edition

IN, OUT, OPEN = Standing.IN_FORCE, Standing.NOT_IN_FORCE, Standing.DOUBTFUL
FIRST, LAST = date(2020, 1, 1), date(2020, 12, 31)


@pytest.mark.parametrize(
    ("force", "day", "standing"),
    [
        (InForce(first=FIRST, last=LAST), date(2019, 12, 31), OUT),
        (InForce(first=FIRST, last=LAST), FIRST, IN),
        (InForce(first=FIRST, last=LAST), LAST, IN),
        (InForce(first=FIRST, last=LAST), date(2021, 1, 1), OUT),
        (InForce(first=FIRST), date(2999, 1, 1), IN),
        (InForce(not_before=FIRST, by=LAST), date(2019, 12, 31), OUT),
        (InForce(not_before=FIRST, by=LAST), FIRST, OPEN),
        (InForce(not_before=FIRST, by=LAST), date(2020, 12, 30), OPEN),
        (InForce(not_before=FIRST, by=LAST), LAST, IN),
        (InForce(not_before=FIRST), date(2999, 1, 1), OPEN),
        (InForce(by=LAST), date(1900, 1, 1), OPEN),
        (InForce(), FIRST, OPEN),
        (InForce(by=FIRST, last=LAST), date(2021, 1, 1), OUT),
    ],
)
def test_the_ends_are_inclusive_and_an_unknown_first_day_is_doubtful(force, day, standing):
    assert force.standing(day) is standing


@pytest.mark.parametrize(
    "days",
    [
        {"first": LAST, "last": FIRST},
        {"first": FIRST, "by": LAST},
        {"first": FIRST, "not_before": FIRST},
        {"not_before": LAST, "by": FIRST},
    ],
)
def test_days_that_contradict_each_other_are_refused(days):
    with pytest.raises(InvalidLawError, match="found"):
        InForce(**days)


def stood(editions, day):
    return {one.number: standing for one, standing in standings(editions, day)}


def test_an_open_edition_ends_when_the_next_one_begins():
    editions = (edition("ZZ-1/2", first=date(2021, 1, 1)), edition("ZZ-1/1", first=FIRST))
    assert stood(editions, date(2020, 12, 31)) == {"ZZ-1/1": IN, "ZZ-1/2": OUT}
    assert stood(editions, date(2021, 1, 1)) == {"ZZ-1/1": OUT, "ZZ-1/2": IN}
    assert edition_faults(editions) == ()


def test_a_later_edition_that_lapsed_does_not_bring_an_earlier_one_back():
    editions = (edition("ZZ-1/1", first=FIRST), edition("ZZ-1/2", first=date(2021, 1, 1), last=date(2021, 6, 30)))
    assert stood(editions, date(2021, 7, 1)) == {"ZZ-1/1": OUT, "ZZ-1/2": OUT}


def test_before_an_edition_of_unknown_day_the_one_before_may_still_stand():
    later = edition("ZZ-1/2", force=InForce(not_before=date(2021, 1, 1), by=date(2021, 6, 1)))
    editions = (edition("ZZ-1/1", first=FIRST), later)
    days = (date(2020, 6, 1), date(2021, 1, 1), date(2021, 6, 1))
    found = [stood(editions, day) for day in days]
    assert found == [
        {"ZZ-1/1": IN, "ZZ-1/2": OUT},
        {"ZZ-1/1": OPEN, "ZZ-1/2": OPEN},
        {"ZZ-1/1": OUT, "ZZ-1/2": IN},
    ]


def test_gaps_and_overlaps_are_found_with_their_days():
    editions = (
        edition("ZZ-1/1", first=FIRST, last=date(2020, 3, 31)),
        edition("ZZ-1/2", first=date(2020, 5, 1), last=date(2020, 8, 31)),
        edition("ZZ-1/3", first=date(2020, 8, 1)),
        edition("ZZ-1/4", first=date(2020, 8, 1), last=date(2020, 8, 2)),
    )
    assert [str(one) for one in edition_faults(editions)] == [
        "ZZ-1: gap from 2020-04-01 to 2020-04-30, ZZ-1/1 - ZZ-1/2",
        "ZZ-1: overlap from 2020-08-01 to 2020-08-31, ZZ-1/2 - ZZ-1/3",
        "ZZ-1: overlap from 2020-08-01 to 2020-08-01, ZZ-1/3 - ZZ-1/4",
    ]


def test_editions_come_in_the_order_of_their_days():
    doubtful = edition("ZZ-1/b", force=InForce(not_before=date(2020, 6, 1)))
    editions = (edition("ZZ-1/c", first=date(2021, 1, 1)), doubtful, edition("ZZ-1/a", first=FIRST))
    assert [one.number for one in in_order(editions)] == ["ZZ-1/a", "ZZ-1/b", "ZZ-1/c"]


@pytest.mark.parametrize(
    "facts", [{"number": " "}, {"citation": ""}, {"jurisdiction": "zz"}, {"jurisdiction": "K1"}, {"sha256": "ab"}]
)
def test_an_act_can_be_cited(facts):
    with pytest.raises(InvalidLawError):
        act(**facts)


def test_an_act_is_titled_in_the_language_that_was_read():
    assert act(title_kk="қаулы").title == "қаулы"
    assert Act(number="1", jurisdiction="KZ", citation="c").title == "c"


def test_an_edition_is_not_published_before_it_is_signed():
    with pytest.raises(InvalidLawError, match="not before"):
        edition(signed=LAST, published=FIRST)
    with pytest.raises(InvalidLawError, match="act"):
        edition(act="")


def test_a_text_that_is_not_loaded_matters_on_its_days():
    text = NotLoaded(words="w", first=FIRST, last=LAST)
    assert [text.matters_on(day) for day in (date(2019, 1, 1), FIRST, LAST, date(2021, 1, 1))] == [
        False,
        True,
        True,
        False,
    ]
    assert NotLoaded(words="w").matters_on(FIRST)


def test_an_edition_of_unknown_changes_may_have_changed_every_part():
    assert edition().changed("list")
    assert not edition(changes=("annex",)).changed("list")
    assert edition(changes=("annex",)).changed("annex")
