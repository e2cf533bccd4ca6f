"""The regions of Kazakhstan, as data that names its source."""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from io import StringIO
from types import MappingProxyType

from lims.errors import InvalidRecordError

SOURCE = (
    "ISO 3166-2:KZ, codes in force since the change of November 2022 (https://www.iso.org/obp/ui/#iso:code:3166:KZ)"
)
"""Codes and categories were taken from restatements that agree with each other; the names are the usual ones in each
language. Compare the table once with the standard itself."""
_TABLE = "regions-iso-3166-2-kz.csv"
_TILES = "region-tiles.csv"


@dataclass(frozen=True, slots=True, kw_only=True)
class Region:
    """A region, or a city of the same rank."""

    code: str
    kind: str
    name_en: str
    name_kk: str
    name_ru: str


@lru_cache(maxsize=1)
def regions() -> Mapping[str, Region]:
    """Give all regions by code."""
    text = resources.files("lims.domain").joinpath(_TABLE).read_text("utf-8")
    return MappingProxyType({row["code"]: Region(**row) for row in csv.DictReader(StringIO(text))})


@dataclass(frozen=True, slots=True, kw_only=True)
class Tile:
    """Where a region stands in the tile map: a scheme and not geography."""

    code: str
    """Empty for what has no recorded region."""
    column: int
    """From the west, from 0."""
    row: int
    """From the north, from 0."""


@lru_cache(maxsize=1)
def tiles() -> tuple[Tile, ...]:
    """Give a tile for each region, and one for none, as the project arranged them."""
    text = resources.files("lims.domain").joinpath(_TILES).read_text("utf-8")
    lines = (line for line in text.splitlines() if not line.startswith("#"))
    return tuple(
        Tile(code=row["code"], column=int(row["column"]), row=int(row["row"])) for row in csv.DictReader(lines)
    )


def require_region(code: str) -> None:
    """Refuse a code that is none; empty stands for unknown.

    Raises
    ------
    InvalidRecordError
        Naming the codes that there are.
    """
    if code and code not in regions():
        raise InvalidRecordError(f"region {code!r}; expected a code of ISO 3166-2:KZ: {', '.join(regions())}")
