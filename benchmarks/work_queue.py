"""How long the first page of a queue takes in a laboratory of many exhibits.

``python benchmarks/work_queue.py [--exhibits 100000] [--open 3000]`` prints JSON. The lists are filled directly, as the
entries would fill them; only the cases are whole records, because the queue reads those.
"""

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any

from sqlalchemy import Connection, insert

from lims.domain.case import Case
from lims.domain.deadline import DayCount, TermEvent, Terms, TermStep
from lims.domain.record import body_of
from lims.domain.staff import Role, StaffMember
from lims.domain.waiting import Job
from lims.ledger import GENESIS, LedgerEntry, leaf_hash
from lims.persistence.engine import open_engine
from lims.persistence.projections import KINDS
from lims.persistence.store import SqlStore
from lims.persistence.tables import LEDGER, RECORD, WAITING
from lims.persistence.transactions import writing
from lims.services.permitting import Rights
from lims.services.queueing import QueueingService
from lims.services.terms import TermService

NOW = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)
PER_CASE = 4
_JOBS = (Job.TAKE_UP, Job.EXAMINE, Job.CONCLUDE, Job.REVIEW)
"""How far the open exhibits are, in turn."""
_AT_ONCE = 10_000
_ROUNDS = 7
EXPERT = StaffMember(number="expert-1", name="E", post="p", roles=(Role.EXPERT, Role.TECHNICAL_REVIEWER))


class _Clock:
    def now(self) -> datetime:
        return NOW

    def reading(self) -> None:
        return None


def main() -> None:
    """Fill a laboratory and ask it."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--exhibits", type=int, default=100_000)
    parser.add_argument("--open", type=int, default=3_000)
    parser.add_argument("--database-url", default="")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        url = chosen.database_url or f"sqlite:///{Path(folder) / 'queue.sqlite'}"
        print(json.dumps(measure(url, exhibits=chosen.exhibits, still_open=chosen.open), indent=2))


def measure(url: str, *, exhibits: int, still_open: int) -> dict[str, Any]:
    """Give the times of the questions: medians, by the wall and of this process."""
    engine = open_engine(url)
    with writing(engine) as connection:
        fill(connection, exhibits=exhibits, still_open=still_open)
    store, clock = SqlStore(engine, rights=Rights(enforced=False)), _Clock()
    terms = TermService(store=store, clock=clock, terms=Terms(days={"simple": 10}, counting=DayCount.WORKING))
    queueing = QueueingService(store=store, clock=clock, terms=terms, kinds=KINDS)
    questions: dict[str, Callable[[], Any]] = {
        "first page of an expert": lambda: queueing.mine(EXPERT),
        "first page of the laboratory": lambda: queueing.all(reader=None),
        "everything that is late": lambda: queueing.late(reader=None, limit=100),
    }
    found = {
        name: {
            "wall_ms": _ms(ask, time.perf_counter),
            "processor_ms": _ms(ask, time.process_time),
            "items": ask().total,
        }
        for name, ask in questions.items()
    }
    engine.dispose()
    return {"exhibits": exhibits, "open": still_open, "database": url.partition(":")[0], "questions": found}


def _ms(ask: Callable[[], object], clock: Callable[[], float]) -> float:
    times = []
    for _ in range(_ROUNDS):
        begin = clock()
        ask()
        times.append(clock() - begin)
    return round(median(times) * 1000, 1)


def fill(connection: Connection, *, exhibits: int, still_open: int) -> None:
    """Fill ledger and lists: the newest exhibits are open, half of them examined, some reported and to be reviewed."""
    entries: list[dict[str, Any]] = []
    records: list[dict[str, Any]] = []
    waiting: list[dict[str, Any]] = []
    for place in range(exhibits):
        case = f"2026-{place // PER_CASE + 1:06}"
        number = f"{case}/{place % PER_CASE + 1}"
        if place % PER_CASE == 0:
            entries.append(_case_entry(case, len(entries) + 1, place))
            records.append(_record("case", case, "", len(entries)))
            waiting.append(_line("case", case, "", case, "", place))
        records.append(_record("exhibit", number, case, len(entries)))
        waiting += _exhibit_lines(number, case, place, is_open=place >= exhibits - still_open)
    for table, rows in ((LEDGER, entries), (RECORD, records), (WAITING, waiting)):
        for start in range(0, len(rows), _AT_ONCE):
            connection.execute(insert(table), rows[start : start + _AT_ONCE])
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("ANALYZE")


def _exhibit_lines(number: str, case: str, place: int, *, is_open: bool) -> Iterator[dict[str, Any]]:
    job = _JOBS[place % len(_JOBS)] if is_open else None
    yield _line("exhibit", number, "", case, number, place)
    yield _line("work", number, _if(job, Job.TAKE_UP, Job.EXAMINE), case, number, place)
    yield _line("weight", number, Job.WEIGH if _if(job, Job.TAKE_UP, Job.EXAMINE) else "", case, number, place)
    examination = f"{number}-R1-E1"
    yield _line("examination", examination, _if(job, Job.CONCLUDE), case, number, place, _expert(place))
    yield _line("report", f"{case}-P{place % 4}", _if(job, Job.REVIEW), case, number, place, _expert(place))


def _if(job: Job | None, *wanted: Job) -> str:
    return job.value if job in wanted and job else ""


def _expert(place: int) -> str:
    return f"expert-{place % 10}"


def _line(topic: str, number: str, job: str, case: str, exhibit: str, place: int, person: str = "") -> dict[str, Any]:
    return {
        "topic": topic,
        "number": number,
        "job": str(job),
        "person": person if job else "",
        "case_number": case,
        "exhibit_number": exhibit,
        "due": "",
        "sequence": place + 1,
        "since": NOW.isoformat(),
    }


def _record(kind: str, number: str, parent: str, sequence: int) -> dict[str, Any]:
    return {
        "kind": kind,
        "number": number,
        "version": 1,
        "sequence": sequence,
        "parent": parent,
        "state": "open",
        "title": "a card",
        "recorded_at": NOW.isoformat(),
    }


def _case_entry(number: str, sequence: int, place: int) -> dict[str, Any]:
    started = TermEvent(
        step=TermStep.STARTED,
        on=date(2026, 11, 22) - timedelta(days=place % 20),
        reason="",
        until=None,
        decided_by="",
        recorded_by="x",
        recorded_at=NOW,
    )
    case = Case(
        number=number,
        laboratory="L",
        appointing_body="Court",
        order_number="7/26",
        order_date=None,
        seizure_date=None,
        seizure_place="",
        questions=("Which substance is it?", "How much of it is there?"),
        demonstration=False,
        category="simple",
        term_events=(started,),
    )
    entry = LedgerEntry(
        sequence=sequence,
        previous=GENESIS,
        recorded_at=NOW,
        actor="x",
        act="case.registered",
        kind="case",
        number=number,
        version=1,
        body=body_of(case),
        software="0",
    )
    data = entry.to_bytes()
    return {
        "sequence": sequence,
        "kind": "case",
        "number": number,
        "version": 1,
        "leaf": leaf_hash(data),
        "data": data,
    }


if __name__ == "__main__":
    sys.exit(main())
