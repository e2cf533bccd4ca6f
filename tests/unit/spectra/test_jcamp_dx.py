from pathlib import Path

import pytest

from spectra import FormatError, FormatErrors
from spectra.formats import read_jcamp_dx
from spectra.formats.jcamp_dx import is_jcamp_dx
from spectra.formats.jcamp_labels import agrees
from tests.builders.jcamp_text import REPORT, SPECTRUM, changed


@pytest.fixture
def write(tmp_path):
    def written(text):
        path = tmp_path / "library.txt"
        path.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8"))
        return path

    return written


def faults(path: Path):
    with pytest.raises((FormatError, FormatErrors)) as caught:
        read_jcamp_dx(path)
    found = caught.value.exceptions if isinstance(caught.value, FormatErrors) else (caught.value,)
    assert all(fault.path == path for fault in found)
    return [(fault.place, fault.found) for fault in found]


def test_a_block_reads_to_what_was_written(write):
    (record,) = read_jcamp_dx(write(SPECTRUM)).records
    assert record.line == 1
    assert record.peaks.mz == (82.0, 182.0, 198.0, 303.12)
    assert record.peaks.intensity == (999.0, 700.0, 80.0, 150.5)
    assert record.fields[:3] == (("TITLE", "Cocaine"), ("$$", "the base"), ("JCAMP-DX", "4.24"))
    assert record.first("$lot") == "a\nb"
    assert record.first("NPOINTS") is None
    assert record.first("PEAK TABLE") is None


def test_labels_are_compared_without_case_and_signs_and_kept_as_written(write):
    text = changed(SPECTRUM, ("##DATA TYPE= MASS", "##data_Type=  Mass"), ("##PEAK TABLE=", "##XyPoints="))
    (record,) = read_jcamp_dx(write("$$ comments may stand first\n\n" + text)).records
    assert record.first("data_Type") == "Mass SPECTRUM"
    assert record.line == 3


def test_factors_are_applied(write):
    text = changed(
        SPECTRUM,
        ("##MAXY= 999.0\n", "##XFACTOR= 0.5\n##YFACTOR= 1e1\n"),
        ("##FIRSTX= 82", "##FIRSTX= 41"),
        ("##LASTX= 303.1", "##LASTX= 151.56"),
    )
    (record,) = read_jcamp_dx(write(text)).records
    assert record.peaks.mz[:2] == (41.0, 91.0)
    assert record.peaks.intensity[0] == 9990.0


def test_a_block_without_peaks_is_a_record(write):
    text = SPECTRUM[: SPECTRUM.index("##FIRSTX")] + "##MINX=\n##FIRSTX= 5\n##NPOINTS= 0\n##XYDATA=(XY..XY)\n##END=\n"
    (record,) = read_jcamp_dx(write(text)).records
    assert record.peaks.mz == ()


@pytest.mark.parametrize("blocks", [2, 3])
def test_blocks_stand_in_a_row_or_in_a_link_block(write, blocks):
    assert len(read_jcamp_dx(write(SPECTRUM * 2)).records) == 2
    link = f"##TITLE= all\n##DATA TYPE= LINK\n##BLOCKS= {blocks}\n{SPECTRUM * 2}##END=\n"
    assert [record.line for record in read_jcamp_dx(write(link)).records] == [4, 20]


@pytest.mark.parametrize("announced", ["##BLOCKS= 1\n", "##BLOCKS= 4\n", "##BLOCKS= two\n", "", "##BLOCKS= 2\n" * 2])
def test_a_link_block_with_another_number_of_blocks_is_refused(write, announced):
    link = f"##TITLE= all\n##DATA TYPE= LINK\n{announced}{SPECTRUM * 2}##END=\n"
    ((place, found),) = faults(write(link))
    assert place == "line 1"
    assert found.startswith("##BLOCKS= ")


def test_3000_link_blocks_in_each_other_are_refused(write):
    assert faults(write("##TITLE= x\n##DATA TYPE= LINK\n##BLOCKS= 1\n" * 3000))[0] == (
        "line 25",
        "more than 8 LINK blocks in each other",
    )


@pytest.mark.parametrize(
    ("change", "place", "found"),
    [
        (("##DATA TYPE= MASS SPECTRUM", "##DATA TYPE= INFRARED SPECTRUM"), 3, "##DATA TYPE= 'INFRARED SPECTRUM'"),
        (("##DATA TYPE= MASS SPECTRUM\n", ""), 1, "no ##DATA TYPE="),
        (("##XUNITS= M/Z", "##XUNITS= 1/CM"), 7, "##XUNITS= '1/CM'"),
        (("##XUNITS= M/Z", "##DATATYPE= MASS SPECTRUM"), 7, "a second ##DATATYPE="),
        (("##NPOINTS= 4\n", ""), 1, "no ##NPOINTS="),
        (("##NPOINTS= 4", "##NPOINTS= 1000000000"), 12, "##NPOINTS= '1000000000'"),
        (("##NPOINTS= 4", "##NPOINTS= 1000001"), 12, "##NPOINTS= '1000001'"),
        (("##NPOINTS= 4", "##NPOINTS= -4"), 12, "##NPOINTS= '-4'"),
        (("##NPOINTS= 4", "##NPOINTS= ٤"), 12, "##NPOINTS= '\\u0664'"),
        (("##NPOINTS= 4", "##NPOINTS= 5"), 13, "##NPOINTS= 5 but 4 peaks"),
        (("##FIRSTX= 82", "##FIRSTX= 84"), 9, "##FIRSTX= '84'"),
        (("##FIRSTX= 82", "##FIRSTX= 82\n##FIRSTY= 700"), 10, "##FIRSTY= '700'"),
        (("##LASTX= 303.1", "##LASTX= 303.3"), 10, "##LASTX= '303.3'"),
        (("##LASTX= 303.1", "##MINX= 83.5\n##MAXX= 303"), 10, "##MINX= '83.5'"),
        (("##LASTX= 303.1", "##MINY= 60"), 10, "##MINY= '60'"),
        (("##LASTX= 303.1", "##LASTY= inf"), 10, "##LASTY= 'inf'"),
        (("##MAXY= 999.0", "##YFACTOR= 0"), 1, "##YFACTOR= '0'"),
        (("##MAXY= 999.0", "##XFACTOR= nan"), 1, "##XFACTOR= 'nan'"),
        (("##MAXY= 999.0", "##XFACTOR= -1"), 1, "##XFACTOR= '-1'"),
        (("##MAXY= 999.0", "##YFACTOR= 1e999"), 1, "##YFACTOR= '1e999'"),
        (("##MAXY= 999.0", "##YFACTOR= 1e308"), 13, "intensity inf"),
        (("##MAXY= 999.0", "##NTUPLES= MASS SPECTRUM"), 11, "##NTUPLES="),
        (("##MAXY= 999.0", "##RADATA= (R++(A..A))"), 11, "##RADATA="),
        (("##MAXY= 999.0", "##XYDATA= (XY..XY)"), 1, "2 tables of peaks"),
        (("##PEAK TABLE=", "##PEAKS="), 1, "0 tables of peaks"),
        (("(XY..XY)", "(XY..XY), PEAKS"), 13, "##PEAK TABLE= '(XY..XY), PEAKS'"),
        (("(XY..XY)", "(X++(Y..Y))"), 13, "##PEAK TABLE= '(X++(Y..Y))'"),
        (("82, 999.0", "82, nan"), 14, "'nan'"),
        (("82, 999.0", "82, -1"), 14, "intensity -1"),
        (("82, 999.0", "0, 999.0"), 14, "m/z 0"),
        (("82, 999.0", "82, 999.0 5"), 14, "5 numbers"),
        (("82, 999.0", "82, A23"), 14, "'A23', the packed form SQZ"),
        (("82, 999.0", "82, j7"), 14, "'j7', the packed form DIF"),
        (("82, 999.0", "82, s9999999999"), 14, "'s9999999999', the packed form DUP"),
        (("82, 999.0", "+82+999"), 14, "'+82+999', the packed form PAC"),
        (("82, 999.0", "82, z"), 14, "'z'"),
        (("##$LOT= a", "##$LOT= a\u200b"), 5, "the hidden character U+200B"),
        (("##$LOT= a", "##$LOT a"), 5, "'##$LOT a'"),
        (("##$LOT= a", "##" + "L" * 65 + "= a"), 5, "'##" + "L" * 54 + "..."),
        (("##END=", "##END= of it"), 16, "'of it'"),
        (("##TITLE= Cocaine $$ the base", "junk $$ of it\n##TITLE= Cocaine"), 1, "'junk $$ of it'"),
        (("82, 999.0", "82, 999.0 $$ base peak\n84, 5e"), 15, "'5e'"),
    ],
)
def test_what_is_wrong_is_refused_with_its_line(write, change, place, found):
    assert (f"line {place}", found) in faults(write(changed(SPECTRUM, change)))


def test_every_fault_of_a_file_is_reported(write):
    bad = changed(SPECTRUM, ("##NPOINTS= 4", "##NPOINTS= 5"))
    assert [place for place, _ in faults(write(bad + SPECTRUM + bad))] == ["line 13", "line 45"]


@pytest.mark.parametrize("text", ["junk\n" * 500, "##junk\n" * 500, "##END=\n" * 500, "##TITLE=\n##END=\n" * 500])
def test_a_file_of_another_kind_stops_at_100_faults(write, text):
    assert len(faults(write(text))) == 100


def test_a_cut_file_is_refused(write):
    text = SPECTRUM * 2
    body = len(text) - len("\n")
    for kept in range(len(SPECTRUM) + 1, body):
        assert faults(write(text[:kept])), kept
    assert faults(write(SPECTRUM + SPECTRUM[:-7])) == [("line 17", "a block that is not closed: the file is cut")]


def test_a_block_inside_another_or_a_record_outside_is_refused(write):
    inside = changed(SPECTRUM, ("##END=\n", ""))
    assert faults(write(inside + SPECTRUM)) == [("line 16", "a second '##TITLE='")]
    assert faults(write("##OWNER= x\n" + SPECTRUM)) == [("line 1", "'##OWNER=' outside a block")]


def test_a_file_without_a_block_is_refused(write):
    assert faults(write("")) == [("the whole file", "no record")]
    assert faults(write("$$ nothing\n")) == [("the whole file", "no record")]
    assert faults(write(b"##TITLE= 25 \xb5g\n##END=\n")) == [("line 1", "byte 0xb5")]


def test_it_is_known_by_content():
    assert is_jcamp_dx(SPECTRUM.encode())
    assert is_jcamp_dx(b"\xef\xbb\xbf$$ by hand\n\n##Title=x")
    assert is_jcamp_dx(REPORT.encode())
    assert not is_jcamp_dx(b"##TITL= x")
    assert not is_jcamp_dx(b"Name: ##TITLE=")
    assert not is_jcamp_dx(b"")


@pytest.mark.parametrize(
    ("declared", "found", "agreed"),
    [("1E2", 100.4, True), ("1E2", 102.0, False), ("0", 0.9, True), ("0E999999", 5.0, False), ("1e400", 5.0, False)],
)
def test_a_number_agrees_to_the_last_digit_written(declared, found, agreed):
    assert agrees(declared, found) is agreed
