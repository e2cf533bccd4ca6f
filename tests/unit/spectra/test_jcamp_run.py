import pytest

from spectra import FormatError, FormatErrors, RunMetadata
from spectra.formats import read_jcamp_run
from spectra.formats.jcamp_run import is_jcamp_run
from tests.builders.jcamp_text import NTUPLES, REPORT, SPECTRUM, changed

TIMES = "line 1, ##FIRST=, ##LAST= and ##TIME_RANGE="
SOURCE = "JCAMP-DX (mass spectrometry)"


@pytest.fixture
def write(tmp_path):
    def written(text):
        path = tmp_path / "run.txt"
        path.write_text(text, "utf-8")
        return path

    return written


def faults(path):
    with pytest.raises((FormatError, FormatErrors)) as caught:
        read_jcamp_run(path)
    found = caught.value.exceptions if isinstance(caught.value, FormatErrors) else (caught.value,)
    assert all(fault.path == path for fault in found)
    return [(fault.place, fault.found) for fault in found]


def test_a_scan_report_reads_in_seconds(write):
    run = read_jcamp_run(write(REPORT))
    assert run.scan_times_s.tolist() == [1.05, 2.0, 3.0]
    assert run.scan_starts.tolist() == [0, 2, 2, 3]
    assert run.mz.tolist() == [58.1, 91.0, 41.0]
    assert run.intensity.tolist() == [10.0, 20.0, 7.5]
    assert run.metadata == RunMetadata(
        sample_name="exhibit 7", acquired_at="2026-11-22 12:09", instrument="GCMS 7", source_format=SOURCE
    )


def test_ntuples_read_with_their_units_and_factors(write):
    run = read_jcamp_run(write(NTUPLES))
    assert run.scan_times_s.tolist() == [10.0, 11.5]
    assert run.mz.tolist() == [50.0, 51.0, 130.0, 131.0, 91.0]
    assert run.intensity.tolist() == [20.0, 22.0, 40.0, 42.0, 10.0]
    assert run.metadata == RunMetadata(
        sample_name="exhibit 8",
        acquired_at="2026/11/22 12:09:00",
        operator="CN",
        instrument="GCMS 8",
        method="screen.M",
        source_format=SOURCE,
    )


@pytest.mark.parametrize(
    ("changes", "times"),
    [
        ([("RELATIVE ABUNDANCE, SECONDS", "RELATIVE ABUNDANCE, Minutes")], [600.0, 690.0]),
        ([("##FACTOR= 1, 2, 1", "##FACTOR= 1, , 0.5")], [5.0, 5.75]),
        ([("##FACTOR= 1, 2, 1\n", ""), ("##VAR_DIM= , , 2\n", "")], [10.0, 11.5]),
        ([("##VAR_FORM= AFFN, AFFN, AFFN\n", ""), ("##FIRST= , , 10\n##LAST= , , 11.5\n", "")], [10.0, 11.5]),
        (
            [
                ("##SYMBOL= X, Y, T", "##SYMBOL= T, Y, X"),
                ("##UNITS= M/Z, RELATIVE ABUNDANCE, SECONDS", "##UNITS= S, , M/Z"),
                ("##VAR_DIM= , , 2", "##VAR_DIM= 2, ,"),
                ("##FIRST= , , 10\n##LAST= , , 11.5", "##FIRST= 10, ,\n##LAST= 12, ,"),
            ],
            [10.0, 11.5],
        ),
    ],
)
def test_the_unit_and_place_of_the_time_are_what_the_file_says(write, changes, times):
    assert read_jcamp_run(write(changed(NTUPLES, *changes))).scan_times_s.tolist() == times


@pytest.mark.parametrize(
    "changes",
    [
        [("##FIRST=  ,  ,  0.0175\n##LAST=  ,  ,  0.05", "##FIRST= , , 1.05\n##LAST= , , 3.00")],
        [("##FIRST=  ,  ,  0.0175\n##LAST=  ,  ,  0.05", "##TIME_RANGE= (1.05, 3.0)")],
        [("##FIRST=  ,  ,  0.0175\n", "")],
        [("##FIRST=  ,  ,  0.0175\n##LAST=  ,  ,  0.05\n", ""), (" 41.0, 7.5\n", " 41.0, 7.5\n##END=\n\n")],
        [("##SCAN_NUMBER= 1\n", "##SCAN_NUMBER= 1\n##$ANYTHING= kept\n")],
        [("##RETENTION_TIME= 3.0", "##RETENTION_TIME= 3"), ("##TIC= 7.5\n", "")],
        [("##RETENTION_TIME= 3.0\n", ""), ("##TIC= 7.5", "##TIC=")],
        [(f"##SCAN_NUMBER= {number}\n", "") for number in (1, 2, 3)],
        [("##XUNITS=", "##XUNITS= m/z\n##XFACTOR= 1\n##YFACTOR= 1")],
    ],
)
def test_other_ways_to_say_the_same_read_the_same(write, changes):
    assert read_jcamp_run(write(changed(REPORT, *changes))).scan_times_s.tolist() == [1.05, 2.0, 3.0]


@pytest.mark.parametrize(
    ("change", "place", "found"),
    [
        (("##NPOINTS= 2", "##NPOINTS= 3"), "line 14", "##NPOINTS= 3 but 2 peaks"),
        (("##NPOINTS= 2\n", ""), "line 9", "no ##NPOINTS="),
        (("##NPOINTS= 2\n", "##NPOINTS= 2\n##NPOINTS= 2\n"), "line 14", "a second ##NPOINTS="),
        (("##PAGE=   T=2.0", "##PAGE= 2"), "line 18", "##PAGE= '2'"),
        (("##PAGE=   T=2.0", "##PAGE= T=00:02"), "line 18", "##PAGE= 'T=00:02'"),
        (("##PAGE=   T=2.0\n", ""), "line 17", "no ##PAGE="),
        (("##RETENTION_TIME= 2.0", "##RETENTION_TIME= 2.2"), "line 19", "##RETENTION_TIME= '2.2'"),
        (("##TIC= 30.0", "##TIC= 31.0"), "line 12", "##TIC= '31.0'"),
        (("##TIC= 30.0", "##TIC= nan"), "line 12", "##TIC= 'nan'"),
        (("##TIC= 30.0", "##TIC= 1e999"), "line 12", "##TIC= '1e999'"),
        (("##SCAN_NUMBER= 2", "##SCAN_NUMBER= 3"), "line 17", "scan '3'"),
        (("##SCAN_NUMBER= 1\n", "##SCAN_NUMBER= one\n"), "line 17", "scan '2'"),
        ((" 91.0, 20.0", " 9l.0, 20.0"), "line 16", "'9l.0'"),
        ((" 91.0, 20.0", " inf, 20.0"), "line 16", "'inf'"),
        ((" 58.1, 10.0\n 91.0, 20.0", " 91.0, 10.0\n 58.1, 20.0"), "the scans", "peak 2 of the run"),
        (("T=2.0\n##RETENTION_TIME= 2.0", "T=1.0\n##RETENTION_TIME= 1.0"), "the scans", "scan 2 is not later"),
        ((" 41.0, 7.5\n", " 41.0, 7.5\n##TIC= 5\n"), "line 31", "no ##PAGE="),
        (("##XYDATA= (XY..XY)\n 41.0, 7.5\n", ""), "line 28", "##NPOINTS= as the last record of a scan"),
        (("##XUNITS=", "##XUNITS= SECONDS"), "line 6", "##XUNITS= 'SECONDS'"),
        (("##DATE= 2026-11-22", "##DATE 2026-11-22"), "line 2", "'##DATE 2026-11-22'"),
        (("##MASS_RANGE= (50.0, 500.0)", "##TITLE= two"), "line 5", "'##TITLE='"),
        (("##TITLE= exhibit 7\n", ""), "line 1", "no ##TITLE="),
        (("##LAST=  ,  ,  0.05", "##LAST=  ,  ,  0.06"), TIMES, "'0.0175', '0.06'"),
        (("##LAST=  ,  ,  0.05", "##LAST=  ,  ,  3.0"), TIMES, "'0.0175', '3.0'"),
        (("##LAST=  ,  ,  0.05\n", ""), "the last line", "neither ##END="),
        (("##XUNITS=", "##VAR_DIM= , , 4"), "line 1, ##VAR_DIM=", "4"),
        ((" 41.0, 7.5\n", " 41.0, 7.5\n##END NTUPLES=\n##END=\n"), "the last line", "ENDNTUPLES and END"),
        ((" 41.0, 7.5\n", " 41.0, 7.5\n##END=\n##END=\n"), "the last line", "END and END"),
        ((" 41.0, 7.5\n", " 41.0, 7.5\n##END=\n5 5\n"), "line 31", "'##END='"),
        ((" 41.0, 7.5\n", " 41.0, 7.5\n##END=\n##OWNER= x\n"), "line 32", "'##OWNER='"),
    ],
)
def test_a_scan_report_that_is_wrong_is_refused(write, change, place, found):
    assert any(f[0] == place and f[1].startswith(found) for f in faults(write(changed(REPORT, change))))


@pytest.mark.parametrize(
    ("change", "place", "found"),
    [
        (("ABUNDANCE, SECONDS", "ABUNDANCE, HOURS"), "line 1", "##UNITS= 'M/Z, RELATIVE ABUNDANCE, HOURS'"),
        (("##UNITS= M/Z, RELATIVE ABUNDANCE, SECONDS\n", ""), "line 1", "##UNITS= ''"),
        (("##UNITS= M/Z", "##UNITS= 1/CM"), "line 1", "##UNITS= '1/CM, RELATIVE ABUNDANCE, SECONDS'"),
        (("##SYMBOL= X, Y, T", "##SYMBOL= X, Y, N"), "line 1", "##SYMBOL= 'X, Y, N'"),
        (("##SYMBOL= X, Y, T\n", ""), "line 1", "##SYMBOL= ''"),
        (("##VAR_FORM= AFFN, AFFN", "##VAR_FORM= AFFN, ASDF"), "line 1", "##VAR_FORM= 'AFFN, ASDF, AFFN'"),
        (("##FACTOR= 1, 2, 1", "##FACTOR= 1, 0, 1"), "line 1", "##FACTOR= '0'"),
        (("##FACTOR= 1, 2, 1", "##FACTOR= 1, 2"), "line 1", "##FACTOR= with 2 numbers"),
        (("##VAR_DIM= , , 2", "##VAR_DIM= , , 3"), "line 1, ##VAR_DIM=", "3"),
        (("##LAST= , , 11.5", "##LAST= , , 12.5"), TIMES, "'10', '12.5'"),
        (("##NTUPLES= MASS", "##NTUPLES= NMR"), "line 8", "##NTUPLES= 'NMR SPECTRUM'"),
        (("##DATA TYPE= MASS", "##DATA TYPE= CONTINUOUS MASS"), "line 3", "##DATA TYPE= 'CONTINUOUS MASS SPECTRUM'"),
        (("(XY..XY), PEAKS\n50", "(XY..XY), PROFILE\n50"), "line 20", "##DATA TABLE= '(XY..XY), PROFILE'"),
        (("##END NTUPLES= MASS SPECTRUM\n", ""), "the last line", "END"),
        (("##END NTUPLES= MASS SPECTRUM\n##END=\n", ""), "the last line", "no end: the file is cut"),
        (("##END=\n", ""), "the last line", "ENDNTUPLES"),
    ],
)
def test_ntuples_that_are_wrong_are_refused(write, change, place, found):
    assert (place, found) in faults(write(changed(NTUPLES, change)))


def test_every_cut_of_either_form_is_refused(write):
    for text in (REPORT, NTUPLES):
        for kept in range(len(text) - (text is NTUPLES)):
            assert faults(write(text[:kept])), kept


def test_all_faulty_scans_are_reported_up_to_100(write):
    scan = "##PAGE= T={0}\n##NPOINTS= 2\n##XYDATA= (XY..XY)\n50 1\n"
    text = "##TITLE= x\n" + "".join(scan.format(i) for i in range(3)) + "##END=\n"
    assert [place for place, _ in faults(write(text))] == ["line 4", "line 8", "line 12"]
    assert len(faults(write("##TITLE= x\n" + "".join(scan.format(i) for i in range(300)) + "##END=\n"))) == 100


def test_a_file_without_scans_is_refused(write):
    assert faults(write(SPECTRUM)) == [("the whole file", "no ##PAGE=")]
    assert faults(write("##TITLE= x\n##END=\n##PAGE= T=1\n")) == [("the whole file", "no ##PAGE=")]
    assert faults(write("")) == [("line 1", "no ##TITLE=")]


def test_it_is_known_by_content(write, tmp_path):
    assert is_jcamp_run(write(REPORT))
    assert is_jcamp_run(write(NTUPLES))
    assert not is_jcamp_run(write(SPECTRUM))
    assert not is_jcamp_run(write("##PAGE= T=1\n"))
    assert not is_jcamp_run(tmp_path)


def test_a_line_without_a_label_belongs_to_the_one_before(write):
    run = read_jcamp_run(write(changed(REPORT, ("##DATE=", "continued\n##DATE="))))
    assert run.metadata.sample_name == "exhibit 7\ncontinued"
