"""False alarms: an honest history has to be in order, its lists those that the ledger gives, its witnesses content.

``python -m tests.tamper.honesty --histories 1000`` prints what was done and refused as JSON.
"""

import argparse
import dataclasses
import json
import random
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from lims.services.witnessing import Witness, WitnessVerdict
from tests.tamper.acting import EVERY_ACT
from tests.tamper.copies import read_rows
from tests.tamper.histories import DATABASE
from tests.tamper.walking import Laboratory, Walk

_BETWEEN_NEWS = 20
STEPS = 50


@dataclass
class HonestTally:
    """What became of the histories."""

    histories: int = 0
    alarms: list[str] = field(default_factory=list)
    entries: list[int] = field(default_factory=list)
    """Of each history at its end."""
    checkpoints: int = 0
    witnesses: int = 0
    raw_objects: int = 0
    done: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    seconds: float = 0.0

    def to_json(self) -> str:
        """Give the counted table."""
        facts = {
            "histories": self.histories,
            "false_alarms": len(self.alarms),
            "alarms": self.alarms[:20],
            "entries": {"all": sum(self.entries), "least": min(self.entries), "most": max(self.entries)},
            "checkpoints": self.checkpoints,
            "witnesses": self.witnesses,
            "raw_objects": self.raw_objects,
            "acts_done": dict(self.done.most_common()),
            "acts_refused": dict(self.refused.most_common()),
            "seconds_a_history": round(self.seconds / self.histories, 2),
        }
        return json.dumps(facts, indent=2, ensure_ascii=False)


def alarms(lab: Laboratory, tally: HonestTally) -> Iterator[str]:
    """Say everything that is reported of a history although nobody changed anything."""
    auditing = dataclasses.replace(lab.bench.auditing, checkpointing=lab.checkpointing)
    witnesses = [Witness(name=f"witness {number}", note=note) for number, note in enumerate(lab.witnesses)]
    found = auditing.verify(witnesses=witnesses)
    yield from found.faults
    yield from (str(one) for one in found.checkpoints.witnesses if one.verdict is not WitnessVerdict.CONSISTENT)
    yield from map(str, lab.bench.scrubbing.scrub().faults)
    yield from _changes_by_rebuilding(lab)
    tally.entries.append(found.chain.entries)
    tally.checkpoints += found.checkpoints.kept
    tally.witnesses += len(witnesses)
    tally.raw_objects += found.raw_objects


def _changes_by_rebuilding(lab: Laboratory) -> Iterator[str]:
    with lab.engine.connect() as connection:
        before = read_rows(connection)
    lab.bench.store.rebuild_lists()
    with lab.engine.connect() as connection:
        after = read_rows(connection)
    yield from (f"{table} is another after it was made anew" for table in before if before[table] != after[table])


def run(
    folder: Path, *, histories: int, seed: int, steps: int = STEPS, database_url: str = "", news: Path | None = None
) -> HonestTally:
    """Let so many laboratories work and look at each; all begin with the same people, who are hired once.

    Parameters
    ----------
    database_url : str, optional
        Of an empty database, for one history; without it each has a file of its own.
    """
    tally = HonestTally()
    began = time.perf_counter()
    founded = folder / "founded"
    if not database_url:
        _found(founded)
    for number in range(seed, seed + histories):
        home = folder / str(number)
        if not database_url:
            shutil.copytree(founded, home)
        lab = open_for_walk(home, seed=number, database_url=database_url)
        _walk(lab, number, steps, tally)
        shutil.rmtree(home)
        tally.seconds = time.perf_counter() - began
        if news and tally.histories % _BETWEEN_NEWS == 0:
            news.write_text(tally.to_json(), encoding="utf-8")
    return tally


def open_for_walk(home: Path, *, seed: int, database_url: str = "") -> Laboratory:
    """Open a laboratory whose chance begins with a seed; an empty one is founded first."""
    chance = random.Random(seed)  # noqa: S311 - acts that can be done again
    home.mkdir(exist_ok=True)
    lab = Laboratory(folder=home, database_url=database_url or f"sqlite:///{home / DATABASE}", chance=chance)
    if not lab.bench.entries:
        lab.bench.hire()
    return lab


def _found(folder: Path) -> None:
    lab = open_for_walk(folder, seed=0)
    lab.close()
    lab.inbox.rmdir()


def _walk(lab: Laboratory, seed: int, steps: int, tally: HonestTally) -> None:
    walk = Walk(seed=seed, laboratory=lab, acts=EVERY_ACT)
    walk.go(steps)
    tally.alarms += [f"seed {seed}: {alarm}" for alarm in alarms(lab, tally)]
    tally.histories += 1
    tally.done += walk.done
    tally.refused += walk.refused
    lab.close()


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--histories", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--folder", type=Path, help="where the laboratories lie; best a file system in memory")
    parser.add_argument("--news", type=Path, help="a file that has the counts so far")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(dir=options.folder) as folder:
        tally = run(Path(folder), histories=options.histories, seed=options.seed, news=options.news)
    sys.stdout.write(f"{tally.to_json()}\n")
    return 1 if tally.alarms else 0


if __name__ == "__main__":
    sys.exit(main())
