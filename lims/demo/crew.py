"""The people of the week: three laboratories' staff, all of them made up, all of them said to be so."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from secrets import token_urlsafe

from lims.demo.people import NO_TRAINING, Cast, Device, choose_password, enrol, write_accounts
from lims.demo.registers import COLOUR, FTIR, IMMUNO, METHOD_NUMBER, PLANT
from lims.domain.account import needs_second_factor
from lims.domain.competence import IDENTIFICATION_METHOD
from lims.domain.record import Record
from lims.domain.signature import SignatureConfirmation, SignatureMeaning
from lims.domain.staff import Role, StaffMember
from lims.services.laboratory import Laboratory

_BENCH = frozenset({Role.TECHNICIAN, Role.EXPERT, Role.TECHNICAL_REVIEWER})
_REVIEWER = (Role.EXPERT, Role.TECHNICAL_REVIEWER)


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """One of the three laboratories: who works there, and which regions send their cases to it."""

    code: str
    name: str
    """As cases name their laboratory."""
    technicians: tuple[str, str]
    experts: tuple[str, str]
    reviewer: str
    head: str
    regions: tuple[str, ...]
    """ISO 3166-2:KZ."""


SITES = (
    Site(
        code="HQ",
        name="Demonstration laboratory",
        technicians=("technician", "hq-t2"),
        experts=("expert-a", "hq-e2"),
        reviewer="expert-b",
        head="head",
        regions=("KZ-71", "KZ-11", "KZ-35"),
    ),
    Site(
        code="R1",
        name="Demonstration laboratory, region 1",
        technicians=("r1-t1", "r1-t2"),
        experts=("r1-e1", "r1-e2"),
        reviewer="r1-rev",
        head="r1-head",
        regions=("KZ-75", "KZ-19", "KZ-31"),
    ),
    Site(
        code="R2",
        name="Demonstration laboratory, region 2",
        technicians=("r2-t1", "r2-t2"),
        experts=("r2-e1", "r2-e2"),
        reviewer="r2-rev",
        head="r2-head",
        regions=("KZ-79", "KZ-61", "KZ-23"),
    ),
)
QUALITY = "quality"
_OFFICE = (
    ("quality-2", "second quality manager", (Role.QUALITY_MANAGER,)),
    ("auditor-1", "auditor", (Role.AUDITOR,)),
    ("auditor-2", "auditor", (Role.AUDITOR,)),
    ("admin-2", "second administrator", (Role.ADMINISTRATOR, Role.LIBRARY_CURATOR)),
)


def newcomers() -> Iterator[StaffMember]:
    """Give everybody who comes to the week beside the founders."""
    for site in SITES:
        table = (
            *((number, "technician", (Role.TECHNICIAN,)) for number in site.technicians),
            *((number, "forensic chemist", (Role.EXPERT,)) for number in site.experts),
            (site.reviewer, "senior forensic chemist", _REVIEWER),
            (site.head, "head of the laboratory", (Role.HEAD,)),
        )
        for number, post, roles in table:
            if number.startswith(site.code.lower()):
                yield StaffMember(number=number, name=f"{number.upper()} (demo)", post=post, roles=roles)
    for number, post, roles in _OFFICE:
        yield StaffMember(number=number, name=f"{number.capitalize()} (demo)", post=post, roles=roles)


@dataclass(slots=True, kw_only=True)
class Crew:
    """Everybody, with what each needs to confirm something."""

    laboratory: Laboratory = field(repr=False)
    people: dict[str, StaffMember] = field(repr=False)
    passwords: dict[str, str] = field(repr=False)
    devices: dict[str, Device] = field(repr=False)

    def __getitem__(self, number: str) -> StaffMember:
        """Give a person."""
        return self.people[number]

    def confirm(self, number: str, meaning: SignatureMeaning, record: Record) -> SignatureConfirmation:
        """Let a person confirm a signature with everything that the account asks for."""
        device = self.devices.get(number)
        return self.laboratory.authentication.confirm(
            number,
            password=self.passwords[number],
            code=device.code(self.laboratory.clock.now()) if device else "",
            meaning=meaning,
            record=record,
        )


def hire(laboratory: Laboratory, cast: Cast) -> Crew:
    """Register, confirm and qualify everybody of the week; those who confirm anything get a password of their own."""
    crew = Crew(
        laboratory=laboratory,
        people=_founders(laboratory, cast),
        passwords=dict(cast.passwords),
        devices={**cast.devices},
    )
    admin, quality = crew["admin"], crew[QUALITY]
    for member in newcomers():
        crew.passwords[member.number] = token_urlsafe(12)
        laboratory.staffing.register(member, password=crew.passwords[member.number], actor=admin)
        crew.people[member.number] = laboratory.staffing.confirm(member.number, actor=quality)
        if not _BENCH.isdisjoint(member.roles) or Role.HEAD in member.roles:
            crew.passwords[member.number] = choose_password(laboratory, member.number, crew.passwords[member.number])
        if needs_second_factor(member) and not {Role.EXPERT, Role.HEAD}.isdisjoint(member.roles):
            crew.devices[member.number] = enrol(laboratory, member.number)
    qualify(laboratory, crew)
    write_accounts(laboratory, crew.passwords, crew.devices)
    return crew


def qualify(laboratory: Laboratory, crew: Crew) -> None:
    """Grant each person of the bench what that person does; the founders may identify already."""
    for site in SITES:
        for numbers, methods in (
            (site.technicians, (COLOUR, IMMUNO, PLANT)),
            (site.experts, (FTIR, PLANT, METHOD_NUMBER, IDENTIFICATION_METHOD)),
            ((site.reviewer, site.head), (METHOD_NUMBER, IDENTIFICATION_METHOD)),
        ):
            for number in numbers:
                _grant(laboratory, crew, number, methods)


def _grant(laboratory: Laboratory, crew: Crew, number: str, methods: Sequence[str]) -> None:
    held = {one.method for one in laboratory.qualifying.of_person(number)}
    for method in methods:
        if method not in held:
            laboratory.qualifying.grant(
                number, method, basis=NO_TRAINING, valid_from=laboratory.staffing.today(), actor=crew[QUALITY]
            )


def _founders(laboratory: Laboratory, cast: Cast) -> dict[str, StaffMember]:
    return {number: laboratory.staffing.get(number) for number in cast.passwords}
