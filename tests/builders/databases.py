"""An empty database of this program, made once in each process of the tests and copied."""

import subprocess
import tempfile
from functools import cache
from pathlib import Path

from lims.persistence.engine import open_engine
from tests.builders.postgresql_servers import binaries


def place_empty(path: Path) -> Path:
    """Put an SQLite database with the tables of this program where a laboratory will open it; the same at each call."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.write_bytes(_empty())
    return path


@cache
def _empty() -> bytes:
    """Make it as a new laboratory does: every change of the tables, then the guards."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "aigaq.sqlite"
        open_engine(f"sqlite:///{path}").dispose()
        assert [one.name for one in Path(folder).iterdir()] == [path.name]  # nothing is left beside it
        return path.read_bytes()


def fill_empty(url: str) -> None:
    """Put the tables of this program into a new database of PostgreSQL; the same at each call."""
    import psycopg  # 7 MB that the measured process of a benchmark on SQLite does without

    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(_statements(url).encode())


_DUMPED: dict[str, str] = {}


def _statements(url: str) -> str:
    """Make the tables as a new laboratory does, let PostgreSQL say by which statements they are made, and empty it."""
    if url not in _DUMPED:
        open_engine(url).dispose()
        command = [str(binaries() / "pg_dump"), "--inserts", "--dbname", url]
        dumped = subprocess.run(command, check=True, capture_output=True, text=True).stdout
        lines = [line for line in dumped.splitlines() if not line.startswith(("\\", "--"))]
        _DUMPED[url] = "\n".join(["DROP SCHEMA public CASCADE;", "CREATE SCHEMA IF NOT EXISTS public;", *lines])
    return _DUMPED[url]
