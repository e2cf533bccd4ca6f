"""``aigaq method`` and ``aigaq batch``: the acts of batches from the command line, and their data for scripts."""

import sys
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any

import typer

from lims.cli.casework import seat
from lims.cli.laboratories import require_laboratory
from lims.cli.output import counting, note, print_json, say
from lims.domain.acceptance import RuleOutcome
from lims.domain.batch import Batch
from lims.domain.control_chart import ControlQuantity
from lims.errors import LimsError, UnreadableFileError
from lims.services.batching import BatchPlan
from lims.services.charting import ControlChart, chart_csv, chart_row
from lims.services.measuring import ImportOutcome
from lims.services.method_file import read_method_file
from lims.services.sequence_table import read_plan

NOT_MET = 4
"""Exit code of a verdict with a rule that is not met."""
STOPPED = 2
"""Exit code of an import in which a run did not fit, as for everything that is refused."""


def run_add_method(file: Path, *, by: str, replaces: int | None, as_json: bool, home: Path | None) -> None:
    """Record a method."""
    laboratory = require_laboratory(home)
    stated = read_method_file(file, defined_at=laboratory.clock.now(), defined_by=by)
    here = seat(laboratory, by)
    method = here.laboratory.batching.define_method(stated, actor=here.person, replaces=replaces)
    if as_json:
        print_json({"method": method.number, "version": method.version, "demonstration": method.demonstration})
    else:
        say(f"method {method.number} version {method.version} recorded: {method.title}")


def run_plan(
    file: Path, *, method: str, instrument: str, time_zone: str, by: str, as_json: bool, home: Path | None
) -> None:
    """Plan a batch."""
    laboratory = require_laboratory(home)
    plan = BatchPlan(method_number=method, instrument=instrument, time_zone=time_zone, injections=read_plan(file))
    here = seat(laboratory, by)
    batch = here.laboratory.batching.plan(plan, actor=here.person)
    if as_json:
        print_json({"batch": batch.number, "method": batch.method_number, "injections": len(batch.injections)})
    else:
        say(f"batch {batch.number} planned: {len(batch.injections)} injections, method {batch.method_number}")


def run_export(number: str, *, to: Path | None, home: Path | None) -> None:
    """Write the sequence; a file that exists is never replaced."""
    data = require_laboratory(home).batching.export_csv(number)
    if to is None:
        sys.stdout.buffer.write(data)
        return
    try:
        with to.open("xb") as file:
            file.write(data)
    except OSError as error:
        raise UnreadableFileError(to, error.strerror or str(error)) from error
    say(f"sequence of {number} written to {to}")


def run_import_folder(number: str, folder: Path, *, by: str, as_json: bool, home: Path | None) -> None:
    """Import a folder and print what became of each entry."""
    here = seat(require_laboratory(home), by)
    laboratory, actor = here.laboratory, here.person
    ends = count(1)
    with counting("importing") as progress:
        outcomes = laboratory.measuring.import_folder(
            folder,
            batch_number=number,
            actor=actor,
            progress=lambda _, share: progress(next(ends)) if share == 1 else None,
        )
    batch = laboratory.batching.get(number)
    if as_json:
        entries = [outcome_row(outcome) for outcome in outcomes]
        print_json({"batch": number, "state": batch.state, "runs": len(batch.runs), "entries": entries})
    else:
        for outcome in outcomes:
            say(outcome_line(outcome))
        say(f"batch {number}: {len(batch.runs)} of {len(batch.injections)} runs, {batch.state}")
    if any(outcome.waits for outcome in outcomes) or any(isinstance(one.refusal, LimsError) for one in outcomes):
        raise typer.Exit(STOPPED)


def outcome_row(outcome: ImportOutcome) -> dict[str, Any]:
    """Write what became of an entry as data."""
    return {
        "file": outcome.path.name,
        "outcome": _outcome_word(outcome),
        "run": outcome.run.number if outcome.run else outcome.known_as or None,
        "place": outcome.run.place if outcome.run else None,
        "reason": str(outcome.refusal) if outcome.refusal else None,
    }


def outcome_line(outcome: ImportOutcome) -> str:
    """Write what became of an entry as one line."""
    word = _outcome_word(outcome)
    if outcome.run is not None:
        return f"{outcome.path.name}  {word}: run {outcome.run.number}, place {outcome.run.place}"
    if outcome.refusal is not None:
        reason = " ".join(str(outcome.refusal).split())
        return f"{outcome.path.name}  {word}: {reason}"
    return f"{outcome.path.name}  {word}{f': run {outcome.known_as}' if outcome.known_as else ''}"


def _outcome_word(outcome: ImportOutcome) -> str:
    if outcome.run is not None:
        return "imported"
    if outcome.refusal is not None:
        return "refused"
    return "waits for the run before it" if outcome.waits else "known"


def run_discard(number: str, place: int, *, reason: str, by: str, home: Path | None) -> None:
    """Discard a run."""
    here = seat(require_laboratory(home), by)
    batch = here.laboratory.batching.discard(number, place, reason=reason, actor=here.person)
    say(f"run {batch.discarded[-1].run.run_number} discarded from place {place}; batch {number} is {batch.state}")


def run_judge(number: str, *, by: str, as_json: bool, home: Path | None) -> None:
    """Judge a batch and print every rule; the exit code says whether all are met."""
    here = seat(require_laboratory(home), by)
    batch = here.laboratory.batching.judge(number, actor=here.person)
    verdict = batch.verdicts[-1]
    if as_json:
        print_json(
            {
                "batch": number,
                "state": batch.state,
                "method": batch.method_number,
                "method_version": verdict.method_version,
                "outcomes": [_outcome_data(batch, outcome) for outcome in verdict.outcomes],
            }
        )
    else:
        for line in _verdict_lines(batch):
            say(line)
    raise typer.Exit(NOT_MET if verdict.failed else 0)


def _outcome_data(batch: Batch, outcome: RuleOutcome) -> dict[str, Any]:
    return {
        "rule": outcome.rule.value,
        "place": outcome.place or None,
        "sample_name": batch.injection(outcome.place).sample_name if outcome.place else None,
        "value": None if outcome.value is None else float(outcome.value),
        "low": None if outcome.low is None else float(outcome.low),
        "high": None if outcome.high is None else float(outcome.high),
        "passed": outcome.passed,
    }


def _verdict_lines(batch: Batch) -> Iterator[str]:
    verdict = batch.verdicts[-1]
    for outcome in verdict.outcomes:
        where = f"{outcome.place:3d} {batch.injection(outcome.place).sample_name}" if outcome.place else "    the batch"
        limits = " to ".join(str(limit) for limit in (outcome.low, outcome.high) if limit is not None)
        word = "met    " if outcome.passed else "NOT MET"
        value = "nothing measured" if outcome.value is None else str(outcome.value)
        yield f"{word}  {outcome.rule.value:26}  {where}: {value} ({limits})"
    yield f"batch {batch.number}: {batch.state}; method {batch.method_number} version {verdict.method_version}"


def run_release(number: str, *, cause: str, action: str, impact: str, by: str, home: Path | None) -> None:
    """Release a failed batch."""
    here = seat(require_laboratory(home), by)
    laboratory, actor = here.laboratory, here.person
    batch = laboratory.batching.release(number, cause=cause, action=action, impact=impact, actor=actor)
    say(f"batch {number} is {batch.state}")


def run_chart(*, method: str, instrument: str, quantity: ControlQuantity, as_json: bool, home: Path | None) -> None:
    """Print a control chart."""
    laboratory = require_laboratory(home)
    chart = laboratory.charting.control_points(
        laboratory.batching.method(method).number, instrument=instrument, quantity=quantity
    )
    if as_json:
        print_json(_chart_data(chart))
    else:
        sys.stdout.buffer.write(chart_csv(chart))
        if chart.limits is None:
            note(f"{len(chart.points)} points: too few for limits, or all equal; no rule was applied")


def _chart_data(chart: ControlChart) -> dict[str, Any]:
    limits = chart.limits
    return {
        "method": chart.method_number,
        "instrument": chart.instrument,
        "quantity": chart.quantity.value,
        "limits": None
        if limits is None
        else {"mean": str(limits.mean), "standard_deviation": str(limits.standard_deviation), "points": limits.points},
        "not_measured": chart.not_measured,
        "points": [chart_row(point) for point in chart.points],
    }
