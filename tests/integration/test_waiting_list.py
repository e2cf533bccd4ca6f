"""The list of what waits: written with the entries, made again from them, the same as a plain walk over the ledger."""

from sqlalchemy import select

from lims.domain.record import from_body
from lims.domain.waiting import waiting_of
from lims.ledger import LedgerEntry
from lims.ledger.entry import moment_text
from lims.persistence.projections import KINDS
from lims.persistence.tables import WAITING
from lims.persistence.transactions import reading


def rows(engine):
    with reading(engine) as connection:
        return sorted(tuple(row) for row in connection.execute(select(WAITING)))


def slowly(bench):
    """Give what the list should hold, by a plain walk over the ledger: the newest line of each topic stays."""
    found, parents = {}, {}
    for stored in bench.store.entries():
        entry = LedgerEntry.from_bytes(stored.data)
        record = from_body(KINDS[entry.kind], entry.body)
        parents[entry.kind, entry.number] = record.parent
        for one in waiting_of(record, lambda kind, number: parents.get((kind.KIND, number), "")):
            found[one.topic, one.number] = (
                *(one.topic, one.number, one.job.value if one.job else "", one.person),
                *(one.case_number, one.exhibit_number, one.due.isoformat() if one.due else ""),
                *(entry.sequence, moment_text(entry.recorded_at)),
            )
    return sorted(found.values())


def test_the_list_is_that_of_a_plain_walk_before_and_after_it_is_made_again(bench, engine, training_file):
    bench.hire()
    bench.issued(training_file)
    written = rows(engine)
    assert written == slowly(bench)
    bench.store.rebuild_lists()
    assert rows(engine) == written
    assert bench.auditing.verify().intact


def test_a_line_that_somebody_changed_is_named(bench, engine):
    bench.hire()
    bench.exhibit()
    with engine.connect().execution_options(write=True) as connection, connection.begin():
        connection.exec_driver_sql("UPDATE waiting SET person = 'head' WHERE topic = 'work'")
    (fault,) = bench.store.faults()
    assert (fault.table, fault.key, fault.column, fault.found) == ("waiting", "work 2026-0001/1", "person", "head")
