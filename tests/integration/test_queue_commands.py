"""Queues and turnaround from the console, over a laboratory with a report that waits for its reviewer."""

import json

import pytest

from lims.persistence.engine import open_engine
from tests.builders.commands import aigaq
from tests.builders.laboratories import ADMIN, EXPERT, REPORT, REVIEWER, Bench


@pytest.fixture
def home(tmp_path, states, training_file):
    engine = open_engine(f"sqlite:///{tmp_path / 'aigaq.sqlite'}")
    bench = Bench(engine, tmp_path, states)
    bench.hire()
    bench.drafted(training_file)
    engine.dispose()
    return tmp_path


def told(*arguments, home):
    done = aigaq(*arguments, home=home)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_queue_of_the_laboratory_and_of_one_person(home):
    everything = json.loads(told("queue", "--json", home=home))
    assert everything["total"] == len(everything["items"]) == 3
    assert everything["counts"] == {"late": 0, "due soon": 0, "in time": 0, "unknown": 3, "stopped": 0}
    review = next(one for one in everything["items"] if one["kind"] == "report")
    assert (review["job"], review["number"], review["person"]) == ("review the report", REPORT, REVIEWER.number)
    assert (review["cases"], review["due"]) == (["2026-0001"], None)
    own = json.loads(told("queue", "--person", REVIEWER.number, "--json", home=home))
    assert REPORT in [one["number"] for one in own["items"]]
    assert REPORT not in told("queue", "--person", EXPERT.number, home=home)
    assert told("queue", "--person", ADMIN.number, home=home) == "0 wait\n"


def test_lines_for_people_say_what_for_whom_and_since_when(home):
    lines = told("queue", home=home).splitlines()
    assert lines[0] == "3 wait: 3 unknown"
    assert (
        f"unknown, no due day: review the report: report {REPORT}, case 2026-0001, for {REVIEWER.number}, "
        "since 2026-11-22"
    ) in lines
    assert told("queue", "--limit", "1", home=home).splitlines()[-1] == "and 2 more"
    assert told("queue", "--late", home=home) == "0 wait\n"
    assert aigaq("queue", "--person", "nobody", home=home).returncode == 2


def test_turnaround_as_json_and_for_people(home):
    found = json.loads(told("turnaround", "--json", home=home))
    assert found["cases"] == 1
    spans = {(one["from"], one["to"]): one for one in found["whole"]}
    measured = spans["measured", "concluded"]
    assert (measured["known"], measured["unknown"], measured["suspended_s"]) == (1, 0, "0")
    assert spans["received", "issued"]["median_s"] is None
    assert found["groups"][0]["month"] == "2026-11"
    lines = told("turnaround", home=home).splitlines()
    assert "  received -> issued: unknown (0 known, 1 unknown)" in lines
    assert json.loads(told("turnaround", "--from", "2026-11-23", "--json", home=home))["cases"] == 0
    assert json.loads(told("turnaround", "--from", "2026-11-22", "--to", "2026-11-22", "--json", home=home))["cases"]


def test_the_days_of_warning_are_a_setting(home):
    (home / "aigaq.toml").write_text("[queue]\nsoon_days = -1\n", "utf-8")
    done = aigaq("queue", home=home)
    assert (done.returncode, "queue.soon_days is -1" in done.stderr) == (2, True)
