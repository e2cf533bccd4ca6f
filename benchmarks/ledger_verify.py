"""How long it takes, and how much memory, to verify a ledger: ``python -m benchmarks.ledger_verify --entries 1000000``.

Makes a ledger in SQLite (four versions of each, every third in Cyrillic) with its lists and tree, verifies
it in processes of its own, and prints JSON. Entries are of about 440 bytes (accounts, as short as a record can be: the
case of the gate) or 670 (exhibits). They say that they are a benchmark's.
"""

import argparse
import json
import multiprocessing
import os
import resource
import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Engine

from lims.domain.account import Account
from lims.domain.exhibit import Exhibit
from lims.domain.raw_upkeep import RawRepair, RawSweep
from lims.domain.record import Record, body_of
from lims.errors import RawStoreError
from lims.ledger import GENESIS, LedgerChecking, LedgerEntry, leaf_hash
from lims.ledger.entry import moment_text
from lims.ledger.growing_tree import GrowingTree
from lims.persistence.engine import open_engine
from lims.persistence.ledger_reading import ledger_reading
from lims.persistence.store import SqlStore

BEGINNING = datetime(2026, 1, 1, tzinfo=UTC)
VERSIONS = 4
SHORT = 440
_AT_ONCE = 10_000
_TEXTS = ("a white powder in a bag", "white crystals, wrapped", "порошок белого цвета")


def main() -> None:
    """Make the ledger, verify it in both ways, print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--entries", type=int, default=100_000)
    parser.add_argument("--records", choices=["versions", "distinct"], default="versions")
    parser.add_argument("--entry-bytes", type=int, choices=[SHORT, 670], default=SHORT)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--keep", type=Path, help="Folder for the ledger, used again if it is there.")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = arguments.keep or Path(scratch)
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"ledger-{arguments.records}-{arguments.entries}-{arguments.entry_bytes}.sqlite"
        if not path.exists():
            versions = VERSIONS if arguments.records == "versions" else 1
            make_ledger(path, entries=arguments.entries, versions=versions, entry_bytes=arguments.entry_bytes)
        figures = {
            "entries": arguments.entries,
            "mean_entry_bytes": mean_size(path),
            "records": arguments.records,
            "database_mb": round(path.stat().st_size / 1e6),
            "load_average": os.getloadavg()[0],
            "entries_and_tree": measured(check_entries, path, arguments.repeats),
            "entries_and_tree_in_one_process": measured(check_entries_alone, path, arguments.repeats),
            "raw_named": measured(find_named_raw, path, arguments.repeats),
            "with_lists": measured(check_lists, path, arguments.repeats),
            "proofs": measured(make_proofs, path, 1),
        }
    print(json.dumps(figures, indent=2))


def measured(work: Callable[[Engine], dict[str, Any]], path: Path, repeats: int) -> dict[str, Any]:
    """Do something in a process of its own, several times, and give the least time and the most memory."""
    context = multiprocessing.get_context("spawn")
    found = []
    for _ in range(repeats):
        with context.Pool(1) as pool:
            found.append(pool.apply(_measure, (work, str(path))))
    best: dict[str, Any] = min(found, key=lambda each: each["wall_s"])
    return best | {"peak_mb": max(each["peak_mb"] for each in found), "before_mb": found[0]["before_mb"]}


def _measure(work: Callable[[Engine], dict[str, Any]], path: str) -> dict[str, Any]:
    engine = open_engine(f"sqlite:///{path}")
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    wall, cpu, others = time.perf_counter(), time.process_time(), _cpu_of_others()
    facts = work(engine)
    return facts | {
        "wall_s": round(time.perf_counter() - wall, 2),
        "cpu_s": round(time.process_time() - cpu, 2),
        "cpu_of_other_process_s": round(_cpu_of_others() - others, 2),
        "before_mb": round(before / 1024),
        "peak_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
    }


def _cpu_of_others() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def check_entries(engine: Engine) -> dict[str, Any]:
    """Check every entry and build the tree, in two processes where the ledger is long."""
    with ledger_reading(engine) as reading:
        found = reading.checked().result()
    return {"entries": found.entries, "faults": len(found.faults)}


def check_entries_alone(engine: Engine) -> dict[str, Any]:
    """Check every entry and build the tree in one process."""
    checking = LedgerChecking()
    with ledger_reading(engine) as reading:
        for rows in reading.rows():
            checking.add(rows)
    return {"entries": checking.result().entries, "faults": len(checking.result().faults)}


def find_named_raw(engine: Engine) -> dict[str, Any]:
    """Ask what the ledger says about the raw store, as a sweep at the start does."""
    store = SqlStore(engine)
    sweeps = sum(1 for _ in store.entries_about((RawSweep, RawRepair)))
    return {"named": sum(1 for _ in store.named_raw().digests(_NoManifests(), faults=[])), "sweeps": sweeps}


class _NoManifests:
    def files_of_run(self, sha256: str) -> tuple[str, ...]:
        raise RawStoreError(sha256)


def check_lists(engine: Engine) -> dict[str, Any]:
    """Check every entry, decode every record, and compare every list."""
    with ledger_reading(engine) as reading:
        checking = LedgerChecking(observe=reading.note)
        for rows in reading.rows():
            checking.add(rows)
        faults = reading.list_faults(checking)
    return {"faults": len(checking.result().faults) + len(faults)}


def make_proofs(engine: Engine) -> dict[str, Any]:
    """Make a hundred inclusion proofs and as many consistency proofs, and give the slowest of each."""
    tree = SqlStore(engine).tree()
    size = tree.range.size
    places = [1 + (size - 1) * step // 99 for step in range(100)]
    return {
        "slowest_inclusion_ms": round(max(_seconds(lambda p=p: tree.prove_inclusion(p)) for p in places) * 1000, 2),
        "slowest_consistency_ms": round(max(_seconds(lambda p=p: tree.prove_consistency(p)) for p in places) * 1000, 2),
    }


def _seconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def mean_size(path: Path) -> float:
    """Give the mean size of an entry's bytes."""
    with closing(sqlite3.connect(path)) as connection:
        (mean,) = connection.execute("SELECT avg(length(data)) FROM ledger").fetchone()
        return float(round(mean, 1))


def make_ledger(path: Path, *, entries: int, versions: int, entry_bytes: int) -> None:
    """Write the ledger and what follows from it in one go: as the store would, only without its transactions."""
    open_engine(f"sqlite:///{path}").dispose()
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA synchronous=OFF")
    connection.execute("DROP TRIGGER ledger_insert_guard")
    guards = open_guards(path)
    tree = GrowingTree()
    newest: dict[str, tuple[Any, ...]] = {}
    rows: list[tuple[Any, ...]] = []
    for row, line in made_rows(entries, versions, entry_bytes):
        rows.append(row)
        newest[line[1]] = line
        if len(rows) == _AT_ONCE or row[0] == entries:
            connection.executemany("INSERT INTO ledger VALUES (?, ?, ?, ?, ?, ?)", rows)
            connection.executemany("INSERT OR REPLACE INTO record VALUES (?, ?, ?, ?, ?, ?, ?, ?)", newest.values())
            tree.extend([bytes.fromhex(row[4]) for row in rows])
            rows.clear()
            newest.clear()
    nodes = [(level, place, digest) for (level, place), digest in tree.nodes().items()]
    connection.executemany("INSERT INTO tree_node VALUES (?, ?, ?)", nodes)
    compact = tree.range
    connection.execute("UPDATE ledger_tree SET size = ?, nodes = ?", (compact.size, b"".join(compact.nodes)))
    for guard in guards:
        connection.execute(guard)
    connection.commit()
    connection.close()


def open_guards(path: Path) -> list[str]:
    """Give the statement of the one guard that makes a million single inserts slow."""
    with sqlite3.connect(":memory:"):
        scratch = path.with_suffix(".guards")
        open_engine(f"sqlite:///{scratch}").dispose()
        other = sqlite3.connect(scratch)
        found = other.execute("SELECT sql FROM sqlite_master WHERE name = 'ledger_insert_guard'").fetchall()
        other.close()
        scratch.unlink()
    return [sql for (sql,) in found]


def made_rows(entries: int, versions: int, entry_bytes: int) -> Iterator[tuple[tuple[Any, ...], tuple[Any, ...]]]:
    """Give rows of the ledger, each with its line in the list of records."""
    made = made_account if entry_bytes == SHORT else made_exhibit
    previous = GENESIS
    for sequence in range(1, entries + 1):
        at = BEGINNING + timedelta(milliseconds=37 * sequence)
        record = made((sequence - 1) // versions, 1 + (sequence - 1) % versions, at, _TEXTS[sequence % 3])
        facts: dict[str, Any] = {
            "sequence": sequence,
            "previous": previous,
            "recorded_at": at,
            "actor": "b",
            "act": "benchmark.made",
        }
        names: dict[str, Any] = {"kind": record.KIND, "number": record.number, "version": record.version}
        data = LedgerEntry(**facts, **names, body=body_of(record), software="0.1.0").to_bytes()
        previous = leaf_hash(data)
        yield (
            (sequence, *names.values(), previous, data),
            (*names.values(), sequence, record.parent, record.state, record.title, moment_text(at)),
        )


def made_account(ordinal: int, version: int, _: datetime, text: str) -> Record:
    """Make a short record."""
    return Account(number=f"benchmark-{ordinal}", second_factor=True, password_set_by=text, version=version)


def made_exhibit(ordinal: int, version: int, at: datetime, text: str) -> Record:
    """Make an ordinary record."""
    return Exhibit(
        number=f"{ordinal // 10 + 1}/{ordinal % 10 + 1}",
        case_number=f"{ordinal // 10 + 1}",
        description=text,
        seal_number="",
        seal_intact=None,
        received_at=at,
        received_by="b",
        version=version,
    )


if __name__ == "__main__":
    main()
