"""The store on both databases: transactions, guards, concurrency, and lists that follow from the ledger."""

import dataclasses
import multiprocessing
import os
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from lims.domain.case import Case
from lims.domain.exhibit import Exhibit
from lims.domain.run import RawData, RecordedRun
from lims.errors import DuplicateRawDataError, LedgerError, LimsError, NotFoundError, StaleVersionError
from lims.ledger import GENESIS, LedgerEntry, StoredEntry, check_chain, leaf_hash
from lims.ledger.merkle import CompactRange, prove_inclusion
from lims.persistence.engine import open_engine
from lims.persistence.store import SqlStore
from lims.services.accessioning import AccessioningService, CaseFacts, ExhibitFacts
from lims.services.permitting import Rights
from tests.builders.clocks import MORNING, SetClock
from tests.builders.laboratories import TECHNICIAN, Bench
from tests.builders.ledgers import resealed

WRITERS = 8
CASES_EACH = 6


@pytest.fixture
def bench(engine, tmp_path, states):
    """Give a laboratory whose store takes every act: who may do what is tested elsewhere."""
    return Bench(engine, tmp_path, states, rights=Rights(enforced=False))


def record(bench: Bench, entity, *, at=None, act="tested", raw=()):
    with bench.store.unit_of_work() as work:
        work.record(entity, act=act, actor=TECHNICIAN, at=at or bench.clock.now(), raw=raw)
        work.commit()


def write_sql(engine, *statements):
    """Do what somebody does who holds the database: guards taken off first."""
    with engine.connect().execution_options(write=True) as connection, connection.begin():
        if connection.dialect.name == "sqlite":
            for name in ("ledger_insert_guard", "ledger_no_update", "ledger_no_delete"):
                connection.exec_driver_sql(f"DROP TRIGGER {name}")
        else:
            connection.exec_driver_sql("ALTER TABLE ledger DISABLE TRIGGER ALL")
        for statement, values in statements:
            connection.execute(text(statement), values)


# transactions


def test_an_empty_store_has_no_head(bench):
    with bench.store.reading() as work:
        assert (work.head().entries, work.head().leaf) == (0, GENESIS)
    assert list(bench.store.entries()) == []
    assert bench.store.faults() == ()


def test_what_is_committed_is_there_and_chained(bench):
    first, second = bench.case(), bench.case()
    with bench.store.reading() as work:
        assert work.load(Case, first.number) == first
        assert work.load(Case, second.number) == second
        head = work.head()
    stored = list(bench.store.entries())
    assert [entry.sequence for entry in stored] == [1, 2]
    assert (head.entries, head.leaf) == (2, stored[1].leaf)
    assert check_chain(stored).intact


def test_what_is_not_committed_never_was(bench):
    case = bench.case()
    with bench.store.unit_of_work() as work:
        work.record(dataclasses.replace(case, version=2), act="tested", actor=TECHNICIAN, at=bench.clock.now())
        assert work.load(Case, case.number).version == 2
        assert work.head().entries == 2
    with bench.store.reading() as work:
        assert work.load(Case, case.number).version == 1
        assert work.head().entries == 1
        assert [line.version for line in work.listed(Case, limit=9)] == [1]


def test_a_list_is_narrowed_by_words_whatever_their_case_and_alphabet(bench):
    case = bench.case()
    for words in ("Ақ ҰНТАҚ, Ёлка", "50% solution_x", "another"):
        bench.accessioning.register_exhibit(case.number, ExhibitFacts(description=words), actor=TECHNICIAN)

    def found(words, **page):
        with bench.store.reading() as work:
            return [line.title for line in work.listed(Exhibit, limit=9, words=words, **page)]

    assert found("ұнтақ") == found("ЁЛКА") == ["Ақ ҰНТАҚ, Ёлка"]
    assert found("0% S") == found("n_X") == ["50% solution_x"]
    assert found("%") == ["50% solution_x"]
    assert found(f"{case.number}/3") == ["another"]
    assert found("o") == ["another", "50% solution_x"]
    assert found("o", offset=1) == ["50% solution_x"]
    assert found("nowhere") == found("o\x00") == found("\ud800") == []


def test_a_list_is_narrowed_by_states(bench):
    first, second, third = bench.case(), bench.case(), bench.case()
    record(bench, dataclasses.replace(second, demonstration=not first.demonstration, version=2))
    usual, other = first.state, "open" if first.demonstration else "demonstration"

    def found(*states):
        with bench.store.reading() as work:
            return [line.number for line in work.listed(Case, limit=9, states=states)]

    assert found(usual) == [third.number, first.number]
    assert found(other) == [second.number]
    assert found(other, usual) == found() == [second.number, third.number, first.number]
    assert found("no such state") == []


def test_an_error_inside_a_unit_of_work_leaves_nothing(bench):
    case = bench.case()

    def fail():
        with bench.store.unit_of_work() as work:
            work.record(dataclasses.replace(case, version=2), act="tested", actor=TECHNICIAN, at=bench.clock.now())
            raise LimsError("something else went wrong")

    with pytest.raises(LimsError, match="something else"):
        fail()
    assert bench.entries == 1


def test_two_acts_of_one_unit_of_work_are_recorded_together(bench):
    case = bench.case()
    with bench.store.unit_of_work() as work:
        for version in (2, 3):
            work.record(
                dataclasses.replace(case, version=version), act="tested", actor=TECHNICIAN, at=bench.clock.now()
            )
        work.commit()
    assert bench.entries == 3
    assert check_chain(bench.store.entries()).intact


def test_a_unit_of_work_outside_its_block_is_refused(bench):
    with bench.store.reading() as work:
        pass
    with pytest.raises(LedgerError, match="outside its 'with' block"):
        work.head()
    with pytest.raises(LedgerError, match="outside its 'with' block"):
        bench.store.unit_of_work().commit()


def test_what_does_not_exist_is_not_found(bench):
    case = bench.case()
    with bench.store.reading() as work:
        with pytest.raises(NotFoundError, match="there is no case 2026-0002"):
            work.load(Case, "2026-0002")
        with pytest.raises(NotFoundError, match="there is no exhibit 2026-0001"):
            work.load(Exhibit, case.number)
        assert work.run_with_raw("0" * 64) is None


@pytest.mark.parametrize("version", [1, 3])
def test_a_version_that_is_not_the_next_is_refused(bench, version):
    case = bench.case()
    with pytest.raises(StaleVersionError) as refusal:
        record(bench, dataclasses.replace(case, version=version))
    assert (refusal.value.kind, refusal.value.number, refusal.value.version) == ("case", case.number, version)
    assert bench.entries == 1


def test_a_count_takes_its_prefix_letter_by_letter(bench):
    for number in ("2026_1", "2026-1", "2026%1"):
        record(bench, dataclasses.replace(bench.case(), number=number, version=1))
    with bench.store.reading() as work:
        assert work.count(Case, prefix="2026_") == 1
        assert work.count(Case, prefix="2026%") == 1
        assert work.count(Case) == 6
        assert work.count(Exhibit) == 0


def test_raw_data_belong_to_one_run(bench):
    run = RecordedRun(
        number="1-R1",
        exhibit_number="1",
        raw=RawData(sha256="ab" * 32, file_name="1.D", is_folder=True),
        scans=1,
        sample_name="",
        acquired_at="",
        instrument="",
        method="",
        vial="",
        source_format="f",
        simulation_statement="",
        imported_at=MORNING,
        imported_by="technician",
    )
    record(bench, run)
    with pytest.raises(DuplicateRawDataError) as refusal:
        record(bench, dataclasses.replace(run, number="1-R2"))
    assert refusal.value.number == "1-R1"
    assert bench.entries == 1
    record(bench, dataclasses.replace(run, version=2))
    with bench.store.reading() as work:
        assert work.run_with_raw("ab" * 32) == "1-R1"


# time


def test_the_ledgers_time_never_runs_backwards(bench):
    bench.case()
    bench.clock.advance(seconds=-2)
    bench.case()
    first, second = (LedgerEntry.from_bytes(stored.data) for stored in bench.store.entries())
    assert first.recorded_at == second.recorded_at == MORNING


def test_a_clock_set_back_is_refused(bench):
    bench.case()
    bench.clock.advance(seconds=-2.000001)
    with pytest.raises(LedgerError, match="set the clock right"):
        bench.case()
    assert bench.entries == 1
    bench.clock.advance(hours=1)
    assert bench.case().number == "2026-0002"


def test_a_long_wait_for_the_store_is_no_clock_set_back(bench):
    """One act holds the store while another waits: whoever comes second is recorded with the later time."""
    first = bench.case()
    with bench.store.unit_of_work() as work, ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(bench.case)
        while not waiting.running():
            pass
        with pytest.raises(TimeoutError):
            waiting.result(timeout=0.3)
        bench.clock.advance(seconds=5)
        work.record(dataclasses.replace(first, version=2), act="tested", actor=TECHNICIAN, at=bench.clock.now())
        work.commit()
        work.__exit__()  # free the store before the waiting act is awaited
        work.__enter__()
        work.__exit__()
        assert waiting.result(timeout=10).number == "2026-0002"
        work.__enter__()
    times = [LedgerEntry.from_bytes(stored.data).recorded_at for stored in bench.store.entries()]
    assert times == [MORNING, MORNING + timedelta(seconds=5), MORNING + timedelta(seconds=5)]


# guards of the database


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE ledger SET data = data",
        "UPDATE ledger SET leaf = 'x' WHERE sequence = 1",
        "DELETE FROM ledger",
        "DELETE FROM ledger WHERE sequence = 2",
        "INSERT INTO ledger SELECT 1, 'case', 'x', 1, leaf, data FROM ledger WHERE sequence = 1",
        "INSERT INTO ledger SELECT 4, 'case', 'x', 1, leaf, data FROM ledger WHERE sequence = 1",
        "INSERT INTO ledger SELECT 0, 'case', 'x', 1, leaf, data FROM ledger WHERE sequence = 1",
        "INSERT INTO ledger SELECT 3, kind, number, version, leaf, data FROM ledger WHERE sequence = 1",
    ],
)
def test_the_database_refuses_every_change_of_the_ledger(bench, statement):
    bench.case()
    bench.case()
    before = list(bench.store.entries())
    with (
        bench.engine.connect().execution_options(write=True) as connection,
        connection.begin(),
        pytest.raises(DBAPIError),
    ):
        connection.exec_driver_sql(statement)
    assert list(bench.store.entries()) == before


ON_CONFLICT = "ON CONFLICT (kind, number, version) DO UPDATE SET data = excluded.data"
OVERWRITING = {
    "sqlite": [
        "INSERT OR REPLACE INTO ledger SELECT 1, 'case', 'x', 1, 'l', x'00'",
        "INSERT OR REPLACE INTO ledger SELECT 3, kind, number, version, 'l', x'00' FROM ledger WHERE sequence = 1",
        "REPLACE INTO ledger SELECT 2, kind, number, version, 'l', x'00' FROM ledger WHERE sequence = 2",
        "UPDATE OR REPLACE ledger SET sequence = 1 WHERE sequence = 2",
        "INSERT INTO ledger SELECT 3, kind, number, version, 'l', x'00' FROM ledger WHERE sequence = 1 {on_conflict}",
    ],
    "postgresql": [
        "TRUNCATE ledger",
        "TRUNCATE ledger CASCADE",
        "INSERT INTO ledger SELECT 3, kind, number, version, 'l', '' FROM ledger WHERE sequence = 1 {on_conflict}",
    ],
}


@pytest.mark.parametrize(
    ("database_url", "statement"),
    [
        pytest.param(kind, statement, marks=[pytest.mark.postgresql] if kind == "postgresql" else [])
        for kind, statements in OVERWRITING.items()
        for statement in statements
    ],
    indirect=["database_url"],
)
def test_the_database_refuses_what_only_it_can_do(bench, statement):
    bench.case()
    bench.case()
    before = list(bench.store.entries())
    with (
        bench.engine.connect().execution_options(write=True) as connection,
        connection.begin(),
        pytest.raises(DBAPIError),
    ):
        connection.exec_driver_sql(statement.format(on_conflict=ON_CONFLICT))
    assert list(bench.store.entries()) == before


# concurrency


def register_cases(service, n_cases):
    return [service.register_case(CaseFacts(appointing_body="x"), actor=TECHNICIAN).number for _ in range(n_cases)]


def assert_all_registered(bench, numbers):
    assert sorted(numbers) == [f"2026-{number:04d}" for number in range(1, WRITERS * CASES_EACH + 1)]
    check = check_chain(bench.store.entries())
    assert check.intact
    assert check.entries == WRITERS * CASES_EACH
    assert bench.store.faults() == ()


def test_eight_threads_make_one_chain(bench):
    barrier = threading.Barrier(WRITERS)

    def register():
        barrier.wait()
        return register_cases(bench.accessioning, CASES_EACH)

    with ThreadPoolExecutor(WRITERS) as pool:
        done = [pool.submit(register) for _ in range(WRITERS)]
        numbers = [number for future in done for number in future.result()]
    assert_all_registered(bench, numbers)


def register_in_a_process(database_url, start, answers):
    """Register with connections of its own, as the command line does beside the application."""
    engine = open_engine(database_url)
    store = SqlStore(engine, rights=Rights(enforced=False))
    service = AccessioningService(store=store, clock=SetClock(), laboratory="L")
    start.wait()
    answers.put(register_cases(service, CASES_EACH))
    engine.dispose()


@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_eight_processes_make_one_chain(bench, database_url):
    context = multiprocessing.get_context("fork")  # the children begin with everything imported
    start, answers = context.Event(), context.SimpleQueue()
    processes = [
        context.Process(target=register_in_a_process, args=(database_url, start, answers)) for _ in range(WRITERS)
    ]
    for process in processes:
        process.start()
    start.set()
    for process in processes:
        process.join(timeout=60)
    assert [process.exitcode for process in processes] == [0] * WRITERS
    assert_all_registered(bench, [number for _ in processes for number in answers.get()])
    answers.close()


def test_eight_openings_at_once_make_one_database(database_url):
    barrier = threading.Barrier(WRITERS)

    def open_it():
        barrier.wait()
        engine = open_engine(database_url)
        engine.dispose()

    with ThreadPoolExecutor(WRITERS) as pool:
        for opened in [pool.submit(open_it) for _ in range(WRITERS)]:
            opened.result()
        for opened in [pool.submit(open_it) for _ in range(WRITERS)]:
            opened.result()


def test_of_eight_changes_of_one_version_one_is_recorded(bench):
    case = bench.case()
    barrier = threading.Barrier(WRITERS)

    def change():
        barrier.wait()
        try:
            record(bench, dataclasses.replace(case, version=2))
        except StaleVersionError:
            return "refused"
        return "recorded"

    with ThreadPoolExecutor(WRITERS) as pool:
        outcomes = Counter(future.result() for future in [pool.submit(change) for _ in range(WRITERS)])
    assert outcomes == {"recorded": 1, "refused": WRITERS - 1}
    assert check_chain(bench.store.entries()).intact


def change_in_a_process(database_url, number, start, answers):
    """Read a record, wait until the other has read it too, then record the next version."""
    engine = open_engine(database_url)
    store = SqlStore(engine, rights=Rights(enforced=False))
    with store.reading() as work:
        case = work.load(Case, number)
    answers.put("read")
    start.wait()
    try:
        with store.unit_of_work() as work:
            changed = dataclasses.replace(case, version=case.version + 1, order_number=f"by {os.getpid()}")
            work.record(changed, act="tested", actor=TECHNICIAN, at=MORNING)
            work.commit()
    except StaleVersionError as error:
        answers.put((error.number, error.version))
    else:
        answers.put("recorded")
    engine.dispose()


@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_of_two_processes_that_changed_what_both_had_read_one_is_refused(bench, database_url):
    case = bench.case()
    bench.engine.dispose()
    context = multiprocessing.get_context("fork")
    start, answers = context.Event(), context.SimpleQueue()
    processes = [
        context.Process(target=change_in_a_process, args=(database_url, case.number, start, answers)) for _ in range(2)
    ]
    for process in processes:
        process.start()
    assert [answers.get() for _ in processes] == ["read", "read"]
    start.set()
    assert {answers.get() for _ in processes} == {"recorded", (case.number, 2)}
    for process in processes:
        process.join(timeout=60)
    answers.close()
    assert bench.entries == 2
    with bench.store.reading() as work:
        assert work.load(Case, case.number).order_number.startswith("by ")


def test_a_transaction_of_which_something_was_refused_cannot_be_committed(bench):
    """A stale version is found when it is written: whoever catches that must not be able to keep the rest."""
    case = bench.case()
    with bench.store.unit_of_work() as work:
        work.record(dataclasses.replace(case, number="2026-0009"), act="tested", actor=TECHNICIAN, at=bench.clock.now())
        work.record(dataclasses.replace(case, version=7), act="tested", actor=TECHNICIAN, at=bench.clock.now())
        with pytest.raises(StaleVersionError):
            work.count(Case)
        with pytest.raises(LedgerError, match="something in this transaction was refused"):
            work.count(Case)
        with pytest.raises(LedgerError, match="something in this transaction was refused"):
            work.commit()
    assert bench.entries == 1


def test_many_entries_of_one_transaction_are_recorded_in_their_order(bench):
    """More than one question names, and more than one block of the tree holds."""
    case = bench.case()
    with bench.store.unit_of_work() as work:
        for place in range(1100):
            new = dataclasses.replace(case, number=f"2027-{place:04d}")
            work.record(new, act="tested", actor=TECHNICIAN, at=bench.clock.now())
        for version in (2, 3):
            changed = dataclasses.replace(case, version=version)
            work.record(changed, act="tested", actor=TECHNICIAN, at=bench.clock.now())
        with pytest.raises(StaleVersionError):
            work.record(dataclasses.replace(case, version=3), act="x", actor=TECHNICIAN, at=bench.clock.now())
        assert work.head().entries == 1103
        work.commit()
    assert check_chain(bench.store.entries()).intact
    tree = bench.store.tree()
    leaves = [bytes.fromhex(stored.leaf) for stored in bench.store.entries()]
    assert tree.range == CompactRange().extend(leaves)
    assert tree.prove_inclusion(300) == prove_inclusion(leaves, 299)
    with bench.store.reading() as work:
        assert (work.load(Case, case.number).version, work.count(Case)) == (3, 1101)


# after a commit


def test_whoever_asked_is_told_the_head_after_each_commit_that_appended(bench):
    told = []
    store = SqlStore(bench.engine, told.append, rights=Rights(enforced=False))
    bench.store = store
    case = bench.case()
    with store.unit_of_work() as work:
        work.record(dataclasses.replace(case, version=2), act="tested", actor=TECHNICIAN, at=bench.clock.now())
        work.commit()
        assert told == []
        head = work.head()
        work.commit()
    assert told == [head]
    with store.unit_of_work() as work:
        work.record(dataclasses.replace(case, version=3), act="tested", actor=TECHNICIAN, at=bench.clock.now())
    with store.reading() as work:
        assert work.head() == head
    assert told == [head]
    assert head.root == store.tree().range.root.hex()


@pytest.mark.parametrize("error", [LedgerError("no signer"), OSError("no disk")])
def test_what_fails_after_a_commit_neither_undoes_nor_fails_the_act(bench, caplog, error):
    def fail(_):
        raise error

    store = SqlStore(bench.engine, fail, rights=Rights(enforced=False))
    service = AccessioningService(store=store, clock=bench.clock, laboratory="L")
    assert service.register_case(CaseFacts(appointing_body="x"), actor=TECHNICIAN).number == "2026-0001"
    assert bench.entries == 1
    assert "after entry 1" in caplog.text


def test_readers_go_on_while_somebody_writes(bench):
    case = bench.case()
    with bench.store.unit_of_work() as writing:
        writing.record(dataclasses.replace(case, version=2), act="tested", actor=TECHNICIAN, at=bench.clock.now())
        with bench.store.reading() as reading:
            assert reading.load(Case, case.number).version == 1


# somebody who holds the database


@pytest.fixture
def filled(bench, training_file):
    bench.hire()
    bench.concluded(training_file)
    assert bench.auditing.verify().intact
    return bench


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        (
            "UPDATE record SET state = 'issued' WHERE kind = 'examination'",
            "record examination 2026-0001/1-R1-E1: state is 'issued', the ledger says '",
        ),
        ("UPDATE record SET title = 'x' WHERE kind = 'case'", "record case 2026-0001: title is 'x', the ledger says '"),
        (
            "UPDATE record SET parent = 'x' WHERE kind = 'run'",
            "record run 2026-0001/1-R1: parent is 'x', the ledger says '2026-0001/1'",
        ),
        ("UPDATE record SET version = 9 WHERE kind = 'case'", "record case 2026-0001: version is 9, the ledger says 1"),
        (
            "UPDATE record SET sequence = 1 WHERE kind = 'case'",
            "record case 2026-0001: sequence is 1, the ledger says ",
        ),
        (
            "UPDATE record SET recorded_at = '2020-01-01T00:00:00.000000Z' WHERE kind = 'case'",
            "record case 2026-0001: recorded_at is '2020",
        ),
        (
            "UPDATE record SET number = '2025-0001' WHERE kind = 'case'",
            "record case 2025-0001: stands in no ledger entry",
        ),
        ("DELETE FROM record WHERE kind = 'exhibit'", "record exhibit 2026-0001/1: is missing"),
        (
            "INSERT INTO record SELECT kind, 'forged', 1, 1, '', '', '', '' FROM record WHERE kind = 'case'",
            "record case forged: stands in no ledger entry",
        ),
        ("DELETE FROM raw_use", ": is missing"),
        ("UPDATE raw_use SET run_number = 'x'", "run_number is 'x', the ledger says '2026-0001/1-R1'"),
        ("INSERT INTO raw_use VALUES ('00', 'x')", "raw_use 00: stands in no ledger entry"),
    ],
)
def test_a_list_that_somebody_altered_is_found(filled, statement, told):
    with filled.engine.connect().execution_options(write=True) as connection, connection.begin():
        connection.exec_driver_sql(statement)
    faults = filled.store.faults()
    assert any(told in str(fault) for fault in faults), faults
    verification = filled.auditing.verify()
    assert verification.chain.intact
    assert verification.list_faults == faults
    assert not verification.intact


def test_every_kind_of_record_is_listed_and_compared(filled):
    with filled.store.reading() as work:
        listed = {kind: work.count(kind) for kind in (Case, Exhibit, RecordedRun)}
    assert listed == {Case: 1, Exhibit: 1, RecordedRun: 1}


def newest(bench):
    return list(bench.store.entries())[-1]


@pytest.mark.parametrize("place", [1, 6, -1])
def test_an_entry_altered_in_the_database_is_named(filled, place):
    stored = list(filled.store.entries())[place]
    data = stored.data.replace(b'"actor":"', b'"actor":"x')
    write_sql(
        filled.engine,
        ("UPDATE ledger SET data = :data WHERE sequence = :sequence", {"data": data, "sequence": stored.sequence}),
    )
    chain = filled.auditing.verify().chain
    assert chain.faults[0].sequence == stored.sequence
    assert chain.faults[0].reason == "its bytes do not have the recorded hash"


def test_a_deleted_entry_is_named_by_the_next(filled):
    write_sql(filled.engine, ("DELETE FROM ledger WHERE sequence = 6", {}))
    assert filled.auditing.verify().chain.faults[0].sequence == 7


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE ledger SET kind = 'report' WHERE sequence = 6",
        "UPDATE ledger SET number = '2026-0002' WHERE sequence = 6",
        "UPDATE ledger SET version = 9 WHERE sequence = 6",
    ],
)
def test_a_column_that_is_not_what_its_entry_says_is_found(filled, statement):
    write_sql(filled.engine, (statement, {}))
    faults = filled.auditing.verify().chain.faults
    assert [fault.sequence for fault in faults] == [6]
    assert faults[0].reason.startswith("its columns name ")


@pytest.mark.parametrize(
    "changes",
    [
        {"body": {"number": 7}},
        {"kind": "confession"},
        {"body": {}},
        {"body": {"raw": {"is_folder": True, "sha256": 5}}},
        {"body": {"raw": {"is_folder": True, "sha256": "x"}}},
        {"raw": ("not a digest",)},
    ],
)
def test_a_rewritten_end_is_checked_and_never_trusted(filled, changes):
    stored = resealed(newest(filled), **changes)
    write_sql(
        filled.engine,
        (
            "UPDATE ledger SET data = :data, leaf = :leaf WHERE sequence = :sequence",
            {"data": stored.data, "leaf": stored.leaf, "sequence": stored.sequence},
        ),
    )
    verification = filled.auditing.verify()
    assert not verification.intact
    assert verification.list_faults or verification.raw_faults


@pytest.mark.parametrize("data", [b"", b"nothing", b"[" * 50_000, b'{"v":1}', b"\xff\xfe"])
def test_an_entry_that_cannot_be_read_is_named(filled, data):
    stored = StoredEntry(sequence=newest(filled).sequence, data=data, leaf=leaf_hash(data))
    write_sql(
        filled.engine,
        (
            "UPDATE ledger SET data = :data, leaf = :leaf WHERE sequence = :sequence",
            {"data": stored.data, "leaf": stored.leaf, "sequence": stored.sequence},
        ),
    )
    verification = filled.auditing.verify()
    assert verification.chain.faults[-1].sequence == stored.sequence
    assert verification.list_faults  # what the entry said is missing there


def test_a_ledger_longer_than_one_reading_is_checked_to_its_end(bench):
    case = bench.case()
    with bench.store.unit_of_work() as work:
        for version in range(2, 1203):
            work.record(
                dataclasses.replace(case, version=version), act="tested", actor=TECHNICIAN, at=bench.clock.now()
            )
        work.commit()
    check = check_chain(bench.store.entries())
    assert (check.entries, check.intact) == (1202, True)
