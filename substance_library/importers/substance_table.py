"""Structures and names from tables (CSV): what a collection of spectra does not say of its substances."""

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from io import StringIO

from spectra.formats.text_record import RefusedRecord
from substance_library.errors import InvalidValueError, quoted
from substance_library.identifiers import InChIKey, Smiles, identify_structure
from substance_library.known_substance import KnownSubstance
from substance_library.substance import SubstanceName

MAX_BYTES = 64 * 1024**2
STRUCTURE_COLUMNS = ("inchikey", "smiles")
NAME_COLUMNS = ("inchikey", "name", "language", "source")
"""Further columns are allowed: ``class`` is read, others are not."""
_CLASS = "class"


@dataclass(frozen=True, slots=True, kw_only=True)
class SubstanceTable:
    """What a table gave: each line was taken or refused."""

    lines: int
    substances: tuple[KnownSubstance, ...] = field(repr=False)
    refused: tuple[RefusedRecord, ...]


def read_substance_table(data: bytes, *, source: str) -> SubstanceTable:
    """Read a table of structures (``inchikey,smiles``) or of names (``inchikey,name,language,source``).

    Parameters
    ----------
    data : bytes
        UTF-8, with a head line.
    source : str
        The file's name, for what is taken and what is refused.

    Returns
    -------
    SubstanceTable
        Of one InChIKey there is one substance with all its names. A structure whose recomputed InChIKey is not the one
        beside it is refused, and so is a line with other columns, or without a source of its name.

    Raises
    ------
    InvalidValueError
        If the whole is no such table.
    """
    rows = list(_rows(data, source))
    taken: list[KnownSubstance] = []
    refused: list[RefusedRecord] = []
    for line, row in rows:
        try:
            taken.append(_substance(row, source))
        except InvalidValueError as error:
            place, name = f"{source}, line {line}", row.get("name") or row.get("smiles") or ""
            found = f"{error.what}: {error.found}"
            refused.append(RefusedRecord(place=place, name=name, found=found, expected=error.expected))
    return SubstanceTable(lines=len(rows), substances=merged_substances(taken), refused=tuple(refused))


def merged_substances(substances: Iterable[KnownSubstance]) -> tuple[KnownSubstance, ...]:
    """Join what is known of each substance: names of all, the first structure and the first class."""
    found: dict[InChIKey, KnownSubstance] = {}
    for one in substances:
        before = found.get(one.inchikey)
        found[one.inchikey] = one if before is None else _joined(before, one)
    return tuple(found[key] for key in sorted(found, key=str))


def _joined(before: KnownSubstance, one: KnownSubstance) -> KnownSubstance:
    return replace(
        before,
        smiles=before.smiles or one.smiles,
        structure_source=before.structure_source if before.smiles else one.structure_source,
        names=tuple(dict.fromkeys((*before.names, *one.names))),
        substance_class=before.substance_class or one.substance_class,
    )


def _rows(data: bytes, source: str) -> Iterator[tuple[int, dict[str, str]]]:
    if len(data) > MAX_BYTES:
        raise InvalidValueError(source, found=f"{len(data)} bytes", expected=f"at most {MAX_BYTES}")
    try:
        reader = csv.reader(StringIO(data.decode("utf-8-sig"), newline=""), strict=True)
        head = next(reader, [])
        columns = [name.strip().casefold() for name in head]
        if not (set(STRUCTURE_COLUMNS) <= set(columns) or set(NAME_COLUMNS) <= set(columns)):
            expected = f"columns {','.join(STRUCTURE_COLUMNS)} or {','.join(NAME_COLUMNS)}"
            raise InvalidValueError(source, found=quoted(",".join(head)), expected=expected)
        for row in reader:
            if any(value.strip() for value in row):
                yield reader.line_num, dict(zip(columns, (value.strip() for value in row), strict=False))
    except (UnicodeDecodeError, csv.Error) as error:
        raise InvalidValueError(source, found=str(error), expected="UTF-8 text in CSV form") from error


def _substance(row: dict[str, str], source: str) -> KnownSubstance:
    key, smiles = InChIKey(row.get("inchikey", "")), row.get("smiles", "")
    if smiles:
        computed = identify_structure(Smiles(smiles)).inchikey
        if computed != key:
            raise InvalidValueError("InChIKey", found=str(key), expected=f"{computed}, that of the structure beside it")
    name = row.get("name", "")
    names = (SubstanceName(text=name, language=row.get("language", ""), source=row.get("source", "")),) if name else ()
    return KnownSubstance(
        inchikey=key,
        smiles=smiles,
        names=names,
        substance_class=row.get(_CLASS, ""),
        structure_source=source if smiles else "",
    )
