"""How long a proof takes from a ledger of many entries: inclusion of entries anywhere, consistency with old sizes.

``uv run python -m benchmarks.ledger_proof --entries 1000000 10000000`` makes an SQLite ledger of synthetic rows of 417
bytes, which are no entries but have leaves as true ones do, asks the store for proofs, checks them, and prints JSON.
"""

import argparse
import json
import os
import shutil
import sqlite3
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from sqlalchemy import insert

from benchmarks.timing import figures
from lims.ledger.merkle import CompactRange, InclusionProof, check_inclusion, leaf_digest
from lims.persistence.engine import open_engine
from lims.persistence.store import SqlStore
from lims.persistence.tables import LEDGER
from lims.persistence.transactions import writing
from lims.persistence.tree import extend_tree, read_range

_ROW = b"x" * 405
_AT_ONCE = 65_536
_PROOFS = 200


def fill(path: Path, entries: int) -> None:
    """Append synthetic rows up to a number; not synced, because this is not what is measured."""
    engine = open_engine(f"sqlite:///{path}")
    with engine.connect() as connection:
        size = read_range(connection).size
    while size < entries:
        end = min(entries, size + _AT_ONCE)
        rows = [_row(sequence) for sequence in range(size + 1, end + 1)]
        with writing(engine) as connection:
            connection.exec_driver_sql("PRAGMA cache_size = -200000")
            connection.execute(insert(LEDGER), rows)
            extend_tree(connection, read_range(connection), [bytes.fromhex(str(row["leaf"])) for row in rows])
        size = end
    engine.dispose()


def _row(sequence: int) -> dict[str, object]:
    data = b"%012d" % sequence + _ROW
    return {
        "sequence": sequence,
        "kind": "synthetic",
        "number": str(sequence),
        "version": 1,
        "leaf": leaf_digest(data).hex(),
        "data": data,
    }


def measure(path: Path) -> dict[str, object]:
    """Ask for proofs of entries and of old sizes drawn at random, each from a tree just asked for."""
    engine = open_engine(f"sqlite:///{path}")
    store = SqlStore(engine)
    kept = store.tree().range
    random = np.random.default_rng(20261122)
    sequences = [1, kept.size, *(int(one) for one in random.integers(1, kept.size + 1, _PROOFS))]
    result = {
        "entries": kept.size,
        "file_mb": figures(path.stat().st_size / 1e6),
        "inclusion": _timed(lambda sequence: store.tree().prove_inclusion(sequence), sequences, kept),
        "consistency": _timed(lambda size: store.tree().prove_consistency(size), sequences, kept),
    }
    engine.dispose()
    return result


def _timed(prove: Callable[[int], object], asked: Sequence[int], kept: CompactRange) -> dict[str, float]:
    prove(asked[0])
    times, processor = [], []
    for one in asked:
        begin, busy = time.perf_counter(), time.thread_time()
        proof = prove(one)
        times.append((time.perf_counter() - begin) * 1000)
        processor.append((time.thread_time() - busy) * 1000)
        if isinstance(proof, InclusionProof):
            leaf = leaf_digest(_row(one)["data"])  # type: ignore[arg-type]  # bytes
            if not check_inclusion(proof, leaf=leaf, root=kept.root).holds:
                raise SystemExit(f"the proof of entry {one} does not hold")
    return {
        "p50_ms": figures(np.quantile(times, 0.5)),
        "p99_ms": figures(np.quantile(times, 0.99)),
        "longest_ms": figures(max(times)),
        "processor_p50_ms": figures(np.quantile(processor, 0.5)),
        "processor_p99_ms": figures(np.quantile(processor, 0.99)),
    }


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the figures as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--entries", type=int, nargs="+", default=[1_000_000])
    parser.add_argument("--folder", type=Path, help="where the ledger is made; a temporary one by default")
    chosen = parser.parse_args(arguments)
    folder = Path(tempfile.mkdtemp(prefix="aigaq-proof-", dir=chosen.folder))
    rows = []
    try:
        for entries in sorted(chosen.entries):
            begin = time.perf_counter()
            fill(folder / "aigaq.sqlite", entries)
            made_s = figures(time.perf_counter() - begin)
            rows.append({"load": os.getloadavg()[0], "made_s": made_s, **measure(folder / "aigaq.sqlite")})
    finally:
        shutil.rmtree(folder)
    print(json.dumps({"cores": os.cpu_count(), "sqlite": sqlite3.sqlite_version, "rows": rows}, indent=2))


if __name__ == "__main__":
    main()
