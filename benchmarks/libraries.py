"""Synthetic libraries of any size, grown from the real spectra of ``../shared/data`` by a stated jitter."""

from pathlib import Path

import numpy as np
import numpy.typing as npt

from spectra import MassSpectrum, Precursor, UnitMass
from spectra.cleaning_msms import ENTROPY_CLEANING, clean_msms
from spectra.formats import read_msp
from spectra.search.packed import PackedSpectra

SHARED_DATA = Path(__file__).resolve().parents[2] / "shared" / "data"
EI_SOURCES = ("swgdrug/swgdrug-3.4.msp.gz", "massbank/massbank-ei.msp.gz")

_EI_WIDTH = 1300
"""Nominal masses of the working rows: sources end below 1200, the largest shift is 28."""
_EI_FEWEST_PEAKS = 3
_EI_WEAKEST = 0.5
_EI_BEYOND = 1200.0
_EI_LOWEST_END = 32
"""A parent that ends there has noise up to 40."""
_EI_CHUNK = 10_000
"""Rows made at a time; part of the recipe, because random numbers are drawn chunk by chunk."""

MSMS_SOURCE = "massbank/massbank-msms-positive.msp.gz"

_MSMS_SHIFTS = (0.0, 0.0, 0.0, 14.01565, 15.99491, 17.99058)
"""None, or +CH2, +O, +F-H."""
_MSMS_SPACING_DA = 0.05
_MSMS_CHUNK = 100_000
"""Spectra made at a time; part of the recipe, as for EI."""
_MSMS_DROPPED = 0.15
_MSMS_SHIFTED = 0.5


def real_ei_spectra(folder: Path = SHARED_DATA) -> list[MassSpectrum]:
    """Read the real EI spectra at unit mass: base peak 999, weaker than 0.5 dropped, at least three peaks left."""
    spectra = []
    for name in EI_SOURCES:
        for record in read_msp(folder / name).records:
            raw = MassSpectrum.from_unsorted(record.peaks.mz, record.peaks.intensity)
            spectrum = UnitMass().bin(raw)
            height = spectrum.intensity / spectrum.intensity.max(initial=1e-9) * 999.0
            kept = (height >= _EI_WEAKEST) & (spectrum.mz < _EI_BEYOND)
            if kept.sum() >= _EI_FEWEST_PEAKS:
                spectra.append(MassSpectrum(mz=spectrum.mz[kept], intensity=height[kept]))
    return spectra


def ei_library(real: list[MassSpectrum], *, size: int, seed: int = 7, weakest: float = 1.0) -> PackedSpectra:
    """Grow an EI library: spectrum A with a share of spectrum B, jittered, with noise peaks.

    Parameters
    ----------
    real : list of MassSpectrum
        Unit-mass spectra with base peak 999, as ``real_ei_spectra`` gives them.
    size : int
        How many spectra to make.
    seed : int
        Of the random numbers; equal seeds give equal libraries.
    weakest : float
        Peaks below it (of 999) are dropped from the result.

    Notes
    -----
    ``A + w * B`` with w uniform in 0.03-0.35, B shifted by 0, 0, 14, 28 or 16, each intensity multiplied by
    ``exp(N(0, 0.25))``, 12 noise peaks of 0.5-6 between m/z 30 and the last peak of A, nothing from 3 above that
    peak on, base peak 999. The same recipe as the 350 000 spectra of the reference measurements, drawn 10 000 rows
    at a time so that no loop runs over spectra: the numbers are alike, not equal.
    """
    random = np.random.default_rng(seed)
    source = PackedSpectra.of(real)
    chunks = [_ei_rows(source, min(_EI_CHUNK, size - start), random, weakest) for start in range(0, size, _EI_CHUNK)]
    counts = np.concatenate([count for count, _, _ in chunks])
    return PackedSpectra(
        starts=np.concatenate([[0], np.cumsum(counts)]),
        mz=np.concatenate([mz for _, mz, _ in chunks]),
        intensity=np.concatenate([intensity for _, _, intensity in chunks]),
        precursor_mz=np.full(size, np.nan),
    )


_Rows = tuple[npt.NDArray[np.int64], npt.NDArray[np.float64], npt.NDArray[np.float64]]


def _ei_rows(source: PackedSpectra, rows: int, random: np.random.Generator, weakest: float) -> _Rows:
    parents, others = random.integers(0, len(source), (2, rows))
    share = random.uniform(0.03, 0.35, rows)
    shift = random.choice([0, 0, 14, 28, 16], rows)
    dense = _scattered(source, parents, np.ones(rows), np.zeros(rows, dtype=np.int64), random)
    dense += _scattered(source, others, share, shift, random)
    last = source.mz[source.starts[parents + 1] - 1].astype(np.int64)
    upper = np.where(last > _EI_LOWEST_END, last + 2, 40)
    noise = random.integers(30, upper[:, None], (rows, 12))
    np.add.at(dense, (np.arange(rows)[:, None], noise), random.uniform(0.5, 6.0, (rows, 12)).astype(np.float32))
    dense[np.arange(_EI_WIDTH) >= last[:, None] + 3] = 0.0
    dense *= (999.0 / dense.max(axis=1))[:, None]
    row, mass = np.nonzero(dense >= weakest)
    return np.bincount(row, minlength=rows), mass.astype(np.float64), dense[row, mass].astype(np.float64)


def _scattered(
    source: PackedSpectra,
    chosen: npt.NDArray[np.int64],
    share: npt.NDArray[np.float64],
    shift: npt.NDArray[np.int64],
    random: np.random.Generator,
) -> npt.NDArray[np.float32]:
    counts = np.diff(source.starts)[chosen]
    row = np.repeat(np.arange(len(chosen)), counts)
    peak = np.arange(len(row)) + np.repeat(source.starts[chosen] - np.cumsum(counts) + counts, counts)
    dense = np.zeros((len(chosen), _EI_WIDTH), dtype=np.float32)
    height = source.intensity[peak] * share[row] * np.exp(random.normal(0.0, 0.25, len(row)))
    dense[row, source.mz[peak].astype(np.int64) + shift[row]] = height  # each mass once in a row: no sum is lost
    return dense


def real_msms_spectra(folder: Path = SHARED_DATA) -> PackedSpectra:
    """Read the real MS/MS spectra that name a precursor, cleaned for the entropy similarity; none is empty."""
    spectra = []
    for record in read_msp(folder / MSMS_SOURCE).records:
        try:
            precursor = Precursor(mz=float(record.first("PrecursorMZ") or "absent"))
        except ValueError:
            continue  # "NA" and absent ones: nothing to cut below, no neutral losses
        spectra.append(MassSpectrum.from_unsorted(record.peaks.mz, record.peaks.intensity, precursor=precursor))
    cleaned = clean_msms(PackedSpectra.of(spectra), cleaning=ENTROPY_CLEANING)
    filled = np.diff(cleaned.starts) > 0
    return PackedSpectra(
        starts=np.concatenate([[0], np.cumsum(np.diff(cleaned.starts)[filled])]),
        mz=cleaned.mz,
        intensity=cleaned.intensity,
        precursor_mz=cleaned.precursor_mz[filled],
    )


def msms_library(real: PackedSpectra, *, size: int, seed: int = 8) -> PackedSpectra:
    """Grow a library of cleaned MS/MS spectra: jittered replicates, half of them of a shifted analogue.

    Parameters
    ----------
    real : PackedSpectra
        Cleaned spectra with precursor, none empty, as ``real_msms_spectra`` gives them.
    size : int
        How many spectra to make.
    seed : int
        Of the random numbers; equal seeds give equal libraries.

    Notes
    -----
    15 % of the peaks are dropped (never all), m/z times ``1 + N(0, 3e-6)``, intensities times
    ``exp(N(0, 0.3))``, precursor times ``1 + N(0, 2e-6)``; half of the spectra are shifted by 14.01565, 15.99491 or
    17.99058, the precursor and a random half of the peaks; peaks closer than 0.05 Da to the one before are dropped
    until there is none; m/z in whole micro-daltons, intensities sum to 1. The same recipe as the 1 000 000 spectra
    of the reference measurements, drawn 100 000 spectra at a time so that no loop runs over spectra: the numbers
    are alike, not equal.
    """
    random = np.random.default_rng(seed)
    chunks = [_msms_rows(real, min(_MSMS_CHUNK, size - start), random) for start in range(0, size, _MSMS_CHUNK)]
    return PackedSpectra(
        starts=np.concatenate([[0], np.cumsum(np.concatenate([np.diff(chunk.starts) for chunk in chunks]))]),
        mz=np.concatenate([chunk.mz for chunk in chunks]),
        intensity=np.concatenate([chunk.intensity for chunk in chunks]),
        precursor_mz=np.concatenate([chunk.precursor_mz for chunk in chunks]),
    )


def _msms_rows(real: PackedSpectra, rows: int, random: np.random.Generator) -> PackedSpectra:
    parents = random.integers(0, len(real), rows)
    shift = random.choice(_MSMS_SHIFTS, rows)
    counts = np.diff(real.starts)[parents]
    row = np.repeat(np.arange(rows), counts)
    peak = np.arange(len(row)) + np.repeat(real.starts[parents] - np.cumsum(counts) + counts, counts)
    kept = random.random(len(row)) > _MSMS_DROPPED
    kept |= (np.bincount(row, weights=kept, minlength=rows) == 0)[row]
    row, peak = row[kept], peak[kept]
    mz = real.mz[peak] * (1.0 + random.normal(0.0, 3e-6, len(row)))
    mz += shift[row] * (random.random(len(row)) < _MSMS_SHIFTED)
    height = real.intensity[peak] * np.exp(random.normal(0.0, 0.3, len(row)))
    order = np.lexsort((mz, row))
    row, mz, height = row[order], np.rint(mz[order] * 1e6) / 1e6, height[order]
    while (close := np.concatenate([[False], (np.diff(mz) < _MSMS_SPACING_DA) & (np.diff(row) == 0)])).any():
        row, mz, height = row[~close], mz[~close], height[~close]
    precursor_mz = real.precursor_mz[parents] * (1.0 + random.normal(0.0, 2e-6, rows)) + shift
    return PackedSpectra(
        starts=np.concatenate([[0], np.cumsum(np.bincount(row, minlength=rows))]),
        mz=mz,
        intensity=height / np.bincount(row, weights=height, minlength=rows)[row],
        precursor_mz=np.rint(precursor_mz * 1e6) / 1e6,
    )
