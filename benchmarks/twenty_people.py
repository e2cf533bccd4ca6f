"""Twenty people at once: ``python -m benchmarks.twenty_people HOME [--minutes 3]``; prints JSON.

HOME is a laboratory that ``benchmarks.large_laboratory`` made, with an examination to walk through (``--examination``,
for example one of ``benchmarks.real_data``). It is written to: take a copy. One ``aigaq serve`` serves it, and each
person has a real session in it over a real socket (``benchmarks.streamlit_client``): no browser draws, because twenty
browsers on the server's own cores would measure themselves. The time of an act is from the press of the key until the
page stands again.

People are those of the demonstration: technicians weigh and hand over, experts walk through components, everybody
searches, opens exhibits and looks at the own work. Between two acts a person thinks for an exponential time with the
mean of ``--think`` seconds (20 by default: somebody who does nothing else than click); open pages look every three
seconds whether the session lives, as in a browser.
"""

import argparse
import json
import os
import random
import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from statistics import median, quantiles
from typing import Any

from benchmarks.served import Served, serving, session_of
from benchmarks.streamlit_client import NotOnScreenError, Person
from lims.bootstrap import open_laboratory
from lims.domain.instrument import BalanceRange, EquipmentKind
from lims.domain.staff import Role, StaffMember
from lims.domain.weighing import typed
from lims.domain.weight_uncertainty import BalanceBudget
from lims.services.accessioning import CaseFacts, ExhibitFacts
from lims.services.laboratory import Laboratory
from lims.services.registering import CalibrationFacts, CheckWeight, InstrumentFacts
from lims.settings import load_settings

BUDGET_S = 2.0
PEOPLE = 20
EXHIBITS_EACH = 12
"""That a technician registered before, to weigh and to hand over."""
_BALANCE, _WEIGHT = "BENCHMARK-BALANCE", "BENCHMARK-WEIGHT"
_WORDS = "benchmark"
_FILE = "demo-accounts.json"


def main() -> None:
    """Let them work and print how long they waited."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("home", type=Path)
    parser.add_argument("--minutes", type=float, default=3.0)
    parser.add_argument("--think", type=float, default=20.0, help="mean seconds between two acts of a person")
    parser.add_argument("--people", type=int, default=PEOPLE)
    parser.add_argument("--examination", default="2026-0001/1-R2-E1")
    arguments = parser.parse_args()
    laboratory = open_laboratory(load_settings({}, home=arguments.home))
    passwords = {name: one["password"] for name, one in json.loads((arguments.home / _FILE).read_text("utf-8")).items()}
    crew = Crew(laboratory=laboratory, passwords=passwords, examination=arguments.examination)
    with tempfile.TemporaryDirectory() as folder, serving(arguments.home, log=Path(folder) / "serve.log") as served:
        seats = crew.seats(served, arguments.people)
        began, worked = time.monotonic(), served.processor_s()
        ends = began + 60 * arguments.minutes
        threads = [threading.Thread(target=one.work, args=(ends, arguments.think)) for one in seats]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        lasted = time.monotonic() - began
        facts = {
            "load_average": os.getloadavg()[0],
            "cores": os.cpu_count(),
            "people": len(seats),
            "think_s": arguments.think,
            "minutes": round(lasted / 60, 1),
            "server_processors": round((served.processor_s() - worked) / lasted, 2),
            "server_memory_mb": served.memory_mb(),
        }
    print(json.dumps(facts | told(seats), indent=2, ensure_ascii=False))


@dataclass(slots=True, kw_only=True)
class Seat:
    """One person at work, and what the person has to work on."""

    person: StaffMember
    tab: Person = field(repr=False)
    password: str = field(repr=False)
    taker: str
    """What stands on the choice of whom to hand over to."""
    exhibits: list[str]
    """In the hands of this technician."""
    examination: str
    chance: random.Random = field(repr=False)
    think_s: float = 0.0
    took: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    faults: list[str] = field(default_factory=list)

    def work(self, ends: float, think_s: float) -> None:
        """Do one thing after the other; what is not on the screen is noted, and the person goes on."""
        self.think_s = think_s
        try:
            self.tab.think(self.chance.uniform(0, think_s))
            while time.monotonic() < ends:
                try:
                    self.chance.choice(self._acts())()
                except NotOnScreenError as error:
                    self.faults.append(str(error))
        finally:
            self.tab.leave()

    def _acts(self) -> list[Callable[[], None]]:
        common = [self.look_at_the_work, self.search]
        if Role.TECHNICIAN in self.person.roles:
            return [*common, self.weigh, self.weigh, self.hand_over]
        if Role.EXPERT in self.person.roles:
            return [*common, self.walk, self.walk, self.walk]
        return common

    def did(self, name: str, seconds: float) -> None:
        """Note how long an act took, and think."""
        self.took[name].append(seconds)
        self.faults += self.tab.faults
        self.tab.faults.clear()
        self.tab.think(self.chance.expovariate(1 / self.think_s))

    def look_at_the_work(self) -> None:
        """Look at what waits."""
        self.did("open My work", self.tab.open("my-work"))

    def search(self) -> None:
        """Search an exhibit and open it with its case."""
        if Role.ADMINISTRATOR in self.person.roles:
            return self.look_at_the_work()
        self.did("open Exhibits", self.tab.open("exhibits"))
        wanted = f"2026-1{self.chance.randrange(1, 800):03}{self.chance.randrange(1, 40):03}"
        self.did("search an exhibit", self.tab.enter("exhibit-filter", wanted))
        return self.did("open a case", self.tab.select("exhibit-table", 0))

    def walk(self) -> None:
        """Walk through components of a real run."""
        if self.tab.reads(self.examination):
            return self.did("walk to the next component", self.tab.press("Next"))
        self.did("open Exhibits", self.tab.open("exhibits"))
        self.did("search an exhibit", self.tab.enter("exhibit-filter", self.examination.split("-R")[0]))
        self.did("open a case", self.tab.select("exhibit-table", 0))
        wanted = next(one for one in self.tab.labels("button") if self.examination in one)
        return self.did("open the examination", self.tab.press(wanted))

    def weigh(self) -> None:
        """Weigh an exhibit: scan it, type what the balance shows, record it."""
        if not self.exhibits:
            return self.look_at_the_work()
        self.did("open Bench", self.tab.open("bench"))
        self.tab.type("bench-typed", self.exhibits[-1])
        self.did("scan an exhibit", self.tab.press("Open"))
        for key, text in (
            ("bench-gross", f"{self.chance.randrange(2_000, 9_000) / 100:.2f}"),
            ("bench-reason", _WORDS),
        ):
            self.did("type a reading", self.tab.enter(key, text))
        return self.did("record a weighing", self.tab.press("Record the weighing"))

    def hand_over(self) -> None:
        """Hand an exhibit over: scan it, name whom and why, sign."""
        if not self.exhibits:
            return self.look_at_the_work()
        self.did("open Custody", self.tab.open("custody"))
        self.tab.type("scan-field", self.exhibits.pop())
        self.did("scan an exhibit", self.tab.press("Add"))
        self.tab.pick("hand-over-to", self.taker)
        self.tab.type("hand-over-purpose", _WORDS)
        self.did("prepare a hand-over", self.tab.press("Hand over"))
        self.tab.type("transfer-own-password", self.password)
        return self.did("sign a hand-over", self.tab.press("Record"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Crew:
    """The people of the demonstration, and what is made ready for them."""

    laboratory: Laboratory = field(repr=False)
    passwords: dict[str, str] = field(repr=False)
    examination: str

    def seats(self, served: Served, wanted: int) -> list[Seat]:
        """Give that many people their tabs, half a minute before they begin."""
        people = [one for one in self.laboratory.staffing.everybody() if one.roles][:wanted]
        technicians = [one for one in people if Role.TECHNICIAN in one.roles]
        self._balance()
        exhibits = {one.number: self._exhibits(one) for one in technicians}
        taker = next(one for one in people if Role.EXPERT in one.roles)
        return [
            Seat(
                person=one,
                tab=self._tab(served, one),
                password=self.passwords[one.number],
                taker=f"{taker.name} ({taker.number})",
                exhibits=exhibits.get(one.number, []),
                examination=self.examination,
                chance=random.Random(one.number),  # noqa: S311 - chance of a benchmark
            )
            for one in people
        ]

    def _tab(self, served: Served, person: StaffMember) -> Person:
        cookie = session_of(self.laboratory, person.number)
        return Person(served.url, f"{cookie['name']}={cookie['value']}")

    def _exhibits(self, technician: StaffMember) -> list[str]:
        """Register what a technician weighs and hands over, and let the password be hashed as slowly as any."""
        self.laboratory.authentication.check(technician.number, self.passwords[technician.number], "")
        receiving = self.laboratory.accessioning
        case = receiving.register_case(CaseFacts(appointing_body=_WORDS), actor=technician)
        facts = ExhibitFacts(description=_WORDS)
        return [receiving.register_exhibit(case.number, facts, actor=technician).number for _ in range(EXHIBITS_EACH)]

    def _balance(self) -> None:
        """Register a balance, if there is none yet, and check it for today."""
        registering = self.laboratory.registering
        manager, technician = (
            self.laboratory.staffing.with_role(role)[0] for role in (Role.QUALITY_MANAGER, Role.TECHNICIAN)
        )
        if all(one.balance.number != _BALANCE for one in registering.balances()):
            span = BalanceRange(capacity_g=Decimal(200), minimum_g=Decimal("0.20"))
            facts = InstrumentFacts(
                number=_BALANCE,
                kind=EquipmentKind.BALANCE,
                model=_WORDS,
                serial=_WORDS,
                place=_WORDS,
                balance_range=span,
            )
            registering.add(facts, actor=manager)
            budget = BalanceBudget(
                readability_g=Decimal("0.01"),
                repeatability_g=Decimal("0.01"),
                linearity_g=Decimal("0.02"),
                calibration_u_g=Decimal("0.006"),
            )
            day = self.laboratory.staffing.today() - timedelta(days=1)
            calibrated = CalibrationFacts(
                certificate=_WORDS, body=_WORDS, calibrated_on=day, due_on=None, budget=budget
            )
            registering.calibrate(_BALANCE, calibrated, actor=manager)
        weight = CheckWeight(number=_WEIGHT, nominal_g=Decimal(100), tolerance_g=Decimal("0.02"))
        registering.check_balance(_BALANCE, weight, reading=typed("100.00 g"), actor=technician)


def told(seats: list[Seat]) -> dict[str, Any]:
    """Give median and 95th percentile of each act, and what went wrong."""
    took: dict[str, list[float]] = defaultdict(list)
    for seat in seats:
        for name, times in seat.took.items():
            took[name] += times
    everything = [one for times in took.values() for one in times]
    acts = {name: _figures(times) for name, times in sorted(took.items())}
    faults = [one for seat in seats for one in seat.faults]
    return {
        "budget_s": BUDGET_S,
        "all": _figures(everything),
        "over_budget": [name for name, found in acts.items() if found["p95_s"] > BUDGET_S],
        "acts": acts,
        "faults": len(faults),
        "first_faults": list(dict.fromkeys(faults))[:5],
    }


def _figures(times: list[float]) -> dict[str, float]:
    p95 = quantiles(times, n=20)[-1] if len(times) > 1 else max(times, default=0.0)
    return {
        "count": len(times),
        "median_s": round(median(times or [0.0]), 3),
        "p95_s": round(p95, 3),
        "most_s": round(max(times, default=0.0), 3),
    }


if __name__ == "__main__":
    main()
