"""What a report says of the batch that its run was measured in. Pure: every record is handed in."""

from dataclasses import dataclass, field

from lims.domain.acceptance import AcceptanceRule, RuleOutcome
from lims.domain.batch import Batch, Verdict
from lims.domain.method import Method
from lims.domain.report_content import BatchSection, BlankSection, DiscardedRunSection, NonconformitySection
from lims.domain.run import RecordedRun
from lims.domain.sequence import InjectionKind
from lims.errors import BatchNotUsableError
from lims.services.batching import batch_for_report
from lims.services.ports import UnitOfWork


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchFile:
    """The batch of a run and the method version that it was judged by."""

    batch: Batch = field(repr=False)
    method: Method = field(repr=False)
    place: int
    """Of the run that is reported."""


def load_batch_file(work: UnitOfWork, run: RecordedRun) -> BatchFile | None:
    """Load what a report of a run relies on; None for a run that was measured alone.

    Raises
    ------
    BatchNotUsableError
        If no report may use the batch.
    """
    batch = batch_for_report(work, run)
    if batch is None:
        return None
    method = work.load(Method, batch.method_number, version=batch.verdicts[-1].method_version)
    return BatchFile(batch=batch, method=method, place=run.place)


def batch_section(file: BatchFile) -> BatchSection:
    """Give the section of a report.

    Raises
    ------
    BatchNotUsableError
        If nobody judged the batch.
    """
    batch, method = file.batch, file.method
    if not batch.verdicts:
        raise BatchNotUsableError(f"at place {file.place}", batch.number, "nobody judged it")
    verdict = batch.verdicts[-1]
    return BatchSection(
        number=batch.number,
        method_number=method.number,
        method_version=method.version,
        method_title=method.title,
        limits_basis=method.limits_basis,
        place=file.place,
        injections=len(batch.injections),
        judged_at=verdict.judged_at,
        passed=not verdict.failed,
        failed_rules=tuple(sorted({outcome.rule.value for outcome in verdict.failed})),
        blank=_blank(batch, verdict, file.place),
        nonconformities=tuple(
            NonconformitySection(
                cause=one.cause,
                action=one.action,
                impact=one.impact,
                decided_by=one.decided_by,
                decided_at=one.decided_at,
            )
            for one in batch.nonconformities
        ),
        discarded=tuple(
            DiscardedRunSection(
                run_number=one.run.run_number,
                sample_name=batch.injection(one.run.place).sample_name,
                reason=one.reason,
            )
            for one in batch.discarded
        ),
    )


def _blank(batch: Batch, verdict: Verdict, place: int) -> BlankSection | None:
    """Give the blank right before an exhibit; None for a run that is no exhibit's."""
    if batch.injection(place).kind is not InjectionKind.EXHIBIT:
        return None
    before = batch.blank_before(place).place
    run, outcome = batch.run_at(before), _outcome(verdict, before)
    return BlankSection(
        run_number="" if run is None else run.run_number,
        place=before,
        value=None if outcome is None else outcome.value,
        limit=None if outcome is None else outcome.high,
        passed=outcome is not None and outcome.passed,
    )


def _outcome(verdict: Verdict, place: int) -> RuleOutcome | None:
    rule = AcceptanceRule.BLANK_CLEAN
    return next((one for one in verdict.outcomes if one.rule is rule and one.place == place), None)
