"""A laboratory with a person of every role and standing, and a record in every state that an act begins from.

People and states are written past the door, so that the worst is there already: an examination whose examiner holds no
role for it. What is tested then goes through the real services and the real door. Nothing is kept: a transaction that
would be committed says so instead.
"""

import dataclasses
from collections.abc import Callable, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any, Self, TypeVar

from lims.domain.account import Account
from lims.domain.batch import Batch
from lims.domain.case import Case
from lims.domain.competence import IDENTIFICATION_METHOD, Competence
from lims.domain.examination import Examination, ExaminationStatus
from lims.domain.exhibit import Exhibit
from lims.domain.permissions import Act
from lims.domain.question_answer import QuestionAnswer
from lims.domain.record import Record
from lims.domain.report import Report, ReportStatus
from lims.domain.report_item import ReportItem
from lims.domain.signature import SignatureMeaning
from lims.domain.staff import Absence, Delegation, Role, RoleProposal, StaffMember
from lims.persistence.store import SqlStore
from lims.services.accessioning import CaseFacts, ExhibitFacts
from lims.services.answering import AnswerFacts
from lims.services.batching import BatchPlan
from lims.services.permitting import Rights
from lims.services.ports import UnitOfWork
from lims.services.seeing import over
from tests.builders.batches import METHOD, BatchDesk, acquired, injections, method, planned
from tests.builders.custody_cells import CUSTODY_CELLS
from tests.builders.custody_cells import write_states as write_custody
from tests.builders.examining_cells import EXAMINING_CELLS
from tests.builders.examining_cells import write_states as write_examining
from tests.builders.isomer_strategies import ISOMER_CELLS
from tests.builders.isomer_strategies import prepare as prepare_isomers
from tests.builders.isomer_strategies import write_states as write_isomers
from tests.builders.laboratories import EXAMINATION, EXPERT, HEAD, PASSWORD, REPORT, REVIEWER, Bench, PlainDesk
from tests.builders.law_cells import LAW_CELLS
from tests.builders.law_cells import write_states as write_law
from tests.builders.library_cells import LIBRARY_CELLS
from tests.builders.library_cells import prepare as prepare_library
from tests.builders.measuring_cells import MEASURING_CELLS
from tests.builders.measuring_cells import write_states as write_measuring
from tests.builders.nonconformity_cells import NONCONFORMITY_CELLS
from tests.builders.nonconformity_cells import write_states as write_nonconformities
from tests.builders.people import LONG_AGO
from tests.builders.receiving import RECEIVING_CELLS, receiving_states
from tests.builders.reviewing_cells import REVIEWING_CELLS
from tests.builders.reviewing_cells import write_states as write_reviewing
from tests.builders.reviews import TECHNICAL_YES
from tests.builders.upkeep_cells import UPKEEP_CELLS
from tests.builders.upkeep_cells import prepare as prepare_upkeep
from tests.builders.upkeep_cells import write_states as write_deputies
from tests.builders.watch_cells import WATCH_CELLS
from tests.builders.watch_cells import prepare as prepare_watch
from tests.builders.watch_cells import write_states as write_watch

R = TypeVar("R", bound=Record)
BENCH_ROLES = (Role.TECHNICIAN, Role.EXPERT, Role.TECHNICAL_REVIEWER)
CASE = "2026-0001"
RUN = "2026-0001/1-R1"
CLEAN_EXHIBIT = f"{CASE}/77"
UNTOUCHED_EXHIBIT = f"{CASE}/78"
"""Nobody of the people here had a part in the work on it."""
DAY = timedelta(days=1)


class Reached(Exception):  # noqa: N818 - no error: the act was let through
    """Raised in place of a commit."""


class DryUnitOfWork:
    """A real transaction that writes everything, duties and lists too, and stops where it would be committed."""

    def __init__(self, work: UnitOfWork) -> None:
        self._work = work

    def __enter__(self) -> Self:
        self._work.__enter__()
        return self

    def __exit__(self, *failure: object) -> None:
        self._work.__exit__(*failure)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._work, name)

    def commit(self) -> None:
        self._work.count(Account)  # what waits is written: constraints speak now
        raise Reached


class DryStore:
    """A store whose transactions are never committed."""

    def __init__(self, store: SqlStore) -> None:
        self._store = store

    def unit_of_work(self) -> DryUnitOfWork:
        return DryUnitOfWork(self._store.unit_of_work())

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)


class WillingDesk(PlainDesk):
    """Signs whatever it is given: signatures are not what is tested here."""

    def _sign(self, pdf: bytes, part: str, person: Any, number: str, at: Any, *rest: Any) -> Any:
        return super()._sign(f'"number":"{number}"\nsigned as expert '.encode() + pdf, part, person, number, at, *rest)


@dataclasses.dataclass
class RightsLab:
    """The laboratory, its people by standing, and its services over the dry store."""

    bench: Bench
    desk: BatchDesk
    people: dict[str, StaffMember] = dataclasses.field(default_factory=dict)
    checkpoint: Any = None
    """One of the ledger as it was when the laboratory was made."""
    writing: UnitOfWork | None = None
    """The transaction that writes people and states; SQLite lets nobody else read while a large one is written."""
    dry: dict[str, Any] = dataclasses.field(default_factory=dict)

    def call(self, service: str) -> Any:
        """Give a service over the dry store; one that keeps passwords keeps its own."""
        if service not in self.dry:
            one = getattr(self.bench, service)
            authentication = type(self.bench.authentication)
            keep = () if isinstance(one, authentication) else (authentication,)
            self.dry[service] = over(one, DryStore(self.bench.store), keep=keep)
        return self.dry[service]

    def load(self, kind: type[R], number: str, version: int | None = None) -> R:
        if self.writing is not None:
            return self.writing.load(kind, number, version=version)
        with self.bench.store.reading() as work:
            return work.load(kind, number, version=version)

    def confirmed(self, person: StaffMember, meaning: SignatureMeaning, record: Record) -> Any:
        return self.bench.confirmed(person, meaning, record)


def make_rights_lab(bench: Bench, training_file: Path) -> RightsLab:
    """Bring a case to an issued report by the usual steps, measure a batch, then write everybody and every state."""
    bench.desk = WillingDesk()
    bench.__post_init__()
    bench.hire()
    bench.issued(training_file)
    bench.hire = lambda: None  # type: ignore[method-assign]  # the people are there
    desk = planned(bench)
    desk.measure_all()
    bench.batching.judge(desk.batch.number, actor=EXPERT)
    lab = RightsLab(bench=bench, desk=desk)
    prepare_library(lab)
    prepare_isomers(lab)
    prepare_watch(lab)
    open_store = SqlStore(bench.engine, rights=Rights(enforced=False))
    with open_store.unit_of_work() as work:
        lab.writing = work
        _write_people(lab, work)
        _write_states(lab, work)
        work.commit()
    lab.writing = None
    prepare_upkeep(lab)
    return lab


def _write(lab: RightsLab, work: UnitOfWork, record: Record) -> None:
    work.record(record, act="tested", actor=EXPERT, at=lab.bench.clock.now())


def _write_signed(lab: RightsLab, work: UnitOfWork, report: Report) -> None:
    """Write a report with the signatures of its author and its reviewers, as the gate looks for them."""
    now = lab.bench.clock.now()
    steps = (
        (1, Act.REPORT_DRAFTED, EXPERT, SignatureMeaning.AUTHOR),
        (2, Act.REPORT_REVIEWED, REVIEWER, SignatureMeaning.TECHNICAL_REVIEWER),
        (3, Act.REPORT_ADMINISTRATIVELY_REVIEWED, HEAD, SignatureMeaning.ADMINISTRATIVE_REVIEWER),
    )
    for version, act, actor, meaning in steps:
        proof = lab.confirmed(actor, meaning, report).proof(name=actor.name)
        work.record(dataclasses.replace(report, version=version), act=act, actor=actor, at=now, signature=proof)


def _write_people(lab: RightsLab, work: UnitOfWork) -> None:
    now = lab.bench.clock.now()
    today = now.date()
    away = Absence(first_day=today, last_day=None, recorded_by="head")
    for role in Role:
        name = role.value.replace(" ", "-")
        one = StaffMember(number=f"p-{name}", name="P", post="p", roles=(role,))
        proposed = RoleProposal(roles=(role,), proposed_by="admin", proposed_at=now)
        for member in (
            one,
            dataclasses.replace(one, number=f"unconfirmed-{name}", roles=(), proposal=proposed),
            dataclasses.replace(one, number=f"absent-{name}", absences=(away,)),
            dataclasses.replace(one, number=f"left-{name}", left_at=now),
        ):
            lab.people[member.number] = member
    for role in (Role.HEAD, Role.QUALITY_MANAGER):
        lent = Delegation(
            role=role, given_by="head" if role is Role.HEAD else "quality", first_day=today, last_day=today
        )
        number = f"lent-{role.value.replace(' ', '-')}"
        past = dataclasses.replace(lent, first_day=today - 9 * DAY, last_day=today - DAY)
        curator = StaffMember(number=number, name="L", post="p", roles=(Role.LIBRARY_CURATOR,), delegations=(lent,))
        lab.people[number] = curator
        lab.people[f"past-{number}"] = dataclasses.replace(curator, number=f"past-{number}", delegations=(past,))
    for number in ("competent", "never", "expired", "future", "withdrawn"):
        lab.people[number] = StaffMember(number=number, name="C", post="p", roles=(*BENCH_ROLES, Role.HEAD))
    for member in lab.people.values():
        _write(lab, work, member)
    for member in (EXPERT, REVIEWER, HEAD):  # one of each side of the case, with every role of a case
        before = work.load(StaffMember, member.number)
        wide = dataclasses.replace(before, roles=(*BENCH_ROLES, Role.HEAD), version=before.version + 1)
        lab.people[f"side-{member.number}"] = wide
        _write(lab, work, wide)
    _write_competences(lab, work)


def _write_competences(lab: RightsLab, work: UnitOfWork) -> None:
    now = lab.bench.clock.now()
    today = now.date()
    facts: Mapping[str, dict[str, Any]] = {
        "expired": {"valid_until": today - DAY},
        "future": {"valid_from": today + DAY},
        "withdrawn": {"withdrawn_at": now, "withdrawn_by": "quality", "withdrawal_reason": "r"},
    }
    for member in lab.people.values():
        if member.number in {"never", EXPERT.number, REVIEWER.number, HEAD.number}:
            continue
        for place, name in enumerate((IDENTIFICATION_METHOD, METHOD), start=1):
            usual: dict[str, Any] = {
                "number": f"{member.number}-K{place}",
                "person": member.number,
                "method": name,
                "valid_from": LONG_AGO,
                "valid_until": None,
                "basis": "b",
                "granted_by": "quality",
                "granted_at": now,
            }
            _write(lab, work, Competence(**{**usual, **facts.get(member.number, {})}))


def _write_states(lab: RightsLab, work: UnitOfWork) -> None:
    """Write an examination and a report in each state, named after the person whose act comes next."""
    newest = work.load(Examination, EXAMINATION).version
    by_status = {
        one.status: one for one in (work.load(Examination, EXAMINATION, version=v) for v in range(newest, 0, -1))
    }
    opened = work.load(Examination, EXAMINATION, version=1)
    concluded, reviewed = by_status[ExaminationStatus.CONCLUDED], by_status[ExaminationStatus.REVIEWED]
    reports = {one.status: one for one in (work.load(Report, REPORT, version=v) for v in range(1, 6))}

    def examination(kind: str, person: str, basis: Examination, **facts: Any) -> str:
        number = f"{kind} of {person}"
        _write(lab, work, dataclasses.replace(basis, number=number, version=1, **facts))
        return number

    clean = dataclasses.replace(work.load(Exhibit, opened.exhibit_number), number=CLEAN_EXHIBIT)
    _write(lab, work, clean)  # nothing of the gate RP-1 stands against its reports
    _write(lab, work, dataclasses.replace(clean, number=UNTOUCHED_EXHIBIT))
    case = work.load(Case, CASE)
    _write(lab, work, dataclasses.replace(case, questions=("What is it?",), version=case.version + 1))
    reason = {"reason": "r", "stated_by": "somebody", "stated_at": lab.bench.clock.now()}
    answers = (QuestionAnswer(question=1, wording="What is it?", **reason),)

    def report(kind: str, person: str, status: ReportStatus, **facts: Any) -> None:
        _write(
            lab, work, dataclasses.replace(reports[status], number=f"{kind} of {person}", version=1, basis=(), **facts)
        )

    for member in lab.people.values():
        person = member.number
        examination("open", person, opened, examiner=person)
        examination("decided", person, concluded, examiner=person, status=ExaminationStatus.OPEN)
        examination("concluded", person, concluded, examiner=person, exhibit_number=CLEAN_EXHIBIT, answers=answers)
        under = examination("under review", person, concluded, examiner="somebody")
        facts = {"examination_number": under, "examination_version": 1, "reviewer": person, "expert": "somebody"}
        report("drafted", person, ReportStatus.DRAFTED, **facts)
    under = examination("reviewed", "all", reviewed, examiner="somebody", exhibit_number=UNTOUCHED_EXHIBIT)
    facts = {"examination_number": under, "examination_version": 0, "reviewer": "somebody-else", "expert": "somebody"}
    signed = dataclasses.replace(reports[ReportStatus.ADMINISTRATIVELY_REVIEWED], basis=(), **facts)
    signed = dataclasses.replace(signed, number="cleared of all", reviewer=REVIEWER.number, expert=EXPERT.number)
    _write_signed(lab, work, signed)
    report("reviewed", "all", ReportStatus.REVIEWED, **facts)
    report("issued", "all", ReportStatus.ISSUED, **facts)
    write_reviewing(lab, reports, {**facts, "basis": ()}, lambda record: _write(lab, work, record))
    _write_batches(lab, work)
    write_examining(lab, work, _write)
    write_measuring(lab, work, lambda record: _write(lab, work, record))
    write_law(lab, lambda record: _write(lab, work, record))
    write_isomers(lab, work, _write)
    write_nonconformities(lab, lambda record: _write(lab, work, record))
    write_watch(lab, lambda record: _write(lab, work, record))
    write_custody(lab, lambda record: _write(lab, work, record))
    write_deputies(lab, lambda record: _write(lab, work, record))
    for record in receiving_states(work.load, opened):
        _write(lab, work, record)
    asked = Account(number="p-expert", second_factor=True, reset_asked_by="admin")
    _write(lab, work, asked)
    _write(lab, work, Account(number="p-head", second_factor=True))


def _write_batches(lab: RightsLab, work: UnitOfWork) -> None:
    batch = lab.desk.now
    empty = dataclasses.replace(batch, number="B-empty", runs=(), verdicts=(), version=1)
    broken = dataclasses.replace(batch.verdicts[-1].outcomes[0], passed=False)
    verdict = dataclasses.replace(batch.verdicts[-1], outcomes=(broken, *batch.verdicts[-1].outcomes[1:]))
    failed: Batch = dataclasses.replace(batch, number="B-failed", verdicts=(verdict,), version=1)
    for one in (empty, failed):
        _write(lab, work, one)


Cell = Callable[[RightsLab, StaffMember], object]
ANSWERS = {"cause": "c", "action": "a", "impact": "i"}
NEW = StaffMember(number="new", name="New", post="p", roles=(Role.EXPERT,))


def _fresh_run(lab: RightsLab, actor: StaffMember) -> Path:
    """Give a run that nobody has brought."""
    return lab.desk.file(1, name=f"{actor.number}.D", at=acquired(1) + timedelta(seconds=7))


def _import_run(lab: RightsLab, actor: StaffMember) -> object:
    return lab.call("importing").import_run(_fresh_run(lab, actor), exhibit_number=f"{CASE}/1", actor=actor)


def _measure(lab: RightsLab, actor: StaffMember) -> object:
    return lab.call("measuring").import_run(_fresh_run(lab, actor), batch_number="B-empty", actor=actor)


def _measure_files(lab: RightsLab, actor: StaffMember) -> object:
    (outcome,) = lab.call("measuring").import_files([_fresh_run(lab, actor)], batch_number="B-empty", actor=actor)
    if outcome.refusal is not None:
        raise outcome.refusal
    return outcome


def _measure_folder(lab: RightsLab, actor: StaffMember) -> object:
    folder = _fresh_run(lab, actor).parent / f"folder of {actor.number}"
    folder.mkdir(exist_ok=True)
    path = folder / "1.D"
    if not path.exists():
        _fresh_run(lab, actor).rename(path)
    (outcome,) = lab.call("measuring").import_folder(folder, batch_number="B-empty", actor=actor)
    if outcome.refusal is not None:
        raise outcome.refusal
    return outcome


def _measure_uploads(lab: RightsLab, actor: StaffMember) -> object:
    run = _fresh_run(lab, actor)
    unpacked = run.parent / f"unpacked for {actor.number}"
    unpacked.mkdir(exist_ok=True)
    uploads = {"folder": unpacked, "batch_number": "B-empty", "actor": actor}
    for one in unpacked.iterdir():
        one.rmdir()
    (outcome,) = lab.call("measuring").import_uploads([run], **uploads)
    if outcome.refusal is not None:
        raise outcome.refusal
    return outcome


def _add_release(lab: RightsLab, actor: StaffMember) -> object:
    path = lab.bench.folder / "library.msp"
    path.write_text("Name: A\nNum Peaks: 1\n58 999;\n", "utf-8")
    return lab.call("curating").add_release(path, actor=actor)


def _plan(lab: RightsLab, actor: StaffMember) -> object:
    lines = injections(f"{CASE}/1")
    plan = BatchPlan(method_number=METHOD, instrument="GCMS", time_zone="UTC", injections=lines)
    return lab.call("batching").plan(plan, actor=actor)


def _draft(lab: RightsLab, actor: StaffMember) -> object:
    number = f"concluded of {actor.number}"
    confirmed = lab.confirmed(actor, SignatureMeaning.AUTHOR, lab.load(Examination, number))
    reviewer = "competent" if actor.number == "p-technical-reviewer" else "p-technical-reviewer"
    return lab.call("reporting").draft(number, reviewer=reviewer, language="en", actor=actor, confirmation=confirmed)


def _approve(lab: RightsLab, actor: StaffMember) -> object:
    number = f"drafted of {actor.number}"
    confirmed = lab.confirmed(actor, SignatureMeaning.TECHNICAL_REVIEWER, lab.load(Report, number))
    return lab.call("reviewing").approve(number, actor=actor, checklist=TECHNICAL_YES, confirmation=confirmed)


def _release(lab: RightsLab, actor: StaffMember) -> object:
    confirmed = lab.confirmed(actor, SignatureMeaning.RELEASER, lab.load(Report, "cleared of all"))
    return lab.call("releasing").release("cleared of all", actor=actor, confirmation=confirmed)


def _withdraw(lab: RightsLab, actor: StaffMember) -> object:
    confirmed = lab.confirmed(actor, SignatureMeaning.WITHDRAWER, lab.load(Report, "issued of all"))
    return lab.call("releasing").withdraw("issued of all", actor=actor, reason="r", confirmation=confirmed)


def _delegate(lab: RightsLab, actor: StaffMember) -> object:
    today = lab.bench.clock.now().date()
    role = Role.QUALITY_MANAGER if Role.QUALITY_MANAGER in actor.roles and Role.HEAD not in actor.roles else Role.HEAD
    return lab.call("staffing").delegate(role, to="competent", first_day=today, last_day=today, actor=actor)


def _examining(name: str, state: str, *arguments: object, **options: object) -> Cell:
    def cell(lab: RightsLab, actor: StaffMember) -> object:
        step = getattr(lab.call("examining"), name)
        return step(f"{state} of {actor.number}", *arguments, **options, actor=actor)

    return cell


CELLS: Mapping[str, tuple[str, Cell]] = {
    **RECEIVING_CELLS,
    **EXAMINING_CELLS,
    "accessioning.register_case": (
        "case.registered",
        lambda lab, actor: lab.call("accessioning").register_case(CaseFacts(appointing_body="x"), actor=actor),
    ),
    "accessioning.register_exhibit": (
        "exhibit.registered",
        lambda lab, actor: lab.call("accessioning").register_exhibit(CASE, ExhibitFacts(description="x"), actor=actor),
    ),
    "importing.import_run": ("run.imported", _import_run),
    "measuring.import_run": ("batch.measured", _measure),
    "measuring.import_files": ("batch.measured", _measure_files),
    "measuring.import_folder": ("batch.measured", _measure_folder),
    "measuring.import_uploads": ("batch.measured", _measure_uploads),
    "curating.add_release": ("release.recorded", _add_release),
    "batching.define_method": (
        "method.defined",
        lambda lab, actor: lab.call("batching").define_method(method(number="M-NEW"), actor=actor),
    ),
    "batching.withdraw_method": (
        "method.withdrawn",
        lambda lab, actor: lab.call("batching").withdraw_method(METHOD, actor=actor),
    ),
    "batching.plan": ("batch.planned", _plan),
    "batching.discard": (
        "batch.run-discarded",
        lambda lab, actor: lab.call("batching").discard("B-failed", 1, reason="r", actor=actor),
    ),
    "batching.judge": ("batch.judged", lambda lab, actor: lab.call("batching").judge("B-failed", actor=actor)),
    "batching.release": (
        "batch.released",
        lambda lab, actor: lab.call("batching").release("B-failed", **ANSWERS, actor=actor),
    ),
    "examining.open": (
        "examination.opened",
        lambda lab, actor: lab.call("examining").open(RUN, release_name="principal-ions", actor=actor),
    ),
    "examining.identify": ("component.identified", _examining("identify", "open", 1, rank=1)),
    "examining.mark_internal_standard": (
        "component.marked-internal-standard",
        _examining("mark_internal_standard", "open", 1, rank=1),
    ),
    "examining.leave_unidentified": (
        "component.left-unidentified",
        _examining("leave_unidentified", "open", 1, reason="r"),
    ),
    "examining.note": ("component.noted", _examining("note", "open", 1, words="w")),
    "examining.reject": ("component.candidate-rejected", _examining("reject", "open", 1, rank=1, reason="r")),
    "examining.conclude": ("examination.concluded", _examining("conclude", "decided")),
    "examining.state_omission": (
        "examination.omission-stated",
        _examining("state_omission", "open", ReportItem.OBJECT, reason="r"),
    ),
    "examining.answer_question": (
        "examination.question-answered",
        _examining("answer_question", "open", 1, AnswerFacts(reason="r")),
    ),
    "reporting.draft": ("report.intended", _draft),
    "reviewing.approve": ("examination.approved", _approve),
    "reviewing.send_back": (
        "examination.returned",
        lambda lab, actor: lab.call("reviewing").send_back(f"drafted of {actor.number}", actor=actor, comment="c"),
    ),
    "releasing.release": ("report.issued", _release),
    "releasing.refuse": (
        "examination.reopened",
        lambda lab, actor: lab.call("releasing").refuse("reviewed of all", actor=actor, comment="c"),
    ),
    "releasing.withdraw": ("report.withdrawn", _withdraw),
    "staffing.register": (
        "staff.registered",
        lambda lab, actor: lab.call("staffing").register(NEW, password=PASSWORD, actor=actor),
    ),
    "staffing.propose": (
        "staff.roles-proposed",
        lambda lab, actor: lab.call("staffing").propose("competent", (Role.AUDITOR,), actor=actor),
    ),
    "staffing.confirm": (
        "staff.roles-confirmed",
        lambda lab, actor: lab.call("staffing").confirm("unconfirmed-expert", actor=actor),
    ),
    "staffing.go_away": (
        "staff.absent",
        lambda lab, actor: lab.call("staffing").go_away(
            "competent", first_day=lab.bench.clock.now().date(), actor=actor
        ),
    ),
    "staffing.come_back": (
        "staff.returned",
        lambda lab, actor: lab.call("staffing").come_back("absent-auditor", actor=actor),
    ),
    "staffing.leave": ("staff.left", lambda lab, actor: lab.call("staffing").leave("competent", actor=actor)),
    "staffing.delegate": ("role.delegated", _delegate),
    "qualifying.grant": (
        "competence.granted",
        lambda lab, actor: lab.call("qualifying").grant("never", METHOD, basis="b", valid_from=LONG_AGO, actor=actor),
    ),
    "qualifying.withdraw": (
        "competence.withdrawn",
        lambda lab, actor: lab.call("qualifying").withdraw("competent-K1", reason="r", actor=actor),
    ),
    "authentication.give_password": (
        "account.password_set",
        lambda lab, actor: lab.call("authentication").give_password("competent", password=PASSWORD, actor=actor),
    ),
    "authentication.ask_reset": (
        "account.second_factor_reset_asked",
        lambda lab, actor: lab.call("authentication").ask_reset("p-head", actor=actor),
    ),
    **MEASURING_CELLS,
    **ISOMER_CELLS,
    **LIBRARY_CELLS,
    **LAW_CELLS,
    **CUSTODY_CELLS,
    **REVIEWING_CELLS,
    **NONCONFORMITY_CELLS,
    **WATCH_CELLS,
    **UPKEEP_CELLS,
    "authentication.reset": (
        "account.second_factor_reset",
        lambda lab, actor: lab.call("authentication").reset("p-expert", actor=actor),
    ),
}
"""Each public method of a service that writes on a person's word: the act that it begins with, and a call of it."""
