"""Small files as instruments write them: simulated runs, folders, archives and libraries, no two of them the same."""

import random
import zipfile
from pathlib import Path

import numpy as np

from lims.services.training import TRAINING_SUBSTANCES
from spectra import MassSpectrum
from spectra.chromatogram.simulation import SimulatedColumn, SimulatedPeak, simulate_run
from spectra.formats import write_andi_cdf
from substance_library import ReferenceSpectrum, principal_ions
from tests.builders.agilent_folder import data_file, write_folder

_COLUMN = SimulatedColumn(
    start_s=180.0,
    end_s=216.0,
    scan_interval_s=0.6,
    background=MassSpectrum(mz=np.array([28.0, 44.0, 207.0]), intensity=np.array([30.0, 25.0, 12.0])),
    bleed_growth=1.5,
)
"""Sixty scans: enough for two peaks, few enough for a thousand histories."""
_PEAKS_S = (192.0, 204.0)
_REFERENCES = tuple(one for one in principal_ions() if one.name in TRAINING_SUBSTANCES)


def new_file(folder: Path, chance: random.Random) -> Path:
    """Simulate a run of one or two substances and write it as ANDI; the same state of chance gives the same bytes."""
    peaks = [
        SimulatedPeak(
            spectrum=chance.choice(_REFERENCES).spectrum,
            retention_time_s=at,
            height=chance.uniform(2e4, 9e4),
            width_s=1.2,
            abundance_spread=0.2,
        )
        for at in _PEAKS_S[: chance.randint(1, 2)]
    ]
    name = _new_name(chance)
    run = simulate_run(peaks, _COLUMN, sample_name=name, random=np.random.default_rng(chance.getrandbits(32)))
    path = folder / f"{name}.cdf"
    path.write_bytes(write_andi_cdf(run))
    return path


def new_folder(folder: Path, chance: random.Random) -> Path:
    """Write a run that is a folder of two files."""
    name = _new_name(chance)
    return write_folder(folder / f"{name}.D", data_file(sample=name).data, contents_xml=f"<x>{name}</x>".encode())


def new_archive(folder: Path, chance: random.Random) -> Path:
    """Write such a folder and zip it."""
    written = new_folder(folder, chance)
    path = folder / f"{written.name}.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for file in sorted(one for one in written.rglob("*") if one.is_file()):
            archive.write(file, file.relative_to(folder))
    return path


def new_library(folder: Path, chance: random.Random) -> Path:
    """Write a library of the substances that the simulated runs hold, each a little different from every other time."""
    name = _new_name(chance)
    path = folder / f"{name}.msp"
    path.write_text("".join(_record(one, chance) for one in _REFERENCES), encoding="utf-8")
    return path


def _record(reference: ReferenceSpectrum, chance: random.Random) -> str:
    pairs = zip(reference.spectrum.mz.tolist(), reference.spectrum.intensity.tolist(), strict=True)
    lines = [f"{mz:.0f} {max(1, round(999 * height * chance.uniform(0.98, 1.0)))}" for mz, height in pairs]
    return "\n".join((f"Name: {reference.name}", f"Num Peaks: {len(lines)}", *lines, "", ""))


def _new_name(chance: random.Random) -> str:
    return f"{chance.getrandbits(48):012x}"
