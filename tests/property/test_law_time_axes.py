"""The two times of the book of the law: what stood on a day, and what was known at a moment."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from lims.domain.record import body_of
from lims.ledger.canonical import canonical_bytes
from substance_library.editions import EditionFaultKind, InForce, Standing, edition_faults, standings
from substance_library.law_book import LawBook
from tests.builders.law_books import act, ask, edition, named, table

START = date(2020, 1, 1)
MOMENT = datetime(2024, 1, 1, tzinfo=UTC)
DAYS = st.integers(0, 60).map(lambda days: START + timedelta(days=days))
MOMENTS = st.integers(0, 20).map(lambda hours: MOMENT + timedelta(hours=hours))
STRUCTURES = ("CCN", "CCCN", "CCCCN")


@st.composite
def in_force(draw):
    """Give days that are known, or bounds of them; open or ended."""
    one, other = sorted((draw(DAYS), draw(DAYS)))
    last = draw(st.none() | st.integers(0, 20).map(lambda days: other + timedelta(days=days)))
    if draw(st.booleans()):
        return InForce(first=one, last=last)
    return InForce(not_before=one, by=draw(st.none() | st.just(other)), last=last)


@st.composite
def books(draw):
    """Give a small book: some editions of one act, tables of them, each in some versions."""
    count = draw(st.integers(1, 3))
    editions = [
        edition(f"ZZ-1/{n}", force=draw(in_force()), known_from=draw(MOMENTS), changes=())
        for n in range(count)
        for _ in range(draw(st.integers(1, 2)))
    ]
    tables = [
        table(
            *(named(text, text) for text in draw(st.lists(st.sampled_from(STRUCTURES), unique=True))),
            of=f"ZZ-1/{n}",
            known_from=draw(MOMENTS),
        )
        for n in range(count)
        for _ in range(draw(st.integers(0, 2)))
    ]
    return LawBook(acts=(act(known_from=MOMENT - timedelta(days=1)),), editions=tuple(editions), tables=tuple(tables))


def written(determination):
    """Give the bytes that a record has."""
    return canonical_bytes(body_of(determination))


@given(law=books(), later=books(), known_at=MOMENTS, day=DAYS, text=st.sampled_from(STRUCTURES))
def test_what_comes_into_the_book_later_never_changes_an_answer_as_known_before(law, later, known_at, day, text):
    after = known_at + timedelta(seconds=1)
    shifted = LawBook(
        editions=tuple(replace(one, known_from=max(one.known_from, after)) for one in later.editions),
        tables=tuple(replace(one, known_from=max(one.known_from, after)) for one in later.tables),
    )
    grown = law.joined(shifted)
    before = ask(text, law, day, known_at=known_at)
    assert written(ask(text, grown, day, known_at=known_at)) == written(before)


@given(law=books(), known_at=MOMENTS, day=DAYS, text=st.sampled_from(STRUCTURES))
def test_the_order_in_which_a_book_is_written_changes_nothing(law, known_at, day, text):
    distinct = {(one.number, one.known_from) for one in (*law.editions, *law.tables)}
    if len(distinct) < len(law.editions) + len(law.tables):
        return  # two versions of one number at one moment: the later one counts, so their order does
    turned = LawBook(acts=law.acts, editions=law.editions[::-1], tables=law.tables[::-1])
    assert written(ask(text, turned, day, known_at=known_at)) == written(ask(text, law, day, known_at=known_at))


@given(law=books(), day=DAYS, text=st.sampled_from(STRUCTURES))
def test_listed_means_that_an_edition_of_that_day_has_the_row_and_not_covered_that_none_may(law, day, text):
    """A slow, obvious twin: ask every edition by itself."""
    book = law.as_known(None)
    found = ask(text, law, day)
    having = set()
    for one, standing in standings(book.editions_of("ZZ-1"), day):
        if standing is not Standing.NOT_IN_FORCE:
            rows = _rows(book, one.number)
            having.add((standing, rows is not None and text in rows, rows is not None))
    if found.result.value == "listed_by_name":
        assert any(has for _, has, _ in having)
    if found.result.value == "not_covered":
        assert not any(has or not whole for _, has, whole in having)


def _rows(book, number):
    """Give the structures of the newest list up to an edition; None if there is none."""
    rows = None
    for one in book.editions_of("ZZ-1"):
        for it in book.tables:
            if it.edition == one.number:
                rows = {row.number for row in it.entries}
        if one.number == number:
            return rows
    return rows


@given(st.lists(in_force(), min_size=1, max_size=4), DAYS)
def test_no_gap_and_no_overlap_passes_unnoticed(forces, day):
    """Of editions with known days: on each day after the first begins one stands, or a fault says why not."""
    known = [force for force in forces if force.first is not None]
    editions = [edition(f"ZZ-1/{n}", force=force) for n, force in enumerate(known)]
    if not editions:
        return
    standing = [one.number for one, found in standings(editions, day) if found is Standing.IN_FORCE]
    faults = [one for one in edition_faults(editions) if one.first <= day <= one.last]
    begun = any(one.force.first <= day for one in editions)
    newest = max((one for one in editions if one.force.first <= day), key=lambda one: one.force.first, default=None)
    ended = newest is not None and newest.force.last is not None and day > newest.force.last
    more = any(one.force.first > day for one in editions)
    if not standing and begun and ended and more:
        assert EditionFaultKind.GAP in {one.kind for one in faults}
    if len(standing) > 1:
        assert _overlap_is_named(editions)
    if begun and not ended:
        assert standing


def _overlap_is_named(editions):
    return any(one.kind is EditionFaultKind.OVERLAP for one in edition_faults(editions))


@given(in_force(), DAYS)
def test_a_text_stands_from_its_first_to_its_last_day_and_is_doubtful_only_between_bounds(force, day):
    standing = force.standing(day)
    if standing is Standing.DOUBTFUL:
        assert force.first is None
        assert force.not_before is None or day >= force.not_before
        assert force.by is None or day < force.by
    if force.last is not None:
        assert force.standing(force.last + timedelta(days=1)) is Standing.NOT_IN_FORCE
        assert force.first is None or force.standing(force.last) is Standing.IN_FORCE
    if force.first is not None:
        assert force.standing(force.first - timedelta(days=1)) is Standing.NOT_IN_FORCE
        assert force.standing(force.first) is Standing.IN_FORCE
