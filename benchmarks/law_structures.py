"""The structures of ``../shared/data``, each once: what the rules of law are swept over."""

import csv
import gzip
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks.libraries import SHARED_DATA
from substance_library.errors import InvalidIdentifierError
from substance_library.identifiers import Smiles, identify_structure

SWGDRUG = Path("swgdrug", "structures.csv")
MASSBANK = (Path("massbank", "massbank-msms-positive.msp.gz"), Path("massbank", "massbank-ei.msp.gz"))
NAMES = Path("swgdrug", "swgdrug-3.4.msp.gz")
_NAME, _SMILES, _KEY = "Name: ", "SMILES: ", "InChIKey: "
_SKELETON = 14


@dataclass(frozen=True, slots=True, kw_only=True)
class RealStructure:
    """One structure with the name that its source gives it."""

    inchikey: str
    """Recomputed from the SMILES."""
    name: str
    """For people: of the first record with this skeleton, so it may name another stereoisomer or salt."""
    smiles: Smiles
    source: str


def real_structures(folder: Path = SHARED_DATA) -> list[RealStructure]:
    """Give every structure of the real data that can be read, by InChIKey; the first drawing of each stands."""
    found: dict[str, RealStructure] = {}
    for text, name, source in _rows(folder):
        try:
            smiles = Smiles(text)
            key = str(identify_structure(smiles).inchikey)
        except InvalidIdentifierError:
            continue
        found.setdefault(key, RealStructure(inchikey=key, name=name, smiles=smiles, source=source))
    return [found[key] for key in sorted(found)]


def _rows(folder: Path) -> Iterator[tuple[str, str, str]]:
    """Give each SMILES text once, with a name; SWGDRUG's table has none, its library has."""
    names = {key[:_SKELETON]: name for name, key in reversed(list(_records(folder / NAMES, _KEY)))}
    with (folder / SWGDRUG).open(encoding="utf-8", newline="") as table:
        for row in csv.DictReader(table):
            yield row["smiles"], names.get(row["inchikey"][:_SKELETON], ""), "swgdrug"
    seen: set[str] = set()
    for path in MASSBANK:
        for name, text in _records(folder / path, _SMILES):
            if text not in seen:
                seen.add(text)
                yield text, name, "massbank"


def _records(path: Path, field: str) -> Iterator[tuple[str, str]]:
    """Give the name and one field of each record that has it."""
    name = ""
    with gzip.open(path, "rt", encoding="utf-8", errors="replace") as lines:
        for line in lines:
            if line.startswith(_NAME):
                name = line.removeprefix(_NAME).strip()
            elif line.startswith(field):
                yield name, line.removeprefix(field).strip()
