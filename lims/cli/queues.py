"""Queues and turnaround on the console; they only read, and so ask nobody."""

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from lims.cli.laboratories import require_laboratory
from lims.cli.output import print_json, say
from lims.domain.turnaround import Group, Span, Spread, Turnaround
from lims.domain.work_queue import QueueItem, Standing
from lims.ledger.entry import moment_text
from lims.services.laboratory import Laboratory
from lims.services.queueing import Queue

_DAY_S = Decimal(86400)
_UNKNOWN = "unknown"


def run_queue(*, person: str | None, late: bool, limit: int, as_json: bool, home: Path | None) -> None:
    """Print a queue."""
    laboratory = require_laboratory(home)
    found = _queue(laboratory, late=late, limit=limit) if person is None else _own(laboratory, person, late, limit)
    if as_json:
        print_json(_queue_json(found))
        return
    for line in _queue_lines(found):
        say(line)


def run_turnaround(*, first: date | None, last: date | None, as_json: bool, home: Path | None) -> None:
    """Print how long cases take."""
    found = require_laboratory(home).turnaround.ask(first=first, last=last)
    if as_json:
        print_json(_turnaround_json(found))
        return
    for line in _turnaround_lines(found):
        say(line)


def _queue(laboratory: Laboratory, *, late: bool, limit: int) -> Queue:
    if late:
        return laboratory.queueing.late(reader=None, limit=limit)
    return laboratory.queueing.all(reader=None, limit=limit)


def _own(laboratory: Laboratory, number: str, late: bool, limit: int) -> Queue:
    """Read the queue of a person with that person's rights."""
    person = laboratory.staffing.acting(laboratory.staffing.get(number))
    only = Standing.LATE if late else None
    return laboratory.seen_by(person).queueing.mine(person, limit=limit, only=only)


def _queue_json(found: Queue) -> dict[str, Any]:
    return {
        "total": found.total,
        "counts": {standing.value: found.counts.get(standing, 0) for standing in Standing},
        "not_shown": found.not_shown,
        "items": [_item_json(one) for one in found.items],
    }


def _item_json(item: QueueItem) -> dict[str, Any]:
    return {
        "job": item.job.value,
        "kind": item.kind,
        "number": item.number,
        "title": item.title,
        "person": item.person or None,
        "cases": list(item.case_numbers),
        "exhibit": item.exhibit_number or None,
        "since": moment_text(item.since),
        "due": item.due.isoformat() if item.due else None,
        "standing": item.standing.value,
    }


def _queue_lines(found: Queue) -> Iterator[str]:
    counts = ", ".join(f"{found.counts[one]} {one}" for one in Standing if found.counts.get(one))
    yield f"{found.total} wait{f': {counts}' if counts else ''}"
    for item in found.items:
        due = f"due {item.due}" if item.due else "no due day"
        whom = f", for {item.person}" if item.person else ""
        cases = f", case {', '.join(item.case_numbers)}" if item.case_numbers else ""
        yield f"{item.standing}, {due}: {item.job}: {item.kind} {item.number}{cases}{whom}, since {item.since:%Y-%m-%d}"
    if found.total > len(found.items):
        yield f"and {found.total - len(found.items)} more"
    if found.not_shown:
        yield f"{found.not_shown} more were not looked at; --late looks at all"


def _turnaround_json(found: Turnaround) -> dict[str, Any]:
    return {
        "cases": found.cases,
        "whole": _spreads_json(found.whole),
        "groups": [_group_json(group, spreads) for group, spreads in found.groups.items()],
    }


def _group_json(group: Group, spreads: Mapping[Span, Spread]) -> dict[str, Any]:
    return {
        "laboratory": group.laboratory,
        "region": group.region or None,
        "category": group.category or None,
        "month": group.month,
        "spans": _spreads_json(spreads),
    }


def _spreads_json(spreads: Mapping[Span, Spread]) -> list[dict[str, Any]]:
    return [
        {
            "from": span.first.value,
            "to": span.last.value,
            "known": one.known,
            "unknown": one.unknown,
            "median_s": _text(one.median_s),
            "percentile_90_s": _text(one.percentile_90_s),
            "longest_s": _text(one.longest_s),
            "suspended": one.suspended,
            "suspended_s": _text(one.suspended_s),
        }
        for span, one in spreads.items()
    ]


def _text(seconds: Decimal | None) -> str | None:
    return None if seconds is None else f"{seconds:f}"


def _turnaround_lines(found: Turnaround) -> Iterator[str]:
    yield f"{found.cases} cases; days while the clock of the case ran: median, 90 of 100 at most, longest"
    yield from _spread_lines(found.whole)
    for group, spreads in found.groups.items():
        region, category = group.region or _UNKNOWN, group.category or _UNKNOWN
        yield f"{group.month}, {group.laboratory}, region {region}, category {category}"
        yield from _spread_lines(spreads)


def _spread_lines(spreads: Mapping[Span, Spread]) -> Iterator[str]:
    for span, one in spreads.items():
        times = ", ".join(map(_days, (one.median_s, one.percentile_90_s, one.longest_s)))
        stood = f"; {one.suspended} suspended for {_days(one.suspended_s)} days" if one.suspended else ""
        yield f"  {span}: {times if one.known else _UNKNOWN} ({one.known} known, {one.unknown} unknown{stood})"


def _days(seconds: Decimal | None) -> str:
    return _UNKNOWN if seconds is None else f"{seconds / _DAY_S:.2f}"
