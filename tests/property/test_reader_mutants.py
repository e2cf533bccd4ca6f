"""Damaged copies of small files: a reader gives what the copy itself declares, or says why not, and soon.

What a copy declares is counted here again by other and slower means. 200 copies a reader run every time, 10 000 in the
nightly campaign; a copy may take 2 s of processor time (the bounded child has 10) and all together 512 MB of memory.
"""

import io
import re
import resource
import time
import zipfile
from collections.abc import Callable
from dataclasses import dataclass

import h5py
import numpy as np
import pytest
from scipy.io import netcdf_file

from spectra import FormatError, FormatErrors, Run
from spectra.formats import (
    read_agilent_d,
    read_andi_cdf,
    read_andi_hdf,
    read_jcamp_dx,
    read_jcamp_run,
    read_massbank,
    read_mgf,
    read_msp,
    read_run,
    read_two_column,
)
from spectra.formats.text_lines import wrong_peak
from tests.builders.agilent_folder import DATA_START, data_file, write_folder
from tests.builders.andi_file import andi_file
from tests.builders.andi_hdf_file import andi_hdf_file
from tests.builders.damage import damaged
from tests.builders.jcamp_text import NTUPLES, REPORT, SPECTRUM
from tests.builders.massbank_record import NICOTINE

SEED = 20261122
MAX_SECONDS = 2.0
MAX_GROWTH_KB = 512 * 1024
TEXTS = {"operator_name": b"CN", "experiment_title": b"exhibit 7"}
FIXED_TEXTS = {name: np.bytes_(text) for name, text in TEXTS.items()}
COLUMNS = "# DART\nm/z;intensity\n58,5;1\n91,25;7,5\n119,25;16,75\n"
LINK = f"##TITLE= all\n##DATA TYPE= LINK\n##BLOCKS= 2\n{SPECTRUM * 2}##END=\n"
MSP = "Name: A\nInChIKey: X\nNum Peaks: 2\n91 5; 58 9;\n\nName: B\nPrecursorMZ: 300.1\nNum Peaks: 1\n41.5 7.25\n"
MGF = "COM=all\nBEGIN IONS\nTITLE=A\nPEPMASS=300.1 7\n50 1\n60.5 2.5 1+\nEND IONS\nBEGIN IONS\n41 5\nEND IONS\n"


def labels(data):
    """Give all labels of a JCAMP-DX text with their values, which may go on in the lines that follow."""
    for piece in ("\n" + "\n".join(text(data))).split("\n##")[1:]:
        label, _, value = piece.partition("=")
        lines = [line.split("$$")[0] for line in value.split("\n")]
        yield re.sub(r"[ \t\-/_]", "", label).upper(), "\n".join(lines).strip()


def jcamp_counts(data):
    """Count blocks that are no links, pages, and declared points."""
    found = list(labels(data))
    keys = [key for key, _ in found]
    n_links = sum(key == "DATATYPE" and value.upper() == "LINK" for key, value in found)
    points = sum(int(value) for key, value in found if key == "NPOINTS" and value)
    return keys.count("TITLE") - n_links, keys.count("PAGE"), points


def text(data):
    return data.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n").split("\n")


def read_data_ms(path):
    """Read a copy of ``data.ms`` as the folder that an instrument would have made of it."""
    return read_agilent_d(write_folder(path.with_suffix(".D"), path.read_bytes()))


def declared_by_data_ms(data):
    """Walk from scan to scan by their lengths; the number of peaks stands in the seventh word of each."""
    n_scans, place, n_peaks = int.from_bytes(data[0x116:0x11A]), DATA_START, 0
    for _ in range(n_scans):
        n_peaks += int.from_bytes(data[place + 12 : place + 14])
        place += 2 * int.from_bytes(data[place : place + 2])
    return n_scans, n_peaks


def zipped(data):
    """Pack ``data.ms`` as an archive of its folder."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo("1.D/data.ms"), data)
    return buffer.getvalue()


def declared_by_archive(data):
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        (name,) = (name for name in archive.namelist() if name.casefold().endswith("data.ms"))
        return declared_by_data_ms(archive.read(name))


def declared_by_cdf(data):
    with netcdf_file(io.BytesIO(data), "r", mmap=False) as file:
        return len(file.variables["scan_index"].data), len(file.variables["mass_values"].data)


def declared_by_hdf(data):
    with h5py.File(io.BytesIO(data)) as file:
        return file["scan_index"].shape[0], file["mass_values"].shape[0]


def declared_by_library(data):
    blocks, _, points = jcamp_counts(data)
    return blocks, points


def declared_by_pages(data):
    return jcamp_counts(data)[1:]


def declared_by_massbank(data):
    counts = [int(line.partition(":")[2]) for line in text(data) if line.startswith("PK$NUM_PEAK:")]
    return sum(line.rstrip() == "//" for line in text(data)), sum(counts)


def declared_by_columns(data):
    said = [line.strip() for line in text(data) if line.strip() and not line.strip().startswith("#")]
    return 1, len(said) - (not any(letter.isdigit() for letter in said[0]))


def declared_by_msp(data):
    counts = [line.partition(":")[2] for line in text(data) if re.match(r"\s*num[ _]*peaks\s*:", line, re.IGNORECASE)]
    return len(counts), sum(map(int, counts))


def declared_by_mgf(data):
    lines = [line.strip() for line in text(data)]
    inside = "\n".join(lines).split("BEGIN IONS")[1:]
    peaks = [line for part in inside for line in part.split("END IONS")[0].split("\n") if re.match(r"[\d.+-]", line)]
    return lines.count("BEGIN IONS"), len(peaks)


@dataclass(frozen=True, kw_only=True)
class Reader:
    read: Callable
    whole: bytes
    declared: Callable[[bytes], tuple[int, int]]


READERS = {
    "agilent": Reader(read=read_data_ms, whole=data_file(sample="exhibit 7").data, declared=declared_by_data_ms),
    "agilent-zipped": Reader(read=read_run, whole=zipped(data_file().data), declared=declared_by_archive),
    "andi-cdf1": Reader(read=read_andi_cdf, whole=andi_file(texts=TEXTS), declared=declared_by_cdf),
    "andi-cdf2": Reader(read=read_andi_cdf, whole=andi_file(texts=TEXTS, version=2), declared=declared_by_cdf),
    "andi-hdf": Reader(read=read_andi_hdf, whole=andi_hdf_file(texts=FIXED_TEXTS), declared=declared_by_hdf),
    "andi-hdf-deflated": Reader(
        read=read_andi_hdf, whole=andi_hdf_file(stored="deflated", texts=FIXED_TEXTS), declared=declared_by_hdf
    ),
    "andi-hdf-latest": Reader(
        read=read_andi_hdf,
        whole=andi_hdf_file(stored="deflated", version="latest", texts=FIXED_TEXTS),
        declared=declared_by_hdf,
    ),
    "jcamp-library": Reader(read=read_jcamp_dx, whole=LINK.encode(), declared=declared_by_library),
    "jcamp-report": Reader(read=read_jcamp_run, whole=REPORT.encode(), declared=declared_by_pages),
    "jcamp-ntuples": Reader(read=read_jcamp_run, whole=NTUPLES.encode(), declared=declared_by_pages),
    "massbank": Reader(read=read_massbank, whole=(NICOTINE * 2).encode(), declared=declared_by_massbank),
    "two-column": Reader(read=read_two_column, whole=COLUMNS.encode(), declared=declared_by_columns),
    "msp": Reader(read=read_msp, whole=MSP.encode(), declared=declared_by_msp),
    "mgf": Reader(read=read_mgf, whole=MGF.encode(), declared=declared_by_mgf),
}


def counted(value):
    """Count scans and peaks of a run, or records and peaks of a file, after a look at every number."""
    if isinstance(value, Run):
        assert np.isfinite(value.mz).all()
        assert np.isfinite(value.intensity).all()
        assert (value.mz > 0).all()
        assert (value.intensity >= 0).all()
        assert (np.diff(value.scan_times_s) > 0).all()
        return len(value), len(value.mz)
    for record in value.records:
        assert wrong_peak(list(record.peaks.mz), list(record.peaks.intensity)) is None
        assert len(record.peaks.mz) == len(record.peaks.intensity)
    return len(value.records), sum(len(record.peaks.mz) for record in value.records)


def campaign(reader, path, count):
    """Read the damaged copies; give how many were read and how many were refused."""
    path.write_bytes(reader.whole)
    assert counted(reader.read(path)) == reader.declared(reader.whole)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    outcomes = {"read": 0, "refused": 0, "slowest": 0.0}
    for copy in damaged(reader.whole, count=count, seed=SEED):
        path.write_bytes(copy)
        begin = time.process_time()
        try:
            value = reader.read(path)
        except (FormatError, FormatErrors):
            outcomes["refused"] += 1
        else:
            outcomes["read"] += 1
            assert counted(value) == reader.declared(copy), copy
        outcomes["slowest"] = max(outcomes["slowest"], time.process_time() - begin)
    assert outcomes["slowest"] < MAX_SECONDS
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < MAX_GROWTH_KB
    return outcomes


@pytest.mark.parametrize("name", READERS)
def test_damaged_copies_are_read_as_declared_or_refused(tmp_path, name):
    outcomes = campaign(READERS[name], tmp_path / "copy", 200)
    assert outcomes["refused"] > 0


@pytest.mark.nightly
@pytest.mark.parametrize("name", READERS)
def test_10_000_damaged_copies_are_read_as_declared_or_refused(tmp_path, name):
    outcomes = campaign(READERS[name], tmp_path / "copy", 10_000)
    print(name, outcomes)  # noqa: T201 - the figures of the night
    assert outcomes["read"] + outcomes["refused"] == 10_000
