"""Make a laboratory of many cases out of a demonstration's: ``python -m benchmarks.large_laboratory HOME``.

HOME is a folder that ``aigaq demo --workspace HOME`` made. Its cases, with everything that belongs to them, are
repeated under new numbers until there are 100 000 exhibits (``--exhibits``); the entries are chained and hashed as the
store does, and then every list is made anew from the ledger by the program itself. The raw data of the repeated runs do
not exist: what is copied is made up, and the entries say so where they name the software. Prints JSON.
"""

import argparse
import hashlib
import json
import re
import sqlite3
import time
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks.ledger_verify import open_guards
from lims.ledger import leaf_hash
from lims.ledger.canonical import canonical_bytes
from lims.ledger.entry import moment_text, read_moment
from lims.ledger.growing_tree import GrowingTree
from lims.persistence.engine import open_engine
from lims.persistence.store import SqlStore

DATABASE = "aigaq.sqlite"
SOFTWARE = "benchmark: repeated from the demonstration"
_AT_ONCE = 10_000
_STEP = timedelta(milliseconds=5)
_CASE = re.compile(r"(?<![0-9])2([0-9]{3})-([0-9]{4})(?![0-9])")
_TRANSFER = re.compile(r"T(2[0-9]{3})-([0-9]{5})(?![0-9])")
_CASES_APART = 1_000
_FIRST = 1_000_000
"""The first copy of case 2026-0001 is 2026-1001001: no number of the demonstration comes back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """One entry that is repeated: its text, and what changes in it."""

    text: str
    kind: str
    number: str
    version: int


def main() -> None:
    """Repeat the cases, make the lists, print what came about."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("home", type=Path)
    parser.add_argument("--exhibits", type=int, default=100_000)
    arguments = parser.parse_args()
    path = arguments.home / DATABASE
    began = time.perf_counter()
    entries = repeat_cases(path, exhibits=arguments.exhibits)
    repeated = time.perf_counter()
    SqlStore(open_engine(f"sqlite:///{path}")).rebuild_lists()
    print(
        json.dumps(
            {
                "entries": entries,
                "database_mb": round(path.stat().st_size / 1e6),
                "repeating_s": round(repeated - began, 1),
                "lists_s": round(time.perf_counter() - repeated, 1),
            },
            indent=2,
        )
    )


def repeat_cases(path: Path, *, exhibits: int) -> int:
    """Append copies of all entries of cases until there are so many exhibits; give the number of entries."""
    with closing(sqlite3.connect(path)) as connection:
        templates, digests, seals = _templates(connection)
        (here,) = connection.execute("SELECT count(*) FROM record WHERE kind = 'exhibit'").fetchone()
        copies = -(-(exhibits - here) // here)
        connection.execute("PRAGMA synchronous=OFF")
        connection.execute("DROP TRIGGER ledger_insert_guard")
        tree = GrowingTree()
        leaves = [bytes.fromhex(leaf) for (leaf,) in connection.execute("SELECT leaf FROM ledger ORDER BY sequence")]
        for start in range(0, len(leaves), 256):
            tree.extend(leaves[start : start + 256])
        rows: list[tuple[Any, ...]] = []
        for row in _rows(connection, templates, digests, seals, copies):
            rows.append(row)
            if len(rows) == _AT_ONCE:
                connection.executemany("INSERT INTO ledger VALUES (?, ?, ?, ?, ?, ?)", rows)
                tree.extend([bytes.fromhex(one[4]) for one in rows])
                rows.clear()
        connection.executemany("INSERT INTO ledger VALUES (?, ?, ?, ?, ?, ?)", rows)
        tree.extend([bytes.fromhex(one[4]) for one in rows])
        connection.execute("DELETE FROM tree_node")
        nodes = [(level, place, digest) for (level, place), digest in tree.nodes().items()]
        connection.executemany("INSERT INTO tree_node VALUES (?, ?, ?)", nodes)
        compact = tree.range
        connection.execute("UPDATE ledger_tree SET size = ?, nodes = ?", (compact.size, b"".join(compact.nodes)))
        for guard in open_guards(path):
            connection.execute(guard)
        connection.commit()
        return int(compact.size)


def _templates(connection: sqlite3.Connection) -> tuple[list[Template], set[str], set[str]]:
    """Give every entry that belongs to a case, the digests of their raw data, and the seals."""
    templates, digests = [], set()
    for kind, number, version, data in connection.execute(
        "SELECT kind, number, version, data FROM ledger ORDER BY sequence"
    ):
        if _CASE.search(number) or _TRANSFER.search(number):
            text = bytes(data).decode()
            templates.append(Template(text=text, kind=kind, number=number, version=version))
            if kind in {"run", "finding", "photograph"}:
                digests |= set(json.loads(text)["raw"])
    return templates, digests, {seal for (seal,) in connection.execute("SELECT seal FROM seal_use")}


def _rows(
    connection: sqlite3.Connection, templates: list[Template], digests: set[str], seals: set[str], copies: int
) -> Iterator[tuple[Any, ...]]:
    """Give the rows of the ledger that follow."""
    sequence, previous, data = connection.execute(
        "SELECT sequence, leaf, data FROM ledger ORDER BY sequence DESC LIMIT 1"
    ).fetchone()
    at: datetime = read_moment(json.loads(data)["recorded_at"])
    words = re.compile("|".join(map(re.escape, sorted(digests | seals, key=len, reverse=True))))
    for copy in range(1, copies + 1):
        new = _new_words(digests, seals, copy)
        for one in templates:
            sequence, at = sequence + 1, at + _STEP
            facts = json.loads(_renumbered(words.sub(partial(_new_word, new), one.text), copy))
            facts |= {
                "sequence": sequence,
                "previous": previous,
                "recorded_at": moment_text(at),
                "software": SOFTWARE,
            }
            written = canonical_bytes(facts)
            previous = leaf_hash(written)
            yield (sequence, one.kind, facts["number"], one.version, previous, written)


def _new_words(digests: set[str], seals: set[str], copy: int) -> Mapping[str, str]:
    return {old: hashlib.sha256(f"{copy}/{old}".encode()).hexdigest() for old in digests} | {
        old: f"{old}-{copy}" for old in seals
    }


def _new_word(new: Mapping[str, str], found: re.Match[str]) -> str:
    return new[found[0]]


def _renumbered(text: str, copy: int) -> str:
    moved = _CASE.sub(lambda found: f"2{found[1]}-{_FIRST + copy * _CASES_APART + int(found[2])}", text)
    return _TRANSFER.sub(lambda found: f"T{found[1]}-{_FIRST + copy * _CASES_APART + int(found[2])}", moved)


if __name__ == "__main__":
    main()
