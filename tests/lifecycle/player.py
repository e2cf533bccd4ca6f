"""One life that is played, with the twin that judges after each step, and the counts of what came about."""

import importlib
import json
import os
import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from lims.errors import LimsError
from spectra import SpectraError
from tests.lifecycle.history import History
from tests.lifecycle.laboratory import Life, NothingToDoError, end
from tests.lifecycle.onward import Onward
from tests.lifecycle.registry import ACTS, LifeAct
from tests.lifecycle.twin import breaches
from tests.tamper.copies import read_rows

for _path in sorted(Path(__file__).parent.glob("*_acts.py")) + sorted(Path(__file__).parent.glob("twin_*.py")):
    importlib.import_module(f"tests.lifecycle.{_path.stem}")

_VERIFY_EVERY = 50
_OTHERS = 3


@dataclass
class Tally:
    """How often each act succeeded and was refused, over all sequences."""

    steps: int = 0
    """Acts that were done or refused; one that found nothing to be done on is none."""
    sequences: int = 0
    entries: int = 0
    done: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)
    nothing: Counter[str] = field(default_factory=Counter)
    acts: Counter[str] = field(default_factory=Counter)
    """Of the ledger's entries."""

    def to_json(self) -> str:
        facts = {
            "steps": self.steps,
            "sequences": self.sequences,
            "entries": self.entries,
            "acts": {
                name: {"done": self.done[name], "refused": self.refused[name], "nothing to do": self.nothing[name]}
                for name in ("onward", "time", *ACTS)
            },
            "refusals": dict(self.reasons.most_common()),
            "ledger": dict(self.acts.most_common()),
        }
        return json.dumps(facts, indent=2, ensure_ascii=False)


@dataclass
class Player:
    """One life with the twin that watches it."""

    life: Life
    tally: Tally
    history: History = field(init=False)
    onward: Onward = field(init=False)
    steps: int = 0

    def __post_init__(self) -> None:
        self.history = History(self.life.rights.time_zone, read_raw=self.life.bench.raw_store.get)
        self.onward = Onward(self.life)
        self.read(counted=False)

    def read(self, *, counted: bool = True) -> None:
        """Let the twin judge every entry that is new; what a life begins with is not counted.

        Raises
        ------
        AssertionError
            Naming everything that an entry breaks.
        """
        after = len(self.history.entries)
        for entry in self.history.read(self.life.bench.store.entries(after=after)):
            self.tally.acts[entry.act] += counted
            self.tally.entries += counted
            found = breaches(self.history, entry)
            assert not found, "\n".join(found)
        assert not self.history.owed, f"not done in the same transaction: {self.history.owed}"

    def play(self, name: str, step: Callable[[], object], *, seed: int, several: bool = False) -> bool:
        """Do one step; a refusal must be one of ours and leave nothing. False if there was nothing to do."""
        self.life.chance = random.Random(seed * 1_000_003 + self.steps)  # noqa: S311 - can be done again
        self.life.clock.advance(seconds=self.life.chance.choice((1, 20, 20, 60)))
        before = len(self.history.entries)
        try:
            step()
        except NothingToDoError:
            self.tally.nothing[name] += 1
            return False
        except (LimsError, SpectraError) as error:
            self.tally.refused[name] += 1
            self.tally.reasons[type(error).__name__] += 1
            self.read()
            left = len(self.history.entries) - before
            if left and not several:
                raise AssertionError(f"{name} was refused ({error}) and left {left} entries") from error
        else:
            self.tally.done[name] += 1
            self.read()
        self.tally.steps += 1
        self.steps += 1
        if self.steps % _VERIFY_EVERY == 0:
            self.verify()
        return True

    def act(self, act: LifeAct, seed: int) -> None:
        """Do an act; where there is nothing to do it on, another one by chance, and at last go on with a case."""
        for one in (act, *self._others(seed)):
            if self.play(one.name, lambda one=one: one.step(self.life), seed=seed, several=one.several):
                return
        self.go_on(seed)

    def act_by_chance(self, seed: int) -> None:
        """Do any act; each is as likely as the others."""
        first, *_ = self._others(seed)
        self.act(first, seed + 1)

    def _others(self, seed: int) -> list[LifeAct]:
        chance = random.Random(seed * 1_000_003 + self.steps)  # noqa: S311 - can be done again
        return chance.sample(list(ACTS.values()), k=_OTHERS)

    def go_on(self, seed: int) -> None:
        """Do the next sensible step of a case."""
        self.play("onward", self.onward.step, seed=seed, several=True)

    def pass_time(self, seed: int) -> None:
        """Let hours or days pass: checks, calibrations, offers and absences end."""
        chance = random.Random(seed)  # noqa: S311 - can be done again
        self.life.clock.advance(minutes=chance.choice((5, 16, 60, 60 * 14, 60 * 24, 60 * 24 * 7)))
        self.tally.done["time"] += 1

    def verify(self) -> None:
        """Let the program verify its ledger, and make its lists anew to compare."""
        found = self.life.bench.auditing.verify()
        assert not found.faults, found.faults
        assert not self.life.bench.store.faults()

    def make_lists_anew(self) -> None:
        """Make every list anew from the ledger: nothing may change by that."""
        with self.life.engine.connect() as connection:
            before = read_rows(connection)
        self.life.bench.store.rebuild_lists()
        with self.life.engine.connect() as connection:
            after = read_rows(connection)
        changed = [table for table in before if before[table] != after[table]]
        assert not changed, f"{', '.join(changed)} changed when the lists were made anew"

    def finish(self) -> None:
        """Look at everything once more, and take the laboratory away."""
        self.tally.sequences += 1
        write_tally(self.tally)
        try:
            self.read()
            self.verify()
            self.make_lists_anew()
        finally:
            end(self.life)


def write_tally(tally: Tally) -> None:
    """Write the counts where the environment says, for the documents."""
    where = os.environ.get("AIGAQ_LIFECYCLE_TALLY")
    if where:
        Path(where).write_text(tally.to_json() + "\n", encoding="utf-8")
