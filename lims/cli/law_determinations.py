"""``aigaq law determine`` and what follows a determination: override, review, recomputing."""

from pathlib import Path
from typing import Any

import typer

from lims.cli.casework import seat
from lims.cli.laboratories import require_laboratory
from lims.cli.law_status import determination_lines, status_json
from lims.cli.output import print_json, say
from lims.domain.legal_determination import LegalDetermination
from lims.services.determining import DeterminationFacts
from lims.services.fact_file import read_facts
from substance_library.determination import LegalStatus
from substance_library.sizes import SizeStatement

_DIFFERS = 4


def run_determine(file: Path, *, by: str, as_json: bool, home: Path | None) -> None:
    """Make a determination."""
    facts = read_facts(file, DeterminationFacts)
    here = seat(require_laboratory(home), by)
    _print(here.laboratory.determining.determine(facts, actor=here.person), as_json=as_json)


def run_determinations(exhibit: str, *, as_json: bool, home: Path | None) -> None:
    """Print the determinations of an exhibit."""
    found = require_laboratory(home).determining.determinations(exhibit)
    if as_json:
        print_json({"determinations": [_json(one) for one in found]})
        return
    for one in found:
        _print(one, as_json=False)


def run_override(number: str, *, result: str, reason: str, by: str, as_json: bool, home: Path | None) -> None:
    """Override a determination."""
    here = seat(require_laboratory(home), by)
    changed = here.laboratory.determining.override(number, result=LegalStatus(result), reason=reason, actor=here.person)
    _print(changed, as_json=as_json)


def run_review(number: str, *, by: str, as_json: bool, home: Path | None) -> None:
    """Review a determination."""
    here = seat(require_laboratory(home), by)
    _print(here.laboratory.determining.review(number, actor=here.person), as_json=as_json)


def run_recompute(number: str, *, with_book_of_now: bool, as_json: bool, home: Path | None) -> None:
    """Make a determination again with the book of its day, or of now; exit code 4 if it comes out differently."""
    determining = require_laboratory(home).determining
    found = determining.reread(number) if with_book_of_now else determining.recompute(number)
    if as_json:
        print_json({"determination": number, "same": found.same, "differences": list(found.differences)})
    else:
        say(f"determination {number}: {'the same' if found.same else '; '.join(found.differences)}")
    if not found.same:
        raise typer.Exit(_DIFFERS)


def _print(one: LegalDetermination, *, as_json: bool) -> None:
    if as_json:
        print_json(_json(one))
        return
    say(f"determination {one.number}, {one.state}: {one.title}")
    for name, status in (("seizure", one.on_seizure), ("report", one.on_report)):
        if status is None:
            say(f"day of the {name}: not known")
            continue
        say(f"day of the {name}, {status.as_of}: {status.result.value}")
        for answer in status.answers:
            for line in determination_lines(answer):
                say(f"  {line}")
        for size in status.sizes:
            say(f"  size by {size.citation}: {size.finding.result.value}")


def _json(one: LegalDetermination) -> dict[str, Any]:
    days = {"on_seizure": one.on_seizure, "on_report": one.on_report}
    return {
        "determination": one.number,
        "version": one.version,
        "state": one.state,
        "exhibit": one.exhibit_number,
        "substance": one.substance,
        "level": one.level.value,
        "jurisdiction": one.jurisdiction,
        "result": one.result.value,
        "differs": one.differs,
        "editions": list(one.editions),
        **{
            name: None if status is None else {**status_json(status), "sizes": [_size(it) for it in status.sizes]}
            for name, status in days.items()
        },
        "overrides": [{"result": it.result.value, "reason": it.reason, "by": it.by} for it in one.overrides],
        "reviews": [{"by": it.by, "of_version": it.of_version} for it in one.reviews],
    }


def _size(one: SizeStatement) -> dict[str, Any]:
    return {
        "act": one.act,
        "entry": one.entry or None,
        "result": one.finding.result.value,
        "readings": [it.value for it in one.finding.readings],
        "missing": list(one.finding.missing),
        "thresholds": [
            {
                "threshold": it.threshold.number,
                "size": it.threshold.size.value,
                "amount": str(it.threshold.amount),
                "unit": it.threshold.unit,
                "decision": it.decision.value,
            }
            for it in one.finding.comparisons
        ],
    }
