"""Pairs of substances that elute together, made of real parts: library spectra, real peaks, a real background.

The spectra are SWGDRUG's. The shape of the peak is that of bupivacaine in the 18 injections of the batch, the
background a stretch of its first blank in which nothing elutes. Noise is Gaussian with the measured factor of the root
of the counts, and what falls below the instrument's threshold is lost. Each mass has its own moment within the scan,
from high to low as measured. Relative abundances spread as the same three drugs in these runs spread against SWGDRUG.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from scipy.interpolate import PchipInterpolator

from spectra import MassSpectrum, Run, RunMetadata, UnitMass, read_run
from spectra.chromatogram.background import counting_noise, slow_background
from spectra.chromatogram.run import unit_mass_grid
from spectra.chromatogram.scan_order import ScanOrder, moments_in_scan
from spectra.spectrum import FloatArray
from substance_library import LibraryRelease, ReferenceSpectrum

Pair = tuple[ReferenceSpectrum, ReferenceSpectrum]

N_RUNS = 18
INTERNAL_STANDARD_IONS = (140, 141, 84, 56, 98, 41, 55, 96)
"""Of bupivacaine, the strongest of which is 20 000 times above the threshold."""
SEARCHED_S = (388.0, 393.0)
"""Where it elutes in every run of the batch."""
QUIET_SCANS = slice(1000, 1120)
"""Of the first blank, 471 to 505 s: only the slow background."""
ABUNDANCE_SPREAD = 0.17
"""Standard deviation of the logarithm of an ion's abundance over SWGDRUG's, ions of at least 1 %: bupivacaine 0.11,
etizolam 0.16 and 0.17, flubromazepam 0.24 (robust)."""
TOTAL_HEIGHT = 3e6
"""Counts of all ions of the larger substance at its apex; bupivacaine has 8e6 in this batch."""
FEWEST_IONS = 4
_SIDE_SCANS = (5, 14)
_BIN_SCANS = 0.25


@dataclass(frozen=True, slots=True, kw_only=True)
class Instrument:
    """What is measured once and used for every pair."""

    shape: PchipInterpolator = field(repr=False)
    """Height over the apex, by scans from the apex."""
    background: FloatArray = field(repr=False)
    """Counts, shape (n_scans, n_masses)."""
    nominal_mz: FloatArray = field(repr=False)
    times_s: FloatArray = field(repr=False)
    noise_factor: float
    threshold: float

    def shape_at(self, scans: FloatArray) -> FloatArray:
        """Give the peak by scans from its apex, 0 where it is none."""
        inside = (scans > -_SIDE_SCANS[0]) & (scans < _SIDE_SCANS[1])
        heights: FloatArray = np.where(inside, np.maximum(np.nan_to_num(self.shape(scans)), 0.0), 0.0)
        return heights


def real_instrument(runs: Path) -> Instrument:
    """Take the shape of peaks, the background and the noise out of the batch in a folder."""
    blank = unit_mass_grid(read_run(runs / "220223001.D"), unit_mass=UnitMass())
    noise = counting_noise(blank.intensity)
    return Instrument(
        shape=_real_shape(runs),
        background=blank.intensity[QUIET_SCANS],
        nominal_mz=blank.nominal_mz.astype(np.float64),
        times_s=read_run(runs / "220223001.D").scan_times_s[QUIET_SCANS],
        noise_factor=noise.factor,
        threshold=noise.threshold,
    )


def _real_shape(runs: Path) -> PchipInterpolator:
    """Lay the ions of all injections over one another, each at its own fraction of a scan, and take medians."""
    places, heights = [], []
    for number in range(1, N_RUNS + 1):
        run = read_run(runs / f"2202230{number:02d}.D")
        grid = unit_mass_grid(run, unit_mass=UnitMass())
        net = grid.intensity - slow_background(grid.intensity, block_scans=32, blocks=7)
        first, end = np.searchsorted(run.scan_times_s, SEARCHED_S)
        for mz in INTERNAL_STANDARD_IONS:
            trace = net[:, int(np.searchsorted(grid.nominal_mz, mz))]
            apex = int(first + np.argmax(trace[first:end]))
            before, top, after = trace[apex - 1 : apex + 2]
            offset = 0.5 * (before - after) / (before - 2.0 * top + after)
            scans = np.arange(apex - _SIDE_SCANS[0], apex + _SIDE_SCANS[1] + 1)
            places.append(scans - apex - offset)
            heights.append(trace[scans] / (top - 0.25 * (before - after) * offset))
    place, height = np.concatenate(places), np.concatenate(heights)
    edges = np.arange(-_SIDE_SCANS[0] - _BIN_SCANS / 2, _SIDE_SCANS[1] + _BIN_SCANS, _BIN_SCANS)
    number = np.digitize(place, edges)
    filled = [n for n in range(1, len(edges)) if (number == n).any()]
    middles = np.array([np.median(place[number == n]) for n in filled])
    return PchipInterpolator(middles, np.array([np.median(height[number == n]) for n in filled]), extrapolate=False)


def usable_references(release: LibraryRelease, instrument: Instrument) -> tuple[ReferenceSpectrum, ...]:
    """Give the spectra of a library that lie in the scanned range and have at least four ions of 1 % there."""
    low, high = instrument.nominal_mz[0], instrument.nominal_mz[-1]
    usable = []
    for reference in release.spectra:
        spectrum = reference.spectrum
        strong = spectrum.intensity >= 0.01 * spectrum.intensity.max()
        if spectrum.mz[strong].max() <= high and np.count_nonzero(spectrum.mz[strong] >= low) >= FEWEST_IONS:
            usable.append(reference)
    return tuple(usable)


def drawn_pairs(references: Sequence[ReferenceSpectrum], *, n_pairs: int, random: np.random.Generator) -> list[Pair]:
    """Draw pairs of different compounds."""
    pairs: list[Pair] = []
    while len(pairs) < n_pairs:
        first, second = (references[int(place)] for place in random.integers(len(references), size=2))
        if first.compound_key != second.compound_key:
            pairs.append((first, second))
    return pairs


def coeluting_run(
    instrument: Instrument,
    spectra: Sequence[MassSpectrum],
    *,
    apart_scans: float,
    shares: Sequence[float],
    random: np.random.Generator,
) -> Run:
    """Make a run in which spectra elute one after another, ``apart_scans`` between them.

    Parameters
    ----------
    shares : sequence of float
        Height of each in all ions, as a share of the usual height.
    """
    n_scans, n_masses = instrument.background.shape
    moments = moments_in_scan(n_masses, ScanOrder.DOWN)
    first = n_scans / 2.0 + random.uniform(-0.5, 0.5) - apart_scans * (len(spectra) - 1) / 2.0
    expected = np.zeros((n_scans, n_masses))
    for position, (spectrum, share) in enumerate(zip(spectra, shares, strict=True)):
        abundance = _abundance(instrument, spectrum, random) * TOTAL_HEIGHT * share
        apex = first + position * apart_scans
        expected += instrument.shape_at(np.arange(n_scans)[:, None] + moments - apex) * abundance
    noise = instrument.noise_factor * np.sqrt(expected) * random.standard_normal(expected.shape)
    counts = np.rint(instrument.background + expected + noise)
    counts[counts < instrument.threshold] = 0.0
    scan, column = np.nonzero(counts)
    return Run(
        scan_times_s=instrument.times_s,
        scan_starts=np.searchsorted(scan, np.arange(n_scans + 1)),
        mz=instrument.nominal_mz[column],
        intensity=counts[scan, column],
        metadata=RunMetadata(
            sample_name="two substances that elute together",
            source_format="simulation",
            simulated=True,
            simulation_statement="made of real spectra, peaks and background; no instrument measured it as a whole",
        ),
    )


def _abundance(instrument: Instrument, spectrum: MassSpectrum, random: np.random.Generator) -> FloatArray:
    """Give the abundance of each mass of the range, summing to 1, as another instrument would see it."""
    place = UnitMass().nominal(spectrum.mz) - int(instrument.nominal_mz[0])
    inside = (place >= 0) & (place < len(instrument.nominal_mz))
    abundance = np.bincount(
        place[inside], weights=spectrum.intensity[inside], minlength=len(instrument.nominal_mz)
    ).astype(np.float64)
    abundance *= np.exp(random.normal(0.0, ABUNDANCE_SPREAD, len(abundance)))
    return abundance / abundance.sum()
