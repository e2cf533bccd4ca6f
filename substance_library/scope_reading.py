"""Whether a row takes a structure in, once it is known how the two stand to each other: yes, no, or open and why."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from substance_library.named_match import Relation
from substance_library.prepared_structure import TakenOff
from substance_library.schedule import EntryScope, IsomerScope


class Taken(StrEnum):
    """What a row does with a structure."""

    IN = "in"
    OUT = "out"
    OPEN = "open"


@dataclass(frozen=True, slots=True, kw_only=True)
class ScopeReading:
    """What follows from relation and scope, and in which words."""

    taken: Taken
    points: tuple[str, ...] = ()
    """What an open reading turns on."""
    notes: tuple[str, ...] = ()


NOT_ESTABLISHED = "stereochemistry not established: the row states it and the structure does not"
_FLAT_ROW = "the row is drawn without stereochemistry; it is read as naming every stereoisomer"


def read_scope(
    relation: Relation, scope: EntryScope, taken_off: TakenOff, *, isotopologues_alike: bool
) -> ScopeReading:
    """Say whether a row takes a structure in.

    Parameters
    ----------
    relation : Relation
        How the parent stands to the structure of the row.
    taken_off : TakenOff
        Salt parts and isotopes that the structure had.
    isotopologues_alike : bool
        Policy where the row does not speak of isotopes: whether they are the same substance.
    """
    readings = [_of_relation(relation, scope)]
    if taken_off.parts:
        readings.append(_of_salt(scope))
    if taken_off.isotopes:
        readings.append(_of_isotopes(scope, alike=isotopologues_alike))
    return _together(readings)


def _together(readings: list[ScopeReading]) -> ScopeReading:
    taken = [one.taken for one in readings]
    worst = Taken.OUT if Taken.OUT in taken else Taken.OPEN if Taken.OPEN in taken else Taken.IN
    points = tuple(point for one in readings for point in one.points)
    notes = tuple(note for one in readings for note in one.notes)
    return ScopeReading(taken=worst, points=points if worst is Taken.OPEN else (), notes=notes)


def _of_relation(relation: Relation, scope: EntryScope) -> ScopeReading:
    if relation is Relation.SAME:
        return ScopeReading(taken=Taken.IN)
    if relation is Relation.TAUTOMER:
        return ScopeReading(taken=Taken.IN, notes=("drawn as another tautomer of it",))
    if relation is Relation.LESS_STEREO:
        wide = _isomers(scope, IsomerScope.STEREO)
        return ScopeReading(taken=Taken.IN if wide else Taken.OPEN, points=(NOT_ESTABLISHED,))
    if relation is Relation.MORE_STEREO:
        return _of_flat_row(scope)
    asked, words = _ASKED[relation]
    return _answered(asked(scope), words)


def _of_flat_row(scope: EntryScope) -> ScopeReading:
    if _isomers(scope, IsomerScope.STEREO) is False:
        return ScopeReading(taken=Taken.OPEN, points=("whether the row means this stereoisomer",))
    return ScopeReading(taken=Taken.IN, notes=(_FLAT_ROW,))


def _of_salt(scope: EntryScope) -> ScopeReading:
    if scope.salts is False:
        return ScopeReading(taken=Taken.OPEN, points=("whether a salt of it is meant, which the row leaves out",))
    return ScopeReading(taken=Taken.IN, notes=("a salt or solvate of it: the parent is compared",))


def _of_isotopes(scope: EntryScope, *, alike: bool) -> ScopeReading:
    if scope.isotopologues is False or (scope.isotopologues is None and not alike):
        return ScopeReading(taken=Taken.OUT)
    words = "isotope-labelled; " + ("the row takes that in" if scope.isotopologues else "taken as the same by policy")
    return ScopeReading(taken=Taken.IN, notes=(f"{words}. A labelled standard is no seizure",))


def _answered(answer: bool | None, words: str) -> ScopeReading:  # noqa: FBT001 - three values, and the only one
    if answer is None:
        return ScopeReading(taken=Taken.OPEN, points=(f"whether the row takes in {words}",))
    return ScopeReading(taken=Taken.IN if answer else Taken.OUT)


def _isomers(scope: EntryScope, *wanted: IsomerScope) -> bool | None:
    if scope.isomers is None:
        return None
    return IsomerScope.ALL in scope.isomers or not set(wanted).isdisjoint(scope.isomers)


_ASKED: Mapping[Relation, tuple[Callable[[EntryScope], bool | None], str]] = {
    Relation.OTHER_STEREO: (
        lambda scope: _isomers(scope, IsomerScope.STEREO, IsomerScope.GEOMETRIC),
        "other stereoisomers",
    ),
    Relation.POSITIONAL: (lambda scope: _isomers(scope, IsomerScope.POSITIONAL), "positional isomers"),
    Relation.ESTER: (lambda scope: scope.esters, "esters"),
    Relation.ETHER: (lambda scope: scope.ethers, "ethers"),
}
