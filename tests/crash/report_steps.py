"""Kill -9 between any two steps of a report, one after another in one laboratory, each followed by the next start.

``python -m tests.crash.report_steps --folder F``; prints a line of JSON for each kill, and one of what all left. The
child that makes the report kills itself when it has reached the step; ``--real`` composes and signs real documents,
``--postgresql`` records in a server of its own.
"""

import argparse
import contextlib
import dataclasses
import io
import json
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, Self

from lims.cli.serve import tidy_up
from lims.domain.raw_upkeep import RawSweep
from lims.domain.record import Record
from lims.domain.report import Report
from lims.services.desk_ports import ReportDesk
from lims.services.laboratory import Laboratory
from lims.services.ports import UnitOfWork
from tests.builders.laboratories import PlainDesk
from tests.crash.acts import Acknowledgement, sign
from tests.crash.checking import check
from tests.crash.forking import Say, fork, in_child
from tests.crash.homes import Home, find_home, make_home
from tests.crash.killing import warm_up
from tests.crash.postgresql import running_server

COMPOSED, BY_EXPERT, BY_REVIEWER = "composed", "signed by the expert", "signed by the reviewer"
KEPT, CHECKPOINT = "kept in the raw store", "checkpoint signed"
STEPS = (
    *("report.intended, not committed", "report.intended", CHECKPOINT, COMPOSED, BY_EXPERT, KEPT),
    *("report.drafted, not committed", "report.drafted"),
    *(BY_REVIEWER, KEPT, "report.reviewed, not committed", "report.reviewed"),
    *("report.administratively-reviewed, not committed", "report.administratively-reviewed"),
    *("report.issued, not committed", "report.issued"),
)
"""In the order in which one report comes to them."""
_KILLED = -9
Reach = Callable[[str], None]


class _Steps:
    """Passes everything on, and tells of some methods when they have returned."""

    def __init__(self, inner: object, reach: Reach, names: dict[str, str]) -> None:
        self._inner, self._reach, self._names = inner, reach, names

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._inner, name)
        if name not in self._names:
            return found

        def told(*values: Any, **facts: Any) -> Any:
            result = found(*values, **facts)
            self._reach(self._names[name])
            return result

        return told


class _SteppedWork:
    """A transaction that tells of its acts before and after it commits them."""

    def __init__(self, work: UnitOfWork, reach: Reach) -> None:
        self._work, self._reach = work, reach
        self._acts: list[str] = []

    def __enter__(self) -> Self:
        self._work.__enter__()
        return self

    def __exit__(self, *failure: object) -> None:
        self._work.__exit__(*failure)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._work, name)

    def record(self, record: Record, **facts: Any) -> None:
        self._work.record(record, **facts)
        self._acts.append(str(facts["act"]))

    def commit(self) -> None:
        for act in self._acts:
            self._reach(f"{act}, not committed")
        self._work.commit()
        for act in self._acts:
            self._reach(act)


class _SteppedStore:
    def __init__(self, store: object, reach: Reach) -> None:
        self._store, self._reach = store, reach

    def unit_of_work(self) -> _SteppedWork:
        return _SteppedWork(self._store.unit_of_work(), self._reach)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)


def at_desk(laboratory: Laboratory, desk: ReportDesk) -> Laboratory:
    """Give a laboratory whose reports are made at another desk."""
    return _with(laboratory, desk=desk)


def stepped(laboratory: Laboratory, reach: Reach) -> Laboratory:
    """Give a laboratory that tells which steps of a report it has reached."""
    desk = {"compose": COMPOSED, "sign_as_expert": BY_EXPERT, "sign_as_reviewer": BY_REVIEWER}
    told = _with(
        laboratory,
        desk=_Steps(laboratory.reporting.desk, reach, desk),
        raw_store=_Steps(laboratory.reporting.raw_store, reach, {"put": KEPT}),
        store=_SteppedStore(laboratory.reporting.store, reach),
    )
    checkpoints = _Steps(laboratory.checkpointing, reach, {"make": CHECKPOINT})
    reporting = dataclasses.replace(told.reporting, checkpoints=checkpoints)
    return dataclasses.replace(told, reporting=reporting)


def _with(laboratory: Laboratory, **parts: Any) -> Laboratory:
    reporting = dataclasses.replace(laboratory.reporting, **parts)
    services = {
        name: dataclasses.replace(getattr(laboratory, name), reporting=reporting, **parts)
        for name in ("reviewing", "administering", "releasing")
    }
    recovering = dataclasses.replace(laboratory.recovering, **{"desk": laboratory.recovering.desk, **parts})
    return dataclasses.replace(laboratory, reporting=reporting, recovering=recovering, **services)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Campaign:
    """One laboratory whose program is killed at each step."""

    home: Home
    desk: ReportDesk | None
    """None for that of the settings."""

    def open(self) -> Laboratory:
        """Open it as a start does."""
        laboratory = self.home.open()
        return laboratory if self.desk is None else at_desk(laboratory, self.desk)

    def kill(self, step: str) -> tuple[int, list[Acknowledgement]]:
        """Let a child make the report until it reaches the step."""

        def reach(reached: str) -> None:
            if reached == step:
                os.kill(os.getpid(), signal.SIGKILL)

        def act(say: Say) -> None:
            for done in sign(stepped(self.open(), reach), self.home):
                say(done.to_line())

        child = fork(act)
        code = child.wait()
        if any("failed" in line for line in child.lines):
            raise RuntimeError(str(child.lines[-1]))
        return code, [Acknowledgement.from_facts(line) for line in child.lines]

    def start(self) -> dict[str, object]:
        """Start as the server does; give what it says and how the reports stand then."""
        laboratory = self.open()
        unfinished = laboratory.recovering.unfinished()
        said = io.StringIO()
        with contextlib.redirect_stderr(said):
            tidy_up(laboratory)
        reports = {report.number: report.state for report in laboratory.reporting.all()}
        again = laboratory.recovering.recover()
        with laboratory.auditing.store.reading() as work:
            reasons = {one: work.load(Report, one).void_reason for one in reports}
            swept = work.count(RawSweep)
        found = {"unfinished": unfinished, "said": said.getvalue(), "reports": reports, "reasons": reasons}
        return found | {"sweeps": swept, "again": bool(again.voided or again.documents)}

    def run(self) -> None:
        """Kill at every step, then let the report come to its end, and check everything."""
        acknowledgements: list[Acknowledgement] = []
        for step in STEPS:
            code, acts = self.kill(step)
            acknowledgements += acts
            _say({"step": step, "killed": code == _KILLED, **in_child(self.start)})
        code, acts = self.kill("")
        findings = in_child(lambda: check(self.home, [*acknowledgements, *acts]).to_facts())
        _say({"ended": code, "findings": findings, **in_child(self.start)})


def _say(facts: dict[str, object]) -> None:
    sys.stdout.write(json.dumps(facts) + "\n")
    sys.stdout.flush()


def main() -> None:
    """Kill and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--real", action="store_true")
    parser.add_argument("--postgresql", action="store_true")
    options = parser.parse_args()
    desk = None if options.real else PlainDesk()
    with contextlib.ExitStack() as stack:
        url = stack.enter_context(running_server()).url if options.postgresql else ""
        folder = options.folder / "home"
        in_child(lambda: {"made": str(make_home(folder, examinations=1, database_url=url, desk=desk).folder)})
        if options.real:
            warm_up("signing", find_home(folder))
        home = dataclasses.replace(find_home(folder), database_url=url)
        Campaign(home=home, desk=desk).run()


if __name__ == "__main__":
    main()
