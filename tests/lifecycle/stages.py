"""Laboratories where one case has come to a step: each is made once a process, and copied for each life."""

import atexit
import copy
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import Any

from lims.services.accessioning import CaseFacts, ExhibitFacts
from lims.services.permitting import Rights
from tests.builders.clocks import SetClock
from tests.builders.laboratories import EXPERT
from tests.lifecycle.laboratory import Life, begin, memory
from tests.lifecycle.onward import Journey
from tests.lifecycle.player import Player, Tally

ALL_ON = Rights(custody_gate=True, liability_warning=True)


@dataclass(frozen=True)
class Stage:
    """A laboratory in which a case is on its way, kept as a folder to be copied."""

    folder: Path
    clock: SetClock
    files: int
    _journey: Journey | None

    @property
    def journey(self) -> Journey | None:
        """The case that is on its way, as nobody has touched it yet; None in a laboratory without one."""
        return copy.deepcopy(self._journey)

    def life(self, *, rights: Rights = ALL_ON, **facts: Any) -> Life:
        """Begin a life with a copy."""
        folder = Path(tempfile.mkdtemp(prefix="aigaq-life-", dir=memory())) / "home"
        shutil.copytree(self.folder, folder)
        return Life(folder, rights=rights, clock=copy.copy(self.clock), files=self.files, **facts)


@cache
def founded() -> Stage:
    """Give a laboratory without a case."""
    return _kept(begin(rights=ALL_ON), None)


@cache
def before(wanted: str, receives: tuple[tuple[str, Any], ...] = ()) -> Stage:
    """Bring a case to where a step is the next one; people make no mistakes and no detours.

    Raises
    ------
    AssertionError
        If that step never comes.
    """
    life = begin(rights=ALL_ON)
    life.mistakes = 0.0
    player = Player(life, Tally())
    facts = dict(receives)
    journey = Journey(exhibit=_received(life, **facts), by_batch=facts.get("by_batch", False))
    player.onward.journey = journey
    for seed in range(60):
        name, _ = player.onward._next()
        if name == wanted:
            return _kept(life, journey)
        player.onward.step()
        player.read()
        life.clock.advance(seconds=20)
        life.chance.seed(seed)
    raise AssertionError(f"{wanted} never came")


def _kept(life: Life, journey: Journey | None) -> Stage:
    life.close()
    atexit.register(shutil.rmtree, life.folder.parent, ignore_errors=True)
    return Stage(life.folder, life.clock, life.files, journey)


def _received(life: Life, *, units: int | None = None, condition: str = "dry, closed", **_: Any) -> str:
    """Register a case with an exhibit that is not sealed."""
    facts = ExhibitFacts(description="a bag", condition=condition, unit_count=units)
    case = life.bench.accessioning.register_case(CaseFacts(appointing_body="Court"), actor=EXPERT)
    return life.bench.accessioning.register_exhibit(case.number, facts, actor=EXPERT).number


BY_BATCH = (("by_batch", True),)
BEGINNINGS: tuple[Callable[[], Stage], ...] = (
    founded,
    founded,
    partial(before, "check"),
    partial(before, "judge", BY_BATCH),
    partial(before, "draft"),
    partial(before, "review", (("units", 10),)),
)
"""Where the lives of the machine begin: a third in an empty laboratory, the others where second persons come in."""
