"""The next sensible step of a case: what brings it nearer to a report that may leave the laboratory.

By chance alone a machine with a hundred acts hardly ever comes to an issue. Here is what people do who know what is
missing: the first thing of the list that is not done yet, and after a refusal that which the refusal asks for.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from decimal import Decimal

from lims.domain.balance_check import BalanceCheck
from lims.domain.batch import Batch
from lims.domain.case import Case
from lims.domain.custody import Custody, HolderKind
from lims.domain.examination import Decision, Examination
from lims.domain.exhibit import Exhibit
from lims.domain.finding import Finding
from lims.domain.identification import Conclusion, Identification, Verdict, missing
from lims.domain.identification_rule import Outcome
from lims.domain.mass_balance import MassBalance
from lims.domain.photograph import Photograph
from lims.domain.question_answer import unanswered
from lims.domain.report import Report
from lims.domain.request import Consumption
from lims.domain.run import RecordedRun
from lims.domain.sampling_plan import SamplingPlan, UnitOutcome
from lims.domain.signature import SignatureMeaning
from lims.domain.staff import StaffMember
from lims.domain.transfer import Transfer, TransferKind
from lims.errors import LimsError
from lims.services.accessioning import CaseFacts, IncomingExhibit, Intake, SeizureFacts
from lims.services.amending import DeliveryFacts
from lims.services.custody import TransferFacts
from lims.services.requesting import ReviewFacts
from tests.builders.laboratories import EXPERT, HEAD, REVIEWER, TECHNICIAN
from tests.builders.measuring_bench import BALANCE, reading
from tests.builders.people import QUALITY
from tests.lifecycle import batch_acts, custody_acts, examining_acts, measuring_acts, receiving_acts, report_acts
from tests.lifecycle.detours import LEFT, detours
from tests.lifecycle.laboratory import BY_NUMBER, LIBRARY, SHELF, WEIGHT, Life
from tests.lifecycle.remedies import remedies

PATIENCE = 8
"""After so many refusals on one exhibit people turn to another."""
_TAKEN_UP = 0.6
"""Share of free hands that take up what was left lying."""


@dataclass
class Journey:
    """One exhibit on its way, and who works on it."""

    exhibit: str
    by_batch: bool
    expert: StaffMember = EXPERT
    reviewer: StaffMember = REVIEWER
    head: StaffMember = HEAD
    refusals: int = 0
    tried: set[str] = field(default_factory=set)
    left: frozenset[str] = frozenset()
    """Before which steps it was left lying."""
    afterwards: list[str] = field(default_factory=list)
    """What is still to happen after the issue."""

    def give_up(self) -> None:
        """Turn to another exhibit with the next step."""
        self.refusals = PATIENCE + 1

    @property
    def case(self) -> str:
        return self.exhibit.partition("/")[0]


@dataclass
class Onward:
    """Walks one journey after the other."""

    life: Life
    journey: Journey | None = None
    remedy: Callable[[], object] | None = None
    """What the last refusal asks for."""
    detours: float = 0.0
    """Share of steps before which people do something else."""
    lying: list[Journey] = field(default_factory=list)
    """What was left lying, to be gone on with later."""

    def go_along(self, journey: Journey | None) -> None:
        """Go on with a case that is on its way."""
        self.journey = journey
        if journey is not None:
            self.life.focus = journey.exhibit

    def step(self) -> str:
        """Do the next step and name it; a refusal is remembered and passed on."""
        slips, self.life.mistakes = self.life.mistakes, 0.0
        try:
            with self.life.looking():
                name, step = self._next()
            step()
        except LimsError as error:
            self._refused(error)
            raise
        finally:
            self.life.mistakes = slips
        return name

    def _next(self) -> tuple[str, Callable[[], object]]:
        if self.remedy is not None:
            remedy, self.remedy = self.remedy, None
            return "remedy", remedy
        if self.journey is None or self.journey.refusals > PATIENCE:
            return "receive", self.receive
        for name, step in self._steps(self.journey):
            return self._aside(self.journey, name) or (name, step)
        if self.lying and self.life.slips(_TAKEN_UP):
            self.go_along(self.lying.pop(0))
            return self._next()
        return "receive", self.receive

    def _aside(self, journey: Journey, step: str) -> tuple[str, Callable[[], object]] | None:
        """Choose something else than the next step, at times."""
        if not self.life.slips(self.detours):
            return None
        options = list(detours(self.life, journey, step))
        if step in LEFT and step not in journey.left:
            options.append(("leave lying", lambda: self._leave(journey, step)))
        return self.life.chance.choice(options) if options else None

    def _leave(self, journey: Journey, step: str) -> None:
        """Leave a case where somebody has to answer, and begin another; once at each such place."""
        self.receive()
        self.lying.append(replace(journey, left=journey.left | {step}))

    def _refused(self, error: LimsError) -> None:
        if self.journey is not None:
            self.journey.refusals += 1
            found = remedies(self.life, error, self.journey)
            self.remedy = found

    def receive(self) -> None:
        """Begin another journey: a case with one exhibit."""
        life, facts = self.life, receiving_acts.exhibit_facts(self.life)
        intake = Intake(
            case=CaseFacts(appointing_body="Court", order_number="1", questions=("Which substances?",)),
            seizures=(SeizureFacts(place="Almaty"),),
            exhibits=(IncomingExhibit(facts=facts, seizure=1),),
        )
        came = life.bench.accessioning.receive(intake, actor=life.chance.choice((EXPERT, TECHNICIAN)))
        self.journey = Journey(
            exhibit=came.exhibits[0].number,
            by_batch=life.chance.random() < 0.25,
            afterwards=list(life.chance.choice(_AFTERWARDS)),
        )
        life.focus = self.journey.exhibit

    # the list

    def _steps(self, journey: Journey) -> Iterator[tuple[str, Callable[[], object]]]:
        """Give the steps that are not done, in the order in which they are to be done."""
        yield from self._order(journey)
        yield from self._hands(journey)
        yield from self._masses(journey)
        yield from self._units(journey)
        yield from self._runs(journey)
        yield from self._findings(journey)
        yield from self._identity(journey)
        yield from self._put_away(journey)
        yield from self._report(journey)

    def _order(self, journey: Journey) -> Iterator[tuple[str, Callable[[], object]]]:
        life, bench, expert = self.life, self.life.bench, journey.expert
        case = life.load(Case, journey.case)
        if expert.number not in {one.person for one in case.warnings}:
            yield "warning", lambda: bench.requesting.sign_warning(case.number, signed_on=life.today, actor=expert)
        if not case.reviews:
            facts = ReviewFacts(questions_understood=True, method_available=True, capable=True)
            yield "request", lambda: bench.requesting.review(case.number, facts, actor=expert)
        if case.request is None or case.request.permission is None:
            yield (
                "permission",
                lambda: bench.requesting.permit(
                    case.number, extent=Consumption.PARTIAL, reference="order", actor=expert
                ),
            )

    def _hands(self, journey: Journey) -> Iterator[tuple[str, Callable[[], object]]]:
        life, number, expert = self.life, journey.exhibit, journey.expert
        if self._reports(journey) or self._conclusive(journey):
            return
        custody = life.load(Custody, number)
        if custody.offer:
            yield "take", lambda: self._take(custody)
        elif custody.holder.kind is HolderKind.PERSON and custody.holder.name != expert.number:
            yield "offer", lambda: self._offer(custody, expert)
        elif custody.holder.kind is HolderKind.PLACE:
            yield "take out", lambda: custody_acts.take_out_by(life, custody, expert)
        elif custody.holder.kind is HolderKind.CONTAINER:
            yield "take from", lambda: custody_acts.take_from_by(life, custody, expert)
        if not life.children(Photograph, number):
            yield "photograph", lambda: receiving_acts.photograph_of(life, number, expert)
        if custody.seal:
            yield "open seal", lambda: custody_acts.open_seal_of(life, custody, expert)

    def _offer(self, custody: Custody, to: StaffMember) -> None:
        life, giver = self.life, BY_NUMBER.get(custody.holder.name, EXPERT)
        facts = TransferFacts(
            kind=TransferKind.HAND_OVER, exhibit_numbers=(custody.number,), purpose="examination", to=to.number
        )
        transfer = life.bench.custody.prepare(facts, actor=giver)
        confirmed = life.confirmed(giver, SignatureMeaning.GIVER, transfer)
        life.bench.custody.offer(transfer, actor=giver, confirmation=confirmed)

    def _take(self, custody: Custody) -> None:
        """Take what is offered; what lapsed is withdrawn."""
        life = self.life
        transfer = life.load(Transfer, custody.offer)
        taker = BY_NUMBER.get(custody.offered_to, EXPERT)
        if life.clock.now() - transfer.prepared_at > life.bench.custody.policy.hand_over_time:
            giver = BY_NUMBER.get(transfer.by, EXPERT)
            life.bench.custody.withdraw(transfer.number, actor=giver, reason="too late")
            return
        confirmed = life.confirmed(taker, SignatureMeaning.TAKER, transfer)
        life.bench.custody.take(transfer.number, actor=taker, confirmation=confirmed)

    def _masses(self, journey: Journey) -> Iterator[tuple[str, Callable[[], object]]]:
        life, number = self.life, journey.exhibit
        kept = [one for one in life.children(MassBalance, number) if one.item_number == number]
        checked = [one for one in life.children(BalanceCheck, BALANCE) if self._of_today(one)]
        weight_wanted = not kept or (self._conclusive(journey) and not kept[0].weighed_back)
        if weight_wanted and not (checked and checked[-1].passed):
            yield (
                "check balance",
                lambda: life.bench.registering.check_balance(
                    BALANCE, WEIGHT, reading=reading("100.00 g"), actor=journey.expert
                ),
            )
        if not kept:
            yield "weigh", lambda: measuring_acts.weigh_item(life, number, journey.expert)
        elif not kept[0].taken:
            yield (
                "aliquot",
                lambda: measuring_acts.take_aliquot_of(life, number, Decimal("1.00"), journey.expert),
            )

    def _of_today(self, check: BalanceCheck) -> bool:
        return check.checked_at.astimezone(self.life.rights.time_zone).date() == self.life.today

    def _units(self, journey: Journey) -> Iterator[tuple[str, Callable[[], object]]]:
        life, expert = self.life, journey.expert
        exhibit = life.load(Exhibit, journey.exhibit)
        if exhibit.unit_count is None:
            return
        plans = [one for one in life.children(SamplingPlan, exhibit.number) if one.split is None]
        if not plans:
            facts = measuring_acts.plan_facts(life, exhibit, design=measuring_acts.HYPERGEOMETRIC)
            yield "plan", lambda: life.bench.sampling.plan(exhibit.number, facts, actor=expert)
        for plan in plans:
            if plan.to_draw:
                yield "draw", lambda plan=plan: life.bench.sampling.draw(plan.number, numbering="by row", actor=expert)
            elif len(plan.results) < len(plan.drawn):
                yield (
                    "unit",
                    lambda plan=plan: measuring_acts.record_unit_of(life, plan, UnitOutcome.POSITIVE, expert),
                )

    def _runs(self, journey: Journey) -> Iterator[tuple[str, Callable[[], object]]]:
        life, number, expert = self.life, journey.exhibit, journey.expert
        runs = life.children(RecordedRun, number)
        if journey.by_batch and not runs:
            yield from self._batch(journey)
        elif journey.by_batch:
            yield from self._judged(life.load(Batch, runs[0].batch_number) if runs[0].batch_number else None, expert)
        elif not runs:
            path = examining_acts.run_file(life)
            yield "run", lambda: life.bench.importing.import_run(path, exhibit_number=number, actor=expert)
        examinations = life.children(Examination, number)
        for run in runs:
            if not any(one.run_number == run.number for one in examinations):
                yield (
                    "examine",
                    lambda run=run: life.bench.examining.open(run.number, release_name=LIBRARY, actor=expert),
                )
        for one in examinations:
            if one.state == "open":
                yield "decide", lambda one=one: self._decide(one)

    def _batch(self, journey: Journey) -> Iterator[tuple[str, Callable[[], object]]]:
        life, expert = self.life, journey.expert
        batches = [life.load(Batch, line.number) for line in life.listed(Batch)]
        mine = [one for one in batches if any(i.exhibit_number == journey.exhibit for i in one.injections)]
        if not mine:
            yield "plan batch", lambda: batch_acts.plan_batch_of(life, journey.exhibit, expert)
        elif len(mine[0].runs) < len(mine[0].injections):
            yield (
                "measure",
                lambda: life.bench.measuring.import_run(
                    batch_acts.next_file(life, mine[0]), batch_number=mine[0].number, actor=expert
                ),
            )

    def _judged(self, batch: Batch | None, expert: StaffMember) -> Iterator[tuple[str, Callable[[], object]]]:
        life = self.life
        if batch is None:
            return
        if len(batch.runs) < len(batch.injections):
            yield (
                "measure",
                lambda: life.bench.measuring.import_run(
                    batch_acts.next_file(life, batch), batch_number=batch.number, actor=expert
                ),
            )
        elif not batch.usable and batch.state != "failed":
            yield "judge", lambda: batch_acts.judge_batch_of(life, batch.number, expert, bad=False)
        elif not batch.usable:
            words = dict.fromkeys(("cause", "action", "impact"), "none found")
            yield "release batch", lambda: life.bench.batching.release(batch.number, actor=REVIEWER, **words)

    def _decide(self, examination: Examination) -> None:
        """Decide the next component, or conclude: the substance in question is identified, all else left."""
        examining, examiner = self.life.bench.examining, BY_NUMBER.get(examination.examiner, EXPERT)
        for component in examination.components:
            if component.decision is Decision.UNDECIDED:
                names = [one.name for one in component.candidates if one.rank == 1]
                if names == [examining_acts.SUBSTANCE]:
                    examining.identify(examination.number, component.number, rank=1, actor=examiner)
                else:
                    examining.leave_unidentified(
                        examination.number, component.number, reason="not in question", actor=examiner
                    )
                return
        examining.conclude(examination.number, actor=examiner)

    def _findings(self, journey: Journey) -> Iterator[tuple[str, Callable[[], object]]]:
        life, number = self.life, journey.exhibit
        live = [one for one in life.children(Finding, number) if one.discard is None]
        good = {
            one.procedure_number
            for one in live
            if any(result.outcome is Outcome.POSITIVE for result in one.results) and one.sampling > 1
        }
        for procedure in ("FTIR-1", "COLOUR-1"):
            if procedure not in good:
                yield "finding", lambda procedure=procedure: self._find(journey, procedure)

    def _find(self, journey: Journey, procedure: str) -> None:
        facts = examining_acts.finding_facts(self.life, journey.exhibit, procedure, outcome=Outcome.POSITIVE)
        files = examining_acts.evidence(self.life, procedure)
        self.life.bench.finding.record(facts, files=files, actor=journey.expert)

    def _identity(self, journey: Journey) -> Iterator[tuple[str, Callable[[], object]]]:
        life, number, bench = self.life, journey.exhibit, self.life.bench
        known = life.children(Identification, number)
        if not known:
            facts = examining_acts.basis_facts(life, number)
            asked = examining_acts.question(number)
            yield "question", lambda: bench.identifying.open(asked, facts, actor=journey.expert)
        for one in known:
            if one.state == "open" and "revised" not in journey.tried:
                journey.tried.add("revised")
                yield "revise", lambda one=one: self._revise(one)
            if one.state == "open":
                yield "conclude", lambda one=one: self._conclude(journey, one)
            if one.state == "concluded":
                yield "check", lambda one=one: bench.identifying.agree(one.number, actor=journey.reviewer)
            if one.state == "disputed":
                yield (
                    "resolve",
                    lambda one=one: bench.identifying.resolve(
                        one.number, words="measured again", stands=True, actor=journey.head
                    ),
                )

    def _revise(self, one: Identification) -> None:
        facts = examining_acts.basis_facts(self.life, one.exhibit_number)
        self.life.bench.identifying.revise(one.number, facts, actor=self._of(one))

    def _of(self, identification: Identification) -> StaffMember:
        return BY_NUMBER.get(identification.expert, EXPERT)

    def _conclude(self, journey: Journey, one: Identification) -> None:
        """Draw the conclusion that the results suffice for."""
        journey.tried.discard("revised")  # if it is refused, the basis is put together anew
        if missing(one):
            verdict = Verdict(conclusion=Conclusion.INCONCLUSIVE, reason="too little")
        elif len(one.outcome.identity) == 1:
            verdict = Verdict(conclusion=Conclusion.IDENTIFIED)
        else:
            verdict = Verdict(conclusion=Conclusion.LIMITED)
        self.life.bench.identifying.conclude(one.number, verdict, actor=self._of(one))

    def _put_away(self, journey: Journey) -> Iterator[tuple[str, Callable[[], object]]]:
        life, number = self.life, journey.exhibit
        kept = [one for one in life.children(MassBalance, number) if one.item_number == number]
        if kept and not kept[0].weighed_back:
            yield "remainder", lambda: measuring_acts.weigh_back(life, kept[0], journey.expert)
        custody = life.load(Custody, number)
        if custody.holder.kind is HolderKind.PERSON and custody.holder.name == journey.expert.number:
            if not custody.seal:
                yield "close seal", lambda: custody_acts.close_seal_of(life, custody, journey.expert)
            yield "store", lambda: custody_acts.store_at(life, custody, SHELF, journey.expert)

    def _reports(self, journey: Journey) -> list[Report]:
        life = self.life
        examinations = life.children(Examination, journey.exhibit)
        return [report for one in examinations for report in life.children(Report, one.number)]

    def _conclusive(self, journey: Journey) -> bool:
        known = self.life.children(Identification, journey.exhibit)
        return bool(known) and all(one.state == "checked" for one in known)

    def _report(self, journey: Journey) -> Iterator[tuple[str, Callable[[], object]]]:
        life = self.life
        for report in self._reports(journey):
            if report.state in _STEPS:
                yield _STEPS[report.state], lambda report=report: self._sign(journey, report)
                return
        for one in life.children(Examination, journey.exhibit):
            questions = life.load(Case, journey.case).questions
            for number in unanswered(questions, one.answers) if one.state == "concluded" else ():
                yield "answer", lambda one=one, number=number: report_acts.answer_question_of(life, one, number)
            if one.state == "concluded":
                yield (
                    "draft",
                    lambda one=one: report_acts.draft_of(
                        life, one.number, reviewer=journey.reviewer, actor=BY_NUMBER.get(one.examiner, EXPERT)
                    ),
                )
                return
        if journey.afterwards:
            yield "afterwards", lambda: self._afterwards(journey)

    def _sign(self, journey: Journey, report: Report) -> None:
        """Let the next person sign; a disagreement is ended first."""
        life = self.life
        if report.open_disagreement is not None:
            third = BY_NUMBER.get(report.open_disagreement.third_person, journey.head)
            report_acts.resolve_of(life, report, third)
        elif report.unsettled is not None:
            life.bench.releasing.refuse(report.number, actor=journey.head, comment="as was decided")
        elif report.state == "drafted":
            report_acts.approve_of(life, report, journey.reviewer)
        elif report.state == "reviewed":
            report_acts.administer_of(life, report, QUALITY)
        else:
            report_acts.release_of(life, report, journey.head)

    def _afterwards(self, journey: Journey) -> None:
        """Do what follows an issue: hand it over, amend or withdraw it, give the exhibit back."""
        life, step = self.life, journey.afterwards.pop(0)
        issued = [one for one in self._reports(journey) if one.state in {"issued", "withdrawn"}]
        if not issued:
            return
        report = issued[0]
        if step == "deliver":
            facts = DeliveryFacts(recipient="Court", delivered_on=life.today, manner="by hand")
            life.bench.amending.deliver(report.number, facts, actor=journey.expert)
        elif step == "amend":
            report_acts.order_of(life, report, journey.head)
        elif step == "withdraw" and report.state == "issued":
            report_acts.withdraw_of(life, report, journey.head)
        elif step == "notify":
            report_acts.notify(life)


_STEPS = {"drafted": "review", "reviewed": "administrative review", "administratively reviewed": "issue"}
_AFTERWARDS = (
    ["deliver", "amend", "notify"],
    ["deliver", "withdraw", "amend", "notify"],
    ["withdraw"],
    ["deliver"],
    [],
)
