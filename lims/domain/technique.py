"""The techniques of the SWGDRUG Recommendations with their categories, as data that names its edition."""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from importlib import resources
from io import StringIO
from types import MappingProxyType

from lims.errors import NotFoundError

EDITION = "SWGDRUG Recommendations 8.2 (2024-06-27)"
"""Its list of techniques was taken from a restatement of part IIIB; compare it once with the document itself."""
_TABLE = "techniques-swgdrug-8.2.csv"


class Category(StrEnum):
    """How much a technique can tell: A structure, B physical or chemical property, C class."""

    A = "A"
    B = "B"
    C = "C"


@dataclass(frozen=True, slots=True, kw_only=True)
class Technique:
    """One technique."""

    name: str
    category: Category
    principle: str
    """The chemical or physical property that it rests on; techniques of one principle confirm nothing together."""
    only_for: str = ""
    """The one material that it counts for; empty for every substance."""

    def applies_to(self, substance: str) -> bool:
        """Tell whether it counts for a substance or material, by its name: ``cannabis``, ``Cannabis sativa L.``."""
        return not self.only_for or substance.casefold().split()[:1] == [self.only_for]


@lru_cache(maxsize=1)
def techniques() -> Mapping[str, Technique]:
    """Give all techniques of the edition by name."""
    text = resources.files("lims.domain").joinpath(_TABLE).read_text("utf-8")
    rows = csv.DictReader(StringIO(text))
    return MappingProxyType(
        {
            row["technique"]: Technique(
                name=row["technique"],
                category=Category(row["category"]),
                principle=row["principle"],
                only_for=row["only_for"],
            )
            for row in rows
        }
    )


def technique(name: str) -> Technique:
    """Give one technique.

    Raises
    ------
    NotFoundError
        If the edition does not know it.
    """
    found = techniques().get(name)
    if found is None:
        raise NotFoundError("technique", name)
    return found
