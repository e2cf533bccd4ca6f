"""Simulated runs for training and tests: chromatographic peaks with counting noise over a drifting background.

What is made here says of itself, in the run and in every file written from it, that no instrument measured it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from spectra.chromatogram.run import Run, RunMetadata
from spectra.errors import InvalidSettingError
from spectra.spectrum import FloatArray, MassSpectrum

SIMULATION_STATEMENT = "SIMULATED DATA made by Aigaq for training; no instrument measured it"


@dataclass(frozen=True, slots=True, kw_only=True)
class SimulatedPeak:
    """One substance as it leaves the simulated column."""

    spectrum: MassSpectrum
    retention_time_s: float
    height: float
    """Counts of the base peak at the apex."""
    width_s: float
    """Standard deviation of the Gaussian profile, seconds."""
    abundance_spread: float = 0.0
    """Standard deviation of the logarithm of each ion's abundance: no two instruments tune alike."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SimulatedColumn:
    """The simulated instrument."""

    start_s: float
    end_s: float
    scan_interval_s: float
    background: MassSpectrum
    """Ions of air and column bleed, counts per scan at the start."""
    bleed_growth: float
    """Background at the end over background at the start."""


def simulate_run(
    peaks: Sequence[SimulatedPeak], column: SimulatedColumn, *, sample_name: str, random: np.random.Generator
) -> Run:
    """Make a run of known content.

    Parameters
    ----------
    peaks : sequence of SimulatedPeak
        What elutes; may be empty.
    column : SimulatedColumn
        Time range, scan rate and background.
    sample_name : str
        Written into the run.
    random : numpy.random.Generator
        Source of the spread and of the counting noise (Poisson): the same generator state gives the same run.

    Raises
    ------
    InvalidSettingError
        If the time range or the scan interval is not positive.
    """
    if not (column.scan_interval_s > 0 and column.end_s > column.start_s >= 0):
        raise InvalidSettingError("a simulated run needs a rising time range and a positive scan interval")
    times = np.arange(column.start_s, column.end_s, column.scan_interval_s)
    masses, expected = _expected_counts(peaks, column, times, random)
    counts = random.poisson(expected)
    scan, place = np.nonzero(counts)
    return Run(
        scan_times_s=times,
        scan_starts=np.searchsorted(scan, np.arange(len(times) + 1)),
        mz=masses[place],
        intensity=counts[scan, place].astype(np.float64),
        metadata=RunMetadata(
            sample_name=sample_name,
            method="simulation",
            source_format="simulation",
            simulated=True,
            simulation_statement=SIMULATION_STATEMENT,
        ),
    )


def _expected_counts(
    peaks: Sequence[SimulatedPeak], column: SimulatedColumn, times: FloatArray, random: np.random.Generator
) -> tuple[FloatArray, FloatArray]:
    masses = np.unique(np.concatenate([column.background.mz, *(peak.spectrum.mz for peak in peaks)]))
    growth = np.linspace(1.0, column.bleed_growth, len(times))
    expected = np.zeros((len(times), len(masses)))
    expected[:, np.searchsorted(masses, column.background.mz)] += np.outer(growth, column.background.intensity)
    for peak in peaks:
        profile = np.exp(-0.5 * ((times - peak.retention_time_s) / peak.width_s) ** 2)
        spread = np.exp(random.normal(0.0, peak.abundance_spread, len(peak.spectrum)))
        relative = peak.spectrum.intensity * spread / peak.spectrum.intensity.max()
        # m/z may repeat within a spectrum, so columns are added up one by one
        for mz, share in zip(peak.spectrum.mz, relative, strict=True):
            expected[:, int(np.searchsorted(masses, mz))] += profile * share * peak.height
    return masses, expected
