"""Receiving from the command line: cases, discrepancies, photographs, donors."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import typer

from lims.cli.casework import seat
from lims.cli.laboratories import require_laboratory
from lims.cli.output import print_json, say
from lims.domain.case import Case
from lims.domain.deadline import DeadlineState, TermStep
from lims.domain.exhibit import Exhibit, receipt_gaps
from lims.domain.record import body_of
from lims.domain.request import Consumption
from lims.domain.seizure import Seizure, day_of_law
from lims.services.clarifying import AnswerFacts, DiscrepancyFacts
from lims.services.intake_file import read_identity, read_intake
from lims.services.laboratory import Laboratory
from lims.services.photographing import PhotographFacts


def run_register(file: Path, *, by: str, as_json: bool, home: Path | None) -> None:
    """Register an intake."""
    intake = read_intake(file)
    here = seat(require_laboratory(home), by)
    received = here.laboratory.accessioning.receive(intake, actor=here.person)
    seizures, exhibits = ([one.number for one in part] for part in (received.seizures, received.exhibits))
    if as_json:
        print_json({"case": received.case.number, "seizures": seizures, "exhibits": exhibits})
    else:
        say(f"case {received.case.number} registered: {', '.join([*seizures, *exhibits]) or 'nothing with it'}")


def run_show(number: str, *, as_json: bool, home: Path | None) -> None:
    """Show a case."""
    laboratory = require_laboratory(home)
    if as_json:
        print_json(_case_json(laboratory, number))
        return
    for line in _case_lines(laboratory, number):
        say(line)


def run_permit(number: str, *, extent: Consumption, reference: str, by: str, home: Path | None) -> None:
    """Record a permission."""
    here = seat(require_laboratory(home), by)
    here.laboratory.requesting.permit(number, extent=extent, reference=reference, actor=here.person)
    say(f"case {number}: consumption {extent}")


def run_warn(number: str, *, on: date, reference: str, by: str, home: Path | None) -> None:
    """Record a signed warning."""
    here = seat(require_laboratory(home), by)
    here.laboratory.requesting.sign_warning(number, signed_on=on, reference=reference, actor=here.person)
    say(f"case {number}: {here.person.number} signed the warning of liability on {on}")


def run_term(
    number: str,
    step: TermStep,
    *,
    on: date,
    until: date | None,
    reason: str,
    decided_by: str,
    by: str,
    home: Path | None,
) -> None:
    """Record a step of the clock."""
    here = seat(require_laboratory(home), by)
    after = here.laboratory.terms.step(
        number, step, on=on, until=until, reason=reason, decided_by=decided_by, actor=here.person
    )
    say(f"case {number}: {_deadline_words(here.laboratory.terms.state(after))}")


def run_discrepancy(number: str, facts: DiscrepancyFacts, *, by: str, home: Path | None) -> None:
    """Record a discrepancy."""
    here = seat(require_laboratory(home), by)
    found = here.laboratory.clarifying.find(number, facts, actor=here.person)
    say(f"exhibit {number}: discrepancy {len(found.discrepancies)} recorded; no work until the sender has settled it")


def run_answer(number: str, place: int, facts: AnswerFacts, *, by: str, home: Path | None) -> None:
    """Record an answer."""
    here = seat(require_laboratory(home), by)
    exhibit = here.laboratory.clarifying.answer(number, place, facts, actor=here.person)
    say(f"exhibit {number}: {'may be worked on' if exhibit.workable else 'stays closed to work'}")


def run_photograph(number: str, file: Path, *, shows: str, by: str, home: Path | None) -> None:
    """Keep a photograph."""
    here = seat(require_laboratory(home), by)
    kept = here.laboratory.photographing.add(number, file, PhotographFacts(shows=shows), actor=here.person)
    say(f"photograph {kept.number} kept: {kept.size} bytes, SHA-256 {kept.sha256}")


def run_add_donor(number: str, file: Path, *, by: str, home: Path | None) -> None:
    """Register a donor."""
    identity = read_identity(file)
    here = seat(require_laboratory(home), by)
    registered = here.laboratory.donors.register(number, identity, actor=here.person)
    say(f"donor {registered.number} registered under the code {registered.pseudonym}")


def run_identity(number: str, *, purpose: str, by: str, as_json: bool, home: Path | None) -> None:
    """Show who a donor is."""
    here = seat(require_laboratory(home), by)
    values = here.laboratory.donors.identity(number, purpose=purpose, actor=here.person)
    if as_json:
        print_json([body_of(value) for value in values])
        return
    for value in values:
        say(f"{value.field}: {value.value}   salt {value.salt}")


def run_erase(number: str, *, court: str, order: str, on: date, by: str, home: Path | None) -> None:
    """Erase who a donor is."""
    here = seat(require_laboratory(home), by)
    here.laboratory.donors.erase(number, court=court, order_number=order, order_date=on, actor=here.person)
    say(f"donor {number}: who it is was erased with the salts; backups made before still hold it")


def run_check(number: str, *, as_json: bool, home: Path | None) -> None:
    """Hold the kept values of a donor against the commitments in the ledger."""
    donors = require_laboratory(home).donors
    donor, unopened = donors.get(number), donors.unopened(number)
    if as_json:
        print_json({"donor": number, "state": donor.state, "unopened": [one.value for one in unopened]})
    elif donor.erasure:
        say(f"donor {number}: erased under order {donor.erasure.order_number} of {donor.erasure.court}")
    else:
        said = f"not opened: {', '.join(unopened)}" if unopened else f"all {len(donor.commitments)} commitments open"
        say(f"donor {number}: {said}")
    if unopened and not donor.erasure:
        raise typer.Exit(code=4)


def _case_json(laboratory: Laboratory, number: str) -> dict[str, Any]:
    case = laboratory.accessioning.case(number)
    seizures = {one.number: one for one in laboratory.accessioning.seizures_of(number)}
    return {
        "case": body_of(case),
        "deadline": body_of(laboratory.terms.state(case)),
        "seizures": [body_of(one) for one in seizures.values()],
        "exhibits": [
            _exhibit_json(laboratory, case, one, seizures) for one in laboratory.accessioning.exhibits_of(number)
        ],
        "donors": [{"number": one.number, "code": one.pseudonym} for one in laboratory.donors.of_case(number)],
        "from_the_sender": {"case": list(Case.FROM_THE_SENDER), "seizure": list(Seizure.FROM_THE_SENDER)},
    }


def _exhibit_json(laboratory: Laboratory, case: Case, exhibit: Exhibit, seizures: dict[str, Seizure]) -> dict[str, Any]:
    day = day_of_law(case, seizures.get(exhibit.seizure_number))
    return {
        **body_of(exhibit),
        "workable": exhibit.workable,
        "missing_on_receipt": list(receipt_gaps(exhibit)),
        "day_of_law": day.isoformat() if day else None,
        "photographs": [one.number for one in laboratory.photographing.of_exhibit(exhibit.number)],
    }


def _case_lines(laboratory: Laboratory, number: str) -> Iterator[str]:
    case = laboratory.accessioning.case(number)
    yield f"case {case.number}{' (demonstration)' if case.demonstration else ''}"
    yield f"  stated by the sender: {case.appointing_body}, order {case.order_number or 'unknown'}"
    for place, question in enumerate(case.questions, start=1):
        yield f"  question {place}: {question}"
    yield f"  {_deadline_words(laboratory.terms.state(case))}"
    permission = case.request.permission if case.request else None
    yield f"  consumption: {f'{permission.extent} ({permission.reference})' if permission else 'nothing is said'}"
    yield f"  warning of liability: {', '.join(one.person for one in case.warnings) or 'nobody signed'}"
    for seizure in laboratory.accessioning.seizures_of(number):
        yield f"  seizure {seizure.number}: {seizure.seized_on or 'day unknown'}, {seizure.title or 'place unknown'}"
        for screen in seizure.screens:
            standing = "presumptive" if screen.presumptive else "authorised"
            yield f"    field screen, {standing}: {screen.result} {screen.substance}"
    for donor in laboratory.donors.of_case(number):
        yield f"  donor {donor.number}: {donor.pseudonym}"
    for exhibit in laboratory.accessioning.exhibits_of(number):
        yield f"  {'  ' * exhibit.number.count('.')}{exhibit.number}  {exhibit.description}  ({exhibit.state})"


def _deadline_words(state: DeadlineState) -> str:
    if state.suspended:
        return "due: suspended"
    if state.due is None:
        return "due: unknown"
    return f"due: {state.due}" + (f", late by {state.late_by} days" if state.late_by else "")
