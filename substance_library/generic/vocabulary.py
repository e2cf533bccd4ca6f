"""The words of rules: named predicates about fragments, each with its parameters, in one register.

A predicate takes a fragment and its parameters and answers with a ``Fit``. A module that defines some imports
``predicate`` and is imported by ``substance_library.generic.words``.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

from substance_library.errors import InvalidRuleError, quoted
from substance_library.generic.fragment import Fragment, canonical_fragment

Description = Mapping[str, Any]
"""One alternative of a slot as the rule's document has it: ``{"is": "alkyl", "max_carbons": 6}``."""
LABELS = frozenset({"is", "words", "limb", "tag", "point", "slot"})
"""Keys of a description that speak about it and are no parameters of its predicate."""


@dataclass(frozen=True, slots=True)
class Fit:
    """Whether a fragment is what a predicate describes."""

    fits: bool
    points: tuple[str, ...] = ()
    """Open points of the text on which a fit turns; none: it fits without doubt."""


FITS, NO_FIT = Fit(fits=True), Fit(fits=False)

_FRAGMENT_KEYS = frozenset({"smiles", "skeletons"})
"""Parameters that are lists of SMILES, whatever the predicate."""

PredicateFunction = Callable[[Fragment, Description], Fit]


@dataclass(frozen=True, slots=True, kw_only=True)
class Predicate:
    """A word of the vocabulary: its function and the parameters that it takes."""

    name: str
    function: PredicateFunction
    required: Mapping[str, type | tuple[type, ...]]
    optional: Mapping[str, type | tuple[type, ...]]
    choices: Mapping[str, Collection[str]]
    """Parameters that are one of a few words."""


_REGISTER: dict[str, Predicate] = {}


def predicate(
    name: str,
    *,
    required: Mapping[str, type | tuple[type, ...]] | None = None,
    optional: Mapping[str, type | tuple[type, ...]] | None = None,
    choices: Mapping[str, Collection[str]] | None = None,
) -> Callable[[PredicateFunction], PredicateFunction]:
    """Enter a function into the vocabulary under a name.

    Raises
    ------
    InvalidRuleError
        If the name is taken.
    """

    def enter(function: PredicateFunction) -> PredicateFunction:
        if name in _REGISTER:
            raise InvalidRuleError("vocabulary", found=f"a second predicate {name!r}", expected="one of each name")
        _REGISTER[name] = Predicate(
            name=name, function=function, required=required or {}, optional=optional or {}, choices=choices or {}
        )
        return function

    return enter


def fit(fragment: Fragment, description: Description) -> Fit:
    """Ask the predicate of a description about a fragment."""
    return _REGISTER[description["is"]].function(fragment, description)


def best_fit(fragment: Fragment, descriptions: tuple[Description, ...] | list[Description]) -> Fit:
    """Ask for any of several: the first without doubt, else the first with open points, else none."""
    open_fit = NO_FIT
    for description in descriptions:
        answer = fit(fragment, description)
        if answer.fits and not answer.points:
            return answer
        if answer.fits and not open_fit.fits:
            open_fit = answer
    return open_fit


def check_description(what: str, description: object) -> None:
    """Refuse a description whose predicate or parameters nobody knows.

    Raises
    ------
    InvalidRuleError
        If the predicate is unknown, or a parameter is missing, unknown or of another type.
    """
    if not isinstance(description, Mapping) or not isinstance(description.get("is"), str):
        raise InvalidRuleError(what, found=quoted(str(description)), expected='an object with "is"')
    word = _REGISTER.get(description["is"])
    if word is None:
        raise InvalidRuleError(what, found=quoted(description["is"]), expected=f"one of {', '.join(sorted(_REGISTER))}")
    given = {key: value for key, value in description.items() if key not in LABELS}
    _check_names(f"{what}, {word.name}", given, word)
    for key, value in given.items():
        kind = {**word.required, **word.optional}[key]
        if not isinstance(value, kind) or (isinstance(value, bool) and kind is int):
            raise InvalidRuleError(f"{what}, {word.name}, {key}", found=repr(value), expected=str(kind))
        _check_value(f"{what}, {word.name}, {key}", key, value, word)
    for nested in _nested(given):
        check_description(f"{what}, {word.name}", nested)


def _check_names(what: str, given: Mapping[str, Any], word: Predicate) -> None:
    missing = sorted(set(word.required) - set(given))
    unknown = sorted(set(given) - set(word.required) - set(word.optional))
    if missing or unknown:
        found = f"missing {missing}, unknown {unknown}"
        raise InvalidRuleError(
            what, found=found, expected=f"{sorted(word.required)} and perhaps {sorted(word.optional)}"
        )


def _check_value(what: str, key: str, value: object, word: Predicate) -> None:
    if key in word.choices and value not in word.choices[key]:
        raise InvalidRuleError(what, found=repr(value), expected=f"one of {', '.join(sorted(word.choices[key]))}")
    if key in _FRAGMENT_KEYS and isinstance(value, list):
        unreadable = [it for it in value if not isinstance(it, str) or not canonical_fragment(it)]
        if unreadable:
            raise InvalidRuleError(what, found=repr(unreadable), expected="SMILES that RDKit can read")


def _nested(given: Mapping[str, Any]) -> list[object]:
    """Give the descriptions inside parameters: an object with ``is``, or a list of such."""
    found: list[object] = []
    for value in given.values():
        if isinstance(value, Mapping):
            found.append(value)
        elif isinstance(value, list):
            found.extend(item for item in value if isinstance(item, Mapping))
    return found
