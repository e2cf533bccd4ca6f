"""Whether a person may do an act on a day: roles in force, delegations, competence; the one answer for all doors."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, tzinfo

from lims.domain.batch import Batch
from lims.domain.competence import (
    COMPETENT_ACTS,
    IDENTIFICATION_METHOD,
    TASK_OF,
    Competence,
    MethodWork,
    why_not_competent,
)
from lims.domain.examination import Examination
from lims.domain.exhibit import Exhibit, ExhibitKind
from lims.domain.finding import Finding
from lims.domain.identification import Identification
from lims.domain.permissions import (
    CLOSING_ACTS,
    NOT_DELEGATED,
    OWN_ACTS,
    SYSTEM_ACTS,
    Act,
    roles_for,
)
from lims.domain.quantitation import Quantitation
from lims.domain.record import Record
from lims.domain.report import Report
from lims.domain.run import RecordedRun
from lims.domain.staff import SYSTEM, Delegation, Role, StaffMember, founder
from lims.domain.staff_steps import require_competence_step, require_staff_step
from lims.errors import InvalidRecordError, NotCompetentError, NotFoundError, NotPermittedError, TransitionError
from lims.services.custody_steps import require_in_hand
from lims.services.ports import UnitOfWork
from lims.services.readiness import require_examiner, require_ready
from lims.translation import TIME_ZONE

FOUNDING = "founding"
"""The authority of acts for which nobody else was there yet."""
_MAX_LISTED = 10_000
_KINDS_OF = {
    "component": ("examination",),
    "role": ("staff",),
    "raw": ("raw sweep", "raw repair"),
}
"""Of which kinds a record is that an act is about, by the first word of the act; else that word is the kind."""
Roster = Callable[[str], StaffMember | None]
"""Gives a person as the ledger has it now; None for nobody."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rights:
    """What an installation chooses about rights."""

    time_zone: tzinfo = TIME_ZONE
    """Whose days count for competence, absence and delegation."""
    release_by_reviewer: bool = False
    """True in a laboratory of two: the reviewer may release too, and every report says so."""
    liability_warning: bool = False
    """True: no work on a case before an expert signed the warning of liability (rule KZ-1)."""
    custody_gate: bool = False
    """True: nobody works on an exhibit without having it in hand (rule CC-6)."""
    enforced: bool = True
    """False lets every act through, for tests of a store alone; no setting leads there."""

    def day(self, at: datetime) -> date:
        """Give the laboratory's day of a moment."""
        return at.astimezone(self.time_zone).date()


@dataclass(frozen=True, slots=True, kw_only=True)
class Permission:
    """Answers for one transaction what a person may do in it."""

    work: UnitOfWork = field(repr=False)
    roster: Roster = field(repr=False)
    """Who a person is and may do is read from the ledger, never taken from the caller."""
    rights: Rights

    def require(self, record: Record, *, act: str, actor: str, at: datetime) -> str:
        """Refuse an act that a person may not do; give the authority that it stands on, empty for an own role.

        Parameters
        ----------
        record : Record
            As it would be after the act.
        actor : str
            Staff number.

        Raises
        ------
        NotPermittedError
            If the act is unknown, the person is unknown, left, is absent or holds no role for it.
        InvalidRecordError
            If the record of a person or a competence is not what the act makes of it.
        NotCompetentError
            If the act needs a competence that the person does not have on that day.
        DiscrepancyOpenError, CaseDecidedError, NotWarnedError
            If it is work that has to wait, see ``readiness``.
        NotCustodianError
            If it is work on an exhibit that the person does not have in hand.
        """
        if act not in set(Act):
            raise NotPermittedError(f"{act!r} is no act of the table of permissions; what is not there is not allowed")
        if actor == SYSTEM.number:
            return _require_system(act)
        member = self.roster(actor)
        if member is None:
            return self._found(record, act=act, actor=actor)
        day = self.rights.day(at)
        authority = self._authority(record, act=act, member=member, day=day)
        if act in COMPETENT_ACTS:
            self._require_competent(record, act, actor, day)
        if act == Act.DONOR_IDENTITY_READ and not (authority or Role.HEAD in member.roles):
            require_examiner(self.work, record, actor)
        require_ready(self.work, record, act=act, actor=actor, liability_warning=self.rights.liability_warning)
        if self.rights.custody_gate:
            require_in_hand(self.work, record, act=act, actor=actor, at=at)
        self._require_step(record, act=act, actor=actor, founding=authority == FOUNDING)
        return authority

    def _found(self, record: Record, *, act: str, actor: str) -> str:
        """Let the first person of an empty laboratory register itself; nobody else acts without being on the staff."""
        if act == Act.STAFF_REGISTERED and isinstance(record, StaffMember) and not self.work.count(StaffMember):
            at = record.confirmation.confirmed_at if record.confirmation else None
            if record.number == actor and at is not None and record == founder(record, at=at):
                return FOUNDING
        raise NotPermittedError(f"{actor} is not on the staff")

    def _authority(self, record: Record, *, act: str, member: StaffMember, day: date) -> str:
        own = act in OWN_ACTS and member.number in {record.number, record.parent}
        if own and act in CLOSING_ACTS:
            return ""
        member.require_present(day)
        needed = roles_for(act)
        if own or not needed.isdisjoint(member.roles):
            return ""
        for lent in () if act in NOT_DELEGATED else member.delegations_on(day):
            if lent.role in needed and still_held(lent, self.roster):
                return lent.authority
        if act == Act.ROLES_CONFIRMED and Role.ADMINISTRATOR in member.roles and self._founds(record):
            return FOUNDING
        wanted = " or ".join(role for role in Role if role in needed) or "the program itself"
        raise NotPermittedError(f"{member.number} is {member.state or 'without a role'}; {act} needs {wanted}")

    def _founds(self, record: Record) -> bool:
        """Tell whether this confirms a quality manager where the laboratory has none."""
        confirmed = record.roles if isinstance(record, StaffMember) else ()
        return Role.QUALITY_MANAGER in confirmed and not holders(self.work, Role.QUALITY_MANAGER)

    def _require_competent(self, record: Record, act: str, number: str, day: date) -> None:
        held = self.work.children(Competence, number)
        wanted = method_work(self.work, record, act=act)
        missing = why_not_competent(held, person=number, work=wanted, day=day)
        if missing:
            raise NotCompetentError(number, wanted.method, missing)

    def _require_step(self, record: Record, *, act: str, actor: str, founding: bool) -> None:
        """Hold the records of people and competences against their acts: here a record is itself a right."""
        if isinstance(record, StaffMember):
            before = self.roster(record.number)
            require_staff_step(before, record, act=act, actor=actor, founding=founding)
            if before is not None:
                self._require_somebody_left(before, record, actor)
        elif isinstance(record, Competence):
            require_competence_step(self._competence(record.number), record, act=act, actor=actor)
            if self.roster(record.person) is None:
                raise NotFoundError(StaffMember.KIND, record.person)

    def _competence(self, number: str) -> Competence | None:
        try:
            return self.work.load(Competence, number)
        except NotFoundError:
            return None

    def _require_somebody_left(self, before: StaffMember, after: StaffMember, actor: str) -> None:
        """Keep an administrator, and keep administrators from leaving the laboratory without a quality manager."""
        lost = set(before.roles) - set(() if after.left_at is not None else after.roles)
        if Role.ADMINISTRATOR in lost and holders(self.work, Role.ADMINISTRATOR) == (after.number,):
            raise TransitionError(f"{after.number} is the only administrator; another is confirmed first")
        acting = self.roster(actor)
        by_administrator = acting is not None and Role.ADMINISTRATOR in acting.roles
        only = Role.QUALITY_MANAGER in lost and holders(self.work, Role.QUALITY_MANAGER) == (after.number,)
        if only and by_administrator:
            raise TransitionError(f"{after.number} is the only quality manager; the head records that, or the person")


def roles_on(member: StaffMember, day: date, roster: Roster) -> frozenset[Role]:
    """Give the roles that a person may act in on a day, the own and the lent ones; none for one who is away."""
    if not member.present(day):
        return frozenset()
    lent = (one.role for one in member.delegations_on(day) if still_held(one, roster))
    return frozenset((*member.roles, *lent))


def still_held(lent: Delegation, roster: Roster) -> bool:
    """Tell whether the one who lent a role holds it still: who left or lost it lends nothing."""
    giver = roster(lent.given_by)
    return giver is not None and giver.left_at is None and lent.role in giver.roles


def holders(work: UnitOfWork, role: Role) -> tuple[str, ...]:
    """Give the numbers of all who hold a role of their own and have not left."""
    lines = work.listed(StaffMember, limit=_MAX_LISTED)
    return tuple(line.number for line in lines if role.value in line.state.split(", "))


def method_of(work: UnitOfWork, record: Record) -> str:
    """Name the method that an act on a record is work under."""
    if isinstance(record, Finding | Identification):
        return record.procedure_number
    if isinstance(record, Report):
        record = work.load(Examination, record.examination_number)
    if isinstance(record, Examination):
        record = work.load(RecordedRun, record.run_number)
    if isinstance(record, RecordedRun) and record.batch_number:
        record = work.load(Batch, record.batch_number)
    if isinstance(record, Quantitation):
        return record.by.method_number
    return record.method_number if isinstance(record, Batch) else IDENTIFICATION_METHOD


def method_work(work: UnitOfWork, record: Record, *, act: str) -> MethodWork:
    """Say what an act on a record needs a competence for: method, task, kinds of the objects."""
    return MethodWork(method=method_of(work, record), task=TASK_OF[act], matrices=_matrices(work, record))


def _matrices(work: UnitOfWork, record: Record) -> frozenset[ExhibitKind]:
    if isinstance(record, Report):
        record = work.load(Examination, record.examination_number)
    if isinstance(record, Batch):
        numbers = {one.exhibit_number for one in record.injections if one.exhibit_number}
    elif isinstance(record, Examination | Finding | Identification | Quantitation | RecordedRun):
        numbers = {record.exhibit_number} - {""}
    else:
        numbers = set()
    kinds = (work.load(Exhibit, number).kind for number in numbers)
    return frozenset(kind for kind in kinds if kind is not None)


def require_kind(record: Record, act: str) -> None:
    """Refuse an act whose name is about one kind and whose record is of another: its right would be the wrong one.

    Raises
    ------
    InvalidRecordError
        Naming both.
    """
    word = act.partition(".")[0]
    if record.KIND not in _KINDS_OF.get(word, (word,)):
        raise InvalidRecordError(f"{act} on a {record.KIND} {record.number}: that act is about another kind of record")


def _require_system(act: str) -> str:
    if act not in SYSTEM_ACTS:
        raise NotPermittedError(f"the program itself does not do {act}; a person does")
    return ""
