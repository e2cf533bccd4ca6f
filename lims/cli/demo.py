"""``aigaq demo``: the whole life of one exhibit, through the same services that the pages call."""

import base64
import json
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np

from lims.bootstrap import open_laboratory
from lims.cli.output import print_json, say
from lims.cli.verify import verify_file
from lims.domain.account import needs_second_factor
from lims.domain.competence import IDENTIFICATION_METHOD
from lims.domain.examination import Examination, ExaminedComponent
from lims.domain.record import Record
from lims.domain.report import Report
from lims.domain.review_checklist import NEWEST, Answer, AnsweredChecklist, ReviewKind, answered
from lims.domain.signature import SignatureConfirmation, SignatureMeaning
from lims.domain.staff import Role, StaffMember
from lims.errors import LimsError, SettingsError
from lims.services.accessioning import CaseFacts, ExhibitFacts
from lims.services.laboratory import Laboratory
from lims.services.second_factor import SKEW_STEPS, code_of, step_of
from lims.services.training import training_run
from lims.settings import Settings, load_settings
from spectra.formats import write_andi_cdf

ENOUGH_MATCH_FACTOR = 900
"""The demonstration's expert identifies from here on; a real one looks at the spectra."""
TRAINING_SEED = 20261122
ACCOUNTS_FILE = "demo-accounts.json"
_PEOPLE = (
    ("admin", "Demonstration Administrator", "administrator", (Role.ADMINISTRATOR, Role.LIBRARY_CURATOR)),
    ("technician", "Demonstration Technician", "technician", (Role.TECHNICIAN,)),
    ("expert-a", "Demonstration Expert A", "forensic chemist", (Role.EXPERT,)),
    ("expert-b", "Demonstration Expert B", "senior forensic chemist", (Role.EXPERT, Role.TECHNICAL_REVIEWER)),
    ("head", "Demonstration Head", "head of the laboratory", (Role.HEAD,)),
    ("quality", "Demonstration Quality Manager", "quality manager", (Role.QUALITY_MANAGER,)),
)
_COMPETENT = ("technician", "expert-a", "expert-b")


class WorkspaceTakenError(LimsError):
    """The folder for the demonstration holds something already."""

    def __init__(self, folder: Path) -> None:
        """Keep the folder."""
        super().__init__(f"{folder} is not empty")
        self.folder = folder

    def advice(self) -> str:
        """Say what to give instead."""
        return "Give a new folder with --workspace; each demonstration has a laboratory of its own"


@dataclass(slots=True)
class Story:
    """Tells each step as it happens, as text or gathered for JSON."""

    aloud: bool
    steps: list[str] = field(default_factory=list)

    def tell(self, text: str) -> None:
        """Tell one step."""
        self.steps.append(text)
        if self.aloud:
            say(f"{len(self.steps):2d}  {text}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Cast:
    """Who plays."""

    admin: StaffMember
    technician: StaffMember
    expert: StaffMember
    reviewer: StaffMember
    head: StaffMember
    passwords: Mapping[str, str] = field(repr=False)
    """By staff number."""
    devices: Mapping[str, "_Device"] = field(repr=False)
    """By staff number, of those whose roles need one."""

    def confirm(
        self, laboratory: Laboratory, person: StaffMember, meaning: SignatureMeaning, record: Record
    ) -> SignatureConfirmation:
        """Let a person confirm a signature, as the dialog of the pages does."""
        return laboratory.authentication.confirm(
            person.number,
            password=self.passwords[person.number],
            code=self.devices[person.number].code(laboratory.clock.now()),
            meaning=meaning,
            record=record,
        )


@dataclass(slots=True)
class _Device:
    """A person's authenticator application."""

    secret: str = field(repr=False)
    """Base32."""
    last_step: int = 0

    def code(self, now: datetime) -> str:
        """Show a code that was not shown before."""
        self.last_step = max(self.last_step + 1, step_of(now) - SKEW_STEPS)
        return code_of(base64.b32decode(self.secret), self.last_step)


def run_demo(
    *,
    workspace: Path | None,
    run: Path | None,
    library: Path | None,
    internal_standard: str,
    language: str | None,
    as_json: bool,
) -> None:
    """Play the demonstration and print each step and where the files are."""
    if (run is None) != (library is None):
        raise SettingsError("--run and --library belong together: a real run is searched in a real library")
    settings = _new_workspace(workspace)
    story = Story(aloud=not as_json)
    laboratory = open_laboratory(
        replace(
            settings, laboratory="Demonstration laboratory", address="Demonstration: no address of a real laboratory"
        )
    )
    story.tell(f"laboratory made in {settings.home}")
    cast = _register_people(laboratory, story)
    report = _play(laboratory, cast, story, run, library, internal_standard, language or settings.language)
    outcome = _deliver(laboratory, report, story)
    if as_json:
        print_json({"steps": story.steps, **outcome})


def _new_workspace(workspace: Path | None) -> Settings:
    folder = workspace
    if folder is None:
        demos = load_settings().home / "demo"
        numbers = (int(child.name) for child in demos.glob("[0-9]*") if child.name.isdigit())
        folder = demos / str(max(numbers, default=0) + 1)
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise WorkspaceTakenError(folder)
    return load_settings(home=folder)


def _register_people(laboratory: Laboratory, story: Story) -> Cast:
    people = {}
    passwords = {}
    admin: StaffMember | None = None
    for number, name, post, roles in _PEOPLE:
        passwords[number] = secrets.token_urlsafe(12)
        member = StaffMember(number=number, name=name, post=post, roles=roles)
        people[number] = laboratory.staffing.register(member, password=passwords[number], actor=admin)
        admin = admin or member
    people |= _confirm(laboratory, people)
    for number in [number for number in people if number != "admin"]:
        passwords[number] = _choose_password(laboratory, number, passwords[number])
    path = laboratory.settings.home / ACCOUNTS_FILE
    path.touch(mode=0o600)
    devices = {number: _enrol(laboratory, number) for number, one in people.items() if needs_second_factor(one)}
    known = {
        number: {"password": password, "second_factor": devices[number].secret if number in devices else None}
        for number, password in passwords.items()
    }
    path.write_text(json.dumps(known, indent=2) + "\n", "utf-8")
    story.tell(f"{len(people)} people registered and confirmed; how they sign in to 'aigaq serve' is in {path}")
    return Cast(
        admin=people["admin"],
        technician=people["technician"],
        expert=people["expert-a"],
        reviewer=people["expert-b"],
        head=people["head"],
        passwords=passwords,
        devices=devices,
    )


def _choose_password(laboratory: Laboratory, number: str, first: str) -> str:
    """Choose an own password in place of the administrator's, as a person does at the first sign-in."""
    own = secrets.token_urlsafe(12)
    laboratory.authentication.change_password(number, password=first, code="", new_password=own)
    return own


def _enrol(laboratory: Laboratory, number: str) -> _Device:
    """Enrol a second factor, as a person does at the first sign-in."""
    device = _Device(laboratory.authentication.begin_enrolment(number).secret)
    if not laboratory.authentication.finish_enrolment(number, device.code(laboratory.clock.now())):
        raise LimsError(f"the first code of {number} was refused")
    return device


def _confirm(laboratory: Laboratory, people: dict[str, StaffMember]) -> dict[str, StaffMember]:
    """Put the roles in force, by a second person, and grant the competences that the play needs."""
    manager = laboratory.staffing.confirm("quality", actor=people["admin"])
    others = [number for number in people if number not in {"admin", "quality"}]
    confirmed = {number: laboratory.staffing.confirm(number, actor=manager) for number in others}
    for number in _COMPETENT:
        laboratory.qualifying.grant(
            number,
            IDENTIFICATION_METHOD,
            basis="demonstration: no training file stands behind it",
            valid_from=laboratory.staffing.today(),
            actor=manager,
        )
    return confirmed | {"quality": manager}


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
    recorded = laboratory.importing.import_run(source, exhibit_number=exhibit, actor=cast.technician)
    marked = f" - {recorded.simulation_statement}" if recorded.simulation_statement else ""
    story.tell(f"run {recorded.number} imported from {source}: {recorded.scans} scans{marked}")
    examination = laboratory.examining.open(recorded.number, release_name=release, actor=cast.expert)
    story.tell(
        f"searched in {examination.basis.release_spectra} spectra of {release}: {len(examination.components)} "
        f"components, {examination.unreported_components} weaker peaks below the reporting limit"
    )
    for text in _decide(laboratory, examination, cast.expert, internal_standard):
        story.tell(text)
    concluded = laboratory.examining.conclude(examination.number, actor=cast.expert)
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
        checklist=_answers(ReviewKind.TECHNICAL),
        confirmation=cast.confirm(laboratory, cast.reviewer, SignatureMeaning.TECHNICAL_REVIEWER, drafted),
    )
    story.tell(f"reviewed and signed by {cast.reviewer.name}")
    cleared = laboratory.administering.approve(
        reviewed.number,
        actor=cast.head,
        checklist=_answers(ReviewKind.ADMINISTRATIVE),
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


def _answers(kind: ReviewKind) -> AnsweredChecklist:
    """Answer a checklist as the demonstration can: nobody looked, and each remark says so."""
    keys = NEWEST[kind].keys
    remark = "demonstration: answered by the program, nobody looked"
    return answered(kind, dict.fromkeys(keys, Answer.NOT_APPLICABLE), dict.fromkeys(keys, remark))


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
    return recorded.number, path


def _receive(laboratory: Laboratory, cast: Cast, story: Story) -> str:
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
    return exhibit.number


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
    story.tell(f"report written to {path}")
    verification = verify_file(path, laboratory)
    story.tell(f"report verified: {verification.verdict.value}")
    ledger = laboratory.auditing.verify()
    story.tell(f"ledger verified: {'intact' if ledger.intact else 'BROKEN'}, {ledger.chain.entries} entries")
    if not laboratory.desk.evidence:
        story.tell("signed with keys made for demonstration: DEMO - NOT EVIDENCE")
    story.tell(f"look at it: aigaq serve --home {laboratory.settings.home}")
    roots = laboratory.settings.home / "trust-roots.pem"
    roots.write_bytes(b"".join(laboratory.desk.trust_roots))
    return {
        "report": report.number,
        "pdf": str(path),
        "trust_roots": str(roots),
        "verdict": verification.verdict.value,
        "ledger_intact": ledger.intact,
        "home": str(laboratory.settings.home),
        "finished_at": _text(laboratory.clock.now()),
    }


def _text(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")
