"""Kills of clients and of the server of PostgreSQL under load: nothing acknowledged is lost."""

from pathlib import Path

import pytest

from tests.crash import programs

SHORT = {"--kills": 2, "--stops": 1}
LONG = {"--kills": 500, "--stops": 1_000}

pytestmark = pytest.mark.postgresql


@pytest.fixture
def folder(tmp_path):
    """Give a folder for servers; without PostgreSQL the test is not run."""
    if not list(Path("/usr/lib/postgresql").glob("*/bin/pg_ctl")):
        pytest.skip("Debian's postgresql is not installed")
    return tmp_path


def _kill_and_stop(folder, sizes):
    *clients, server = programs.run("postgresql", "--folder", folder, "--seed", 20261122, *sum(sizes.items(), ()))
    for tally in (*clients, server):
        assert tally["sound"], tally
    assert sum(tally["kills"] for tally in clients) == pytest.approx(sizes["--kills"], abs=2)
    assert server["stops"] == sizes["--stops"]
    return server


def test_some_kills_and_stops_lose_nothing(folder):
    _kill_and_stop(folder, SHORT)


@pytest.mark.nightly
def test_a_thousand_stops_lose_nothing(folder):
    server = _kill_and_stop(folder, LONG)
    assert server["acknowledged"] > server["stops"]
    assert set(server["errors"]) == {"StoreUnavailableError"}
