from datetime import UTC, date, datetime

import pytest

from lims.errors import CanonicalFormError, InvalidRecordError, NotFoundError, NotPermittedError
from lims.services.accessioning import CaseFacts, ExhibitFacts, IncomingExhibit, SeizureFacts
from tests.builders.clocks import MORNING
from tests.builders.laboratories import ADMIN, EXPERT, REVIEWER, TECHNICIAN


@pytest.fixture
def bench(bench):
    """Give a laboratory with its people."""
    bench.hire()
    return bench


def test_a_case_keeps_what_the_order_says(bench):
    facts = CaseFacts(
        appointing_body="  Court of Almaty ",
        order_number="7/26",
        order_date=date(2026, 11, 20),
        seizure_date=date(2026, 11, 1),
        seizure_place="Алматы",
        questions=("What is it? ",),
        demonstration=True,
    )
    case = bench.accessioning.register_case(facts, actor=EXPERT)
    assert bench.accessioning.case("2026-0001") == case
    assert (case.number, case.laboratory, case.appointing_body) == (
        "2026-0001",
        "Laboratory of the tests",
        "Court of Almaty",
    )
    assert (case.order_date, case.seizure_date) == (date(2026, 11, 20), date(2026, 11, 1))
    assert (case.questions, case.state) == (("What is it?",), "demonstration")


def test_cases_are_numbered_within_the_year(bench):
    assert [bench.case().number for _ in range(3)] == ["2026-0001", "2026-0002", "2026-0003"]
    bench.clock.advance(days=60)
    assert bench.case().number == "2027-0001"
    assert [line.number for line in bench.accessioning.cases(limit=3)] == ["2027-0001", "2026-0003", "2026-0002"]
    assert [line.number for line in bench.accessioning.cases(limit=3, offset=3)] == ["2026-0001"]


def test_exhibits_are_numbered_within_their_case(bench):
    first, second = bench.case().number, bench.case().number
    facts = ExhibitFacts(description="a card", seal_number="S-1", seal_intact=False)
    numbers = [
        bench.accessioning.register_exhibit(case, facts, actor=TECHNICIAN).number for case in (first, first, second)
    ]
    assert numbers == ["2026-0001/1", "2026-0001/2", "2026-0002/1"]
    exhibit = bench.accessioning.exhibit("2026-0001/2")
    assert (exhibit.seal_number, exhibit.seal_intact) == ("S-1", False)
    assert (exhibit.received_at, exhibit.received_by) == (MORNING, "technician")
    (line,) = bench.accessioning.exhibits(limit=1)
    assert (line.kind, line.number, line.parent, line.title, line.version) == (
        "exhibit",
        "2026-0002/1",
        "2026-0002",
        "a card",
        1,
    )
    assert line.recorded_at == MORNING


def test_numbers_go_on_beyond_ten_and_do_not_mix_with_longer_ones(bench):
    case = bench.case().number
    facts = ExhibitFacts(description="a card")
    for _ in range(11):
        bench.accessioning.register_exhibit(case, facts, actor=TECHNICIAN)
    assert bench.accessioning.register_exhibit(case, facts, actor=TECHNICIAN).number == "2026-0001/12"


def test_a_time_of_receipt_may_lie_in_the_past_and_has_a_zone(bench):
    case = bench.case().number
    earlier = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
    exhibit = bench.accessioning.register_exhibit(
        case, ExhibitFacts(description="a card", received_at=earlier), actor=TECHNICIAN
    )
    assert bench.accessioning.exhibit(exhibit.number).received_at == earlier
    naive = datetime(2026, 11, 20)  # noqa: DTZ001 - the point of the test
    entries = bench.entries
    with pytest.raises(CanonicalFormError, match="has no time zone"):
        bench.accessioning.register_exhibit(
            case, ExhibitFacts(description="a card", received_at=naive), actor=TECHNICIAN
        )
    assert bench.entries == entries


@pytest.mark.parametrize(
    "facts",
    [
        CaseFacts(appointing_body=" "),
        CaseFacts(appointing_body="a\u202eb"),
        CaseFacts(appointing_body="x", order_number="a\0b"),
        CaseFacts(appointing_body="x", seizure_place="\ud800"),
        CaseFacts(appointing_body="x", questions=("",)),
    ],
)
def test_a_case_that_no_record_can_hold_is_refused(bench, facts):
    entries = bench.entries
    with pytest.raises(InvalidRecordError):
        bench.accessioning.register_case(facts, actor=TECHNICIAN)
    assert bench.entries == entries


@pytest.mark.parametrize("facts", [ExhibitFacts(description=""), ExhibitFacts(description="x", seal_number="\u200b")])
def test_an_exhibit_that_no_record_can_hold_is_refused(bench, facts):
    case, entries = bench.case().number, bench.entries
    with pytest.raises(InvalidRecordError):
        bench.accessioning.register_exhibit(case, facts, actor=TECHNICIAN)
    assert bench.entries == entries


def test_only_receivers_receive(bench):
    case = bench.case().number
    with pytest.raises(NotPermittedError, match="this act needs technician or expert"):
        bench.accessioning.register_case(CaseFacts(appointing_body="x"), actor=ADMIN)
    with pytest.raises(NotPermittedError, match="this act needs technician or expert"):
        bench.accessioning.register_exhibit(case, ExhibitFacts(description="x"), actor=ADMIN)
    assert bench.accessioning.register_case(CaseFacts(appointing_body="x"), actor=REVIEWER).number == "2026-0002"


@pytest.mark.parametrize("number", ["2026-0009", "", "x' OR '1'='1", "a\0b", "\ud800", "%"])
def test_what_does_not_exist_is_not_found(bench, number):
    with pytest.raises(NotFoundError):
        bench.accessioning.case(number)
    with pytest.raises(NotFoundError):
        bench.accessioning.exhibit(number)
    with pytest.raises(NotFoundError):
        bench.accessioning.register_exhibit(number, ExhibitFacts(description="x"), actor=TECHNICIAN)
    assert bench.importing.runs(number) == ()


def _more(*words, **facts):
    return [IncomingExhibit(facts=ExhibitFacts(description=one, **facts)) for one in words]


def test_further_exhibits_of_a_case_are_registered_together(bench):
    case = bench.case().number
    first = bench.accessioning.register_exhibit(case, ExhibitFacts(description="parcel"), actor=TECHNICIAN)
    seizure = bench.accessioning.register_seizure(case, SeizureFacts(place="Almaty"), actor=TECHNICIAN)
    parcel = IncomingExhibit(facts=ExhibitFacts(description="bag"), seizure=1, parts=tuple(_more("tablets")))
    made = bench.accessioning.register_exhibits(case, [*_more("card"), parcel], actor=TECHNICIAN)
    assert [one.number for one in made] == [f"{case}/2", f"{case}/3", f"{case}/3.1"]
    assert [one.seizure_number for one in made] == ["", seizure.number, seizure.number]
    parts = bench.accessioning.register_exhibits(case, _more("a", "b"), part_of=first.number, actor=TECHNICIAN)
    assert [one.number for one in parts] == [f"{case}/1.1", f"{case}/1.2"]
    held = [bench.custody.custody(one.number).holder.name for one in (*made, *parts)]
    assert held == [TECHNICIAN.number, TECHNICIAN.number, f"{case}/3", f"{case}/1", f"{case}/1"]


@pytest.mark.parametrize(
    ("wrong", "found"),
    [
        (IncomingExhibit(facts=ExhibitFacts(description="")), "description"),
        (IncomingExhibit(facts=ExhibitFacts(description="x"), seizure=1), "seizure 1"),
        (IncomingExhibit(facts=ExhibitFacts(description="x", unit_count=0)), "0 units"),
    ],
)
def test_of_exhibits_one_of_which_is_refused_none_is_registered(bench, wrong, found):
    case = bench.case().number
    with pytest.raises(InvalidRecordError, match=found):
        bench.accessioning.register_exhibits(case, [*_more("card"), wrong], actor=TECHNICIAN)
    assert bench.accessioning.exhibits_of(case) == ()


def test_no_exhibit_and_a_whole_of_another_case_are_refused(bench):
    case, other = bench.case().number, bench.case().number
    whole = bench.accessioning.register_exhibit(other, ExhibitFacts(description="parcel"), actor=TECHNICIAN)
    with pytest.raises(InvalidRecordError, match="no exhibit"):
        bench.accessioning.register_exhibits(case, [], actor=TECHNICIAN)
    with pytest.raises(InvalidRecordError, match="of case"):
        bench.accessioning.register_exhibits(case, _more("a"), part_of=whole.number, actor=TECHNICIAN)
