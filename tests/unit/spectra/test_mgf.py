import gzip
from pathlib import Path

import pytest

from spectra.errors import FormatError, FormatErrors
from spectra.formats import mgf
from spectra.formats.mgf import is_mgf, read_mgf

TWO = """# a comment
COM=of the whole file
CHARGE=1+

BEGIN IONS
TITLE=First
PEPMASS=300.1
100.05 5
200.1 10.5 1
END IONS
BEGIN IONS
TITLE=Second
CHARGE=2+

! between
50 1
END IONS
"""


def written(folder: Path, text: str) -> Path:
    path = folder / "queries.mgf"
    path.write_text(text, "utf-8")
    return path


def faults(path: Path) -> list[str]:
    with pytest.raises(FormatErrors) as refusal:
        read_mgf(path)
    return [str(fault) for fault in refusal.value.exceptions]


def test_records_peaks_and_fields_of_the_file_come_through(tmp_path: Path) -> None:
    first, second = read_mgf(written(tmp_path, TWO)).records
    assert (first.line, first.first("title"), first.first("PEPMASS"), first.first("CHARGE")) == (
        5,
        "First",
        "300.1",
        "1+",
    )
    assert (first.peaks.mz, first.peaks.intensity) == ((100.05, 200.1), (5.0, 10.5))
    assert (second.line, second.first("CHARGE"), second.first("COM")) == (11, "2+", "of the whole file")
    assert second.first("SCANS") is None
    assert second.peaks.mz == (50.0,)


def test_gzip_is_read_and_told_by_content(tmp_path: Path) -> None:
    path = tmp_path / "queries"
    path.write_bytes(gzip.compress(TWO.encode()))
    assert len(read_mgf(path).records) == 2
    assert is_mgf(TWO.encode())
    assert not is_mgf(b"Name: A\nNum Peaks: 0\n")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("BEGIN IONS\nTITLE=a\n1 2\n", "line 1: found 'BEGIN IONS' without 'END IONS'"),
        ("BEGIN IONS\n1 2\nBEGIN IONS\n3 4\nEND IONS\n", "line 1: found 'BEGIN IONS' without 'END IONS'"),
        ("BEGIN IONS\nx y\nEND IONS\n", "line 2: found 'x y'"),
        ("BEGIN IONS\n1 x\nEND IONS\n", "line 2: found '1 x'"),
        ("BEGIN IONS\n1\nEND IONS\n", "line 2: found '1'"),
        ("BEGIN IONS\n1 2 3 4\nEND IONS\n", "line 2: found '1 2 3 4'"),
        ("BEGIN IONS\n1,5 2\nEND IONS\n", "line 2: found '1,5 2'"),
        ("BEGIN IONS\n-1 2\nEND IONS\n", "line 2: found m/z -1"),
        ("BEGIN IONS\n1e999 2\nEND IONS\n", "line 2: found m/z inf"),
        ("BEGIN IONS\n1 -2\nEND IONS\n", "line 2: found intensity -2"),
        ("BEGIN IONS\nnan 2\nEND IONS\n", "line 2: found 'nan 2'"),
        ("BEGIN IONS\nTITLE=a\u200bb\n1 2\nEND IONS\n", "line 2: found the hidden character U+200B"),
        ("what is this\n", "line 1: found 'what is this'"),
    ],
)
def test_a_fault_is_named_with_its_line(tmp_path: Path, text: str, expected: str) -> None:
    (fault,) = faults(written(tmp_path, text))
    assert expected in fault


def test_all_faults_are_reported_at_once(tmp_path: Path) -> None:
    text = "BEGIN IONS\n1 x\nEND IONS\n" + TWO + "BEGIN IONS\n-1 2\nEND IONS\nBEGIN IONS\n1 2\n"
    assert [fault.split(":")[0].rsplit(" ", 1)[1] for fault in faults(written(tmp_path, text))] == ["2", "22", "24"]


def test_a_file_without_records_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FormatError, match="no record"):
        read_mgf(written(tmp_path, "COM=nothing\n"))


def test_more_records_or_peaks_than_allowed_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mgf, "MAX_PEAKS", 1)
    assert "2 peaks" in faults(written(tmp_path, TWO))[0]
    monkeypatch.setattr(mgf, "MAX_PEAKS", 10)
    monkeypatch.setattr(mgf, "MAX_RECORDS", 1)
    assert "more records" in faults(written(tmp_path, TWO))[0]


@pytest.mark.real_data
def test_the_example_of_pyteomics_is_read(shared_data: Path) -> None:
    records = read_mgf(shared_data / "formats" / "test.mgf").records
    assert [(r.first("TITLE"), len(r.peaks.mz)) for r in records] == [("Spectrum 1", 6), ("Spectrum 2", 6)]
