"""What any reader of files owes its callers: the bounded one and the one of the tests give the same."""

import pytest

from spectra.errors import FormatError, FormatErrors
from spectra.formats.agilent_d import read_agilent_d
from spectra.formats.bounded import BoundedReader
from tests.builders.agilent_folder import data_file, write_folder
from tests.builders.readers import InProcessReader
from tests.builders.zip_archives import run_members, write_zip


@pytest.fixture(params=[BoundedReader, InProcessReader])
def reader(request):
    return request.param()


def test_runs_are_read_from_folders_and_archives(reader, tmp_path):
    folder = write_folder(tmp_path / "a.D", data_file().data)
    archive = write_zip(tmp_path / "a.zip", run_members()[:1])
    read = [reader.run(path) for path in (folder, archive)]
    expected = read_agilent_d(folder).mz.tolist()
    assert [reading.run.mz.tolist() for reading in read] == [expected, expected]
    assert (read[0].folder_manifest, read[1].folder_manifest[:18]) == ("", '[{"path":"data.ms"')


def test_a_refusal_is_one_error_of_the_format(reader, tmp_path):
    with pytest.raises(FormatError, match="found nothing"):
        reader.run(tmp_path / "missing")
    path = tmp_path / "a.msp"
    path.write_text("Name: A\nNum Peaks: 1\nx\n")
    for read in (reader.msp, reader.spectra):
        with pytest.raises(FormatErrors, match="1 fault"):
            read(path)


def test_libraries_and_spectra_are_read(reader, tmp_path):
    path = tmp_path / "a.msp"
    path.write_text("Name: A\nNum Peaks: 1\n58 999\n")
    assert [record.peaks.mz for record in reader.msp(path).records] == [(58.0,)]
    assert [named.name for named in reader.spectra(path)] == ["A"]
