"""Procedures, findings and identifications from the command line: files as people write them."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from lims.bootstrap import open_laboratory
from lims.domain.staff import Role, StaffMember
from lims.services.accessioning import CaseFacts, ExhibitFacts
from tests.builders import commands
from tests.builders.clocks import SetClock
from tests.builders.devices import enrol, typed_at_console
from tests.builders.people import hire
from tests.builders.plain_homes import plain_settings

EXAMPLE = Path(__file__).parents[2] / "docs" / "examples" / "ei-identification.toml"
PASSWORD = "a long enough password"  # noqa: S105 - of people who exist in tests only
YESTERDAY = datetime.now(UTC) - timedelta(days=1)  # the commands take today's clock
EXHIBIT = f"{YESTERDAY.year}-0001/1"
METHODS = ("EI-IDENTIFICATION", "M-TEST", "FTIR-1")


def typed(home, person):
    return f"{PASSWORD}\n" if person == "technician" else typed_at_console(home, person, PASSWORD)


def aigaq(*arguments, home, process=False):
    person = arguments[arguments.index("--by") + 1] if "--by" in arguments else None
    return commands.aigaq(*arguments, home=home, typed=typed(home, person) if person else "", process=process)


def answer(*arguments, home, process=False):
    done = aigaq(*arguments, "--json", home=home, process=process)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.fixture
def home(tmp_path):
    home = tmp_path / "home"
    laboratory = open_laboratory(plain_settings(home), clock=SetClock(YESTERDAY))
    people = [
        StaffMember(number="admin", name="A", post="head", roles=(Role.ADMINISTRATOR, Role.LIBRARY_CURATOR)),
        StaffMember(number="technician", name="T", post="technician", roles=(Role.TECHNICIAN,)),
        StaffMember(number="expert", name="E", post="chemist", roles=(Role.EXPERT,)),
        StaffMember(number="quality", name="Q", post="quality manager", roles=(Role.QUALITY_MANAGER,)),
    ]
    hire(laboratory, people, password=PASSWORD, methods=METHODS)
    for number in ("expert", "quality"):
        enrol(laboratory.authentication, number)
    case = laboratory.accessioning.register_case(CaseFacts(appointing_body="Court"), actor=people[1])
    laboratory.accessioning.register_exhibit(case.number, ExhibitFacts(description="a card"), actor=people[1])
    return home


def write_finding(folder, name, technique, sampling):
    (folder / f"{name}.jdx").write_text(f"##TITLE={name}\n##END=\n")
    path = folder / f"{name}.toml"
    path.write_text(
        f"""
[finding]
exhibit_number = "{EXHIBIT}"
sampling = {sampling}
procedure_number = "FTIR-1"
substance = "Ketamine"
occurred_at = {(datetime.now(UTC) - timedelta(minutes=1)).isoformat()}
system = {{ instrument = "FTIR 2", medium = "ATR" }}
results = [{{ technique = "{technique}", outcome = "positive", comparison = "reference material", reference = "RS-3" }}]

[[evidence]]
file = "{name}.jdx"
kind = "data of an instrument"
"""
    )
    return path


def test_an_exhibit_is_identified_from_the_command_line(home, tmp_path):
    facts = tmp_path / "ftir.toml"
    facts.write_text(
        'number = "FTIR-1"\nname = "FTIR"\nacceptance_criteria = "every band"\n'
        'techniques = ["infrared spectroscopy", "colour test"]\n'
    )
    added = answer("procedure", "add", facts, "--by", "expert", home=home)
    assert added["techniques"][0] == {"technique": "infrared spectroscopy", "category": "A"}
    assert added["register_number"] is None
    finding = write_finding(tmp_path, "first", "infrared spectroscopy", 1)
    refused = aigaq("finding", "add", finding, "--by", "technician", home=home)
    assert refused.returncode == 2
    assert "FTIR-1 is not in force" in refused.stderr
    answer("procedure", "validate", "FTIR-1", "--on", "2020-01-01", "--record", "VR", "--by", "quality", home=home)
    (first,) = answer("finding", "add", finding, "--by", "technician", home=home)["findings"]
    assert (first["finding"], first["state"]) == (f"{EXHIBIT}-T1", "positive")
    question = tmp_path / "question.toml"
    question.write_text(
        f'[question]\nexhibit_number = "{EXHIBIT}"\nsubstance = "Ketamine"\n[basis]\nfindings = ["{EXHIBIT}-T1"]\n'
        'isomers = { state = "none known", basis = "the list of the laboratory" }\n'
    )
    (opened,) = answer("identification", "open", question, "--by", "expert", home=home)["identifications"]
    assert [gap.split(":")[0] for gap in opened["missing"]] == ["ID-1"]
    number = opened["identification"]
    refused = aigaq("identification", "conclude", number, "--as", "identified", "--by", "expert", home=home)
    assert refused.returncode == 2
    assert "not identified: ID-1" in refused.stderr
    second = write_finding(tmp_path, "second", "colour test", 2)
    answer("finding", "add", second, "--by", "technician", home=home)
    question.write_text(question.read_text().replace('-T1"]', f'-T1", "{EXHIBIT}-T2"]'))
    answer("identification", "revise", number, question, "--by", "expert", home=home)
    answer("identification", "conclude", number, "--as", "identified", "--by", "expert", home=home)
    shown = answer("identification", "show", EXHIBIT, home=home)
    assert shown["faults"] == []
    assert shown["identifications"][0]["conclusion"] == "identified"
    assert shown["identifications"][0]["missing"] == []
    listed = answer("finding", "list", EXHIBIT, home=home)["findings"]
    assert [one["sampling"] for one in listed] == [1, 2]
    gone = aigaq("finding", "discard", f"{EXHIBIT}-T2", "--reason", "wrong reagent", "--by", "expert", home=home)
    assert "discarded (wrong reagent)" in gone.stdout, gone.stderr
    text = aigaq("identification", "show", EXHIBIT, home=home)
    assert f"not for a report: identification {number}: {EXHIBIT}-T2 was used in version 1" in text.stdout, text.stderr


def test_the_example_of_the_documentation_is_a_procedure(home):
    added = answer("procedure", "add", EXAMPLE, "--by", "expert", home=home, process=True)
    assert (added["procedure"], added["state"]) == ("EI-IDENTIFICATION", "in validation")
    assert [one["category"] for one in added["techniques"]] == ["A", "B"]
    assert "register of expert methods: unknown" in aigaq("procedure", "show", "EI-IDENTIFICATION", home=home).stdout
