"""What all tests share: Hypothesis profiles, the real data beside the project, a database of each kind."""

import gc
import os
import shutil
import sys
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import settings
from sqlalchemy import Engine, create_engine

if TYPE_CHECKING:
    from tests.builders.laboratories import Bench, States

SERVICES = Path(__file__).parent / "unit" / "lims" / "services"
DEAR = (
    "ui/",
    "integration/test_command_line.py",
    "integration/test_batch_command.py",
    "unit/lims/test_rights_matrix.py",
    "integration/test_search_benchmark.py",
    "integration/test_quantify_command.py",
    "crash/",
    "tamper/",
    "integration/",
    "property/",
)
"""What takes longest begins first, so that neither process ends alone with a long file."""
SHARED_DATA = Path(__file__).resolve().parents[2] / "shared" / "data"
BY_NIGHT = os.environ.get("COMMANDS_OF_TESTS") == "processes"
BYTECODE = Path(__file__).parents[1] / ".pytest_cache" / "bytecode"
GARBAGE_COUNTS = (50_000, 20, 50)
"""Python's own, (700, 10, 10), cost a quarter of the time of collecting, and much of that of small tests."""
MEMORY = Path("/dev/shm")  # noqa: S108 - a folder of this user is made in it
FREE_BYTES = 6 * 1024**3
"""The folders of a whole run need less than half of it."""

settings.register_profile("dev", max_examples=50, deadline=None)
settings.register_profile("ci", max_examples=100, deadline=None, derandomize=True)
settings.register_profile("nightly", max_examples=5000, deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE") or ("ci" if os.environ.get("CI") == "true" else "dev"))


def pytest_configure() -> None:
    """Let the folders of tests lie in memory by day, where there is enough: nothing waits for a disk that forgets.

    Nothing of what is collected is ever garbage: twenty thousand tests are not looked through while they grow.
    """
    gc.disable()
    _keep_bytecode()
    if not BY_NIGHT and MEMORY.is_dir() and shutil.disk_usage(MEMORY).free >= FREE_BYTES:
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(MEMORY))


def _keep_bytecode() -> None:
    """Compile each module once where the surroundings forbid to keep that; what a test starts only reads it."""
    if sys.dont_write_bytecode:
        sys.dont_write_bytecode = False
        sys.pycache_prefix = os.environ.setdefault("PYTHONPYCACHEPREFIX", str(BYTECODE))


@pytest.hookimpl(tryfirst=True)  # before marks are selected
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave PostgreSQL to the night where a service only stores and finds, and begin with the dear files."""
    begun: set[Path] = set()
    for item in items:
        if SERVICES not in item.path.parents or item.get_closest_marker("postgresql") is None:
            continue
        if item.path in begun and item.get_closest_marker("both_databases") is None:
            item.add_marker(pytest.mark.nightly)
        begun.add(item.path)  # the first of each file runs every time: one way of each service
    items.sort(key=lambda item: _place(item.path))


def pytest_collection_finish() -> None:
    """Look for garbage from here on, but no more among the tests themselves, and less often."""
    gc.freeze()
    gc.set_threshold(*GARBAGE_COUNTS)
    gc.enable()


def _place(path: Path) -> int:
    """Give the place of a file among the dear ones; the others keep their order behind them."""
    text = path.as_posix()
    return next((place for place, name in enumerate(DEAR) if f"/tests/{name}" in text), len(DEAR))


@pytest.fixture(scope="session", autouse=True)
def true_hash_parameters() -> Iterator[dict[str, int]]:
    """Let passwords be hashed in an instant in this process, by day; give the parameters of the program."""
    from lims.services import passwords

    true = {name: getattr(passwords, name) for name in ("HASH_MEMORY_KIB", "HASH_PASSES", "HASH_LANES")}
    quick = true if BY_NIGHT else dict(zip(true, (8, 1, 1), strict=True))
    with pytest.MonkeyPatch.context() as patch:
        for name, value in quick.items():
            patch.setattr(passwords, name, value)
        yield true


@pytest.fixture(scope="session", autouse=True)
def readings_of_runs() -> Iterator[None]:
    """Let runs and libraries be read once in this process, by day; who tests the reading itself reads new bytes."""
    from spectra.formats.bounded import BoundedReader
    from tests.builders.readers import kept_readings

    with pytest.MonkeyPatch.context() as patch:
        if not BY_NIGHT:
            patch.setattr(BoundedReader, "run", kept_readings(BoundedReader.run))
            patch.setattr(BoundedReader, "msp", kept_readings(BoundedReader.msp))
        yield


@pytest.fixture(scope="session", autouse=True)
def key_files() -> Iterator[None]:
    """Let the same key file be opened once in this process, by day: OpenSSL tests the primes of RSA keys each time."""
    from cryptography.hazmat.primitives.serialization import pkcs12

    with pytest.MonkeyPatch.context() as patch:
        if not BY_NIGHT:
            patch.setattr(pkcs12, "load_key_and_certificates", lru_cache(256)(pkcs12.load_key_and_certificates))
        yield


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Give the folder of real spectra and runs; its tests carry ``real_data``."""
    if not SHARED_DATA.is_dir():
        pytest.skip(f"no real data at {SHARED_DATA}")
    return SHARED_DATA


@pytest.fixture(scope="session")
def postgresql_url() -> Iterator[str]:
    """Start Debian's PostgreSQL on a socket in a folder of its own, for the whole session."""
    from tests.builders.postgresql_servers import binaries, started_server

    if binaries() is None:
        pytest.skip("Debian's postgresql is not installed")
    with started_server() as url:
        yield url


def _emptied(server_url: str) -> Iterator[str]:
    """Empty the one database of the tests; whoever is still connected from an earlier test is sent away."""
    server = create_engine(
        server_url.replace("postgresql://", "postgresql+psycopg://", 1), isolation_level="AUTOCOMMIT"
    )
    with server.connect() as connection:
        connection.exec_driver_sql(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
        )
        connection.exec_driver_sql("DROP SCHEMA public CASCADE")
        connection.exec_driver_sql("CREATE SCHEMA public")
    server.dispose()
    yield server_url


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Give an empty database, once of each kind."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'aigaq.sqlite'}"
    else:
        yield from _emptied(request.getfixturevalue("postgresql_url"))


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """Open the empty database as the laboratory does; its tables are made once and copied."""
    from lims.persistence.engine import open_engine
    from tests.builders.databases import fill_empty, place_empty

    if database_url.startswith("sqlite:///"):
        place_empty(Path(database_url.removeprefix("sqlite:///")))
    else:
        fill_empty(database_url)
    opened = open_engine(database_url)
    yield opened
    opened.dispose()


@pytest.fixture(scope="session")
def states(tmp_path_factory: pytest.TempPathFactory, training_file: Path) -> Iterator["States"]:
    """Keep laboratories as they are after the usual steps, so that no test has to make them again."""
    from tests.builders.laboratories import States

    states = States(tmp_path_factory.mktemp("states"), training_file)
    yield states
    states.close()


@pytest.fixture
def bench(engine: Engine, tmp_path: Path, states: "States") -> "Bench":
    """Give an empty laboratory on each kind of database."""
    from tests.builders.laboratories import Bench

    return Bench(engine, tmp_path, states)


@pytest.fixture(scope="session")
def training_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write the simulated training run as the ANDI file that the demonstration imports."""
    from lims.services.training import training_run
    from spectra.formats import write_andi_cdf

    path = tmp_path_factory.mktemp("training") / "training-run.cdf"
    path.write_bytes(write_andi_cdf(training_run(random=np.random.default_rng(20261122))))
    return path
