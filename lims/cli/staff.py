"""``aigaq staff`` and ``aigaq competence``: people, their roles and what they are competent for, from the console."""

from datetime import datetime
from pathlib import Path
from typing import Any

import typer

from lims.bootstrap import open_laboratory
from lims.cli.casework import acting, seat
from lims.cli.laboratories import require_laboratory
from lims.cli.output import print_json, say
from lims.domain.competence import Competence, CompetenceScope
from lims.domain.staff import Role, StaffMember
from lims.services.laboratory import Laboratory
from lims.settings import load_settings


def run_add(number: str, *, name: str, post: str, roles: tuple[Role, ...], by: str | None, home: Path | None) -> None:
    """Register a person."""
    laboratory = open_laboratory(load_settings(home=home))
    actor = acting(laboratory, by) if by else None
    password = typer.prompt(
        f"First password of {number}" if by else f"New password of {number}",
        hide_input=True,
        confirmation_prompt=True,
        err=True,
    )
    stated = StaffMember(number=number, name=name, post=post, roles=roles)
    staffing = laboratory.seen_by(actor).staffing if actor else laboratory.staffing
    member = staffing.register(stated, password=password, actor=actor)
    if member.proposal is None:
        say(f"{number} registered: {member.state or 'without a role'}")
    else:
        say(f"{number} registered: {', '.join(member.proposal.roles)} proposed; 'aigaq staff confirm {number}' next")


def run_propose(number: str, *, roles: tuple[Role, ...], by: str, home: Path | None) -> None:
    """Propose other roles."""
    here = seat(require_laboratory(home), by)
    here.laboratory.staffing.propose(number, roles, actor=here.person)
    say(f"{', '.join(roles) or 'no role'} proposed for {number}; 'aigaq staff confirm {number}' next")


def run_confirm(number: str, *, by: str, home: Path | None) -> None:
    """Put proposed roles in force."""
    here = seat(require_laboratory(home), by)
    member = here.laboratory.staffing.confirm(number, actor=here.person)
    founding = (
        " (founding: there was no quality manager)" if member.confirmation and member.confirmation.founding else ""
    )
    say(f"{number} is {member.state or 'without a role'}{founding}")


def run_absent(number: str, *, first: datetime | None, last: datetime | None, by: str, home: Path | None) -> None:
    """Record an absence."""
    here = seat(require_laboratory(home), by)
    staffing = here.laboratory.staffing
    first_day = first.date() if first else staffing.today()
    last_day = last.date() if last else None
    staffing.go_away(number, first_day=first_day, last_day=last_day, actor=here.person)
    say(f"{number} is absent from {first_day} {f'until {last_day}' if last_day else 'until the return is recorded'}")


def run_return(number: str, *, by: str, home: Path | None) -> None:
    """Record that a person is back."""
    here = seat(require_laboratory(home), by)
    here.laboratory.staffing.come_back(number, actor=here.person)
    say(f"{number} is back")


def run_leave(number: str, *, by: str, home: Path | None) -> None:
    """Record that a person left."""
    here = seat(require_laboratory(home), by)
    here.laboratory.staffing.leave(number, actor=here.person)
    say(f"{number} left; every session of {number} is closed")


def run_delegate(role: Role, *, to: str, first: datetime | None, last: datetime, by: str, home: Path | None) -> None:
    """Lend the own role."""
    here = seat(require_laboratory(home), by)
    staffing = here.laboratory.staffing
    first_day, last_day = first.date() if first else staffing.today(), last.date()
    staffing.delegate(role, to=to, first_day=first_day, last_day=last_day, actor=here.person)
    say(f"{to} stands in for {by} as {role} from {first_day} until {last_day}")


def run_recall(role: Role, *, to: str, by: str, home: Path | None) -> None:
    """Take back what was lent."""
    here = seat(require_laboratory(home), by)
    here.laboratory.staffing.end_delegation(role, to=to, actor=here.person)
    say(f"{to} stands in for {by} as {role} no more")


def run_list(*, as_json: bool, home: Path | None) -> None:
    """List people."""
    laboratory = require_laboratory(home)
    people = laboratory.staffing.everybody()
    if as_json:
        print_json([_person(laboratory, member) for member in people])
        return
    for member in people:
        say(f"{member.number}  {member.name}, {member.post}: {_standing(laboratory, member)}")


def run_grant(
    person: str,
    *,
    method: str,
    basis: str,
    first: datetime | None,
    last: datetime | None,
    scope: CompetenceScope,
    by: str,
    home: Path | None,
) -> None:
    """Grant a competence."""
    here = seat(require_laboratory(home), by)
    granted = here.laboratory.qualifying.grant(
        person,
        method,
        basis=basis,
        valid_from=first.date() if first else here.laboratory.staffing.today(),
        valid_until=last.date() if last else None,
        scope=scope,
        actor=here.person,
    )
    say(f"competence {granted.number} granted: {_competence_line(granted)}")


def run_withdraw(number: str, *, reason: str, by: str, home: Path | None) -> None:
    """Withdraw a competence."""
    here = seat(require_laboratory(home), by)
    here.laboratory.qualifying.withdraw(number, reason=reason, actor=here.person)
    say(f"competence {number} withdrawn; what was done under it stays valid")


def run_competences(person: str | None, *, day: datetime | None, as_json: bool, home: Path | None) -> None:
    """List competences, all or those of a day."""
    laboratory = require_laboratory(home)
    numbers = [person] if person else [member.number for member in laboratory.staffing.everybody()]
    held = [one for number in numbers for one in _of(laboratory, number, day)]
    if as_json:
        print_json([_competence(one) for one in held])
        return
    for one in held:
        say(f"{one.number}  {_competence_line(one)}")
    say(f"{len(held)} competences{f' on {day.date()}' if day else ''}")


def _of(laboratory: Laboratory, person: str, day: datetime | None) -> tuple[Competence, ...]:
    laboratory.staffing.get(person)  # a mistyped number is no person without competences
    qualifying = laboratory.qualifying
    return qualifying.of_person(person) if day is None else qualifying.on(day.date(), person=person)


def _standing(laboratory: Laboratory, member: StaffMember) -> str:
    today = laboratory.staffing.today()
    parts = [member.state or "without a role"]
    if member.proposal is not None:
        parts.append(f"proposed {', '.join(member.proposal.roles) or 'no role'}")
    if member.left_at is None and not member.present(today):
        parts.append("absent today")
    parts += [f"{one.authority} until {one.last_day}" for one in member.delegations_on(today)]
    return "; ".join(parts)


def _person(laboratory: Laboratory, member: StaffMember) -> dict[str, Any]:
    today = laboratory.staffing.today()
    return {
        "number": member.number,
        "name": member.name,
        "post": member.post,
        "roles": list(member.roles),
        "proposed": list(member.proposal.roles) if member.proposal else None,
        "present": member.present(today),
        "left": member.left_at is not None,
        "stands_in": [one.authority for one in member.delegations_on(today)],
    }


def _competence(one: Competence) -> dict[str, Any]:
    return {
        "number": one.number,
        "person": one.person,
        "method": one.method,
        "valid_from": one.valid_from.isoformat(),
        "valid_until": one.valid_until.isoformat() if one.valid_until else None,
        "tasks": list(one.tasks),
        "matrices": list(one.matrices),
        "proficiency_on": one.proficiency_on.isoformat() if one.proficiency_on else None,
        "basis": one.basis,
        "granted_by": one.granted_by,
        "withdrawn": one.withdrawn_at is not None,
    }


def _competence_line(one: Competence) -> str:
    limits = ", ".join((*one.tasks, *one.matrices))
    scope = f" ({limits} only)" if limits else ""
    return f"{one.person} for {one.method}{scope} from {one.valid_from}, {one.state} ({one.basis})"
