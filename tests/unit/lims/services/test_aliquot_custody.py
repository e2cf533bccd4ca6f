"""Custody of aliquots: from their taking, in every act of custody, until they are used up (rules G4, CC-1 to CC-7)."""

import dataclasses
from datetime import timedelta
from decimal import Decimal

import pytest

from lims.custody_errors import CustodyError, NotCustodianError, SealUsedError
from lims.domain.custody import Custody, EventKind, Holder, HolderKind, SealCondition
from lims.domain.custody_timeline import NOT_RECORDED
from lims.domain.exhibit_code import label_payload
from lims.domain.inventory import InventoryStatus
from lims.domain.permissions import Act
from lims.domain.place import PlaceKind
from lims.domain.request import Consumption
from lims.domain.signature import SignatureMeaning
from lims.domain.transfer import TransferKind
from lims.domain.weighing import WeighingPurpose
from lims.errors import InvalidRecordError, NotFoundError, StaleVersionError
from lims.persistence.store import SqlStore
from lims.services.custody import TransferFacts
from lims.services.permitting import Rights
from lims.services.scanning import ScanVerdict
from lims.services.sealing import CorrectionFacts
from lims.services.weighing import AliquotFacts
from tests.builders.batches import run_folder
from tests.builders.custody_cells import old_aliquot, photograph
from tests.builders.laboratories import ADMIN, EXPERT, HEAD, TECHNICIAN, Bench
from tests.builders.measuring_bench import BALANCE, K, balance, check, shown

EXHIBIT = "2026-0001/1"
ALIQUOT, PART, OLD = f"{EXHIBIT}-A1", f"{EXHIBIT}-A1-A1", f"{EXHIBIT}-A9"
PAPERS = {"permission_reference": "letter 7", "act_number": "A-7", "protocol_number": "P-7"}
GIVER, TAKER, WITNESS = SignatureMeaning.GIVER, SignatureMeaning.TAKER, SignatureMeaning.WITNESS
U = Decimal("0.01")


def wrote(lab, *records):
    with SqlStore(lab.engine, rights=Rights(enforced=False)).unit_of_work() as work:
        for record in records:
            work.record(record, act="tested", actor=EXPERT, at=lab.clock.now())
        work.commit()


@pytest.fixture
def lab(engine, tmp_path):
    """Give a laboratory with the gate of custody, whose technician took an aliquot of an exhibit into a vial."""
    made = Bench(engine, tmp_path, rights=Rights(custody_gate=True))
    made.hire()
    made.exhibit()
    wrote(made, balance(made.clock.now()), check(made.clock.now()))
    made.storing.add("1", kind=PlaceKind.SHELF, actor=HEAD)
    made.weighing.weigh(
        EXHIBIT, shown("3.50 g"), balance=BALANCE, purpose=WeighingPurpose.BEFORE, k=K, actor=TECHNICIAN
    )
    take(made, EXHIBIT)
    return made


def take(lab, item, mass="1.00 g", *, actor=TECHNICIAN):
    facts = AliquotFacts(purpose="GC-MS", container="vial 3")
    return lab.weighing.take_aliquot(item, shown(mass), facts, balance=BALANCE, k=K, actor=actor)


def permit(lab, extent=Consumption.PARTIAL):
    lab.requesting.permit("2026-0001", extent=extent, reference="letter 7", actor=TECHNICIAN)


def consume(lab, item, mass, *, actor=TECHNICIAN):
    return lab.weighing.consume(item, Decimal(mass), u_g=U, purpose="extraction", actor=actor)


def prepared(lab, kind, *numbers, actor=TECHNICIAN, **facts):
    return lab.custody.prepare(
        TransferFacts(kind=kind, exhibit_numbers=numbers or (ALIQUOT,), purpose="work", **facts), actor=actor
    )


def hand_over(lab, *numbers, actor=TECHNICIAN, to=EXPERT, **facts):
    transfer = prepared(lab, TransferKind.HAND_OVER, *numbers, actor=actor, to=to.number, **facts)
    lab.custody.offer(transfer, actor=actor, confirmation=lab.confirmed(actor, GIVER, transfer))
    return lab.custody.take(transfer.number, actor=to, confirmation=lab.confirmed(to, TAKER, transfer))


def store(lab, *numbers, actor=TECHNICIAN):
    return lab.custody.store_in_place(
        prepared(lab, TransferKind.STORING, *numbers, actor=actor, to="PL-0001"), actor=actor
    )


def gone(lab, kind, **facts):
    transfer = prepared(lab, kind, witness=EXPERT.number, **PAPERS, **facts)
    step = lab.custody.give_back if kind is TransferKind.RETURN else lab.custody.destroy
    first, second = lab.confirmed(TECHNICIAN, GIVER, transfer), lab.confirmed(EXPERT, WITNESS, transfer)
    return step(transfer, actor=TECHNICIAN, confirmation=first, witnessed=second)


def words(lab, number=ALIQUOT):
    return lab.custody.custody(number).title


def test_g_4_an_aliquot_has_a_custody_from_its_taking(lab):
    chain = lab.custody.chain(ALIQUOT)
    event = chain[0].event
    assert (len(chain), event.kind, event.container, event.purpose) == (1, EventKind.ALIQUOT_TAKEN, "vial 3", "GC-MS")
    assert event.giver == Holder(kind=HolderKind.CONTAINER, name=EXHIBIT)
    assert event.occurred_at == lab.weighing.aliquots(EXHIBIT)[0].taken_at
    assert (words(lab), chain[0].case_number, chain[0].exhibit_number) == (
        f"in the hands of {TECHNICIAN.number}",
        "2026-0001",
        EXHIBIT,
    )
    assert lab.custody.check(ALIQUOT).intact
    assert lab.custody.held_by(TECHNICIAN.number) == (EXHIBIT, ALIQUOT)


def test_g_4_an_aliquot_of_an_aliquot_has_one_too(lab):
    take(lab, ALIQUOT, "0.40 g")
    assert lab.custody.chain(PART)[0].event.giver.name == ALIQUOT
    assert lab.custody.custody(PART).exhibit_number == EXHIBIT


def test_g_4_cc_1_aliquots_are_handed_over_apart_from_their_exhibit(lab):
    hand_over(lab)
    assert (words(lab), words(lab, EXHIBIT)) == (
        f"in the hands of {EXPERT.number}",
        f"in the hands of {TECHNICIAN.number}",
    )
    with pytest.raises(NotCustodianError, match="in the hands of expert-a, not in the hands of technician"):
        prepared(lab, TransferKind.STORING, to="PL-0001")


def test_g_4_cc_8_aliquots_are_stored_counted_and_taken_out(lab):
    store(lab, ALIQUOT, EXHIBIT)
    assert lab.storing.contents("PL-0001") == (EXHIBIT, ALIQUOT)
    first = lab.storing.count("PL-0001", [EXHIBIT], actor=TECHNICIAN)
    again = lab.storing.count_again(first.number, [EXHIBIT, ALIQUOT], actor=EXPERT)
    assert (again.status, again.first.missing, again.second.missing) == (InventoryStatus.DIFFERS, (ALIQUOT,), ())
    lab.custody.take_out(prepared(lab, TransferKind.TAKING_OUT, actor=EXPERT), actor=EXPERT)
    assert [one.holder.kind.value for one in lab.custody.timeline(ALIQUOT).spans] == ["person", "place", "person"]


def test_g_4_cc_7_seals_of_aliquots_are_closed_and_opened_once_each(lab):
    lab.sealing.close_seal(ALIQUOT, seal="L-1", actor=TECHNICIAN)
    wrote(lab, photograph("F1", EXHIBIT, at=lab.clock.now()))
    opened = lab.sealing.open_seal(
        ALIQUOT, seal="L-1", condition=SealCondition.INTACT, photograph="F1", actor=TECHNICIAN
    )
    assert (opened.seal, lab.custody.check(ALIQUOT).intact) == ("", True)
    with pytest.raises(SealUsedError, match=ALIQUOT):
        lab.sealing.close_seal(EXHIBIT, seal="L-1", actor=TECHNICIAN)


def test_g_4_cc_7_a_photograph_of_another_exhibit_is_none_of_the_aliquot(lab):
    lab.sealing.close_seal(ALIQUOT, seal="L-1", actor=TECHNICIAN)
    other = lab.exhibit().number
    wrote(lab, photograph("F2", other, at=lab.clock.now()))
    with pytest.raises(InvalidRecordError, match=f"photograph F2 is of exhibit {other}"):
        lab.sealing.open_seal(ALIQUOT, seal="L-1", condition=SealCondition.INTACT, photograph="F2", actor=TECHNICIAN)


def test_g_4_cc_3_an_aliquot_goes_with_the_container_that_it_lies_in(lab):
    lab.sealing.put_in(ALIQUOT, EXHIBIT, purpose="kept together", actor=TECHNICIAN)
    hand_over(lab, EXHIBIT)
    assert lab.custody.timeline(ALIQUOT).spans[-1].via == (EXHIBIT,)
    taken = lab.sealing.take_from(ALIQUOT, purpose="measuring", actor=EXPERT)
    assert taken.holder == Holder(kind=HolderKind.PERSON, name=EXPERT.number)


@pytest.mark.parametrize(("kind", "to"), [(TransferKind.RETURN, "the court"), (TransferKind.DESTRUCTION, "")])
def test_g_4_e_6_aliquots_are_returned_and_destroyed_by_two(lab, kind, to):
    gone(lab, kind, to=to)
    assert not lab.custody.custody(ALIQUOT).here
    assert lab.custody.custody(EXHIBIT).here
    permit(lab)
    with pytest.raises(NotCustodianError, match="not in the hands of technician"):
        consume(lab, ALIQUOT, "0.10")


def test_g_4_an_overdue_aliquot_is_listed(lab):
    today = lab.clock.now().date()
    hand_over(lab, expected_return=today)
    lab.clock.advance(days=2)
    assert [one.number for one in lab.custody.overdue()] == [ALIQUOT]
    assert [one.kind for one in lab.custody.check(ALIQUOT).breaks] == ["overdue return"]


def test_g_4_the_label_of_an_aliquot_is_scanned_as_an_exhibit_is(lab):
    read = lab.scanning.read(label_payload(ALIQUOT))
    assert (read.verdict, read.exhibit.number, read.exhibit.description) == (
        ScanVerdict.EXHIBIT,
        ALIQUOT,
        "1.00 g, GC-MS",
    )
    assert lab.scanning.read(f"{EXHIBIT}-A7").verdict is ScanVerdict.FOREIGN
    assert [one.number for one in lab.scanning.there((EXHIBIT, ALIQUOT))] == [EXHIBIT, ALIQUOT]


def test_g_4_what_was_used_up_has_no_holder_any_more(lab):
    permit(lab)
    consume(lab, ALIQUOT, "0.40")
    assert lab.custody.custody(ALIQUOT).here
    consume(lab, ALIQUOT, "0.60")
    custody = lab.custody.custody(ALIQUOT)
    assert (custody.title, custody.event.kind, custody.event.purpose) == ("used up", EventKind.CONSUMED, "extraction")
    assert lab.custody.check(ALIQUOT).intact
    assert lab.custody.held_by(TECHNICIAN.number) == (EXHIBIT,)
    with lab.store.reading() as work:
        assert work.entry_of(Custody, ALIQUOT, version=2).act == Act.CUSTODY_CONSUMED
    with pytest.raises(NotCustodianError, match="is used up"):
        store(lab)


def test_g_4_an_exhibit_that_was_used_up_leaves_its_packaging(lab):
    permit(lab, Consumption.FULL)
    consume(lab, EXHIBIT, "2.50")
    assert words(lab, EXHIBIT) == f"in the hands of {TECHNICIAN.number}"


def test_g_4_what_is_offered_is_not_used_up(lab):
    permit(lab)
    transfer = prepared(lab, TransferKind.HAND_OVER, to=EXPERT.number)
    lab.custody.offer(transfer, actor=TECHNICIAN, confirmation=lab.confirmed(TECHNICIAN, GIVER, transfer))
    before = lab.weighing.mass_balance(ALIQUOT)
    with pytest.raises(CustodyError, match="answer that first"):
        consume(lab, ALIQUOT, "1.00")
    assert lab.weighing.mass_balance(ALIQUOT) == before


@pytest.mark.parametrize("item", [EXHIBIT, ALIQUOT])
def test_cc_6_nobody_uses_up_or_loses_what_is_not_in_hand(lab, item):
    permit(lab)
    with pytest.raises(NotCustodianError, match=f"{item} is in the hands of technician"):
        consume(lab, item, "0.10", actor=EXPERT)
    with pytest.raises(NotCustodianError):
        lab.weighing.lose(item, Decimal("0.10"), reason="spilled", actor=EXPERT)
    hand_over(lab, item)
    consume(lab, item, "0.10", actor=EXPERT)
    lab.weighing.lose(item, Decimal("0.10"), reason="spilled", actor=EXPERT)


def test_cc_6_an_aliquot_is_weighed_and_divided_by_the_person_who_has_it(lab):
    hand_over(lab)
    with pytest.raises(NotCustodianError, match=f"{ALIQUOT} is in the hands of expert-a"):
        take(lab, ALIQUOT, "0.20 g")
    with pytest.raises(NotCustodianError):
        lab.weighing.weigh(
            ALIQUOT, shown("1.00 g"), balance=BALANCE, purpose=WeighingPurpose.REMAINDER, k=K, actor=TECHNICIAN
        )
    assert take(lab, ALIQUOT, "0.20 g", actor=EXPERT).taken_by == EXPERT.number


def a_run(lab, at):
    lab.clock.advance(hours=1)
    return run_folder(lab.folder / "1.D", sample="s", vial=1, at=at)


def test_cc_6_a_run_of_an_aliquot_is_brought_by_the_person_who_has_it(lab):
    taken = lab.weighing.aliquots(EXHIBIT)[0].taken_at
    run = a_run(lab, taken + timedelta(minutes=10))
    hand_over(lab)
    with pytest.raises(NotCustodianError, match=f"{ALIQUOT} is in the hands of expert-a"):
        lab.importing.import_run(run, exhibit_number=EXHIBIT, aliquot_number=ALIQUOT, actor=TECHNICIAN)
    permit(lab)
    consume(lab, ALIQUOT, "1.00", actor=EXPERT)
    with pytest.raises(NotCustodianError, match="used up, in the hands of expert-a"):
        lab.importing.import_run(run, exhibit_number=EXHIBIT, aliquot_number=ALIQUOT, actor=TECHNICIAN)
    done = lab.importing.import_run(run, exhibit_number=EXHIBIT, aliquot_number=ALIQUOT, actor=EXPERT)
    assert done.aliquot_number == ALIQUOT


def test_g_4_an_aliquot_without_a_chain_is_with_nobody_that_the_record_names(lab):
    wrote(lab, *old_aliquot(OLD, EXHIBIT, at=lab.clock.now()))
    lab.clock.advance(hours=3)
    custody = lab.custody.custody(OLD)
    assert (custody.title, custody.here) == ("with nobody that the record names", False)
    assert [one.kind for one in lab.custody.check(OLD).breaks] == [NOT_RECORDED]
    assert lab.custody.timeline(OLD).spans == ()
    assert lab.scanning.read(OLD).exhibit.holder.kind is HolderKind.UNKNOWN
    with pytest.raises(NotCustodianError, match="with nobody that the record names"):
        store(lab, OLD)
    facts = CorrectionFacts(corrects=1, reason="r", approved_by=HEAD.number, purpose="another")
    with pytest.raises(CustodyError, match="has no custody on record"):
        lab.sealing.prepare_correction(OLD, facts, actor=TECHNICIAN)
    permit(lab)
    with pytest.raises(NotCustodianError, match="with nobody that the record names"):
        consume(lab, OLD, "0.10")


def test_g_4_the_person_who_has_an_older_aliquot_begins_its_custody_late(lab):
    wrote(lab, *old_aliquot(OLD, EXHIBIT, at=lab.clock.now()))
    lab.clock.advance(hours=3)
    begun = lab.sealing.begin_late(OLD, reason="taken under the older program", actor=EXPERT)
    assert (begun.title, begun.event.late, begun.version) == (f"in the hands of {EXPERT.number}", True, 1)
    gap = lab.custody.check(OLD).breaks
    assert [(one.kind, one.at) for one in gap] == [(NOT_RECORDED, begun.event.occurred_at - timedelta(hours=3))]
    store(lab, OLD, actor=EXPERT)
    assert words(lab, OLD) == "in place PL-0001"


def test_g_4_a_custody_is_begun_once_and_only_of_what_is_there(lab):
    with pytest.raises(CustodyError, match=f"{ALIQUOT} has a custody; it is in the hands of technician"):
        lab.sealing.begin_late(ALIQUOT, reason="r", actor=EXPERT)
    with pytest.raises(NotFoundError, match="aliquot"):
        lab.sealing.begin_late(EXHIBIT, reason="r", actor=EXPERT)
    aliquot, kept = old_aliquot(OLD, EXHIBIT, at=lab.clock.now(), grams="0.01")
    wrote(lab, aliquot, kept)
    with pytest.raises(CustodyError, match="was used up"):
        lab.sealing.begin_late(OLD, reason="r", actor=EXPERT)
    wrote(lab, *old_aliquot(f"{EXHIBIT}-A8", EXHIBIT, at=lab.clock.now()))
    with pytest.raises(InvalidRecordError, match="purpose"):
        lab.sealing.begin_late(f"{EXHIBIT}-A8", reason=" ", actor=EXPERT)


def test_g_4_two_people_do_not_both_begin_one_custody(lab):
    wrote(lab, *old_aliquot(OLD, EXHIBIT, at=lab.clock.now()))
    begun = lab.sealing.begin_late(OLD, reason="r", actor=EXPERT)
    with pytest.raises(StaleVersionError):
        wrote(lab, dataclasses.replace(begun, holder=Holder(kind=HolderKind.PERSON, name=ADMIN.number)))


def test_g_4_cc_4_the_custody_of_an_aliquot_is_corrected_by_two(lab):
    facts = CorrectionFacts(corrects=1, reason="mistyped", approved_by=HEAD.number, purpose="LC-MS")
    corrected = lab.sealing.prepare_correction(ALIQUOT, facts, actor=TECHNICIAN)
    approval = lab.confirmed(HEAD, SignatureMeaning.APPROVER, corrected)
    lab.sealing.correct(corrected, actor=TECHNICIAN, approval=approval)
    assert [one.event.kind for one in lab.custody.chain(ALIQUOT)] == [EventKind.ALIQUOT_TAKEN, EventKind.CORRECTED]
