"""Which tests would tell isomers apart, from a small table that names the source of each line.

For mirror images, and where stereochemistry is left open, the sources name none: the answer is empty, which means
unknown and not "there is none".
"""

import csv
import functools
from dataclasses import dataclass
from importlib import resources
from io import StringIO

from substance_library.errors import PackageDataError
from substance_library.isomers import Isomerism

TABLE = "separating_tests.csv"


@dataclass(frozen=True, slots=True, kw_only=True)
class SeparatingTest:
    """A test that tells isomers of one kind apart."""

    relation: Isomerism
    technique: str
    """As the table of techniques names it."""
    how: str
    """What it needs beyond itself; empty where the source says nothing."""
    source: str


def separating_tests(relation: Isomerism) -> tuple[SeparatingTest, ...]:
    """Give the tests for isomers that differ in one way, the cheapest first.

    Returns
    -------
    tuple of SeparatingTest
        Empty where no source names one.

    Examples
    --------
    >>> [one.technique for one in separating_tests(Isomerism.POSITIONAL)]
    ['infrared spectroscopy', 'gas chromatography', 'nuclear magnetic resonance']
    """
    return tuple(one for one in _table() if one.relation is relation)


@functools.cache
def _table() -> tuple[SeparatingTest, ...]:
    text = resources.files("substance_library").joinpath("data", TABLE).read_text(encoding="utf-8")
    try:
        return tuple(
            SeparatingTest(
                relation=Isomerism(row["relation"]), technique=row["technique"], how=row["how"], source=row["source"]
            )
            for row in csv.DictReader(StringIO(text), strict=True)
        )
    except (ValueError, KeyError, csv.Error) as error:
        raise PackageDataError(TABLE, found=str(error), expected="relation, technique, how and source") from error
