"""Cells of the rights matrix for procedures, deviations, findings and identifications, and what they begin from."""

import dataclasses
from collections.abc import Callable, Mapping
from typing import Any

from lims.domain.competence import IDENTIFICATION_METHOD
from lims.domain.deviation import Authorisation, Deviation
from lims.domain.exhibit import Exhibit
from lims.domain.finding import BenchSystem, Finding, TechniqueOutcome
from lims.domain.identification import Conclusion, Identification, Verdict, rule_outcome
from lims.domain.identification_basis import Basis, Support, SupportKind
from lims.domain.identification_rule import Outcome
from lims.domain.procedure import Procedure, Validation
from lims.domain.staff import StaffMember
from lims.services.finding import FindingFacts
from lims.services.identifying import BasisFacts
from lims.services.ports import UnitOfWork
from lims.services.quantitating import QuantitationFacts
from lims.services.quantitation_record import MeasuredExhibit, quantitation_of
from lims.services.supporting import Question
from lims.services.validating import AcceptanceFacts, ProcedureFacts
from tests.builders.people import LONG_AGO
from tests.builders.quantified import SimulatedBatches, accepted, measured_batch, quantitation_method

EXHIBIT = "2026-0001/88"
"""Of the lab's case, with one finding and no run."""
EMPTY = "2026-0001/89"
QUANTIFIED = "B-quantified"
FINDING = f"{EXHIBIT}-T1"
INCONCLUSIVE = Verdict(conclusion=Conclusion.INCONCLUSIVE, reason="too little")
COLOUR = TechniqueOutcome(technique="colour test", outcome=Outcome.POSITIVE)


def write_states(lab: Any, work: UnitOfWork, write: Callable[..., None]) -> None:
    """Write a procedure, a deviation, a finding and identifications in each state, past the door."""
    now = lab.bench.clock.now()
    validation = Validation(validated_on=LONG_AGO, record="V-1", stated_by="quality", stated_at=now)
    procedure = Procedure(
        number=IDENTIFICATION_METHOD,
        name="P",
        techniques=("colour test", "mass spectrometry", "gas chromatography"),
        matrices=("powder",),
        required_controls=(),
        acceptance_criteria="c",
        recorded_by="expert-a",
        recorded_at=now,
    )
    write(lab, work, dataclasses.replace(procedure, validation=validation))
    write(lab, work, dataclasses.replace(procedure, number="DRAFT"))
    for number in (EXHIBIT, EMPTY):
        facts: dict[str, Any] = {"description": "a card", "seal_number": "", "seal_intact": None}
        write(
            lab,
            work,
            Exhibit(number=number, case_number="2026-0001", received_at=now, received_by="x", **facts),
        )
    _write_deviations(lab, work, write)
    finding = Finding(
        number=FINDING,
        exhibit_number=EXHIBIT,
        sampling=1,
        procedure_number=IDENTIFICATION_METHOD,
        procedure_version=1,
        system=BenchSystem(medium="Marquis"),
        substance="amphetamines",
        is_class=True,
        results=(COLOUR,),
        examiner="somebody",
        occurred_at=now,
        recorded_by="somebody",
        recorded_at=now,
    )
    write(lab, work, finding)
    _write_identifications(lab, work, write)
    _write_quantitation(lab, work, write)


def _write_deviations(lab: Any, work: UnitOfWork, write: Callable[..., None]) -> None:
    now = lab.bench.clock.now()
    asked = Deviation(
        number=f"{EXHIBIT}-D1",
        exhibit_number=EXHIBIT,
        procedure_number="DRAFT",
        departure="d",
        justification="j",
        asked_by="somebody",
        asked_at=now,
    )
    write(lab, work, asked)
    allowed = Authorisation(by="somebody-else", at=now)
    write(lab, work, dataclasses.replace(asked, number=f"{EXHIBIT}-D2", authorisation=allowed))


def _write_identifications(lab: Any, work: UnitOfWork, write: Callable[..., None]) -> None:
    now = lab.bench.clock.now()
    support = Support(
        kind=SupportKind.FINDING,
        number=FINDING,
        version=1,
        technique="colour test",
        outcome=Outcome.POSITIVE,
        sampling=1,
        system="Marquis",
    )
    basis = Basis(supports=(support,))
    opened = Identification(
        number="open",
        exhibit_number=EXHIBIT,
        procedure_number=IDENTIFICATION_METHOD,
        expert="somebody",
        substance="amphetamine",
        inchikey=None,
        basis=basis,
        outcome=rule_outcome("amphetamine", basis),
    )
    for member in lab.people.values():
        write(lab, work, dataclasses.replace(opened, number=f"open of {member.number}", expert=member.number))
    concluded = opened.conclude(INCONCLUSIVE, expert="somebody", at=now)
    disputed = concluded.dispute(by="somebody-else", at=now, words="w")
    for name, one in (("concluded", concluded), ("disputed", disputed)):
        write(lab, work, dataclasses.replace(one, number=f"{name} of all", version=1))


def _write_quantitation(lab: Any, work: UnitOfWork, write: Callable[..., None]) -> None:
    """Write a batch that measured the exhibit, by a second version of the method, and what was made of it."""
    method = dataclasses.replace(quantitation_method(), version=2)
    batch = accepted(measured_batch(EXHIBIT, number=QUANTIFIED))
    write(lab, work, method)
    write(lab, work, dataclasses.replace(batch, method_version=2, version=1))
    measured = MeasuredExhibit(
        exhibit_number=EXHIBIT,
        batch=batch,
        method=method,
        release_sha256="ab" * 32,
        preparations=(),
        standard=None,
        net=None,
        expressed_as="",
        expert="somebody",
    )
    quantified = SimulatedBatches().quantify(batch, method)
    write(lab, work, quantitation_of(quantified, measured, number=f"{EXHIBIT}-Q1", at=lab.bench.clock.now()))
    lab.bench.quantitating = dataclasses.replace(lab.bench.quantitating, measurement=SimulatedBatches())


def facts_of(lab: Any) -> FindingFacts:
    return FindingFacts(
        exhibit_number=EXHIBIT,
        sampling=2,
        procedure_number=IDENTIFICATION_METHOD,
        system=BenchSystem(medium="Marquis"),
        substance="amphetamines",
        is_class=True,
        results=(COLOUR,),
        occurred_at=lab.bench.clock.now(),
    )


def _correct(lab: Any, actor: StaffMember) -> object:
    return lab.call("finding").correct(FINDING, facts_of(lab), reason="r", actor=actor, version=1)


def _accept(lab: Any, actor: StaffMember) -> object:
    facts = AcceptanceFacts(customer="Court", reference="letter 1", accepted_on=LONG_AGO)
    return lab.call("validating").accept_deviation(f"{EXHIBIT}-D2", facts, actor=actor)


PROCEDURE = ProcedureFacts(number="NEW", name="N", techniques=("colour test",), acceptance_criteria="c")
Cell = Callable[[Any, StaffMember], object]
EXAMINING_CELLS: Mapping[str, tuple[str, Cell]] = {
    "quantitating.record": (
        "quantitation.recorded",
        lambda lab, actor: lab.call("quantitating").record(
            QuantitationFacts(exhibit_number=EXHIBIT, batch_number=QUANTIFIED), actor=actor
        ),
    ),
    "quantitating.discard": (
        "quantitation.discarded",
        lambda lab, actor: lab.call("quantitating").discard(f"{EXHIBIT}-Q1", reason="r", actor=actor),
    ),
    "validating.record": (
        "procedure.recorded",
        lambda lab, actor: lab.call("validating").record(PROCEDURE, actor=actor),
    ),
    "validating.validate": (
        "procedure.validated",
        lambda lab, actor: lab.call("validating").validate("DRAFT", validated_on=LONG_AGO, record="V", actor=actor),
    ),
    "validating.withdraw": (
        "procedure.withdrawn",
        lambda lab, actor: lab.call("validating").withdraw("DRAFT", reason="r", actor=actor),
    ),
    "validating.ask_deviation": (
        "deviation.asked",
        lambda lab, actor: lab.call("validating").ask_deviation(
            EXHIBIT, "DRAFT", departure="d", justification="j", actor=actor
        ),
    ),
    "validating.authorise_deviation": (
        "deviation.authorised",
        lambda lab, actor: lab.call("validating").authorise_deviation(f"{EXHIBIT}-D1", actor=actor),
    ),
    "validating.accept_deviation": ("deviation.accepted", _accept),
    "finding.record": ("finding.recorded", lambda lab, actor: lab.call("finding").record(facts_of(lab), actor=actor)),
    "finding.correct": ("finding.corrected", _correct),
    "finding.discard": (
        "finding.discarded",
        lambda lab, actor: lab.call("finding").discard(FINDING, reason="r", actor=actor),
    ),
    "identifying.open": (
        "identification.opened",
        lambda lab, actor: lab.call("identifying").open(
            Question(exhibit_number=EMPTY, substance="ketamine", inchikey=None), BasisFacts(), actor=actor
        ),
    ),
    "identifying.revise": (
        "identification.revised",
        lambda lab, actor: lab.call("identifying").revise(
            f"open of {actor.number}", BasisFacts(findings=(FINDING,)), actor=actor
        ),
    ),
    "identifying.conclude": (
        "identification.concluded",
        lambda lab, actor: lab.call("identifying").conclude(f"open of {actor.number}", INCONCLUSIVE, actor=actor),
    ),
    "identifying.agree": (
        "identification.checked",
        lambda lab, actor: lab.call("identifying").agree("concluded of all", actor=actor),
    ),
    "identifying.dispute": (
        "identification.disputed",
        lambda lab, actor: lab.call("identifying").dispute("concluded of all", words="w", actor=actor),
    ),
    "identifying.resolve": (
        "identification.resolved",
        lambda lab, actor: lab.call("identifying").resolve("disputed of all", words="w", stands=True, actor=actor),
    ),
}
"""Each public method that writes on a person's word: the act that it begins with, and a call of it."""
