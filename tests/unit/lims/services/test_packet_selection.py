"""Which entries a disclosure packet holds: of the case, of its batches, what these name, and nothing of other cases."""

from datetime import UTC, datetime

import pytest

from lims.ledger import GENESIS, LedgerEntry, StoredEntry, leaf_hash
from lims.services.packet_selection import candidates, choose

LEDGER = (
    ("method", "M-1", {"name": "screening"}),
    ("method", "M-2", {"name": "another"}),
    ("instrument", "GC-7", {"name_in_files": "GCMS-7890", "serial": "US1"}),
    ("reagent", "RG-1", {"lot": "L-55"}),
    ("reagent", "RG-2", {"lot": "L-56"}),
    ("competence", "anna-K1", {"person": "anna", "granted_by": "head"}),
    ("competence", "head-K1", {"person": "head", "granted_by": "quality"}),
    ("account", "anna", {"password": "hash"}),
    ("library import", "I-1", {"run": "B/1-R1"}),
    ("release", "lib-1", {"imports": ["I-1"]}),
    ("case", "A", {"links": []}),
    ("case", "B", {"links": ["A"]}),
    ("exhibit", "A/1", {"case_number": "A"}),
    ("exhibit", "B/1", {"case_number": "B"}),
    ("custody", "A/1", {"holder": "anna"}),
    ("custody", "B/1", {"holder": "anna"}),
    ("batch", "BT-1", {"method_number": "M-1", "instrument": "GCMS-7890", "exhibits": ["A/1", "B/1"]}),
    ("batch", "BT-2", {"method_number": "M-2", "instrument": "other", "exhibits": ["B/1"]}),
    ("run", "BT-1-R1", {"exhibit_number": "", "batch_number": "BT-1"}),
    ("run", "BT-2-R1", {"exhibit_number": "", "batch_number": "BT-2"}),
    ("run", "A/1-R1", {"exhibit_number": "A/1", "batch_number": "BT-1"}),
    ("run", "B/1-R1", {"exhibit_number": "B/1", "batch_number": "BT-1"}),
    ("finding", "A/1-F1", {"exhibit_number": "A/1", "system": {"lot": "L-55"}}),
    ("examination", "A/1-E1", {"exhibit_number": "A/1", "basis": {"release": "lib-1"}}),
    ("transfer", "T-1", {"items": [{"exhibit_number": "A/1"}, {"exhibit_number": "B/1"}]}),
    ("transfer", "T-2", {"items": [{"exhibit_number": "B/1"}]}),
    ("nonconformity", "NC-1", {"concerns": [{"kind": "batch", "number": "BT-1"}]}),
    ("nonconformity", "NC-2", {"concerns": [{"kind": "batch", "number": "BT-2"}]}),
    ("report", "A-P1", {"examination_number": "A/1-E1"}),
    ("report", "B-P1", {"examination_number": "B/1-E1"}),
)


def entries():
    for sequence, (kind, number, body) in enumerate(LEDGER, start=1):
        entry = LedgerEntry(
            sequence=sequence,
            previous=GENESIS,
            recorded_at=datetime(2026, 1, 1, tzinfo=UTC),
            actor="anna",
            act=f"{kind}.made",
            kind=kind,
            number=number,
            version=1,
            body=body,
            software="tests",
        )
        yield StoredEntry(sequence=sequence, data=entry.to_bytes(), leaf=leaf_hash(entry.to_bytes()))


def chosen(case):
    return [f"{one.entry.kind} {one.entry.number}" for one in choose(entries(), case=case)]


def entries_of(kinds, *, begins=""):
    return (
        one
        for one in entries()
        if (entry := LedgerEntry.from_bytes(one.data)).kind in kinds and entry.number.startswith(begins)
    )


@pytest.mark.parametrize("case", ["A", "B", "C"])
def test_what_is_read_of_the_ledger_is_enough_to_choose_from(case):
    found = candidates(entries_of, case=case)
    assert [one.sequence for one in found] == sorted({one.sequence for one in found})
    assert choose(found, case=case) == choose(entries(), case=case)


def test_a_packet_holds_the_case_its_batch_with_blanks_and_what_they_name():
    assert chosen("A") == [
        *("method M-1", "instrument GC-7", "reagent RG-1", "competence anna-K1", "release lib-1"),
        *("case A", "exhibit A/1", "custody A/1", "batch BT-1", "run BT-1-R1", "run A/1-R1"),
        *("finding A/1-F1", "examination A/1-E1", "transfer T-1", "nonconformity NC-1", "report A-P1"),
    ]


def test_a_case_that_links_to_another_does_not_bring_it():
    assert not {"case A", "exhibit A/1", "run A/1-R1"} & set(chosen("B"))


def test_an_unknown_case_has_no_entries():
    assert chosen("C") == []
