"""What people do who leave the straight way: they dispute, send back, refuse, stop the clock, find a standard short.

Each answers to a step that would be the next one; ``Onward`` takes one of them in a share of its steps.
"""

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

from lims.domain.batch import Batch
from lims.domain.case import Case
from lims.domain.custody import Custody
from lims.domain.deadline import TermStep
from lims.domain.deviation import Deviation
from lims.domain.examination import Decision, Examination
from lims.domain.exhibit import Exhibit
from lims.domain.identification import Identification
from lims.domain.mass_discrepancy import MassDiscrepancy
from lims.domain.nonconformity import NonconformingWork, Subject
from lims.domain.reference_standard import ReferenceStandard
from lims.domain.report import Report
from lims.domain.transfer import Transfer
from lims.services.validating import AcceptanceFacts
from tests.builders.laboratories import EXPERT, TECHNICIAN
from tests.builders.people import QUALITY
from tests.lifecycle import batch_acts, quality_acts, report_acts
from tests.lifecycle.laboratory import BY_NUMBER, EXPERT_C, Life

Action = Callable[[], object]
Detours = Iterator[tuple[str, Action]]
STANDARD = "RS-1"
_SET_RIGHT_MG = Decimal(5)
LEFT = frozenset({"take", "release batch", "check", "resolve", "review", "administrative review", "issue"})
"""Before these somebody has to answer: here a case may be left lying, for others to find."""


def detours(life: Life, journey: Any, step: str) -> Detours:
    """Give what else could be done before a step."""
    if step == "take":
        yield from _hand_over(life, journey)
    elif step == "judge":
        yield from _batch(life, journey)
    elif step in {"check", "resolve"}:
        yield from _identity(life, journey)
    elif step in {"review", "administrative review", "issue"}:
        yield from _report(life, journey)
    elif step in {"finding", "conclude", "draft"}:
        yield from _clock(life, journey)
        yield from _doubt(life, journey)
    elif step in {"weigh", "remainder", "close seal"}:
        yield from _standard(life)
    elif step == "decide":
        yield from _component(life, journey)


def _hand_over(life: Life, journey: Any) -> Detours:
    custody = life.load(Custody, journey.exhibit)
    taker, transfer = BY_NUMBER.get(custody.offered_to, EXPERT), life.load(Transfer, custody.offer)
    giver = BY_NUMBER.get(transfer.by, EXPERT)
    yield (
        "withdraw offer",
        lambda: life.bench.custody.withdraw(transfer.number, actor=giver, reason="not today"),
    )
    yield (
        "refuse hand-over",
        lambda: life.bench.custody.refuse(transfer.number, actor=taker, reason="the seal is broken"),
    )


def _batch(life: Life, journey: Any) -> Detours:
    for line in life.listed(Batch, "measured"):
        if any(one.exhibit_number == journey.exhibit for one in life.load(Batch, line.number).injections):
            yield "fail", lambda line=line: batch_acts.judge_batch_of(life, line.number, journey.expert, bad=True)


def _identity(life: Life, journey: Any) -> Detours:
    service = life.bench.identifying
    for one in life.children(Identification, journey.exhibit):
        if one.state == "concluded":
            yield (
                "dispute",
                lambda one=one: service.dispute(one.number, words="the ratio is off", actor=journey.reviewer),
            )
        elif one.state == "disputed":
            yield (
                "draw anew",
                lambda one=one: service.resolve(one.number, words="measured again", stands=False, actor=journey.head),
            )


def _report(life: Life, journey: Any) -> Detours:
    reports = [
        one for each in life.children(Examination, journey.exhibit) for one in life.children(Report, each.number)
    ]
    report = next(one for one in reports if one.state in report_acts.SIGNED)
    yield (
        "comment",
        lambda: life.bench.reviewing.comment(report.number, words="page 2: the unit", actor=journey.reviewer),
    )
    if report.state == "drafted":
        reviewer = BY_NUMBER.get(report.reviewer, journey.reviewer)
        yield (
            "send back",
            lambda: life.bench.reviewing.send_back(report.number, actor=reviewer, comment="the unit is missing"),
        )
        yield "dispute report", lambda: _dispute(life, report, journey)


def _dispute(life: Life, report: Report, journey: Any) -> None:
    reviewer = BY_NUMBER.get(report.reviewer, journey.reviewer)
    third = journey.head.number
    life.bench.reviewing.dispute(report.number, words="the ratio is off", third_person=third, actor=reviewer)


def _component(life: Life, journey: Any) -> Detours:
    """Take a component for the internal standard, or for nothing that can be told."""
    examining = life.bench.examining
    for one in life.children(Examination, journey.exhibit):
        examiner = BY_NUMBER.get(one.examiner, EXPERT)
        for component in one.components:
            if one.state == "open" and component.decision is Decision.UNDECIDED:
                at = (one.number, component.number)
                yield (
                    "mark internal standard",
                    lambda at=at, by=examiner: examining.mark_internal_standard(*at, rank=1, actor=by),
                )
                yield (
                    "leave component",
                    lambda at=at, by=examiner: examining.leave_unidentified(*at, reason="too weak", actor=by),
                )


def _doubt(life: Life, journey: Any) -> Detours:
    """Find that work went wrong, or that a procedure has to be left for once."""
    subject = Subject(kind=Exhibit.KIND, number=journey.exhibit)
    if all(line.state == "closed" for line in life.listed(NonconformingWork)):
        yield "raise", lambda: quality_acts.raise_about(life, subject, TECHNICIAN)
    validating, asked = life.bench.validating, life.children(Deviation, journey.exhibit)
    if not asked:
        yield (
            "ask to deviate",
            lambda: validating.ask_deviation(
                journey.exhibit, "FTIR-1", departure="less", justification="little sample", actor=journey.expert
            ),
        )
    for one in asked:
        if one.state == "asked":
            yield "let deviate", lambda one=one: validating.authorise_deviation(one.number, actor=QUALITY)
        elif one.state == "authorised":
            yield "accept deviation", lambda one=one: _accept(life, one, journey)


def _accept(life: Life, deviation: Deviation, journey: Any) -> None:
    facts = AcceptanceFacts(customer="Court", reference="letter 3", accepted_on=life.today)
    life.bench.validating.accept_deviation(deviation.number, facts, actor=journey.expert)


def _clock(life: Life, journey: Any) -> Detours:
    """Start the clock of the case, stop it, let it go on, put it off."""
    terms, number = life.bench.terms, journey.case
    steps = [one.step for one in life.load(Case, number).term_events if one.step is not TermStep.EXTENDED]
    last = steps[-1] if steps else None
    if last is None:
        yield "start the clock", lambda: terms.start(number, on=life.today, actor=journey.expert)
        return
    if last is TermStep.SUSPENDED:
        yield "resume the clock", lambda: terms.resume(number, on=life.today, actor=journey.expert)
    else:
        yield (
            "stop the clock",
            lambda: terms.suspend(number, on=life.today, reason="materials asked for", actor=journey.expert),
        )
    yield (
        "put off",
        lambda: terms.extend(
            number, on=life.today, until=life.today, reason="many objects", decided_by="Head", actor=journey.head
        ),
    )


def _standard(life: Life) -> Detours:
    """Find a standard short; close the difference, and set the book right."""
    lot = life.load(ReferenceStandard, STANDARD)
    known = life.children(MassDiscrepancy, STANDARD)
    if lot.state == "released" and lot.balance_mg > 1 and not known:
        found = lot.balance_mg - 1
        yield (
            "find short",
            lambda: life.bench.stocking.reweigh_standard(
                STANDARD, found, u_mg=Decimal("0.1"), purpose="audit", actor=EXPERT_C
            ),
        )
    for one in known:
        if one.state == "open":
            yield (
                "close difference",
                lambda one=one: life.bench.weighing.close_discrepancy(
                    one.number, finding="a spill", action="told", actor=QUALITY
                ),
            )
        elif lot.balance_mg != _SET_RIGHT_MG:
            yield (
                "set the book right",
                lambda one=one: life.bench.stocking.correct_standard(
                    STANDARD, _SET_RIGHT_MG, discrepancy=one.number, actor=QUALITY
                ),
            )
