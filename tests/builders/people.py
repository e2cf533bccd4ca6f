"""People of a laboratory that exists in tests only: registered by one, confirmed by another, competent for methods."""

from collections.abc import Sequence
from datetime import date
from typing import Protocol

from lims.domain.competence import IDENTIFICATION_METHOD
from lims.domain.staff import Role, StaffMember
from lims.services.authentication import AuthenticationService
from lims.services.qualifying import QualifyingService
from lims.services.staffing import StaffingService

QUALITY = StaffMember(number="quality", name="Quality", post="manager", roles=(Role.QUALITY_MANAGER,))
METHODS = (IDENTIFICATION_METHOD, "M-TEST")
"""What everybody is competent for who works at the bench or releases its reports."""
LONG_AGO = date(2000, 1, 1)
_BENCH = {Role.TECHNICIAN, Role.EXPERT, Role.TECHNICAL_REVIEWER, Role.HEAD}


class Staffed(Protocol):
    """What keeps people: a laboratory, or a bench."""

    authentication: AuthenticationService
    staffing: StaffingService
    qualifying: QualifyingService


def hire(
    laboratory: Staffed, people: Sequence[StaffMember], *, password: str, methods: Sequence[str] = METHODS
) -> None:
    """Register people, put their roles in force, let them own their passwords and grant the competences.

    The first is the administrator who founds the laboratory. Where no quality manager is among them, ``QUALITY`` is
    added: somebody has to confirm.
    """
    managers = [one for one in people if Role.QUALITY_MANAGER in one.roles] or [QUALITY]
    staff = (*people, *(one for one in managers if one not in people))
    founder = laboratory.staffing.register(staff[0], password=password, actor=None)
    for member in staff[1:]:
        laboratory.staffing.register(member, password=password, actor=founder)
    manager = laboratory.staffing.confirm(managers[0].number, actor=founder)
    for member in staff[1:]:
        if member is not managers[0]:
            laboratory.staffing.confirm(member.number, actor=manager)
    for member in staff[1:]:
        own_password(laboratory, member)
    for member in staff:
        if _BENCH & set(member.roles):
            for method in methods:
                grant(laboratory, member, method)


def add(laboratory: Staffed, member: StaffMember, *, password: str, methods: Sequence[str] = METHODS) -> StaffMember:
    """Add one person to a laboratory that ``hire`` made."""
    added = laboratory.staffing.register(member, password=password, actor=laboratory.staffing.get("admin"))
    if member.roles:
        added = laboratory.staffing.confirm(member.number, actor=laboratory.staffing.get(QUALITY.number))
    own_password(laboratory, added)
    if _BENCH & set(member.roles):
        for method in methods:
            grant(laboratory, member, method)
    return added


def own_password(laboratory: Staffed, member: StaffMember) -> None:
    """Write that a person chose the password; what is kept of it stays, so that tests know it and nothing is hashed."""
    with laboratory.authentication.store.unit_of_work() as work:
        laboratory.authentication.record_password(work, member.number, actor=member)
        work.commit()


def grant(laboratory: Staffed, member: StaffMember, method: str) -> None:
    """Grant a competence since long ago."""
    laboratory.qualifying.grant(
        member.number, method, basis="training file of the tests", valid_from=LONG_AGO, actor=QUALITY
    )
