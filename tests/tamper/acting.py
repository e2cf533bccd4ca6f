"""What people of a walk do: each act as the real services offer it, mostly sensible, at times not."""

import shutil
from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal

from lims.domain.acceptance import Measured
from lims.domain.batch import Batch
from lims.domain.case import Case
from lims.domain.examination import Decision, Examination, ExaminedComponent
from lims.domain.exhibit import Exhibit
from lims.domain.library import RecordedRelease
from lims.domain.report import Report
from lims.domain.run import RecordedRun
from lims.domain.signature import SignatureMeaning
from lims.domain.staff import SYSTEM, StaffMember
from lims.errors import NotFoundError
from lims.services.accessioning import CaseFacts, ExhibitFacts
from lims.services.answering import AnswerFacts
from lims.services.batching import BatchPlan
from tests.builders.batches import METHOD, injections, method, run_folder
from tests.builders.laboratories import ADMIN, EXPERT, HEAD, REVIEWER, TECHNICIAN
from tests.builders.people import QUALITY
from tests.builders.reviews import ADMINISTRATIVE_YES, TECHNICAL_YES
from tests.tamper.acting_people import PEOPLES_ACTS
from tests.tamper.walking import Act, Laboratory
from tests.tamper.writing_runs import new_archive, new_file, new_folder, new_library

_SECOND_TIME = 0.15
"""Share of imports that bring a run a second time."""


def register_case(lab: Laboratory) -> None:
    facts = CaseFacts(appointing_body="Сот", questions=("Which substances?",) * lab.chance.randint(0, 2))
    lab.bench.accessioning.register_case(facts, actor=lab.anyone(TECHNICIAN, EXPERT))


def register_exhibit(lab: Laboratory) -> None:
    facts = ExhibitFacts(description="пакет", seal_number=str(lab.chance.randint(1, 9999)), seal_intact=True)
    lab.bench.accessioning.register_exhibit(lab.some(Case).number, facts, actor=lab.anyone(TECHNICIAN, EXPERT))


def import_run(lab: Laboratory) -> None:
    exhibit = lab.some(Exhibit).number
    known = sorted(lab.inbox.iterdir())
    if known and lab.chance.random() < _SECOND_TIME:
        path = lab.chance.choice(known)
    else:
        path = lab.chance.choice((new_file, new_file, new_folder, new_archive))(lab.inbox, lab.chance)
    lab.bench.importing.import_run(path, exhibit_number=exhibit, actor=lab.anyone(TECHNICIAN))


def bring_a_broken_run(lab: Laboratory) -> None:
    path = new_file(lab.inbox, lab.chance)
    path.write_bytes(path.read_bytes()[: lab.chance.randint(0, 6000)])
    try:
        lab.bench.importing.import_run(path, exhibit_number=lab.some(Exhibit).number, actor=TECHNICIAN)
    finally:
        path.unlink()


def add_training_release(lab: Laboratory) -> None:
    lab.bench.curating.add_training_release(actor=lab.anyone(ADMIN))


def add_library(lab: Laboratory) -> None:
    lab.bench.curating.add_release(new_library(lab.inbox, lab.chance), actor=lab.anyone(ADMIN))


def open_examination(lab: Laboratory) -> None:
    """Examine a run in one of the small libraries; the training release is large, and so taken less often."""
    run, release = lab.some(RecordedRun).number, lab.some(RecordedRelease)
    if not release.title:
        release = lab.some(RecordedRelease)
    lab.bench.examining.open(run, release_name=release.number, actor=lab.anyone(EXPERT))


def decide(lab: Laboratory) -> None:
    """Decide about one component, or about all that are left."""
    examination = lab.bench.examining.get(lab.some(Examination, "open").number)
    undecided = [one for one in examination.components if one.decision is Decision.UNDECIDED]
    for component in undecided[: lab.chance.choice((1, 99, 99))] or [lab.choose(examination.components)]:
        _decide(lab, examination.number, component)


def _decide(lab: Laboratory, number: str, component: ExaminedComponent) -> None:
    examining = lab.bench.examining
    version = examining.get(number).version
    if version > 1 and lab.chance.random() < 0.05:  # as somebody saw it before
        version -= 1
    facts = {"actor": lab.anyone(EXPERT), "version": version}
    ranks = [candidate.rank for candidate in component.candidates]
    step = lab.chance.choice((examining.identify, examining.identify, examining.mark_internal_standard, None))
    if step is None or not ranks:
        examining.leave_unidentified(number, component.number, reason="too weak", **facts)
    else:
        step(number, component.number, rank=lab.chance.choice((*ranks * 4, 9)), **facts)


def conclude(lab: Laboratory) -> None:
    number = lab.some(Examination, "open").number
    if any(one.decision is Decision.UNDECIDED for one in lab.bench.examining.get(number).components):
        number = lab.some(Examination, "open").number  # the next one may be ready
    lab.bench.examining.conclude(number, actor=lab.anyone(EXPERT))


def draft(lab: Laboratory) -> None:
    number = lab.some(Examination, "concluded").number
    actor = lab.anyone(EXPERT)
    _answer(lab, number, actor)
    lab.bench.reporting.draft(
        number,
        reviewer=lab.chance.choice((REVIEWER, REVIEWER, REVIEWER, HEAD)).number,
        language=lab.chance.choice(("kk", "ru", "en")),
        actor=actor,
        confirmation=lab.bench.confirmed_author(number, person=actor),
    )


def _answer(lab: Laboratory, number: str, actor: StaffMember) -> None:
    """Answer every question of the order, or say why not."""
    exhibit = lab.bench.accessioning.exhibit(lab.bench.examining.get(number).exhibit_number)
    questions = lab.bench.accessioning.case(exhibit.case_number).questions
    for question in range(1, len(questions) + 1):
        facts = lab.chance.choice((AnswerFacts(words="бұл"), AnswerFacts(reason="not asked of this exhibit")))
        lab.bench.examining.answer_question(number, question, facts, actor=actor)


def approve(lab: Laboratory) -> None:
    number, actor = lab.some(Report, "drafted").number, lab.anyone(REVIEWER)
    confirmed = lab.bench.confirmed(actor, SignatureMeaning.TECHNICAL_REVIEWER, lab.bench.reporting.get(number))
    lab.bench.reviewing.approve(number, actor=actor, comment="үлгі", checklist=TECHNICAL_YES, confirmation=confirmed)


def send_back(lab: Laboratory) -> None:
    lab.bench.reviewing.send_back(lab.some(Report, "drafted").number, actor=lab.anyone(REVIEWER), comment="again")


def clear(lab: Laboratory) -> None:
    number, actor = lab.some(Report, "reviewed").number, lab.anyone(HEAD)
    confirmed = lab.bench.confirmed(actor, SignatureMeaning.ADMINISTRATIVE_REVIEWER, lab.bench.reporting.get(number))
    lab.bench.administering.approve(number, actor=actor, checklist=ADMINISTRATIVE_YES, confirmation=confirmed)


def release(lab: Laboratory) -> None:
    number, actor = lab.some(Report, "administratively reviewed").number, lab.anyone(HEAD)
    confirmed = lab.bench.confirmed(actor, SignatureMeaning.RELEASER, lab.bench.reporting.get(number))
    if lab.chance.random() < 0.1:  # left the desk: the confirmation is too old
        lab.clock.advance(minutes=10)
    lab.bench.releasing.release(number, actor=actor, confirmation=confirmed)


def refuse(lab: Laboratory) -> None:
    lab.bench.releasing.refuse(lab.some(Report, "reviewed").number, actor=lab.anyone(HEAD), comment="again")


def withdraw(lab: Laboratory) -> None:
    number, actor = lab.some(Report, "issued").number, lab.anyone(HEAD)
    confirmed = lab.bench.confirmed(actor, SignatureMeaning.WITHDRAWER, lab.bench.reporting.get(number))
    lab.bench.releasing.withdraw(number, actor=actor, reason="exhibits exchanged", confirmation=confirmed)


def define_method(lab: Laboratory) -> None:
    batching = lab.bench.batching
    try:
        version = batching.method(METHOD).version
    except NotFoundError:
        version = None
    batching.define_method(method(), actor=lab.anyone(EXPERT), replaces=version)


def plan_batch(lab: Laboratory) -> None:
    plan = BatchPlan(
        method_number=METHOD, instrument="GCMS", time_zone="UTC", injections=injections(lab.some(Exhibit).number)
    )
    lab.bench.batching.plan(plan, actor=lab.anyone(TECHNICIAN))


def measure_batch(lab: Laboratory) -> None:
    """Bring the next runs of a batch, as far as the shift goes."""
    batch = lab.bench.batching.get(lab.some(Batch, "planned").number)
    measured = {run.place for run in batch.runs}
    for injection in batch.injections[: lab.chance.choice((2, 5, 99, 99))]:
        if injection.place in measured:
            continue
        at = lab.clock.now().replace(microsecond=0) + timedelta(minutes=20)
        path = lab.inbox / f"{batch.number}-{injection.place:03d}.D"
        run_folder(path, sample=injection.sample_name, vial=int(injection.vial), at=at)
        lab.clock.advance(minutes=30)
        lab.bench.measuring.import_run(path, batch_number=batch.number, actor=lab.anyone(TECHNICIAN))


def judge_batch(lab: Laboratory) -> None:
    lab.measurement.found = lab.chance.choice(({}, {}, _BAD_BLANK))
    lab.bench.batching.judge(lab.some(Batch).number, actor=lab.anyone(EXPERT))


def discard_run(lab: Laboratory) -> None:
    batch = lab.bench.batching.get(lab.some(Batch).number)
    place = lab.choose([run.place for run in batch.runs])
    lab.bench.batching.discard(batch.number, place, reason="leak", actor=lab.anyone(EXPERT))


def release_batch(lab: Laboratory) -> None:
    words = dict.fromkeys(("cause", "action", "impact"), "none found")
    lab.bench.batching.release(lab.some(Batch, "failed").number, actor=lab.anyone(REVIEWER), **words)


def make_lists_anew(lab: Laboratory) -> None:
    lab.relisting.rebuild(actor=lab.anyone(QUALITY, ADMIN))


def sweep(lab: Laboratory) -> None:
    """Set aside what no entry names: bytes whose act was refused after they were kept."""
    lab.bench.raw_store.put(lab.chance.randbytes(30))
    lab.bench.sweeping.sweep(actor=lab.anyone(SYSTEM, QUALITY))


def scrub(lab: Laboratory) -> None:
    found = lab.bench.scrubbing.scrub()
    if not found.intact:
        raise AssertionError(found.faults)


def make_checkpoint(lab: Laboratory) -> None:
    lab.checkpointing.make()


def hand_out_a_witness(lab: Laboratory) -> None:
    actor = lab.anyone(HEAD, QUALITY)
    signed = lab.checkpointing.make()
    lab.checkpointing.hand_out(signed, to="the prosecutor's folder", actor=actor)
    lab.witnesses.append(signed.to_bytes())


def restart(lab: Laboratory) -> None:
    lab.close()
    lab.open()


def empty_inbox(lab: Laboratory) -> None:
    shutil.rmtree(lab.inbox)
    lab.inbox.mkdir()


def set_clock_back(lab: Laboratory) -> None:
    """Set it back a little, which is evened out, or much, which stops every act until it is right again."""
    lab.clock.advance(seconds=-lab.chance.choice((1.5, 7200.0)))
    try:
        register_case(lab)
    finally:
        lab.clock.advance(seconds=7300.0)


_BAD_BLANK = {
    1: Measured(
        place=1,
        internal_standard_area=Decimal(1000),
        internal_standard_retention_s=Decimal(390),
        analyte_response=Decimal(1),
        concentration_ug_per_ml=None,
    )
}

EVERY_ACT: Mapping[Act, int] = {
    **PEOPLES_ACTS,
    register_case: 6,
    register_exhibit: 10,
    import_run: 16,
    bring_a_broken_run: 1,
    add_training_release: 1,
    add_library: 2,
    open_examination: 16,
    decide: 60,
    conclude: 50,
    draft: 50,
    approve: 50,
    send_back: 8,
    clear: 50,
    release: 50,
    refuse: 6,
    withdraw: 4,
    define_method: 2,
    plan_batch: 4,
    measure_batch: 20,
    judge_batch: 10,
    discard_run: 2,
    release_batch: 10,
    make_checkpoint: 3,
    hand_out_a_witness: 4,
    make_lists_anew: 1,
    sweep: 2,
    scrub: 1,
    restart: 3,
    empty_inbox: 1,
    set_clock_back: 2,
}
"""The later a step of the work, the more often it is tried: it needs all those before it."""
