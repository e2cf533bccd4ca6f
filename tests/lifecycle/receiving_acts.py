"""Acts around the order and the receipt: cases, seizures, exhibits, discrepancies, photographs, donors, terms."""

from datetime import timedelta

from lims.domain.case import Case
from lims.domain.deadline import TermStep
from lims.domain.discrepancy import Decision
from lims.domain.donor import Donor
from lims.domain.exhibit import Exhibit, ExhibitKind
from lims.domain.permissions import Act
from lims.domain.request import Consumption
from lims.services.accessioning import CaseFacts, ExhibitFacts, IncomingExhibit, Intake, SeizureFacts
from lims.services.clarifying import AnswerFacts
from lims.services.donors import DonorIdentity
from lims.services.photographing import PhotographFacts
from lims.services.requesting import ReviewFacts
from tests.builders.laboratories import EXPERT, HEAD, TECHNICIAN
from tests.builders.pictures import png
from tests.builders.receiving import NOT_SEALED
from tests.lifecycle.laboratory import DEPUTY, EXPERT_C, TECHNICIAN_2, Life
from tests.lifecycle.registry import act

BENCH = (TECHNICIAN, TECHNICIAN_2, EXPERT, EXPERT_C)
EXPERTS = (EXPERT, EXPERT_C)
HEADS = (HEAD, DEPUTY)


def exhibit_facts(life: Life) -> ExhibitFacts:
    """Give an object as it comes in: powder, or units that can be counted, sealed or not."""
    sealed = life.chance.random() < 0.5
    return ExhibitFacts(
        description="a bag",
        condition="" if life.slips(life.mistakes / 3) else "dry, closed",
        kind=life.chance.choice((ExhibitKind.POWDER, ExhibitKind.TABLET)),
        unit_count=life.chance.choice((None, 10)),
        seal_number=f"SENDER-{life.chance.randint(1, 99)}" if sealed else "",
        seal_intact=True if sealed else None,
        delivered_by="courier of the court",
    )


@act("accessioning.register_case", Act.CASE_REGISTERED)
def register_case(life: Life) -> None:
    facts = CaseFacts(appointing_body="Court", questions=("Which substances?",), order_number="1")
    life.bench.accessioning.register_case(facts, actor=life.by(*BENCH))


@act("accessioning.register_seizure", Act.SEIZURE_REGISTERED)
def register_seizure(life: Life) -> None:
    life.bench.accessioning.register_seizure(
        life.some(Case),
        SeizureFacts(place="Almaty", region=life.chance.choice(("", "KZ-75", "XX"))),
        actor=life.by(*BENCH),
    )


@act("accessioning.register_exhibit", Act.EXHIBIT_REGISTERED, Act.CUSTODY_RECEIVED)
def register_exhibit(life: Life) -> None:
    life.bench.accessioning.register_exhibit(life.some(Case), exhibit_facts(life), actor=life.by(*BENCH))


@act("accessioning.register_part", Act.EXHIBIT_REGISTERED, Act.CUSTODY_RECEIVED)
def register_part(life: Life) -> None:
    life.bench.accessioning.register_part(life.some(Exhibit), exhibit_facts(life), actor=life.by(*BENCH))


@act(
    "accessioning.receive",
    Act.CASE_REGISTERED,
    Act.SEIZURE_REGISTERED,
    Act.EXHIBIT_REGISTERED,
    Act.CUSTODY_RECEIVED,
)
def receive(life: Life) -> None:
    incoming = IncomingExhibit(
        facts=exhibit_facts(life), seizure=1, parts=(IncomingExhibit(facts=exhibit_facts(life)),) * life.slips(0.3)
    )
    intake = Intake(
        case=CaseFacts(appointing_body="Court", order_number="1"),
        seizures=(SeizureFacts(place="Almaty"),) * (0 if life.slips() else 1),
        exhibits=(incoming,),
    )
    life.bench.accessioning.receive(intake, actor=life.by(*BENCH))


@act("requesting.permit", Act.CASE_PERMISSION_RECORDED)
def permit(life: Life) -> None:
    extent = life.chance.choice((Consumption.PARTIAL, Consumption.FULL, Consumption.NONE))
    reference = "" if life.slips() else "letter 7"
    life.bench.requesting.permit(life.some(Case), extent=extent, reference=reference, actor=life.by(*BENCH))


@act("requesting.categorise", Act.CASE_CATEGORISED)
def categorise(life: Life) -> None:
    life.bench.requesting.categorise(life.some(Case), "simple", actor=life.by(*EXPERTS, *HEADS))


@act("requesting.review", Act.CASE_REQUEST_REVIEWED)
def review_request(life: Life) -> None:
    able = not life.slips()
    facts = ReviewFacts(questions_understood=True, method_available=able, capable=True)
    life.bench.requesting.review(life.some(Case), facts, actor=life.by(*EXPERTS, *HEADS))


@act("requesting.sign_warning", Act.CASE_WARNING_SIGNED)
def sign_warning(life: Life) -> None:
    day = life.today + timedelta(days=1 if life.slips() else 0)
    life.bench.requesting.sign_warning(life.some(Case), signed_on=day, actor=life.by(*EXPERTS))


@act("requesting.link", Act.CASE_LINKED)
def link_cases(life: Life) -> None:
    life.bench.requesting.link(life.some(Case), life.some(Case), reason="same courier", actor=life.by(*BENCH))


@act("requesting.adjudicate", Act.CASE_ADJUDICATED)
def adjudicate(life: Life) -> None:
    life.bench.requesting.adjudicate(
        life.some(Case), decided_on=life.today, reference="verdict 1", actor=life.by(*BENCH, *HEADS)
    )


@act("requesting.want_work", Act.CASE_WORK_WANTED)
def want_work(life: Life) -> None:
    life.bench.requesting.want_work(life.some(Case), reason="appeal", wanted_by="Court", actor=life.by(*HEADS))


def clocked(life: Life, *steps: TermStep) -> str:
    """Give a case whose clock took one of these steps last; at times any case."""
    cases = [life.load(Case, line.number) for line in life.listed(Case)]
    fitting = [one for one in cases if one.term_events and one.term_events[-1].step in steps]
    return life.choose(cases if life.slips() else fitting).number


@act("terms.start", Act.TERM_STARTED)
def start_term(life: Life) -> None:
    life.bench.terms.start(life.some(Case), on=life.today, actor=life.by(*BENCH))


@act("terms.suspend", Act.TERM_SUSPENDED)
def suspend_term(life: Life) -> None:
    number = clocked(life, TermStep.STARTED, TermStep.RESUMED, TermStep.EXTENDED)
    life.bench.terms.suspend(number, on=life.today, reason="materials asked for", actor=life.by(*EXPERTS))


@act("terms.resume", Act.TERM_RESUMED)
def resume_term(life: Life) -> None:
    life.bench.terms.resume(clocked(life, TermStep.SUSPENDED), on=life.today, actor=life.by(*EXPERTS))


@act("terms.extend", Act.TERM_EXTENDED)
def extend_term(life: Life) -> None:
    until = life.today + timedelta(days=life.chance.choice((30, 30, -30)))
    life.bench.terms.extend(
        clocked(life, *TermStep),
        on=life.today,
        until=until,
        reason="many objects",
        decided_by="Head",
        actor=life.by(*HEADS),
    )


@act("clarifying.find", Act.DISCREPANCY_FOUND)
def find_discrepancy(life: Life) -> None:
    life.bench.clarifying.find(life.some(Exhibit), NOT_SEALED, actor=life.by(*BENCH))


@act("clarifying.answer", Act.DISCREPANCY_ANSWERED)
def answer_discrepancy(life: Life) -> None:
    doubtful = [line.number for line in life.listed(Exhibit) if life.load(Exhibit, line.number).discrepancies]
    exhibit = life.load(Exhibit, life.choose(doubtful))
    decision = life.chance.choice(list(Decision))
    facts = AnswerFacts(
        decision=decision,
        words="a slip of the pen",
        given_by="Investigator",
        disclaimer="" if decision is Decision.CLEARED else "the seal is not the one stated",
    )
    place = next((n for n, one in enumerate(exhibit.discrepancies, start=1) if one.answer is None), 1)
    life.bench.clarifying.answer(exhibit.number, place, facts, actor=life.by(*BENCH))


@act("photographing.add", Act.PHOTOGRAPH_ADDED)
def photograph(life: Life) -> None:
    photograph_of(life, life.some(Exhibit), life.by(*BENCH))


def photograph_of(life: Life, exhibit: str, actor: object) -> str:
    """Add a picture of an exhibit that no other picture is; broken at times."""
    pixels = b"\x00" + life.chance.randbytes(3)
    data = png(pixels)[: -20 if life.slips(life.mistakes / 3) else None]
    path = life.file("picture.png", data)
    return life.bench.photographing.add(exhibit, path, PhotographFacts(shows="the object"), actor=actor).number


@act("donors.register", Act.DONOR_REGISTERED)
def register_donor(life: Life) -> None:
    life.bench.donors.register(life.some(Case), DonorIdentity(name="Somebody"), actor=life.by(*BENCH))


@act("donors.identity", Act.DONOR_IDENTITY_READ)
def read_donor(life: Life) -> None:
    life.bench.donors.identity(life.some(Donor), purpose="the hospital asks", actor=life.by(*HEADS))


@act("donors.erase", Act.DONOR_ERASED)
def erase_donor(life: Life) -> None:
    life.bench.donors.erase(
        life.some(Donor), court="Court", order_number="5", order_date=life.today, actor=life.by(*HEADS)
    )
