"""The scan loop's questions: what a code is, where the exhibit is, and which offers wait."""

import pytest

from lims.custody_errors import SealUsedError
from lims.domain.custody import EventKind, HolderKind, SealCondition
from lims.domain.exhibit_code import label_payload
from lims.domain.place import PlaceKind
from lims.domain.signature import SignatureMeaning
from lims.domain.transfer import TransferKind
from lims.errors import InvalidRecordError, NotFoundError
from lims.services.accessioning import ExhibitFacts
from lims.services.custody import TransferFacts
from lims.services.scanning import ScanVerdict
from lims.services.sealing import NewSeal, SealOpening
from tests.builders.custody_cells import photograph
from tests.builders.kept_benches import kept
from tests.builders.laboratories import EXPERT, HEAD, TECHNICIAN

ONE, TWO = "2026-0001/1", "2026-0001/2"
PHOTOGRAPHS = {ONE: "F-1", TWO: "F-2"}


def make(bench):
    bench.hire()
    case = bench.case().number
    for seal in ("S-1", "S-2"):
        bench.accessioning.register_exhibit(case, ExhibitFacts(description="a bag", seal_number=seal), actor=TECHNICIAN)
    bench.storing.add("1", kind=PlaceKind.SHELF, actor=HEAD)
    now = bench.clock.now()
    with bench.store.unit_of_work() as work:
        for exhibit, number in PHOTOGRAPHS.items():
            work.record(photograph(number, exhibit, at=now), act="photograph.added", actor=TECHNICIAN, at=now)
        work.commit()


@pytest.fixture
def lab(bench):
    """Give a laboratory whose technician received two sealed exhibits, each with a photograph, and a shelf."""
    return kept(bench, "scanning", make)


def opening(number, seal, **facts):
    usual = {"condition": SealCondition.INTACT, "photograph": PHOTOGRAPHS[number]}
    return SealOpening(exhibit_number=number, seal=seal, **{**usual, **facts})


@pytest.mark.parametrize("ending", ["", "\n", "\r\n"])
def test_a_label_gives_the_exhibit_and_where_it_is(lab, ending):
    scan = lab.scanning.read(label_payload(ONE) + ending)
    assert scan.verdict is ScanVerdict.EXHIBIT
    assert (scan.exhibit.number, scan.exhibit.description, scan.exhibit.custody.seal) == (ONE, "a bag", "S-1")
    assert (scan.exhibit.holder.kind, scan.exhibit.holder.name) == (HolderKind.PERSON, "technician")


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        (ONE, ScanVerdict.EXHIBIT),
        ("PL-0001", ScanVerdict.PLACE),
        (label_payload("PL-0001"), ScanVerdict.PLACE),
        (label_payload(TWO), ScanVerdict.TWICE),
        (TWO, ScanVerdict.TWICE),
        (label_payload(ONE).replace("0001", "0010"), ScanVerdict.MISREAD),
        ("2026?0001'1*45", ScanVerdict.MISREAD),
        (label_payload("2031-0009/1"), ScanVerdict.UNKNOWN),
        (label_payload("PL-9999"), ScanVerdict.UNKNOWN),
        ("2031-0009/1", ScanVerdict.FOREIGN),
        ("4006381333931", ScanVerdict.FOREIGN),
        ("", ScanVerdict.FOREIGN),
        ("a\0b", ScanVerdict.FOREIGN),
        ("<b>*</b>" * 500, ScanVerdict.MISREAD),
    ],
)
def test_every_code_has_one_verdict_and_none_stops_the_loop(lab, text, verdict):
    before = lab.entries
    assert lab.scanning.read(text, listed=(TWO,)).verdict is verdict
    assert lab.entries == before


def test_an_exhibit_in_a_container_is_where_the_container_is(lab):
    lab.sealing.open_seals((opening(ONE, "S-1"),), actor=TECHNICIAN)
    lab.sealing.put_in(TWO, ONE, purpose="goes with it", actor=TECHNICIAN)
    (there,) = lab.scanning.there([TWO])
    assert (there.custody.holder.kind, there.holder.name) == (HolderKind.CONTAINER, "technician")
    with pytest.raises(NotFoundError):
        lab.scanning.there(["2031-0009/1"])


def test_offers_wait_for_both_and_for_nobody_else(lab):
    facts = TransferFacts(kind=TransferKind.HAND_OVER, exhibit_numbers=(ONE, TWO), purpose="p", to=EXPERT.number)
    transfer = lab.custody.prepare(facts, actor=TECHNICIAN)
    confirmed = lab.confirmed(TECHNICIAN, SignatureMeaning.GIVER, transfer)
    lab.custody.offer(transfer, actor=TECHNICIAN, confirmation=confirmed)
    for person in (TECHNICIAN, EXPERT):
        assert [one.number for one in lab.scanning.offers(person.number)] == [transfer.number]
    assert lab.scanning.offers(HEAD.number) == ()
    lab.custody.refuse(transfer.number, actor=EXPERT, reason="a bag is missing")
    assert lab.scanning.offers(EXPERT.number) == ()


def test_cc_7_many_seals_are_opened_and_closed_in_one_go(lab):
    before = lab.entries
    opened = lab.sealing.open_seals((opening(ONE, "S-1"), opening(TWO, "S-9")), actor=TECHNICIAN)
    assert [one.event.kind for one in opened] == [EventKind.SEAL_OPENED] * 2
    assert [lab.custody.check(number).intact for number in (ONE, TWO)] == [True, False], "S-9 was not expected"
    closed = lab.sealing.close_seals(
        (NewSeal(exhibit_number=ONE, seal="N-1"), NewSeal(exhibit_number=TWO, seal="N-2", photograph="F-2")),
        actor=TECHNICIAN,
    )
    assert [one.seal for one in closed] == ["N-1", "N-2"]
    assert lab.entries == before + 4


@pytest.mark.parametrize(
    ("second", "refusal"),
    [
        (NewSeal(exhibit_number=TWO, seal="N-1"), SealUsedError),
        (NewSeal(exhibit_number=ONE, seal="N-2"), InvalidRecordError),
        (NewSeal(exhibit_number="2031-0009/1", seal="N-2"), NotFoundError),
    ],
)
def test_cc_7_where_one_seal_is_refused_none_is_recorded(lab, second, refusal):
    lab.sealing.open_seals((opening(ONE, "S-1"), opening(TWO, "S-2")), actor=TECHNICIAN)
    before = lab.entries
    with pytest.raises(refusal):
        lab.sealing.close_seals((NewSeal(exhibit_number=ONE, seal="N-1"), second), actor=TECHNICIAN)
    assert lab.entries == before
    assert lab.custody.custody(ONE).seal == ""
    with pytest.raises(InvalidRecordError):
        lab.sealing.open_seals((), actor=TECHNICIAN)
