"""Every real file of another maker's format reads to the right number of scans and peaks, and no damaged copy does."""

import random

import numpy as np
import pytest

from spectra import FormatError, FormatErrors, read_run
from spectra.formats import read_andi_cdf, read_andi_hdf, read_jcamp_dx, read_jcamp_run, read_massbank, read_msp
from spectra.formats.spectrum_file import read_spectra
from tests.builders.andi_hdf_file import hdf_of_run
from tests.builders.jcamp_text import spectrum_text
from tests.builders.massbank_record import record_text

pytestmark = pytest.mark.real_data

SEED = 20261122
DART_PEAKS = {
    "AcetylFentanyl": (34, 90, 86),
    "Amphetamine": (12, 23, 11),
    "BenzylFentanyl": (31, 130, 79),
    "Methamphetamine": (23, 31, 17),
    "Mixture1": (34, 92, 97),
    "Mixture2": (45, 98, 81),
    "Mixture4": (41, 92, 62),
    "Mixture6": (27, 37, 18),
    "Mixture7": (52, 107, 90),
}
"""At 30, 60 and 90 V; counted with ``wc -l``."""


def refused(path, data):
    path.write_bytes(data)
    try:
        read_run(path)
    except (FormatError, FormatErrors):
        return True
    return False


@pytest.fixture(scope="module")
def jcamp(shared_data):
    return (shared_data / "formats" / "ELEY_1_SUBTRACT.JDX").read_bytes()


@pytest.fixture(scope="module")
def andi(shared_data):
    return read_andi_cdf(shared_data / "formats" / "agilent-gcms.cdf")


def test_the_jcamp_run_reads_whole(shared_data, jcamp):
    run = read_run(shared_data / "formats" / "ELEY_1_SUBTRACT.JDX")
    peaks = [line.split(",") for line in jcamp.decode("ascii").splitlines() if line and not line.startswith("##")]
    assert (len(run), len(run.mz)) == (2103, 207_409)
    assert run.mz.tolist() == [float(mz) for mz, _ in peaks]
    assert run.intensity.tolist() == [float(height) for _, height in peaks]
    assert (run.scan_times_s[0], run.scan_times_s[-1]) == (1.05200003833, 2220.76400757)
    assert run.metadata.acquired_at == "2019-03-06 12:09"


def test_a_cut_copy_of_the_jcamp_run_is_refused(tmp_path, jcamp):
    chance = random.Random(SEED)  # noqa: S311 - places to cut
    places = [0, 8, 300, len(jcamp) - 1, len(jcamp) - 2, *(chance.randrange(len(jcamp)) for _ in range(15))]
    assert [place for place in places if not refused(tmp_path / "copy", jcamp[:place])] == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"##NPOINTS= 101\n", b"##NPOINTS= 1000000000\n"),
        (b"##NPOINTS= 101\n", b"##NPOINTS= 100\n"),
        (b" 52.0131, 5356.0\n", b""),
        (b" 52.0131, 5356.0\n", b" 52.0131, nan\n"),
        (b" 52.0131, 5356.0\n", b" -52.0131, 5356.0\n"),
        (b" 52.0131, 5356.0\n", b" 52.0131, 535.0\n 52.5, 4821.0\n"),
        (b" 52.0131, 5356.0\n 55.0958, 4192.0\n", b" 55.0958, 4192.0\n 52.0131, 5356.0\n"),
        (b" 207.2767, 1713280.0\n", b" 207.2767, 171328.0\n"),
        (b"##PAGE=   T=2.10800014436", b"##PAGE=   T=21.0800014436"),
        (b"37.0127334595", b"37.2127334595"),
    ],
)
def test_a_lying_copy_of_the_jcamp_run_is_refused(tmp_path, jcamp, old, new):
    assert jcamp.count(old) >= 1
    assert refused(tmp_path / "copy", jcamp.replace(old, new, 1))


@pytest.mark.parametrize("flips", [12, pytest.param(40, marks=pytest.mark.nightly)])
def test_flipped_bits_of_the_jcamp_run_are_refused_where_the_file_can_say_so(tmp_path, jcamp, flips):
    """What is left are the later digits of a mass or of a weak peak, and what stands between words."""
    chance = random.Random(SEED)  # noqa: S311 - places to flip
    n_refused = 0
    for _ in range(flips):
        copy = bytearray(jcamp)
        copy[chance.randrange(len(copy))] ^= 1 << chance.randrange(8)
        n_refused += refused(tmp_path / "copy", copy)
    assert n_refused >= flips / 2


def test_lying_copies_of_the_andi_file_cost_nothing(shared_data, tmp_path):
    data = (shared_data / "formats" / "agilent-gcms.cdf").read_bytes()
    assert int.from_bytes(data[4:8], "big") == 157_201  # its points grow with the records
    for value in (0xFFFFFFFF, 0x7FFFFFFF, 157_202, 157_200, 0):
        assert refused(tmp_path / "copy", data[:4] + value.to_bytes(4, "big") + data[8:]), value
    scans = data.index(b"scan_number") + 12
    assert int.from_bytes(data[scans : scans + 4], "big") == 6401
    for value in (0x7FFFFFFF, 0xFFFFFFFB, 6402, 6400):
        assert refused(tmp_path / "copy", data[:scans] + value.to_bytes(4, "big") + data[scans + 4 :]), value


def test_the_andi_file_in_netcdf4_reads_the_same(tmp_path, andi):
    for chunk in (None, 4096):
        path = tmp_path / "copy.cdf"
        path.write_bytes(hdf_of_run(andi, n_scans=len(andi), chunk=chunk))
        run = read_run(path)
        assert (len(run), len(run.mz)) == (6401, 157_201)
        assert np.array_equal(run.scan_times_s, andi.scan_times_s)
        assert np.array_equal(run.mz, andi.mz)  # the instrument wrote 32-bit numbers already
        assert np.array_equal(run.intensity, andi.intensity)
        assert run.metadata.sample_name == andi.metadata.sample_name
        for kept in (8, 2000, 100_000, path.stat().st_size - 30):
            assert refused(tmp_path / "cut", path.read_bytes()[:kept]), kept


def test_a_lying_netcdf4_copy_is_refused(tmp_path, andi):
    data = hdf_of_run(andi, n_scans=200)
    places = [i for i in range(len(data) - 8) if data[i : i + 8] == (200).to_bytes(8, "little")]
    assert len(places) >= 4
    for place in places:
        copy = data[:place] + (10**12).to_bytes(8, "little") + data[place + 8 :]
        path = tmp_path / "copy"
        path.write_bytes(copy)
        try:
            assert len(read_andi_hdf(path)) == 200
        except FormatError:
            continue


@pytest.mark.parametrize("name", DART_PEAKS)
@pytest.mark.parametrize(("voltage", "place"), [("30V", 0), ("60V", 1), ("90V", 2)])
def test_the_dart_spectra_read_whole(shared_data, name, voltage, place):
    path = shared_data / "dart" / f"{name}_{voltage}.txt"
    (only,) = read_spectra(path)
    lines = [line.split("\t") for line in path.read_text("ascii").splitlines()]
    assert len(only.spectrum) == DART_PEAKS[name][place]
    assert only.spectrum.mz.tolist() == [float(mz) for mz, _ in lines]
    assert only.spectrum.intensity.tolist() == [float(height) for _, height in lines]


def test_the_dart_spectra_are_27_files_of_1540_peaks(shared_data):
    assert len(list((shared_data / "dart").glob("*.txt"))) == 27
    assert sum(map(sum, DART_PEAKS.values())) == 1540


def test_a_dart_spectrum_that_is_cut_within_a_line_or_lies_is_refused(shared_data, tmp_path):
    data = (shared_data / "dart" / "Amphetamine_30V.txt").read_bytes()
    path = tmp_path / "copy"
    ends = {i + 1 for i, byte in enumerate(data) if byte == 0x0A}
    for kept in range(len(data)):
        path.write_bytes(data[:kept])
        if kept in ends:  # between two lines nothing can be seen: the format declares no number of peaks
            assert len(read_spectra(path)[0].spectrum) == data[:kept].count(b"\n")
            continue
        with pytest.raises((FormatError, FormatErrors)):
            read_spectra(path)
    for old, new in ((b"91.055785\t38466", b"91.055785\tnan"), (b"91.055785\t", b"91.055785 "), (b"91.05", b"-91.05")):
        assert data.count(old) == 1
        path.write_bytes(data.replace(old, new))
        with pytest.raises((FormatError, FormatErrors)):
            read_spectra(path)


def test_the_mgf_file_reads_whole(shared_data):
    spectra = read_spectra(shared_data / "formats" / "test.mgf")
    assert [len(each.spectrum) for each in spectra] == [6, 6]


@pytest.mark.parametrize(
    ("name", "n_records"), [("massbank/massbank-ei.msp.gz", 1665), ("swgdrug/swgdrug-3.4.msp.gz", 2988)]
)
def test_real_spectra_written_as_jcamp_or_massbank_records_read_the_same(shared_data, tmp_path, name, n_records):
    """Written by the tests, because no original files of both formats are at hand."""
    records = read_msp(shared_data / name).records
    assert len(records) == n_records
    path = tmp_path / "copy"
    path.write_text("".join(map(spectrum_text, records)), "utf-8")
    assert [each.peaks for each in read_jcamp_dx(path).records] == [each.peaks for each in records]
    path.write_text("".join(map(record_text, records)), "utf-8")
    again = read_massbank(path).records
    assert [tuple(zip(each.peaks.mz, each.peaks.intensity, strict=True)) for each in again] == [
        tuple(sorted(zip(each.peaks.mz, each.peaks.intensity, strict=True))) for each in records
    ]
    assert [each.first("RECORD_TITLE") for each in again] == [each.name for each in records]


def test_the_reader_of_runs_of_the_jcamp_file_is_the_one_that_detection_takes(shared_data):
    path = shared_data / "formats" / "ELEY_1_SUBTRACT.JDX"
    assert np.array_equal(read_jcamp_run(path).mz, read_run(path).mz)
