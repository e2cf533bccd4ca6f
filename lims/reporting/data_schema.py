"""The JSON Schema (draft 2020-12) of the data inside a report, made of the dataclasses that the data are made of.

It travels in the document, so that a reader needs neither this program nor its source to know what a field means.
"""

import ast
import inspect
import sys
import types
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from functools import cache, lru_cache
from itertools import pairwise
from typing import Any, Final, Union, get_args, get_origin, get_type_hints

from lims.domain.report_content import ReportContent
from lims.ledger.canonical import JsonValue, canonical_bytes

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
SCHEMA_ID: Final = "urn:aigaq:report-data"
_PLAIN: Final[Mapping[type, Mapping[str, JsonValue]]] = {
    str: {"type": "string"},
    int: {"type": "integer"},
    bool: {"type": "boolean"},
    Decimal: {"type": "string", "pattern": r"^-?[0-9]+(\.[0-9]+)?(E[+-]?[0-9]+)?$", "title": "decimal number"},
    date: {"type": "string", "pattern": r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$", "title": "day"},
    datetime: {
        "type": "string",
        "pattern": r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6}Z$",
        "title": "time, UTC",
    },
}


@lru_cache(maxsize=1)
def schema_json() -> bytes:
    """Give the schema of ``report-data.json`` as canonical JSON."""
    return canonical_bytes(report_schema())


@lru_cache(maxsize=1)
def report_schema() -> Mapping[str, Any]:
    """Give the schema of a report's content."""
    return schema_of(ReportContent, schema_id=SCHEMA_ID)


def schema_of(kind: type, *, schema_id: str) -> Mapping[str, Any]:
    """Describe what ``body_of`` writes of a frozen dataclass.

    Every field is required, because every field is written, and nothing else is allowed.

    Raises
    ------
    TypeError
        If a field is of a type that has no form in the data, or two classes have one name.
    """
    collected = _Collected()
    _refer(kind, collected)
    return {
        "$schema": DIALECT,
        "$id": schema_id,
        "$ref": f"#/$defs/{_name(kind)}",
        "$defs": dict(sorted(collected.definitions.items())),
    }


@dataclass(slots=True, kw_only=True)
class _Collected:
    """The definitions so far."""

    definitions: dict[str, Any] = field(default_factory=dict)
    kinds: dict[str, type] = field(default_factory=dict)


def _described(annotation: Any, collected: _Collected) -> dict[str, Any]:  # noqa: ANN401 - any annotation
    """Describe a value of a type."""
    origin = get_origin(annotation)
    if origin in (Union, types.UnionType):
        return {"anyOf": [_described(one, collected) for one in get_args(annotation)]}
    if origin is tuple:
        return {"type": "array", "items": _described(get_args(annotation)[0], collected)}
    if origin is not None and issubclass(origin, Mapping):
        return {"type": "object", "additionalProperties": _described(get_args(annotation)[1], collected)}
    if annotation is type(None):
        return {"type": "null"}
    if annotation in _PLAIN:
        return dict(_PLAIN[annotation])
    if isinstance(annotation, type) and (is_dataclass(annotation) or issubclass(annotation, Enum)):
        return _refer(annotation, collected)
    raise TypeError(f"no form in the data for {annotation!r}")


def _refer(kind: type, collected: _Collected) -> dict[str, Any]:
    """Describe a class once, and refer to it."""
    name = _name(kind)
    if collected.kinds.setdefault(name, kind) is not kind:
        raise TypeError(f"two classes of the data are called {name}")
    if name not in collected.definitions:
        collected.definitions[name] = {}  # so that a class may name itself
        whole = _choice(kind) if issubclass(kind, Enum) else _object(kind, collected)
        collected.definitions[name] = {"description": _first_line(kind), **whole}
    return {"$ref": f"#/$defs/{name}"}


def _name(kind: type) -> str:
    """Name a class by its module too: what a report says of a finding and a finding are two things."""
    return f"{kind.__module__.rsplit('.', 1)[-1]}.{kind.__name__}"


def _choice(kind: type[Enum]) -> dict[str, Any]:
    return {"enum": [one.value for one in kind]}


def _object(kind: type, collected: _Collected) -> dict[str, Any]:
    hints, words = get_type_hints(kind), dict(_field_words(kind))
    properties = {}
    for one in fields(kind):
        described = _described(hints[one.name], collected)
        properties[one.name] = described | ({"description": words[one.name]} if one.name in words else {})
    return {
        "type": "object",
        "properties": properties,
        "required": sorted(properties),
        "additionalProperties": False,
    }


def _first_line(kind: type) -> str:
    return (inspect.getdoc(kind) or "").split("\n", 1)[0]


def _field_words(kind: type) -> Iterator[tuple[str, str]]:
    """Give the sentence under each field of a class, as its source has it."""
    tree = _classes(kind.__module__).get(kind.__qualname__)
    body = [] if tree is None else tree.body
    for before, after in pairwise(body):
        match before, after:
            case ast.AnnAssign(target=ast.Name(id=name)), ast.Expr(value=ast.Constant(value=str(words))):
                yield name, " ".join(words.split())


@cache
def _classes(module: str) -> Mapping[str, ast.ClassDef]:
    tree = ast.parse(inspect.getsource(sys.modules[module]))
    return {node.name: node for node in tree.body if isinstance(node, ast.ClassDef)}
