"""What a refusal asks for: the balance is checked, the absent person comes back, the procedure is validated."""

from collections.abc import Callable
from typing import Any

from lims.domain.discrepancy import Decision
from lims.domain.exhibit import Exhibit
from lims.domain.nonconformity import NonconformingWork
from lims.domain.procedure import Procedure
from lims.errors import (
    LimsError,
    NotCompetentError,
    NotInForceError,
    NotPermittedError,
    NotUsableError,
    OpenNonconformityError,
)
from lims.services.clarifying import AnswerFacts
from lims.services.validating import ProcedureFacts
from lims.work_errors import CaseDecidedError, DiscrepancyOpenError
from tests.builders.laboratories import EXPERT, HEAD, TECHNICIAN
from tests.builders.measuring_bench import BALANCE, reading
from tests.builders.people import LONG_AGO, QUALITY
from tests.lifecycle.laboratory import PROCEDURES, WEIGHT, Life, calibration
from tests.lifecycle.people_acts import grant_to

Remedy = Callable[[], object]


def remedies(life: Life, error: LimsError, journey: Any) -> Remedy | None:
    """Give what helps against a refusal; None where nothing simple does."""
    for kind, remedy in _REMEDIES:
        if isinstance(error, kind):
            return lambda: remedy(life, error, journey)
    return None


def _answer(life: Life, _: LimsError, journey: Any) -> None:
    exhibit = life.load(Exhibit, journey.exhibit)
    place = next((n for n, one in enumerate(exhibit.discrepancies, start=1) if one.answer is None), 0)
    if not place:  # the sender does not want it examined
        journey.give_up()
        return
    facts = AnswerFacts(decision=Decision.CLEARED, words="a slip of the pen", given_by="Investigator")
    life.bench.clarifying.answer(exhibit.number, place, facts, actor=journey.expert)


def _want(life: Life, _: LimsError, journey: Any) -> None:
    life.bench.requesting.want_work(journey.case, reason="appeal", wanted_by="Court", actor=HEAD)


def _make_usable(life: Life, _: LimsError, journey: Any) -> None:
    """Calibrate, put back and check whatever needs it."""
    for line in life.bench.registering.instruments():
        if line.number not in {BALANCE, "GCMS"}:
            continue
        instrument = life.bench.registering.get(line.number)
        if instrument.state == "out of service":
            life.bench.registering.put_back(line.number, check="works", actor=QUALITY)
            return
        if instrument.hindrances(life.today):
            facts = calibration(life.today)
            life.bench.registering.calibrate(line.number, facts, actor=QUALITY)
            return
    life.bench.registering.check_balance(BALANCE, WEIGHT, reading=reading("100.00 g"), actor=journey.expert)


def _validate(life: Life, _: LimsError, __: Any) -> None:
    """Write a withdrawn procedure anew, validate one that is in validation."""
    for line in life.listed(Procedure):
        if line.number not in PROCEDURES:
            continue
        if line.state == "in validation":
            life.bench.validating.validate(line.number, validated_on=LONG_AGO, record="VR", actor=QUALITY)
            return
        if line.state == "withdrawn":
            facts = ProcedureFacts(
                number=line.number, name=line.number, techniques=PROCEDURES[line.number], acceptance_criteria="c"
            )
            life.bench.validating.record(facts, replaces=line.version, actor=EXPERT)
            return


def _let_be_competent(life: Life, error: LimsError, __: Any) -> None:
    person, method = error.person, error.method
    grant_to(life, person, method, actor=QUALITY)


def _bring_back(life: Life, _: LimsError, __: Any) -> None:
    """Let whoever is away come back."""
    for member in life.bench.staffing.everybody():
        if not member.present(life.today) and member.left_at is None:
            actor = QUALITY if member.number != QUALITY.number else HEAD
            life.bench.staffing.come_back(member.number, actor=actor)
            return


def _go_through(life: Life, _: LimsError, __: Any) -> None:
    """Bring the oldest open nonconformity a step nearer to its end."""
    lines = [line for line in life.bench.nonconforming.listed() if line.state != "closed"]
    if not lines:
        return
    one = life.load(NonconformingWork, lines[-1].number)
    service, number = life.bench.nonconforming, one.number
    if one.state == "open":
        service.assess(number, words="none", actor=HEAD)
    elif one.state == "assessed":
        service.plan(number, words="train", person="technician", due_on=life.today, actor=HEAD)
    elif one.state == "in action":
        service.correct(number, done="trained", actor=TECHNICIAN)
    elif one.holding:
        service.resume(number, words="go on", actor=QUALITY)
    elif one.state == "corrected":
        service.verify(number, helped=True, words="seen", actor=QUALITY)
    else:
        service.close(number, words="done", actor=QUALITY)


_REMEDIES: tuple[tuple[type[LimsError], Callable[[Life, LimsError, Any], object]], ...] = (
    (DiscrepancyOpenError, _answer),
    (CaseDecidedError, _want),
    (NotUsableError, _make_usable),
    (NotInForceError, _validate),
    (NotCompetentError, _let_be_competent),
    (NotPermittedError, _bring_back),
    (OpenNonconformityError, _go_through),
)
