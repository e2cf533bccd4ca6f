import unicodedata
from dataclasses import replace

import numpy as np
import pytest

from lims.errors import DuplicateRawDataError, InvalidRecordError, NotFoundError, NotPermittedError, RawStoreError
from lims.ledger.entry import LedgerEntry
from lims.services.importing import ImportService
from spectra import FormatError, Run, RunMetadata, run_manifest
from spectra.formats import write_andi_cdf
from spectra.formats.bounded import BoundedReader
from spectra.formats.read_limits import RUN_LIMITS
from tests.builders.agilent_folder import data_file, write_folder
from tests.builders.laboratories import ADMIN, EXPERT, TECHNICIAN
from tests.builders.zip_archives import member, run_members, write_zip


@pytest.fixture
def bench(bench):
    """Give a laboratory with its people."""
    bench.hire()
    return bench


@pytest.fixture
def agilent(tmp_path):
    return write_folder(tmp_path / "220223014.D", data_file().data, contents_xml=b"<c/>")


def import_into(bench, path, actor=TECHNICIAN):
    exhibit = bench.exhibit()
    return lambda: bench.importing.import_run(path, exhibit_number=exhibit.number, actor=actor)


def assert_leaves_nothing(bench, act, error, match=None):
    entries = bench.entries
    with pytest.raises(error, match=match):
        act()
    assert bench.entries == entries
    assert bench.raw_objects == []


def test_a_folder_is_kept_file_by_file_and_read_back(bench, agilent):
    recorded = bench.run(agilent)
    assert recorded.number == "2026-0001/1-R1"
    assert (recorded.raw.file_name, recorded.raw.is_folder, recorded.scans) == ("220223014.D", True, 3)
    assert (recorded.sample_name, recorded.instrument, recorded.vial) == ("made by a test", "GCMS", "7")
    assert (recorded.imported_by, recorded.imported_at) == ("technician", bench.clock.now())
    assert recorded.simulation_statement == ""
    assert len(bench.raw_objects) == 3  # two files and the manifest that names them
    assert bench.importing.read(recorded.number).mz.tolist() == [44.0, 58.0, 200.0, 58.0, 91.0, 45.0, 90.95, 91.0]
    assert bench.importing.runs("2026-0001/1") == (recorded,)


def test_a_file_is_kept_and_read_back(bench, training_file):
    recorded = bench.run(training_file)
    assert (recorded.raw.file_name, recorded.raw.is_folder) == ("training-run.cdf", False)
    assert recorded.simulation_statement.startswith("SIMULATED DATA")
    assert recorded.state == "simulated"
    assert [path.read_bytes() for path in bench.raw_objects] == [training_file.read_bytes()]
    assert len(bench.importing.read(recorded.number)) == recorded.scans


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_names_in_every_script_are_kept_and_read_back(bench, agilent, form):
    """A method folder named in Russian or Kazakh, copied by a system that decomposes its letters or does not."""
    method = agilent / unicodedata.normalize(form, "Новый әдіс.M")
    method.mkdir()
    (method / unicodedata.normalize(form, "қышқыл й.txt")).write_bytes(b"x")
    recorded = bench.run(agilent)
    assert len(bench.importing.read(recorded.number)) == 3
    with bench.raw_store.open_run(recorded.raw.sha256, name=recorded.raw.file_name, is_folder=True) as laid_out:
        assert sorted(path.name for path in laid_out.rglob("*")) == sorted(
            unicodedata.normalize("NFC", path.name) for path in agilent.rglob("*")
        )
    assert bench.auditing.verify().intact


def test_a_file_name_that_is_no_text_is_kept_and_read_back(bench, agilent):
    (agilent / "caf\udce9.txt").write_bytes(b"latin")
    recorded = bench.run(agilent)
    assert len(bench.importing.read(recorded.number)) == 3


def zipped(path, agilent):
    """Zip the folder of the other tests, so that its manifest is the same."""
    contents = replace(run_members()[1], content=(agilent / "AcqData" / "Contents.xml").read_bytes(), method=0)
    return write_zip(path, [run_members()[0], contents])


def test_a_zipped_run_is_kept_as_it_came_beside_the_manifest_of_its_folder(bench, agilent, tmp_path):
    archive = zipped(tmp_path / "220223014.zip", agilent)
    recorded = bench.run(archive)
    assert (recorded.raw.file_name, recorded.raw.is_folder, recorded.scans) == ("220223014.zip", False, 3)
    kept = {path.read_bytes() for path in bench.raw_objects}
    assert kept == {archive.read_bytes(), run_manifest(agilent).canonical_bytes}
    *_, entry = bench.store.entries()
    assert LedgerEntry.from_bytes(entry.data).raw == (recorded.raw.sha256, run_manifest(agilent).sha256)
    assert len(bench.importing.read(recorded.number)) == 3
    assert bench.auditing.verify().intact


def test_a_folder_that_was_imported_is_not_imported_again_in_an_archive(bench, agilent, tmp_path):
    first = bench.run(agilent)
    entries, objects = bench.entries, bench.raw_objects
    with pytest.raises(DuplicateRawDataError) as refusal:
        bench.run(zipped(tmp_path / "again.zip", agilent))
    assert (refusal.value.sha256, refusal.value.number) == (first.raw.sha256, first.number)
    assert (bench.entries, bench.raw_objects) == (entries + 3, objects)  # the case, the exhibit and its receipt


def test_an_archive_that_was_imported_is_not_imported_again_as_its_folder_or_in_another_archive(
    bench, agilent, tmp_path
):
    first = bench.run(zipped(tmp_path / "first.zip", agilent))
    contents = replace(run_members()[1], content=(agilent / "AcqData" / "Contents.xml").read_bytes(), method=0)
    other = write_zip(tmp_path / "other.zip", [contents, run_members()[0]])
    assert other.read_bytes() != (tmp_path / "first.zip").read_bytes()
    for again in (agilent, other):
        with pytest.raises(DuplicateRawDataError) as refusal:
            bench.run(again)
        assert (refusal.value.sha256, refusal.value.number) == (run_manifest(agilent).sha256, first.number)
    assert bench.auditing.verify().intact


def test_a_zipped_run_that_is_refused_leaves_nothing(bench, tmp_path):
    archive = write_zip(tmp_path / "bomb.zip", [*run_members(), member("zeros", bytes(10**6))])
    assert_leaves_nothing(bench, import_into(bench, archive), FormatError, "at most 200 times")


def test_the_laboratory_reads_in_a_process_unless_it_is_told_otherwise(bench, agilent):
    service = ImportService(store=bench.store, raw_store=bench.raw_store, clock=bench.clock)
    assert service.reader == BoundedReader()
    recorded = service.import_run(agilent, exhibit_number=bench.exhibit().number, actor=TECHNICIAN)
    assert len(service.read(recorded.number)) == recorded.scans == 3
    strict = replace(service, reader=BoundedReader(runs=replace(RUN_LIMITS, memory_mb=1)))
    damaged = write_folder(agilent.parent / "other.D", data_file(sample="another").data)
    exhibit, objects = bench.exhibit(), bench.raw_objects
    with pytest.raises(FormatError, match="the reading process"):
        strict.import_run(damaged, exhibit_number=exhibit.number, actor=TECHNICIAN)
    assert bench.raw_objects == objects


def test_runs_are_numbered_within_their_exhibit(bench, agilent, training_file):
    exhibit = bench.exhibit()
    for path in (agilent, training_file):
        bench.importing.import_run(path, exhibit_number=exhibit.number, actor=EXPERT)
    assert [run.number for run in bench.importing.runs(exhibit.number)] == ["2026-0001/1-R1", "2026-0001/1-R2"]


def test_at_19_the_same_raw_data_are_not_imported_twice(bench, agilent, tmp_path):
    first = bench.run(agilent)
    copy = write_folder(tmp_path / "another name.D", data_file().data, contents_xml=b"<c/>")
    entries, objects = bench.entries, bench.raw_objects
    for exhibit in (first.exhibit_number, bench.exhibit().number):
        with pytest.raises(DuplicateRawDataError) as refusal:
            bench.importing.import_run(copy, exhibit_number=exhibit, actor=TECHNICIAN)
        assert (refusal.value.sha256, refusal.value.number) == (first.raw.sha256, first.number)
    assert bench.entries == entries + 3  # the second case, its exhibit and the receipt
    assert bench.raw_objects == objects


def test_an_import_needs_a_receivers_role(bench, agilent):
    assert_leaves_nothing(bench, import_into(bench, agilent, actor=ADMIN), NotPermittedError, "technician or expert")


def test_an_import_needs_an_exhibit(bench, agilent):
    assert_leaves_nothing(
        bench,
        lambda: bench.importing.import_run(agilent, exhibit_number="2026-0009/1", actor=TECHNICIAN),
        NotFoundError,
        "there is no exhibit 2026-0009/1",
    )


def test_a_file_that_is_refused_leaves_nothing(bench, tmp_path):
    damaged = write_folder(tmp_path / "damaged.D", data_file().data[:-1])
    assert_leaves_nothing(bench, import_into(bench, damaged), FormatError, "the file's size")
    assert_leaves_nothing(bench, import_into(bench, tmp_path / "missing"), FormatError, "nothing")


@pytest.mark.parametrize(
    "metadata",
    [
        RunMetadata(sample_name="a\u202eb"),
        RunMetadata(operator="x", method="a\0b"),
        RunMetadata(simulated=True, simulation_statement="SIMULATED DATA a\u200bb"),
        RunMetadata(instrument="x" * 10_001),
    ],
    ids=["sample", "method", "statement", "instrument"],
)
def test_texts_that_no_record_can_hold_leave_nothing(bench, tmp_path, metadata):
    run = Run(
        scan_times_s=np.array([1.0]),
        scan_starts=np.array([0, 1]),
        mz=np.array([58.0]),
        intensity=np.array([1.0]),
        metadata=metadata,
    )
    (tmp_path / "run.cdf").write_bytes(write_andi_cdf(run))
    assert_leaves_nothing(bench, import_into(bench, tmp_path / "run.cdf"), InvalidRecordError)


def test_a_statement_in_another_unicode_form_is_recorded(bench, tmp_path):
    run = Run(
        scan_times_s=np.array([1.0]),
        scan_starts=np.array([0, 1]),
        mz=np.array([58.0]),
        intensity=np.array([1.0]),
        metadata=RunMetadata(simulated=True, simulation_statement="SIMULATED DATA e\u0301"),
    )
    (tmp_path / "run.cdf").write_bytes(write_andi_cdf(run))
    assert bench.run(tmp_path / "run.cdf").simulation_statement == "SIMULATED DATA é"


@pytest.mark.parametrize("name", ["a\u202eb.D", "a\udce9.D", "a\\b.D"])
def test_a_name_that_no_record_can_hold_leaves_nothing(bench, tmp_path, name):
    folder = write_folder(tmp_path / name, data_file().data)
    assert_leaves_nothing(bench, import_into(bench, folder), InvalidRecordError, "^file name: ")


@pytest.mark.parametrize("step", ["..", "."])
def test_a_run_given_as_a_step_to_its_folder_is_recorded_by_its_own_name(bench, agilent, monkeypatch, step):
    (agilent / "AcqData").mkdir(exist_ok=True)
    monkeypatch.chdir(agilent / "AcqData" if step == ".." else agilent)
    assert bench.run(type(agilent)(step)).raw.file_name == "220223014.D"


def test_a_run_that_changes_while_it_is_kept_is_not_recorded(bench, agilent):
    exhibit = bench.exhibit()

    class Growing(type(agilent)):
        """A folder in which the instrument still writes: the file is longer each time somebody opens it."""

        def rglob(self, pattern):
            with (agilent / "data.ms").open("ab") as file:
                file.write(b"\0")
            return super().rglob(pattern)

    entries = bench.entries
    with pytest.raises((RawStoreError, FormatError)):
        bench.importing.import_run(Growing(agilent), exhibit_number=exhibit.number, actor=TECHNICIAN)
    assert bench.entries == entries
