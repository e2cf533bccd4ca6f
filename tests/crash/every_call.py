"""Kill -9 at every system call of one pass: one child at its first call, the next at its second, until the last.

``python -m tests.crash.every_call --folder F --kind import``; prints JSON. strace is attached to a child that waits,
and delivers the signal as the call begins, so that the call itself is not made.
"""

import argparse
import itertools
import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections import Counter
from dataclasses import asdict, dataclass
from pathlib import Path

from tests.crash.acts import KINDS, Acknowledgement
from tests.crash.checking import Findings, check
from tests.crash.forking import Say, fork, in_child
from tests.crash.homes import Home, find_home, make_home
from tests.crash.killing import Tally, warm_up

_ACTS = {"registration": 2, "import": 3, "signing": 3}
"""One pass: a case and its exhibit; two files and a folder; draft, review and release."""
_CALLS = {
    "registration": "all",
    "import": "all",
    "signing": "openat,write,pwrite64,fsync,fdatasync,link,linkat,unlink,rename,mkdir,ftruncate,fchmod",
}
"""Of signing only what concerns files: its many thousand other calls cannot change what is kept."""
_CALL = re.compile(r"^(\w+)\(")
_TRACED = re.compile(r"^TracerPid:\t[1-9]", re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pass:
    """One kind of pass, killed at each of its calls."""

    kind: str
    step: int
    """1 for every call; 7 for every seventh."""

    def run(self, template: Home, scratch: Path) -> Tally:
        """Kill at one call after another of a pass that was recorded before."""
        started = time.monotonic()
        places = self._places(template, scratch)[:: self.step]
        tally = Tally(
            kind=f"{self.kind}, every call" if self.step == 1 else f"{self.kind}, every {self.step}th", seed=0
        )
        for call, ordinal in places:
            home = template.copy(scratch / "home")  # each as the recorded one was, so that its calls are the same
            acts = self._kill_at(call, ordinal, home, tally)
            tally.acknowledged += len(acts)
            findings = Findings.from_facts(in_child(lambda: check(home, acts).to_facts()))  # noqa: B023 - done at once
            tally.entries += findings.entries
            tally.add(findings)
            shutil.rmtree(home.folder)
        tally.seconds = round(time.monotonic() - started, 1)
        return tally

    def _places(self, template: Home, scratch: Path) -> list[tuple[str, int]]:
        """Record one pass: each call of its main thread by name, and how many of that name it is."""
        home, log = template.copy(scratch / "recorded"), scratch / "calls"
        self._pass(home, ["-e", f"trace={_CALLS[self.kind]}", "-o", str(log)], followed=False)
        shutil.rmtree(home.folder)
        seen: Counter[str] = Counter()
        places = []
        for line in log.read_text("utf-8", "replace").splitlines():
            if (found := _CALL.match(line)) and not found[1].startswith("exit"):
                seen[found[1]] += 1
                places.append((found[1], seen[found[1]]))
        return places

    def _kill_at(self, call: str, ordinal: int, home: Home, tally: Tally) -> list[Acknowledgement]:
        """Kill a child as it makes one of its calls; give what it had acknowledged."""
        code, lines = self._pass(home, ["-e", f"inject={call}:signal=KILL:when={ordinal}", "-o", "/dev/null"])
        tally.failures += [str(line["failed"]) for line in lines if "failed" in line]
        tally.kills += code < 0
        tally.ended_before += code == 0
        return [Acknowledgement.from_facts(line) for line in lines if "number" in line]

    def _pass(self, home: Home, options: list[str], *, followed: bool = True) -> tuple[int, list[dict[str, object]]]:
        """Begin a child, attach strace to it while it waits, and let it go; give how it ended and what it said."""
        gate = os.pipe()
        child = fork(lambda say: self._act(home, say, gate[0]))
        child.wait_for(b"ready")
        strace = subprocess.Popen(["strace", *["-f"] * followed, "-qq", "-p", str(child.pid), *options])
        while not _TRACED.search(Path(f"/proc/{child.pid}/status").read_text("ascii")):
            if strace.poll() is not None:
                raise RuntimeError("strace cannot be attached here")
            time.sleep(0.001)
        os.write(gate[1], b".")
        for descriptor in gate:
            os.close(descriptor)
        code = child.wait()
        strace.wait()
        return code, child.lines

    def _act(self, home: Home, say: Say, gate: int) -> None:
        laboratory = home.open()
        acts = KINDS[self.kind](laboratory, home)
        say(b"ready\n")
        os.read(gate, 1)
        for act in itertools.islice(acts, _ACTS[self.kind]):
            say(act.to_line())


def main() -> None:
    """Kill at every call and print what was found, a line of JSON for each kind."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--kind", nargs="+", choices=list(KINDS), required=True)
    parser.add_argument("--step", type=int, default=1)
    options = parser.parse_args()
    for kind in options.kind:
        folder = options.folder / f"template-{kind}"
        in_child(lambda: {"made": str(make_home(folder, examinations=int(kind == "signing")).folder)})  # noqa: B023
        template = find_home(folder)
        warmed = template.copy(options.folder / f"warmed-{kind}")
        warm_up(kind, warmed)
        shutil.rmtree(warmed.folder)
        tally = Pass(kind=kind, step=options.step).run(template, options.folder)
        sys.stdout.write(json.dumps(asdict(tally) | {"sound": tally.sound}) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
