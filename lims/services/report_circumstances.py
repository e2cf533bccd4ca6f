"""From records to what a report says beside its identities: weights, sampling, runs, custody, deviations, omissions."""

from collections.abc import Iterator
from datetime import datetime

from lims.domain.batch import Batch
from lims.domain.completeness import missing_items
from lims.domain.custody import HolderKind
from lims.domain.custody_timeline import Span, check_custody, timeline
from lims.domain.deviation import Deviation
from lims.domain.examination import Decision, Examination
from lims.domain.finding import Finding
from lims.domain.identification import Identification
from lims.domain.nonconformity import NonconformingWork
from lims.domain.permissions import Act
from lims.domain.report_circumstances import (
    PRINTED_WEIGHINGS,
    WITH,
    AliquotCustody,
    Circumstances,
    ConsumedSection,
    CustodyGap,
    CustodySpan,
    DeviationSection,
    DrawNote,
    ListedRun,
    NonconformityNote,
    OmissionNote,
    PermissionNote,
    RunExamined,
    SamplingSection,
    ThresholdSection,
    WarningNote,
    WeightSection,
)
from lims.domain.run import RecordedRun
from lims.domain.sampling_plan import SamplingPlan
from lims.domain.sampling_statement import state
from lims.domain.staff import StaffMember
from lims.domain.weighing import Weighing
from lims.errors import NotFoundError
from lims.services.custody_items import measured_aliquots
from lims.services.custody_steps import chains_of
from lims.services.gate_custody import answered, closed_about
from lims.services.gate_measuring import balances_of, plans_of, weighings_of
from lims.services.issue_gate import Matter
from lims.services.ports import UnitOfWork
from lims.services.report_law import legal_sections
from substance_library.thresholds import ThresholdFinding


def circumstances_of(matter: Matter, runs: tuple[str, ...]) -> Circumstances:
    """Gather what a report of an examination says beside its identities.

    Parameters
    ----------
    matter : Matter
        The examination, at the moment of the draft.
    runs : tuple of str
        Numbers of the runs that the report lists.
    """
    work, case, exhibit, premises = matter.work, matter.case, matter.exhibit, matter.policy.premises
    balances = balances_of(work, matter.items)
    permission = case.request.permission if case.request else None
    return Circumstances(
        address=premises.address,
        place_of_work=premises.workplace,
        work_began_at=_began(matter),
        work_ended_at=_concluded(work, matter.examination),
        weights=tuple(_weight(one) for one in weighings_of(work, matter.items) if one.purpose in PRINTED_WEIGHINGS),
        consumed=tuple(
            ConsumedSection(item_number=balance.item_number, purpose=one.purpose, permission=one.permission)
            for balance in balances
            for one in balance.consumed
        ),
        losses=tuple(one.reason for balance in balances for one in balance.lost),
        sampling=tuple(_sampling(one) for one in plans_of(work, matter.items)),
        all_runs=tuple(_listed(work, number, matter.examination) for number in runs),
        custody=tuple(_spans(matter, exhibit.number)),
        custody_gaps=tuple(_gaps(matter, exhibit.number, since=exhibit.received_at, about=exhibit.number)),
        aliquot_custody=tuple(_aliquot_custody(matter)),
        deviations=tuple(_deviation(one) for number in matter.items for one in work.children(Deviation, number)),
        request_deviations=tuple(one.deviation for one in case.reviews if one.deviation),
        nonconformities=tuple(_note(one) for one in _closed(matter)),
        omissions=_omissions(matter),
        warnings=tuple(
            WarningNote(name=_name(work, one.person), signed_on=one.signed_on, reference=one.reference)
            for one in case.warnings
        ),
        permission=None
        if permission is None
        else PermissionNote(extent=permission.extent, reference=permission.reference),
        legal=legal_sections(work, matter.items),
    )


def threshold_section(finding: ThresholdFinding, *, basis: str) -> ThresholdSection:
    """Give what a report says of a mass and a threshold of the law (rule WU-6)."""
    return ThresholdSection(
        mass_g=finding.mass_g,
        u_g=finding.u_g,
        threshold_g=finding.threshold_g,
        decision=finding.decision,
        basis=basis,
    )


def _weight(weighing: Weighing) -> WeightSection:
    stated = weighing.stated
    return WeightSection(
        number=weighing.number,
        item_number=weighing.item_number,
        purpose=weighing.purpose,
        mass_g=stated.mass_g,
        u_g=stated.u_g,
        k=stated.k,
        coverage_percent=stated.coverage_percent,
        balance_number=weighing.balance_number,
        certificate=weighing.certificate,
        weighed_at=weighing.weighed_at,
        manual_reason=weighing.manual_reason,
        gross_g=weighing.gross.mass_g,
        tare_g=None if weighing.tare is None else weighing.tare.mass_g,
        budget=weighing.budget,
    )


def _sampling(plan: SamplingPlan) -> SamplingSection:
    return SamplingSection(
        number=plan.number,
        alike_in=plan.population.alike_in,
        photograph=plan.population.photograph,
        statement=state(plan),
        testing=plan.design.testing,
        units=plan.drawn,
        draws=tuple(DrawNote(drawn_at=one.drawn_at, generator=one.generator, seed=one.seed) for one in plan.draws),
        split_into=plan.split.into if plan.split else (),
    )


def _listed(work: UnitOfWork, number: str, reported: Examination) -> ListedRun:
    run = work.load(RecordedRun, number)
    examinations = [one for one in work.children(Examination, run.exhibit_number) if one.run_number == number]
    return ListedRun(
        number=number,
        item_number=run.exhibit_number,
        file_name=run.raw.file_name,
        sha256=run.raw.sha256,
        acquired_at=run.acquired_at,
        imported_at=run.imported_at,
        imported_by=run.imported_by,
        batch_number=run.batch_number,
        discard_reason=_discard_reason(work, run),
        examinations=tuple(
            RunExamined(
                number=one.number,
                status=one.status,
                found=tuple(
                    c.identity.name for c in one.components if c.identity and c.decision is Decision.IDENTIFIED
                ),
            )
            for one in examinations
        ),
        reported=number == reported.run_number,
    )


def _discard_reason(work: UnitOfWork, run: RecordedRun) -> str:
    if not run.batch_number:
        return ""
    discarded = work.load(Batch, run.batch_number).discarded
    return next((one.reason for one in discarded if one.run.run_number == run.number), "")


def _spans(matter: Matter, number: str) -> Iterator[CustodySpan]:
    for span in timeline(number, chains_of(matter.work, number)).spans:
        yield CustodySpan(
            since=span.since, until=span.until, place=WITH[span.holder.kind], name=_holder(matter.work, span)
        )


def _aliquot_custody(matter: Matter) -> Iterator[AliquotCustody]:
    for aliquot in measured_aliquots(matter.work, matter.items):
        yield AliquotCustody(
            number=aliquot.number,
            item_number=aliquot.item_number,
            container=aliquot.container,
            spans=tuple(_spans(matter, aliquot.number)),
            gaps=tuple(_gaps(matter, aliquot.number, since=aliquot.taken_at, about=aliquot.exhibit_number)),
        )


def _holder(work: UnitOfWork, span: Span) -> str:
    """Name a person with name and number, anything else as it is."""
    if span.holder.kind is not HolderKind.PERSON:
        return span.holder.name
    return f"{_name(work, span.holder.name)} ({span.holder.name})"


def _gaps(matter: Matter, number: str, *, since: datetime, about: str) -> Iterator[CustodyGap]:
    policy = matter.policy
    check = check_custody(
        number,
        chains_of(matter.work, number),
        received_at=since,
        now=matter.now,
        hand_over_time=policy.hand_over_time,
        time_zone=policy.time_zone,
    )
    closed = closed_about(matter.work, about)
    for gap in check.breaks:
        answers = tuple(one.number for one in closed if answered(gap, (one,)))
        yield CustodyGap(kind=gap.kind, at=gap.at, nonconformities=answers)


def _closed(matter: Matter) -> tuple[NonconformingWork, ...]:
    found = (one for number in matter.items for one in closed_about(matter.work, number))
    return tuple({one.number: one for one in found}.values())


def _note(one: NonconformingWork) -> NonconformityNote:
    return NonconformityNote(
        number=one.number,
        what=one.what,
        impact=one.impact.words if one.impact else "",
        action=one.actions[-1].done if one.actions else "",
    )


def _deviation(one: Deviation) -> DeviationSection:
    return DeviationSection(
        number=one.number,
        words=one.departure,
        justification=one.justification,
        authorised_by=one.authorisation.by if one.authorisation else "",
        accepted_by=one.acceptance.customer if one.acceptance else "",
    )


def _omissions(matter: Matter) -> tuple[OmissionNote, ...]:
    reported = (matter.work.load(RecordedRun, matter.examination.run_number),)
    missing = missing_items(premises=matter.policy.premises, exhibit=matter.exhibit, runs=reported)
    words = {item: [one.what for one in missing if one.item is item] for item in (one.item for one in missing)}
    return tuple(
        OmissionNote(item=one.item, what=", ".join(words.get(one.item, ())), reason=one.reason)
        for one in matter.examination.omissions
    )


def _began(matter: Matter) -> datetime | None:
    """Give the time of the first record of work on the exhibit."""
    work, times = matter.work, []
    for number in matter.items:
        times += [one.imported_at for one in work.children(RecordedRun, number)]
        times += [one.occurred_at for one in work.children(Finding, number)]
        times += [one.planned_at for one in work.children(SamplingPlan, number)]
        for one in work.children(Identification, number):
            times.append(work.entry_of(Identification, one.number, version=1).recorded_at)
    times += [one.weighed_at for one in weighings_of(work, matter.items)]
    times.append(work.entry_of(Examination, matter.examination.number, version=1).recorded_at)
    return min(times, default=None)


def _concluded(work: UnitOfWork, examination: Examination) -> datetime | None:
    """Give the time of the newest conclusion of an examination."""
    for version in range(examination.version, 0, -1):
        entry = work.entry_of(Examination, examination.number, version=version)
        if entry.act == Act.EXAMINATION_CONCLUDED:
            return entry.recorded_at
    return None


def _name(work: UnitOfWork, number: str) -> str:
    try:
        return work.load(StaffMember, number).name
    except NotFoundError:
        return number
