"""The watch from the console: status, a run, alerts and their answers, clusters and provisional names."""

import json

import pytest

from lims.bootstrap import open_laboratory
from lims.persistence.engine import open_engine
from tests.builders.archives import KNOWN, LATER, OTHERS, add_release, examined, write_run
from tests.builders.commands import aigaq
from tests.builders.devices import enrol, typed_at_console
from tests.builders.laboratories import EXPERT, PASSWORD, Bench
from tests.builders.plain_homes import plain_settings

OLD, NEW = "library 1", "library 2"


@pytest.fixture
def home(tmp_path, states):
    """Give a laboratory with three examinations of one unknown, of two exhibits, and a library that grew."""
    folder = tmp_path / "home"
    plain_settings(folder)
    engine = open_engine(f"sqlite:///{folder / 'aigaq.sqlite'}")
    bench = Bench(engine, folder, states)
    bench.hire()
    add_release(bench, tmp_path, OLD, (*KNOWN, *OTHERS))
    first = examined(bench, write_run(tmp_path, 1), OLD)
    examined(bench, write_run(tmp_path, 2), OLD)
    examined(bench, write_run(tmp_path, 3), OLD, exhibit=first.exhibit_number)
    add_release(bench, tmp_path, NEW, (*KNOWN, *OTHERS, LATER))
    engine.dispose()
    enrol(open_laboratory(plain_settings(folder)).authentication, EXPERT.number)
    return folder


def told(*arguments, home, typed=""):
    done = aigaq(*arguments, home=home, typed=typed)
    assert done.returncode == 0, done.stderr
    return done.stdout


def asked(*arguments, home, typed=""):
    return json.loads(told(*arguments, "--json", home=home, typed=typed))


def test_a_release_is_watched_answered_and_then_nothing_remains(home):
    before = asked("watch", "status", home=home)
    assert (before["components"], before["components_due"], before["not_archived"]) == (9, 9, 3)
    run = asked("watch", "run", "--workers", "2", "--at-once", "3", home=home)
    assert [one["number"] for one in run["watches"]] == [f"{NEW}-W{place}" for place in (1, 2, 3)]
    assert (run["components"], len(run["alerts"]), run["not_searched"], run["law"]) == (9, 3, [], [])
    again = asked("watch", "run", home=home)
    assert (again["watches"], again["alerts"]) == ([], [])
    assert asked("watch", "status", home=home)["components_due"] == 0
    alerts = asked("watch", "alerts", "--open", home=home)
    assert (alerts["total"], {one["hits"][0]["name"] for one in alerts["alerts"]}) == (3, {LATER})
    number = alerts["alerts"][0]["number"]
    answer = ("watch", "answer", number, "--outcome", "again", "--reason", "it fits", "--by", EXPERT.number)
    answered = asked(*answer, home=home, typed=typed_at_console(home, EXPERT.number, PASSWORD))
    assert (answered["state"], answered["answer"]) == ("settled", "to be examined again")
    assert len(asked("watch", "alerts", "--open", home=home)["alerts"]) == 2
    refused = aigaq("watch", "answer", number, "--outcome", "maybe", "--reason", "r", "--by", "x", home=home)
    assert refused.returncode == 2
    assert "expected stands or again" in refused.stderr
    assert aigaq("watch", "run", "--release", "nothing", home=home).returncode == 2
    assert aigaq("ledger", "verify", home=home).returncode == 0


def test_lines_for_people(home):
    assert f"{NEW}: 9 components of 3 examinations due, 0 components searched again" in told(
        "watch", "status", home=home
    )
    lines = told("watch", "run", home=home).splitlines()
    assert lines[0] == "9 components searched again, 3 alerts"
    assert lines[1] == f"{NEW}-W1: 9 components, 3 alerts, 1 new spectra"
    shown = told("watch", "alerts", home=home)
    assert shown.startswith("3 alerts, 3 shown\n")
    assert f"for {EXPERT.number}: {LATER} 9" in shown


def test_clusters_are_listed_named_and_resolved(home):
    found = asked("watch", "run", "--release", NEW, home=home)
    assert len(found["alerts"]) == 3
    (cluster,) = asked("watch", "clusters", home=home)["clusters"]
    assert (cluster["components"], cluster["seizures"], cluster["regions"]) == (3, 2, [])
    number = cluster["number"]
    assert "seen in 2 seizures (2 of unknown region) in 0 regions" in told("watch", "clusters", home=home)
    assert told("watch", "clusters", "--number", number, home=home).count("not identified") == 3
    assert told("watch", "clusters", "--least", "9", home=home) == "no cluster of unknowns of 9 exhibits or more\n"
    name = ("watch", "name", number, "--name", "U 1", "--by", EXPERT.number)
    named = asked(*name, home=home, typed=typed_at_console(home, EXPERT.number, PASSWORD))
    assert (named["state"], named["resolved_as"]) == ("provisional", None)
    resolve = ("watch", "resolve", named["number"], "--name", LATER, "--basis", "standard 1", "--by", EXPERT.number)
    said = told(*resolve, home=home, typed=typed_at_console(home, EXPERT.number, PASSWORD))
    assert said == f"{named['number']} (resolved): U 1 = {LATER}\n"
    assert asked("watch", "clusters", home=home)["clusters"][0]["provisional"] == named["number"]
    again = aigaq(*name, home=home, typed=typed_at_console(home, EXPERT.number, PASSWORD))
    assert again.returncode == 2
    assert "is provisional substance" in again.stderr
