"""``aigaq sampling``: the contract of its JSON, and its refusals."""

import json

import pytest
from typer.testing import CliRunner

from lims.cli.application import app

PLAN = ("sampling", "--population", "100", "--proportion", "0.9", "--confidence", "0.95")


def run(*arguments):
    return CliRunner().invoke(app, arguments, catch_exceptions=True)


def test_the_json_is_a_contract():
    found = json.loads(run(*PLAN, "--json").stdout)
    assert found == {
        "units": 23,
        "achievable": True,
        "probability": 0.047177,
        "statement": "If all of 23 randomly drawn units are positive: at least 90 of 100 units are positive, "
        "with 95 % confidence (hypergeometric).",
    }


def test_negatives_change_the_statement():
    found = json.loads(run(*PLAN, "--negatives", "1", "--json").stdout)
    assert found["units"] == 36
    assert "all but at most 1 of 36" in found["statement"]


def test_an_infeasible_plan_is_not_achievable():
    plan = ("sampling", "--population", "10", "--proportion", "0.9", "--confidence", "0.95", "--negatives", "2")
    found = json.loads(run(*plan, "--json").stdout)
    assert (found["units"], found["achievable"], found["probability"]) == (None, False, None)
    assert found["statement"].startswith("Not achievable: with 2 negative units at most 8 of 10")


def test_a_prior_makes_it_bayesian():
    found = json.loads(run(*PLAN, "--prior", "1,1", "--json").stdout)
    assert found["units"] == 22
    assert found["probability"] >= 0.95
    assert "prior beta 1, 1" in found["statement"]


def test_without_json_the_statement_is_said():
    assert run(*PLAN).stdout.startswith("If all of 23 randomly drawn units")


@pytest.mark.parametrize(
    ("option", "value", "words"),
    [
        ("--prior", "1", "expected A,B"),
        ("--prior", "x,1", "is no number"),
        ("--proportion", "nine", "is no number"),
        ("--proportion", "1/0", "is no number"),
        ("--confidence", "95", "expected above 0 and below 1"),
        ("--population", "0", "expected 1 to 1000000"),
    ],
)
def test_bad_numbers_are_refused(option, value, words):
    arguments = list(PLAN)
    if option in arguments:
        arguments[arguments.index(option) + 1] = value
    else:
        arguments += [option, value]
    refusal = run(*arguments)
    assert words in str(refusal.exception)
