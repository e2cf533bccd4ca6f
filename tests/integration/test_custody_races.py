"""Two people at the same moment, on both databases: one of them moves the exhibit, the other is told."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError

from lims.domain.place import PlaceKind
from lims.domain.signature import SignatureMeaning
from lims.domain.transfer import TransferKind
from lims.errors import LimsError
from lims.persistence.tables import HOLDING, SEAL_USE
from lims.services.accessioning import ExhibitFacts
from lims.services.custody import TransferFacts
from tests.builders.laboratories import EXPERT, HEAD, REVIEWER, TECHNICIAN

THREADS = 4


@pytest.fixture
def lab(bench):
    bench.hire()
    case = bench.case().number
    for _ in range(THREADS):
        bench.accessioning.register_exhibit(case, ExhibitFacts(description="a bag"), actor=TECHNICIAN)
    for name in range(THREADS):
        bench.storing.add(str(name), kind=PlaceKind.SHELF, capacity=1, actor=HEAD)
    return bench


def race(*acts):
    """Let all begin at once; give what each came to: a value, or the refusal."""
    barrier = Barrier(len(acts))

    def run(act):
        barrier.wait()
        try:
            return act()
        except LimsError as refusal:
            return refusal

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def exhibit(place):
    return f"2026-0001/{place + 1}"


def prepared(lab, kind, number, to="", actor=TECHNICIAN):
    facts = TransferFacts(kind=kind, exhibit_numbers=(number,), purpose="p", to=to)
    return lab.custody.prepare(facts, actor=actor)


def test_cc_3_one_exhibit_goes_to_one_of_several_places(lab):
    lists = [prepared(lab, TransferKind.STORING, exhibit(0), f"PL-000{n + 1}") for n in range(THREADS)]
    done = race(*(lambda one=one: lab.custody.store_in_place(one, actor=TECHNICIAN) for one in lists))
    assert sum(not isinstance(one, LimsError) for one in done) == 1
    assert len(lab.custody.chain(exhibit(0))) == 2
    with lab.engine.connect() as connection:
        rows = connection.execute(select(HOLDING).where(HOLDING.c.exhibit_number == exhibit(0))).all()
    assert [(row.holder_kind, row.version) for row in rows] == [("place", 2)]


def test_cc_1_a_hand_over_is_taken_or_withdrawn_and_never_both(lab):
    transfer = prepared(lab, TransferKind.HAND_OVER, exhibit(0), EXPERT.number)
    lab.custody.offer(
        transfer, actor=TECHNICIAN, confirmation=lab.confirmed(TECHNICIAN, SignatureMeaning.GIVER, transfer)
    )
    confirmed = lab.confirmed(EXPERT, SignatureMeaning.TAKER, transfer)
    done = race(
        lambda: lab.custody.take(transfer.number, actor=EXPERT, confirmation=confirmed),
        lambda: lab.custody.take(transfer.number, actor=EXPERT, confirmation=confirmed),
        lambda: lab.custody.withdraw(transfer.number, actor=TECHNICIAN, reason="r"),
    )
    assert sum(not isinstance(one, LimsError) for one in done) == 1
    assert len(lab.custody.chain(exhibit(0))) == 3


def test_cc_3_two_people_take_one_exhibit_out(lab):
    lab.custody.store_in_place(prepared(lab, TransferKind.STORING, exhibit(0), "PL-0001"), actor=TECHNICIAN)
    lists = [(one, prepared(lab, TransferKind.TAKING_OUT, exhibit(0), actor=one)) for one in (EXPERT, REVIEWER)]
    done = race(*(lambda who=who, one=one: lab.custody.take_out(one, actor=who) for who, one in lists))
    assert sum(not isinstance(one, LimsError) for one in done) == 1


def test_cc_7_one_seal_is_put_on_once(lab):
    done = race(
        *(
            lambda n=n: lab.sealing.close_seal(exhibit(n), seal="L-1", actor=TECHNICIAN)
            for n in range(THREADS)
        )
    )  # fmt: skip
    assert sum(not isinstance(one, LimsError) for one in done) == 1
    with lab.engine.connect() as connection:
        assert len(connection.execute(select(SEAL_USE)).all()) == 1


def test_a_place_for_one_takes_one_of_several(lab):
    lists = [prepared(lab, TransferKind.STORING, exhibit(n), "PL-0001") for n in range(1)]
    lists += [
        prepared(lab, TransferKind.STORING, exhibit(1), "PL-0001"),
        prepared(lab, TransferKind.STORING, exhibit(2), "PL-0001"),
    ]
    done = race(*(lambda one=one: lab.custody.store_in_place(one, actor=TECHNICIAN) for one in lists))
    assert sum(not isinstance(one, LimsError) for one in done) == 1
    assert len(lab.storing.contents("PL-0001")) == 1


def test_cc_3_the_key_of_the_table_itself_refuses_a_second_holder(lab):
    line = {"exhibit_number": exhibit(0), "holder_kind": "place", "holder": "PL-0001", "expected_return": ""}
    writing = lab.engine.connect().execution_options(write=True)
    with writing as connection, pytest.raises(IntegrityError):
        connection.execute(insert(HOLDING).values(**line, version=9, sequence=9))
