"""A laboratory whose whole life the machine plays: real services, a real store in memory, real small files.

It is founded once a process and copied for each life, so that a life begins in milliseconds.
"""

import atexit
import dataclasses
import hashlib
import random
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from lims.domain.competence import IDENTIFICATION_METHOD
from lims.domain.instrument import EquipmentKind
from lims.domain.place import PlaceKind
from lims.domain.record import Record
from lims.domain.signature import SignatureConfirmation, SignatureMeaning
from lims.domain.staff import Role, StaffMember
from lims.persistence.engine import open_engine
from lims.services.permitting import Rights
from lims.services.ports import ListedRecord
from lims.services.registering import CalibrationFacts, CheckWeight, InstrumentFacts
from lims.services.relisting import RelistingService
from lims.services.stocking import ReagentFacts, StandardFacts
from lims.services.training import TRAINING_SUBSTANCES
from lims.services.validating import ProcedureFacts
from substance_library import principal_ions
from tests.builders.batches import METHOD, SetMeasurement, method
from tests.builders.clocks import SetClock
from tests.builders.laboratories import ADMIN, EXPERT, PASSWORD, PEOPLE, Bench
from tests.builders.measuring_bench import BALANCE, BUDGET, RANGE, SERIAL, reading
from tests.builders.people import LONG_AGO, QUALITY, hire
from tests.lifecycle.desk import KeyedDesk

T = TypeVar("T")
R = TypeVar("R", bound=Record)

TECHNICIAN_2 = StaffMember(number="technician-2", name="Technician 2", post="technician", roles=(Role.TECHNICIAN,))
EXPERT_C = StaffMember(number="expert-c", name="Expert C", post="chemist", roles=(Role.EXPERT, Role.TECHNICAL_REVIEWER))
DEPUTY = StaffMember(number="deputy", name="Deputy", post="deputy head", roles=(Role.HEAD,))
AUDITOR = StaffMember(number="auditor", name="Auditor", post="auditor", roles=(Role.AUDITOR,))
EVERYBODY = (*PEOPLE, TECHNICIAN_2, EXPERT_C, DEPUTY, AUDITOR)
BY_NUMBER = {member.number: member for member in EVERYBODY}
PROCEDURES = {
    "FTIR-1": ("infrared spectroscopy",),
    "COLOUR-1": ("colour test",),
    "TLC-1": ("thin-layer chromatography",),
}
LIBRARY = "life"
SHELF, VAULT, BOX = "PL-0001", "PL-0002", "PL-0003"
WEIGHT = CheckWeight(number="W-100", nominal_g=Decimal(100), tolerance_g=Decimal("0.02"))
REFERENCES = tuple(one for one in principal_ions() if one.name in TRAINING_SUBSTANCES)
MISTAKES = 0.1
"""Share of arguments that are wrong: another person, a stale version, a number of nothing."""
_NEAR = 0.6
_MOST_LISTED = 1000
_DATABASE = "aigaq.sqlite"


class NothingToDoError(Exception):
    """There is nothing yet on which an act could be done."""


@dataclass
class Life:
    """One laboratory from its founding to the end of a sequence of acts."""

    folder: Path
    rights: Rights = field(default_factory=lambda: Rights(custody_gate=True, liability_warning=True))
    clock: SetClock = field(default_factory=SetClock)
    chance: random.Random = field(default_factory=lambda: random.Random(0))  # noqa: S311 - can be done again
    measurement: SetMeasurement = field(default_factory=SetMeasurement)
    mistakes: float = MISTAKES
    files: int = 0
    focus: str = ""
    """The exhibit that people work on now: acts by chance are about it more often than about others."""
    bench: Bench = field(init=False)
    _answers: dict[object, Any] | None = None
    relisting: RelistingService = field(init=False)

    def __post_init__(self) -> None:
        self.inbox.mkdir(exist_ok=True)
        self.engine = open_engine(f"sqlite:///{self.folder / _DATABASE}")
        self.bench = Bench(self.engine, self.folder, clock=self.clock, desk=KeyedDesk(), rights=self.rights)
        self.bench.batching = dataclasses.replace(self.bench.batching, measurement=self.measurement)
        self.relisting = RelistingService(store=self.bench.store, clock=self.clock)

    @property
    def inbox(self) -> Path:
        return self.folder / "inbox"

    @property
    def today(self) -> date:
        return self.clock.now().astimezone(self.rights.time_zone).date()

    def close(self) -> None:
        self.engine.dispose()

    # choosing

    def slips(self, share: float | None = None) -> bool:
        """Tell whether somebody makes a mistake now."""
        return self.chance.random() < (self.mistakes if share is None else share)

    def choose(self, options: Sequence[T]) -> T:
        """Choose one.

        Raises
        ------
        NothingToDoError
            If there is none.
        """
        if not options:
            raise NothingToDoError
        return self.chance.choice(options)

    def by(self, *usual: StaffMember) -> StaffMember:
        """Give who does an act: mostly one whose work it is, at times anybody, at times one who forged the roles."""
        member = self.chance.choice(EVERYBODY if self.slips() else usual)
        return dataclasses.replace(member, roles=tuple(Role)) if self.slips(self.mistakes / 3) else member

    def listed(self, kind: type[Record], *states: str) -> list[ListedRecord]:
        """Give the records of a kind, in some states, newest first."""
        with self.bench.store.reading() as work:
            listed = work.listed(kind, limit=_MOST_LISTED)
        return [line for line in listed if not states or line.state in states]

    def some(self, kind: type[Record], *states: str) -> str:
        """Give the number of a record in one of the states; at times of any, or of none.

        Raises
        ------
        NothingToDoError
            If there is none.
        """
        if self.slips(self.mistakes / 5):
            return "2026-9999/9"
        if self.slips(self.mistakes / 2):
            return self.choose(self.listed(kind)).number
        fitting = self.listed(kind, *states)
        near = [line for line in fitting if self._is_near(line.number)]
        return self.choose(near if near and self.slips(_NEAR) else fitting).number

    def _is_near(self, number: str) -> bool:
        """Tell whether a record is of the exhibit, or the case, that people work on."""
        return bool(self.focus) and (number.startswith(self.focus) or self.focus.startswith(f"{number}/"))

    def load(self, kind: type[R], number: str, version: int | None = None) -> R:
        return self._asked((kind, number, version), lambda work: work.load(kind, number, version=version))

    def children(self, kind: type[R], parent: str) -> tuple[R, ...]:
        return self._asked((kind, parent), lambda work: work.children(kind, parent))

    @contextmanager
    def looking(self) -> Iterator[None]:
        """Ask the store for nothing twice, as long as somebody looks and does nothing."""
        self._answers = {}
        try:
            yield
        finally:
            self._answers = None

    def _asked(self, question: object, ask: Callable[[Any], Any]) -> Any:
        if self._answers is None or question not in self._answers:
            with self.bench.store.reading() as work:
                answer = ask(work)
            if self._answers is None:
                return answer
            self._answers[question] = answer
        return self._answers[question]

    def seen(self, record: Any) -> int:
        """Give the version that a person saw: at times one that is past."""
        version: int = record.version
        return version - 1 if version > 1 and self.slips() else version

    def confirmed(self, person: StaffMember, meaning: SignatureMeaning, record: Record) -> SignatureConfirmation:
        """Let a person confirm a record; at times as another, another version, or too long ago."""
        made = self.bench.confirmed(person, meaning, record)
        if not self.slips():
            return made
        wrong = self.chance.choice(("person", "version", "digest", "time", "meaning"))
        if wrong == "person":
            return dataclasses.replace(made, person=self.chance.choice(EVERYBODY).number)
        if wrong == "version":
            return dataclasses.replace(made, version=made.version + 1)
        if wrong == "digest":
            return dataclasses.replace(made, record_sha256=hashlib.sha256(b"another").hexdigest())
        if wrong == "time":
            return dataclasses.replace(made, confirmed_at=made.confirmed_at - timedelta(minutes=6))
        return dataclasses.replace(made, meaning=self.chance.choice(list(SignatureMeaning)))

    def file(self, name: str, data: bytes) -> Path:
        """Write a file that nobody has brought yet."""
        self.files += 1
        path = self.inbox / f"{self.files:04d}-{name}"
        path.write_bytes(data)
        return path


@cache
def _founded() -> Path:
    """Found the laboratory once: people, competences, registers, places, a library, a method."""
    folder = Path(tempfile.mkdtemp(prefix="aigaq-life-", dir=memory()))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    life = Life(folder)
    bench = life.bench
    hire(bench, EVERYBODY, password=PASSWORD, methods=(IDENTIFICATION_METHOD, METHOD, *PROCEDURES))
    _keep_registers(life)
    for name, kind, vault in (("shelf", PlaceKind.SHELF, False), ("vault", PlaceKind.CABINET, True)):
        bench.storing.add(name, kind=kind, vault=vault, actor=QUALITY)
    bench.storing.add("box", kind=PlaceKind.BOX, capacity=2, actor=QUALITY)
    bench.curating.add_release(write_library(folder / f"{LIBRARY}.msp"), actor=ADMIN)
    bench.batching.define_method(method(), actor=EXPERT)
    life.close()
    return folder


def _keep_registers(life: Life) -> None:
    bench, today = life.bench, life.today
    for number, techniques in PROCEDURES.items():
        facts = ProcedureFacts(
            number=number, name=number, techniques=techniques, acceptance_criteria="as its text says"
        )
        bench.validating.record(facts, actor=EXPERT)
        bench.validating.validate(number, validated_on=LONG_AGO, record=f"validation of {number}", actor=QUALITY)
    balance = InstrumentFacts(
        number=BALANCE, kind=EquipmentKind.BALANCE, model="XPR204", serial=SERIAL, place="room 4", balance_range=RANGE
    )
    bench.registering.add(balance, actor=QUALITY)
    bench.registering.calibrate(BALANCE, calibration(today), actor=QUALITY)
    bench.registering.check_balance(BALANCE, WEIGHT, reading=reading("100.00 g"), actor=EXPERT)
    instrument = InstrumentFacts(number="GCMS", kind=EquipmentKind.GC_MS, model="m", serial="s", place="room 5")
    bench.registering.add(instrument, actor=QUALITY)
    bench.registering.calibrate("GCMS", dataclasses.replace(calibration(today), budget=None), actor=QUALITY)
    lot = ReagentFacts(
        number="R-1", name="Marquis", producer="p", lot="L1", received_on=today, expires_on=today + timedelta(days=40)
    )
    bench.stocking.add_reagent(lot, actor=EXPERT)
    bench.stocking.release_reagent("R-1", reason="checked", actor=QUALITY)
    standard = StandardFacts(
        number="RS-1",
        substance="Ketamine",
        producer="p",
        lot="L2",
        certificate="c",
        received_on=today,
        received_mg=Decimal(10),
        reweigh_tolerance_mg=Decimal("0.1"),
        expires_on=today + timedelta(days=40),
    )
    bench.stocking.add_standard(standard, actor=EXPERT)
    bench.stocking.release_standard("RS-1", reason="checked", actor=QUALITY)


def calibration(today: date, *, days: int = 20) -> CalibrationFacts:
    """Give what a certificate of the balance states."""
    return CalibrationFacts(
        certificate="KZ-77",
        body="Institute of Metrology",
        calibrated_on=today,
        due_on=today + timedelta(days=days),
        budget=BUDGET,
    )


def write_library(path: Path) -> Path:
    """Write a library of the substances that the simulated runs hold, with the keys that tell isomers."""
    lines: list[str] = []
    for one in REFERENCES:
        pairs = zip(one.spectrum.mz.tolist(), one.spectrum.intensity.tolist(), strict=True)
        head = (f"Name: {one.name}", f"InChIKey: {one.inchikey}", f"Formula: {one.formula}")
        lines += [*head, f"Num Peaks: {len(one.spectrum.mz)}", *(f"{round(mz)} {round(h)}" for mz, h in pairs), ""]
    path.write_text("\n".join(lines), "utf-8")
    return path


def memory() -> str | None:
    """Give a folder in memory, where the system has one."""
    return "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108 - of this process, by mkdtemp


def begin(*, rights: Rights | None = None) -> Life:
    """Begin a life: a copy of the founded laboratory."""
    folder = Path(tempfile.mkdtemp(prefix="aigaq-life-", dir=memory())) / "home"
    shutil.copytree(_founded(), folder)
    return Life(folder) if rights is None else Life(folder, rights=rights)


def end(life: Life) -> None:
    """Take the folder of a life away."""
    life.close()
    shutil.rmtree(life.folder.parent)
