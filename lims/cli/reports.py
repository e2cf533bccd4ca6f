"""Reports from the command line: comments, disagreements, amendments, recipients."""

from datetime import datetime
from pathlib import Path
from typing import Any

import typer

from lims.cli.casework import seat
from lims.cli.laboratories import require_laboratory
from lims.cli.output import print_json, say
from lims.domain.delivery import ReportDelivery
from lims.domain.record_changes import RecordChange
from lims.domain.report import Report
from lims.services.amending import DeliveryFacts, NoticeFacts

_SOMETHING_FOUND = 4


def run_amend(
    number: str, *, what: str, why: str, identifications: tuple[str, ...], by: str, home: Path | None
) -> None:
    """Order an amendment."""
    here = seat(require_laboratory(home), by)
    ordered = here.laboratory.amending.order(
        number, what=what, why=why, identifications=identifications, actor=here.person
    )
    say(f"amendment to {ordered.number} ordered; examination {ordered.examination_number} is open again")


def run_deliver(
    number: str, *, recipient: str, on: datetime, manner: str, reference: str, by: str, home: Path | None
) -> None:
    """Record a delivery."""
    here = seat(require_laboratory(home), by)
    facts = DeliveryFacts(recipient=recipient, delivered_on=on.date(), manner=manner, reference=reference)
    report = here.laboratory.amending.deliver(number, facts, actor=here.person)
    say(f"delivery {len(report.deliveries)} of {report.number} recorded: {recipient}")


def run_notify(
    number: str, *, place: int, on: datetime, manner: str, reference: str, by: str, home: Path | None
) -> None:
    """Record a notice."""
    here = seat(require_laboratory(home), by)
    facts = NoticeFacts(told_on=on.date(), manner=manner, reference=reference)
    report = here.laboratory.amending.notify(number, place, facts, actor=here.person)
    say(f"{report.deliveries[place - 1].recipient} was told; {len(report.owed_notices)} still to be told")


def run_recipients(number: str, *, as_json: bool, home: Path | None) -> None:
    """Print the recipients of a report."""
    report = require_laboratory(home).reporting.get(number)
    if as_json:
        deliveries = [_delivery_json(place, one) for place, one in enumerate(report.deliveries, start=1)]
        standing = {"report": report.number, "state": report.state, "superseded_by": report.superseded_by or None}
        print_json(standing | {"deliveries": deliveries})
        return
    say(f"{report.number} is {_standing(report)}; {len(report.deliveries)} deliveries")
    for place, one in enumerate(report.deliveries, start=1):
        told = f"told on {one.notice.told_on}, {one.notice.manner}" if one.notice else "not told of anything"
        say(f"  {place}  {one.recipient}  {one.delivered_on}, {one.manner} {one.reference}".rstrip() + f"; {told}")


def run_notices(*, as_json: bool, home: Path | None) -> None:
    """Print who has still to be told."""
    amending = require_laboratory(home).amending
    owed, unknown = amending.owed(), amending.unknown_recipients()
    if as_json:
        print_json(
            {
                "owed": [
                    {
                        "report": one.report_number,
                        "delivery": one.place,
                        "recipient": one.recipient,
                        "state": one.state,
                        "superseded_by": one.superseded_by or None,
                    }
                    for one in owed
                ],
                "no_recipient_recorded": list(unknown),
            }
        )
    else:
        for one in owed:
            by = f" by {one.superseded_by}" if one.superseded_by else ""
            say(f"{one.recipient}: {one.report_number} is {one.state}{by} (delivery {one.place})")
        for number in unknown:
            say(f"{number} no longer stands, and nobody recorded who received it")
        say(f"{len(owed)} notices owed")
    if owed or unknown:
        raise typer.Exit(_SOMETHING_FOUND)


def run_outdated(*, as_json: bool, home: Path | None) -> None:
    """Print the issued reports whose records moved on."""
    found = require_laboratory(home).amending.outdated()
    if as_json:
        print_json({"outdated": [{"report": one.number, "changes": list(one.changes)} for one in found]})
    else:
        for one in found:
            say(f"{one.number}: {'; '.join(one.changes)}")
        say(f"{len(found)} issued reports describe records that were edited since")
    if found:
        raise typer.Exit(_SOMETHING_FOUND)


def run_changes(number: str, *, as_json: bool, home: Path | None) -> None:
    """Print what changed since the report before."""
    changes = require_laboratory(home).reviewing.changes(number)
    if as_json:
        print_json({"report": number, "changes": [_change_json(one) for one in changes]})
        return
    for change in changes:
        say(f"{change.kind} {change.number}: version {change.before} -> {change.after} (0: none)")
        for one in change.fields:
            say(f"  {one.place}: {one.before or 'nothing'} -> {one.after or 'nothing'}")
    say(f"{len(changes)} records differ from those of the report before")


def run_comment(number: str, *, words: str, by: str, home: Path | None) -> None:
    """Comment on a report."""
    here = seat(require_laboratory(home), by)
    report = here.laboratory.reviewing.comment(number, words=words, actor=here.person)
    say(f"comment {len(report.remarks)} on {report.number} recorded")


def run_dispute(number: str, *, words: str, third: str, by: str, home: Path | None) -> None:
    """Disagree with a report."""
    here = seat(require_laboratory(home), by)
    report = here.laboratory.reviewing.dispute(number, words=words, third_person=third, actor=here.person)
    say(f"disagreement about {report.number} recorded; {third} decides if the two do not agree")


def run_resolve(number: str, *, words: str, stands: bool, by: str, home: Path | None) -> None:
    """End a disagreement."""
    here = seat(require_laboratory(home), by)
    report = here.laboratory.reviewing.resolve(number, words=words, stands=stands, actor=here.person)
    say(f"the disagreement about {report.number} ended; the report {'stands' if stands else 'is to be returned'}")


def _standing(report: Report) -> str:
    return f"{report.state} by {report.superseded_by}" if report.superseded_by else report.state


def _delivery_json(place: int, one: ReportDelivery) -> dict[str, Any]:
    notice = one.notice
    return {
        "delivery": place,
        "recipient": one.recipient,
        "document_sha256": one.document_sha256,
        "delivered_on": one.delivered_on.isoformat(),
        "manner": one.manner,
        "reference": one.reference or None,
        "told_on": notice.told_on.isoformat() if notice else None,
        "told_manner": notice.manner if notice else None,
    }


def _change_json(change: RecordChange) -> dict[str, Any]:
    return {
        "kind": change.kind,
        "number": change.number,
        "before": change.before or None,
        "after": change.after or None,
        "fields": [{"place": one.place, "before": one.before, "after": one.after} for one in change.fields],
    }
