from pathlib import Path

import pytest

from spectra.errors import FormatErrors
from spectra.formats.spectrum_file import read_spectra
from spectra.spectrum import Precursor
from tests.builders.jcamp_text import SPECTRUM
from tests.builders.massbank_record import NICOTINE

MSP = "Name: A\nInChIKey: N/A\nNum Peaks: 2\n91 5; 58 9;\n\nName: B\nINCHIKEY: KEY\nPrecursorMZ: 300.1\n"
MSP += "Precursor_type: [M+H]+\nNum Peaks: 0\n"


def test_msp_is_read_sorted_with_what_names_it(tmp_path: Path) -> None:
    path = tmp_path / "q"
    path.write_text(MSP)
    first, second = read_spectra(path)
    assert (first.name, first.inchikey, first.spectrum.precursor) == ("A", None, None)
    assert first.spectrum.mz.tolist() == [58.0, 91.0]
    assert (second.inchikey, len(second.spectrum)) == ("KEY", 0)
    assert second.spectrum.precursor == Precursor(mz=300.1, adduct="[M+H]+")


def test_mgf_is_told_by_content_and_numbers_what_has_no_title(tmp_path: Path) -> None:
    path = tmp_path / "q.msp"
    path.write_text("BEGIN IONS\nPEPMASS=300.1 1234\n50 1\nEND IONS\n")
    (only,) = read_spectra(path)
    assert (only.name, only.spectrum.precursor) == ("spectrum 1", Precursor(mz=300.1))


@pytest.mark.parametrize("wrong", ["x", "-3", "nan", "inf", "0"])
def test_a_precursor_that_is_none_is_named_with_its_line(tmp_path: Path, wrong: str) -> None:
    path = tmp_path / "q.mgf"
    path.write_text(f"BEGIN IONS\nPEPMASS={wrong}\n50 1\nEND IONS\n" * 2)
    with pytest.raises(FormatErrors) as refusal:
        read_spectra(path)
    assert [fault.place for fault in refusal.value.exceptions] == ["line 1", "line 5"]
    assert repr(wrong) in str(refusal.value.exceptions[0])


def test_massbank_records_are_told_by_content(tmp_path: Path) -> None:
    path = tmp_path / "q.msp"
    path.write_text(NICOTINE * 2)
    first, _ = read_spectra(path)
    assert (first.name, first.inchikey) == ("(-)-Nicotine", "SNICXCGAKADSCV-JTQLQIEISA-N")
    assert first.spectrum.precursor == Precursor(mz=163.12, adduct="[M+H]+")
    assert first.spectrum.intensity.tolist() == [120.5, 60.0, 480.25]


def test_jcamp_dx_is_told_by_content(tmp_path: Path) -> None:
    path = tmp_path / "q.txt"
    path.write_text(SPECTRUM)
    (only,) = read_spectra(path)
    assert (only.name, only.spectrum.precursor, len(only.spectrum)) == ("Cocaine", None, 4)


def test_two_columns_are_told_by_content_and_sorted(tmp_path: Path) -> None:
    path = tmp_path / "q.jdx"
    path.write_text("# DART\n91;5\n58;7\n")
    (only,) = read_spectra(path)
    assert (only.name, only.spectrum.mz.tolist()) == ("spectrum 1", [58.0, 91.0])
