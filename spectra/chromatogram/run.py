"""A run: all scans of one injection over time, with what the file says about it."""

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from spectra.chromatogram.scan_facts import UNSTATED, ScanFacts
from spectra.errors import InvalidSpectrumError
from spectra.spectrum import MAX_MZ, FloatArray
from spectra.tolerance import UnitMass


@dataclass(frozen=True, slots=True, kw_only=True)
class RunMetadata:
    """What the instrument wrote beside the scans; an empty string means that it wrote nothing."""

    sample_name: str = ""
    acquired_at: str = ""
    """As written by the instrument. Few formats state a time zone, so it is text until a laboratory says which."""
    operator: str = ""
    instrument: str = ""
    method: str = ""
    vial: str = ""
    source_format: str = ""
    """Name and version of the format, for example ``Agilent ChemStation MS``."""
    simulated: bool = False
    """True if the file itself says that no instrument measured it."""
    simulation_statement: str = ""
    """The file's own words about that."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Run:
    """Scans in the order of time, their peaks in one flat array.

    Parameters
    ----------
    scan_times_s : ndarray, shape (n_scans,), float64, seconds
        Retention time of each scan, not negative. The times of the MS1 scans rise strictly; no scan is earlier than
        the one before it. A scan of another level may share the time of its neighbour: one cycle of an instrument
        makes several, and files round.
    scan_starts : ndarray, shape (n_scans + 1,), int64
        Scan ``i`` holds the peaks from ``scan_starts[i]`` up to ``scan_starts[i + 1]``.
    mz : ndarray, shape (n_peaks,), float64, unit 1
        Rising within each scan.
    intensity : ndarray, shape (n_peaks,), float64, counts
        Not negative.
    metadata : RunMetadata
        What the file says.
    facts : ScanFacts, optional
        What the file says about each scan; by default all are MS1 and nothing else is known.

    Raises
    ------
    InvalidSpectrumError
        If lengths disagree, times do not rise, or a peak is not finite or out of range.
    """

    scan_times_s: FloatArray
    scan_starts: npt.NDArray[np.int64]
    mz: FloatArray = field(repr=False)
    intensity: FloatArray = field(repr=False)
    metadata: RunMetadata
    facts: ScanFacts = field(default=UNSTATED, repr=False)

    def __post_init__(self) -> None:
        """Check everything once and freeze the arrays."""
        for name in ("scan_times_s", "scan_starts", "mz", "intensity"):
            kind = np.int64 if name == "scan_starts" else np.float64
            array = np.array(getattr(self, name), dtype=kind, copy=True)
            array.flags.writeable = False
            object.__setattr__(self, name, array)
        if self.facts is UNSTATED:
            object.__setattr__(self, "facts", ScanFacts.unstated(len(self.scan_times_s)))
        _check_scans(self.scan_times_s, self.scan_starts, len(self.mz))
        _check_order_of_time(self.scan_times_s, self.facts)
        _check_run_peaks(self.mz, self.intensity, self.scan_starts)

    def __len__(self) -> int:
        """Count the scans."""
        return len(self.scan_times_s)

    @property
    def total_ion_current(self) -> FloatArray:
        """Sum of the intensities of each scan, shape (n_scans,), counts."""
        scan = np.repeat(np.arange(len(self)), np.diff(self.scan_starts))
        sums: FloatArray = np.bincount(scan, weights=self.intensity, minlength=len(self)).astype(np.float64)
        return sums

    @property
    def lowest_mz(self) -> float:
        """The lowest m/z that any scan of the run holds: where the scanned range begins, as far as is seen.

        Raises
        ------
        InvalidSpectrumError
            If no scan holds a peak.
        """
        if not len(self.mz):
            raise InvalidSpectrumError("the run holds no peak in any scan")
        return float(self.mz.min())


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class UnitMassGrid:
    """A run laid out as scans times nominal masses."""

    nominal_mz: npt.NDArray[np.int64]
    """Shape (n_masses,), rising; every whole mass from the lowest to the highest of the run."""
    intensity: FloatArray = field(repr=False)
    """Shape (n_scans, n_masses), counts."""


def unit_mass_grid(run: Run, *, unit_mass: UnitMass) -> UnitMassGrid:
    """Sum a run's peaks by scan and nominal mass.

    Raises
    ------
    InvalidSpectrumError
        If no scan holds a peak, a scan is not MS1, or a scan is a profile: neither adds up to a chromatogram of ions.
    """
    _require_centroided_ms1(run.facts)
    nominal = unit_mass.nominal(run.mz)
    first = int(unit_mass.nominal(np.array([run.lowest_mz]))[0])
    n_masses = int(nominal.max()) - first + 1
    scan = np.repeat(np.arange(len(run)), np.diff(run.scan_starts))
    cells = np.bincount(scan * n_masses + (nominal - first), weights=run.intensity, minlength=len(run) * n_masses)
    grid = cells.reshape(len(run), n_masses).astype(np.float64)
    grid.flags.writeable = False
    return UnitMassGrid(nominal_mz=np.arange(first, first + n_masses), intensity=grid)


def _check_scans(times: FloatArray, starts: npt.NDArray[np.int64], n_peaks: int) -> None:
    if times.ndim != 1 or starts.shape != (len(times) + 1,):
        raise InvalidSpectrumError(f"{times.shape} scan times need {len(times) + 1} scan starts, not {starts.shape}")
    if not len(times):
        raise InvalidSpectrumError("a run without scans")
    if starts[0] != 0 or starts[-1] != n_peaks or (np.diff(starts) < 0).any():
        raise InvalidSpectrumError(f"scan starts must rise from 0 to the {n_peaks} peaks of the run")
    if not np.isfinite(times).all() or times[0] < 0:
        raise InvalidSpectrumError("scan times must be finite and not negative")


def _check_order_of_time(times: FloatArray, facts: ScanFacts) -> None:
    if len(facts) != len(times):
        raise InvalidSpectrumError(f"{len(times)} scans, but facts about {len(facts)}")
    first_stage = np.flatnonzero(facts.ms_level == 1)
    late = first_stage[1:][np.diff(times[first_stage]) <= 0]
    if len(late):
        before = "the scan before it" if len(first_stage) == len(times) else "the MS1 scan before it"
        raise InvalidSpectrumError(f"scan {late[0] + 1} is not later than {before} ({times[late[0]]} s)")
    falls = np.flatnonzero(np.diff(times) < 0)
    if len(falls):
        before, after = times[falls[0]], times[falls[0] + 1]
        raise InvalidSpectrumError(
            f"scan {falls[0] + 2} is earlier than the scan before it ({after} s after {before} s)"
        )


def _require_centroided_ms1(facts: ScanFacts) -> None:
    products = int(np.count_nonzero(facts.ms_level != 1))
    if products:
        raise InvalidSpectrumError(
            f"{products} of {len(facts)} scans are not MS1; expected the scans of one level (scans_of_level)"
        )
    profiles = int(np.count_nonzero(facts.centroided == 0))
    if profiles:
        raise InvalidSpectrumError(f"{profiles} of {len(facts)} scans are profiles; expected centroids")


def _check_run_peaks(mz: FloatArray, intensity: FloatArray, starts: npt.NDArray[np.int64]) -> None:
    if mz.ndim != 1 or mz.shape != intensity.shape:
        raise InvalidSpectrumError(f"m/z has shape {mz.shape}, intensity {intensity.shape}")
    if not (np.isfinite(mz).all() and (mz > 0).all() and (mz <= MAX_MZ).all()):
        raise InvalidSpectrumError(f"an m/z of the run is not finite, or not above 0 and at most {MAX_MZ:g}")
    if not (np.isfinite(intensity).all() and (intensity >= 0).all()):
        raise InvalidSpectrumError("an intensity of the run is not finite, or negative")
    falls = np.diff(mz) < 0
    inner = starts[1:-1]
    falls[inner[(inner > 0) & (inner < len(mz))] - 1] = False  # from one scan to the next m/z starts again
    if falls.any():
        raise InvalidSpectrumError(f"peak {int(np.flatnonzero(falls)[0]) + 2} of the run stands out of order of m/z")
