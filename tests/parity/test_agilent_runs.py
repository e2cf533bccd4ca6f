"""The Agilent reader on 18 real runs against the vendor's own export and a decoder in plain Python."""

import struct

import numpy as np
import pytest

from spectra.formats import read_agilent_d

RUNS = [f"2202230{number:02d}.D" for number in range(1, 19)]
EXPORTED_TIME_S = 0.003_001
"""The export gives minutes with six digits: half a unit of the last one from 10 minutes on is 0.003 s."""
CUT_OFF = 0.0025
"""The format cuts fractions of counts and low digits of large ones off; here at most 0.23 % of a scan's total."""


@pytest.fixture(scope="module", params=RUNS)
def folder(request, shared_data):
    return shared_data / "gcms-benzodiazepines" / request.param


def exported(folder):
    lines = (folder / "tic_front.csv").read_text("utf-8").splitlines()[2:]
    rows = [line.split(",") for line in lines if line]
    return np.array([float(minutes) * 60.0 for minutes, _ in rows]), np.array([float(counts) for _, counts in rows])


def plain_decoding(data):
    """Decode every scan in the most obvious way: walk, unpack, multiply."""
    (n_scans,) = struct.unpack_from(">I", data, 0x116)
    position = (struct.unpack_from(">H", data, 0x10A)[0] - 1) * 2
    scans = []
    for _ in range(n_scans):
        words, _, _, _, _, n_peaks = struct.unpack_from(">HIHHHH", data, position)
        pairs = struct.unpack_from(f">{2 * n_peaks}H", data, position + 18)
        peaks = [
            (mz / 20, (code & 0x3FFF) * 8 ** (code >> 14)) for mz, code in zip(pairs[::2], pairs[1::2], strict=True)
        ]
        scans.append(sorted(peak for peak in peaks if peak[1]))
        position += 2 * words
    return scans


@pytest.mark.real_data
def test_a_run_agrees_with_the_vendors_export(folder):
    run = read_agilent_d(folder)
    times_s, counts = exported(folder)
    assert len(run) == len(times_s) in {2430, 2431}
    assert np.abs(run.scan_times_s - times_s).max() <= EXPORTED_TIME_S
    missing = counts - run.total_ion_current
    assert missing.min() >= 0.0
    assert (missing / counts).max() < CUT_OFF


@pytest.mark.real_data
def test_a_run_agrees_with_a_plain_decoder(folder):
    run = read_agilent_d(folder)
    plain = plain_decoding((folder / "data.ms").read_bytes())
    assert np.diff(run.scan_starts).tolist() == [len(scan) for scan in plain]
    assert run.mz.tolist() == [mz for scan in plain for mz, _ in scan]
    assert run.intensity.tolist() == [height for scan in plain for _, height in scan]
