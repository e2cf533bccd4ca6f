"""What goes wrong in the week, and what is done about it: planned, so that the detectors find it and nothing else."""

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal

from lims.demo.crew import QUALITY, SITES, Site
from lims.demo.receiving import NOBODY, OpenCase
from lims.demo.registers import ANALYTE, FTIR, instrument_of, spectrometer_of, standard_of
from lims.demo.stage import Stage
from lims.domain.batch import Batch
from lims.domain.instrument import UpkeepKind
from lims.domain.nonconformity import NonconformingWork, Subject
from lims.services.nonconforming import NonconformityFacts
from lims.services.registering import UpkeepFacts

VANISHED_MG = Decimal(3)
"""By how much a standard of the first region is short of its book; the detector of vanishing standards finds it."""


def raise_failed_batch(stage: Stage, site: Site, batch: Batch) -> NonconformingWork:
    """Record that a batch failed its control, say what it means, and plan what is done."""
    stage.clock.later(15)
    nonconforming, quality = stage.laboratory.nonconforming, stage.crew[QUALITY]
    facts = NonconformityFacts(
        what="the control of the batch recovered too little (demo)",
        subjects=(Subject(kind="batch", number=batch.number),),
        found_by=site.experts[0],
        found_at=stage.clock.now(),
    )
    raised = nonconforming.raise_one(facts, actor=stage.crew[site.experts[0]])
    stage.clock.later(20)
    nonconforming.assess(
        raised.number, words="no report rests on the batch; it is measured again (demo)", actor=quality
    )
    return nonconforming.plan(
        raised.number,
        words="a new control is prepared and the batch repeated (demo)",
        person=site.experts[0],
        due_on=stage.clock.moment.date() + timedelta(days=1),
        actor=quality,
    )


def close_failed_batch(stage: Stage, site: Site, raised: NonconformingWork, repeated: Batch) -> None:
    """Record what was done, that it helped, and that work goes on."""
    stage.clock.later(10)
    nonconforming, quality = stage.laboratory.nonconforming, stage.crew[QUALITY]
    number = raised.number
    nonconforming.correct(number, done=f"{repeated.number} measured (demo)", actor=stage.crew[site.experts[0]])
    stage.clock.later(10)
    nonconforming.verify(number, helped=True, words=f"{repeated.number} met every limit (demo)", actor=quality)
    nonconforming.resume(number, words="the method is used again (demo)", actor=quality)
    nonconforming.close(number, words="nothing is left to be done (demo)", actor=quality)


def break_spectrometer(stage: Stage, site: Site) -> None:
    """Damage an infrared spectrometer, which takes it out of service; it stays so."""
    _keep_up(stage, site, spectrometer_of(site), UpkeepKind.DAMAGE, "the lamp does not light (demo)")


def service_chromatograph(stage: Stage, site: Site) -> None:
    """Take a GC-MS out of service for its upkeep, and put it back after a check."""
    number, expert = instrument_of(site), stage.crew[site.experts[0]]
    stage.clock.later(5)
    stage.laboratory.registering.take_out(number, reason="the column is changed (demo)", actor=expert)
    _keep_up(stage, site, number, UpkeepKind.SERVICE, "column changed (demo)")
    stage.clock.later(60)
    stage.laboratory.registering.put_back(number, check="a blank and a control (simulated)", actor=expert)


def end_competences(stage: Stage) -> None:
    """End two competences: one by its last day, one withdrawn."""
    stage.clock.later()
    qualifying, quality, second = stage.laboratory.qualifying, stage.crew[QUALITY], SITES[2].experts[1]
    held = qualifying.of_person(second)
    withdrawn = next(one for one in held if one.method == FTIR)
    qualifying.withdraw(withdrawn.number, reason="no proficiency test was passed (demo)", actor=quality)
    today = stage.clock.moment.date()
    qualifying.grant(
        SITES[0].technicians[1],
        "DEMO-TRAINING",
        basis="demonstration: a training of two days",
        valid_from=today - timedelta(days=2),
        valid_until=today,
        actor=quality,
    )


def use_standards(stage: Stage) -> None:
    """Use reference standards, and weigh one back with less than the book says; the quality manager closes it."""
    stocking = stage.laboratory.stocking
    for site in SITES:
        stage.clock.later()
        number = standard_of(site, ANALYTE)
        stocking.use_standard(number, Decimal(5), purpose="calibrators (demo)", actor=stage.crew[site.technicians[0]])
    first = SITES[1]
    stage.clock.later(30)
    found = Decimal(45) - VANISHED_MG
    reweighed = stocking.reweigh_standard(
        standard_of(first, ANALYTE),
        found,
        u_mg=Decimal("0.2"),
        purpose="check of the week (demo)",
        actor=stage.crew[first.experts[0]],
    )
    if reweighed.discrepancy is not None:
        stage.clock.later(60)
        stage.laboratory.weighing.close_discrepancy(
            reweighed.discrepancy.number,
            finding="a part was spilled and not written down (demo)",
            action="the rule of writing down was explained (demo)",
            actor=stage.crew[QUALITY],
        )


def let_a_deadline_pass(stage: Stage, received: Sequence[OpenCase]) -> OpenCase:
    """Name the last day of a case, which nobody keeps; and stop the clock of another."""
    late, stopped = _case(received, "R2", 7), _case(received, "R2", 8)
    stage.clock.later()
    today = stage.clock.moment.date()
    head = stage.crew[late.site.head]
    stage.laboratory.terms.extend(
        late.case.number,
        on=today,
        until=today + timedelta(days=1),
        reason="as the demonstration has it",
        decided_by=NOBODY,
        actor=head,
    )
    stage.laboratory.terms.suspend(
        stopped.case.number, on=today, reason="a document is asked for (demo)", decided_by=NOBODY, actor=head
    )
    return late


def link_cases(stage: Stage, received: Sequence[OpenCase]) -> None:
    """Tie two cases of two laboratories to each other."""
    stage.clock.later()
    one, other = _case(received, "HQ", 6), _case(received, "R1", 6)
    stage.laboratory.requesting.link(
        one.case.number, other.case.number, reason="the same made-up workshop (demo)", actor=stage.crew[one.site.head]
    )


def _case(received: Sequence[OpenCase], code: str, ordinal: int) -> OpenCase:
    return next(one for one in received if (one.site.code, one.planned.ordinal) == (code, ordinal))


def _keep_up(stage: Stage, site: Site, number: str, kind: UpkeepKind, words: str) -> None:
    stage.clock.later(5)
    facts = UpkeepFacts(kind=kind, words=words, happened_on=stage.clock.moment.date(), done_by="a made-up firm (demo)")
    stage.laboratory.registering.keep_up(number, facts, actor=stage.crew[site.experts[0]])
