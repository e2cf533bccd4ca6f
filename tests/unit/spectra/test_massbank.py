import pytest

from spectra import FormatError, FormatErrors
from spectra.formats import read_massbank
from spectra.formats.massbank import is_massbank
from tests.builders.jcamp_text import changed
from tests.builders.massbank_record import NICOTINE


@pytest.fixture
def write(tmp_path):
    def written(text):
        path = tmp_path / "records.txt"
        path.write_text(text, "utf-8")
        return path

    return written


def faults(path):
    with pytest.raises((FormatError, FormatErrors)) as caught:
        read_massbank(path)
    found = caught.value.exceptions if isinstance(caught.value, FormatErrors) else (caught.value,)
    assert all(fault.path == path for fault in found)
    return [(fault.place, fault.found) for fault in found]


def test_a_record_reads_to_what_was_written(write):
    (record,) = read_massbank(write(NICOTINE)).records
    assert record.line == 1
    assert record.peaks.mz == (80.05, 84.08, 130.07)
    assert record.peaks.intensity == (120.5, 60.0, 480.25)
    assert record.first("ACCESSION") == "TST00006"
    assert record.every("CH$NAME") == ("(-)-Nicotine", "3-[(2S)-1-methylpyrrolidin-2-yl]pyridine")
    assert record.first("CH$LINK: CAS") == "54-11-5"
    assert record.first("MS$FOCUSED_ION: PRECURSOR_M/Z") == "163.12"
    assert record.first("UNKNOWN$TAG") == "kept as it is"
    assert record.first("PK$ANNOTATION") == "m/z tentative_formula\n  80.05 C5H6N+\n  84.08 C5H10N+"
    assert record.first("PK$NUM_PEAK") is None
    assert [key for key, _ in record.fields[:5]] == ["ACCESSION", "RECORD_TITLE", "DATE", "LICENSE", "CH$NAME"]


def test_many_records_stand_in_one_file(write):
    text = f"\n{NICOTINE}\n\n{changed(NICOTINE, ('TST00006', 'TST00007'))}\n"
    assert [r.first("ACCESSION") for r in read_massbank(write(text)).records] == ["TST00006", "TST00007"]
    assert [r.line for r in read_massbank(write(text)).records] == [2, 25]


def test_a_record_without_peaks_and_a_subtag_without_value_are_read(write):
    table = NICOTINE[NICOTINE.index("  80.05 120.5") : NICOTINE.index("//")]
    text = changed(NICOTINE, ("NUM_PEAK: 3", "NUM_PEAK: 0"), (table, ""), ("CH$LINK: CAS 54-11-5", "CH$LINK: CAS"))
    (record,) = read_massbank(write(text)).records
    assert record.peaks.mz == ()
    assert record.first("CH$LINK") == "CAS"


@pytest.mark.parametrize(
    ("change", "place", "found"),
    [
        (("PK$NUM_PEAK: 3", "PK$NUM_PEAK: 4"), 17, "PK$NUM_PEAK 4 but 3 peaks"),
        (("PK$NUM_PEAK: 3", "PK$NUM_PEAK: -3"), 16, "PK$NUM_PEAK: '-3'"),
        (("PK$NUM_PEAK: 3", "PK$NUM_PEAK: 1000000000"), 16, "PK$NUM_PEAK: '1000000000'"),
        (("PK$NUM_PEAK: 3", "PK$NUM_PEAK: 1000001"), 16, "PK$NUM_PEAK: '1000001'"),
        (("PK$NUM_PEAK: 3", "PK$NUM_PEAK: 3\n  4"), 16, "PK$NUM_PEAK: '3'"),
        (("PK$NUM_PEAK: 3\n", ""), 1, "0 'PK$NUM_PEAK:' and 1 'PK$PEAK:'"),
        (("PK$NUM_PEAK: 3\n", "PK$NUM_PEAK: 3\nPK$NUM_PEAK: 3\n"), 1, "2 'PK$NUM_PEAK:' and 1 'PK$PEAK:'"),
        (("PK$PEAK: m/z int. rel.int.", "PK$PEAK: m/z rel.int."), 17, "columns 'm/z rel.int.'"),
        (("  84.08 60 125", "  84.08 60"), 19, "'84.08 60'"),
        (("  84.08 60 125", "  84.08 nan 125"), 19, "'84.08 nan 125'"),
        (("  84.08 60 125", "  84,08 60 125"), 19, "'84,08 60 125'"),
        (("  84.08 60 125", "  84.08 -60 125"), 19, "intensity -60"),
        (("  84.08 60 125", "  84.08 1e999 125"), 19, "intensity inf"),
        (("  84.08 60 125", "  0 60 125"), 19, "m/z 0"),
        (("  84.08 60 125", "  84.08 60 1000"), 19, "relative intensity 1000"),
        (("  84.08 60 125", "  84.08 60 12.5"), 19, "relative intensity 12.5"),
        (("  84.08 60 125", "  80.04 60 125"), 19, "m/z 80.04 after 80.05"),
        (("  84.08 60 125", "84.08 60 125"), 19, "'84.08 60 125'"),
        (("LICENSE: CC BY", "license: CC BY"), 4, "'license: CC BY'"),
        (("LICENSE: CC BY", "LICENSE: CC\u200b BY"), 4, "the hidden character U+200B"),
        (("ACCESSION: TST00006", "ACCESSION:"), 1, "'ACCESSION:'"),
        (("ACCESSION: TST00006", "DATE: 2011.02.21"), 1, "'DATE:'"),
        (("//\n", ""), 1, "a record without '//': it is cut"),
    ],
)
def test_what_is_wrong_is_refused_with_its_line(write, change, place, found):
    assert faults(write(changed(NICOTINE, change))) == [(f"line {place}", found)]


def test_every_fault_of_a_file_is_reported(write):
    bad = changed(NICOTINE, ("PK$NUM_PEAK: 3", "PK$NUM_PEAK: 2"))
    assert [place for place, _ in faults(write(bad + NICOTINE + bad))] == ["line 17", "line 59"]
    assert len(faults(write(bad * 300))) == 100
    assert faults(write("//\n" + NICOTINE)) == [("line 1", "an empty record")]


def test_a_record_that_another_interrupts_is_cut(write):
    text = changed(NICOTINE, ("//\n", "")) + NICOTINE
    assert faults(write(text)) == [("line 1", "a record without '//': it is cut")]


def test_every_cut_is_refused(write):
    text = NICOTINE * 2
    for kept in range(len(NICOTINE) + 1, len(text) - 1):
        assert faults(write(text[:kept])), kept


def test_a_file_without_a_record_is_refused(write):
    assert faults(write("\n \n")) == [("the whole file", "no record")]


def test_it_is_known_by_content():
    assert is_massbank(NICOTINE.encode())
    assert is_massbank(b"\xef\xbb\xbf\n ACCESSION: X")
    assert not is_massbank(b"Name: ACCESSION:")
