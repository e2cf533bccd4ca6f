"""Receiving from the console: an order with everything that came with it, a discrepancy, photographs, a donor."""

import dataclasses
import json
import re
import sqlite3

import pytest
from typer.testing import CliRunner

from lims.bootstrap import open_laboratory
from lims.cli.application import app
from lims.domain.staff import Role, StaffMember
from lims.errors import LimsError
from lims.settings import load_settings
from tests.builders.people import hire
from tests.builders.pictures import jpeg

PASSWORD = "a long enough password"  # noqa: S105 - of people who exist in tests only
ADMIN = StaffMember(number="admin", name="Admin", post="a", roles=(Role.ADMINISTRATOR,))
TECHNICIAN = StaffMember(number="technician", name="T", post="t", roles=(Role.TECHNICIAN,))
SECOND = StaffMember(number="second", name="S", post="t", roles=(Role.TECHNICIAN,))
ORDER = """
[case]
appointing_body = "Court of Almaty"
order_number = "7/26"
order_date = 2026-11-20
questions = ["What is it?", "How much of it?"]
category = "simple"
[case.request]
appointed_by = "Judge"
received_at = 2026-01-20T10:00:00+05:00
delivery = "courier"
permission = {extent = "partial", reference = "order 7/26, point 3"}

[[seizures]]
seized_on = 2026-11-01
region = "KZ-75"
place = "Parcel office"
channel = "post"
screens = [{kit = "colour kit", kit_lot = "L7", operator = "Officer A", result = "positive", substance = "amines"}]

[[exhibits]]
description = "parcel"
seizure = 1
container = {kind = "bag", number = "B-1"}
seal_number = "S-1"
seal_intact = true
[[exhibits.parts]]
description = "tablets"
kind = "tablet"
unit_count = 10
[[exhibits.parts]]
description = "powder"
kind = "powder"
"""


@dataclasses.dataclass(frozen=True)
class Done:
    code: int
    said: str


def aigaq(*arguments, home):
    result = CliRunner().invoke(
        app, [str(one) for one in arguments], input=f"{PASSWORD}\n", env={"AIGAQ_HOME": str(home)}
    )
    if isinstance(result.exception, LimsError):
        return Done(2, str(result.exception))
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return Done(result.exit_code, result.stdout)


def told(done, code=0):
    assert done.code == code, done.said
    return done.said


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    folder = tmp_path_factory.mktemp("receiving") / "home"
    folder.mkdir()
    (folder / "aigaq.toml").write_text(
        '[receiving.terms]\ncounting = "calendar"\n[receiving.terms.days]\nsimple = 10\n', "utf-8"
    )
    hire(open_laboratory(load_settings(home=folder)), (ADMIN, TECHNICIAN, SECOND), password=PASSWORD)
    return folder


@pytest.fixture
def order(tmp_path):
    path = tmp_path / "order.toml"
    path.write_text(ORDER, "utf-8")
    return path


def register(home, order):
    done = json.loads(told(aigaq("case", "register", order, "--by", "technician", "--json", home=home)))
    return done["case"]


def alter(home, donor):
    """Change a letter of the name behind the program's back."""
    with sqlite3.connect(home / "aigaq.sqlite") as connection:
        connection.execute("UPDATE personal_data SET value = 'Qanat' WHERE donor = ? AND field = 'name'", (donor,))
    connection.close()


def shown(home, case):
    return json.loads(told(aigaq("case", "show", case, "--json", home=home)))


def test_an_order_is_registered_and_shown(home, order):
    done = json.loads(told(aigaq("case", "register", order, "--by", "technician", "--json", home=home)))
    case = done["case"]
    assert done["exhibits"] == [f"{case}/1", f"{case}/1.1", f"{case}/1.2"]
    assert done["seizures"] == [f"{case}-S1"]
    found = shown(home, case)
    assert found["case"]["questions"] == ["What is it?", "How much of it?"]
    assert found["case"]["request"]["received_at"] == "2026-01-20T05:00:00.000000Z"
    assert found["seizures"][0]["region"] == "KZ-75"
    assert found["exhibits"][1]["day_of_law"] == "2026-11-01"
    assert found["exhibits"][0]["missing_on_receipt"] == [
        "who delivered it",
        "how it was delivered",
        "its condition",
    ]
    text = told(aigaq("case", "show", case, home=home))
    for words in ("due: unknown", "question 2: How much of it?", "presumptive: positive amines", f"    {case}/1.1"):
        assert words in text


def test_17025_7_8_2_2_what_the_sender_says_is_marked_as_such(home, order):
    found = shown(home, register(home, order))
    assert set(found["from_the_sender"]["case"]) <= set(found["case"])
    assert "order_number" in found["from_the_sender"]["case"]
    assert set(found["from_the_sender"]["seizure"]) <= set(found["seizures"][0])
    assert "stated by the sender: Court of Almaty" in told(aigaq("case", "show", found["case"]["number"], home=home))


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("appointing_body", "body", "extra fields found \\(body\\)|body"),
        ('"KZ-75"', '"KZ-00"', "expected a code of ISO 3166-2:KZ"),
        ("seizure = 1", "seizure = 2", "the order has 1"),
        ('"tablet"', '"pill"', "kind: 'pill'; expected one of powder, tablet"),
        ('"post"', '"pigeon"', "channel: 'pigeon'"),
        ("seizure = 1", 'seizure = "1"', "which of the seizures"),
        ("[[seizures]]", "[[seizure]]", "unknown: seizure"),
        ("+05:00", "", "without a zone"),
        ("unit_count = 10", 'unit_count = "ten"', "unit_count"),
        ("seizure = 1", "parts = 3\nseizure = 1", "no TOML"),
        ('[[exhibits]]\ndescription = "parcel"', "exhibits = 3\n[[other]]\nx = 1", "no TOML|unknown: other"),
        ("[case]", "[case", "no TOML"),
    ],
)
def test_a_faulty_order_registers_nothing(home, order, old, new, words):
    before = len(open_laboratory(load_settings(home=home)).accessioning.cases(limit=99))
    order.write_text(ORDER.replace(old, new, 1), "utf-8")
    done = aigaq("case", "register", order, "--by", "technician", home=home)
    assert done.code == 2
    assert re.search(words, done.said), done.said
    assert len(open_laboratory(load_settings(home=home)).accessioning.cases(limit=99)) == before


def test_a_discrepancy_and_its_answer(home, order):
    case = register(home, order)
    found = aigaq(
        *("exhibit", "discrepancy", f"{case}/1", "--subject", "seal", "--stated", "S-1", "--found", "S-2"),
        *("--witness", "second", "--told-to", "Officer", "--told-how", "letter 5", "--by", "technician"),
        home=home,
    )
    assert "discrepancy 1 recorded; no work until" in told(found)
    assert not shown(home, case)["exhibits"][0]["workable"]
    answered = aigaq(
        *("exhibit", "answer", f"{case}/1", 1, "--decision", "examine anyway", "--words", "go on"),
        *("--given-by", "Officer", "--disclaimer", "another seal", "--by", "technician"),
        home=home,
    )
    assert "may be worked on" in told(answered)


def test_the_term_of_a_case(home, order):
    case = register(home, order)
    start = ("case", "term", case, "started", "--on", "2026-01-05", "--by", "technician")
    assert "due: 2026-01-15, late by" in told(aigaq(*start, home=home))
    assert "runs" in told(aigaq(*start, home=home), code=2)
    suspend = ("case", "term", case, "suspended", "--on", "2026-01-06", "--reason", "r", "--by", "technician")
    assert "technician" in told(aigaq(*suspend, home=home), code=2)


def test_a_photograph_of_an_exhibit(home, order, tmp_path):
    case = register(home, order)
    picture = tmp_path / "a.jpg"
    picture.write_bytes(jpeg())
    add = ("exhibit", "photograph", f"{case}/1.2", picture, "--shows", "the seal", "--by", "technician")
    assert f"photograph {case}/1.2-F1 kept" in told(aigaq(*add, home=home))
    assert shown(home, case)["exhibits"][2]["photographs"] == [f"{case}/1.2-F1"]


def test_a_donor_is_known_by_a_code(home, order, tmp_path):
    case = register(home, order)
    who = tmp_path / "donor.toml"
    who.write_text('name = "Qanat Serikuly"\nbirth_date = 1990-02-03\n', "utf-8")
    said = told(aigaq("donor", "add", case, who, "--by", "technician", home=home))
    (donor,) = shown(home, case)["donors"]
    assert donor["code"] in said
    assert donor["number"] == f"{case}-D1"
    assert "Qanat" not in json.dumps(shown(home, case))
    assert "all 2 commitments open" in told(aigaq("donor", "check", donor["number"], home=home))
    alter(home, donor["number"])
    assert "not opened: name" in told(aigaq("donor", "check", donor["number"], home=home), code=4)
    refused = aigaq("donor", "identity", donor["number"], "--purpose", "p", "--by", "technician", home=home)
    assert "needs expert or head" in told(refused, code=2)
    order_of_court = ("--court", "C", "--order", "1", "--order-date", "2026-01-02", "--by", "technician")
    assert "needs head" in told(aigaq("donor", "erase", donor["number"], *order_of_court, home=home), code=2)


def test_a_permission_from_the_console(home, order):
    case = register(home, order)
    permit = ("case", "permit", case, "--extent", "full", "--reference", "letter 9", "--by", "technician")
    assert "consumption full" in told(aigaq(*permit, home=home))
    assert "consumption: full (letter 9)" in told(aigaq("case", "show", case, home=home))
    warn = ("case", "warn", case, "--on", "2026-01-05", "--by", "technician")
    assert "needs expert" in told(aigaq(*warn, home=home), code=2)
