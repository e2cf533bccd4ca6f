"""Every run of the exhibit, also those that were discarded, repeated or not used (rule RP-1.12)."""

from collections.abc import Iterator

from lims.domain.report_circumstances import ListedRun
from lims.domain.report_content import ReportContent
from lims.reporting.blocks import Align, Block, Column, Heading, Paragraph, Table
from lims.reporting.wording import or_unknown
from lims.translation import Translator

_DIGEST_SHOWN = 12


def all_runs(content: ReportContent, *, t: Translator) -> Iterator[Block]:
    """Give the list of all runs; nothing of a report that was made before runs were listed."""
    runs = content.circumstances.all_runs
    if not runs:
        return
    yield Heading(level=2, text=t("All runs of the exhibit"))
    yield Table(columns=_columns(t=t), rows=tuple(_row(one, t=t) for one in runs))
    yield Paragraph(
        text=t(
            "Every run that is on record for the exhibit and its parts is listed, whether it was used or not. Of the "
            "SHA-256 of the raw data the first {count} characters are printed; the attached data hold all of them.",
            count=_DIGEST_SHOWN,
        )
    )


def _columns(*, t: Translator) -> tuple[Column, ...]:
    return (
        Column(title=t("Run"), align=Align.LEFT, share=5),
        Column(title=t("File; SHA-256"), align=Align.LEFT, share=7),
        Column(title=t("Time as written by the instrument"), align=Align.LEFT, share=6),
        Column(title=t("Batch"), align=Align.LEFT, share=4),
        Column(title=t("What became of it"), align=Align.LEFT, share=10),
    )


def _row(run: ListedRun, *, t: Translator) -> tuple[str, ...]:
    return (
        run.number,
        f"{run.file_name}\n{run.sha256[:_DIGEST_SHOWN]}",
        or_unknown(run.acquired_at, t=t),
        run.batch_number or t("none"),
        "\n".join(_fate(run, t=t)),
    )


def _fate(run: ListedRun, *, t: Translator) -> Iterator[str]:
    if run.reported:
        yield t("described in this report")
    if run.discard_reason:
        yield t("discarded from the batch: {reason}", reason=run.discard_reason)
    for one in run.examinations:
        found = ", ".join(dict.fromkeys(one.found)) or t("nothing")
        state = t(one.status.value)
        yield t("examination {number}, {state}; found: {names}", number=one.number, state=state, names=found)
    if not run.examinations:
        yield t("not examined")
