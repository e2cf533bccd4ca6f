"""Tracing and detecting from the console, over a laboratory with an issued report."""

import json

import pytest

from lims.bootstrap import open_laboratory
from lims.persistence.engine import open_engine
from lims.settings import load_settings
from tests.builders.devices import enrol
from tests.builders.laboratories import EXPERT, Bench
from tests.builders.people import QUALITY
from tests.integration.test_staff_command import aigaq, told


@pytest.fixture
def home(tmp_path, states, training_file):
    engine = open_engine(f"sqlite:///{tmp_path / 'aigaq.sqlite'}")
    bench = Bench(engine, tmp_path, states)
    bench.hire()
    bench.issued(training_file)
    engine.dispose()
    authentication = open_laboratory(load_settings({}, home=tmp_path)).authentication
    for person in (QUALITY, EXPERT):
        enrol(authentication, person.number)
    return tmp_path


def test_a_trace_names_the_reports_and_the_way(home):
    text = told(aigaq("trace", "run", "2026-0001/1-R1", home=home, typed=""))
    assert text.splitlines() == [
        "run 2026-0001/1-R1: 1 reports that were issued, 0 that were not, 0 exhibits",
        "2026-0001-P1 (issued): run 2026-0001/1-R1 -> examination 2026-0001/1-R1-E1 -> report 2026-0001-P1",
    ]
    found = json.loads(told(aigaq("trace", "exhibit", "2026-0001/1", "--json", home=home, typed="")))
    assert found["issued"][0]["way"][-1] == {"kind": "report", "number": "2026-0001-P1"}
    assert (found["drafted"], found["exhibits"]) == ([], ["2026-0001/1"])
    assert json.loads(told(aigaq("trace", "lot", "none", "--json", home=home, typed="")))["issued"] == []
    assert aigaq("trace", "weather", "x", home=home, typed="").code == 2


def test_the_quality_manager_asks_the_detectors_and_an_expert_does_not(home):
    said = told(aigaq("detect", "--by", QUALITY.number, home=home))
    assert "near-identical runs: 0 suspected; 1 judged, 0 not judged" in said.splitlines()
    refused = aigaq("detect", "--by", EXPERT.number, home=home)
    assert (refused.code, EXPERT.number in refused.said) == (2, True)
    asked = ("detect", "--by", QUALITY.number, "--from-hour", "0", "--to-hour", "23", "--json")
    found = {one["detector"]: one for one in json.loads(told(aigaq(*asked, home=home)))["detectors"]}
    assert found["unusual hours"]["information"]
    assert found["unusual hours"]["not_judged"] == 0
    assert aigaq("detect", "--by", QUALITY.number, "--from-hour", "9", home=home, typed="").code == 2
