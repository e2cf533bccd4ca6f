"""What an mzML or mzXML file says, scan by scan, and the run that may be made of it.

Two steps, as with ``RawSpectrum`` and ``MassSpectrum``. A ``ScanFile`` holds every scan exactly as it is listed, and as
faults what the file says of itself as a whole that is not so: another number of scans, an index that points elsewhere,
a checksum that does not fit. A ``Run`` is made of it only if the scans are sound; the readers give one only if there
are no faults either.
"""

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from spectra.chromatogram.run import Run, RunMetadata
from spectra.chromatogram.scan_facts import ScanFacts
from spectra.errors import FormatError, InvalidSpectrumError
from spectra.spectrum import FloatArray, MassSpectrum


@dataclass(frozen=True, slots=True, kw_only=True)
class PrecursorFacts:
    """What a file says about the ion of a product scan; NaN, 0 and an empty string where it says nothing."""

    mz: float = np.nan
    charge: int = 0
    isolation_lower_offset: float = np.nan
    isolation_upper_offset: float = np.nan
    collision_energy_ev: float = np.nan
    activation: str = ""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ScanRecord:
    """One scan as listed: peaks in any order and of any value, as many as declared."""

    place: str
    """Where in the file, for messages."""
    identity: str
    """The file's own name of the scan."""
    retention_time_s: float
    """NaN where the file does not say."""
    ms_level: int
    polarity: int
    """1, -1, or 0 where the file does not say."""
    centroided: int
    """1, 0 for a profile, or -1 where the file does not say."""
    precursor: PrecursorFacts = PrecursorFacts()
    mz: FloatArray = field(repr=False)
    intensity: FloatArray = field(repr=False)
    unread_arrays: tuple[str, ...] = ()
    """Names of arrays beside m/z and intensity, such as a resolution for each peak; they are not decoded."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ScanFile:
    """All scans of one file, in its order."""

    path: Path
    metadata: RunMetadata
    scans: tuple[ScanRecord, ...] = field(repr=False)
    n_chromatograms: int
    """Chromatograms beside the scans; they are counted and not read."""
    faults: tuple[FormatError, ...]
    """What the file says of itself as a whole that is not so."""

    @property
    def n_peaks(self) -> int:
        """Count the peaks of all scans."""
        return sum(len(scan.mz) for scan in self.scans)

    def sound_run(self) -> Run:
        """Make a run of a file that is what it says.

        Raises
        ------
        FormatError
            If there are faults; the first is named, the others are counted. Or as ``run``.
        """
        if self.faults:
            first, others = self.faults[0], len(self.faults) - 1
            also = f" (and {others} more that cannot be)" if others else ""
            raise FormatError(self.path, first.place, f"{first.found}{also}", first.expected)
        return self.run()

    def run(self) -> Run:
        """Make a run of the scans, whatever the file says of itself as a whole: the faults are the caller's decision.

        Raises
        ------
        FormatError
            If there is no scan, a scan has no retention time, times go back, or peaks are unsound or out of order.
        """
        if not self.scans:
            raise FormatError(self.path, "the scans", "none", "at least one mass spectrum")
        timeless = next((scan for scan in self.scans if np.isnan(scan.retention_time_s)), None)
        if timeless is not None:
            raise FormatError(self.path, timeless.place, "no retention time", "a time for each scan of a run")
        try:
            return Run(
                scan_times_s=np.array([scan.retention_time_s for scan in self.scans]),
                scan_starts=np.cumsum([0, *(len(scan.mz) for scan in self.scans)]),
                mz=np.concatenate([scan.mz for scan in self.scans]),
                intensity=np.concatenate([scan.intensity for scan in self.scans]),
                metadata=self.metadata,
                facts=_facts(self.scans),
            )
        except InvalidSpectrumError as error:
            raise self._fault(error) from error

    def _fault(self, error: InvalidSpectrumError) -> FormatError:
        """Say in which scan it is, if it is the fault of one scan."""
        for scan in self.scans:
            try:
                MassSpectrum(mz=scan.mz, intensity=scan.intensity)
            except InvalidSpectrumError as inner:
                return FormatError(self.path, scan.place, str(inner), "sound peaks in the order of m/z")
        return FormatError(self.path, "the scans", str(error), "a sound run")


def _facts(scans: tuple[ScanRecord, ...]) -> ScanFacts:
    return ScanFacts(
        ms_level=np.array([scan.ms_level for scan in scans]),
        polarity=np.array([scan.polarity for scan in scans]),
        centroided=np.array([scan.centroided for scan in scans]),
        precursor_mz=np.array([scan.precursor.mz for scan in scans]),
        precursor_charge=np.array([scan.precursor.charge for scan in scans]),
        isolation_lower_offset=np.array([scan.precursor.isolation_lower_offset for scan in scans]),
        isolation_upper_offset=np.array([scan.precursor.isolation_upper_offset for scan in scans]),
        collision_energy_ev=np.array([scan.precursor.collision_energy_ev for scan in scans]),
        activation=tuple(scan.precursor.activation for scan in scans),
    )
