"""``aigaq law``: status by the shipped book, and the book and determinations of a laboratory from a console."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from lims.bootstrap import open_laboratory
from lims.domain.staff import Role, StaffMember
from lims.services.accessioning import CaseFacts, ExhibitFacts, SeizureFacts
from tests.builders import commands
from tests.builders.clocks import SetClock
from tests.builders.devices import enrol, typed_at_console
from tests.builders.people import hire
from tests.builders.plain_homes import plain_settings

EXAMPLES = Path(__file__).parents[2] / "docs" / "examples"
PASSWORD = "a long enough password"  # noqa: S105 - of people who exist in tests only
YESTERDAY = datetime.now(UTC) - timedelta(days=1)  # the commands take today's clock
EXHIBIT = f"{YESTERDAY.year}-0001/1"
LISTED, ANALOGUE = "CC(N)CCc1ccccc1", "CNC(C)CCc1ccccc1"
TEXT = ("--compared-with", "the fictitious gazette")
RELATED = "CCC(=O)N(c1cccc(F)c1)C1CCN(CCc2ccccc2)CC1"
DEVICES = ("expert", "reviewer", "quality", "admin")


def aigaq(*arguments, home=None, process=False):
    person = arguments[arguments.index("--by") + 1] if "--by" in arguments else None
    typed = ""
    if person is not None:
        typed = typed_at_console(home, person, PASSWORD) if person in DEVICES else f"{PASSWORD}\n"
    return commands.aigaq("law", *arguments, home=home, typed=typed, process=process)


def answer(*arguments, home=None, process=False, code=0):
    done = aigaq(*arguments, "--json", home=home, process=process)
    assert done.returncode == code, done.stderr
    return json.loads(done.stdout)


def refusal(*arguments, home=None):
    done = aigaq(*arguments, home=home)
    assert (done.returncode, done.stdout) == (2, "")
    return done.stderr


# without a laboratory


def test_law_status_prints_a_determination_by_the_shipped_book():
    found = answer("status", RELATED, "--jurisdiction", "US", "--as-of", "2019-05-01", process=True)
    assert (found["result"], found["as_of"], found["jurisdiction"]) == ("covered_by_rule", "2019-05-01", "US")
    (entry,) = found["entries"]
    assert (entry["rule"], entry["editions"], entry["rank"]) == ("US_FRS", ["US-FRS/83-FR-5188"], 2)
    assert entry["proof"]["mapping"]
    assert {placed["slot"] for placed in entry["proof"]["placed"]}
    assert set(found["versions"]) == {"engine", "rdkit", "inchi", "shipped_book_sha256"}
    assert found["editions"][0]["standing"] == "in force"


@pytest.mark.parametrize(
    ("smiles", "jurisdiction", "day", "result"),
    [
        (RELATED, "us", "2017-01-01", "cannot_decide"),
        ("CNC(C)C(=O)c1ccc(C)cc1", "UN", "2017-01-01", "listed_by_name"),
        ("CNC(C)C(=O)c1ccc(C)cc1", "UN", "2014-01-01", "cannot_decide"),
        ("CNC(C)C(=O)c1ccc(C)cc1", "RU", "2020-01-01", "covered_by_rule"),
        ("CNC(C)C(=O)c1ccc(C)cc1", "KZ", "2020-01-01", "cannot_decide"),
        ("Cn1cnc2c1c(=O)n(C)c(=O)n2C", "UN", "2020-01-01", "not_covered"),
        ("CNC(C)C(=O)c1ccc(C)cc1", "GB", "2020-01-01", "covered_by_rule"),
    ],
)
def test_law_status_answers_in_four_values(smiles, jurisdiction, day, result):
    found = answer("status", smiles, "--jurisdiction", jurisdiction, "--as-of", day)
    assert found["result"] == result
    assert (result != "cannot_decide") or found["missing"]


def test_law_5_4_09_one_act_can_be_asked_by_itself():
    amino = "O=C(c1cccc2cc(N)ccc12)c1cn(CCCCC)c2ccccc12"
    asked = ("status", amino, "--jurisdiction", "UK", "--act", "UK-1CA", "--as-of")
    assert [answer(*asked, day)["result"] for day in ("2018-01-01", "2020-01-01")] == ["covered_by_rule", "not_covered"]
    assert "expected some of" in refusal("status", "CCO", "--jurisdiction", "UK", "--as-of", "2020-01-01", "--act", "X")


def test_law_status_of_isomers_that_are_not_told_apart():
    found = answer(
        *("status", "CNC(C)C(=O)c1ccc(C)cc1", "CNC(C)C(=O)c1ccccc1C"), "--jurisdiction", "UN", "--as-of", "2018-01-01"
    )
    assert found["result"] == "cannot_decide"
    assert [one["result"] for one in found["answers"]] == ["listed_by_name", "cannot_decide"]
    assert "not told apart" in found["missing"][0]


def test_law_status_says_the_same_to_people():
    text = aigaq("status", "CCO", "--jurisdiction", "KZ", "--as-of", "2024-05-01").stdout
    assert "CCO  KZ on 2024-05-01: cannot decide" in text
    assert "missing: Government Decree No. 470" in text
    assert "warning: " in text
    text = aigaq("status", RELATED, "--jurisdiction", "US", "--as-of", "2019-05-01").stdout
    assert "covered by a rule: Fentanyl-related substances" in text


@pytest.mark.parametrize(
    "wrong",
    [
        ("C(", "--jurisdiction", "KZ", "--as-of", "2024-05-01"),
        ("C" * 3000, "--jurisdiction", "KZ", "--as-of", "2024-05-01"),
        ("CCO", "--jurisdiction", "KZ", "--as-of", "2024-13-01"),
        ("CCO", "--jurisdiction", "KZ", "--as-of", "2024-05-01", "--content", "much"),
    ],
)
def test_law_status_refuses_what_cannot_be_read(wrong):
    assert refusal("status", *wrong)


def test_an_unknown_jurisdiction_cannot_be_decided():
    found = answer("status", "CCO", "--jurisdiction", "QQ", "--as-of", "2024-05-01")
    assert (found["result"], found["missing"]) == ("cannot_decide", ["no act of QQ is in the book"])


def test_the_book_as_it_was_known_before_it_was_shipped_was_empty():
    asked = ("status", RELATED, "--jurisdiction", "US", "--as-of", "2019-05-01", "--known-at")
    assert answer(*asked, "2026-01-01T00:00:00+0000")["missing"] == ["no act of US is in the book"]
    assert answer(*asked, "2026-12-01T00:00:00+0000")["result"] == "covered_by_rule"


def test_law_acts_and_editions_say_what_is_loaded_and_what_is_not():
    acts = {one["act"]: one for one in answer("acts", "--jurisdiction", "kz")["acts"]}
    assert set(acts) == {"KZ-470", "KZ-396"}
    assert acts["KZ-470"]["loaded_to"] == "2024-02-06"
    found = answer("editions", "KZ-470")
    assert [one["in_force"]["first"] for one in found["editions"]] == ["2019-07-05", *[None] * 5]
    assert found["faults"] == []
    assert "not before 2024-01-23" in aigaq("editions", "KZ-470").stdout
    assert "not loaded" in aigaq("acts").stdout
    assert "there is no law act X" in refusal("editions", "X")


# with a laboratory


@pytest.fixture
def home(tmp_path):
    home = tmp_path / "home"
    laboratory = open_laboratory(plain_settings(home), clock=SetClock(YESTERDAY))
    people = [
        StaffMember(number="admin", name="A", post="head", roles=(Role.ADMINISTRATOR, Role.LIBRARY_CURATOR)),
        StaffMember(number="technician", name="T", post="technician", roles=(Role.TECHNICIAN,)),
        StaffMember(number="expert", name="E", post="chemist", roles=(Role.EXPERT,)),
        StaffMember(number="reviewer", name="R", post="chemist", roles=(Role.TECHNICAL_REVIEWER,)),
        StaffMember(number="quality", name="Q", post="quality manager", roles=(Role.QUALITY_MANAGER,)),
    ]
    hire(laboratory, people, password=PASSWORD)
    for number in DEVICES:
        enrol(laboratory.authentication, number)
    case = laboratory.accessioning.register_case(CaseFacts(appointing_body="Court"), actor=people[1])
    seized = SeizureFacts(seized_on=datetime(2021, 3, 5, tzinfo=UTC).date())
    seizure = laboratory.accessioning.register_seizure(case.number, seized, actor=people[1])
    exhibit = ExhibitFacts(description="a card", seizure_number=seizure.number)
    laboratory.accessioning.register_exhibit(case.number, exhibit, actor=people[1])
    return home


def table(folder, part, number):
    path = folder / f"{number}.toml"
    words = (EXAMPLES / "law-table.toml").read_text().replace("annex-1", number).replace('"annex 1"', f'"{part}"')
    path.write_text(words)
    return path


def enter(home, folder):
    """Enter the fictitious decree of the examples."""
    answer("draft-act", EXAMPLES / "law-act.toml", "--by", "admin", home=home)
    answer("confirm", "ZZ-7", *TEXT, "--by", "quality", home=home)
    answer("draft-edition", EXAMPLES / "law-edition.toml", "--by", "admin", home=home)
    for part, number, rows in (
        ("annex 1", "annex-1", "law-rows.csv"),
        ("annex 3", "annex-3", "law-substituents.csv"),
        ("annex 2", "annex-2", "law-thresholds.csv"),
    ):
        answer(*("import", EXAMPLES / rows, "--table", table(folder, part, number)), "--by", "admin", home=home)
        answer("confirm", f"ZZ-7/7/{number}", *TEXT, "--by", "quality", home=home)
    return answer("publish", "ZZ-7/7", *TEXT, "--by", "quality", home=home)


def test_law_5_1_the_law_is_entered_and_asked_from_a_console(home, tmp_path):
    assert enter(home, tmp_path)["state"] == "in the book"
    asked = ("--jurisdiction", "ZZ", "--as-of", "2021-03-05", "--home", home)
    assert answer("status", LISTED, *asked)["result"] == "listed_by_name"
    analogue = answer("status", ANALOGUE, *asked)
    assert (analogue["result"], analogue["entries"][0]["base"]) == ("covered_by_rule", "1")
    assert analogue["entries"][0]["substituents"] == ["[*]C (row 1)"]
    other = answer("status", "c1ccccc1", *asked)
    assert other["missing"] == ["Fictitious decree No. 7 of 10 January 2020: structures of 1 rows"]
    texts = {one["number"]: one["state"] for one in answer("texts", home=home)["texts"]}
    assert texts == dict.fromkeys(("ZZ-7", "ZZ-7/7", *(f"ZZ-7/7/annex-{n}" for n in (1, 2, 3))), "in the book")
    shown = answer("show", "ZZ-7/7/annex-1", home=home)
    assert shown["text"]["table"]["entries"][0]["names"][0]["text"] == "ойдан шығарылған зат"
    assert "fictitious" in aigaq("show", "ZZ-7/7/annex-1", home=home).stdout
    assert "there is no text of the law X" in refusal("show", "X", home=home)


def test_kz_4_a_determination_is_made_reviewed_and_recomputed_from_a_console(home, tmp_path):
    enter(home, tmp_path)
    file = tmp_path / "determination.toml"
    file.write_text((EXAMPLES / "determination.toml").read_text().replace("2026-0001/1", EXHIBIT))
    made = answer("determine", file, "--by", "expert", home=home)
    assert (made["result"], made["on_seizure"]["as_of"]) == ("listed_by_name", "2021-03-05")
    number = made["determination"]
    assert made["editions"] == ["ZZ-7/7"]
    assert "listed by name" in aigaq("determinations", EXHIBIT, home=home).stdout
    said = ("--result", "cannot_decide", "--reason", "the sample is a mixture")
    assert answer("override", number, *said, "--by", "expert", home=home)["overrides"][0]["by"] == "expert"
    assert answer("review", number, "--by", "reviewer", home=home)["state"] == "reviewed"
    assert answer("recompute", number, home=home) == {"determination": number, "same": True, "differences": []}
    assert answer("recompute", number, "--now", home=home)["same"]
    assert [one["determination"] for one in answer("determinations", EXHIBIT, home=home)["determinations"]] == [number]


def test_drafts_go_back_and_a_clerk_confirms_nothing_of_the_own(home, tmp_path):
    answer("draft-act", EXAMPLES / "law-act.toml", "--by", "admin", home=home)
    assert "admin drafted law act ZZ-7" in refusal("confirm", "ZZ-7", *TEXT, "--by", "admin", home=home)
    assert answer("return", "ZZ-7", "--reason", "title", "--by", "quality", home=home)["state"] == "returned"
    answer("draft-edition", EXAMPLES / "law-edition.toml", "--by", "admin", home=home)
    assert "editions are published" in refusal("confirm", "ZZ-7/7", *TEXT, "--by", "quality", home=home)
    table_file = table(tmp_path, "annex 1", "annex-1")
    answer("import", EXAMPLES / "law-rows.csv", "--table", table_file, "--by", "admin", home=home)
    for number in ("ZZ-7/7/annex-1", "ZZ-7/7"):
        assert answer("return", number, "--reason", "r", "--by", "quality", home=home)["state"] == "returned"
    missing = refusal("import", tmp_path / "no.csv", "--table", table_file, "--by", "admin", home=home)
    assert "No such file" in missing
