"""What changed from one version of a record to another, field by field, in words. Pure."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from lims.domain.described import DescribedRecord
from lims.ledger.canonical import JsonValue

Body = Callable[[str, str, int], Mapping[str, JsonValue] | None]
"""Gives the body of a record by kind, number and version; None for a kind whose fields are not compared."""
_KEYS = ("number", "name", "rank", "unit", "item", "kind", "substance")
"""Fields by which the parts of a list are told apart, the first that a part has."""
_NO_CHANGE = frozenset({"version"})
_LONGEST = 200
"""Characters of a value that are shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldChange:
    """One value that is another now; empty text stands for nothing."""

    place: str
    """The way to it, such as ``components 3, decision``."""
    before: str
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordChange:
    """One record that is new, gone, or changed."""

    kind: str
    number: str
    before: int
    """Version; 0 for a record that is new."""
    after: int
    """Version; 0 for a record that does not belong to it any more."""
    fields: tuple[FieldChange, ...] = ()


def changes_between(
    before: Iterable[DescribedRecord], after: Iterable[DescribedRecord], *, body: Body
) -> tuple[RecordChange, ...]:
    """Compare what two reports describe.

    Parameters
    ----------
    before, after : iterable of DescribedRecord
        What the older and the newer report describe.
    body : callable
        Gives a record as it was; called only for records whose described part differs.
    """
    old = {(one.kind, one.number): one for one in before}
    new = {(one.kind, one.number): one for one in after}
    return tuple(
        _change(old.get(key), new.get(key), body)
        for key in sorted(old | new)
        if key not in old or key not in new or old[key].sha256 != new[key].sha256
    )


def _change(old: DescribedRecord | None, new: DescribedRecord | None, body: Body) -> RecordChange:
    known = new or old
    if known is None:
        raise LookupError("a change of nothing")
    fields: tuple[FieldChange, ...] = ()
    if old is not None and new is not None:
        was, now = body(old.kind, old.number, old.version), body(new.kind, new.number, new.version)
        fields = changed_fields(was, now) if was is not None and now is not None else ()
    return RecordChange(
        kind=known.kind,
        number=known.number,
        before=0 if old is None else old.version,
        after=0 if new is None else new.version,
        fields=fields,
    )


def changed_fields(before: Mapping[str, JsonValue], after: Mapping[str, JsonValue]) -> tuple[FieldChange, ...]:
    """Give every value that differs between two bodies of a record, in the order of their places.

    Examples
    --------
    >>> [(one.place, one.before, one.after) for one in changed_fields({"mass_g": "1.0"}, {"mass_g": "1.2"})]
    [('mass g', '1.0', '1.2')]
    """
    old, new = dict(_leaves(before, ())), dict(_leaves(after, ()))
    return tuple(
        FieldChange(place=", ".join(place), before=_shown(old.get(place)), after=_shown(new.get(place)))
        for place in dict.fromkeys((*old, *new))
        if old.get(place) != new.get(place)
    )


def _leaves(value: JsonValue, place: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], JsonValue]]:
    """Walk over everything that is no container; parts of a list are named by what tells them apart."""
    if isinstance(value, Mapping):
        for name, inner in value.items():
            if name not in _NO_CHANGE:
                yield from _leaves(inner, (*place, name.replace("_", " ")))
    elif isinstance(value, list | tuple):
        seen: dict[str, int] = {}
        for ordinal, part in enumerate(value, start=1):
            name = _name(part, ordinal)
            seen[name] = seen.get(name, 0) + 1
            told = name if seen[name] == 1 else f"{name} ({seen[name]})"
            inside = (*place[:-1], f"{place[-1]} {told}") if place else (told,)
            yield from _leaves(part, inside)
    elif value is not None and value != "":
        yield place, value


def _name(part: JsonValue, ordinal: int) -> str:
    if isinstance(part, Mapping):
        key = next((one for one in _KEYS if one in part), None)
        return str(ordinal) if key is None else str(part[key])
    return str(ordinal)


def _shown(value: JsonValue) -> str:
    words = "" if value is None else str(value)
    return words if len(words) <= _LONGEST else f"{words[:_LONGEST]}…"


_OF_COMPONENT = re.compile(r"components (\d+)\b")


def changes_by_component(
    changes: Iterable[RecordChange], examination_number: str
) -> Mapping[int, tuple[FieldChange, ...]]:
    """Give what changed of an examination, by the number of the component that it concerns.

    Examples
    --------
    >>> field = FieldChange(place="components 3, decision", before="undecided", after="identified")
    >>> change = RecordChange(kind="examination", number="E1", before=1, after=2, fields=(field,))
    >>> [(number, len(found)) for number, found in changes_by_component([change], "E1").items()]
    [(3, 1)]
    """
    found: dict[int, list[FieldChange]] = {}
    for change in changes:
        if (change.kind, change.number) == ("examination", examination_number):
            for one in change.fields:
                match = _OF_COMPONENT.match(one.place)
                if match:
                    found.setdefault(int(match[1]), []).append(one)
    return {number: tuple(several) for number, several in sorted(found.items())}
