"""PostgreSQL under load: clients are killed, and the server is stopped as by ``kill -9`` while acts are recorded.

``python -m tests.crash.postgresql --folder F --kills N --stops N``; prints JSON. The server runs as Debian ships it,
with fsync, full-page writes and page checksums, on a socket in a temporary folder of its own.
"""

import argparse
import dataclasses
import itertools
import json
import os
import pwd
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path

from lims.errors import LimsError
from tests.crash.acts import KINDS, Acknowledgement
from tests.crash.checking import Findings, check
from tests.crash.forking import Child, Say, fork, hear_until, in_child
from tests.crash.homes import Home, find_home, make_home
from tests.crash.killing import Campaign, Tally, warm_up

_BINARIES = Path("/usr/lib/postgresql")
_AT_ONCE = ("registration", "import")
"""What the children do while the server is stopped."""
_STOPS = 10
"""Between two checks; after five times as many a fresh server is made."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """A server of our own."""

    folder: Path
    owner: dict[str, int]
    """Who runs it: PostgreSQL refuses to run as root."""

    @property
    def url(self) -> str:
        """Where it is reached."""
        return f"postgresql://postgres@/postgres?host={self.folder}"

    def start(self) -> None:
        """Start it and wait until it takes connections; after a crash that is after its recovery."""
        options = f"-k {self.folder} -c listen_addresses=''"
        self.run("pg_ctl", "-w", "-l", str(self.folder / "log"), "-o", options, "start")

    def stop_at_once(self) -> None:
        """Stop it without any goodbye: the next start recovers from the write-ahead log."""
        self.run("pg_ctl", "-w", "-m", "immediate", "stop")

    def run(self, program: str, *arguments: str) -> None:
        """Run one of its programs."""
        newest = max(_BINARIES.glob("*/bin"), key=lambda path: int(path.parent.name))
        command = [str(newest / program), "-D", str(self.folder / "data"), *arguments]
        subprocess.run(command, check=True, cwd=self.folder, stdout=subprocess.DEVNULL, **self.owner)


@contextmanager
def running_server() -> Iterator[Server]:
    """Make a server in a folder that its account can reach, and stop it at the end."""
    folder = Path(tempfile.mkdtemp(prefix="aigaq-crash-postgresql-"))
    owner: dict[str, int] = {}
    if os.geteuid() == 0:
        account = pwd.getpwnam("postgres")
        owner = {"user": account.pw_uid, "group": account.pw_gid}
        os.chown(folder, account.pw_uid, account.pw_gid)
    server = Server(folder=folder, owner=owner)
    try:
        server.run("initdb", "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync", "-k")
        server.start()
        yield server
        server.stop_at_once()
    finally:
        shutil.rmtree(folder)


@dataclass(slots=True, kw_only=True)
class Stops:
    """What stopping the server did, and what was found."""

    kind: str = "stopped server"
    seed: int
    stops: int = 0
    acknowledged: int = 0
    errors: dict[str, int] = field(default_factory=dict)
    """What interrupted acts raised, by its class; all of it ours."""
    foreign: list[str] = field(default_factory=list)
    """Errors that are none of ours."""
    checks: int = 0
    entries: int = 0
    lost: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    unnamed_before_sweep: int = 0
    left_after_sweep: int = 0
    seconds: float = 0.0

    @property
    def sound(self) -> bool:
        """Tell whether nothing was lost, and every error was ours."""
        return not (self.lost or self.faults or self.foreign or self.left_after_sweep)

    def add(self, findings: Findings) -> None:
        """Add what one check found."""
        self.checks += 1
        self.entries = findings.entries
        self.lost += findings.lost
        self.faults += findings.faults
        self.unnamed_before_sweep += findings.unnamed + findings.temporary
        self.left_after_sweep += findings.unnamed_after + findings.temporary_after


def kill_clients(home: Home, kills: int, *, seed: int) -> list[Tally]:
    """Kill clients, half of them in registrations and half in imports."""
    tallies = []
    for kind in _AT_ONCE:
        warm_up(kind, home)
        campaign = Campaign(kind=kind, seed=seed, kills=kills // 2, workers=2, spread=4, measured=8)
        tally = Tally(kind=f"{kind} on PostgreSQL", seed=seed)
        started = time.monotonic()
        tally.act_ms = campaign.measure(home)
        chance = random.Random(seed)  # noqa: S311 - times of kills are no secrets
        while tally.kills < campaign.kills:
            campaign.kill_and_check(home, chance, tally)
        tally.seconds = round(time.monotonic() - started, 1)
        tallies.append(tally)
    return tallies


def stop_server(server: Server, home: Home, stops: Stops, *, wanted: int, chance: random.Random) -> None:
    """Stop the server again and again while two processes record acts; check after every few."""
    heard: list[Acknowledgement] = []
    for _ in range(min(5 * _STOPS, wanted - stops.stops)):
        children = [fork(lambda say, kind=kind: _act(kind, home, say)) for kind in _AT_ONCE]
        for child in children:
            child.wait_for(b"ready")
        hear_until(children, time.monotonic() + chance.uniform(0.01, 0.5))
        server.stop_at_once()
        stops.stops += 1
        for child in children:
            child.wait()
            _note(child, heard, stops)
        server.start()
        if stops.stops % _STOPS == 0 or stops.stops == wanted:
            acts = tuple(heard)
            stops.add(Findings.from_facts(in_child(lambda: check(home, acts).to_facts())))  # noqa: B023 - done at once


def _note(child: Child, heard: list[Acknowledgement], stops: Stops) -> None:
    for line in child.lines:
        if "number" in line:
            heard.append(Acknowledgement.from_facts(line))
            stops.acknowledged += 1
        elif "error" in line:
            name = str(line["error"])
            stops.errors[name] = stops.errors.get(name, 0) + 1
        else:
            stops.foreign.append(str(line))


def _act(kind: str, home: Home, say: Say) -> None:
    """Act until the server is gone; the error that says so must be ours."""
    laboratory = home.open()
    say(b"ready\n")
    try:
        for act in KINDS[kind](laboratory, home):
            say(act.to_line())
    except LimsError as error:
        say(json.dumps({"error": type(error).__name__, "message": str(error)}).encode() + b"\n")


def main() -> None:
    """Kill, stop, check and print what was found, a line of JSON for each kind."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--kills", type=int, default=0)
    parser.add_argument("--stops", type=int, default=0)
    options = parser.parse_args()
    found: list[Tally | Stops] = []
    stops = Stops(seed=options.seed)
    chance = random.Random(options.seed)  # noqa: S311 - times of stops are no secrets
    started = time.monotonic()
    for chapter in itertools.count():
        with running_server() as server:
            folder = options.folder / f"home-{chapter}"
            in_child(lambda: {"made": str(make_home(folder, database_url=server.url).folder)})  # noqa: B023
            home = dataclasses.replace(find_home(folder), database_url=server.url)
            if chapter == 0 and options.kills:
                found += kill_clients(home, options.kills, seed=options.seed)
            stop_server(server, home, stops, wanted=options.stops, chance=chance)
        shutil.rmtree(folder)
        if stops.stops >= options.stops:
            break
    stops.seconds = round(time.monotonic() - started, 1)
    for tally in (*found, *([stops] if options.stops else [])):
        sys.stdout.write(json.dumps(asdict(tally) | {"sound": tally.sound}) + "\n")


if __name__ == "__main__":
    main()
