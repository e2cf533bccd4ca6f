"""Entries found by kind and number are those that reading the whole ledger finds."""

import pytest

from lims.errors import NotPermittedError
from lims.ledger import LedgerEntry
from lims.services.packet_selection import candidates, choose
from lims.services.permitting import Rights
from lims.services.seeing import PersonalStore
from tests.builders.laboratories import HEAD, TECHNICIAN

BEGINNINGS = (
    "",
    "2026",
    "2026-0001",
    "2026-0001/1",
    "2026-0001/1-R1-E1",
    "2026-0001_",
    "%",
    "2026-000_",
    "x\0",
    "\ud800",
)


@pytest.fixture
def bench(bench, training_file):
    bench.hire()
    bench.issued(training_file)
    for _ in range(3):
        bench.exhibit()
    return bench


@pytest.mark.parametrize("kinds", [("exhibit",), ("case", "exhibit", "run", "report", "custody"), ()])
def test_the_same_entries_in_the_same_order(bench, kinds):
    every = [(stored, LedgerEntry.from_bytes(stored.data)) for stored in bench.store.entries()]
    found = {begins: list(bench.store.entries_of(kinds, begins=begins)) for begins in BEGINNINGS}
    for begins in BEGINNINGS:
        wanted = [stored for stored, entry in every if entry.kind in kinds and entry.number.startswith(begins)]
        assert found[begins] == wanted, begins
    assert bool(found["2026-0001/1"]) is bool(kinds)


def test_a_case_is_found_without_reading_the_others(bench):
    for case in ("2026-0001", "2026-0002", "2026-0003"):
        whole = choose(bench.store.entries(), case=case)
        assert choose(candidates(bench.store.entries_of, case=case), case=case) == whole
        assert whole
    read = candidates(bench.store.entries_of, case="2026-0002")
    assert not [one for one in read if b'"number":"2026-0001' in one.data]


def test_who_may_not_read_the_whole_ledger_finds_nothing_in_it(bench):
    technician, head = (
        PersonalStore(store=bench.store, person=one.number, clock=bench.clock, rights=Rights())
        for one in (TECHNICIAN, HEAD)
    )
    with pytest.raises(NotPermittedError, match="whole ledger"):
        technician.entries_of(("exhibit",), begins="2026-0001")
    assert [*head.entries_of(("exhibit",))] == [*bench.store.entries_of(("exhibit",))]
