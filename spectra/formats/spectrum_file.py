"""Files of single spectra, whatever text format they are in; the content tells which, the name does not matter."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from spectra.errors import FormatError, FormatErrors, InvalidSpectrumError
from spectra.formats.content import read_content
from spectra.formats.jcamp_dx import is_jcamp_dx, read_jcamp_dx
from spectra.formats.massbank import is_massbank, read_massbank
from spectra.formats.mgf import MgfFile, MgfRecord, is_mgf, read_mgf
from spectra.formats.msp import MspFile, read_msp
from spectra.formats.text_record import TextRecord, TextRecordFile
from spectra.formats.two_column import is_two_column, read_two_column
from spectra.spectrum import MassSpectrum, Precursor, RawSpectrum

SPECTRUM_FORMATS = "MSP, MGF, JCAMP-DX, MassBank records or two columns of text, also .gz"
_READERS: tuple[tuple[Callable[[bytes], bool], Callable[[Path], MgfFile | TextRecordFile]], ...] = (
    (is_mgf, read_mgf),
    (is_massbank, read_massbank),
    (is_jcamp_dx, read_jcamp_dx),
    (is_two_column, read_two_column),
)
"""MSP is what is left: its records begin with a field, as many other texts do."""
_NOT_GIVEN = {"", "n/a", "na", "unknown"}
_NAME_FIELDS = ("Name", "TITLE", "CH$NAME", "RECORD_TITLE")
_PRECURSOR_FIELDS = ("PrecursorMZ", "PEPMASS", "PRECURSOR_MZ", "MS$FOCUSED_ION: PRECURSOR_M/Z")
_ADDUCT_FIELDS = ("Precursor_type", "ADDUCT", "MS$FOCUSED_ION: PRECURSOR_TYPE")
_IDENTITY_FIELDS = ("InChIKey", "INCHIKEY", "CH$LINK: INCHIKEY")
_FORMULA_FIELDS = ("Formula", "CH$FORMULA", "MOLFORM")


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedSpectrum:
    """One spectrum of a file with what names it."""

    name: str
    """As the file says; ``spectrum 7`` where it says nothing."""
    inchikey: str | None
    """As the file says; not checked. So is the formula."""
    formula: str | None
    spectrum: MassSpectrum = field(repr=False)


def read_spectra(path: Path) -> tuple[NamedSpectrum, ...]:
    """Read all spectra of a file of ``SPECTRUM_FORMATS``; peaks are sorted by m/z.

    Raises
    ------
    FormatError
        If the file cannot be read, or holds no spectrum.
    FormatErrors
        If records are faulty; each fault names its line.
    """
    records: Sequence[MgfRecord | TextRecord] = _reader(read_content(path).data)(path).records
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


def _reader(data: bytes) -> Callable[[Path], MgfFile | MspFile | TextRecordFile]:
    return next((read for is_it, read in _READERS if is_it(data)), read_msp)


def _named(fields: dict[str, str], peaks: RawSpectrum, ordinal: int) -> NamedSpectrum:
    return NamedSpectrum(
        name=_stated(fields, _NAME_FIELDS) or f"spectrum {ordinal}",
        inchikey=_stated(fields, _IDENTITY_FIELDS),
        formula=_stated(fields, _FORMULA_FIELDS),
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
    return Precursor(mz=mz, adduct=_stated(fields, _ADDUCT_FIELDS))
