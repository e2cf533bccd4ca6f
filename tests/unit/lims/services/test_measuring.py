import dataclasses
import shutil
import zipfile
from datetime import timedelta

import pytest

from lims.domain.batch import BatchStatus
from lims.errors import (
    DuplicateRawDataError,
    NotFoundError,
    NotPermittedError,
    RawStoreError,
    RunMismatchError,
    UnreadableFileError,
)
from lims.services.batching import BatchPlan
from spectra import FormatError
from tests.builders.batches import METHOD, acquired, injections, method, planned, run_folder
from tests.builders.laboratories import ADMIN, EXPERT, TECHNICIAN
from tests.builders.people import grant


@pytest.fixture
def desk(bench):
    return planned(bench)


def nothing_changes(desk, act, error, match):
    """The refusal leaves the ledger, the batch and the raw store as they were."""
    entries, objects, batch = desk.bench.entries, desk.bench.raw_objects, desk.now
    with pytest.raises(error, match=match):
        act()
    assert (desk.bench.entries, desk.bench.raw_objects, desk.now) == (entries, objects, batch)


def test_a_run_finds_its_injection_and_is_recorded_together_with_the_batch(desk):
    blank = desk.bring(1)
    assert (blank.number, blank.exhibit_number, blank.parent) == ("B-2026-0001-R1", "", "B-2026-0001")
    assert (blank.batch_number, blank.place) == ("B-2026-0001", 1)
    for place in (2, 3, 4, 5):
        desk.bring(place)
    exhibit = desk.bring(6)
    assert (exhibit.number, exhibit.exhibit_number, exhibit.place) == (f"{desk.exhibit}-R1", desk.exhibit, 6)
    assert desk.bench.importing.runs(desk.exhibit) == (exhibit,)
    batch = desk.now
    assert [run.place for run in batch.runs] == [1, 2, 3, 4, 5, 6]
    assert batch.run_at(6).acquired_at == acquired(6)
    assert (batch.status, batch.version) == (BatchStatus.PLANNED, 7)
    assert desk.bench.auditing.verify().intact


@pytest.mark.parametrize(
    ("facts", "match"),
    [
        ({"sample": "EX-2"}, "no such injection"),
        ({"vial": 9}, "from vial '9'; the sequence says 6"),
        ({"at": acquired(1)}, "out of the turn of place 6"),
        ({"at": acquired(6) - timedelta(days=1)}, "before exhibit 2026-0001/1 was received"),
    ],
)
def test_at_19_what_does_not_fit_stops_and_leaves_nothing(desk, facts, match):
    if "turn" in match:
        desk.bring(2)
    nothing_changes(desk, lambda: desk.bring(6, **facts), RunMismatchError, match)


def test_another_instrument_or_acquisition_method_stops(desk):
    bench = desk.bench
    bench.batching.define_method(method(number="M-2", acquisition_method="OTHER.M"), actor=EXPERT)
    grant(bench, TECHNICIAN, "M-2")
    other = BatchPlan(method_number="M-2", instrument="", time_zone="UTC", injections=injections(desk.exhibit))
    by_method = bench.batching.plan(other, actor=TECHNICIAN)
    by_instrument = bench.batching.plan(
        dataclasses.replace(other, method_number=METHOD, instrument="GCMS-2"), actor=TECHNICIAN
    )
    path = desk.file(1)
    for batch, match in ((by_method, "acquisition method ''"), (by_instrument, "instrument 'GCMS'; the batch")):
        with pytest.raises(RunMismatchError, match=match):
            bench.measuring.import_run(path, batch_number=batch.number, actor=TECHNICIAN)
        assert bench.batching.get(batch.number).runs == ()
    assert bench.raw_objects == []


def test_the_same_content_under_another_name_is_the_run_that_it_is(desk):
    first = desk.bring(1)
    with pytest.raises(DuplicateRawDataError) as refusal:
        desk.bring(1, name="another-name.D")
    assert refusal.value.number == first.number
    assert len(desk.now.runs) == 1


def test_the_right_role_and_an_existing_batch_are_needed(desk):
    path = desk.file(1)
    with pytest.raises(NotPermittedError):
        desk.bench.measuring.import_run(path, batch_number=desk.batch.number, actor=ADMIN)
    with pytest.raises(NotFoundError, match="there is no batch B-9"):
        desk.bench.measuring.import_run(path, batch_number="B-9", actor=TECHNICIAN)


def test_a_raw_store_that_fails_leaves_nothing_half_recorded(desk, monkeypatch):
    def full(_path):
        raise RawStoreError("no space left")

    monkeypatch.setattr(desk.bench.raw_store, "put_run", full)
    nothing_changes(desk, lambda: desk.bring(1), RawStoreError, "no space left")
    monkeypatch.undo()
    assert desk.bring(1).place == 1


def test_a_transaction_that_fails_records_neither_run_nor_batch(desk, monkeypatch):
    """The machine dies between the two entries: both are one transaction, so neither is there."""
    unit_of_work = desk.bench.store.unit_of_work

    def dying():
        work = unit_of_work()
        record = work.record

        def record_until_the_batch(entity, **facts):
            record(entity, **facts)
            if facts["act"] == "batch.measured":
                raise KeyboardInterrupt

        work.record = record_until_the_batch
        return work

    entries = desk.bench.entries
    monkeypatch.setattr(desk.bench.store, "unit_of_work", dying)
    with pytest.raises(KeyboardInterrupt):
        desk.bring(1)
    monkeypatch.undo()
    assert (desk.bench.entries, desk.now.runs) == (entries, ())
    assert desk.bring(1).number == "B-2026-0001-R1"
    assert desk.bench.auditing.verify().intact


def test_a_batch_that_changes_while_a_run_is_kept_is_not_overwritten(desk, monkeypatch):
    keep = desk.bench.raw_store.put_run
    meanwhile = desk.file(1)
    late = run_folder(desk.bench.folder / "late.D", sample="BLK", vial=1, at=acquired(1) + timedelta(seconds=9))

    def slow(path):
        monkeypatch.undo()
        desk.bench.measuring.import_run(meanwhile, batch_number=desk.batch.number, actor=EXPERT)
        return keep(path)

    monkeypatch.setattr(desk.bench.raw_store, "put_run", slow)
    with pytest.raises(RunMismatchError, match="changed while"):
        desk.bench.measuring.import_run(late, batch_number=desk.batch.number, actor=TECHNICIAN)
    assert [run.place for run in desk.now.runs] == [1]


def test_a_folder_is_imported_in_the_order_of_acquisition_and_once(desk):
    for place in range(1, 8):
        desk.file(place, name=f"{9 - place}.D")
    folder = desk.bench.folder / "incoming"
    shutil.copytree(folder / "8.D", folder / "copy-of-8.D")
    (folder / "notes.txt").write_text("no run")
    (folder / ".hidden").write_text("nobody's business")
    steps = []
    bring = lambda: desk.bench.measuring.import_folder(  # noqa: E731
        folder,
        batch_number=desk.batch.number,
        actor=TECHNICIAN,
        progress=lambda path, share: steps.append((path.name, share)),
    )
    outcomes = bring()
    assert [(o.path.name, o.run and o.run.place, o.known_as) for o in outcomes if o.refusal is None] == [
        ("8.D", 1, ""),
        ("copy-of-8.D", None, "B-2026-0001-R1"),
        *((f"{9 - place}.D", place, "") for place in range(2, 8)),
    ]
    (refused,) = [o for o in outcomes if o.refusal is not None]
    assert (refused.path.name, type(refused.refusal)) == ("notes.txt", FormatError)
    assert [share for _, share in steps[:9]] == [0.0] * 9, "every entry is named before the first is read"
    assert steps[9:12] == [("2.D", 0.5), ("3.D", 0.5), ("4.D", 0.5)]
    assert ("notes.txt", 0.5) not in steps
    assert sorted(name for name, share in steps if share == 1) == sorted(outcome.path.name for outcome in outcomes)
    assert desk.now.status is BatchStatus.MEASURED
    again = [o for o in bring() if o.refusal is None]
    expected = {f"{9 - run.place}.D": run.run_number for run in desk.now.runs}
    assert {o.path.name: o.known_as for o in again} == {**expected, "copy-of-8.D": "B-2026-0001-R1"}
    assert all(o.run is None and not o.waits for o in again)


def test_at_19_the_first_mismatch_of_a_folder_stops_what_was_acquired_after_it(desk):
    for place in (1, 2):
        desk.file(place)
    desk.file(3, vial=4)
    desk.file(4, vial=3)
    outcomes = desk.bench.measuring.import_folder(
        desk.bench.folder / "incoming", batch_number=desk.batch.number, actor=TECHNICIAN
    )
    assert [(o.run is not None, o.waits) for o in outcomes] == [
        (True, False),
        (True, False),
        (False, False),
        (False, True),
    ]
    assert isinstance(outcomes[2].refusal, RunMismatchError)
    assert [run.place for run in desk.now.runs] == [1, 2]


def test_a_folder_that_is_not_there_is_named(desk):
    with pytest.raises(UnreadableFileError, match="No such file"):
        desk.bench.measuring.import_folder(
            desk.bench.folder / "nowhere", batch_number=desk.batch.number, actor=TECHNICIAN
        )


def test_a_time_that_cannot_be_read_is_refused(desk):
    path = desk.file(1)
    (path / "AcqData" / "Contents.xml").write_bytes(b"<c><AcquiredTime>yesterday</AcquiredTime></c>")
    (outcome,) = desk.bench.measuring.import_files([path], batch_number=desk.batch.number, actor=TECHNICIAN)
    assert "ISO 8601" in str(outcome.refusal)


def archived(path, *runs):
    """Put several runs into one archive, as people send a whole batch."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for run in runs:
            for file in sorted(run.rglob("*")):
                archive.write(file, file.relative_to(run.parent))
    return path


def test_runs_of_an_archive_are_imported_and_what_is_damaged_is_named_while_the_others_go_on(desk, tmp_path):
    batch = archived(tmp_path / "batch.zip", *(desk.file(place) for place in (1, 2, 3)))
    single = archived(tmp_path / "single.zip", desk.file(4))
    damaged = tmp_path / "damaged.zip"
    damaged.write_bytes(batch.read_bytes()[:-30])
    (tmp_path / "unpacked").mkdir()
    steps = []
    outcomes = desk.bench.measuring.import_uploads(
        [batch, damaged, single],
        folder=tmp_path / "unpacked",
        batch_number=desk.batch.number,
        actor=TECHNICIAN,
        progress=lambda path, share: steps.append((path.name, share)),
    )
    assert [(one.path.name, one.run and one.run.place) for one in outcomes] == [
        ("damaged.zip", None),
        ("001.D", 1),
        ("002.D", 2),
        ("003.D", 3),
        ("single.zip", 4),
    ]
    assert isinstance(outcomes[0].refusal, FormatError)
    assert {name for name, share in steps if share == 1} == {one.path.name for one in outcomes}
    assert [run.place for run in desk.now.runs] == [1, 2, 3, 4]
    assert desk.bench.auditing.verify().intact


def test_who_found_out_why_a_run_does_not_fit_lets_the_others_go_on(desk):
    desk.file(1)
    desk.file(2, vial=9)
    desk.file(3)
    outcomes = desk.bench.measuring.import_folder(
        desk.bench.folder / "incoming", batch_number=desk.batch.number, actor=TECHNICIAN, stop=False
    )
    assert [(one.run and one.run.place, one.waits) for one in outcomes] == [(1, False), (None, False), (3, False)]
    assert isinstance(outcomes[1].refusal, RunMismatchError)
    assert [run.place for run in desk.now.runs] == [1, 3]
