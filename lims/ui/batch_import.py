"""Bringing runs to a batch: from uploads or from a folder of the server, beside the page, with a bar for each run."""

import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from tempfile import mkdtemp
from typing import cast

import streamlit as st

from lims.domain.batch import Batch, BatchStatus
from lims.services.measuring import ImportOutcome
from lims.translation import Translator
from lims.ui import background
from lims.ui.plain import REFUSALS, show_refusal
from lims.ui.sections import attempt
from lims.ui.session import Visit

_TYPES = ("cdf", "mzml", "mzxml", "jdx", "dx", "zip")
_HALF = 0.5
Importing = Callable[[Callable[[Path, float], None]], tuple[ImportOutcome, ...]]


@dataclass(slots=True)
class _Shares:
    """How far each run is; written by the thread of the work, read by the page."""

    by_run: dict[Path, float] = field(default_factory=dict)

    def tell(self, path: Path, share: float) -> None:
        self.by_run[path] = share


def import_key(batch_number: str) -> str:
    """Name the work of importing into a batch, by which its person finds it again."""
    return f"import-{batch_number}"


def import_runs(visit: Visit, batch: Batch) -> None:
    """Show what an import came to or how far it is, and offer the next one as long as runs are missing."""
    t, key = visit.t, import_key(batch.number)
    begun = background.job(visit, key)
    if begun is None and batch.status is not BatchStatus.PLANNED:
        return
    st.subheader(t("Import runs"))
    if begun is not None:
        _what_became(visit, key)
    if batch.status is BatchStatus.PLANNED and (begun is None or begun.ended.is_set()):
        _form(visit, batch)


def _what_became(visit: Visit, key: str) -> None:
    try:
        found = background.result(visit, key, draw=_bars)
    except REFUSALS as error:
        show_refusal(error)
        return
    if found is None:
        return
    outcomes = cast("tuple[ImportOutcome, ...]", found)
    brought = sum(one.run is not None for one in outcomes)
    st.text(visit.t("{brought} of {count} files were brought in.", brought=brought, count=len(outcomes)))
    with st.container(border=True, gap="xsmall"):
        for outcome in sorted(outcomes, key=_rank):
            st.text(_outcome_words(visit.t, outcome))
    if st.button(visit.t("Seen"), key=f"{key}-seen"):
        background.forget(visit, key)
        st.rerun()


def _bars(visit: Visit, begun: background.Job) -> None:
    """Draw a bar for each run."""
    t = visit.t
    st.text(t("Under way since {moment}. You can work on other pages meanwhile.", moment=t.moment(begun.started_at)))
    shares = list(begun.detail.by_run.items()) if isinstance(begun.detail, _Shares) else []
    if not shares:
        st.progress(0.0, text=t("Waits for its turn, or is taken apart"))
        return
    st.dataframe(
        {
            t("File"): [path.name for path, _ in shares],
            t("Progress"): [share for _, share in shares],
            t("State"): [_share_words(t, share) for _, share in shares],
        },
        column_config={t("Progress"): st.column_config.ProgressColumn(format="percent", min_value=0.0, max_value=1.0)},
        hide_index=True,
        height="content",
    )


def _share_words(t: Translator, share: float) -> str:
    if share >= 1:
        return t("ended")
    return t("read") if share >= _HALF else t("waits")


def _form(visit: Visit, batch: Batch) -> None:
    t = visit.t
    offered = visit.laboratory.measuring.folders.offered()
    with st.form(f"import-{batch.number}-{batch.version}", clear_on_submit=True):
        files = st.file_uploader(
            t("Runs of this batch: files, zipped folders, or one archive with all of them"),
            type=_TYPES,
            accept_multiple_files=True,
            key=f"import-files-{batch.number}-{batch.version}",
        )
        folder = None
        if offered:
            folder = st.selectbox(
                t("or a folder of the server"),
                offered,
                index=None,
                placeholder=t("none"),
                key=f"import-folder-{batch.number}-{t.language}",
            )
        go_on = st.checkbox(
            t("Go on after a run that does not fit: I found out why"),
            help=t("Else the runs acquired after it wait. A file that cannot be read never stops the others."),
            key=f"import-go-on-{batch.number}",
        )
        pressed = st.form_submit_button(t("Import"), type="primary")
    if not pressed:
        return
    if bool(files) == (folder is not None):
        st.error(t("Choose either files or a folder."))
    elif folder is not None:
        attempt(lambda: _begin(visit, batch, _from_folder(visit, batch, str(folder), stop=not go_on)))
    else:
        attempt(lambda: _begin_uploads(visit, batch, [(one.name, one.getvalue()) for one in files], stop=not go_on))


def _from_folder(visit: Visit, batch: Batch, name: str, *, stop: bool) -> Importing:
    measuring, person = visit.laboratory.measuring, visit.person
    folder = measuring.folders.chosen(name)
    return lambda tell: measuring.import_folder(
        folder, batch_number=batch.number, actor=person, stop=stop, progress=tell
    )


def _begin_uploads(visit: Visit, batch: Batch, files: Sequence[tuple[str, bytes]], *, stop: bool) -> None:
    """Write the uploads down, because they end with the browser session, and import them."""
    folder = Path(mkdtemp(prefix="aigaq-import-"))
    uploads = [_written(folder / str(place), name, data) for place, (name, data) in enumerate(files)]
    (folder / "unpacked").mkdir()
    work = partial(_imported, visit, batch, folder, uploads, stop)
    try:
        begun = _begin(visit, batch, work)
    except REFUSALS:
        shutil.rmtree(folder)
        raise
    if not begun:
        shutil.rmtree(folder)


def _written(folder: Path, name: str, data: bytes) -> Path:
    folder.mkdir()
    path = folder / Path(name).name
    path.write_bytes(data)
    return path


def _imported(
    visit: Visit,
    batch: Batch,
    folder: Path,
    uploads: Sequence[Path],
    stop: bool,  # noqa: FBT001 - bound by partial
    tell: Callable[[Path, float], None],
) -> tuple[ImportOutcome, ...]:
    try:
        return visit.laboratory.measuring.import_uploads(
            uploads,
            folder=folder / "unpacked",
            batch_number=batch.number,
            actor=visit.person,
            stop=stop,
            progress=tell,
        )
    finally:
        shutil.rmtree(folder)


def _begin(visit: Visit, batch: Batch, work: Importing) -> bool:
    shares = _Shares()
    return background.start(
        visit,
        import_key(batch.number),
        lambda _: work(shares.tell),
        lane=background.Lane.MEASURING,
        detail=shares,
        waits=True,
    )


def _rank(outcome: ImportOutcome) -> int:
    """Put what needs a person first."""
    if outcome.refusal is not None:
        return 0
    if outcome.waits:
        return 1
    return 3 if outcome.known_as else 2


def _outcome_words(t: Translator, outcome: ImportOutcome) -> str:
    name = outcome.path.name
    if outcome.run is not None:
        return t("■ {file}: run {run}, place {place}", file=name, run=outcome.run.number, place=outcome.run.place)
    if outcome.refusal is not None:
        return t("✕ {file}: refused. {reason}", file=name, reason=str(outcome.refusal))
    if outcome.waits:
        return t("○ {file}: waits; a run before it does not fit", file=name)
    return t("◇ {file}: known already as run {run}", file=name, run=outcome.known_as)
