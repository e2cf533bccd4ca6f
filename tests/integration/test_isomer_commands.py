"""``aigaq isomers``: from structure, and the groups of a release from the proposal to the decision."""

import json

import pytest

from lims.bootstrap import open_laboratory
from lims.persistence.engine import open_engine
from lims.settings import load_settings
from tests.builders import commands
from tests.builders.devices import enrol
from tests.builders.isomer_strategies import FIRST, SECOND, TWINS, write_library
from tests.builders.laboratories import ADMIN, EXPERT, Bench
from tests.integration.test_staff_command import aigaq, told

GROUP = f"{TWINS} EI C2H6O"


@pytest.fixture
def home(tmp_path, states):
    engine = open_engine(f"sqlite:///{tmp_path / 'aigaq.sqlite'}")
    bench = Bench(engine, tmp_path, states)
    bench.hire()
    bench.curating.add_release(write_library(tmp_path), actor=ADMIN)
    engine.dispose()
    authentication = open_laboratory(load_settings({}, home=tmp_path)).authentication
    for person in (ADMIN, EXPERT):
        enrol(authentication, person.number)
    return tmp_path


def test_isomers_of_a_structure_need_no_laboratory(tmp_path):
    said = told(aigaq("isomers", "of", "CNC(C)C(=O)c1ccc(Cl)cc1", home=tmp_path, typed=""))
    assert "ring isomer: CNC(C)C(=O)c1ccccc1Cl" in said.splitlines()
    mirror = json.loads(
        told(aigaq("isomers", "of", "CN1CC[C@]23CCCC[C@H]2[C@H]1CC4=C3C=C(C=C4)OC", "--json", home=tmp_path, typed=""))
    )
    relations = {one["name"]: (one["relation"], one["tests"]) for one in mirror["isomers"]}
    assert ("enantiomers", []) in relations.values()
    refused = commands.aigaq("isomers", "of", "C(", home=tmp_path, process=True)
    assert (refused.returncode, "'C('" in refused.stderr) == (2, True)


def test_a_group_is_proposed_shown_and_decided(home):
    (proposed,) = json.loads(told(aigaq("isomers", "propose", TWINS, "--by", ADMIN.number, "--json", home=home)))
    assert (proposed["number"], proposed["state"], proposed["sets"]) == (GROUP, "proposed", [[FIRST, SECOND]])
    again = told(aigaq("isomers", "propose", TWINS, "--by", ADMIN.number, home=home))
    assert "0 groups proposed" in again
    shown = told(aigaq("isomers", "show", GROUP, home=home, typed=""))
    assert "A | B: not told apart; likeness" in shown
    assert "among 0 substances measured more than once" in shown
    confirmed = told(aigaq("isomers", "confirm", GROUP, "--reason", "seen", "--by", ADMIN.number, home=home))
    assert f"isomer group {GROUP}: C2H6O: 1 of 1 pairs alike, confirmed" in confirmed
    rejected = told(aigaq("isomers", "reject", GROUP, "--reason", "wrong", "--by", ADMIN.number, home=home))
    assert "rejected" in rejected
    listed = json.loads(told(aigaq("isomers", "list", TWINS, "--json", home=home, typed="")))
    assert [one["state"] for one in listed] == ["rejected"]


def test_an_expert_proposes_nothing(home):
    refused = aigaq("isomers", "propose", TWINS, "--by", EXPERT.number, home=home)
    assert (refused.code, EXPERT.number in refused.said) == (2, True)
