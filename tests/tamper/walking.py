"""Honest histories: people at work in one laboratory, day after day, by chance and through the real services.

The same seed walks the same way. Many acts are tried by the wrong person, twice or too late, and refused: a refused act
leaves nothing behind, and the walk looks whether it does.
"""

import random
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from sqlalchemy import Engine

from lims.domain.staff import StaffMember
from lims.errors import LimsError
from lims.persistence.engine import open_engine
from lims.persistence.ledger_key import FileSigner
from lims.services.checkpointing import CheckpointingService, DueCheckpoints
from lims.services.ports import ListedRecord
from lims.services.relisting import RelistingService
from spectra import SpectraError
from tests.builders.batches import SetMeasurement
from tests.builders.clocks import SetClock
from tests.builders.laboratories import PEOPLE, Bench

T = TypeVar("T")
_MOST_LISTED = 1000
_MISTAKES = 0.12
"""Share of acts that are tried by anybody at all."""
_SEVERAL_ENTRIES = frozenset({"decide", "draft", "measure_batch"})
"""Acts of several transactions: what was recorded before a refusal stays, by design."""


@dataclass
class Laboratory:
    """A laboratory that can be closed and opened again, its clock and its chance."""

    folder: Path
    database_url: str
    chance: random.Random
    clock: SetClock = field(default_factory=SetClock)
    measurement: SetMeasurement = field(default_factory=SetMeasurement)
    """What the runs of batches are found to hold: quantitation of real runs has tests of its own."""
    witnesses: list[bytes] = field(default_factory=list)
    """Checkpoints that were handed out."""
    bench: Bench = field(init=False)
    checkpointing: CheckpointingService = field(init=False)
    relisting: RelistingService = field(init=False)
    engine: Engine = field(init=False)

    def __post_init__(self) -> None:
        self.inbox.mkdir()
        self.open()

    @property
    def inbox(self) -> Path:
        return self.folder / "inbox"

    def open(self) -> None:
        """Start the program."""
        self.engine = open_engine(self.database_url)
        self.bench = Bench(self.engine, self.folder, clock=self.clock)
        object.__setattr__(self.bench.batching, "measurement", self.measurement)
        self.checkpointing = CheckpointingService(
            store=self.bench.store, signer=ledger_signer(self.folder), clock=self.clock
        )
        self.relisting = RelistingService(store=self.bench.store, clock=self.clock)
        self.bench.store._after_commit = DueCheckpoints(self.checkpointing, report=_fail)

    def close(self) -> None:
        """End the program."""
        self.engine.dispose()

    def anyone(self, *usual: StaffMember) -> StaffMember:
        """Give who does an act: mostly one of those whose work it is."""
        return self.chance.choice(PEOPLE if self.chance.random() < _MISTAKES else usual)

    def choose(self, options: Sequence[T]) -> T:
        """Choose one.

        Raises
        ------
        NothingToDoError
            If there is none.
        """
        if not options:
            raise NothingToDoError
        return self.chance.choice(options)

    def some(self, kind: type, *states: str) -> ListedRecord:
        """Give one record, in one of the states if there is one, else any.

        Raises
        ------
        NothingToDoError
            If there is none.
        """
        with self.bench.store.reading() as work:
            listed = work.listed(kind, limit=_MOST_LISTED)
        fitting = [line for line in listed if not states or line.state in states]
        if self.chance.random() < _MISTAKES:
            fitting = list(listed)
        return self.choose(fitting)


def ledger_signer(folder: Path) -> FileSigner:
    """Give the signer whose key and memory lie in a laboratory's folder."""
    return FileSigner(
        origin="lab.example/aigaq/tests", key_file=folder / "ledger-key.pem", state_file=folder / "ledger-key.state"
    )


def _fail(error: Exception) -> None:
    raise AssertionError("a checkpoint was not made") from error


class NothingToDoError(Exception):
    """There is nothing yet on which this act could be done."""


Act = Callable[[Laboratory], None]


@dataclass
class Walk:
    """One history."""

    seed: int
    laboratory: Laboratory
    acts: Mapping[Act, int]
    """What may be done, and how often in relation to the others."""
    done: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)

    def go(self, steps: int) -> None:
        """Let so many acts be done or refused."""
        acts, weights = [*self.acts], [*self.acts.values()]
        while steps:
            steps -= self._try(self.laboratory.chance.choices(acts, weights)[0])

    def repeat(self, act: Act, times: int) -> None:
        """Try one act so many times."""
        for _ in range(times):
            self._try(act)

    def _pass_time(self) -> None:
        chance = self.laboratory.chance
        span = chance.choices((0.0, 1.0, 60.0, 3_600.0, 86_400.0), weights=(4, 12, 12, 2, 1))[0]
        self.laboratory.clock.advance(seconds=span * chance.uniform(0.5, 5.0))

    def _try(self, act: Act) -> bool:
        """Do an act; False if there was nothing to do it on."""
        self._pass_time()
        name = act.__name__
        before = self.laboratory.bench.entries
        try:
            act(self.laboratory)
        except NothingToDoError:
            return False
        except (LimsError, SpectraError) as error:
            self.refused[f"{name}: {type(error).__name__}"] += 1
            after = self.laboratory.bench.entries
            if after != before and name not in _SEVERAL_ENTRIES:
                raise AssertionError(
                    f"seed {self.seed}: {name} was refused and left {after - before} entries"
                ) from error
        else:
            self.done[name] += 1
        return True
