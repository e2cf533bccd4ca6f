"""Kill -9 at every system call of a registration, an import and a signing."""

import pytest

from tests.crash import programs


def _kill(folder, *options):
    tallies = programs.run("every_call", "--folder", folder, *options)
    for tally in tallies:
        assert tally["sound"], tally
    return tallies


def test_a_kill_at_every_hundred_and_twentieth_call_loses_nothing(tmp_path):
    (tally,) = _kill(tmp_path, "--kind", "import", "--step", 120)
    assert tally["kills"] > 3


@pytest.mark.nightly
def test_a_kill_at_every_call_loses_nothing(tmp_path):
    registration, imported = _kill(tmp_path, "--kind", "registration", "import")
    assert registration["kills"] > 200
    assert imported["kills"] > 500
    assert imported["unnamed_before_sweep"] > 0, "no kill fell between bytes and entry"


@pytest.mark.nightly
def test_a_kill_at_every_fifth_call_of_signing_that_concerns_files_loses_nothing(tmp_path):
    (tally,) = _kill(tmp_path, "--kind", "signing", "--step", 5)
    assert tally["kills"] > 20
