"""Real runs through the reading process: what comes back is what the reader gives in this process, byte for byte."""

import zipfile

import pytest

from spectra import read_run, run_manifest
from spectra.formats.bounded import BoundedReader, read_msp_bounded, read_run_bounded, read_spectra_bounded
from spectra.formats.msp import read_msp
from spectra.formats.read_limits import LIBRARY_LIMITS, RUN_LIMITS
from spectra.formats.spectrum_file import read_spectra
from tests.builders.frames import differences

pytestmark = pytest.mark.real_data
BATCH = "gcms-benzodiazepines"


@pytest.fixture(scope="module")
def folders(shared_data):
    return sorted((shared_data / BATCH).glob("*.D"))


def test_real_runs_come_through_byte_for_byte(folders):
    for folder in folders[::3]:  # each costs a process
        assert differences(read_run_bounded(folder, RUN_LIMITS), read_run(folder)) == []


def test_a_real_run_that_is_zipped_is_the_same_run(folders, tmp_path):
    archive = tmp_path / "220223018.zip"
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as packed:
        for path in sorted(folders[-1].rglob("*")):
            packed.write(path, path.relative_to(folders[-1].parent))
    reading = BoundedReader().run(archive)
    assert differences(reading.run, read_run(folders[-1])) == []
    assert reading.folder_manifest.encode() == run_manifest(folders[-1]).canonical_bytes


def test_a_real_andi_file_comes_through_byte_for_byte(shared_data):
    path = shared_data / "formats" / "agilent-gcms.cdf"
    assert differences(read_run_bounded(path, RUN_LIMITS), read_run(path)) == []


def test_real_files_of_spectra_come_through_byte_for_byte(shared_data):
    queries = shared_data / "formats" / "test.mgf"
    assert differences(read_spectra_bounded(queries, RUN_LIMITS), read_spectra(queries)) == []
    library = shared_data / "swgdrug" / "swgdrug-3.4.msp.gz"
    assert read_msp_bounded(library, LIBRARY_LIMITS) == read_msp(library)


@pytest.mark.nightly
def test_all_real_runs_come_through_byte_for_byte(folders):
    assert len(folders) == 18
    for folder in folders:
        assert differences(read_run_bounded(folder, RUN_LIMITS), read_run(folder)) == []
