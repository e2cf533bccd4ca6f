import dataclasses
from datetime import date, timedelta
from decimal import Decimal
from functools import partial

import pytest

from lims.custody_errors import CustodyError, HandOverLapsedError, NotCustodianError, PlaceFullError, SealUsedError
from lims.domain.custody import Custody, EventKind, Holder, HolderKind, SealCondition
from lims.domain.exhibit import Exhibit
from lims.domain.finding import BenchSystem, TechniqueOutcome
from lims.domain.identification_rule import Outcome
from lims.domain.instrument import EquipmentKind
from lims.domain.inventory import InventoryStatus
from lims.domain.permissions import Act
from lims.domain.place import PlaceKind
from lims.domain.signature import SignatureMeaning, record_digest
from lims.domain.transfer import Transfer, TransferKind, TransferStatus
from lims.domain.weighing import WeighingPurpose
from lims.errors import (
    InvalidRecordError,
    NotFoundError,
    NotPermittedError,
    SignatureRefusedError,
    StaleVersionError,
    TransitionError,
)
from lims.ledger import LedgerEntry
from lims.persistence.store import SqlStore
from lims.services.accessioning import ExhibitFacts
from lims.services.custody import TransferFacts
from lims.services.finding import FindingFacts
from lims.services.permitting import Rights
from lims.services.registering import CalibrationFacts, CheckWeight, InstrumentFacts
from lims.services.sealing import CorrectionFacts
from lims.services.validating import ProcedureFacts
from tests.builders.custody_cells import photograph
from tests.builders.kept_benches import kept
from tests.builders.laboratories import ADMIN, EXPERT, HEAD, QUALITY, REVIEWER, TECHNICIAN, Bench
from tests.builders.measuring_bench import BALANCE, BUDGET, RANGE, SERIAL, K, reading, shown
from tests.builders.people import LONG_AGO, grant

ONE, TWO = "2026-0001/1", "2026-0001/2"
PAPERS = {"permission_reference": "letter 7", "act_number": "A-7", "protocol_number": "P-7"}
GIVER, TAKER, WITNESS = SignatureMeaning.GIVER, SignatureMeaning.TAKER, SignatureMeaning.WITNESS


def make(bench):
    bench.hire()
    case = bench.case().number
    for seal in ("S-1", ""):
        bench.accessioning.register_exhibit(case, ExhibitFacts(description="a bag", seal_number=seal), actor=TECHNICIAN)
    bench.storing.add("1", kind=PlaceKind.SHELF, capacity=2, actor=HEAD)
    bench.storing.add("vault", kind=PlaceKind.ROOM, vault=True, actor=HEAD)
    bench.storing.add("in the vault", kind=PlaceKind.SHELF, inside="PL-0002", actor=HEAD)


@pytest.fixture
def lab(bench):
    """Give a laboratory whose technician received two exhibits of one case, with a shelf and a vault."""
    return kept(bench, "custody", make)


def prepared(lab, kind, *numbers, actor=TECHNICIAN, **facts):
    usual = {"purpose": "examination"}
    return lab.custody.prepare(
        TransferFacts(kind=kind, exhibit_numbers=numbers or (ONE,), **{**usual, **facts}), actor=actor
    )


def offered(lab, *numbers, actor=TECHNICIAN, to=EXPERT, **facts):
    transfer = prepared(lab, TransferKind.HAND_OVER, *numbers, actor=actor, to=to.number, **facts)
    return lab.custody.offer(transfer, actor=actor, confirmation=lab.confirmed(actor, GIVER, transfer))


def take(lab, transfer, *, actor=EXPERT):
    return lab.custody.take(transfer.number, actor=actor, confirmation=lab.confirmed(actor, TAKER, transfer))


def store(lab, *numbers, actor=TECHNICIAN, to="PL-0001", **facts):
    transfer = prepared(lab, TransferKind.STORING, *numbers, actor=actor, to=to, **facts)
    return lab.custody.store_in_place(transfer, actor=actor)


def take_out(lab, *numbers, actor=EXPERT, **facts):
    transfer = prepared(lab, TransferKind.TAKING_OUT, *numbers, actor=actor, **facts)
    return lab.custody.take_out(transfer, actor=actor)


def gone(lab, kind, *, confirm=TECHNICIAN, witness=EXPERT, **facts):
    to = "the court" if kind is TransferKind.RETURN else ""
    transfer = prepared(lab, kind, to=to, witness=witness.number, **{**PAPERS, **facts})
    step = lab.custody.give_back if kind is TransferKind.RETURN else lab.custody.destroy
    return step(
        transfer,
        actor=TECHNICIAN,
        confirmation=lab.confirmed(confirm, GIVER, transfer),
        witnessed=lab.confirmed(witness, WITNESS, transfer),
    )


def words(lab, number=ONE):
    return lab.custody.custody(number).holder.words


def entries_since(lab, count):
    return [LedgerEntry.from_bytes(one.data) for one in lab.store.entries(after=count)]


def test_e_1_registration_is_the_first_event_in_the_same_transaction(lab):
    (entry,) = [one for one in entries_since(lab, 0) if (one.kind, one.number) == ("custody", ONE)]
    assert (entry.act, entry.version, entry.actor) == ("custody.received", 1, "technician")
    assert words(lab) == "in the hands of technician"
    assert lab.custody.held_by("technician") == (ONE, TWO)


def test_cc_1_a_hand_over_counts_when_both_confirmed_the_same_list(lab):
    before = lab.entries
    waiting = offered(lab, ONE, TWO)
    assert (waiting.status, words(lab)) == (TransferStatus.OFFERED, "in the hands of technician")
    lab.clock.advance(minutes=14)
    taken = take(lab, waiting)
    assert (taken.status, words(lab), words(lab, TWO)) == (TransferStatus.TAKEN, *["in the hands of expert-a"] * 2)
    found = entries_since(lab, before)
    assert [one.act for one in found] == [
        *("transfer.offered", "custody.offered", "custody.offered"),
        *("transfer.taken", "custody.taken", "custody.taken"),
    ]
    proofs = [found[0].signature, found[3].signature]
    assert {one["record_sha256"] for one in proofs} == {record_digest(waiting)}
    assert [(one["person"], one["meaning"]) for one in proofs] == [("technician", "giver"), ("expert-a", "taker")]


@pytest.mark.parametrize("number", [ONE, TWO])
def test_at_17_a_one_sided_hand_over_stays_offered(lab, number):
    waiting = offered(lab, ONE, TWO)
    lab.clock.advance(minutes=15, seconds=1)
    with pytest.raises(HandOverLapsedError, match="more than 15 minutes ago and stays offered"):
        take(lab, waiting)
    assert lab.custody.custody(number).state == "offered"
    assert [one.kind for one in lab.custody.check(number).breaks] == ["unanswered offer"]
    lab.custody.withdraw(waiting.number, actor=TECHNICIAN, reason="too late")
    assert take(lab, offered(lab)).status is TransferStatus.TAKEN


def test_cc_1_who_confirms_is_who_acts_and_what_is_confirmed_is_this_list(lab):
    transfer = prepared(lab, TransferKind.HAND_OVER, to=EXPERT.number)
    other = dataclasses.replace(transfer, purpose="another list")
    refused = (
        lab.confirmed(EXPERT, GIVER, transfer),
        lab.confirmed(TECHNICIAN, TAKER, transfer),
        lab.confirmed(TECHNICIAN, GIVER, other),
    )
    for confirmation in refused:
        with pytest.raises(SignatureRefusedError):
            lab.custody.offer(transfer, actor=TECHNICIAN, confirmation=confirmation)
    assert lab.custody.custody(ONE).version == 1
    waiting = offered(lab)
    with pytest.raises(SignatureRefusedError):
        lab.custody.take(waiting.number, actor=EXPERT, confirmation=lab.confirmed(EXPERT, GIVER, waiting))
    with pytest.raises(TransitionError, match="is offered to expert-a, not to expert-b"):
        take(lab, waiting, actor=REVIEWER)


def test_cc_1_a_hand_over_is_taken_once(lab):
    waiting = offered(lab)
    take(lab, waiting)
    for again in (
        lambda: take(lab, waiting),
        lambda: lab.custody.refuse(waiting.number, actor=EXPERT, reason="r"),
        lambda: lab.custody.withdraw(waiting.number, actor=TECHNICIAN, reason="r"),
    ):
        with pytest.raises(TransitionError, match="is taken, not offered"):
            again()


def test_an_offer_is_refused_by_its_taker_and_withdrawn_by_its_giver(lab):
    refused = offered(lab)
    with pytest.raises(TransitionError, match="was offered by technician, not by expert-a"):
        lab.custody.withdraw(refused.number, actor=EXPERT, reason="r")
    lab.custody.refuse(refused.number, actor=EXPERT, reason="one bag is missing")
    assert lab.custody.custody(ONE).event.purpose == "one bag is missing"
    assert (words(lab), lab.custody.custody(ONE).offer) == ("in the hands of technician", "")
    assert lab.custody.transfer(refused.number).status is TransferStatus.REFUSED


def test_cc_2_from_place_to_place_only_by_a_person(lab):
    """AT-17: location to location is refused."""
    store(lab)
    with pytest.raises(NotCustodianError, match="is in place PL-0001, not in the hands of technician"):
        store(lab, to="PL-0003", witness=EXPERT.number)
    take_out(lab)
    assert words(lab) == "in the hands of expert-a"
    with pytest.raises(NotCustodianError):
        take_out(lab)


def test_at_17_location_to_location_is_refused(lab):
    store(lab)
    moved = dataclasses.replace(
        prepared(lab, TransferKind.STORING, TWO, to="PL-0001"), items=prepared_items(lab, ONE), by="technician"
    )
    with pytest.raises(NotCustodianError):
        lab.custody.store_in_place(moved, actor=TECHNICIAN)


def prepared_items(lab, number):
    return prepared(lab, TransferKind.TAKING_OUT, number, actor=EXPERT).items


def test_cc_2_a_vault_needs_a_second_person(lab):
    with pytest.raises(InvalidRecordError, match="needs a second person as witness"):
        store(lab, to="PL-0003")
    with pytest.raises(InvalidRecordError, match="cannot witness the own act"):
        store(lab, to="PL-0003", witness="technician")
    transfer = prepared(lab, TransferKind.STORING, to="PL-0003", witness="expert-a")
    with pytest.raises(InvalidRecordError, match="expert-a has to confirm as witness"):
        lab.custody.store_in_place(transfer, actor=TECHNICIAN)
    with pytest.raises(SignatureRefusedError):
        lab.custody.store_in_place(transfer, actor=TECHNICIAN, witnessed=lab.confirmed(TECHNICIAN, WITNESS, transfer))
    done = lab.custody.store_in_place(transfer, actor=TECHNICIAN, witnessed=lab.confirmed(EXPERT, WITNESS, transfer))
    assert lab.custody.custody(ONE).event.witness == "expert-a"
    with pytest.raises(InvalidRecordError, match="taking out needs a second person"):
        take_out(lab, actor=TECHNICIAN)
    assert done.witness == "expert-a"


def test_cc_2_a_witness_is_a_person_of_the_laboratory(lab):
    for stranger in ("nobody", "admin"):
        transfer = prepared(lab, TransferKind.STORING, to="PL-0003", witness=stranger)
        witness = dataclasses.replace(EXPERT, number=stranger)
        with pytest.raises(NotPermittedError):
            lab.custody.store_in_place(transfer, actor=TECHNICIAN, witnessed=lab.confirmed(witness, WITNESS, transfer))


@pytest.mark.parametrize("actor", [HEAD, QUALITY, ADMIN], ids=lambda member: member.number)
def test_e_4_nothing_leaves_its_place_but_by_those_who_work_on_exhibits(lab, actor):
    store(lab)
    before, entries = words(lab), lab.entries
    with pytest.raises(NotPermittedError):
        take_out(lab, actor=actor)
    assert (words(lab), lab.entries) == (before, entries)
    take_out(lab)
    assert lab.custody.custody(ONE).holder.name == EXPERT.number


def test_cc_3_only_the_present_holder_moves_an_exhibit(lab):
    for kind, facts in ((TransferKind.HAND_OVER, {"to": "technician"}), (TransferKind.STORING, {"to": "PL-0001"})):
        with pytest.raises(NotCustodianError, match="in the hands of technician, not in the hands of expert-a"):
            prepared(lab, kind, actor=EXPERT, **facts)


def test_cc_3_a_list_that_is_no_longer_true_moves_nothing(lab):
    both = prepared(lab, TransferKind.STORING, ONE, TWO, to="PL-0001")
    store(lab, ONE)
    before = lab.entries
    with pytest.raises(StaleVersionError):
        lab.custody.store_in_place(both, actor=TECHNICIAN)
    assert (lab.entries, words(lab, TWO)) == (before, "in the hands of technician")


def test_cc_3_an_old_list_moves_nothing(lab):
    transfer = prepared(lab, TransferKind.STORING, to="PL-0001")
    lab.clock.advance(minutes=16)
    with pytest.raises(HandOverLapsedError):
        lab.custody.store_in_place(transfer, actor=TECHNICIAN)


def test_cc_3_a_part_follows_its_container_unless_taken_out(lab):
    part = lab.accessioning.register_part(TWO, ExhibitFacts(description="a tablet"), actor=EXPERT).number
    take(lab, offered(lab, TWO))
    assert lab.custody.timeline(part).spans[-1].holder == Holder(kind=HolderKind.PERSON, name="expert-a")
    with pytest.raises(NotCustodianError, match="in the hands of expert-a"):
        lab.sealing.take_from(part, purpose="weighing", actor=TECHNICIAN)
    lab.sealing.take_from(part, purpose="weighing", actor=EXPERT)
    store(lab, TWO, actor=EXPERT)
    assert (words(lab, part), words(lab, TWO)) == ("in the hands of expert-a", "in place PL-0001")
    with pytest.raises(NotCustodianError):
        lab.sealing.put_in(part, TWO, purpose="back", actor=EXPERT)
    take_out(lab, TWO)
    lab.sealing.put_in(part, TWO, purpose="back", actor=EXPERT)
    assert words(lab, part) == f"in exhibit {TWO}"
    with pytest.raises(CustodyError, match="cannot contain it"):
        lab.sealing.put_in(TWO, part, purpose="x", actor=EXPERT)
    assert lab.custody.check(part).intact


def test_cc_4_a_correction_is_a_new_event_with_a_second_approver(lab):
    store(lab)
    facts = CorrectionFacts(corrects=2, reason="wrong shelf scanned", approved_by="quality", place="PL-0003")
    corrected = lab.sealing.prepare_correction(ONE, facts, actor=TECHNICIAN)
    for person, meaning, error in (
        (HEAD, SignatureMeaning.APPROVER, SignatureRefusedError),
        (QUALITY, WITNESS, SignatureRefusedError),
    ):
        with pytest.raises(error):
            lab.sealing.correct(corrected, actor=TECHNICIAN, approval=lab.confirmed(person, meaning, corrected))
    approval = lab.confirmed(QUALITY, SignatureMeaning.APPROVER, corrected)
    lab.sealing.correct(corrected, actor=TECHNICIAN, approval=approval)
    assert words(lab) == "in place PL-0003"
    chain = lab.custody.chain(ONE)
    assert [one.event.kind for one in chain] == [EventKind.RECEIVED, EventKind.STORED, EventKind.CORRECTED]
    assert chain[1].holder.name == "PL-0001"
    with pytest.raises(StaleVersionError):
        lab.sealing.correct(corrected, actor=TECHNICIAN, approval=approval)


def test_cc_4_nobody_approves_the_own_correction_and_not_everybody_approves(lab):
    for approver, error in (("technician", InvalidRecordError), ("expert-a", NotPermittedError)):
        facts = CorrectionFacts(corrects=1, reason="r", approved_by=approver, purpose="another")
        corrected = lab.sealing.prepare_correction(ONE, facts, actor=TECHNICIAN)
        person = dataclasses.replace(TECHNICIAN, number=approver)
        with pytest.raises(error):
            lab.sealing.correct(
                corrected, actor=TECHNICIAN, approval=lab.confirmed(person, SignatureMeaning.APPROVER, corrected)
            )


def test_cc_5_a_stated_time_is_past_after_the_event_before_and_marked_when_late(lab):
    now = lab.clock.now()
    lab.clock.advance(hours=3)
    with pytest.raises(InvalidRecordError, match="which is not yet"):
        prepared(lab, TransferKind.STORING, to="PL-0001", occurred_at=now + timedelta(hours=4))
    with pytest.raises(InvalidRecordError, match="before received"):
        store(lab, occurred_at=now - timedelta(seconds=1))
    store(lab, occurred_at=now + timedelta(hours=1))
    event = lab.custody.custody(ONE).event
    assert (event.occurred_at, event.recorded_at, event.late) == (
        now + timedelta(hours=1),
        now + timedelta(hours=3),
        True,
    )
    store(lab, TWO)
    assert not lab.custody.custody(TWO).event.late


def test_cc_5_a_laboratory_says_how_late_is_late(lab):
    lab.custody = dataclasses.replace(
        lab.custody, policy=dataclasses.replace(lab.custody.policy, late_after=timedelta(hours=2))
    )
    now = lab.clock.now()
    lab.clock.advance(hours=3)
    store(lab, ONE, occurred_at=now + timedelta(hours=1))
    store(lab, TWO, occurred_at=now + timedelta(minutes=59))
    assert [lab.custody.custody(number).event.late for number in (ONE, TWO)] == [False, True]


@pytest.mark.parametrize("gate", [False, True])
def test_cc_6_no_analysis_without_having_the_exhibit_in_hand(lab, training_file, gate):
    gated = Bench(lab.engine, lab.folder, None, clock=lab.clock, rights=Rights(custody_gate=gate))
    store(lab)
    if gate:
        with pytest.raises(NotCustodianError, match="is in place PL-0001, not in the hands of expert-a"):
            gated.importing.import_run(training_file, exhibit_number=ONE, actor=EXPERT)
        assert gated.raw_objects == []
        take_out(lab)
    run = gated.importing.import_run(training_file, exhibit_number=ONE, actor=EXPERT).number
    release = gated.curating.add_training_release(
        actor=dataclasses.replace(HEAD, number="admin", roles=tuple(type(HEAD.roles[0])))
    )
    if gate:
        store(lab, actor=EXPERT)
        with pytest.raises(NotCustodianError):
            gated.examining.open(run, release_name=release.number, actor=EXPERT)
        take_out(lab)
    assert gated.examining.open(run, release_name=release.number, actor=EXPERT).examiner == "expert-a"


@pytest.mark.parametrize("gate", [False, True])
def test_cc_6_no_weighing_and_no_finding_without_having_the_exhibit_in_hand(lab, gate):
    """Also of the object that lies on the shelf; work that was done while it was in hand may be written down later."""
    gated = Bench(lab.engine, lab.folder, None, clock=lab.clock, rights=Rights(custody_gate=gate))
    keep_a_balance(gated)
    in_hand, facts = lab.clock.now(), colour_test_of(gated, ONE)
    lab.clock.advance(minutes=5)
    store(lab)
    lab.clock.advance(minutes=5)
    late, now = (dataclasses.replace(facts, occurred_at=at) for at in (in_hand, lab.clock.now()))
    weigh = partial(gated.weighing.weigh, ONE, shown("20.00 g"), balance=BALANCE, purpose=WeighingPurpose.BEFORE, k=K)
    if gate:
        with pytest.raises(NotCustodianError, match="is in place PL-0001, not in the hands of technician"):
            weigh(actor=TECHNICIAN)
        with pytest.raises(NotCustodianError):
            gated.finding.record(now, actor=TECHNICIAN)
    else:
        assert weigh(actor=TECHNICIAN).weighing.net_g == 20
        assert gated.finding.record(now, actor=TECHNICIAN).examiner == "technician"
    assert gated.finding.record(late, actor=TECHNICIAN).occurred_at == in_hand


def keep_a_balance(bench):
    """Register a balance that was calibrated and checked, and a colour test in force."""
    facts = InstrumentFacts(
        number=BALANCE, kind=EquipmentKind.BALANCE, model="m", serial=SERIAL, place="p", balance_range=RANGE
    )
    bench.registering.add(facts, actor=QUALITY)
    today = bench.clock.now().date()
    stated = CalibrationFacts(certificate="c", body="b", calibrated_on=today, due_on=today, budget=BUDGET)
    bench.registering.calibrate(BALANCE, stated, actor=QUALITY)
    weight = CheckWeight(number="W", nominal_g=Decimal(100), tolerance_g=Decimal("0.02"))
    bench.registering.check_balance(BALANCE, weight, reading=reading("100.00 g"), actor=TECHNICIAN)
    procedure = ProcedureFacts(number="COLOUR-1", name="n", techniques=("colour test",), acceptance_criteria="c")
    bench.validating.record(procedure, actor=EXPERT)
    bench.validating.validate("COLOUR-1", validated_on=LONG_AGO, record="V", actor=QUALITY)
    grant(bench, TECHNICIAN, "COLOUR-1")


def colour_test_of(bench, exhibit):
    return FindingFacts(
        exhibit_number=exhibit,
        sampling=1,
        procedure_number="COLOUR-1",
        system=BenchSystem(medium="Marquis"),
        substance="amphetamines",
        is_class=True,
        results=(TechniqueOutcome(technique="colour test", outcome=Outcome.POSITIVE),),
        occurred_at=bench.clock.now(),
    )


def test_cc_6_the_answer_names_the_reason(lab):
    before = lab.clock.now()
    lab.clock.advance(minutes=1)
    store(lab)
    assert lab.custody.require_custody(ONE, "technician", before).held
    answer = lab.custody.require_custody(ONE, "technician", lab.clock.now())
    assert (answer.held, answer.reasons) == (False, (f"{ONE} was in place PL-0001",))


def seal_photograph(lab, exhibit, number):
    with SqlStore(lab.engine, rights=Rights(enforced=False)).unit_of_work() as work:
        work.record(photograph(number, exhibit, at=lab.clock.now()), act="t", actor=TECHNICIAN, at=lab.clock.now())
        work.commit()
    return number


def open_seal(lab, seal="S-1", **facts):
    usual = {"condition": SealCondition.INTACT, "photograph": "F1", "actor": TECHNICIAN}
    return lab.sealing.open_seal(ONE, seal=seal, **{**usual, **facts})


def test_cc_7_a_seal_number_is_used_once_in_the_laboratory(lab):
    seal_photograph(lab, ONE, "F1")
    open_seal(lab)
    lab.sealing.close_seal(TWO, seal="L-1", actor=TECHNICIAN)
    for used in ("L-1", "S-1"):
        with pytest.raises(SealUsedError, match=f"seal {used} was used before"):
            lab.sealing.close_seal(ONE, seal=used, actor=TECHNICIAN)
    assert lab.sealing.close_seal(ONE, seal="L-2", actor=TECHNICIAN).seal == "L-2"
    assert lab.custody.check(ONE).intact


def test_e_5_an_opened_seal_has_a_photograph_and_a_new_seal_follows(lab):
    with pytest.raises(NotFoundError):
        open_seal(lab)
    seal_photograph(lab, TWO, "F2")
    with pytest.raises(InvalidRecordError, match="photograph F2 is of exhibit 2026-0001/2"):
        open_seal(lab, photograph="F2")
    seal_photograph(lab, ONE, "F1")
    with pytest.raises(NotCustodianError):
        open_seal(lab, actor=EXPERT)
    assert open_seal(lab, condition=SealCondition.DAMAGED).seal == ""
    assert [one.words for one in lab.custody.check(ONE).breaks] == ["seal S-1 was damaged"]


def test_cc_7_numbers_of_other_bodies_may_repeat_on_receipt(lab):
    again = lab.accessioning.register_exhibit(
        "2026-0001", ExhibitFacts(description="x", seal_number="S-1"), actor=TECHNICIAN
    )
    assert lab.custody.custody(again.number).seal == "S-1"
    with lab.store.reading() as work:
        assert work.seal_exhibit("S-1") == ONE


@pytest.mark.parametrize(("kind", "state"), [(TransferKind.RETURN, "outside"), (TransferKind.DESTRUCTION, "destroyed")])
def test_e_6_two_people_sign_a_return_and_a_destruction(lab, kind, state):
    before = lab.entries
    done = gone(lab, kind)
    assert (lab.custody.custody(ONE).state, done.permission_reference, done.act_number) == (state, "letter 7", "A-7")
    proof = entries_since(lab, before)[0].signature
    assert (proof["person"], proof["second"]["person"], proof["second"]["meaning"]) == (
        "technician",
        "expert-a",
        "witness",
    )
    with pytest.raises(NotCustodianError):
        store(lab)
    with pytest.raises(CustodyError, match="nothing happens to it any more"):
        lab.sealing.prepare_correction(
            ONE, CorrectionFacts(corrects=1, reason="r", approved_by="head", purpose="x"), actor=TECHNICIAN
        )


@pytest.mark.parametrize("missing", list(PAPERS))
def test_e_6_neither_goes_without_its_papers(lab, missing):
    with pytest.raises(InvalidRecordError, match="empty"):
        gone(lab, TransferKind.DESTRUCTION, **{missing: ""})


def test_e_6_one_person_cannot_sign_for_both(lab):
    with pytest.raises(InvalidRecordError, match="cannot witness the own act"):
        gone(lab, TransferKind.DESTRUCTION, witness=TECHNICIAN)
    with pytest.raises(SignatureRefusedError):
        gone(lab, TransferKind.DESTRUCTION, confirm=EXPERT)
    assert words(lab) == "in the hands of technician"


def test_cc_8_springfield_an_empty_envelope_is_missed_by_a_blind_second_count(lab):
    store(lab, ONE, TWO)
    first = lab.storing.count("PL-0001", [ONE], actor=TECHNICIAN)
    assert (first.state, first.title) == ("counted once", "inventory of PL-0001")
    with pytest.raises(TransitionError, match="another person counts again"):
        lab.storing.count_again(first.number, [ONE], actor=TECHNICIAN)
    again = lab.storing.count_again(first.number, [ONE, "2026-0001/2"], actor=EXPERT)
    assert (again.status, again.first.missing, again.second.missing) == (InventoryStatus.DIFFERS, (TWO,), ())
    with pytest.raises(TransitionError, match="was counted twice"):
        lab.storing.count_again(first.number, [], actor=REVIEWER)


def test_cc_8_two_counts_that_find_what_is_recorded_agree(lab):
    store(lab, ONE)
    first = lab.storing.count("PL-0001", [ONE, ONE], actor=TECHNICIAN)
    assert lab.storing.count_again(first.number, [ONE], actor=QUALITY).status is InventoryStatus.AGREED
    unexpected = lab.storing.count("PL-0001", [ONE, TWO], actor=TECHNICIAN)
    assert unexpected.first.unexpected == (TWO,)


def test_a_full_place_takes_no_more(lab):
    third = lab.accessioning.register_exhibit("2026-0001", ExhibitFacts(description="x"), actor=TECHNICIAN).number
    with pytest.raises(PlaceFullError, match="takes 2 exhibits, holds 0, and 3 more"):
        store(lab, ONE, TWO, third)
    store(lab, ONE, TWO)
    with pytest.raises(PlaceFullError, match="holds 2"):
        store(lab, third)
    take_out(lab, ONE)
    store(lab, third)
    assert lab.storing.contents("PL-0001") == (TWO, third)


def test_places_are_a_tree_from_large_to_small(lab):
    with pytest.raises(InvalidRecordError, match="a room in PL-0001, a shelf"):
        lab.storing.add("r", kind=PlaceKind.ROOM, inside="PL-0001", actor=HEAD)
    with pytest.raises(NotFoundError):
        lab.storing.add("b", kind=PlaceKind.BOX, inside="PL-9999", actor=HEAD)
    assert [one.number for one in lab.storing.places()] == ["PL-0001", "PL-0002", "PL-0003"]
    store(lab, ONE)
    for number, found in (("PL-0001", "holds 1"), ("PL-0002", "has PL-0003 in it")):
        with pytest.raises(TransitionError, match=found):
            lab.storing.close(number, actor=HEAD)
    lab.storing.close("PL-0003", actor=HEAD)
    with pytest.raises(TransitionError, match="place PL-0003 is closed"):
        store(lab, TWO, to="PL-0003", witness="expert-a")
    assert lab.storing.close("PL-0002", actor=HEAD).state == "closed"


def test_overdue_returns_are_listed(lab):
    """Section 17, point 13."""
    store(lab, ONE, TWO)
    take_out(lab, ONE, expected_return=date(2026, 11, 22))
    take_out(lab, TWO, expected_return=date(2026, 12, 22))
    assert lab.custody.overdue() == ()
    lab.clock.advance(days=1)
    assert [one.number for one in lab.custody.overdue()] == [ONE]
    store(lab, ONE, actor=EXPERT)
    assert lab.custody.overdue() == ()


def test_an_exhibit_from_before_custody_is_with_the_person_who_received_it(lab):
    old = Exhibit(
        number="2026-0001/9", case_number="2026-0001", description="old", seal_number="", seal_intact=None,
        received_at=lab.clock.now() - timedelta(days=9), received_by="technician",
    )  # fmt: skip
    with lab.store.unit_of_work() as work:
        work.record(old, act=Act.EXHIBIT_REGISTERED, actor=TECHNICIAN, at=lab.clock.now())
        work.commit()
    assert (words(lab, old.number), lab.custody.check(old.number).intact) == ("in the hands of technician", True)
    store(lab, old.number)
    assert [one.event.kind.value for one in lab.custody.chain(old.number)] == ["received", "stored"]
    assert lab.custody.check(old.number).intact


def test_at_18_events_of_custody_are_rows_of_the_guarded_ledger(lab):
    from sqlalchemy import text
    from sqlalchemy.exc import DBAPIError

    store(lab)
    for statement in (
        "UPDATE ledger SET number = 'x' WHERE kind = 'custody'",
        "DELETE FROM ledger WHERE kind = 'custody'",
    ):
        with pytest.raises(DBAPIError), lab.engine.connect() as connection:
            connection.execute(text(statement))


def test_lists_of_custody_follow_from_the_ledger(lab):
    seal_photograph(lab, ONE, "F1")
    open_seal(lab)
    lab.sealing.close_seal(ONE, seal="L-1", actor=TECHNICIAN)
    take(lab, offered(lab, ONE, TWO, expected_return=date(2026, 12, 1)))
    store(lab, TWO, actor=EXPERT)
    assert lab.store.faults() == ()
    lab.store.rebuild_lists()
    assert lab.store.faults() == ()
    assert [one.number for one in lab.custody.transfers(limit=9)] == ["T2026-00002", "T2026-00001"]
    assert isinstance(lab.custody.transfer("T2026-00001"), Transfer)
    assert isinstance(lab.custody.custody(TWO), Custody)


def test_a_list_that_was_not_prepared_here_moves_nothing(lab):
    """What a dishonest caller would bring in place of a prepared list."""
    store(lab, TWO)
    good = prepared(lab, TransferKind.HAND_OVER, to=EXPERT.number)
    later = dataclasses.replace(good, prepared_at=lab.clock.now() + timedelta(hours=9))
    taken = dataclasses.replace(good, status=TransferStatus.TAKEN)
    for forged in (later, taken, dataclasses.replace(good, version=2), dataclasses.replace(good, by="expert-a")):
        with pytest.raises(InvalidRecordError):
            lab.custody.offer(forged, actor=TECHNICIAN, confirmation=lab.confirmed(TECHNICIAN, GIVER, forged))
    for kind, step in ((TransferKind.STORING, "offer"), (TransferKind.STORING, "take_out")):
        other = prepared(lab, kind, to="PL-0001")
        facts = {"confirmation": lab.confirmed(TECHNICIAN, GIVER, other)} if step == "offer" else {}
        with pytest.raises(InvalidRecordError, match="is a storing, not a"):
            getattr(lab.custody, step)(other, actor=TECHNICIAN, **facts)
    out = prepared(lab, TransferKind.TAKING_OUT, TWO, actor=EXPERT)
    other = dataclasses.replace(out, taker=Holder(kind=HolderKind.PERSON, name="expert-b"))
    with pytest.raises(InvalidRecordError, match="brings exhibits to expert-b, not to expert-a"):
        lab.custody.take_out(other, actor=EXPERT)
    vault = dataclasses.replace(
        prepared(lab, TransferKind.STORING, to="PL-0001"), taker=Holder(kind=HolderKind.PLACE, name="PL-0003")
    )
    with pytest.raises(InvalidRecordError, match="prepare it anew"):
        lab.custody.store_in_place(vault, actor=TECHNICIAN)
    assert (words(lab), words(lab, TWO)) == ("in the hands of technician", "in place PL-0001")


@pytest.mark.parametrize("numbers", [(), (ONE, ONE)])
def test_a_list_names_each_exhibit_once(lab, numbers):
    with pytest.raises(InvalidRecordError, match="expected one or more, each once"):
        lab.custody.prepare(
            TransferFacts(kind=TransferKind.STORING, exhibit_numbers=numbers, purpose="p", to="PL-0001"),
            actor=TECHNICIAN,
        )


def test_the_taker_and_the_place_exist(lab):
    with pytest.raises(NotPermittedError, match="nobody is not on the staff"):
        prepared(lab, TransferKind.HAND_OVER, to="nobody")
    with pytest.raises(NotFoundError, match="no place PL-9"):
        prepared(lab, TransferKind.STORING, to="PL-9")


def test_a_place_has_a_name_and_room_for_one_and_is_not_in_itself(lab):
    place = lab.storing.place("PL-0001")
    for facts in ({"name": ""}, {"capacity": 0}, {"inside": "PL-0001"}):
        with pytest.raises(InvalidRecordError):
            dataclasses.replace(place, **facts)
    lab.storing.count("PL-0001", [], actor=TECHNICIAN)
    assert [lab.storing.inventory(one.number).state for one in lab.storing.inventories()] == ["counted once"]


def test_a_transfer_goes_to_what_its_kind_says(lab):
    good = prepared(lab, TransferKind.STORING, to="PL-0001")
    with pytest.raises(CustodyError, match="expected place"):
        dataclasses.replace(good, taker=Holder(kind=HolderKind.PERSON, name="expert-a"))
    with pytest.raises(InvalidRecordError, match="a storing is never offered"):
        dataclasses.replace(good, status=TransferStatus.OFFERED)


def test_what_is_closed_takes_nothing_in_and_gives_nothing_out(lab):
    part = lab.accessioning.register_part(ONE, ExhibitFacts(description="a tablet"), actor=TECHNICIAN).number
    with pytest.raises(CustodyError, match="is closed with seal S-1; open that first"):
        lab.sealing.take_from(part, purpose="p", actor=TECHNICIAN)
    with pytest.raises(CustodyError, match="is closed with seal S-1; open that first"):
        lab.sealing.put_in(TWO, ONE, purpose="p", actor=TECHNICIAN)
    with pytest.raises(CustodyError, match="from person to person; expected from container"):
        lab.sealing.take_from(TWO, purpose="p", actor=TECHNICIAN)


def test_cc_4_an_older_exhibit_is_corrected_too(lab):
    old = Exhibit(
        number="2026-0001/9", case_number="2026-0001", description="old", seal_number="", seal_intact=None,
        received_at=lab.clock.now() - timedelta(days=9), received_by="technician",
    )  # fmt: skip
    with lab.store.unit_of_work() as work:
        work.record(old, act=Act.EXHIBIT_REGISTERED, actor=TECHNICIAN, at=lab.clock.now())
        work.commit()
    early = old.received_at - timedelta(days=1)
    facts = CorrectionFacts(corrects=1, reason="the paper says so", approved_by="quality", occurred_at=early)
    corrected = lab.sealing.prepare_correction(old.number, facts, actor=TECHNICIAN)
    with pytest.raises(InvalidRecordError, match="no correction of expert-a"):
        lab.sealing.correct(
            corrected, actor=EXPERT, approval=lab.confirmed(QUALITY, SignatureMeaning.APPROVER, corrected)
        )
    lab.sealing.correct(
        corrected, actor=TECHNICIAN, approval=lab.confirmed(QUALITY, SignatureMeaning.APPROVER, corrected)
    )
    assert [one.event.kind.value for one in lab.custody.chain(old.number)] == ["received", "corrected"]
    assert lab.custody.timeline(old.number).spans[0].since == early
    later = dataclasses.replace(facts, occurred_at=lab.clock.now() + timedelta(seconds=1))
    with pytest.raises(InvalidRecordError, match="which is not yet"):
        lab.sealing.prepare_correction(old.number, later, actor=TECHNICIAN)
