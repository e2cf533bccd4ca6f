"""``aigaq demo``: the whole life of one exhibit, then a week of three laboratories; all through the pages' services."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np

from lims.bootstrap import open_laboratory
from lims.cli.output import print_json, say
from lims.cli.verify import verify_file
from lims.demo.before_work import hand_over, warn
from lims.demo.copies import photograph, write_copies
from lims.demo.law import determine_found
from lims.demo.own_files import OwnFileReader
from lims.demo.people import Cast, not_looked_at, register_people
from lims.demo.stage import prepared
from lims.demo.story import Story
from lims.demo.story_clock import WORKING_DAYS, StoryClock, is_over, last_monday, morning_of
from lims.demo.week import play_week
from lims.domain.examination import Examination, ExaminedComponent
from lims.domain.exhibit import Exhibit
from lims.domain.report import Report
from lims.domain.review_checklist import ReviewKind
from lims.domain.signature import SignatureMeaning
from lims.domain.staff import StaffMember
from lims.errors import LimsError, SettingsError
from lims.reporting.trust_file import trust_file
from lims.services.accessioning import CaseFacts, ExhibitFacts
from lims.services.answering import AnswerFacts
from lims.services.laboratory import Laboratory
from lims.services.training import training_run
from lims.settings import Settings, load_settings
from lims.settings_template import write_safe_settings
from lims.system_clock import SystemClock
from spectra.formats import write_andi_cdf

ENOUGH_MATCH_FACTOR = 900
"""The demonstration's expert identifies from here on; a real one looks at the spectra."""
TRAINING_SEED, PRACTICE_SEED = 20261122, 20261123
PRACTICE_RUN = "practice-run.cdf"
"""File in the folder of the demonstration; docs/guide begins with it."""
_MAX_LISTED = 10_000


class WorkspaceTakenError(LimsError):
    """The folder for the demonstration holds something already."""

    def __init__(self, folder: Path) -> None:
        """Keep the folder."""
        super().__init__(f"{folder} is not empty")
        self.folder = folder

    def advice(self) -> str:
        """Say what to give instead."""
        return "Give a new folder with --workspace; each demonstration has a laboratory of its own"


@dataclass(frozen=True, slots=True, kw_only=True)
class WantedWeek:
    """Which week is played."""

    monday: date | None = None
    """On which it begins; None for the newest one that is over."""
    days: int = WORKING_DAYS


def run_demo(
    *,
    workspace: Path | None,
    run: Path | None,
    library: Path | None,
    internal_standard: str,
    language: str | None,
    as_json: bool,
    week: WantedWeek | None = None,
) -> None:
    """Play the demonstration and print each step and where the files are.

    Parameters
    ----------
    week : WantedWeek, optional
        The simulated week that follows the one case; None for none.
    """
    if (run is None) != (library is None):
        raise SettingsError("--run and --library belong together: a real run is searched in a real library")
    if week is not None and run is not None:
        raise SettingsError("a simulated week does not follow a real run; leave --week out")
    settings = _new_workspace(workspace)
    story = Story(say=None if as_json else say)
    clock = _story_clock(settings, week.monday) if week else None
    laboratory = _opened(settings, clock)
    story.tell(f"laboratory made in {settings.home}")
    cast = register_people(laboratory, story)
    report = _play(laboratory, cast, story, run, library, internal_standard, language or settings.language)
    outcome = _deliver(laboratory, report, story) | write_copies(laboratory, cast, report, story)
    if clock is not None and week is not None:
        outcome["week"] = _play_week(laboratory, cast, clock, story, week.days)
    story.tell(f"look at it: aigaq serve --home {laboratory.settings.home}")
    if as_json:
        print_json({"steps": story.steps, **outcome})


def _opened(settings: Settings, clock: StoryClock | None) -> Laboratory:
    """Open the laboratory; with the clock of a story, also with the story's chance, and without a process around it."""
    if clock is None:
        return open_laboratory(settings)
    return prepared(open_laboratory(settings, clock=clock, file_reader=OwnFileReader()))


def _story_clock(settings: Settings, monday: date | None) -> StoryClock:
    """Give a clock that stands on the Monday morning of a week that is over, so that the program goes on after it."""
    zone = ZoneInfo(settings.time_zone)
    now = SystemClock().now()
    begin = monday or last_monday(now, zone)
    if begin.weekday() or not is_over(begin, now, zone):
        raise SettingsError(f"--monday {begin}: expected a Monday whose working week is over")
    return StoryClock(moment=morning_of(begin, zone))


def _play_week(laboratory: Laboratory, cast: Cast, clock: StoryClock, story: Story, days: int) -> dict[str, Any]:
    """Play the week after the one case, and verify the ledger once more."""
    played = play_week(laboratory, cast, clock=clock, story=story, days=days)
    ledger = laboratory.auditing.verify()
    story.tell(f"ledger verified: {'intact' if ledger.intact else 'BROKEN'}, {ledger.chain.entries} entries")
    return {
        "monday": played.monday.isoformat(),
        "cases": len(laboratory.accessioning.cases(limit=_MAX_LISTED)),
        "exhibits": len(laboratory.accessioning.exhibits(limit=_MAX_LISTED)),
        "signed_reports": list(played.reports),
        "ledger_intact": ledger.intact,
        "entries": ledger.chain.entries,
    }


def _new_workspace(workspace: Path | None) -> Settings:
    folder = workspace
    if folder is None:
        demos = load_settings().home / "demo"
        numbers = (int(child.name) for child in demos.glob("[0-9]*") if child.name.isdigit())
        folder = demos / str(max(numbers, default=0) + 1)
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise WorkspaceTakenError(folder)
    write_safe_settings(
        folder, laboratory="Demonstration laboratory", address="Demonstration: no address of a real laboratory"
    )
    return load_settings(home=folder)


def _play(
    laboratory: Laboratory,
    cast: Cast,
    story: Story,
    run: Path | None,
    library: Path | None,
    internal_standard: str,
    language: str,
) -> Report:
    release, source = _materials(laboratory, cast, story, run, library)
    exhibit = _receive(laboratory, cast, story)
    photograph(laboratory, cast, exhibit, story)
    warn(laboratory, cast, exhibit, story)
    recorded = laboratory.importing.import_run(source, exhibit_number=exhibit.number, actor=cast.technician)
    marked = f" - {recorded.simulation_statement}" if recorded.simulation_statement else ""
    story.tell(f"run {recorded.number} imported from {source}: {recorded.scans} scans{marked}")
    hand_over(laboratory, cast, exhibit, story)
    examination = laboratory.examining.open(recorded.number, release_name=release, actor=cast.expert)
    story.tell(
        f"searched in {examination.basis.release_spectra} spectra of {release}: {len(examination.components)} "
        f"components, {examination.unreported_components} weaker peaks below the reporting limit"
    )
    for text in _decide(laboratory, examination, cast.expert, internal_standard):
        story.tell(text)
    concluded = laboratory.examining.conclude(examination.number, actor=cast.expert)
    determine_found(laboratory, cast, concluded, story)
    answer = AnswerFacts(words="See what was found, and what an identification would need (demo).")
    concluded = laboratory.examining.answer_question(concluded.number, 1, answer, actor=cast.expert)
    return _sign_and_issue(laboratory, cast, story, concluded, language)


def _sign_and_issue(laboratory: Laboratory, cast: Cast, story: Story, concluded: Examination, language: str) -> Report:
    drafted = laboratory.reporting.draft(
        concluded.number,
        reviewer=cast.reviewer.number,
        language=language,
        actor=cast.expert,
        confirmation=cast.confirm(laboratory, cast.expert, SignatureMeaning.AUTHOR, concluded),
    )
    story.tell(f"examination concluded; report {drafted.number} composed and signed by {cast.expert.name}")
    reviewed = laboratory.reviewing.approve(
        drafted.number,
        actor=cast.reviewer,
        checklist=not_looked_at(ReviewKind.TECHNICAL),
        confirmation=cast.confirm(laboratory, cast.reviewer, SignatureMeaning.TECHNICAL_REVIEWER, drafted),
    )
    story.tell(f"reviewed and signed by {cast.reviewer.name}")
    cleared = laboratory.administering.approve(
        reviewed.number,
        actor=cast.head,
        checklist=not_looked_at(ReviewKind.ADMINISTRATIVE),
        confirmation=cast.confirm(laboratory, cast.head, SignatureMeaning.ADMINISTRATIVE_REVIEWER, reviewed),
    )
    story.tell(f"administrative review signed by {cast.head.name}")
    issued = laboratory.releasing.release(
        cleared.number,
        actor=cast.head,
        confirmation=cast.confirm(laboratory, cast.head, SignatureMeaning.RELEASER, cleared),
    )
    story.tell(f"issued by {cast.head.name}")
    return issued


def _materials(
    laboratory: Laboratory, cast: Cast, story: Story, run: Path | None, library: Path | None
) -> tuple[str, Path]:
    if run is not None and library is not None:
        recorded = laboratory.curating.add_release(library, actor=cast.admin)
        story.tell(f"library release {recorded.number} recorded: {recorded.spectra} spectra")
        return recorded.number, run
    recorded = laboratory.curating.add_training_release(actor=cast.admin)
    story.tell(f"library release {recorded.number} recorded: {recorded.spectra} entries for {recorded.purpose} only")
    path = laboratory.settings.home / "training-run.cdf"
    path.write_bytes(write_andi_cdf(training_run(random=np.random.default_rng(TRAINING_SEED))))
    story.tell(f"SIMULATED training run written to {path}")
    practice = laboratory.settings.home / PRACTICE_RUN
    practice.write_bytes(write_andi_cdf(training_run(random=np.random.default_rng(PRACTICE_SEED))))
    story.tell(f"another one, that nobody imports, written to {practice}: it is for who follows the guide")
    return recorded.number, path


def _receive(laboratory: Laboratory, cast: Cast, story: Story) -> Exhibit:
    case = laboratory.accessioning.register_case(
        CaseFacts(
            appointing_body="Demonstration: no body appointed this examination",
            questions=("Which substances does the exhibit contain?",),
            demonstration=True,
        ),
        actor=cast.technician,
    )
    exhibit = laboratory.accessioning.register_exhibit(
        case.number,
        ExhibitFacts(description="Demonstration exhibit", seal_number="DEMO-1", seal_intact=True),
        actor=cast.technician,
    )
    story.tell(f"case {case.number} and exhibit {exhibit.number} registered")
    return exhibit


def _decide(
    laboratory: Laboratory, examination: Examination, expert: StaffMember, internal_standard: str
) -> Iterator[str]:
    examining = laboratory.examining
    for component in examination.components:
        best = component.candidates[0] if component.candidates else None
        where = f"component {component.number} at {component.retention_time_s} s"
        if best is None or best.match_factor < ENOUGH_MATCH_FACTOR:
            reason = f"no candidate reaches match factor {ENOUGH_MATCH_FACTOR}"
            examining.leave_unidentified(examination.number, component.number, reason=reason, actor=expert)
            yield f"{where}: not identified, {_best(component)}"
        elif best.name.casefold() == internal_standard.casefold():
            reason = "Internal standard added by the laboratory."
            examining.mark_internal_standard(examination.number, component.number, rank=1, reason=reason, actor=expert)
            yield f"{where}: {best.name}, the internal standard (--internal-standard)"
        else:
            examining.identify(examination.number, component.number, rank=1, actor=expert)
            yield f"{where}: identified as {best.name}, match factor {best.match_factor:.0f}"


def _best(component: ExaminedComponent) -> str:
    if not component.candidates:
        return "no candidate"
    best = component.candidates[0]
    return f"best candidate {best.name} with match factor {best.match_factor:.0f}"


def _deliver(laboratory: Laboratory, report: Report, story: Story) -> dict[str, Any]:
    path = laboratory.settings.home / f"{report.number}.pdf"
    path.write_bytes(laboratory.reporting.document(report.number))
    receipt = laboratory.receipting.make(report.number, actor=laboratory.staffing.get(report.releaser))
    beside = path.with_name(receipt.file_name)
    beside.write_bytes(receipt.to_bytes())
    story.tell(f"report written to {path}, its receipt to {beside}")
    verification = verify_file(path, laboratory)
    story.tell(f"report verified: {verification.verdict.value}")
    ledger = laboratory.auditing.verify()
    story.tell(f"ledger verified: {'intact' if ledger.intact else 'BROKEN'}, {ledger.chain.entries} entries")
    if not laboratory.desk.evidence:
        story.tell("signed with keys made for demonstration: DEMO - NOT EVIDENCE")
    roots = laboratory.settings.home / "trust-roots.pem"
    roots.write_bytes(trust_file(laboratory.desk.trust_roots, laboratory.checkpointing.identity().keys))
    return {
        "report": report.number,
        "pdf": str(path),
        "receipt": str(beside),
        "trust_roots": str(roots),
        "verdict": verification.verdict.value,
        "ledger_intact": ledger.intact,
        "home": str(laboratory.settings.home),
        "finished_at": _text(laboratory.clock.now()),
    }


def _text(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")
