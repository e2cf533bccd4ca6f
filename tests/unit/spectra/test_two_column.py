import pytest

from spectra import FormatError, FormatErrors
from spectra.formats import read_two_column
from spectra.formats.two_column import is_two_column
from tests.builders.jcamp_text import REPORT, SPECTRUM
from tests.builders.massbank_record import NICOTINE


@pytest.fixture
def write(tmp_path):
    def written(text):
        path = tmp_path / "spectrum.dat"
        path.write_bytes(text.encode("utf-8"))
        return path

    return written


def faults(path):
    with pytest.raises((FormatError, FormatErrors)) as caught:
        read_two_column(path)
    found = caught.value.exceptions if isinstance(caught.value, FormatErrors) else (caught.value,)
    assert all(fault.path == path for fault in found)
    return [(fault.place, fault.found) for fault in found]


@pytest.mark.parametrize(
    "text",
    [
        "58.5\t100\n91.25\t7.5\n",
        "58.5 100\r\n  91.25    7.5  \r\n",
        "58.5,100\n91.25,7.5\n",
        "58.5, 100\n91.25 ,7.5\n",
        "58.5;100\n91.25 ; 7.5\n",
        "58,5;100\n91,25;7,5\n",
        "58,5\t100\n91,25\t7,5\n",
        "58,5 100\n91,25 7,5\n",
        "58,500 100\n91,25 7,500\n",
        "\n58.5 1e2\n\n91.25 +7.5\n\n",
    ],
)
def test_columns_are_parted_by_what_parts_them(write, text):
    (record,) = read_two_column(write(text)).records
    assert record.peaks.mz == (58.5, 91.25)
    assert record.peaks.intensity == (100.0, 7.5)


def test_comments_and_one_line_of_words_are_kept(write):
    (record,) = read_two_column(write("# DART, 30 V\nm/z\tintensity\n# more\n91 5\n58 7\n#\n")).records
    assert record.fields == (("#", "DART, 30 V"), ("header", "m/z\tintensity"), ("#", "more"), ("#", ""))
    assert record.peaks.mz == (91.0, 58.0)
    assert record.line == 4


@pytest.mark.parametrize(
    ("text", "place", "found"),
    [
        ("58 1\n91 2", 2, "a last line that is not closed: it may be cut"),
        ("58 1\n91 2 3\n", 2, "3 columns"),
        ("58 1\n91\n", 2, "columns parted by nothing"),
        ("58 1\n91;2\n", 2, "columns parted by a semicolon"),
        ("58 1\nnan 2\n", 2, "'nan 2'"),
        ("58 1\n91 inf\n", 2, "'91 inf'"),
        ("58 1\n91 ٢\n", 2, "'91 \\u0662'"),
        ("58 1\n91 -2\n", 2, "intensity -2"),
        ("58 1\n0 2\n", 2, "m/z 0"),
        ("58 1\n91 1e999\n", 2, "intensity inf"),
        ("58 1\n91 2\u200b\n", 2, "the hidden character U+200B"),
        ("one line\nof words\n58 1\n", 2, "'of words'"),
        ("Name: A\n58 1\n", 1, "'Name: A'"),
        ("##NPOINTS= 1\n58 1\n", 1, "'##NPOINTS= 1'"),
        ("58 nan\n91 5\n", 1, "'58 nan'"),
        ("58;;1\n91;5\n", 1, "'58;;1'"),
        ("58 1\nm/z\tint\n", 2, "columns parted by a tab"),
        ("58,5;1.5\n", 1, "'58,5', where the comma may part decimals or thousands"),
        ("58,065;1,234\n91,054;12\n", 1, "'58,065', where the comma may part decimals or thousands"),
        ("58,5, 1\n", 1, "'58,5', where the comma may part decimals or thousands"),
        ("58,1\n58,065,1,5\n", 2, "4 columns"),
    ],
)
def test_what_is_wrong_or_could_mean_two_things_is_refused(write, text, place, found):
    assert faults(write(text)) == [(f"line {place}", found)]


def test_every_fault_of_a_file_is_reported_up_to_100(write):
    assert [place for place, _ in faults(write("58 1\nx y\n91 2\n5 5 5\n"))] == ["line 2", "line 4"]
    assert len(faults(write("58 1\n" + "x y\n" * 300))) == 100
    assert [place for place, _ in faults(write("58 1\n0 1\n91 -2\n"))] == ["line 2", "line 3"]


@pytest.mark.parametrize("text", ["", "\n", "# only a comment\n", "only words\n"])
def test_a_file_without_peaks_is_refused(write, text):
    assert faults(write(text)) == [("the whole file", "no record")]


def test_more_than_a_million_peaks_are_refused(write, monkeypatch):
    monkeypatch.setattr("spectra.formats.two_column.MAX_PEAKS", 2)
    assert faults(write("# x\n58 1\n91 2\n92 2\n")) == [("line 2", "3 peaks")]


def test_it_is_known_by_content():
    assert is_two_column(b"# x\n\nm/z;intensity\n58,5;1\n")
    assert is_two_column(b"58 1")
    assert not is_two_column(b"")
    assert not is_two_column(b"only words\nand words\n58 1\n")
    assert not is_two_column(b"58 1 2\n")
    assert not is_two_column(b"Name: A\n58 1\n")
    for text in (SPECTRUM, REPORT, NICOTINE):
        for first_line_lost in (text, text.partition("\n")[2], text[1:]):
            assert not is_two_column(first_line_lost.encode())
