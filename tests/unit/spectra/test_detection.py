import os
import zipfile

import pytest

from spectra import FormatError, read_run
from spectra.formats import RUN_FORMATS, write_andi_cdf
from tests.builders.agilent_folder import data_file, write_folder
from tests.builders.andi_hdf_file import andi_hdf_file
from tests.builders.jcamp_text import NTUPLES, REPORT, SPECTRUM
from tests.builders.scan_files import mzml_file, mzxml_file


def test_the_content_decides_not_the_name(tmp_path):
    folder = write_folder(tmp_path / "a folder of any name", data_file().data)
    assert read_run(folder).metadata.source_format == "Agilent ChemStation MS (data.ms)"
    (tmp_path / "run.txt").write_bytes(write_andi_cdf(read_run(folder)))
    assert read_run(tmp_path / "run.txt").metadata.source_format == "ANDI/AIA netCDF (mass spectrometry)"


def refusal(path):
    with pytest.raises(FormatError) as caught:
        read_run(path)
    assert (caught.value.path, caught.value.place, caught.value.expected) == (path, "the path", RUN_FORMATS)
    return caught.value.found


def test_what_is_no_run_is_refused_with_what_it_is(tmp_path):
    assert refusal(tmp_path / "missing") == "nothing"
    assert refusal(tmp_path) == "an empty folder"
    (tmp_path / "notes.txt").write_bytes(b"PK\x03\x04 and more")
    assert refusal(tmp_path) == "a folder of 1 entries without data.ms"
    assert refusal(tmp_path / "notes.txt") == "a file that begins with 50 4b 03 04 20 61 6e 64"
    (tmp_path / "empty").touch()
    assert refusal(tmp_path / "empty") == "an empty file"


def test_a_pipe_is_refused_and_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    assert refusal(tmp_path / "pipe") == "a device"


def test_what_the_operating_system_refuses_is_a_format_error(tmp_path):
    assert refusal(tmp_path / ("x" * 300)) == "File name too long"


def zipped(folder, archive):
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as file:
        for path in sorted(folder.iterdir()):
            file.write(path, f"{folder.name}/{path.name}")
    return archive


def test_every_other_format_is_told_by_content_too(tmp_path):
    for name, data, source in (
        ("a.cdf", andi_hdf_file(), "ANDI/AIA netCDF (mass spectrometry)"),
        ("b.D", REPORT.encode(), "JCAMP-DX (mass spectrometry)"),
        ("c.cdf", NTUPLES.encode(), "JCAMP-DX (mass spectrometry)"),
        ("d.jdx", mzml_file(), "mzML"),
        ("e.mzML", mzxml_file(), "mzXML"),
    ):
        (tmp_path / name).write_bytes(data)
        assert read_run(tmp_path / name).metadata.source_format.startswith(source)


def test_a_zipped_folder_is_read_like_the_folder(tmp_path):
    folder = write_folder(tmp_path / "a.D", data_file().data)
    archive = zipped(folder, tmp_path / "archive.cdf")
    assert read_run(archive).metadata == read_run(folder).metadata
    assert read_run(archive).mz.tolist() == read_run(folder).mz.tolist()


def test_what_is_wrong_in_a_zipped_folder_names_the_archive(tmp_path):
    folder = write_folder(tmp_path / "a.D", data_file().data[:-1])
    archive = zipped(folder, tmp_path / "a.zip")
    with pytest.raises(FormatError) as caught:
        read_run(archive)
    assert (caught.value.path, caught.value.place) == (archive, "a.D/data.ms, the file's size")


def test_single_spectra_are_no_run(tmp_path):
    (tmp_path / "a.jdx").write_text(SPECTRUM)
    assert refusal(tmp_path / "a.jdx") == "a file that begins with 23 23 54 49 54 4c 45 3d"


def test_accurate_mass_data_of_masshunter_are_named(tmp_path):
    (tmp_path / "AcqData").mkdir()
    (tmp_path / "AcqData" / "MSScan.bin").write_bytes(b"\x01\x01")
    assert refusal(tmp_path).startswith("accurate-mass data of MassHunter (AcqData/MSScan.bin)")
