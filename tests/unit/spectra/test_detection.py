import os

import pytest

from spectra import FormatError, read_run
from spectra.formats import RUN_FORMATS, write_andi_cdf
from tests.builders.agilent_folder import data_file, write_folder


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
