"""What the report says of the batch: its verdict, the blank before the exhibit, what went wrong, what was left out."""

from collections.abc import Iterator

from lims.domain.report_content import BatchSection, BlankSection, DiscardedRunSection, NonconformitySection, RunSection
from lims.reporting.blocks import Block, Bullets, Fact, Facts, Paragraph
from lims.reporting.wording import fixed, or_unknown
from lims.translation import Translator


def batch_of(run: RunSection, *, t: Translator) -> Iterator[Block]:
    """Give what the batch says about a run, or what its absence means."""
    if run.batch is None:
        yield Paragraph(
            text=t(
                "Run {run} was measured outside a batch: no blank before it and no control with it are on record. "
                "Carry-over is therefore not excluded.",
                run=run.number,
            ),
            strong=True,
        )
        return
    yield Paragraph(text=t("Batch of run {run}", run=run.number), strong=True, with_next=True)
    yield Facts(rows=tuple(_facts(run.batch, t=t)))
    if not run.batch.passed:
        rules = ", ".join(t(rule) for rule in run.batch.failed_rules)
        yield Paragraph(text=t("Acceptance rules of the batch that were not met: {rules}.", rules=rules), strong=True)
    if run.batch.nonconformities:
        yield Paragraph(text=t("Nonconformities of the batch, and what was done:"), with_next=True)
        yield Bullets(items=tuple(_nonconformity(one, t=t) for one in run.batch.nonconformities))
    if run.batch.discarded:
        yield Paragraph(text=t("Runs that were discarded from the batch:"), with_next=True)
        yield Bullets(items=tuple(_discarded(one) for one in run.batch.discarded))


def _facts(batch: BatchSection, *, t: Translator) -> Iterator[Fact]:
    place = t(
        "{batch}, place {place} of {injections}", batch=batch.number, place=batch.place, injections=batch.injections
    )
    yield Fact(label=t("Batch"), value=place)
    method = t(
        "{method}, version {version}: {title}",
        method=batch.method_number,
        version=batch.method_version,
        title=batch.method_title,
    )
    yield Fact(label=t("Method of the batch"), value=method)
    yield Fact(label=t("Basis of the acceptance limits"), value=batch.limits_basis)
    verdict = t("every acceptance rule met") if batch.passed else t("released with a nonconformity")
    yield Fact(label=t("Verdict"), value=f"{verdict}, {t.moment(batch.judged_at)}")
    if batch.blank is not None:
        yield Fact(label=t("Blank before the exhibit"), value=_blank(batch.blank, t=t))


def _blank(blank: BlankSection, *, t: Translator) -> str:
    run = or_unknown(blank.run_number, t=t)
    if blank.value is None or blank.limit is None:
        return t("run {run}: nothing could be compared with the lowest calibrator", run=run)
    facts = {"run": run, "value": fixed(blank.value, places=4, t=t), "limit": t.number(blank.limit)}
    if blank.passed:
        return t("run {run}: clean, {value} of the lowest calibrator's response (at most {limit})", **facts)
    return t("run {run}: NOT clean, {value} of the lowest calibrator's response (at most {limit})", **facts)


def _nonconformity(one: NonconformitySection, *, t: Translator) -> str:
    return t(
        "Cause: {cause} Done: {action} Meaning for the results: {impact} Decided by {person}, {moment}.",
        cause=one.cause,
        action=one.action,
        impact=one.impact,
        person=one.decided_by,
        moment=t.moment(one.decided_at),
    )


def _discarded(one: DiscardedRunSection) -> str:
    return f"{one.run_number} ({one.sample_name}): {one.reason}"
