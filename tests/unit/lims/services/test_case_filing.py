"""The case file: a case with everything of it, a page of exhibits at a time, and places with how full they are."""

import pytest

from lims.custody_errors import PlaceFullError
from lims.domain.custody import HolderKind
from lims.domain.examination import Examination
from lims.domain.exhibit import Exhibit
from lims.domain.place import PlaceKind
from lims.domain.transfer import TransferKind
from lims.errors import NotFoundError, StaleVersionError
from lims.services.accessioning import ExhibitFacts
from lims.services.custody import TransferFacts
from tests.builders.laboratories import HEAD, TECHNICIAN

CASE = "2026-0001"


@pytest.fixture
def lab(bench):
    """Give a laboratory with a case of twelve exhibits, the first of them with two parts."""
    bench.hire()
    number = bench.case().number
    for place in range(1, 13):
        bench.accessioning.register_exhibit(number, ExhibitFacts(description=f"bag {place}"), actor=TECHNICIAN)
    for _ in range(2):
        bench.accessioning.register_part(f"{number}/1", ExhibitFacts(description="tablets"), actor=TECHNICIAN)
    return bench


def store(lab, *numbers, place):
    facts = TransferFacts(kind=TransferKind.STORING, exhibit_numbers=numbers, purpose="keeping", to=place)
    lab.custody.store_in_place(lab.custody.prepare(facts, actor=TECHNICIAN), actor=TECHNICIAN)


@pytest.mark.both_databases
def test_a_case_file_gives_its_exhibits_in_the_order_of_the_tree_a_page_at_a_time(lab):
    first = lab.case_filing.file(CASE, limit=4)
    assert [one.exhibit.number for one in first.exhibits] == [f"{CASE}/{end}" for end in ("1", "1.1", "1.2", "2")]
    assert first.exhibits_in_all == 14
    last = lab.case_filing.file(CASE, limit=4, offset=12)
    assert [one.exhibit.number for one in last.exhibits] == [f"{CASE}/11", f"{CASE}/12"]
    assert first.case.number == CASE
    with pytest.raises(NotFoundError):
        lab.case_filing.file("2026-0009", limit=4)


def test_a_part_is_with_whoever_has_the_whole_and_no_gap_is_made_up(lab):
    part = lab.case_filing.file(CASE, limit=2).exhibits[1]
    assert part.custody.holder.kind is HolderKind.CONTAINER
    assert (part.holder.kind, part.holder.name) == (HolderKind.PERSON, "technician")
    assert part.check.intact


def test_the_file_names_the_work_without_reading_it(lab, training_file):
    run = lab.importing.import_run(training_file, exhibit_number=f"{CASE}/2", actor=TECHNICIAN)
    filed = {one.exhibit.number: one for one in lab.case_filing.file(CASE, limit=9).exhibits}
    assert [line.number for line in filed[f"{CASE}/2"].runs] == [run.number]
    assert filed[f"{CASE}/2"].examinations == filed[f"{CASE}/3"].runs == ()


@pytest.mark.both_databases
def test_lines_under_several_records_come_in_the_order_of_the_last_change(lab):
    with lab.store.reading() as work:
        lines = work.lines_under(Exhibit, (CASE, "2026-0002", "\x00"))
        assert len(lines) == 14
        assert {line.parent for line in lines} == {CASE}
        assert work.lines_under(Exhibit, ()) == work.lines_under(Examination, (CASE,)) == ()


@pytest.mark.both_databases
def test_places_stand_in_a_tree_with_how_full_they_are(lab):
    room = lab.storing.add("room", kind=PlaceKind.ROOM, capacity=3, actor=HEAD).number
    shelf = lab.storing.add("shelf", kind=PlaceKind.SHELF, inside=room, capacity=2, actor=HEAD).number
    lab.storing.add("other room", kind=PlaceKind.ROOM, actor=HEAD)
    store(lab, f"{CASE}/2", f"{CASE}/3", place=shelf)
    store(lab, f"{CASE}/4", place=room)
    found = [(one.place.name, one.depth, one.here, one.inside, one.full) for one in lab.storing.tree()]
    assert found == [("room", 0, 1, 3, True), ("shelf", 1, 2, 2, True), ("other room", 0, 0, 0, False)]
    assert lab.storing.lying_in(shelf, limit=1) == (f"{CASE}/2",)
    assert lab.storing.lying_in(shelf, limit=5, offset=1) == (f"{CASE}/3",)
    assert lab.storing.lying_in(room, limit=5) == (f"{CASE}/4",)
    with pytest.raises(PlaceFullError):
        store(lab, f"{CASE}/5", place=room)


def test_a_place_that_somebody_closed_is_not_closed_again(lab):
    place = lab.storing.add("shelf", kind=PlaceKind.SHELF, actor=HEAD)
    lab.storing.close(place.number, actor=HEAD, version=place.version)
    with pytest.raises(StaleVersionError):
        lab.storing.close(place.number, actor=HEAD, version=place.version)


def test_a_case_is_found_by_number_and_by_who_asked(lab):
    assert [line.number for line in lab.accessioning.cases(limit=5, words="0001")] == [CASE]
    assert lab.accessioning.cases(limit=5, words="nobody asked so") == ()
