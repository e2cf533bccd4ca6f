"""The laboratory before the story: people, keys, methods, instruments and a library; no case and no exhibit."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from lims.bootstrap import open_laboratory
from lims.domain.account import SECOND_FACTOR_ROLES
from lims.domain.competence import IDENTIFICATION_METHOD
from lims.domain.instrument import EquipmentKind
from lims.domain.staff import Role, StaffMember
from lims.services.laboratory import Laboratory
from lims.services.registering import CalibrationFacts, InstrumentFacts
from lims.services.validating import ProcedureFacts
from lims.settings import load_settings
from lims.settings_template import write_safe_settings
from tests.builders.devices import Device, code_of_now, enrol
from tests.builders.measuring_bench import BUDGET, RANGE
from tests.builders.people import LONG_AGO, QUALITY, grant, hire
from tests.ui.story.clock import MovedClock, clock_of
from tests.ui.story.materials import Materials

PASSWORD = "twelve and more characters"  # noqa: S105 - of people who exist for a minute
BALANCE = "BAL-1"
COLOUR, INFRARED = "COLOUR-1", "FTIR-1"
LABORATORY = "Laboratory of the three days (test)"
PEOPLE = (
    ("admin", "Әкімші Сынақов (test)", "administrator", (Role.ADMINISTRATOR,)),
    ("technician", "Айгүл Қасымқызы (test)", "technician", (Role.TECHNICIAN,)),
    ("expert-a", "Әлия Өтеген (test)", "forensic chemist", (Role.EXPERT,)),
    ("expert-b", "Ёж Щербаков (test)", "senior forensic chemist", (Role.EXPERT, Role.TECHNICAL_REVIEWER)),
    ("head", "Бас Сарапшы (test)", "head of the laboratory", (Role.HEAD,)),
    ("curator", "Кітапхана Сақтаушы (test)", "curator", (Role.LIBRARY_CURATOR,)),
    (QUALITY.number, "Сапа Менеджері (test)", "quality manager", QUALITY.roles),
)
_SIGNS = SECOND_FACTOR_ROLES | {Role.LIBRARY_CURATOR}
"""Who has a device: a curator enrols one under Account, because a signature needs two components."""
_AT_WORK = ("technician", "expert-a", "expert-b", "head")
PROCEDURES = {
    IDENTIFICATION_METHOD: "Identification by GC-MS (test)",
    COLOUR: "Colour test for benzodiazepines (test)",
    INFRARED: "Infrared spectroscopy (test)",
}
_TECHNIQUES = {
    IDENTIFICATION_METHOD: ("mass spectrometry", "gas chromatography"),
    COLOUR: ("colour test",),
    INFRARED: ("infrared spectroscopy",),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """A served laboratory, and what stands on its benches."""

    url: str
    laboratory: Laboratory = field(repr=False)
    materials: Materials = field(repr=False)
    devices: Mapping[str, Device] = field(repr=False)
    """Of those who need a second factor, by staff number."""

    @property
    def clock(self) -> MovedClock:
        """Give the clock that the server reads, too."""
        return clock_of(self.laboratory.settings.home)

    def code(self, number: str) -> str:
        """Give a code that is taken at once; empty for a person without a device."""
        if number not in self.devices:
            return ""
        return code_of_now(self.laboratory.settings.home, number, now=self.clock.now())


def opened(home: Path) -> Laboratory:
    """Open the laboratory with the clock of the story."""
    return open_laboratory(load_settings({}, home=home), clock=clock_of(home))


def furnish(home: Path, materials: Materials) -> dict[str, Device]:
    """Make the laboratory on the day before the story; give the devices of its people."""
    write_safe_settings(home, laboratory=LABORATORY, address="1 Street of the tests, Astana")
    clock_of(home).go_to(materials.first_day - timedelta(days=1))
    laboratory = opened(home)
    people = [StaffMember(number=number, name=name, post=post, roles=roles) for number, name, post, roles in PEOPLE]
    hire(laboratory, people, password=PASSWORD, methods=())
    curator = laboratory.staffing.get("curator")
    if materials.library is None:
        laboratory.curating.add_training_release(actor=curator)
    else:
        laboratory.curating.add_release(materials.library, actor=curator)
    _write_procedures(laboratory, materials)
    _equip(laboratory, materials.first_day)
    signers = [one.number for one in people if not _SIGNS.isdisjoint(one.roles)]
    return {number: enrol(laboratory.authentication, number) for number in signers}


def _write_procedures(laboratory: Laboratory, materials: Materials) -> None:
    """Put the ways of working in force and let the people of the bench be competent for them."""
    expert, head = laboratory.staffing.get("expert-a"), laboratory.staffing.get("head")
    method = materials.method
    for number, name in (*PROCEDURES.items(), (method.number, method.name)):
        for person in _AT_WORK:
            grant(laboratory, laboratory.staffing.get(person), number)
        facts = ProcedureFacts(
            number=number,
            name=name,
            techniques=_TECHNIQUES.get(number, ("mass spectrometry",)),
            acceptance_criteria="as the expert sees it",
        )
        laboratory.validating.record(facts, actor=expert)
        laboratory.validating.validate(number, validated_on=LONG_AGO, record="validated by nobody: a test", actor=head)
    laboratory.batching.define_method(method, actor=expert)


def _equip(laboratory: Laboratory, at: datetime) -> None:
    """Put a balance with a certificate on record; its check of the day is done in the story."""
    manager = laboratory.staffing.get(QUALITY.number)
    facts = InstrumentFacts(
        number=BALANCE, kind=EquipmentKind.BALANCE, model="XPR204", serial="B1", place="room 4", balance_range=RANGE
    )
    laboratory.registering.add(facts, actor=manager)
    day = at.date() - timedelta(days=30)
    calibration = CalibrationFacts(certificate="KZ-77", body="Institute of Metrology", calibrated_on=day, budget=BUDGET)
    laboratory.registering.calibrate(BALANCE, calibration, actor=manager)
