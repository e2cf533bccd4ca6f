"""From a concluded examination to a signed, recorded report: ``python -m benchmarks.report``.

Prints JSON: for each level of the signatures the wall time of draft and review together, step by step, with medians and
95th percentiles, the processor time, and the most memory that the process used. A local authority gives time stamps,
answers about certificates and revocation lists from a process of its own. The services, the store (SQLite), the raw
store, the signer of checkpoints and the reader of runs are those of a real laboratory; what is read is a simulated run.
"""

import argparse
import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Self

import numpy as np

from benchmarks.timing import machine, peak_memory_mb, run_in_one_thread
from lims.bootstrap import open_laboratory
from lims.domain.report import Report
from lims.domain.signature import SignatureMeaning
from lims.persistence.engine import open_engine
from lims.reporting.desk import open_desk
from lims.services.laboratory import Laboratory
from lims.services.training import training_run
from lims.settings import DATABASE_FILE, SETTINGS_FILE, load_settings
from lims.signing_settings import SignatureLevel
from lims.system_clock import SystemClock
from spectra.formats import write_andi_cdf
from tests.builders.laboratories import EXAMINATION, EXPERT, HEAD, REVIEWER, Bench
from tests.builders.plain_homes import ADDRESS, GATES_OFF
from tests.builders.reviews import TECHNICAL_YES

STEPS = ("services", "checkpoint", "content", "compose", "expert", "reviewer", "raw store", "ledger")
_DESK = {
    "require_services": "services",
    "compose": "compose",
    "sign_as_expert": "expert",
    "sign_as_reviewer": "reviewer",
}
_PREFIX = "PAdES "
_PASSWORD = b"of the benchmark"
_PROGRAM = (sys.executable, "-m", "benchmarks.report")


def _word(level: SignatureLevel) -> str:
    """Give a level as the settings name it."""
    return level.value.removeprefix(_PREFIX)


LEVELS = {_word(level): level for level in SignatureLevel}


@dataclass(slots=True)
class Watch:
    """The wall time of the steps of one report; what lies within another step counts for that one alone."""

    seconds: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    _running: list[str] = field(default_factory=list)
    _since: float = 0.0

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Count the time of a step."""
        self._tick()
        self._running.append(name)
        try:
            yield
        finally:
            self._tick()
            self._running.pop()

    def _tick(self) -> None:
        now = time.perf_counter()
        if self._running:
            self.seconds[self._running[-1]] += now - self._since
        self._since = now


class _Timed:
    """Passes everything on, and counts the time of some methods."""

    def __init__(self, inner: object, watch: Watch, names: Mapping[str, str]) -> None:
        self._inner, self._watch, self._names = inner, watch, names

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever it is
        found = getattr(self._inner, name)
        if name not in self._names:
            return found

        def timed(*values: Any, **facts: Any) -> Any:  # noqa: ANN401
            with self._watch.step(self._names[name]):
                return found(*values, **facts)

        return timed


class _TimedWork:
    """Counts a transaction that writes, from its beginning to its end."""

    def __init__(self, begin: Callable[[], Any], watch: Watch) -> None:
        self._begin, self._step = begin, watch.step("ledger")

    def __enter__(self) -> Self:
        self._step.__enter__()
        self._work = self._begin()
        self._work.__enter__()
        return self

    def __exit__(self, *failure: object) -> None:
        self._work.__exit__(*failure)
        self._step.__exit__(*failure)

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401
        return getattr(self._work, name)


class _TimedStore:
    def __init__(self, store: Any, watch: Watch) -> None:  # noqa: ANN401
        self._store, self._watch = store, watch

    def unit_of_work(self) -> _TimedWork:
        return _TimedWork(self._store.unit_of_work, self._watch)

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401
        return getattr(self._store, name)


def watched(laboratory: Laboratory, watch: Watch) -> Laboratory:
    """Give a laboratory that counts what the steps of a report take."""
    given = laboratory.reporting
    parts: dict[str, Any] = {
        "desk": _Timed(given.desk, watch, _DESK),
        "raw_store": _Timed(given.raw_store, watch, {"put": "raw store", "get": "raw store"}),
        "store": _TimedStore(given.store, watch),
    }
    checkpoints: Any = _Timed(given.checkpoints, watch, {"make": "checkpoint"})
    reporting = replace(given, checkpoints=checkpoints, **parts)
    return replace(
        laboratory, reporting=reporting, reviewing=replace(laboratory.reviewing, reporting=reporting, **parts)
    )


def serve(folder: Path) -> None:
    """Be the authority until the input ends; write keys and root first, then say where it is."""
    from tests.builders.signing_pki import EXPERT as EXPERT_KEY  # noqa: PLC0415 - not in the measured process
    from tests.builders.signing_pki import REVIEWER as REVIEWER_KEY  # noqa: PLC0415
    from tests.builders.signing_pki import found_pki  # noqa: PLC0415

    pki = found_pki(expert=EXPERT.name, reviewer=REVIEWER.name, kind="rsa")
    if pki.door.animator is not None:
        pki.door.animator.fixed_time = None  # the time of this computer
    pki.write_key(EXPERT_KEY, folder / "expert.p12", password=_PASSWORD)
    pki.write_key(REVIEWER_KEY, folder / "reviewer.p12", password=_PASSWORD)
    (folder / "password").write_bytes(_PASSWORD)
    (folder / "root.pem").write_bytes(pki.root)
    sys.stdout.write(pki.tsa + "\n")
    sys.stdout.flush()
    sys.stdin.read()


def prepare(home: Path, *, level: SignatureLevel, tsa: str) -> None:
    """Make a laboratory in which one examination is concluded."""
    home.mkdir(mode=0o700)
    keys = "".join(
        f'[keys.{person.number}]\npkcs12 = "../{name}.p12"\npassphrase_file = "../password"\n\n'
        for person, name in ((EXPERT, "expert"), (REVIEWER, "reviewer"))
    )
    stamps = f'tsa = "{tsa}"\n' if level.stamped else ""
    text = f'{ADDRESS}trust_roots = "../root.pem"\n\n{GATES_OFF}\n{keys}[signing]\nlevel = "{_word(level)}"\n{stamps}'
    (home / SETTINGS_FILE).write_text(text, "utf-8")
    settings = load_settings({}, home=home)
    engine = open_engine(f"sqlite:///{home / DATABASE_FILE}")
    bench = Bench(engine, home, clock=SystemClock(), desk=open_desk(settings))  # type: ignore[arg-type]
    bench.hire()
    run = home / "training-run.cdf"
    run.write_bytes(write_andi_cdf(training_run(random=np.random.default_rng(0))))
    bench.concluded(run)
    engine.dispose()


def measure(home: Path, *, reports: int) -> dict[str, Any]:
    """Make reports one after another, each given up again; the first of the process counts apart."""
    laboratory = open_laboratory(load_settings({}, home=home))
    bench = Bench(laboratory.auditing.store._engine, home, clock=laboratory.clock)  # type: ignore[attr-defined,arg-type]  # noqa: SLF001
    made = [_made(laboratory, bench) for _ in range(reports + 1)]
    first, later = made[0], made[1:]
    return {
        "reports": reports,
        "bytes": len(laboratory.reporting.document(laboratory.reporting.all()[0].number)),
        "wall_s": _figures([one["wall"] for one in later]),
        "processor_s": _figures([one["processor"] for one in later]),
        "first_of_the_process_s": round(first["wall"], 3),
        "steps_median_s": {name: round(statistics.median(one.get(name, 0.0) for one in later), 3) for name in STEPS},
        "peak_mb": peak_memory_mb(),
    }


def _made(laboratory: Laboratory, bench: Bench) -> dict[str, float]:
    """Draft and review one report; then have it returned, so that the next can be made."""
    watch = Watch()
    here = watched(laboratory, watch)
    author = bench.confirmed_author(EXAMINATION)
    before, began = _processor(), time.perf_counter()
    with watch.step("content"):  # what is in no other step
        drafted = here.reporting.draft(
            EXAMINATION, reviewer=REVIEWER.number, language="ru", actor=EXPERT, confirmation=author
        )
        confirmation = bench.confirmed(REVIEWER, SignatureMeaning.TECHNICAL_REVIEWER, drafted)
        signed: Report = here.reviewing.approve(
            drafted.number, actor=REVIEWER, checklist=TECHNICAL_YES, confirmation=confirmation
        )
    wall, processor = time.perf_counter() - began, _processor() - before
    laboratory.releasing.refuse(signed.number, actor=HEAD, comment="measured")
    laboratory.examining.conclude(EXAMINATION, actor=EXPERT)
    return {**watch.seconds, "wall": wall, "processor": processor}


def _processor() -> float:
    """Give the processor time of this process and of the processes that it has started and that have ended."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def _figures(values: Sequence[float]) -> dict[str, float]:
    found = {"median": np.median(values), "p95": np.quantile(values, 0.95), "least": min(values)}
    return {name: round(float(value), 3) for name, value in found.items()}


@contextmanager
def services(folder: Path) -> Iterator[str]:
    """Run the authority in a process of its own; give the address of its time stamps."""
    process = subprocess.Popen(  # noqa: S603 - this very program
        [*_PROGRAM, "--services", str(folder)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    try:
        yield str(process.stdout.readline() if process.stdout else "").strip()
    finally:
        process.communicate("")


def _in_process(*options: object) -> str:
    done = subprocess.run(  # noqa: S603 - this very program
        [*_PROGRAM, *map(str, options)], stdout=subprocess.PIPE, text=True, check=True
    )
    return done.stdout


def tables(levels: Sequence[str], *, reports: int, rounds: int, folder: Path) -> dict[str, Any]:
    """Measure every level in some rounds, each in a process of its own; of the rounds the quickest is given."""
    rows: dict[str, Any] = {}
    with services(folder) as tsa:
        for level in levels:
            home = folder / f"home-{level}"
            _in_process("--prepare", home, "--level", level, "--tsa", tsa)
            found = [json.loads(_in_process("--measure", home, "--reports", reports)) for _ in range(rounds)]
            best = min(found, key=lambda one: one["wall_s"]["median"])
            rows[level] = best | {"medians_of_rounds_s": [one["wall_s"]["median"] for one in found]}
    return {"machine": machine(), "levels": rows, "load_after": round(os.getloadavg()[0], 2)}


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the figures as JSON."""
    run_in_one_thread()
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--level", action="append", choices=list(LEVELS))
    parser.add_argument("--reports", type=int, default=9)
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--tsa", default="", help=argparse.SUPPRESS)
    for part in ("--services", "--prepare", "--measure"):
        parser.add_argument(part, type=Path, help=argparse.SUPPRESS)
    chosen = parser.parse_args(arguments)
    levels = chosen.level or list(LEVELS)
    if chosen.services is not None:
        serve(chosen.services)
    elif chosen.prepare is not None:
        prepare(chosen.prepare, level=LEVELS[levels[0]], tsa=chosen.tsa)
    elif chosen.measure is not None:
        print(json.dumps(measure(chosen.measure, reports=chosen.reports)))
    else:
        folder = Path(tempfile.mkdtemp(prefix="aigaq-report-"))
        try:
            print(json.dumps(tables(levels, reports=chosen.reports, rounds=chosen.rounds, folder=folder), indent=2))
        finally:
            shutil.rmtree(folder)


if __name__ == "__main__":
    main()
