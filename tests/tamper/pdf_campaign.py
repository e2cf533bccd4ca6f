"""The campaign against signed reports: random changes, each judged by every program that verifies; none may be VALID.

``python -m tests.tamper.pdf_campaign --changes 100000 --seed 1 --workers 2`` prints verdicts by kind of change as JSON.
"""

import argparse
import json
import multiprocessing
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from random import Random

from tests.builders.pdf_changes import Changed, Kind, changed
from tests.builders.pdf_kinds import KINDS
from tests.tamper.pdf_judges import FITTING, MODES, UNCHANGED, Court, Mode, open_court

SEED = 20261123
_MOST_MISSES = 20
_BETWEEN_NEWS = 500


def _counters() -> defaultdict[str, Counter[str]]:
    return defaultdict(Counter)


@dataclass
class Tally:
    """What was said of the changes."""

    made: Counter[str] = field(default_factory=Counter)
    verdicts: defaultdict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    """By mode."""
    by_kind: defaultdict[str, defaultdict[str, Counter[str]]] = field(default_factory=lambda: defaultdict(_counters))
    """By mode and kind of change."""
    misses: list[str] = field(default_factory=list)
    """Changes that passed, so that they can be made again: seed, kind, mode, verdict."""
    seconds: float = 0.0

    @property
    def clean(self) -> bool:
        """Tell whether no change passed."""
        return not self.misses

    def note(self, mode: Mode, made: Changed, verdict: str, *, seed: str) -> None:
        """Count one verdict."""
        self.verdicts[mode.name][verdict] += 1
        self.by_kind[mode.name][made.kind][verdict] += 1
        if verdict not in FITTING:
            self.misses.append(f"{seed}: {made.kind} of {made.original.name}, {mode.name}: {verdict}")

    def add(self, other: "Tally") -> None:
        """Take what another worker counted."""
        self.made += other.made
        self.misses += other.misses
        self.seconds = max(self.seconds, other.seconds)
        for mode, kinds in other.by_kind.items():
            for kind, verdicts in kinds.items():
                self.by_kind[mode][kind] += verdicts
                self.verdicts[mode] += verdicts

    def to_json(self) -> str:
        """Give the counted table."""
        facts = {
            "changes": self.made.total(),
            "passed": len(self.misses),
            "seconds": round(self.seconds, 1),
            "verdicts": {mode: dict(sorted(counted.items())) for mode, counted in self.verdicts.items()},
            "by_kind": {
                mode: {kind: dict(sorted(counted.items())) for kind, counted in sorted(kinds.items())}
                for mode, kinds in self.by_kind.items()
            },
            "misses": self.misses[:_MOST_MISSES],
        }
        return json.dumps(facts, indent=1, ensure_ascii=False)


def run(
    court: Court,
    numbers: Sequence[int],
    *,
    seed: int,
    kinds: Sequence[Kind] = KINDS,
    modes: Sequence[Mode] = MODES,
    progress: Callable[[Tally], None] = lambda _: None,
) -> Tally:
    """Make the changes of these numbers, each of a random kind of any report, and let every mode judge its share."""
    tally = Tally()
    began = time.perf_counter()
    for number in numbers:
        name = f"{seed}/{number}"
        made = changed(tuple(court.originals.values()), Random(name), kinds=kinds)  # noqa: S311 - can be made again
        tally.made[made.kind] += 1
        for mode in modes:
            if number % mode.every == 0:
                tally.note(mode, made, mode.judge(court, made.original, made.pdf), seed=name)
        tally.seconds = time.perf_counter() - began
        if tally.made.total() % _BETWEEN_NEWS == 0:
            progress(tally)
    return tally


def require_honest(court: Court, modes: Sequence[Mode] = MODES) -> None:
    """Refuse to begin if an unchanged report is not what it is: then nothing could be learnt from a verdict."""
    for state, original in court.originals.items():
        for mode in modes:
            expected = UNCHANGED[state] if mode.knows_the_issue else "CANNOT SAY"
            found = mode.judge(court, original, original.pdf)
            if found != expected:
                raise AssertionError(f"{state} {original.name}, {mode.name}: {found}, expected {expected}")


def sparing(factor: int) -> tuple[Mode, ...]:
    """Give the modes, all but the quick one that has the ledger with so much smaller shares."""
    return (MODES[0], *(replace(mode, every=factor * mode.every) for mode in MODES[1:]))


def run_shared(court: Court, numbers: range, modes: Sequence[Mode], options: argparse.Namespace) -> Tally:
    """Share the changes among processes; the same number is the same change, whoever makes it."""
    workers: int = options.workers
    if workers == 1:
        return _share(court, numbers, modes, options.seed, _file_of(options.news, 0))
    shares = [(numbers[worker::workers], options.seed, _file_of(options.news, worker)) for worker in range(workers)]
    tally = Tally()
    with multiprocessing.get_context("fork").Pool(workers, _hold, (court, modes)) as pool:
        for part in pool.starmap(_held_share, shares):
            tally.add(part)
    return tally


_held: list[tuple[Court, Sequence[Mode]]] = []
"""Of a forked process: what it has from its parent; keys and certificates cannot be sent to it."""


def _hold(court: Court, modes: Sequence[Mode]) -> None:
    _held[:] = [(court, modes)]


def _held_share(numbers: Sequence[int], seed: int, news: Path | None) -> Tally:
    court, modes = _held[0]
    return _share(court, numbers, modes, seed, news)


def _share(court: Court, numbers: Sequence[int], modes: Sequence[Mode], seed: int, news: Path | None) -> Tally:
    def progress(tally: Tally) -> None:
        if news is not None:
            news.write_text(tally.to_json(), encoding="utf-8")

    return run(court, numbers, seed=seed, modes=modes, progress=progress)


def _file_of(news: Path | None, worker: int) -> Path | None:
    return None if news is None else news.with_suffix(f".{worker}.json")


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--changes", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--sparing", type=int, default=1, help="let all but the ledger's program judge so much fewer")
    parser.add_argument("--news", type=Path, help="a file beside which each worker writes its counts so far")
    options = parser.parse_args(arguments)
    court = open_court()
    require_honest(court)
    tally = run_shared(court, range(options.changes), sparing(options.sparing), options)
    sys.stdout.write(f"{tally.to_json()}\n")
    return 0 if tally.clean else 1


if __name__ == "__main__":
    sys.exit(main())
