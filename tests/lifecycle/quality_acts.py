"""Acts about nonconforming work."""

from datetime import timedelta

from lims.domain.batch import Batch
from lims.domain.exhibit import Exhibit
from lims.domain.nonconformity import NonconformingWork, Subject
from lims.domain.permissions import Act
from lims.domain.reagent import Reagent
from lims.domain.report import Report
from lims.domain.run import RecordedRun
from lims.services.nonconforming import NonconformityFacts
from tests.builders.laboratories import REVIEWER
from tests.builders.people import QUALITY
from tests.lifecycle.laboratory import EVERYBODY, Life
from tests.lifecycle.receiving_acts import BENCH, HEADS
from tests.lifecycle.registry import act

_KINDS = (Exhibit, RecordedRun, Batch, Reagent, Report)


@act("nonconforming.raise_one", Act.NONCONFORMITY_RAISED)
def raise_nonconformity(life: Life) -> None:
    kind = life.chance.choice(_KINDS)
    subject = Subject(kind=kind.KIND, number=life.some(kind))
    raise_about(life, subject, life.by(*BENCH, REVIEWER))


def raise_about(life: Life, subject: Subject, actor: object) -> NonconformingWork:
    """Raise one about a subject; at times found in the future."""
    found_at = life.clock.now() + timedelta(hours=1 if life.slips() else -1)
    causer = life.chance.choice(("", "", life.chance.choice(EVERYBODY).number))
    facts = NonconformityFacts(
        what="the wrong bag", subjects=(subject,), found_by="expert-b", found_at=found_at, caused_by=causer
    )
    return life.bench.nonconforming.raise_one(facts, actor=actor)


@act("nonconforming.assess", Act.NONCONFORMITY_ASSESSED)
def assess(life: Life) -> None:
    number = life.some(NonconformingWork, "open", "corrected")
    recalled = ("2026-9999-P1",) if life.slips() else ()
    life.bench.nonconforming.assess(number, words="none", recalled=recalled, actor=life.by(*HEADS, QUALITY))


@act("nonconforming.plan", Act.NONCONFORMITY_ACTION_PLANNED)
def plan_action(life: Life) -> None:
    number, due = life.some(NonconformingWork, "assessed"), life.today + timedelta(days=7)
    person = life.chance.choice(BENCH).number
    life.bench.nonconforming.plan(number, words="train", person=person, due_on=due, actor=life.by(*HEADS, QUALITY))


@act("nonconforming.correct", Act.NONCONFORMITY_CORRECTED)
def correct_nonconformity(life: Life) -> None:
    number = life.some(NonconformingWork, "in action")
    life.bench.nonconforming.correct(number, done="trained", actor=life.by(*BENCH, REVIEWER))


@act("nonconforming.verify", Act.NONCONFORMITY_VERIFIED)
def verify(life: Life) -> None:
    number, helped = life.some(NonconformingWork, "corrected"), life.chance.random() < 0.8
    life.bench.nonconforming.verify(number, helped=helped, words="seen", actor=life.by(*HEADS, QUALITY))


@act("nonconforming.resume", Act.NONCONFORMITY_RESUMED)
def resume(life: Life) -> None:
    number = life.some(NonconformingWork, "corrected", "verified")
    life.bench.nonconforming.resume(number, words="go on", actor=life.by(*HEADS, QUALITY))


@act("detecting.look", Act.DETECTORS_ASKED)
def look_for_misconduct(life: Life) -> None:
    life.bench.detecting.look(actor=life.by(QUALITY))


@act("nonconforming.close", Act.NONCONFORMITY_CLOSED)
def close(life: Life) -> None:
    life.bench.nonconforming.close(life.some(NonconformingWork, "verified"), words="done", actor=life.by(QUALITY))
