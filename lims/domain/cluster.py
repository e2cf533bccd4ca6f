"""Clusters of alike components across cases: where and since when something was seen before anybody knows it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from lims.domain.alert import component_number
from lims.domain.alert_rule import UNRESOLVED
from lims.domain.examination import Decision


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """One component of a cluster, with where it comes from; None and empty text mean unknown."""

    examination_number: str
    component_number: int
    decision: Decision
    identity: str
    """Name of what the expert identified; empty for nothing."""
    examiner: str
    run_number: str
    exhibit_number: str
    case_number: str
    seizure: str
    """Number of the seizure; where none is recorded, that of the case: a case is at least one."""
    region: str
    """Code of ISO 3166-2:KZ."""
    seized_on: date | None
    analysed_on: date | None
    """Day of the acquisition, as the instrument wrote it."""

    @property
    def unresolved(self) -> bool:
        """Whether it has no identity yet, or was not identified."""
        return self.decision in UNRESOLVED


@dataclass(frozen=True, slots=True, kw_only=True)
class Cluster:
    """All components that are alike; its number is that of its founder and stays."""

    number: str
    sightings: tuple[Sighting, ...]
    """In the order in which they were examined; the founder, whose spectrum stands for all, is the first."""
    provisional: str = ""
    """Number of the provisional substance that was made of it; empty for none."""

    @property
    def unresolved(self) -> int:
        """How many of its components have no identity."""
        return sum(one.unresolved for one in self.sightings)

    @property
    def seizures(self) -> int:
        """In how many seizures it was seen."""
        return len({one.seizure for one in self.sightings})

    @property
    def cases(self) -> int:
        """In how many cases it was seen."""
        return len({one.case_number for one in self.sightings})

    @property
    def regions(self) -> tuple[str, ...]:
        """In which regions it was seen, as far as they are known."""
        return tuple(sorted({one.region for one in self.sightings} - {""}))

    @property
    def without_region(self) -> int:
        """Of how many seizures the region is not known."""
        return len({one.seizure for one in self.sightings if not one.region})

    @property
    def first_seized_on(self) -> date | None:
        """The earliest known day of a seizure; None if none is known."""
        return min((one.seized_on for one in self.sightings if one.seized_on), default=None)

    @property
    def first_analysed_on(self) -> date | None:
        """The earliest known day of an analysis."""
        return min((one.analysed_on for one in self.sightings if one.analysed_on), default=None)

    @property
    def identities(self) -> tuple[str, ...]:
        """What components of it were identified as."""
        return tuple(sorted({one.identity for one in self.sightings} - {""}))


def cluster_number(examination: str, component: int) -> str:
    """Give the number of the cluster that a component founded."""
    return f"K-{component_number(examination, component)}"


def founder_of(number: str) -> tuple[str, int] | None:
    """Read which component founded a cluster; None for a text that is no number of one."""
    examination, separator, component = number.removeprefix("K-").rpartition("-C")
    is_number = number.startswith("K-") and separator and component.isascii() and component.isdecimal()
    return (examination, int(component)) if is_number and examination else None


def in_order_of_spread(clusters: Iterable[Cluster]) -> tuple[Cluster, ...]:
    """Sort clusters: those without an identity in the most seizures first, then by number."""
    return tuple(sorted(clusters, key=lambda one: (-one.seizures, -len(one.sightings), one.number)))
