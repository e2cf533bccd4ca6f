"""Measuring from the console: registers, a balance read over TCP, weighings, aliquots, standards, a sampling plan."""

import dataclasses
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from lims.bootstrap import open_laboratory
from lims.cli.application import app
from lims.domain.staff import Role, StaffMember
from lims.errors import LimsError
from lims.persistence.engine import open_engine
from lims.persistence.store import SqlStore
from lims.services.accessioning import CaseFacts, ExhibitFacts
from lims.services.permitting import Rights
from tests.builders.balance_simulator import SERIAL, SimulatedBalance, over_terminal
from tests.builders.clocks import SetClock
from tests.builders.devices import enrol, typed_at_console
from tests.builders.measuring_bench import photograph
from tests.builders.people import QUALITY, hire
from tests.builders.plain_homes import plain_settings

PASSWORD = "a long enough password"  # noqa: S105 - of people who exist in tests only
ADMIN = StaffMember(number="admin", name="Admin", post="a", roles=(Role.ADMINISTRATOR,))
TECHNICIAN = StaffMember(number="technician", name="T", post="t", roles=(Role.TECHNICIAN,))
EXPERT = StaffMember(number="expert", name="E", post="e", roles=(Role.EXPERT,))
EXHIBIT = "2026-0001/1"
BEFORE = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
BALANCE = f"""
number = "BAL-1"
kind = "balance"
model = "XPR204"
serial = "{SERIAL}"
place = "room 4"
balance_range = {{capacity_g = 200, minimum_g = 0.02}}
"""
CALIBRATION = """
certificate = "KZ-77"
body = "Institute of Metrology"
calibrated_on = 2026-01-01
[budget]
readability_g = 0.01
repeatability_g = 0.01
linearity_g = 0.02
calibration_u_g = 0.006
"""
SERVICE = """
kind = "service"
words = "cleaned"
happened_on = 2026-01-02
done_by = "producer"
"""
REAGENT = """
number = "R-1"
name = "methanol"
producer = "P"
lot = "L7"
received_on = 2026-01-02
opened_life_days = 90
"""
STANDARD = """
number = "S-1"
substance = "heroin"
producer = "P"
lot = "H9"
certificate = "C 12"
received_on = 2026-01-02
received_mg = 250
reweigh_tolerance_mg = 0.5
purity = 0.985
purity_u = 0.004
purity_k = 2
"""
PLAN = f"""
[population]
units = 10
alike_in = "size, colour, logo"
photograph = "{EXHIBIT}-F1"
[design]
method = "hypergeometric"
testing = "all screened"
proportion = 0.5
confidence = 0.95
"""


@dataclasses.dataclass(frozen=True)
class Console:
    """A console of one laboratory."""

    home: Path

    def __call__(self, *arguments, typed=""):
        enrolled = next((number for number in ("expert", "quality") if number in arguments), None)
        first = typed_at_console(self.home, enrolled, PASSWORD) if enrolled else f"{PASSWORD}\n"
        result = CliRunner().invoke(
            app,
            [str(one) for one in arguments],
            input=f"{first}{typed}",
            env={"AIGAQ_HOME": str(self.home)},
        )
        if isinstance(result.exception, LimsError):
            return 2, str(result.exception)
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result.exit_code, result.stdout

    def told(self, *arguments, code=0, typed=""):
        found, said = self(*arguments, typed=typed)
        assert found == code, said
        return said

    def data(self, *arguments, code=0):
        return json.loads(self.told(*arguments, "--json", code=code))

    def file(self, name, text):
        path = self.home / name
        path.write_text(text, "utf-8")
        return path


@pytest.fixture(scope="module")
def console(tmp_path_factory):
    home = tmp_path_factory.mktemp("measuring")
    clock = SetClock(BEFORE)
    laboratory = open_laboratory(plain_settings(home), clock=clock)
    hire(laboratory, (ADMIN, TECHNICIAN, EXPERT, QUALITY), password=PASSWORD)
    for number in ("expert", "quality"):
        enrol(laboratory.authentication, number)
    case = laboratory.accessioning.register_case(CaseFacts(appointing_body="Court"), actor=TECHNICIAN)
    facts = ExhibitFacts(description="tablets", unit_count=10)
    laboratory.accessioning.register_exhibit(case.number, facts, actor=TECHNICIAN)
    engine = open_engine(f"sqlite:///{home / 'aigaq.sqlite'}")
    with SqlStore(engine, rights=Rights(enforced=False)).unit_of_work() as work:
        work.record(photograph(EXHIBIT, clock.now()), act="tested", actor=TECHNICIAN, at=clock.now())
        work.commit()
    engine.dispose()
    return Console(home=home)


@pytest.fixture(scope="module")
def balance(console):
    """Register a balance from files, check it, and give the URL of one that is really there."""
    add = ("instrument", "add", console.file("balance.toml", BALANCE), "--by", "quality")
    assert "instrument BAL-1: balance, XPR204, in service" in console.told(*add)
    files = ("instrument", "calibrate", "BAL-1", console.file("calibration.toml", CALIBRATION))
    assert console.data(*files, "--by", "quality")["calibrations"][0]["budget"]["readability_g"] == "0.01"
    with over_terminal(SimulatedBalance()) as url:
        check = ("instrument", "check", "BAL-1", "--weight", "W-100", "--nominal", "100", "--by", "technician")
        assert "passed" in console.told(*check, "--tolerance", "0.02", "--url", url)
        yield url


def test_the_register_shows_what_may_be_used(console, balance):
    assert balance.startswith("serial://")
    console.told("instrument", "keep-up", "BAL-1", console.file("s.toml", SERVICE), "--by", "technician")
    shown = console.data("instrument", "show", "BAL-1")
    assert (shown["usable"], shown["hindrances"], shown["upkeep"][0]["words"]) == (True, [], "cleaned")
    console.told("instrument", "take-out", "BAL-1", "--reason", "drift", "--by", "technician")
    assert "usable today: no, out of service" in console.told("instrument", "show", "BAL-1")
    code, said = console("weighing", "add", EXHIBIT, "--balance", "BAL-1", "--purpose", "as received", "--gross",
                         "1.00 g", "--manual-reason", "r", "--by", "technician")  # fmt: skip
    assert (code, "out of service since" in said) == (2, True)
    console.told("instrument", "put-back", "BAL-1", "--check", "5 weights", "--by", "quality")
    assert console.data("instrument", "list")[0]["state"] == "in service"


def test_a_balance_is_read_and_nothing_is_recorded(console, balance):
    found = console.data("balance", "read", "--url", balance)
    assert found == {"serial": SERIAL, "raw": "S S     100.00 g", "mass_g": "100.00", "stable": True}
    assert "not stable" in console.told("balance", "read", "--url", balance, "--immediate")
    assert console("balance", "read", "--url", "tcp://nowhere")[0] == 2


def test_an_item_is_weighed_parted_and_weighed_back(console, balance):
    weigh = ("weighing", "add", EXHIBIT, "--balance", "BAL-1", "--by", "technician")
    told = console.told(*weigh, "--purpose", "before examination", "--url", balance, typed="\n")
    assert "(100.000 ± 0.032) g, k = 2, 95.45 %, before examination, BAL-1" in told
    typed = ("--gross", "12.00 g", "--tare", "2.00 g", "--manual-reason", "the line is broken")
    taken = console.data("aliquot", "take", EXHIBIT, "--balance", "BAL-1", "--purpose", "GC-MS", *typed,
                         "--by", "technician")  # fmt: skip
    assert (taken["number"], taken["mass_g"]) == (f"{EXHIBIT}-A1", "10.00")
    consume = ("mass", "consume", EXHIBIT, "--mass", "1", "--u", "0.1", "--purpose", "p", "--by", "technician")
    code, said = console(*consume)
    assert (code, "nothing may be used up" in said) == (2, True)
    console.told("mass", "lose", EXHIBIT, "--mass", "0.5", "--reason", "spilled", "--by", "technician")
    assert "100.00 g before, 89.50 g should be left, open" in console.told("mass", "show", EXHIBIT)
    back = (*weigh, "--purpose", "remainder", "--gross", "80.00 g", "--manual-reason", "r")
    raised = console.data(*back, code=4)["discrepancy"]
    assert raised["difference"] == "-9.50"
    assert console.data("discrepancy", "list")[0]["state"] == "open"
    close = ("discrepancy", "close", raised["number"], "--finding", "f", "--action", "a")
    assert "closed" in console.told(*close, "--by", "quality")
    listed = console.data("weighing", "list", EXHIBIT)
    assert [one["manual"] for one in listed] == [False, True]
    assert console.data("mass", "show", EXHIBIT)["state"] == "does not fit"
    total = console.data("weighing", "sum", *(one["number"] for one in listed))
    assert total["mass_g"] == "180.000"
    assert "correlated: linearity, calibration" in console.told("weighing", "sum", listed[0]["number"])
    assert console.data("weighing", "doubtful", "BAL-1") == []


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--gross", "1.00 g"), "needs a reason"),
        ((), "one of the two"),
        (("--with-tare", "--gross", "1.00 g"), "give --url"),
        (("--url", "tcp://h:1", "--gross", "1.00 g"), "nothing is typed beside it"),
        (("--gross", "1.00 g", "--k", "x"), "'x' is no number"),
        (("--gross", "1,00 g", "--manual-reason", "r"), "expected a mass with its unit"),
    ],
)
@pytest.mark.usefixtures("balance")
def test_what_is_no_weighing_is_refused(console, options, words):
    weigh = ("weighing", "add", EXHIBIT, "--balance", "BAL-1", "--purpose", "unit", "--by", "technician")
    code, said = console(*weigh, *options)
    assert (code, words in said) == (2, True), said


def test_lots_are_received_released_used_and_compared(console):
    console.told("reagent", "add", console.file("r.toml", REAGENT), "--by", "technician")
    assert console("reagent", "open", "R-1", "--by", "technician")[0] == 2
    console.told("reagent", "release", "R-1", "--reason", "fits", "--by", "quality")
    console.told("reagent", "open", "R-1", "--by", "technician")
    console.told("reagent", "block", "R-1", "--to", "discarded", "--reason", "empty", "--by", "technician")
    assert console.data("reagent", "list")[0]["state"] == "discarded"
    console.told("standard", "add", console.file("s.toml", STANDARD), "--by", "quality")
    console.told("standard", "release", "S-1", "--reason", "fits", "--by", "quality")
    used = console.told("standard", "use", "S-1", "--amount", "238", "--purpose", "p", "--by", "technician")
    assert "heroin, lot H9, 12 mg" in used
    reweigh = ("standard", "reweigh", "S-1", "--u", "0.2", "--purpose", "audit", "--by", "quality")
    assert "it fits" in console.told(*reweigh, "--found", "12.3")
    code, said = console(*reweigh, "--found", "2")
    assert (code, "discrepancy S-1-D1" in said) == (4, True)
    correct = ("standard", "correct", "S-1", "--balance", "2", "--discrepancy", "S-1-D1", "--by", "quality")
    assert "is open" in console(*correct)[1]
    console.told("standard", "block", "S-1", "--to", "quarantine", "--reason", "r", "--by", "quality")
    assert "heroin" in console.told("standard", "list")


def test_a_plan_is_made_drawn_tested_and_said(console):
    plan = console.data("sampling", "plan", EXHIBIT, console.file("plan.toml", PLAN), "--by", "expert")
    assert (plan["number"], plan["units"], plan["state"]) == (f"{EXHIBIT}-S1", 3, "planned")
    draw = ("sampling", "draw", f"{EXHIBIT}-S1", "--by", "technician", "--numbering", "by row")
    drawn = console.data(*draw)["drawn"]
    for unit in drawn:
        result = ("sampling", "result", f"{EXHIBIT}-S1", unit, "--outcome", "positive", "--substance", "MDMA")
        console.told(*result, "--basis", "2026-0001/1-R1-E1", "--by", "technician")
    said = console.data("sampling", "statement", f"{EXHIBIT}-S1")
    assert (said["kind"], said["at_least"], said["positive"]) == ("at least", 5, 3)
    assert "кемінде 5" in console.told("sampling", "statement", f"{EXHIBIT}-S1", "--language", "kk")
    design = 'method = "all"\ntesting = "all screened"\n'
    change = ("sampling", "change", f"{EXHIBIT}-S1", console.file("design.toml", design), "--reason", "asked")
    assert console.data(*change, "--by", "expert")["units"] == 10
    left = [str(unit) for unit in range(1, 11) if unit not in drawn]
    by_hand = ("sampling", "draw", f"{EXHIBIT}-S1", "--black-box", ",".join(left), "--numbering", "bag")
    assert "(black box)" in console.told(*by_hand, "--by", "technician")
    assert console(*draw, "--black-box", "a,b")[0] == 2


def test_a_population_is_split(console):
    part = 'population = {{units = {units}, alike_in = "logo", photograph = "2026-0001/1-F1"}}\n'
    parts = "".join(
        f'[[parts]]\n{part.format(units=units)}design = {{method = "all", testing = "t"}}\n' for units in (4, 6)
    )
    split = ("sampling", "split", f"{EXHIBIT}-S1", console.file("split.toml", parts), "--reason", "two logos")
    made = console.data(*split, "--by", "expert")
    assert [one["units"] for one in made] == [4, 6]


def test_a_failed_check_is_recorded_and_names_what_is_in_doubt(console, balance):
    check = ("instrument", "check", "BAL-1", "--weight", "W", "--nominal", "100", "--tolerance", "0.001")
    assert "passed" in console.told(*check, "--url", balance, "--by", "technician")
    weigh = ("weighing", "add", EXHIBIT, "--balance", "BAL-1", "--purpose", "unit", "--by", "technician")
    same = console.told(*weigh, "--with-tare", "--url", balance, typed="\n\n", code=2)
    assert "gross 100.00 g less tare is 0.00 g" in same
    console.told(*weigh, "--gross", "1.00 g", "--manual-reason", "r")
    assert "failed" in console.told(*check, "--reading", "99.00 g", "--by", "technician", code=4)
    assert len(console.data("weighing", "doubtful", "BAL-1", code=4)) == 1


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("number = ", "no TOML"),
        ("x = 1", "number"),
        (BALANCE + "extra = 1", "extra"),
        (BALANCE.replace("200", '"many"'), "capacity_g"),
        ("# " * 600_000, "more than 1000000 bytes"),
    ],
)
def test_a_file_that_states_no_instrument_is_refused(console, text, words):
    code, said = console("instrument", "add", console.file("bad.toml", text), "--by", "quality")
    assert (code, words in said) == (2, True), said
    assert console("instrument", "add", console.home / "none.toml", "--by", "quality")[0] == 2
