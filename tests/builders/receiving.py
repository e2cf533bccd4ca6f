"""Facts of the receipt of cases, seizures, exhibits and donors, and the cells of the rights matrix for them."""

import dataclasses
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from typing import Any

from lims.domain.case import Case
from lims.domain.deadline import TermEvent, TermStep
from lims.domain.discrepancy import Decision, Discrepancy, DiscrepancySubject
from lims.domain.donor import Donor
from lims.domain.examination import Examination
from lims.domain.exhibit import Exhibit, ExhibitKind
from lims.domain.record import Record
from lims.domain.request import Adjudication, Consumption
from lims.services.accessioning import CaseFacts, ExhibitFacts, IncomingExhibit, Intake, SeizureFacts
from lims.services.clarifying import AnswerFacts, DiscrepancyFacts
from lims.services.donors import DonorIdentity
from lims.services.photographing import PhotographFacts
from lims.services.requesting import ReviewFacts
from tests.builders.pictures import png

CASE = "2026-0001"
LONG_SINCE = datetime(2026, 1, 5, 8, 0, tzinfo=UTC)
DAY = date(2026, 1, 5)
DECIDED, STARTED, SUSPENDED = "2025-9001", "2025-9002", "2025-9003"
BLOOD, DOUBTFUL = f"{CASE}/81", f"{CASE}/82"
DONOR = f"{CASE}-D81"

NOT_SEALED = DiscrepancyFacts(
    subject=DiscrepancySubject.SEAL,
    stated="seal 117",
    found="seal 118",
    witness="head",
    told_to="Investigator",
    told_how="letter 5",
)
CLEARED = AnswerFacts(decision=Decision.CLEARED, words="a slip of the pen", given_by="Investigator")


def event(step: TermStep, on: date, **facts: Any) -> TermEvent:
    """Give a step of a clock."""
    usual: dict[str, Any] = {
        "reason": "" if step in {TermStep.STARTED, TermStep.RESUMED} else "reason",
        "until": None,
        "decided_by": "Head",
        "recorded_by": "head",
        "recorded_at": LONG_SINCE,
    }
    return TermEvent(step=step, on=on, **{**usual, **facts})


def receiving_states(load: Callable[..., Any], opened: Examination) -> list[Record]:
    """Give a case in each state that an act begins from, and the exhibits and the donor of such acts."""
    case: Case = load(Case, CASE)
    exhibit: Exhibit = load(Exhibit, f"{CASE}/1")
    decision = Adjudication(decided_on=DAY, reference="verdict 1", recorded_by="head", recorded_at=LONG_SINCE)
    started = (event(TermStep.STARTED, DAY),)
    found = Discrepancy(
        subject=DiscrepancySubject.COUNT,
        stated="10",
        found="9",
        found_by="technician",
        found_at=LONG_SINCE,
        witness="head",
        told_to="Investigator",
        told_at=LONG_SINCE,
        told_how="letter 4",
    )
    donor = Donor(
        number=DONOR,
        case_number=CASE,
        pseudonym="K7M3P9QA",
        commitments=(),
        registered_by="technician",
        registered_at=LONG_SINCE,
    )
    blood = dataclasses.replace(exhibit, number=BLOOD, kind=ExhibitKind.BLOOD, donor_number=DONOR, version=1)
    return [
        dataclasses.replace(case, number=DECIDED, adjudication=decision, version=1),
        dataclasses.replace(case, number=STARTED, term_events=started, version=1),
        dataclasses.replace(case, number=SUSPENDED, term_events=(*started, event(TermStep.SUSPENDED, DAY)), version=1),
        donor,
        blood,
        dataclasses.replace(exhibit, number=DOUBTFUL, discrepancies=(found,), version=1),
        dataclasses.replace(
            opened, number="of a donor by p-expert", exhibit_number=BLOOD, examiner="p-expert", version=1
        ),
    ]


def _call(service: str, method: str, *arguments: Any, **options: Any) -> Callable[[Any, Any], object]:
    def cell(lab: Any, actor: Any) -> object:
        return getattr(lab.call(service), method)(*arguments, **options, actor=actor)

    return cell


def _photograph(lab: Any, actor: Any) -> object:
    path = lab.bench.folder / f"of {actor.number}.png"
    path.write_bytes(png())
    return lab.call("photographing").add(f"{CASE}/1", path, PhotographFacts(shows="x"), actor=actor)


RECEIVING_CELLS: Mapping[str, tuple[str, Callable[[Any, Any], object]]] = {
    "accessioning.register_seizure": (
        "seizure.registered",
        _call("accessioning", "register_seizure", CASE, SeizureFacts(place="x")),
    ),
    "accessioning.register_exhibits": (
        "exhibit.registered",
        _call("accessioning", "register_exhibits", CASE, [IncomingExhibit(facts=ExhibitFacts(description="x"))]),
    ),
    "accessioning.register_part": (
        "exhibit.registered",
        _call("accessioning", "register_part", f"{CASE}/1", ExhibitFacts(description="x")),
    ),
    "accessioning.receive": (
        "case.registered",
        _call("accessioning", "receive", Intake(case=CaseFacts(appointing_body="x"))),
    ),
    "requesting.permit": (
        "case.permission-recorded",
        _call("requesting", "permit", CASE, extent=Consumption.NONE),
    ),
    "requesting.categorise": ("case.categorised", _call("requesting", "categorise", CASE, "simple")),
    "requesting.review": (
        "case.request-reviewed",
        _call(
            *("requesting", "review", CASE),
            ReviewFacts(questions_understood=True, method_available=True, capable=True),
        ),
    ),
    "requesting.sign_warning": (
        "case.warning-signed",
        _call("requesting", "sign_warning", CASE, signed_on=DAY),
    ),
    "requesting.link": ("case.linked", _call("requesting", "link", CASE, STARTED, reason="r")),
    "requesting.adjudicate": (
        "case.adjudicated",
        _call("requesting", "adjudicate", STARTED, decided_on=DAY, reference="verdict 2"),
    ),
    "requesting.want_work": (
        "case.work-wanted",
        _call("requesting", "want_work", DECIDED, reason="appeal", wanted_by="Court"),
    ),
    "terms.start": ("case.term-started", _call("terms", "start", CASE, on=DAY)),
    "terms.suspend": ("case.term-suspended", _call("terms", "suspend", STARTED, on=DAY, reason="r")),
    "terms.resume": ("case.term-resumed", _call("terms", "resume", SUSPENDED, on=DAY)),
    "terms.extend": (
        "case.term-extended",
        _call("terms", "extend", STARTED, on=DAY, until=date(2027, 1, 1), reason="r", decided_by="Head"),
    ),
    "clarifying.find": (
        "exhibit.discrepancy-found",
        lambda lab, actor: lab.call("clarifying").find(
            f"{CASE}/1",
            dataclasses.replace(NOT_SEALED, witness="competent"),
            actor=actor,
        ),
    ),
    "clarifying.answer": ("exhibit.discrepancy-answered", _call("clarifying", "answer", DOUBTFUL, 1, CLEARED)),
    "donors.register": (
        "donor.registered",
        _call("donors", "register", CASE, DonorIdentity(name="x")),
    ),
    "donors.identity": ("donor.identity-read", _call("donors", "identity", DONOR, purpose="p")),
    "donors.erase": (
        "donor.erased",
        _call("donors", "erase", DONOR, court="Court", order_number="1", order_date=DAY),
    ),
    "photographing.add": ("photograph.added", _photograph),
}
"""Cells of the rights matrix: the act that a method begins with, and a call of it."""
