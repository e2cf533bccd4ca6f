"""What is written in a text format reads back to the same peaks and names, whatever they are."""

from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given
from hypothesis import strategies as st

from spectra.formats import MspRecord, read_andi_hdf, read_jcamp_dx, read_jcamp_run, read_massbank, read_two_column
from spectra.formats.jcamp_dx import is_jcamp_dx
from spectra.formats.massbank import is_massbank
from spectra.formats.two_column import is_two_column
from spectra.spectrum import RawSpectrum
from tests.builders.andi_hdf_file import hdf_of_run
from tests.builders.jcamp_text import spectrum_text
from tests.builders.massbank_record import record_text
from tests.builders.spectra_strategies import COUNTS, MZ, runs

NAMES = st.text(st.characters(categories=("L", "N", "P"), exclude_characters="$"), min_size=1, max_size=20)
PEAKS = st.lists(st.tuples(MZ, COUNTS), max_size=30)


@st.composite
def records(draw, *, ordered):
    peaks = draw(PEAKS)
    peaks = sorted(peaks) if ordered else peaks
    return MspRecord(
        line=1,
        fields=(("Name", draw(NAMES)),),
        peaks=RawSpectrum(mz=tuple(mz for mz, _ in peaks), intensity=tuple(height for _, height in peaks)),
    )


def read_back(read, text):
    with TemporaryDirectory() as folder:
        path = Path(folder) / "file"
        path.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8"))
        return read(path)


@given(st.lists(records(ordered=False), min_size=1, max_size=4))
def test_jcamp_dx_libraries(written):
    text = "".join(map(spectrum_text, written))
    assert is_jcamp_dx(text.encode("utf-8"))
    back = read_back(read_jcamp_dx, text).records
    assert [record.peaks for record in back] == [record.peaks for record in written]
    assert [record.first("TITLE") for record in back] == [record.name for record in written]


@given(st.lists(records(ordered=True), min_size=1, max_size=4))
def test_massbank_records(written):
    text = "".join(map(record_text, written))
    assert is_massbank(text.encode("utf-8"))
    back = read_back(read_massbank, text).records
    assert [record.peaks for record in back] == [record.peaks for record in written]
    assert [record.first("CH$NAME") for record in back] == [record.name for record in written]


@given(PEAKS.filter(bool), st.sampled_from([" ", "\t", ";", ",", ", ", " ; "]), st.sampled_from(["\n", "\r\n"]))
def test_two_columns_with_decimal_points(peaks, separator, end):
    text = "".join(f"{mz!r}{separator}{height!r}{end}" for mz, height in peaks)
    assert is_two_column(text.encode("ascii"))
    (back,) = read_back(read_two_column, text).records
    assert back.peaks == RawSpectrum(mz=tuple(mz for mz, _ in peaks), intensity=tuple(height for _, height in peaks))


@given(PEAKS.filter(bool), st.sampled_from([" ", "\t", ";"]))
def test_two_columns_with_decimal_commas(peaks, separator):
    """A number whose comma stands before other than three digits goes first: it shows what the commas are."""
    rows = [(1.5, 2.5), *peaks]
    text = "".join(f"{mz!r}{separator}{height!r}\n".replace(".", ",") for mz, height in rows)
    (back,) = read_back(read_two_column, text).records
    assert back.peaks.mz == tuple(mz for mz, _ in rows)
    assert back.peaks.intensity == tuple(height for _, height in rows)


def report_text(run):
    pages = []
    for number, time in enumerate(run.scan_times_s):
        scan = slice(run.scan_starts[number], run.scan_starts[number + 1])
        mz, intensity = run.mz[scan].tolist(), run.intensity[scan].tolist()
        peaks = "".join(f" {a!r}, {b!r}\n" for a, b in zip(mz, intensity, strict=True))
        pages.append(
            f"##SCAN_NUMBER= {number + 1}\n##PAGE= T={float(time)!r}\n##TIC= {sum(intensity)!r}\n"
            f"##NPOINTS= {len(mz)}\n##XYDATA= (XY..XY)\n{peaks}"
        )
    last = float(run.scan_times_s[-1])
    return f"##TITLE= x\n##LAST= , , {last!r}\n{''.join(pages)}"


@given(runs())
def test_scan_reports(run):
    back = read_back(read_jcamp_run, report_text(run))
    for name in ("scan_times_s", "scan_starts", "mz", "intensity"):
        assert getattr(back, name).tolist() == getattr(run, name).tolist()


@given(runs(mz=st.floats(0.5, 1000.0, width=32), intensity=st.floats(2**-10, 2**30, width=32)))
def test_netcdf4(run):
    back = read_back(read_andi_hdf, hdf_of_run(run, n_scans=len(run)))
    for name in ("scan_times_s", "scan_starts", "mz", "intensity"):
        assert getattr(back, name).tolist() == getattr(run, name).tolist()
