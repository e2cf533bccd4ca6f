"""Library files record by record: each record is taken or refused with its place, in every form and wrapping."""

import gzip
import re
import zipfile

import pytest

from spectra import FormatError
from spectra.formats import library_records
from spectra.formats.bounded import BoundedReader
from spectra.formats.library_records import read_library_records, record_name
from spectra.formats.sdf import MOL_BLOCK, is_sdf, sdf_records

MSP = """Name: Alpha
Formula: C2H6O
Weird-field: kept
Num Peaks: 2
45 999; 46 120

Name: Broken
Num Peaks: 3
45 999; 46 120

Name: First of a block
Num Peaks: 1
30 1
Name: No peaks stated
Formula: C
Name: Second of a block
Num Peaks: 1
31 x
Name: Third of a block
Num Peaks: 1
32 5

Name: Omega
Num Peaks: 1
33 7
"""
MASSBANK = """ACCESSION: MSBNK-X-A1
RECORD_TITLE: Alpha
CH$NAME: Alpha
PK$NUM_PEAK: 1
PK$PEAK: m/z int. rel.int.
  45.0 10 999
//
ACCESSION: MSBNK-X-A2
PK$NUM_PEAK: 2
PK$PEAK: m/z int. rel.int.
  45.0 10 999
//
ACCESSION: MSBNK-X-A3
PK$NUM_PEAK: 1
PK$PEAK: m/z int. rel.int.
  45.0 10 999
"""
MGF = """COM=common
BEGIN IONS
TITLE=Alpha
PEPMASS=100.5
45.0 10
END IONS
BEGIN IONS
TITLE=Broken
45.0 ten
END IONS
BEGIN IONS
TITLE=Omega
46.0 10
END IONS
"""
ETHANOL = """Ethanol
  made by hand

  3  2  0  0  0  0  0  0  0  0999 V2000
    0.0000    0.0000    0.0000 C   0  0
    1.0000    0.0000    0.0000 C   0  0
    2.0000    0.0000    0.0000 O   0  0
  1  2  1  0
  2  3  1  0
M  END
"""
SDF = f"""{ETHANOL}> <NAME>
Ethanol

> <NUM PEAKS>
2

>  25 <MASS SPECTRAL PEAKS> (X)
31 999
45 500

> <UNKNOWN ITEM>
two
lines

$$$$
{ETHANOL}> <NAME>
No spectrum

$$$$
{ETHANOL}> <MASS SPECTRAL PEAKS>
31 999 45 500

$$$$
"""


def written(folder, text, name="library.txt"):
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def names(reading):
    return [record_name(record) for record in reading.records]


def places(reading):
    return [one.place for one in reading.refused]


def test_msp_records_are_taken_or_refused_one_by_one(tmp_path):
    reading = read_library_records(written(tmp_path, MSP))
    assert reading.form == "MSP"
    assert names(reading) == ["Alpha", "First of a block", "Third of a block", "Omega"]
    assert places(reading) == ["line 8", "line 16"]
    assert "3 but 2 peaks" in reading.refused[0].found
    assert ("Weird-field", "kept") in reading.records[0].fields
    assert reading.read == len(reading.records) + 2


def test_a_record_that_never_counts_its_peaks_takes_only_its_own_block_along(tmp_path):
    text = "Name: A\nFormula: C\n\nName: B\nNum Peaks: 1\n1 1\n"
    reading = read_library_records(written(tmp_path, text))
    assert names(reading) == ["B"]
    assert places(reading) == ["line 2"]


def test_massbank_records_are_taken_or_refused_one_by_one(tmp_path):
    reading = read_library_records(written(tmp_path, MASSBANK))
    assert reading.form == "MassBank"
    assert names(reading) == ["Alpha"]
    assert places(reading) == ["line 10", "line 13"]
    assert reading.read == 3


def test_mgf_records_are_taken_or_refused_one_by_one(tmp_path):
    reading = read_library_records(written(tmp_path, MGF))
    assert reading.form == "MGF"
    assert names(reading) == ["Alpha", "Omega"]
    assert places(reading) == ["line 9"]
    assert reading.records[0].fields[0] == ("COM", "common")


def test_sdf_records_keep_their_mol_block_and_every_item(tmp_path):
    reading = read_library_records(written(tmp_path, SDF))
    assert reading.form == "SDF"
    assert names(reading) == ["Ethanol", "Ethanol"]
    first = reading.records[0]
    assert first.peaks.mz == (31.0, 45.0)
    assert first.first(MOL_BLOCK) == ETHANOL.rstrip("\n")
    assert first.first("UNKNOWN ITEM") == "two\nlines"
    assert reading.records[1].peaks.intensity == (999.0, 500.0)
    assert len(reading.refused) == 1
    assert "0 items MASS SPECTRAL PEAKS" in reading.refused[0].found


@pytest.mark.parametrize(
    ("change", "place", "found"),
    [
        (("31 999", "31 nine"), "line 18", "nine"),
        (("2\n\n>  25", "3\n\n>  25"), "line 18", "3 but 2 peaks"),
        (("2\n\n>  25", "many\n\n>  25"), "line 1", "many"),
        (("two\n", "t\u200bwo\n"), "line 22", "U+200B"),
        (("> <UNKNOWN ITEM>", "UNKNOWN ITEM"), "line 21", "UNKNOWN"),
        (("M  END\n", ""), "line 1", "no mol block"),
    ],
)
def test_a_broken_sdf_record_is_refused_with_its_place(tmp_path, change, place, found):
    text = SDF.replace(*change, 1)
    reading = read_library_records(written(tmp_path, text))
    assert reading.refused[0].place == place
    assert found in reading.refused[0].found
    assert len(reading.refused) == 2
    assert len(reading.records) == 1


def test_an_sdf_that_is_cut_says_so(tmp_path):
    reading = read_library_records(written(tmp_path, SDF.rstrip().removesuffix("$$$$")))
    assert "it is cut" in reading.refused[-1].found
    assert reading.read == 3


def test_sdf_is_told_from_other_texts():
    assert is_sdf(SDF.encode())
    assert not is_sdf(MSP.encode())
    assert not is_sdf(MASSBANK.encode())


def test_a_file_without_one_sound_record_is_refused_with_the_first_fault(tmp_path):
    with pytest.raises(FormatError, match="the first refused: line 2"):
        read_library_records(written(tmp_path, "Name: A\nNum Peaks: 2\n1 1\n"))
    with pytest.raises(FormatError, match="0 sound records"):
        read_library_records(written(tmp_path, "\n\n"))


def test_an_archive_is_read_file_by_file(tmp_path):
    path = tmp_path / "tree.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("data/X/a.txt", MASSBANK)
        archive.writestr("data/b.msp", MSP)
        archive.writestr("README.md", "no record")
    reading = read_library_records(path)
    assert reading.form == "MSP, MassBank"
    assert reading.other_files == 1
    assert reading.read == 3 + 6
    assert {record.file for record in reading.records} == {"data/X/a.txt", "data/b.msp"}
    assert places(reading)[0] == "data/X/a.txt, line 10"


def test_a_folder_is_read_file_by_file_in_the_order_of_names(tmp_path):
    folder = tmp_path / "tree"
    (folder / "X").mkdir(parents=True)
    written(folder / "X", MASSBANK, "b.txt")
    written(folder, "no record", "README.md")
    (folder / "a.msp.gz").write_bytes(gzip.compress(MSP.encode(), mtime=0))
    reading = read_library_records(folder)
    assert [record.file for record in reading.records] == ["X/b.txt", *["a.msp.gz"] * 4]
    assert reading.other_files == 1
    assert re.fullmatch("[0-9a-f]{64}", reading.sha256)


def test_an_archive_that_is_cut_is_refused_as_a_whole(tmp_path):
    path = tmp_path / "tree.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.txt", MASSBANK)
    path.write_bytes(path.read_bytes()[:-10])
    with pytest.raises(FormatError, match="archive"):
        read_library_records(path)


def test_a_path_that_is_nothing_is_refused(tmp_path):
    with pytest.raises(FormatError, match="No such file"):
        read_library_records(tmp_path / "nothing")


def test_the_bounded_process_gives_the_same(tmp_path):
    for text in (MSP, MASSBANK, MGF, SDF):
        path = written(tmp_path, text)
        assert BoundedReader().records(path) == read_library_records(path)


def test_the_bounded_process_reads_an_archive(tmp_path):
    path = tmp_path / "tree.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("data/a.txt", MASSBANK)
    assert BoundedReader().records(path) == read_library_records(path)


@pytest.mark.real_data
@pytest.mark.parametrize(
    ("name", "count"),
    [("swgdrug/swgdrug-3.3.msp.gz", 2861), ("swgdrug/swgdrug-3.4.msp.gz", 2988), ("massbank/massbank-ei.msp.gz", 1665)],
)
def test_every_record_of_real_libraries_is_counted(shared_data, name, count):
    path = shared_data / name
    reading = read_library_records(path)
    lines = gzip.decompress(path.read_bytes()).decode().splitlines()
    assert reading.read == count == sum(line.startswith("Name:") for line in lines)
    assert reading.refused == ()


def test_an_archive_larger_than_any_file_is_not_opened(tmp_path, monkeypatch):
    path = tmp_path / "tree.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.txt", MASSBANK)
    monkeypatch.setattr(library_records, "MAX_FILE_BYTES", 10)
    with pytest.raises(FormatError, match="the file's size"):
        read_library_records(path)


def test_a_folder_that_somebody_writes_into_is_refused(tmp_path, monkeypatch):
    folder = tmp_path / "tree"
    folder.mkdir()
    path = written(folder, MASSBANK, "a.txt")
    real = library_records.run_manifest

    def manifest_of_before(which):
        found = real(which)
        path.write_text(MASSBANK * 2)
        return found

    monkeypatch.setattr(library_records, "run_manifest", manifest_of_before)
    with pytest.raises(FormatError, match="other bytes than a moment ago"):
        read_library_records(folder)


def test_faults_end_where_the_caller_says(tmp_path):
    lines = (ETHANOL + "$$$$\n").splitlines() * 5
    assert [len(part) for part in sdf_records(tmp_path, lines, max_faults=2)] == [0, 2]
