"""What is loaded when the server starts, and that nothing which is away keeps it from serving."""

import asyncio
import gc
import logging
import sys
import threading
import weakref
from collections.abc import Iterator
from pathlib import Path

import pytest

from lims.web import warmed
from lims.web.opening import laboratory
from lims.web.warming import settle, warm


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder for a laboratory; the one of this process is opened anew for it."""
    folder = tmp_path / "home"
    monkeypatch.setenv("AIGAQ_HOME", str(folder))
    laboratory.cache_clear()
    yield folder
    laboratory.cache_clear()


def test_the_first_look_finds_libraries_and_clocks_loaded(home: Path) -> None:
    home.mkdir()
    (home / "aigaq.toml").write_text('laboratory = "Test"\n', "utf-8")
    warm()
    assert {"pandas", "pyarrow", "plotly.graph_objects", "rdkit.Chem"} <= set(sys.modules)
    assert laboratory.cache_info().currsize == 1, "the one that the pages use"
    assert laboratory().queueing.clocks._of_case == {}


def test_where_no_laboratory_is_none_is_made(home: Path) -> None:
    warm()
    assert not home.exists()
    assert laboratory.cache_info().currsize == 0


def test_a_database_that_is_away_is_noted(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    monkeypatch.setenv("AIGAQ_DATABASE_URL", "postgresql+psycopg://nobody@127.0.0.1:1/none?connect_timeout=1")

    with caplog.at_level(logging.WARNING, "lims.web.warming"):
        warm()
    assert "nothing was read before the first page" in caplog.text


def test_a_server_warms_up_beside_its_first_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    begun, done = threading.Event(), threading.Event()
    settled: list[str] = []

    def slow() -> None:
        begun.set()
        assert done.wait(20)

    def settle_once() -> None:
        settled.append(threading.current_thread().name)
        ended.set()

    ended = threading.Event()
    monkeypatch.setattr("lims.web.warming.warm", slow)
    monkeypatch.setattr("lims.web.warming.settle", settle_once)

    async def serve() -> None:
        async with warmed(None):
            assert begun.wait(20), "it warms up"
            assert settled == [], "and serves meanwhile"
            done.set()
            assert ended.wait(20)

    asyncio.run(serve())
    assert settled == ["warming"]


def test_what_is_alive_is_searched_for_garbage_no_more_and_garbage_is_found_all_the_same() -> None:
    class Thing:
        """Something that can be watched."""

    def circle() -> weakref.ref[Thing]:
        thing = Thing()
        thing.itself = thing  # type: ignore[attr-defined]
        return weakref.ref(thing)

    try:
        before = circle()
        settle()
        assert before() is None
        assert gc.get_freeze_count() > 10_000
        thing = Thing()
        thing.itself = thing  # type: ignore[attr-defined]
        frozen = weakref.ref(thing)
        settle()
        del thing
        gc.collect()
        assert frozen() is not None, "it was alive when the process settled"
        settle()
        assert frozen() is None, "the next time it is found"
    finally:
        gc.unfreeze()
