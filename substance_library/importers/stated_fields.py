"""What records of library files state, under whichever names their formats have for it."""

import math
import re
from collections.abc import Iterable

from spectra.formats.text_record import TextRecord
from spectra.spectrum import MAX_MZ, Precursor
from substance_library.errors import InvalidReferenceSpectrumError, quoted
from substance_library.identifiers import InChIKey
from substance_library.provenance import IonTechnique

NAMES = ("Name", "NAME", "CH$NAME", "TITLE", "RECORD_TITLE")
SYNONYMS = ("Synon", "SYNONYMS", "CH$NAME")
KEYS = ("InChIKey", "CH$LINK: INCHIKEY", "INCHIKEY")
FORMULAS = ("Formula", "CH$FORMULA", "MOLFORM")
SMILES = ("SMILES", "CH$SMILES")
ACCESSIONS = ("DB#", "ACCESSION", "SPECTRUMID", "NISTNO", "ID")
INSTRUMENTS = ("Instrument", "AC$INSTRUMENT", "SOURCE_INSTRUMENT")
IONISATIONS = ("Instrument_type", "AC$INSTRUMENT_TYPE", "INSTRUMENT TYPE", "ION SOURCE")
COLLISION_ENERGIES = (
    "Collision_energy",
    "AC$MASS_SPECTROMETRY: COLLISION_ENERGY",
    "COLLISION ENERGY",
    "COLLISION_ENERGY",
)
LICENCES = ("LICENSE", "Licence")
AUTHORS = ("AUTHORS", "CONTRIBUTOR", "DATA_COLLECTOR")
CLASSES = ("CH$COMPOUND_CLASS", "Compound_class")
_STAGES = ("Spectrum_type", "AC$MASS_SPECTROMETRY: MS_TYPE", "SPECTRUM TYPE", "MSLEVEL")
_PRECURSORS = ("PrecursorMZ", "MS$FOCUSED_ION: PRECURSOR_M/Z", "PRECURSOR M/Z", "PRECURSOR_MZ", "PEPMASS")
_ADDUCTS = ("Precursor_type", "MS$FOCUSED_ION: PRECURSOR_TYPE", "PRECURSOR TYPE", "ADDUCT")
_COMMENTS = ("Comments", "Comment", "COMMENT")
_ABSENT = frozenset({"", "N/A", "NA", "n/a", "unknown", "-"})
"""What exporters write for "not available". "Na" is sodium and stays."""
_POSITIVE = re.compile(r"[0-9]+(?:\.[0-9]*)?(?:[eE][+-]?[0-9]+)?", re.ASCII)
_SEVERAL_STAGES = re.compile(r"MS(?:[2-9]|/MS)|[2-9]", re.IGNORECASE)
_EI = re.compile(r"(?:^|[^A-Za-z])EI(?:$|[^A-Za-z])")


def stated(record: TextRecord, keys: Iterable[str]) -> str | None:
    """Give the first value that a record states under one of the names, in the order of the names."""
    return next((value for key in keys for value in record.every(key) if value.strip() not in _ABSENT), None)


def all_stated(record: TextRecord, keys: Iterable[str]) -> tuple[str, ...]:
    """Give every value that a record states under the names, each once, in order."""
    found = [value.strip() for key in keys for value in record.every(key) if value.strip() not in _ABSENT]
    return tuple(dict.fromkeys(found))


def stated_key(record: TextRecord) -> InChIKey | None:
    """Give the InChIKey that a record states; None where it states none.

    Raises
    ------
    InvalidReferenceSpectrumError
        If it states two that differ.
    InvalidIdentifierError
        If it is of wrong form.
    """
    found = all_stated(record, KEYS)
    if len(found) > 1:
        raise InvalidReferenceSpectrumError("InChIKey", found=f"{len(found)} different ones", expected="at most one")
    return InChIKey(found[0]) if found else None


def stated_precursor(record: TextRecord) -> Precursor | None:
    """Give the isolated ion; None where the record states none. A second number, an intensity, is allowed.

    Raises
    ------
    InvalidReferenceSpectrumError
        If what is stated is no m/z.
    """
    text = stated(record, _PRECURSORS)
    if text is None:
        return None
    word = text.split()[0]
    mz = float(word) if _POSITIVE.fullmatch(word) else math.nan
    if not 0 < mz <= MAX_MZ:
        raise InvalidReferenceSpectrumError(
            "precursor", found=quoted(text), expected=f"an m/z above 0 and at most {MAX_MZ:g}"
        )
    return Precursor(mz=mz, adduct=stated(record, _ADDUCTS))


def stated_technique(record: TextRecord, *, otherwise: IonTechnique) -> IonTechnique:
    """Say how a spectrum was measured, by what its record states.

    Parameters
    ----------
    record : TextRecord
        Of any format.
    otherwise : IonTechnique
        What the person who imports says of the whole collection, for records that state nothing.
    """
    stage, ionisation = stated(record, _STAGES), stated(record, IONISATIONS)
    if stage is not None and _SEVERAL_STAGES.fullmatch(stage):
        return IonTechnique.MSMS
    if ionisation is not None and _EI.search(ionisation):
        return IonTechnique.EI
    if ionisation is None and stage is None:
        return IonTechnique.MSMS if stated(record, _PRECURSORS) and otherwise is IonTechnique.UNKNOWN else otherwise
    return IonTechnique.MS1 if ionisation is not None and stage is not None else otherwise


def stated_licence(record: TextRecord) -> str:
    """Give the licence: of its own field, or out of the comments in which MassBank's MSP carries it."""
    return stated(record, LICENCES) or _in_comments(record, r"license=(.+?)(?:\s+\w+=|$)")


def stated_contributor(record: TextRecord) -> str:
    """Give who contributed the record: out of MassBank's comments, else the comment itself, as SWGDRUG uses it."""
    return _in_comments(record, r"contributor=(\S+)") or (
        stated(record, _COMMENTS) or "" if not _is_listing(record) else ""
    )


def _is_listing(record: TextRecord) -> bool:
    return any("=" in value for value in all_stated(record, _COMMENTS))


def _in_comments(record: TextRecord, pattern: str) -> str:
    found = (re.search(pattern, value) for value in all_stated(record, _COMMENTS))
    return next((match[1].strip() for match in found if match), "")
