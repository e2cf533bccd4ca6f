"""Quality from the command line: which reports something touches, and what the detectors ask."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import typer

from lims.cli.casework import seat
from lims.cli.laboratories import require_laboratory
from lims.cli.output import print_json, say
from lims.domain.detectors import Detection
from lims.domain.nonconformity import Subject
from lims.errors import InvalidRecordError
from lims.services.tracing import TouchedReport, TouchedReports

_SUSPECTED = 4


def run_trace(kind: str, number: str, *, version: int, as_json: bool, home: Path | None) -> None:
    """Trace a subject to its reports."""
    subject = Subject(kind=kind, number=number, version=version)
    found = require_laboratory(home).tracing.touched_by(subject.name)
    if as_json:
        print_json(_trace_json(found))
        return
    for line in _trace_lines(found):
        say(line)


def run_detect(*, by: str, from_hour: int | None, to_hour: int | None, as_json: bool, home: Path | None) -> None:
    """Ask the detectors."""
    hours = _hours(from_hour, to_hour)
    here = seat(require_laboratory(home), by)
    found = here.laboratory.detecting.ask(reader=here.person, hours=hours)
    if as_json:
        print_json({"detectors": [_detection_json(one) for one in found]})
    else:
        for line in (line for one in found for line in _detection_lines(one)):
            say(line)
    if any(one.suspicions for one in found if not one.information):
        raise typer.Exit(_SUSPECTED)


def _hours(first: int | None, last: int | None) -> tuple[int, int] | None:
    if first is None and last is None:
        return None
    if first is None or last is None or last < first:
        raise InvalidRecordError(
            f"working day from {first} to {last}; expected both hours, the first not after the last"
        )
    return first, last


def _trace_json(found: TouchedReports) -> dict[str, Any]:
    return {
        "subject": str(found.subject),
        "issued": [_report_json(one) for one in found.issued],
        "drafted": [_report_json(one) for one in found.drafted],
        "exhibits": list(found.exhibits),
    }


def _report_json(report: TouchedReport) -> dict[str, Any]:
    way = [{"kind": name.kind, "number": name.number} for name in report.way]
    return {"number": report.number, "state": report.state, "way": way}


def _trace_lines(found: TouchedReports) -> Iterator[str]:
    issued, drafted, exhibits = len(found.issued), len(found.drafted), len(found.exhibits)
    yield f"{found.subject}: {issued} reports that were issued, {drafted} that were not, {exhibits} exhibits"
    for one in (*found.issued, *found.drafted):
        yield f"{one.number} ({one.state}): {' -> '.join(map(str, one.way))}"


def _detection_json(found: Detection) -> dict[str, Any]:
    return {
        "detector": found.detector.value,
        "information": found.information,
        "judged": found.judged,
        "not_judged": found.not_judged,
        "suspicions": [{"words": one.words, "entries": list(one.evidence)} for one in found.suspicions],
    }


def _detection_lines(found: Detection) -> Iterator[str]:
    kind = "told" if found.information else "suspected"
    counts = f"{found.judged} judged, {found.not_judged} not judged"
    yield f"{found.detector.value}: {len(found.suspicions)} {kind}; {counts}"
    for one in found.suspicions:
        yield f"  {one.words} (entries {', '.join(map(str, one.evidence))})"
