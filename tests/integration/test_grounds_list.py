"""The list of what rests on what: written with the entries, made again from them, the same both times."""

from sqlalchemy import select

from lims.domain.grounds import Ground, Name, grounds_of
from lims.domain.record import from_body
from lims.ledger import LedgerEntry
from lims.persistence.projections import KINDS
from lims.persistence.tables import GROUND
from lims.persistence.transactions import reading

RUN = Name(kind="run", number="2026-0001/1-R1")
EXAMINATION = Name(kind="examination", number="2026-0001/1-R1-E1")
REPORT = Name(kind="report", number="2026-0001-P1")


def rows(engine):
    with reading(engine) as connection:
        return sorted(tuple(row) for row in connection.execute(select(GROUND)))


def slowly(bench):
    """Give what the list should hold, by a plain walk over the ledger."""
    found = {}
    for stored in bench.store.entries():
        entry = LedgerEntry.from_bytes(stored.data)
        for one in grounds_of(from_body(KINDS[entry.kind], entry.body), actor=entry.actor):
            on = one.rests_on
            found.setdefault((one.record.kind, one.record.number, on.kind, on.number, on.version), entry.sequence)
    return sorted((*key, sequence) for key, sequence in found.items())


def test_the_list_is_that_of_a_plain_walk_before_and_after_it_is_made_again(bench, engine, training_file):
    bench.hire()
    bench.issued(training_file)
    written = rows(engine)
    assert written == slowly(bench)
    bench.store.rebuild_lists()
    assert rows(engine) == written


def test_a_report_rests_on_its_examination_and_that_on_its_run(bench, training_file):
    bench.hire()
    bench.issued(training_file)
    with bench.store.reading() as work:
        assert Ground(record=REPORT, rests_on=EXAMINATION) in work.resting_on([EXAMINATION])
        assert Ground(record=EXAMINATION, rests_on=RUN) in work.grounds_of([EXAMINATION])
        assert work.resting_on([Name(kind="run", number="\0")]) == ()
