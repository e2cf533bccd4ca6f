"""A method written as the file that it is read from, and what two versions of it say otherwise."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from lims.domain.method import Method
from lims.domain.record import body_of

_OWN = (
    "number",
    "name",
    "instrument_kind",
    "acquisition_method",
    "fewest_calibrators",
    "demonstration",
    "limits_basis",
)
_PARTS = ("analyte", "internal_standard", "quantitation", "limits", "columns", "ladder")


@dataclass(frozen=True, slots=True, kw_only=True)
class MethodChange:
    """One field that two versions of a method state differently."""

    name: str
    """As the file of a method writes it, with its table before a dot."""
    before: str
    """Empty where there was none."""
    after: str


def method_text(method: Method) -> str:
    """Write a method as the file that ``read_method`` takes; who defined it when, version and status are not in it."""
    rows = _rows(method)
    lines = [f"{name} = {rows.pop(name)}" for name in _OWN]
    for part in (*_PARTS[:3], "quantitation.settings", *_PARTS[3:]):
        own = {name: value for name, value in rows.items() if name.rpartition(".")[0] == part}
        if own:
            lines += ["", f"[{part}]", *(f"{name.rpartition('.')[2]} = {value}" for name, value in own.items())]
    return "\n".join((*lines, ""))


def method_changes(before: Method | None, after: Method) -> tuple[MethodChange, ...]:
    """Name what a new version states otherwise than the one before; of a new method everything."""
    old = {} if before is None else _rows(before)
    new = _rows(after)
    names = dict.fromkeys((*old, *new))
    return tuple(
        MethodChange(name=name, before=old.get(name, ""), after=new.get(name, ""))
        for name in names
        if old.get(name) != new.get(name)
    )


def _rows(method: Method) -> dict[str, str]:
    """Write every field that is stated, by its name."""
    body = body_of(method)
    rows = {name: _value(body[name]) for name in _OWN}
    for part in _PARTS:
        value = body[part]
        if isinstance(value, Mapping):
            stated = {name: one for name, one in value.items() if name != "settings" and one is not None}
            rows |= {f"{part}.{name}": _value(one, bare=part == "limits") for name, one in stated.items()}
    settings = {one.name: one.value for one in method.quantitation.settings}
    return rows | {f"quantitation.settings.{name}": _value(value) for name, value in settings.items()}


def _value(value: object, *, bare: bool = False) -> str:
    """Write a value: JSON's texts, numbers, lists and truths are TOML's too; a limit is a bare number."""
    return str(value) if bare else json.dumps(value, ensure_ascii=False)
