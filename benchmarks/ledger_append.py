"""How fast the store appends, with the durability that is shipped: entries a second and the time of a transaction.

``uv run python -m benchmarks.ledger_append`` measures an SQLite file and, where Debian's PostgreSQL is installed, a
server of its own, each with one writer and with eight processes at once; it prints JSON.
"""

import argparse
import json
import multiprocessing
import os
import pwd
import shutil
import sqlite3
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import numpy as np

from benchmarks.timing import figures
from lims.domain.case import Case
from lims.domain.staff import Role, StaffMember
from lims.ledger import check_chain
from lims.persistence.durability import journal_settings
from lims.persistence.engine import open_engine
from lims.persistence.store import SqlStore
from lims.services.permitting import Rights
from lims.system_clock import SystemClock

WRITERS = (1, 8)
ENTRIES_OF_A_TRANSACTION = (1, 10, 100)
_ACTOR = StaffMember(number="technician", name="Technician", post="technician", roles=(Role.TECHNICIAN,))


def append(url: str, writer: int, per_transaction: int, seconds: float) -> list[float]:
    """Append new cases for some seconds; give the time of each transaction."""
    engine = open_engine(url)
    clock = SystemClock()
    store = SqlStore(engine, rights=Rights(enforced=False), read_clock=clock.reading)
    times: list[float] = []
    end = time.perf_counter() + seconds
    while (begin := time.perf_counter()) < end:
        with store.unit_of_work() as work:
            for place in range(per_transaction):
                work.record(_case(writer, len(times), place), act="case.registered", actor=_ACTOR, at=clock.now())
            work.commit()
        times.append(time.perf_counter() - begin)
    engine.dispose()
    return times


def _case(writer: int, transaction: int, place: int) -> Case:
    return Case(
        number=f"{os.getpid()}-{writer}-{transaction}-{place}",
        laboratory="Laboratory of the measurement",
        appointing_body="Specialised inter-district investigating court of the region",
        order_number="1234-2026",
        order_date=date(2026, 11, 20),
        seizure_date=date(2026, 11, 19),
        seizure_place="",
        questions=("Is the substance controlled, and under which name?", "What is its mass?"),
        demonstration=True,
    )


def measure(url: str, *, writers: int, per_transaction: int, seconds: float) -> dict[str, object]:
    """Let processes append to one store at once; an error in one of them is raised."""
    engine = open_engine(url)
    before = sum(1 for _ in SqlStore(engine).entries())
    engine.dispose()  # no connection goes into the children
    with ProcessPoolExecutor(writers, mp_context=multiprocessing.get_context("fork")) as pool:
        started = [pool.submit(append, url, writer, per_transaction, seconds) for writer in range(writers)]
        times = [time for one in started for time in one.result()]
    chain = check_chain(SqlStore(engine).entries())
    bytes_each = np.mean([len(entry.data) for entry in SqlStore(engine).entries()])
    engine.dispose()
    return {
        "writers": writers,
        "entries_of_a_transaction": per_transaction,
        "entries_per_s": figures((chain.entries - before) / seconds),
        "transactions_per_s": figures(len(times) / seconds),
        "transaction_p50_ms": figures(np.quantile(times, 0.5) * 1000),
        "transaction_p99_ms": figures(np.quantile(times, 0.99) * 1000),
        "bytes_of_an_entry": figures(bytes_each),
        "chain_intact": chain.intact,
    }


@contextmanager
def postgresql(folder: Path) -> Iterator[str]:
    """Start Debian's PostgreSQL in a folder, durable, for as long as the context lasts."""
    binaries = max(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))
    owner: dict[str, int] = {}
    if os.geteuid() == 0:  # PostgreSQL refuses to run as root
        account = pwd.getpwnam("postgres")
        os.chown(folder, account.pw_uid, account.pw_gid)
        owner = {"user": account.pw_uid, "group": account.pw_gid}

    def run(program: str, *arguments: str) -> None:
        command = [str(binaries / program), "-D", str(folder / "data"), *arguments]
        subprocess.run(command, check=True, cwd=folder, stdout=subprocess.DEVNULL, **owner)  # type: ignore[call-overload]  # noqa: S603

    run("initdb", "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "-k")
    run("pg_ctl", "-w", "-l", str(folder / "log"), "-o", f"-k {folder} -c listen_addresses=''", "start")
    try:
        yield f"postgresql://postgres@/postgres?host={folder}"
    finally:
        run("pg_ctl", "-m", "fast", "stop")


def tables(seconds: float, *, folder: Path) -> dict[str, object]:
    """Measure both kinds of database."""
    cells = [(writers, each) for writers in WRITERS for each in ENTRIES_OF_A_TRANSACTION]

    def all_of(url: str) -> list[dict[str, object]]:
        return [measure(url, writers=writers, per_transaction=each, seconds=seconds) for writers, each in cells]

    result: dict[str, object] = {
        "load_before": os.getloadavg()[0],
        "cores": os.cpu_count(),
        "sqlite": {
            "version": sqlite3.sqlite_version,
            "journal": "/".join(journal_settings(sqlite3.sqlite_version_info)),
            "rows": all_of(f"sqlite:///{folder / 'aigaq.sqlite'}"),
        },
    }
    if any(Path("/usr/lib/postgresql").glob("*/bin")):
        server = folder / "postgresql"
        server.mkdir()
        with postgresql(server) as url:
            result["postgresql"] = {"settings": "fsync, full_page_writes, checksums", "rows": all_of(url)}
    return result | {"load_after": os.getloadavg()[0]}


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the figures as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=10.0, help="of each line")
    parser.add_argument("--folder", type=Path, help="on the disk to measure; a temporary one by default")
    chosen = parser.parse_args(arguments)
    folder = Path(tempfile.mkdtemp(prefix="aigaq-append-", dir=chosen.folder))
    folder.chmod(0o755)
    try:
        print(json.dumps(tables(chosen.seconds, folder=folder), indent=2))
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
