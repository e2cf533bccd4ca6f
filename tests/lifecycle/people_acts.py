"""Acts about people: roles, absence, leaving, delegation, competence; and time that passes."""

from datetime import timedelta

from lims.domain.competence import IDENTIFICATION_METHOD, Competence
from lims.domain.permissions import Act
from lims.domain.staff import Role, StaffMember
from tests.builders.batches import METHOD
from tests.builders.laboratories import ADMIN, EXPERT, HEAD, PASSWORD
from tests.builders.people import LONG_AGO, QUALITY
from tests.lifecycle.laboratory import DEPUTY, EVERYBODY, EXPERT_C, PROCEDURES, TECHNICIAN_2, Life
from tests.lifecycle.receiving_acts import HEADS
from tests.lifecycle.registry import act

MANAGERS = (*HEADS, QUALITY)
SPARE = (TECHNICIAN_2, EXPERT_C, DEPUTY)
"""Who may leave for good without the laboratory coming to its end."""


def _newcomer(life: Life) -> str:
    numbers = [line.number for line in life.listed(StaffMember) if line.number.startswith("person")]
    return life.choose(numbers)


@act("staffing.register", Act.STAFF_REGISTERED, Act.PASSWORD_SET)
def register_person(life: Life) -> None:
    roles = tuple(life.chance.sample([*Role], k=life.chance.choice((0, 1, 1, 2))))
    member = StaffMember(number=f"person-{life.chance.randint(1, 9)}", name="Person", post="chemist", roles=roles)
    life.bench.staffing.register(member, password=PASSWORD, actor=life.by(ADMIN))


@act("staffing.propose", Act.ROLES_PROPOSED)
def propose_roles(life: Life) -> None:
    roles = tuple(life.chance.sample([*Role], k=life.chance.choice((0, 1, 1, 2))))
    life.bench.staffing.propose(_newcomer(life), roles, actor=life.by(ADMIN))


@act("staffing.confirm", Act.ROLES_CONFIRMED)
def confirm_roles(life: Life) -> None:
    waiting = [one.number for one in life.bench.staffing.everybody() if one.proposal]
    life.bench.staffing.confirm(life.choose(waiting), actor=life.by(QUALITY))


@act("staffing.go_away", Act.STAFF_ABSENT)
def go_away(life: Life) -> None:
    person = life.chance.choice(EVERYBODY)
    last = life.chance.choice((life.today, life.today, life.today - timedelta(days=1), None))
    actor = person if life.slips(0.4) else life.by(*MANAGERS)
    life.bench.staffing.go_away(person.number, first_day=life.today, last_day=last, actor=actor)


@act("staffing.come_back", Act.STAFF_RETURNED)
def come_back(life: Life) -> None:
    away = [one.number for one in life.bench.staffing.everybody() if not one.present(life.today) and not one.left_at]
    life.bench.staffing.come_back(life.choose(away), actor=life.by(*MANAGERS, ADMIN))


@act("staffing.leave", Act.STAFF_LEFT)
def leave(life: Life) -> None:
    number = life.chance.choice(SPARE).number if life.slips() else _newcomer(life)
    life.bench.staffing.leave(number, actor=life.by(*MANAGERS, ADMIN))


@act("staffing.delegate", Act.ROLE_DELEGATED)
def delegate(life: Life) -> None:
    giver, role = life.chance.choice(((HEAD, Role.HEAD), (QUALITY, Role.QUALITY_MANAGER), (EXPERT, Role.EXPERT)))
    last = life.today + timedelta(days=life.chance.randint(-1, 9))
    to = life.chance.choice(EVERYBODY).number
    life.bench.staffing.delegate(role, to=to, first_day=life.today, last_day=last, actor=giver)


@act("staffing.end_delegation", Act.DELEGATION_ENDED)
def end_delegation(life: Life) -> None:
    lent = [one for one in life.bench.staffing.everybody() if one.delegations]
    member = life.choose(lent)
    delegation = member.delegations[-1]
    giver = next(one for one in EVERYBODY if one.number == delegation.given_by)
    life.bench.staffing.end_delegation(delegation.role, to=member.number, actor=giver)


@act("qualifying.grant", Act.COMPETENCE_GRANTED)
def grant(life: Life) -> None:
    until = life.chance.choice((None, None, life.today, life.today - timedelta(days=1)))
    method = life.chance.choice((IDENTIFICATION_METHOD, METHOD, *PROCEDURES))
    person = life.chance.choice(EVERYBODY).number
    grant_to(life, person, method, until=until, actor=life.by(*MANAGERS))


def grant_to(life: Life, person: str, method: str, *, actor: StaffMember, until: object = None) -> None:
    """Grant a competence since long ago."""
    life.bench.qualifying.grant(
        person,
        method,
        basis="training file 7",
        valid_from=LONG_AGO,
        valid_until=until,
        actor=actor,
    )


@act("qualifying.withdraw", Act.COMPETENCE_WITHDRAWN)
def withdraw_competence(life: Life) -> None:
    life.bench.qualifying.withdraw(life.some(Competence), reason="lapsed", actor=life.by(*MANAGERS))
