"""Acts on a disk that fills up: file systems of many sizes, each acted on until an act fails.

A program of its own that must run where it may mount: ``unshare --mount --map-root-user python -m
tests.crash.full_disk``. Nothing that it mounts is seen outside or outlives it.
"""

import argparse
import json
import sqlite3
import subprocess
import sys
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path

from lims.errors import LimsError
from lims.ledger import LedgerEntry
from tests.crash.acts import KINDS, Acknowledgement
from tests.crash.checking import Findings, check
from tests.crash.forking import Say, fork, in_child
from tests.crash.homes import SETTINGS, Home, find_home, make_home

_PAGE = 4096
_STEP = {"registration": _PAGE, "import": _PAGE, "signing": 4 * _PAGE}
"""By how much one size is larger than the one before."""
_ROOM = 256 * 1024 * 1024
"""What a full disk is enlarged to before the whole home is checked."""
_BY_DESIGN = "intended"
"""A report's number is recorded before its document is made; the next draft gives it up."""


@dataclass(slots=True, kw_only=True)
class Tally:
    """What a campaign did and found."""

    kind: str
    sizes: int = 0
    full: int = 0
    """Sizes at which an act failed."""
    acknowledged: int = 0
    errors: dict[str, int] = field(default_factory=dict)
    """What the failed acts raised, by its class."""
    messages: list[str] = field(default_factory=list)
    """The first message of each class."""
    foreign: list[str] = field(default_factory=list)
    """Errors that are none of ours."""
    unreadable: list[str] = field(default_factory=list)
    """Acknowledged acts that could not be read on the disk while it was full."""
    half_recorded: list[str] = field(default_factory=list)
    """Entries of acts that failed."""
    lost: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def sound(self) -> bool:
        """Tell whether each act was done or refused, and nothing in between."""
        return not (self.foreign or self.unreadable or self.half_recorded or self.lost or self.faults)


def fill(kind: str, *, sizes: int, folder: Path) -> Tally:
    """Act on file systems of several sizes, the smallest with no room left at all."""
    template = folder / f"template-{kind}"
    examinations = 1 if kind == "signing" else 0
    in_child(lambda: {"made": str(make_home(template, examinations=examinations).folder)})
    floorless = f"{SETTINGS}[raw]\nfree_mb = 0\n"  # the floor would refuse before the disk does
    (template / "aigaq.toml").write_text(floorless, "utf-8")
    tally = Tally(kind=kind)
    started = time.monotonic()
    needed = sum(_PAGE + _pages(path) for path in template.rglob("*"))
    for step in range(sizes):
        with_room = needed + step * _STEP[kind]
        _one_size(kind, find_home(template), folder / "disk", with_room, tally)
    tally.seconds = round(time.monotonic() - started, 1)
    return tally


def _pages(path: Path) -> int:
    return -(-path.stat().st_size // _PAGE) * _PAGE if path.is_file() else 0


def _one_size(kind: str, template: Home, disk: Path, size: int, tally: Tally) -> None:
    disk.mkdir(exist_ok=True)
    _mount(disk, f"size={size}")
    try:
        home = template.copy(disk / "home")
        child = fork(lambda say: _act(kind, home, say))
        child.wait()
        acts = [Acknowledgement.from_facts(line) for line in child.lines if "number" in line]
        errors = [line for line in child.lines if "error" in line]
        tally.sizes += 1
        tally.acknowledged += len(acts)
        tally.full += bool(errors)
        for line in errors:
            _note_error(line, tally)
        tally.foreign += [str(line["failed"]) for line in child.lines if "failed" in line]
        _read_while_full(home, acts, tally)
        _mount(disk, f"remount,size={_ROOM}")
        findings = Findings.from_facts(in_child(lambda: check(home, acts).to_facts()))
        tally.lost += findings.lost
        tally.faults += findings.faults
        _look_for_halves(template, home, acts, tally)
    finally:
        subprocess.run(["umount", str(disk)], check=True)


def _mount(disk: Path, options: str) -> None:
    subprocess.run(["mount", "-t", "tmpfs", "-o", options, "none", str(disk)], check=True)


def _act(kind: str, home: Home, say: Say) -> None:
    """Act until the disk is full; the error that says so must be ours."""
    inbox = home.folder.parent.parent / "inbox"
    inbox.mkdir(exist_ok=True)
    try:
        for act in KINDS[kind](home.open(), home, inbox=inbox):
            say(act.to_line())
    except LimsError as error:
        say(json.dumps({"error": type(error).__name__, "message": f"{error}. {error.advice()}"}).encode() + b"\n")


def _note_error(line: dict[str, object], tally: Tally) -> None:
    name = str(line["error"])
    if name not in tally.errors:
        tally.messages.append(f"{name}: {line['message']}")
    tally.errors[name] = tally.errors.get(name, 0) + 1


def _read_while_full(home: Home, acts: list[Acknowledgement], tally: Tally) -> None:
    present = {(entry.kind, entry.number, entry.version) for entry in _entries(home)}
    tally.unreadable += [
        f"{act.kind} {act.number}" for act in acts if (act.kind, act.number, act.version) not in present
    ]


def _look_for_halves(template: Home, home: Home, acts: list[Acknowledgement], tally: Tally) -> None:
    """Find entries of acts that failed: beside the acknowledged acts only the number of a report may stand."""
    before = {(entry.kind, entry.number, entry.version) for entry in _entries(template)}
    said = {(act.kind, act.number, act.version) for act in acts}
    steps = {entry.act for entry in _entries(home) if (entry.kind, entry.number, entry.version) in said}
    for entry in _entries(home):
        if (entry.kind, entry.number, entry.version) in before | said:
            continue
        beside = entry.kind == "examination" and "report.reviewed" in steps
        if entry.kind != "raw sweep" and entry.body.get("status") != _BY_DESIGN and not beside:
            tally.half_recorded.append(f"{entry.act} {entry.number} version {entry.version}")


def _entries(home: Home) -> list[LedgerEntry]:
    connection = sqlite3.connect(home.folder / "aigaq.sqlite")
    try:
        rows = connection.execute("SELECT data FROM ledger ORDER BY sequence").fetchall()
    finally:
        connection.close()
    return [LedgerEntry.from_bytes(bytes(row[0])) for row in rows]


def main() -> None:
    """Fill disks and print what was found, a line of JSON for each kind."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, required=True)
    for kind in KINDS:
        parser.add_argument(f"--{kind}", type=int, default=0, metavar="SIZES")
    options = parser.parse_args()
    for kind in KINDS:
        if sizes := getattr(options, kind):
            tally = fill(kind, sizes=sizes, folder=options.folder)
            sys.stdout.write(json.dumps(asdict(tally) | {"sound": tally.sound}) + "\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main()
