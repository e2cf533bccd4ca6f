"""Kill -9 at random times: children of a warmed process act in a real home and are killed, then the home is checked.

A program of its own, so that nothing is ever forked from a process with threads: ``python -m tests.crash.killing``.
It prints JSON. The times of the kills are drawn from a seed over about four times the measured duration of an act.
"""

import argparse
import importlib
import itertools
import json
import os
import random
import shutil
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path

from tests.crash.acts import KINDS, Acknowledgement
from tests.crash.checking import Findings, check
from tests.crash.faults import FAULTS
from tests.crash.forking import Say, fork, hear_until, in_child
from tests.crash.homes import Home, find_home, make_home

_SIGNING_MODULES = ("document", "signing", "development", "keys", "pades", "figures.structure")
_KILLED = -9
_READY = b"ready"
_EXAMINATIONS = 4
_ROUND = 10
"""Pairs of kills before a home is checked; a home is used for ten such rounds, then a fresh copy is taken."""


@dataclass(slots=True, kw_only=True)
class Tally:
    """What a campaign did and found."""

    kind: str
    seed: int
    kills: int = 0
    ended_before: int = 0
    """Children that had nothing left to do when they should have been killed."""
    acknowledged: int = 0
    entries: int = 0
    checks: int = 0
    lost: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)
    """What children failed with although nobody had killed them yet."""
    unnamed_before_sweep: int = 0
    temporary_before_sweep: int = 0
    unnamed_after_sweep: int = 0
    temporary_after_sweep: int = 0
    unkept_checkpoints: int = 0
    act_ms: float = 0.0
    """Of an act that is not killed, measured before."""
    seconds: float = 0.0

    def add(self, findings: Findings) -> None:
        """Add what one check found."""
        self.checks += 1
        self.lost += findings.lost
        self.faults += findings.faults
        self.unnamed_before_sweep += findings.unnamed
        self.temporary_before_sweep += findings.temporary
        self.unnamed_after_sweep += findings.unnamed_after
        self.temporary_after_sweep += findings.temporary_after
        self.unkept_checkpoints += findings.unkept_checkpoints

    @property
    def sound(self) -> bool:
        """Tell whether nothing was lost and nothing left."""
        left = self.unnamed_after_sweep + self.temporary_after_sweep
        return not (self.lost or self.faults or self.failures or left)


@dataclass(frozen=True, slots=True, kw_only=True)
class Campaign:
    """Kills of one kind of act."""

    kind: str
    seed: int
    kills: int
    workers: int
    """Children at once; they contend for the same store."""
    spread: float
    """Kills fall into this many durations of an act; the first act of a process takes longer than the later ones."""
    measured: int
    """Acts whose mean duration is measured before: one pass, of which the first act may take longest."""
    fault: str = ""
    """One of ``FAULTS``, planted to see it found."""

    def run(self, template: Home, scratch: Path) -> Tally:
        """Kill until the number is reached."""
        tally = Tally(kind=self.kind, seed=self.seed)
        started = time.monotonic()
        chance = random.Random(self.seed)  # noqa: S311 - times of kills are no secrets
        home = template.copy(scratch / "measured")
        tally.act_ms = self.measure(home)
        for ordinal in itertools.count():
            if tally.kills >= self.kills:
                break
            shutil.rmtree(home.folder)
            home = template.copy(scratch / str(ordinal))
            for _ in range(_ROUND):
                if not self.kill_and_check(home, chance, tally):
                    break
        shutil.rmtree(home.folder)
        tally.seconds = round(time.monotonic() - started, 1)
        return tally

    def measure(self, home: Home) -> float:
        """Give the mean duration of an act in milliseconds, with as many workers as later."""
        children = [fork(lambda say: self.act(home, say, limit=self.measured)) for _ in range(self.workers)]
        for child in children:
            child.wait()
        return sum(float(str(child.lines[-1]["mean_ms"])) for child in children) / self.workers

    def kill_and_check(self, home: Home, chance: random.Random, tally: Tally) -> bool:
        """Kill several times in one home, then check it; False when there is nothing left to do in it."""
        acknowledgements: list[Acknowledgement] = []
        worked = False
        for _ in range(_ROUND):
            if tally.kills >= self.kills:
                break
            children = self._kill(home, chance, tally)
            heard = [Acknowledgement.from_facts(line) for child in children for line in child.lines if "kind" in line]
            acknowledgements += heard
            worked = any(child.code == _KILLED for child in children)
            if not worked:
                break
        tally.acknowledged += len(acknowledgements)
        findings = Findings.from_facts(in_child(lambda: check(home, acknowledgements).to_facts()))
        tally.entries += findings.entries
        tally.add(findings)
        return worked

    def _kill(self, home: Home, chance: random.Random, tally: Tally) -> list["Ended"]:
        gate = os.pipe()
        children = [fork(lambda say: self.act(home, say, gate=gate[0])) for _ in range(self.workers)]
        for child in children:
            child.wait_for(_READY)
        now = time.monotonic()
        os.write(gate[1], b"." * self.workers)
        for descriptor in gate:
            os.close(descriptor)
        moments = sorted(
            (now + chance.uniform(0, self.spread * tally.act_ms / 1000), position) for position in range(self.workers)
        )
        ended = []
        for moment, position in moments:
            hear_until(children, moment)
            code = children[position].kill()
            ended.append(Ended(code=code, lines=children[position].lines))
            tally.kills += code == _KILLED
            tally.ended_before += code == 0
            tally.failures += [str(line["failed"]) for line in children[position].lines if "failed" in line]
        return ended

    def act(self, home: Home, say: Say, *, limit: int = 0, gate: int | None = None) -> None:
        """Act until killed, or until a number of acts is done; say each act after its service has returned."""
        laboratory = FAULTS[self.fault](home.open(), say)
        say(_READY + b"\n")
        if gate is not None:
            os.read(gate, 1)
        acts: Iterator[Acknowledgement] = KINDS[self.kind](laboratory, home)
        times = [time.monotonic()]
        for act in acts:
            say(act.to_line())
            times.append(time.monotonic())
            if limit and len(times) > limit:
                break
        spans = [after - before for before, after in itertools.pairwise(times)]
        say(json.dumps({"mean_ms": 1000 * sum(spans) / max(len(spans), 1)}).encode() + b"\n")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """How a child ended and what it had said."""

    code: int
    lines: list[dict[str, object]]


def warm_up(kind: str, home: Home) -> None:
    """Load and prepare what children would, so that kills fall into acts and not into imports.

    Nothing that starts threads is run, and the database is closed again: neither survives a fork.
    """
    if kind == "signing":
        for module in _SIGNING_MODULES:
            importlib.import_module(f"lims.reporting.{module}")
        return
    laboratory = home.open()
    for _ in itertools.islice(KINDS[kind](laboratory, home), 4):
        pass
    home.close(laboratory)


def main() -> None:
    """Run campaigns in one folder and print what they found, a line of JSON for each kind."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, required=True, help="where homes are made and thrown away")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--fault", default="", choices=list(FAULTS))
    for kind in KINDS:
        parser.add_argument(f"--{kind}", type=int, default=0, metavar="KILLS")
    options = parser.parse_args()
    for kind in KINDS:
        kills = getattr(options, kind)
        if not kills:
            continue
        signing = kind == "signing"
        folder = options.folder / f"template-{kind}"
        if not folder.exists():
            examinations = min(kills, _EXAMINATIONS) if signing else 0
            in_child(lambda: {"made": str(make_home(folder, examinations=examinations).folder)})  # noqa: B023
        template = find_home(folder)
        warmed = template.copy(options.folder / f"warmed-{kind}")
        warm_up(kind, warmed)
        shutil.rmtree(warmed.folder)
        campaign = Campaign(
            kind=kind,
            seed=options.seed,
            kills=kills,
            workers=1 if signing else 2,
            spread=3.3 if signing else 4,
            measured=3 if signing else 8,
            fault=options.fault,
        )
        tally = campaign.run(template, options.folder)
        sys.stdout.write(json.dumps(asdict(tally) | {"sound": tally.sound}) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
