"""What a report says of the kind of its object: what was seized with it, or whose biological material it is."""

from dataclasses import dataclass
from datetime import datetime

from lims.domain.exhibit import OF_A_DONOR, Exhibit, ExhibitKind
from lims.domain.seizure import Channel, Seizure

OF_A_SYNTHESIS = frozenset({ExhibitKind.PRECURSOR, ExhibitKind.EQUIPMENT})
"""Kinds of objects that point to a making, as they were seen before any examination."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SeizedObject:
    """One object that was seized."""

    number: str
    kind: ExhibitKind | None
    """As it was seen on receipt; None: unknown."""
    description: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SceneSection:
    """The objects of one seizure, where they may belong to the making of a substance."""

    seizure_number: str
    """Empty: the seizure is not recorded by itself, and these are the objects of the case."""
    channel: Channel | None
    """Where they were found, as the sender says; None: unknown."""
    objects: tuple[SeizedObject, ...]
    """That are on record when the report is made, this one among them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BiologicalSection:
    """Biological material, and the donor by a code; who that is stands in no report."""

    matrix: ExhibitKind
    donor_code: str
    """Empty: no donor is recorded."""
    collected_at: datetime | None
    """When it was taken from the person, as the sender says; None: unknown."""
    storage: str
    """As the sender or the material asks for; empty for unknown."""


def of_a_synthesis(exhibit: Exhibit, seizure: Seizure | None) -> bool:
    """Tell whether an object is a precursor or equipment, or was found in a clandestine laboratory."""
    found_there = seizure is not None and seizure.channel is Channel.LABORATORY
    return found_there or exhibit.kind in OF_A_SYNTHESIS


def of_a_donor(exhibit: Exhibit) -> bool:
    """Tell whether an object comes from a person."""
    return exhibit.kind in OF_A_DONOR
