"""Administration: competence, instruments, settings, the state of the service, and the upkeep beside the page."""

import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from lims.domain.competence import IDENTIFICATION_METHOD, CompetenceTask
from lims.domain.exhibit import ExhibitKind
from lims.domain.instrument import EquipmentKind, InstrumentStatus, UpkeepKind
from lims.services.laboratory import Laboratory
from lims.services.registering import InstrumentFacts
from lims.ui import background
from tests.builders.kept_homes import KeptHomes
from tests.builders.people import QUALITY
from tests.ui.administration import at, entries, field, opened, press, told
from tests.ui.conftest import add_exhibit

MANAGER = QUALITY.number
SCALES = "SCALES-1"


@pytest.fixture
def laboratory(kept_homes: KeptHomes, tmp_path: Path) -> Laboratory:
    return opened(kept_homes, tmp_path / "home")


def finished(test: AppTest, key: str) -> AppTest:
    """Wait for the work beside the page, then draw the page as its watch does."""
    job = test.session_state[key]
    assert isinstance(job, background.Job)
    assert job.ended.wait(timeout=120), f"{key} did not end"
    test.run()
    assert not test.exception
    return test


def table(test: AppTest, column: str):
    """Give the table that has a column."""
    return next(one.value for one in test.dataframe if column in one.value)


# competence


def test_17025_6_2_5_the_table_of_persons_and_methods_shows_until_when_and_the_gaps(laboratory: Laboratory) -> None:
    qualifying, manager = laboratory.qualifying, laboratory.staffing.get(MANAGER)
    today = qualifying.today()
    scope = {"basis": "file 7", "actor": manager}
    qualifying.grant("technician", "M-9", valid_from=today, valid_until=today + timedelta(days=2), **scope)
    qualifying.grant("expert-b", "M-9", valid_from=today + timedelta(days=5), **scope)
    for one in qualifying.of_person("expert-b"):
        if one.method == IDENTIFICATION_METHOD:
            qualifying.withdraw(one.number, reason="r", actor=manager)
    shown = at(laboratory, MANAGER, "competence").dataframe[0].value
    cells = {str(row["Person"]).split()[0]: row for _, row in shown.iterrows()}
    assert cells["technician"][IDENTIFICATION_METHOD] == "● without end"
    assert cells["technician"]["M-9"].startswith("◇ until")
    assert cells["expert-b"]["M-9"].startswith("○ from")
    assert cells["expert-b"][IDENTIFICATION_METHOD].startswith("▲ withdrawn")
    assert cells["head"]["M-9"] == ""


def test_17025_6_2_5_a_competence_is_granted_and_withdrawn_on_the_page(laboratory: Laboratory) -> None:
    test = at(laboratory, MANAGER, "competence", administration_person="technician")
    before = entries(laboratory)
    press(test, "Grant the competence")
    assert "basis: empty" in told(test)
    assert entries(laboratory) == before
    field(test, "-basis").input("training file 12")
    field(test, "-tasks-en", "multiselect").set_value([CompetenceTask.ANALYSIS])
    field(test, "-kinds-en", "multiselect").set_value([ExhibitKind.PAPER])
    press(test, "Grant the competence")
    *_, granted = laboratory.qualifying.of_person("technician")
    assert (granted.basis, granted.tasks, granted.matrices) == (
        "training file 12",
        (CompetenceTask.ANALYSIS,),
        (ExhibitKind.PAPER,),
    )
    assert f"{granted.method} (analysis, paper or card)" in list(table(test, "Basis")["Method"])
    field(test, "-number", "selectbox").select(f"{granted.number}  {granted.method}")
    field(test, "-reason").input("failed the test")
    press(test, "Withdraw the competence")
    *_, withdrawn = laboratory.qualifying.of_person("technician")
    assert withdrawn.withdrawal_reason == "failed the test"


def test_nobody_grants_the_own_competence_and_an_administrator_none(laboratory: Laboratory) -> None:
    own = at(laboratory, "head", "competence", administration_person="head")
    assert "Nobody grants or withdraws the own competence" in told(own)
    for test in (own, at(laboratory, "admin", "competence", administration_person="technician")):
        assert not {"Grant the competence", "Withdraw the competence"} & {one.label for one in test.button}


# instruments


def register_scales(laboratory: Laboratory) -> AppTest:
    test = at(laboratory, MANAGER, "instruments")
    for end, words in (("-number", SCALES), ("-model", "XPR"), ("-serial", "B1"), ("-place", "room <b>4</b>")):
        field(test, f"instrument-new-0{end}").input(words)
    field(test, "-minimum").input("0,02")
    field(test, "-capacity").input("220")
    return press(test, "Register")


def test_17025_6_4_13_a_balance_is_registered_calibrated_damaged_and_put_back(laboratory: Laboratory) -> None:
    test = register_scales(laboratory)
    registering = laboratory.registering
    assert str(registering.get(SCALES).balance_range.minimum_g) == "0.02"
    assert table(test, "Usable today")["Usable today"][0] == "▲ no"
    test = at(laboratory, MANAGER, "instruments", chosen_instrument=SCALES)
    typed = {"-certificate": "KZ-77", "-body": "Institute", "-d": "0.0001", "-s": "0.0002", "-l": "0.0002"}
    for end, words in (typed | {"-u": "0,0003", "-k": "2"}).items():
        field(test, f"calibrate-{SCALES}-0{end}").input(words)
    press(test, "Record the calibration")
    assert table(test, "Usable today")["Usable today"][0] == "● yes"
    assert str(registering.get(SCALES).budget.calibration_u_g) == "0.0003"
    field(test, f"upkeep-{SCALES}-0-kind-en", "selectbox").set_value(UpkeepKind.DAMAGE)
    field(test, f"upkeep-{SCALES}-0-words").input("it fell")
    field(test, f"upkeep-{SCALES}-0-by").input("technician")
    press(test, "Record it")
    assert registering.get(SCALES).status is InstrumentStatus.OUT_OF_SERVICE
    assert "▲ out of service" in told(test)
    field(test, "-check").input("weights of 1 g and 100 g are right")
    press(test, "Put it back into service")
    assert registering.get(SCALES).status is InstrumentStatus.IN_SERVICE
    history = list(table(test, "What")["What"])
    assert history[0] == "● in service: weights of 1 g and 100 g are right"
    assert any("it fell" in line for line in history)
    assert history[-1] == "registered"


def test_two_people_at_one_instrument_are_told(laboratory: Laboratory) -> None:
    register_scales(laboratory)
    test = at(laboratory, MANAGER, "instruments", chosen_instrument=SCALES)
    laboratory.registering.take_out(SCALES, reason="moved", actor=QUALITY)
    laboratory.registering.put_back(SCALES, check="c", actor=QUALITY)
    field(test, "-reason").input("lamp")
    press(test, "Take it out of service")
    assert "already recorded by somebody else" in told(test)
    assert laboratory.registering.get(SCALES).version == 3
    assert field(test, "-reason").value == "lamp", "what was typed stays"


def test_the_register_of_instruments_is_paged_and_read_by_the_head_alone(laboratory: Laboratory) -> None:
    facts = InstrumentFacts(
        number="x", kind=EquipmentKind.MICROSCOPE, model="M", serial="7", place="room 2", needs_calibration=False
    )
    for place in range(26):
        laboratory.registering.add(replace(facts, number=f"MIC-{place}"), actor=QUALITY)
    test = at(laboratory, "head", "instruments", chosen_instrument="MIC-1")
    assert len(test.dataframe[0].value) == 25
    assert not {"Register", "Record it", "Take it out of service"} & {one.label for one in test.button}
    field(test, "instrument-page-", "number_input").set_value(2).run()
    assert list(test.dataframe[0].value["Number"]) == ["MIC-0"]


# settings and state


def test_settings_say_where_they_come_from_and_what_the_next_start_changes(laboratory: Laboratory) -> None:
    file = laboratory.settings.home / "aigaq.toml"
    test = at(laboratory, "head", "settings")
    shown = table(test, "Setting").set_index("Setting")
    assert shown.loc["address", "Comes from"] == "● the file"
    assert shown.loc["web.proxy", "Comes from"] == "○ as the program has it"
    file.write_text(file.read_text() + "\n[queue]\nending_days = 44\n")
    test.run()
    shown = table(test, "Setting").set_index("Setting")
    assert shown.loc["queue.ending_days", "After the next start"] == "44"
    assert "The next start will change 1 settings" in told(test)
    file.write_text("nonsense = 1\n")
    assert "The program would not start again" in told(test.run())
    field(test, "settings-filter").set_value("custody").run()
    assert all(name.startswith("custody.") for name in table(test, "Setting")["Setting"])


def test_the_state_of_the_service_says_ages_and_counts_and_nothing_of_a_case(
    laboratory: Laboratory, tmp_path: Path
) -> None:
    exhibit = add_exhibit(laboratory, tmp_path, seed=7)
    laboratory.checkpointing.hand_out(
        laboratory.checkpointing.make(), to="court", actor=laboratory.staffing.get("admin")
    )
    test = at(laboratory, "admin", "state")
    words = told(test)
    assert "Last outside witness" in words
    assert "to court" in words
    assert "● Newest checkpoint" in words
    assert "Database: SQLite" in words
    assert "Second copy of the raw data: none" in words
    assert "The clock never jumped" in words
    press(test, "Count the raw store")
    assert "1 objects" in told(finished(test, "raw-measure"))
    assert exhibit not in told(test)


# upkeep


def objects(laboratory: Laboratory) -> list[Path]:
    folder = laboratory.settings.home / "raw"
    return [path for path in folder.glob("??/*") if path.is_file()]


def test_the_raw_store_is_read_damaged_and_repaired_from_its_copy(kept_homes: KeptHomes, tmp_path: Path) -> None:
    second = f'\n[raw]\ncopy_url = "{(tmp_path / "second").as_uri()}"\n'
    laboratory = opened(kept_homes, tmp_path / "home", settings=second)
    add_exhibit(laboratory, tmp_path, seed=7)
    test = at(laboratory, "admin", "upkeep")
    press(test, "Bring the copy up to date")
    assert "1 objects copied, 0 were there" in told(finished(test, "raw-copy"))
    press(test, "Read the copy")
    assert "● Whole. 1 objects" in told(finished(test, "raw-scrub-copy"))
    (path,) = objects(laboratory)
    path.chmod(0o600)
    path.write_bytes(b"altered")
    path.chmod(0o400)
    press(test, "Read everything")
    assert "▲ 1 faults" in told(finished(test, "raw-scrub"))
    assert list(table(test, "Fault")["Fault"]) == ["▲ altered"]
    press(test, "Repair from the copy")
    assert "1 objects brought back" in told(finished(test, "raw-repair"))
    assert laboratory.scrubbing.scrub().intact


def test_lists_that_differ_are_counted_for_the_administrator_and_named_for_the_quality_manager(
    laboratory: Laboratory, tmp_path: Path
) -> None:
    exhibit = add_exhibit(laboratory, tmp_path, seed=7)
    with closing(sqlite3.connect(laboratory.settings.home / "aigaq.sqlite")) as connection, connection:
        connection.execute("UPDATE record SET title = 'forged' WHERE number = ?", (exhibit,))
    for person, named in (("admin", False), (MANAGER, True)):
        test = press(at(laboratory, person, "upkeep"), "Compare the lists with the ledger")
        words = told(finished(test, "lists-compare"))
        assert "differences between lists and ledger" in words
        assert "record: " in words
        assert (exhibit in words) is named
    press(test, "Make the lists anew")
    assert "the lists are made anew" in told(finished(test, "lists-rebuild"))
    assert laboratory.relisting.differences() == ()


def test_leftovers_are_set_aside_by_the_administrator(laboratory: Laboratory) -> None:
    test = press(at(laboratory, "admin", "upkeep"), "Set aside what no entry names")
    assert "There was nothing to set aside" in told(finished(test, "raw-sweep"))


def test_the_ledgers_time_is_set_right_by_the_quality_manager_with_a_reason(laboratory: Laboratory) -> None:
    test = at(laboratory, MANAGER, "upkeep")
    assert "This cannot be undone" in told(test)
    press(test, "Set the ledger's time right")
    assert test.error
    field(test, "clock-reason").input("the clock was an hour slow")
    press(test, "Set the ledger's time right")
    assert "The ledger's time goes on" in told(test)
    changes = at(laboratory, MANAGER, "state")
    assert list(table(changes, "By how much, or why")["By how much, or why"]) == ["the clock was an hour slow"]


def test_what_a_crash_left_is_given_up_by_the_head(laboratory: Laboratory) -> None:
    test = at(laboratory, "head", "upkeep")
    assert "No report is unfinished" in told(test)
    press(test, "Give up what a crash left")
    assert "There was nothing to give up" in told(finished(test, "reports-recover"))


def test_the_archive_of_components_is_made_anew_by_the_quality_manager(laboratory: Laboratory, tmp_path: Path) -> None:
    exhibit = add_exhibit(laboratory, tmp_path, seed=7)
    expert = laboratory.staffing.get("expert-a")
    run = laboratory.importing.runs(exhibit)[0].number
    examination = laboratory.examining.open(run, release_name="principal-ions", actor=expert).number
    test = press(at(laboratory, MANAGER, "upkeep"), "Make the archive anew")
    assert "The archive is made anew" in told(finished(test, "archive-rebuild"))
    assert laboratory.archiving.missing() == ()
    for path in objects(laboratory):
        path.unlink()
    press(test, "Make the archive anew")
    words = told(finished(test, "archive-rebuild"))
    assert "▲ 1 examinations could not be read" in words
    assert f"- {examination}: " in words
    assert "Make the archive anew" not in [one.label for one in at(laboratory, "admin", "upkeep").button]


@pytest.mark.parametrize("person", ["admin", "head"])
def test_upkeep_shows_each_role_its_own(laboratory: Laboratory, person: str) -> None:
    labels = {one.label for one in at(laboratory, person, "upkeep").button}
    of_stores = {"Read everything", "Set aside what no entry names", "Make the lists anew"}
    of_reports = {"Give up what a crash left"}
    assert ("Set the ledger's time right" in labels, of_stores <= labels, of_reports <= labels) == (
        (False, True, False) if person == "admin" else (False, False, True)
    )
