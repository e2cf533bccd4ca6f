"""Reference spectra out of library files of every form: MSP (SWGDRUG, MassBank), MassBank records, MGF, SDF.

Each record of the file is taken, with all its fields, or refused with its place: taken and refused are read.
"""

from dataclasses import dataclass, field

import numpy as np

from spectra.errors import InvalidSpectrumError
from spectra.formats.library_records import record_name
from spectra.formats.text_record import RecordsReading, RefusedRecord, TextRecord
from spectra.spectrum import MassSpectrum
from substance_library.errors import InvalidValueError
from substance_library.importers.stated_fields import (
    ACCESSIONS,
    AUTHORS,
    COLLISION_ENERGIES,
    FORMULAS,
    INSTRUMENTS,
    IONISATIONS,
    NAMES,
    stated,
    stated_contributor,
    stated_key,
    stated_licence,
    stated_precursor,
    stated_technique,
)
from substance_library.provenance import IonTechnique, SpectrumProvenance
from substance_library.reference_spectrum import PEAKS_SORTED, ReferenceSpectrum

PRECURSOR_OF_EI = "the stated precursor is no isolated ion of an EI spectrum; it stays among the fields"


@dataclass(frozen=True, slots=True, kw_only=True)
class Collection:
    """What the person who imports says of a whole file; a record's own words go before."""

    source: str
    """Name and version, such as ``SWGDRUG 3.4``."""
    technique: IonTechnique = IonTechnique.UNKNOWN
    licence: str = ""
    contributor: str = ""
    instrument: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportedLibrary:
    """What a file gave."""

    collection: Collection
    sha256: str
    """Of the file."""
    form: str
    spectra: tuple[ReferenceSpectrum, ...] = field(repr=False)
    refused: tuple[RefusedRecord, ...] = field(repr=False)
    other_files: int

    @property
    def read(self) -> int:
        """Count the records of the file: each was taken or refused."""
        return len(self.spectra) + len(self.refused)


def imported_library(reading: RecordsReading, *, collection: Collection, prefix: str) -> ImportedLibrary:
    """Make reference spectra of the records of a file.

    Parameters
    ----------
    reading : RecordsReading
        As the bounded process gave it.
    collection : Collection
        What holds for the whole file.
    prefix : str
        Of the accessions, with which they are unique in every release: the number of the import and a stroke. What
        follows is the place among the records taken, six digits.

    Returns
    -------
    ImportedLibrary
        In the order of the file. A record is refused if its InChIKey is of wrong form or stated twice differently, its
        precursor is no m/z, it has no name, or its peaks are no spectrum.
    """
    spectra: list[ReferenceSpectrum] = []
    refused: list[RefusedRecord] = list(reading.refused)
    for record in reading.records:
        try:
            spectra.append(_reference(record, f"{prefix}{len(spectra) + 1:06d}", collection))
        except InvalidValueError as error:
            refused.append(_refused(record, f"{error.what}: {error.found}", error.expected))
        except InvalidSpectrumError as error:
            refused.append(_refused(record, str(error), "a sound spectrum"))
    return ImportedLibrary(
        collection=collection,
        sha256=reading.sha256,
        form=reading.form,
        spectra=tuple(spectra),
        refused=tuple(refused),
        other_files=reading.other_files,
    )


def _reference(record: TextRecord, accession: str, collection: Collection) -> ReferenceSpectrum:
    mz, intensity = np.asarray(record.peaks.mz), np.asarray(record.peaks.intensity)
    technique = stated_technique(record, otherwise=collection.technique)
    precursor = stated_precursor(record)
    repairs = [PEAKS_SORTED] if np.any(np.diff(mz) < 0) else []
    if precursor is not None and technique is IonTechnique.EI:
        precursor = None
        repairs.append(PRECURSOR_OF_EI)
    return ReferenceSpectrum(
        accession=accession,
        name=stated(record, NAMES) or "",
        inchikey=stated_key(record),
        formula=stated(record, FORMULAS),
        spectrum=MassSpectrum.from_unsorted(mz, intensity, precursor=precursor),
        fields=record.fields,
        repairs=tuple(repairs),
        provenance=_provenance(record, technique, collection),
    )


def _provenance(record: TextRecord, technique: IonTechnique, collection: Collection) -> SpectrumProvenance:
    return SpectrumProvenance(
        technique=technique,
        source=collection.source,
        source_accession=stated(record, ACCESSIONS) or "",
        instrument=stated(record, INSTRUMENTS) or collection.instrument,
        ionisation=stated(record, IONISATIONS) or "",
        collision_energy=stated(record, COLLISION_ENERGIES) or "",
        licence=stated_licence(record) or collection.licence,
        contributor=stated_contributor(record) or collection.contributor,
        measured_by=stated(record, AUTHORS) or "",
    )


def _refused(record: TextRecord, found: str, expected: str) -> RefusedRecord:
    place = f"{record.file}, line {record.line}" if record.file else f"line {record.line}"
    return RefusedRecord(place=place, name=record_name(record), found=found, expected=expected)
