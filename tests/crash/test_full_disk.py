"""Registration, import and signing on disks that fill up: an act is done, or refused in our words, never half done."""

import pytest

from tests.crash import programs

IN_A_NAMESPACE = ("unshare", "--mount", "--map-root-user")
"""Where a test may mount; what it mounts ends with it."""
SHORT = {"registration": 2, "import": 2}
LONG = {"registration": 250, "import": 250, "signing": 100}


def _fill(folder, sizes):
    options = [part for kind, number in sizes.items() for part in (f"--{kind}", number)]
    tallies = programs.run("full_disk", "--folder", folder, *options, before=IN_A_NAMESPACE)
    assert {tally["kind"]: tally["sizes"] for tally in tallies} == sizes
    for tally in tallies:
        assert tally["sound"], tally
        assert tally["full"]
    return tallies


def test_an_act_on_a_full_disk_is_done_or_refused(tmp_path):
    for tally in _fill(tmp_path, SHORT):
        assert tally["full"] == tally["sizes"]


@pytest.mark.nightly
def test_six_hundred_full_disks(tmp_path):
    for tally in _fill(tmp_path, LONG):
        assert tally["acknowledged"] > 0
