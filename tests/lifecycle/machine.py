"""The machine: acts by name and by chance, and the next sensible step; the twin judges after each of them."""

from collections.abc import Callable
from typing import Any, ClassVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from tests.lifecycle.player import Player, Tally
from tests.lifecycle.registry import ACTS
from tests.lifecycle.stages import BEGINNINGS, Stage

SEEDS = st.integers(min_value=0, max_value=9999)
TIME = "time passes"
NAMES = st.sampled_from((TIME, *ACTS))
ONWARD_RULES = 5
"""Of the next sensible step, beside two of an act and one of any act: a case comes to its report in about 40 steps."""
DETOURS = 0.2
"""Share of sensible steps before which people do something else: dispute, send back, refuse, or leave it lying."""

TALLY = Tally()
"""Of the machine that runs now."""


class LifeMachine(RuleBasedStateMachine):
    """The whole life of cases in one laboratory, from its founding or from where a case is on its way."""

    beginnings: ClassVar[tuple[Callable[[], Stage], ...]] = BEGINNINGS

    @initialize(place=SEEDS)
    def begins(self, place: int) -> None:
        stage = self.beginnings[place % len(self.beginnings)]()
        self.player = Player(stage.life(), TALLY)
        self.player.onward.detours = DETOURS
        self.player.onward.go_along(stage.journey)

    @rule(name=NAMES, seed=SEEDS)
    def act(self, name: str, seed: int) -> None:
        self._do(name, seed)

    @rule(name=NAMES, seed=SEEDS)
    def act_too(self, name: str, seed: int) -> None:
        """Do an act: as often as a quarter of the steps, with the rule above."""
        self._do(name, seed)

    @rule(seed=SEEDS)
    def any_act(self, seed: int) -> None:
        """Do an act that chance alone names: Hypothesis likes to repeat what it chose, and would leave others out."""
        self.player.act_by_chance(seed)

    def _do(self, name: str, seed: int) -> None:
        if name == TIME:
            self.player.pass_time(seed)
        else:
            self.player.act(ACTS[name], seed)

    def teardown(self) -> None:
        if hasattr(self, "player"):
            self.player.finish()


def _onward(number: int) -> Any:
    def do(self: LifeMachine, seed: int) -> None:
        self.player.go_on(seed)

    do.__name__ = f"go_on_{number}"
    return rule(seed=SEEDS)(do)


for _number in range(ONWARD_RULES):
    setattr(LifeMachine, f"go_on_{_number}", _onward(_number))
