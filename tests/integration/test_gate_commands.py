"""What keeps a report from being signed, from the command line; and the settings of a new laboratory."""

import json

import pytest

from lims.bootstrap import open_laboratory
from lims.persistence.engine import open_engine
from lims.settings import load_settings
from tests.builders.commands import aigaq
from tests.builders.devices import code_of_now, enrol
from tests.builders.laboratories import EXAMINATION, EXPERT, PASSWORD, Bench
from tests.builders.plain_homes import plain_settings


@pytest.fixture
def home(tmp_path, training_file):
    engine = open_engine(f"sqlite:///{tmp_path / 'aigaq.sqlite'}")
    bench = Bench(engine, tmp_path)
    bench.hire()
    bench.concluded(training_file)
    engine.dispose()
    plain_settings(tmp_path)
    return tmp_path


def test_17025_7_8_2_1_what_a_report_lacks_is_told_and_explained(home):
    lacking = aigaq("report", "lacks", EXAMINATION, "--json", home=home)
    assert lacking.returncode == 4
    said = json.loads(lacking.stdout)
    assert [one["fault"] for one in said["lacks"]] == [
        "the report would not say the address of the laboratory (ISO/IEC 17025:2017, 7.8.2.1 b) (rule RP-1.10)",
        "the report would not say the place of the work (ISO/IEC 17025:2017, 7.8.2.1 c) (rule RP-1.10)",
    ]
    told = aigaq("report", "lacks", EXAMINATION, home=home)
    assert (told.returncode, "state with the examination why" in told.stdout) == (4, True)
    for item in ("b", "c"):
        enrolled = open_laboratory(load_settings({}, home=home)).authentication
        if item == "b":
            enrol(enrolled, EXPERT.number)
        words = ("report", "omit", EXAMINATION, "--item", item, "--reason", "it moves", "--by", EXPERT.number)
        done = aigaq(*words, home=home, typed=f"{PASSWORD}\n{code_of_now(home, EXPERT.number)}\n")
        assert done.returncode == 0, done.stderr
        assert f"leaves item {item} out" in done.stdout
    nothing = aigaq("report", "lacks", EXAMINATION, home=home)
    assert nothing.returncode == 0
    assert "nothing keeps the report of" in nothing.stdout


def test_kz_4_a_gap_of_the_law_is_told_beside_what_keeps_the_report_from_being_signed(home):
    words = "the day of the seizure is not on record: no status on that day"
    assert words in json.loads(aigaq("report", "lacks", EXAMINATION, "--json", home=home).stdout)["legal_gaps"]
    assert f"the report will say: {words}" in aigaq("report", "lacks", EXAMINATION, home=home).stdout.splitlines()


def test_a_new_laboratory_begins_with_every_safe_switch(tmp_path):
    home = tmp_path / "new"
    done = aigaq("init", "--laboratory", "Laboratory of the tests", "--address", "1 Street", home=home)
    assert done.returncode == 0, done.stderr
    settings = load_settings({}, home=home)
    assert (settings.address, settings.custody.gate, settings.receiving.liability_warning) == ("1 Street", "on", True)
    again = aigaq("init", "--laboratory", "Other", "--address", "2 Street", home=home)
    assert again.returncode != 0
    assert "is there already" in again.stderr
    assert load_settings({}, home=home).address == "1 Street"
