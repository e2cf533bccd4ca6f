"""Files of single spectra, whatever text format they are in: MSP or MGF, told apart by content."""

import math
from dataclasses import dataclass, field
from pathlib import Path

from spectra.errors import FormatError, FormatErrors, InvalidSpectrumError
from spectra.formats.content import read_content
from spectra.formats.mgf import MgfRecord, is_mgf, read_mgf
from spectra.formats.msp import MspRecord, read_msp
from spectra.spectrum import MassSpectrum, Precursor, RawSpectrum

_NOT_GIVEN = {"", "n/a", "na", "unknown"}
_NAME_FIELDS = ("Name", "TITLE")
_PRECURSOR_FIELDS = ("PrecursorMZ", "PEPMASS", "PRECURSOR_MZ")
_IDENTITY_FIELDS = ("InChIKey", "INCHIKEY")


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedSpectrum:
    """One spectrum of a file with what names it."""

    name: str
    """As the file says; ``spectrum 7`` where it says nothing."""
    inchikey: str | None
    """As the file says; not checked."""
    spectrum: MassSpectrum = field(repr=False)


def read_spectra(path: Path) -> tuple[NamedSpectrum, ...]:
    """Read all spectra of an MSP or MGF file, also gzipped; peaks are sorted by m/z.

    Raises
    ------
    FormatError
        If the file cannot be read, or holds no spectrum.
    FormatErrors
        If records are faulty; each fault names its line.
    """
    text_is_mgf = is_mgf(read_content(path).data)
    records: tuple[MgfRecord | MspRecord, ...] = read_mgf(path).records if text_is_mgf else read_msp(path).records
    found: list[NamedSpectrum] = []
    faults: list[FormatError] = []
    for ordinal, record in enumerate(records, start=1):
        fields = {key.casefold(): value for key, value in reversed(record.fields)}
        try:
            found.append(_named(fields, record.peaks, ordinal))
        except InvalidSpectrumError as error:
            faults.append(FormatError(path, f"line {record.line}", str(error), "a sound spectrum"))
    if faults:
        raise FormatErrors.of(path, faults)
    return tuple(found)


def _named(fields: dict[str, str], peaks: RawSpectrum, ordinal: int) -> NamedSpectrum:
    return NamedSpectrum(
        name=_stated(fields, _NAME_FIELDS) or f"spectrum {ordinal}",
        inchikey=_stated(fields, _IDENTITY_FIELDS),
        spectrum=MassSpectrum.from_unsorted(peaks.mz, peaks.intensity, precursor=_precursor(fields)),
    )


def _stated(fields: dict[str, str], keys: tuple[str, ...]) -> str | None:
    values = (fields.get(key.casefold(), "").strip() for key in keys)
    return next((value for value in values if value.casefold() not in _NOT_GIVEN), None)


def _precursor(fields: dict[str, str]) -> Precursor | None:
    """Read the precursor's m/z: the first word, because MGF may put its intensity beside it."""
    text = _stated(fields, _PRECURSOR_FIELDS)
    if text is None:
        return None
    word = text.split()[0]
    try:
        mz = float(word)
    except ValueError:
        mz = math.nan
    if not (math.isfinite(mz) and mz > 0):
        raise InvalidSpectrumError(f"the precursor {word!r} is no m/z")
    return Precursor(mz=mz, adduct=_stated(fields, ("Precursor_type", "ADDUCT")))
