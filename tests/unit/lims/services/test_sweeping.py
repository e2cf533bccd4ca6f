"""Sweeps: what no entry names goes into the quarantine, what one names or is about to name never does."""

import dataclasses
import os
import threading
from datetime import timedelta

import pytest
from sqlalchemy import delete

from lims.domain.raw_upkeep import RawSweep, SetAsideFile
from lims.domain.staff import SYSTEM, Role
from lims.errors import InvalidRecordError, LedgerError, NotPermittedError, RawStoreError
from lims.ledger import LedgerEntry, StoredEntry
from lims.persistence.raw_store import open_raw_store
from lims.persistence.tables import RAW_NAMED
from lims.services.named_raw import NamedRaw
from lims.services.sweeping import GRACE, SweepingService
from tests.builders.agilent_folder import data_file, write_folder
from tests.builders.clocks import MORNING
from tests.builders.laboratories import ADMIN, TECHNICIAN

ORPHAN = b"left behind by an import that failed"


@pytest.fixture
def hired(bench):
    bench.hire()
    return bench


def age(bench, path, span=GRACE + timedelta(minutes=1)):
    moment = (bench.clock.now() - span).timestamp()
    os.utime(path, (moment, moment))


def aged_orphan(bench, data=ORPHAN):
    sha256 = bench.raw_store.put(data)
    path = bench.folder / "raw" / sha256[:2] / sha256
    age(bench, path)
    return sha256


def objects(bench):
    return {file.name for file in bench.raw_store.files()}


def quarantine(bench):
    return {file.name for file in bench.raw_store.quarantined()}


def test_an_unnamed_object_is_moved_and_the_move_is_an_act(hired):
    sha256 = aged_orphan(hired)
    before = hired.entries
    sweep = hired.sweeping.sweep(actor=ADMIN)
    (moved,) = sweep.moved
    assert (moved.name, moved.size, moved.sha256) == (f"{sha256[:2]}/{sha256}", len(ORPHAN), sha256)
    assert quarantine(hired) == {moved.kept_as}
    assert objects(hired) == set()
    assert (hired.folder / "raw" / moved.kept_as).read_bytes() == ORPHAN
    assert (sweep.number, sweep.swept_by, sweep.swept_at) == ("RS-2026-0001", "admin", MORNING)
    assert hired.entries == before + 1
    with hired.store.reading() as work:
        assert work.load(RawSweep, sweep.number) == sweep
        (line,) = work.listed(RawSweep, limit=5)
    assert (line.state, line.title) == ("swept", f"1 files, {len(ORPHAN)} bytes")
    assert hired.auditing.verify().intact


def test_a_second_sweep_does_nothing(hired):
    aged_orphan(hired)
    assert hired.sweeping.sweep(actor=ADMIN) is not None
    before = hired.entries
    assert hired.sweeping.sweep(actor=ADMIN) is None
    assert hired.entries == before


def test_sweeps_are_counted(hired):
    aged_orphan(hired)
    hired.sweeping.sweep(actor=ADMIN)
    aged_orphan(hired)
    assert hired.sweeping.sweep().number == "RS-2026-0002"
    assert len(quarantine(hired)) == 2


def test_the_same_bytes_are_kept_again_and_named(hired, training_file):
    hired.raw_store.put_run(training_file)
    for path in hired.raw_objects:
        age(hired, path)
    sweep = hired.sweeping.sweep(actor=ADMIN)
    run = hired.run(training_file)
    assert objects(hired) == {sweep.moved[0].name}
    hired.importing.read(run.number)
    for path in hired.raw_objects:
        age(hired, path)
    assert hired.sweeping.sweep(actor=ADMIN) is None
    assert hired.auditing.verify().intact


def test_what_entries_name_stays_also_behind_a_manifest(hired, tmp_path):
    hired.run(write_folder(tmp_path / "1.D", data_file().data, contents_xml=b"<c/>"))
    for path in hired.raw_objects:
        age(hired, path)
    sha256 = aged_orphan(hired)
    sweep = hired.sweeping.sweep(actor=ADMIN)
    assert [file.sha256 for file in sweep.moved] == [sha256]
    assert len(objects(hired)) == 3
    assert hired.auditing.verify().intact


def test_everything_that_an_issued_report_needs_stays(hired, training_file):
    hired.drafted(training_file)
    for path in hired.raw_objects:
        age(hired, path)
    assert hired.raw_objects
    assert hired.sweeping.sweep(actor=ADMIN) is None


def test_an_unfinished_file_is_moved(hired):
    hired.raw_store.put(ORPHAN)
    half = hired.raw_objects[0].with_name(".new-0123")
    half.write_bytes(b"half")
    age(hired, half)
    (moved,) = hired.sweeping.sweep(actor=ADMIN).moved
    assert moved.name == f"{half.parent.name}/.new-0123"
    assert not half.exists()


def test_what_is_none_of_ours_stays(hired):
    strange = hired.folder / "raw" / "notes.txt"
    strange.write_text("a person's")
    age(hired, strange)
    assert hired.sweeping.sweep(actor=ADMIN) is None
    assert strange.exists()


def test_what_is_young_stays_while_somebody_may_be_about_to_name_it(hired):
    aged_orphan(hired)
    hired.raw_store.put(ORPHAN)  # found present: it is young again
    assert hired.sweeping.sweep(actor=ADMIN) is None
    assert hired.sweeping.sweep(actor=ADMIN, grace=timedelta(days=-2)) is not None


def test_nothing_has_to_grow_old_where_nobody_else_writes(hired):
    """After a crash: the process that wrote is gone, and its lock with it."""
    here = (hired.folder / "raw").as_uri()
    open_raw_store(here).put(ORPHAN)
    fresh = SweepingService(store=hired.store, raw_store=open_raw_store(here), clock=hired.clock)
    assert len(fresh.sweep().moved) == 1
    assert fresh.sweep() is None


def test_the_start_of_the_program_sweeps_in_its_own_name(hired):
    aged_orphan(hired)
    assert hired.sweeping.sweep().swept_by == SYSTEM.number


@pytest.mark.parametrize("roles", [TECHNICIAN.roles, tuple(Role)], ids=["honest", "forged"])
def test_who_may_not_sweep_moves_nothing(hired, roles):
    """Whatever roles a caller states: the door reads the person before a file is moved."""
    aged_orphan(hired)
    with pytest.raises(NotPermittedError):
        hired.sweeping.sweep(actor=dataclasses.replace(TECHNICIAN, roles=roles))
    assert quarantine(hired) == set()


def test_an_unreadable_manifest_stops_the_sweep(hired, tmp_path):
    run = hired.run(write_folder(tmp_path / "1.D", data_file().data, contents_xml=b"<c/>"))
    aged_orphan(hired)
    (hired.folder / "raw" / run.raw.sha256[:2] / run.raw.sha256).unlink()
    with pytest.raises(RawStoreError, match="what it names is unknown, so nothing is moved") as caught:
        hired.sweeping.sweep(actor=ADMIN)
    assert caught.value.advice().startswith("Bring the manifest back")
    assert quarantine(hired) == set()


def test_an_unreadable_entry_of_an_earlier_sweep_stops_the_next(hired, monkeypatch):
    aged_orphan(hired)
    hired.sweeping.sweep(actor=ADMIN)
    aside = quarantine(hired)
    aged_orphan(hired)
    true_entries = type(hired.store).entries_about

    def entries(self, kinds):
        for stored in list(true_entries(self, kinds)):
            yield StoredEntry(sequence=stored.sequence, data=b"{}", leaf=stored.leaf)

    monkeypatch.setattr(type(hired.store), "entries_about", entries)
    with pytest.raises(LedgerError, match=r"ledger entry \d+: .*; what it names is unknown, so nothing is moved"):
        hired.sweeping.sweep(actor=ADMIN)
    assert quarantine(hired) == aside


def test_the_list_of_what_is_named_is_that_of_the_entries(hired, training_file, tmp_path):
    """The slow twin reads every entry; a rebuild makes the same list, and a line that was changed is found."""
    hired.issued(training_file)
    hired.run(write_folder(tmp_path / "1.D", data_file().data, contents_xml=b"<c/>"))
    entries = [LedgerEntry.from_bytes(stored.data) for stored in hired.store.entries()]
    slow = NamedRaw()
    for entry in entries:
        slow.note(entry)
    assert list(slow._is_folder.values()).count(True) == 1
    assert hired.store.named_raw() == slow
    hired.store.rebuild_lists()
    assert hired.store.named_raw() == slow
    with hired.engine.connect().execution_options(write=True) as connection, connection.begin():
        connection.execute(delete(RAW_NAMED).where(RAW_NAMED.c.is_folder == 1))
    (fault,) = hired.auditing.verify().list_faults
    assert (fault.table, fault.reason) == ("raw_named", "is missing")


def test_a_sweep_that_ended_before_it_was_recorded_is_made_up_for(hired):
    """A crash between the move and the act: the next sweep finds what no act accounts for."""
    sha256 = aged_orphan(hired)
    kept_as = hired.raw_store.set_aside(f"{sha256[:2]}/{sha256}", unchanged_since=None)
    sweep = hired.sweeping.sweep(actor=ADMIN)
    assert sweep.moved == (SetAsideFile(name="", kept_as=kept_as, size=len(ORPHAN), sha256=sha256),)
    assert hired.sweeping.sweep(actor=ADMIN) is None


def test_bytes_that_cannot_be_read_are_moved_without_a_digest(hired, monkeypatch):
    aged_orphan(hired)

    def unreadable(_):
        raise RawStoreError("Input/output error")

    monkeypatch.setattr(hired.raw_store, "digest_of", unreadable)
    assert hired.sweeping.sweep(actor=ADMIN).moved[0].sha256 == ""


def test_an_object_that_is_named_at_the_last_moment_stays(hired, monkeypatch, training_file):
    """The import commits after the sweep read the ledger and before it has the writer's lock."""
    true_unit = type(hired.store).unit_of_work
    hired.raw_store.put_run(training_file)
    for path in hired.raw_objects:
        age(hired, path)
    aged_orphan(hired)

    def unit_of_work(self):
        monkeypatch.undo()
        hired.run(training_file)
        for path in hired.raw_objects:
            age(hired, path)
        return true_unit(self)

    monkeypatch.setattr(type(hired.store), "unit_of_work", unit_of_work)
    (moved,) = hired.sweeping.sweep(actor=ADMIN).moved
    assert moved.size == len(ORPHAN)
    assert hired.auditing.verify().intact


@pytest.mark.both_databases
def test_imports_and_sweeps_at_once_lose_nothing(hired, tmp_path):
    """Sweeps without pause beside imports, some of bytes that lay there unnamed for long."""
    exhibit = hired.exhibit()
    runs = [write_folder(tmp_path / f"{n}.D", data_file().data, contents_xml=f"<c{n}/>".encode()) for n in range(8)]
    for run in runs[::2]:
        hired.raw_store.put_run(run)
    for path in hired.raw_objects:
        age(hired, path)
    done = threading.Event()
    faults = []

    def sweep():
        while not done.is_set():
            try:
                hired.sweeping.sweep(grace=timedelta(hours=1))
            except RawStoreError as error:
                faults.append(error)

    sweeper = threading.Thread(target=sweep)
    sweeper.start()
    try:
        for run in runs:
            hired.importing.import_run(run, exhibit_number=exhibit.number, actor=TECHNICIAN)
    finally:
        done.set()
        sweeper.join()
    assert not faults
    assert hired.auditing.verify().intact
    assert hired.scrubbing.scrub().intact


def test_a_sweep_of_nothing_is_no_act():
    with pytest.raises(InvalidRecordError, match="moved nothing"):
        RawSweep(number="RS-2026-0001", swept_by="admin", swept_at=MORNING, moved=())
