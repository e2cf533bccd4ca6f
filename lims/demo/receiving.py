"""Monday: what comes in is registered, and what does not agree is told to the sender."""

from dataclasses import dataclass
from datetime import timedelta

from lims.demo.casebook import PlannedCase, PlannedExhibit, Template, casebook
from lims.demo.crew import Site
from lims.demo.stage import Stage
from lims.domain.case import Case
from lims.domain.discrepancy import Decision, DiscrepancySubject
from lims.domain.exhibit import Container, Exhibit
from lims.domain.request import Consumption, ConsumptionPermission, Delivery, ExaminationRequest
from lims.domain.seizure import FieldScreen, ScreenResult
from lims.services.accessioning import CaseFacts, ExhibitFacts, IncomingExhibit, Intake, SeizureFacts
from lims.services.clarifying import AnswerFacts, DiscrepancyFacts
from lims.services.donors import DonorIdentity
from lims.services.requesting import ReviewFacts

NO_BODY = "Demonstration: no body appointed this examination"
NOBODY = "a made-up person (demo)"
QUESTION = "Which substances does the exhibit contain?"


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenCase:
    """A case of the week, with what came in."""

    planned: PlannedCase
    case: Case
    exhibits: tuple[Exhibit, ...]

    @property
    def site(self) -> Site:
        """Where it is worked on."""
        return self.planned.site


def receive_all(stage: Stage) -> tuple[OpenCase, ...]:
    """Register everything that comes in, with the reviews and warnings that come before the work."""
    received = tuple(_receive(stage, planned) for planned in casebook())
    for one in received:
        _prepare(stage, one)
    return received


def clarify(stage: Stage, received: tuple[OpenCase, ...]) -> None:
    """Find what does not agree: one sender clears it, one wants the work all the same, one does not answer."""
    answers = {"HQ": Decision.CLEARED, "R1": Decision.EXAMINE}
    for one in (case for case in received if case.planned.ordinal == 5):  # noqa: PLR2004 - the fifth of each
        stage.clock.later()
        exhibit, actor = one.exhibits[0], stage.crew[one.site.technicians[0]]
        facts = DiscrepancyFacts(
            subject=DiscrepancySubject.COUNT,
            stated="two bottles",
            found="one bottle",
            witness=one.site.technicians[1],
            told_to=NOBODY,
            told_how="letter of the demonstration, 1",
        )
        clarifying = stage.laboratory.clarifying
        clarifying.find(exhibit.number, facts, actor=actor)
        decision = answers.get(one.site.code)
        if decision is None:
            continue
        stage.clock.later(90)
        disclaimer = "The exhibit came with one bottle; the order names two (demo)."
        answer = AnswerFacts(
            decision=decision,
            words="the second bottle was never there (demo)",
            given_by=NOBODY,
            disclaimer=disclaimer if decision is Decision.EXAMINE else "",
        )
        clarifying.answer(exhibit.number, 1, answer, actor=actor)


def _receive(stage: Stage, planned: PlannedCase) -> OpenCase:
    stage.clock.later(3)
    actor = stage.crew[planned.site.technicians[0]]
    reception = stage.accessioning(planned.site)
    if planned.template is not Template.MEDICAL:
        incoming = tuple(IncomingExhibit(facts=_facts(planned, one), seizure=1) for one in planned.exhibits)
        intake = Intake(case=_case_facts(stage, planned), seizures=(_seizure(stage, planned),), exhibits=incoming)
        found = reception.receive(intake, actor=actor)
        return OpenCase(planned=planned, case=found.case, exhibits=found.exhibits)
    case = reception.register_case(_case_facts(stage, planned), actor=actor)
    identity = DonorIdentity(name=f"Made-up donor of case {case.number} (demo)")
    donor = stage.laboratory.donors.register(case.number, identity, actor=actor)
    exhibits = tuple(
        reception.register_exhibit(case.number, _facts(planned, one, donor.number), actor=actor)
        for one in planned.exhibits
    )
    return OpenCase(planned=planned, case=case, exhibits=exhibits)


def _prepare(stage: Stage, one: OpenCase) -> None:
    """Start the clock of a case, and let the expert of the laboratory sign the warning before any work."""
    stage.clock.later()
    expert, today = stage.crew[one.site.experts[0]], stage.clock.moment.date()
    laboratory, number = stage.laboratory, one.case.number
    laboratory.requesting.sign_warning(number, signed_on=today, reference="sheet of the demonstration", actor=expert)
    laboratory.terms.start(number, on=today, actor=expert)
    if one.planned.worked:
        facts = ReviewFacts(questions_understood=True, method_available=True, capable=True)
        laboratory.requesting.review(number, facts, actor=expert)


def _case_facts(stage: Stage, planned: PlannedCase) -> CaseFacts:
    order = f"DEMO-{planned.site.code}-{planned.ordinal:02d}"
    return CaseFacts(
        appointing_body=NO_BODY,
        order_number=order,
        order_date=stage.clock.moment.date() - timedelta(days=2),
        questions=(QUESTION,),
        demonstration=True,
        seizing_body="Demonstration: no body seized it",
        seizing_reference=f"{order}-R",
        category="simple" if planned.ordinal % 3 else "complex",
        request=ExaminationRequest(
            appointed_by=NOBODY,
            received_at=stage.clock.now(),
            delivery=Delivery.COURIER,
            delivered_by=NOBODY,
            permission=ConsumptionPermission(extent=Consumption.PARTIAL, reference=f"order {order}, point 3"),
        ),
    )


def _seizure(stage: Stage, planned: PlannedCase) -> SeizureFacts:
    screen = FieldScreen(
        kit="colour kit (demo)",
        kit_lot=f"L-FIELD-{planned.ordinal % 3 + 1}",
        operator=NOBODY,
        result=(ScreenResult.POSITIVE, ScreenResult.NEGATIVE, ScreenResult.INCONCLUSIVE)[planned.ordinal % 3],
        substance="a class of substances",
        performed_on=stage.clock.moment.date() - timedelta(days=4),
    )
    return SeizureFacts(
        seized_on=stage.clock.moment.date() - timedelta(days=4),
        place="a place that does not exist (demo)",
        region=planned.region,
        channel=planned.channel,
        seizing_body="Demonstration: no body seized it",
        reference=f"DEMO-S-{planned.site.code}-{planned.ordinal:02d}",
        screens=(screen,) if planned.ordinal % 2 else (),
    )


def _facts(planned: PlannedCase, one: PlannedExhibit, donor: str = "") -> ExhibitFacts:
    place = planned.exhibits.index(one) + 1
    return ExhibitFacts(
        description=f"{one.description} (demo)",
        kind=one.kind,
        unit_count=one.units,
        seal_number=f"DEMO-{planned.site.code}-{planned.ordinal:02d}-{place}",
        seal_intact=True,
        condition="dry, whole",
        container=Container(kind="bag", number=f"B-{planned.site.code}-{planned.ordinal:02d}-{place}"),
        delivery=Delivery.COURIER,
        delivered_by=NOBODY,
        donor_number=donor,
    )
