"""Simulated losses of power: the writes of the real program are recorded once, then cut and drawn as many images.

``python -m tests.crash.power_loss --folder F --images N``; prints a line of JSON for each setting and model.
"""

import argparse
import bisect
import hashlib
import itertools
import json
import random
import shutil
import sqlite3
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path

from lims.ledger import LedgerEntry
from lims.services.named_raw import NamedRaw
from tests.crash.acts import Acknowledgement
from tests.crash.checking import Findings, check
from tests.crash.crash_images import Disk, FileNode, FolderModel, FolderNode, Image
from tests.crash.forking import ChildFailedError, in_child
from tests.crash.homes import Home, find_home, make_home
from tests.crash.recorded_program import SETTINGS
from tests.crash.recording import Operation, operations, record

WORK = {
    "brief": ("registration:2", "import:3"),
    "casework": ("registration:6", "import:7"),
    "signing": ("signing:3",),
}
"""What is recorded: the first two from an empty home on, the last in a home with a concluded examination."""
CONTROLS = ("", "no-syncs", "no-raw-syncs")
"""Syncs that are struck out of the record: a disk that lies, and a raw store that forgets to sync."""
_DATABASE = "aigaq.sqlite"
_BESIDE = ("", "-journal", "-wal")
_KEYS = ("second-factor.key", "ledger-key.pem", "ledger-origin")
"""What nobody can make again; promised from the first acknowledged act on."""
_WHOLE_CHECK = 500
"""Every so many images are opened by the real program too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """One run of the program: what it did, said, and left."""

    home: Path
    before: Path
    """A copy of the home as it was when the record began."""
    operations: tuple[Operation, ...]

    def disk(self) -> Disk:
        """Give the disk as it was when the record began."""
        disk = Disk(root=str(self.home))
        disk.load(self.before)
        return disk


def record_work(folder: Path, work: str, setting: str) -> Recorded:
    """Record one kind of work at one setting of the database."""
    folder.mkdir(parents=True)
    home, before, log, marks = (folder / name for name in ("home", "before", "log", "marks"))
    if work == "signing":
        in_child(lambda: {"made": str(make_home(home, examinations=1).folder)})
    else:
        home.mkdir()
    shutil.copytree(home, before)
    record(["tests.crash.recorded_program", str(home), str(marks), "--setting", setting, "--acts", *WORK[work]], log)
    with log.open(encoding="ascii") as lines:
        found = operations(lines, root=str(home), marks=str(marks))
    log.unlink()
    return Recorded(home=home, before=before, operations=tuple(found))


@dataclass(slots=True, kw_only=True)
class Verdicts:
    """What was found in the images of one setting."""

    work: str
    setting: str
    control: str
    model: str
    seed: int
    operations: int
    """In the record: writes, syncs, changes of folders, marks."""
    acknowledged: int
    """Acts in the record."""
    images: int = 0
    bad: int = 0
    most_lost: int = 0
    """Acknowledged acts lost in the worst image."""
    kinds: dict[str, int] = field(default_factory=dict)
    examples: list[str] = field(default_factory=list)
    opened_by_the_program: int = 0
    unkept_checkpoints: int = 0
    seconds: float = 0.0

    def note(self, kind: str, what: str, lost: int = 0) -> None:
        """Note a bad image."""
        self.bad += 1
        self.kinds[kind] = self.kinds.get(kind, 0) + 1
        self.most_lost = max(self.most_lost, lost)
        if self.kinds[kind] <= 3:
            self.examples.append(f"{kind}: {what}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Truth:
    """What the recorded run really did: every state of its database, and what each act relies on."""

    states: dict[int, int]
    """By the hash of all rows: how many entries the ledger has."""
    raw: tuple[frozenset[str], ...]
    """By number of entries: raw objects that the entries up to there name."""
    promised: tuple[tuple[int, int], ...]
    """Places in the record, and how many entries were acknowledged from there on."""
    acknowledgements: tuple[tuple[int, Acknowledgement], ...]
    keys: dict[str, tuple[int, bytes]]
    """By file: the place from which on it is promised, and what it holds."""

    def entries_at(self, place: int) -> int:
        """Give how many entries were acknowledged before a place."""
        found = bisect.bisect_left(self.promised, (place, 0))
        return self.promised[found - 1][1] if found else 0


def find_truth(recorded: Recorded, scratch: Path) -> Truth:
    """Play the whole record without a crash and note every state in which the database can be found."""
    disk = recorded.disk()
    states = {_EMPTY: 0}
    acknowledgements = []
    keys: dict[str, tuple[int, bytes]] = {}
    for place, operation in enumerate(recorded.operations):
        if operation.kind == "mark":
            act = Acknowledgement.from_facts(json.loads(operation.data))
            acknowledgements.append((place, act))
            for name in _KEYS:
                node = disk.top.current.get(name)
                if isinstance(node, FileNode):
                    keys.setdefault(name, (place, bytes(node.current)))
            continue
        disk.play(operation)
        if operation.kind in {"unlink", "sync", "size"} and Path(operation.path).name.startswith(_DATABASE):
            rows = _rows(_current(disk), scratch)
            states[hash(rows)] = _entries(rows)
    entries = [LedgerEntry.from_bytes(data) for data in _ledger(recorded.home / _DATABASE)]
    sequence = {(entry.kind, entry.number, entry.version): entry.sequence for entry in entries}
    promised, most = [], 0
    for place, act in acknowledgements:
        most = max(most, sequence[act.kind, act.number, act.version])
        promised.append((place, most))
    return Truth(
        states=states,
        raw=tuple(_named(recorded.home, entries)),
        promised=tuple(promised),
        acknowledgements=tuple(acknowledgements),
        keys=keys,
    )


def _current(disk: Disk) -> dict[str, bytes]:
    return {
        name: bytes(node.current)
        for name, node in disk.top.current.items()
        if isinstance(node, FileNode) and name.startswith(_DATABASE)
    }


def _ledger(path: Path) -> list[bytes]:
    connection = sqlite3.connect(path)
    try:
        return [bytes(row[0]) for row in connection.execute("SELECT data FROM ledger ORDER BY sequence")]
    finally:
        connection.close()


def _named(folder: Path, entries: list[LedgerEntry]) -> Iterator[frozenset[str]]:
    def named() -> Iterator[frozenset[str]]:
        laboratory = find_home(folder).open()
        noted = NamedRaw()
        yield frozenset()
        for entry in entries:
            noted.note(entry)
            yield frozenset(noted.digests(laboratory.auditing.raw_store, faults=[]))
        Home.close(laboratory)

    yield from named()


_EMPTY = hash(())
Rows = tuple[tuple[str, tuple[tuple[object, ...], ...]], ...]


def _rows(files: dict[str, bytes], scratch: Path) -> Rows:
    """Open a database as SQLite does after a crash, and give all rows of all tables.

    Raises
    ------
    sqlite3.DatabaseError
        If it cannot be opened, or is not whole.
    """
    for ending in (*_BESIDE, "-shm"):
        (scratch / (_DATABASE + ending)).unlink(missing_ok=True)
    for name, content in files.items():
        if not name.endswith("-shm"):
            (scratch / name).write_bytes(content)
    if _DATABASE not in files:
        return ()
    connection = sqlite3.connect(scratch / _DATABASE, isolation_level=None)
    try:
        connection.execute("PRAGMA synchronous=OFF")  # the scratch folder need not be durable
        names = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        if [row[0] for row in connection.execute("PRAGMA integrity_check")] != ["ok"]:
            raise sqlite3.DatabaseError("integrity check failed")
        return tuple((name, tuple(connection.execute(f'SELECT * FROM "{name}"'))) for name in sorted(names))  # noqa: S608
    finally:
        connection.close()


def _entries(rows: Rows) -> int:
    return len(dict(rows).get("ledger", ()))


@dataclass(frozen=True, slots=True, kw_only=True)
class Campaign:
    """Many crash images of one record."""

    recorded: Recorded
    truth: Truth
    model: FolderModel
    control: str
    deep: bool
    """Whether some images are opened by the real program; only at the shipped setting."""

    def run(self, verdicts: Verdicts, *, images: int, seed: int, scratch: Path) -> None:
        """Draw images at random places of the record and judge each."""
        started = time.monotonic()
        chance = random.Random(seed)  # noqa: S311 - losses of power are no secrets
        kept = [o for o in enumerate(self.recorded.operations) if not self._struck(o[1])]
        cuts = sorted(chance.randrange(1, len(kept) + 1) for _ in range(images))
        disk, played = self.recorded.disk(), 0
        for ordinal, cut in enumerate(cuts):
            for _, operation in kept[played:cut]:
                if operation.kind != "mark":
                    disk.play(operation)
            played = cut
            image = Image(top=disk.top, model=self.model, chance=chance)
            verdicts.images += 1
            place = kept[cut - 1][0] + 1
            if not self._judge(image, place, verdicts, scratch):
                continue
            if self.deep and ordinal % _WHOLE_CHECK == _WHOLE_CHECK // 2:
                self._open(image, place, verdicts, scratch)
        verdicts.seconds = round(time.monotonic() - started, 1)

    def _struck(self, operation: Operation) -> bool:
        if operation.kind != "sync" or not self.control:
            return False
        return self.control == "no-syncs" or "/raw" in operation.path

    def _judge(self, image: Image, place: int, verdicts: Verdicts, scratch: Path) -> bool:
        files = {
            name: image.content(node)
            for name, node in image.names(image.top).items()
            if isinstance(node, FileNode) and name.startswith(_DATABASE)
        }
        promised = self.truth.entries_at(place)
        try:
            rows = _rows(files, scratch)
        except sqlite3.DatabaseError as error:
            verdicts.note("unreadable", f"{error} at {place}", promised)
            return False
        found = _entries(rows)
        if found < promised:
            verdicts.note("lost", f"{found} entries, {promised} acknowledged at {place}", promised - found)
        elif hash(rows) not in self.truth.states:
            verdicts.note("mixed", f"{found} entries in a state that never was, at {place}")
        elif missing := self._missing(image, found):
            verdicts.note("raw", f"{min(missing)} is named and not whole, at {place}", len(missing))
        elif gone := self._gone(image, place):
            verdicts.note("keys", f"{', '.join(gone)} at {place}")
        else:
            return True
        return False

    def _gone(self, image: Image, place: int) -> list[str]:
        names = image.names(image.top)
        whole = {name: image.content(node) for name in self.truth.keys if isinstance(node := names.get(name), FileNode)}
        promised = self.truth.keys.items()
        return [name for name, (begin, content) in promised if begin < place and whole.get(name) != content]

    def _missing(self, image: Image, entries: int) -> frozenset[str]:
        present = {}
        for folder in _folders(image, image.folder("raw")):
            present |= {name: node for name, node in folder.items() if isinstance(node, FileNode)}
        return frozenset(
            digest
            for digest in self.truth.raw[entries]
            if digest not in present or _digest(image, present[digest]) != digest
        )

    def _open(self, image: Image, place: int, verdicts: Verdicts, scratch: Path) -> None:
        """Let the real program open the image, verify and sweep it."""
        folder = scratch / "opened"
        folder.mkdir(mode=0o700)
        image.write(folder)
        home = Home(folder=folder, exhibit="", examinations=())
        acts = [act for where, act in self.truth.acknowledgements if where < place]
        verdicts.opened_by_the_program += 1
        try:
            findings = Findings.from_facts(in_child(lambda: check(home, acts).to_facts()))
        except ChildFailedError as error:
            verdicts.note("program", f"{error} at {place}", len(acts))
        else:
            verdicts.unkept_checkpoints += findings.unkept_checkpoints
            if not findings.sound:
                verdicts.note("program", f"{findings} at {place}", len(findings.lost))
        shutil.rmtree(folder)


def _folders(image: Image, names: dict[str, FileNode | FolderNode]) -> Iterator[dict[str, FileNode | FolderNode]]:
    yield names
    for node in names.values():
        if isinstance(node, FolderNode):
            yield from _folders(image, image.names(node))


_DIGESTS: dict[bytes, str] = {}


def _digest(image: Image, file: FileNode) -> str:
    content = image.content(file)
    if content not in _DIGESTS:
        if len(_DIGESTS) > 10_000:
            _DIGESTS.clear()
        _DIGESTS[content] = hashlib.sha256(content).hexdigest()
    return _DIGESTS[content]


def main() -> None:
    """Record, draw images, print what was found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, required=True, help="where records are made")
    parser.add_argument("--images", type=int, required=True, help="for each setting and folder model")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--work", nargs="+", choices=list(WORK), default=["casework", "signing"])
    parser.add_argument("--setting", nargs="+", choices=SETTINGS, default=["shipped"])
    parser.add_argument("--control", nargs="+", choices=CONTROLS, default=[""])
    parser.add_argument(
        "--model", nargs="+", choices=[m.name for m in FolderModel], default=[m.name for m in FolderModel]
    )
    options = parser.parse_args()
    memory = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108 - a folder of our own in it
    with tempfile.TemporaryDirectory(dir=memory) as scratch:
        for setting, work in itertools.product(options.setting, options.work):
            recorded = record_work(options.folder / f"{work}-{setting}", work, setting)
            truth = find_truth(recorded, Path(scratch))
            for control, model in itertools.product(options.control, options.model):
                verdicts = Verdicts(
                    work=work,
                    setting=setting,
                    control=control,
                    model=model,
                    seed=options.seed,
                    operations=len(recorded.operations),
                    acknowledged=len(truth.acknowledgements),
                )
                campaign = Campaign(
                    recorded=recorded,
                    truth=truth,
                    model=FolderModel[model],
                    control=control,
                    deep=setting == "shipped" and not control,
                )
                campaign.run(verdicts, images=options.images, seed=options.seed, scratch=Path(scratch))
                sys.stdout.write(json.dumps(asdict(verdicts)) + "\n")
                sys.stdout.flush()


if __name__ == "__main__":
    main()
