"""What happens about the people of a walk: rights proposed and confirmed, absences, competences, sessions."""

from datetime import date, timedelta

from lims.domain.competence import IDENTIFICATION_METHOD, Competence
from lims.domain.staff import Role, StaffMember
from tests.builders.laboratories import ADMIN, EXPERT, HEAD, PASSWORD, PEOPLE, TECHNICIAN
from tests.builders.people import QUALITY
from tests.tamper.walking import Act, Laboratory


def register_person(lab: Laboratory) -> None:
    number = f"person-{lab.chance.randint(1, 12)}"
    roles = tuple(lab.chance.sample([*Role], k=lab.chance.choice((0, 1, 1, 2))))
    member = StaffMember(number=number, name="Ә. Person", post="chemist", roles=roles)
    lab.bench.staffing.register(member, password=PASSWORD, actor=lab.anyone(ADMIN))


def propose_roles(lab: Laboratory) -> None:
    roles = tuple(lab.chance.sample([*Role], k=lab.chance.choice((0, 1, 1, 2))))
    lab.bench.staffing.propose(_newcomer(lab), roles, actor=lab.anyone(ADMIN))


def confirm_roles(lab: Laboratory) -> None:
    waiting = [one.number for one in lab.bench.staffing.everybody() if one.proposal]
    lab.bench.staffing.confirm(lab.chance.choice(waiting or [_newcomer(lab)]), actor=lab.anyone(QUALITY))


def go_away(lab: Laboratory) -> None:
    today = _today(lab)
    last_day = lab.chance.choice((today, today + timedelta(days=3), None, today - timedelta(days=1)))
    lab.bench.staffing.go_away(_newcomer(lab), first_day=today, last_day=last_day, actor=lab.anyone(HEAD, QUALITY))


def be_ill_for_a_day(lab: Laboratory) -> None:
    """Keep one of those away who do the work: their acts are refused until tomorrow."""
    ill, today = lab.chance.choice(PEOPLE), _today(lab)
    lab.bench.staffing.go_away(ill.number, first_day=today, last_day=today, actor=ill)


def come_back(lab: Laboratory) -> None:
    today = _today(lab)
    away = [one.number for one in lab.bench.staffing.everybody() if any(each.covers(today) for each in one.absences)]
    lab.bench.staffing.come_back(lab.chance.choice(away or [_newcomer(lab)]), actor=lab.anyone(ADMIN, HEAD))


def leave(lab: Laboratory) -> None:
    lab.bench.staffing.leave(_newcomer(lab), actor=lab.anyone(HEAD, ADMIN))


def delegate(lab: Laboratory) -> None:
    today = _today(lab)
    giver, role = lab.chance.choice(((HEAD, Role.HEAD), (QUALITY, Role.QUALITY_MANAGER), (EXPERT, Role.EXPERT)))
    last_day = today + timedelta(days=lab.chance.randint(-1, 9))
    able = [one.number for one in lab.bench.staffing.everybody() if one.roles and one.number != giver.number]
    lab.bench.staffing.delegate(role, to=lab.chance.choice(able), first_day=today, last_day=last_day, actor=giver)


def end_delegation(lab: Laboratory) -> None:
    standing_in = [one.number for one in lab.bench.staffing.everybody() if one.delegations]
    to = lab.chance.choice(standing_in or [_newcomer(lab)])
    giver, role = lab.chance.choice(((HEAD, Role.HEAD), (QUALITY, Role.QUALITY_MANAGER)))
    lab.bench.staffing.end_delegation(role, to=to, actor=giver)


def grant_competence(lab: Laboratory) -> None:
    today = _today(lab)
    until = lab.chance.choice((None, today + timedelta(days=300), today - timedelta(days=1)))
    lab.bench.qualifying.grant(
        _newcomer(lab),
        lab.chance.choice((IDENTIFICATION_METHOD, "M-TEST")),
        basis="training file 7",
        valid_from=today,
        valid_until=until,
        actor=lab.anyone(QUALITY, HEAD),
    )


def withdraw_competence(lab: Laboratory) -> None:
    number = lab.some(Competence).number
    if not number.startswith("person"):
        number = lab.some(Competence).number
    if number.startswith("person"):
        lab.bench.qualifying.withdraw(number, reason="lapsed", actor=lab.anyone(QUALITY))


def sign_in(lab: Laboratory) -> None:
    """Sign in, with the wrong password at times, and out again at times."""
    person = lab.chance.choice((TECHNICIAN, ADMIN, QUALITY))
    password = lab.chance.choice((PASSWORD, PASSWORD, PASSWORD, "not the password"))
    opened = lab.bench.signing_in.by_password(person.number, password, address="192.0.2.7")
    if opened is not None and lab.chance.random() < 0.5:
        lab.bench.sessions.close(opened.token)


def _newcomer(lab: Laboratory) -> str:
    """Name one who is not needed for the work; at times one who is not there."""
    numbers = [member.number for member in lab.bench.staffing.everybody() if member.number.startswith("person")]
    return lab.chance.choice([*numbers, *numbers, *numbers, "person-0"])


def _today(lab: Laboratory) -> date:
    return lab.clock.now().date()


PEOPLES_ACTS: dict[Act, int] = {
    register_person: 3,
    propose_roles: 2,
    confirm_roles: 4,
    go_away: 1,
    be_ill_for_a_day: 1,
    come_back: 1,
    leave: 1,
    delegate: 2,
    end_delegation: 2,
    grant_competence: 2,
    withdraw_competence: 1,
    sign_in: 3,
}
