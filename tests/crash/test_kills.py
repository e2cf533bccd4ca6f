"""Kill -9 at random points of registration, import and signing: nothing acknowledged is lost, nothing is left over."""

import pytest

from tests.crash import programs

SHORT = {"registration": 6, "import": 6, "signing": 1}
LONG = {"registration": 5_200, "import": 4_400, "signing": 400}
"""Ten thousand kills."""


def _kill(folder, kills, *, seed):
    options = [part for kind, number in kills.items() for part in (f"--{kind}", number)]
    tallies = programs.run("killing", "--folder", folder, "--seed", seed, *options)
    assert {tally["kind"]: tally["kills"] for tally in tallies} == {
        kind: pytest.approx(number, abs=1) for kind, number in kills.items()
    }  # two children are killed at once
    return tallies


def test_some_kills_lose_nothing(tmp_path):
    for tally in _kill(tmp_path, SHORT, seed=20261122):
        assert tally["sound"], tally


@pytest.mark.nightly
def test_ten_thousand_kills_lose_nothing(tmp_path):
    tallies = _kill(tmp_path, LONG, seed=20261122)
    for tally in tallies:
        assert tally["sound"], tally
        assert tally["acknowledged"] > tally["kills"] / 10
    assert sum(tally["unnamed_before_sweep"] for tally in tallies) > 0, "no kill fell between bytes and entry"


@pytest.mark.parametrize(
    ("fault", "kind", "kills", "found"),
    [
        ("says-before-commit", "registration", 30, "lost"),
        pytest.param("keeps-raw-data-later", "import", 30, "faults", marks=pytest.mark.nightly),
    ],
)
def test_a_planted_fault_is_found(tmp_path, fault, kind, kills, found):
    (tally,) = programs.run("killing", "--folder", tmp_path, "--fault", fault, f"--{kind}", kills)
    assert not tally["sound"]
    assert tally[found]
