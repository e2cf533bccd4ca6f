"""A name is held by one piece of work; others see it, on both databases, and a killed process lets go of it."""

import os
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import pytest
from sqlalchemy import create_engine

from lims.persistence.at_work import SUFFIX, at_work

pytestmark = pytest.mark.both_databases
_HOLDER = """
import sys
from sqlalchemy import create_engine
from lims.persistence.at_work import at_work
url = sys.argv[1].replace("postgresql://", "postgresql+psycopg://", 1)
with at_work(create_engine(url), "a") as held:
    print(held, flush=True)
    sys.stdin.read()
"""


def asked(engine, name):
    with at_work(engine, name) as held:
        return held


def test_one_holds_a_name_and_others_go_on(engine):
    with at_work(engine, "a") as first, at_work(engine, "a") as second, at_work(engine, "b") as other:
        assert (first, second, other) == (True, False, True)
        with ThreadPoolExecutor(1) as pool:
            assert pool.submit(asked, engine, "a").result() is False
    assert asked(engine, "a") is True


def test_an_error_lets_go_of_it(engine):
    with ExitStack() as stack:
        stack.enter_context(at_work(engine, "a"))
        assert asked(engine, "a") is False
    assert asked(engine, "a") is True


def test_a_killed_process_lets_go_of_it(engine):
    url = engine.url.render_as_string(hide_password=False)
    holder = subprocess.Popen(
        [sys.executable, "-c", _HOLDER, url], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=dict(os.environ)
    )
    assert holder.stdout.readline() == b"True\n"
    assert asked(engine, "a") is False
    holder.send_signal(signal.SIGKILL)
    holder.communicate()
    for _ in range(200):
        if asked(engine, "a"):
            break
    assert asked(engine, "a") is True


def test_the_file_beside_sqlite_is_empty_and_its_owners(tmp_path):

    engine = create_engine(f"sqlite:///{tmp_path / 'x.sqlite'}")
    assert asked(engine, "a")
    (path,) = tmp_path.iterdir()
    assert path.name == f"x.sqlite{SUFFIX}"
    assert (path.stat().st_size, path.stat().st_mode & 0o777) == (0, 0o600)
