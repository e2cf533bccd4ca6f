"""Simulated losses of power under the writes of the real program lose no acknowledged act at the shipped setting."""

import pytest

from tests.crash import programs

SHORT = 100
BRIEF = 300
LONG = {"shipped": 50_000, "wal-full": 25_000}
"""For each of two kinds of work and two models of folders: at least a hundred thousand images at each setting."""
CONTROL = 20_000
FOLDER_MODELS = 2
_CONTROLS = ("", "no-syncs", "no-raw-syncs")


def _images(folder, number, *options):
    return programs.run("power_loss", "--folder", folder, "--images", number, "--seed", 20261122, *options)


def test_some_losses_of_power_lose_nothing_and_a_lying_disk_does(tmp_path):
    found = _images(tmp_path, SHORT, "--work", "brief", "--control", "", "no-syncs", "no-raw-syncs")
    kinds = {control: [line["kinds"] for line in found if line["control"] == control] for control in _CONTROLS}
    assert kinds[""] == [{}] * FOLDER_MODELS
    lying = [line for line in found if line["control"] == "no-syncs"]
    assert all(line["most_lost"] == line["acknowledged"] for line in lying)  # an unreadable file has lost them all
    assert [set(line) for line in kinds["no-raw-syncs"]] == [{"raw"}] * FOLDER_MODELS


@pytest.mark.nightly  # by day the lying disk above says that losses are found
def test_the_usual_advice_loses_acts(tmp_path):
    for line in _images(tmp_path, BRIEF, "--work", "brief", "--setting", "wal-normal"):
        assert line["kinds"]["lost"]


@pytest.mark.nightly
@pytest.mark.parametrize("setting", ["shipped", "wal-full"])
def test_a_hundred_thousand_losses_of_power_lose_nothing(tmp_path, setting):
    found = _images(tmp_path, LONG[setting], "--setting", setting)
    assert [line["images"] for line in found] == [LONG[setting]] * 2 * FOLDER_MODELS
    assert [line["kinds"] for line in found] == [{}] * 2 * FOLDER_MODELS


@pytest.mark.nightly
@pytest.mark.parametrize(
    ("options", "kind"),
    [
        (("--control", "no-syncs"), "lost"),
        (("--control", "no-raw-syncs"), "raw"),
        (("--setting", "wal-normal"), "lost"),
        (("--setting", "delete-off"), "lost"),
        (("--setting", "delete-full", "--model", "BY_SYNC"), "lost"),
    ],
)
def test_each_negative_control_is_red(tmp_path, options, kind):
    for line in _images(tmp_path, CONTROL, "--work", "casework", *options):
        assert line["kinds"][kind]
