"""Library releases from NIST-style MSP files, the form in which SWGDRUG and MassBank publish theirs."""

import math
import re
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import numpy as np

from spectra.errors import InvalidSpectrumError
from spectra.formats.msp import MspFile, MspRecord, read_msp
from spectra.spectrum import MAX_MZ, MassSpectrum, Precursor
from substance_library.errors import (
    InvalidReferenceSpectrumError,
    InvalidValueError,
    RecordError,
    RecordErrors,
    quoted,
)
from substance_library.identifiers import InChIKey
from substance_library.reference_spectrum import PEAKS_SORTED, ReferenceSpectrum
from substance_library.release import REFERENCE_PURPOSE, LibraryRelease

_STATED_ABSENCE = ("N/A", "NA", "n/a")
"""Exporters write it for "not available" (67 precursors of MassBank 2025.05.1). "Na" is sodium and stays a formula."""
_SUFFIX = re.compile(r"\.msp(\.gz)?$", re.IGNORECASE)
_POSITIVE_NUMBER = re.compile(r"[0-9]+(\.[0-9]*)?")
_Read = TypeVar("_Read")


def release_from_msp(
    path: Path, *, name: str | None = None, read_file: Callable[[Path], MspFile] = read_msp
) -> LibraryRelease:
    """Make a library release of an MSP file, plain or gzipped.

    Parameters
    ----------
    path : Path
        The file.
    name : str, optional
        The name of the release; without it the file name without ``.msp`` or ``.msp.gz``.
    read_file : callable, optional
        How the file is read; a laboratory reads files of others in a bounded process.

    Returns
    -------
    LibraryRelease
        One reference spectrum per record, in the order of the file. The accession is the ordinal of the record,
        counted from 1, with six digits. Reference data: its purpose carries no restriction.

    Raises
    ------
    spectra.errors.FormatError, spectra.errors.FormatErrors
        If the file is no sound MSP file.
    RecordErrors
        If records are no reference spectra: an ``InChIKey`` of wrong form or two different ones, a ``PrecursorMZ``
        that is no m/z, no peak with an intensity above 0, peaks that no spectrum can have. All faults of the file
        are in it; nothing is returned of a faulty file.

    Notes
    -----
    An absent or empty ``InChIKey``, ``Formula`` or ``PrecursorMZ`` is None, and so is the words "N/A" or "NA": the
    file says that it does not know. Peaks out of order are sorted, which the spectrum states under ``repairs``;
    peaks of equal m/z and of intensity 0 are kept.
    """
    file = read_file(path)
    reader = _RecordReader(path)
    read = [reader.read(record, ordinal) for ordinal, record in enumerate(file.records, start=1)]
    if reader.faults:
        raise RecordErrors.of(path, reader.faults)
    return LibraryRelease(
        name=_SUFFIX.sub("", path.name) if name is None else name,
        sha256=file.sha256,
        purpose=REFERENCE_PURPOSE,
        spectra=tuple(spectrum for spectrum in read if spectrum is not None),
    )


class _RecordReader:
    """Reads record after record and remembers every fault of each."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.faults: list[RecordError] = []

    def read(self, record: MspRecord, ordinal: int) -> ReferenceSpectrum | None:
        """Give the reference spectrum of a record; None after a fault, and then the whole file is refused."""
        inchikey = self._part(record, ordinal, lambda: _inchikey(record))
        precursor = self._part(record, ordinal, lambda: _precursor(record))
        return self._part(record, ordinal, lambda: _reference_spectrum(record, ordinal, inchikey, precursor))

    def _part(self, record: MspRecord, ordinal: int, read: Callable[[], _Read]) -> _Read | None:
        try:
            return read()
        except (InvalidValueError, InvalidSpectrumError) as error:
            self.faults.append(
                RecordError(self.path, ordinal=ordinal, line=record.line, name=record.name, problem=str(error))
            )
            return None


def _inchikey(record: MspRecord) -> InChIKey | None:
    stated = {value for value in record.every("InChIKey") if value and value not in _STATED_ABSENCE}
    if len(stated) > 1:
        raise InvalidReferenceSpectrumError("InChIKey", found=f"{len(stated)} different ones", expected="at most one")
    return InChIKey(stated.pop()) if stated else None


def _precursor(record: MspRecord) -> Precursor | None:
    text = _stated(record, "PrecursorMZ")
    if text is None:
        return None
    mz = float(text) if _POSITIVE_NUMBER.fullmatch(text) else math.nan
    if not 0 < mz <= MAX_MZ:
        raise InvalidReferenceSpectrumError(
            "PrecursorMZ", found=quoted(text), expected=f"an m/z above 0 and at most {MAX_MZ:g}"
        )
    return Precursor(mz=mz, adduct=_stated(record, "Precursor_type"))


def _reference_spectrum(
    record: MspRecord, ordinal: int, inchikey: InChIKey | None, precursor: Precursor | None
) -> ReferenceSpectrum:
    mz, intensity = np.asarray(record.peaks.mz), np.asarray(record.peaks.intensity)
    return ReferenceSpectrum(
        accession=f"{ordinal:06d}",
        name=record.name,
        inchikey=inchikey,
        formula=_stated(record, "Formula"),
        spectrum=MassSpectrum.from_unsorted(mz, intensity, precursor=precursor),
        fields=record.fields,
        repairs=(PEAKS_SORTED,) if np.any(np.diff(mz) < 0) else (),
    )


def _stated(record: MspRecord, key: str) -> str | None:
    value = record.first(key)
    return None if value in _STATED_ABSENCE else value
