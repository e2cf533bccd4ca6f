"""The tamper campaign: random changes of finished histories, each on a fresh copy; every one reported and located.

``python -m tests.tamper.campaign --changes 100000`` prints the count by kind as JSON.
"""

import argparse
import json
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from lims.persistence.engine import open_engine
from tests.builders.laboratories import Bench
from tests.tamper import changing_checkpoints, changing_entries, changing_lists, changing_raw, changing_whole
from tests.tamper.changes import Change, Kind, ShownBy
from tests.tamper.copies import SqliteCopying
from tests.tamper.histories import History, make_history
from tests.tamper.judging import lines_of_scrub, lines_of_verification, names
from tests.tamper.targets import ImpossibleChangeError, Target

KINDS: tuple[Kind, ...] = (
    *changing_entries.KINDS,
    *changing_lists.KINDS,
    *changing_checkpoints.KINDS,
    *changing_raw.KINDS,
    *changing_whole.KINDS,
)
SIZES = ((20, 0), (20, 0), (40, 0), (40, 0), (60, 0), (60, 0), (80, 40), (100, 280))
"""Steps and further cases of the histories that are changed; the last is long enough for nodes of the tree."""
_MOST_MISSES = 20
_BETWEEN_NEWS = 1000
Judge = Callable[[Target, Change], Sequence[str]]


JUDGES: dict[ShownBy, Judge] = {
    ShownBy.VERIFYING: lambda target, _: lines_of_verification(target.auditing),
    ShownBy.SCRUBBING: lambda target, _: lines_of_scrub(target.bench.scrubbing),
    ShownBy.WITNESS: lambda target, change: lines_of_verification(target.auditing, witness=change.witness),
}


@dataclass
class Tally:
    """What became of the changes."""

    made: Counter[str] = field(default_factory=Counter)
    unseen: Counter[str] = field(default_factory=Counter)
    """Not reported at all."""
    unlocated: Counter[str] = field(default_factory=Counter)
    """Reported, but not where they are."""
    misses: list[str] = field(default_factory=list)
    """The first ones in words, so that they can be done again."""
    seconds: float = 0.0
    entries: tuple[int, ...] = ()
    """Of the histories."""

    @property
    def clean(self) -> bool:
        """Tell whether every change was reported and located."""
        return not (self.unseen or self.unlocated)

    def note(self, kind: Kind, change: Change, lines: Sequence[str], *, seed: str) -> None:
        """Count one change."""
        self.made[kind.name] += 1
        if lines and names(lines, change.places):
            return
        missed = self.unlocated if lines else self.unseen
        missed[kind.name] += 1
        if len(self.misses) < _MOST_MISSES:
            self.misses.append(f"{seed} {kind.name}: {change.words}; expected {change.places}; told {lines[:5]}")

    def to_json(self) -> str:
        """Give the counted table."""
        facts = {
            "changes": self.made.total(),
            "unseen": dict(self.unseen),
            "unlocated": dict(self.unlocated),
            "entries": self.entries,
            "milliseconds_a_change": round(1000 * self.seconds / max(1, self.made.total()), 2),
            "by_kind": dict(sorted(self.made.items())),
            "misses": self.misses,
        }
        return json.dumps(facts, indent=2, ensure_ascii=False)


def run(
    targets: Sequence[Target],
    *,
    changes: int,
    seed: int,
    kinds: Sequence[Kind] = KINDS,
    judges: dict[ShownBy, Judge] = JUDGES,
    progress: Callable[[Tally], None] = lambda _: None,
) -> Tally:
    """Make so many changes, each of a random kind on a fresh copy of a random history, the shorter ones more often."""
    tally = Tally(entries=tuple(target.size for target in targets))
    began = time.perf_counter()
    for number in range(changes):
        name = f"{seed}/{number}"
        target, kind, change = _changed(targets, kinds, random.Random(name))  # noqa: S311 - changes that can be made again
        tally.note(kind, change, judges[kind.shown_by](target, change), seed=name)
        tally.seconds = time.perf_counter() - began
        if (number + 1) % _BETWEEN_NEWS == 0:
            progress(tally)
    for target in targets:
        target.renew()
    return tally


def _changed(targets: Sequence[Target], kinds: Sequence[Kind], chance: random.Random) -> tuple[Target, Kind, Change]:
    while True:
        target = chance.choices(targets, weights=[1 / target.size for target in targets])[0]
        kind = chance.choices(kinds, weights=[kind.weight for kind in kinds])[0]
        target.renew()
        try:
            return target, kind, kind.change(target, chance)
        except ImpossibleChangeError:
            continue


def sqlite_target(history: History) -> Target:
    """Make a history ready to be changed on SQLite."""
    working = history.folder / "working.sqlite"
    working.write_bytes(history.database.read_bytes())
    engine = open_engine(f"sqlite:///{working}")
    copying = SqliteCopying(original=history.database, working=working, engine=engine)
    return Target(history=history, copying=copying, bench=Bench(engine, history.folder))


def make_targets(folder: Path, *, seed: int, count: int = len(SIZES)) -> list[Target]:
    """Make so many histories, the shortest first, ready to be changed."""
    return [
        sqlite_target(make_history(folder / str(number), seed=seed + number, steps=steps, cases=cases))
        for number, (steps, cases) in enumerate(SIZES[:count])
    ]


def require_honest(targets: Sequence[Target]) -> None:
    """Refuse to begin with a history that is not in order: then nothing could be learnt from a report."""
    for target in targets:
        target.renew()
        lines = lines_of_verification(target.auditing)
        if lines:
            raise AssertionError(f"seed {target.history.seed}: {lines}")


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--changes", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=20261122)
    parser.add_argument("--folder", type=Path, help="where the copies lie; best a file system in memory")
    parser.add_argument("--histories", type=int, default=len(SIZES), help="how many of them, the shortest first")
    parser.add_argument("--news", type=Path, help="a file that has the counts so far")
    options = parser.parse_args(arguments)

    def news(tally: Tally) -> None:
        if options.news:
            options.news.write_text(tally.to_json(), encoding="utf-8")

    with tempfile.TemporaryDirectory(dir=options.folder) as folder:
        targets = make_targets(Path(folder), seed=options.seed, count=options.histories)
        require_honest(targets)
        tally = run(targets, changes=options.changes, seed=options.seed, progress=news)
    sys.stdout.write(f"{tally.to_json()}\n")
    return 0 if tally.clean else 1


if __name__ == "__main__":
    sys.exit(main())
