"""``aigaq inspect`` on the files of every format; the numbers are those of the files."""

import json

import pytest

from spectra.errors import FormatError
from spectra.formats.inspection import inspect_file
from tests.builders.commands import aigaq


def inspect(*arguments, process=False):
    return aigaq("inspect", *arguments, process=process)


@pytest.mark.real_data
@pytest.mark.parametrize(
    ("name", "spectra", "peaks", "levels", "sound"),
    [
        ("formats/ELEY_1_SUBTRACT.JDX", 2103, 207_409, (1,), True),
        ("formats/agilent-gcms.cdf", 6401, 157_201, (1,), True),
        ("formats/test.mgf", 2, 12, (), True),
        ("formats/test.mzML", 2, 39_828, (1,), False),
        ("formats/test.mzXML", 2, 1_356, (1, 2), False),
        ("formats/tiny.pwiz.1.1.mzML", 4, 40, (1, 2), False),
        ("gcms-benzodiazepines/220223018.D", 2430, 50_512, (1,), True),
        ("dart/Mixture7_60V.txt", 1, 107, (), True),
    ],
)
def test_every_file_is_counted(shared_data, name, spectra, peaks, levels, sound):
    found = inspect_file(shared_data / name)
    assert (found.spectra, found.peaks, found.ms_levels, not found.faults) == (spectra, peaks, levels, sound)


@pytest.mark.real_data
def test_the_command_says_why_a_file_cannot_be_imported(shared_data):
    path = shared_data / "formats" / "test.mzXML"
    done = inspect(path)
    assert done.returncode == 0, done.stderr
    assert "2 spectra, 1356 peaks, 1 with precursor" in done.stdout
    assert "cannot be imported" in done.stdout
    assert "3113 declared" in done.stdout
    (file,) = json.loads(inspect(path, "--json").stdout)["files"]
    assert (file["file"], file["spectra"], file["with_precursor"]) == (str(path), 2, 1)
    assert len(file["faults"]) == 4


def test_single_spectra_have_neither_times_nor_levels(tmp_path):
    path = tmp_path / "one.msp"
    path.write_text("Name: A\nPrecursorMZ: 150.1\nNum Peaks: 2\n91.05 1\n119.08 2\n")
    done = inspect(path, process=True)
    assert done.stdout == f"{path}: single spectra\n  1 spectra, 2 peaks, 1 with precursor\n  m/z 91.05 to 119.08\n"


def test_what_is_nothing_is_refused(tmp_path):
    for path in (tmp_path / "absent", tmp_path):
        done = inspect(path)
        assert done.returncode == 2
        assert str(path) in done.stderr
    with pytest.raises(FormatError):
        inspect_file(tmp_path / "absent")


def test_a_path_that_the_system_refuses_is_a_format_error(tmp_path):
    with pytest.raises(FormatError, match="File name too long"):
        inspect_file(tmp_path / ("x" * 300))
