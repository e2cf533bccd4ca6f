import hashlib

import pytest

from spectra import FormatError, FormatErrors, RawSpectrum
from spectra.formats import MspRecord, msp, read_msp, write_msp
from spectra.formats.content import compress

GOOD = "Name: a\nNum Peaks: 1\n58 1\n"


@pytest.fixture
def write(tmp_path):
    def written(text):
        path = tmp_path / "library.msp"
        path.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8"))
        return path

    return written


def faults(path):
    """Read a faulty file and give each fault as place, found, expected."""
    with pytest.raises(FormatErrors) as caught:
        read_msp(path)
    assert all(fault.path == path for fault in caught.value.exceptions)
    return [(fault.place, fault.found, fault.expected) for fault in caught.value.exceptions]


def peaks(record):
    return list(zip(record.peaks.mz, record.peaks.intensity, strict=True))


def test_a_record_keeps_every_field_in_its_order(write):
    path = write(
        "Name: Ketamine\nSynon: one\nFormula: C13H16ClNO\nsynon: two\nComments:\nNum Peaks: 2\n58 10.5\n91 2\n"
    )
    file = read_msp(path)
    assert file.path == path
    assert file.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    (record,) = file.records
    assert record.fields == (
        ("Name", "Ketamine"),
        ("Synon", "one"),
        ("Formula", "C13H16ClNO"),
        ("synon", "two"),
        ("Comments", ""),
    )
    assert (record.line, record.name) == (1, "Ketamine")
    assert record.peaks == RawSpectrum(mz=(58.0, 91.0), intensity=(10.5, 2.0))
    assert record.first("SYNON") == "one"
    assert record.every("synon") == ("one", "two")
    assert record.first("comments") is None
    assert record.first("InChIKey") is None
    assert record.every("InChIKey") == ()


def test_peaks_are_kept_as_they_stand(write):
    (record,) = read_msp(write("Name: a\nNum Peaks: 4\n91 2\n58 1\n58 3\n100 0\n")).records
    assert peaks(record) == [(91.0, 2.0), (58.0, 1.0), (58.0, 3.0), (100.0, 0.0)]


@pytest.mark.parametrize(
    "lines",
    [
        "58 1; 91 2; 100 3;",
        "58 1\n91 2 100 3",
        "58\t1\r\n91\t2\r\n100\t3",
        "58 1\r91 2\r100 3",
        "58, 1; 91, 2; 100, 3",
        "  58 1  \n\t91 2\n100 3",
        '58 1 "M+"\n91 2 "tropylium; 58 9"\n100 3 ""',
        "5.8e1 1\n91 .2e1\n100. 3",
    ],
    ids=["semicolons", "two a line", "CRLF", "CR", "commas", "indented", "annotated", "exponents"],
)
def test_every_usual_form_of_peaks_reads_the_same(write, lines):
    (record,) = read_msp(write(f"Name: a\nNum Peaks: 3\n{lines}\n")).records
    assert peaks(record) == [(58.0, 1.0), (91.0, 2.0), (100.0, 3.0)]


@pytest.mark.parametrize("key", ["Num Peaks", "NUM PEAKS", "num peaks", "NumPeaks", "Num_Peaks"])
def test_the_count_may_be_spelt_in_any_usual_way(write, key):
    assert len(read_msp(write(f"NAME: a\n{key}: 1\n58 1\n")).records) == 1


@pytest.mark.parametrize("between", ["\n", "", "\n\n \n"], ids=["empty line", "none", "several"])
def test_records_follow_one_another_with_and_without_an_empty_line(write, between):
    records = read_msp(write(between.join([GOOD, GOOD.replace("Name: a", "Name: b")]))).records
    assert [record.name for record in records] == ["a", "b"]
    assert [peaks(record) for record in records] == [[(58.0, 1.0)], [(58.0, 1.0)]]


def test_a_byte_order_mark_and_gzip_are_no_part_of_the_text(write):
    assert read_msp(write(b"\xef\xbb\xbf" + GOOD.encode())).records[0].name == "a"
    assert read_msp(write(compress(GOOD.encode()))).records[0].name == "a"


def test_a_record_without_peaks_is_a_record(write):
    (record,) = read_msp(write("Name: a\nNum Peaks: 0\n")).records
    assert record.peaks == RawSpectrum(mz=(), intensity=())


@pytest.mark.parametrize("text", ["", "\n \n\t\n", b"\xef\xbb\xbf"])
def test_an_empty_file_is_refused(write, text):
    with pytest.raises(FormatError, match="the whole file: found no record; expected at least one 'Name:' block"):
        read_msp(write(text))


@pytest.mark.parametrize(
    ("count", "found"),
    [
        ("3", "Num Peaks 3 but 2 peaks"),
        ("1", "Num Peaks 1 but 2 peaks"),
        ("-1", "Num Peaks '-1'"),
        ("1000000000", "Num Peaks '1000000000'"),
        ("1000001", "Num Peaks '1000001'"),
        ("1e9", "Num Peaks '1e9'"),
        ("two", "Num Peaks 'two'"),
        ("2.0", "Num Peaks '2.0'"),
        ("٢", "Num Peaks '\\u0662'"),
        ("", "Num Peaks ''"),
    ],
)
def test_a_count_that_is_not_the_count_is_refused(write, count, found):
    ((place, seen, _),) = faults(write(f"Name: a\nNum Peaks: {count}\n58 1\n91 2\n"))
    assert (place, seen) == ("line 2", found)


def test_a_record_without_a_count_is_refused(write):
    path = write(f"Name: a\nFormula: H2O\n\n{GOOD}")
    assert faults(path) == [("line 2", "the end of the record", "a 'Num Peaks:' line")]


def test_two_names_in_one_record_are_refused(write):
    path = write("Name: a\nName: b\nNum Peaks: 1\n58 1\n")
    assert faults(path) == [
        ("line 2", "a second 'Name:' before 'Num Peaks:'", "a record that begins with its one 'Name:'")
    ]


def test_a_record_that_begins_with_another_field_is_refused(write):
    path = write("Formula: H2O\nName: a\nNum Peaks: 1\n58 1\n")
    assert faults(path) == [("line 1", "'Formula:'", "a record that begins with its one 'Name:'")]


@pytest.mark.parametrize("name", ["", "  "])
def test_an_empty_name_is_refused(write, name):
    assert faults(write(f"Name:{name}\nNum Peaks: 1\n58 1\n")) == [("line 1", "an empty name", "a name")]


@pytest.mark.parametrize(
    "line", ["58 1", "no colon here", ": value", "9key: x", "a" * 65 + ": x", "<html>"], ids=lambda line: line[:10]
)
def test_a_line_that_is_no_field_is_refused(write, line):
    ((place, found, expected),) = faults(write(f"Name: a\n{line}\nNum Peaks: 1\n58 1\n"))
    assert (place, expected) == ("line 2", "'Key: value'")
    assert len(found) <= 60


@pytest.mark.parametrize(
    ("character", "shown"),
    [
        ("\u200b", "U+200B"),
        ("\u202e", "U+202E"),
        ("\u00ad", "U+00AD"),
        ("\ufeff", "U+FEFF"),
        ("\0", "U+0000"),
        ("\x1b", "U+001B"),
        ("\u2028", "U+2028"),
        ("\u2029", "U+2029"),
        ("\x85", "U+0085"),
    ],
)
@pytest.mark.parametrize("name", ["keta{}mine", "ketamine{}", "{}ketamine"], ids=["inside", "last", "first"])
def test_a_hidden_character_is_refused_wherever_it_stands(write, character, shown, name):
    path = write(f"Name: {name.format(character)}\nNum Peaks: 1\n58 1\n")
    assert faults(path) == [("line 1", f"the hidden character {shown}", "visible text")]


def test_a_tab_inside_a_value_is_visible_enough(write):
    assert read_msp(write("Name: a\tb\nNum Peaks: 1\n58 1\n")).records[0].name == "a\tb"


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("58 nan", "'nan'"),
        ("58 inf", "'inf'"),
        ("58 -inf", "'-inf'"),
        ("58 1e999", "intensity inf"),
        ("1e999 5", "m/z inf"),
        ("58 -1", "intensity -1"),
        ("-58 1", "m/z -58"),
        ("0 1", "m/z 0"),
        ("0x10 1", "'0x10'"),
        ("5_8 1", "'5_8'"),
        ("٥٨ 1", "'\\u0665\\u0668'"),
        ("58 1 comment", "'comment'"),
        ('58 1 "open', "'\"open'"),
        ("58", "1 numbers"),
        ("58 1 91", "3 numbers"),
        ("58,1 1", "3 numbers"),
        ("- 1", "'-'"),
        ("58 e", "'e'"),
    ],
)
def test_a_peak_that_is_no_pair_of_sound_numbers_is_refused(write, line, found):
    ((place, seen, _),) = faults(write(f"Name: a\nNum Peaks: 2\n91 2\n{line}\n"))
    assert (place, seen) == ("line 4", found)


def test_decimal_commas_are_refused_by_the_count(write):
    path = write("Name: a\nNum Peaks: 2\n58,1 100,5\n91,0 20,5\n")
    assert faults(path) == [("line 2", "Num Peaks 2 but 4 peaks", "the number of peaks that follow")]


def test_an_empty_line_inside_the_peaks_ends_the_record(write):
    path = write("Name: a\nNum Peaks: 2\n58 1\n\n91 2\n")
    assert [place for place, _, _ in faults(path)] == ["line 2", "line 5"]


def test_text_that_is_not_utf8_is_refused_with_its_line(write):
    with pytest.raises(FormatError, match="line 2: found byte 0xe4; expected UTF-8 text"):
        read_msp(write("Name: a\nSynon: ä\nNum Peaks: 1\n58 1\n".encode("latin-1")))


def test_a_cut_gzip_library_is_refused(write):
    with pytest.raises(FormatError, match="a complete stream"):
        read_msp(write(compress(GOOD.encode() * 100)[:-9]))


def test_all_faults_of_a_file_are_told_at_once(write):
    path = write(
        "Name: a\nNum Peaks: 2\n58 1\n"  # one peak too few
        "\nName: good\nNum Peaks: 1\n58 1\n"
        "\nName: b\nNum Peaks: 1\n58 nan\n"
        "\nName: c\nSynon: x\n"
    )
    assert [(place, found) for place, found, _ in faults(path)] == [
        ("line 2", "Num Peaks 2 but 1 peaks"),
        ("line 11", "'nan'"),
        ("line 14", "the end of the record"),
    ]


def test_a_file_of_another_kind_is_given_up_after_a_hundred_faults(write):
    assert len(faults(write("no msp\n\n" * 150))) == 100


def test_the_number_of_records_is_bounded(write, monkeypatch):
    monkeypatch.setattr(msp, "MAX_RECORDS", 2)
    assert len(read_msp(write("\n".join([GOOD] * 2))).records) == 2
    assert faults(write("\n".join([GOOD] * 4))) == [("line 9", "more records", "at most 2")]


def test_records_are_written_so_that_they_read_back(write):
    records = (
        MspRecord(
            line=1,
            fields=(("Name", "α-PVP"), ("Synon", "x"), ("Synon", "")),
            peaks=RawSpectrum(mz=(58.0651, 1e-7), intensity=(0.1 + 0.2, 0.0)),
        ),
        MspRecord(line=8, fields=(("Name", "nothing"),), peaks=RawSpectrum(mz=(), intensity=())),
    )
    assert read_msp(write(write_msp(records))).records == records
