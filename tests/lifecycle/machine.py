"""The machine: a Hypothesis rule for every act, and for the next sensible step; the twin judges after each of them."""

import importlib
import json
import os
import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule

from lims.errors import LimsError
from spectra import SpectraError
from tests.lifecycle.history import History
from tests.lifecycle.laboratory import Life, NothingToDoError, begin, end
from tests.lifecycle.onward import Onward
from tests.lifecycle.registry import ACTS, LifeAct
from tests.lifecycle.twin import breaches
from tests.tamper.copies import read_rows

for _path in sorted(Path(__file__).parent.glob("*_acts.py")) + sorted(Path(__file__).parent.glob("twin_*.py")):
    importlib.import_module(f"tests.lifecycle.{_path.stem}")

SEEDS = st.integers(min_value=0, max_value=9999)
ONWARD_RULES = 160
"""Of the next sensible step, beside one for each of more than 120 acts: a case comes to its report in about 40."""
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
        self.read()

    def read(self) -> None:
        """Let the twin judge every entry that is new.

        Raises
        ------
        AssertionError
            Naming everything that an entry breaks.
        """
        after = len(self.history.entries)
        for entry in self.history.read(self.life.bench.store.entries(after=after)):
            self.tally.acts[entry.act] += 1
            self.tally.entries += 1
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
        others = random.Random(seed).sample(list(ACTS.values()), k=_OTHERS)  # noqa: S311 - can be done again
        for one in (act, *others):
            if self.play(one.name, lambda one=one: one.step(self.life), seed=seed, several=one.several):
                return
        self.go_on(seed)

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
        write_tally()
        try:
            self.read()
            self.verify()
            self.make_lists_anew()
        finally:
            end(self.life)


TALLY = Tally()
"""Of the machine that runs now."""


class LifeMachine(RuleBasedStateMachine):
    """The whole life of cases in one laboratory."""

    started: ClassVar[Callable[[], Life]] = begin

    def __init__(self) -> None:
        super().__init__()
        self.player = Player(type(self).started(), TALLY)

    @rule(seed=SEEDS)
    def time_passes(self, seed: int) -> None:
        self.player.pass_time(seed)

    def teardown(self) -> None:
        self.player.finish()


def _rule_of(act: LifeAct) -> Any:
    def do(self: LifeMachine, seed: int) -> None:
        self.player.act(act, seed)

    do.__name__ = act.name
    return rule(seed=SEEDS)(do)


def _onward(number: int) -> Any:
    def do(self: LifeMachine, seed: int) -> None:
        self.player.go_on(seed)

    do.__name__ = f"go_on_{number}"
    return rule(seed=SEEDS)(do)


for _act in ACTS.values():
    setattr(LifeMachine, _act.name, _rule_of(_act))
for _number in range(ONWARD_RULES):
    setattr(LifeMachine, f"go_on_{_number}", _onward(_number))


def write_tally(path: str | None = None) -> None:
    """Write the counts where the environment says, for the documents."""
    where = path or os.environ.get("AIGAQ_LIFECYCLE_TALLY")
    if where:
        Path(where).write_text(TALLY.to_json() + "\n", encoding="utf-8")
