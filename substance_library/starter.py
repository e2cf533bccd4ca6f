"""The tables shipped with the package: 300 starter substances, and principal ions for training.

Where they come from, what was checked and what they cannot carry stands beside them in ``data/SOURCES.md``.
"""

import csv
import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from importlib import resources
from io import StringIO
from types import MappingProxyType

import numpy as np

from spectra.errors import InvalidSpectrumError
from spectra.spectrum import MassSpectrum
from substance_library.errors import InvalidValueError, PackageDataError, quoted
from substance_library.identifiers import InChIKey, Smiles
from substance_library.reference_spectrum import ReferenceSpectrum
from substance_library.release import TRAINING_PURPOSE, LibraryRelease
from substance_library.substance import (
    ENGLISH,
    UNDETERMINED,
    Convention,
    DatePrecision,
    InternationalStatus,
    ScheduleFact,
    Stereo,
    Substance,
    SubstanceName,
    UnknownStatus,
)

SUBSTANCE_TABLE = "starter_substances.csv"
ION_TABLE = "principal_ions.csv"
TRAINING_RELEASE_NAME = "principal-ions"

_SUBSTANCE_COLUMNS = (
    "name",
    "aliases",
    "class",
    "smiles",
    "inchikey",
    "formula",
    "exact_mass",
    "avg_mass",
    "stereo",
    "un_convention",
    "un_schedule",
    "un_decision_date",
    "un_date_precision",
    "un_session",
    "kz_status",
    "structure_verification",
    "source",
)
_ION_COLUMNS = ("name", "inchikey", "principal_ions_mz_colon_percent", "remark", "withheld")
_ION = re.compile(r"([1-9][0-9]{0,3}):(100|[1-9][0-9]?)")
_IONS_PER_SUBSTANCE = 10
_UNKNOWN_PREFIX = f"{UnknownStatus.text} - "

_Row = dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class WithheldIons:
    """A row of the ion table that is not given out, because its ions are not those of the substance it names."""

    name: str
    inchikey: InChIKey
    reason: str


@lru_cache(maxsize=1)
def starter_substances() -> tuple[Substance, ...]:
    """Give the starter substances, in the order of their table.

    Returns
    -------
    tuple of Substance
        300 substances. Their international status may be out of date or unconfirmed: each fact names its source.
        Their status in Kazakhstan is unknown.

    Raises
    ------
    PackageDataError
        If the shipped table is damaged.

    Examples
    --------
    >>> morphine = starter_substances()[0]
    >>> morphine.preferred_name, morphine.schedule_facts[0].schedule, morphine.kazakhstan.text
    ('Morphine', 'Schedule I', 'unknown')
    """
    return tuple(_substances(_table(SUBSTANCE_TABLE)))


def structure_of(inchikey: InChIKey) -> Smiles | None:
    """Give the structure of a starter substance.

    Parameters
    ----------
    inchikey : InChIKey
        Compared whole: a stereoisomer is another substance.

    Returns
    -------
    Smiles or None
        None if no starter substance has this InChIKey.

    Examples
    --------
    >>> structure_of(InChIKey("KDLHZDBZIXYQEI-UHFFFAOYSA-N")) is None  # palladium
    True
    """
    return _structures().get(inchikey)


def principal_ions() -> tuple[ReferenceSpectrum, ...]:
    """Give the principal ions, for training and presumptive use.

    Returns
    -------
    tuple of ReferenceSpectrum
        Ten integer m/z with rounded percentages for each of 238 starter substances; no identification may rest on
        them. The accession is the ordinal of the row in the table. Rows of ``withheld_principal_ions`` are missing.

    Raises
    ------
    PackageDataError
        If a shipped table is damaged.

    Examples
    --------
    >>> principal_ions()[0].name, principal_ions()[0].spectrum.base_peak_mz
    ('Morphine', 285.0)
    """
    return tuple(row for row in _shipped_ions() if isinstance(row, ReferenceSpectrum))


def withheld_principal_ions() -> tuple[WithheldIons, ...]:
    """Give the rows of the ion table that name one compound and list the ions of another, with the reason.

    Returns
    -------
    tuple of WithheldIons
        Five rows, without their ions.

    Raises
    ------
    PackageDataError
        If a shipped table is damaged.

    Examples
    --------
    >>> [row.name for row in withheld_principal_ions()]
    ['Cyclopropylfentanyl', 'Methoxyacetylfentanyl', 'U-47700', 'Cocaine', 'CP-47,497']
    """
    return tuple(row for row in _shipped_ions() if isinstance(row, WithheldIons))


@lru_cache(maxsize=1)
def training_release() -> LibraryRelease:
    """Give the principal ions as a release whose purpose says that nothing may be identified with it.

    Returns
    -------
    LibraryRelease
        Named ``TRAINING_RELEASE_NAME``; its digest is that of the shipped table.

    Raises
    ------
    PackageDataError
        If a shipped table is damaged.
    """
    return LibraryRelease(
        name=TRAINING_RELEASE_NAME,
        sha256=hashlib.sha256(_table(ION_TABLE)).hexdigest(),
        purpose=TRAINING_PURPOSE,
        spectra=principal_ions(),
    )


@lru_cache(maxsize=1)
def _structures() -> MappingProxyType[InChIKey, Smiles]:
    return MappingProxyType({substance.inchikey: substance.smiles for substance in starter_substances()})


@lru_cache(maxsize=1)
def _shipped_ions() -> tuple[ReferenceSpectrum | WithheldIons, ...]:
    formulas = {substance.inchikey: substance.formula for substance in starter_substances()}
    return tuple(_ions(_table(ION_TABLE), formulas))


def _table(name: str) -> bytes:
    try:
        return resources.files("substance_library").joinpath("data", name).read_bytes()
    except OSError as error:
        raise PackageDataError(name, found=error.strerror or str(error), expected="a file of this package") from error


def _rows(table: str, data: bytes, columns: tuple[str, ...]) -> list[_Row]:
    try:
        header, *rows = csv.reader(StringIO(data.decode("utf-8"), newline=""), strict=True)
    except (ValueError, csv.Error) as error:
        raise PackageDataError(table, found=str(error), expected="UTF-8 text in CSV form") from error
    if tuple(header) != columns:
        raise PackageDataError(table, found=f"columns {header}", expected=f"columns {list(columns)}")
    for number, row in enumerate(rows, start=1):
        if len(row) != len(columns):
            raise PackageDataError(
                f"{table}, row {number}", found=f"{len(row)} values", expected=f"{len(columns)} values"
            )
    return [dict(zip(columns, row, strict=True)) for row in rows]


def _substances(data: bytes) -> Iterator[Substance]:
    for number, row in enumerate(_rows(SUBSTANCE_TABLE, data, _SUBSTANCE_COLUMNS), start=1):
        try:
            yield _substance(row)
        except (ValueError, InvalidOperation) as error:
            raise PackageDataError(
                f"{SUBSTANCE_TABLE}, row {number}", found=str(error), expected="a sound substance"
            ) from error


def _substance(row: _Row) -> Substance:
    status = _international_status(row)
    return Substance(
        inchikey=InChIKey(row["inchikey"]),
        preferred_name=row["name"],
        names=tuple(_names(row)),
        substance_class=row["class"],
        smiles=Smiles(row["smiles"]),
        formula=row["formula"],
        exact_mass_da=Decimal(row["exact_mass"]),
        average_mass_da=Decimal(row["avg_mass"]),
        stereo=Stereo(row["stereo"]),
        international_status=status,
        schedule_facts=(_schedule_fact(row),) if status is InternationalStatus.SCHEDULED else (),
        not_scheduled_source=row["source"] if status is InternationalStatus.NOT_SCHEDULED else "",
        kazakhstan=_unknown_status(row["kz_status"]),
        structure_verification=row["structure_verification"],
        source=SUBSTANCE_TABLE,
    )


def _names(row: _Row) -> Iterator[SubstanceName]:
    """Name the table's column as the source; it is written in English, but of an alias it states no language."""
    yield SubstanceName(text=row["name"], language=ENGLISH, source=f"{SUBSTANCE_TABLE}, name")
    for alias in filter(None, row["aliases"].split(";")):
        yield SubstanceName(text=alias, language=UNDETERMINED, source=f"{SUBSTANCE_TABLE}, aliases")


def _international_status(row: _Row) -> InternationalStatus:
    """Read the status from both columns that state it; anything but the two agreed pairs has to be a schedule."""
    pairs = {
        ("unknown", "unknown"): InternationalStatus.UNKNOWN,
        ("none", "not scheduled internationally"): InternationalStatus.NOT_SCHEDULED,
    }
    return pairs.get((row["un_convention"], row["un_schedule"]), InternationalStatus.SCHEDULED)


def _schedule_fact(row: _Row) -> ScheduleFact:
    return ScheduleFact(
        convention=Convention(row["un_convention"]),
        schedule=row["un_schedule"],
        decided=row["un_decision_date"],
        date_precision=DatePrecision(row["un_date_precision"]),
        session=row["un_session"],
        source=row["source"],
    )


def _unknown_status(text: str) -> UnknownStatus:
    if not text.startswith(_UNKNOWN_PREFIX):
        raise PackageDataError("kz_status", found=quoted(text), expected=f"text that begins with {_UNKNOWN_PREFIX!r}")
    return UnknownStatus(reason=text.removeprefix(_UNKNOWN_PREFIX))


def _ions(data: bytes, formulas: dict[InChIKey, str]) -> Iterator[ReferenceSpectrum | WithheldIons]:
    for number, row in enumerate(_rows(ION_TABLE, data, _ION_COLUMNS), start=1):
        try:
            spectrum = _ion_spectrum(row, number, formulas)
        except (InvalidValueError, InvalidSpectrumError) as error:
            raise PackageDataError(
                f"{ION_TABLE}, row {number}", found=str(error), expected="ten ions of a starter substance"
            ) from error
        if row["withheld"]:
            yield WithheldIons(name=row["name"], inchikey=InChIKey(row["inchikey"]), reason=row["withheld"])
        else:
            yield spectrum


def _ion_spectrum(row: _Row, number: int, formulas: dict[InChIKey, str]) -> ReferenceSpectrum:
    inchikey = InChIKey(row["inchikey"])
    if inchikey not in formulas:
        raise PackageDataError("InChIKey", found=quoted(str(inchikey)), expected="that of a starter substance")
    return ReferenceSpectrum(
        accession=f"{number:06d}",
        name=row["name"],
        inchikey=inchikey,
        formula=formulas[inchikey],
        spectrum=_spectrum(row["principal_ions_mz_colon_percent"]),
        fields=tuple(row.items()),
    )


def _spectrum(text: str) -> MassSpectrum:
    ions = [_ION.fullmatch(word) for word in text.split(" ")]
    pairs = [(float(ion[1]), float(ion[2])) for ion in ions if ion is not None]
    if len(pairs) != len(ions) or len(pairs) != _IONS_PER_SUBSTANCE:
        raise PackageDataError("principal ions", found=quoted(text), expected="ten words of m/z:percent")
    peaks = np.array(pairs)
    return MassSpectrum(mz=peaks[:, 0], intensity=peaks[:, 1])
