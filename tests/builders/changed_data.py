"""Data of reports in which one number was changed: what every program that repeats the arithmetic must notice alike."""

import copy
import importlib.util
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

from lims.ledger.canonical import canonical_bytes
from lims.ledger.extract import CHECKPOINT_FILE, ENTRIES_FILE, KEYS_FILE, PROOFS_FILE
from lims.reporting.content import DATA_FILE, SPECTRA_FILE, content_json
from lims.reporting.repeating.attachments import Attachments
from lims.reporting.spectra_file import spectra_msp

_GOLDEN = Path(__file__).parents[1] / "golden" / "report" / "generate.py"
_COMPUTED = ("circumstances", "confidence", "quantitations", "runs", "method")
_OF_RUNS = 0.1
"""Share of the runs' numbers that is changed: nearly all of them are peaks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangedData:
    """The attachments of a report, with what was changed in them."""

    name: str
    change: str
    """Empty for none."""
    files: dict[str, bytes] = field(repr=False)

    @property
    def attachments(self) -> Attachments:
        """Give them as the command reads them."""
        return Attachments(
            data=self.files[DATA_FILE],
            spectra=self.files.get(SPECTRA_FILE),
            entries=self.files.get(ENTRIES_FILE),
            proofs=self.files.get(PROOFS_FILE),
            checkpoint=self.files.get(CHECKPOINT_FILE),
            keys=self.files.get(KEYS_FILE),
        )


def changed_data(chance: Random, *, each: int) -> Iterator[ChangedData]:
    """Give the data of every golden report as they are, then so many times with one number changed."""
    for name, (content, extract) in _golden_contents().items():
        spectra = {SPECTRA_FILE: spectra_msp(content).encode()} if content.identities else {}
        beside = spectra | dict(extract.files if extract is not None else {})
        yield ChangedData(name=name, change="", files={DATA_FILE: content_json(content), **beside})
        data = json.loads(content_json(content))
        places = [one for one in _numbers(data, ()) if one[0] in _COMPUTED and "chromatogram" not in one]
        places = [one for one in places if one[0] != "runs" or chance.random() < _OF_RUNS]
        for _ in range(each):
            place = chance.choice(places)
            changed = copy.deepcopy(data)
            change = f"{'.'.join(map(str, place))}: {_change(changed, place, chance)}"
            yield ChangedData(name=name, change=change, files={DATA_FILE: canonical_bytes(changed), **beside})


def _golden_contents() -> dict[str, Any]:
    specification = importlib.util.spec_from_file_location("generate_golden_contents", _GOLDEN)
    if specification is None or specification.loader is None:
        raise FileNotFoundError(_GOLDEN)
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    contents: dict[str, Any] = module.golden_contents()
    return contents


def _numbers(value: Any, place: tuple[str | int, ...]) -> Iterator[tuple[str | int, ...]]:
    """Give the places of all numbers, which are whole numbers or texts."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _numbers(inner, (*place, key))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from _numbers(inner, (*place, index))
    elif _is_number(value):
        yield place


def _is_number(value: object) -> bool:
    if isinstance(value, str):
        return value.lstrip("-").replace(".", "", 1).isdecimal()
    return isinstance(value, int) and not isinstance(value, bool)


def _change(data: Any, place: tuple[str | int, ...], chance: Random) -> str:
    """Change one digit, or a whole number by a little; says from what to what."""
    for step in place[:-1]:
        data = data[step]
    old = data[place[-1]]
    if isinstance(old, int):
        data[place[-1]] = old + chance.choice([1, -1, 2, 10])
    else:
        digit = chance.choice([index for index, letter in enumerate(old) if letter.isdigit()])
        other = (int(old[digit]) + chance.randint(1, 9)) % 10
        data[place[-1]] = f"{old[:digit]}{other}{old[digit + 1 :]}"
    return f"{old} -> {data[place[-1]]}"
