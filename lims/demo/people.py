"""People of the demonstration: registered, confirmed, with passwords and devices of their own."""

import base64
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from lims.demo.story import Story
from lims.demo.story_clock import StoryClock
from lims.domain.account import needs_second_factor
from lims.domain.competence import IDENTIFICATION_METHOD
from lims.domain.record import Record
from lims.domain.review_checklist import NEWEST, Answer, AnsweredChecklist, ReviewKind, answered
from lims.domain.signature import SignatureConfirmation, SignatureMeaning
from lims.domain.staff import Role, StaffMember
from lims.errors import LimsError
from lims.services.laboratory import Laboratory
from lims.services.second_factor import SKEW_STEPS, code_of, step_of

ACCOUNTS_FILE = "demo-accounts.json"
NO_TRAINING = "demonstration: no training file stands behind it"
_PEOPLE = (
    ("admin", "Demonstration Administrator", "administrator", (Role.ADMINISTRATOR, Role.LIBRARY_CURATOR)),
    ("technician", "Demonstration Technician", "technician", (Role.TECHNICIAN,)),
    ("expert-a", "Demonstration Expert A", "forensic chemist", (Role.EXPERT,)),
    ("expert-b", "Demonstration Expert B", "senior forensic chemist", (Role.EXPERT, Role.TECHNICAL_REVIEWER)),
    ("head", "Demonstration Head", "head of the laboratory", (Role.HEAD,)),
    ("quality", "Demonstration Quality Manager", "quality manager", (Role.QUALITY_MANAGER,)),
)
_COMPETENT = ("technician", "expert-a", "expert-b", "head")


@dataclass(slots=True)
class Device:
    """A person's authenticator application."""

    secret: str = field(repr=False)
    """Base32."""
    last_step: int = 0

    def code(self, now: datetime) -> str:
        """Show a code that was not shown before."""
        self.last_step = max(self.last_step + 1, step_of(now) - SKEW_STEPS)
        return code_of(base64.b32decode(self.secret), self.last_step)


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
    devices: Mapping[str, Device] = field(repr=False)
    """By staff number, of those whose roles need one."""

    def confirm(
        self, laboratory: Laboratory, person: StaffMember, meaning: SignatureMeaning, record: Record
    ) -> SignatureConfirmation:
        """Let a person confirm a signature, as the dialog of the pages does; in a story that takes a minute."""
        if isinstance(laboratory.clock, StoryClock):
            laboratory.clock.later()
        device = self.devices.get(person.number)
        return laboratory.authentication.confirm(
            person.number,
            password=self.passwords[person.number],
            code=device.code(laboratory.clock.now()) if device else "",
            meaning=meaning,
            record=record,
        )


def register_people(laboratory: Laboratory, story: Story) -> Cast:
    """Found the laboratory: six people, one of each role, each with an own password."""
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
        passwords[number] = choose_password(laboratory, number, passwords[number])
    devices = {number: enrol(laboratory, number) for number, one in people.items() if needs_second_factor(one)}
    path = write_accounts(laboratory, passwords, devices)
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


def write_accounts(laboratory: Laboratory, passwords: Mapping[str, str], devices: Mapping[str, Device]) -> Path:
    """Write how each person signs in, for the owner of the folder alone; give the file."""
    path = laboratory.settings.home / ACCOUNTS_FILE
    path.touch(mode=0o600)
    known = {
        number: {"password": password, "second_factor": devices[number].secret if number in devices else None}
        for number, password in passwords.items()
    }
    path.write_text(json.dumps(known, indent=2) + "\n", "utf-8")
    return path


def choose_password(laboratory: Laboratory, number: str, first: str) -> str:
    """Choose an own password in place of the administrator's, as a person does at the first sign-in."""
    own = secrets.token_urlsafe(12)
    laboratory.authentication.change_password(number, password=first, code="", new_password=own)
    return own


def enrol(laboratory: Laboratory, number: str) -> Device:
    """Enrol a second factor, as a person does at the first sign-in."""
    device = Device(laboratory.authentication.begin_enrolment(number).secret)
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
            basis=NO_TRAINING,
            valid_from=laboratory.staffing.today(),
            actor=manager,
        )
    return confirmed | {"quality": manager}


def not_looked_at(kind: ReviewKind) -> AnsweredChecklist:
    """Answer a checklist as the demonstration can: nobody looked, and each remark says so."""
    keys = NEWEST[kind].keys
    remark = "demonstration: answered by the program, nobody looked"
    return answered(kind, dict.fromkeys(keys, Answer.NOT_APPLICABLE), dict.fromkeys(keys, remark))
