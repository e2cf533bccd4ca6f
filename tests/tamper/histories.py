"""Finished honest histories: made once by a walk, then copied for every change."""

import random
import shutil
from dataclasses import dataclass
from pathlib import Path

from lims.services.named_raw import NamedRaw
from tests.tamper.acting import EVERY_ACT, register_case
from tests.tamper.copies import Rows, read_rows
from tests.tamper.walking import Laboratory, Walk, ledger_signer
from tests.tamper.writing_runs import new_file

DATABASE = "aigaq.sqlite"
_MOMENTS = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """What there was at one time of a history: a backup of the database, and what the signer remembered."""

    rows: Rows
    signer_state: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """An honest history that has come to its end; its laboratory is closed."""

    seed: int
    folder: Path
    rows: Rows
    objects: tuple[str, ...]
    """Digests of all raw objects that the ledger names."""
    moments: tuple[Moment, ...]
    witnesses: tuple[bytes, ...]
    """Checkpoints outside."""

    @property
    def database(self) -> Path:
        """Where the database lies as it was at the end."""
        return self.folder / DATABASE


def make_history(folder: Path, *, seed: int, steps: int, cases: int = 0) -> History:
    """Let a laboratory issue one report and then work for some steps; the same seed gives the same acts.

    Parameters
    ----------
    folder : Path
        Made here.
    steps : int
        Acts that are done or refused.
    cases : int, optional
        How many cases are registered besides, so that the tree grows cheaply.
    """
    folder.mkdir()
    lab = Laboratory(folder=folder, database_url=f"sqlite:///{folder / DATABASE}", chance=random.Random(seed))  # noqa: S311 - acts that can be done again
    lab.bench.hire()
    lab.bench.issued(new_file(lab.inbox, lab.chance))
    walk = Walk(seed=seed, laboratory=lab, acts=EVERY_ACT)
    moments = []
    for _ in range(_MOMENTS):
        walk.go(steps // _MOMENTS)
        walk.repeat(register_case, cases // _MOMENTS)
        lab.witnesses.append(lab.checkpointing.make().to_bytes())
        moments.append(_moment(lab))
    walk.go(2)
    history = History(
        seed=seed,
        folder=folder,
        rows=_moment(lab).rows,
        objects=_named(lab),
        moments=tuple(moments),
        witnesses=tuple(dict.fromkeys(lab.witnesses)),
    )
    lab.close()
    shutil.rmtree(lab.inbox)
    return history


def _moment(lab: Laboratory) -> Moment:
    with lab.engine.connect() as connection:
        return Moment(rows=read_rows(connection), signer_state=ledger_signer(lab.folder).state_file.read_bytes())


def _named(lab: Laboratory) -> tuple[str, ...]:
    named = NamedRaw()
    for _ in named.noting(lab.bench.store.entries()):
        pass
    return tuple(dict.fromkeys(named.digests(lab.bench.raw_store, faults=[])))
