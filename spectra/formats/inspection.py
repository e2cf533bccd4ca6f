"""What a file of an instrument or library holds, in numbers, and what it says of itself that is not so.

Looking is more lenient than reading: a file whose checksum or index is wrong gives no run that may be evidence, but a
person who asks what is in it gets an answer.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from spectra.chromatogram.run import Run
from spectra.errors import FormatError
from spectra.formats.detection import is_run, read_run
from spectra.formats.mzml import is_mzml, read_mzml_scans
from spectra.formats.mzxml import is_mzxml, read_mzxml_scans
from spectra.formats.scan_file import ScanFile
from spectra.formats.spectrum_file import read_spectra
from spectra.spectrum import FloatArray


@dataclass(frozen=True, slots=True, kw_only=True)
class FileInspection:
    """The numbers of one file."""

    source_format: str
    """As the reader names it; ``single spectra`` for a file of records."""
    spectra: int
    """Scans of a run, or records."""
    peaks: int
    ms_levels: tuple[int, ...]
    """Those that occur, rising; empty for records."""
    with_precursor: int
    profiles: int
    """Scans that the file says are profiles."""
    times_s: tuple[float, ...]
    """First and last retention time; empty for records and where the file states none."""
    mz_range: tuple[float, ...]
    """Lowest and highest m/z; empty without peaks."""
    faults: tuple[str, ...]
    """Why it cannot be imported as it is; empty for a sound file."""


def inspect_file(path: Path) -> FileInspection:
    """Count what a file holds.

    Raises
    ------
    FormatError, FormatErrors
        If not even its scans or records can be read.
    """
    try:
        if is_mzml(path):
            return _of_scans(read_mzml_scans(path), "mzML")
        if is_mzxml(path):
            return _of_scans(read_mzxml_scans(path), "mzXML")
        if path.is_dir() or is_run(path):
            return _of_run(read_run(path))
    except OSError as error:
        raise FormatError(path, "the path", error.strerror or str(error), "a readable file or folder") from error
    return _of_records(path)


def _of_run(run: Run) -> FileInspection:
    return FileInspection(
        source_format=run.metadata.source_format,
        spectra=len(run),
        peaks=len(run.mz),
        ms_levels=tuple(np.unique(run.facts.ms_level).tolist()),
        with_precursor=int(np.isfinite(run.facts.precursor_mz).sum()),
        profiles=int((run.facts.centroided == 0).sum()),
        times_s=(float(run.scan_times_s[0]), float(run.scan_times_s[-1])),
        mz_range=_range([run.mz]),
        faults=(),
    )


def _of_scans(file: ScanFile, name: str) -> FileInspection:
    faults = [str(fault) for fault in file.faults]
    try:
        file.run()
    except FormatError as error:
        faults.append(str(error))
    times = [scan.retention_time_s for scan in file.scans if not np.isnan(scan.retention_time_s)]
    return FileInspection(
        source_format=file.metadata.source_format or name,
        spectra=len(file.scans),
        peaks=file.n_peaks,
        ms_levels=tuple(sorted({scan.ms_level for scan in file.scans})),
        with_precursor=sum(not np.isnan(scan.precursor.mz) for scan in file.scans),
        profiles=sum(scan.centroided == 0 for scan in file.scans),
        times_s=(min(times), max(times)) if times else (),
        mz_range=_range([scan.mz for scan in file.scans]),
        faults=tuple(faults),
    )


def _of_records(path: Path) -> FileInspection:
    records = read_spectra(path)
    return FileInspection(
        source_format="single spectra",
        spectra=len(records),
        peaks=sum(len(record.spectrum) for record in records),
        ms_levels=(),
        with_precursor=sum(record.spectrum.precursor is not None for record in records),
        profiles=0,
        times_s=(),
        mz_range=_range([record.spectrum.mz for record in records]),
        faults=(),
    )


def _range(parts: Sequence[FloatArray]) -> tuple[float, ...]:
    filled = [part for part in parts if len(part)]
    return (float(min(part.min() for part in filled)), float(max(part.max() for part in filled))) if filled else ()
