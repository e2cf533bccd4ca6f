"""The watch from the command line: status, the re-search itself, alerts and what people say of them."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from lims.cli.casework import seat
from lims.cli.laboratories import require_laboratory
from lims.cli.output import counting, note, print_json, say
from lims.compute import cores
from lims.domain.alert import Alert, AlertOutcome
from lims.domain.examination import Candidate
from lims.domain.watch import Watch
from lims.errors import InvalidRecordError
from lims.services.laboratory import Laboratory
from lims.services.law_watching import LawPart
from lims.services.watching import WatchOutcome, WatchStatus

WORTH_A_PROCESS = 20_000
"""Components from which another process is worth its start."""
_OUTCOMES = {"stands": AlertOutcome.STANDS, "again": AlertOutcome.AGAIN}


def run_watch_status(*, as_json: bool, home: Path | None) -> None:
    """Print how far the watch is."""
    laboratory = require_laboratory(home)
    found, law = laboratory.watching.status(), laboratory.law_watching.due()
    if as_json:
        print_json(_status_json(found, law))
        return
    for line in _status_lines(found, law):
        say(line)


def run_watch(*, release: str | None, workers: int | None, at_once: int, as_json: bool, home: Path | None) -> None:
    """Search what remains."""
    laboratory = require_laboratory(home)
    watching = laboratory.watching
    wanted = workers or min(cores(), 1 + watching.status().components_due // WORTH_A_PROCESS)
    with counting("archived, then searched") as count:
        outcome = watching.run(
            release=release,
            workers=wanted,
            at_once=at_once,
            progress=lambda done, _: count(done),
            archived=lambda done, _: count(done),
        )
    readings = () if release else laboratory.law_watching.run()
    laboratory.clustering.update()
    for one in outcome.unreadable:
        note(f"not searched: {one.examination_number}: {one.reason}")
    if as_json:
        print_json(_outcome_json(outcome, readings))
        return
    for line in _outcome_lines(outcome, readings):
        say(line)


def watch_now(laboratory: Laboratory) -> None:
    """Search again what a new release or edition made due, after the act that published it.

    Stopped at any point it has lost nothing: ``aigaq watch run`` goes on there.
    """
    note("what is due is searched again; stopped, it goes on with 'aigaq watch run'")
    due = laboratory.watching.status().components_due
    with counting("archived, then searched") as count:
        found = laboratory.rewatching.run(
            workers=min(cores(), 1 + due // WORTH_A_PROCESS), progress=lambda done, _: count(done)
        )
    note(f"{found.components} components and {found.determinations} determinations again, {found.alerts} alerts")


def run_watch_alerts(*, waiting: bool, limit: int, as_json: bool, home: Path | None) -> None:
    """Print alerts."""
    alerting = require_laboratory(home).alerting
    page = alerting.waiting(limit=limit) if waiting else alerting.listed(limit=limit)
    if as_json:
        print_json({"total": page.total, "alerts": [_alert_json(one) for one in page.alerts]})
        return
    say(f"{page.total} alerts, {len(page.alerts)} shown")
    for one in page.alerts:
        say(_alert_line(one))


def run_watch_answer(
    number: str, *, outcome: str, reason: str, by: str, report: bool, as_json: bool, home: Path | None
) -> None:
    """Record an answer, or an assessment."""
    if outcome not in _OUTCOMES:
        raise InvalidRecordError(f"outcome {outcome!r}; expected {' or '.join(_OUTCOMES)}")
    here = seat(require_laboratory(home), by)
    step = here.laboratory.alerting.assess if report else here.laboratory.alerting.answer
    alert = step(number, outcome=_OUTCOMES[outcome], reason=reason, actor=here.person)
    if as_json:
        print_json(_alert_json(alert))
    else:
        say(_alert_line(alert))


def _status_json(found: WatchStatus, law: Sequence[LawPart]) -> dict[str, Any]:
    return {
        "examinations": found.examinations,
        "components": found.components,
        "not_archived": found.not_kept,
        "components_due": found.components_due,
        "releases": [
            {
                "release": one.release,
                "examinations_due": one.examinations_due,
                "components_due": one.components_due,
                "components_searched": one.components_searched,
            }
            for one in found.releases
        ],
        "law": [{"cause": one.cause, "determinations_due": len(one.numbers)} for one in law],
    }


def _status_lines(found: WatchStatus, law: Sequence[LawPart]) -> Iterator[str]:
    yield f"{found.components} components of {found.examinations} examinations; {found.not_kept} not archived yet"
    for one in found.releases:
        yield (
            f"{one.release}: {one.components_due} components of {one.examinations_due} examinations due, "
            f"{one.components_searched} components searched again"
        )
    for part in law:
        yield f"{part.cause}: {len(part.numbers)} determinations due"


def _outcome_json(outcome: WatchOutcome, readings: Sequence[Watch]) -> dict[str, Any]:
    return {
        "components": outcome.components,
        "watches": [_watch_json(one) for one in outcome.watches],
        "law": [_watch_json(one) for one in readings],
        "alerts": [*outcome.alerts, *(number for one in readings for number in one.alerts)],
        "not_searched": [{"examination": one.examination_number, "reason": one.reason} for one in outcome.unreadable],
    }


def _watch_json(watch: Watch) -> dict[str, Any]:
    return {
        "number": watch.number,
        "cause": watch.cause,
        "searched_before": list(watch.searched_before),
        "new_spectra": watch.new_spectra,
        "components": watch.components,
        "alerts": len(watch.alerts),
    }


def _outcome_lines(outcome: WatchOutcome, readings: Sequence[Watch]) -> Iterator[str]:
    yield f"{outcome.components} components searched again, {len(outcome.alerts)} alerts"
    for one in outcome.watches:
        yield f"{one.number}: {one.title}, {one.new_spectra} new spectra"
    for one in readings:
        yield f"{one.number}: {len(one.subjects)} determinations asked again, {len(one.alerts)} alerts"
    for number in (*outcome.alerts, *(number for one in readings for number in one.alerts)):
        yield f"alert {number}"


def _alert_json(alert: Alert) -> dict[str, Any]:
    return {
        "number": alert.number,
        "state": alert.state,
        "reason": alert.reason.value,
        "trigger": alert.trigger.value,
        "cause": alert.cause,
        "watch": alert.watch_number,
        "examination": alert.examination_number or None,
        "component": alert.component_number or None,
        "determination": alert.determination_number or None,
        "exhibit": alert.exhibit_number,
        "expert": alert.expert,
        "decision": alert.decision.value if alert.decision else None,
        "identity": _candidate_json(alert.identity),
        "identity_now": _candidate_json(alert.identity_now),
        "best_known": _candidate_json(alert.best_known),
        "hits": [_candidate_json(one) for one in alert.hits],
        "law": _law_json(alert),
        "reports": list(alert.reports),
        "answer": alert.answer.outcome.value if alert.answer else None,
        "assessment": alert.assessment.outcome.value if alert.assessment else None,
    }


def _law_json(alert: Alert) -> dict[str, str] | None:
    law = alert.law
    if law is None:
        return None
    return {"jurisdiction": law.jurisdiction, "as_of": law.as_of, "before": law.before, "after": law.after}


def _candidate_json(candidate: Candidate | None) -> dict[str, Any] | None:
    if candidate is None:
        return None
    return {
        "rank": candidate.rank,
        "accession": candidate.accession,
        "name": candidate.name,
        "inchikey": candidate.inchikey,
        "match_factor": str(candidate.match_factor),
        "reverse_match_factor": str(candidate.reverse_match_factor),
        "matched_ions": candidate.matched_ions,
    }


def _alert_line(alert: Alert) -> str:
    reports = f"; issued: {', '.join(alert.reports)}" if alert.reports else ""
    return f"{alert.state}: {alert.number}, for {alert.expert}: {alert.title}; {alert.reason}{reports}"
